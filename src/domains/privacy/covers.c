#include "domains/privacy/covers.h"

#include <string.h>

static const struct choice states[] = { { "due", "Is being prepared", "info" },
	{ "made", "Waits for a person to look", "yellow" }, { "refused", "Cannot be made", "red" },
	{ "replaced", "Replaced by a later copy", "neutral" },
	{ "confirmed", "Looked at: may be given", "green" },
	{ "withdrawn", "Not to be given", "neutral" }, { 0 } };

#define S(m, ...) STORED(struct cover, m, __VA_ARGS__)
const struct model cover_model = MODEL("covers", struct cover, .witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(original, 0), S(original_sha256, 0),
		S(operator, .as = AS_ID), S(area, 0), S(previous, .as = AS_ID), S(why, 0),
		S(asked_by, .as = AS_ID), S(asked_at, .as = AS_TIME), S(hands, 0),
		S(rule_version, 0), S(parameters, 0), S(state, .choices = states), S(reason, 0),
		S(method, 0), S(sm3, 0), S(sha256, 0), S(size, 0), S(width, 0), S(height, 0),
		S(length_ms, 0), S(frames, 0), S(looks, 0), S(found, 0), S(made_at, .as = AS_TIME),
		S(decided_by, .as = AS_ID), S(decided_at, .as = AS_TIME), S(words, 0)));
#undef S

#define I(m, ...) INPUT(struct cover_hand, m, __VA_ARGS__, .required = true)
const struct model cover_hand_model = MODEL("covers", struct cover_hand,
	FIELDS(I(from_s, "From second", .min = 0, .max = 3600),
		I(to_s, "To second", .min = 0, .max = 3600),
		I(left_pc, "Left edge, % of the width", .min = 0, .max = 99),
		I(top_pc, "Upper edge, % of the height", .min = 0, .max = 99),
		I(width_pc, "Width, %", .min = 1, .max = 100),
		I(height_pc, "Height, %", .min = 1, .max = 100)));
#undef I

enum err cover_load(struct req *rq, struct cover *c)
{
	enum err e = db_one(rq, &cover_model, c, "SELECT * FROM covers WHERE id = $1", rq->id);

	return e == E_NOT_FOUND ? fail(rq, e, "There is no such copy.") : e;
}

enum err cover_save(struct req *rq, struct cover *c, const char *fact)
{
	TRY(c->id ? db_update(rq, &cover_model, c) : db_insert(rq, &cover_model, c));
	return emit(rq, fact, c->id, c->operator, json_of(rq, &cover_model, c));
}

enum err cover_hands_of(struct req *rq, const struct cover *c, struct node **list)
{
	struct fault why = { 0 };
	const struct bytes text = { (const uint8_t *)c->hands, strlen(c->hands) };

	if (json_parse(rq->arena, text, list, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return OK;
}

enum err cover_living(struct req *rq, const char *original, struct cover *c)
{
	return db_one(rq, &cover_model, c,
		"SELECT * FROM covers WHERE original = $1 AND state IN ('due', 'made', "
		"'confirmed')",
		original);
}
