/* libFuzzer target: what a camera sends, as far as our own code looks at it. The first bit says
 * which codec. */
#include "workers/media/nal.h"
#include "core/recordings/segment.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	enum stream_codec codec = data[0] & 1 ? CODEC_H264 : CODEC_H265;
	struct nal_walk w = { data + 1, data + n };
	struct parameter_sets sets, again;
	struct nal u;
	while (nal_next(&w, codec, &u))
		if (u.n < 1 || u.at < data + 4 || u.at + u.n > data + n)
			abort();
	parameter_sets_gather(codec, (struct bytes){ data + 1, n - 1 }, &sets);
	if (sets.n > sizeof(sets.at))
		abort();
	/* What was gathered is Annex B and gathers to itself. */
	parameter_sets_gather(codec, (struct bytes){ sets.at, sets.n }, &again);
	if (again.n != sets.n || again.complete != sets.complete ||
		memcmp(again.at, sets.at, sets.n) != 0)
		abort();

	struct segment s;
	char name[SEGMENT_NAME_SIZE], back[SEGMENT_NAME_SIZE];
	size_t length = n - 1 < sizeof(name) - 1 ? n - 1 : sizeof(name) - 1;
	memcpy(name, data + 1, length);
	name[length] = '\0';
	if (segment_parse(name, &s)) {
		segment_name(back, &s);
		if (strcmp(name, back) != 0)
			abort();
	}
	return 0;
}
