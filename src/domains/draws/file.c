#include "domains/draws/file.h"

#include <string.h>

static bool hex_digest(const char *s)
{
	struct digest d;
	return digest_parse(s, &d);
}

/* ---- snapshot */
void snapshot_write(struct buf *b, const struct pool *p)
{
	buf_puts(b, "shian-draw-snapshot 1\n");
	buf_printf(b, "draw\t%" PRId64 "\ntitle\t%s\ndue\t%s\n", p->draw, p->title, p->due);
	for (size_t i = 0; i < p->n_strata; i++)
		buf_printf(b, "stratum\t%s\t%" PRId64 "\t%" PRId64 "\t%s\n", p->strata[i].code,
			p->strata[i].size, p->strata[i].take, p->strata[i].label);
	for (size_t i = 0; i < p->n_objects; i++) {
		const struct lot_object *o = &p->objects[i];
		buf_printf(b, "object\t%s\t%" PRId64 "\t%" PRId64 "\t%s\n",
			p->strata[o->stratum].code, o->id, o->weight, o->name);
	}
	for (size_t i = 0; i < p->n_inspectors; i++)
		buf_printf(b, "inspector\t%" PRId64 "\t%s\t%s\n", p->inspectors[i].id,
			p->inspectors[i].card_no, p->inspectors[i].name);
	for (size_t i = 0; i < p->n_recusals; i++)
		buf_printf(b, "recusal\t%" PRId64 "\t%" PRId64 "\n", p->recusals[i].inspector,
			p->recusals[i].object);
	buf_puts(b, "end\n");
}

static enum err head_lines(struct lines *r, struct pool *p)
{
	int64_t day;

	TRY(lines_next(r));
	if (r->n != 1 || !text_is(r->cells[0], "shian-draw-snapshot 1"))
		return lines_wrong(r, "this is no snapshot of version 1");
	TRY(lines_next(r));
	if (!lines_is(r, "draw", 2) || !line_number(r->cells[1], 1, INT64_MAX, &p->draw))
		return lines_wrong(r, "draw and its number are expected");
	TRY(lines_next(r));
	if (!lines_is(r, "title", 2) || !*r->cells[1] || !line_plain(r->cells[1]))
		return lines_wrong(r, "title is expected");
	p->title = r->cells[1];
	TRY(lines_next(r));
	if (!lines_is(r, "due", 2) || !date_parse(r->cells[1], &day))
		return lines_wrong(r, "due and a date are expected");
	p->due = r->cells[1];
	return lines_next(r);
}

static enum err strata_lines(struct lines *r, struct pool *p)
{
	int64_t sum = 0;

	while (lines_is(r, "stratum", 5)) {
		p->strata = lines_room(r->arena, p->strata, p->n_strata, sizeof(*p->strata));
		struct stratum *s = &p->strata[p->n_strata];
		*s = (struct stratum){ .code = r->cells[1], .label = r->cells[4] };
		if (p->n_strata == STRATA_MAX || !*s->code || !line_plain(s->code) ||
			!line_plain(s->label) ||
			!line_number(r->cells[2], 0, OBJECTS_MAX, &s->size) ||
			!line_number(r->cells[3], 0, s->size, &s->take))
			return lines_wrong(r, "this stratum cannot be");
		for (size_t i = 0; i < p->n_strata; i++)
			if (text_is(p->strata[i].code, s->code))
				return lines_wrong(r, "this stratum is there already");
		sum += s->size;
		p->n_strata++;
		TRY(lines_next(r));
	}
	return sum > OBJECTS_MAX ? lines_wrong(r, "more objects than a draw may have") : OK;
}

static enum err object_line(struct lines *r, struct pool *p)
{
	struct lot_object o = { .name = r->cells[4] };
	const struct lot_object *last = p->n_objects ? &p->objects[p->n_objects - 1] : NULL;

	while (o.stratum < p->n_strata && !text_is(p->strata[o.stratum].code, r->cells[1]))
		o.stratum++;
	if (o.stratum == p->n_strata || !line_number(r->cells[2], 1, INT64_MAX, &o.id) ||
		!line_number(r->cells[3], 1, WEIGHT_MAX, &o.weight) || !line_plain(o.name))
		return lines_wrong(r, "this object cannot be");
	if (last && (o.stratum < last->stratum || (o.stratum == last->stratum && o.id <= last->id)))
		return lines_wrong(r, "objects stand in the order of strata and ids");
	p->objects[p->n_objects++] = o;
	return lines_next(r);
}

/* As many of each stratum as it says, in its order. */
static enum err object_lines(struct lines *r, struct pool *p)
{
	size_t sum = 0;

	for (size_t i = 0; i < p->n_strata; i++)
		sum += (size_t)p->strata[i].size;
	if (sum > r->in.n) /* each takes a line: do not believe a number before its lines */
		return lines_wrong(r, "fewer objects than the strata say");
	p->objects = NEWS(r->arena, struct lot_object, sum + 1);
	while (lines_is(r, "object", 5)) {
		if (p->n_objects == sum)
			return lines_wrong(r, "more objects than the strata say");
		TRY(object_line(r, p));
	}
	int64_t left[STRATA_MAX] = { 0 };
	for (size_t i = 0; i < p->n_objects; i++)
		left[p->objects[i].stratum]++;
	for (size_t i = 0; i < p->n_strata; i++)
		if (left[i] != p->strata[i].size)
			return lines_wrong(
				r, "the objects of a stratum are not as many as it says");
	return OK;
}

static enum err inspector_lines(struct lines *r, struct pool *p)
{
	while (lines_is(r, "inspector", 4)) {
		p->inspectors = lines_room(
			r->arena, p->inspectors, p->n_inspectors, sizeof(*p->inspectors));
		struct inspector *i = &p->inspectors[p->n_inspectors];
		*i = (struct inspector){ .card_no = r->cells[2], .name = r->cells[3] };
		if (p->n_inspectors == INSPECTORS_MAX ||
			!line_number(r->cells[1], 1, INT64_MAX, &i->id) ||
			!line_plain(i->card_no) || !line_plain(i->name))
			return lines_wrong(r, "this inspector cannot be");
		if (p->n_inspectors && i->id <= i[-1].id)
			return lines_wrong(r, "inspectors stand in the order of their ids");
		p->n_inspectors++;
		TRY(lines_next(r));
	}
	return OK;
}

static enum err recusal_lines(struct lines *r, struct pool *p)
{
	while (lines_is(r, "recusal", 3)) {
		p->recusals =
			lines_room(r->arena, p->recusals, p->n_recusals, sizeof(*p->recusals));
		struct recusal *c = &p->recusals[p->n_recusals];
		if (!line_number(r->cells[1], 1, INT64_MAX, &c->inspector) ||
			!line_number(r->cells[2], 1, INT64_MAX, &c->object))
			return lines_wrong(r, "this recusal cannot be");
		if (p->n_recusals &&
			(c->inspector < c[-1].inspector ||
				(c->inspector == c[-1].inspector && c->object <= c[-1].object)))
			return lines_wrong(
				r, "recusals stand in the order of inspectors and objects");
		p->n_recusals++;
		TRY(lines_next(r));
	}
	return OK;
}

static enum err at_end(struct lines *r, enum err e)
{
	return e == E_NOT_FOUND ? fault(r->why, E_INVALID, "the text ends too early") : e;
}

static enum err snapshot_lines(struct lines *r, struct pool *p)
{
	TRY(head_lines(r, p));
	TRY(strata_lines(r, p));
	TRY(object_lines(r, p));
	TRY(inspector_lines(r, p));
	TRY(recusal_lines(r, p));
	if (!lines_is(r, "end", 1) || r->at != r->in.n)
		return lines_wrong(r, "no such line is expected here");
	return OK;
}

enum err snapshot_parse(struct arena *a, struct bytes text, struct pool *p, struct fault *why)
{
	struct lines r = { .arena = a, .in = text, .why = why };

	*p = (struct pool){ 0 };
	return at_end(&r, snapshot_lines(&r, p));
}

/* ---- draw */
const char *draw_contribution(struct arena *a, const struct draw_file *f)
{
	return contribution_lines(a, &f->mixed, '\t');
}

void draw_file_write(struct buf *b, const struct draw_file *f)
{
	char seed[2 * SEED + 1];

	hex_encode(seed, f->seed, SEED);
	buf_printf(b, "shian-draw 1\ndraw\t%" PRId64 "\ncommitted_at\t%s\ncommitment\t%s\n",
		f->draw, f->committed_at, f->commitment);
	buf_printf(b, "snapshot\t%s\ndrawn_at\t%s\nseed\t%s\n", f->snapshot, f->drawn_at, seed);
	buf_puts(b, draw_contribution(b->arena, f));
	buf_printf(b, "witness\t%s\nnumbers\t%" PRId64 "\n", f->witness, f->numbers);
	for (size_t i = 0; i < f->n_lots; i++)
		buf_printf(b, "lot\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n", f->lots[i].object,
			f->lots[i].inspector[0], f->lots[i].inspector[1]);
	for (size_t i = 0; i < f->n_redraws; i++)
		buf_printf(b, "redraw\t%" PRId64 "\t%" PRId64 "\n", f->redraws[i].object,
			f->redraws[i].inspector);
	buf_printf(b, "snapshot_text\t%zu\n", f->snapshot_text.n);
	buf_add(b, f->snapshot_text.at, f->snapshot_text.n);
}

void exchanges_write(struct buf *b, const struct draw_file *f)
{
	for (size_t i = 0; i < f->n_exchanges; i++) {
		const struct exchange *x = &f->exchanges[i];
		buf_printf(b, "exchange\t%" PRId64 "\t%" PRId64 "\t%s\t%s\t", x->object, x->from,
			x->reason, x->at);
		for (size_t k = 0; k < x->n_excluded; k++)
			buf_printf(b, k ? ",%" PRId64 : "%" PRId64, x->excluded[k]);
		buf_printf(b, "\t%" PRId64 "\n", x->to);
	}
	buf_puts(b, "end\n");
}

static enum err said(struct lines *r, const char *name, const char **out)
{
	TRY(lines_next(r));
	if (!lines_is(r, name, 2) || !*r->cells[1] || !line_plain(r->cells[1]))
		return lines_wrong(r, arena_printf(r->arena, "%s is expected", name));
	*out = r->cells[1];
	return OK;
}

static enum err said_digest(struct lines *r, const char *name, const char **out)
{
	TRY(said(r, name, out));
	return hex_digest(*out) ? OK : lines_wrong(r, "64 small hexadecimal digits are expected");
}

static enum err file_head(struct lines *r, struct draw_file *f)
{
	const char *seed;

	TRY(lines_next(r));
	if (r->n != 1 || !text_is(r->cells[0], "shian-draw 1"))
		return lines_wrong(r, "this is no file of a draw of version 1");
	TRY(lines_next(r));
	if (!lines_is(r, "draw", 2) || !line_number(r->cells[1], 1, INT64_MAX, &f->draw))
		return lines_wrong(r, "draw and its number are expected");
	TRY(said(r, "committed_at", &f->committed_at));
	TRY(said_digest(r, "commitment", &f->commitment));
	TRY(said_digest(r, "snapshot", &f->snapshot));
	TRY(said(r, "drawn_at", &f->drawn_at));
	TRY(said_digest(r, "seed", &seed));
	return hex_decode(f->seed, seed, SEED) ? lines_next(r) : lines_wrong(r, "no seed");
}

static enum err mixed_lines(struct lines *r, struct draw_file *f)
{
	f->mixed.head_root = f->mixed.word = "";
	if (lines_is(r, "head", 3)) {
		if (!line_number(r->cells[1], 1, INT64_MAX, &f->mixed.head_size) ||
			!hex_digest(r->cells[2]))
			return lines_wrong(r, "this head cannot be");
		f->mixed.head_root = r->cells[2];
		TRY(lines_next(r));
	}
	if (lines_is(r, "word", 2)) {
		if (!*r->cells[1] || !line_plain(r->cells[1]))
			return lines_wrong(r, "this word cannot be");
		f->mixed.word = r->cells[1];
		TRY(lines_next(r));
	}
	if (!lines_is(r, "witness", 2) || !line_plain(r->cells[1]))
		return lines_wrong(r, "witness is expected");
	f->witness = r->cells[1];
	TRY(lines_next(r));
	if (!lines_is(r, "numbers", 2) || !line_number(r->cells[1], 0, INT64_MAX, &f->numbers))
		return lines_wrong(r, "numbers and their count are expected");
	return lines_next(r);
}

static enum err lot_lines(struct lines *r, struct draw_file *f)
{
	for (; lines_is(r, "lot", 4); f->n_lots++) {
		f->lots = lines_room(r->arena, f->lots, f->n_lots, sizeof(*f->lots));
		struct drawn_lot *l = &f->lots[f->n_lots];
		if (!line_number(r->cells[1], 1, INT64_MAX, &l->object) ||
			!line_number(r->cells[2], 1, INT64_MAX, &l->inspector[0]) ||
			!line_number(r->cells[3], 1, INT64_MAX, &l->inspector[1]))
			return lines_wrong(r, "this lot cannot be");
		TRY(lines_next(r));
	}
	for (; lines_is(r, "redraw", 3); f->n_redraws++) {
		f->redraws = lines_room(r->arena, f->redraws, f->n_redraws, sizeof(*f->redraws));
		struct recusal *d = &f->redraws[f->n_redraws];
		if (!line_number(r->cells[1], 1, INT64_MAX, &d->object) ||
			!line_number(r->cells[2], 1, INT64_MAX, &d->inspector))
			return lines_wrong(r, "this redraw cannot be");
		TRY(lines_next(r));
	}
	return OK;
}

/* Ids parted by commas, growing; "" for nobody. */
static bool ids_read(struct arena *a, const char *s, struct exchange *x)
{
	size_t n = 1;

	if (!*s)
		return true;
	for (const char *c = s; *c; c++)
		n += *c == ',';
	int64_t *ids = NEWS(a, int64_t, n);
	for (size_t i = 0; i < n; i++) {
		size_t length = strcspn(s, ",");
		if (!line_number(arena_copy(a, s, length), 1, INT64_MAX, &ids[i]) ||
			(i && ids[i] <= ids[i - 1]))
			return false;
		s += length + (s[length] == ',');
	}
	x->excluded = ids;
	x->n_excluded = n;
	return true;
}

static bool known_reason(const char *s)
{
	return text_is(s, "leave") || text_is(s, "recusal") || text_is(s, "card");
}

static enum err exchange_lines(struct lines *r, struct draw_file *f)
{
	enum err e;

	while (!(e = lines_next(r)) && lines_is(r, "exchange", 7)) {
		f->exchanges =
			lines_room(r->arena, f->exchanges, f->n_exchanges, sizeof(*f->exchanges));
		struct exchange *x = &f->exchanges[f->n_exchanges];
		x->reason = r->cells[3];
		x->at = r->cells[4];
		if (f->n_exchanges == EXCHANGES_MAX ||
			!line_number(r->cells[1], 1, INT64_MAX, &x->object) ||
			!line_number(r->cells[2], 1, INT64_MAX, &x->from) ||
			!known_reason(x->reason) || !line_plain(x->at) ||
			!ids_read(r->arena, r->cells[5], x) ||
			!line_number(r->cells[6], 1, INT64_MAX, &x->to))
			return lines_wrong(r, "this exchange cannot be");
		f->n_exchanges++;
	}
	if (e)
		return e == E_NOT_FOUND && !f->n_exchanges ? OK : e; /* the draw alone */
	if (!lines_is(r, "end", 1) || r->at != r->in.n)
		return lines_wrong(r, "no such line is expected here");
	return OK;
}

static enum err file_lines(struct lines *r, struct draw_file *f)
{
	int64_t n;

	TRY(file_head(r, f));
	TRY(mixed_lines(r, f));
	TRY(lot_lines(r, f));
	if (!lines_is(r, "snapshot_text", 2) || !line_number(r->cells[1], 1, DRAW_FILE_MAX, &n) ||
		(size_t)n > r->in.n - r->at)
		return lines_wrong(r, "the snapshot and the number of its bytes are expected");
	f->snapshot_text = (struct bytes){ r->in.at + r->at, (size_t)n };
	r->at += (size_t)n;
	f->draw_bytes = r->at;
	for (size_t i = 0; i < f->snapshot_text.n; i++)
		r->line += f->snapshot_text.at[i] == '\n';
	return exchange_lines(r, f);
}

enum err draw_file_parse(struct arena *a, struct bytes in, struct draw_file *f, struct fault *why)
{
	struct lines r = { .arena = a, .in = in, .why = why };

	*f = (struct draw_file){ 0 };
	if (in.n > DRAW_FILE_MAX)
		return fault(why, E_TOO_LARGE, "a file of a draw has at most %d MiB",
			DRAW_FILE_MAX / 1024 / 1024);
	return at_end(&r, file_lines(&r, f));
}
