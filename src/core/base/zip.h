/* A ZIP archive of a few files, stored as they are: what is in it is compressed already, or small.
 *
 * Source: APPNOTE.TXT 6.3.10 (4.3.7 local header, 4.3.12 central directory, 4.3.16 its end). */
#ifndef CORE_BASE_ZIP_H
#define CORE_BASE_ZIP_H

#include "core/base/base.h"

struct zip_file {
	const char *name; /* ASCII */
	struct bytes content;
};

/* All of them together below 4 GiB. */
struct bytes zip_of(struct arena *a, const struct zip_file *files, size_t n, int64_t at_ms);

#endif
