/* All scales of operators, one at a time or a slice of many: computed, compared with what is on
 * file, written, told.
 *
 * What a person does is settled in the same transaction. What is heard in bulk (imports, a day of
 * inspections) marks the operator; the clock computes marked ones a slice at a time. */
#include "domains/grading/grading.h"

#include "contracts/facts.h"
#include "core/app/app.h"

#include <string.h>

/* PER_JOB operators in a transaction: SQLite keeps what one changes in a list that it walks at
 * every statement, so larger ones take longer for each operator. */
enum { PER_MINUTE = 4000, PER_JOB = 500, AT_ONCE = 20000 };

const struct model scale_model = MODEL("scales", struct scale_row, .witnessed = true,
	FIELDS(STORED(struct scale_row, id, .as = AS_ID), STORED(struct scale_row, version),
		STORED(struct scale_row, operator, .as = AS_ID), STORED(struct scale_row, scheme),
		STORED(struct scale_row, rule), STORED(struct scale_row, rule_version),
		STORED(struct scale_row, value),
		STORED(struct scale_row, points, .as = AS_HUNDREDTHS),
		STORED(struct scale_row, since, .as = AS_DATE),
		STORED(struct scale_row, at, .as = AS_TIME),
		STORED(struct scale_row, until, .as = AS_TIME),
		STORED(struct scale_row, why, .as = AS_SECRET)));

/* ---- computing -------------------------------------------------------------------------------
 */
static void sooner(int64_t *due, int64_t at)
{
	if (at && at < *due)
		*due = at;
}

void settling_compute(struct arena *a, struct settling *s)
{
	const struct grade_facts *f = &s->m->f;

	s->due = GRADE_NEVER;
	grade_compute(a, &s->book->shg, f, &s->letter);
	sooner(&s->due, s->letter.due_at);
	/* who has closed keeps its letter on file and has no other scale */
	s->n_out = s->m->s.active ? scales_compute(a, s->book, f, s->out) : 0;
	for (int i = 0; i < s->n_out; i++)
		sooner(&s->due, s->out[i].due_at);
}

/* ---- what differs ---------------------------------------------------------------------------- */
/* A determination that takes the place of another: old NULL: the first; none: it applies no more.
 */
struct change {
	const struct scale_row *old;
	struct scale_row now;
	bool none;
	const struct scale_outcome *by;
};
struct changes {
	struct change all[2 * SCALES];
	int n;
	bool moved; /* a value that was there is another now */
};

static const struct scale_row *on_file(const struct settling *s, const char *scheme)
{
	for (size_t i = 0; i < s->n_rows; i++)
		if (text_is(s->rows[i].scheme, scheme))
			return &s->rows[i];
	return NULL;
}

static bool applies(const struct settling *s, const char *scheme)
{
	for (int i = 0; i < s->n_out; i++)
		if (text_is(s->out[i].scheme, scheme))
			return true;
	return false;
}

static void compare_one(
	struct req *rq, const struct settling *s, const struct scale_outcome *o, struct changes *c)
{
	const struct scale_row *old = on_file(s, o->scheme);
	const char *why = lines_json(rq, o->lines, o->n);

	if (old && text_is(old->value, o->value) && old->points == o->points &&
		text_is(old->rule, o->rule) && text_is(old->rule_version, o->version) &&
		text_is(old->why, why))
		return;
	bool same = old && text_is(old->value, o->value);
	c->moved = c->moved || (old && !same);
	c->all[c->n++] = (struct change){ .old = old,
		.by = o,
		.now = { .operator= s->m->s.operator,
			.scheme = o->scheme,
			.rule = o->rule,
			.rule_version = o->version,
			.value = o->value,
			.points = o->points,
			.since = same ? old->since : rq->now,
			.at = rq->now,
			.why = why } };
}

static void compare(struct req *rq, const struct settling *s, struct changes *c)
{
	*c = (struct changes){ .n = 0 };
	for (int i = 0; i < s->n_out; i++)
		compare_one(rq, s, &s->out[i], c);
	for (size_t i = 0; i < s->n_rows && c->n < 2 * SCALES; i++)
		if (!applies(s, s->rows[i].scheme)) {
			c->all[c->n++] = (struct change){ .old = &s->rows[i], .none = true };
			c->moved = true;
		}
}

/* ---- writing --------------------------------------------------------------------------------- */
/* Ends what is on file; what takes its place is left to the caller, in fresh. */
static enum err changes_end(
	struct req *rq, const struct changes *c, struct scale_row *fresh, size_t *n)
{
	for (int i = 0; i < c->n; i++) {
		const struct change *one = &c->all[i];
		if (one->old) {
			struct scale_row ended = *one->old;
			ended.until = rq->now;
			TRY(db_update(rq, &scale_model, &ended));
		}
		if (!one->none)
			fresh[(*n)++] = one->now;
	}
	return OK;
}

static enum err changes_write(struct req *rq, const struct changes *c)
{
	struct scale_row fresh[2 * SCALES];
	size_t n = 0;

	TRY(changes_end(rq, c, fresh, &n));
	return db_insert_all(rq, &scale_model, fresh, n);
}

static enum err changes_tell(struct req *rq, int64_t operator, const struct changes * c)
{
	struct node *n = node_map(rq->arena), *list = put_list(n, "scales");

	for (int i = 0; i < c->n; i++) {
		const struct change *one = &c->all[i];
		struct node *m = put_map(list, NULL);
		put_text(m, "scheme", one->none ? one->old->scheme : one->now.scheme);
		put_text(m, "from", one->old ? one->old->value : "");
		put_text(m, "to", one->none ? "" : one->now.value);
		if (one->none)
			continue;
		put_int(m, "points", one->now.points);
		put_text(m, "rule", one->now.rule);
		put_text(m, "rule_version", one->now.rule_version);
		put_lines(put_list(m, "why"), one->by->lines, one->by->n);
	}
	bool changed = c->moved;
	for (int i = 0; i < c->n; i++)
		changed = changed || !c->all[i].old;
	return emit(rq, .name = changed ? SCALE_CHANGED : SCALE_CONFIRMED, .subject = operator,
		.entity = operator, .data = json_text(rq, n));
}

static enum err due_write(struct req *rq, const struct settling *s)
{
	return db_run(rq, "UPDATE grade_subjects SET due_at = $1 WHERE operator = $2 AND until = 0",
		s->due, s->m->s.operator);
}

/* ---- one operator ---------------------------------------------------------------------------- */
enum err scales_settle(struct req *rq, int64_t operator)
{
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	struct settling *s = NEW(rq->arena, struct settling);
	struct changes *c = NEW(rq->arena, struct changes);
	struct material m;
	struct list rows, letters;

	TRY(subject_follow(rq, operator));
	TRY(book_load(rq, rq->now, NULL, book));
	TRY(material_load(rq, operator, rq->now, &m));
	TRY(db_all(rq, &scale_model, &rows,
		"SELECT * FROM scales WHERE operator = $1 AND until = 0 ORDER BY scheme",
		operator));
	TRY(db_all(
		rq, &grade_model, &letters, "SELECT * FROM grades WHERE operator = $1", operator));
	*s = (struct settling){ .book = book, .m = &m, .rows = rows.at, .n_rows = rows.n };
	settling_compute(rq->arena, s);
	TRY(grade_settle(rq,
		&(struct letter_now){ operator, letters.n ? LIST_OF(struct grade, &letters) : NULL,
			&book->shg, &s->letter }));
	compare(rq, s, c);
	TRY(due_write(rq, s));
	if (!c->n)
		return OK;
	TRY(changes_write(rq, c));
	return changes_tell(rq, operator, c);
}

/* ---- a slice of many ------------------------------------------------------------------------- */
static int64_t last_of(const struct list *subjects)
{
	return subjects->n ? LIST_OF(struct subject, subjects)[subjects->n - 1].operator: 0;
}

/* Those whose due_at is the earliest there is: after a rule changed all have the same. */
static enum err slice_due(struct req *rq, int64_t limit, struct slice *s)
{
	int64_t due, last;

	*s = (struct slice){ 0 };
	TRY(db_int(rq, &due, "SELECT coalesce(min(due_at), $1) FROM grade_subjects WHERE until = 0",
		GRADE_NEVER));
	if (due > rq->now)
		return OK;
	TRY(db_all(rq, &subject_model, &s->subjects,
		"SELECT * FROM grade_subjects WHERE until = 0 AND due_at = $1 ORDER BY operator "
		"LIMIT $2",
		due, limit));
	last = last_of(&s->subjects);
	TRY(db_all(rq, &input_model, &s->inputs,
		"SELECT " INPUT_COLUMNS " FROM grade_subjects s JOIN grade_inputs i ON "
		"i.operator = s.operator WHERE s.until = 0 AND s.due_at = $1 AND s.operator <= "
		"$2 AND " INPUT_KNOWN_AT("$3"),
		due, last, rq->now));
	TRY(db_all(rq, &scale_model, &s->scales,
		"SELECT c.* FROM grade_subjects s JOIN scales c ON c.operator = s.operator AND "
		"c.until = 0 WHERE s.until = 0 AND s.due_at = $1 AND s.operator <= $2 ORDER BY "
		"c.operator, c.scheme",
		due, last));
	return db_all(rq, &grade_model, &s->grades,
		"SELECT g.* FROM grade_subjects s JOIN grades g ON g.operator = s.operator WHERE "
		"s.until = 0 AND s.due_at = $1 AND s.operator <= $2 ORDER BY g.operator",
		due, last);
}

enum err slice_range(struct req *rq, int64_t after, int64_t limit, struct slice *s)
{
	int64_t last;

	*s = (struct slice){ 0 };
	TRY(db_all(rq, &subject_model, &s->subjects,
		"SELECT * FROM grade_subjects WHERE until = 0 AND operator > $1 ORDER BY operator "
		"LIMIT $2",
		after, limit));
	last = last_of(&s->subjects);
	return db_all(rq, &input_model, &s->inputs,
		"SELECT " INPUT_COLUMNS " FROM grade_inputs i WHERE i.operator > $1 AND "
		"i.operator <= $2 AND " INPUT_KNOWN_AT("$3"),
		after, last, rq->now);
}

bool slice_next(struct req *rq, struct slice *in, struct material *m, struct settling *s)
{
	const struct input_row *inputs = in->inputs.at;
	const struct scale_row *scales = in->scales.at;
	const struct grade *grades = in->grades.at;

	if (in->at == in->subjects.n)
		return false;
	m->s = LIST_OF(struct subject, &in->subjects)[in->at++];
	m->f = facts_of(&m->s, rq->now);
	size_t first = in->input, first_scale = in->scale;
	while (in->input < in->inputs.n && inputs[in->input].operator== m->s.operator)
		in->input++;
	m->f.inputs = inputs_of(rq->arena, inputs + first, in->input - first);
	m->f.n = in->input - first;
	while (in->scale < in->scales.n && scales[in->scale].operator== m->s.operator)
		in->scale++;
	*s = (struct settling){ .book = s->book,
		.m = m,
		.rows = scales ? scales + first_scale : NULL,
		.n_rows = in->scale - first_scale };
	if (in->grade < in->grades.n && grades[in->grade].operator== m->s.operator)
		s->shg = &grades[in->grade++];
	return true;
}

/* First those whose values stay or are the first: one fact for all. Those whose values change are
 * kept for a fact each. */
struct when_due {
	int64_t operator, at;
};
struct run {
	struct settling s;
	struct material m;
	struct changes c;
	int64_t *moved;
	size_t n_moved;
	struct scale_row *fresh;
	size_t n_fresh;
	struct when_due *due;
	size_t n_due;
	int64_t written;
};

/* Six a statement; the last ones again where fewer are left. */
static enum err dues_write(struct req *rq, const struct when_due *d, size_t n)
{
	for (size_t i = 0; i < n; i += 6) {
		const struct when_due *at[6];
		for (size_t k = 0; k < 6; k++)
			at[k] = &d[i + k < n ? i + k : n - 1];
		TRY(db_run(rq,
			"WITH due (operator, at) AS (VALUES ($1, $2), ($3, $4), ($5, $6), ($7, "
			"$8), ($9, $10), ($11, $12)) UPDATE grade_subjects SET due_at = due.at "
			"FROM due WHERE grade_subjects.operator = due.operator AND "
			"grade_subjects.until = 0",
			at[0]->operator, at[0]->at, at[1]->operator, at[1]->at, at[2]->operator,
			at[2]->at, at[3]->operator, at[3]->at, at[4]->operator, at[4]->at,
			at[5]->operator, at[5]->at));
	}
	return OK;
}

static enum err run_quiet(struct req *rq, struct slice *in, struct run *r)
{
	while (slice_next(rq, in, &r->m, &r->s)) {
		settling_compute(rq->arena, &r->s);
		compare(rq, &r->s, &r->c);
		r->due[r->n_due++] = (struct when_due){ r->m.s.operator, r->s.due };
		if (r->c.moved) {
			r->moved[r->n_moved++] = r->m.s.operator;
			continue;
		}
		TRY(changes_end(rq, &r->c, r->fresh, &r->n_fresh));
		r->written += r->c.n;
	}
	TRY(dues_write(rq, r->due, r->n_due));
	TRY(db_insert_all(rq, &scale_model, r->fresh, r->n_fresh));
	if (!r->written)
		return OK;
	struct node *n = node_map(rq->arena);
	put_int(n, "determinations", r->written);
	put_text(n, "rules", r->s.book->signature);
	return emit(rq, .name = SCALES_COMPUTED, .data = json_text(rq, n));
}

/* The letters after the rest: each has facts of its own, and no row of another's is in them. */
static enum err run_letters(struct req *rq, struct slice *in, struct run *r)
{
	in->at = in->input = in->scale = in->grade = 0;
	while (slice_next(rq, in, &r->m, &r->s)) {
		grade_compute(rq->arena, &r->s.book->shg, &r->m.f, &r->s.letter);
		TRY(grade_settle(rq, &(struct letter_now){ r->m.s.operator, r->s.shg,
					     &r->s.book->shg, &r->s.letter }));
	}
	return OK;
}

enum err scales_slice(struct req *rq, int64_t limit, int64_t *done)
{
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	struct run *r = NEW(rq->arena, struct run);
	struct slice in;

	TRY(slice_due(rq, limit, &in));
	*done = (int64_t)in.subjects.n;
	if (!*done)
		return OK;
	TRY(book_load(rq, rq->now, NULL, book));
	r->s.book = book;
	r->moved = NEWS(rq->arena, int64_t, in.subjects.n);
	r->due = NEWS(rq->arena, struct when_due, in.subjects.n);
	r->fresh = NEWS(rq->arena, struct scale_row, in.subjects.n * SCALES);
	TRY(run_quiet(rq, &in, r));
	TRY(run_letters(rq, &in, r));
	for (size_t i = 0; i < r->n_moved; i++)
		TRY(scales_settle(rq, r->moved[i]));
	return OK;
}

/* ---- when ------------------------------------------------------------------------------------ */
/* Who was registered before this room kept subjects, as many as fit into a statement's time. */
static enum err subjects_complete(struct req *rq)
{
	int64_t missing = 1;

	while (missing) {
		TRY(db_run(rq,
			"INSERT INTO grade_subjects (id, operator, kind, area, licence_no, "
			"registered_at, active, since, until, due_at, profile) SELECT o.id, o.id, "
			"o.kind, o.area, o.licence_no, o.registered_at, CASE o.state WHEN 'ACTIVE' "
			"THEN 1 ELSE 0 END, o.registered_at, 0, 0, '' FROM pub_operators o WHERE "
			"NOT EXISTS "
			"(SELECT 1 FROM grade_subjects s WHERE s.operator = o.id) ORDER BY o.id "
			"LIMIT $1",
			(int)AT_ONCE));
		TRY(db_int(rq, &missing,
			"SELECT count(*) FROM (SELECT o.id FROM pub_operators o WHERE NOT EXISTS "
			"(SELECT 1 FROM grade_subjects s WHERE s.operator = o.id) LIMIT 1) m"));
	}
	return OK;
}

static enum err all_mark(struct req *rq)
{
	for (int64_t after = 0, last = 0;; after = last) {
		TRY(db_int(rq, &last,
			"SELECT coalesce(max(operator), 0) FROM (SELECT operator FROM "
			"grade_subjects WHERE until = 0 AND operator > $1 ORDER BY operator LIMIT "
			"$2) s",
			after, (int)AT_ONCE));
		if (!last)
			return OK;
		TRY(db_run(rq,
			"UPDATE grade_subjects SET due_at = 0 WHERE until = 0 AND due_at <> 0 AND "
			"operator > $1 AND operator <= $2",
			after, last));
	}
}

/* Other rules in force than the last time: everybody is due. */
static enum err rules_follow(struct req *rq)
{
	struct scale_book *book = NEW(rq->arena, struct scale_book);

	TRY(book_load(rq, rq->now, NULL, book));
	if (text_is(setting(rq, "grading_rules", ""), book->signature))
		return OK;
	TRY(subjects_complete(rq));
	TRY(all_mark(rq));
	return setting_put(rq, "grading_rules", book->signature);
}

enum err scales_every_minute(struct req *rq)
{
	int64_t left = PER_MINUTE, done;

	TRY(rules_follow(rq));
	do {
		TRY(scales_slice(rq, left < PER_JOB ? left : PER_JOB, &done));
		left -= done;
	} while (done && left > 0);
	return OK;
}

/* After a rule was put in force: slice after slice, until nobody is due. */
enum err scales_job(struct req *rq, const struct job *j, void *result)
{
	int64_t done;

	(void)result;
	TRY(rules_follow(rq));
	TRY(scales_slice(rq, PER_JOB, &done));
	return done ? job_add(rq, .kind = j->kind) : OK;
}

struct work_off {
	int64_t done;
	bool followed;
};

static enum err work_off(struct req *rq, void *arg)
{
	struct work_off *w = arg;

	rq->now = clock_now();
	if (!w->followed)
		TRY(rules_follow(rq));
	return scales_slice(rq, PER_JOB, &w->done);
}

enum err scales_work_off(struct app *app, struct fault *why)
{
	struct work_off w = { 0 };

	do {
		TRY(app_write(app, work_off, &w, why));
		w.followed = true;
	} while (w.done);
	return OK;
}
