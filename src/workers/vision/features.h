/* What a classifier makes of a crop before its last layer: a vector of numbers. The numbers of one
 * network always mean the same, so a district can learn from them without training the network.
 */
#ifndef WORKERS_VISION_FEATURES_H
#define WORKERS_VISION_FEATURES_H

#include "core/base/base.h"

enum {
	FEATURES_MAX = 256,
	FEATURES_ONE = 4096, /* units of at[]: -8 to 8 in steps of 1/4096 */
	NET_NAME_MAX = 32,
	FEATURES_TEXT = (FEATURES_MAX * 2 + 2) / 3 * 4 + 1,
};

struct features {
	char net[NET_NAME_MAX]; /* "head@3a8831d5": the network they come from */
	int32_t base;		/* the network's own answer, hundredths 0..10000 */
	int32_t site;		/* what the site's head made of it, 0..10000; -1: there is none */
	size_t n;		/* 0: none */
	int16_t at[FEATURES_MAX];
};

/* From the network's floats; what lies outside is cut off, what is no number is 0. n above
 * FEATURES_MAX is cut as well. */
void features_take(struct features *f, const float *from, size_t n);

/* at[0..n) as base64 of little-endian int16. */
void features_text(const struct features *f, char out[static FEATURES_TEXT]);

/* The other way; E_INVALID: no base64, odd, or too long. Leaves all but n and at alone. */
enum err features_parse(const char *text, struct features *f, struct fault *why);

#endif
