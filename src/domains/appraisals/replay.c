#include "domains/appraisals/replay.h"

#include "core/base/lines.h"

#include <string.h>

/* ---- reading the list */
static bool is_digest(const char *s)
{
	struct digest d;

	return digest_parse(s, &d);
}

/* "<first> <last>" apart at the blank. */
static bool two_words(struct lines *r, const char *words, const char **first, const char **last)
{
	const char *blank = strchr(words, ' ');

	if (!blank)
		return false;
	*first = arena_copy(r->arena, words, (size_t)(blank - words));
	*last = blank + 1;
	return true;
}

static enum err list_head(struct lines *r, struct sample *s)
{
	int64_t from, to;

	TRY(lines_next(r));
	if (!lines_is(r, "shian-appraisal-list", 2) || !text_is(r->cells[1], "1"))
		return lines_wrong(r, "a list of version 1 is expected");
	TRY(lines_next(r));
	if (!lines_is(r, "round", 2) || !line_number(r->cells[1], 1, INT64_MAX, &s->round))
		return lines_wrong(r, "round and its number are expected");
	TRY(lines_next(r));
	if (!lines_is(r, "title", 2) || !line_plain(r->cells[1]))
		return lines_wrong(r, "title is expected");
	s->title = r->cells[1];
	TRY(lines_next(r));
	if (!lines_is(r, "closed", 2) || !two_words(r, r->cells[1], &s->from_day, &s->to_day) ||
		!date_parse(s->from_day, &from) || !date_parse(s->to_day, &to) || to < from)
		return lines_wrong(r, "closed and two days are expected");
	return lines_next(r);
}

static enum err list_strata(struct lines *r, struct sample *s)
{
	int64_t n;

	for (size_t sum = 0; lines_is(r, "stratum", 4); s->n_strata++, sum += (size_t)n) {
		s->strata = lines_room(r->arena, s->strata, s->n_strata, sizeof(*s->strata));
		struct stratum *t = &s->strata[s->n_strata];
		*t = (struct stratum){ .code = r->cells[1], .first = sum };
		if (!*t->code || !line_plain(t->code) ||
			!line_number(r->cells[2], 1, CANDIDATES_MOST, &n) ||
			!line_number(r->cells[3], 0, n, &t->take) ||
			sum + (size_t)n > CANDIDATES_MOST)
			return lines_wrong(r, "this stratum cannot be");
		t->n = (size_t)n;
		if (s->n_strata && strcmp(t[-1].code, t->code) >= 0)
			return lines_wrong(r, "strata stand in the order of their codes");
		TRY(lines_next(r));
	}
	return OK;
}

static enum err list_cases(struct lines *r, struct sample *s)
{
	for (size_t i = 0; i < s->n_strata; i++)
		for (size_t k = 0; k < s->strata[i].n; k++) {
			s->at = lines_room(r->arena, s->at, s->n, sizeof(*s->at));
			struct candidate *c = &s->at[s->n];
			if (!lines_is(r, "case", 4) || !text_is(r->cells[1], s->strata[i].code))
				return lines_wrong(r, "a case of this stratum is expected");
			*c = (struct candidate){ .stratum = s->strata[i].code,
				.number = r->cells[3] };
			if (!line_number(r->cells[2], 1, INT64_MAX, &c->case_id) ||
				!line_plain(c->number) || (k && c->case_id <= c[-1].case_id))
				return lines_wrong(r, "cases stand in the order of their ids");
			s->n++;
			TRY(lines_next(r));
		}
	return OK;
}

static enum err ends_here(struct lines *r)
{
	return lines_is(r, "end", 1) && r->at == r->in.n
		       ? OK
		       : lines_wrong(r, "no such line is expected here");
}

static enum err list_lines(struct lines *r, struct sample *s)
{
	TRY(list_head(r, s));
	TRY(list_strata(r, s));
	TRY(list_cases(r, s));
	return ends_here(r);
}

static enum err too_early(struct lines *r, enum err e)
{
	return e == E_NOT_FOUND ? fault(r->why, E_INVALID, "the text ends too early") : e;
}

enum err sample_list_parse(struct arena *a, struct bytes in, struct sample *s, struct fault *why)
{
	struct lines r = { .arena = a, .in = in, .blank = true, .why = why };

	*s = (struct sample){ 0 };
	return too_early(&r, list_lines(&r, s));
}

/* ---- reading the file */
static enum err said_digest(struct lines *r, const char *name, const char **out)
{
	TRY(lines_next(r));
	if (!lines_is(r, name, 2) || !is_digest(r->cells[1]))
		return lines_wrong(
			r, arena_printf(r->arena, "%s and 64 small hexadecimal digits are expected",
				   name));
	*out = r->cells[1];
	return OK;
}

static enum err file_head(struct lines *r, struct sample_file *f)
{
	TRY(lines_next(r));
	if (!lines_is(r, "shian-appraisal-draw", 2) || !text_is(r->cells[1], "1"))
		return lines_wrong(r, "this is no file of a sample of version 1");
	TRY(lines_next(r));
	if (!lines_is(r, "round", 2) || !line_number(r->cells[1], 1, INT64_MAX, &f->round))
		return lines_wrong(r, "round and its number are expected");
	TRY(said_digest(r, "commitment", &f->commitment));
	TRY(said_digest(r, "list", &f->list));
	TRY(said_digest(r, "seed", &f->seed));
	return lines_next(r);
}

static enum err file_mixed(struct lines *r, struct sample_file *f)
{
	const char *size;

	f->mixed.head_root = f->mixed.word = "";
	if (lines_is(r, "head", 2)) {
		if (!two_words(r, r->cells[1], &size, &f->mixed.head_root) ||
			!line_number(size, 1, INT64_MAX, &f->mixed.head_size) ||
			!is_digest(f->mixed.head_root))
			return lines_wrong(r, "this head cannot be");
		TRY(lines_next(r));
	}
	if (lines_is(r, "word", 2)) {
		f->mixed.word = r->cells[1];
		if (!*f->mixed.word || !line_plain(f->mixed.word))
			return lines_wrong(r, "this word cannot be");
		TRY(lines_next(r));
	}
	if (!lines_is(r, "numbers", 2) || !line_number(r->cells[1], 0, INT64_MAX, &f->numbers))
		return lines_wrong(r, "numbers and their count are expected");
	return lines_next(r);
}

static enum err file_lines(struct lines *r, struct sample_file *f)
{
	TRY(file_head(r, f));
	TRY(file_mixed(r, f));
	for (; lines_is(r, "drawn", 4) || lines_is(r, "next", 4); f->n++) {
		f->at = lines_room(r->arena, f->at, f->n, sizeof(*f->at));
		struct placed *p = &f->at[f->n];
		*p = (struct placed){ text_is(r->cells[0], "drawn"), r->cells[1], 0, 0 };
		if (f->n == CANDIDATES_MOST || !*p->stratum || !line_plain(p->stratum) ||
			!line_number(r->cells[2], 1, CANDIDATES_MOST, &p->place) ||
			!line_number(r->cells[3], 1, INT64_MAX, &p->case_id))
			return lines_wrong(r, "this place cannot be");
		TRY(lines_next(r));
	}
	if (!lines_is(r, "end", 1))
		return lines_wrong(r, "no such line is expected here");
	f->draw = (struct bytes){ r->in.at, r->at };
	f->list_text = (struct bytes){ r->in.at + r->at, r->in.n - r->at };
	return OK;
}

enum err sample_file_parse(
	struct arena *a, struct bytes in, struct sample_file *f, struct fault *why)
{
	struct lines r = { .arena = a, .in = in, .blank = true, .why = why };

	*f = (struct sample_file){ 0 };
	if (in.n > SAMPLE_FILE_MAX)
		return fault(why, E_TOO_LARGE, "a file of a sample has at most %d MiB",
			SAMPLE_FILE_MAX / 1024 / 1024);
	return too_early(&r, file_lines(&r, f));
}

/* ---- replaying */
static bool note(struct sample_replay *r, enum sample_check c, bool holds, const char *detail)
{
	r->state[c] = holds ? HOLDS : FAILS;
	r->detail[c] = holds ? "" : detail;
	return holds;
}

static const char *place_wrong(struct arena *a, const struct sample_replay *r,
	const struct stratum *t, const size_t *order)
{
	for (size_t k = 0; k < t->n; k++) {
		const struct placed *p = &r->file.at[t->first + k];
		int64_t want = r->sample.at[order[t->first + k]].case_id;
		if (!text_is(p->stratum, t->code) || p->place != (int64_t)k + 1)
			return arena_printf(a, "place %zu of %s is expected, not %" PRId64 " of %s",
				k + 1, t->code, p->place, p->stratum);
		if (p->case_id != want)
			return arena_printf(a,
				"place %zu of %s is %" PRId64 ", the draw gives %" PRId64, k + 1,
				t->code, p->case_id, want);
		if (p->drawn != ((int64_t)k < t->take))
			return arena_printf(
				a, "%" PRId64 " of %s are in the sample", t->take, t->code);
	}
	return NULL;
}

static const char *order_wrong(struct arena *a, const struct sample_replay *r, const size_t *order)
{
	const char *why = NULL;

	if (r->file.n != r->sample.n)
		return arena_printf(
			a, "the file has %zu places, the list %zu cases", r->file.n, r->sample.n);
	for (size_t i = 0; !why && i < r->sample.n_strata; i++)
		why = place_wrong(a, r, &r->sample.strata[i], order);
	return why;
}

static void run_again(struct arena *a, struct sample_replay *r)
{
	size_t *order = NEWS(a, size_t, r->sample.n + 1);
	const char *mixed = contribution_lines(a, &r->file.mixed, ' ');
	uint8_t seed[SEED];
	struct generator g;

	(void)hex_decode(seed, r->file.seed, SEED); /* the parser saw 64 digits */
	generator_start(&g, a, &(struct generator_inputs){ seed, r->file.list, mixed });
	sample_order(&r->sample, &g, order);
	const char *why = order_wrong(a, r, order);
	note(r, SAMPLE_ORDER, !why, why);
	note(r, SAMPLE_NUMBERS, g.taken == r->file.numbers,
		arena_printf(a, "the file says %" PRId64 ", the draw takes %" PRId64,
			r->file.numbers, g.taken));
}

static bool all_hold(const struct sample_replay *r)
{
	for (int i = 0; i < SAMPLE_CHECKS; i++)
		if (r->state[i] != HOLDS)
			return false;
	return true;
}

bool sample_replay(struct arena *a, struct bytes in, struct sample_replay *r)
{
	struct fault why = { 0 };
	uint8_t seed[SEED];

	*r = (struct sample_replay){ .digest = "" };
	for (int i = 0; i < SAMPLE_CHECKS; i++)
		r->detail[i] = "";
	enum err bad = sample_file_parse(a, in, &r->file, &why);
	if (!note(r, SAMPLE_FORMAT, !bad, arena_dup(a, why.text)))
		return false;
	struct digest d = sm3(r->file.draw.at, r->file.draw.n);
	r->digest = digest_hex(a, &d);
	d = sm3(r->file.list_text.at, r->file.list_text.n);
	note(r, SAMPLE_LIST, text_is(digest_hex(a, &d), r->file.list),
		arena_printf(a, "it has %s", digest_hex(a, &d)));
	(void)hex_decode(seed, r->file.seed, SEED);
	d = draw_commitment(a, r->file.list, seed);
	note(r, SAMPLE_COMMITMENT, text_is(digest_hex(a, &d), r->file.commitment),
		arena_printf(a, "the seed gives %s", digest_hex(a, &d)));
	bad = sample_list_parse(a, r->file.list_text, &r->sample, &why);
	if (!bad && r->sample.round != r->file.round)
		bad = fault(&why, E_INVALID, "it is the list of another round");
	if (note(r, SAMPLE_CANDIDATES, !bad, arena_dup(a, why.text)))
		run_again(a, r);
	return all_hold(r);
}
