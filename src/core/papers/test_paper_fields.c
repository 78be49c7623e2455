/* The signature fields inside a sealed PDF, checked by programs that are not ours: pdfsig, openssl,
 * qpdf, pdftotext. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/documents/pdf_sign.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_pdf.h"
#include "core/papers/private.h"
#include "core/papers/test_tools.h"
#include "harness.h"
#include "tokens.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static enum err order_take(struct req *rq)
{
	static const char *const duty[] = { "party_name", "party_id", "party_address", "act",
		"provision", "basis", "requirement", "review_body", "court", "contact",
		"contact_phone" };
	enum { DUTY = sizeof duty / sizeof *duty };
	struct paper_value v[DUTY];
	struct paper_ref ref;

	for (size_t i = 0; i < DUTY; i++)
		v[i] = (struct paper_value){ duty[i], "如意餐饮内容" };
	struct paper_order o = { .template = "correction_order",
		.subject = 501,
		.entity = 77,
		.area = HARNESS_AREA,
		.values = v,
		.n = DUTY };
	TRY(paper_order(rq, &o, &ref));
	return redirect(rq, "/v/%s", ref.code);
}

static const struct module orders = {
	.name = "orders",
	.routes = (const struct route[]){ { POST, "/orders", order_take, SIGNED_IN }, { 0 } },
	.tells = (const char *const[]){ PAPER_ORDERED, NULL },
};
static const struct module *const with_orders[] = { &orders, &papers, &accounts_module,
	&login_module, &system_module, NULL };

static int begin(void **state)
{
	*state = bench_open(with_orders);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(with_orders, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* Both keys in tokens: SM2 in the vendor's, P-256 in SoftHSM's. */
static struct token_world *tokens;

static void in_tokens(struct bench *b)
{
	struct app *app = bench_app(b);
	struct fault why = { 0 };
	const char *keys = arena_printf(bench_arena(b), "%s/keys", bench_dir(b));
	tokens = token_world_new();
	vendor_in(tokens, true);
	vendor_key(tokens, "heads");
	softhsm_make(tokens);
	softhsm_key(tokens, "papers", "01");
	struct token_place heads = vendor_place(tokens, "heads", "mechanism 0x80000101\n"),
			   papers_key = softhsm_place(tokens, "papers", "");
	struct key_move m = { .keys_dir = keys, .to = &heads };
	struct pdf_move n = { .keys_dir = keys, .to = &papers_key };
	signer_close(app->signer);
	app->signer = NULL;
	if (signer_key_next(&m, &why) || signer_key_take(keys, &why) || pdf_key_next(&n, &why) ||
		pdf_key_take(keys, &why) || signer_open_local(keys, false, &app->signer, &why))
		fail_msg("%s", why.text);
}

static int begin_tokens(void **state)
{
	(void)begin(state);
	in_tokens(*state);
	return 0;
}

static int begin_tokens_postgres(void **state)
{
	(void)begin_postgres(state);
	in_tokens(*state);
	return 0;
}

static int end_tokens(void **state)
{
	bench_close(*state);
	token_world_free(tokens);
	return 0;
}

/* Ordered and sealed; its page, and its file. */
struct sealed {
	int64_t id;
	const char *page;
	struct bytes pdf;
};

static struct sealed seal_one(struct bench *b)
{
	struct sealed s = { 0 };
	struct fault why = { 0 };
	struct answer *r = bench_post(b, "officer1", "/orders", NULL);

	assert_int_equal(r->status, 303);
	s.page = r->location;
	bench_jobs(b);
	s.id = bench_int(b, "SELECT max(id) FROM papers");
	assert_int_equal(store_read(bench_app(b)->store, bench_arena(b),
				 bench_text(b, "SELECT sm3 FROM papers ORDER BY id DESC LIMIT 1"),
				 64 << 20, &s.pdf, &why),
		OK);
	return s;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part ? part : "", text ? text : "");
}

static const char *run(struct bench *b, const char *script, struct bytes in)
{
	return tool(bench_arena(b), bench_dir(b), script, in);
}

/* What pdfsig says of the field called so. */
static const char *field_said(struct bench *b, const char *all, const char *field)
{
	const char *at =
		strstr(all, arena_printf(bench_arena(b), "Signature Field Name: %s", field));
	assert_non_null(at);
	const char *next = strstr(at + 1, "Signature #");
	return arena_copy(bench_arena(b), at, next ? (size_t)(next - at) : strlen(at));
}

static void a_reader_accepts_it(void **state)
{
	struct bench *b = *state;
	struct sealed s = seal_one(b);
	const char *said = field_said(b, run(b, "pdfsig -nocert \"$1\"", s.pdf), "P-256");

	has(said, "Signature is Valid.");
	has(said, "Total document signed");
	has(said, "Signer Certificate Common Name: 示范区市场监督管理局");
	has(said, "Signature Type: adbe.pkcs7.detached");
	has(said, "Hash Algorithm: SHA-256");
	has(said, "Signing Time: Nov 23 2026"); /* the clock of the bench, which sealed it */
	has(run(b, "qpdf --check \"$1\"", s.pdf), "No syntax or stream encoding errors found");
	has(run(b, "pdftotext -raw \"$1\" -", s.pdf), "如意餐饮内容");
	has(run(b, "pdfinfo \"$1\"", s.pdf), "Title:           责令改正通知书");
	has(run(b, "pdfinfo -meta \"$1\"", s.pdf), "<rdf:li>zh-CN</rdf:li>");
	/* the page says the same */
	struct answer *r = bench_get(b, "", s.page);
	assert_true(answer_has(r, "This paper is genuine and unchanged."));
	assert_true(answer_has(r, "SM2 with SM3") && answer_has(r, "ECDSA or RSA with SHA-256"));
	assert_true(answer_has(r, "Fits the file"));
	assert_null(strstr(r->body, "Does not fit the file"));
	/* the digest in the ledger is that of the finished file */
	struct digest d = sm3(s.pdf.at, s.pdf.n);
	assert_int_equal(bench_int(b, arena_printf(bench_arena(b),
					      "SELECT count(*) FROM ledger WHERE name = '%s' AND "
					      "subject = %" PRId64 " AND data LIKE '%%%s%%'",
					      PAPER_SEALED, s.id, digest_hex(bench_arena(b), &d))),
		1);
}

/* Any byte of what a field covers, changed: the reader says so. */
static void a_broken_byte_is_found(void **state)
{
	struct bench *b = *state;
	struct sealed s = seal_one(b);
	struct pdf_cover c;
	assert_true(pdf_signature_at(bench_arena(b), s.pdf, 1, &c));
	const size_t places[] = { 20, 5000, s.pdf.n / 2, c.part[0].n - 30, s.pdf.n - 40 };
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		uint8_t *copy =
			(uint8_t *)arena_copy(bench_arena(b), (const char *)s.pdf.at, s.pdf.n);
		size_t at = places[i];
		while (copy[at] < 'a' ||
			copy[at] > 'y') /* a letter: the file stays one that opens */
			at++;
		copy[at] ^= 1;
		const char *out =
			run(b, "pdfsig -nocert \"$1\" || true", (struct bytes){ copy, s.pdf.n });
		if (strstr(out, "Signature is Valid."))
			fail_msg("byte %zu changed, and: %s", at, out);
	}
}

/* One part of the file written where a tool can read it. */
static void kept(struct bench *b, const char *name, struct bytes content)
{
	struct fault why = { 0 };
	const char *path = arena_printf(bench_arena(b), "%s/%s", bench_dir(b), name);
	assert_int_equal(file_write(path, content.at, content.n, 0600, &why), OK);
}

static struct bytes covered(struct bench *b, const struct pdf_cover *c)
{
	struct buf all = { .arena = bench_arena(b) };
	buf_add(&all, c->part[0].at, c->part[0].n);
	buf_add(&all, c->part[1].at, c->part[1].n);
	return (struct bytes){ (const uint8_t *)all.s, all.n };
}

/* DER in the room, without the zeros behind it. */
static struct bytes in_room(struct bench *b, const struct pdf_cover *c)
{
	uint8_t *at = arena_alloc(bench_arena(b), c->room_n / 2);
	assert_true(hex_decode(at, arena_copy(bench_arena(b), c->room, c->room_n), c->room_n / 2));
	assert_int_equal(at[0], 0x30);
	assert_int_equal(at[1], 0x82); /* two bytes of length */
	return (struct bytes){ at, 4 + ((size_t)at[2] << 8 | at[3]) };
}

static void openssl_verifies_the_cms(void **state)
{
	struct bench *b = *state;
	struct sealed s = seal_one(b);
	struct pdf_cover c;
	assert_true(pdf_signature_at(bench_arena(b), s.pdf, 1, &c));
	struct bytes content = covered(b, &c);
	static const char verify[] =
		"openssl cms -verify -binary -inform DER -in \"$1\" -content covered -CAfile "
		"keys/public/pdf.crt -no_check_time -out /dev/null || true";
	kept(b, "covered", content);
	has(run(b, verify, in_room(b, &c)), "Verification successful");
	uint8_t *broken =
		(uint8_t *)arena_copy(bench_arena(b), (const char *)content.at, content.n);
	broken[777] ^= 1;
	kept(b, "covered", (struct bytes){ broken, content.n });
	has(run(b, verify, in_room(b, &c)), "erification failure");
}

/* OpenSSL 3.0 knows no signed data of the SM2 family: its parts are taken out with asn1parse and
 * the signature is checked by pkeyutl, the digest by dgst. */
static void openssl_verifies_sm2(void **state)
{
	static const char script[] =
		"set -e\ncp \"$1\" cms\n"
		"openssl asn1parse -inform DER -in cms -i > tree\n"
		"grep -q 1.2.156.10197.6.1.4.2.2 tree; grep -q 1.2.156.10197.1.301.1 tree\n"
		/* the attributes: the last [0], which stands as SET where it is signed */
		"line=$(grep 'cont \\[ 0 \\]' tree | tail -1); at=${line%%:*}\n"
		"hl=$(echo \"$line\" | sed 's/.*hl= *\\([0-9]*\\).*/\\1/'); l=$(echo \"$line\" | "
		"sed "
		"'s/.* l= *\\([0-9]*\\).*/\\1/')\n"
		"{ printf '\\061'; tail -c +$((at + 2)) cms | head -c $((hl + l - 1)); } > attrs\n"
		"line=$(grep 'OCTET STRING' tree | tail -1); at=${line%%:*}; at=$((at))\n"
		"hl=$(echo \"$line\" | sed 's/.*hl= *\\([0-9]*\\).*/\\1/'); l=$(echo \"$line\" | "
		"sed "
		"'s/.* l= *\\([0-9]*\\).*/\\1/')\n"
		"tail -c +$((at + hl + 1)) cms | head -c $l > sig\n"
		"openssl x509 -in keys/public/pdf-sm2-*.crt -noout -pubkey > pub\n"
		"openssl pkeyutl -verify -pubin -inkey pub -rawin -digest sm3 -pkeyopt "
		"distid:1234567812345678 -in attrs -sigfile sig\n"
		"want=$(openssl dgst -sm3 -r covered | cut -c1-64)\n"
		"openssl asn1parse -inform DER -in attrs | tr A-F a-f | grep -q \"$want\"\n"
		"openssl verify -vfyopt distid:1234567812345678 -no_check_time -CAfile "
		"keys/public/pdf-sm2-*.crt keys/public/pdf-sm2-*.crt\n"
		"printf x >> attrs; ! openssl pkeyutl -verify -pubin -inkey pub -rawin -digest sm3 "
		"-pkeyopt distid:1234567812345678 -in attrs -sigfile sig\necho all done\n";
	struct bench *b = *state;
	struct sealed s = seal_one(b);
	struct pdf_cover c;
	assert_true(pdf_signature_at(bench_arena(b), s.pdf, 0, &c));
	kept(b, "covered", covered(b, &c));
	const char *out = run(b, script, in_room(b, &c));
	has(out, "Signature Verified Successfully");
	has(out, ".crt: OK");
	has(out, "all done");
}

struct again {
	int64_t id;
	struct bytes pdf;
	struct arena *a;
};

static enum err again_work(struct req *rq, void *arg)
{
	struct again *w = arg;
	struct bytes pdf;
	TRY(paper_again(rq, w->id, &pdf));
	w->pdf = (struct bytes){ (uint8_t *)arena_copy(w->a, (const char *)pdf.at, pdf.n), pdf.n };
	return OK;
}

static void the_file_is_built_again(void **state)
{
	struct bench *b = *state;
	struct sealed s = seal_one(b);
	struct again w = { s.id, { 0 }, bench_arena(b) };
	/* the form in force is another one by now, and does not matter */
	struct fault why = { 0 };
	const char *dir = arena_printf(bench_arena(b), "%s/rules/documents", bench_dir(b)),
		   *form = arena_printf(bench_arena(b), "%s/%s.json", dir,
			   bench_text(b, "SELECT template FROM papers"));
	assert_int_equal(dir_make(dir, &why), OK);
	assert_int_equal(file_write(form, "{}", 2, 0644, &why), OK);
	enum err e = bench_write(b, again_work, &w);
	assert_int_equal(unlink(form), 0);
	assert_int_equal(e, OK);
	assert_int_equal(w.pdf.n, s.pdf.n);
	assert_memory_equal(w.pdf.at, s.pdf.at, s.pdf.n);
	/* what cairo wrote stands at the front, unchanged: the first end of file is its own */
	const char *end = memmem(s.pdf.at, s.pdf.n, "%%EOF\n", 6);
	assert_non_null(end);
	assert_true((size_t)(end - (const char *)s.pdf.at) < s.pdf.n - 2 * PDF_ROOM);
}

static void profiles_by_setting(void **state)
{
	static const struct {
		const char *setting;
		int fields;
	} table[] = { { "sm2", 1 }, { "p256", 1 }, { "p256,sm2", 2 }, { "none", 0 } };
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		bench_run(b, "DELETE FROM settings WHERE name = 'pdf_signatures'");
		bench_run(b, arena_printf(bench_arena(b),
				     "INSERT INTO settings VALUES ('pdf_signatures', '%s')",
				     table[i].setting));
		struct sealed s = seal_one(b);
		struct pdf_cover c;
		int n = 0;
		while (pdf_signature_at(bench_arena(b), s.pdf, (size_t)n, &c))
			n++;
		assert_int_equal(n, table[i].fields);
		assert_true(answer_has(
			bench_get(b, "", s.page), "This paper is genuine and unchanged."));
	}
	bench_run(b, "DELETE FROM settings WHERE name = 'pdf_signatures'");
}

/* A signature changed in its row, past the program: the page says so. */
static void rows_changed(void **state)
{
	static const char *const changes[] = { "signed_at = signed_at + 1000",
		"signature = '30' || signature", "profile = 'sm2'", "certificates = ''" };
	struct bench *b = *state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct sealed s = seal_one(b);
		bench_run(b, arena_printf(bench_arena(b),
				     "UPDATE paper_fields SET %s WHERE paper = %" PRId64
				     " AND profile = 'p256'",
				     changes[i], s.id));
		struct answer *r = bench_get(b, "", s.page);
		assert_true(answer_has(r, "Does not fit the file"));
		assert_true(answer_has(r, "This paper does not stand up to the check."));
	}
}

/* A real certificate in the place of ours: RSA, and one of another key is refused. */
static void a_bought_certificate(void **state)
{
	struct arena *a = arena_new();
	char dir[] = "/tmp/shian-keys-XXXXXX";
	struct signer *signer = NULL;
	struct fault why = { 0 };
	char *answer = NULL;
	struct cms_parts p = { .profile = CMS_P256, .at = 1795399200000 };
	(void)state;
	assert_non_null(mkdtemp(dir));
	tool(a, dir,
		"umask 77 && mkdir public && openssl req -x509 -newkey rsa:2048 -nodes -keyout "
		"pdf.pem -subj /CN=Bought -days 3650 -out public/pdf.crt",
		(struct bytes){ 0 });
	assert_int_equal(signer_open_local(dir, true, &signer, &why), OK);
	p.content = sha256("text", 4);
	const char *request = pdf_request(a, &p, "某某局");
	assert_int_equal(signer_sign(signer, "pdf", request, a, &answer, &why), OK);
	assert_true(pdf_answer_parse(a, answer, &p));
	assert_int_equal(cms_check(a, &p, &why), OK);
	struct bytes cms;
	assert_int_equal(cms_signed_data(a, &p, &cms, &why), OK);
	has(tool(a, dir,
		    "printf text > text && openssl cms -verify -binary -inform DER -in \"$1\" "
		    "-content text -CAfile public/pdf.crt -no_check_time",
		    cms),
		"Verification successful");
	p.at += 1000;
	assert_int_equal(cms_check(a, &p, &why), E_CONFLICT);
	/* its time is over */
	p.at += (int64_t)40 * 365 * DAY;
	assert_int_equal(
		signer_sign(signer, "pdf", pdf_request(a, &p, "局"), a, &answer, &why), E_CONFLICT);
	/* another key's */
	tool(a, dir,
		"openssl req -x509 -newkey rsa:2048 -nodes -keyout other.pem -subj /CN=Other -days "
		"9 -out public/pdf.crt",
		(struct bytes){ 0 });
	assert_int_equal(signer_sign(signer, "pdf", request, a, &answer, &why), E_INVALID);
	/* nothing but a request of this form is signed */
	static const char *const bad[] = { "", "shian-pdf-v1\n", "shian-pdf-v1\np256\n00\n1\nx\n",
		"shian-document-v1\nx" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(signer_sign(signer, "pdf", bad[i], a, &answer, &why), E_FORBIDDEN);
	assert_int_equal(
		signer_sign(signer, "pdf", arena_printf(a, "%sx", request), a, &answer, &why),
		E_FORBIDDEN);
	signer_close(signer);
	tool(a, "/tmp", arena_printf(a, "rm -r %s", dir), (struct bytes){ 0 });
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_reader_accepts_it),
		cmocka_unit_test(a_broken_byte_is_found),
		cmocka_unit_test(openssl_verifies_the_cms), cmocka_unit_test(openssl_verifies_sm2),
		cmocka_unit_test(the_file_is_built_again), cmocka_unit_test(profiles_by_setting),
		cmocka_unit_test(rows_changed), cmocka_unit_test(a_bought_certificate) };
	const struct CMUnitTest by_token[] = { cmocka_unit_test(a_reader_accepts_it),
		cmocka_unit_test(openssl_verifies_the_cms), cmocka_unit_test(openssl_verifies_sm2),
		cmocka_unit_test(the_file_is_built_again) };
	int failed = cmocka_run_group_tests_name("paper fields on SQLite", tests, begin, end);
	failed += cmocka_run_group_tests_name(
		"keys in tokens on SQLite", by_token, begin_tokens, end_tokens);
	if (!bench_has_postgres())
		return failed;
	failed += cmocka_run_group_tests_name(
		"paper fields on PostgreSQL", tests, begin_postgres, end);
	failed += cmocka_run_group_tests_name(
		"keys in tokens on PostgreSQL", by_token, begin_tokens_postgres, end_tokens);
	return failed;
}
