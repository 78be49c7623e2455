/* Pictures in memory: what kind a file is, how large it says it is, scaling, and JPEG for the
 * record.
 *
 * picture_look() is the gate in front of every decoder: it reads a few header bytes and refuses
 * what is no picture or video, or is too large, before anything is unpacked.
 */
#ifndef WORKERS_VISION_PICTURE_H
#define WORKERS_VISION_PICTURE_H

#include "core/base/base.h"

enum {
	PICTURE_SIDE_MAX = 16384,
	PICTURE_PIXELS_MAX = 40 * 1000 * 1000,
	PICTURE_HEAD = 64 * 1024, /* picture_look() wants this much of the file, or all of it */
};

/* RGB, 8 bits each, rows without gaps: rgb[(y * width + x) * 3 + channel]. */
struct picture {
	int32_t width, height;
	uint8_t *rgb; /* from malloc; picture_free() */
};

enum picture_kind { KIND_UNKNOWN, KIND_JPEG, KIND_PNG, KIND_VIDEO };

struct picture_facts {
	enum picture_kind kind;
	int32_t width, height; /* of a still; 0 for a video, whose decoder looks for itself */
};

/* Part of a picture, in pixels; may reach over the edges. */
struct area {
	float x, y, w, h;
};

/* Says what the first n bytes of a file are. E_INVALID: neither JPEG, PNG nor a known kind of
 * video, or a header that is cut off; E_TOO_LARGE: above the limits. */
enum err picture_look(const uint8_t *at, size_t n, struct picture_facts *out, struct fault *why);

/* OK when a picture of this size may be decoded. */
enum err picture_size_ok(int64_t width, int64_t height, struct fault *why);

void picture_free(struct picture *p); /* leaves it empty */

/* Scales the area from of p to the size already set in into (1..1024 each), whose memory it makes.
 * A triangle filter as wide as the shrinking, so that no pixel is skipped; beyond the edges the
 * nearest pixel repeats. E_INVALID for an empty area or size. */
enum err picture_scale(
	const struct picture *p, struct area from, struct picture *into, struct fault *why);

/* A JPEG of quality 1..100; *out comes from malloc. */
enum err picture_jpeg(
	const struct picture *p, int quality, uint8_t **out, size_t *n, struct fault *why);

#endif
