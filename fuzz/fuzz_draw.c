/* The file of a draw: whatever comes in, replaying ends within its bounds; and what is taken is
 * written back byte for byte, so that one content has one digest. */
#include "domains/draws/replay.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct buf *b, struct bytes in)
{
	if (b->full || b->n != in.n || memcmp(buf_text(b), in.at, in.n) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct bytes in = { data, size };
	struct replay r;
	struct buf file = { .arena = a }, snapshot = { .arena = a };

	draw_replay(a, in, &r);
	if (r.state[CHECK_FORMAT] == HOLDS) {
		draw_file_write(&file, &r.file);
		if (file.n != r.file.draw_bytes)
			abort();
		if (r.file.draw_bytes != in.n)
			exchanges_write(&file, &r.file);
		same(&file, in);
	}
	if (r.state[CHECK_POOL] == HOLDS) {
		snapshot_write(&snapshot, &r.pool);
		same(&snapshot, r.file.snapshot_text);
	}
	arena_free(a);
	return 0;
}
