/* Registering and changing an operator: the one way in for forms, files and the demonstration. */
#include "contracts/facts.h"
#include "domains/entities/changes.h"
#include "domains/entities/licences.h"

enum err operator_load(struct req *rq, int64_t id, struct operator* o)
{
	TRY(db_one(rq, &operator_model, o, "SELECT * FROM operators WHERE id = $1", id));
	return in_area(rq, o->area);
}

/* Ten signs clash about once in ten million operators. */
static enum err take_code(struct req *rq, struct operator* o)
{
	int64_t taken = 1;

	for (int salt = 0; taken; salt++) {
		o->code = public_code(rq->arena, o->id, salt);
		TRY(db_int(rq, &taken, "SELECT count(*) FROM operators WHERE code = $1", o->code));
	}
	return OK;
}

enum err operator_register(struct req *rq, struct operator* o)
{
	int64_t known;

	TRY(db_int(
		rq, &known, "SELECT count(*) FROM operators WHERE licence_no = $1", o->licence_no));
	if (known)
		return fail(rq, E_CONFLICT, "The licence number %s is registered already.",
			o->licence_no);
	if (!o->id)
		o->id = id_new();
	o->state = "ACTIVE";
	if (!o->registered_at)
		o->registered_at = rq->now;
	o->search = operator_search_text(rq->arena, o);
	TRY(take_code(rq, o));
	TRY(db_insert(rq, &operator_model, o));
	TRY(operator_index(rq, o, NULL));
	return emit(rq, .name = OPERATOR_REGISTERED, .subject = o->id, .entity = o->id,
		.data = json_of(rq, &operator_model, o));
}

enum err operator_change(
	struct req *rq, struct operator* o, const struct operator* before, bool *changed)
{
	const char *data = change_text(rq, &(struct change){ &operator_model, before, o, NULL });

	*changed = data != NULL;
	if (!data)
		return OK;
	o->search = operator_search_text(rq->arena, o);
	TRY(db_update(rq, &operator_model, o));
	TRY(operator_index(rq, o, before));
	TRY(emit(rq, .name = OPERATOR_CHANGED, .subject = o->id, .entity = o->id, .data = data));
	return licence_follow(rq, o, before);
}
