/* What the file and the list of licences show of them. */
#include "domains/entities/licences.h"

enum { LICENCE_ROWS = 50 };

const struct model licence_row_model = MODEL("pub_licences", struct licence_row,
	FIELDS(STORED(struct licence_row, id, .as = AS_ID),
		STORED(struct licence_row, operator, .as = AS_ID),
		STORED(struct licence_row, kind, .choices = licence_kinds),
		STORED(struct licence_row, number), STORED(struct licence_row, issuer),
		STORED(struct licence_row, scope),
		STORED(struct licence_row, issued, .as = AS_DATE),
		STORED(struct licence_row, valid_until, .as = AS_DATE),
		STORED(struct licence_row, no_end),
		STORED(struct licence_row, state, .choices = licence_states),
		STORED(struct licence_row, main)));

struct licence_look licence_looks(
	struct req *rq, const struct node *rule, const struct licence_row *l)
{
	struct expiry_warning w = licence_warning(rule);
	struct licence_look k = { .text = tr(rq, choice_label(licence_states, l->state)),
		.tone = text_is(l->state, "SUSPENDED") || text_is(l->state, "REVOKED") ? "red"
										       : "neutral",
		.is = LICENCE_VALID };

	if (!text_is(l->state, "VALID"))
		return k;
	k.tone = "green";
	if (l->no_end)
		return k;
	k.is = licence_state(l->valid_until, rq->now, w.widest, &k.days);
	if (k.is == LICENCE_EXPIRED) {
		k.tone = "red";
		k.text = arena_printf(
			rq->arena, tr(rq, "The licence expired %d days ago."), -k.days);
	} else if (k.is == LICENCE_EXPIRING) {
		k.tone = k.days <= w.narrowest ? "yellow" : "info";
		k.text = arena_printf(rq->arena, tr(rq, "The licence expires in %d days."), k.days);
	} else if (k.is == LICENCE_UNKNOWN) {
		k.tone = "info";
		k.text = tr(rq, "The last valid day of the licence is not on file.");
	}
	return k;
}

/* An alert over the file: what has run out, will soon, or whose day is not known. */
static void put_warning(struct req *rq, struct node *list, const struct licence_row *l,
	const struct licence_look *k)
{
	struct node *n;

	if (k->is == LICENCE_VALID && text_is(k->tone, "green"))
		return;
	if (text_is(k->tone, "neutral"))
		return;
	n = put_map(list, NULL);
	put_text(n, "tone", k->tone);
	put_text(n, "text",
		l->main ? k->text
			: arena_printf(rq->arena, "%s %s: %s",
				  tr(rq, choice_label(licence_kinds, l->kind)), l->number,
				  k->text));
}

static void put_one(struct req *rq, struct node *rows, const struct licence_row *l,
	const struct licence_look *k)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "kind", l->kind);
	put_text(n, "kind_label", tr(rq, choice_label(licence_kinds, l->kind)));
	put_text(n, "number", l->number);
	put_text(n, "issuer", l->issuer);
	put_text(n, "scope", l->scope);
	put_text(n, "issued", l->issued ? date_text(rq->arena, l->issued) : "");
	put_text(n, "valid_until", l->valid_until ? date_text(rq->arena, l->valid_until) : "");
	put_text(n, "until",
		l->no_end	 ? tr(rq, "without an end")
		: l->valid_until ? date_text(rq->arena, l->valid_until)
				 : "—")
		->hidden = true;
	put_text(n, "state", l->state);
	put_text(n, "state_text", k->text);
	put_text(n, "tone", k->tone);
	put_flag(n, "main", l->main != 0);
	if (l->id)
		put_printf(
			n, "href", "/operators/%" PRId64 "/licences/%" PRId64, l->operator, l->id);
	else
		put_text(n, "href", "");
	put_printf(n, "complete", "/operators/%" PRId64 "/licences/new?main=1", l->operator)
		->hidden = true;
}

enum err put_licences(struct req *rq, const struct operator* o, int64_t *count, bool *endless)
{
	struct node *n = put_map(rq->view, "licences"), *rows = put_list(n, "rows"),
		    *warnings = put_list(rq->view, "licence_warnings");
	const struct node *rule;
	struct list l;

	TRY(rules(rq, "entities/file", rq->now, &rule));
	TRY(db_all(rq, &licence_row_model, &l,
		"SELECT * FROM pub_licences WHERE operator = $1 ORDER BY main DESC, id LIMIT $2",
		o->id, (int)LICENCE_ROWS));
	for (const struct licence_row *x = LIST_OF(struct licence_row, &l);
		x < LIST_END(struct licence_row, &l); x++) {
		struct licence_look k = licence_looks(rq, rule, x);
		put_one(rq, rows, x, &k);
		put_warning(rq, warnings, x, &k);
		*endless = *endless || (x->main && x->no_end && text_is(x->state, "VALID"));
	}
	*count = (int64_t)l.n;
	return OK;
}
