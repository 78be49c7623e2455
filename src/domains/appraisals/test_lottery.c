#include "domains/appraisals/test_lottery.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 200 };

struct lottery {
	struct digest key;
	uint8_t block[32];
	int64_t taken;
};

/* Numbers of 64 bits, four in a block, the highest byte first. */
static uint64_t number(struct lottery *l)
{
	uint64_t v = 0;
	size_t at = (size_t)(l->taken % 4) * 8;

	if (at == 0) {
		char text[24];
		snprintf(text, sizeof(text), "%lld", (long long)(l->taken / 4));
		struct digest d = sm3_hmac(l->key.b, 32, text, strlen(text));
		memcpy(l->block, d.b, 32);
	}
	for (size_t i = 0; i < 8; i++)
		v = v * 256 + l->block[at + i];
	l->taken++;
	return v;
}

static size_t below(struct lottery *l, size_t n)
{
	for (;;) {
		/* over: 2^64 mod n, said with numbers below 2^64 */
		uint64_t v = number(l), over = (UINT64_MAX - n + 1) % n;
		if (v <= UINT64_MAX - over)
			return (size_t)(v % n);
	}
}

static const char *field(struct arena *a, const char *text, const char *name)
{
	const char *at = strstr(text, arena_printf(a, "\n%s ", name));

	return at ? arena_copy(a, at + strlen(name) + 2, strcspn(at + strlen(name) + 2, "\n")) : "";
}

static int64_t whole(struct arena *a, const char *s)
{
	int64_t v = -1;

	assert_true(text_to_int(arena_copy(a, s, strspn(s, "0123456789")), &v));
	return v;
}

struct line {
	const char *stratum;
	int64_t id;
	bool gone;
};

static size_t lines_of(struct arena *a, const char *list, struct line *out)
{
	size_t n = 0;

	for (const char *s = list; (s = strstr(s, "\ncase ")) != NULL; n++) {
		s += 6;
		size_t m = strcspn(s, "\t");
		assert_true(n < MOST);
		out[n] = (struct line){ arena_copy(a, s, m), whole(a, s + m + 1), false };
	}
	return n;
}

static int64_t take_of(struct arena *a, const char *list, const char *stratum)
{
	const char *at = strstr(list, arena_printf(a, "\nstratum %s\t", stratum));

	assert_non_null(at);
	at = strchr(at, '\t') + 1;
	return whole(a, strchr(at, '\t') + 1);
}

/* Who is left of a stratum is counted in the order of the list. */
static void orders(struct buf *out, const char *list, struct lottery *l)
{
	struct line at[MOST];
	size_t n = lines_of(out->arena, list, at);

	for (size_t i = 0, many; i < n; i += many) {
		for (many = 0; i + many < n && !strcmp(at[i].stratum, at[i + many].stratum);)
			many++;
		int64_t take = take_of(out->arena, list, at[i].stratum);
		for (size_t k = 0; k < many; k++) {
			size_t hit = below(l, many - k), j = i;
			while (at[j].gone || hit-- != 0)
				j++;
			at[j].gone = true;
			buf_printf(out, "%s %s\t%zu\t%" PRId64 "\n",
				(int64_t)k < take ? "drawn" : "next", at[i].stratum, k + 1,
				at[j].id);
		}
	}
}

const char *lottery_again(struct arena *a, const char *list, const char *draw)
{
	struct buf lines = { .arena = a, .max = 1 << 20 };
	struct lottery l = { .taken = 0 };
	uint8_t seed[32];
	struct digest d = sm3(list, strlen(list));
	const char *sum = digest_hex(a, &d), *hex = field(a, draw, "seed"),
		   *head = field(a, draw, "head"), *word = field(a, draw, "word");

	assert_true(hex_decode(seed, hex, 32));
	const char *said = arena_printf(a, "shian-draw-commitment 1\n%s\n%s\n", sum, hex);
	d = sm3(said, strlen(said));
	const char *commitment = digest_hex(a, &d),
		   *mixed = arena_printf(a, "%s%s%s%s%s%s", *head ? "head " : "", head,
			   *head ? "\n" : "", *word ? "word " : "", word, *word ? "\n" : "");
	said = arena_printf(a, "shian-draw 1\n%s\n%s", sum, mixed);
	l.key = sm3_hmac(seed, 32, said, strlen(said));
	orders(&lines, list, &l);
	buf_add(&lines, "", 1);
	return arena_printf(a,
		"shian-appraisal-draw 1\nround %s\ncommitment %s\nlist %s\nseed %s\n%snumbers "
		"%" PRId64 "\n%send\n",
		field(a, draw, "round"), commitment, sum, hex, mixed, l.taken, lines.s);
}
