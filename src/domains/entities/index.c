/* The tokens by which operators are found: made for new operators many at once, by the minute, and
 * kept with every change after that. */
#include "core/app/search.h"
#include "domains/entities/entities.h"

#include <stdlib.h>
#include <string.h>

/* A slice touches nearly every page of the table of tokens, and on SQLite nobody else writes
 * meanwhile: large, but done in a second or two. */
enum { INDEX_SLICE = 5000, ROWS_A_STATEMENT = 10 };

static void tokens_of(struct req *rq, const struct operator* o, struct search_tokens *out)
{
	*out = (struct search_tokens){ .arena = rq->arena };
	if (!o)
		return;
	search_add_name(out, o->name);
	search_add_text(out, o->address);
	search_add_text(out, o->legal_person);
	search_add_code(out, o->uscc);
	search_add_code(out, o->licence_no);
	search_add_code(out, o->phone);
	search_add_code(out, o->code);
	search_sort(out);
}

/* Those of a that b lacks; both sorted. */
static void only_in(
	const struct search_tokens *a, const struct search_tokens *b, struct search_tokens *out)
{
	*out = (struct search_tokens){ .arena = a->arena,
		.at = NEWS(a->arena, int64_t, a->n + ROWS_A_STATEMENT) };
	for (size_t i = 0, k = 0; i < a->n; i++) {
		while (k < b->n && b->at[k] < a->at[i])
			k++;
		if (k == b->n || b->at[k] != a->at[i])
			out->at[out->n++] = a->at[i];
	}
}

/* Ten a statement: what is left over repeats the last one, which changes nothing. */
static void fill(struct search_tokens *t)
{
	for (size_t i = t->n; i % ROWS_A_STATEMENT; i++)
		t->at[i] = t->at[t->n - 1];
}

static enum err add_tokens(struct req *rq, const struct operator* o, struct search_tokens *t)
{
	fill(t);
	for (size_t i = 0; i < t->n; i += ROWS_A_STATEMENT) {
		const int64_t *x = t->at + i;
		TRY(db_run(rq,
			"INSERT INTO operator_tokens (token, operator, area) VALUES ($3, $1, $2),"
			" ($4, $1, $2), ($5, $1, $2), ($6, $1, $2), ($7, $1, $2), ($8, $1, $2),"
			" ($9, $1, $2), ($10, $1, $2), ($11, $1, $2), ($12, $1, $2)"
			" ON CONFLICT DO NOTHING",
			o->id, o->area, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8],
			x[9]));
	}
	return OK;
}

static enum err remove_tokens(struct req *rq, const struct operator* o, struct search_tokens *t)
{
	fill(t);
	for (size_t i = 0; i < t->n; i += ROWS_A_STATEMENT) {
		const int64_t *x = t->at + i;
		TRY(db_run(rq,
			"DELETE FROM operator_tokens WHERE operator = $1 AND area = $2 AND token IN"
			" ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
			o->id, o->area, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8],
			x[9]));
	}
	return OK;
}

enum err operator_index(struct req *rq, const struct operator* o, const struct operator* before)
{
	struct search_tokens now, was, gone, come, none = { .arena = rq->arena };

	if (!before)
		return db_run(rq, "INSERT INTO operator_unindexed (operator) VALUES ($1)", o->id);
	bool moved = before->area != o->area;
	tokens_of(rq, o, &now);
	tokens_of(rq, before, &was);
	only_in(&was, moved ? &none : &now, &gone);
	only_in(&now, moved ? &none : &was, &come);
	TRY(remove_tokens(rq, before, &gone));
	return add_tokens(rq, o, &come);
}

/* ---- many at once ---------------------------------------------------------- */
struct token_row {
	int64_t token, operator, area;
};
struct token_rows {
	struct token_row *at;
	size_t n, room;
};

static void take_rows(struct req *rq, struct token_rows *all, const struct operator* o)
{
	struct search_tokens t;

	tokens_of(rq, o, &t);
	if (all->n + t.n > all->room) {
		struct token_row *was = all->at;
		all->room = (all->n + t.n) * 2;
		all->at = NEWS(rq->arena, struct token_row, all->room);
		if (all->n)
			memcpy(all->at, was, all->n * sizeof(*was));
	}
	for (size_t i = 0; i < t.n; i++)
		all->at[all->n++] = (struct token_row){ t.at[i], o->id, o->area };
}

static int by_token(const void *a, const void *b)
{
	const struct token_row *x = a, *y = b;
	if (x->token != y->token)
		return x->token < y->token ? -1 : 1;
	return x->operator<y->operator? -1 : x->operator> y->operator;
}

/* In the order of the table, and one a statement: of several rows SQLite keeps a journal for each
 * statement, whose end costs the more the longer the transaction is. */
static enum err add_rows(struct req *rq, struct token_rows *all)
{
	if (all->n)
		qsort(all->at, all->n, sizeof(*all->at), by_token);
	for (size_t i = 0; i < all->n; i++)
		TRY(db_run(rq,
			"INSERT INTO operator_tokens (token, operator, area) VALUES ($1, $2, $3)"
			" ON CONFLICT DO NOTHING",
			all->at[i].token, all->at[i].operator, all->at[i].area));
	return OK;
}

enum err index_every_minute(struct req *rq)
{
	int64_t waiting;

	TRY(db_int(
		rq, &waiting, "SELECT count(*) FROM (SELECT 1 FROM operator_unindexed LIMIT 1) x"));
	return waiting ? job_add(rq, .kind = "entities.index") : OK;
}

enum err index_job_run(struct req *rq, const struct job *j, void *result)
{
	struct token_rows all = { 0 };
	struct list l;

	(void)j, (void)result;
	TRY(db_all(rq, &operator_model, &l,
		"SELECT o.* FROM operator_unindexed u JOIN operators o ON o.id = u.operator"
		" ORDER BY u.operator LIMIT $1",
		(int)INDEX_SLICE));
	if (!l.n)
		return OK;
	for (const struct operator* o = LIST_OF(struct operator, & l);
		o < LIST_END(struct operator, & l); o++)
		take_rows(rq, &all, o);
	TRY(add_rows(rq, &all));
	TRY(db_run(rq, "DELETE FROM operator_unindexed WHERE operator <= $1",
		(LIST_END(struct operator, & l) - 1)->id));
	return l.n < INDEX_SLICE ? OK : job_add(rq, .kind = "entities.index");
}
