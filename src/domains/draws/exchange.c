/* An inspector who cannot come is exchanged for the next that the draw gives. Only what the
 * register says counts as a reason: leave today, a recusal in force, a card that is not valid. */
#include "contracts/facts.h"
#include "domains/draws/draws.h"

#include <string.h>

enum { WORDS_MAX = 200 };

/* ---- the file so far */
static enum err exchanges_read(struct req *rq, const struct draw *d, struct buf *out)
{
	struct list l;

	TRY(db_all(rq, &exchanged_model, &l,
		"SELECT * FROM draw_exchanges WHERE draw = $1 ORDER BY no", d->id));
	for (const struct exchanged *x = LIST_OF(struct exchanged, &l);
		x < LIST_END(struct exchanged, &l); x++)
		buf_printf(out, "exchange\t%" PRId64 "\t%" PRId64 "\t%s\t%s\t%s\t%" PRId64 "\n",
			x->operator, x->inspector_from, x->reason, time_iso(rq->arena, x->made_at),
			x->excluded, x->inspector_to);
	buf_puts(out, "end\n");
	return OK;
}

enum err draw_file_make(struct req *rq, const struct draw *d, struct replay *r, struct buf *out)
{
	struct bytes in;
	struct fault why = { 0 };

	if (store_read(rq_store(rq), rq->arena, d->draw_sm3, DRAW_FILE_MAX, &in, &why))
		return fail(rq, E_CONFLICT, "The file of the draw cannot be read: %s", why.text);
	buf_add(out, in.at, in.n);
	TRY(exchanges_read(rq, d, out));
	if (!draw_replay(rq->arena, (struct bytes){ (const uint8_t *)out->s, out->n }, r))
		return fail(rq, E_CONFLICT,
			"The draw does not replay: its file was changed. Run shian verify.");
	return OK;
}

/* ---- reasons */
/* Who of the pool could not go to the operator now, by the registers: growing ids. */
static enum err excluded_read(struct req *rq, int64_t operator, struct exchange * x)
{
	struct rows *r;
	bool more;
	int64_t today = rq->now - (rq->now + 8 * HOUR) % DAY,
		*ids = NEWS(rq->arena, int64_t, INSPECTORS_MAX);

	TRY(db_query(rq, &r,
		"SELECT DISTINCT u.id FROM pub_users u LEFT JOIN pub_officers o ON o.officer = "
		"u.id "
		"WHERE u.role = 'officer' AND (o.officer IS NULL OR o.card_valid_to < $1 OR EXISTS "
		"(SELECT 1 FROM pub_officer_leaves l WHERE l.officer = u.id AND l.from_day <= $1 "
		"AND "
		"l.to_day >= $1) OR EXISTS (SELECT 1 FROM pub_officer_recusals c JOIN "
		"pub_operators "
		"p ON p.id = $2 WHERE c.officer = u.id AND (c.operator = p.id OR (c.person <> '' "
		"AND c.person = p.legal_person)))) ORDER BY u.id LIMIT $3",
		today, operator,(int) INSPECTORS_MAX));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		ids[x->n_excluded++] = rows_int(r, 0);
	}
	rows_close(r);
	x->excluded = ids;
	return OK;
}

/* Which reason the register gives for this officer: "" for none. */
static enum err reason_read(struct req *rq, int64_t operator, int64_t officer, const char **out)
{
	int64_t today = rq->now - (rq->now + 8 * HOUR) % DAY, n;

	*out = "";
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_officer_recusals c JOIN pub_operators p ON p.id = $2 "
		"WHERE "
		"c.officer = $1 AND (c.operator = p.id OR (c.person <> '' AND c.person = "
		"p.legal_person))",
		officer, operator));
	if (n) {
		*out = "recusal";
		return OK;
	}
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_officer_leaves WHERE officer = $1 AND from_day <= $2 AND "
		"to_day >= $2",
		officer, today));
	if (n) {
		*out = "leave";
		return OK;
	}
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_officers WHERE officer = $1 AND card_valid_to >= $2",
		officer, today));
	*out = n ? "" : "card";
	return OK;
}

static const char *ids_text(struct req *rq, const struct exchange *x)
{
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < x->n_excluded; i++)
		buf_printf(&b, i ? ",%" PRId64 : "%" PRId64, x->excluded[i]);
	return buf_text(&b);
}

/* ---- the step */
static enum err exchange_find(struct req *rq, const struct draw *d, struct exchange *x, int64_t *no)
{
	struct replay r;
	struct buf file = { .arena = rq->arena, .max = DRAW_FILE_MAX };
	struct generator g;
	struct lots l;

	TRY(draw_file_make(rq, d, &r, &file));
	if (draw_again(rq->arena, &r, &g, &l))
		return fail(rq, E_CONFLICT,
			"The draw does not replay: its file was changed. Run shian verify.");
	if (lots_exchange(&r.pool, &g, &l, x))
		return fail(rq, E_CONFLICT, "Nobody of the pool is left who may go there.");
	*no = (int64_t)r.file.n_exchanges + 1;
	return OK;
}

static enum err exchange_keep(
	struct req *rq, const struct draw *d, struct exchanged *x, struct drawn *lot)
{
	if (lot->inspector1 == x->inspector_from)
		lot->inspector1 = x->inspector_to;
	else
		lot->inspector2 = x->inspector_to;
	TRY(db_insert(rq, &exchanged_model, x));
	TRY(db_update(rq, &drawn_model, lot));
	return emit(rq, DRAW_EXCHANGED, d->id, x->operator, json_of(rq, &exchanged_model, x));
}

enum err draw_exchange(struct req *rq)
{
	struct draw d;
	struct drawn lot;
	const char *words = form_text(rq, "words");
	struct exchange x = { .from = form_int(rq, "officer", 0) };
	int64_t no;

	TRY(draw_load(rq, rq->id, &d));
	TRY(db_one(rq, &drawn_model, &lot, "SELECT * FROM draw_lots WHERE id = $1 AND draw = $2",
		rq->id2, d.id));
	if (lot.inspector1 != x.from && lot.inspector2 != x.from)
		return fail(rq, E_INVALID, "Choose one of the two inspectors.");
	if (!*words || utf8_length(words) > WORDS_MAX)
		return fail(rq, E_INVALID, "Say why the inspector cannot go.");
	x.object = lot.operator;
	TRY(reason_read(rq, lot.operator, x.from, &x.reason));
	if (!*x.reason)
		return fail(rq, E_CONFLICT,
			"The register of officers has no leave of today, no recusal and no expired "
			"card: enter it there first. Nobody is exchanged without one.");
	TRY(excluded_read(rq, lot.operator, & x));
	TRY(exchange_find(rq, &d, &x, &no));
	struct exchanged row = { .draw = d.id,
		.no = no,
		.operator= lot.operator,
		.inspector_from = x.from,
		.inspector_to = x.to,
		.reason = x.reason,
		.words = words,
		.excluded = ids_text(rq, &x),
		.made_by = rq->user->id,
		.made_at = rq->now };
	TRY(exchange_keep(rq, &d, &row, &lot));
	notice(rq, "Exchanged: the draw gave the next inspector.");
	return redirect(rq, "/draws/%" PRId64, d.id);
}
