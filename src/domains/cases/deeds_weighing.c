/* The step of weighing: its form asks what the data ask for, and the tables answer. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/discretion.h"
#include "domains/cases/weighing.h"

#include <string.h>

enum { MOST_ASKED = 48, DATE_CHARS = 10 };

/* What the tables look at, gathered from the form and the file. */
struct ask {
	const struct node *discretion, *lists;
	struct priors priors;
	int64_t given_over; /* corrections of inspections that were not made and given over */
	const char *factors[MOST_ASKED + 1];
	struct exempt_reply replies[MOST_ASKED];
	struct discretion_facts d;
	struct exempt_facts e;
	int64_t city_checked;
};

/* The officers' own word on the rest of the city: what other districts decided is not on file
 * here. */
#define CITY                                                                                       \
	INPUT(struct weighing, city_checked, "Looked for earlier offences in the whole city on",   \
		.as = AS_DATE,                                                                     \
		.hint = "Needed when it is to count as a first offence: same field, city-wide")
static const struct model weigh_form = MODEL("case_weighings", struct weighing,
	FIELDS(INPUT(struct weighing, small_caterer, "A small caterer",
		       .hint = "Its own scale in the Shanghai regulation"),
		INPUT(struct weighing, goods_fen, "Value of the goods (yuan)", .as = AS_FEN,
			.max = INT64_C(1000000000000)),
		INPUT(struct weighing, days, "Days the act lasted", .max = 36500),
		INPUT(struct weighing, ill, "Persons taken ill", .max = 1000000),
		INPUT(struct weighing, words, "What else was weighed", .as = AS_LONG, .max = 1000),
		CITY));
static const struct model brief_form = MODEL("case_weighings", struct weighing, FIELDS(CITY));

static const char *factor_field(struct req *rq, const char *code)
{
	return arena_printf(rq->arena, "factor_%s", code);
}

static const char *reply_field(struct req *rq, const char *code)
{
	return arena_printf(rq->arena, "reply_%s", code);
}

/* "minor=yes,no_harm=no": what was answered before; "" when not. */
static const char *reply_kept(struct req *rq, const char *replies, const char *code)
{
	if (kinds_have(replies, arena_printf(rq->arena, "%s=yes", code)))
		return "yes";
	return kinds_have(replies, arena_printf(rq->arena, "%s=no", code)) ? "no" : "";
}

/* ---- gathering -------------------------------------------------------- */
static enum err tables(struct req *rq, const struct course *k, struct ask *a)
{
	*a = (struct ask){ 0 };
	TRY(rules(rq, "cases/discretion", rq->now, &a->discretion));
	TRY(rules(rq, "cases/exempt", rq->now, &a->lists));
	TRY(db_int(rq, &a->given_over,
		"SELECT count(*) FROM case_evidence WHERE case_id = $1 AND kind = $2", k->c.id,
		EVIDENCE_RECORD));
	return priors_load(rq, &k->c, &a->priors);
}

/* An order to correct was not followed: in this case, in the inspection it came from, or it is the
 * very act (V20). */
static bool refused_on_file(const struct course *k, const struct ask *a)
{
	return text_is(k->c.correction_state, "refused") || a->given_over ||
	       text_is(k->c.act, "V20");
}

static bool repeated_on_file(const struct course *k, const struct ask *a)
{
	return punished_within(
		&a->priors, k->c.act, k->c.opened_at, node_int(a->discretion, "repeat.years", 1));
}

static bool is_day(const struct node *condition)
{
	return text_is(node_text(condition, "answer", ""), "day");
}

/* What was answered: "yes", "no", or the day of it; "" when nothing. */
static const char *reply_given(struct req *rq, const struct weighing *w, const struct node *c)
{
	const char *code = node_text(c, "code", ""),
		   *reply = rq->http ? form_text(rq, reply_field(rq, code))
				     : reply_kept(rq, w->replies, code); /* the demonstration */

	if (is_day(c))
		return w->city_checked ? date_text(rq->arena, w->city_checked) : "";
	return text_is(reply, "yes") || text_is(reply, "no") ? reply : "";
}

static void gather(struct req *rq, const struct course *k, struct weighing *w, struct ask *a)
{
	size_t n = 0, m = 0;
	struct buf chosen = { .arena = rq->arena }, said = { .arena = rq->arena };

	a->city_checked = w->city_checked;
	NODE_EACH (f, node_find(a->discretion, "factors")) {
		const char *code = node_text(f, "code", "");
		if (n == MOST_ASKED || !form_flag(rq, factor_field(rq, code)))
			continue;
		a->factors[n++] = code;
		buf_printf(&chosen, "%s%s", chosen.n ? "," : "", code);
	}
	NODE_EACH (c, node_find(a->lists, "conditions")) {
		const char *code = node_text(c, "code", ""), *reply = reply_given(rq, w, c);
		if (m == MOST_ASKED || !*reply)
			continue;
		a->replies[m++] = (struct exempt_reply){ code, !text_is(reply, "no") };
		buf_printf(&said, "%s%s=%s", said.n ? "," : "", code, reply);
	}
	w->factors = chosen.n ? buf_text(&chosen) : "";
	w->replies = said.n ? buf_text(&said) : "";
	w->refused = refused_on_file(k, a) || kinds_have(w->factors, "refused");
	w->repeated = repeated_on_file(k, a) || kinds_have(w->factors, "repeated");
	a->d = (struct discretion_facts){ .act = k->c.act,
		.small_caterer = w->small_caterer,
		.goods_fen = w->goods_fen,
		.days = w->days,
		.ill = w->ill,
		.refused = w->refused,
		.repeated = w->repeated,
		.factors = a->factors };
	a->e = (struct exempt_facts){ .act = k->c.act,
		.at = k->c.opened_at,
		.priors = a->priors.at,
		.n_priors = a->priors.n,
		.replies = a->replies,
		.n_replies = m };
}

/* ---- what cannot be so ------------------------------------------------ */
static const struct node *factor_of(const struct ask *a, const char *code)
{
	NODE_EACH (f, node_find(a->discretion, "factors"))
		if (text_is(node_text(f, "code", ""), code))
			return f;
	return NULL;
}

static const char *name_of(struct req *rq, const struct node *n)
{
	return node_text(n, rq->zh ? "name" : "name_en", "");
}

static bool ticked(const struct ask *a, const char *code)
{
	for (const char *const *c = a->factors; *c; c++)
		if (text_is(*c, code))
			return true;
	return false;
}

/* Chosen, or what the figures say themselves. */
static bool is_so(const struct ask *a, const char *code)
{
	return ticked(a, code) || discretion_follows(factor_of(a, code), &a->d);
}

/* A factor, or an answer "yes", against the figures and all other factors. Of two factors that were
 * ticked the first says it. */
static void against(struct req *rq, const struct ask *a, const struct node *n, const char *field)
{
	const char *own = node_text(n, "code", "");
	bool said_before = factor_of(a, own) == n;

	if (discretion_beyond(n, &a->d))
		field_error(
			rq, field, "This does not go with the figures: \"%s\".", name_of(rq, n));
	NODE_EACH (f, node_find(a->discretion, "factors")) {
		const char *code = node_text(f, "code", "");
		said_before &= f != n;
		if (!is_so(a, code) || (said_before && ticked(a, code)))
			continue;
		NODE_EACH (other, node_find(n, "not_with"))
			if (text_is(other->s, code))
				field_error(rq, field,
					"This and \"%s\" exclude each other: choose one.",
					name_of(rq, f));
	}
}

static void excluded_check(struct req *rq, const struct ask *a)
{
	for (const char *const *c = a->factors; *c; c++)
		against(rq, a, factor_of(a, *c), factor_field(rq, *c));
	NODE_EACH (c, node_find(a->lists, "conditions")) {
		const char *field = reply_field(rq, node_text(c, "code", ""));
		if (text_is(form_text(rq, field), "yes"))
			against(rq, a, c, field);
	}
}

/* What was ordered and not accepted was not corrected, whatever is answered. */
static void corrected_check(struct req *rq, const struct course *k, const struct ask *a)
{
	static const char *const fields[] = { "reply_corrected", "factor_corrected_early" };
	bool open = k->c.order_paper && !text_is(k->c.correction_state, "accepted");

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const char *said = form_text(rq, fields[i]);
		if ((open || refused_on_file(k, a)) && *said && !text_is(said, "no"))
			field_error(rq, fields[i],
				"By the file it was not corrected: a correction was ordered and "
				"has not been accepted (APL articles 28 and 33).");
	}
}

static void city_check(struct req *rq, const struct ask *a)
{
	int64_t days = node_int(a->lists, "look_back.city_check_days", 30);

	if (!a->city_checked)
		return;
	if (a->city_checked > rq->now || a->city_checked < rq->now - (days + 1) * DAY)
		field_error(rq, "city_checked",
			"Give the day of the look: not in the future, and within the last %d days.",
			(int)days);
}

static void file_check(struct req *rq, const struct course *k, const struct ask *a)
{
	const struct prior_offence *prior = prior_on_file(a->lists, &k->c, &a->priors);

	if (prior && form_flag(rq, "factor_first"))
		field_error(rq, "factor_first",
			"It is not a first offence: one was decided on %s (APL article 33).",
			date_text(rq->arena, prior->at));
	if (prior && text_is(form_text(rq, "reply_first"), "yes"))
		field_error(rq, "reply_first",
			"It is not a first offence: one was decided on %s (APL article 33).",
			date_text(rq->arena, prior->at));
	corrected_check(rq, k, a);
	city_check(rq, a);
	if (form_flag(rq, "factor_refused") && !refused_on_file(k, a) && !k->c.order_paper)
		field_error(rq, "factor_refused",
			"No order to correct was made in this case: without one nobody refuses it "
			"(FSL article 126). Order the correction first.");
}

/* ---- asking the tables ------------------------------------------------ */
static enum err ask_discretion(struct req *rq, struct weighing *w, const struct ask *a)
{
	struct discretion d;
	struct fault why = { 0 };
	enum err e = discretion_of(rq->arena, a->discretion, &a->d, &d, &why);

	if (e == E_INVALID) {
		field_error(rq, "words", "These figures and circumstances do not go together.");
		return E_INVALID;
	}
	w->scale = e ? "" : d.scale;
	w->band = e ? "" : discretion_band_word(d.band);
	w->serious = !e && d.serious;
	w->low_fen = e ? 0 : d.low;
	w->high_fen = e ? 0 : d.high;
	w->why = e ? "" : d.why;
	w->why_en = e ? "" : d.why_en;
	return OK;
}

/* Nothing may stay open: whether an item of the lists holds is answered before anybody is punished
 * (APL 33). What the party has to prove, and did not, does not hold. */
static void open_check(struct req *rq, const struct ask *a, const struct exempt_item *item)
{
	if (item->verdict != EXEMPT_ASKS || item->party_proves)
		return;
	NODE_EACH (c, node_find(a->lists, "conditions")) {
		const char *code = node_text(c, "code", "");
		if (!strstr(arena_printf(rq->arena, " %s ", item->missing_codes),
			    arena_printf(rq->arena, " %s ", code)))
			continue;
		field_error(rq, is_day(c) ? "city_checked" : reply_field(rq, code),
			"Answer this: \"%s\" depends on it (APL article 33).",
			rq->zh ? item->name : item->name_en);
	}
}

static void ask_lists(struct req *rq, struct weighing *w, const struct ask *a)
{
	struct exempt_item *items;
	struct buf b = { .arena = rq->arena };
	int n = exempt_items(rq->arena, a->lists, &a->e, &items);

	w->must_not = "";
	for (int i = 0; i < n; i++) {
		open_check(rq, a, &items[i]);
		if (items[i].verdict != EXEMPT_MUST_NOT && items[i].verdict != EXEMPT_MAY_NOT)
			continue;
		buf_printf(&b, "%s%s", b.n ? "," : "", items[i].code);
		if (items[i].verdict == EXEMPT_MUST_NOT && !*w->must_not)
			w->must_not = items[i].name;
	}
	w->exempt = b.n ? buf_text(&b) : "";
}

static enum err weigh(struct req *rq, struct course *k, void *row)
{
	struct weighing *w = row;
	struct ask a;

	TRY(tables(rq, k, &a));
	if (deed_is_brief(rq, k)) { /* what was not asked is not so */
		w->goods_fen = w->days = w->ill = 0;
		w->words = "";
	}
	gather(rq, k, w, &a);
	file_check(rq, k, &a);
	excluded_check(rq, &a);
	if (form_failed(rq))
		return E_INVALID;
	TRY(ask_discretion(rq, w, &a));
	ask_lists(rq, w, &a);
	if (form_failed(rq))
		return E_INVALID;
	w->case_id = k->c.id;
	w->discretion = node_text(a.discretion, "version", "");
	w->lists = node_text(a.lists, "version", "");
	w->weighed_by = rq->user->id;
	w->weighed_at = rq->now;
	notice(rq, "Weighed. The report is bound by it; weigh again when something changes.");
	return course_add(rq, k, &(struct written){ &weighing_model, w, CASE_WEIGHED });
}

/* ---- the form --------------------------------------------------------- */
static void weigh_begin(struct req *rq, const struct course *k, void *row)
{
	struct weighing *w = row;
	const char *kind = "", *city;

	if (!weighing_load(rq, k->c.id, w) && w->id) { /* weighed again: from what was weighed */
		w->id = w->version = 0;
		if ((city = strstr(w->replies, "city_checked=")))
			date_parse(
				arena_copy(rq->arena, city + strlen("city_checked="), DATE_CHARS),
				&w->city_checked);
		return;
	}
	row_blank(&weighing_model, w);
	if (!db_text(rq, &kind, "SELECT kind FROM pub_operators WHERE id = $1", k->c.operator))
		w->small_caterer = text_is(kind, "small_caterer");
}

static const struct choice answers[] = { { "", "Not answered", "" }, { "yes", "Yes", "" },
	{ "no", "No", "" }, { 0 } };

static void ask_factors(struct req *rq, const struct ask *a, const struct weighing *w)
{
	const char *heading = tr(rq, "Circumstances that bear on the penalty");

	NODE_EACH (f, node_find(a->discretion, "factors")) {
		const char *code = node_text(f, "code", ""), *field = factor_field(rq, code);
		form_ask(rq, "form",
			&(struct asked_field){ .name = field,
				.label = name_of(rq, f),
				.hint = node_text(f, "article", ""),
				.value = kinds_have(w->factors, code) ? "1" : "",
				.heading = heading });
		heading = NULL;
	}
}

/* Only the conditions of items that speak of the act. */
static bool asked_for(const struct ask *a, const struct course *k, const char *condition)
{
	NODE_EACH (item, node_find(a->lists, "items")) {
		bool speaks = !node_find(item, "acts");
		NODE_EACH (act, node_find(item, "acts"))
			speaks |= text_is(act->s, k->c.act);
		NODE_EACH (c, node_find(item, "conditions"))
			if (speaks && text_is(c->s, condition))
				return true;
	}
	return false;
}

static void ask_conditions(
	struct req *rq, const struct course *k, const struct ask *a, const struct weighing *w)
{
	const char *heading = tr(rq, "Conditions of the lists of no penalty");

	NODE_EACH (c, node_find(a->lists, "conditions")) {
		const char *code = node_text(c, "code", ""), *field = reply_field(rq, code);
		if (is_day(c) || !asked_for(a, k, code))
			continue;
		form_ask(rq, "form",
			&(struct asked_field){ .name = field,
				.label = name_of(rq, c),
				.value = reply_kept(rq, w->replies, code),
				.choices = answers,
				.heading = heading });
		heading = NULL;
	}
}

static void said(struct node *list, const char *text)
{
	put_text(put_map(list, NULL), "text", text);
}

/* What the file itself says; the officers only add to it. */
static void say_file(struct req *rq, const struct course *k, const struct ask *a)
{
	struct node *list = put_list(rq->view, "on_file");
	const struct prior_offence *prior = prior_on_file(a->lists, &k->c, &a->priors);

	said(list, prior ? arena_printf(rq->arena,
				   tr(rq, "An offence of this field was decided on %s: not a first "
					  "one"),
				   date_text(rq->arena, prior->at))
			 : tr(rq, "No earlier offence of this field within the look-back"));
	if (repeated_on_file(k, a))
		said(list, tr(rq, "Punished for the same act within a year: serious"));
	said(list, tr(rq, refused_on_file(k, a) ? "Not corrected although ordered"
			   : k->c.order_paper	? "A correction was ordered"
						: "No correction was ordered"));
}

static void weigh_shown(struct req *rq, const struct course *k)
{
	struct ask a;
	struct weighing w;

	if (tables(rq, k, &a) || weighing_load(rq, k->c.id, &w))
		return;
	if (!w.id)
		w.factors = w.replies = "";
	put_flag(rq->view, "dense", true);
	if (!deed_is_brief(rq, k))
		ask_factors(rq, &a, &w);
	ask_conditions(rq, k, &a, &w);
	say_file(rq, k, &a);
	if (w.id)
		put_weighing(rq, put_beside(rq, "As weighed before"), &w);
}

const struct deed weighing_deeds[] = {
	{ STEP_WEIGH, &weigh_form, sizeof(struct weighing), weigh_begin, weigh, NULL, false,
		"Figures, circumstances, and the conditions of the lists of no penalty: the tables "
		"give the range and the reasons, and the report is bound by them (APL articles 32 "
		"to 34).",
		weigh_shown, &brief_form },
	{ 0 },
};
