/* Discussion, decision, conclusion. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/edata.h"

#include <string.h>

/* ---- discussion ------------------------------------------------------- */
/* Names, one a line: how many different ones. Who is an officer of the case does not count. */
static int names_count(struct req *rq, const struct course *k, const char *lines)
{
	struct buf seen = { .arena = rq->arena };
	int n = 0;

	buf_printf(&seen, "\n%s\n%s\n", user_name(rq, k->c.officer1), user_name(rq, k->c.officer2));
	for (const char *at = lines; *at;) {
		size_t len = strcspn(at, "\n");
		const char *name = text_trim(rq->arena, arena_copy(rq->arena, at, len));
		if (*name && !strstr(buf_text(&seen), arena_printf(rq->arena, "\n%s\n", name))) {
			buf_printf(&seen, "%s\n", name);
			n++;
		}
		at += len + (at[len] == '\n');
	}
	return n;
}

static const struct choice subjects[] = {
	{ "decision", "The decision that the report proposes (APL article 57)", "" },
	{ "term", "A further term for deciding (O2 article 64)", "" },
	{ 0 },
};
static const struct model discussion_form = MODEL("case_discussions", struct discussion,
	FIELDS(INPUT(struct discussion, about, "What is discussed", .choices = subjects,
		       .required = true),
		INPUT(struct discussion, place, "Place", .required = true, .max = 100),
		INPUT(struct discussion, participants, "Who took part, one name a line",
			.as = AS_LONG, .required = true, .max = 500,
			.hint = "At least three responsible persons (APL article 57)"),
		INPUT(struct discussion, words, "What each of them said", .as = AS_LONG,
			.required = true, .max = 4000),
		INPUT(struct discussion, conclusion, "Conclusion", .as = AS_LONG, .required = true,
			.max = 2000)));

static void discuss_begin(struct req *rq, const struct course *k, void *row)
{
	(void)rq;
	((struct discussion *)row)->about = discussion_missing(&k->f, false) ? "term" : "decision";
}

static enum err discuss(struct req *rq, struct course *k, void *row)
{
	struct discussion *d = row;
	int most = (int)node_int(k->law, "discussion.participants", 3);
	bool term = text_is(d->about, "term");
	const char *why = discussion_missing(&k->f, term);

	if (why) {
		field_error(rq, "about", "%s", tr(rq, why));
		return E_INVALID;
	}
	if (names_count(rq, k, d->participants) < most) {
		field_error(rq, "participants",
			"At least three responsible persons who are not officers of the case take "
			"part (APL article 57).");
		return E_INVALID;
	}
	d->case_id = k->c.id;
	d->report = term ? 0 : k->report.id;
	d->at = rq->now;
	d->chair = rq->user->id;
	TRY(paper_discussion(rq, k, d));
	return course_add(rq, k, &(struct written){ &discussion_model, d, CASE_DISCUSSED });
}

/* ---- to the police ---------------------------------------------------- */
/* What the report found is what is handed over, unless an earlier attempt said more. */
static void crime_begin(struct req *rq, const struct course *k, void *row)
{
	struct handover *h = row;

	*h = k->handover;
	h->id = h->version = 0;
	if (k->handover.id)
		return;
	row_blank(&handover_model, h);
	h->authority = setting(rq, "police", "示范区公安分局");
	h->facts = k->report.facts;
	h->material = "一、案件调查终结报告；\n二、涉案物品清单；\n三、检验报告、鉴定意见；\n"
		      "四、其他有关涉嫌犯罪的材料。";
}

static enum err crime_name(struct req *rq, struct course *k, void *row)
{
	struct handover *h = row;

	if (!text_ends(h->crime, "罪"))
		field_error(rq, "crime",
			"Give the crime as the criminal law names it, ending in 罪 (transfer rule, "
			"article 3).");
	if (!strstr(h->basis, "刑法"))
		field_error(rq, "basis",
			"Name the articles of the criminal law (刑法) that may be broken (transfer "
			"rule, article 3).");
	if (form_failed(rq))
		return E_INVALID;
	h->case_id = k->c.id;
	h->report = k->report.id;
	h->written_by = rq->user->id;
	h->written_at = rq->now;
	return course_add(rq, k, &(struct written){ &handover_model, h, CASE_CRIME_NAMED });
}

/* ---- decision --------------------------------------------------------- */
static const struct model submit_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, words, "Is the party's statement adopted, and why",
		.as = AS_LONG, .max = 1000)));

static enum err submit(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;
	const struct report *r = &k->report;
	struct proceeding p = k->proceeding;
	const struct penalty_size size = report_size(r);

	if ((text_is(k->c.statement, "made") || k->f.said_before) && !*a->words) {
		field_error(rq, "words",
			"Say whether the party's statement is adopted and why (APL article 45; O2 "
			"article 62).");
		return E_INVALID;
	}
	TRY(one_fine_check(rq, &k->c, text_is(r->outcome, "penalty") ? r->fine_fen : 0));
	TRY(edata_settle(rq, k));
	k->c.defence_adopted = a->words;
	k->c.state = "proposed";
	k->c.proposed_by = rq->user->id;
	k->c.outcome = r->outcome;
	k->c.penalty = r->kinds;
	k->c.fine_fen = r->fine_fen;
	p.outcome_item = r->outcome_item;
	p.confiscated_fen = r->confiscated_fen;
	TRY(db_update(rq, &proceeding_model, &p));
	TRY(case_save_with(rq, &k->c, CASE_PROPOSED,
		json_pairs(rq, "outcome", r->outcome, "penalty", r->kinds, NULL)));
	a->matter = "decide";
	a->words = arena_printf(rq->arena, "%s：%s",
		law_word(k, arena_printf(rq->arena, "outcome_%s", r->outcome)),
		penalty_zh(rq, k, &size));
	return approval_ask(rq, k, a);
}

enum err case_decided_ordinary(struct req *rq, struct course *k)
{
	k->c.state = "decided";
	k->c.decided_at = rq->now;
	return paper_decision(rq, k);
}

/* ---- conclusion ------------------------------------------------------- */
static const struct choice close_causes[] = {
	{ "done", "The penalty has been performed", "" },
	{ "court_ended", "The court ended the enforcement", "" },
	{ "investigation_ended", "The investigation was ended", "" },
	{ "no_penalty", "No penalty, or transferred", "" },
	{ "other", "Another ground", "" },
	{ 0 },
};
static const struct model close_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, cause, "Reason (O2 article 77)", .choices = close_causes,
		       .required = true),
		INPUT(struct approval, words, "How it was performed, or the ground", .as = AS_LONG,
			.required = true, .max = 1000)));

/* The ground that the case itself gives; how its fine was settled: "" there was none. */
static const char *cause_of(const struct course *k, const char *settled)
{
	if (k->f.ended && !k->c.decided_at)
		return "investigation_ended";
	if (!text_is(k->c.outcome, "penalty"))
		return "no_penalty";
	if (text_is(settled, "court_ended"))
		return "court_ended";
	return !*settled || text_is(settled, "paid") ? "done" : "other";
}

/* The reason and the case agree; another ground is for what none of the others says. */
static enum err cause_check(struct req *rq, const struct course *k, const char *cause)
{
	const char *settled = "";
	enum err e = db_text(rq, &settled,
		"SELECT settled_how FROM pub_fines WHERE case_id = $1 ORDER BY settled_at DESC "
		"LIMIT 1",
		k->c.id);

	if (e && e != E_NOT_FOUND)
		return e;
	if (!text_is(cause, cause_of(k, settled)))
		field_error(rq, "cause", "This reason does not fit the case (O2 article 77).");
	return form_failed(rq) ? E_INVALID : OK;
}

static enum err conclude(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;

	TRY(cause_check(rq, k, a->cause));
	a->matter = "close";
	TRY(approval_ask(rq, k, a));
	notice(rq, "It waits for a leader's approval.");
	return OK;
}

const struct deed decision_deeds[] = {
	{ STEP_DISCUSS, &discussion_form, sizeof(struct discussion), discuss_begin, discuss, NULL,
		false,
		"Those responsible discuss together; at least three of them, and no officer of the "
		"case.",
		NULL },
	{ STEP_CRIME, &handover_model, sizeof(struct handover), crime_begin, crime_name, NULL,
		false,
		"The head decides within three days; within 24 hours of that the case goes to the "
		"police with all of this (transfer rule, article 5).",
		NULL },
	{ STEP_SUBMIT, &submit_form, sizeof(struct approval), NULL, submit, NULL, false,
		"The decision is made as the report that passed review proposes it.", NULL },
	{ STEP_CLOSE, &close_form, sizeof(struct approval), NULL, conclude, NULL, false,
		"Within fifteen working days of the ground (O2 article 77).", NULL },
	{ 0 },
};
