/* The register of sensors, and their passwords at the broker. */
#include "contracts/facts.h"
#include "core/ledger/crypto.h"
#include "domains/sensors/sensors.h"

enum err sensor_load(struct req *rq, int64_t id, struct sensor *s)
{
	TRY(db_one(rq, &sensor_model, s, "SELECT * FROM sensors WHERE id = $1", id));
	return in_area(rq, s->area);
}

static enum err put_store(struct req *rq, int64_t store, struct storeroom *s)
{
	enum err e = storeroom_load(rq, store, s);

	if (e == E_NOT_FOUND)
		return fail(
			rq, E_INVALID, "Open the store first and register its sensor from there.");
	TRY(e);
	put_printf(rq->view, "store", "%" PRId64, s->id);
	put_text(rq->view, "store_name", s->name);
	return put_operator(rq, s->operator);
}

enum err sensor_register(struct req *rq, struct sensor *s)
{
	struct storeroom store;

	TRY(storeroom_load(rq, s->store, &store));
	s->operator= store.operator;
	s->area = store.area;
	s->state = "open";
	s->created_at = rq->now;
	TRY(db_insert(rq, &sensor_model, s));
	return emit(rq, SENSOR_REGISTERED, s->id, s->operator, json_of(rq, &sensor_model, s));
}

enum err sensor_new_password(struct req *rq, struct sensor *s, const char **password)
{
	*password = token_new(rq->arena);
	s->credential = password_for_broker(rq->arena, *password);
	s->credential_at = rq->now;
	s->state = "open";
	TRY(db_update(rq, &sensor_model, s));
	return emit(rq, SENSOR_CHANGED, s->id, s->operator, json_of(rq, &sensor_model, s));
}

/* ---- forms --------------------------------------------------------------------------- */
enum err sensor_new(struct req *rq)
{
	struct storeroom store;
	struct sensor s = { .store = query_int(rq, "store", 0),
		.measures = "t",
		.interval_s = 60,
		.t_unit = "c",
		.rh_unit = "pct",
		.at_unit = "ms" };

	TRY(put_store(rq, s.store, &store));
	put_text(rq->view, "action", "/sensors");
	show_form(rq, "form", &sensor_model, &s);
	return page(rq, "sensors/sensor_form");
}

static enum err device_taken(struct req *rq, const struct sensor *s, bool *taken)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM sensors WHERE device = $1 AND id <> $2 AND state <> 'closed'",
		s->device ? s->device : "", s->id));
	*taken = n > 0;
	if (n)
		field_error(rq, "device", "%s", tr(rq, "Another sensor in use has this name."));
	return OK;
}

static bool dates_wrong(struct req *rq, const struct sensor *s)
{
	if (!s->calibrated_at || !s->calibration_due || s->calibrated_at <= s->calibration_due)
		return false;
	field_error(
		rq, "calibration_due", "%s", tr(rq, "The calibration ends before it was made."));
	return true;
}

static enum err sensor_form_again(struct req *rq, const struct sensor *s, const char *action)
{
	struct storeroom store;

	TRY(put_store(rq, s->store, &store));
	put_text(rq->view, "action", action);
	show_form(rq, "form", &sensor_model, s);
	return form_again(rq, "sensors/sensor_form");
}

/* Reads the form; *again: it has faults that were told. */
static enum err sensor_read(struct req *rq, struct sensor *s, bool *again)
{
	bool taken;
	enum err e = form_read(rq, &sensor_model, s);

	TRY(device_taken(rq, s, &taken));
	bool dates = dates_wrong(rq, s);
	if (!s->t_unit || !*s->t_unit)
		s->t_unit = "c";
	if (!s->rh_unit || !*s->rh_unit)
		s->rh_unit = "pct";
	if (!s->at_unit || !*s->at_unit)
		s->at_unit = "ms";
	*again = e || taken || dates;
	return OK;
}

/* The page that shows the password: once, never from a stored copy. */
static enum err show_password(struct req *rq, const struct sensor *s, const char *password)
{
	struct storeroom store;

	TRY(put_store(rq, s->store, &store));
	put_printf(rq->view, "sensor", "%" PRId64, s->id);
	put_text(rq->view, "device", s->device);
	put_text(rq->view, "password", password);
	put_printf(rq->view, "topic", "shian/v1/%s/readings", s->device);
	reply_set_header(rq, "Cache-Control", "no-store");
	return page(rq, "sensors/password");
}

enum err sensor_create(struct req *rq)
{
	struct sensor s = { .store = form_int(rq, "store", 0), .credential = "" };
	const char *password;
	bool again;

	TRY(sensor_read(rq, &s, &again));
	if (again)
		return sensor_form_again(rq, &s, "/sensors");
	password = token_new(rq->arena);
	s.credential = password_for_broker(rq->arena, password);
	s.credential_at = rq->now;
	TRY(sensor_register(rq, &s));
	return show_password(rq, &s, password);
}

enum err sensor_edit(struct req *rq)
{
	struct sensor s;
	struct storeroom store;

	TRY(sensor_load(rq, rq->id, &s));
	TRY(put_store(rq, s.store, &store));
	put_printf(rq->view, "action", "/sensors/%" PRId64, s.id);
	show_form(rq, "form", &sensor_model, &s);
	return page(rq, "sensors/sensor_form");
}

static enum err sensor_changed(struct req *rq, struct sensor *s)
{
	TRY(db_update(rq, &sensor_model, s));
	return emit(rq, SENSOR_CHANGED, s->id, s->operator, json_of(rq, &sensor_model, s));
}

/* Another name is another user of the broker: its password goes with the old name. */
enum err sensor_save(struct req *rq)
{
	struct sensor s, before;
	bool again;

	TRY(sensor_load(rq, rq->id, &s));
	before = s;
	TRY(sensor_read(rq, &s, &again));
	if (again)
		return sensor_form_again(
			rq, &s, arena_printf(rq->arena, "/sensors/%" PRId64, s.id));
	if (!text_is(before.device, s.device)) {
		s.credential = "";
		notice(rq, "The device has another name: give it a new password.");
	}
	TRY(sensor_changed(rq, &s));
	if (!calibration_over(s.calibration_due, rq->now))
		TRY(alarm_end(rq, &s, "calibration", NOT_MEASURED));
	return redirect(rq, "/sensors/%" PRId64, s.id);
}

enum err sensor_password(struct req *rq)
{
	struct sensor s;
	const char *password;

	TRY(sensor_load(rq, rq->id, &s));
	if (text_is(s.state, "closed"))
		return fail(rq, E_CONFLICT, "This sensor is out of use.");
	TRY(sensor_new_password(rq, &s, &password));
	return show_password(rq, &s, password);
}

enum err sensor_revoke(struct req *rq)
{
	struct sensor s;

	TRY(sensor_load(rq, rq->id, &s));
	if (!text_is(s.state, "open"))
		return fail(rq, E_CONFLICT, "This sensor is out of use.");
	s.state = "revoked";
	s.credential = "";
	TRY(sensor_changed(rq, &s));
	notice(rq, "Its readings are no longer taken. The broker shuts it out when its files are "
		   "written again.");
	return redirect(rq, "/sensors/%" PRId64, s.id);
}

/* For good: the alarms that still run of it end with it. */
enum err sensor_close(struct req *rq)
{
	struct sensor s;

	TRY(sensor_load(rq, rq->id, &s));
	if (text_is(s.state, "closed"))
		return fail(rq, E_CONFLICT, "This sensor is out of use.");
	s.state = "closed";
	s.credential = "";
	TRY(sensor_changed(rq, &s));
	for (const struct choice *c = alarm_rules; c->code; c++)
		TRY(alarm_end(rq, &s, c->code, NOT_MEASURED));
	return redirect(rq, "/stores/%" PRId64, s.store);
}

/* ---- one sensor ----------------------------------------------------------------------- */
struct feed_view {
	int64_t last_at, received_at, refused_n, refused_at;
	const char *refused_why;
};
static const struct model feed_view_model = MODEL("sensor_feed", struct feed_view,
	FIELDS(STORED(struct feed_view, last_at, .as = AS_TIME),
		STORED(struct feed_view, received_at, .as = AS_TIME),
		STORED(struct feed_view, refused_n),
		STORED(struct feed_view, refused_at, .as = AS_TIME),
		STORED(struct feed_view, refused_why)));

static void put_particulars(struct req *rq, const struct sensor *s)
{
	struct node *rows = put_list(rq->view, "rows");
	struct arena *a = rq->arena;

	rows->hidden = true;
	put_fact(rq, rows, "Measures",
		tr(rq, choice_label(model_field(&sensor_model, "measures")->choices, s->measures)));
	put_fact(rq, rows, "Topic", arena_printf(a, "shian/v1/%s/readings", s->device));
	put_fact(rq, rows, "A reading every (s)", arena_printf(a, "%" PRId64, s->interval_s));
	put_fact(rq, rows, "Last calibration",
		s->calibrated_at ? date_text(a, s->calibrated_at) : "");
	put_fact(rq, rows, "Calibration valid to",
		s->calibration_due ? date_text(a, s->calibration_due) : "");
	put_fact(rq, rows, "Correction of the temperature (°C)", value_text(a, Q_T, s->offset_t));
	put_fact(rq, rows, "Correction of the humidity (%)", value_text(a, Q_RH, s->offset_rh));
	put_fact(rq, rows, "Password given on",
		*s->credential ? time_text(a, s->credential_at) : "");
}

enum err sensor_page(struct req *rq)
{
	struct sensor s;
	struct storeroom store;
	struct feed_view v = { .refused_why = "" };

	TRY(sensor_load(rq, rq->id, &s));
	show(rq, "sensor", &sensor_model, &s);
	TRY(put_store(rq, s.store, &store));
	put_particulars(rq, &s);
	enum err e = db_one(
		rq, &feed_view_model, &v, "SELECT * FROM sensor_feed WHERE sensor = $1", s.id);
	if (e && e != E_NOT_FOUND)
		return e;
	show(rq, "feed", &feed_view_model, &v);
	put_text(rq->view, "refused_text", *v.refused_why ? tr(rq, v.refused_why) : "");
	put_flag(rq->view, "may_write", may(rq, SENSOR_WRITE) && !text_is(s.state, "closed"));
	put_flag(rq->view, "open", text_is(s.state, "open"));
	return page(rq, "sensors/sensor");
}
