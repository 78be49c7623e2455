/* Pictures of signatures come from phones nobody here controls. They pass this door or none:
 * the container is walked by hand (signature, lengths, CRC of every chunk, nothing behind the end),
 * the size is bounded before anything is unpacked, all chunks but the five that make the picture
 * are dropped, and only then does libpng see it. cairo sees pixels only. */
#ifndef CORE_DOCUMENTS_PICTURE_H
#define CORE_DOCUMENTS_PICTURE_H

#include "core/base/base.h"

enum { PICTURE_WIDTH = 2000, PICTURE_HEIGHT = 1000, PICTURE_BYTES = 512 * 1024 };

struct picture {
	int width, height; /* 1..PICTURE_WIDTH, 1..PICTURE_HEIGHT */
	const uint32_t
		*pixels; /* row by row, premultiplied 0xAARRGGBB as cairo's ARGB32; in the arena */
	size_t ink;	 /* pixels that are neither white nor transparent */
};

/* Reads a PNG. E_TOO_LARGE over a limit, E_INVALID for anything that is not a whole, sound PNG of
 * bit depth 8 (palette and grey also 1, 2, 4). A blank picture is sound: look at ink. */
enum err picture_read(struct arena *a, struct bytes png, struct picture *out, struct fault *why);

#endif
