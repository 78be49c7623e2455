/* A clip coded anew from pictures: H.264 in MP4, no sound, nothing in it but the pictures and their
 * times. Its bytes are made in memory. */
#ifndef WORKERS_VISION_FILM_H
#define WORKERS_VISION_FILM_H

#include "workers/vision/picture.h"

enum { FILM_BYTES_MAX = 96 * 1024 * 1024, FILM_SIDE_LEAST = 16 };

/* How it is coded, for the record. */
#define FILM_CODING "h264/crf24"

struct film;

struct film_size {
	int32_t width, height; /* of the pictures that come */
	int32_t longest_side;  /* the film is made no larger */
};

/* E_INVALID: too small a picture; E_NOT_FOUND: no such coder on this machine. */
enum err film_open(struct film **out, const struct film_size *size, struct fault *why);
/* at_ms rises. E_TOO_LARGE: above FILM_BYTES_MAX; E_INVALID: of another size. */
enum err film_add(struct film *f, const struct picture *p, int64_t at_ms, struct fault *why);
/* The whole file; film_bytes_free() it. Nothing but film_close() may follow. */
enum err film_end(struct film *f, struct bytes *out, struct fault *why);
void film_bytes_free(struct bytes *b);
void film_size_of(const struct film *f, int32_t *width, int32_t *height);
void film_close(struct film *f); /* NULL is fine */

#endif
