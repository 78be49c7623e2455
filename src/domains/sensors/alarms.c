/* Alarms: opened and ended by the rules, told to the operator once each. */
#include "contracts/facts.h"
#include "domains/sensors/sensors.h"

static bool is_limit(const char *rule)
{
	return text_starts(rule, "t_") || text_starts(rule, "rh_");
}

static enum quantity quantity_of(const char *rule)
{
	return text_starts(rule, "rh_") ? Q_RH : Q_T;
}

/* ---- words -------------------------------------------------------------------- */
const char *alarm_words(struct req *rq, const struct alarm *m)
{
	enum quantity q = quantity_of(m->rule);

	if (is_limit(m->rule))
		return arena_printf(rq->arena, tr(rq, "%s, limit %s"),
			value_text(rq->arena, q, m->worst), value_text(rq->arena, q, m->bound));
	if (text_is(m->rule, "stuck"))
		return arena_printf(
			rq->arena, tr(rq, "Always %s"), value_text(rq->arena, Q_T, m->worst));
	if (text_is(m->rule, "gap"))
		return arena_printf(rq->arena, tr(rq, "Nothing heard since %s"),
			time_text(rq->arena, m->started_at));
	return arena_printf(
		rq->arena, tr(rq, "Valid until %s"), date_text(rq->arena, m->started_at));
}

/* ---- telling ------------------------------------------------------------------- */
struct told_view {
	const char *name, *kind, *phone, *operator_name, *operator_phone;
	int64_t last_told;
};
static const struct model told_view_model = MODEL("sensor_stores", struct told_view,
	FIELDS(STORED(struct told_view, name), STORED(struct told_view, kind),
		STORED(struct told_view, phone), STORED(struct told_view, operator_name),
		STORED(struct told_view, operator_phone), STORED(struct told_view, last_told)));

/* What the operator reads on the telephone, in the language of the law. */
static const char *sms_words(struct req *rq, const struct alarm *m, const struct told_view *v)
{
	const char *bureau = setting(rq, "bureau", "市场监督管理局");
	enum quantity q = quantity_of(m->rule);

	if (is_limit(m->rule))
		return arena_printf(rq->arena,
			"%s：%s的“%s”自%s起超出规定限值（%s，限值%"
			"s），请立即检查设备和食品并采取措施"
			"。",
			bureau, v->operator_name, v->name, time_text(rq->arena, m->started_at),
			value_text(rq->arena, q, m->worst), value_text(rq->arena, q, m->bound));
	const char *what = text_is(m->rule, "gap")     ? "温湿度数据中断"
			   : text_is(m->rule, "stuck") ? "温湿度读数长时间不变"
						       : "传感器校准已过期";
	return arena_printf(rq->arena, "%s：%s的“%s”%s，请检查传感器。", bureau, v->operator_name,
		v->name, what);
}

static enum err alarm_tell(struct req *rq, struct alarm *m, const struct law *l)
{
	struct told_view v;
	struct civil c = civil_of(rq->now);
	struct telling t = l->telling;

	TRY(db_one(rq, &told_view_model, &v,
		"SELECT s.name, s.kind, s.phone, o.name AS operator_name, o.phone AS "
		"operator_phone,"
		" (SELECT coalesce(max(a.told_at), 0) FROM sensor_alarms a WHERE a.store = s.id) "
		"AS "
		"last_told FROM sensor_stores s JOIN pub_operators o ON o.id = s.operator WHERE "
		"s.id = $1",
		m->store));
	t.limit = is_limit(m->rule);
	t.minute = c.hour * 60 + c.minute;
	t.last_told = v.last_told;
	t.now = rq->now;
	const char *phone = *v.phone ? v.phone : v.operator_phone;
	if (!*phone || !tell_now(&t))
		return OK;
	TRY(sms_send(rq, phone, sms_words(rq, m, &v)));
	m->told_at = rq->now;
	TRY(db_update(rq, &alarm_model, m));
	return emit(rq, SENSOR_ALARM_TOLD, m->id, m->operator, json_of(rq, &alarm_model, m));
}

/* ---- begin and end ---------------------------------------------------------------- */
/* May what it measured prove anything? A limit only, by a sensor whose calibration was valid. */
static const char *unusable(const struct sensor *s, const struct alarm *m)
{
	if (!is_limit(m->rule))
		return "A fault of the sensor proves nothing about the food.";
	if (!s->calibrated_at || s->calibrated_at > m->started_at)
		return "The sensor had not been calibrated then.";
	if (calibration_over(s->calibration_due, m->started_at))
		return "The calibration of the sensor was no longer valid then.";
	return NULL;
}

static enum err running(struct req *rq, int64_t sensor, const char *rule, struct alarm *m)
{
	return db_one(rq, &alarm_model, m,
		"SELECT * FROM sensor_alarms WHERE sensor = $1 AND rule = $2 AND ended_at = 0",
		sensor, rule);
}

enum err alarm_open(
	struct req *rq, const struct sensor *s, const struct alarm_news *n, const struct law *l)
{
	struct alarm m;
	const char *kind;
	enum err e = running(rq, s->id, n->rule, &m);

	if (e != E_NOT_FOUND) /* it runs already */
		return e;
	TRY(db_text(rq, &kind, "SELECT kind FROM sensor_stores WHERE id = $1", s->store));
	m = (struct alarm){ .sensor = s->id,
		.store = s->store,
		.operator= s->operator,
		.area = s->area,
		.rule = n->rule,
		.rule_version = l->version,
		.act = is_limit(n->rule) ? law_act(l, kind) : "",
		.bound = n->bound,
		.worst = n->worst,
		.started_at = n->started_at,
		.found_at = rq->now,
		.state = "new",
		.reason1 = "",
		.reason2 = "",
		.chart_sm3 = "",
		.chart_sha256 = "",
		.csv_sm3 = "",
		.csv_sha256 = "" };
	const char *why = unusable(s, &m);
	m.usable = why == NULL;
	m.usable_why = why ? why : "";
	TRY(db_insert(rq, &alarm_model, &m));
	TRY(emit(rq, SENSOR_ALARM_FOUND, m.id, m.operator, json_of(rq, &alarm_model, &m)));
	return alarm_tell(rq, &m, l);
}

enum err alarm_end(struct req *rq, const struct sensor *s, const char *rule, int64_t worst)
{
	struct alarm m;
	enum err e = running(rq, s->id, rule, &m);

	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	m.ended_at = rq->now;
	if (worst != NOT_MEASURED)
		m.worst = worst;
	TRY(db_update(rq, &alarm_model, &m));
	return emit(rq, SENSOR_ALARM_ENDED, m.id, m.operator, json_of(rq, &alarm_model, &m));
}

/* ---- each minute ------------------------------------------------------------------- */
struct silent {
	int64_t id, last_at;
};
static const struct model silent_model = MODEL("sensor_feed", struct silent,
	FIELDS(STORED(struct silent, id), STORED(struct silent, last_at)));

static enum err open_for(
	struct req *rq, int64_t sensor, const struct alarm_news *n, const struct law *l)
{
	struct sensor s;

	TRY(db_one(rq, &sensor_model, &s, "SELECT * FROM sensors WHERE id = $1", sensor));
	return alarm_open(rq, &s, n, l);
}

static enum err gaps_find(struct req *rq, const struct law *l)
{
	struct list all;

	TRY(db_all(rq, &silent_model, &all,
		"SELECT s.id, f.last_at FROM sensors s JOIN sensor_feed f ON f.sensor = s.id"
		" WHERE s.state = 'open' AND f.last_at > 0 AND $1 - f.last_at > $2 * s.interval_s"
		" AND NOT EXISTS (SELECT 1 FROM sensor_alarms a WHERE a.sensor = s.id AND a.rule = "
		"'gap' AND a.ended_at = 0) ORDER BY s.id LIMIT 100",
		rq->now, l->gap_intervals * SECOND));
	for (struct silent *s = LIST_OF(struct silent, &all); s < LIST_END(struct silent, &all);
		s++)
		TRY(open_for(rq, s->id, &(struct alarm_news){ "gap", 0, 0, s->last_at }, l));
	return OK;
}

static enum err calibrations_find(struct req *rq, const struct law *l)
{
	struct list all;

	TRY(db_all(rq, &silent_model, &all,
		"SELECT s.id, s.calibration_due AS last_at FROM sensors s WHERE s.state = 'open'"
		" AND s.calibration_due > 0 AND s.calibration_due <= $1"
		" AND NOT EXISTS (SELECT 1 FROM sensor_alarms a WHERE a.sensor = s.id AND a.rule = "
		"'calibration' AND a.ended_at = 0) ORDER BY s.id LIMIT 100",
		rq->now - DAY));
	for (struct silent *s = LIST_OF(struct silent, &all); s < LIST_END(struct silent, &all);
		s++)
		TRY(open_for(
			rq, s->id, &(struct alarm_news){ "calibration", 0, 0, s->last_at }, l));
	return OK;
}

/* Those that had to wait for the day, or for the store's quiet time. Nobody is told of what has
 * ended or was found to be nothing. */
static enum err tell_waiting(struct req *rq, const struct law *l)
{
	struct list all;

	TRY(db_all(rq, &alarm_model, &all,
		"SELECT * FROM sensor_alarms WHERE told_at = 0 AND ended_at = 0 AND state <> "
		"'rejected' ORDER BY found_at LIMIT 100"));
	for (struct alarm *m = LIST_OF(struct alarm, &all); m < LIST_END(struct alarm, &all); m++)
		TRY(alarm_tell(rq, m, l));
	return OK;
}

enum err alarms_every_minute(struct req *rq, const struct law *l)
{
	TRY(gaps_find(rq, l));
	TRY(calibrations_find(rq, l));
	return tell_waiting(rq, l);
}
