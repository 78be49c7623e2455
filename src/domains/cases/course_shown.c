/* What the case's page says of its ordinary procedure: where it stands, the steps that may be taken
 * now, and those that may not, each with what is missing. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/weighing.h"

/* ---- steps ------------------------------------------------------------ */
/* Of the steps of one's own: those of this state, and those to which only something is missing. */
void put_course_steps(struct req *rq, const struct course *k)
{
	struct node *next = put_list(rq->view, "next"), *later = put_list(rq->view, "later");

	for (int s = 0; s < STEPS; s++) {
		const struct step_rule *r = step_rule((enum step)s);
		if (!deed_of((enum step)s) || !step_belongs((enum step)s, &k->f) ||
			!(may(rq, CASE_STEP)))
			continue;
		const char *who = step_actor_missing((enum step)s, &k->f, &k->actor);
		const char *why = who ? who : step_missing((enum step)s, &k->f, &k->actor);
		struct node *n = put_map(why ? later : next, NULL);
		put_text(n, "name", tr(rq, r->name));
		put_text(n, "clause", clause_text(rq, r->clause));
		put_text(n, "why", why ? tr(rq, why) : "");
		put_printf(n, "href", "/cases/%" PRId64 "/do/%s", k->c.id, r->key);
	}
}

/* ---- rows ------------------------------------------------------------- */
static const char *report_state(struct req *rq, const struct course *k)
{
	if (text_is(k->report.state, "submitted"))
		return arena_printf(rq->arena, "%s · %s",
			tr(rq, text_is(k->review.kind, "legal") ? "In legal review"
								: "In case review"),
			date_text(rq->arena, k->review.due));
	return arena_printf(rq->arena, "%s · %s",
		tr(rq, text_is(k->report.state, "passed") ? "Review passed" : "Returned by review"),
		k->review.opinion);
}

static void put_hearing_row(struct req *rq, const struct course *k, struct node *rows)
{
	static const struct choice states[] = { { "asked", "Asked for", "" },
		{ "set", "Announced", "" }, { "held", "Held", "" }, { "reported", "Reported", "" },
		{ "withdrawn", "Withdrawn", "" }, { 0 } };

	if (!k->hearing.id)
		return;
	bool absent = text_is(k->hearing_notice.outcome, "absent");
	const char *state = tr(rq,
		absent ? "Waived: the party stayed away" : choice_label(states, k->hearing.state));
	put_beside_row(rq, rows, "Hearing",
		k->hearing.at ? arena_printf(rq->arena, "%s · %s · %s", state,
					time_text(rq->arena, k->hearing.at), k->hearing.place)
			      : state);
}

static void put_transfer_rows(struct req *rq, const struct course *k, struct node *rows)
{
	const struct transfer *t = &k->transfer;

	if (!t->id)
		return;
	put_beside_row(rq, rows, "Case handed over",
		arena_printf(rq->arena, "%s · %s · %s", time_text(rq->arena, t->handed_at),
			t->receiver, t->receipt));
	if (*t->reply)
		put_beside_row(rq, rows, "Answer of the police",
			arena_printf(rq->arena, "%s · %s",
				tr(rq, text_is(t->reply, "accepted")
						? "The police took up the case"
						: "The police did not take up the case"),
				t->reply_number));
}

enum err put_course_rows(struct req *rq, const struct course *k)
{
	struct node *rows = put_list(rq->view, "course_rows");
	struct weighing w;
	const struct penalty_size p = report_size(&k->report), told = notice_size(&k->notice);

	rows->hidden = true;
	if (k->f.suspended)
		put_beside_row(rq, rows, "Investigation",
			tr(rq, "Suspended: the ninety days stand still"));
	if (k->f.ended)
		put_beside_row(rq, rows, "Investigation", tr(rq, "Ended"));
	if (k->f.weighed) {
		TRY(weighing_load(rq, k->c.id, &w));
		put_beside_row(rq, rows, "Weighing", weighing_label(rq, &w));
	}
	if (k->report.id) {
		put_beside_row(rq, rows, "Report", report_state(rq, k));
		put_beside_row(rq, rows, "Proposed",
			text_is(k->report.outcome, "penalty")
				? penalty_zh(rq, k, &p)
				: tr(rq, choice_label(
						 model_field(&report_model, "outcome")->choices,
						 k->report.outcome)));
	}
	if (k->notice.id)
		put_beside_row(rq, rows, "Notice",
			arena_printf(rq->arena, "%s · %s", penalty_zh(rq, k, &told),
				k->notice.served_at
					? arena_printf(rq->arena, "%s %s", tr(rq, "served"),
						  time_text(rq->arena, k->notice.served_at))
					: tr(rq, "not served yet")));
	put_hearing_row(rq, k, rows);
	if (k->f.crime_named)
		put_beside_row(rq, rows, "To the police",
			arena_printf(
				rq->arena, "%s · %s", k->handover.authority, k->handover.crime));
	put_transfer_rows(rq, k, rows);
	if (k->discussion.id)
		put_beside_row(rq, rows, "Collective discussion", k->discussion.conclusion);
	if (k->f.term_discussed)
		put_beside_row(rq, rows, "Collective discussion of the term",
			k->term_discussion.conclusion);
	return OK;
}

/* ---- approval --------------------------------------------------------- */
static const struct choice matter_names[] = { { "extend_precheck", "Extend the pre-check", "" },
	{ "file", "File the case", "" }, { "not_file", "Do not file", "" },
	{ "to_ordinary", "Change to the ordinary procedure", "" },
	{ "suspend", "Suspend the investigation", "" }, { "end", "End the investigation", "" },
	{ "extend", "Extend the term by thirty days", "" },
	{ "extend_again", "Extend the term by collective discussion", "" },
	{ "extend_review", "Extend the review", "" }, { "decide", "Decide", "" },
	{ "close", "Conclude the case", "" }, { 0 } };

void put_course(struct req *rq, const struct course *k)
{
	struct node *n;

	put_flag(rq->view, "ordinary", text_is(k->f.procedure, "ordinary"));
	if (!k->approval.id)
		return;
	n = put_map(rq->view, "approval");
	put_printf(n, "id", "%" PRId64, k->approval.id);
	put_text(n, "matter", tr(rq, choice_label(matter_names, k->approval.matter)));
	put_text(n, "words", k->approval.words);
	put_text(n, "cause", *k->approval.cause ? law_word(k, k->approval.cause) : "");
	put_text(n, "day", k->approval.day ? date_text(rq->arena, k->approval.day) : "");
	put_text(n, "by", user_name(rq, k->approval.asked_by));
	put_text(n, "at", time_text(rq->arena, k->approval.asked_at));
	put_flag(n, "mine",
		may(rq, CASE_APPROVE) && rq->user->id != k->c.officer1 &&
			rq->user->id != k->c.officer2 && rq->user->id != k->approval.asked_by);
}

/* ---- files of the party ------------------------------------------------ */
enum err put_party_files(struct req *rq, int64_t case_id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "party_files");

	TRY(db_query(rq, &r,
		"SELECT id, type, sent_at FROM case_party_files WHERE case_id = $1 ORDER BY "
		"sent_at, id",
		case_id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		bool picture = text_starts(rows_text(r, 1), "image/");
		put_printf(n, "href", "/cases/%" PRId64 "/party-files/%" PRId64, case_id,
			rows_int(r, 0));
		put_flag(n, "picture", picture);
		put_flag(n, "voice", !picture);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 2)));
	}
	rows_close(r);
	return OK;
}
