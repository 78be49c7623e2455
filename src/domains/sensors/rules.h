/* Decisions of the room of sensors: pure, no request, no database.
 *
 * Values are hundredths: of a degree Celsius, of a per cent of relative humidity. Times are ms. */
#ifndef SENSORS_RULES_H
#define SENSORS_RULES_H

#include "contracts/review.h"
#include "core/base/base.h"

enum quantity { Q_T, Q_RH, QUANTITIES };
enum { NOT_MEASURED = -999999 };
/* What a thing on earth that keeps food can have: anything else is a broken sensor or a wrong unit.
 */
enum { T_LEAST = -10000, T_MOST = 20000, RH_LEAST = 0, RH_MOST = 10000 };
/* How far a device's clock may run ahead of ours. */
enum { AHEAD_MS = 10 * MINUTE };

struct reading {
	int64_t at, v[QUANTITIES]; /* NOT_MEASURED where the sensor has none */
};

/* NULL: may be filed; else an English sentence why not. */
const char *reading_wrong(const struct reading *r, int64_t now, int64_t late_ms);

/* A device without a clock gets the time of arrival. When its message is delivered again (a worker
 * that died before it could acknowledge), it arrives with another time: the same values within half
 * the promised interval are the same reading. */
bool reading_again(const struct reading *last, const struct reading *r, int64_t interval_ms);

/* What rules/sensors/limits.json says for one quantity in one kind of store. */
struct limits {
	bool has_low, has_high;
	int64_t low, high, hysteresis;
	int64_t delay_ms; /* outside for so long, a door that stands open, is nothing yet */
	int64_t readings; /* and so many readings in a row */
	int64_t back;	  /* readings inside by the hysteresis that end an alarm */
	int64_t gap_ms;	  /* silence that proves nothing: what was outside before it counts anew */
	int64_t stuck_ms, stuck_readings; /* one value for so long and so often */
};

/* Where the rules stand for one quantity of one sensor: a row of sensor_watch. All zero: nothing
 * seen yet. */
struct watch {
	int64_t last_at, last;
	int64_t side; /* 1 above, -1 below, 0 inside */
	int64_t since, n, back, worst;
	bool alarmed; /* of this stay outside an alarm has been told */
	int64_t same_since, same_n;
	bool stuck;
};
struct watch_news {
	bool alarm, ended;		 /* of the limits; ended_side says which alarm ended */
	int64_t ended_side, ended_worst; /* what the stay outside was that ended */
	bool stuck, unstuck;
};
/* Takes the next value; one that is not newer than the last changes nothing. */
struct sample {
	int64_t at, v;
};
void watch_step(struct watch *w, const struct limits *l, struct sample s, struct watch_news *news);

bool gap_now(int64_t last_at, int64_t interval_s, int64_t intervals, int64_t now);
/* due is a local midnight: the sensor may be used on that day still; 0: never calibrated. */
bool calibration_over(int64_t due, int64_t now);

/* When the operator is told. minute: of the local day. A limit is told at any hour, as food spoils
 * at night too; the rest waits for the day. A store is told at most once in quiet_ms. */
struct telling {
	bool limit, any_hour;
	int64_t minute, from, to; /* minutes of the day */
	int64_t last_told, quiet_ms, now;
};
bool tell_now(const struct telling *t);

/* NULL: letters, digits, - and _, 3 to 40: it is a topic level and a name of the broker. */
const char *device_wrong(const char *device);
/* NULL: "" or a JSON pointer (RFC 6901) of at most 8 steps. */
const char *pointer_wrong(const char *pointer);

#endif
