#include "proof_rows.h"

#include "core/app/app.h"

#include <stdio.h>
#include <string.h>

enum { MODELS_MAX = 256 };

struct row_found {
	const struct model *m;
	int64_t id;
	struct buf bytes;
};

static bool row_names(const struct model *m, const void *row, const char *sm3_hex)
{
	for (const struct field *f = m->fields; f->type; f++)
		if (f->type == F_TEXT &&
			text_is(*(const char *const *)((const char *)row + f->offset), sm3_hex))
			return true;
	return false;
}

/* E_NOT_FOUND: no row of this table. The text of the statement outlives the process: the name of a
 * table is one of ours. */
static enum err row_of(struct req *rq, const char *sm3_hex, struct row_found *out)
{
	const struct model *m = out->m;
	static char texts[MODELS_MAX][128];
	static int n;
	char *sql = texts[n++ % MODELS_MAX];
	struct rows *r;
	bool more = false;
	struct fault why = { 0 };

	snprintf(sql, sizeof(texts[0]), "SELECT * FROM %s ORDER BY id", m->table);
	TRY(conn_query(rq_conn(rq), sql, BINDS(), &r));
	struct arena *each = arena_new();
	void *row = arena_alloc(rq->arena, m->size);
	enum err e;
	while (!(e = rows_next(r, &more)) && more && !out->id) {
		e = model_read_row(each, m, row, r, &why);
		if (e)
			break;
		if (row_names(m, row, sm3_hex)) {
			out->id = row_int(model_field(m, "id"), row);
			model_bytes(&out->bytes, m, row);
		}
		arena_reset(each);
	}
	rows_close(r);
	arena_free(each);
	return e ? e : out->id ? OK : E_NOT_FOUND;
}

/* The last fact that witnessed the row as it is. */
static enum err row_proof(struct req *rq, const struct row_found *row, const struct tree_head *head,
	struct proof_file *out)
{
	struct digest d = sm3(row->bytes.s, row->bytes.n);
	int64_t seq = 0;

	TRY(db_int(rq, &seq, "SELECT coalesce(max(seq), 0) FROM ledger WHERE rows LIKE $1",
		arena_printf(rq->arena, "%%%s:%" PRId64 ":%s;%%", row->m->table, row->id,
			digest_hex(rq->arena, &d))));
	if (!seq)
		return fail(rq, E_CONFLICT,
			"row %" PRId64 " of %s names this file, but no fact tells of the row as "
			"it is: it was changed from outside",
			row->id, row->m->table);
	TRY(proof_of_fact(rq, seq, head, out));
	out->table = row->m->table;
	out->row_id = row->id;
	out->row = (struct bytes){ (const uint8_t *)row->bytes.s, row->bytes.n };
	return OK;
}

enum err proof_of_row_file(
	struct req *rq, const char *sm3_hex, const struct tree_head *head, struct proof_file *out)
{
	for (const struct module *const *mod = rq->app->modules; *mod; mod++)
		for (const struct model *const *m = (*mod)->models; m && *m; m++) {
			struct row_found row = { .m = *m, .bytes = { .arena = rq->arena } };
			enum err e = row_of(rq, sm3_hex, &row);
			if (e == E_NOT_FOUND)
				continue;
			TRY(e);
			TRY(row_proof(rq, &row, head, out));
			out->sm3 = sm3_hex;
			return OK;
		}
	return fail(rq, E_NOT_FOUND, "No record names this file.");
}
