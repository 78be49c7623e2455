/* Screens of licences: the form of a new one, one of them with its history, all that run out. */
#include "domains/entities/changes.h"
#include "domains/entities/entries.h"
#include "domains/entities/licences.h"

static enum err form_view(struct req *rq, const struct operator* o, const struct licence *l)
{
	show_form(rq, "form", &licence_model, l);
	put_text(rq->view, "name", o->name);
	put_printf(rq->view, "back", "/operators/%" PRId64, o->id);
	put_int(rq->view, "version", l->version);
	if (l->id)
		put_printf(
			rq->view, "path", "/operators/%" PRId64 "/licences/%" PRId64, o->id, l->id);
	else
		put_printf(rq->view, "path", "/operators/%" PRId64 "/licences", o->id);
	return OK;
}

static enum err load(struct req *rq, struct operator* o, struct licence *l)
{
	TRY(operator_load(rq, rq->id, o));
	return db_one(rq, &licence_model, l,
		"SELECT * FROM licences WHERE id = $1 AND operator = $2", rq->id2, rq->id);
}

static enum err read_licence(struct req *rq, struct licence *l)
{
	enum err bad = form_read(rq, &licence_model, l);
	const char *field, *wrong;

	if (bad && bad != E_INVALID)
		return bad;
	wrong = bad ? NULL : licence_wrong(l, rq->now, &field);
	if (!wrong)
		return bad;
	field_error(rq, field, "%s", tr(rq, wrong));
	return E_INVALID;
}

/* ?main=1: the one that names the operator, whose number and last day are known. */
enum err licence_new(struct req *rq)
{
	struct licence l = { .state = "VALID" };
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	if (*query_text(rq, "main")) {
		l.number = o.licence_no;
		l.valid_until = o.licence_valid_to;
		TRY(db_text(rq, &l.kind,
			"SELECT kind FROM pub_licences WHERE operator = $1 AND main = 1 LIMIT 1",
			o.id));
	}
	TRY(form_view(rq, &o, &l));
	return page(rq, "entities/licence_form");
}

enum err licence_create(struct req *rq)
{
	struct licence l = { 0 };
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	enum err bad = read_licence(rq, &l);
	if (bad == E_INVALID) {
		TRY(form_view(rq, &o, &l));
		return form_again(rq, "entities/licence_form");
	}
	TRY(bad);
	TRY(licence_file(rq, &o, &l));
	TRY(completeness_keep(rq, o.id));
	notice(rq, "Saved.");
	return redirect(rq, "/operators/%" PRId64 "#licences", o.id);
}

static enum err licence_view(struct req *rq, const struct operator* o, const struct licence *l)
{
	show(rq, "licence", &licence_model, l);
	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE))->hidden = true;
	TRY(put_facts(rq, l->id, &licence_model));
	return form_view(rq, o, l);
}

enum err licence_page(struct req *rq)
{
	struct licence l;
	struct operator o;

	TRY(load(rq, &o, &l));
	TRY(licence_view(rq, &o, &l));
	return page(rq, "entities/licence");
}

enum err licence_save(struct req *rq)
{
	struct licence before, l;
	struct operator o;
	bool changed;

	TRY(load(rq, &o, &before));
	l = before;
	l.version = form_int(rq, "version", before.version);
	enum err bad = read_licence(rq, &l);
	const char *reason = form_text(rq, "reason");
	if (!*reason) {
		field_error(rq, "reason", "Say why the licence is changed.");
		bad = bad ? bad : E_INVALID;
	}
	if (bad == E_INVALID) {
		put_text(rq->view, "reason", reason);
		TRY(licence_view(rq, &o, &l));
		return form_again(rq, "entities/licence");
	}
	TRY(bad);
	TRY(licence_change(rq, &o, &(struct licence_step){ &before, &l, reason }, &changed));
	if (!changed) {
		notice(rq, "Nothing was changed.");
	} else {
		TRY(completeness_keep(rq, o.id));
		notice(rq, "Saved.");
	}
	return redirect(rq, "/operators/%" PRId64 "/licences/%" PRId64, o.id, l.id);
}

/* ---- all licences that run out ------------------------------------------------ */
struct due_row {
	int64_t id, operator;
	const char *name, *town, *kind, *number, *issuer;
	int64_t valid_until;
	const char *state;
	int64_t days;
};
static const struct model due_model = MODEL("licences", struct due_row,
	FIELDS(STORED(struct due_row, id, .as = AS_ID),
		STORED(struct due_row, operator, .as = AS_ID), STORED(struct due_row, name),
		STORED(struct due_row, town),
		STORED(struct due_row, kind, .choices = licence_kinds),
		STORED(struct due_row, number), STORED(struct due_row, issuer),
		STORED(struct due_row, valid_until, .as = AS_DATE),
		STORED(struct due_row, state, .choices = licence_states),
		STORED(struct due_row, days)));

enum { DUE_ROWS = 50 };

/* What the page shows of a row's days. */
static void put_due(struct req *rq, struct node *list, const struct expiry_warning *w)
{
	for (struct node *n = list->first; n; n = n->next) {
		int days = (int)node_int(n, "days", 0);
		put_text(n, "tone",
			days < 0	       ? "red"
			: days <= w->narrowest ? "yellow"
					       : "info")
			->hidden = true;
		put_text(n, "left",
			arena_printf(rq->arena,
				days < 0 ? tr(rq, "expired %d days ago") : tr(rq, "%d days left"),
				days < 0 ? -days : days))
			->hidden = true;
	}
}

enum err licence_list(struct req *rq)
{
	struct paging p = paging(rq, DUE_ROWS);
	const char *which = query_text(rq, "which");
	int64_t today = file_day(rq->now),
		town = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	bool expired = text_is(which, "expired");
	const struct node *rule;
	struct list l;

	TRY(rules(rq, "entities/file", rq->now, &rule));
	struct expiry_warning w = licence_warning(rule);
	TRY(db_all(rq, &due_model, &l,
		"SELECT l.id, l.operator, o.name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name"
		" ELSE a.name_en END AS town, l.kind, l.number, l.issuer, l.valid_until, l.state,"
		" CAST((l.valid_until - $2) / $8 AS bigint) AS days"
		" FROM pub_licences l JOIN operators o ON o.id = l.operator JOIN areas a ON a.id = "
		"l.area"
		" WHERE l.state = 'VALID' AND l.valid_until BETWEEN $3 AND $4"
		" AND (CAST($5 AS bigint) = 0 OR l.area = $5) AND o.state = 'ACTIVE'"
		" ORDER BY l.valid_until, l.number, l.operator LIMIT $6 OFFSET $7",
		rq->zh, today, expired ? (int64_t)1 : today,
		expired ? today - 1 : today + w.widest * DAY, town, p.limit, p.offset, DAY));
	show_pages(rq, p, &l);
	put_due(rq, show_table(rq, "licences", &due_model, &l), &w);
	put_flag(rq->view, "expired", expired)->hidden = true;
	put_int(rq->view, "warn_days", w.widest);
	struct node *towns = put_list(rq->view, "towns");
	towns->hidden = true;
	TRY(put_towns(rq, towns, town, tr(rq, "All towns")));
	return page(rq, "entities/licences");
}
