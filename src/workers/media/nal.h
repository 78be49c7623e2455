/* NAL units in Annex B byte streams. Source: ITU-T H.264 (2021) 7.3.1, 7.4.1, Annex B; H.265
 * (2021) 7.3.1. */
#ifndef WORKERS_MEDIA_NAL_H
#define WORKERS_MEDIA_NAL_H

#include "workers/media/source.h"

struct nal_walk {
	const uint8_t *at, *end;
};

struct nal {
	const uint8_t *at; /* without the start code */
	size_t n;	   /* at least 1 */
	unsigned type;
};

/* The next unit; false at the end. Bytes before the first start code are passed over. */
bool nal_next(struct nal_walk *w, enum stream_codec codec, struct nal *out);

struct parameter_sets {
	uint8_t at[PARAMETER_BYTES_MAX]; /* Annex B: the sets in the order they came */
	size_t n;
	bool complete; /* every kind the codec needs: SPS and PPS, for H.265 VPS too */
};

/* Gathers the parameter sets of an access unit; what does not fit in is left out. */
void parameter_sets_gather(
	enum stream_codec codec, struct bytes annexb, struct parameter_sets *out);

#endif
