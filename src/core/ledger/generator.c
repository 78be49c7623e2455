#include "core/ledger/generator.h"

#include <stdio.h>
#include <string.h>

void generator_start(struct generator *g, struct arena *a, const struct generator_inputs *in)
{
	const char *said = arena_printf(a, "shian-draw 1\n%s\n%s", in->snapshot, in->contribution);

	*g = (struct generator){ .key = sm3_hmac(in->seed, SEED, said, strlen(said)) };
}

uint64_t generator_next(struct generator *g)
{
	int64_t at = g->taken % BLOCK_NUMBERS;
	uint64_t n = 0;

	if (at == 0) {
		char no[24];
		int length = snprintf(no, sizeof(no), "%" PRId64, g->taken / BLOCK_NUMBERS);
		g->block = sm3_hmac(g->key.b, DIGEST, no, (size_t)length);
	}
	for (int i = 0; i < 8; i++)
		n = n << 8 | g->block.b[at * 8 + i];
	g->taken++;
	return n;
}

int64_t generator_below(struct generator *g, int64_t n)
{
	uint64_t of = (uint64_t)n, surplus = (UINT64_MAX % of + 1) % of, v;

	do {
		v = generator_next(g);
	} while (v > UINT64_MAX - surplus);
	return (int64_t)(v % of);
}

struct digest draw_commitment(struct arena *a, const char *snapshot, const uint8_t *seed)
{
	char hex[2 * SEED + 1];

	hex_encode(hex, seed, SEED);
	const char *said = arena_printf(a, "shian-draw-commitment 1\n%s\n%s\n", snapshot, hex);
	return sm3(said, strlen(said));
}

const char *contribution_lines(struct arena *a, const struct contribution *c, char between)
{
	struct buf b = { .arena = a };

	if (c->head_size)
		buf_printf(&b, "head%c%" PRId64 "%c%s\n", between, c->head_size, between,
			c->head_root);
	if (*c->word)
		buf_printf(&b, "word%c%s\n", between, c->word);
	return buf_text(&b);
}
