/* Electronic service as stories: sent, arrived, refused by the gateway, opened; other accounts;
 * what is for somebody else. */
#include "domains/service/test_hand.h"
#include "modules.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- electronically ---------------------------------------------------- */
static void on_the_telephone(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	const char *list = at(b, "/my/cases/%" PRId64 "/papers", s.case_id);

	status_is(attempt(&s, "electronic", ""), 409);
	status_is(address(&s, "yes"), 303);
	/* sent, not served: it counts from its arrival */
	assert_string_equal(member(&s, "way"), "electronic");
	assert_string_equal(member(&s, "state"), "waiting");
	assert_int_equal(facts(&s, "paper.served"), 0);
	assert_true(answer_has(status_is(attempt(&s, "electronic", ""), 409), "on its way"));
	/* the same address signed once more sends nothing twice */
	bench_clock(b, clock_now() + MINUTE);
	status_is(bench_sign(b, s.party, at(b, "/my/cases/%" PRId64 "/address", s.case_id),
			  "consent", "yes", "e_phone", "13912345678", "post_address", "示例路8号",
			  "receiver", "张三", NULL),
		303);
	assert_int_equal(facts(&s, "service.attempted"), 1);
	int64_t accepted = clock_now() + MINUTE;
	bench_clock(b, accepted);
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "served_at"), at(b, "%" PRId64, accepted));
	/* the receipt has the gateway's number, and no link that opens anything */
	assert_int_equal(
		bench_int(b, at(b,
				     "SELECT count(*) FROM papers WHERE template = "
				     "'service_receipt' AND subject = %" PRId64
				     " AND content LIKE '%%流水号shian-%%' AND content LIKE "
				     "'%%一次性链接%%'",
				     s.case_id)),
		1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM service_attempts WHERE message LIKE '%/l/A%'"),
		0);
	assert_true(answer_has(status_is(bench_get(b, s.party, list), 200), "Receipt of service"));
	const char *open = at(b, "%s/%" PRId64 "/open", list, s.task);
	assert_true(bench_torture(b, s.party, open, NULL) > 2);
	assert_string_not_equal(member(&s, "opened_at"), "0");
	status_is(bench_post(b, s.party, open, NULL), 303);
	assert_int_equal(facts(&s, "service.paper_opened"), 1);
	/* another party */
	struct story other = ordered(b);
	status_is(bench_get(b, other.party, list), 403);
	status_is(bench_post(b, other.party, open, NULL), 403);
	status_is(bench_post(b, other.party,
			  at(b, "/my/cases/%" PRId64 "/papers/%" PRId64 "/open", other.case_id,
				  s.task),
			  NULL),
		404);
}

/* A link of its own goes with each message: to the party's own telephone it opens everything, to
 * another one that was named for papers, papers only; longer than whatever term follows. */
static void link_with_the_paper(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	static const char *const phones[] = { "13912345678", "13900000000" };

	for (int i = 0; i < 2; i++) {
		bench_clock(b, clock_now() + MINUTE);
		status_is(bench_sign(b, s.party, at(b, "/my/cases/%" PRId64 "/address", s.case_id),
				  "consent", "yes", "e_phone", phones[i], "post_address",
				  "示例路9号", "receiver", "张三", NULL),
			303);
		const char *newest = at(b,
			"FROM links WHERE subject = %" PRId64 " AND phone = '%s' ORDER BY "
			"expires_at DESC LIMIT 1",
			s.case_id, phones[i]);
		assert_string_equal(
			bench_text(b, at(b, "SELECT powers %s", newest)), i ? "" : "receive");
		assert_string_equal(
			bench_text(b, at(b, "SELECT holder %s", newest)), i ? "" : "张三");
		assert_int_equal(bench_int(b, at(b, "SELECT expires_at %s", newest)),
			clock_now() + 190 * DAY);
	}
	/* who receives papers opens them, and neither names where they go nor speaks */
	bench_run(b, at(b, "UPDATE sessions SET powers = 'receive' WHERE subject = %" PRId64,
			     s.case_id));
	status_is(bench_get(b, s.party, at(b, "/my/cases/%" PRId64 "/papers", s.case_id)), 200);
	status_is(bench_get(b, s.party, at(b, "/my/cases/%" PRId64 "/address", s.case_id)), 403);
	status_is(bench_get(b, s.party, at(b, "/my/cases/%" PRId64 "/answer", s.case_id)), 403);
	bench_run(b, at(b, "UPDATE sessions SET powers = '' WHERE subject = %" PRId64, s.case_id));
	/* whoever confirmed it goes on where it is */
	status_is(bench_get(b, s.party, at(b, "/my/cases/%" PRId64, s.case_id)), 200);
	bench_jobs(b);
}

static int64_t attempts(const struct story *s, const char *result)
{
	return bench_int(s->b, at(s->b,
				       "SELECT count(*) FROM service_attempts WHERE task = %" PRId64
				       " AND way = 'electronic' AND result = '%s'",
				       s->task, result));
}

/* A gateway that nobody answers, until the job is given up. */
static enum err gateway_put(struct req *rq, void *arg)
{
	const bool *away = arg;

	return setting_put(rq, "sms_url", *away ? "http://127.0.0.1:1/" : "");
}

static void gateway_away(struct bench *b, bool away)
{
	assert_int_equal(bench_write(b, gateway_put, &away), OK);
}

static void refuse_for_good(struct bench *b)
{
	for (int i = 0; i < 10; i++) {
		jobs_one_by_one(b);
		bench_clock(b, clock_now() + 20 * MINUTE);
	}
	jobs_one_by_one(b);
}

static struct answer *opens(const struct story *s)
{
	return bench_post(s->b, s->party,
		at(s->b, "/my/cases/%" PRId64 "/papers/%" PRId64 "/open", s->case_id, s->task),
		NULL);
}

/* O2 82(3), APL 61: the day of service is the day of arrival, whichever shows it first. Minutes
 * after it was sent at five to midnight; -1: never. */
static const struct dated {
	const char *what, *clause;
	int accepted, opened; /* accepted -2: refused for good */
	int served;
	const char *day;
} dates[] = {
	{ "taken before midnight", "O2 82(3)", 1, -1, 1, "2026-11-23" },
	{ "taken after midnight", "O2 82(3)", 6, -1, 6, "2026-11-24" },
	{ "opened before it was taken", "O2 82(3)", 6, 2, 2, "2026-11-23" },
	{ "opened after it was taken", "O2 82(3)", 1, 600, 1, "2026-11-23" },
	{ "refused, never opened", "APL 61", -2, -1, -1, "" },
	{ "refused, opened two days later", "O2 82(3)", -2, 2880, 2880, "2026-11-25" },
};

static void sent_at_five_to_midnight(struct story *s, int64_t *sent)
{
	struct bench *b = s->b;
	int64_t day = 0;

	assert_true(date_parse("2026-11-23", &day));
	bench_clock(b, day + 10 * HOUR);
	gateway_away(b, false);
	*s = ordered(b);
	*sent = day + DAY - 5 * MINUTE;
	bench_clock(b, *sent);
	status_is(address(s, "yes"), 303);
}

static void date_of_service(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		const struct dated *d = &dates[i];
		struct story s = { .b = b };
		int64_t sent, served = 0;
		sent_at_five_to_midnight(&s, &sent);
		gateway_away(b, d->accepted == -2);
		if (d->accepted == -2)
			refuse_for_good(b);
		if (d->opened >= 0 && (d->accepted < 0 || d->opened < d->accepted)) {
			bench_clock(b, sent + d->opened * MINUTE);
			status_is(opens(&s), 303);
		}
		if (d->accepted >= 0) {
			bench_clock(b, sent + d->accepted * MINUTE);
			bench_jobs(b);
		}
		if (d->accepted >= 0 && d->opened > d->accepted) {
			bench_clock(b, sent + d->opened * MINUTE);
			status_is(opens(&s), 303);
		}
		assert_true(text_to_int(member(&s, "served_at"), &served));
		int64_t meant = d->served < 0 ? 0 : sent + d->served * MINUTE;
		if (served != meant)
			fail_msg("%s (%s): %" PRId64 " and not %" PRId64, d->what, d->clause,
				served, meant);
		if (served)
			assert_string_equal(date_text(bench_arena(b), served), d->day);
		assert_int_equal(facts(&s, "paper.served"), served != 0);
		/* what follows runs from that day: it is what the others are told */
		assert_int_equal(
			bench_int(b, at(b,
					     "SELECT count(*) FROM ledger WHERE name = "
					     "'paper.served' AND subject = %" PRId64
					     " AND data LIKE '%%\"served_at\":\"%" PRId64 "\"%%'",
					     s.case_id, meant)),
			served != 0);
		bench_run(b, "DELETE FROM jobs");
	}
	gateway_away(b, false);
}

/* What follows runs from that day: told of it are the case, the fine, the publication. */
static void message_fails(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	gateway_away(b, true);
	status_is(address(&s, "yes"), 303);
	assert_int_equal(attempts(&s, "sent"), 1);
	refuse_for_good(b);
	assert_int_equal(attempts(&s, "returned"), 1);
	assert_string_equal(member(&s, "state"), "waiting");
	assert_int_equal(facts(&s, "service.failed"), 1);
	assert_int_equal(facts(&s, "paper.served"), 0);
	/* the officers' list and page say so, with the reason; another way is open */
	assert_true(answer_has(bench_get(b, "officer1", "/service"), "The message failed"));
	assert_true(answer_has(bench_get(b, "officer1", path_of(&s, "")), "短信发送失败"));
	status_is(attempt(&s, "direct", "absent"), 303);
	gateway_away(b, false);
	bench_run(b, "DELETE FROM jobs");
	status_is(attempt(&s, "electronic", ""), 303); /* or the message once more */
	bench_jobs(b);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "way"), "electronic");
}

/* ---- other electronic ways --------------------------------------------- */
static struct answer *by_hand(const struct story *s, const char *account, const char *arrived)
{
	return bench_post(s->b, "officer1", path_of(s, "/attempts"), "way", "electronic", "account",
		account, "at", arrived, "words", "已回执", NULL);
}

static void accounts(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;
	const char *path = at(b, "/my/cases/%" PRId64 "/accounts", s.case_id);

	assert_true(answer_has(status_is(bench_get(b, s.party, path), 409), "O2 article 82"));
	gateway_away(b, true);
	status_is(address(&s, "yes"), 303);
	status_is(bench_get(b, s.party, path), 200);
	struct answer *r = status_is(
		bench_post(b, s.party, path, "e_mail", "zhang", "signature", SIGNATURE_PNG, NULL),
		422);
	assert_true(answer_has(r, "name@example.org") && answer_has(r, "value=\"zhang\""));
	status_is(bench_post(b, s.party, path, "signature", SIGNATURE_PNG, NULL), 422);
	status_is(bench_post(b, s.party, path, "e_mail", "zhang@example.org", NULL), 422);
	photo(b, "photo");
	assert_true(answer_has(status_is(by_hand(&s, "e_mail", ""), 409), "signed confirmation"));
	assert_true(bench_torture(b, s.party, path, "e_mail", "zhang@example.org", "im",
			    "微信：zhang", "signature", SIGNATURE_PNG, NULL) > 5);
	assert_int_equal(facts(&s, "service.accounts_named"), 1);
	assert_true(answer_has(bench_get(b, "officer1", path_of(&s, "")), "zhang@example.org"));
	/* no proof, no fax named, a day to come, a date that is none */
	assert_true(answer_has(status_is(by_hand(&s, "e_mail", ""), 409), "screenshot"));
	photo(b, "photo");
	status_is(by_hand(&s, "fax", ""), 409);
	photo(b, "photo");
	status_is(by_hand(&s, "im", "2027-01-01T10:00"), 409);
	photo(b, "photo");
	assert_true(answer_has(status_is(by_hand(&s, "im", "soon"), 422), "field-error"));
	int64_t arrived = clock_now();
	bench_clock(b, arrived + 2 * HOUR);
	photo(b, "photo");
	status_is(
		by_hand(&s, "e_mail", at(b, "%s", time_text(bench_arena(b), arrived + HOUR))), 303);
	assert_string_equal(member(&s, "state"), "served");
	assert_string_equal(member(&s, "served_at"), at(b, "%" PRId64, arrived + HOUR));
	assert_int_equal(bench_int(b, at(b,
					      "SELECT count(*) FROM papers WHERE template = "
					      "'service_receipt' AND subject = %" PRId64
					      " AND content LIKE '%%电子邮件 zhang@example.org%%'",
					      s.case_id)),
		1);
	/* the address confirmed anew: what was named before it is not of it */
	status_is(bench_sign(b, s.party, at(b, "/my/cases/%" PRId64 "/address", s.case_id),
			  "consent", "yes", "e_phone", "13912345678", "post_address", "新址1号",
			  "receiver", "张三", NULL),
		303);
	r = status_is(bench_get(b, s.party, path), 200);
	assert_null(strstr(r->body, "zhang@example.org"));
	bench_run(b, "DELETE FROM jobs WHERE kind = 'core.sms'");
	gateway_away(b, false);
	bench_jobs(b);
}

/* ---- for somebody else ------------------------------------------------- */
static enum err summons(struct req *rq, void *arg)
{
	const struct story *s = arg;
	const struct paper_value values[] = { { "addressee", "李证人" },
		{ "party_name", "示例面馆" }, { "cause", "案由" }, { "inquiry_at", "明日" },
		{ "place", "本局" }, { "contact", "李明" }, { "contact_phone", "12315" } };
	struct paper_ref ref;
	struct paper_order o = { .template = "inquiry_notice",
		.subject = s->case_id,
		.entity = s->operator,
		.area = HARNESS_AREA,
		.values = values,
		.n = sizeof(values) / sizeof(*values) };

	return paper_order(rq, &o, &ref);
}

/* A witness is asked to come: nothing of it goes to the party, whatever the party consented to. */
static void for_a_witness(void **state)
{
	struct story s = ordered(*state);
	struct bench *b = s.b;

	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	assert_int_equal(bench_write(b, summons, &s), OK);
	bench_jobs(b);
	s.task = bench_int(b, at(b,
				      "SELECT id FROM pub_services WHERE case_id = %" PRId64
				      " AND template = 'inquiry_notice'",
				      s.case_id));
	assert_string_equal(member(&s, "state"), "waiting");
	assert_string_equal(member(&s, "way"), "");
	assert_true(answer_has(
		status_is(attempt(&s, "electronic", ""), 409), "somebody else than the party"));
	assert_true(answer_has(bench_get(b, "officer1", path_of(&s, "")), "李证人"));
	photo(b, "photo");
	status_is(attempt(&s, "direct", "delivered"), 303);
	assert_int_equal(bench_int(b, at(b,
					      "SELECT count(*) FROM papers WHERE template = "
					      "'service_receipt' AND subject = %" PRId64
					      " AND content LIKE '%%\"party_name\":\"李证人\"%%'",
					      s.case_id)),
		1);
	struct answer *r = bench_get(b, s.party, at(b, "/my/cases/%" PRId64 "/papers", s.case_id));
	assert_null(strstr(status_is(r, 200)->body, "inquiry"));
	assert_null(strstr(r->body, "询问通知书"));
	status_is(opens(&s), 404);
	bench_jobs(b);
}

#define TESTS(X)                                                                                   \
	X(on_the_telephone)                                                                        \
	X(link_with_the_paper) X(date_of_service) X(message_fails) X(accounts) X(for_a_witness)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"electronic service", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
