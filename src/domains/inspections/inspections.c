/* The room of inspections: recording, result, publication. */
#include "domains/inspections/inspections.h"

#include "contracts/facts.h"

#include <string.h>

const struct model inspection_model = MODEL("inspections", struct inspection, .witnessed = true,
	FIELDS(STORED(struct inspection, id, .as = AS_ID), STORED(struct inspection, version),
		STORED(struct inspection, operator, .as = AS_ID),
		INPUT(struct inspection, kind, "Kind of inspection", .required = true,
			.choices = inspection_kinds),
		INPUT(struct inspection, inspected_at, "Day of the inspection", .required = true,
			.as = AS_DATE),
		STORED(struct inspection, inspector1, .as = AS_ID),
		STORED(struct inspection, inspector2, .as = AS_ID),
		STORED(struct inspection, table_id), STORED(struct inspection, table_version),
		STORED(struct inspection, key_checked), STORED(struct inspection, key_failed),
		STORED(struct inspection, general_checked),
		STORED(struct inspection, general_failed),
		STORED(struct inspection, not_applicable),
		STORED(struct inspection, score, .as = AS_HUNDREDTHS),
		STORED(struct inspection, result, .choices = inspection_results),
		INPUT(struct inspection, handling, "Handling", .required = true,
			.choices = inspection_handlings),
		INPUT(struct inspection, correct_by, "To correct by", .as = AS_DATE,
			.hint = "Needed for a written order"),
		STORED(struct inspection, items),
		INPUT(struct inspection, remarks, "Remarks", .as = AS_LONG, .max = 1000),
		STORED(struct inspection, recorded_at, .as = AS_TIME),
		STORED(struct inspection, published_at, .as = AS_TIME)));

static const char *const words[] = { "", "ok", "fail", "na" };

enum err check_table_load(struct req *rq, int64_t at, struct check_table *out)
{
	const struct node *data;
	struct fault why = { 0 };

	TRY(rules(rq, "inspections/catering", at, &data));
	if (check_table_read(data, out, &why))
		return fail(rq, E_INTERNAL, "The check table is not usable: %s", why.text);
	return OK;
}

enum err answers_of(
	struct req *rq, const struct check_table *t, const char *items, uint8_t *answers)
{
	struct fault why = { 0 };
	struct node *n;

	memset(answers, NOT_ASKED, (size_t)t->n);
	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)items, strlen(items) }, &n, &why))
		return fail(rq, E_INTERNAL, "The answers on record are not readable: %s", why.text);
	for (const struct node *a = n->first; a; a = a->next)
		for (int i = 0; i < t->n; i++)
			for (uint8_t w = PASSED; w <= NOT_APPLICABLE; w++)
				if (a->type == NODE_TEXT && strcmp(a->name, t->items[i].no) == 0 &&
					strcmp(a->s, words[w]) == 0)
					answers[i] = w;
	return OK;
}

static const char *items_json(struct req *rq, const struct check_table *t, const uint8_t *answers)
{
	struct node *n = node_map(rq->arena);

	for (int i = 0; i < t->n; i++)
		if (answers[i] != NOT_ASKED && answers[i] <= NOT_APPLICABLE)
			put_text(n, t->items[i].no, words[answers[i]]);
	return json_text(rq, n);
}

/* What failed in the record before this one has to be looked at again. */
static enum err failed_before(
	struct req *rq, const struct check_table *t, int64_t operator, uint8_t * mandatory)
{
	struct list l;

	memset(mandatory, 0, (size_t)t->n);
	TRY(db_all(rq, &inspection_model, &l,
		"SELECT * FROM inspections WHERE operator = $1 AND table_id = $2"
		" ORDER BY inspected_at DESC, id DESC LIMIT 1",
		operator, t->id));
	if (!l.n)
		return OK;
	TRY(answers_of(rq, t, LIST_OF(struct inspection, &l)->items, mandatory));
	for (int i = 0; i < t->n; i++)
		mandatory[i] = mandatory[i] == FAILED;
	return OK;
}

static enum err judge(
	struct req *rq, const struct check_table *t, struct inspection *i, const uint8_t *answers)
{
	uint8_t mandatory[MAX_ITEMS];
	struct outcome o;
	const char *item;

	TRY(failed_before(rq, t, i->operator, mandatory));
	const struct judging j = { t, answers, mandatory, asks_all_items(i->kind) };
	const char *problem = inspection_judge(&j, &o, &item);
	if (problem && item)
		field_error(rq, item_field(rq, item), "%s %s", item, tr(rq, problem));
	if (problem)
		return fail(rq, E_INVALID, "%s", tr(rq, problem));
	i->key_checked = o.key_checked;
	i->key_failed = o.key_failed;
	i->general_checked = o.general_checked;
	i->general_failed = o.general_failed;
	i->not_applicable = o.not_applicable;
	i->score = o.score;
	i->result = o.result;
	problem = handling_problem(i->result, i->handling, i->correct_by, i->inspected_at);
	if (!problem)
		return OK;
	field_error(rq, "handling", "%s", tr(rq, problem));
	return fail(rq, E_INVALID, "%s", tr(rq, problem));
}

/* What others hear: enough to grade without reading our table. */
static const char *record_data(struct req *rq, const struct inspection *i)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "kind", i->kind);
	put_text(n, "result", i->result);
	put_int(n, "score", i->score);
	put_int(n, "key_failed", i->key_failed);
	put_int(n, "general_failed", i->general_failed);
	put_int(n, "inspected_at", i->inspected_at);
	put_text(n, "table", arena_printf(rq->arena, "%s-%s", i->table_id, i->table_version));
	put_text(n, "handling", i->handling);
	put_printf(n, "inspector1", "%" PRId64, i->inspector1);
	put_printf(n, "inspector2", "%" PRId64, i->inspector2);
	return json_text(rq, n);
}

enum err inspection_record(
	struct req *rq, const struct check_table *t, struct inspection *i, const uint8_t *answers)
{
	if (i->inspector1 == i->inspector2)
		return fail(rq, E_INVALID,
			"An inspection is made by two different inspectors (order 49, article "
			"23).");
	i->table_id = t->id;
	i->table_version = t->version;
	i->items = items_json(rq, t, answers);
	i->recorded_at = rq->now;
	if (!i->remarks)
		i->remarks = "";
	TRY(judge(rq, t, i, answers));
	TRY(db_insert(rq, &inspection_model, i));
	return emit(rq, .name = INSPECTION_RECORDED, .subject = i->id, .entity = i->operator,
		.data = record_data(rq, i));
}

static const char area_of[] = "SELECT o.area FROM inspections i JOIN pub_operators o ON o.id = "
			      "i.operator WHERE i.id = $1";

const struct module inspections = {
	.name = "inspections",
	.routes = (const struct route[]){ { GET, "/inspections", inspection_list, INSPECTION_READ,
						  NULL, "Inspections, newest first" },
		{ GET, "/inspections/new", inspection_new, INSPECTION_WRITE, NULL,
			"Form of an inspection (?operator=)" },
		{ POST, "/inspections", inspection_create, INSPECTION_WRITE, NULL,
			"Records an inspection", &inspection_model },
		{ GET, "/inspections/:id", inspection_detail, INSPECTION_READ, area_of,
			"One inspection", NULL, &inspection_model },
		{ POST, "/inspections/:id/publish", inspection_publish, INSPECTION_WRITE, area_of,
			"Publishes a result held back" },
		{ 0 } },
	.models = (const struct model *const[]){ &inspection_model, NULL },
	.tells = (const char *const[]){ INSPECTION_RECORDED, INSPECTION_PUBLISHED, NULL },
	.nav = (const struct nav[]){ { "/inspections", "Inspections", INSPECTION_READ }, { 0 } },
};
