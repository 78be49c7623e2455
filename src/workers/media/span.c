#include "workers/media/span.h"

#include <string.h>
#include <strings.h>

bool span_is(struct bytes s, const char *word)
{
	return s.n == strlen(word) && strncasecmp((const char *)s.at, word, s.n) == 0;
}

bool span_starts(struct bytes s, const char *word)
{
	size_t n = strlen(word);
	return s.n >= n && strncasecmp((const char *)s.at, word, n) == 0;
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct bytes span_trim(struct bytes s)
{
	while (s.n && blank(s.at[0])) {
		s.at++;
		s.n--;
	}
	while (s.n && blank(s.at[s.n - 1]))
		s.n--;
	return s;
}

bool span_cut(struct bytes *s, char c, struct bytes *head)
{
	const uint8_t *p = s->n ? memchr(s->at, c, s->n) : NULL;
	*head = *s;
	if (!p) {
		s->at += s->n;
		s->n = 0;
		return false;
	}
	head->n = (size_t)(p - s->at);
	s->at = p + 1;
	s->n -= head->n + 1;
	return true;
}

bool span_line(struct bytes *s, struct bytes *line)
{
	if (!s->n)
		return false;
	(void)span_cut(s, '\n', line);
	if (line->n && line->at[line->n - 1] == '\r')
		line->n--;
	return true;
}

int64_t span_number(struct bytes s, int64_t max)
{
	int64_t n = 0;
	if (!s.n)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' || n > max / 10)
			return -1;
		n = n * 10 + (s.at[i] - '0');
	}
	return n <= max ? n : -1;
}

/* The next of "name=value; ...": false at the end. */
static bool next_parameter(struct bytes *s, char separator, struct bytes *out)
{
	bool quoted = false;
	size_t i = 0;
	if (!s->n)
		return false;
	for (; i < s->n && (quoted || s->at[i] != (uint8_t)separator); i++) {
		if (quoted && s->at[i] == '\\' && i + 1 < s->n)
			i++;
		else if (s->at[i] == '"')
			quoted = !quoted;
	}
	*out = (struct bytes){ s->at, i };
	s->at += i < s->n ? i + 1 : i;
	s->n -= i < s->n ? i + 1 : i;
	return true;
}

bool span_parameter(struct bytes s, char separator, const char *name, struct bytes *value)
{
	struct bytes one, key;
	while (next_parameter(&s, separator, &one)) {
		*value = span_trim(one);
		bool has = span_cut(value, '=', &key);
		if (!span_is(span_trim(key), name))
			continue;
		*value = has ? span_trim(*value) : (struct bytes){ s.at, 0 };
		if (value->n >= 2 && value->at[0] == '"' && value->at[value->n - 1] == '"') {
			value->at++;
			value->n -= 2;
		}
		return true;
	}
	return false;
}

bool span_copy(struct bytes s, char *out, size_t size)
{
	out[0] = '\0';
	if (s.n >= size)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] < ' ' || s.at[i] == 0x7f)
			return false;
	if (s.n)
		memcpy(out, s.at, s.n);
	out[s.n] = '\0';
	return true;
}

static int sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t span_base64(struct bytes s, uint8_t *out, size_t size)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;
	while (s.n && s.at[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		int v = sextet(s.at[i]);
		if (v < 0)
			return 0;
		bits = (bits << 6 | (uint32_t)v) & 0xffffff;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == size)
			return 0;
		out[n++] = (uint8_t)(bits >> have);
	}
	return n;
}
