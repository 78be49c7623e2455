/* A checked record is written: inspection, result sheet, protocol, findings, photos, orders to
 * correct. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"

#include <string.h>

#define W(m) STORED(struct protocol, m)
const struct model protocol_model =
	MODEL("inspection_protocols", struct protocol, .witnessed = true,
		FIELDS(W(id), W(version), STORED(struct protocol, inspection, .as = AS_ID),
			STORED(struct protocol, operator, .as = AS_ID), W(area), W(client_key),
			W(record_sm3), W(record_sha256), W(task), W(place), W(met), W(met_role),
			W(name1), W(card1), W(name2), W(card2),
			STORED(struct protocol, notice_answer, .choices = notice_answers),
			W(recusal), STORED(struct protocol, started_at, .as = AS_TIME),
			STORED(struct protocol, ended_at, .as = AS_TIME),
			STORED(struct protocol, device_started_at, .as = AS_TIME),
			STORED(struct protocol, device_ended_at, .as = AS_TIME), W(device_ahead_ms),
			STORED(struct protocol, received_at, .as = AS_TIME), W(obstruction),
			W(obstruction_words), W(explanation), W(sign1), W(sign1_sha256), W(sign2),
			W(sign2_sha256), W(sign_party), W(sign_party_sha256), W(refusal),
			W(witness), W(sign_witness), W(sign_witness_sha256), W(accepted),
			STORED(struct protocol, paper, .as = AS_ID),
			STORED(struct protocol, link, .as = AS_SECRET),
			STORED(struct protocol, publish_by, .as = AS_DATE),
			STORED(struct protocol, warned_at, .as = AS_TIME)));
#undef W

const struct model finding_model = MODEL("inspection_findings", struct finding, .witnessed = true,
	FIELDS(STORED(struct finding, id), STORED(struct finding, version),
		STORED(struct finding, inspection, .as = AS_ID), STORED(struct finding, item),
		STORED(struct finding, answer), STORED(struct finding, codes),
		STORED(struct finding, words)));

const struct model photo_model = MODEL("inspection_photos", struct photo, .witnessed = true,
	FIELDS(STORED(struct photo, id, .as = AS_ID), STORED(struct photo, version),
		STORED(struct photo, inspection, .as = AS_ID),
		STORED(struct photo, correction, .as = AS_ID), STORED(struct photo, item),
		STORED(struct photo, sm3), STORED(struct photo, sha256),
		STORED(struct photo, taken_at, .as = AS_TIME)));

enum err terms_load(struct req *rq, struct inspection_terms *t)
{
	const struct node *law;

	TRY(rules(rq, "inspections/terms", rq->now, &law));
	*t = (struct inspection_terms){ node_int(law, "publish_workdays", 20),
		node_int(law, "warn_workdays", 5), node_int(law, "link_days", 60),
		node_int(law, "rate_days", 30), node_int(law, "correction_usual", 7),
		node_int(law, "confirm_workdays", 3), node_find(law, "correction_days") };
	return OK;
}

const struct node *answer_node(const struct intake *in, const char *item)
{
	NODE_EACH (a, node_find(in->record, "answers"))
		if (text_is(a->name, item))
			return a;
	return NULL;
}

/* ---- findings in words -------------------------------------------------------------------- */
static const struct node *standard_findings(
	struct req *rq, const struct check_table *t, const char *item)
{
	const struct node *law;

	if (rules(rq, "inspections/findings", rq->now, &law))
		return NULL;
	NODE_EACH (table, node_find(law, "tables"))
		if (text_is(table->name, t->id))
			NODE_EACH (i, table)
				if (text_is(i->name, item))
					return i;
	return NULL;
}

bool names_code(const char *codes, const char *code)
{
	size_t n = strlen(code);
	for (const char *at = codes; (at = strstr(at, code)); at += n)
		if ((at == codes || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
	return false;
}

const char *finding_line(
	struct req *rq, const struct check_table *t, const char *item, const struct node *answer)
{
	struct buf b = { .arena = rq->arena };
	const char *codes = node_text(answer, "codes", ""), *words = node_text(answer, "words", "");

	NODE_EACH (f, standard_findings(rq, t, item))
		if (names_code(codes, node_text(f, "code", "-")))
			buf_printf(&b, "%s%s", b.n ? "；" : "", node_text(f, "text", ""));
	if (*words)
		buf_printf(&b, "%s%s", b.n ? "；" : "", words);
	return buf_text(&b);
}

static enum err findings_keep(struct req *rq, const struct intake *in)
{
	static const char *const words[] = { "", "ok", "fail", "na" };

	for (int k = 0; k < in->t.n; k++) {
		const struct node *a = answer_node(in, in->t.items[k].no);
		const char *codes = node_text(a, "codes", ""), *said = node_text(a, "words", "");
		if (in->answers[k] == NOT_ASKED || (!*codes && !*said))
			continue;
		struct finding f = { .inspection = in->i.id,
			.item = in->t.items[k].no,
			.answer = words[in->answers[k]],
			.codes = codes,
			.words = said };
		TRY(db_insert(rq, &finding_model, &f));
	}
	return OK;
}

static enum err photos_keep(struct req *rq, const struct intake *in)
{
	NODE_EACH (n, node_find(in->record, "photos")) {
		struct object o;
		TRY(keep_file(rq, form_file(rq, node_text(n, "field", "")), &o));
		struct photo p = { .inspection = in->i.id,
			.item = node_text(n, "item", ""),
			.sm3 = o.sm3,
			.sha256 = o.sha256,
			.taken_at = node_int(n, "at", rq->now) - in->p.device_ahead_ms };
		TRY(db_insert(rq, &photo_model, &p));
		TRY(still_keep(rq, in, &p, n));
	}
	return OK;
}

/* ---- result, handling, last day ----------------------------------------------------------- */
enum err correction_term(struct req *rq, const struct intake *in, int item, struct correction *c)
{
	const struct node *a = answer_node(in, in->t.items[item].no);
	struct inspection_terms t;
	bool known = false;

	TRY(terms_load(rq, &t));
	c->days = node_int(a, "days", t.usual_days);
	NODE_EACH (d, t.days)
		known |= d->i == c->days;
	if (!known)
		return fail(rq, E_INVALID, "%s %s", in->t.items[item].no,
			tr(rq, "Choose one of the terms to correct it."));
	if (c->days)
		return term_days(rq, in->i.inspected_at, (int)c->days, &c->due);
	c->due = inspection_day(in->i.inspected_at) + DAY - 1;
	return OK;
}

static enum err last_day(struct req *rq, const struct intake *in, int64_t *day)
{
	int64_t last = 0;

	for (int k = 0; k < in->t.n; k++) {
		struct correction c = { 0 };
		if (in->answers[k] != FAILED)
			continue;
		TRY(correction_term(rq, in, k, &c));
		last = c.due > last ? c.due : last;
	}
	*day = last ? inspection_day(last) : 0;
	return OK;
}

/* What the result will be: handling and last day follow from it. inspection_record() judges once
 * more, and says what is wrong at which item. */
static enum err settle(struct req *rq, struct intake *in)
{
	uint8_t mandatory[MAX_ITEMS];
	struct outcome o;
	const char *item;

	struct judging j = { .table = &in->t, .answers = in->answers };
	TRY(judging_of(rq, &in->i, &j, mandatory));
	if (inspection_judge(&j, &o, &item))
		o.result = "CONFORM";
	in->i.handling = handling_of(o.result, in->risk);
	if (in->risk && !text_is(in->i.handling, "STOP"))
		return fail(rq, E_INVALID, "Stopping is for results that do not conform.");
	return last_day(rq, in, &in->i.correct_by);
}

/* ---- the code that was shown, the operator's link ----------------------------------------- */
static enum err code_used(struct req *rq, const struct intake *in)
{
	struct check_code c;
	const char *code = node_text(in->record, "check_code", "");
	enum err e = db_one(rq, &check_code_model, &c,
		"SELECT * FROM check_codes WHERE code = $1 AND operator = $2 AND inspection = 0",
		code, in->i.operator);

	if (e == E_NOT_FOUND) /* none was shown, or another visit used it */
		return OK;
	TRY(e);
	c.inspection = in->i.id;
	c.kind = in->i.kind;
	c.officers = arena_printf(rq->arena, "%s、%s", in->p.name1, in->p.name2);
	return db_update(rq, &check_code_model, &c);
}

static enum err party_tell(struct req *rq, const struct intake *in)
{
	if (!*in->v.phone)
		return OK;
	return sms_send(rq, in->v.phone,
		arena_printf(rq->arena,
			tr(rq, "%s: your result sheet and what is to be corrected: %s/i/%s"),
			in->v.name, site_url(rq), in->token));
}

static enum err protocol_keep(struct req *rq, struct intake *in)
{
	struct inspection_terms t;
	struct object o;
	struct fault why = { 0 };
	struct bytes text = { (const uint8_t *)in->text, strlen(in->text) };
	struct digest link;

	TRY(terms_load(rq, &t));
	if (store_put(rq_store(rq), rq->arena, text, &o, &why)) {
		log_event(LOG_ERROR, "store.failed", "why", why.text, NULL);
		return fail(
			rq, E_BUSY, "The file could not be kept. Please try again in a moment.");
	}
	in->token = token_new(rq->arena);
	link = sm3(in->token, strlen(in->token));
	in->p.link = digest_hex(rq->arena, &link);
	in->p.inspection = in->i.id;
	in->p.operator= in->i.operator;
	in->p.area = in->v.area;
	in->p.client_key = in->key;
	in->p.record_sm3 = o.sm3;
	in->p.record_sha256 = o.sha256;
	in->p.accepted = form_text(rq, "accept");
	TRY(term_workdays(rq, in->i.inspected_at, (int)t.publish_workdays, &in->p.publish_by));
	TRY(sheet_order(rq, in));
	return db_insert(rq, &protocol_model, &in->p);
}

enum err record_keep(struct req *rq, struct intake *in)
{
	TRY(settle(rq, in));
	in->i.published_at = node_true(in->record, "hold") ? 0 : rq->now;
	in->i.remarks = in->p.explanation;
	TRY(inspection_record(rq, &in->t, &in->i, in->answers));
	TRY(protocol_keep(rq, in));
	TRY(findings_keep(rq, in));
	TRY(photos_keep(rq, in));
	TRY(code_used(rq, in));
	TRY(delivery_begin(rq, in));
	TRY(emit(rq, .name = INSPECTION_SIGNED, .subject = in->i.id, .entity = in->i.operator,
		.data = json_of(rq, &protocol_model, &in->p)));
	for (int k = 0; k < in->t.n; k++)
		if (in->answers[k] == FAILED)
			TRY(correction_order(rq, in, k));
	return party_tell(rq, in);
}
