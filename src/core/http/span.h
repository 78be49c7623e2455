/* Pieces of text between separators: what all parsers of this room are made of. */
#ifndef CORE_HTTP_SPAN_H
#define CORE_HTTP_SPAN_H

#include <string.h>
#include <strings.h>

#include "core/http/parse.h"

static inline bool is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static inline bool is_control(char c)
{
	return ((unsigned char)c < 0x20 || c == 0x7f);
}

static inline char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* A piece of text between two characters. */
struct span {
	const char *at;
	size_t n;
};

static inline struct span trimmed(const char *at, size_t n)
{
	while (n && (*at == ' ' || *at == '\t'))
		at++, n--;
	while (n && (at[n - 1] == ' ' || at[n - 1] == '\t'))
		n--;
	return (struct span){ at, n };
}

/* Takes the next piece up to the separator off *rest; false when nothing is left. */
static inline bool next_piece(struct span *rest, char separator, struct span *piece)
{
	if (!rest->at)
		return false;
	const char *end = rest->n ? memchr(rest->at, separator, rest->n) : NULL;
	piece->at = rest->at;
	piece->n = end ? (size_t)(end - rest->at) : rest->n;
	rest->n -= end ? piece->n + 1 : rest->n;
	rest->at = end ? end + 1 : NULL;
	return true;
}

static inline bool span_is(struct span s, const char *text)
{
	return s.n == strlen(text) && strncasecmp(s.at, text, s.n) == 0;
}

/* How often a header was sent; last receives the last value. */
int header_count(const struct http_pair *headers, const char *name, const char **last);
/* url_decode() for paths, where '+' is itself and no blank. */
char *path_decode(struct arena *a, const char *s, size_t n);

#endif
