/* Text that is not ours and not ended by a NUL: a piece of what a stranger sent. */
#ifndef WORKERS_MEDIA_SPAN_H
#define WORKERS_MEDIA_SPAN_H

#include "core/base/base.h"

/* Equal to the word, whatever the case of ASCII letters. */
bool span_is(struct bytes s, const char *word);
bool span_starts(struct bytes s, const char *word);

struct bytes span_trim(struct bytes s); /* without blanks and tabs at both ends */

/* What lies before the first c goes to *head (all, when there is none); true when c was there, and
 * then s begins behind it. */
bool span_cut(struct bytes *s, char c, struct bytes *head);

/* The next line of s, without its CR LF or LF; false when s is empty. */
bool span_line(struct bytes *s, struct bytes *line);

/* Decimal digits only, 0 to max; -1 when it is not that. */
int64_t span_number(struct bytes s, int64_t max);

/* The value of name in "name=value; other; third=3", quotes taken off; false when it is not there.
 * Values in quotes may hold the separator. */
bool span_parameter(struct bytes s, char separator, const char *name, struct bytes *value);

/* Copies with a NUL; false (and an empty out) when it does not fit or holds a control character. */
bool span_copy(struct bytes s, char *out, size_t size);

/* Base64 (RFC 4648 section 4), with or without padding. Returns how many bytes were written, 0 when
 * it is malformed or does not fit. */
size_t span_base64(struct bytes s, uint8_t *out, size_t size);

#endif
