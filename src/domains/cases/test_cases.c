/* Officers' steps: what each state refuses, what each step leaves behind, and what happens when it
 * fails. */
#include "domains/cases/cases.h"
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	*state = bench_open(NULL);
	bench_english(*state, true);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(NULL, true);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

static struct answer *step(const struct story *s, const char *who, const char *name)
{
	return bench_post(s->b, who, desk_of(s, name), "reason", "理由", "officer2",
		officer(s->b, "officer2"), "phone", "13912345678", "requirement", "戴帽", "due",
		"2027-03-30", "verdict", strcmp(name, "decide") ? "accept" : "sign", "receiver",
		"张三", "adopted", "已考虑", NULL);
}

static struct answer *my_step(const struct story *s, const char *name)
{
	if (strcmp(name, "correction") == 0)
		photo(s->b);
	if (strcmp(name, "address") == 0)
		return address(s, "no");
	return bench_sign(s->b, s->party, my(s, name), "answer", "accepts", "words", "已整改",
		"statement", "made", NULL);
}

/* The room of service tells that the decision was handed over. */
static void hand_over(const struct story *s)
{
	struct bench *b = s->b;
	const char *path = arena_printf(bench_arena(b), "/service/%" PRId64 "/attempts",
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT id FROM pub_services WHERE template = "
				     "'onspot_decision' AND case_id = %" PRId64,
				     s->id)));

	photo(b);
	status_is(bench_post(b, "officer1", path, "way", "direct", "result", "delivered", "place",
			  "示例路1号", "receiver", "张三", "server2", officer(b, "officer2"), NULL),
		303);
}

/* ---- wrong states ---------------------------------------------------------------------------- */
static const struct {
	const char *state, *set; /* what else the row of such a case holds */
	const char *refused, *my_refused;
} wrong[] = {
	{ "precheck", "", "link correction correction/verdict tell silence propose decide",
		"answer address correction statement" },
	{ "not_filed", ", closed_at = 1",
		"file do/not-file link correction correction/verdict tell silence propose decide",
		"answer address correction statement" },
	{ "filed", "", "file do/not-file correction/verdict silence propose decide",
		"correction statement" },
	{ "told", ", told_at = 1, hear_due = 9000000000000",
		"file do/not-file correction/verdict tell silence propose decide", "correction" },
	{ "heard", ", told_at = 1, statement = 'none'",
		"file do/not-file correction/verdict tell silence decide", "correction statement" },
	{ "proposed", ", told_at = 1, statement = 'none', proposed_by = officer2",
		"file do/not-file correction/verdict tell silence propose decide",
		"correction statement" },
	{ "decided", ", told_at = 1, decided_at = 1",
		"file do/not-file correction/verdict tell silence propose decide",
		"answer correction statement" },
	{ "closed", ", told_at = 1, decided_at = 1, served_at = 1, closed_at = 1",
		"file do/not-file link correction correction/verdict tell silence propose decide",
		"answer address correction statement" },
};

static int all_refused(const struct story *s, const char *list, bool party)
{
	struct arena *a = bench_arena(s->b);
	int n = 0;
	for (const char *w = list; *w; n++) {
		size_t len = strcspn(w, " ");
		const char *name = arena_copy(a, w, len);
		struct answer *r = party ? my_step(s, name) : step(s, "officer2", name);
		if (r->status != 409)
			fail_msg("%s in %s: %d", name, member(s, "state"), r->status);
		w += len + (w[len] == ' ');
	}
	return n;
}

static void wrong_states(void **state)
{
	struct story s = filed(*state);
	int n = 0;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		bench_run(s.b, arena_printf(bench_arena(s.b),
				       "UPDATE cases SET state = '%s'%s WHERE id = %" PRId64,
				       wrong[i].state, wrong[i].set, s.id));
		const char *version = member(&s, "version");
		int64_t facts = bench_int(s.b, "SELECT count(*) FROM ledger"),
			jobs = bench_int(s.b, "SELECT count(*) FROM jobs");
		n += all_refused(&s, wrong[i].refused, false);
		n += all_refused(&s, wrong[i].my_refused, true);
		assert_string_equal(member(&s, "version"), version);
		assert_int_equal(bench_int(s.b, "SELECT count(*) FROM ledger"), facts);
		assert_int_equal(bench_int(s.b, "SELECT count(*) FROM jobs"), jobs);
	}
	assert_true(n > 70);
}

/* ---- filing ---------------------------------------------------------------------------------- */
static void filing(void **state)
{
	struct story s = precheck(*state);
	struct bench *b = s.b;
	const char *path = desk_of(&s, "file");

	assert_true(says(bench_post(b, "officer1", path, "officer2", officer(b, "officer2"),
				 "reason", " ", FILING, NULL),
		"O2 article 19"));
	assert_true(says(status_is(bench_post(b, "officer1", path, "reason", "x", NULL), 409),
		"APL article 42"));
	assert_true(says(status_is(bench_post(b, "officer1", path, "officer2",
					   officer(b, "officer1"), "reason", "x", FILING, NULL),
				 409),
		"APL article 42"));
	assert_true(says(status_is(bench_post(b, "officer1", path, "officer2", officer(b, "head1"),
					   "reason", "x", FILING, NULL),
				 409),
		"from the list")); /* a card, but no officer */
	assert_true(says(status_is(bench_post(b, "officer1", path, "officer2",
					   officer(b, "officer3"), "reason", "x", FILING, NULL),
				 409),
		"from the list")); /* could never open the case to sign it */
	assert_true(says(status_is(bench_post(b, "officer1", path, "officer2", officer(b, "admin1"),
					   "reason", "x", FILING, NULL),
				 409),
		"enforcement card"));
	status_is(bench_post(b, "officer3", path, "officer2", officer(b, "officer2"), "reason", "x",
			  FILING, NULL),
		403);
	status_is(bench_post(b, "auditor1", path, "officer2", officer(b, "officer2"), "reason", "x",
			  FILING, NULL),
		403);
	status_is(file_it(&s), 303);
	assert_string_equal(member(&s, "state"), "filed");
	assert_true(text_starts(member(&s, "number"), "示范市监立〔2026〕"));
	assert_string_equal(member(&s, "officer1"), officer(b, "officer1"));
	assert_int_equal(facts_in_story(&s, "case.filed"), 1);
	/* ninety days on is a Sunday in February: the Monday after it */
	struct arena *a = bench_arena(b);
	int64_t due;
	assert_true(text_to_int(member(&s, "decide_due"), &due));
	assert_string_equal(date_text(a, due), "2027-02-22");
}

static void numbers_without_gaps(void **state)
{
	struct story one = precheck(*state), two = precheck(*state);
	int64_t before, after;
	struct bench *b = one.b;
	static const char series[] =
		"SELECT coalesce(max(last), 0) FROM counters WHERE series = 'filing_form:2026'";

	before = bench_int(b, series);
	assert_true(bench_torture(b, "officer1", desk_of(&one, "file"), "officer2",
			    officer(b, "officer2"), "reason", "x", FILING, NULL) > 5);
	status_is(file_it(&two), 303);
	after = bench_int(b, series);
	assert_int_equal(after, before + 2);
	/* none of them unseen: each number of the series stands in the register */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_paper_numbers WHERE template = "
				      "'filing_form' AND year = 2026"),
		after);
	assert_string_equal(member(&two, "number"),
		arena_printf(bench_arena(b), "示范市监立〔2026〕%" PRId64 "号", after));
}

static void not_filing(void **state)
{
	struct story s = precheck(*state);
	const char *path = desk_of(&s, "do/not-file");

	assert_true(says(status_is(bench_post(s.b, "officer1", path, "cause", "first", NULL), 422),
		"Reason"));
	assert_true(says(status_is(bench_post(s.b, "officer1", path, "cause", "friendship", "words",
					   "熟人", NULL),
				 422),
		"not one of the choices"));
	/* the ground is weighed first, and held against the lists */
	assert_true(says(status_is(bench_post(s.b, "officer1", path, "cause", "first", "words",
					   "情节轻微", NULL),
				 422),
		"O2 article 20"));
	const char *today = date_text(bench_arena(s.b), clock_now());
	status_is(bench_post(s.b, "officer1", desk_of(&s, "do/weigh"), "reply_first", "yes",
			  "reply_slight_harm", "yes", "reply_corrected", "yes", "reply_minor", "no",
			  "city_checked", today, NULL),
		303);
	assert_true(says(status_is(bench_post(s.b, "officer1", path, "cause", "minor", "words",
					   "情节轻微", NULL),
				 422),
		"APL article 33"));
	assert_true(bench_torture(s.b, "officer1", path, "cause", "first", "words", "情节轻微",
			    NULL) > 3);
	assert_string_equal(member(&s, "state"), "precheck"); /* a leader approves it */
	assert_true(says(status_is(file_it(&s), 409), "waiting"));
	const char *answer = approval_of(&s);
	status_is(bench_post(s.b, "officer1", answer, "verdict", "approve", NULL), 403);
	assert_true(bench_torture(s.b, "head1", answer, "verdict", "approve", NULL) > 4);
	assert_string_equal(member(&s, "state"), "not_filed");
	bench_jobs(s.b);
	/* the same found again opens a new matter */
	another_lead(&s, "after not filing");
	assert_int_equal(
		bench_int(s.b, arena_printf(bench_arena(s.b),
				       "SELECT count(*) FROM cases WHERE operator = %" PRId64
				       " AND state = 'precheck'",
				       s.operator)),
		1);
	/* and it is no first offence any more, also under another file of the same USCC */
	struct story again = s;
	again.id = bench_int(s.b, "SELECT max(id) FROM cases");
	struct answer *r = bench_get(s.b, "officer1", desk_of(&again, "do/weigh"));
	assert_true(says(r, "not a first one"));
	assert_true(says(r, "city_checked")); /* the short form: no figures */
	assert_null(strstr(r->body, "goods_fen"));
	assert_non_null(
		strstr(bench_get(s.b, "officer1", desk_of(&again, "do/weigh?whole=1"))->body,
			"goods_fen"));
	int64_t other = bench_operator(s.b, "示例面馆二店", HARNESS_AREA);
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE operators SET uscc = '' WHERE id = %" PRId64, other));
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET operator = %" PRId64 " WHERE id = %" PRId64, other,
			       again.id));
	assert_null(strstr(
		bench_get(s.b, "officer1", desk_of(&again, "do/weigh"))->body, "not a first one"));
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE operators SET uscc = (SELECT uscc FROM operators WHERE id = "
			       "%" PRId64 ") WHERE id = %" PRId64,
			       s.operator, other));
	assert_true(
		says(bench_get(s.b, "officer1", desk_of(&again, "do/weigh")), "not a first one"));
}

static void precheck_term(void **state)
{
	struct story s = precheck(*state);
	int64_t due;

	assert_true(text_to_int(member(&s, "precheck_due"), &due));
	assert_string_equal(
		date_text(bench_arena(s.b), due), "2026-12-14"); /* fifteen working days */
	assert_int_equal(
		bench_int(s.b, arena_printf(bench_arena(s.b),
				       "SELECT count(*) FROM case_evidence WHERE case_id = %" PRId64
				       " AND usable = 1 AND method LIKE '%%李明、王芳%%'",
				       s.id)),
		1);
}

/* ---- writing to the party -------------------------------------------------------------------- */
static void link_sent(void **state)
{
	struct story s = filed(*state);
	static const char *const bad[] = { "", "12", "abc", "13912345678 13912345679" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_true(says(status_is(bench_post(s.b, "officer1", desk_of(&s, "link"), "phone",
						   bad[i], NULL),
					 422),
			"13800000000"));
	int64_t sent = facts_in_story(&s, "case.link_sent");
	/* the licence's own telephone: one officer of the case, at once */
	assert_true(bench_torture(s.b, "officer1", desk_of(&s, "link"), "phone", "13900000000",
			    NULL) > 5);
	assert_int_equal(facts_in_story(&s, "case.link_sent"), sent + 1);
	/* the link is a secret: the ledger does not hold it */
	assert_int_equal(bench_int(s.b, "SELECT count(*) FROM ledger WHERE data LIKE '%/l/%'"), 0);
	bench_jobs(s.b);
}

static int64_t links_open(const struct story *s)
{
	return bench_int(s->b, arena_printf(bench_arena(s->b),
				       "SELECT count(*) FROM links WHERE subject = %" PRId64
				       " AND expires_at > %" PRId64,
				       s->id, clock_now()));
}

/* Whoever holds the link acts as the party: another telephone than the licence's takes a reason and
 * both officers of the case (APL 42), and what an earlier link opened ends. */
static void link_to_another_telephone(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	const char *link = desk_of(&s, "link"), *other = "13987654321";
	int64_t sent = facts_in_story(&s, "case.link_sent"),
		jobs = bench_int(b, "SELECT count(*) FROM jobs");

	status_is(bench_get(b, s.party, my(&s, "")), 200);
	assert_int_equal(links_open(&s), 1);
	/* an officer of the same town who has nothing to do with the case */
	bench_run(b, "UPDATE users SET area = 310112101 WHERE login = 'officer3'");
	struct answer *r = bench_post(b, "officer3", link, "phone", "13900000000", NULL);
	assert_true(says(status_is(r, 403), "APL article 42"));
	/* no reason; too long a one */
	status_is(bench_post(b, "officer1", link, "phone", other, NULL), 422);
	char *long_ = arena_dup(bench_arena(b), "");
	for (int i = 0; i < 301; i++)
		long_ = arena_printf(bench_arena(b), "%sx", long_);
	status_is(
		bench_post(b, "officer1", link, "phone", other, "phone_reason", long_, NULL), 422);
	/* prepared by one: nothing goes out, however often he sends it, and the old one still opens
	 */
	assert_true(bench_torture(
			    b, "officer1", link, "phone", other, "phone_reason", "换号", NULL) > 3);
	status_is(
		bench_post(b, "officer1", link, "phone", other, "phone_reason", "换号", NULL), 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), jobs);
	assert_int_equal(facts_in_story(&s, "case.link_sent"), sent);
	assert_true(says(bench_get(b, "officer2", desk_of(&s, "")), "prepared a link"));
	status_is(bench_get(b, s.party, my(&s, "")), 200);
	/* the other officer means another number: that one waits for the first again */
	status_is(bench_post(b, "officer2", link, "phone", "13911110000", "phone_reason", "听说",
			  NULL),
		303);
	assert_int_equal(facts_in_story(&s, "case.link_sent"), sent);
	status_is(
		bench_post(b, "officer1", link, "phone", other, "phone_reason", "换号", NULL), 303);
	assert_int_equal(facts_in_story(&s, "case.link_sent"), sent);
	assert_true(bench_torture(b, "officer2", link, "phone", other, NULL) > 5);
	assert_int_equal(facts_in_story(&s, "case.link_sent"), sent + 1);
	/* one link, the new one; the session of the earlier one is over */
	assert_int_equal(links_open(&s), 1);
	status_is(bench_get(b, s.party, my(&s, "")), 401);
	/* agreed to once: the next needs both again */
	status_is(bench_post(b, "officer2", link, "phone", other, NULL), 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM link_asks"), 0);
	bench_jobs(b);
}

/* ---- the correction -------------------------------------------------------------------------- */
static void correction_refused_and_shown_again(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	const char *order = desk_of(&s, "correction"), *verdict = desk_of(&s, "correction/verdict");

	status_is(address(&s, "yes"), 303);
	bench_jobs(b);
	status_is(
		bench_post(b, "officer1", order, "requirement", "戴帽", "due", "soon", NULL), 422);
	status_is(bench_post(b, "officer1", order, "requirement", "", "due", "2026-11-30", NULL),
		422);
	assert_true(says(status_is(bench_post(b, "officer1", order, "requirement", "戴帽", "due",
					   "2026-11-22", NULL),
				 409),
		"future"));
	assert_true(bench_torture(b, "officer1", order, "requirement", "戴帽", "due", "2026-11-23",
			    NULL) > 8); /* today */
	status_is(
		bench_post(b, "officer1", order, "requirement", "戴帽", "due", "2026-11-30", NULL),
		409);
	bench_jobs(b);
	assert_int_equal(
		facts_in_story(&s, "case.served"), 1); /* the order reached the telephone */
	assert_true(says(bench_get(b, s.party, my(&s, "correction")), "Read the order"));
	status_is(bench_post(b, "officer1", verdict, "verdict", "accept", NULL),
		409); /* nothing shown yet */
	status_is(bench_get(b, "officer1", desk_of(&s, "correction/photo")), 404);
	status_is(bench_post(b, s.party, my(&s, "correction"), "words", "x", NULL), 422);
	bench_file(b, "photo", "x.png", "image/png", (struct bytes){ (const uint8_t *)"png", 3 });
	status_is(bench_post(b, s.party, my(&s, "correction"), "words", "x", NULL), 422);
	photo(b);
	assert_true(bench_torture(b, s.party, my(&s, "correction"), "words", "已戴", NULL) > 5);
	status_is(bench_get(b, "officer1", desk_of(&s, "correction/photo")), 200);
	status_is(
		bench_post(b, "officer1", verdict, "verdict", "refuse", "reason", " ", NULL), 422);
	assert_true(bench_torture(b, "officer1", verdict, "verdict", "refuse", "reason",
			    "帽子未遮住头发", NULL) > 4);
	struct answer *r = bench_get(b, s.party, my(&s, "correction"));
	assert_true(says(r, "帽子未遮住头发") && says(r, "Show that it is corrected"));
	photo(b);
	status_is(bench_post(b, s.party, my(&s, "correction"), "words", "已重新佩戴", NULL), 303);
	status_is(bench_post(b, "officer1", verdict, "verdict", "accept", NULL), 303);
	assert_string_equal(member(&s, "correction_state"), "accepted");
	photo(b);
	status_is(bench_post(b, s.party, my(&s, "correction"), "words", "x", NULL), 409);
	assert_int_equal(facts_in_story(&s, "case.correction_shown"), 2);
}

/* The case is not concluded while something is left to be corrected; accepting it concludes it. */
static void correction_concludes(void **state)
{
	struct story s = ready_to_tell(*state);
	struct bench *b = s.b;

	status_is(bench_post(b, "officer1", desk_of(&s, "correction"), "requirement", "戴帽", "due",
			  "2026-11-30", NULL),
		303);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "none", NULL), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	bench_jobs(b);
	hand_over(&s);
	assert_string_equal(member(&s, "state"), "decided");
	photo(b);
	status_is(bench_post(b, s.party, my(&s, "correction"), "words", "已戴", NULL), 303);
	assert_true(bench_torture(b, "officer1", desk_of(&s, "correction/verdict"), "verdict",
			    "accept", NULL) > 6);
	assert_string_equal(member(&s, "state"), "closed");
	assert_int_equal(facts_in_story(&s, "case.closed"), 1);
}

/* ---- telling and hearing --------------------------------------------------------------------- */
static void silence(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;
	int64_t due;

	assert_true(text_to_int(member(&s, "hear_due"), &due));
	assert_string_equal(date_text(bench_arena(b), due), "2026-11-30");
	int64_t now = clock_now();
	bench_clock(b, due);
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, "silence"), NULL), 409),
		"O2 article 57"));
	assert_null(strstr(bench_get(b, "officer1", desk_of(&s, ""))->body, "/silence"));
	bench_clock(b, due + 1);
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")), "/silence"));
	assert_true(bench_torture(b, "officer1", desk_of(&s, "silence"), NULL) > 4);
	assert_string_equal(member(&s, "statement"), "silent");
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "made", "words", "迟了",
			  NULL),
		409);
	bench_clock(b, now);
}

static void telling(void **state)
{
	struct story s = filed(*state);

	status_is(bench_post(s.b, s.party, my(&s, "seen"), NULL), 303);
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET act = 'V99' WHERE id = %" PRId64, s.id));
	assert_true(says(status_is(bench_post(s.b, "officer1", desk_of(&s, "tell"), NULL), 409),
		"APL article 51"));
	bench_run(s.b, arena_printf(bench_arena(s.b),
			       "UPDATE cases SET act = 'V01' WHERE id = %" PRId64, s.id));
	bench_run(s.b, "UPDATE case_evidence SET usable = 0");
	assert_true(says(status_is(bench_post(s.b, "officer1", desk_of(&s, "tell"), NULL), 409),
		"APL article 46"));
	bench_run(s.b, "UPDATE case_evidence SET usable = 1");
	bench_run(s.b, arena_printf(bench_arena(s.b), /* nobody else's offences are its own */
			       "UPDATE operators SET uscc = '' WHERE id = %" PRId64, s.operator));
	/* not before the lists were asked; and what must not be punished gets no warning (APL 33)
	 */
	assert_true(says(status_is(bench_post(s.b, "officer1", desk_of(&s, "tell"), NULL), 409),
		"APL article 33"));
	status_is(bench_post(s.b, "officer1", desk_of(&s, "do/weigh"), "reply_minor", "yes",
			  "reply_no_harm", "yes", "reply_corrected", "yes", "reply_first", "no",
			  NULL),
		303);
	struct answer *r = status_is(bench_post(s.b, "officer1", desk_of(&s, "tell"), NULL), 409);
	assert_true(says(r, "Minor, corrected in time, no harm (APL article 33)"));
	bench_clock(s.b, clock_now() + MINUTE);
	status_is(weigh_it(&s), 303);
	assert_true(bench_torture(s.b, "officer1", desk_of(&s, "tell"), NULL) > 5);
	bench_jobs(s.b);
}

/* What the party says is kept, must be dealt with, and never makes it worse. */
static void statement_never_makes_it_heavier(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;

	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "made", "words",
			  "不服！", "penalty", "PEN_FINE", "fine_fen", "500000", NULL),
		303);
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 409),
		"told and heard"));
	status_is(bench_sign(b, s.party, my(&s, "statement"), "statement", "all", NULL), 303);
	assert_true(says(status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 409),
		"APL article 45"));
	assert_true(bench_torture(b, "officer1", desk_of(&s, "propose"), "adopted",
			    "与录像不符，不予采纳", "penalty", "PEN_FINE", "fine_fen", "500000",
			    NULL) > 4);
	assert_string_equal(member(&s, "penalty"), member(&s, "told_penalty"));
	assert_string_equal(member(&s, "penalty"), "PEN_WARN");
	assert_string_equal(member(&s, "fine_fen"), "0");
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	assert_string_equal(member(&s, "penalty"), "PEN_WARN");
	bench_jobs(b);
	/* both stand on the paper */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM papers WHERE template = "
				      "'onspot_decision' AND content LIKE"
				      " '%不服！%' AND content LIKE '%与录像不符，不予采纳%'"),
		1);
}

/* ---- deciding -------------------------------------------------------------------------------- */
static void returned_and_proposed_again(void **state)
{
	struct story s = proposed(*state);
	struct bench *b = s.b;

	assert_true(says(
		status_is(bench_post(b, "officer1", desk_of(&s, "decide"), "verdict", "sign", NULL),
			409),
		"APL article 42"));
	/* a form without the pressed button decides nothing */
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), NULL), 422);
	status_is(
		bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "perhaps", NULL), 422);
	assert_string_equal(member(&s, "state"), "proposed");
	assert_true(says(status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict",
					   "return", "reason", " ", NULL),
				 422),
		"APL article 42"));
	assert_true(bench_torture(b, "officer2", desk_of(&s, "decide"), "verdict", "return",
			    "reason", "补充说理", NULL) > 4);
	assert_int_equal(facts_in_story(&s, "case.returned"), 1);
	assert_int_equal(facts_in_story(&s, "case.proposed"), 1);
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")),
		"Decision returned by the second officer"));
	assert_string_equal(member(&s, "state"), "heard");
	assert_string_equal(member(&s, "proposed_by"), "0");
	/* now the other proposes, and the first one signs */
	status_is(bench_post(b, "officer2", desk_of(&s, "propose"), NULL), 303);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 409);
	assert_true(
		bench_torture(b, "officer1", desk_of(&s, "decide"), "verdict", "sign", NULL) > 9);
	assert_string_equal(member(&s, "state"), "decided");
	bench_jobs(b);
}

/* An officer of the same town who has nothing to do with the case. */
static void who_proposes(void **state)
{
	struct story s = heard(*state);
	struct bench *b = s.b;

	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE cases SET officer2 = 4711 WHERE id = %" PRId64, s.id));
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL),
		409); /* 4711 has no card */
	bench_run(b,
		arena_printf(bench_arena(b), "UPDATE cases SET officer2 = %s WHERE id = %" PRId64,
			officer(b, "officer3"), s.id));
	assert_true(says(status_is(bench_post(b, "officer2", desk_of(&s, "propose"), NULL), 403),
		"two officers"));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE cases SET state = 'proposed', proposed_by = officer1 WHERE id "
			     "= %" PRId64,
			     s.id));
	assert_true(says(
		status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL),
			403),
		"Only the two officers"));
}

/* A third officer of the same town, with a card, at every step of a case in the state in which its
 * own officers may take it (APL 42). */
static const struct {
	const char *state, *set, *steps;
} of_the_two[] = { { "filed", "", "correction tell" },
	{ "told", ", correction_state = 'shown', hear_due = 1", "correction/verdict silence" },
	{ "heard", ", statement = 'none', correction_state = ''", "propose" },
	{ "proposed", ", proposed_by = officer1", "decide" } };

static void third_officer_works_in(struct bench *b, int area)
{
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE users SET area = %d WHERE login = 'officer3'", area));
}

static void a_third_officer(void **state)
{
	struct story s = ready_to_tell(*state);
	struct bench *b = s.b;
	int n = 0;

	third_officer_works_in(b, HARNESS_AREA);
	for (size_t i = 0; i < sizeof(of_the_two) / sizeof(*of_the_two); i++) {
		bench_run(b, arena_printf(bench_arena(b),
				     "UPDATE cases SET state = '%s'%s WHERE id = %" PRId64,
				     of_the_two[i].state, of_the_two[i].set, s.id));
		int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
		for (const char *w = of_the_two[i].steps; *w; n++) {
			size_t len = strcspn(w, " ");
			const char *name = arena_copy(bench_arena(b), w, len);
			assert_true(
				says(status_is(step(&s, "officer3", name), 403), "APL article 42"));
			assert_null(strstr(bench_get(b, "officer3", desk_of(&s, ""))->body,
				arena_printf(bench_arena(b), "action=\"%s\"", desk_of(&s, name))));
			assert_true(says(bench_get(b, "officer2", desk_of(&s, "")),
				arena_printf(bench_arena(b), "action=\"%s\"", desk_of(&s, name))));
			w += len + (w[len] == ' ');
		}
		assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
	}
	assert_int_equal(n, 6);
	third_officer_works_in(b, HARNESS_AREA2);
}

static void paper_says(const struct story *s, const char *what, bool yes)
{
	assert_int_equal(
		bench_int(
			s->b, arena_printf(bench_arena(s->b),
				      "SELECT count(*) FROM papers WHERE subject = %" PRId64
				      " AND template = 'onspot_decision' AND content LIKE '%%%s%%'",
				      s->id, what)),
		yes);
}

static void is_kind(const struct story *s, const char *kind)
{
	bench_run(s->b,
		arena_printf(bench_arena(s->b),
			"UPDATE operators SET kind = '%s' WHERE id = %" PRId64, kind, s->operator));
}

static struct story told_as(struct bench *b, const char *kind)
{
	struct story s = filed(b);

	is_kind(&s, kind);
	status_is(bench_post(b, s.party, my(&s, "seen"), NULL), 303);
	status_is(weigh_it(&s), 303); /* as what it is on file */
	status_is(bench_post(b, "officer1", desk_of(&s, "tell"), NULL), 303);
	return s;
}

/* Shanghai has an article of its own for small caterers: the party's page and the paper name it. */
static void article_of_a_small_caterer(void **state)
{
	struct bench *b = *state;
	struct story s = told_as(b, "restaurant_small");
	static const char small[] = "《上海市食品安全条例》第九十九条第三款";

	assert_null(
		strstr(status_is(bench_get(b, s.party, my(&s, "statement")), 200)->body, small));
	s = told_as(b, "small_caterer");
	assert_true(says(status_is(bench_get(b, s.party, my(&s, "statement")), 200), small));
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "none", NULL), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	bench_jobs(b);
	paper_says(&s, small, true);
}

static int64_t cases_of(const struct story *s)
{
	return bench_int(
		s->b, arena_printf(bench_arena(s->b),
			      "SELECT count(*) FROM cases WHERE operator = %" PRId64, s->operator));
}

static int64_t evidence_of(const struct story *s)
{
	return bench_int(s->b,
		arena_printf(bench_arena(s->b),
			"SELECT count(*) FROM case_evidence WHERE case_id = %" PRId64, s->id));
}

/* What was found after the party was told is no part of what it is decided against for. */
static void told_of_all_that_counts(void **state)
{
	struct story s = told(*state);
	struct bench *b = s.b;
	int64_t now = clock_now();

	bench_clock(b, now + 3 * HOUR);
	another_lead(&s, "found later");
	assert_int_equal(evidence_of(&s), 1);
	assert_int_equal(cases_of(&s), 2);
	status_is(bench_post(b, s.party, my(&s, "statement"), "statement", "none", NULL), 303);
	status_is(bench_post(b, "officer1", desk_of(&s, "propose"), NULL), 303);
	status_is(bench_post(b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	struct civil first = civil_of(now), later = civil_of(now + 3 * HOUR);
	paper_says(&s,
		arena_printf(bench_arena(b), "%02d时%02d分后厨视频", first.hour, first.minute),
		true);
	paper_says(&s,
		arena_printf(bench_arena(b), "%02d时%02d分后厨视频", later.hour, later.minute),
		false);
	bench_jobs(b);
	bench_clock(b, now);
}

/* ---- serving --------------------------------------------------------------------------------- */
static void served_by_hand(void **state)
{
	struct story s = decided(*state);
	struct bench *b = s.b;

	assert_string_equal(
		member(&s, "served_at"), "0"); /* no consent: it does not arrive by itself */
	assert_true(says(bench_get(b, "officer1", desk_of(&s, "")), "Service of papers"));
	hand_over(&s);
	assert_string_equal(member(&s, "state"), "closed");
	assert_string_equal(member(&s, "service_way"), "direct");
	assert_int_equal(facts_in_story(&s, "paper.served"), 1);
	assert_int_equal(facts_in_story(&s, "case.served"), 1);
	assert_int_equal(facts_in_story(&s, "case.closed"), 1);
	/* concluded: what is found now is another matter */
	another_lead(&s, "after the end");
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM cases WHERE operator = %" PRId64,
				     s.operator)),
		2);
}

/* Consent given after the decision was sealed: it is sent at that moment, and nobody waits for
 * ever. */
static void consent_after_the_decision(void **state)
{
	struct story s = decided(*state);

	assert_string_equal(member(&s, "served_at"), "0");
	status_is(address(&s, "yes"), 303);
	assert_string_equal(member(&s, "served_at"), "0"); /* the message is on its way */
	bench_jobs(s.b);
	assert_string_equal(member(&s, "state"), "closed");
	assert_string_equal(member(&s, "service_way"), "electronic");
	assert_int_equal(facts_in_story(&s, "case.served"), 1);
	assert_true(says(bench_get(s.b, s.party, my(&s, "decision")), "It arrived here on"));
}

static void served_to_the_telephone(void **state)
{
	struct story s = proposed(*state);

	status_is(address(&s, "yes"), 303);
	status_is(address(&s, "yes"), 303); /* said twice, served once */
	bench_jobs(s.b);
	status_is(bench_post(s.b, "officer2", desk_of(&s, "decide"), "verdict", "sign", NULL), 303);
	assert_string_equal(member(&s, "served_at"), "0");
	bench_jobs(s.b);
	assert_string_equal(member(&s, "state"), "closed");
	assert_int_equal(facts_in_story(&s, "case.served"), 1);
	assert_int_equal(facts_in_story(&s, "case.decided"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(wrong_states),
		cmocka_unit_test(filing), cmocka_unit_test(numbers_without_gaps),
		cmocka_unit_test(not_filing), cmocka_unit_test(precheck_term),
		cmocka_unit_test(link_sent), cmocka_unit_test(link_to_another_telephone),
		cmocka_unit_test(correction_refused_and_shown_again),
		cmocka_unit_test(correction_concludes), cmocka_unit_test(silence),
		cmocka_unit_test(telling), cmocka_unit_test(statement_never_makes_it_heavier),
		cmocka_unit_test(returned_and_proposed_again), cmocka_unit_test(who_proposes),
		cmocka_unit_test(a_third_officer), cmocka_unit_test(told_of_all_that_counts),
		cmocka_unit_test(article_of_a_small_caterer), cmocka_unit_test(served_by_hand),
		cmocka_unit_test(consent_after_the_decision),
		cmocka_unit_test(served_to_the_telephone) };
	int failed = cmocka_run_group_tests_name("cases on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"cases on PostgreSQL", tests, begin_postgres, end);
	return failed;
}
