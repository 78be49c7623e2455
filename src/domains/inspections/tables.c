/* Check tables as data: compiled in (rules/inspections), or brought in by an administrator. A
 * version that is there is never changed; which one counts is decided by its first day. */
#include "contracts/facts.h"
#include "domains/inspections/protocol.h"
#include "domains/inspections/table_csv.h"

#include <string.h>

enum { FILE_MAX = 1 << 20 };

const struct model check_table_model = MODEL("check_tables", struct check_table_row,
	.witnessed = true,
	FIELDS(STORED(struct check_table_row, id, .as = AS_ID),
		STORED(struct check_table_row, version), STORED(struct check_table_row, table_id),
		STORED(struct check_table_row, table_version),
		STORED(struct check_table_row, title),
		STORED(struct check_table_row, valid_from, .as = AS_DATE),
		STORED(struct check_table_row, items), STORED(struct check_table_row, key_items),
		STORED(struct check_table_row, data), STORED(struct check_table_row, sm3),
		STORED(struct check_table_row, sha256),
		STORED(struct check_table_row, imported_by, .as = AS_ID),
		STORED(struct check_table_row, imported_at, .as = AS_TIME)));

/* ---- finding ------------------------------------------------------------------------------ */
static bool compiled_in(struct req *rq, const char *id)
{
	const struct node *law;

	if (rules(rq, "inspections/tables", rq->now, &law))
		return false;
	NODE_EACH (n, node_find(law, "tables"))
		if (n->type == NODE_TEXT && text_is(n->s, id))
			return true;
	return false;
}

static int64_t first_day(const struct node *n)
{
	int64_t at = 0;
	return date_parse(node_text(n, "valid_from", ""), &at) ? at : 0;
}

static enum err unusable(struct req *rq, const struct fault *why)
{
	return fail(rq, E_INTERNAL, "The check table is not usable: %s", why->text);
}

static enum err read_stored(struct req *rq, const char *text, struct check_table *out)
{
	struct fault why = { 0 };
	struct node *n;

	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why) ||
		check_table_read(n, out, &why))
		return unusable(rq, &why);
	return OK;
}

/* The newest stored version in force: its data and first day, or "". */
static enum err stored_in_force(
	struct req *rq, const char *id, int64_t at, struct check_table_row *row)
{
	struct list l;

	*row = (struct check_table_row){ .data = "" };
	TRY(db_all(rq, &check_table_model, &l,
		"SELECT * FROM check_tables WHERE table_id = $1 AND valid_from <= $2 ORDER BY "
		"valid_from DESC, id DESC LIMIT 1",
		id, at));
	if (l.n)
		*row = *LIST_OF(struct check_table_row, &l);
	return OK;
}

enum err table_in_force(struct req *rq, const char *id, int64_t at, struct check_table *out)
{
	struct check_table_row row;
	const struct node *law = NULL;
	struct fault why = { 0 };

	TRY(stored_in_force(rq, id, at, &row));
	if (compiled_in(rq, id))
		TRY(rules(rq, arena_printf(rq->arena, "inspections/%s", id), at, &law));
	if (*row.data && (!law || row.valid_from >= first_day(law)))
		return read_stored(rq, row.data, out);
	if (!law)
		return fail(rq, E_NOT_FOUND, "There is no such check table.");
	return check_table_read(law, out, &why) ? unusable(rq, &why) : OK;
}

enum err table_version_load(
	struct req *rq, const char *id, const char *version, struct check_table *out)
{
	struct list l;
	struct fault why = { 0 };
	const struct node *law;

	TRY(db_all(rq, &check_table_model, &l,
		"SELECT * FROM check_tables WHERE table_id = $1 AND table_version = $2", id,
		version));
	if (l.n)
		return read_stored(rq, LIST_OF(struct check_table_row, &l)->data, out);
	const char *name = arena_printf(rq->arena, "inspections/%s", id);
	for (int64_t at = rq->now; compiled_in(rq, id) && !rules(rq, name, at, &law);
		at = first_day(law) - 1)
		if (text_is(node_text(law, "version", ""), version))
			return check_table_read(law, out, &why) ? unusable(rq, &why) : OK;
	return fail(rq, E_NOT_FOUND, "There is no such check table.");
}

enum err table_of_kind(struct req *rq, const char *kind, const char **id)
{
	const struct node *law;

	TRY(rules(rq, "inspections/tables", rq->now, &law));
	*id = node_text(law, "usual", "catering");
	NODE_EACH (n, node_find(law, "kinds"))
		if (text_is(n->name, kind))
			*id = n->s;
	return OK;
}

/* ---- screens ------------------------------------------------------------------------------ */
static void put_version(struct req *rq, struct node *list, const struct check_table *t)
{
	struct node *n = put_map(list, NULL);
	int keys = 0;

	for (int i = 0; i < t->n; i++)
		keys += t->items[i].key;
	put_text(n, "table_id", t->id);
	put_text(n, "table_version", t->version);
	put_text(n, "title", t->title);
	put_int(n, "items", t->n);
	put_int(n, "key_items", keys);
	put_printf(n, "path", "/inspections/tables/%s?version=%s", t->id,
		url_encode(rq->arena, t->version));
}

static enum err put_compiled(struct req *rq)
{
	struct node *list = put_list(rq->view, "compiled");
	const struct node *law, *data;
	struct fault why = { 0 };

	TRY(rules(rq, "inspections/tables", rq->now, &law));
	NODE_EACH (n, node_find(law, "tables")) {
		struct check_table *t = NEW(rq->arena, struct check_table);
		TRY(rules(rq, arena_printf(rq->arena, "inspections/%s", n->s), rq->now, &data));
		if (check_table_read(data, t, &why))
			return unusable(rq, &why);
		put_version(rq, list, t);
		put_text(list->last, "valid_from", node_text(data, "valid_from", ""));
	}
	return OK;
}

enum err tables_page(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &check_table_model, &l,
		"SELECT * FROM check_tables ORDER BY table_id, valid_from DESC, id DESC"));
	for (struct check_table_row *r = LIST_OF(struct check_table_row, &l);
		r < LIST_END(struct check_table_row, &l); r++)
		r->data = "";
	show_table(rq, "tables", &check_table_model, &l);
	TRY(put_compiled(rq));
	put_flag(rq->view, "may_import", may(rq, SETTING_ADMIN));
	return page(rq, "inspections/tables");
}

enum err table_page(struct req *rq)
{
	struct check_table *t = NEW(rq->arena, struct check_table);
	const char *version = query_text(rq, "version");

	if (*version)
		TRY(table_version_load(rq, rq->key, version, t));
	else
		TRY(table_in_force(rq, rq->key, rq->now, t));
	put_text(rq->view, "title", t->title);
	put_text(rq->view, "table_version", t->version);
	put_int(rq->view, "min_key", t->min_key);
	put_int(rq->view, "min_general", t->min_general);
	struct node *items = put_list(rq->view, "items");
	for (int i = 0; i < t->n; i++) {
		struct node *n = put_map(items, NULL);
		put_text(n, "no", t->items[i].no);
		put_text(n, "text",
			rq->zh || !*t->items[i].text_en ? t->items[i].text : t->items[i].text_en);
		put_text(n, "group", t->group_title[t->items[i].group]);
		put_flag(n, "key", t->items[i].key);
	}
	return page(rq, "inspections/table");
}

/* ---- import ------------------------------------------------------------------------------- */
enum err tables_new(struct req *rq)
{
	return page(rq, "inspections/tables_new");
}

static enum err refused(struct req *rq, const char *text)
{
	field_error(rq, "file", "%s", text);
	rq->status = E_INVALID;
	return form_again(rq, "inspections/tables_new");
}

static enum err file_text(struct req *rq, const struct http_file *f, const char **text)
{
	struct fault why = { 0 };
	struct bytes b;

	if (f->size > FILE_MAX || file_read(rq->arena, f->path, FILE_MAX, &b, &why))
		return fail(rq, E_TOO_LARGE, "A check table has at most 1 MiB.");
	*text = arena_copy(rq->arena, (const char *)b.at, b.n);
	return OK;
}

static bool name_good(const char *s)
{
	size_t n = strlen(s);
	return n && n <= 40 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

/* A description (JSON) or, with the head given in the form, rows (CSV): the same tree. */
static const char *tree_of(struct req *rq, const char *text, struct node **n, struct fault *why)
{
	if (*text == '{' || text_starts(text, "\xef\xbb\xbf{")) {
		const char *at = *text == '{' ? text : text + 3;
		return json_parse(
			       rq->arena, (struct bytes){ (const uint8_t *)at, strlen(at) }, n, why)
			       ? why->text
			       : NULL;
	}
	*n = node_map(rq->arena);
	put_text(*n, "table_id", form_text(rq, "table_id"));
	put_text(*n, "version", form_text(rq, "version"));
	put_text(*n, "title", form_text(rq, "title"));
	put_text(*n, "valid_from", form_text(rq, "valid_from"));
	struct node *minimum = put_map(*n, "minimum");
	put_int(minimum, "key", form_int(rq, "min_key", 3));
	put_int(minimum, "general", form_int(rq, "min_general", 7));
	return check_table_rows(rq->arena, text, *n);
}

static const char *table_wrong(struct req *rq, const struct node *n, struct check_table *t)
{
	struct fault why = { 0 };
	int keys = 0;

	if (check_table_read(n, t, &why))
		return arena_dup(rq->arena, why.text);
	for (int i = 0; i < t->n; i++)
		keys += t->items[i].key;
	if (!name_good(t->id) || !*t->title || utf8_length(t->version) > 40)
		return tr(rq, "The table needs a name in small letters, a title and a version.");
	if (!first_day(n))
		return tr(rq, "The table needs the day from which it counts (2026-11-23).");
	if (t->min_key < 0 || t->min_key > keys || t->min_general < 1 ||
		t->min_general > t->n - keys)
		return tr(rq, "The table has fewer items than each check has to judge.");
	return NULL;
}

static enum err import_keep(struct req *rq, const struct node *n, const struct check_table *t)
{
	struct digest d3, d2;
	struct check_table_row r = { .table_id = t->id,
		.table_version = t->version,
		.title = t->title,
		.valid_from = first_day(n),
		.items = t->n,
		.data = json_text(rq, n),
		.imported_by = rq->user->id,
		.imported_at = rq->now };

	for (int i = 0; i < t->n; i++)
		r.key_items += t->items[i].key;
	d3 = sm3(r.data, strlen(r.data));
	d2 = sha256(r.data, strlen(r.data));
	r.sm3 = digest_hex(rq->arena, &d3);
	r.sha256 = digest_hex(rq->arena, &d2);
	TRY(db_insert(rq, &check_table_model, &r));
	return emit(rq, .name = CHECK_TABLE_IMPORTED, .subject = r.id,
		.data = json_of(rq, &check_table_model, &r));
}

enum err tables_import(struct req *rq)
{
	const struct http_file *f = form_file(rq, "file");
	struct check_table *t = NEW(rq->arena, struct check_table);
	struct fault why = { 0 };
	struct node *n;
	const char *text, *problem;
	int64_t there;

	if (!f)
		return refused(rq, tr(rq, "Choose a file."));
	TRY(file_text(rq, f, &text));
	if (!utf8_valid(text, strlen(text)))
		return refused(rq, tr(rq, "The file has to be UTF-8."));
	if ((problem = tree_of(rq, text, &n, &why)) || (problem = table_wrong(rq, n, t)))
		return refused(rq, problem);
	TRY(db_int(rq, &there,
		"SELECT count(*) FROM check_tables WHERE table_id = $1 AND table_version = $2",
		t->id, t->version));
	struct check_table *same = NEW(rq->arena, struct check_table);
	if (there || (compiled_in(rq, t->id) && !table_version_load(rq, t->id, t->version, same)))
		return refused(rq, tr(rq, "This version is there already, and a version is never "
					  "changed. Give "
					  "the new one another name."));
	TRY(import_keep(rq, n, t));
	notice(rq, "The table was taken in.");
	return redirect(rq, "/inspections/tables");
}
