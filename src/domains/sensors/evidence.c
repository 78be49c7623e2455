/* What is kept of an alarm when two officers confirm it: the chart they looked at, and the readings
 * as a table, each under its digest. */
#include "domains/sensors/chart.h"
#include "domains/sensors/sensors.h"

#include <string.h>

enum { BEFORE = 2 * HOUR, AFTER = HOUR, BUCKETS = 288 };

static enum quantity quantity_of(const struct alarm *m)
{
	return text_starts(m->rule, "rh_") ? Q_RH : Q_T;
}

/* From two hours before it began until an hour after it ended, or until now; a week at most. */
static void span_of(const struct req *rq, const struct alarm *m, int64_t span[2])
{
	span[0] = m->started_at - BEFORE;
	span[1] = m->ended_at ? m->ended_at + AFTER : rq->now;
	if (span[1] > rq->now)
		span[1] = rq->now;
	if (span[1] < span[0] + BEFORE)
		span[1] = span[0] + BEFORE;
	if (span[1] > span[0] + 7 * DAY)
		span[1] = span[0] + 7 * DAY;
}

static int64_t step_of(const int64_t span[2], const struct sensor *s)
{
	int64_t step = (span[1] - span[0]) / BUCKETS;

	return step < s->interval_s * SECOND ? s->interval_s * SECOND : step;
}

struct picture {
	struct sensor sensor;
	const char *kind, *store_name, *operator_name;
	int64_t span[2];
	struct series readings;
};

static enum err picture_load(struct req *rq, const struct alarm *m, struct picture *p)
{
	TRY(db_one(
		rq, &sensor_model, &p->sensor, "SELECT * FROM sensors WHERE id = $1", m->sensor));
	TRY(db_text(rq, &p->kind, "SELECT kind FROM sensor_stores WHERE id = $1", m->store));
	TRY(db_text(rq, &p->store_name, "SELECT name FROM sensor_stores WHERE id = $1", m->store));
	TRY(db_text(rq, &p->operator_name, "SELECT name FROM pub_operators WHERE id = $1",
		m->operator));
	span_of(rq, m, p->span);
	return history(rq, m->sensor, p->span, &p->readings);
}

static enum err picture_svg(
	struct req *rq, const struct alarm *m, const struct picture *p, const char **out)
{
	struct law law;
	struct buckets b =
		buckets_new(rq->arena, p->span[0], p->span[1], step_of(p->span, &p->sensor));

	TRY(law_load(rq, &law));
	buckets_add_series(&b, &p->readings);
	struct limits l = law_limits(&law, p->kind, quantity_of(m), p->sensor.interval_s);
	if (text_is(m->rule, "t_high") || text_is(m->rule, "rh_high"))
		l.high = m->bound; /* the limit it was found by, whatever the rules say today */
	if (text_is(m->rule, "t_low") || text_is(m->rule, "rh_low"))
		l.low = m->bound;
	*out = chart_svg(rq->arena,
		&(struct chart){ .title = arena_printf(rq->arena, "%s · %s · %s", p->operator_name,
					 p->store_name, p->sensor.device),
			.no_data = tr(rq, "No readings in this time"),
			.q = quantity_of(m),
			.b = &b,
			.limits = l,
			.until = rq->now,
			.gap_ms = l.gap_ms,
			.mark = { m->started_at, m->ended_at } });
	return OK;
}

const char *alarm_svg(struct req *rq, const struct alarm *m)
{
	struct picture p;
	const char *svg;

	if (picture_load(rq, m, &p) || picture_svg(rq, m, &p, &svg))
		return "";
	return svg;
}

static void put_hundredths(struct buf *b, int64_t v)
{
	int64_t u = v < 0 ? -v : v;

	if (v != NOT_MEASURED)
		buf_printf(b, "%s%" PRId64 ".%02" PRId64, v < 0 ? "-" : "", u / 100, u % 100);
}

/* The head says what the columns cannot: whose it is, and what was added to each reading. */
static const char *picture_csv(struct req *rq, const struct alarm *m, const struct picture *p)
{
	struct buf b = { .arena = rq->arena };

	buf_printf(&b, "# device %s, alarm %" PRId64 ", rule %s, rules %s\r\n", p->sensor.device,
		m->id, m->rule, m->rule_version);
	buf_puts(&b, "# correction in force today, part of each value since it was set: t ");
	put_hundredths(&b, p->sensor.offset_t);
	buf_puts(&b, ", rh ");
	put_hundredths(&b, p->sensor.offset_rh);
	buf_puts(&b, "\r\nat,t_celsius,rh_percent\r\n");
	for (struct reading *r = p->readings.at; r < p->readings.at + p->readings.n; r++) {
		buf_printf(&b, "%s,", time_iso(rq->arena, r->at));
		put_hundredths(&b, r->v[Q_T]);
		buf_putc(&b, ',');
		put_hundredths(&b, r->v[Q_RH]);
		buf_puts(&b, "\r\n");
	}
	return buf_text(&b);
}

static enum err keep(struct req *rq, const char *content, const char **sm3, const char **sha256)
{
	struct object o;
	struct fault why = { 0 };
	struct bytes b = { (const uint8_t *)content, strlen(content) };

	if (store_put(rq_store(rq), rq->arena, b, &o, &why)) {
		log_event(LOG_ERROR, "sensors.evidence_not_kept", "why", why.text, NULL);
		return fail(
			rq, E_BUSY, "The file could not be kept. Please try again in a moment.");
	}
	*sm3 = o.sm3;
	*sha256 = o.sha256;
	return OK;
}

enum err alarm_evidence(struct req *rq, struct alarm *m)
{
	struct picture p;
	const char *svg;

	TRY(picture_load(rq, m, &p));
	TRY(picture_svg(rq, m, &p, &svg));
	TRY(keep(rq, svg, &m->chart_sm3, &m->chart_sha256));
	return keep(rq, picture_csv(rq, m, &p), &m->csv_sm3, &m->csv_sha256);
}
