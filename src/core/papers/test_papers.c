/* Official papers: duty fields, numbers, making and sealing, the page behind the code, who may have
 * the file. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/papers/papers.h"
#include "core/papers/test_tools.h"
#include "harness.h"
#include "signature_png.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a domain of the test that orders papers */
static const char *const duty[] = { "party_name", "party_id", "party_address", "act", "provision",
	"basis", "requirement", "review_body", "court", "contact", "contact_phone",
	"accept_electronic", "post_address", "receiver", "receiver_phone", "signed_at", "officer1",
	"officer2" };
enum { DUTY = sizeof(duty) / sizeof(*duty) };

static enum err order_take(struct req *rq)
{
	struct paper_value v[DUTY];
	struct paper_ref ref;
	struct object sign = { .sm3 = "" };
	const char *leave = form_text(rq, "leave");

	for (size_t i = 0; i < DUTY; i++)
		v[i] = (struct paper_value){ duty[i], strstr(leave, duty[i]) ? "" : "内容" };
	if (*form_raw(rq, "signature"))
		TRY(keep_signature(rq, "signature", &sign));
	struct paper_picture picture = { "party_sig", sign.sm3 };
	struct paper_order o = { .template = form_text(rq, "template"),
		.subject = 501,
		.entity = 77,
		.area = HARNESS_AREA,
		.values = v,
		.n = DUTY,
		.pictures = &picture,
		.n_pictures = 1,
		.at = form_int(rq, "at", 0) };
	TRY(paper_order(rq, &o, &ref));
	if (form_flag(rq, "then_fail"))
		return fail_(rq, E_CONFLICT, "Something after it was refused.");
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

static bool says(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	const char *from = strstr(r->body, "<main");
	fprintf(stderr, "'%s' is not in: %.3000s\n", text, from ? from : r->body);
	return false;
}

static struct answer *order(struct bench *b, const char *leave)
{
	return bench_post(
		b, "officer1", "/orders", "template", "correction_order", "leave", leave, NULL);
}

/* Ordered and made; gives its page. */
static const char *sealed(struct bench *b)
{
	const char *page = status_is(order(b, ""), 303)->location;
	bench_jobs(b);
	return page;
}

static int64_t last_seq(struct bench *b)
{
	return bench_int(b, "SELECT coalesce(max(last), 0) FROM counters WHERE series = "
			    "'correction_order:2026'");
}

/* ---- ordering */
static void duty_field_missing(void **state)
{
	struct bench *b = *state;
	int64_t papers_were = bench_int(b, "SELECT count(*) FROM papers"), seq = last_seq(b);

	struct answer *r = status_is(order(b, "court requirement"), 422);
	assert_true(says(r, "cannot be made"));
	assert_true(says(r, "requirement") && says(r, "court"));
	bench_english(b, false);
	assert_true(says(status_is(order(b, "court"), 422), "责令改正通知书"));
	bench_english(b, true);
	/* a picture that is a duty */
	r = status_is(
		bench_post(b, "officer1", "/orders", "template", "address_confirmation", NULL),
		422);
	assert_true(says(r, "party_sig"));
	status_is(bench_post(b, "officer1", "/orders", "template", "no_such_form", NULL), 500);
	assert_int_equal(last_seq(b), seq);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers"), papers_were);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), 0);
}

static const char *number_of(struct bench *b, const char *location)
{
	return bench_text(b, arena_printf(bench_arena(b),
				     "SELECT number FROM papers WHERE code = '%s'", location + 3));
}

static const char *numbered(struct bench *b, int64_t seq, int year)
{
	return arena_printf(bench_arena(b), "示范市监责改〔%d〕%" PRId64 "号", year, seq);
}

static void numbers_without_gaps(void **state)
{
	struct bench *b = *state;
	int64_t seq = last_seq(b);

	assert_string_equal(
		number_of(b, status_is(order(b, ""), 303)->location), numbered(b, seq + 1, 2026));
	status_is(bench_post(b, "officer1", "/orders", "template", "correction_order", "then_fail",
			  "1", NULL),
		409);
	assert_int_equal(last_seq(b), seq + 1);
	assert_true(
		bench_torture(b, "officer1", "/orders", "template", "correction_order", NULL) > 4);
	assert_string_equal(
		number_of(b, status_is(order(b, ""), 303)->location), numbered(b, seq + 3, 2026));
	/* the year is the paper's own, by local time: 31 December, 23:59:59.999 and a millisecond
	 * later */
	struct answer *r = bench_post(b, "officer1", "/orders", "template", "correction_order",
		"at", "1798732799999", NULL);
	assert_string_equal(number_of(b, r->location), numbered(b, seq + 4, 2026));
	r = bench_post(b, "officer1", "/orders", "template", "correction_order", "at",
		"1798732800000", NULL);
	assert_string_equal(number_of(b, r->location), numbered(b, 1, 2027));
	/* a form without numbers takes none */
	r = status_is(bench_post(b, "officer1", "/orders", "template", "address_confirmation",
			      "signature", SIGNATURE_PNG, NULL),
		303);
	assert_string_equal(number_of(b, r->location), "");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM counters WHERE series LIKE 'address%'"), 0);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state = 'ordered'"), 0);
}

static void codes(void **state)
{
	struct bench *b = *state;
	char seen[24][16];

	for (int i = 0; i < 24; i++) {
		const char *code = status_is(order(b, ""), 303)->location + 3;
		assert_int_equal(strlen(code), 12);
		/* nothing that is confused when it is read out: no 0 O o 1 I l i */
		assert_int_equal(strspn(code, "23456789abcdefghjkmnpqrstuvwxyz"), 12);
		snprintf(seen[i], sizeof(seen[i]), "%s", code);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(seen[k], code);
	}
	bench_run(b, "DELETE FROM jobs");
	bench_run(b, "DELETE FROM papers WHERE state = 'ordered'");
}

static void signatures(void **state)
{
	static const char *const bad[] = { "x", "data:image/png;base64,",
		"data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zy8+",
		"data:image/png;base64,%%%%" };
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_true(
			says(status_is(bench_post(b, "officer1", "/orders", "template",
					       "address_confirmation", "signature", bad[i], NULL),
				     422),
				"signature could not be read"));
	/* each cut of a good one is refused or as good, and nothing breaks */
	for (size_t n = 30; n < strlen(SIGNATURE_PNG); n += 37) {
		struct answer *r =
			bench_post(b, "officer1", "/orders", "template", "address_confirmation",
				"signature", arena_copy(bench_arena(b), SIGNATURE_PNG, n), NULL);
		assert_true(r->status == 422 || r->status == 303);
	}
	bench_run(b, "DELETE FROM jobs");
	bench_run(b, "DELETE FROM papers WHERE state = 'ordered'");
}

/* ---- making */
static bool run_one(struct bench *b)
{
	struct fault why = { 0 };
	bool ran;
	assert_int_equal(app_run_job(bench_app(b), &ran, &why), OK);
	return ran;
}

static void signer_away(void **state)
{
	struct bench *b = *state;
	struct signer *signer = bench_app(b)->signer;
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'paper.sealed'"),
		now = clock_now();
	const char *page = status_is(order(b, ""), 303)->location;

	bench_app(b)->signer = NULL;
	assert_true(run_one(b));
	assert_int_equal(bench_int(b, "SELECT attempts FROM jobs"), 1);
	assert_true(strstr(bench_text(b, "SELECT error FROM jobs"), "signer") ||
		    strstr(bench_text(b, "SELECT error FROM jobs"), "签"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state = 'ordered'"), 1);
	assert_true(says(status_is(bench_get(b, "", page), 200), "This paper is being made."));
	status_is(bench_get(b, "officer1",
			  arena_printf(bench_arena(b), "/papers/%s/file",
				  bench_text(b, "SELECT CAST(id AS text) FROM papers WHERE state = "
						"'ordered'"))),
		404);
	assert_false(run_one(b));
	/* However long its token is away: it is tried again within a minute, and never given up. */
	bench_run(b, "UPDATE jobs SET attempts = 40, run_at = 0");
	assert_true(run_one(b));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM jobs WHERE state = 'due' AND attempts = 41"), 1);
	assert_int_equal(bench_int(b, "SELECT run_at FROM jobs"), clock_now() + MINUTE);
	bench_app(b)->signer = signer;
	bench_clock(b, now + MINUTE + SECOND);
	assert_true(run_one(b));
	assert_false(run_one(b));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE state = 'ordered'"), 0);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'paper.sealed'"), facts + 1);
	/* a job that comes again after a crash seals nothing twice */
	bench_run(b, "INSERT INTO jobs (id, kind, subject, data, run_at, attempts, leased_until, "
		     "state, error, created_at)"
		     " SELECT 1, 'papers.make', max(id), '{}', 0, 0, 0, 'due', '', 0 FROM papers");
	bench_jobs(b);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'paper.sealed'"), facts + 1);
	bench_clock(b, now);
}

/* ---- the page behind the code */
static enum err head_signed(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	return ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
}

static void flip(const char *path, off_t at)
{
	char c = 0;
	assert_int_equal(chmod(path, 0600), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && pread(fd, &c, 1, at) == 1);
	c = (char)(c ^ 1);
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static const char *object_of(struct bench *b, const char *page)
{
	const char *sm3 = bench_text(b,
		arena_printf(bench_arena(b), "SELECT sm3 FROM papers WHERE code = '%s'", page + 3));
	return arena_printf(
		bench_arena(b), "%s/objects/%.2s/%.2s/%s", bench_dir(b), sm3, sm3 + 2, sm3);
}

static void stands(struct bench *b, const char *page, bool good)
{
	struct answer *r = status_is(bench_get(b, "", page), 200);
	assert_true(says(r, good ? "This paper is genuine and unchanged."
				 : "This paper does not stand up to the check."));
	assert_null(strstr(r->body, good ? "does not stand up" : "genuine and unchanged"));
}

static void verified(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b), *file = object_of(b, page);

	assert_true(says(status_is(bench_get(b, "", page), 200), "will cover it within a minute"));
	stands(b, page, true);
	assert_int_equal(bench_write(b, head_signed, NULL), OK);
	assert_true(says(bench_get(b, "", page), "Its record is in the signed tree"));
	stands(b, page, true);
	/* it shows no more than the holder of the paper knows */
	struct answer *r = bench_get(b, "", page);
	assert_null(strstr(r->body, "内容"));
	flip(file, 100);
	stands(b, page, false);
	assert_true(says(bench_get(b, "", page), "The file was changed or is gone"));
	flip(file, 100);
	stands(b, page, true);
	assert_int_equal(rename(file, arena_printf(bench_arena(b), "%s.away", file)), 0);
	stands(b, page, false);
	assert_int_equal(rename(arena_printf(bench_arena(b), "%s.away", file), file), 0);
	stands(b, page, true);
}

/* Each member that is signed, changed in the table past the program: the page says so. */
static void rows_changed(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b), *code = page + 3;
	static const char *const changes[][2] = { { "number = number || 'x'",
							  "number = replace(number, 'x', '')" },
		{ "title = title || 'x'", "title = replace(title, 'x', '')" },
		{ "sealed_at = sealed_at + 1", "sealed_at = sealed_at - 1" },
		{ "sha256 = sha256 || '0'", "sha256 = substr(sha256, 1, 64)" },
		{ "signature = '00' || signature", "signature = substr(signature, 3)" },
		{ "key_id = '../' || key_id", "key_id = substr(key_id, 4)" } };

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		for (int back = 0; back < 2; back++) {
			bench_run(b, arena_printf(bench_arena(b),
					     "UPDATE papers SET %s WHERE code = '%s'",
					     changes[i][back], code));
			stands(b, page, back);
		}
	}
}

static void unknown_codes(void **state)
{
	struct bench *b = *state;
	assert_true(says(status_is(bench_get(b, "", "/v/222222222222"), 404),
		"No paper of this bureau has this code."));
	status_is(bench_get(b, "", "/v/%27--"), 404);
	status_is(bench_get(b, "", "/v/"), 404);
	status_is(bench_post(b, "", "/v/222222222222", NULL), 404);
}

static void compared(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b);
	struct fault why = { 0 };
	struct bytes pdf;

	assert_int_equal(file_read(bench_arena(b), object_of(b, page), 1 << 22, &pdf, &why), OK);
	assert_true(says(status_is(bench_post(b, "", page, NULL), 422), "Choose the PDF file"));
	bench_file(b, "file", "<copy>.pdf", "application/pdf", pdf);
	struct answer *r = status_is(bench_post(b, "", page, NULL), 200);
	assert_true(says(r, "Your file is the original, byte for byte."));
	assert_true(says(r, "&lt;copy&gt;.pdf"));
	uint8_t *other = arena_alloc(bench_arena(b), pdf.n);
	memcpy(other, pdf.at, pdf.n);
	other[pdf.n - 1] ^= 1;
	bench_file(b, "file", "copy.pdf", "application/pdf", (struct bytes){ other, pdf.n });
	r = status_is(bench_post(b, "", page, NULL), 200);
	assert_true(says(r, "Your file is not the sealed original."));
	assert_true(says(r, "This paper is genuine and unchanged.")); /* ours is as it was */
	/* nothing of it is kept */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), 0);
	const char *unsealed = status_is(order(b, ""), 303)->location;
	bench_file(b, "file", "empty.pdf", "application/pdf", pdf);
	assert_true(
		says(status_is(bench_post(b, "", unsealed, NULL), 200), "not the sealed original"));
	bench_jobs(b);
}

/* ---- proofs */
static struct bytes bytes_of(const struct answer *r)
{
	return (struct bytes){ (const uint8_t *)r->body, r->body_n };
}

/* By somebody who owns the database: the program's own connections on SQLite refuse it. */
static void heads_forgotten(struct bench *b)
{
	sqlite3 *c = NULL;

	if (db_is_postgres(bench_app(b)->db)) {
		bench_run(b, "DROP TRIGGER ledger_heads_no_change ON ledger_heads");
		bench_run(b, "DELETE FROM ledger_heads");
		return;
	}
	assert_int_equal(
		sqlite3_open(arena_printf(bench_arena(b), "%s/shian.db", bench_dir(b)), &c),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(c, "DROP TRIGGER ledger_heads_no_delete; DELETE FROM ledger_heads",
			NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(c);
}

/* A visitor loads the proof of a paper and has it checked: uploaded, pasted, with the paper, with
 * another paper, with a digit changed, after the ledger lost the head. */
static void proof_checked_by_visitors(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b),
		   *address = arena_printf(bench_arena(b), "/proof/papers/%s", page + 3);
	struct fault why = { 0 };
	struct bytes pdf;

	status_is(bench_get(b, "", address), 404); /* no head covers it yet */
	assert_int_equal(bench_write(b, head_signed, NULL), OK);
	assert_true(says(bench_get(b, "", page), "Load the proof as a file"));
	struct answer *proof = status_is(bench_get(b, "", address), 200);
	assert_true(text_starts(proof->body, "shian-proof 1\n"));
	assert_null(strstr(proof->body, "内容")); /* no more than the paper's number and digests */
	assert_int_equal(file_read(bench_arena(b), object_of(b, page), 1 << 22, &pdf, &why), OK);
	bench_file(b, "proof", "p.txt", "text/plain", bytes_of(proof));
	bench_file(b, "copy", "paper.pdf", "application/pdf", pdf);
	struct answer *r = status_is(bench_post(b, "", "/proof", NULL), 200);
	assert_true(says(r, "This proof holds."));
	assert_true(says(r, "Your copy is that file, byte for byte"));
	assert_true(says(r, "Our ledger still has this head"));
	r = status_is(bench_post(b, "", "/proof", "text", proof->body, NULL), 200);
	assert_true(says(r, "This proof holds."));
	bench_file(b, "copy", "other.pdf", "application/pdf", bytes_of(proof));
	r = status_is(bench_post(b, "", "/proof", "text", proof->body, NULL), 200);
	assert_true(says(r, "This proof does not hold.") && says(r, "Your copy is not that file"));
	char *bad = arena_dup(bench_arena(b), proof->body), *path = strstr(bad, "\npath\t");
	path[6] = path[6] == '0' ? '1' : '0';
	r = status_is(bench_post(b, "", "/proof", "text", bad, NULL), 200);
	assert_true(says(r, "This proof does not hold."));
	assert_true(says(r, "it was changed"));
	r = status_is(bench_post(b, "", "/proof", "text", "<b>no proof</b>", NULL), 200);
	assert_true(says(r, "The file cannot be read"));
	assert_true(says(status_is(bench_post(b, "", "/proof", NULL), 422), "Choose the file"));
	/* a ledger that never signed this head: two were shown */
	heads_forgotten(b);
	r = status_is(bench_post(b, "", "/proof", "text", proof->body, NULL), 200);
	assert_true(says(r, "Our ledger does not have this head"));
}

static void found_by_number_and_date(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b),
		   *number = bench_text(b, "SELECT number FROM papers ORDER BY id DESC LIMIT 1");

	status_is(bench_get(b, "", "/proof"), 200);
	struct answer *r =
		bench_post(b, "", "/proof/paper", "number", number, "date", "2026-11-23", NULL);
	assert_string_equal(status_is(r, 303)->location, page);
	r = bench_post(b, "", "/proof/paper", "number", page + 3, NULL);
	assert_string_equal(status_is(r, 303)->location, page);
	/* a number alone, or with another day, leads nowhere */
	static const char *const days[] = { "", "2026-11-22", "2026-11-24", "x" };
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
		status_is(
			bench_post(b, "", "/proof/paper", "number", number, "date", days[i], NULL),
			404);
	r = status_is(bench_post(b, "", "/proof/paper", NULL), 422);
	assert_true(says(r, "Enter the number or the code"));
}

static void proofs_of_facts_and_files(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b),
		   *sm3 = bench_text(
			   b, arena_printf(bench_arena(b),
				      "SELECT sm3 FROM papers WHERE code = '%s'", page + 3)),
		   *file = arena_printf(bench_arena(b), "/proof/files/%s", sm3);

	assert_int_equal(bench_write(b, head_signed, NULL), OK);
	struct answer *r = status_is(bench_get(b, "auditor1", file), 200);
	assert_true(says(r, arena_printf(bench_arena(b), "file\t%s\t-\n", sm3)));
	assert_true(says(status_is(bench_get(b, "auditor1", "/proof/facts/1"), 200), "\nend\n"));
	status_is(bench_get(b, "officer1", file), 403);
	status_is(bench_get(b, "officer1", "/proof/facts/1"), 403);
	status_is(bench_get(b, "", "/proof/facts/1"), 303);
	status_is(bench_get(b, "auditor1", "/proof/facts/99999"), 404);
	status_is(bench_get(b, "auditor1", "/proof/files/abc"), 404);
	status_is(
		bench_get(b, "auditor1", arena_printf(bench_arena(b), "%s?subject=1", file)), 404);
}

/* ---- the file */
static void file_rights(void **state)
{
	struct bench *b = *state;
	const char *page = sealed(b);
	const char *file = arena_printf(bench_arena(b), "/papers/%s/file",
		bench_text(b, arena_printf(bench_arena(b),
				      "SELECT CAST(id AS text) FROM papers WHERE code = '%s'",
				      page + 3)));
	static const struct {
		const char *who;
		int status;
	} all[] = { { "officer1", 200 }, { "officer2", 200 },
		{ "officer3", 403 },					  /* another town */
		{ "head1", 200 }, { "auditor1", 200 }, { "admin1", 403 }, /* accounts, no cases */
		{ "party:77:501", 200 }, { "party:77:502", 403 }, { "party:78:501", 403 },
		{ "", 303 } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct answer *r = status_is(bench_get(b, all[i].who, file), all[i].status);
		assert_true(all[i].status != 200 ||
			    (r->body_n > 1000 && memcmp(r->body, "%PDF", 4) == 0));
		assert_true(all[i].status == 200 || !strstr(r->body, "%PDF"));
	}
	assert_true(text_starts(bench_get(b, "", file)->location, "/login?next="));
	status_is(bench_get(b, "officer1", "/papers/1/file"), 404);
	struct answer *r = bench_get(b, "officer1", file);
	assert_string_equal(r->type, "application/pdf");
	assert_int_equal(strlen(r->reply.etag), 64);
}

/* A form of the data folder, newer than the one that is compiled in, is the one that is used; a
 * broken one is said to be broken and not passed over. */
static void newer_form(void **state)
{
	struct bench *b = *state;
	static const char form[] =
		"{\"code\":\"correction_order\",\"name\":\"新式样\",\"version\":\"2027-1\","
		"\"source\":\"x\",\"valid_from\":\"2026-01-01\",\"required\":[\"act\"],"
		"\"blocks\":[{\"type\":\"title\"},{\"type\":\"para\",\"text\":\"{act}\"}]}";
	struct fault why = { 0 };
	char *dir = arena_printf(bench_arena(b), "%s/rules/documents", bench_dir(b)),
	     *path = arena_printf(bench_arena(b), "%s/correction_order.json", dir);

	assert_int_equal(dir_make(dir, &why), OK);
	assert_int_equal(file_write(path, form, strlen(form), 0644, &why), OK);
	const char *page = sealed(b);
	assert_true(says(bench_get(b, "", page), "新式样"));
	/* what was ordered by one form is drawn by it, whatever lies there when the job comes */
	const char *waiting = status_is(order(b, ""), 303)->location;
	assert_int_equal(file_write(path, "{", 1, 0644, &why), OK);
	assert_true(says(status_is(order(b, ""), 500), "broken"));
	bench_jobs(b);
	stands(b, waiting, true);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM paper_forms WHERE form LIKE "
				      "'%2027-1%'"),
		1);
	assert_int_equal(unlink(path), 0);
	stands(b, page, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(duty_field_missing),
		cmocka_unit_test(numbers_without_gaps), cmocka_unit_test(codes),
		cmocka_unit_test(signatures), cmocka_unit_test(signer_away),
		cmocka_unit_test(verified), cmocka_unit_test(rows_changed),
		cmocka_unit_test(unknown_codes), cmocka_unit_test(compared),
		cmocka_unit_test(file_rights), cmocka_unit_test(newer_form),
		cmocka_unit_test(found_by_number_and_date),
		cmocka_unit_test(proofs_of_facts_and_files),
		cmocka_unit_test(proof_checked_by_visitors) };
	int failed = cmocka_run_group_tests_name("papers on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"papers on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
