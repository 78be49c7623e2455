/* Leaves of a bound volume that are no official paper: numbers laid over its pages, and a piece of
 * evidence with what is said of it. */
#ifndef CORE_DOCUMENTS_LEAF_H
#define CORE_DOCUMENTS_LEAF_H

#include "core/base/base.h"

/* Empty pages of A4 with the numbers first..first+n-1 at the upper right, where they are written in
 * a file of paper (DA/T 22). */
enum err leaf_numbers(struct arena *a, int first, int n, struct bytes *pdf, struct fault *why);

enum { LEAF_PAGES = 20 };
struct leaf {
	const char *title, *lines; /* lines: one a line, folded where too long */
	struct bytes picture; /* a JPEG, or a PNG as picture_read takes it; none: words alone */
	int64_t at;	      /* date of the file */
	const char *note;     /* a warning at the head of each page; "" for none */
};
/* The picture above, as large as half a page allows; a JPEG goes into the file as it is, undecoded.
 * *shown: the picture could be set. E_INVALID when a sign is not in the family, E_TOO_LARGE above
 * LEAF_PAGES. */
enum err leaf_picture(
	struct arena *a, const struct leaf *l, struct bytes *pdf, bool *shown, struct fault *why);

#endif
