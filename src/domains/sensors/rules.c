#include "domains/sensors/rules.h"

#include <string.h>

const char *reading_wrong(const struct reading *r, int64_t now, int64_t late_ms)
{
	const int64_t *v = r->v;

	if (v[Q_T] == NOT_MEASURED && v[Q_RH] == NOT_MEASURED)
		return "The message holds no value.";
	if (v[Q_T] != NOT_MEASURED && (v[Q_T] < T_LEAST || v[Q_T] > T_MOST))
		return "The temperature is none that can be: sensor broken, or unit wrong.";
	if (v[Q_RH] != NOT_MEASURED && (v[Q_RH] < RH_LEAST || v[Q_RH] > RH_MOST))
		return "The humidity is none that can be: sensor broken, or unit wrong.";
	if (r->at > now + AHEAD_MS)
		return "The clock of the device runs ahead.";
	if (r->at < now - late_ms)
		return "The reading is too old to be filed.";
	return NULL;
}

bool reading_again(const struct reading *last, const struct reading *r, int64_t interval_ms)
{
	int64_t apart = r->at - last->at;

	return last->at && apart > -interval_ms / 2 && apart < interval_ms / 2 &&
	       memcmp(last->v, r->v, sizeof(r->v)) == 0;
}

static int64_t side_of(const struct limits *l, int64_t v)
{
	return l->has_high && v > l->high ? 1 : l->has_low && v < l->low ? -1 : 0;
}

/* Inside by more than the hysteresis, seen from the side it was outside. */
static bool well_inside(const struct limits *l, int64_t side, int64_t v)
{
	return side > 0 ? v <= l->high - l->hysteresis : v >= l->low + l->hysteresis;
}

static void stay_begins(struct watch *w, int64_t side, struct sample s)
{
	w->side = side;
	w->since = s.at;
	w->n = side != 0;
	w->back = 0;
	w->worst = s.v;
	w->alarmed = false;
}

static void stay_ends(struct watch *w, int64_t side, struct sample s, struct watch_news *news)
{
	news->ended = w->alarmed;
	news->ended_side = w->side;
	news->ended_worst = w->worst;
	stay_begins(w, side, s);
}

static void watch_limits(
	struct watch *w, const struct limits *l, struct sample s, struct watch_news *news)
{
	int64_t side = side_of(l, s.v);
	bool silence = w->last_at && s.at - w->last_at > l->gap_ms;

	if (!w->side) {
		if (side)
			stay_begins(w, side, s);
		return;
	}
	if (side == -w->side || (!side && !w->alarmed) || (silence && !w->alarmed)) {
		stay_ends(w, side, s, news);
		return;
	}
	if (side == w->side) {
		w->n++;
		w->back = 0;
		if ((s.v - w->worst) * side > 0)
			w->worst = s.v;
		return;
	}
	w->back = well_inside(l, w->side, s.v) ? w->back + 1 : 0;
	if (w->back >= l->back)
		stay_ends(w, 0, s, news);
}

static void watch_same(
	struct watch *w, const struct limits *l, struct sample s, struct watch_news *news)
{
	if (w->last_at && s.v == w->last) {
		w->same_n++;
	} else {
		news->unstuck = w->stuck;
		w->stuck = false;
		w->same_since = s.at;
		w->same_n = 1;
	}
	if (!w->stuck && l->stuck_readings && w->same_n >= l->stuck_readings &&
		s.at - w->same_since >= l->stuck_ms)
		news->stuck = w->stuck = true;
}

void watch_step(struct watch *w, const struct limits *l, struct sample s, struct watch_news *news)
{
	*news = (struct watch_news){ 0 };
	if (s.at <= w->last_at)
		return;
	watch_limits(w, l, s, news);
	if (w->side && !w->alarmed && w->n >= l->readings && s.at - w->since >= l->delay_ms)
		news->alarm = w->alarmed = true;
	watch_same(w, l, s, news);
	w->last_at = s.at;
	w->last = s.v;
}

bool gap_now(int64_t last_at, int64_t interval_s, int64_t intervals, int64_t now)
{
	return last_at && now - last_at > intervals * interval_s * SECOND;
}

bool calibration_over(int64_t due, int64_t now)
{
	return now >= due + DAY;
}

bool tell_now(const struct telling *t)
{
	bool day = t->minute >= t->from && t->minute < t->to;

	if (!day && !(t->limit && t->any_hour))
		return false;
	return !t->last_told || t->now - t->last_told >= t->quiet_ms;
}

const char *device_wrong(const char *device)
{
	size_t n =
		strspn(device, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	if (device[n] || n < 3 || n > 40)
		return "must be 3 to 40 letters, digits, - or _";
	return NULL;
}

const char *pointer_wrong(const char *pointer)
{
	int steps = 0;

	for (const char *s = pointer; *s; s++) {
		steps += *s == '/';
		if (*s == '~' && s[1] != '0' && s[1] != '1')
			return "is no JSON pointer, such as /data/temp";
	}
	if (*pointer && (*pointer != '/' || steps > 8))
		return "is no JSON pointer, such as /data/temp";
	return NULL;
}
