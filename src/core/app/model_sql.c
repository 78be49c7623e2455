/* INSERT and UPDATE by model. The texts are made once per model and live as long as the app,
 * because statements are cached by their text. */
#include "core/app/model_sql.h"
#include "core/app/private.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FIELDS = 62 };

struct model_sql {
	const struct model *model;
	const char *insert, *update;
	struct model_sql *next;
};

static const char *insert_text(struct arena *a, const struct model *m)
{
	struct buf names = { .arena = a }, marks = { .arena = a };
	int n = 0;
	for (const struct field *f = m->fields; f->type; f++) {
		n++;
		buf_printf(&names, "%s%s", n > 1 ? ", " : "", f->name);
		buf_printf(&marks, "%s$%d", n > 1 ? ", " : "", n);
	}
	return arena_printf(a, "INSERT INTO %s (%s) VALUES (%s)", m->table, names.s, marks.s);
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
		s = NEW(app->arena, struct model_sql);
		*s = (struct model_sql){ m, insert_text(app->arena, m), update_text(app->arena, m),
			app->model_sql };
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
	struct witness **tail = &rq->priv->rows;
	while (*tail)
		tail = &(*tail)->next;
	*tail = w;
}

enum err db_insert(struct req *rq, const struct model *m, void *row)
{
	struct val b[MAX_FIELDS + 2];
	const struct field *id = model_field(m, "id"), *version = model_field(m, "version");

	if (id && id->type == F_I64 && !row_int(id, row))
		row_set_int(id, row, id_new());
	if (version)
		row_set_int(version, row, 1);
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
