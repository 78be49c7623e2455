/* Requests to be rated again (复评): asked by the business or for it, decided by an inspection on
 * site and by nothing else. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"
#include "domains/grading/rerating_rules.h"

#include <string.h>

struct rerating {
	int64_t id, version, operator;
	const char *state, *words;
	int64_t asked_by;
	bool by_operator;
	int64_t asked_at;
	const char *from_letter, *to_letter;
	int64_t inspection, ended_at;
	const char *rule_version;
};
static const struct choice states[] = {
	{ "asked", "Waits for an inspection", "yellow" },
	{ "decided", "Decided", "green" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ NULL },
};
const struct model rerating_model = MODEL("reratings", struct rerating, .witnessed = true,
	FIELDS(STORED(struct rerating, id, .as = AS_ID), STORED(struct rerating, version),
		STORED(struct rerating, operator, .as = AS_ID),
		STORED(struct rerating, state, .choices = states),
		INPUT(struct rerating, words, "What was improved", .required = true, .as = AS_LONG,
			.max = 1000),
		STORED(struct rerating, asked_by, .as = AS_ID),
		STORED(struct rerating, by_operator),
		STORED(struct rerating, asked_at, .as = AS_TIME),
		STORED(struct rerating, from_letter), STORED(struct rerating, to_letter),
		STORED(struct rerating, inspection, .as = AS_ID),
		STORED(struct rerating, ended_at, .as = AS_TIME),
		STORED(struct rerating, rule_version)));

/* ---- may it be asked for now ---------------------------------------------- */
static int rank_of(const struct grade_rules *r, const char *letter)
{
	for (int i = 0; i < r->n_letters; i++)
		if (text_is(r->letters[i].letter, letter))
			return i;
	return -1;
}

/* The last moment of the caps that hold the letter where it is or lower. */
static int64_t cap_until(const struct grade_rules *r, const struct grade_outcome *o)
{
	int64_t until = 0;

	for (int i = 0; i < o->n; i++) {
		const struct grade_line *l = &o->lines[i];
		if (l->until > until && rank_of(r, l->effect) == o->rank && o->rank > 0)
			until = l->until;
	}
	return until;
}

static enum err asked_load(struct req *rq, int64_t operator, struct rerating_facts * f)
{
	struct list l;

	TRY(db_all(rq, &rerating_model, &l,
		"SELECT * FROM reratings WHERE operator = $1 AND state <> 'withdrawn' ORDER BY "
		"asked_at",
		operator));
	int64_t *at = NEWS(rq->arena, int64_t, l.n + 1);
	f->asked = at;
	f->n_asked = l.n;
	for (const struct rerating *r = LIST_OF(struct rerating, &l);
		r < LIST_END(struct rerating, &l); r++) {
		*at++ = r->asked_at;
		f->open = f->open || text_is(r->state, "asked");
	}
	return OK;
}

struct standing {
	struct rerating_rules rules;
	struct rerating_answer answer;
	const char *letter; /* now */
};

static enum err answer_now(
	struct req *rq, int64_t operator, const struct settling * now, struct standing *out)
{
	const struct grade_outcome *o = &now->letter;
	struct rerating_facts f = { .now = rq->now,
		.rank = o->rank,
		.inspected_at = o->inspected_at,
		.cap_until = cap_until(&now->book->shg, o) };
	const struct node *data;
	struct fault why = { 0 };

	TRY(rules(rq, "grading/rerating", rq->now, &data));
	if (rerating_rules_read(data, &out->rules, &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	out->letter = o->letter;
	TRY(asked_load(rq, operator, & f));
	rerating_when(&out->rules, &f, &out->answer);
	return OK;
}

static void put_answer(struct req *rq, const struct rerating_answer *a)
{
	struct node *n = put_map(rq->view, "rerating");

	put_flag(n, "possible", !a->why_not);
	put_text(n, "why_not", a->why_not ? tr(rq, a->why_not) : "");
	put_text(n, "from", a->why_not && a->from ? date_text(rq->arena, a->from) : "");
	put_text(n, "source", a->source);
}

enum err put_rerating(struct req *rq, int64_t operator, const struct settling * now)
{
	struct standing s;

	TRY(answer_now(rq, operator, now, &s));
	put_answer(rq, &s.answer);
	return OK;
}

/* ---- asking ---------------------------------------------------------------- */
static enum err refuse(struct req *rq, const struct rerating_answer *a)
{
	const char *why = tr(rq, a->why_not);

	if (!a->from)
		return fail(rq, E_CONFLICT, "%s", why);
	return fail(rq, E_CONFLICT, "%s It is possible from %s on. (%s)", why,
		date_text(rq->arena, a->from), a->source);
}

enum err rerating_request(struct req *rq, int64_t operator, const char * words, bool by_operator)
{
	struct rerating q = { .operator= operator,
		.state = "asked",
		.words = words,
		.asked_by = rq->user->id,
		.by_operator = by_operator,
		.asked_at = rq->now,
		.to_letter = "" };
	struct settling *s = NEW(rq->arena, struct settling);
	struct standing now;

	if (utf8_length(q.words) < 2 || utf8_length(q.words) > 1000)
		return fail(rq, E_INVALID,
			"Say in 2 to 1,000 characters what was improved since the rating.");
	TRY(grades_replay(rq, operator, rq->now, s));
	TRY(answer_now(rq, operator, s, &now));
	if (now.answer.why_not)
		return refuse(rq, &now.answer);
	q.from_letter = now.letter;
	q.rule_version = now.rules.version;
	TRY(db_insert(rq, &rerating_model, &q));
	return emit(rq, .name = RERATING_ASKED, .subject = q.id, .entity = operator,
		.data = json_of(rq, &rerating_model, &q));
}

enum err rerating_ask(struct req *rq)
{
	TRY(rerating_request(rq, rq->id, form_text(rq, "words"), false));
	notice(rq, "Asked: the next inspection on site decides.");
	return redirect(rq, "/grades/%" PRId64, rq->id);
}

enum err rerating_my_ask(struct req *rq)
{
	if (!rq->user->entity)
		return fail(rq, E_FORBIDDEN, "This account belongs to no business.");
	TRY(rerating_request(rq, rq->user->entity, form_text(rq, "words"), true));
	notice(rq, "Asked: the next inspection on site decides.");
	return redirect(rq, "/my/grades");
}

enum err rerating_withdraw(struct req *rq)
{
	struct rerating q;

	TRY(db_one(rq, &rerating_model, &q, "SELECT * FROM reratings WHERE id = $1", rq->id));
	if (!text_is(q.state, "asked"))
		return fail(rq, E_CONFLICT, "This request has ended already.");
	q.state = "withdrawn";
	q.ended_at = rq->now;
	TRY(db_update(rq, &rerating_model, &q));
	TRY(emit(rq, .name = RERATING_WITHDRAWN, .subject = q.id, .entity = q.operator,
		.data = json_of(rq, &rerating_model, &q)));
	notice(rq, "The request was withdrawn.");
	return redirect(rq, "/grades/%" PRId64, q.operator);
}

/* ---- deciding -------------------------------------------------------------- */
/* Only called for an inspection on site: a check by video decides nothing. */
enum err rerating_decide(struct req *rq, int64_t operator, int64_t inspection, int64_t at)
{
	struct list l;
	const char *letter = "";

	TRY(db_all(rq, &rerating_model, &l,
		"SELECT * FROM reratings WHERE operator = $1 AND state = 'asked'", operator));
	if (!l.n)
		return OK;
	struct rerating q = *LIST_OF(struct rerating, &l);
	if (day_number(at) < day_number(q.asked_at))
		return OK; /* made before it was asked, written down late */
	enum err e =
		db_text(rq, &letter, "SELECT letter FROM grades WHERE operator = $1", operator);
	if (e && e != E_NOT_FOUND)
		return e;
	q.state = "decided";
	q.to_letter = e ? "" : letter;
	q.inspection = inspection;
	q.ended_at = rq->now;
	TRY(db_update(rq, &rerating_model, &q));
	return emit(rq, .name = RERATING_DECIDED, .subject = q.id, .entity = operator,
		.data = json_of(rq, &rerating_model, &q));
}

/* ---- screens --------------------------------------------------------------- */
struct line {
	int64_t id, operator;
	const char *operator_name, *town, *state, *words;
	int64_t asked_at;
	bool by_operator;
	const char *from_letter, *to_letter;
	int64_t inspection, ended_at;
};
static const struct model line_model = MODEL("reratings", struct line,
	FIELDS(STORED(struct line, id, .as = AS_ID), STORED(struct line, operator, .as = AS_ID),
		STORED(struct line, operator_name), STORED(struct line, town),
		STORED(struct line, state, .choices = states),
		STORED(struct line, asked_at, .as = AS_TIME), STORED(struct line, by_operator),
		STORED(struct line, words), STORED(struct line, from_letter),
		STORED(struct line, to_letter), STORED(struct line, inspection, .as = AS_ID),
		STORED(struct line, ended_at, .as = AS_TIME)));

static void put_ends(struct req *rq, struct node *rows)
{
	for (struct node *n = rows->first; n; n = n->next) {
		const char *state = node_text(n, "state", "");
		put_flag(n, "waits", text_is(state, "asked"))->hidden = true;
		put_flag(n, "decided", text_is(state, "decided"))->hidden = true;
		put_flag(n, "may_withdraw", text_is(state, "asked") && may(rq, INSPECTION_WRITE))
			->hidden = true;
	}
}

enum err rerating_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);

	TRY(db_all(rq, &line_model, &l,
		"SELECT r.id, r.operator, o.name AS operator_name, CASE WHEN CAST($1 AS bigint) = "
		"1 THEN a.name ELSE a.name_en END AS town, r.state, r.asked_at, r.by_operator, "
		"r.words, r.from_letter, r.to_letter, r.inspection, r.ended_at FROM reratings r "
		"JOIN pub_operators o ON o.id = r.operator JOIN pub_areas a ON a.id = o.area "
		"WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) ORDER BY CASE r.state WHEN 'asked' "
		"THEN 0 ELSE 1 END, r.asked_at DESC LIMIT $3 OFFSET $4",
		rq->zh, rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	put_ends(rq, show_table(rq, "reratings", &line_model, &l));
	return page(rq, "grading/reratings");
}

enum err put_reratings(struct req *rq, int64_t operator)
{
	struct list l;

	TRY(db_all(rq, &line_model, &l,
		"SELECT id, operator, '' AS operator_name, '' AS town, state, asked_at, "
		"by_operator, words, from_letter, to_letter, inspection, ended_at FROM reratings "
		"WHERE operator = $1 ORDER BY asked_at DESC LIMIT 20",
		operator));
	put_ends(rq, show_list(rq, "reratings", &line_model, &l));
	return OK;
}
