/* What a browser is asked whether it can play: "avc1.64001f", "hvc1.1.6.L93.B0".
 *
 * Source: RFC 6381 3.3 and ISO/IEC 14496-15:2019 Annex E. */
#ifndef WORKERS_MEDIA_CODEC_STRING_H
#define WORKERS_MEDIA_CODEC_STRING_H

#include "workers/media/nal.h"

enum { CODEC_STRING_SIZE = 64 };

/* Of the first SPS; "" when there is none to be understood. */
void codec_string(
	enum stream_codec codec, const struct parameter_sets *sets, char out[CODEC_STRING_SIZE]);

#endif
