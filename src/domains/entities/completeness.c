/* How complete the files are (goal: 100 %): computed by the night for all, at once for a file in
 * which an entry was made, and shown by town. The page of a file itself always computes anew. */
#include "domains/entities/entries.h"

#include <string.h>

enum { NIGHT_HOUR = 3, NIGHT_SLICE = 500 };

struct held {
	int64_t id, inspections, last_inspection_at, cameras, graded, endless;
};
static const struct model held_model = MODEL("operators", struct held,
	FIELDS(STORED(struct held, id), STORED(struct held, inspections),
		STORED(struct held, last_inspection_at), STORED(struct held, cameras),
		STORED(struct held, graded), STORED(struct held, endless)));

struct last_entry {
	int64_t operator, at;
	const char *kind;
};
static const struct model last_entry_model = MODEL("file_entries", struct last_entry,
	FIELDS(STORED(struct last_entry, operator), STORED(struct last_entry, kind),
		STORED(struct last_entry, at)));

/* Operators with ids after .. to, at most so many, in the order of their ids. */
struct slice {
	int64_t after, to, limit;
	struct list operators, held, entries;
};

static enum err slice_load(struct req *rq, struct slice *s)
{
	TRY(db_all(rq, &operator_model, &s->operators,
		"SELECT * FROM operators WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3", s->after,
		s->to, s->limit));
	if (s->operators.n)
		s->to = (LIST_END(struct operator, & s->operators) - 1)->id;
	TRY(db_all(rq, &held_model, &s->held,
		"SELECT o.id, (SELECT count(*) FROM pub_inspections i WHERE i.operator = o.id)"
		" AS inspections, (SELECT coalesce(max(i.inspected_at), 0) FROM pub_inspections i"
		" WHERE i.operator = o.id) AS last_inspection_at,"
		" (SELECT count(*) FROM pub_cameras c WHERE c.operator = o.id) AS cameras,"
		" CASE WHEN coalesce(g.letter, '') = '' THEN 0 ELSE 1 END AS graded,"
		" (SELECT count(*) FROM licences l WHERE l.number = o.licence_no"
		" AND l.operator = o.id AND l.no_end = 1 AND l.state = 'VALID') AS endless"
		" FROM operators o LEFT JOIN pub_grades g ON g.operator = o.id"
		" WHERE o.id > $1 AND o.id <= $2 ORDER BY o.id",
		s->after, s->to));
	return db_all(rq, &last_entry_model, &s->entries,
		"SELECT operator, kind, max(at) AS at FROM file_entries WHERE operator > $1"
		" AND operator <= $2 AND state = 'VALID' AND (until = 0 OR until + $4 > $3)"
		" GROUP BY operator, kind ORDER BY operator, kind",
		s->after, s->to, rq->now, DAY);
}

static enum err keep_one(struct req *rq, const struct node *rule, const struct file_facts *f)
{
	struct file_part parts[FILE_PARTS_MAX];
	size_t n = file_parts(rule, f, rq->now, parts);
	int64_t missing = 0;

	for (size_t i = 0; i < n; i++)
		missing += !parts[i].there;
	return db_run(rq,
		"INSERT INTO file_completeness (operator, area, percent, missing, rule_version,"
		" computed_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (operator) DO UPDATE SET"
		" area = excluded.area, percent = excluded.percent, missing = excluded.missing,"
		" rule_version = excluded.rule_version, computed_at = excluded.computed_at",
		f->o->id, f->o->area, file_percent(parts, n), missing,
		node_text(rule, "version", ""), rq->now);
}

static enum err slice_keep(struct req *rq, const struct slice *s)
{
	const struct held *h = LIST_OF(struct held, &s->held);
	const struct last_entry *e = LIST_OF(struct last_entry, &s->entries);
	const struct node *rule;

	TRY(rules(rq, "entities/file", rq->now, &rule));
	for (const struct operator* o = LIST_OF(struct operator, & s->operators);
		o < LIST_END(struct operator, & s->operators); o++, h++) {
		struct file_facts f = { .o = o,
			.inspections = h->inspections,
			.last_inspection_at = h->last_inspection_at,
			.cameras = h->cameras,
			.graded = h->graded != 0,
			.licence_endless = h->endless != 0 };
		for (; e < LIST_END(struct last_entry, &s->entries) && e->operator== o->id; e++)
			if (entry_kind(e->kind) >= 0)
				f.entry_at[entry_kind(e->kind)] = e->at;
		TRY(keep_one(rq, rule, &f));
	}
	return OK;
}

enum err completeness_keep(struct req *rq, int64_t operator)
{
	struct slice s = { .after = operator- 1, .to = operator, .limit = 1 };

	TRY(slice_load(rq, &s));
	return slice_keep(rq, &s);
}

/* ---- the night ------------------------------------------------------------- */
enum err completeness_every_minute(struct req *rq)
{
	int64_t day, today = day_number(rq->now);

	TRY(db_int(rq, &day, "SELECT day FROM file_nights"));
	if (day == today || (day && civil_of(rq->now).hour < NIGHT_HOUR))
		return OK;
	TRY(db_run(rq, "UPDATE file_nights SET day = $1", today));
	return job_add(rq, .kind = "entities.completeness");
}

enum err completeness_job_run(struct req *rq, const struct job *j, void *result)
{
	struct slice s = { .after = j->subject, .to = INT64_MAX, .limit = NIGHT_SLICE };

	(void)result;
	TRY(slice_load(rq, &s));
	TRY(slice_keep(rq, &s));
	if (s.operators.n < NIGHT_SLICE)
		return OK;
	return job_add(rq, .kind = "entities.completeness", .subject = s.to);
}

/* ---- by town --------------------------------------------------------------- */
struct town_files {
	int64_t id;
	const char *town;
	int64_t files, complete, percent, computed_at;
};
static const struct model town_files_model = MODEL("file-completeness", struct town_files,
	FIELDS(STORED(struct town_files, id, .as = AS_ID), STORED(struct town_files, town),
		STORED(struct town_files, files), STORED(struct town_files, complete),
		STORED(struct town_files, percent, .as = AS_HUNDREDTHS),
		STORED(struct town_files, computed_at, .as = AS_TIME)));

struct worst_file {
	int64_t id;
	const char *name, *address;
	int64_t percent, missing;
};
static const struct model worst_file_model = MODEL("file-completeness", struct worst_file,
	FIELDS(STORED(struct worst_file, id, .as = AS_ID), STORED(struct worst_file, name),
		STORED(struct worst_file, address), STORED(struct worst_file, percent),
		STORED(struct worst_file, missing)));

enum err completeness_page(struct req *rq)
{
	struct list towns, worst;
	struct town_files all = { .town = tr(rq, "All towns") };
	int64_t sum = 0;

	TRY(db_all(rq, &town_files_model, &towns,
		"SELECT a.id, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"town, count(c.operator) AS files,"
		" count(CASE WHEN c.percent = 100 THEN 1 END) AS complete,"
		" CASE WHEN count(c.operator) = 0 THEN 0 ELSE"
		" CAST(sum(c.percent) * 100 / count(c.operator) AS bigint) END AS percent,"
		" coalesce(max(c.computed_at), 0) AS computed_at"
		" FROM areas a LEFT JOIN pub_file_completeness c ON c.area = a.id"
		" WHERE CAST($2 AS bigint) = 0 OR a.id = $2 GROUP BY a.id, a.name, a.name_en"
		" ORDER BY a.id",
		rq->zh, rq->user->area));
	for (const struct town_files *t = LIST_OF(struct town_files, &towns);
		t < LIST_END(struct town_files, &towns); t++) {
		all.files += t->files;
		all.complete += t->complete;
		sum += t->percent * t->files;
	}
	all.percent = all.files ? sum / all.files : 0;
	TRY(db_all(rq, &worst_file_model, &worst,
		"SELECT o.id, o.name, o.address, c.percent, c.missing FROM pub_file_completeness c"
		" JOIN operators o ON o.id = c.operator WHERE c.percent < 100"
		" AND (CAST($1 AS bigint) = 0 OR c.area = $1) ORDER BY c.percent, o.id LIMIT 50",
		rq->user->area));
	show(rq, "all", &town_files_model, &all);
	show_table(rq, "towns", &town_files_model, &towns);
	show_list(rq, "worst", &worst_file_model, &worst);
	return page(rq, "entities/completeness");
}

/* ---- those that are not complete --------------------------------------------- */
struct incomplete {
	int64_t id;
	const char *name, *town, *kind, *address;
	int64_t percent, missing;
};
static const struct model incomplete_model = MODEL("incomplete-files", struct incomplete,
	FIELDS(STORED(struct incomplete, id, .as = AS_ID), STORED(struct incomplete, name),
		STORED(struct incomplete, town),
		STORED(struct incomplete, kind, .choices = operator_kinds),
		STORED(struct incomplete, address), STORED(struct incomplete, percent),
		STORED(struct incomplete, missing)));

enum { FILES_PER_PAGE = 50 };

static enum err put_areas(struct req *rq, int64_t area)
{
	struct rows *r;

	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($1 AS bigint) = 1 THEN name ELSE name_en END FROM areas "
		"WHERE CAST($2 AS bigint) = 0 OR id = $2 ORDER BY id",
		rq->zh, rq->user->area));
	return options_of(rq, r, put_list(rq->view, "areas"), area);
}

/* An officer of a town sees that town only, whatever is asked for. */
enum err incomplete_list(struct req *rq)
{
	struct paging p = paging(rq, FILES_PER_PAGE);
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	struct list l;

	TRY(db_all(rq, &incomplete_model, &l,
		"SELECT o.id, o.name, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en "
		"END AS town, o.kind, o.address, c.percent, c.missing FROM pub_file_completeness c"
		" JOIN operators o ON o.id = c.operator JOIN areas a ON a.id = o.area"
		" WHERE c.percent < 100 AND (CAST($2 AS bigint) = 0 OR c.area = $2)"
		" ORDER BY c.percent, o.id LIMIT $3 OFFSET $4",
		rq->zh, area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "files", &incomplete_model, &l);
	put_printf(rq->view, "area", "%" PRId64, area);
	TRY(put_areas(rq, area));
	return page(rq, "entities/incomplete");
}
