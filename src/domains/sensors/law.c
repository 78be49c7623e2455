/* What rules/sensors/limits.json says. */
#include "domains/sensors/sensors.h"

#include <string.h>

/* "07:00" as minutes of the day. */
static int64_t minute_of(const char *s, int64_t fallback)
{
	if (strspn(s, "0123456789:") != 5 || s[2] != ':' || s[5])
		return fallback;
	return ((s[0] - '0') * 10 + (s[1] - '0')) * 60 + (s[3] - '0') * 10 + (s[4] - '0');
}

enum err law_load(struct req *rq, struct law *l)
{
	const struct node *n;

	TRY(rules(rq, "sensors/limits", rq->now, &n));
	*l = (struct law){
		.version = node_text(n, "version", ""),
		.kinds = node_find(n, "kinds"),
		.readings = node_int(n, "readings", 3),
		.back = node_int(n, "back_readings", 2),
		.gap_intervals = node_int(n, "gap_intervals", 3),
		.stuck_ms = node_int(n, "stuck_minutes", 720) * MINUTE,
		.stuck_readings = node_int(n, "stuck_readings", 60),
		.seal_after = node_int(n, "seal_after_minutes", 120) * MINUTE,
		.late_ms = node_int(n, "late_days", 31) * DAY,
		.telling = { .any_hour = node_true(n, "telling.limit_any_hour"),
			.from = minute_of(node_text(n, "telling.from", ""), 7 * 60),
			.to = minute_of(node_text(n, "telling.to", ""), 21 * 60),
			.quiet_ms = node_int(n, "telling.store_quiet_minutes", 60) * MINUTE },
	};
	return OK;
}

static const struct node *kind_find(const struct law *l, const char *kind)
{
	NODE_EACH (k, l->kinds)
		if (text_is(node_text(k, "kind", ""), kind))
			return k;
	return NULL;
}

struct limits law_limits(const struct law *l, const char *kind, enum quantity q, int64_t interval_s)
{
	const struct node *k = kind_find(l, kind);
	const char *low = q == Q_T ? "t_low" : "rh_low", *high = q == Q_T ? "t_high" : "rh_high";

	return (struct limits){
		.has_low = node_find(k, low) != NULL,
		.has_high = node_find(k, high) != NULL,
		.low = node_int(k, low, 0),
		.high = node_int(k, high, 0),
		.hysteresis = node_int(k, "hysteresis", 0),
		.delay_ms = node_int(k, "delay_minutes", 30) * MINUTE,
		.readings = l->readings,
		.back = l->back,
		.gap_ms = l->gap_intervals * interval_s * SECOND,
		.stuck_ms = l->stuck_ms,
		/* humidity that stands at 100 % is a wet room, not a broken sensor */
		.stuck_readings = q == Q_T ? l->stuck_readings : 0,
	};
}

const char *law_act(const struct law *l, const char *kind)
{
	return node_text(kind_find(l, kind), "act", "");
}

const char *value_text(struct arena *a, enum quantity q, int64_t v)
{
	if (v == NOT_MEASURED)
		return "—";
	int64_t u = v < 0 ? -v : v;
	return arena_printf(a, "%s%" PRId64 ".%02" PRId64 " %s", v < 0 ? "-" : "", u / 100, u % 100,
		q == Q_T ? "°C" : "%");
}
