/* Comma-separated values as in RFC 4180, one record at a time out of a text in memory. Pure.
 *
 *   - fields may be quoted; a quoted field may hold commas, line ends and doubled quotes
 *   - records end with LF or CRLF; the last one may lack it; wholly empty lines are passed over
 *   - limits: CSV_CELLS fields, CSV_FIELD bytes a field, CSV_RECORD bytes a record
 *   - after a bad record the reader goes on with the line after the one the record began on
 */
#ifndef CORE_BASE_CSV_H
#define CORE_BASE_CSV_H

#include "core/base/base.h"

enum { CSV_CELLS = 64, CSV_FIELD = 8192, CSV_RECORD = 65536 };

struct csv {
	const char *text; /* n bytes; need not end with NUL */
	size_t n, pos;
	int64_t line; /* of pos, from 1 */
};

struct csv_record {
	const char *cells[CSV_CELLS]; /* in the arena */
	int n;
	int64_t line;	 /* the physical line it begins on */
	const char *bad; /* an English reason when it could not be read; cells then hold its first
			    line */
};

/* The whole file as UTF-8 in the arena, without a byte order mark: it is UTF-8, else GB18030.
 * E_INVALID: neither. */
enum err csv_decode(struct arena *a, struct bytes file, struct bytes *out, struct fault *why);
/* Begins after a byte order mark, if there is one. */
void csv_start(struct csv *c, const char *text, size_t n);
/* False at the end. */
bool csv_next(struct csv *c, struct arena *a, struct csv_record *out);
/* Adds one field, quoted where needed; the caller adds commas and line ends. */
void csv_write(struct buf *b, const char *field);

#endif
