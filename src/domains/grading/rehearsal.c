/* A rule's rehearsal: every operator is computed under the rules in force and under the candidate,
 * a slice a job; what would change is shown; then somebody with the right puts the candidate in
 * force, or drops it. Nothing of a grade is written before that. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"
#include "core/app/app.h"

#include <dirent.h>
#include <string.h>

enum { SLICE = 5000, RULE_MAX = 1 << 20, CSV_ROWS = 1000000 };

struct rehearsal {
	int64_t id, version;
	const char *name, *rule_version, *file_name, *text, *sm3, *base, *state;
	int64_t operators, changes, started_by, started_at, ended_at, decided_by, decided_at;
	const char *words;
};
static const struct choice states[] = {
	{ "running", "Is computed", "info" },
	{ "ready", "Waits for a decision", "yellow" },
	{ "applied", "Put in force", "green" },
	{ "dropped", "Dropped", "neutral" },
	{ NULL },
};
static const struct model rehearsal_model = MODEL("rehearsals", struct rehearsal,
	FIELDS(STORED(struct rehearsal, id, .as = AS_ID), STORED(struct rehearsal, version),
		STORED(struct rehearsal, name), STORED(struct rehearsal, rule_version),
		STORED(struct rehearsal, file_name),
		STORED(struct rehearsal, text, .as = AS_SECRET), STORED(struct rehearsal, sm3),
		STORED(struct rehearsal, base, .as = AS_SECRET),
		STORED(struct rehearsal, state, .choices = states),
		STORED(struct rehearsal, operators), STORED(struct rehearsal, changes),
		STORED(struct rehearsal, started_by, .as = AS_ID),
		STORED(struct rehearsal, started_at, .as = AS_TIME),
		STORED(struct rehearsal, ended_at, .as = AS_TIME),
		STORED(struct rehearsal, decided_by, .as = AS_ID),
		STORED(struct rehearsal, decided_at, .as = AS_TIME),
		STORED(struct rehearsal, words)));

struct applied_rule {
	int64_t id, version;
	const char *name, *rule_version;
	int64_t in_force_from;
	const char *text, *sm3;
	int64_t rehearsal, applied_by, applied_at;
};
const struct model applied_rule_model = MODEL("grade_rules_applied", struct applied_rule,
	.witnessed = true,
	FIELDS(STORED(struct applied_rule, id, .as = AS_ID), STORED(struct applied_rule, version),
		STORED(struct applied_rule, name), STORED(struct applied_rule, rule_version),
		STORED(struct applied_rule, in_force_from, .as = AS_TIME),
		STORED(struct applied_rule, text, .as = AS_SECRET),
		STORED(struct applied_rule, sm3),
		STORED(struct applied_rule, rehearsal, .as = AS_ID),
		STORED(struct applied_rule, applied_by, .as = AS_ID),
		STORED(struct applied_rule, applied_at, .as = AS_TIME)));

/* ---- the candidate ---------------------------------------------------------- */
static const char *folder(struct req *rq)
{
	return arena_printf(rq->arena, "%s/rules-candidates", rq->app->data_dir);
}

static bool plain_name(const char *name)
{
	return text_ends(name, ".json") && *name != '.' && !strchr(name, '/');
}

/* What lies in DATA/rules-candidates, by name. */
static void put_candidates(struct req *rq)
{
	struct node *list = put_list(rq->view, "candidates");
	DIR *d = opendir(folder(rq));
	struct dirent *f;

	while (d && (f = readdir(d)))
		if (plain_name(f->d_name))
			put_text(put_map(list, NULL), "file", arena_dup(rq->arena, f->d_name));
	if (d)
		closedir(d);
}

static enum err candidate_bytes(struct req *rq, const char **name, struct bytes *out)
{
	const struct http_file *f = form_file(rq, "file");
	const char *chosen = form_text(rq, "candidate"), *path;
	struct fault why = { 0 };

	if (!f && !*chosen)
		return fail(rq, E_INVALID,
			"Choose a file with the rule: upload it, or put it into the folder "
			"rules-candidates.");
	if (!f && !plain_name(chosen))
		return fail(rq, E_INVALID, "There is no candidate of this name.");
	*name = f ? f->name : chosen;
	path = f ? f->path : arena_printf(rq->arena, "%s/%s", folder(rq), chosen);
	if (file_read(rq->arena, path, RULE_MAX, out, &why))
		return fail(rq, E_INVALID, "The file cannot be read: %s", why.text);
	return OK;
}

static enum err candidate_read(
	struct req *rq, struct bytes b, struct rehearsal *r, const struct node **out)
{
	struct fault why = { 0 };
	struct node *n;
	const struct node *now;

	if (json_parse(rq->arena, b, &n, &why))
		return fail(rq, E_INVALID, "The file is no JSON: %s", why.text);
	const char *wrong = candidate_wrong(rq, n);
	if (wrong)
		return fail(rq, E_INVALID, "The file is no rule of grading: %s", wrong);
	r->name = node_text(n, "name", "");
	r->rule_version = node_text(n, "version", "");
	r->text = arena_copy(rq->arena, (const char *)b.at, b.n);
	struct digest d = sm3(b.at, b.n);
	r->sm3 = digest_hex(rq->arena, &d);
	TRY(grade_rule(rq, r->name, rq->now, &now));
	if (text_is(node_text(now, "version", ""), r->rule_version))
		return fail(rq, E_CONFLICT,
			"Version %s is in force already: give the changed rule a version of its "
			"own.",
			r->rule_version);
	*out = n;
	return OK;
}

static const char *told_of(struct req *rq, const struct rehearsal *r, int64_t from)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "rule", r->name);
	put_text(n, "rule_version", r->rule_version);
	put_text(n, "sm3", r->sm3);
	put_int(n, "operators", r->operators);
	put_int(n, "changes", r->changes);
	if (from)
		put_int(n, "in_force_from", from);
	if (*r->words)
		put_text(n, "words", r->words);
	return json_text(rq, n);
}

static const char *after_text(struct req *rq, int64_t after)
{
	return json_pairs(rq, "after", arena_printf(rq->arena, "%" PRId64, after), NULL);
}

enum err rehearsal_begin(struct req *rq, const char *file_name, struct bytes rule, int64_t *id)
{
	struct rehearsal r = { .file_name = file_name,
		.state = "running",
		.started_by = rq->user->id,
		.started_at = rq->now,
		.words = "" };
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	const struct node *data;

	TRY(candidate_read(rq, rule, &r, &data));
	/* fit together: a table of uses may name a rule that is not there */
	TRY(book_load(rq, rq->now, data, book));
	TRY(book_load(rq, rq->now, NULL, book));
	r.base = book->signature;
	TRY(db_insert(rq, &rehearsal_model, &r));
	TRY(emit(rq, .name = RULE_REHEARSED, .subject = r.id, .data = told_of(rq, &r, 0)));
	*id = r.id;
	return job_add(rq, .kind = "grading.rehearse", .subject = r.id, .data = after_text(rq, 0));
}

enum err rehearsal_start(struct req *rq)
{
	const char *file_name;
	struct bytes b;
	int64_t id;

	TRY(candidate_bytes(rq, &file_name, &b));
	TRY(rehearsal_begin(rq, file_name, b, &id));
	notice(rq, "The rehearsal runs; nothing changes before it is put in force.");
	return redirect(rq, "/grades/rules/%" PRId64, id);
}

/* ---- computing -------------------------------------------------------------- */
struct difference {
	int64_t operator, area, from_points, to_points;
	const char *scheme, *kind, *from, *to;
};
struct result {
	struct difference *all;
	size_t n, cap;
	int64_t operators, last;
	struct arena *arena;
};

static void differ(struct result *r, struct difference d)
{
	if (text_is(d.from, d.to))
		return;
	if (r->n == r->cap) {
		struct difference *more =
			NEWS(r->arena, struct difference, r->cap ? r->cap * 2 : 256);
		if (r->n)
			memcpy(more, r->all, r->n * sizeof(*more));
		r->all = more;
		r->cap = r->cap ? r->cap * 2 : 256;
	}
	r->all[r->n++] = d;
}

static const char *letter_value(struct arena *a, const struct grade_outcome *o)
{
	return o->rank < 0 ? "SHG_NONE" : arena_printf(a, "SHG_%s", o->letter);
}

static const struct scale_outcome *outcome_of(const struct settling *s, const char *scheme)
{
	for (int i = 0; i < s->n_out; i++)
		if (text_is(s->out[i].scheme, scheme))
			return &s->out[i];
	return NULL;
}

static void compare(struct result *r, const struct settling *now, const struct settling *then)
{
	const struct subject *s = &now->m->s;
	const struct difference d = { .operator= s->operator, .area = s->area, .kind = s->kind };
	struct difference one = d;

	one.scheme = "SHG";
	one.from = letter_value(r->arena, &now->letter);
	one.to = letter_value(r->arena, &then->letter);
	one.from_points = now->letter.points;
	one.to_points = then->letter.points;
	differ(r, one);
	for (int i = 0; i < now->n_out; i++) {
		const struct scale_outcome *o = &now->out[i], *t = outcome_of(then, o->scheme);
		one = d;
		one.scheme = o->scheme;
		one.from = o->value;
		one.from_points = o->points;
		one.to = t ? t->value : "";
		one.to_points = t ? t->points : 0;
		differ(r, one);
	}
	for (int i = 0; i < then->n_out; i++)
		if (!outcome_of(now, then->out[i].scheme)) {
			one = d;
			one.scheme = then->out[i].scheme;
			one.from = "";
			one.to = then->out[i].value;
			one.to_points = then->out[i].points;
			differ(r, one);
		}
}

static enum err books_load(
	struct req *rq, int64_t id, struct scale_book *now, struct scale_book *then)
{
	const char *text;
	struct fault why = { 0 };
	struct node *data;

	TRY(db_text(rq, &text, "SELECT text FROM rehearsals WHERE id = $1", id));
	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &data, &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	TRY(book_load(rq, rq->now, NULL, now));
	return book_load(rq, rq->now, data, then);
}

/* Outside of any transaction: the slow part. */
enum err rehearsal_prepare(struct req *rq, const struct job *j, void **result)
{
	struct result *r = NEW(rq->arena, struct result);
	struct settling *now = NEW(rq->arena, struct settling), *then;
	struct scale_book *books = NEWS(rq->arena, struct scale_book, 2);
	const struct node *data;
	struct material m;
	struct slice in;

	then = NEW(rq->arena, struct settling);
	r->arena = rq->arena;
	*result = r;
	TRY(books_load(rq, j->subject, &books[0], &books[1]));
	TRY(job_data(rq, j, &data));
	TRY(slice_range(rq, node_int(data, "after", 0), SLICE, &in));
	now->book = &books[0];
	while (slice_next(rq, &in, &m, now)) {
		*then = (struct settling){ .book = &books[1], .m = &m };
		settling_compute(rq->arena, now);
		settling_compute(rq->arena, then);
		if (m.s.active) {
			compare(r, now, then);
			r->operators++;
		}
		r->last = m.s.operator;
	}
	return OK;
}

static enum err differences_write(struct req *rq, int64_t id, const struct result *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct difference *d = &r->all[i];
		TRY(db_run(rq,
			"INSERT INTO rehearsal_changes (rehearsal, operator, scheme, kind, area, "
			"from_value, to_value, from_points, to_points) VALUES ($1, $2, $3, $4, $5, "
			"$6, $7, $8, $9)",
			id, d->operator, d->scheme, d->kind, d->area, d->from, d->to,
			d->from_points, d->to_points));
	}
	return OK;
}

enum err rehearsal_run(struct req *rq, const struct job *j, void *result)
{
	const struct result *r = result;

	TRY(differences_write(rq, j->subject, r));
	TRY(db_run(rq,
		"UPDATE rehearsals SET operators = operators + $1, changes = changes + $2, state = "
		"CASE WHEN CAST($3 AS bigint) = 0 THEN 'ready' ELSE state END, ended_at = $4 WHERE "
		"id = $5 AND state = 'running'",
		r->operators, (int64_t)r->n, r->last, rq->now, j->subject));
	return r->last ? job_add(rq, .kind = j->kind, .subject = j->subject,
				 .data = after_text(rq, r->last))
		       : OK;
}

/* ---- deciding --------------------------------------------------------------- */
static enum err load_ready(struct req *rq, struct rehearsal *r)
{
	TRY(db_one(rq, &rehearsal_model, r, "SELECT * FROM rehearsals WHERE id = $1", rq->id));
	if (text_is(r->state, "running"))
		return fail(rq, E_CONFLICT, "The rehearsal still runs.");
	if (!text_is(r->state, "ready"))
		return fail(rq, E_CONFLICT, "This rehearsal has been decided already.");
	r->decided_by = rq->user->id;
	r->decided_at = rq->now;
	return OK;
}

enum err rehearsal_apply(struct req *rq)
{
	struct rehearsal r;
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	struct fault why = { 0 };
	struct node *data;
	int64_t from = 0;

	TRY(load_ready(rq, &r));
	TRY(book_load(rq, rq->now, NULL, book));
	if (!text_is(book->signature, r.base))
		return fail(rq, E_CONFLICT,
			"Other rules came into force since the rehearsal. Rehearse again.");
	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)r.text, strlen(r.text) }, &data,
		    &why))
		return fail(rq, E_INTERNAL, "The grading rules are not usable: %s", why.text);
	(void)date_parse(node_text(data, "valid_from", ""), &from);
	struct applied_rule a = { .name = r.name,
		.rule_version = r.rule_version,
		.in_force_from = from > rq->now ? from : rq->now,
		.text = r.text,
		.sm3 = r.sm3,
		.rehearsal = r.id,
		.applied_by = rq->user->id,
		.applied_at = rq->now };
	r.state = "applied";
	TRY(db_update(rq, &rehearsal_model, &r));
	TRY(db_insert(rq, &applied_rule_model, &a));
	TRY(emit(rq, .name = RULE_APPLIED, .subject = r.id,
		.data = told_of(rq, &r, a.in_force_from)));
	TRY(job_add(rq, .kind = "grading.compute", .run_at = a.in_force_from));
	notice(rq, "In force from %s on; the grades follow.",
		time_text(rq->arena, a.in_force_from));
	return redirect(rq, "/grades/rules/%" PRId64, r.id);
}

enum err rehearsal_drop(struct req *rq)
{
	struct rehearsal r;

	TRY(load_ready(rq, &r));
	r.words = form_text(rq, "words");
	r.state = "dropped";
	TRY(db_update(rq, &rehearsal_model, &r));
	TRY(db_run(rq, "DELETE FROM rehearsal_changes WHERE rehearsal = $1", r.id));
	TRY(emit(rq, .name = RULE_DROPPED, .subject = r.id, .data = told_of(rq, &r, 0)));
	notice(rq, "Dropped; everything stays as it was.");
	return redirect(rq, "/grades/rules");
}

/* ---- screens ---------------------------------------------------------------- */
static void put_rules(struct req *rq, const struct scale_book *b)
{
	struct node *list = put_list(rq->view, "in_force");
	const char *at = b->signature;

	for (; *at; at += strcspn(at, ";") + 1) {
		struct node *n = put_map(list, NULL);
		size_t name = strcspn(at, " "), end = strcspn(at, ";");
		const char *rest = at + name + 1;
		size_t version = strcspn(rest, " ");
		const char *key = arena_copy(rq->arena, at, name);
		const struct node *data = NULL;
		bool known = rules(rq, key, rq->now, &data) == OK;
		put_text(n, "name", key);
		put_text(n, "title", known ? node_text(data, "title", key) : key);
		put_text(n, "version", arena_copy(rq->arena, rest, version));
		put_text(n, "valid_from",
			arena_copy(rq->arena, rest + version + 1, end - name - version - 2));
	}
}

enum err rehearsal_list(struct req *rq)
{
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	struct list l;

	TRY(book_load(rq, rq->now, NULL, book));
	put_rules(rq, book);
	TRY(db_all(rq, &rehearsal_model, &l,
		"SELECT * FROM rehearsals ORDER BY started_at DESC, id DESC LIMIT 50"));
	show_table(rq, "rehearsals", &rehearsal_model, &l);
	put_flag(rq->view, "may_rule", may(rq, GRADE_RULE));
	put_candidates(rq);
	return page(rq, "grading/rules");
}

struct cell {
	const char *scheme, *about, *from_value, *to_value;
	int64_t n;
};
static const struct model cell_model = MODEL("rehearsal_changes", struct cell,
	FIELDS(STORED(struct cell, scheme, .choices = scale_schemes), STORED(struct cell, about),
		STORED(struct cell, from_value), STORED(struct cell, to_value),
		STORED(struct cell, n)));

static void put_values(struct req *rq, struct node *rows)
{
	for (struct node *n = rows->first; n; n = n->next) {
		put_text(n, "from_text", tr(rq, scale_word(node_text(n, "from_value", ""))->text))
			->hidden = true;
		put_text(n, "to_text", tr(rq, scale_word(node_text(n, "to_value", ""))->text))
			->hidden = true;
	}
}

static enum err put_matrix(struct req *rq)
{
	struct list all, kinds, areas;

	TRY(db_all(rq, &cell_model, &all,
		"SELECT scheme, '' AS about, from_value, to_value, count(*) AS n FROM "
		"rehearsal_changes WHERE rehearsal = $1 GROUP BY scheme, from_value, to_value "
		"ORDER BY scheme, from_value, to_value",
		rq->id));
	put_values(rq, show_list(rq, "matrix", &cell_model, &all));
	TRY(db_all(rq, &cell_model, &kinds,
		"SELECT scheme, kind AS about, from_value, to_value, count(*) AS n FROM "
		"rehearsal_changes WHERE rehearsal = $1 GROUP BY scheme, kind, from_value, "
		"to_value ORDER BY count(*) DESC, scheme, kind, from_value, to_value LIMIT 200",
		rq->id));
	struct node *rows = show_list(rq, "by_kind", &cell_model, &kinds);
	for (struct node *n = rows->first; n; n = n->next)
		put_text(n, "about_text",
			tr(rq, choice_label(business_kinds, node_text(n, "about", ""))))
			->hidden = true;
	put_values(rq, rows);
	TRY(db_all(rq, &cell_model, &areas,
		"SELECT c.scheme, CASE WHEN CAST($2 AS bigint) = 1 THEN a.name ELSE a.name_en END "
		"AS about, c.from_value, c.to_value, count(*) AS n FROM rehearsal_changes c JOIN "
		"pub_areas a ON a.id = c.area WHERE c.rehearsal = $1 GROUP BY c.scheme, a.id, "
		"a.name, a.name_en, c.from_value, c.to_value ORDER BY a.id, c.scheme, "
		"c.from_value, c.to_value LIMIT 400",
		rq->id, rq->zh));
	put_values(rq, show_list(rq, "by_area", &cell_model, &areas));
	return OK;
}

struct change_line {
	int64_t operator;
	const char *name, *town, *kind, *scheme, *from_value, *to_value;
	int64_t from_points, to_points;
};
static const struct model change_line_model = MODEL("rehearsal_changes", struct change_line,
	FIELDS(STORED(struct change_line, operator, .as = AS_ID), STORED(struct change_line, name),
		STORED(struct change_line, town),
		STORED(struct change_line, kind, .choices = business_kinds),
		STORED(struct change_line, scheme, .choices = scale_schemes),
		STORED(struct change_line, from_value), STORED(struct change_line, to_value),
		STORED(struct change_line, from_points, .as = AS_HUNDREDTHS),
		STORED(struct change_line, to_points, .as = AS_HUNDREDTHS)));

static enum err put_changes(struct req *rq)
{
	struct paging p = paging(rq, 50);
	struct list l;
	bool all = text_is(query_text(rq, "format"), "csv");

	TRY(db_all(rq, &change_line_model, &l,
		"SELECT c.operator, o.name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE "
		"a.name_en END AS town, c.kind, c.scheme, c.from_value, c.to_value, c.from_points, "
		"c.to_points FROM rehearsal_changes c JOIN pub_operators o ON o.id = c.operator "
		"JOIN pub_areas a ON a.id = c.area WHERE c.rehearsal = $2 AND (CAST($3 AS bigint) "
		"= 0 OR c.area = $3) ORDER BY c.operator, c.scheme LIMIT $4 OFFSET $5",
		rq->zh, rq->id, rq->user->area, all ? (int64_t)CSV_ROWS : p.limit,
		all ? (int64_t)0 : p.offset));
	if (!all)
		show_pages(rq, p, &l);
	put_values(rq, show_table(rq, "changes", &change_line_model, &l));
	return OK;
}

enum err rehearsal_page(struct req *rq)
{
	struct rehearsal r;

	TRY(db_one(rq, &rehearsal_model, &r, "SELECT * FROM rehearsals WHERE id = $1", rq->id));
	show(rq, "rehearsal", &rehearsal_model, &r);
	put_flag(rq->view, "running", text_is(r.state, "running"))->hidden = true;
	put_flag(rq->view, "may_decide", text_is(r.state, "ready") && may(rq, GRADE_RULE))->hidden =
		true;
	TRY(put_matrix(rq));
	TRY(put_changes(rq));
	return page(rq, "grading/rehearsal");
}
