/* What the worker brings: readings are filed, the rules move on, alarms open and end. */
#include "domains/sensors/sensors.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 2000 };

/* ---- one device ------------------------------------------------------------ */
/* A sensor in use with all that its readings are judged by. */
struct feed {
	struct sensor s;
	const char *kind;
	int64_t last_at, received_at, refused_n, refused_at;
	const char *refused_why;
	struct watch watch[QUANTITIES];
	struct reading last; /* of this batch, or what the watch remembers */
	struct limits limits[QUANTITIES];
};
struct feed_row {
	const char *kind, *refused_why;
	int64_t last_at, received_at, refused_n, refused_at;
};
static const struct model feed_row_model = MODEL("sensor_feed", struct feed_row,
	FIELDS(STORED(struct feed_row, kind), STORED(struct feed_row, last_at),
		STORED(struct feed_row, received_at), STORED(struct feed_row, refused_n),
		STORED(struct feed_row, refused_at), STORED(struct feed_row, refused_why)));

struct watch_row {
	const char *quantity;
	int64_t last_at, last, side, since, n, back, worst, same_since, same_n;
	bool alarmed, stuck;
};
static const struct model watch_row_model = MODEL("sensor_watch", struct watch_row,
	FIELDS(STORED(struct watch_row, quantity), STORED(struct watch_row, last_at),
		STORED(struct watch_row, last), STORED(struct watch_row, side),
		STORED(struct watch_row, since), STORED(struct watch_row, n),
		STORED(struct watch_row, back), STORED(struct watch_row, worst),
		STORED(struct watch_row, alarmed), STORED(struct watch_row, same_since),
		STORED(struct watch_row, same_n), STORED(struct watch_row, stuck)));

static const char *const quantity_codes[QUANTITIES] = { "t", "rh" };

static enum err watches_load(struct req *rq, struct feed *f)
{
	struct list l;

	f->last = (struct reading){ f->last_at, { NOT_MEASURED, NOT_MEASURED } };
	TRY(db_all(rq, &watch_row_model, &l,
		"SELECT quantity, last_at, last, side, since, n, back, worst, alarmed, same_since, "
		"same_n, stuck FROM sensor_watch WHERE sensor = $1",
		f->s.id));
	for (struct watch_row *w = LIST_OF(struct watch_row, &l);
		w < LIST_END(struct watch_row, &l); w++) {
		enum quantity q = text_is(w->quantity, "t") ? Q_T : Q_RH;
		f->watch[q] = (struct watch){ w->last_at, w->last, w->side, w->since, w->n, w->back,
			w->worst, w->alarmed, w->same_since, w->same_n, w->stuck };
		if (w->last_at == f->last_at)
			f->last.v[q] = w->last;
	}
	return OK;
}

/* E_NOT_FOUND: no sensor of this name is in use. */
static enum err feed_load(struct req *rq, const char *device, const struct law *l, struct feed *f)
{
	struct feed_row r;

	*f = (struct feed){ .kind = "" };
	TRY(db_one(rq, &sensor_model, &f->s,
		"SELECT * FROM sensors WHERE device = $1 AND state = 'open'", device));
	TRY(db_one(rq, &feed_row_model, &r,
		"SELECT s.kind, coalesce(f.last_at, 0) AS last_at, coalesce(f.received_at, 0) AS "
		"received_at, coalesce(f.refused_n, 0) AS refused_n, coalesce(f.refused_at, 0) AS "
		"refused_at, coalesce(f.refused_why, '') AS refused_why"
		" FROM sensor_stores s LEFT JOIN sensor_feed f ON f.sensor = $2 WHERE s.id = $1",
		f->s.store, f->s.id));
	f->kind = r.kind;
	f->last_at = r.last_at;
	f->received_at = r.received_at;
	f->refused_n = r.refused_n;
	f->refused_at = r.refused_at;
	f->refused_why = r.refused_why;
	for (int q = 0; q < QUANTITIES; q++)
		f->limits[q] = law_limits(l, f->kind, q, f->s.interval_s);
	return watches_load(rq, f);
}

static enum err watch_save(struct req *rq, const struct feed *f, enum quantity q)
{
	const struct watch *w = &f->watch[q];

	if (!w->last_at)
		return OK;
	/* a statement takes twelve values: the two flags ride in one number */
	return db_run(rq,
		"INSERT INTO sensor_watch (sensor, quantity, last_at, last, side, since, n, back, "
		"worst, same_since, same_n, alarmed, stuck)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
		" CASE WHEN CAST($12 AS bigint) IN (1, 3) THEN 1 ELSE 0 END,"
		" CASE WHEN CAST($12 AS bigint) IN (2, 3) THEN 1 ELSE 0 END)"
		" ON CONFLICT (sensor, quantity) DO UPDATE SET last_at = excluded.last_at, last = "
		"excluded.last, side = excluded.side, since = excluded.since, n = excluded.n, back "
		"= excluded.back, worst = excluded.worst, same_since = excluded.same_since, same_n "
		"= excluded.same_n, alarmed = excluded.alarmed, stuck = excluded.stuck",
		f->s.id, quantity_codes[q], w->last_at, w->last, w->side, w->since, w->n, w->back,
		w->worst, w->same_since, w->same_n, w->alarmed + 2 * w->stuck);
}

static enum err feed_save(struct req *rq, const struct feed *f)
{
	TRY(db_run(rq,
		"INSERT INTO sensor_feed (sensor, last_at, received_at, refused_n, refused_at, "
		"refused_why) VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (sensor) DO UPDATE SET last_at = excluded.last_at, received_at = "
		"excluded.received_at, refused_n = excluded.refused_n, refused_at = "
		"excluded.refused_at, refused_why = excluded.refused_why",
		f->s.id, f->last_at, f->received_at, f->refused_n, f->refused_at, f->refused_why));
	for (int q = 0; q < QUANTITIES; q++)
		TRY(watch_save(rq, f, q));
	return OK;
}

/* ---- the rules -------------------------------------------------------------- */
static const char *limit_rule(enum quantity q, int64_t side)
{
	if (q == Q_T)
		return side > 0 ? "t_high" : "t_low";
	return side > 0 ? "rh_high" : "rh_low";
}

static enum err watch_one(struct req *rq, struct feed *f, enum quantity q, const struct reading *r)
{
	struct watch_news news;
	struct watch *w = &f->watch[q];
	const struct limits *m = &f->limits[q];
	struct law l;

	watch_step(w, m, (struct sample){ r->at, r->v[q] }, &news);
	if (!news.alarm && !news.ended && !news.stuck && !news.unstuck)
		return OK;
	TRY(law_load(rq, &l));
	if (news.ended)
		TRY(alarm_end(rq, &f->s, limit_rule(q, news.ended_side), news.ended_worst));
	if (news.alarm)
		TRY(alarm_open(rq, &f->s,
			&(struct alarm_news){ limit_rule(q, w->side),
				w->side > 0 ? m->high : m->low, w->worst, w->since },
			&l));
	if (news.unstuck)
		TRY(alarm_end(rq, &f->s, "stuck", NOT_MEASURED));
	if (news.stuck)
		TRY(alarm_open(
			rq, &f->s, &(struct alarm_news){ "stuck", 0, r->v[q], w->same_since }, &l));
	return OK;
}

static enum err rules_run(struct req *rq, struct feed *f, const struct reading *r)
{
	if (f->last_at && r->at - f->last_at > f->limits[Q_T].gap_ms)
		TRY(alarm_end(rq, &f->s, "gap", (r->at - f->last_at) / SECOND));
	for (int q = 0; q < QUANTITIES; q++)
		if (r->v[q] != NOT_MEASURED)
			TRY(watch_one(rq, f, q, r));
	return OK;
}

/* ---- filing ------------------------------------------------------------------ */
static void refuse(struct req *rq, struct feed *f, const char *why)
{
	f->refused_n++;
	f->refused_at = rq->now;
	f->refused_why = why;
}

/* What this sensor does not measure by its register is no reading of it. */
static void correct(const struct sensor *s, struct reading *r)
{
	if (text_is(s->measures, "rh"))
		r->v[Q_T] = NOT_MEASURED;
	if (text_is(s->measures, "t"))
		r->v[Q_RH] = NOT_MEASURED;
	if (r->v[Q_T] != NOT_MEASURED)
		r->v[Q_T] += s->offset_t;
	if (r->v[Q_RH] == NOT_MEASURED)
		return;
	r->v[Q_RH] += s->offset_rh;
	if (s->offset_rh && r->v[Q_RH] > RH_MOST) /* the correction of a wet sensor */
		r->v[Q_RH] = RH_MOST;
	if (s->offset_rh && r->v[Q_RH] < RH_LEAST)
		r->v[Q_RH] = RH_LEAST;
}

static enum err file_one(
	struct req *rq, struct feed *f, const struct arrival *a, struct intake_count *count)
{
	struct reading r = a->r;
	int64_t at;
	struct law l;

	correct(&f->s, &r);
	TRY(law_load(rq, &l));
	const char *why = reading_wrong(&r, rq->now, l.late_ms);
	if (why) {
		count->refused++;
		refuse(rq, f, why);
		return OK;
	}
	if (a->clockless && reading_again(&f->last, &r, f->s.interval_s * SECOND)) {
		count->doubles++;
		return OK;
	}
	enum err e = db_int(rq, &at,
		"INSERT INTO sensor_readings (sensor, at, t, rh) VALUES ($1, $2, $3, $4)"
		" ON CONFLICT DO NOTHING RETURNING at",
		f->s.id, r.at, r.v[Q_T], r.v[Q_RH]);
	if (e == E_NOT_FOUND) {
		count->doubles++;
		return OK;
	}
	TRY(e);
	count->taken++;
	TRY(rules_run(rq, f, &r));
	f->received_at = rq->now;
	if (r.at > f->last_at) {
		f->last_at = r.at;
		f->last = r;
	}
	return OK;
}

static int by_device_and_time(const void *pa, const void *pb)
{
	const struct arrival *a = pa, *b = pb;
	int c = strcmp(a->device, b->device);

	return c ? c : (a->r.at > b->r.at) - (a->r.at < b->r.at);
}

enum err readings_file(struct req *rq, struct arrival *all, size_t n, struct intake_count *count)
{
	struct law l;
	struct feed f;

	TRY(law_load(rq, &l));
	if (n)
		qsort(all, n, sizeof(*all), by_device_and_time);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && text_is(all[end].device, all[i].device);)
			end++;
		enum err e = feed_load(rq, all[i].device, &l, &f);
		if (e == E_NOT_FOUND) { /* taken out of use meanwhile, or not ours */
			count->unknown += (int64_t)(end - i);
			continue;
		}
		TRY(e);
		for (size_t k = i; k < end; k++)
			TRY(file_one(rq, &f, &all[k], count));
		TRY(feed_save(rq, &f));
	}
	return OK;
}

/* ---- the worker's addresses --------------------------------------------------- */
enum err internal_sensors(struct req *rq)
{
	struct list l;

	TRY(db_all(
		rq, &sensor_model, &l, "SELECT * FROM sensors WHERE state = 'open' ORDER BY id"));
	struct node *list = put_list(rq->view, "devices");
	for (struct sensor *s = LIST_OF(struct sensor, &l); s < LIST_END(struct sensor, &l); s++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "device", s->device);
		if (*s->t_pointer) {
			put_text(n, "t", s->t_pointer);
			put_text(n, "t_unit", s->t_unit);
		}
		if (*s->rh_pointer) {
			put_text(n, "rh", s->rh_pointer);
			put_text(n, "rh_unit", s->rh_unit);
		}
		if (*s->at_pointer) {
			put_text(n, "at", s->at_pointer);
			put_text(n, "at_unit", s->at_unit);
		}
	}
	return reply_json(rq);
}

/* {"device","at","t","rh","clockless"}; t or rh absent: not measured. */
static struct arrival arrival_of(const struct node *n)
{
	return (struct arrival){ node_text(n, "device", ""),
		{ node_int(n, "at", 0),
			{ node_int(n, "t", NOT_MEASURED), node_int(n, "rh", NOT_MEASURED) } },
		node_true(n, "clockless") };
}

static enum err refused_note(struct req *rq, const struct node *n, const struct law *l)
{
	struct feed f;
	enum err e = feed_load(rq, node_text(n, "device", ""), l, &f);

	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	refuse(rq, &f, node_text(n, "why", ""));
	return feed_save(rq, &f);
}

static enum err body_read(struct req *rq, struct node **body)
{
	struct fault why = { 0 };

	if (json_parse(rq->arena, rq->http->body, body, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	return OK;
}

enum err internal_readings(struct req *rq)
{
	struct node *body;
	struct intake_count count = { 0 };
	struct law l;
	size_t n = 0;

	TRY(body_read(rq, &body));
	struct arrival *all = NEWS(rq->arena, struct arrival, BATCH_MAX);
	NODE_EACH (r, node_find(body, "readings")) {
		if (n == BATCH_MAX)
			return fail(rq, E_TOO_LARGE, "Too many readings at once.");
		all[n++] = arrival_of(r);
	}
	TRY(readings_file(rq, all, n, &count));
	TRY(law_load(rq, &l));
	NODE_EACH (r, node_find(body, "refused"))
		TRY(refused_note(rq, r, &l));
	put_int(rq->view, "taken", count.taken);
	put_int(rq->view, "doubles", count.doubles);
	put_int(rq->view, "refused", count.refused);
	put_int(rq->view, "unknown", count.unknown);
	return reply_json(rq);
}
