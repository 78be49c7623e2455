/* A proof as a file: what is made holds, by itself and against a published head; whatever is
 * changed in it is found, and by which check. */
#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/test_fixture.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { FIRST_HEAD = 100, LAST_HEAD = 290, FACTS = 300, NAMING = 5 };

static struct fixture *f;
static struct sm2_key *key;
static struct tree_head head[2]; /* of 100 and of 290 facts */
static const char row_text[] = "id=1:9version=1:1sm3=64:"
			       "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
static const char file_sm3[] = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

static struct conn *reading(void)
{
	struct conn *c = NULL;
	struct fault why = { 0 };
	assert_int_equal(db_read_begin(f->db, &c, &why), OK);
	return c;
}

static void heads_read(void)
{
	struct conn *c = reading();
	assert_int_equal(ledger_head(c, f->a, FIRST_HEAD, &head[0]), OK);
	assert_int_equal(ledger_head(c, f->a, LAST_HEAD, &head[1]), OK);
	assert_int_equal(ledger_head(c, f->a, FACTS, &(struct tree_head){ 0 }), E_NOT_FOUND);
	db_read_end(c);
}

static bool on_postgres;

static int world(void **state)
{
	struct fault why = { 0 };
	struct digest d = sm3(row_text, sizeof row_text - 1);
	(void)state;
	f = fixture_new(on_postgres);
	fixture_facts(f, NAMING - 1);
	assert_int_equal(fixture_fact(f, "thing.written", 9, &d), NAMING);
	fixture_facts(f, FIRST_HEAD - NAMING);
	fixture_head(f);
	fixture_facts(f, LAST_HEAD - FIRST_HEAD);
	fixture_head(f);
	fixture_facts(f, FACTS - LAST_HEAD);
	heads_read();
	assert_int_equal(sm2_load_public(arena_printf(f->a, "%s/public/%s.pem", f->keys,
						 signer_key_id(f->signer)),
				 &key, &why),
		OK);
	return 0;
}

static int world_end(void **state)
{
	(void)state;
	sm2_free(key);
	fixture_free(f);
	return 0;
}

static const char *made(int64_t seq, const struct tree_head *against, bool with_row)
{
	struct conn *c = reading();
	struct proof_file p;
	struct fault why = { 0 };
	struct buf b = { .arena = f->a };
	assert_int_equal(
		proof_file_make(c, f->a, &(struct proof_wanted){ seq, against }, &p, &why), OK);
	assert_int_equal(proof_file_key(f->a, f->keys, &p, &why), OK);
	db_read_end(c);
	if (with_row) {
		p.table = "things";
		p.row_id = 9;
		p.row = (struct bytes){ (const uint8_t *)row_text, sizeof row_text - 1 };
		p.sm3 = file_sm3;
	}
	proof_file_write(&b, &p);
	return buf_text(&b);
}

static struct proof_report report;

static bool holds(const char *text, struct proof_asked q)
{
	q.text = (struct bytes){ (const uint8_t *)text, strlen(text) };
	return proof_check(f->a, &q, &report);
}

static void whatever_is_made_holds(void **state)
{
	(void)state;
	static const int64_t seqs[] = { 1, 2, NAMING, 64, 100, 101, 128, 256, 257, 289, 290 };
	for (size_t i = 0; i < sizeof seqs / sizeof *seqs; i++)
		for (int against = -1; against < 2; against++) {
			const struct tree_head *h = against < 0 ? NULL : &head[against];
			const char *text = made(seqs[i], h, false);
			assert_true(
				holds(text, (struct proof_asked){ .key = key, .published = h }));
			assert_int_equal(report.fact.seq, seqs[i]);
			assert_int_equal(report.state[PROOF_KEY], PROOF_HOLDS);
			assert_int_equal(
				report.state[PROOF_PUBLISHED], h ? PROOF_HOLDS : PROOF_NOT_LOOKED);
			/* a head too old for the fact becomes the earlier one */
			bool older = against == 0 && seqs[i] > FIRST_HEAD;
			assert_int_equal(
				report.state[PROOF_OLDER], older ? PROOF_HOLDS : PROOF_NOT_LOOKED);
			assert_int_equal(
				report.head.size, against == 0 && !older ? FIRST_HEAD : LAST_HEAD);
		}
}

static void what_no_head_covers_has_no_proof(void **state)
{
	(void)state;
	struct conn *c = reading();
	struct proof_file p;
	struct fault why = { 0 };
	assert_int_equal(
		proof_file_make(c, f->a, &(struct proof_wanted){ LAST_HEAD + 1, NULL }, &p, &why),
		E_NOT_FOUND);
	assert_non_null(strstr(why.text, "no signed head covers fact 291 yet"));
	assert_int_equal(
		proof_file_make(c, f->a, &(struct proof_wanted){ FACTS + 1, NULL }, &p, &why),
		E_NOT_FOUND);
	assert_int_equal(
		proof_file_make(c, f->a, &(struct proof_wanted){ 0, NULL }, &p, &why), E_NOT_FOUND);
	db_read_end(c);
}

/* Somebody was shown another ledger: its head is none of this one's. */
static void a_head_of_another_ledger_is_named(void **state)
{
	(void)state;
	struct conn *c = reading();
	struct proof_file p;
	struct fault why = { 0 };
	struct tree_head other = head[1];
	other.root.b[0] ^= 1;
	assert_int_equal(proof_file_make(c, f->a, &(struct proof_wanted){ 7, &other }, &p, &why),
		E_CONFLICT);
	assert_non_null(strstr(why.text, "somebody shows two ledgers"));
	other = head[0];
	other.root.b[31] ^= 1;
	assert_int_equal(proof_file_make(c, f->a, &(struct proof_wanted){ 200, &other }, &p, &why),
		E_CONFLICT);
	assert_non_null(strstr(why.text, "somebody shows two ledgers"));
	other.size = 150;
	assert_int_equal(proof_file_make(c, f->a, &(struct proof_wanted){ 7, &other }, &p, &why),
		E_CONFLICT);
	assert_non_null(strstr(why.text, "never signed a head of 150 facts"));
	db_read_end(c);
	const char *text = made(7, NULL, false);
	other = head[1];
	other.root.b[0] ^= 1;
	assert_false(holds(text, (struct proof_asked){ .published = &other }));
	assert_int_equal(report.state[PROOF_PUBLISHED], PROOF_FAILS);
	assert_false(holds(text, (struct proof_asked){ .published = &head[0] }));
	assert_non_null(strstr(report.detail[PROOF_PUBLISHED], "made against another head"));
}

static void a_row_and_its_file(void **state)
{
	(void)state;
	const char *text = made(NAMING, NULL, true);
	struct proof_asked q = { .key = key, .copy_sm3 = file_sm3, .copy_sha256 = "" };
	assert_true(holds(text, q));
	assert_int_equal(report.state[PROOF_ROW], PROOF_HOLDS);
	assert_int_equal(report.state[PROOF_NAMED], PROOF_HOLDS);
	assert_int_equal(report.state[PROOF_COPY], PROOF_HOLDS);
	q.copy_sm3 = "00c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
	assert_false(holds(text, q));
	assert_int_equal(report.state[PROOF_COPY], PROOF_FAILS);
	/* the same row under another fact, which does not witness it */
	assert_false(holds(made(NAMING + 1, NULL, true), (struct proof_asked){ 0 }));
	assert_int_equal(report.state[PROOF_ROW], PROOF_FAILS);
	assert_int_equal(report.state[PROOF_NAMED], PROOF_FAILS);
	assert_int_equal(report.state[PROOF_TREE], PROOF_HOLDS);
}

/* Every byte of a proof, one at a time: it never holds, and nothing breaks. What may change is the
 * key that comes along (with a key of one's own it is not looked at). */
static void any_changed_byte_is_found(void **state)
{
	(void)state;
	const char *good = made(LAST_HEAD - 3, &head[0], false);
	size_t n = strlen(good), missed = 0, skip = (size_t)(strstr(good, "\nkey\t") - good),
	       after = (size_t)(strstr(good, "\nolder\t") - good);
	char *text = arena_dup(f->a, good);
	assert_true(holds(good, (struct proof_asked){ .key = key, .published = &head[0] }));
	for (size_t i = 0; i<n; i += i> skip && i < after ? 20 : 3) {
		text[i] = (char)(good[i] ^ 1);
		bool own = i > skip && i < after;
		if (!own &&
			holds(text, (struct proof_asked){ .key = key, .published = &head[0] })) {
			print_error("byte %zu: %.40s\n", i, good + i);
			missed++;
		}
		text[i] = good[i];
	}
	assert_int_equal(missed, 0);
	for (size_t i = 0; i < n; i += 97)
		assert_false(holds(arena_copy(f->a, good, i), (struct proof_asked){ .key = key }));
}

/* A line twice could hide the first; lines of Windows are fine. */
static void forms(void **state)
{
	(void)state;
	const char *good = made(3, NULL, false);
	struct buf b = { .arena = f->a };
	for (const char *c = good; *c; c++) {
		if (*c == '\n')
			buf_putc(&b, '\r');
		buf_putc(&b, *c);
	}
	assert_true(holds(buf_text(&b), (struct proof_asked){ .key = key }));
	static const char *const bad[] = { "", "shian-proof 2\nend\n", "shian-proof 1\nend\n",
		"shian-proof 1\nfact\t-1\nend\n", "shian-proof 1\nfact\t99999999999\nx\nend\n",
		"shian-proof 1\nrow\tx\t1\t0\n\nfact\t0\n\nend\n" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(holds(bad[i], (struct proof_asked){ 0 }));
		assert_true(*report.detail[PROOF_FORM] != 0);
	}
	char *torn = arena_dup(f->a, good);
	*strstr(torn, "thing") = (char)0xe4; /* the first byte of a Chinese letter, alone */
	assert_false(holds(torn, (struct proof_asked){ 0 }));
	assert_non_null(strstr(report.detail[PROOF_FORM], "UTF-8"));
	const char *end = strstr(good, "\nhead\t");
	assert_false(holds(arena_printf(f->a, "%.*s%s", (int)(end + 1 - good), good, good + 14),
		(struct proof_asked){ 0 }));
}

static void a_head_as_a_file(void **state)
{
	(void)state;
	struct tree_head h = { 0 };
	const char *text = head_file_text(f->a, &head[1]);
	struct bytes b = { (const uint8_t *)text, strlen(text) };
	assert_true(head_file_parse(f->a, b, &h));
	assert_int_equal(h.size, LAST_HEAD);
	assert_string_equal(h.signature, head[1].signature);
	assert_true(signature_holds(key, "head", head_text(f->a, &h), h.signature));
	for (size_t n = 0; n + 1 < b.n; n++) /* the end of the last line may be missing */
		if (head_file_parse(f->a, (struct bytes){ b.at, n }, &h))
			assert_false(
				signature_holds(key, "head", head_text(f->a, &h), h.signature));
}

/* Another's key inside the file: it holds by itself, and not with the key of the bureau. */
static void the_key_in_the_file_proves_nothing(void **state)
{
	(void)state;
	struct signer *own = NULL;
	struct fault why = { 0 };
	struct proof_file p;
	struct buf b = { .arena = f->a };
	char *hex = NULL;
	const char *dir = arena_printf(f->a, "%s/own", f->dir), *good = made(3, NULL, false);
	assert_int_equal(signer_open_local(dir, true, &own, &why), OK);
	assert_int_equal(proof_file_parse(f->a,
				 (struct bytes){ (const uint8_t *)good, strlen(good) }, &p, &why),
		OK);
	struct tree_head h = { 0 };
	assert_true(head_parse(f->a, p.head, strlen(p.head), &h));
	h.key_id = arena_dup(f->a, signer_key_id(own));
	h.key_from = signer_key_period(own).from;
	h.key_until = signer_key_period(own).until;
	h.at = h.key_from;
	p.head = head_text(f->a, &h);
	assert_int_equal(signer_sign(own, "head", p.head, f->a, &hex, &why), OK);
	p.key_id = arena_dup(f->a, signer_key_id(own));
	p.signature = hex;
	assert_int_equal(proof_file_key(f->a, dir, &p, &why), OK);
	proof_file_write(&b, &p);
	assert_true(holds(buf_text(&b), (struct proof_asked){ 0 }));
	assert_false(holds(buf_text(&b), (struct proof_asked){ .key = key }));
	assert_int_equal(report.state[PROOF_KEY], PROOF_FAILS);
	signer_close(own);
}

int main(void)
{
	const struct CMUnitTest all[] = { cmocka_unit_test(whatever_is_made_holds),
		cmocka_unit_test(what_no_head_covers_has_no_proof),
		cmocka_unit_test(a_head_of_another_ledger_is_named),
		cmocka_unit_test(a_row_and_its_file), cmocka_unit_test(any_changed_byte_is_found),
		cmocka_unit_test(forms), cmocka_unit_test(a_head_as_a_file),
		cmocka_unit_test(the_key_in_the_file_proves_nothing) };
	log_to(LOG_ERROR, "test");
	int failed = cmocka_run_group_tests_name("proofs as files", all, world, world_end);
	on_postgres = true;
	if (fixture_has_postgres())
		failed += cmocka_run_group_tests_name(
			"proofs as files, on PostgreSQL", all, world, world_end);
	return failed;
}
