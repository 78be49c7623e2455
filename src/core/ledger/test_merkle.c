#include "core/ledger/merkle.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 70 };

static struct digest leaves[MOST];

/* ---- the definition of RFC 6962, word for word, over either digest -------------------------- */

static struct digest hash_of(enum hash_kind kind, const uint8_t *at, size_t n)
{
	return kind == HASH_SM3 ? sm3(at, n) : sha256(at, n);
}

static struct digest definition(enum hash_kind kind, const struct digest *d, int n)
{
	if (n == 0)
		return hash_of(kind, (const uint8_t *)"", 0);
	if (n == 1)
		return d[0];
	int k = 1;
	while (2 * k < n)
		k *= 2;
	struct digest l = definition(kind, d, k), r = definition(kind, d + k, n - k);
	uint8_t both[65] = { 1 };
	memcpy(both + 1, l.b, DIGEST);
	memcpy(both + 33, r.b, DIGEST);
	return hash_of(kind, both, sizeof both);
}

/* The roots of the reference tree of Certificate Transparency (SHA-256) hold for the definition
 * above, so it may judge our tree. */
static void the_definition_is_right(void **state)
{
	(void)state;
	static const char *const inputs[] = { "", "\x00", "\x10", "\x20\x21", "\x30\x31",
		"\x40\x41\x42\x43", "\x50\x51\x52\x53\x54\x55\x56\x57",
		"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f" };
	static const size_t sizes[] = { 0, 1, 1, 2, 2, 4, 8, 16 };
	struct digest d[8];
	for (int i = 0; i < 8; i++) {
		uint8_t with_tag[17] = { 0 };
		memcpy(with_tag + 1, inputs[i], sizes[i]);
		d[i] = sha256(with_tag, sizes[i] + 1);
	}
	struct digest want, got = definition(HASH_SHA256, d, 8);
	assert_true(digest_parse(
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", &want));
	assert_memory_equal(got.b, want.b, DIGEST);
	got = definition(HASH_SHA256, d, 1);
	assert_true(digest_parse(
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", &want));
	assert_memory_equal(got.b, want.b, DIGEST);
}

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < MOST; i++)
		leaves[i] = merkle_leaf(&i, sizeof i);
	return 0;
}

static enum err subtree(void *ctx, int level, int64_t idx, struct digest *out)
{
	(void)ctx;
	int from = (int)(idx << level), count = 1 << level;
	assert_true(from + count <= MOST);
	*out = definition(HASH_SM3, leaves + from, count);
	return OK;
}

static const struct merkle_source source = { subtree, NULL };

static struct merkle_tree tree(int n)
{
	return (struct merkle_tree){ n, definition(HASH_SM3, leaves, n) };
}

static void leaf_and_node_have_their_tags(void **state)
{
	(void)state;
	struct digest want = sm3("\x00"
				 "abc",
			      4),
		      got = merkle_leaf("abc", 3);
	assert_true(digest_same(&want, &got));
	uint8_t both[65] = { 1 };
	memcpy(both + 1, leaves[0].b, DIGEST);
	memcpy(both + 33, leaves[1].b, DIGEST);
	want = sm3(both, sizeof both);
	got = merkle_node(&leaves[0], &leaves[1]);
	assert_true(digest_same(&want, &got));
	assert_false(digest_same(&leaves[0], &leaves[1]));
}

static void the_frontier_grows_to_the_same_roots(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct frontier f = { 0 };
	for (int n = 0; n <= MOST; n++) {
		struct digest want = tree(n).root, got = frontier_root(&f), at;
		assert_true(digest_same(&want, &got));
		assert_int_equal(merkle_root(&source, n, &at), OK);
		assert_true(digest_same(&want, &at));
		struct frontier again;
		const char *text = frontier_text(a, &f);
		assert_true(frontier_parse(text, n, &again));
		got = frontier_root(&again);
		assert_true(digest_same(&want, &got));
		assert_true(n == 0 || !frontier_parse(text + 1, n, &again));
		assert_false(frontier_parse(text, n | 128, &again));
		assert_false(frontier_parse(arena_printf(a, "%s0", text), n, &again));
		if (n == MOST)
			break;
		struct merkle_closed closed;
		frontier_add(&f, &leaves[n], &closed);
		for (int level = 0; level < closed.levels; level++) {
			int count = 1 << level;
			assert_int_equal((n + 1) % count, 0);
			want = definition(HASH_SM3, leaves + n + 1 - count, count);
			assert_true(digest_same(&want, &closed.at[level]));
		}
		assert_int_not_equal((n + 1) % (1 << closed.levels), 0);
	}
	assert_false(frontier_parse("", -1, &f));
	arena_free(a);
}

/* Every proof of every size holds; with any bit of it, of the leaf or of the root changed, with its
 * place or size changed, shortened or lengthened, it does not. */
static void inclusion(void **state)
{
	(void)state;
	for (int n = 1; n <= MOST; n++)
		for (int i = 0; i < n; i++) {
			struct merkle_path p;
			struct merkle_tree t = tree(n);
			assert_int_equal(merkle_inclusion(&source, i, n, &p), OK);
			assert_true(merkle_inclusion_holds(&leaves[i], i, &t, &p));
			for (int j = 0; j < p.n; j++) {
				p.at[j].b[j % DIGEST] ^= 4;
				assert_false(merkle_inclusion_holds(&leaves[i], i, &t, &p));
				p.at[j].b[j % DIGEST] ^= 4;
			}
			assert_false(merkle_inclusion_holds(&leaves[(i + 1) % MOST], i, &t, &p));
			assert_false(merkle_inclusion_holds(&leaves[i], n, &t, &p));
			assert_false(merkle_inclusion_holds(&leaves[i], -1, &t, &p));
			if (n > 1)
				assert_false(merkle_inclusion_holds(&leaves[i], i ^ 1, &t, &p));
			t.root.b[7] ^= 1;
			assert_false(merkle_inclusion_holds(&leaves[i], i, &t, &p));
			t.root.b[7] ^= 1;
			p.at[p.n++] = leaves[0];
			assert_false(merkle_inclusion_holds(&leaves[i], i, &t, &p));
			p.n -= 2;
			assert_false(merkle_inclusion_holds(&leaves[i], i, &t, &p));
		}
	struct merkle_path p;
	assert_int_equal(merkle_inclusion(&source, 3, 3, &p), E_INVALID);
	assert_int_equal(merkle_inclusion(&source, -1, 3, &p), E_INVALID);
	assert_int_equal(merkle_inclusion(&source, 0, 0, &p), E_INVALID);
}

static void consistency(void **state)
{
	(void)state;
	for (int b = 1; b <= MOST; b++)
		for (int m = 1; m <= b; m++) {
			struct merkle_path p;
			struct merkle_tree old = tree(m), new = tree(b);
			assert_int_equal(merkle_consistency(&source, m, b, &p), OK);
			assert_true(merkle_consistency_holds(&old, &new, &p));
			assert_true(m < b || p.n == 0);
			for (int j = 0; j < p.n; j++) {
				p.at[j].b[j % DIGEST] ^= 4;
				assert_false(merkle_consistency_holds(&old, &new, &p));
				p.at[j].b[j % DIGEST] ^= 4;
			}
			p.at[p.n++] = leaves[0];
			assert_false(merkle_consistency_holds(&old, &new, &p));
			p.n -= 2;
			assert_false(merkle_consistency_holds(&old, &new, &p));
			p.n++;
			old.root.b[0] ^= 1;
			assert_false(merkle_consistency_holds(&old, &new, &p));
			old.root.b[0] ^= 1;
			new.root.b[0] ^= 1;
			assert_false(merkle_consistency_holds(&old, &new, &p));
		}
	struct merkle_path p;
	assert_int_equal(merkle_consistency(&source, 0, 5, &p), E_INVALID);
	assert_int_equal(merkle_consistency(&source, 6, 5, &p), E_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_definition_is_right),
		cmocka_unit_test(leaf_and_node_have_their_tags),
		cmocka_unit_test(the_frontier_grows_to_the_same_roots),
		cmocka_unit_test(inclusion),
		cmocka_unit_test(consistency),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
