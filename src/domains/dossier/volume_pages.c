/* The page of a case's archive volume, and the archive's list. */
#include "domains/dossier/volume.h"

#include "contracts/facts.h"

#include <string.h>

enum { REASON_LEAST = 4, REASON_MOST = 200, PAGE_ROWS = 50 };

/* ---- the page of a case */

static void put_entry(
	struct req *rq, struct node *list, const struct volume *v, const struct entry *e)
{
	struct node *n = put_map(list, NULL);
	bool missing = e->kind == ENTRY_MISSING;

	put_text(n, "title",
		missing	   ? e->label
		: e->after ? arena_printf(rq->arena, "%s（%s）", e->title, e->words)
			   : e->title);
	put_text(n, "number", e->number);
	put_text(n, "date", e->at && !missing ? date_text(rq->arena, e->at) : "");
	put_text(n, "part", volume_part_name(v->rule, e, rq->zh));
	put_text(n, "code", e->code);
	put_text(n, "href",
		e->kind == ENTRY_PAPER ? arena_printf(rq->arena, "/papers/%" PRId64 "/file", e->id)
				       : "");
	put_text(n, "tone", !missing ? "green" : e->explained ? "yellow" : "red");
	put_text(n, "label",
		tr(rq, e->kind == ENTRY_PAPER ? "Paper"
			: missing	      ? "Missing"
					      : "Evidence"));
	put_text(n, "why", missing ? e->words : "");
	put_text(n, "article", e->article);
}

static void put_entries(struct req *rq, const struct volume *v)
{
	struct node *lists[] = { put_list(rq->view, "main"), put_list(rq->view, "side") };
	for (struct entry *e = LIST_OF(struct entry, &v->entries);
		e < LIST_END(struct entry, &v->entries); e++)
		put_entry(rq, lists[e->side], v, e);
}

/* What an officer has to explain before the volume is made. */
static void put_gaps(struct req *rq, const struct volume *v)
{
	struct node *list = put_list(rq->view, "gaps");
	for (struct entry *e = LIST_OF(struct entry, &v->entries);
		e < LIST_END(struct entry, &v->entries); e++) {
		if (e->kind != ENTRY_MISSING || e->explained)
			continue;
		struct node *n = put_map(list, NULL);
		const char *name = arena_printf(rq->arena, "reason.%s", e->item);
		put_text(n, "name", name);
		put_text(n, "title", e->label);
		put_text(n, "article", e->article);
		put_text(n, "value", rq->http ? form_text(rq, name) : "");
	}
}

static enum err put_editions(struct req *rq, const struct volume *v, struct volume_row *last)
{
	struct list l;

	TRY(db_all(rq, &volume_model, &l,
		"SELECT * FROM dossier_volumes WHERE case_id = $1 ORDER BY edition DESC", v->c.id));
	struct node *list = put_list(rq->view, "editions");
	*last = (struct volume_row){ .content = "", .state = "", .number = "" };
	if (l.n)
		*last = *LIST_OF(struct volume_row, &l);
	for (struct volume_row *r = LIST_OF(struct volume_row, &l);
		r < LIST_END(struct volume_row, &l); r++) {
		struct node *n = put_map(list, NULL);
		bool made = text_is(r->state, "made");
		put_printf(n, "id", "%" PRId64, r->id);
		put_text(n, "number", r->number);
		put_int(n, "edition", r->edition);
		put_text(n, "by", *r->ordered_by ? r->ordered_by : tr(rq, "the program"));
		put_time(n, "at", made ? r->made_at : r->ordered_at);
		put_int(n, "pages", r->pages);
		put_int(n, "papers", r->papers);
		put_int(n, "evidence", r->evidence);
		put_int(n, "missing", r->missing);
		put_flag(n, "made", made);
		put_text(n, "tone", made ? "green" : "yellow");
		put_text(n, "label", tr(rq, made ? "In the archive" : "Being made"));
		put_text(n, "pdf_sm3", r->pdf_sm3);
		put_text(n, "zip_sm3", r->zip_sm3);
	}
	return OK;
}

/* One sentence on where the volume stands, and whether the visitor may have it made. */
static void put_standing(struct req *rq, const struct volume *v, const struct volume_row *last)
{
	const char *words, *tone = "info";
	bool closed = text_is(v->c.state, "closed"), running = text_is(last->state, "ordered");
	bool same = text_is(last->content, v->content);

	if (!closed)
		words = "Only a concluded case is archived (O2 article 78).";
	else if (v->unsealed)
		words = "Papers of the case are still being made; the volume follows them.";
	else if (running)
		words = "The volume is being made.";
	else if (v->unexplained) {
		words = "A paper that the rule asks for is missing: give the reason first (O2 "
			"article 78).";
		tone = "red";
	} else if (same) {
		words = "The volume holds all that belongs into it.";
		tone = "green";
	} else {
		words = *last->content ? "Something was added or changed since the last volume."
				       : "Nothing is missing: the volume can be made.";
		tone = "yellow";
	}
	put_text(rq->view, "standing", tr(rq, words));
	put_text(rq->view, "standing_tone", tone);
	put_flag(rq->view, "may_make",
		closed && !v->unsealed && !running && !same && may(rq, CASE_WRITE) &&
			!dossier_officer(rq, &v->c));
}

static enum err put_term(struct req *rq, const struct volume *v)
{
	int64_t due = 0;

	if (text_is(v->c.procedure, "simple") && v->c.decided_at)
		TRY(term_workdays(
			rq, v->c.decided_at, (int)node_int(v->rule, "simple_workdays", 7), &due));
	put_text(rq->view, "due", due ? date_text(rq->arena, due) : "");
	put_text(rq->view, "term", volume_term(v->rule, &v->c));
	return OK;
}

static enum err volume_view(struct req *rq, const struct volume *v)
{
	struct volume_row last;

	dossier_show(rq, &v->c);
	put_entries(rq, v);
	TRY(put_editions(rq, v, &last));
	put_standing(rq, v, &last);
	put_gaps(rq, v);
	return put_term(rq, v);
}

enum err dossier_volume(struct req *rq)
{
	struct dossier_case c;
	struct volume v;

	TRY(dossier_case_load(rq, &c));
	TRY(volume_collect(rq, &c, &v));
	TRY(volume_view(rq, &v));
	return page(rq, "dossier/volume");
}

static enum err gap_take(struct req *rq, const struct volume *v, const struct entry *e)
{
	const char *reason = form_text(rq, arena_printf(rq->arena, "reason.%s", e->item));
	struct gap_row g = { .case_id = v->c.id,
		.item = e->item,
		.title = e->title,
		.reason = reason,
		.given_by = rq->user->name,
		.given_at = rq->now };

	TRY(db_insert(rq, &gap_model, &g));
	return emit(rq, VOLUME_GAP_EXPLAINED, v->c.id, v->c.operator, json_of(rq, &gap_model, &g));
}

static bool reasons_wrong(struct req *rq, const struct volume *v)
{
	for (struct entry *e = LIST_OF(struct entry, &v->entries);
		e < LIST_END(struct entry, &v->entries); e++) {
		if (e->kind != ENTRY_MISSING || e->explained)
			continue;
		const char *name = arena_printf(rq->arena, "reason.%s", e->item);
		size_t n = utf8_length(form_text(rq, name));
		if (n < REASON_LEAST || n > REASON_MOST)
			field_error(rq, name,
				"%s is missing (%s): say why in 4 to 200 characters, or add it.",
				e->label, e->article);
	}
	return form_failed(rq);
}

enum err dossier_volume_make(struct req *rq)
{
	struct dossier_case c;
	struct volume v;
	const char *why_not;

	TRY(dossier_case_load(rq, &c));
	TRY(dossier_officer(rq, &c));
	TRY(volume_collect(rq, &c, &v));
	if (text_is(c.state, "closed") && !v.unsealed && reasons_wrong(rq, &v)) {
		TRY(volume_view(rq, &v));
		return form_again(rq, "dossier/volume");
	}
	if (text_is(c.state, "closed") && !v.unsealed && v.unexplained) {
		for (struct entry *e = LIST_OF(struct entry, &v.entries);
			e < LIST_END(struct entry, &v.entries); e++)
			if (e->kind == ENTRY_MISSING && !e->explained)
				TRY(gap_take(rq, &v, e));
		TRY(volume_collect(rq, &c, &v));
	}
	TRY(volume_order(rq, &v, rq->user->name, &why_not));
	if (why_not)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why_not));
	notice(rq, "The volume is being made; it is here in a few seconds.");
	return redirect(rq, "/cases/%" PRId64 "/volume", c.id);
}

/* ---- its files */

static enum err edition(struct req *rq, struct volume_row *row)
{
	enum err e = db_one(rq, &volume_model, row,
		"SELECT * FROM dossier_volumes WHERE id = $1 AND case_id = $2 AND state = 'made'",
		rq->id2, rq->id);
	return e == E_NOT_FOUND ? fail(rq, e, "There is no such volume of this case.") : e;
}

enum err dossier_volume_pdf(struct req *rq)
{
	struct volume_row row;

	TRY(edition(rq, &row));
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(rq, row.pdf_sm3, "application/pdf", NULL);
}

enum err dossier_volume_zip(struct req *rq)
{
	struct volume_row row;

	TRY(edition(rq, &row));
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(rq, row.zip_sm3, "application/zip",
		arena_printf(
			rq->arena, "volume-%" PRId64 "-%" PRId64 ".zip", row.case_id, row.edition));
}

/* ---- the archive */

struct archived {
	int64_t id, closed_at, pages;
	const char *case_number, *act_name, *operator_name, *number, *state;
};
static const struct choice archive_states[] = { { "waits", "No volume yet", "red" },
	{ "ordered", "Being made", "yellow" }, { "made", "In the archive", "green" }, { 0 } };
static const struct model archived_model = MODEL("dossier_volumes", struct archived,
	FIELDS(STORED(struct archived, id), STORED(struct archived, case_number),
		STORED(struct archived, operator_name), STORED(struct archived, act_name),
		STORED(struct archived, closed_at, .as = AS_DATE), STORED(struct archived, number),
		STORED(struct archived, pages),
		STORED(struct archived, state, .choices = archive_states)));

enum err dossier_volumes(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *q = query_text(rq, "q");
	bool waiting = text_is(query_text(rq, "state"), "waits");

	TRY(db_all(rq, &archived_model, &l,
		"SELECT c.id, c.number AS case_number, o.name AS operator_name, c.act_name, "
		"c.closed_at, coalesce(v.number, '') AS number, coalesce(v.pages, 0) AS pages, "
		"coalesce(v.state, 'waits') AS state FROM pub_cases c JOIN pub_operators o ON o.id "
		"= c.operator LEFT JOIN dossier_volumes v ON v.case_id = c.id AND v.edition = "
		"(SELECT max(w.edition) FROM dossier_volumes w WHERE w.case_id = c.id) WHERE "
		"c.state = 'closed' AND ($1 = 0 OR c.area = $1) AND ($2 = 0 OR v.id IS NULL) AND "
		"($3 = '' OR c.number = $3 OR v.number = $3 OR lower(o.name) LIKE lower($4)) ORDER "
		"BY c.closed_at DESC, c.id DESC LIMIT $5 OFFSET $6",
		rq->user->area, waiting, q, arena_printf(rq->arena, "%%%s%%", q), p.limit,
		p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "volumes", &archived_model, &l);
	put_text(rq->view, "q", q);
	put_flag(rq->view, "waiting", waiting);
	return page(rq, "dossier/volumes");
}
