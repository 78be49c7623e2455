/* Screens: whom to visit, why one stands where it does, what the latest run changed. */
#include "domains/targeting/features.h"
#include "domains/targeting/targeting.h"

#include <string.h>

enum { PAGE_ROWS = 50, RECORDS = 30, EACH = 5 };

struct row {
	int64_t operator, place;
	const char *name, *town, *kind, *chosen, *due, *reasons;
	int64_t probability, low, high, visits, year_visits, last_visit_at, least, most;
};
static const struct model row_model = MODEL("targeting_scores", struct row,
	FIELDS(STORED(struct row, place), STORED(struct row, operator, .as = AS_ID),
		STORED(struct row, name), STORED(struct row, town),
		STORED(struct row, kind, .choices = targeting_kinds),
		STORED(struct row, probability), STORED(struct row, low), STORED(struct row, high),
		STORED(struct row, visits), STORED(struct row, year_visits),
		STORED(struct row, last_visit_at, .as = AS_DATE), STORED(struct row, least),
		STORED(struct row, most), STORED(struct row, due, .choices = targeting_due),
		STORED(struct row, chosen, .choices = targeting_chosen),
		STORED(struct row, reasons)));

#define ROWS                                                                                       \
	"SELECT s.place, s.operator, o.name, coalesce(a.name, '') AS town, s.kind, "               \
	"s.probability, "                                                                          \
	"s.low, s.high, s.visits, s.year_visits, s.last_visit_at, s.least, s.most, s.due, "        \
	"s.chosen, s.reasons FROM targeting_scores s JOIN pub_operators o ON o.id = s.operator "   \
	"LEFT JOIN pub_areas a ON a.id = s.area"

/* ---- parts --------------------------------------------------------------- */
static void put_percent(struct node *n, const char *name, int64_t p)
{
	put_printf(n, name, "%" PRId64 ".%" PRId64 " %%", p / 100, p % 100 / 10)->hidden = true;
}

/* "1:320,14:-120" in words. */
static void put_reasons(struct req *rq, struct node *in, const char *reasons)
{
	struct node *list = put_list(in, "why");
	int64_t feature, moves;

	for (const char *s = reasons; *s;) {
		size_t n = strcspn(s, ","), at = strcspn(s, ":");
		if (at >= n || !text_to_int(arena_copy(rq->arena, s, at), &feature) ||
			!text_to_int(arena_copy(rq->arena, s + at + 1, n - at - 1), &moves) ||
			feature < 0 || feature > F_KINDS)
			return;
		const char *words = feature_words((enum feature)feature, moves > 0);
		if (words) {
			struct node *w = put_map(list, NULL);
			put_text(w, "words", tr(rq, words));
			put_flag(w, "raises", moves > 0);
			put_int(w, "feature", feature)->hidden = true;
			put_int(w, "moves_milli", moves);
		}
		s += n;
		s += *s == ',';
	}
}

static void put_words(struct req *rq, struct node *list, const struct list *l)
{
	const struct row *r = LIST_OF(struct row, l);

	for (struct node *n = list->first; n && r < LIST_END(struct row, l); n = n->next, r++) {
		put_reasons(rq, n, r->reasons);
		put_percent(n, "percent", r->probability);
		put_percent(n, "percent_low", r->low);
		put_percent(n, "percent_high", r->high);
		put_flag(n, "scored", r->probability > 0);
		put_flag(n, "no_history", r->visits == 0);
		put_flag(n, "on_list", *r->chosen);
		put_flag(n, "capped", r->most > 0);
	}
}

static enum err put_run(struct req *rq, bool *there, struct targeting_run *run)
{
	struct list l;

	TRY(db_all(rq, &targeting_run_model, &l,
		"SELECT * FROM targeting_runs ORDER BY at DESC, id DESC LIMIT 1"));
	*there = l.n > 0;
	if (!l.n)
		return OK;
	*run = *LIST_OF(struct targeting_run, &l);
	run->model = run->report = ""; /* long; the report has its page */
	show(rq, "run", &targeting_run_model, run);
	put_flag(rq->view, "by_clocks", text_is(run->state, "clocks"));
	return OK;
}

enum err targeting_towns(struct req *rq, int64_t chosen)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "towns");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, CASE WHEN CAST($2 AS bigint) = 1 THEN name ELSE name_en END FROM "
		"pub_areas WHERE CAST($1 AS bigint) = 0 OR id = $1 ORDER BY id",
		rq->user->area, rq->zh));
	return options_of(rq, r, list, chosen);
}

static void put_kinds(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "kinds");

	list->hidden = true;
	for (const struct choice *c = targeting_kinds; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(chosen, c->code));
	}
}

/* ---- pages --------------------------------------------------------------- */
enum err targeting_list(struct req *rq)
{
	struct list l;
	struct targeting_run run;
	bool there;
	struct paging p = paging(rq, PAGE_ROWS);
	int64_t area = rq->user->area ? rq->user->area : query_int(rq, "area", 0);
	const char *kind = query_text(rq, "kind"), *which = query_text(rq, "show");

	TRY(db_all(rq, &row_model, &l,
		ROWS " WHERE ($1 = 0 OR s.area = $1) AND ($2 = '' OR s.kind = $2) AND (($3 = '' "
		     "AND s.chosen <> '') OR $3 = 'all' OR s.due = $3) ORDER BY s.place LIMIT $4 "
		     "OFFSET $5",
		area, kind, which, p.limit, p.offset));
	show_pages(rq, p, &l);
	put_words(rq, show_table(rq, "operators", &row_model, &l), &l);
	TRY(put_run(rq, &there, &run));
	TRY(targeting_towns(rq, area));
	put_kinds(rq, kind);
	put_flag(rq->view, "show_all", text_is(which, "all"));
	put_flag(rq->view, "show_must", text_is(which, "must"));
	put_flag(rq->view, "show_conflict", text_is(which, "conflict"));
	put_flag(rq->view, "may_run", may(rq, TARGETING_RUN));
	return page(rq, "targeting/list");
}

struct record {
	int64_t id, at;
	const char *sort, *words;
	int64_t key_failed, general_failed;
};
static const struct model record_model = MODEL("targeting_scores", struct record,
	FIELDS(STORED(struct record, id, .as = AS_ID), STORED(struct record, at, .as = AS_DATE),
		STORED(struct record, sort), STORED(struct record, words),
		STORED(struct record, key_failed), STORED(struct record, general_failed)));

static const struct {
	const char *sort, *href, *words;
	enum right right;
} sorts[] = {
	{ "inspection", "/inspections/", "Inspection", INSPECTION_READ },
	{ "near", "/inspections/", "Inspection nearby", INSPECTION_READ },
	{ "lead", "/leads/", "Confirmed lead", LEAD_READ },
	{ "alarm", "/alarms/", "Confirmed alarm of a cold store", LEAD_READ },
	{ "case", "/cases/", "Decision with a penalty", CASE_READ },
	{ "complaint", "/complaints/", "Complaint or report", COMPLAINT_READ },
};

static void put_record(struct req *rq, struct node *list, const struct record *r)
{
	struct node *n = put_map(list, NULL);

	put_printf(n, "id", "%" PRId64, r->id);
	put_text(n, "at", date_text(rq->arena, r->at));
	put_text(n, "sort", r->sort);
	put_int(n, "key_failed", r->key_failed);
	put_int(n, "general_failed", r->general_failed);
	put_flag(n, "inspected", text_is(r->sort, "inspection") || text_is(r->sort, "near"))
		->hidden = true;
	for (size_t k = 0; k < sizeof(sorts) / sizeof(*sorts); k++)
		if (text_is(r->sort, sorts[k].sort)) {
			put_printf(n, "words", *r->words ? "%s · %s" : "%s", tr(rq, sorts[k].words),
				r->words);
			if (may(rq, sorts[k].right))
				put_printf(n, "href", "%s%" PRId64, sorts[k].href, r->id);
		}
}

/* Is the record what a reason speaks of? Those of history rest on visits: what raises on those
 * where something was found, what lowers on all of them. */
static bool rests_on(enum feature f, bool raises, const struct record *r)
{
	enum finding { ANY, KEY, SOME };
	static const struct {
		enum feature feature;
		const char *sort;
		enum finding found; /* when it raises */
	} rests[] = {
		{ F_RATE, "inspection", KEY },
		{ F_FAILED, "inspection", KEY },
		{ F_JUST, "inspection", KEY },
		{ F_SERIOUS, "inspection", SOME },
		{ F_MINOR, "inspection", SOME },
		{ F_CLEAN, "inspection", SOME },
		{ F_LEADS, "lead", ANY },
		{ F_ALARMS, "alarm", ANY },
		{ F_DECIDED, "case", ANY },
		{ F_COMPLAINTS, "complaint", ANY },
		{ F_NEAR, "near", ANY },
	};

	for (size_t i = 0; i < sizeof(rests) / sizeof(*rests); i++)
		if (rests[i].feature == f && text_is(r->sort, rests[i].sort))
			return !raises || rests[i].found == ANY || r->key_failed > 0 ||
			       (rests[i].found == SOME && r->general_failed > 0);
	return false;
}

static enum err near_load(struct req *rq, struct list *l)
{
	return db_all(rq, &record_model, l,
		"SELECT i.id, i.inspected_at AS at, 'near' AS sort, o.name AS words, i.key_failed, "
		"i.general_failed FROM pub_operators me JOIN pub_operators o ON o.area = me.area "
		"AND o.id <> me.id AND o.lat BETWEEN me.lat - 4500 AND me.lat + 4500 AND o.lon "
		"BETWEEN me.lon - 4500 AND me.lon + 4500 JOIN pub_inspection_visits i ON "
		"i.operator = o.id AND i.key_failed > 0 WHERE me.id = $1 AND (me.lat <> 0 OR "
		"me.lon <> 0) ORDER BY i.inspected_at DESC, i.id LIMIT $2",
		rq->id, (int)EACH);
}

/* What the reasons rest on: each record with its page, and below each reason its own. */
static enum err put_records(struct req *rq, struct node *reasons)
{
	struct list all[2];
	struct node *list = put_list(rq->view, "records");

	TRY(db_all(rq, &record_model, &all[0],
		"SELECT id, inspected_at AS at, 'inspection' AS sort, '' AS words, key_failed, "
		"general_failed FROM pub_inspection_visits WHERE operator = $1 UNION ALL SELECT "
		"id, found_at, 'lead', '', 0, 0 FROM pub_leads WHERE operator = $1 AND state = "
		"'confirmed' UNION ALL SELECT id, found_at, 'alarm', '', 0, 0 FROM "
		"pub_sensor_alarms WHERE operator = $1 AND state = 'confirmed' UNION ALL SELECT "
		"id, decided_at, 'case', '', 0, 0 FROM pub_cases WHERE operator = $1 AND "
		"decided_at > 0 AND outcome = 'penalty' AND annulled = 0 UNION ALL SELECT id, "
		"received_at, "
		"'complaint', '', 0, 0 FROM pub_complaints WHERE operator = $1 ORDER BY at DESC "
		"LIMIT $2",
		rq->id, (int)RECORDS));
	TRY(near_load(rq, &all[1]));
	for (const struct record *r = all[0].at; r < LIST_END(struct record, &all[0]); r++)
		put_record(rq, list, r);
	NODE_EACH (why, reasons) {
		enum feature f = (enum feature)node_int(why, "feature", 0);
		bool raises = node_int(why, "moves_milli", 0) > 0;
		struct node *own = put_list((struct node *)(uintptr_t)why, "records");
		int n = 0;
		for (int k = 0; k < 2; k++)
			for (const struct record *r = all[k].at;
				r < LIST_END(struct record, &all[k]) && n < EACH; r++)
				if (rests_on(f, raises, r)) {
					put_record(rq, own, r);
					n++;
				}
	}
	return OK;
}

enum err targeting_one(struct req *rq)
{
	struct list l;
	struct targeting_run run;
	bool there;

	TRY(db_all(rq, &row_model, &l, ROWS " WHERE s.operator = $1", rq->id));
	if (!l.n)
		return fail(rq, E_NOT_FOUND, "The latest run did not score this operator.");
	struct node *list = show_list(rq, "operators", &row_model, &l);
	put_words(rq, list, &l);
	TRY(put_run(rq, &there, &run));
	TRY(put_records(rq, (struct node *)(uintptr_t)node_find(list->first, "why")));
	return page(rq, "targeting/one");
}

static enum err report_names(struct req *rq, const char *name, struct node *list)
{
	const char *words;

	for (struct node *n = list->first; n; n = n->next) {
		const char *key = node_text(n, "key", "");
		int64_t id = 0, earlier = node_int(n, "earlier", 0);
		int64_t size = earlier < 0 ? -earlier : earlier;
		words = *key ? key : tr(rq, "No visit yet");
		if (text_is(name, "kinds"))
			words = tr(rq, choice_label(targeting_kinds, key));
		else if (text_to_int(key, &id) && text_is(name, "areas"))
			(void)!db_text(rq, &words, "SELECT name FROM pub_areas WHERE id = $1", id);
		else if (id)
			(void)!db_text(rq, &words, "SELECT name FROM pub_users WHERE id = $1", id);
		put_text(n, "label", words);
		put_printf(n, "shift", "%s%" PRId64 ".%02" PRId64, earlier < 0 ? "−" : "+",
			size / 100, size % 100);
	}
	return OK;
}

static void put_outcomes(struct req *rq, const struct node *report)
{
	struct node *list = put_list(rq->view, "outcomes");

	NODE_EACH (from, node_find(report, "outcomes")) {
		struct node *n = put_map(list, NULL);
		const char *chosen = node_text(from, "chosen", "");
		put_text(n, "chosen", chosen);
		put_text(n, "label", tr(rq, choice_label(targeting_chosen, chosen)))->hidden = true;
		if (text_is(chosen, "random")) {
			struct node *tag = put_map(n, "honest_tag");
			tag->hidden = true;
			put_text(tag, "label", tr(rq, "Honest estimate"));
			put_text(tag, "tone", "green");
		}
		put_int(n, "visits", node_int(from, "visits", 0));
		put_int(n, "failed", node_int(from, "failed", 0));
		put_int(n, "rate", node_int(from, "rate", 0));
		put_percent(n, "percent", node_int(from, "rate", 0));
		put_percent(n, "percent_low", node_int(from, "low", 0));
		put_percent(n, "percent_high", node_int(from, "high", 0));
	}
}

enum err targeting_report(struct req *rq)
{
	static const char *const names[] = { "areas", "kinds", "inspectors" };
	struct targeting_run run;
	struct fault why = { 0 };
	struct node *report;
	const char *text = "{}";
	bool there;

	TRY(put_run(rq, &there, &run));
	if (there)
		TRY(db_text(rq, &text, "SELECT report FROM targeting_runs WHERE id = $1", run.id));
	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &report,
		    &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	put_outcomes(rq, report);
	for (int i = 0; i < 3; i++) {
		struct node *list = put_list(rq->view, names[i]);
		NODE_EACH (from, node_find(report, names[i])) {
			struct node *n = put_map(list, NULL);
			put_text(n, "key", node_text(from, "key", ""));
			put_int(n, "operators", node_int(from, "operators", 0));
			put_int(n, "chosen", node_int(from, "chosen", 0));
			put_int(n, "earlier", node_int(from, "earlier", 0));
		}
		TRY(report_names(rq, names[i], list));
	}
	return page(rq, "targeting/report");
}

enum err targeting_again(struct req *rq)
{
	TRY(job_add(rq, .kind = "targeting.run", .subject = rq->user->id));
	notice(rq, "A run was asked for. It takes some seconds.");
	return redirect(rq, "/targeting");
}
