/* libFuzzer target: a device's program stream, in pieces as long as the first byte says; a piece of
 * length 0 is a gap. */
#include "workers/gb/ps.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
static void check(const struct ps_picture *q)
{
	volatile uint8_t sum = 0;
	if (q->data.n < 1 || q->data.n > FRAME_BYTES_MAX || !q->codec)
		abort();
	for (size_t i = 0; i < q->data.n; i++)
		sum ^= q->data.at[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ps *p = ps_new();
	struct ps_picture q;
	size_t piece = n ? (size_t)data[0] * 8 + 1 : 1, turn = 0;
	for (size_t at = 1; at < n; at += piece, turn++) {
		size_t take = n - at < piece ? n - at : piece;
		if (data[0] > 200 && turn % 5 == 4)
			ps_gap(p);
		ps_push(p, (struct bytes){ data + at, take }, (int64_t)turn * 3600);
		while (ps_next(p, &q))
			check(&q);
	}
	if (ps_last(p, &q))
		check(&q);
	ps_free(p);
	return 0;
}
