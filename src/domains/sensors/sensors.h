/* Private to the room of sensors. */
#ifndef SENSORS_H
#define SENSORS_H

#include "core/core.h"
#include "domains/sensors/series.h"

struct storeroom {
	int64_t id, version, operator, area;
	const char *name, *kind, *place, *phone, *state;
	int64_t created_at;
};

struct sensor {
	int64_t id, version, store, operator, area;
	const char *device, *measures;
	int64_t interval_s, calibrated_at, calibration_due, offset_t, offset_rh;
	const char *t_pointer, *t_unit, *rh_pointer, *rh_unit, *at_pointer, *at_unit;
	const char *credential;
	int64_t credential_at;
	const char *state;
	int64_t created_at;
};

struct alarm {
	int64_t id, version, sensor, store, operator, area;
	const char *rule, *rule_version, *act;
	int64_t bound, worst, started_at, found_at, ended_at, told_at;
	bool usable;
	const char *usable_why, *state;
	int64_t officer1, at1;
	const char *reason1;
	int64_t officer2, at2;
	const char *reason2, *chart_sm3, *chart_sha256, *csv_sm3, *csv_sha256;
};

struct sealed_day {
	int64_t id, version, store, day, hours, readings;
	const char *digest;
	int64_t sealed_at;
};

extern const struct model storeroom_model, sensor_model, alarm_model, sealed_day_model;
extern const struct choice store_kinds[], sensor_states[], alarm_states[], alarm_rules[];
extern const struct module sensors;

/* ---- law.c: rules/sensors/limits.json --------------------------------------- */
struct law {
	const char *version;
	const struct node *kinds;
	int64_t readings, back, gap_intervals, stuck_ms, stuck_readings, seal_after, late_ms;
	struct telling telling; /* any_hour, from, to, quiet_ms are filled in */
};
enum err law_load(struct req *rq, struct law *l);
struct limits law_limits(
	const struct law *l, const char *kind, enum quantity q, int64_t interval_s);
const char *law_act(const struct law *l, const char *kind);
/* "-18.25 °C", "81.50 %": what a page shows of a value. */
const char *value_text(struct arena *a, enum quantity q, int64_t v);

/* ---- register.c, devices.c: stores and sensors ------------------------------ */
enum err storeroom_load(struct req *rq, int64_t id, struct storeroom *s);
/* Registers what is filled in and checked, with its fact; for the form and the demonstration. */
enum err storeroom_register(struct req *rq, struct storeroom *s);
enum err sensor_load(struct req *rq, int64_t id, struct sensor *s);
enum err sensor_register(struct req *rq, struct sensor *s);
/* A new password of the device; only what the broker needs to check it is kept. */
enum err sensor_new_password(struct req *rq, struct sensor *s, const char **password);
enum err put_operator(struct req *rq, int64_t operator);
void put_fact(struct req *rq, struct node *rows, const char *label, const char *value);
enum err storeroom_index(struct req *rq);
enum err storeroom_new(struct req *rq);
enum err storeroom_create(struct req *rq);
enum err storeroom_edit(struct req *rq);
enum err storeroom_save(struct req *rq);
enum err storeroom_close(struct req *rq);
enum err sensor_new(struct req *rq);
enum err sensor_create(struct req *rq);
enum err sensor_page(struct req *rq);
enum err sensor_edit(struct req *rq);
enum err sensor_save(struct req *rq);
enum err sensor_password(struct req *rq);
enum err sensor_revoke(struct req *rq);
enum err sensor_close(struct req *rq);

/* ---- intake.c: what the worker brings ---------------------------------------- */
struct arrival {
	const char *device;
	struct reading r; /* as the device said, before the correction */
	bool clockless;	  /* the device said no time: r.at is when it arrived */
};
struct intake_count {
	int64_t taken, doubles, refused, unknown;
};
/* Files readings in any order, moves the rules on, opens and ends alarms. For the worker's address
 * and the demonstration. */
enum err readings_file(struct req *rq, struct arrival *all, size_t n, struct intake_count *count);
enum err internal_sensors(struct req *rq);
enum err internal_readings(struct req *rq);

/* ---- hours.c: history, rolling, sealing -------------------------------------- */
/* Readings of a sensor, from <= at < to, wherever they lie. */
enum err history(struct req *rq, int64_t sensor, const int64_t span[2], struct series *out);
/* The same as buckets; hours that lie whole in a bucket are taken by their figures. */
enum err history_buckets(struct req *rq, int64_t sensor, struct buckets *b);
/* Hours that ended: at most so many, so that nobody waits long for the writer. */
enum err hours_roll(struct req *rq, int64_t most);
enum err days_seal(struct req *rq, int64_t most);
enum seal_state { SEAL_NONE, SEAL_OPEN, SEAL_HOLDS, SEAL_BROKEN };
/* Reads the hours of the day again and compares with its seal. */
enum err day_check(struct req *rq, int64_t store, int64_t day, enum seal_state *out);
/* Sealed days, for the command line: a portion after the one with the id `after`, which moves on.
 */
struct days_round {
	int64_t after, days, broken;
	int64_t store, day; /* of the first that does not hold */
	bool more;
};
enum err days_check(struct req *rq, struct days_round *r);

/* ---- alarms.c ----------------------------------------------------------------- */
struct alarm_news {
	const char *rule;
	int64_t bound, worst, started_at;
};
enum err alarm_open(
	struct req *rq, const struct sensor *s, const struct alarm_news *n, const struct law *l);
/* Ends the running alarm of that kind, if there is one. worst NOT_MEASURED: as it was. */
enum err alarm_end(struct req *rq, const struct sensor *s, const char *rule, int64_t worst);
/* Gaps, calibration, and messages that had to wait. */
enum err alarms_every_minute(struct req *rq, const struct law *l);
const char *alarm_words(struct req *rq, const struct alarm *m);

/* ---- review.c, storeroom_page.c, evidence.c: screens ------------------------------ */
enum err alarm_index(struct req *rq);
enum err alarm_page(struct req *rq);
enum err alarm_review(struct req *rq);
enum err alarm_chart(struct req *rq);
enum err alarm_csv(struct req *rq);
enum err storeroom_page(struct req *rq);
enum err storeroom_readings(struct req *rq);
/* Chart and table of the readings around the alarm, kept in the store of files. */
enum err alarm_evidence(struct req *rq, struct alarm *m);
const char *alarm_svg(struct req *rq, const struct alarm *m);

/* ---- broker.c: what mosquitto is told ----------------------------------------- */
/* The lines of its password file for the devices in use: name:hash. */
enum err broker_passwords(struct req *rq, struct buf *out);

#endif
