#include "domains/cameras/zones.h"

enum { ZONES_MAX = 4, CORNERS_MIN = 3, CORNERS_MAX = 16, PER_MILLE = 1000 };

static bool number(const char **s, int64_t *out)
{
	int digits = 0;
	*out = 0;
	for (; **s >= '0' && **s <= '9' && digits < 5; (*s)++, digits++)
		*out = *out * 10 + (**s - '0');
	return digits > 0 && *out <= PER_MILLE;
}

/* One "x,y" and the blanks behind it. */
static bool corner(const char **s, int64_t *x, int64_t *y)
{
	if (!number(s, x) || *(*s)++ != ',' || !number(s, y))
		return false;
	if (**s && **s != ' ' && **s != '\n' && **s != '\r')
		return false;
	while (**s == ' ' || **s == '\r')
		(*s)++;
	return true;
}

/* Reads one line into out, a list or NULL; gives the number of corners, -1 for nonsense. */
static int line(const char **s, struct node *out)
{
	int64_t x, y;
	int n = 0;
	while (**s && **s != '\n') {
		if (n == CORNERS_MAX || !corner(s, &x, &y))
			return -1;
		if (out) {
			put_int(out, NULL, x);
			put_int(out, NULL, y);
		}
		n++;
	}
	if (**s)
		(*s)++;
	return n;
}

const char *zones_check(const char *text)
{
	int zones = 0;
	for (const char *s = text; *s;) {
		int n = line(&s, NULL);
		if (n < 0)
			return "has corners as x,y between 0 and 1000, parted by blanks, at most "
			       "16 on a line";
		if (n > 0 && n < CORNERS_MIN)
			return "has at least three corners on each line";
		zones += n > 0;
		if (zones > ZONES_MAX)
			return "has at most four lines";
	}
	return NULL;
}

void zones_put(struct node *in, const char *name, const char *text)
{
	struct node *all = put_list(in, name);
	if (zones_check(text))
		return;
	for (const char *s = text; *s;) {
		const char *from = s;
		if (line(&s, NULL) > 0)
			(void)line(&from, put_list(all, NULL));
	}
}
