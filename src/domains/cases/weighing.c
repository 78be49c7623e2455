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
		"WITH own AS (SELECT CAST($1 AS bigint) AS id UNION SELECT survivor FROM "
		"pub_operator_merges WHERE operator = $1 UNION SELECT operator FROM "
		"pub_operator_merges WHERE survivor = coalesce((SELECT max(survivor) FROM "
		"pub_operator_merges WHERE operator = $1), CAST($1 AS bigint))), same AS (SELECT "
		"id "
		"FROM own UNION SELECT o.id FROM pub_operators p JOIN pub_operators o ON o.uscc = "
		"p.uscc WHERE p.uscc <> '' AND p.id IN (SELECT id FROM own)) SELECT decided_at AS "
		"at, act, outcome FROM cases c WHERE operator IN (SELECT id FROM same) AND id <> "
		"$2 "
		"AND decided_at > 0 AND NOT EXISTS (SELECT 1 FROM case_remedies r WHERE r.case_id "
		"= "
		"c.id AND r.effect IN ('annulled', 'unlawful', 'void')) UNION ALL SELECT "
		"closed_at, "
		"act, state FROM cases c WHERE operator IN (SELECT id FROM same) AND id <> $2 AND "
		"state = 'not_filed' AND EXISTS (SELECT 1 FROM case_approvals a WHERE a.case_id = "
		"c.id AND a.matter = 'not_file' AND a.state = 'approved' AND a.cause = 'first') "
		"ORDER BY 1 DESC LIMIT $3",
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

	if (!*w->scale)
		return fine_fen ? "The data have no scale for this act: a fine of it has no range "
				  "(APL article 34)."
				: NULL;
	return discretion_refuses(&d, fine_fen);
}

static bool gives(const struct node *item, const char *ground)
{
	return text_is(node_text(item, "ground", ""), ground);
}

const char *weighing_refuses_ground(
	const struct node *lists, const struct weighing *w, const char *ground)
{
	NODE_EACH (item, node_find(lists, "items"))
		if (gives(item, ground) && kinds_have(w->exempt, node_text(item, "code", "?")))
			return NULL;
	return "The weighing does not bear this ground: one of its conditions is not met, or not "
	       "answered (APL article 33).";
}

bool ground_confiscates(const struct node *lists, const char *ground)
{
	NODE_EACH (item, node_find(lists, "items"))
		if (gives(item, ground) && node_true(item, "confiscates"))
			return true;
	return false;
}

/* "First" looks back once more: an offence may have been decided since it was weighed. */
static enum err first_check(
	struct req *rq, const struct case_row *c, const struct node *lists, const char *field)
{
	struct priors priors;

	TRY(priors_load(rq, c, &priors));
	const struct prior_offence *prior = prior_on_file(lists, c, &priors);
	if (prior)
		field_error(rq, field,
			"It is not a first offence: one was decided on %s (APL article 33).",
			date_text(rq->arena, prior->at));
	return OK;
}

enum err weighing_check_ground(
	struct req *rq, const struct case_row *c, const char *field, const char *ground)
{
	const struct node *lists;
	struct weighing w;

	TRY(weighing_load(rq, c->id, &w));
	if (!w.id) {
		field_error(rq, field,
			"Weigh first: the conditions of this ground have not been answered (APL "
			"article 33; O2 article 20).");
		return OK;
	}
	TRY(rules(rq, "cases/exempt", w.weighed_at, &lists));
	const char *why = weighing_refuses_ground(lists, &w, ground);
	if (why)
		field_error(rq, field, "%s", tr(rq, why));
	return text_is(ground, "first") ? first_check(rq, c, lists, field) : OK;
}

static void check_penalty(struct req *rq, const struct weighing *w, const struct report *r)
{
	const char *why = weighing_refuses_fine(w, r->fine_fen);

	if (*w->must_not)
		field_error(rq, "outcome",
			"By the weighing this act must not be punished: %s (APL article 33).",
			must_not_name(rq, w));
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

enum err weighing_check_report(struct req *rq, const struct course *k, const struct report *r)
{
	struct weighing w;

	TRY(weighing_load(rq, k->c.id, &w));
	if (text_is(r->outcome, "penalty"))
		check_penalty(rq, &w, r);
	if (text_is(r->outcome, "no_penalty") && *r->outcome_item)
		return weighing_check_ground(rq, &k->c, "outcome_item", r->outcome_item);
	return OK;
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
const char *must_not_name(struct req *rq, const struct weighing *w)
{
	const struct node *lists;

	if (*w->must_not && !rq->zh && !rules(rq, "cases/exempt", w->weighed_at, &lists))
		NODE_EACH (item, node_find(lists, "items"))
			if (text_is(node_text(item, "name", ""), w->must_not))
				return node_text(item, "name_en", w->must_not);
	return w->must_not;
}

const char *weighing_ground_zh(
	struct req *rq, const struct course *k, const char *ground, int64_t until)
{
	const struct node *lists;
	struct weighing w;
	struct buf b = { .arena = rq->arena };

	if (weighing_at(rq, k->c.id, until, &w) || !w.id ||
		rules(rq, "cases/exempt", w.weighed_at, &lists))
		return law_word(k, ground);
	NODE_EACH (item, node_find(lists, "items"))
		if (gives(item, ground) && kinds_have(w.exempt, node_text(item, "code", "?")))
			buf_printf(&b, "%s%s", b.n ? "、" : "", node_text(item, "article", ""));
	return b.n ? arena_printf(rq->arena, "%s（%s）", law_word(k, ground), buf_text(&b))
		   : law_word(k, ground);
}

const char *weighing_words(struct req *rq, const struct weighing *w)
{
	return arena_printf(rq->arena, "%s%s", w->why, w->words);
}

const char *weighing_label(struct req *rq, const struct weighing *w)
{
	const char *band;

	if (*w->must_not)
		return arena_printf(rq->arena, rq->zh ? "%s：%s" : "%s: %s",
			tr(rq, "Must not be punished"), must_not_name(rq, w));
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
