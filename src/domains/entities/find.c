/* Finding operators by words. The rarest word (of a long one its rarest three signs) proposes rows
 * out of the tokens, SQL passes over those that lack another word or do not pass a filter, pinyin
 * is decided here; what is left is put in order by how well it fits. */
#include "domains/entities/find.h"

#include "core/app/search.h"

#include <stdlib.h>
#include <string.h>

enum {
	COUNT_MAX = 2000,	/* rarer than that is rare enough */
	SPELLED_MORE = 4,	/* rows looked at for one that pinyin keeps */
	SPELLED_BESIDE = 20000, /* the same when another word proposes */
	NEW_MAX = 20000		/* rows without tokens looked at */
};

struct search {
	const struct find *find;
	struct search_word words[SEARCH_WORDS];
	size_t n, driver; /* driver: the word that proposes */
	int at;		  /* by which sign */
	size_t max;	  /* rows wanted */
	int64_t limit;	  /* rows looked at, a range */
	struct operator_row *rows;
	size_t found, room;
};

/* ---- which word proposes --------------------------------------------------- */
/* How many tokens a word has by this sign, up to COUNT_MAX; of many ranges the last five, where
 * the many are. */
static enum err count(struct req *rq, const struct search_word *w, int at, int64_t *n)
{
	struct search_range r[SEARCH_RANGES + 5];
	size_t all = search_ranges(w, at, r), i = all > 5 ? all - 5 : 0;

	for (size_t k = all; k < i + 5; k++)
		r[k] = (struct search_range){ 1, 0 };
	return db_int(rq, n,
		"SELECT count(*) FROM ("
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $1 AND $2 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $3 AND $4 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $5 AND $6 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $7 AND $8 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $9 AND $10 LIMIT $11) x",
		r[i].from, r[i].to, r[i + 1].from, r[i + 1].to, r[i + 2].from, r[i + 2].to,
		r[i + 3].from, r[i + 3].to, r[i + 4].from, r[i + 4].to, (int)COUNT_MAX);
}

static enum err choose(struct req *rq, struct search *s)
{
	int64_t least = INT64_MAX, n;

	if (s->n == 1 && s->words[0].places == 1)
		return OK;
	for (size_t i = 0; i < s->n && least; i++) {
		const struct search_word *w = &s->words[i];
		int step = (w->places - 1) / 5 + 1; /* six places of a long word are enough */
		for (int at = 0; at < w->places && least; at += step) {
			TRY(count(rq, w, at, &n));
			if (n >= least)
				continue;
			least = n;
			s->driver = i;
			s->at = at;
		}
	}
	return OK;
}

#define ROW_COLUMNS                                                                                \
	"o.id, o.name, o.uscc, o.licence_no, o.licence_valid_to, o.kind, o.address,"               \
	" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town,"                \
	" o.phone, o.state, coalesce(g.colour, 'none') AS colour,"                                 \
	" coalesce(g.letter, '') AS letter, o.code, o.search, coalesce(c.percent, -1) AS complete"
#define ROW_JOINS                                                                                  \
	" LEFT JOIN pub_grades g ON g.operator = o.id"                                             \
	" LEFT JOIN file_completeness c ON c.operator = o.id"

/* ---- rows ------------------------------------------------------------------ */
static enum err propose(
	struct req *rq, const struct search *s, const struct search_range *r, struct list *out)
{
	const struct find *f = s->find;

	return db_all(rq, &operator_row_model, out,
		"SELECT " ROW_COLUMNS
		" FROM operator_tokens t CROSS JOIN operators o CROSS JOIN areas a" ROW_JOINS
		" WHERE t.token BETWEEN $2 AND $3 AND (CAST($4 AS bigint) = 0 OR t.area = $4)"
		" AND o.id = t.operator AND a.id = o.area AND ($5 = '' OR o.kind = $5)"
		" AND ($6 = '' OR coalesce(g.colour, 'none') = $6)"
		" AND o.search || lower(o.code) LIKE $7 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $8 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $9 ESCAPE '\\'"
		" ORDER BY t.token, t.operator LIMIT $10",
		rq->zh, r->from, r->to, f->town, f->kind, f->colour, s->words[0].like,
		s->words[1].like, s->words[2].like, s->limit);
}

/* Those without tokens yet, each looked at. */
static enum err propose_new(struct req *rq, const struct search *s, struct list *out)
{
	const struct find *f = s->find;

	return db_all(rq, &operator_row_model, out,
		"SELECT " ROW_COLUMNS
		" FROM operator_unindexed u CROSS JOIN operators o CROSS JOIN areas a" ROW_JOINS
		" WHERE o.id = u.operator AND a.id = o.area"
		" AND (CAST($2 AS bigint) = 0 OR o.area = $2) AND ($3 = '' OR o.kind = $3)"
		" AND ($4 = '' OR coalesce(g.colour, 'none') = $4)"
		" AND o.search || lower(o.code) LIKE $5 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $6 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $7 ESCAPE '\\'"
		" ORDER BY u.operator LIMIT $8",
		rq->zh, f->town, f->kind, f->colour, s->words[0].like, s->words[1].like,
		s->words[2].like, (int)NEW_MAX);
}

static int rank_of(const struct search *s, const struct operator_row *o)
{
	int sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct search_word *w = &s->words[i];
		const char *const codes[] = { o->licence_no, o->uscc, o->phone, o->code };
		int best = search_rank(w, o->name), r;
		for (size_t k = 0; k < sizeof(codes) / sizeof(*codes); k++)
			if ((r = search_code_rank(w, codes[k])) < best)
				best = r;
		sum += best;
	}
	return sum;
}

static bool holds_all(const struct search *s, const struct operator_row *o)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!s->words[i].spelled)
			continue; /* SQL has looked */
		if (!search_holds(&s->words[i], o->name, o->search) &&
			search_code_rank(&s->words[i], o->code) == 7)
			return false;
	}
	return true;
}

static void keep(struct req *rq, struct search *s, const struct list *l)
{
	for (const struct operator_row *o = LIST_OF(struct operator_row, l);
		o < LIST_END(struct operator_row, l); o++) {
		if (!holds_all(s, o))
			continue;
		if (s->found == s->room) {
			struct operator_row *was = s->rows;
			s->room = s->room ? s->room * 2 : 256;
			s->rows = NEWS(rq->arena, struct operator_row, s->room);
			if (s->found)
				memcpy(s->rows, was, s->found * sizeof(*was));
		}
		s->rows[s->found] = *o;
		s->rows[s->found++].rank = rank_of(s, o);
	}
}

static int by_id(const void *a, const void *b)
{
	const struct operator_row *x = a, *y = b;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_rank(const void *a, const void *b)
{
	const struct operator_row *x = a, *y = b;
	int names;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	names = strcmp(x->name, y->name);
	return names ? names : by_id(a, b);
}

static void once_each(struct search *s)
{
	size_t n = 0;

	if (s->found)
		qsort(s->rows, s->found, sizeof(*s->rows), by_id);
	for (size_t i = 0; i < s->found; i++)
		if (!n || s->rows[n - 1].id != s->rows[i].id)
			s->rows[n++] = s->rows[i];
	s->found = n;
}

static bool spelled_beside(const struct search *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (i != s->driver && s->words[i].spelled)
			return true;
	return false;
}

enum err find_operators(struct req *rq, struct find *f, struct paging p, struct list *out)
{
	struct search s = { .find = f, .max = p.limit > FIND_MAX ? (size_t)p.limit : FIND_MAX };
	struct search_range ranges[SEARCH_RANGES];
	struct list l;

	s.n = search_words(rq->arena, f->q, s.words);
	TRY(choose(rq, &s));
	s.limit = (int64_t)s.max;
	if (spelled_beside(&s))
		s.limit = s.limit < SPELLED_BESIDE ? SPELLED_BESIDE : s.limit;
	else if (s.words[s.driver].spelled)
		s.limit *= SPELLED_MORE;
	TRY(propose_new(rq, &s, &l));
	keep(rq, &s, &l);
	f->cut = l.n == NEW_MAX;
	size_t n = search_ranges(&s.words[s.driver], s.at, ranges);
	for (size_t i = 0; i < n && s.found < s.max; i++) {
		TRY(propose(rq, &s, &ranges[i], &l));
		keep(rq, &s, &l);
		f->cut = f->cut || (int64_t)l.n == s.limit;
		once_each(&s);
	}
	f->cut = f->cut || s.found >= s.max;
	if (s.found)
		qsort(s.rows, s.found, sizeof(*s.rows), by_rank);
	size_t from = (size_t)p.offset < s.found ? (size_t)p.offset : s.found;
	*out = (struct list){ s.rows + from, s.found - from };
	if (out->n > (size_t)p.limit)
		out->n = (size_t)p.limit;
	if (!s.rows)
		out->at = NEW(rq->arena, struct operator_row);
	return OK;
}
