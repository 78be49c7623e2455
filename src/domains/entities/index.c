/* The tokens by which operators are found, kept with every change; and a job that makes them for
 * operators registered before there were any. */
#include "core/app/search.h"
#include "domains/entities/entities.h"

enum { INDEX_SLICE = 1000, ROWS_A_STATEMENT = 10 };

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
	bool moved = before && before->area != o->area;

	tokens_of(rq, o, &now);
	tokens_of(rq, before, &was);
	only_in(&was, moved ? &none : &now, &gone);
	only_in(&now, moved ? &none : &was, &come);
	if (before)
		TRY(remove_tokens(rq, before, &gone));
	return add_tokens(rq, o, &come);
}

/* ---- operators of before --------------------------------------------------- */
enum err index_every_minute(struct req *rq)
{
	int64_t waiting;

	TRY(db_int(rq, &waiting,
		"SELECT count(*) FROM operator_index WHERE started = 0 AND done_to < $1",
		INT64_MAX));
	if (!waiting)
		return OK;
	TRY(db_run(rq, "UPDATE operator_index SET started = 1"));
	return job_add(rq, .kind = "entities.index");
}

enum err index_job_run(struct req *rq, const struct job *j, void *result)
{
	struct list l;
	int64_t done;

	(void)j, (void)result;
	TRY(db_int(rq, &done, "SELECT done_to FROM operator_index"));
	TRY(db_all(rq, &operator_model, &l,
		"SELECT * FROM operators WHERE id > $1 ORDER BY id LIMIT $2", done,
		(int)INDEX_SLICE));
	for (const struct operator* o = LIST_OF(struct operator, & l);
		o < LIST_END(struct operator, & l); o++) {
		TRY(operator_index(rq, o, NULL));
		done = o->id;
	}
	if (l.n < INDEX_SLICE)
		done = INT64_MAX;
	TRY(db_run(rq, "UPDATE operator_index SET done_to = $1", done));
	return l.n < INDEX_SLICE ? OK : job_add(rq, .kind = "entities.index");
}
