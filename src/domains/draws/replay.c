#include "domains/draws/replay.h"

#include <string.h>

static bool note(struct replay *r, enum draw_check c, bool holds, const char *detail)
{
	r->state[c] = holds ? HOLDS : FAILS;
	r->detail[c] = holds ? "" : detail;
	return holds;
}

static void begin(struct arena *a, const struct replay *r, struct generator *g)
{
	generator_start(g, a,
		&(struct generator_inputs){
			r->file.seed, r->file.snapshot, draw_contribution(a, &r->file) });
}

/* ---- the draw */
static void compare_objects(struct arena *a, struct replay *r, const struct lots *l)
{
	const struct draw_file *f = &r->file;
	const char *detail =
		arena_printf(a, "the file has %zu objects, the draw gives %zu", f->n_lots, l->n);
	bool same = f->n_lots == l->n;

	for (size_t i = 0; same && i < l->n; i++) {
		int64_t want = r->pool.objects[l->at[i].object].id;
		same = f->lots[i].object == want;
		if (!same)
			detail = arena_printf(a,
				"object %zu is %" PRId64 ", the draw gives %" PRId64, i + 1,
				f->lots[i].object, want);
	}
	note(r, CHECK_OBJECTS, same, detail);
}

static const char *inspector_wrong(struct arena *a, const struct replay *r, const struct lots *l)
{
	const struct draw_file *f = &r->file;

	for (size_t i = 0; i < l->n && i < f->n_lots; i++)
		for (int k = 0; k < 2; k++) {
			int64_t want = r->pool.inspectors[l->at[i].inspector[k]].id;
			if (f->lots[i].inspector[k] != want)
				return arena_printf(a,
					"inspector %d of object %zu is %" PRId64
					", the draw gives %" PRId64,
					k + 1, i + 1, f->lots[i].inspector[k], want);
		}
	if (f->n_redraws != l->n_redraws)
		return arena_printf(a, "the file has %zu redraws, the draw gives %zu", f->n_redraws,
			l->n_redraws);
	for (size_t i = 0; i < l->n_redraws; i++)
		if (f->redraws[i].object != r->pool.objects[l->redraws[i].object].id ||
			f->redraws[i].inspector != r->pool.inspectors[l->redraws[i].inspector].id)
			return arena_printf(a, "redraw %zu is another one", i + 1);
	return NULL;
}

static const char *lots_wrong(struct arena *a, const struct replay *r, const struct lots *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct lot *t = &l->at[i];
		int64_t object = r->pool.objects[t->object].id;
		if (t->inspector[0] == t->inspector[1])
			return arena_printf(
				a, "object %" PRId64 " has one inspector twice", object);
		for (int k = 0; k < 2; k++)
			if (recused(&r->pool, r->pool.inspectors[t->inspector[k]].id, object))
				return arena_printf(
					a, "a recused inspector comes to object %" PRId64, object);
	}
	return NULL;
}

static void loads(struct replay *r, const struct lots *l)
{
	r->load_min = r->pool.n_inspectors ? INT64_MAX : 0;
	for (size_t i = 0; i < r->pool.n_inspectors; i++) {
		r->load_min = l->load[i] < r->load_min ? l->load[i] : r->load_min;
		r->load_max = l->load[i] > r->load_max ? l->load[i] : r->load_max;
	}
}

/* ---- exchanges */
static const char *exchanges_wrong(
	struct arena *a, const struct replay *r, struct generator *g, struct lots *l)
{
	for (size_t i = 0; i < r->file.n_exchanges; i++) {
		struct exchange x = r->file.exchanges[i];
		if (lots_exchange(&r->pool, g, l, &x))
			return arena_printf(a, "exchange %zu is not possible", i + 1);
		if (x.to != r->file.exchanges[i].to)
			return arena_printf(a,
				"exchange %zu brings %" PRId64 ", the draw gives %" PRId64, i + 1,
				r->file.exchanges[i].to, x.to);
	}
	return NULL;
}

enum err draw_again(struct arena *a, const struct replay *r, struct generator *g, struct lots *out)
{
	begin(a, r, g);
	TRY(lots_draw(a, &r->pool, g, out));
	return exchanges_wrong(a, r, g, out) ? E_INVALID : OK;
}

/* ---- all of it */
static void run_again(struct arena *a, struct replay *r)
{
	struct generator g;
	struct lots l;
	const char *why;

	begin(a, r, &g);
	if (lots_draw(a, &r->pool, &g, &l)) {
		note(r, CHECK_OBJECTS, false, "the pool has too few inspectors for this draw");
		return;
	}
	compare_objects(a, r, &l);
	why = inspector_wrong(a, r, &l);
	note(r, CHECK_INSPECTORS, !why, why);
	note(r, CHECK_NUMBERS, g.taken == r->file.numbers,
		arena_printf(a, "the file says %" PRId64 ", the draw takes %" PRId64,
			r->file.numbers, g.taken));
	why = exchanges_wrong(a, r, &g, &l);
	note(r, CHECK_EXCHANGES, !why, why);
	why = lots_wrong(a, r, &l);
	note(r, CHECK_RECUSED, !why, why);
	loads(r, &l);
}

static bool all_hold(const struct replay *r)
{
	for (int i = 0; i < DRAW_CHECKS; i++)
		if (r->state[i] != HOLDS)
			return false;
	return true;
}

bool draw_replay(struct arena *a, struct bytes in, struct replay *r)
{
	struct fault why = { 0 };
	struct digest d;

	*r = (struct replay){ .digest = "" };
	for (int i = 0; i < DRAW_CHECKS; i++)
		r->detail[i] = "";
	enum err bad = draw_file_parse(a, in, &r->file, &why);
	if (!note(r, CHECK_FORMAT, !bad, arena_dup(a, why.text)))
		return false;
	d = sm3(in.at, r->file.draw_bytes);
	r->digest = digest_hex(a, &d);
	d = sm3(r->file.snapshot_text.at, r->file.snapshot_text.n);
	note(r, CHECK_SNAPSHOT, text_is(digest_hex(a, &d), r->file.snapshot),
		arena_printf(a, "it has %s", digest_hex(a, &d)));
	d = draw_commitment(a, r->file.snapshot, r->file.seed);
	note(r, CHECK_COMMITMENT, text_is(digest_hex(a, &d), r->file.commitment),
		arena_printf(a, "the seed gives %s", digest_hex(a, &d)));
	bad = snapshot_parse(a, r->file.snapshot_text, &r->pool, &why);
	if (!bad && r->pool.draw != r->file.draw)
		bad = fault(&why, E_INVALID, "it is the snapshot of another draw");
	if (note(r, CHECK_POOL, !bad, arena_dup(a, why.text)))
		run_again(a, r);
	return all_hold(r);
}
