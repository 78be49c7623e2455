/* Licences as rows of their own: filed, changed, ended with a reason; nothing is deleted. */
#include "domains/entities/licences.h"

#include "contracts/facts.h"
#include "domains/entities/changes.h"

const struct choice licence_kinds[] = {
	{ "food_business", "Food business licence" },
	{ "food_production", "Food production licence" },
	{ "additive_production", "Food additive production licence" },
	{ "workshop_permit", "Permit of a food workshop" },
	{ "small_caterer_filing", "Filing of a small caterer" },
	{ "stall_card", "Card of a food stall" },
	{ "prepackaged_filing", "Filing for prepackaged food only" },
	{ "market_filing", "Filing of a food market" },
	{ "business_licence", "Business licence" },
	{ "other", "Other licence" },
	{ NULL },
};

const struct choice licence_states[] = {
	{ "VALID", "In force", "green" },
	{ "SUSPENDED", "Suspended", "red" },
	{ "REVOKED", "Revoked by a decision", "red" },
	{ "CANCELLED", "Deregistered", "neutral" },
	{ "REPLACED", "Replaced by another", "neutral" },
	{ "WITHDRAWN", "Withdrawn: filed in error", "neutral" },
	{ NULL },
};

const struct model licence_model = MODEL("licences", struct licence, .witnessed = true,
	FIELDS(STORED(struct licence, id, .as = AS_ID), STORED(struct licence, version),
		STORED(struct licence, operator, .as = AS_ID),
		INPUT(struct licence, kind, "Kind of licence", .required = true,
			.choices = licence_kinds),
		INPUT(struct licence, number, "Number of the licence", .required = true, .min = 6,
			.max = 40),
		INPUT(struct licence, issuer, "Issued by", .max = 80),
		INPUT(struct licence, scope, "Scope and items", .as = AS_LONG, .max = 1000,
			.hint = "As printed on the licence"),
		INPUT(struct licence, issued, "Issued on", .as = AS_DATE),
		INPUT(struct licence, valid_until, "Valid until", .as = AS_DATE,
			.hint = "The last valid day"),
		INPUT(struct licence, no_end, "Granted without an end"),
		INPUT(struct licence, state, "State of the licence", .required = true,
			.choices = licence_states),
		INPUT(struct licence, state_since, "In this state since", .as = AS_DATE,
			.hint = "Day of the suspension, revocation or cancellation"),
		STORED(struct licence, entered_by, .as = AS_ID),
		STORED(struct licence, entered_at, .as = AS_TIME)));

const char *licence_wrong(const struct licence *l, int64_t now, const char **field)
{
	*field = "valid_until";
	if (l->no_end && l->valid_until)
		return "Give the last valid day, or say that it has no end.";
	if (l->issued && l->valid_until && l->valid_until < l->issued)
		return "It ends before it begins.";
	*field = "issued";
	if (l->issued > now)
		return "The day lies in the future.";
	*field = "state_since";
	if (l->state_since > now)
		return "The day lies in the future.";
	return NULL;
}

/* The operator shows the last day of the licence that names it. */
static enum err lead_operator(struct req *rq, struct operator* o, const struct licence *l)
{
	struct operator before = * o;
	bool changed;

	if (!text_is(l->number, o->licence_no) || text_is(l->state, "WITHDRAWN") ||
		l->valid_until == o->licence_valid_to)
		return OK;
	o->licence_valid_to = l->valid_until;
	return operator_change(rq, o, &before, &changed);
}

/* Number and kind are on file there already, in another row than id. */
static enum err known(struct req *rq, const struct licence *l)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM licences WHERE number = $1 AND kind = $2 AND operator = $3"
		" AND id <> $4",
		l->number, l->kind, l->operator, l->id));
	return n ? fail(rq, E_CONFLICT, "The licence %s is on this file already: correct it there.",
			   l->number)
		 : OK;
}

enum err licence_file(struct req *rq, struct operator* o, struct licence *l)
{
	l->operator= o->id;
	l->entered_by = rq->user->id;
	l->entered_at = rq->now;
	TRY(known(rq, l));
	TRY(db_insert(rq, &licence_model, l));
	TRY(emit(rq, .name = LICENCE_FILED, .subject = l->id, .entity = o->id,
		.data = json_of(rq, &licence_model, l)));
	return lead_operator(rq, o, l);
}

static enum err keep(struct req *rq, const struct licence_step *s, bool *changed)
{
	const char *data =
		change_text(rq, &(struct change){ &licence_model, s->before, s->after, s->reason });

	*changed = data != NULL;
	if (!data)
		return OK;
	TRY(known(rq, s->after));
	TRY(db_update(rq, &licence_model, s->after));
	return emit(rq, .name = LICENCE_CHANGED, .subject = s->after->id,
		.entity = s->after->operator, .data = data);
}

enum err licence_change(
	struct req *rq, struct operator* o, const struct licence_step *s, bool *changed)
{
	TRY(keep(rq, s, changed));
	return *changed ? lead_operator(rq, o, s->after) : OK;
}

/* The row of this number, if there is one; l->id 0: none. */
static enum err by_number(
	struct req *rq, const struct operator* o, const char *number, struct licence *l)
{
	struct list all;

	TRY(db_all(rq, &licence_model, &all,
		"SELECT * FROM licences WHERE number = $1 AND operator = $2 AND state <> "
		"'WITHDRAWN'"
		" ORDER BY id LIMIT 1",
		number, o->id));
	*l = all.n ? *LIST_OF(struct licence, &all) : (struct licence){ 0 };
	return OK;
}

enum err licence_follow(struct req *rq, const struct operator* o, const struct operator* before)
{
	bool renamed = !text_is(o->licence_no, before->licence_no), changed;
	struct licence was, now;

	if (!renamed && o->licence_valid_to == before->licence_valid_to)
		return OK;
	TRY(by_number(rq, o, before->licence_no, &was));
	if (renamed && was.id && text_is(was.state, "VALID")) {
		now = was;
		now.state = "REPLACED";
		now.state_since = file_day(rq->now);
		TRY(keep(rq, &(struct licence_step){ &was, &now, o->licence_no }, &changed));
	}
	if (renamed)
		TRY(by_number(rq, o, o->licence_no, &was));
	if (!was.id || was.valid_until == o->licence_valid_to)
		return OK;
	now = was;
	now.valid_until = o->licence_valid_to;
	now.no_end = was.no_end && !now.valid_until;
	return keep(rq, &(struct licence_step){ &was, &now, "" }, &changed);
}
