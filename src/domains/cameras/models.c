/* Heads of the site: what each training gave, which is in force, and what the workers get. */
#include "contracts/facts.h"
#include "domains/cameras/learning.h"

#include <string.h>

enum { NAME_DIGITS = 8, FILE_MOST = 64 * 1024, REASON_MOST = 500 };

const struct choice vision_model_states[] = {
	{ "proposed", "Waits for a decision", "yellow" },
	{ "active", "In force", "green" },
	{ "refused", "Refused by the test", "neutral" },
	{ "retired", "Retired", "neutral" },
	{ 0 },
};

const struct model vision_model_model = MODEL("vision_models", struct vision_model,
	.witnessed = true,
	FIELDS(STORED(struct vision_model, id), STORED(struct vision_model, version),
		STORED(struct vision_model, rule), STORED(struct vision_model, name),
		STORED(struct vision_model, net), STORED(struct vision_model, sm3),
		STORED(struct vision_model, sha256),
		STORED(struct vision_model, trained_at, .as = AS_TIME),
		STORED(struct vision_model, trained_by, .as = AS_ID),
		STORED(struct vision_model, labels), STORED(struct vision_model, confirmed),
		STORED(struct vision_model, cameras), STORED(struct vision_model, held_labels),
		STORED(struct vision_model, held_cameras),
		STORED(struct vision_model, newest, .as = AS_TIME),
		STORED(struct vision_model, in_force),
		STORED(struct vision_model, threshold, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, recall, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, share_before, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, share_after, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, gain_low, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, gain_high, .as = AS_HUNDREDTHS),
		STORED(struct vision_model, loss_before), STORED(struct vision_model, loss_after),
		STORED(struct vision_model, state, .choices = vision_model_states),
		STORED(struct vision_model, why),
		STORED(struct vision_model, decided_by, .as = AS_ID),
		STORED(struct vision_model, decided_at, .as = AS_TIME),
		STORED(struct vision_model, reason)));

/* ---- reading ----------------------------------------------------------- */
enum err vision_model_active(struct req *rq, const char *rule, struct vision_model *m)
{
	enum err e = db_one(rq, &vision_model_model, m,
		"SELECT * FROM vision_models WHERE rule = $1 AND state = 'active'", rule);
	if (e == E_NOT_FOUND)
		*m = (struct vision_model){ .rule = rule, .name = "", .sm3 = "" };
	return e == E_NOT_FOUND ? OK : e;
}

enum err vision_model_file(struct req *rq, const struct vision_model *m, struct bytes *out)
{
	struct fault why = { 0 };
	if (store_read(rq_store(rq), rq->arena, m->sm3, FILE_MOST, out, &why)) {
		log_event(LOG_ERROR, "model.unreadable", "why", why.text, NULL);
		return fail(rq, E_INTERNAL, "The file of a model cannot be read.");
	}
	return OK;
}

enum err vision_model_newest(struct req *rq, const char *rule, int64_t *out)
{
	return db_int(rq, out,
		"SELECT coalesce(max(newest), 0) FROM vision_models WHERE rule = $1 AND state <> "
		"'refused'",
		rule);
}

/* ---- keeping ----------------------------------------------------------- */
static enum err keep_weights(struct req *rq, struct vision_model *m, struct bytes file)
{
	struct fault why = { 0 };
	struct object o;
	m->name = m->sm3 = m->sha256 = "";
	if (!file.n)
		return OK;
	if (store_put(rq_store(rq), rq->arena, file, &o, &why)) {
		log_event(LOG_ERROR, "model.not_kept", "why", why.text, NULL);
		return fail(rq, E_BUSY, "The model cannot be kept.");
	}
	m->sm3 = o.sm3;
	m->sha256 = o.sha256;
	m->name = arena_copy(rq->arena, o.sha256, NAME_DIGITS);
	return OK;
}

enum err vision_model_record(struct req *rq, struct vision_model *m, struct bytes file)
{
	TRY(keep_weights(rq, m, file));
	m->trained_at = rq->now;
	m->trained_by = rq->user->id;
	TRY(db_insert(rq, &vision_model_model, m));
	return emit(rq, text_is(m->state, "refused") ? MODEL_REFUSED : MODEL_TRAINED, m->id, 0,
		json_of(rq, &vision_model_model, m));
}

/* ---- deciding ---------------------------------------------------------- */
static enum err decide(struct req *rq, struct vision_model *m, const char *state, const char *why)
{
	m->state = state;
	m->decided_by = rq->user->id;
	m->decided_at = rq->now;
	m->reason = why;
	TRY(db_update(rq, &vision_model_model, m));
	return emit(rq, text_is(state, "active") ? MODEL_ACTIVATED : MODEL_RETIRED, m->id, 0,
		json_of(rq, &vision_model_model, m));
}

static enum err may_decide(struct req *rq, const char *reason)
{
	if (!may(rq, RULE_DECIDE))
		return fail(rq, E_FORBIDDEN, "Models are put in force by a head of the bureau.");
	if (!*reason || utf8_length(reason) > REASON_MOST)
		return fail(rq, E_INVALID, "Give a reason, of at most 500 characters.");
	return OK;
}

enum err vision_model_activate(struct req *rq, struct vision_model *m, const char *reason)
{
	struct vision_model before;
	TRY(may_decide(rq, reason));
	if (text_is(m->state, "refused"))
		return fail(rq, E_CONFLICT, "The test has refused this model.");
	if (text_is(m->state, "active"))
		return fail(rq, E_CONFLICT, "This model is in force already.");
	TRY(vision_model_active(rq, m->rule, &before));
	if (before.id)
		TRY(decide(rq, &before, "retired", reason));
	return decide(rq, m, "active", reason);
}

static enum err model_load(struct req *rq, struct vision_model *m)
{
	return db_one(
		rq, &vision_model_model, m, "SELECT * FROM vision_models WHERE id = $1", rq->id);
}

enum err model_activate(struct req *rq)
{
	struct vision_model m;
	TRY(model_load(rq, &m));
	TRY(vision_model_activate(rq, &m, form_text(rq, "reason")));
	notice(rq, "The model is in force.");
	return redirect(rq, "/rules/%s", m.rule);
}

enum err model_retire(struct req *rq)
{
	struct vision_model m;
	const char *reason = form_text(rq, "reason");
	TRY(model_load(rq, &m));
	TRY(may_decide(rq, reason));
	if (!text_is(m.state, "active") && !text_is(m.state, "proposed"))
		return fail(rq, E_CONFLICT, "Only a model in force or waiting can be retired.");
	TRY(decide(rq, &m, "retired", reason));
	notice(rq, "The model is retired.");
	return redirect(rq, "/rules/%s", m.rule);
}

/* ---- for the workers --------------------------------------------------- */
enum err internal_models(struct req *rq)
{
	struct list l;
	TRY(db_all(rq, &vision_model_model, &l,
		"SELECT * FROM vision_models WHERE state = 'active' ORDER BY rule"));
	struct node *list = put_list(rq->view, "models");
	for (struct vision_model *m = LIST_OF(struct vision_model, &l);
		m < LIST_END(struct vision_model, &l); m++) {
		struct bytes file;
		TRY(vision_model_file(rq, m, &file));
		struct node *n = put_map(list, NULL);
		put_text(n, "rule", m->rule);
		put_text(n, "sha256", m->sha256);
		put_text(n, "head", arena_copy(rq->arena, (const char *)file.at, file.n));
	}
	return reply_json(rq);
}
