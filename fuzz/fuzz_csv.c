/* The reader of operator files: whatever comes in, it ends, stays in its bounds and goes forward;
 * and what it read as a good record is written and read back the same. */
#include "core/base/csv.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(struct arena *a, const struct csv_record *r)
{
	struct buf b = { .arena = a };
	struct csv_record again;
	struct csv c;

	for (int i = 0; i < r->n; i++) {
		if (i)
			buf_putc(&b, ',');
		csv_write(&b, r->cells[i]);
	}
	buf_puts(&b, "\r\n");
	csv_start(&c, buf_text(&b), b.n);
	if (r->n == 1 && !*r->cells[0])
		return; /* one empty quoted field is written as an empty line */
	if (text_starts(r->cells[0], "\xef\xbb\xbf"))
		return;
	if (!csv_next(&c, a, &again) || again.bad || again.n != r->n)
		abort();
	for (int i = 0; i < r->n; i++)
		if (strcmp(r->cells[i], again.cells[i]) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct csv_record r;
	struct csv c;
	size_t before;
	int64_t line = 0;

	csv_start(&c, (const char *)data, size);
	for (before = c.pos; csv_next(&c, a, &r); before = c.pos) {
		if (c.pos <= before || c.pos > size || r.line <= line || r.n < 1 || r.n > CSV_CELLS)
			abort();
		line = r.line;
		bool has_nul = false;
		for (size_t i = before; i < c.pos; i++)
			has_nul = has_nul || !data[i];
		if (!r.bad && !has_nul)
			same_again(a, &r);
	}
	arena_free(a);
	return 0;
}
