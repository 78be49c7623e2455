#include "core/app/finder.h"

#include <stdlib.h>
#include <string.h>

enum {
	COUNT_MAX = 2000, /* rarer than that is rare enough */
	SPELLED_MORE = 3, /* rows looked at for one that pinyin keeps */
	LOOKED_AT = 8000, /* rows looked at for those that fit */
	NEW_MAX = 20000,  /* rows without tokens looked at */
	LACKS = 7	  /* the rank of a code that lacks a word */
};

void find_words(struct req *rq, struct finder *f, const char *q)
{
	f->n = search_words(rq->arena, q, f->words);
}

/* ---- which word proposes ------------------------------------------------------------------- */
struct place {
	size_t word;
	int at; /* by which of its signs */
};
struct ranges {
	const struct search_range *at;
	size_t n;
	int max; /* counted up to this */
};

/* How many tokens lie in the ranges; of many the last ones, where the many are. */
static enum err count_in(struct req *rq, const struct finder *f, const struct ranges *x, int64_t *n)
{
	struct search_range r[FIND_RANGES];
	size_t skip = x->n > FIND_RANGES ? x->n - FIND_RANGES : 0;

	for (size_t k = 0; k < FIND_RANGES; k++)
		r[k] = skip + k < x->n ? x->at[skip + k] : (struct search_range){ 1, 0 };
	return f->source->count(rq, r, x->max, n);
}

/* How many tokens a word has by this sign. */
static enum err count(struct req *rq, const struct finder *f, struct place p, int64_t *n)
{
	struct search_range r[SEARCH_RANGES];

	return count_in(rq, f,
		&(struct ranges){ r, search_ranges(&f->words[p.word], p.at, r), COUNT_MAX }, n);
}

static bool all_passive(const struct finder *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->passive[i])
			return false;
	return true;
}

static enum err choose(struct req *rq, struct finder *f)
{
	int64_t least = INT64_MAX, n;
	bool any = all_passive(f);

	if (f->n == 1 && f->words[0].places == 1)
		return OK;
	for (size_t i = 0; i < f->n && least; i++) {
		int step = (f->words[i].places - 1) / 5 + 1; /* six places of a long word do */
		if (f->passive[i] && !any)
			continue;
		for (int at = 0; at < f->words[i].places && least; at += step) {
			TRY(count(rq, f, (struct place){ i, at }, &n));
			if (n >= least)
				continue;
			least = n;
			f->driver = i;
			f->at = at;
		}
	}
	return OK;
}

/* ---- which rows stay ----------------------------------------------------------------------- */
static int rank_of(const struct finder *f, const struct find_hit *h)
{
	int sum = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct search_word *w = &f->words[i];
		int best = search_rank(w, h->name), r;
		for (size_t k = 0; k < FIND_CODES && h->codes[k]; k++)
			if ((r = search_code_rank(w, h->codes[k])) < best)
				best = r;
		sum += best;
	}
	return sum;
}

static bool holds(const struct search_word *w, const struct find_hit *h)
{
	if (!w->spelled) /* SQL has looked */
		return true;
	for (size_t k = 0; k < FIND_CODES && h->codes[k]; k++)
		if (search_code_rank(w, h->codes[k]) < LACKS)
			return true;
	return search_holds(w, h->name, h->all);
}

static bool holds_all(const struct finder *f, const struct find_hit *h)
{
	for (size_t i = 0; i < f->n; i++)
		if (!holds(&f->words[i], h))
			return false;
	return true;
}

void find_keep(struct req *rq, struct finder *f, const struct list *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct find_hit h = { .row = (const char *)rows->at + i * f->source->row_size };
		f->source->look(h.row, &h);
		if (!holds_all(f, &h))
			continue;
		if (f->found == f->room) {
			struct find_hit *was = f->hits;
			f->room = f->room ? f->room * 2 : 256;
			f->hits = NEWS(rq->arena, struct find_hit, f->room);
			if (f->found)
				memcpy(f->hits, was, f->found * sizeof(*was));
		}
		h.rank = rank_of(f, &h);
		f->hits[f->found++] = h;
	}
}

/* ---- which come first ---------------------------------------------------------------------- */
static int by_id(const void *a, const void *b)
{
	const struct find_hit *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_rank(const void *a, const void *b)
{
	const struct find_hit *x = a, *y = b;
	int names;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	names = strcmp(x->name, y->name);
	return names ? names : by_id(a, b);
}

static void once_each(struct finder *f)
{
	size_t n = 0;

	if (f->found)
		qsort(f->hits, f->found, sizeof(*f->hits), by_id);
	for (size_t i = 0; i < f->found; i++)
		if (!n || f->hits[n - 1].id != f->hits[i].id)
			f->hits[n++] = f->hits[i];
	f->found = n;
}

/* Every row with a token has the word: nothing else is asked, and the token holds all of it. */
static bool proves(const struct finder *f)
{
	return f->n == 1 && !f->filtered && (f->words[0].spelled || f->words[0].signs <= 3);
}

static bool spelled_beside(const struct finder *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (i != f->driver && f->words[i].spelled)
			return true;
	return false;
}

/* Who wants more hits than a page shows, a download of the whole list, has as many looked at. */
static void set_limits(struct finder *f)
{
	int64_t most = f->max > LOOKED_AT ? (int64_t)f->max : LOOKED_AT;

	f->new_max = NEW_MAX;
	f->limit = (int64_t)f->max;
	if (spelled_beside(f))
		f->limit = most;
	else if (f->words[f->driver].spelled)
		f->limit *= SPELLED_MORE;
	if (f->limit > most)
		f->limit = most;
	f->looked = proves(f) ? f->limit : most;
}

/* Were there more rows than were looked at? */
static enum err see_cut(struct req *rq, struct finder *f, const struct search_range *one, size_t n)
{
	int64_t there;

	if ((int64_t)n == f->limit)
		f->cut = true;
	if (f->cut || proves(f))
		return OK;
	TRY(count_in(rq, f, &(struct ranges){ one, 1, (int)f->looked + 1 }, &there));
	f->cut = there > f->looked;
	return OK;
}

enum err find_rows(struct req *rq, struct finder *f)
{
	struct search_range ranges[SEARCH_RANGES];
	struct list l;

	TRY(choose(rq, f));
	set_limits(f);
	TRY(f->source->propose(rq, f, NULL, &l));
	find_keep(rq, f, &l);
	f->cut = f->cut || (int64_t)l.n == f->new_max;
	size_t n = search_ranges(&f->words[f->driver], f->at, ranges);
	for (size_t i = 0; i < n && f->found < f->max; i++) {
		TRY(f->source->propose(rq, f, &ranges[i], &l));
		find_keep(rq, f, &l);
		TRY(see_cut(rq, f, &ranges[i], l.n));
		once_each(f);
	}
	once_each(f);
	f->cut = f->cut || f->found >= f->max;
	if (f->found)
		qsort(f->hits, f->found, sizeof(*f->hits), by_rank);
	return OK;
}
