/* The steps of a draw: committed -> drawn, or withdrawn with a reason; then told, then published.
 */
#include "contracts/facts.h"
#include "core/app/lottery.h"
#include "domains/draws/draws.h"

#include <string.h>

enum { SLICE = 200, TEXT_MAX = 200 };

/* ---- commit */
static struct lottery lottery_of(const struct draw *d)
{
	return (struct lottery){ "shian-draw-seed 1", d->snapshot_sm3, d->nonce, d->commitment };
}

static const char *strata_json(struct req *rq, const struct plan *plan, const struct pool *p)
{
	struct node *list = node_list(rq->arena);
	const struct node *s = node_first(node_find(plan->law, "strata"));

	for (size_t i = 0; i < p->n_strata; i++, s = s ? s->next : NULL) {
		struct node *n = put_map(list, NULL);
		put_text(n, "code", p->strata[i].code);
		put_text(n, "label", p->strata[i].label);
		put_text(n, "label_en", s ? node_text(s, "label_en", "") : "");
		put_int(n, "size", p->strata[i].size);
		put_int(n, "take", p->strata[i].take);
	}
	return json_text(rq, list);
}

static const char *commit_data(struct req *rq, const struct draw *d)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "title", d->title);
	put_text(n, "snapshot", d->snapshot_sm3);
	put_text(n, "commitment", d->commitment);
	put_int(n, "objects", d->objects);
	put_int(n, "take", d->take);
	put_int(n, "inspectors", d->inspectors);
	return json_text(rq, n);
}

enum err draw_commit(struct req *rq, struct plan *plan, struct draw *d)
{
	struct pool p;
	struct object o;
	struct buf text = { .arena = rq->arena, .max = DRAW_FILE_MAX };

	TRY(pools_read(rq, plan, &p));
	TRY(pools_check(rq, &p));
	p.draw = d->id = id_new();
	snapshot_write(&text, &p);
	TRY(lottery_keep(rq, &text, &o));
	d->title = p.title;
	d->area = plan->area;
	d->kinds = plan->kinds;
	d->due_at = plan->due_at;
	d->plan_version = node_text(plan->law, "version", "");
	d->strata = strata_json(rq, plan, &p);
	d->objects = (int64_t)p.n_objects;
	d->take = draw_size(&p);
	d->inspectors = (int64_t)p.n_inspectors;
	d->snapshot_sm3 = o.sm3;
	d->snapshot_sha256 = o.sha256;
	struct lottery l = lottery_of(d);
	lottery_commit(rq, &l);
	d->nonce = l.nonce;
	d->commitment = l.commitment;
	d->state = "committed";
	d->committed_by = rq->user->id;
	d->committed_at = rq->now;
	d->seed = d->head_root = d->word = d->witness = d->reason = "";
	d->draw_sm3 = d->draw_sha256 = "";
	TRY(db_insert(rq, &draw_model, d));
	return emit(rq, DRAW_COMMITTED, d->id, 0, commit_data(rq, d));
}

static enum err plan_read(struct req *rq, struct plan *plan)
{
	*plan = (struct plan){ .title = form_text(rq, "title"),
		.kinds = form_text(rq, "kinds"),
		.area = rq->user->area ? rq->user->area : form_int(rq, "area", 0) };
	for (int i = 0; i < STRATA_MAX; i++)
		plan->per_mille[i] = form_int(rq, arena_printf(rq->arena, "per_mille_%d", i), -1);
	if (!*plan->title || utf8_length(plan->title) > 60)
		field_error(
			rq, "title", "%s", tr(rq, "Give the draw a title of up to 60 characters."));
	if (!date_parse(form_text(rq, "due_at"), &plan->due_at) || plan->due_at < rq->now)
		field_error(rq, "due_at", "%s",
			tr(rq, "Give a day after today by which the visits have to be made."));
	if (!form_failed(rq))
		return OK;
	return E_INVALID;
}

enum err draw_create(struct req *rq)
{
	struct plan plan;
	struct draw d = { 0 };

	if (plan_read(rq, &plan))
		return draw_form_again(rq, &plan);
	TRY(draw_commit(rq, &plan, &d));
	notice(rq, "Committed: the pools are fixed and the commitment is public.");
	return redirect(rq, "/draws/%" PRId64, d.id);
}

/* ---- draw */
enum err draw_load(struct req *rq, int64_t id, struct draw *d)
{
	TRY(db_one(rq, &draw_model, d, "SELECT * FROM draws WHERE id = $1", id));
	return rq->user->area ? in_area(rq, d->area) : OK;
}

static enum err snapshot_load(
	struct req *rq, const struct draw *d, struct draw_file *f, struct pool *p)
{
	struct fault why = { 0 };

	if (store_read(rq_store(rq), rq->arena, d->snapshot_sm3, DRAW_FILE_MAX, &f->snapshot_text,
		    &why) ||
		snapshot_parse(rq->arena, f->snapshot_text, p, &why))
		return fail(
			rq, E_CONFLICT, "The snapshot of the pools cannot be read: %s", why.text);
	return OK;
}

static void lots_fill(
	struct arena *a, const struct pool *p, const struct lots *l, struct draw_file *f)
{
	f->lots = NEWS(a, struct drawn_lot, l->n + 1);
	f->redraws = NEWS(a, struct recusal, l->n_redraws + 1);
	for (; f->n_lots < l->n; f->n_lots++) {
		const struct lot *t = &l->at[f->n_lots];
		f->lots[f->n_lots] = (struct drawn_lot){ p->objects[t->object].id,
			{ p->inspectors[t->inspector[0]].id, p->inspectors[t->inspector[1]].id } };
	}
	for (; f->n_redraws < l->n_redraws; f->n_redraws++)
		f->redraws[f->n_redraws] =
			(struct recusal){ p->inspectors[l->redraws[f->n_redraws].inspector].id,
				p->objects[l->redraws[f->n_redraws].object].id };
}

/* Makes the lots and the file; the seed has to fit the commitment. */
static enum err file_draw(struct req *rq, struct draw *d, struct buf *out)
{
	struct draw_file f = { .draw = d->id,
		.committed_at = time_iso(rq->arena, d->committed_at),
		.drawn_at = time_iso(rq->arena, rq->now),
		.commitment = d->commitment,
		.snapshot = d->snapshot_sm3,
		.mixed = { d->head_size, d->head_root, d->word },
		.witness = d->witness };
	struct generator g;
	struct lots l;
	struct pool p;

	struct lottery sealed = lottery_of(d);
	if (!lottery_open(rq, &sealed, f.seed))
		return fail(rq, E_CONFLICT,
			"The key folder is another one than at the commitment: withdraw this draw "
			"and make a new one.");
	TRY(snapshot_load(rq, d, &f, &p));
	generator_start(&g, rq->arena,
		&(struct generator_inputs){ f.seed, f.snapshot, draw_contribution(rq->arena, &f) });
	if (lots_draw(rq->arena, &p, &g, &l))
		return fail(rq, E_CONFLICT,
			"The pool has too few inspectors for this draw: withdraw it.");
	f.numbers = g.taken;
	lots_fill(rq->arena, &p, &l, &f);
	draw_file_write(out, &f);
	d->seed = seed_hex(rq, f.seed);
	return OK;
}

static const char *drawn_data(struct req *rq, const struct draw *d)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "title", d->title);
	put_text(n, "file", d->draw_sm3);
	put_int(n, "take", d->take);
	put_int(n, "head", d->head_size);
	put_text(n, "word", d->word);
	put_text(n, "witness", d->witness);
	return json_text(rq, n);
}

enum err draw_perform(struct req *rq, struct draw *d, const char *word, const char *witness)
{
	struct buf file = { .arena = rq->arena, .max = DRAW_FILE_MAX };
	struct contribution mixed;
	struct object o;

	if (!text_is(d->state, "committed"))
		return fail(rq, E_CONFLICT, "This draw is made, or withdrawn.");
	if (!*witness || utf8_length(witness) > 40 || utf8_length(word) > 60)
		return fail(rq, E_INVALID,
			"Name the supervisor who is present (up to 40 characters), and a word of "
			"up to 60.");
	d->word = line_field(rq->arena, word);
	d->witness = line_field(rq->arena, witness);
	TRY(lottery_head(rq, &(struct event){ .name = DRAW_COMMITTED, .subject = d->id }, &mixed));
	d->head_size = mixed.head_size;
	d->head_root = mixed.head_root;
	if (!d->head_size && !*d->word)
		return fail(rq, E_CONFLICT,
			"No signed head of the ledger covers the commitment yet: wait a few "
			"seconds, or type a word of the supervisor.");
	TRY(file_draw(rq, d, &file));
	TRY(lottery_keep(rq, &file, &o));
	d->draw_sm3 = o.sm3;
	d->draw_sha256 = o.sha256;
	d->state = "drawn";
	d->drawn_by = rq->user->id;
	d->drawn_at = rq->now;
	TRY(db_update(rq, &draw_model, d));
	TRY(emit(rq, DRAW_DRAWN, d->id, 0, drawn_data(rq, d)));
	return job_add(rq, .kind = "draws.tell", .subject = d->id);
}

enum err draw_run(struct req *rq)
{
	struct draw d;

	TRY(draw_load(rq, rq->id, &d));
	TRY(draw_perform(rq, &d, form_text(rq, "word"), form_text(rq, "witness")));
	notice(rq, "Drawn. The inspectors are being told.");
	return redirect(rq, "/draws/%" PRId64, d.id);
}

/* ---- tell */
static enum err lot_tell(struct req *rq, const struct draw *d, struct drawn *l)
{
	struct node *n = node_map(rq->arena);

	TRY(db_insert(rq, &drawn_model, l));
	put_printf(n, "inspector1", "%" PRId64, l->inspector1);
	put_printf(n, "inspector2", "%" PRId64, l->inspector2);
	put_printf(n, "due_at", "%" PRId64, d->due_at);
	put_text(n, "title", d->title);
	return emit(rq, DRAW_ASSIGNED, d->id, l->operator, json_text(rq, n));
}

static const char *stratum_name(const struct pool *p, int64_t object)
{
	for (size_t i = 0; i < p->n_objects; i++)
		if (p->objects[i].id == object)
			return p->strata[p->objects[i].stratum].code;
	return "";
}

enum err draw_tell(struct req *rq, int64_t draw, int most, bool *left)
{
	struct draw d;
	struct draw_file f;
	struct pool p;
	struct bytes in;
	struct fault why = { 0 };
	int64_t told;

	TRY(db_one(rq, &draw_model, &d, "SELECT * FROM draws WHERE id = $1", draw));
	TRY(db_int(rq, &told, "SELECT count(*) FROM draw_lots WHERE draw = $1", d.id));
	if (store_read(rq_store(rq), rq->arena, d.draw_sm3, DRAW_FILE_MAX, &in, &why) ||
		draw_file_parse(rq->arena, in, &f, &why) ||
		snapshot_parse(rq->arena, f.snapshot_text, &p, &why))
		return fail(rq, E_CONFLICT, "The file of the draw cannot be read: %s", why.text);
	for (; told < (int64_t)f.n_lots && most > 0; told++, most--) {
		const struct drawn_lot *t = &f.lots[told];
		struct drawn l = { .draw = d.id,
			.place = told + 1,
			.operator= t->object,
			.inspector1 = t->inspector[0],
			.inspector2 = t->inspector[1],
			.stratum = stratum_name(&p, t->object) };
		TRY(lot_tell(rq, &d, &l));
	}
	*left = told < (int64_t)f.n_lots;
	return OK;
}

enum err draw_tell_job(struct req *rq, const struct job *j, void *result)
{
	bool left;

	(void)result;
	TRY(draw_tell(rq, j->subject, SLICE, &left));
	return left ? job_add(rq, .kind = "draws.tell", .subject = j->subject) : OK;
}

/* ---- withdraw, publish */
enum err draw_withdraw(struct req *rq)
{
	struct draw d;

	TRY(draw_load(rq, rq->id, &d));
	if (!text_is(d.state, "committed"))
		return fail(rq, E_CONFLICT,
			"A draw that is made stands; it can no longer be withdrawn.");
	d.reason = form_text(rq, "reason");
	if (!*d.reason || utf8_length(d.reason) > TEXT_MAX)
		return fail(rq, E_INVALID, "Say why it is withdrawn: everybody can read it.");
	d.state = "withdrawn";
	TRY(db_update(rq, &draw_model, &d));
	TRY(emit(rq, DRAW_WITHDRAWN, d.id, 0, json_pairs(rq, "reason", d.reason, NULL)));
	notice(rq, "Withdrawn.");
	return redirect(rq, "/draws/%" PRId64, d.id);
}

enum err draw_publish(struct req *rq)
{
	struct draw d;

	TRY(draw_load(rq, rq->id, &d));
	if (!text_is(d.state, "drawn") || d.published_at)
		return fail(rq, E_CONFLICT, "Only a draw that is made is published, once.");
	d.published_at = rq->now;
	d.published_by = rq->user->id;
	TRY(db_update(rq, &draw_model, &d));
	TRY(emit(rq, DRAW_PUBLISHED, d.id, 0, json_pairs(rq, "file", d.draw_sm3, NULL)));
	notice(rq, "Published: anybody can load the file and replay the draw.");
	return redirect(rq, "/draws/%" PRId64, d.id);
}
