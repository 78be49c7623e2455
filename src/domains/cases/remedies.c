/* Review and suit (行政复议、行政诉讼) against a decision, whatever it says: a fine, a warning, a
 * stop, no penalty. What they do to the decision is data (rules/cases/remedies.json); earlier
 * offences, the fine and the publication follow it. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"

enum { TAKEN_OVER = 100 };

const struct choice remedy_kinds[] = { { "review", "Administrative review", "" },
	{ "suit", "Administrative suit", "" }, { 0 } };
static const struct choice effects[] = { { "", "Running", "yellow" },
	{ "stands", "The decision stands", "" },
	{ "changed", "The decision was changed", "yellow" },
	{ "annulled", "The decision was annulled", "red" },
	{ "unlawful", "The decision was found unlawful", "red" },
	{ "void", "The decision was found void", "red" }, { 0 } };
/* As in the data, which have their articles and effects; a test compares the two. */
const struct choice remedy_outcomes[] = { { "upheld", "Decision upheld", "" },
	{ "dismissed", "Not taken up, or dismissed", "" },
	{ "withdrawn", "Withdrawn by the applicant", "" },
	{ "ordered", "Office ordered to act", "" }, { "changed", "Decision changed", "" },
	{ "annulled", "Decision annulled", "" },
	{ "annulled_anew", "Decision annulled, a new one ordered", "" },
	{ "unlawful", "Decision confirmed unlawful", "" },
	{ "void", "Decision confirmed void", "" }, { 0 } };

const struct model remedy_model = MODEL("case_remedies", struct remedy, .witnessed = true,
	FIELDS(STORED(struct remedy, id), STORED(struct remedy, version),
		STORED(struct remedy, case_id, .as = AS_ID),
		STORED(struct remedy, kind, .choices = remedy_kinds),
		STORED(struct remedy, begun_at, .as = AS_DATE),
		STORED(struct remedy, ended_at, .as = AS_DATE),
		STORED(struct remedy, outcome, .choices = remedy_outcomes),
		STORED(struct remedy, effect, .choices = effects), STORED(struct remedy, words),
		STORED(struct remedy, fine_fen, .as = AS_FEN),
		STORED(struct remedy, entered_by, .as = AS_ID),
		STORED(struct remedy, entered_at, .as = AS_TIME),
		STORED(struct remedy, anew_case, .as = AS_ID),
		STORED(struct remedy, anew_due, .as = AS_DATE)));
static const struct model begin_form = MODEL("case_remedies", struct remedy,
	FIELDS(INPUT(struct remedy, kind, "Kind", .choices = remedy_kinds, .required = true),
		INPUT(struct remedy, begun_at, "Day on which it was taken up", .as = AS_DATE,
			.required = true)));
static const struct model end_form = MODEL("case_remedies", struct remedy,
	FIELDS(INPUT(struct remedy, outcome, "Outcome", .choices = remedy_outcomes,
		       .required = true),
		INPUT(struct remedy, ended_at, "Day of the document", .as = AS_DATE,
			.required = true),
		INPUT(struct remedy, words, "Number of the document, and what it says",
			.as = AS_LONG, .required = true, .max = 1000),
		INPUT(struct remedy, fine_fen, "Fine from now on (yuan)", .as = AS_FEN,
			.max = INT64_MAX, .hint = "Only when the decision was changed"),
		INPUT(struct remedy, anew_due, "The new decision is due by", .as = AS_DATE,
			.hint = "Only when a new one was ordered; empty: sixty days from the "
				"document")));

/* ---- steps ------------------------------------------------------------ */
static enum err begins(struct req *rq, struct course *k, void *row)
{
	struct remedy *r = row;

	if (r->begun_at > rq->now || r->begun_at < k->c.served_at - DAY)
		field_error(rq, "begun_at",
			"Give the day: not before the decision was served, not in the future.");
	if (form_failed(rq))
		return E_INVALID;
	row_blank(&remedy_model, r);
	r->case_id = k->c.id;
	r->entered_by = rq->user->id;
	r->entered_at = rq->now;
	notice(rq, "Noted. The late fine stands still meanwhile (APL article 73).");
	return course_add(rq, k, &(struct written){ &remedy_model, r, CASE_REMEDY_BEGUN });
}

/* What the data says of an outcome: its effect, and whether a new decision is ordered with it. */
static enum err outcome_of(struct req *rq, const char *outcome, int64_t at, const struct node **out)
{
	const struct node *law;

	TRY(rules(rq, "cases/remedies", at, &law));
	*out = node_map(rq->arena);
	NODE_EACH (o, node_find(law, "outcomes"))
		if (text_is(node_text(o, "code", ""), outcome))
			*out = o;
	return OK;
}

static const char *effect_of(const struct node *outcome)
{
	return node_text(outcome, "effect", "stands");
}

static void ends_begin(struct req *rq, const struct course *k, void *row)
{
	(void)rq;
	*(struct remedy *)row = k->remedy;
}

/* Days in ms, money in fen: programs read it. */
static const char *ended_json(struct req *rq, const struct remedy *r)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "kind", r->kind);
	put_int(n, "begun_at", r->begun_at);
	put_int(n, "ended_at", r->ended_at);
	put_text(n, "outcome", r->outcome);
	put_text(n, "effect", r->effect);
	put_text(n, "words", r->words);
	put_int(n, "fine_fen", r->fine_fen);
	return json_text(rq, n);
}

static enum err ends(struct req *rq, struct course *k, void *row)
{
	struct remedy *r = row;
	const struct node *outcome;

	TRY(outcome_of(rq, r->outcome, rq->now, &outcome));
	const bool anew = node_true(outcome, "anew");
	r->effect = effect_of(outcome);
	if (r->ended_at > rq->now || r->ended_at < r->begun_at)
		field_error(rq, "ended_at",
			"Give the day of the document: not before it began, not in the future.");
	if (r->fine_fen && !text_is(r->effect, "changed"))
		field_error(rq, "fine_fen", "Only a changed decision has another fine.");
	if (r->fine_fen > k->c.fine_fen)
		field_error(rq, "fine_fen",
			"On the party's own application it is not made worse (Reconsideration Law "
			"article 63; Litigation Law article 77).");
	if (r->anew_due && !anew)
		field_error(rq, "anew_due", "No new decision was ordered.");
	if (r->anew_due && r->anew_due <= r->ended_at)
		field_error(rq, "anew_due", "This day is not after the document.");
	if (form_failed(rq))
		return E_INVALID;
	if (anew)
		TRY(anew_open(rq, &k->c, r));
	TRY(db_update(rq, &remedy_model, r));
	return emit(rq, CASE_REMEDY_ENDED, k->c.id, k->c.operator, ended_json(rq, r));
}

static void put_remedy_row(struct req *rq, const struct remedy *r, struct node *rows)
{
	const char *kind = tr(rq, choice_label(remedy_kinds, r->kind));
	put_beside_row(rq, rows, "Review and suit",
		r->ended_at ? arena_printf(rq->arena, "%s · %s · %s · %s", kind,
				      tr(rq, choice_label(remedy_outcomes, r->outcome)),
				      date_text(rq->arena, r->ended_at), r->words)
			    : arena_printf(rq->arena, "%s · %s", kind,
				      date_text(rq->arena, r->begun_at)));
	if (*r->effect)
		put_beside_row(rq, rows, "Effect on the decision",
			tr(rq, choice_label(effects, r->effect)));
}

static void shows(struct req *rq, const struct course *k)
{
	if (k->remedy.id)
		put_remedy_row(rq, &k->remedy, put_beside(rq, "Review and suit"));
}

const struct deed remedy_deeds[] = {
	{ STEP_REMEDY, &begin_form, sizeof(struct remedy), NULL, begins, NULL, false,
		"Against every decision: within sixty days a review, within six months a suit.",
		NULL, NULL },
	{ STEP_REMEDY_END, &end_form, sizeof(struct remedy), ends_begin, ends, NULL, false,
		"What it does to the decision binds from here: earlier offences, the fine, and "
		"what "
		"is published (three working days).",
		shows, NULL },
	{ 0 },
};

/* ---- shown ------------------------------------------------------------ */
enum err put_remedies(struct req *rq, const struct course *k)
{
	struct node *rows = put_list(rq->view, "remedy_rows");
	struct list l;

	if (!k->remedy.id)
		return OK;
	TRY(db_all(rq, &remedy_model, &l,
		"SELECT * FROM case_remedies WHERE case_id = $1 ORDER BY begun_at, id", k->c.id));
	for (const struct remedy *r = LIST_OF(struct remedy, &l); r < LIST_END(struct remedy, &l);
		r++)
		put_remedy_row(rq, r, rows);
	return OK;
}

/* ---- taken over ------------------------------------------------------- */
struct kept {
	int64_t id, case_id, operator, begun_at, ended_at;
	const char *kind, *outcome, *words;
};
#define K(m) STORED(struct kept, m)
static const struct model kept_model = MODEL("pub_fine_remedies", struct kept,
	FIELDS(K(id), K(case_id), K(operator), K(begun_at), K(ended_at), K(kind), K(outcome),
		K(words)));
#undef K

enum err remedies_take_over(struct req *rq)
{
	const struct node *outcome;
	struct list l;

	TRY(db_all(rq, &kept_model, &l,
		"SELECT r.id, r.case_id, c.operator, r.begun_at, r.ended_at, r.kind, r.outcome, "
		"r.words FROM pub_fine_remedies r JOIN cases c ON c.id = r.case_id WHERE NOT "
		"EXISTS "
		"(SELECT 1 FROM case_remedies n WHERE n.id = r.id) ORDER BY r.id LIMIT $1",
		(int)TAKEN_OVER));
	for (struct kept *o = LIST_OF(struct kept, &l); o < LIST_END(struct kept, &l); o++) {
		struct remedy r = { .id = o->id,
			.case_id = o->case_id,
			.kind = o->kind,
			.begun_at = o->begun_at,
			.ended_at = o->ended_at,
			.outcome = o->outcome,
			.effect = "",
			.words = o->words,
			.entered_at = rq->now };
		if (r.ended_at) {
			TRY(outcome_of(rq, r.outcome, rq->now, &outcome));
			r.effect = effect_of(outcome);
		}
		TRY(db_insert(rq, &remedy_model, &r));
		/* told as begun, also one that has ended: what its end did was done then */
		TRY(emit(rq, CASE_REMEDY_BEGUN, r.case_id, o->operator,
			json_of(rq, &remedy_model, &r)));
	}
	return OK;
}
