/* Accidents, and what moves a risk level and no other room tells: recorded by an officer, taken
 * back with a reason. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"

/* The yes-or-no questions of the form on which a risk level is fixed (食药监食监一〔2016〕115号),
 * and the two reliefs that only paper proves. */
static const struct choice incident_kinds[] = {
	{ "accident", "Food-safety accident", "red" },
	{ "sampling_failed", "A national or provincial sample failed", "yellow" },
	{ "bad_effect", "A breach with a bad effect on the public", "yellow" },
	{ "order_disobeyed", "A recall or stop order was not obeyed", "red" },
	{ "obstruction", "An inspection was refused, evaded or blocked", "red" },
	{ "other_raise", "Another reason to raise the risk level", "yellow" },
	{ "certificate", "GMP or HACCP certificate", "green" },
	{ "award", "Quality award of a government", "green" },
	{ NULL },
};

const struct model incident_model = MODEL("grade_incidents", struct incident, .witnessed = true,
	FIELDS(STORED(struct incident, id, .as = AS_ID), STORED(struct incident, version),
		STORED(struct incident, operator, .as = AS_ID),
		INPUT(struct incident, kind, "What happened", .required = true,
			.choices = incident_kinds),
		INPUT(struct incident, happened_at, "Day it happened", .required = true,
			.as = AS_DATE),
		INPUT(struct incident, valid_to, "Certificate valid until", .as = AS_DATE,
			.hint = "Of a certificate only"),
		INPUT(struct incident, words, "Description", .required = true, .as = AS_LONG,
			.max = 2000),
		INPUT(struct incident, basis, "Proof", .required = true, .max = 200,
			.hint = "Report, decision or certificate, with its number"),
		STORED(struct incident, recorded_by, .as = AS_ID),
		STORED(struct incident, recorded_at, .as = AS_TIME),
		STORED(struct incident, withdrawn_by, .as = AS_ID),
		STORED(struct incident, withdrawn_at, .as = AS_TIME),
		STORED(struct incident, withdrawn_why)));

static enum err put_operator(struct req *rq, int64_t operator)
{
	const char *name;

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", operator));
	put_printf(rq->view, "operator", "%" PRId64, operator);
	put_text(rq->view, "operator_name", name);
	return OK;
}

enum err incident_new(struct req *rq)
{
	struct incident i = { .kind = "accident", .words = "", .basis = "" };

	TRY(put_operator(rq, rq->id));
	show_form(rq, "form", &incident_model, &i);
	return page(rq, "grading/incident");
}

/* The numbers as numbers: what hears it computes with them. */
static const char *incident_data(struct req *rq, const struct incident *i)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "kind", i->kind);
	put_int(n, "happened_at", i->happened_at);
	put_int(n, "valid_to", i->valid_to);
	put_text(n, "words", i->words);
	put_text(n, "basis", i->basis);
	if (*i->withdrawn_why)
		put_text(n, "why", i->withdrawn_why);
	return json_text(rq, n);
}

static bool dates_good(struct req *rq, const struct incident *i)
{
	if (i->happened_at > rq->now)
		field_error(rq, "happened_at", "The day lies in the future.");
	if (i->valid_to && !text_is(i->kind, "certificate"))
		field_error(rq, "valid_to", "Only a certificate has a last day.");
	if (i->valid_to && i->valid_to < i->happened_at)
		field_error(rq, "valid_to", "The last day lies before the first.");
	return !form_failed(rq);
}

enum err incident_record(struct req *rq, struct incident *i)
{
	i->recorded_by = rq->user->id;
	i->recorded_at = rq->now;
	i->withdrawn_why = "";
	TRY(db_insert(rq, &incident_model, i));
	TRY(emit(rq, .name = text_is(i->kind, "accident") ? ACCIDENT_RECORDED : INCIDENT_RECORDED,
		.subject = i->id, .entity = i->operator, .data = incident_data(rq, i)));
	return scales_settle(rq, i->operator);
}

enum err incident_create(struct req *rq)
{
	struct incident i = { .operator= rq->id };

	if (form_read(rq, &incident_model, &i) || !dates_good(rq, &i)) {
		TRY(put_operator(rq, rq->id));
		show_form(rq, "form", &incident_model, &i);
		return form_again(rq, "grading/incident");
	}
	TRY(incident_record(rq, &i));
	notice(rq, "Recorded; the grades were computed again.");
	return redirect(rq, "/grades/%" PRId64, i.operator);
}

enum err incident_withdraw(struct req *rq)
{
	struct incident i;
	const char *why = form_text(rq, "words");

	TRY(db_one(rq, &incident_model, &i, "SELECT * FROM grade_incidents WHERE id = $1", rq->id));
	if (i.withdrawn_at)
		return fail(rq, E_CONFLICT, "This record has been taken back already.");
	if (utf8_length(why) < 2)
		return fail(rq, E_INVALID, "Say why the record is taken back.");
	i.withdrawn_by = rq->user->id;
	i.withdrawn_at = rq->now;
	i.withdrawn_why = why;
	TRY(db_update(rq, &incident_model, &i));
	TRY(emit(rq, .name = INCIDENT_WITHDRAWN, .subject = i.id, .entity = i.operator,
		.data = incident_data(rq, &i)));
	TRY(scales_settle(rq, i.operator));
	notice(rq, "Taken back; the grades were computed again.");
	return redirect(rq, "/grades/%" PRId64, i.operator);
}

/* ---- the list -------------------------------------------------------------- */
struct incident_line {
	int64_t id, operator;
	const char *operator_name, *town, *kind, *words, *basis, *recorded_name;
	int64_t happened_at, recorded_at, withdrawn_at;
	const char *withdrawn_why;
};
static const struct model line_model = MODEL("grade_incidents", struct incident_line,
	FIELDS(STORED(struct incident_line, id, .as = AS_ID),
		STORED(struct incident_line, operator, .as = AS_ID),
		STORED(struct incident_line, operator_name), STORED(struct incident_line, town),
		STORED(struct incident_line, kind, .choices = incident_kinds),
		STORED(struct incident_line, happened_at, .as = AS_DATE),
		STORED(struct incident_line, words), STORED(struct incident_line, basis),
		STORED(struct incident_line, recorded_name),
		STORED(struct incident_line, recorded_at, .as = AS_TIME),
		STORED(struct incident_line, withdrawn_at, .as = AS_TIME),
		STORED(struct incident_line, withdrawn_why)));

enum err incident_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);

	TRY(db_all(rq, &line_model, &l,
		"SELECT i.id, i.operator, o.name AS operator_name, CASE WHEN CAST($1 AS bigint) = "
		"1 THEN a.name ELSE a.name_en END AS town, i.kind, i.happened_at, i.words, "
		"i.basis, coalesce(u.name, '') AS recorded_name, i.recorded_at, i.withdrawn_at, "
		"i.withdrawn_why FROM grade_incidents i JOIN pub_operators o ON o.id = i.operator "
		"JOIN pub_areas a ON a.id = o.area LEFT JOIN pub_users u ON u.id = i.recorded_by "
		"WHERE (CAST($2 AS bigint) = 0 OR o.area = $2) AND (CAST($3 AS bigint) = 0 OR "
		"i.operator = $3) ORDER BY i.happened_at DESC, i.id DESC LIMIT $4 OFFSET $5",
		rq->zh, rq->user->area, query_int(rq, "operator", 0), p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *rows = show_table(rq, "incidents", &line_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "may_withdraw",
			may(rq, INSPECTION_WRITE) && !*node_text(n, "withdrawn_why", ""))
			->hidden = true;
	return page(rq, "grading/incidents");
}
