/* The room of inspections: recording, result, publication. */
#include "domains/inspections/protocol.h"

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
	return table_in_force(rq, "catering", at, out);
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

/* What an item's newest answer says, up to the last record made on site: that one looked at all. */
enum err what_failed(
	struct req *rq, const struct check_table *t, int64_t operator, uint8_t * mandatory)
{
	uint8_t last[MAX_ITEMS], one[MAX_ITEMS];
	struct list l;

	memset(mandatory, 0, (size_t)t->n);
	memset(last, NOT_ASKED, sizeof(last));
	TRY(db_all(rq, &inspection_model, &l,
		"SELECT * FROM inspections WHERE operator = $1 AND table_id = $2"
		" ORDER BY inspected_at DESC, id DESC LIMIT 6",
		operator, t->id));
	for (const struct inspection *i = LIST_OF(struct inspection, &l);
		i < LIST_END(struct inspection, &l); i++) {
		TRY(answers_of(rq, t, i->items, one));
		for (int k = 0; k < t->n; k++)
			if (last[k] == NOT_ASKED)
				last[k] = one[k];
		if (!by_video(i->kind))
			break;
	}
	for (int k = 0; k < t->n; k++)
		mandatory[k] = last[k] == FAILED;
	return OK;
}

enum err judging_of(
	struct req *rq, const struct inspection *i, struct judging *j, uint8_t *mandatory)
{
	j->mandatory = mandatory;
	j->all_items = asks_all_items(i->kind);
	TRY(what_failed(rq, j->table, i->operator, mandatory));
	return by_video(i->kind) ? judging_by_video(rq, j, mandatory) : OK;
}

static enum err judge(
	struct req *rq, const struct check_table *t, struct inspection *i, const uint8_t *answers)
{
	uint8_t mandatory[MAX_ITEMS];
	struct outcome o;
	const char *item;

	struct judging j = { .table = t, .answers = answers };
	TRY(judging_of(rq, i, &j, mandatory));
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

#define AREA_OF_CORRECTION "SELECT area FROM inspection_corrections WHERE id = $1"

static const struct route routes[] = {
	{ GET, "/inspections", inspection_list, INSPECTION_READ, NULL,
		"Inspections, newest first" },
	{ GET, "/inspections/new", inspection_new, INSPECTION_WRITE, NULL,
		"Form of an inspection kept on paper (?operator=)" },
	{ POST, "/inspections", inspection_create, INSPECTION_WRITE, NULL, "Records an inspection",
		&inspection_model },
	{ GET, "/inspections/today", today_page, INSPECTION_WRITE, NULL,
		"The tablet's page; as JSON what a day needs" },
	{ GET, "/inspections/today/operators", today_operators, INSPECTION_WRITE, NULL,
		"Businesses to take along (?q= or ?id=)" },
	{ POST, "/inspections/codes", code_create, INSPECTION_WRITE, NULL,
		"A check code for a visit (operator, kind, task, officer2)" },
	{ POST, "/inspections/records", record_take, INSPECTION_WRITE, NULL,
		"A whole record of a tablet: record (JSON), photos, signatures; the same answer "
		"for "
		"the same key" },
	{ GET, "/inspections/due", due_list, INSPECTION_READ, NULL,
		"Results held back, by the day they have to be public" },
	{ GET, "/inspections/tables", tables_page, SIGNED_IN, NULL, "Check tables and versions" },
	{ GET, "/inspections/tables/new", tables_new, SETTING_ADMIN, NULL,
		"Form to take a check table in" },
	{ POST, "/inspections/tables", tables_import, SETTING_ADMIN, NULL,
		"Takes a check table in (file, JSON or CSV)" },
	{ GET, "/inspections/tables/:key", table_page, SIGNED_IN, NULL,
		"A check table (?version=)" },
	{ GET, "/inspections/:id", inspection_detail, INSPECTION_READ, area_of, "One inspection",
		NULL, &inspection_model },
	{ POST, "/inspections/:id/publish", inspection_publish, INSPECTION_WRITE, area_of,
		"Publishes a result held back" },
	{ POST, "/inspections/:id/hand", inspection_hand, INSPECTION_WRITE, area_of,
		"The result of a check by video was handed over (to)" },
	{ GET, "/inspections/photos/:id", correction_photo, INSPECTION_READ,
		"SELECT p.area FROM inspection_photos f JOIN inspection_protocols p ON "
		"p.inspection = "
		"f.inspection WHERE f.id = $1",
		"A photo" },
	{ GET, "/corrections", corrections_list, INSPECTION_READ, NULL,
		"Corrections ordered by inspections (?state=)" },
	{ GET, "/corrections/:id", correction_page, INSPECTION_READ, AREA_OF_CORRECTION,
		"One correction", NULL, &correction_model },
	{ POST, "/corrections/:id/submit", correction_submit, INSPECTION_WRITE, AREA_OF_CORRECTION,
		"An officer records what the operator shows (words, photo)" },
	{ POST, "/corrections/:id/check", correction_check, INSPECTION_WRITE, AREA_OF_CORRECTION,
		"Accept or refuse (decision, words, due)" },
	{ POST, "/corrections/:id/case", correction_case, INSPECTION_WRITE, AREA_OF_CORRECTION,
		"Give it over to a case (words)" },
	{ GET, "/c/:key", code_page, ANYBODY, .about = "The check code of a visit" },
	{ POST, "/c/:key", code_rate, ANYBODY, .about = "Rate the visit (rating, words)" },
	{ GET, "/i/:key", party_page, ANYBODY, .about = "A business's own result, by link" },
	{ POST, "/i/:key/seen", party_seen, ANYBODY, .about = "It has received the orders" },
	{ POST, "/i/:key/corrections/:id", party_submit, ANYBODY,
		.about = "It shows a correction (words, photo)" },
	{ GET, "/i/:key/photos/:id", party_photo, ANYBODY, .about = "A picture of the inspection" },
	{ GET, "/i/:key/sheet", party_sheet, ANYBODY, .about = "The result sheet (PDF)" },
	{ GET, "/my/inspections", my_inspections, OWN_READ,
		.about = "One's own inspections and corrections" },
	{ 0 },
};

const struct module inspections = {
	.name = "inspections",
	.routes = routes,
	.models = (const struct model *const[]){ &inspection_model, &protocol_model, &finding_model,
		&photo_model, &correction_model, &check_code_model, &check_table_model,
		&still_model, &delivery_model, NULL },
	.tells = (const char *const[]){ INSPECTION_RECORDED, INSPECTION_PUBLISHED,
		INSPECTION_SIGNED, INSPECTION_PUBLICATION_DUE, INSPECTION_RATED, INSPECTION_SERVED,
		INSPECTION_UNSERVED, CHECK_CODE_MADE, CHECK_TABLE_IMPORTED, CORRECTION_ORDERED,
		CORRECTION_SEEN, CORRECTION_SUBMITTED, CORRECTION_ACCEPTED, CORRECTION_REJECTED,
		CORRECTION_OVERDUE, CORRECTION_TO_CASE, PAPER_ORDERED, NULL },
	.nav = (const struct nav[]){ { "/inspections", "Inspections", INSPECTION_READ },
		{ "/corrections", "Corrections", INSPECTION_READ },
		{ "/my/inspections", "Inspections and corrections", OWN_READ }, { 0 } },
	.every_minute = inspections_every_minute,
	.objects =
		"SELECT sm3, sha256 FROM inspection_photos UNION ALL SELECT record_sm3, "
		"record_sha256 FROM inspection_protocols UNION ALL SELECT sign1, sign1_sha256 FROM "
		"inspection_protocols UNION ALL SELECT sign2, sign2_sha256 FROM "
		"inspection_protocols UNION ALL SELECT sign_party, sign_party_sha256 FROM "
		"inspection_protocols WHERE sign_party <> '' UNION ALL SELECT sign_witness, "
		"sign_witness_sha256 FROM inspection_protocols WHERE sign_witness <> ''",
};
