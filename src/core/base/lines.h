/* Strict reading of a text whose digest counts: lines that end with LF, fields parted by tabs, one
 * way to write each. A reader of a format walks it line by line and says what it expected. Pure. */
#ifndef CORE_BASE_LINES_H
#define CORE_BASE_LINES_H

#include "core/base/base.h"

enum { LINE_CELLS = 8, LINE_BYTES = 1024 * 1024, LINE_FIELD = 400 };

struct lines {
	struct arena *arena;
	struct bytes in;
	bool blank; /* the name of a line ends with a blank, not a tab */
	size_t at;
	int64_t line;
	int n;
	const char *cells[LINE_CELLS]; /* of this line, in the arena */
	struct fault *why;
};

/* The next line in its fields; E_NOT_FOUND at the end of the text. */
enum err lines_next(struct lines *r);
/* E_INVALID, with the line's number before the words. */
enum err lines_wrong(struct lines *r, const char *what);
bool lines_is(const struct lines *r, const char *name, int n); /* this name, n cells with it */
/* For lines whose number is not told before: place for one more behind n; it doubles. */
void *lines_room(struct arena *a, void *old, size_t n, size_t size);

/* Decimal, one way to write it. */
bool line_number(const char *s, int64_t min, int64_t max, int64_t *out);
/* Without control characters, LINE_FIELD bytes at most. */
bool line_plain(const char *s);
/* s as it may stand in a field: control characters become blanks, and it ends after LINE_FIELD
 * bytes, between characters. */
const char *line_field(struct arena *a, const char *s);

#endif
