/* INSERT and UPDATE by model. The texts are made once per model and live as long as the app,
 * because statements are cached by their text. */
#include "core/app/model_sql.h"
#include "core/app/private.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FIELDS = 62, MANY_VALUES = 512 };

struct model_sql {
	const struct model *model;
	const char *insert, *update, *insert_many;
	size_t many; /* rows of insert_many */
	struct model_sql *next;
};

static const char *insert_text(struct arena *a, const struct model *m, size_t rows)
{
	struct buf text = { .arena = a };
	int n = 0;

	buf_printf(&text, "INSERT INTO %s (", m->table);
	for (const struct field *f = m->fields; f->type; f++)
		buf_printf(&text, "%s%s", f == m->fields ? "" : ", ", f->name);
	buf_printf(&text, ") VALUES ");
	for (size_t i = 0; i < rows; i++) {
		buf_printf(&text, "%s(", i ? ", " : "");
		for (const struct field *f = m->fields; f->type; f++)
			buf_printf(&text, "%s$%d", f == m->fields ? "" : ", ", ++n);
		buf_printf(&text, ")");
	}
	return buf_text(&text);
}

/* $1.. are the fields in their order, then the version that was read. */
static const char *update_text(struct arena *a, const struct model *m)
{
	struct buf sets = { .arena = a };
	int n = 0, id = 0;
	for (const struct field *f = m->fields; f->type; f++) {
		n++;
		if (strcmp(f->name, "id") == 0)
			id = n;
		else
			buf_printf(&sets, "%s%s = $%d", sets.n ? ", " : "", f->name, n);
	}
	return arena_printf(a, "UPDATE %s SET %s WHERE id = $%d AND version = $%d", m->table,
		buf_text(&sets), id, n + 1);
}

static const struct model_sql *sql_of(struct app *app, const struct model *m)
{
	pthread_mutex_t *lock = app->locks;
	pthread_mutex_lock(lock);
	struct model_sql *s = app->model_sql;
	while (s && s->model != m)
		s = s->next;
	if (!s) {
		size_t fields = 0;
		while (m->fields[fields].type)
			fields++;
		s = NEW(app->arena, struct model_sql);
		*s = (struct model_sql){ m, insert_text(app->arena, m, 1),
			update_text(app->arena, m), NULL, MANY_VALUES / fields, app->model_sql };
		s->insert_many = insert_text(app->arena, m, s->many);
		app->model_sql = s;
	}
	pthread_mutex_unlock(lock);
	return s;
}

static int bind_all(const struct model *m, const void *row, struct val *b)
{
	int n = 0;
	for (const struct field *f = m->fields; f->type && n < MAX_FIELDS; f++) {
		const char *s = f->type == F_TEXT
					? *(const char *const *)((const char *)row + f->offset)
					: NULL;
		b[n++] = f->type == F_TEXT ? val_text(s ? s : "") : val_int(row_int(f, row));
	}
	b[n] = (struct val){ VAL_END, { .i = 0 } };
	return n;
}

void witness_add(struct req *rq, const struct model *m, const void *row)
{
	if (!m->witnessed)
		return;
	struct witness *w = NEW(rq->arena, struct witness);
	*w = (struct witness){ m->table, row_int(model_field(m, "id"), row),
		model_digest(rq->arena, m, row), NULL };
	if (rq->priv->rows)
		rq->priv->last_row->next = w;
	else
		rq->priv->rows = w;
	rq->priv->last_row = w;
}

static void row_begin(const struct model *m, void *row)
{
	const struct field *id = model_field(m, "id"), *version = model_field(m, "version");

	if (id && id->type == F_I64 && !row_int(id, row))
		row_set_int(id, row, id_new());
	if (version)
		row_set_int(version, row, 1);
}

/* As many rows in a statement as insert_many has; the rest one by one. */
enum err db_insert_all(struct req *rq, const struct model *m, void *rows, size_t n)
{
	const struct model_sql *s = sql_of(rq->app, m);
	struct val b[MANY_VALUES + 1];
	char *row = rows;

	for (; n >= s->many && s->many > 1; n -= s->many) {
		int values = 0;
		for (size_t i = 0; i < s->many; i++) {
			row_begin(m, row + i * m->size);
			values += bind_all(m, row + i * m->size, b + values);
		}
		TRY(db_run_(rq, s->insert_many, b));
		for (size_t i = 0; i < s->many; i++, row += m->size)
			witness_add(rq, m, row);
	}
	for (; n; n--, row += m->size)
		TRY(db_insert(rq, m, row));
	return OK;
}

enum err db_insert(struct req *rq, const struct model *m, void *row)
{
	struct val b[MAX_FIELDS + 2];

	row_begin(m, row);
	bind_all(m, row, b);
	TRY(db_run_(rq, sql_of(rq->app, m)->insert, b));
	witness_add(rq, m, row);
	return OK;
}

enum err db_update(struct req *rq, const struct model *m, void *row)
{
	struct val b[MAX_FIELDS + 2];
	const struct field *version = model_field(m, "version");
	int64_t read = row_int(version, row);

	row_set_int(version, row, read + 1);
	int n = bind_all(m, row, b);
	b[n] = val_int(read);
	b[n + 1] = (struct val){ VAL_END, { .i = 0 } };
	enum err e = db_change_(rq, sql_of(rq->app, m)->update, b);
	if (e)
		return row_set_int(version, row, read), e;
	witness_add(rq, m, row);
	return OK;
}
