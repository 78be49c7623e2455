/* The witnessed rows as they are, against what the facts say of them. */
#include "core/ledger/verification.h"

struct table_check {
	struct verification *v;
	const char *name;
	int table;
};

/* The fact that wrote a row last, in words. Only asked for what is told. */
static const char *writer(struct verification *v, int64_t seq)
{
	struct rows *r = NULL;
	bool more = false;
	const char *words = arena_printf(v->o->arena, "fact %" PRId64, seq);
	if (v->r->wrong.count >= VERIFY_FINDINGS ||
		conn_query(v->c, "SELECT name, at, actor_name FROM ledger WHERE seq = $1",
			BINDS(seq), &r))
		return words;
	if (!rows_next(r, &more) && more) {
		struct fact_row f = { .seq = seq,
			.name = rows_text(r, 0),
			.at = rows_int(r, 1),
			.actor_name = rows_text(r, 2) };
		words = fact_words(v, &f);
	}
	rows_close(r);
	return words;
}

static bool deleted(const struct witness_slot *s)
{
	static const struct digest zero;
	return same_bytes(s->row.b, zero.b, DIGEST);
}

static enum err row_check(void *ctx, int64_t id, const struct digest *d)
{
	struct table_check *t = ctx;
	struct verification *v = t->v;
	struct witness_slot *s = witness_find(v->rows, t->table, id);
	v->r->rows++;
	if (v->r->rows % 10000 == 0)
		progress(v, "rows", v->r->rows, (int64_t)witness_count(v->rows));
	if (!s) {
		found(v, "row %" PRId64 " of %s was added from outside: no fact tells of it", id,
			t->name);
		return OK;
	}
	if (s->seen)
		found(v, "row %" PRId64 " of %s is there twice", id, t->name);
	s->seen = true;
	if (deleted(s))
		found(v,
			"row %" PRId64 " of %s is there again from outside: it was removed with %s",
			id, t->name, writer(v, s->seq));
	else if (!same_bytes(s->row.b, d->b, DIGEST))
		found(v,
			"row %" PRId64
			" of %s was changed from outside after %s, which wrote it last",
			id, t->name, writer(v, s->seq));
	return OK;
}

static bool known(const struct verification *v, const char *table)
{
	for (size_t i = 0; i < v->o->witnesses_n; i++)
		if (text_is(v->o->witnesses[i].table, table))
			return true;
	return false;
}

/* What the facts tell of and no table has. */
static void missing_check(struct verification *v)
{
	for (size_t i = 0; i < witness_count(v->rows); i++) {
		const struct witness_slot *s = witness_nth(v->rows, i);
		const char *table = witness_table_name(v->rows, (int)s->table);
		if (!s->seen && !deleted(s) && known(v, table))
			found(v,
				"row %" PRId64
				" of %s was removed from outside after %s, which wrote it last",
				s->id, table, writer(v, s->seq));
	}
	for (int i = 0; i < witness_tables(v->rows); i++)
		if (!known(v, witness_table_name(v->rows, i)))
			noted(v,
				"the rows of %s were not compared: this program does not know the "
				"table",
				witness_table_name(v->rows, i));
}

enum err verify_rows(struct verification *v)
{
	for (size_t i = 0; i < v->o->witnesses_n; i++) {
		const struct witness_source *s = &v->o->witnesses[i];
		struct table_check t = { v, s->table, witness_table(v->rows, s->table) };
		if (t.table < 0)
			return fault(v->why, E_INTERNAL, "too many tables");
		TRY(s->each(s, v->c, &(struct witness_sink){ row_check, &t }, v->why));
	}
	progress(v, "rows", v->r->rows, (int64_t)witness_count(v->rows));
	missing_check(v);
	return OK;
}
