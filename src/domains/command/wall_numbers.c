/* The six promises in numbers: source traceable, process controllable, risk preventable,
 * responsibility assignable, performance measurable, public can query
 * (源头可溯、全程可控、风险可防、 责任可究、绩效可评、公众可查). Only what is really measured;
 * never a number of fines. */
#include "contracts/facts.h"
#include "domains/command/command.h"

enum { REVIEWS = 500 };

struct promise {
	const char *name, *value, *unit, *tone, *note, *note2;
};

static void put_promise(struct req *rq, const struct promise *p)
{
	struct node *n = put_map(rq->view, p->name);

	put_text(n, "value", p->value);
	put_text(n, "unit", p->unit);
	put_text(n, "tone", p->tone);
	put_text(n, "note", p->note);
	put_text(n, "note2", p->note2 ? p->note2 : "");
}

static const char *of_text(struct req *rq, int64_t part, int64_t whole)
{
	return arena_printf(
		rq->arena, "%s / %s", number_text(rq->arena, part), number_text(rq->arena, whole));
}

/* ---- businesses: source, public, completeness ------------------------------------------------ */
struct town {
	int64_t id;
	const char *name;
	int64_t green, yellow, red, total, valid, files, complete;
};
static const struct model town_model = MODEL("pub_operators", struct town,
	FIELDS(STORED(struct town, id, .as = AS_ID), STORED(struct town, name),
		STORED(struct town, green), STORED(struct town, yellow), STORED(struct town, red),
		STORED(struct town, total), STORED(struct town, valid), STORED(struct town, files),
		STORED(struct town, complete)));

static enum err towns_load(struct req *rq, struct list *l)
{
	return db_all(rq, &town_model, l,
		"SELECT a.id, CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS "
		"name,"
		" sum(CASE WHEN g.colour = 'green' THEN 1 ELSE 0 END) AS green,"
		" sum(CASE WHEN g.colour = 'yellow' THEN 1 ELSE 0 END) AS yellow,"
		" sum(CASE WHEN g.colour = 'red' THEN 1 ELSE 0 END) AS red, count(o.id) AS total,"
		" sum(CASE WHEN o.licence_valid_to > $2 THEN 1 ELSE 0 END) AS valid,"
		" count(c.operator) AS files,"
		" sum(CASE WHEN c.percent = 100 THEN 1 ELSE 0 END) AS complete"
		" FROM pub_areas a LEFT JOIN pub_operators o ON o.area = a.id AND o.state = "
		"'ACTIVE'"
		" LEFT JOIN pub_grades g ON g.operator = o.id"
		" LEFT JOIN pub_file_completeness c ON c.operator = o.id"
		" GROUP BY a.id, a.name, a.name_en ORDER BY a.id",
		rq->zh, rq->now - DAY);
}

/* The share of complete files, whose goal is 100 %; the way to those that are not. */
static void put_files(struct req *rq, struct node *n, const struct town *t)
{
	int64_t share = permille(t->complete, t->files);

	put_text(n, "files", percent_text(rq->arena, share));
	put_text(n, "files_tone", share_tone(share, 1000, 900));
	put_text(n, "files_of", of_text(rq, t->complete, t->files));
	put_printf(n, "files_href", "/operators/incomplete?area=%" PRId64, t->id);
}

static void put_town(struct req *rq, struct node *list, const struct town *t)
{
	struct node *n = put_map(list, NULL), *values;
	int64_t graded = t->green + t->yellow + t->red;

	put_text(n, "name", t->name);
	put_text(n, "tone", town_tone(t->red, graded));
	put_text(n, "green", number_text(rq->arena, t->green));
	put_text(n, "yellow", number_text(rq->arena, t->yellow));
	put_text(n, "red", number_text(rq->arena, t->red));
	put_text(n, "share", percent_text(rq->arena, permille(t->green, graded)));
	put_files(rq, n, t);
	values = put_list(n, "values");
	put_int(values, NULL, t->green);
	put_int(values, NULL, t->yellow);
	put_int(values, NULL, t->red);
	put_printf(
		n, "values_text", "%" PRId64 ",%" PRId64 ",%" PRId64, t->green, t->yellow, t->red)
		->hidden = true;
}

static void put_source(struct req *rq, const struct town *sum)
{
	int64_t share = permille(sum->valid, sum->total);

	put_promise(rq, &(struct promise){ "source", percent_text(rq->arena, share), "%",
				share_tone(share, 950, 900), tr(rq, "with a valid licence"),
				of_text(rq, sum->valid, sum->total) });
}

static void put_public(struct req *rq, const struct town *sum)
{
	int64_t graded = sum->green + sum->yellow + sum->red, share = permille(graded, sum->total);

	put_promise(rq, &(struct promise){ "open", percent_text(rq->arena, share), "%",
				share_tone(share, 900, 600), tr(rq, "with a public colour"),
				of_text(rq, graded, sum->total) });
	put_printf(rq->view, "colours_text", "%" PRId64 ",%" PRId64 ",%" PRId64, sum->green,
		sum->yellow, sum->red)
		->hidden = true;
	struct node *values = put_list(rq->view, "colours");
	put_int(values, NULL, sum->green);
	put_int(values, NULL, sum->yellow);
	put_int(values, NULL, sum->red);
}

/* ---- cameras -------------------------------------------------------------------------------- */
static enum err put_process(struct req *rq)
{
	int64_t live = 0, all = 0, long_lost = 0, share;

	TRY(db_int(rq, &all, "SELECT count(*) FROM pub_cameras WHERE state = 'open'"));
	TRY(db_int(
		rq, &live, "SELECT count(*) FROM pub_cameras WHERE state = 'open' AND live = 1"));
	TRY(db_int(rq, &long_lost,
		"SELECT count(*) FROM pub_cameras WHERE state = 'open' AND live = 0 AND since < $1",
		rq->now - 10 * MINUTE));
	share = permille(live, all);
	put_promise(rq, &(struct promise){ "process", percent_text(rq->arena, share), "%",
				share_tone(share, 950, 800),
				arena_printf(rq->arena, tr(rq, "kitchens live: %s"),
					of_text(rq, live, all)),
				long_lost ? arena_printf(rq->arena, tr(rq, "dark over 10 min: %s"),
						    number_text(rq->arena, long_lost))
					  : "" });
	return OK;
}

/* ---- leads ---------------------------------------------------------------------------------- */
struct lead_counts {
	int64_t today, waiting, oldest;
};
static const struct model lead_counts_model = MODEL("pub_leads", struct lead_counts,
	FIELDS(STORED(struct lead_counts, today), STORED(struct lead_counts, waiting),
		STORED(struct lead_counts, oldest)));

/* Median time from a finding to the first officer's look, of the last week, in minutes. */
static enum err median_review(struct req *rq, int64_t *minutes)
{
	int64_t *ms = NEWS(rq->arena, int64_t, REVIEWS);
	struct rows *r;
	size_t n = 0;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT l.found_at, min(f.at) FROM pub_leads l JOIN pub_ledger f ON f.subject = "
		"l.id"
		" AND f.name IN ($2, $3) WHERE l.found_at > $1 GROUP BY l.id, l.found_at"
		" ORDER BY l.found_at DESC LIMIT $4",
		rq->now - 7 * DAY, LEAD_REVIEWED, LEAD_REJECTED, (int)REVIEWS));
	while (n < REVIEWS) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		ms[n++] = rows_int(r, 1) - rows_int(r, 0);
	}
	rows_close(r);
	int64_t middle = median(ms, n);
	*minutes = middle < 0 ? -1 : (middle + MINUTE / 2) / MINUTE;
	return OK;
}

static enum err put_risk(struct req *rq)
{
	struct lead_counts c;
	int64_t minutes = -1;

	TRY(db_one(rq, &lead_counts_model, &c,
		"SELECT coalesce(sum(CASE WHEN found_at >= $1 THEN 1 ELSE 0 END), 0) AS today,"
		" coalesce(sum(CASE WHEN state IN ('new', 'second') THEN 1 ELSE 0 END), 0) AS "
		"waiting,"
		" coalesce(min(CASE WHEN state IN ('new', 'second') THEN found_at END), 0) AS "
		"oldest"
		" FROM pub_leads",
		TODAY(rq)));
	TRY(median_review(rq, &minutes));
	put_promise(
		rq, &(struct promise){ "risk", number_text(rq->arena, c.waiting), "",
			    waiting_tone(c.oldest ? rq->now - c.oldest : -1),
			    arena_printf(rq->arena, tr(rq, "leads wait; %s today"),
				    number_text(rq->arena, c.today)),
			    minutes < 0 ? ""
					: arena_printf(rq->arena, tr(rq, "median review %s min"),
						  number_text(rq->arena, minutes)) });
	return OK;
}

/* ---- cases ---------------------------------------------------------------------------------- */
struct case_counts {
	int64_t open, overdue, decided, in_time;
};
static const struct model case_counts_model = MODEL("pub_cases", struct case_counts,
	FIELDS(STORED(struct case_counts, open), STORED(struct case_counts, overdue),
		STORED(struct case_counts, decided), STORED(struct case_counts, in_time)));

/* Decided within 90 days of filing, moved off holidays as the case's own clock is (O2 64). */
static enum err put_responsibility(struct req *rq)
{
	struct case_counts c;
	int64_t share;

	TRY(db_one(rq, &case_counts_model, &c,
		"SELECT coalesce(sum(CASE WHEN state NOT IN ('closed', 'not_filed') THEN 1 ELSE 0 "
		"END),"
		" 0) AS open, coalesce(sum(CASE WHEN state = 'precheck' AND precheck_due < $1"
		" OR state IN ('filed', 'told', 'heard', 'proposed') AND decide_due < $1"
		" THEN 1 ELSE 0 END), 0) AS overdue,"
		" coalesce(sum(CASE WHEN decided_at > $2 THEN 1 ELSE 0 END), 0) AS decided,"
		" coalesce(sum(CASE WHEN decided_at > $2 AND decided_at <= decide_due"
		" THEN 1 ELSE 0 END), 0) AS in_time FROM pub_cases",
		rq->now, rq->now - 365 * DAY));
	share = permille(c.in_time, c.decided);
	put_promise(rq, &(struct promise){ "responsibility", number_text(rq->arena, c.open), "",
				c.overdue ? "red" : "green",
				arena_printf(rq->arena, tr(rq, "cases open; %s overdue"),
					number_text(rq->arena, c.overdue)),
				c.decided ? arena_printf(rq->arena, tr(rq, "%s %% within 90 days"),
						    percent_text(rq->arena, share))
					  : "" });
	return OK;
}

/* ---- performance ----------------------------------------------------------------------------- */
static enum err put_performance(struct req *rq, const struct town *sum)
{
	int64_t all = 0, shown = 0, published, complete = permille(sum->complete, sum->files);

	TRY(db_int(rq, &all, "SELECT count(*) FROM pub_inspections WHERE inspected_at > $1",
		rq->now - 365 * DAY));
	TRY(db_int(rq, &shown,
		"SELECT count(*) FROM pub_inspections WHERE inspected_at > $1 AND published_at > 0",
		rq->now - 365 * DAY));
	published = permille(shown, all);
	put_promise(rq, &(struct promise){ "performance", percent_text(rq->arena, published), "%",
				share_tone(published, 990, 950), tr(rq, "inspections published"),
				arena_printf(rq->arena, tr(rq, "files complete %s %%"),
					percent_text(rq->arena, complete)) });
	return OK;
}

/* ---- all of them ----------------------------------------------------- */
enum err put_promises(struct req *rq)
{
	struct list l;
	struct town sum = { 0 };
	struct node *towns = put_list(rq->view, "towns");

	TRY(towns_load(rq, &l));
	for (const struct town *t = LIST_OF(struct town, &l); t < LIST_END(struct town, &l); t++) {
		put_town(rq, towns, t);
		sum.green += t->green;
		sum.yellow += t->yellow;
		sum.red += t->red;
		sum.total += t->total;
		sum.valid += t->valid;
		sum.files += t->files;
		sum.complete += t->complete;
	}
	put_source(rq, &sum);
	put_public(rq, &sum);
	TRY(put_process(rq));
	TRY(put_risk(rq));
	TRY(put_responsibility(rq));
	return put_performance(rq, &sum);
}
