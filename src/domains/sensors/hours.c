/* Readings in rows for about an hour, then a row a sensor-hour; each day of a store sealed by a
 * fact.
 *
 * A reading alone is not witnessed: millions a day would drown the ledger. When a day is over its
 * hours get one digest, which a witnessed row and a fact carry: whoever changes, adds or removes a
 * reading afterwards changes the digest. A late reading is filed all the same; the day is then
 * sealed again, and the ledger holds both digests. */
#include "contracts/facts.h"
#include "core/ledger/crypto.h"
#include "domains/sensors/sensors.h"

#include <stdlib.h>

enum { GRACE = 5 * MINUTE }; /* after its end, before an hour is rolled */

/* ---- reading ------------------------------------------------------------------ */
struct reading_row {
	int64_t at, t, rh;
};
static const struct model reading_row_model = MODEL("sensor_readings", struct reading_row,
	FIELDS(STORED(struct reading_row, at), STORED(struct reading_row, t),
		STORED(struct reading_row, rh)));

struct hour_row {
	int64_t sensor, hour, n, t_n, t_min, t_max, t_sum, rh_n, rh_min, rh_max, rh_sum;
	const char *body, *digest;
};
static const struct model hour_row_model = MODEL("sensor_hours", struct hour_row,
	FIELDS(STORED(struct hour_row, sensor), STORED(struct hour_row, hour),
		STORED(struct hour_row, n), STORED(struct hour_row, t_n),
		STORED(struct hour_row, t_min), STORED(struct hour_row, t_max),
		STORED(struct hour_row, t_sum), STORED(struct hour_row, rh_n),
		STORED(struct hour_row, rh_min), STORED(struct hour_row, rh_max),
		STORED(struct hour_row, rh_sum), STORED(struct hour_row, body),
		STORED(struct hour_row, digest)));

static int64_t hour_of(int64_t at)
{
	return at / HOUR * HOUR;
}

static struct series series_of(struct req *rq, const struct list *l)
{
	struct series s = { NEWS(rq->arena, struct reading, l->n + 1), 0 };

	for (struct reading_row *r = LIST_OF(struct reading_row, l);
		r < LIST_END(struct reading_row, l); r++)
		s.at[s.n++] = (struct reading){ r->at, { r->t, r->rh } };
	return s;
}

static enum err rows_read(struct req *rq, int64_t sensor, const int64_t span[2], struct series *out)
{
	struct list l;

	TRY(db_all(rq, &reading_row_model, &l,
		"SELECT at, t, rh FROM sensor_readings WHERE sensor = $1 AND at >= $2 AND at < $3 "
		"ORDER BY at",
		sensor, span[0], span[1]));
	*out = series_of(rq, &l);
	return OK;
}

static enum err hour_unpack(struct req *rq, const struct hour_row *h, struct series *out)
{
	if (series_read(rq->arena, h->body, h->hour, out))
		return fail(rq, E_INTERNAL, "The readings of an hour cannot be read.");
	return OK;
}

enum err history(struct req *rq, int64_t sensor, const int64_t span[2], struct series *out)
{
	struct list l;
	struct series part, rows, all = { NULL, 0 };
	struct buf b = { .arena = rq->arena, .max = 512 << 20 };

	TRY(db_all(rq, &hour_row_model, &l,
		"SELECT * FROM sensor_hours WHERE sensor = $1 AND hour >= $2 AND hour < $3 ORDER "
		"BY hour",
		sensor, hour_of(span[0]), span[1]));
	for (struct hour_row *h = LIST_OF(struct hour_row, &l); h < LIST_END(struct hour_row, &l);
		h++) {
		TRY(hour_unpack(rq, h, &part));
		buf_add(&b, part.at, part.n * sizeof(*part.at));
	}
	all = (struct series){ (struct reading *)(void *)b.s, b.n / sizeof(struct reading) };
	TRY(rows_read(rq, sensor, span, &rows));
	all = series_part(&all, span[0], span[1]);
	*out = series_merge(rq->arena, &all, &rows);
	return OK;
}

enum err history_buckets(struct req *rq, int64_t sensor, struct buckets *b)
{
	struct list l;
	struct series part;
	int64_t span[2] = { b->from, b->from + (int64_t)b->n * b->step };

	TRY(db_all(rq, &hour_row_model, &l,
		"SELECT * FROM sensor_hours WHERE sensor = $1 AND hour >= $2 AND hour < $3 ORDER "
		"BY hour",
		sensor, hour_of(span[0]), span[1]));
	for (struct hour_row *h = LIST_OF(struct hour_row, &l); h < LIST_END(struct hour_row, &l);
		h++) {
		if (b->step % HOUR == 0) {
			bucket_add(b, Q_T, h->hour,
				(struct figures){ h->t_n, h->t_min, h->t_max, h->t_sum });
			bucket_add(b, Q_RH, h->hour,
				(struct figures){ h->rh_n, h->rh_min, h->rh_max, h->rh_sum });
			continue;
		}
		TRY(hour_unpack(rq, h, &part));
		buckets_add_series(b, &part);
	}
	TRY(rows_read(rq, sensor, span, &part));
	buckets_add_series(b, &part);
	return OK;
}

/* ---- rolling ------------------------------------------------------------------- */
static enum err hour_save(struct req *rq, int64_t sensor, int64_t hour, const struct series *s)
{
	const char *body = series_write(rq->arena, s, hour);
	struct figures t = series_figures(s, Q_T), h = series_figures(s, Q_RH);

	TRY(db_run(rq,
		"INSERT INTO sensor_hours (sensor, hour, n, body, digest, t_n, t_min, t_max, t_sum,"
		" rh_n, rh_min, rh_max, rh_sum) VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0)"
		" ON CONFLICT (sensor, hour) DO UPDATE SET n = excluded.n, body = excluded.body,"
		" digest = excluded.digest",
		sensor, hour, (int64_t)s->n, body, series_digest(rq->arena, sensor, hour, body)));
	return db_run(rq,
		"UPDATE sensor_hours SET t_n = $3, t_min = $4, t_max = $5, t_sum = $6,"
		" rh_n = $7, rh_min = $8, rh_max = $9, rh_sum = $10 WHERE sensor = $1 AND hour = "
		"$2",
		sensor, hour, t.n, t.min, t.max, t.sum, h.n, h.min, h.max, h.sum);
}

static int by_time(const void *pa, const void *pb)
{
	const struct reading_row *a = pa, *b = pb;

	return (a->at > b->at) - (a->at < b->at);
}

/* Reads and removes in one statement: what arrives between two would be removed unread. */
static enum err rows_take(struct req *rq, int64_t sensor, const int64_t span[2], struct series *out)
{
	struct list l;

	TRY(db_all(rq, &reading_row_model, &l,
		"DELETE FROM sensor_readings WHERE sensor = $1 AND at >= $2 AND at < $3 RETURNING "
		"at, t, rh",
		sensor, span[0], span[1]));
	if (l.n)
		qsort(l.at, l.n, sizeof(struct reading_row), by_time);
	*out = series_of(rq, &l);
	return OK;
}

static enum err hour_roll(struct req *rq, int64_t sensor, int64_t hour)
{
	const int64_t span[2] = { hour, hour + HOUR };
	struct list l;
	struct series old = { NULL, 0 }, rows, all;
	int64_t store;

	TRY(db_int(rq, &store, "SELECT store FROM sensors WHERE id = $1", sensor));
	TRY(db_all(rq, &hour_row_model, &l,
		"SELECT * FROM sensor_hours WHERE sensor = $1 AND hour = $2", sensor, hour));
	if (l.n)
		TRY(hour_unpack(rq, LIST_OF(struct hour_row, &l), &old));
	TRY(rows_take(rq, sensor, span, &rows));
	all = series_merge(rq->arena, &old, &rows);
	if (all.n == old.n) /* nothing but readings that came twice */
		return OK;
	TRY(hour_save(rq, sensor, hour, &all));
	int64_t day = (int64_t)day_number(hour) * DAY - 8 * HOUR;
	return db_run(rq,
		"INSERT INTO sensor_unsealed (store, day) VALUES ($1, $2) ON CONFLICT DO NOTHING",
		store, day);
}

struct due {
	int64_t sensor, at;
};
static const struct model due_model = MODEL(
	"sensor_readings", struct due, FIELDS(STORED(struct due, sensor), STORED(struct due, at)));

enum err hours_roll(struct req *rq, int64_t most)
{
	struct list l;
	int64_t cut = hour_of(rq->now - GRACE);

	TRY(db_all(rq, &due_model, &l,
		"SELECT sensor, min(at) AS at FROM sensor_readings WHERE at < $1 GROUP BY sensor, "
		"at / 3600000 ORDER BY sensor, at LIMIT $2",
		cut, most));
	for (struct due *d = LIST_OF(struct due, &l); d < LIST_END(struct due, &l); d++)
		TRY(hour_roll(rq, d->sensor, hour_of(d->at)));
	return OK;
}

/* ---- sealing -------------------------------------------------------------------- */
struct day_sum {
	int64_t hours, readings;
	const char *digest;
	bool whole; /* every hour is what its own digest says */
};

static bool same_figures(struct figures a, struct figures b)
{
	return a.n == b.n && a.min == b.min && a.max == b.max && a.sum == b.sum;
}

/* The figures beside the text are what charts of weeks are drawn from: they have to agree. */
static bool hour_whole(struct arena *a, const struct hour_row *h, const char *digest)
{
	struct series s;

	return text_is(digest, h->digest) && !series_read(a, h->body, h->hour, &s) &&
	       (int64_t)s.n == h->n &&
	       same_figures(series_figures(&s, Q_T),
		       (struct figures){ h->t_n, h->t_min, h->t_max, h->t_sum }) &&
	       same_figures(series_figures(&s, Q_RH),
		       (struct figures){ h->rh_n, h->rh_min, h->rh_max, h->rh_sum });
}

/* SM3 over "shian-day-v1\n<store>\n<day>\n" and a line "<sensor> <hour> <digest>\n" for each hour.
 */
static enum err day_sum(struct req *rq, int64_t store, int64_t day, struct day_sum *out)
{
	struct list l;
	struct buf b = { .arena = rq->arena };

	TRY(db_all(rq, &hour_row_model, &l,
		"SELECT h.* FROM sensor_hours h JOIN sensors s ON s.id = h.sensor WHERE s.store = "
		"$1"
		" AND h.hour >= $2 AND h.hour < $3 ORDER BY h.sensor, h.hour",
		store, day, day + DAY));
	*out = (struct day_sum){ .whole = true };
	buf_printf(&b, "shian-day-v1\n%" PRId64 "\n%" PRId64 "\n", store, day);
	for (struct hour_row *h = LIST_OF(struct hour_row, &l); h < LIST_END(struct hour_row, &l);
		h++) {
		const char *digest = series_digest(rq->arena, h->sensor, h->hour, h->body);
		out->whole = out->whole && hour_whole(rq->arena, h, digest);
		buf_printf(&b, "%" PRId64 " %" PRId64 " %s\n", h->sensor, h->hour, digest);
		out->hours++;
		out->readings += h->n;
	}
	struct digest d = sm3(b.s, b.n);
	out->digest = digest_hex(rq->arena, &d);
	return OK;
}

static enum err day_seal(struct req *rq, int64_t store, int64_t day)
{
	struct day_sum sum;
	struct sealed_day d = { .store = store, .day = day };
	int64_t operator;

	TRY(day_sum(rq, store, day, &sum));
	enum err e = db_one(rq, &sealed_day_model, &d,
		"SELECT * FROM sensor_days WHERE store = $1 AND day = $2", store, day);
	if (e && e != E_NOT_FOUND)
		return e;
	if (e)
		d = (struct sealed_day){ .store = store, .day = day };
	d.hours = sum.hours;
	d.readings = sum.readings;
	d.digest = sum.digest;
	d.sealed_at = rq->now;
	TRY(e ? db_insert(rq, &sealed_day_model, &d) : db_update(rq, &sealed_day_model, &d));
	TRY(db_int(rq, &operator, "SELECT operator FROM sensor_stores WHERE id = $1", store));
	TRY(emit(rq, SENSOR_DAY_SEALED, store, operator, json_of(rq, &sealed_day_model, &d)));
	return db_run(rq, "DELETE FROM sensor_unsealed WHERE store = $1 AND day = $2", store, day);
}

struct unsealed {
	int64_t store, day;
};
static const struct model unsealed_model = MODEL("sensor_unsealed", struct unsealed,
	FIELDS(STORED(struct unsealed, store), STORED(struct unsealed, day)));

/* A day waits for its last hour to be rolled, and a while longer for what comes late. */
enum err days_seal(struct req *rq, int64_t most)
{
	struct law l;
	struct list due;

	TRY(law_load(rq, &l));
	TRY(db_all(rq, &unsealed_model, &due,
		"SELECT u.store, u.day FROM sensor_unsealed u WHERE u.day + 86400000 <= $1"
		" AND NOT EXISTS (SELECT 1 FROM sensor_readings r JOIN sensors s ON s.id = r.sensor"
		" WHERE s.store = u.store AND r.at >= u.day AND r.at < u.day + 86400000)"
		" ORDER BY u.day, u.store LIMIT $2",
		rq->now - l.seal_after, most));
	for (struct unsealed *u = LIST_OF(struct unsealed, &due);
		u < LIST_END(struct unsealed, &due); u++)
		TRY(day_seal(rq, u->store, u->day));
	return OK;
}

enum err day_check(struct req *rq, int64_t store, int64_t day, enum seal_state *out)
{
	struct list l;
	struct day_sum sum;
	int64_t open;

	*out = SEAL_NONE;
	TRY(db_all(rq, &sealed_day_model, &l,
		"SELECT * FROM sensor_days WHERE store = $1 AND day = $2", store, day));
	if (!l.n)
		return OK;
	TRY(day_sum(rq, store, day, &sum));
	TRY(db_int(rq, &open, "SELECT count(*) FROM sensor_unsealed WHERE store = $1 AND day = $2",
		store, day));
	if (open) /* late readings came: sealed again in a moment */
		*out = SEAL_OPEN;
	else
		*out = sum.whole && text_is(sum.digest, LIST_OF(struct sealed_day, &l)->digest)
			       ? SEAL_HOLDS
			       : SEAL_BROKEN;
	return OK;
}

enum err days_check(struct req *rq, struct days_round *r)
{
	struct list l;
	enum seal_state s;

	TRY(db_all(rq, &sealed_day_model, &l,
		"SELECT * FROM sensor_days WHERE id > $1 ORDER BY id LIMIT 200", r->after));
	for (struct sealed_day *d = LIST_OF(struct sealed_day, &l);
		d < LIST_END(struct sealed_day, &l); d++) {
		TRY(day_check(rq, d->store, d->day, &s));
		r->days++;
		r->after = d->id;
		if (s != SEAL_BROKEN)
			continue;
		if (!r->broken++) {
			r->store = d->store;
			r->day = d->day;
		}
	}
	r->more = l.n == 200;
	return OK;
}
