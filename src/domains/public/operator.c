/* The page behind the code at the door: the colour, the licence, the last inspections, and the
 * penalties the law lets be published. No telephone, no person, nothing of cameras. */
#include "core/documents/qr.h"
#include "domains/public/public.h"

#include <string.h>

enum { INSPECTIONS = 3, PENALTIES = 20 };

struct shop {
	int64_t id;
	const char *code, *name, *address, *town, *kind, *state, *licence_no;
	int64_t licence_valid_to;
	const char *letter, *colour, *scheme;
	int64_t since;
};
static const struct model shop_model = MODEL("pub_operators", struct shop,
	FIELDS(STORED(struct shop, id, .as = AS_SECRET), STORED(struct shop, code),
		STORED(struct shop, name), STORED(struct shop, address), STORED(struct shop, town),
		STORED(struct shop, kind), STORED(struct shop, state),
		STORED(struct shop, licence_no), STORED(struct shop, licence_valid_to),
		STORED(struct shop, letter), STORED(struct shop, colour),
		STORED(struct shop, scheme), STORED(struct shop, since)));

struct visit {
	int64_t inspected_at;
	const char *kind, *result;
	int key_failed, general_failed;
	int64_t published_at;
};
static const struct model visit_model = MODEL("pub_inspections", struct visit,
	FIELDS(STORED(struct visit, inspected_at, .as = AS_DATE),
		STORED(struct visit, kind, .choices = inspection_words),
		STORED(struct visit, result, .choices = result_words),
		STORED(struct visit, key_failed), STORED(struct visit, general_failed),
		STORED(struct visit, published_at, .as = AS_DATE)));

struct sanction {
	int64_t decided_at;
	const char *code, *number, *act_name, *penalty;
	int64_t fine_fen;
};
static const struct model sanction_model = MODEL("pub_publications", struct sanction,
	FIELDS(STORED(struct sanction, code), STORED(struct sanction, decided_at, .as = AS_DATE),
		STORED(struct sanction, number), STORED(struct sanction, act_name),
		STORED(struct sanction, penalty, .choices = penalty_words),
		STORED(struct sanction, fine_fen, .as = AS_FEN)));

static enum err shop_load(struct req *rq, struct shop *s)
{
	const char *code = operator_code(rq->arena, rq->key);
	enum err e = db_one(rq, &shop_model, s,
		"SELECT o.id, o.code, o.name, o.address,"
		" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town, o.kind,"
		" o.state, o.licence_no, o.licence_valid_to, coalesce(g.letter, '') AS letter,"
		" coalesce(g.colour, 'none') AS colour, coalesce(g.scheme, '') AS scheme,"
		" coalesce(g.since, 0) AS since"
		" FROM pub_operators o JOIN pub_areas a ON a.id = o.area"
		" LEFT JOIN pub_grades g ON g.operator = o.id WHERE o.code = $2",
		rq->zh, *code ? code : rq->key);

	if (!e)
		return publish(rq, &(struct publication){ "operator", &shop_model },
			&(struct list){ s, 1 });
	if (e == E_NOT_FOUND)
		return fail(rq, e,
			"No business of this district has this code. Scan it again, or search by "
			"name.");
	return e;
}

/* A double leads to the file it was merged into. */
static enum err to_survivor(struct req *rq, const struct shop *s, bool *sent)
{
	const char *code;

	*sent = false;
	if (!text_is(s->state, "CLOSED"))
		return OK;
	TRY(db_text(rq, &code,
		"SELECT coalesce(max(survivor_code), '') FROM pub_operator_merges WHERE operator = "
		"$1",
		s->id));
	*sent = *code != 0;
	return *sent ? redirect(rq, "/p/%s", code) : OK;
}

/* ---- the colour ---------------------------------------------------------------------------- */
/* Why there is none: the scheme does not cover this kind of business, or nobody was there yet. */
static enum err no_grade_reason(struct req *rq, const struct shop *s, const char **out)
{
	const struct node *scheme;
	bool covered = false;

	TRY(rules(rq, "grading/shanghai", rq->now, &scheme));
	NODE_EACH (kind, node_find(scheme, "kinds"))
		covered = covered || text_is(kind->s, s->kind);
	*out = covered ? tr(rq, "It is graded at its first inspection on site.")
		       : tr(rq, "Only caterers and canteens are graded.");
	return OK;
}

static enum err put_grade(struct req *rq, const struct shop *s)
{
	struct node *n = put_map(rq->view, "grade");
	bool graded = *s->letter != 0;
	const char *reason = "";

	if (!graded)
		TRY(no_grade_reason(rq, s, &reason));
	put_text(n, "letter", s->letter);
	put_text(n, "colour", graded ? s->colour : "none");
	put_text(n, "label", tr(rq, choice_label(colour_words, graded ? s->colour : "none")));
	put_text(n, "scheme", s->scheme);
	if (graded)
		put_time(n, "since", s->since)->display =
			arena_printf(rq->arena, tr(rq, "Since %s"), date_text(rq->arena, s->since));
	else /* the page says why in the place where it says since when */
		put_text(n, "since", reason)->hidden = true;
	put_text(n, "reason", reason);
	put_text(n, "name", "")->hidden = true;
	return OK;
}

/* ---- the licence --------------------------------------------------------------------------- */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static void put_licence(struct req *rq, const struct shop *s)
{
	static const char *const states[] = { "unknown", "valid", "expired" };
	enum licence now = licence_now(s->licence_valid_to, rq->now);
	struct node *n = put_map(rq->view, "licence"), *rows = put_list(rq->view, "rows");

	put_text(n, "number", s->licence_no);
	put_time(n, "valid_to", s->licence_valid_to)->display =
		s->licence_valid_to ? date_text(rq->arena, s->licence_valid_to) : "";
	put_text(n, "state", states[now]);
	put_flag(n, "expired", now == LICENCE_EXPIRED)->hidden = true;
	rows->hidden = true;
	put_row(rq, rows, "Kind of business", tr(rq, choice_label(kind_words, s->kind)));
	put_row(rq, rows, "Licence number", s->licence_no);
	put_row(rq, rows, "Licence valid until", node_find(n, "valid_to")->display);
}

/* ---- inspections and penalties --------------------------------------------------------------- */
static void put_visit(struct req *rq, struct node *list, const struct visit *v)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "at", date_text(rq->arena, v->inspected_at));
	put_text(n, "title", tr(rq, choice_label(result_words, v->result)));
	put_text(n, "tone", choice_tone(result_words, v->result));
	put_text(n, "detail",
		arena_printf(rq->arena, tr(rq, "Key items failed: %d. General items failed: %d."),
			v->key_failed, v->general_failed));
	put_text(n, "who", tr(rq, choice_label(inspection_words, v->kind)));
	put_text(n, "href", "");
}

static enum err put_inspections(struct req *rq, const struct shop *s)
{
	struct list l;
	struct node *timeline;

	TRY(db_all(rq, &visit_model, &l,
		"SELECT inspected_at, kind, result, key_failed, general_failed, published_at"
		" FROM pub_inspections WHERE operator = $1 AND published_at > 0"
		" ORDER BY inspected_at DESC, id DESC LIMIT $2",
		s->id, (int)INSPECTIONS));
	TRY(publish(rq, &(struct publication){ "inspection", &visit_model }, &l));
	show_list(rq, "inspections", &visit_model, &l);
	timeline = put_list(rq->view, "timeline");
	timeline->hidden = true;
	for (const struct visit *v = LIST_OF(struct visit, &l); v < LIST_END(struct visit, &l); v++)
		put_visit(rq, timeline, v);
	return OK;
}

/* Only what is public now, as the room of publications keeps it: nothing that has ended or was
 * withdrawn. */
static enum err put_penalties(struct req *rq, const struct shop *s)
{
	struct list l;

	TRY(db_all(rq, &sanction_model, &l,
		"SELECT code, decided_at, number, act_name, kinds AS penalty, fine_fen FROM "
		"pub_publications WHERE operator = $1 AND public_until >= $2 ORDER BY decided_at "
		"DESC, id DESC LIMIT $3",
		s->id, rq->now, (int)PENALTIES));
	for (struct sanction *x = LIST_OF(struct sanction, &l); x < LIST_END(struct sanction, &l);
		x++)
		x->penalty = arena_copy(rq->arena, x->penalty, strcspn(x->penalty, ","));
	TRY(publish(rq, &(struct publication){ "penalty", &sanction_model }, &l));
	show_list(rq, "penalties", &sanction_model, &l);
	return OK;
}

/* ---- the page ------------------------------------------------------------------------------ */
enum err public_operator(struct req *rq)
{
	struct shop s;
	bool sent;

	TRY(shop_load(rq, &s));
	TRY(to_survivor(rq, &s, &sent));
	if (sent)
		return OK;
	put_text(rq->view, "code", s.code);
	put_text(rq->view, "name", s.name);
	put_text(rq->view, "address", s.address);
	put_text(rq->view, "town", s.town);
	put_text(rq->view, "kind", s.kind);
	put_flag(rq->view, "closed", text_is(s.state, "CLOSED"));
	TRY(put_grade(rq, &s));
	put_licence(rq, &s);
	TRY(put_inspections(rq, &s));
	TRY(put_penalties(rq, &s));
	put_time(rq->view, "at", rq->now);
	open_page(rq, CACHE_PAGE);
	return page(rq, "public/operator");
}

enum err public_code_picture(struct req *rq)
{
	struct fault why = { 0 };
	struct shop s;
	char *svg;

	TRY(shop_load(rq, &s));
	const char *url = arena_printf(rq->arena, "%s/p/%s", site_url(rq), s.code);
	if (qr_svg(rq->arena, url, &svg, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	open_page(rq, CACHE_CODE);
	return reply_text(rq, "image/svg+xml", svg);
}
