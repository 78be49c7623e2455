/* What a weighing says: to the report, to pages and papers. */
#include "domains/cases/weighing.h"
#include "domains/cases/deeds.h"
#include "domains/cases/discretion.h"

#include <string.h>

/* ---- loading ---------------------------------------------------------- */
enum err weighing_at(struct req *rq, int64_t case_id, int64_t at, struct weighing *w)
{
	enum err e = db_one(rq, &weighing_model, w,
		"SELECT * FROM case_weighings WHERE case_id = $1 AND weighed_at <= $2 ORDER BY "
		"weighed_at DESC, id DESC LIMIT 1",
		case_id, at);

	if (e != E_NOT_FOUND)
		return e;
	*w = (struct weighing){ .scale = "", .band = "", .exempt = "", .must_not = "" };
	return OK;
}

enum err weighing_load(struct req *rq, int64_t case_id, struct weighing *w)
{
	return weighing_at(rq, case_id, INT64_MAX, w);
}

enum { MOST_PRIORS = 64 };

enum err priors_load(struct req *rq, const struct case_row *c, struct priors *out)
{
	struct rows *rows;
	bool more;

	*out = (struct priors){ NEWS(rq->arena, struct prior_offence, MOST_PRIORS), 0 };
	TRY(db_query(rq, &rows,
		"SELECT decided_at, act, outcome FROM cases WHERE operator = $1 AND id <> $2 AND "
		"decided_at > 0 ORDER BY decided_at DESC LIMIT $3",
		c->operator, c->id, (int)MOST_PRIORS));
	for (;;) {
		TRY(rows_next(rows, &more));
		if (!more)
			break;
		out->at[out->n++] = (struct prior_offence){ rows_int(rows, 0),
			arena_dup(rq->arena, rows_text(rows, 1)),
			arena_dup(rq->arena, rows_text(rows, 2)) };
	}
	rows_close(rows);
	return OK;
}

const struct prior_offence *prior_on_file(
	const struct node *lists, const struct case_row *c, const struct priors *p)
{
	const struct exempt_facts f = {
		.act = c->act, .at = c->opened_at, .priors = p->at, .n_priors = p->n
	};

	return exempt_prior(lists, &f);
}

bool punished_within(const struct priors *p, const char *act, int64_t at, int64_t years)
{
	struct civil c = civil_of(at);

	c.year -= (int)years;
	c.hour = c.minute = c.second = 0;
	int64_t since = civil_to_ms(c);
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].at >= since && p->at[i].at <= at && text_is(p->at[i].act, act) &&
			text_is(p->at[i].outcome, "penalty"))
			return true;
	return false;
}

/* ---- what it refuses -------------------------------------------------- */
static enum discretion_band band_of(const char *word)
{
	for (int b = BAND_NONE; b <= BAND_HEAVY; b++)
		if (text_is(discretion_band_word((enum discretion_band)b), word))
			return (enum discretion_band)b;
	return BAND_NONE;
}

const char *weighing_refuses_fine(const struct weighing *w, int64_t fine_fen)
{
	const struct discretion d = {
		.band = band_of(w->band), .low = w->low_fen, .high = w->high_fen
	};

	return *w->scale ? discretion_refuses(&d, fine_fen) : NULL;
}

const char *weighing_refuses_ground(const struct weighing *w, const char *ground)
{
	/* an item of a list is a case of the general ground above it */
	static const char *const of[][3] = { { "minor", "APL33_MINOR", "MINOR_" },
		{ "first", "APL33_FIRST", "FIRST_" }, { "no_fault", "APL33_NO_FAULT", "FSL136" } };
	static const char why[] = "The weighing does not bear this ground: one of its conditions "
				  "is not met, or not answered (APL article 33).";

	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (text_is(of[i][0], ground))
			return strstr(w->exempt, of[i][1]) || strstr(w->exempt, of[i][2]) ? NULL
											  : why;
	return why;
}

static void check_penalty(struct req *rq, const struct weighing *w, const struct report *r)
{
	const char *why = weighing_refuses_fine(w, r->fine_fen);

	if (*w->must_not)
		field_error(rq, "outcome",
			"By the weighing this act must not be punished: %s (APL article 33).",
			w->must_not);
	if (why)
		field_error(rq, "fine_fen", "%s", tr(rq, why));
	if (r->stop && *w->scale && !w->serious)
		field_error(rq, "stop",
			"Only a serious act stops the business; the weighing found none (FSL "
			"article 126; IR article 67).");
	if (r->revoke && *w->scale && !w->serious)
		field_error(rq, "revoke",
			"Only a serious act costs the licence; the weighing found none (FSL "
			"articles 124 and 126; IR article 67).");
}

void weighing_check_report(struct req *rq, const struct weighing *w, const struct report *r)
{
	if (text_is(r->outcome, "penalty"))
		check_penalty(rq, w, r);
	if (text_is(r->outcome, "no_penalty") && *r->outcome_item) {
		const char *why = weighing_refuses_ground(w, r->outcome_item);
		if (why)
			field_error(rq, "outcome_item", "%s", tr(rq, why));
	}
}

/* ---- basis ------------------------------------------------------------ */
const char *basis_of(struct req *rq, const struct case_row *c, const struct party *p)
{
	const char *basis = node_text(act_of(rq, c->act), "basis", "");
	const struct node *rule;
	struct weighing w;

	if (weighing_load(rq, c->id, &w) || !(w.id ? w.small_caterer : p->small_caterer) ||
		rules(rq, "cases/discretion", w.id ? w.weighed_at : rq->now, &rule))
		return basis;
	return node_text(discretion_scale(rule, c->act, true), "basis", basis);
}

/* ---- words ------------------------------------------------------------ */
const char *weighing_words(struct req *rq, const struct weighing *w)
{
	return arena_printf(rq->arena, "%s%s", w->why, w->words);
}

const char *weighing_label(struct req *rq, const struct weighing *w)
{
	const char *band;

	if (*w->must_not)
		return arena_printf(
			rq->arena, "%s: %s", tr(rq, "Must not be punished"), w->must_not);
	if (!*w->scale)
		return tr(rq, "The data have no range for this act");
	band = tr(rq, choice_label(model_field(&weighing_model, "band")->choices, w->band));
	if (text_is(w->band, "none"))
		return band;
	return arena_printf(rq->arena, rq->zh ? "%s：¥%s 至 ¥%s" : "%s: ¥%s to ¥%s", band,
		fen_words(rq, w->low_fen), fen_words(rq, w->high_fen));
}

/* Names of the codes of a comma list, from the list of the rule that has them. */
static const char *named(struct req *rq, const char *codes, const struct node *of)
{
	struct buf b = { .arena = rq->arena };

	NODE_EACH (n, of)
		if (kinds_have(codes, node_text(n, "code", "?")))
			buf_printf(&b, "%s%s", b.n ? (rq->zh ? "；" : "; ") : "",
				node_text(n, rq->zh ? "name" : "name_en", ""));
	return b.n ? buf_text(&b) : "";
}

void put_weighing(struct req *rq, struct node *list, const struct weighing *w)
{
	const struct node *lists;

	put_beside_row(rq, list, "Weighing", weighing_label(rq, w));
	put_beside_row(rq, list, "Reasons of the table", rq->zh ? w->why : w->why_en);
	if (*w->words)
		put_beside_row(rq, list, "What else was weighed", w->words);
	if (w->serious)
		put_beside_row(rq, list, "Serious",
			tr(rq, "Yes: heavier kinds of penalty are open (IR article 67)"));
	if (*w->exempt && !rules(rq, "cases/exempt", w->weighed_at, &lists))
		put_beside_row(rq, list, "Grounds for no penalty that hold",
			named(rq, w->exempt, node_find(lists, "items")));
	put_beside_row(rq, list, "Weighed by",
		arena_printf(rq->arena, "%s · %s", user_name(rq, w->weighed_by),
			time_text(rq->arena, w->weighed_at)));
	put_beside_row(rq, list, "Version of the tables",
		arena_printf(rq->arena, "%s · %s", w->discretion, w->lists));
}
