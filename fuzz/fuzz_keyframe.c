/* libFuzzer target: the finder of a segment's first picture, as a damaged disk would feed it. The
 * first byte says how many of the rest are the head. */
#include "workers/vision/keyframe.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum keyframe_codec codec = 0;
	struct bytes config = { 0 };
	struct span span = { 0 };
	struct fault why = { 0 };
	if (n < 1)
		return 0;
	size_t head = (size_t)data[0] * 4;
	if (head > n - 1)
		head = n - 1;
	struct bytes start = { data + 1, head }, rest = { data + 1 + head, n - 1 - head };
	if (!keyframe_config(start, &codec, &config, &why)) {
		if (config.at < start.at || config.at + config.n > start.at + start.n)
			abort();
	} else if (!why.text[0]) {
		abort();
	}
	if (!keyframe_span(rest, &span, &why) && (span.n < 1 || span.n > KEYFRAME_MAX))
		abort();
	return 0;
}
