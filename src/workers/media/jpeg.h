/* A look at the head of a JPEG file: is it whole, and how large is the picture? Nothing is decoded.
 * Source: ITU-T T.81 (1992), annex B. */
#ifndef WORKERS_MEDIA_JPEG_H
#define WORKERS_MEDIA_JPEG_H

#include "core/base/base.h"

enum { JPEG_SIDE_MIN = 16, JPEG_SIDE_MAX = 8192, JPEG_PIXELS_MAX = 40 * 1000 * 1000 };

struct jpeg_facts {
	int width, height;
	size_t n; /* up to and with the end marker: some cameras send zeros behind it */
};

/* E_INVALID when it does not begin and end as a JPEG does, or is no 8-bit picture; E_TOO_LARGE when
 * a side is out of range. */
enum err jpeg_look(struct bytes file, struct jpeg_facts *out, struct fault *why);

#endif
