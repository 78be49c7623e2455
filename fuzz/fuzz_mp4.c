/* libFuzzer target: the reader of recordings, as a damaged disk would feed it. The first byte says
 * how many of the rest are the head. */
#include "core/recordings/box.h"

#include <stdlib.h>
#include <string.h>

static void read_head(struct arena *a, struct bytes head)
{
	struct head_info info, again;
	struct fault why = { 0 };
	if (box_head_read(head, &info, &why)) {
		if (!why.text[0])
			abort();
		return;
	}
	struct bytes longer = head_with_duration(a, head, &info, 123456);
	if (box_head_read(longer, &again, NULL) || again.timescale != info.timescale)
		abort();
}

static void read_segment(struct arena *a, struct bytes segment)
{
	uint8_t *copy = (uint8_t *)arena_copy(a, (const char *)segment.at, segment.n);
	struct fragment_walk w = { { segment.at, 0, segment.n } };
	struct fragment_info f;
	while (fragment_next(&w, &f) == BOX_OK) {
		if (f.at + f.size > segment.n || f.time_at < f.at || f.sequence_at < f.at)
			abort();
		fragment_patch(copy + f.at, &f, 0, 1);
	}
	(void)segment_whole((struct bytes){ copy, segment.n });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	size_t head = (size_t)data[0] * 4;
	if (head > n - 1)
		head = n - 1;
	struct arena *a = arena_new();
	read_head(a, (struct bytes){ data + 1, head });
	read_segment(a, (struct bytes){ data + 1 + head, n - 1 - head });
	arena_free(a);
	return 0;
}
