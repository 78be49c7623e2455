/* The file of a sample of closed cases: whatever comes in, replaying ends within its bounds; and
 * what is taken is written back byte for byte, so that one content has one digest. */
#include "domains/appraisals/replay.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct buf *b, struct bytes in)
{
	if (b->full || b->n != in.n || memcmp(buf_text(b), in.at, in.n) != 0)
		abort();
}

/* When all holds, the draw's part is what the writer makes of list and order too. */
static void whole(struct arena *a, const struct sample_replay *r)
{
	size_t *order = NEWS(a, size_t, r->sample.n + 1);
	struct buf draw = { .arena = a };

	for (size_t i = 0; i < r->sample.n; i++)
		for (order[i] = 0; r->sample.at[order[i]].case_id != r->file.at[i].case_id;)
			order[i]++;
	sample_draw_write(&draw, &r->sample,
		&(struct sample_draw){ r->file.commitment, r->file.list, r->file.seed,
			contribution_lines(a, &r->file.mixed, ' '), r->file.numbers, order });
	same(&draw, r->file.draw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct bytes in = { data, size };
	struct sample_replay r;
	struct buf list = { .arena = a };

	bool holds = sample_replay(a, in, &r);
	if (r.state[SAMPLE_CANDIDATES] == HOLDS) {
		sample_write(&list, &r.sample);
		same(&list, r.file.list_text);
	}
	if (holds)
		whole(a, &r);
	arena_free(a);
	return 0;
}
