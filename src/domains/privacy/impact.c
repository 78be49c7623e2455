/* Impact assessments (个人信息保护法 55, 56): written before the processing begins, decided by
 * another person, looked at again, kept for three years at least. */
#include "contracts/facts.h"
#include "domains/privacy/registers.h"
#include "domains/privacy/rules.h"

enum { PAGE_ROWS = 50, OPINION_CHARS = 1000, FILE_MAX = 20 * 1024 * 1024 };

static const struct choice occasions[] = {
	{ "sensitive", "Sensitive personal data (55(1))", "" },
	{ "automated", "Decisions made with a machine (55(2))", "" },
	{ "entrusted", "Entrusting, handing on, making public (55(3))", "" },
	{ "abroad", "Sending it abroad (55(4))", "" },
	{ "other", "Other processing that weighs on people's rights (55(5))", "" },
	{ 0 },
};
static const struct choice risks[] = { { "low", "Low risk", "green" },
	{ "middle", "Middle risk", "yellow" }, { "high", "High risk", "red" }, { 0 } };
static const struct choice states[] = {
	{ "written", "Waits for a decision", "yellow" },
	{ "approved", "May begin", "green" },
	{ "refused", "May not begin", "red" },
	{ 0 },
};

#define I(m, ...) INPUT(struct impact, m, __VA_ARGS__)
#define S(m, ...) STORED(struct impact, m, __VA_ARGS__)
const struct model impact_model = MODEL("privacy_impacts", struct impact, .witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(number, 0),
		I(title, "What is assessed", .required = true, .max = 120),
		I(occasion, "Why it must be assessed", .required = true, .choices = occasions),
		I(purpose, "Purpose and manner", .required = true, .as = AS_LONG, .max = 3000,
			.hint = "Whether both are lawful, legitimate and needed (PIPL 56(1))"),
		I(effect, "Effect on people, and risks", .required = true, .as = AS_LONG,
			.max = 3000,
			.hint = "On the rights of those concerned, and on security (PIPL 56(2))"),
		I(measures, "Measures of protection", .required = true, .as = AS_LONG, .max = 3000,
			.hint = "Whether they are lawful, effective and fit to the risk (PIPL "
				"56(3))"),
		I(risk, "Risk that is left", .required = true, .choices = risks), S(sm3, 0),
		S(sha256, 0), S(type, 0), S(written_by, .as = AS_ID), S(written_at, .as = AS_TIME),
		S(state, .choices = states), S(decided_by, .as = AS_ID),
		S(decided_at, .as = AS_TIME), S(opinion, 0), S(review_due, .as = AS_DATE),
		S(keep_until, .as = AS_DATE)));
#undef I
#undef S

void privacy_put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value && *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

const char *privacy_person(struct req *rq, int64_t id)
{
	const char *name = "";

	if (!id || db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return name;
}

enum err impact_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &impact_model, &l,
		"SELECT * FROM privacy_impacts ORDER BY CASE WHEN state = 'written' THEN 0 ELSE 1 "
		"END, written_at DESC, id DESC LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *n = show_table(rq, "impacts", &impact_model, &l)->first;
	for (struct impact *i = LIST_OF(struct impact, &l); n && i < LIST_END(struct impact, &l);
		i++, n = n->next)
		put_flag(n, "again", i->review_due && i->review_due < rq->now);
	put_flag(rq->view, "may_write", may(rq, PRIVACY_WRITE))->hidden = true;
	return page(rq, "privacy/impacts");
}

enum err impact_new(struct req *rq)
{
	struct impact i = { .risk = "" };

	show_form(rq, "impact", &impact_model, &i);
	return page(rq, "privacy/impact_form");
}

/* The signed report, if one came with it. */
static enum err report_keep(struct req *rq, struct impact *i)
{
	const struct http_file *f = form_file(rq, "file");
	struct object kept = { .sm3 = "", .sha256 = "" };

	i->type = "";
	if (f && !text_is(f->type, "application/pdf"))
		return fail(rq, E_INVALID, "A PDF, please.");
	if (f && f->size > FILE_MAX)
		return fail(rq, E_INVALID, "The file is larger than 20 MiB.");
	if (f) {
		TRY(keep_file(rq, f, &kept));
		i->type = f->type;
	}
	i->sm3 = kept.sm3;
	i->sha256 = kept.sha256;
	return OK;
}

static enum err number_new(struct req *rq, const char **out)
{
	int64_t n;
	int year = civil_of(rq->now).year;

	TRY(next_number(rq, arena_printf(rq->arena, "privacy_impact:%d", year), &n));
	*out = arena_printf(rq->arena, "个保评估〔%d〕%d号", year, (int)n);
	return OK;
}

enum err impact_create(struct req *rq)
{
	struct impact i = { .opinion = "" };
	enum err bad = form_read(rq, &impact_model, &i);

	if (bad && bad != E_INVALID)
		return bad;
	if (bad) {
		show_form(rq, "impact", &impact_model, &i);
		return form_again(rq, "privacy/impact_form");
	}
	TRY(report_keep(rq, &i));
	TRY(number_new(rq, &i.number));
	i.written_by = rq->user->id;
	i.written_at = rq->now;
	i.state = "written";
	TRY(db_insert(rq, &impact_model, &i));
	TRY(emit(rq, IMPACT_WRITTEN, i.id, 0,
		json_pairs(rq, "number", i.number, "occasion", i.occasion, "risk", i.risk, NULL)));
	notice(rq, "The assessment is on file; another person decides on it.");
	return redirect(rq, "/privacy/impacts/%" PRId64, i.id);
}

static enum err impact_load(struct req *rq, struct impact *i)
{
	enum err e =
		db_one(rq, &impact_model, i, "SELECT * FROM privacy_impacts WHERE id = $1", rq->id);

	return e == E_NOT_FOUND ? fail(rq, e, "There is no such assessment.") : e;
}

enum err impact_page(struct req *rq)
{
	struct impact i;

	TRY(impact_load(rq, &i));
	show(rq, "impact", &impact_model, &i);
	struct node *rows = put_list(rq->view, "rows");
	privacy_put_row(
		rq, rows, "Why it must be assessed", tr(rq, choice_label(occasions, i.occasion)));
	privacy_put_row(rq, rows, "Purpose and manner", i.purpose);
	privacy_put_row(rq, rows, "Effect on people, and risks", i.effect);
	privacy_put_row(rq, rows, "Measures of protection", i.measures);
	privacy_put_row(rq, rows, "Risk that is left", tr(rq, choice_label(risks, i.risk)));
	privacy_put_row(rq, rows, "Written by",
		arena_printf(rq->arena, "%s %s", privacy_person(rq, i.written_by),
			time_text(rq->arena, i.written_at)));
	privacy_put_row(rq, rows, "Decided by",
		i.decided_at ? arena_printf(rq->arena, "%s %s", privacy_person(rq, i.decided_by),
				       time_text(rq->arena, i.decided_at))
			     : "");
	privacy_put_row(rq, rows, "Opinion", i.opinion);
	privacy_put_row(rq, rows, "To be looked at again by",
		i.review_due ? date_text(rq->arena, i.review_due) : "");
	privacy_put_row(rq, rows, "Kept at least until",
		i.keep_until ? date_text(rq->arena, i.keep_until) : "");
	put_flag(rq->view, "again", i.review_due && i.review_due < rq->now);
	put_flag(rq->view, "may_decide",
		may(rq, PRIVACY_DECIDE) &&
			!impact_refused(text_is(i.state, "written"), i.written_by, rq->user->id))
		->hidden = true;
	return page(rq, "privacy/impact");
}

enum err impact_decide(struct req *rq)
{
	const struct node *law;
	struct impact i;
	bool yes = text_is(form_text(rq, "verdict"), "approve");

	TRY(impact_load(rq, &i));
	const char *why = impact_refused(text_is(i.state, "written"), i.written_by, rq->user->id);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	i.opinion = form_text(rq, "opinion");
	if (!*i.opinion || utf8_length(i.opinion) > OPINION_CHARS)
		return fail(rq, E_INVALID, "Give your opinion, in at most 1,000 characters.");
	TRY(rules(rq, "privacy/terms", rq->now, &law));
	i.state = yes ? "approved" : "refused";
	i.decided_by = rq->user->id;
	i.decided_at = rq->now;
	struct term keep = { .unit = TERM_MONTHS,
		.n = 12 * (int)node_int(law, "impact_keep_years", 3),
		.stands = true };
	struct term again = { .unit = TERM_MONTHS,
		.n = (int)node_int(law, "impact_review_months", 12),
		.stands = true };
	i.keep_until = term_end(NULL, rq->now, &keep);
	i.review_due = yes ? term_end(NULL, rq->now, &again) : 0;
	TRY(db_update(rq, &impact_model, &i));
	TRY(emit(rq, IMPACT_DECIDED, i.id, 0,
		json_pairs(rq, "number", i.number, "state", i.state, "opinion", i.opinion, "kept",
			date_text(rq->arena, i.keep_until), NULL)));
	return redirect(rq, "/privacy/impacts/%" PRId64, i.id);
}

enum err impact_file(struct req *rq)
{
	struct impact i;

	TRY(impact_load(rq, &i));
	if (!*i.sm3)
		return fail(rq, E_NOT_FOUND, "No report came with it.");
	return reply_object(rq, i.sm3, i.type, NULL);
}
