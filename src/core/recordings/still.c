#include "core/recordings/still.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DIGITS = 13 };

void still_name(char out[STILL_NAME_SIZE], int64_t at_ms)
{
	snprintf(out, STILL_NAME_SIZE, "still-%013" PRId64 ".jpg", at_ms);
}

static bool read_number(const char *s, int64_t *out)
{
	int64_t v = 0;
	for (int i = 0; i < DIGITS; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return true;
}

bool still_parse(const char *name, int64_t *at_ms)
{
	static const char BEFORE[] = "still-";
	const char *digits = name + sizeof(BEFORE) - 1;
	return text_starts(name, BEFORE) && strlen(digits) == DIGITS + 4 &&
	       text_is(digits + DIGITS, ".jpg") && read_number(digits, at_ms);
}

static int by_time(const void *pa, const void *pb)
{
	const struct still *a = pa, *b = pb;
	return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

/* Room in the arena doubles; the old room stays until the arena goes. */
static void append(struct arena *a, struct still_list *l, const struct still *s)
{
	if ((l->n & (l->n - 1)) == 0 && (l->n == 0 || l->n >= 16)) {
		struct still *more = NEWS(a, struct still, l->n ? l->n * 2 : 16);
		if (l->n)
			memcpy(more, l->at, l->n * sizeof(*more));
		l->at = more;
	}
	l->at[l->n++] = *s;
}

static bool wanted(const struct still_query *q, int64_t at_ms)
{
	return (!q->from_ms && !q->to_ms) || (at_ms >= q->from_ms && at_ms < q->to_ms);
}

enum err still_find(
	struct arena *a, const struct still_query *q, struct still_list *out, struct fault *why)
{
	*out = (struct still_list){ 0 };
	DIR *d = opendir(q->folder);
	if (!d && errno == ENOENT)
		return OK;
	if (!d)
		return fault(why, E_INTERNAL, "cannot list %s: %s", q->folder, strerror(errno));
	for (struct dirent *e; (e = readdir(d));) {
		struct still s = { 0 };
		struct stat st;
		if (!still_parse(e->d_name, &s.at_ms) || !wanted(q, s.at_ms))
			continue;
		if (q->sizes && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (q->sizes)
			s.bytes = st.st_size;
		append(a, out, &s);
	}
	closedir(d);
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_time);
	return OK;
}

bool still_newest(const char *folder, int64_t *at_ms)
{
	struct arena *a = arena_new();
	struct bytes b;
	bool found = !file_read(a, arena_printf(a, "%s/latest.still", folder), DIGITS, &b, NULL) &&
		     b.n == DIGITS && read_number((const char *)b.at, at_ms);
	arena_free(a);
	return found;
}
