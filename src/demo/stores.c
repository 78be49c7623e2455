/* Three cold stores with a day and a half of readings; one of them grew warm in the night before.
 * The devices have no password: nobody sends for them, so their silence is found as a gap when the
 * program runs. */
#include "demo/demo.h"
#include "domains/sensors/sensors.h"

enum { STORES = 3, EVERY_S = 300, BEFORE_H = 36, ROWS = BEFORE_H * 3600 / EVERY_S };

static const struct {
	const char *name, *kind, *place, *device;
	int64_t t, rh;
	bool fails;
} plan[STORES] = {
	{ "一号冷藏库", "cold", "后厨北侧", "demo-cold-1", 380, 8200, true },
	{ "二号冷藏柜", "cold", "备餐间", "demo-cold-2", 420, 7800, false },
	{ "冷冻库", "deep_freezer", "地下一层", "demo-freezer-1", -2010, 7000, false },
};

/* The compressor's saw of half a degree, a little noise; the failing one warms up from half past
 * one on. */
static int64_t value(struct demo *d, int store, int i)
{
	int64_t v = plan[store].t + (i % 7) * 12 - 36 + demo_below(&d->random, 15) - 7;
	int64_t minutes = (int64_t)(ROWS - i) * EVERY_S / 60;

	if (plan[store].fails && minutes < 150)
		v += (150 - minutes) * 6;
	return v;
}

static enum err fill(struct req *rq, struct demo *d, int store)
{
	struct arrival *all = NEWS(rq->arena, struct arrival, ROWS);
	struct intake_count count = { 0 };

	for (int i = 0; i < ROWS; i++)
		all[i] = (struct arrival){ plan[store].device,
			{ d->today - (int64_t)(ROWS - i) * EVERY_S * SECOND,
				{ value(d, store, i),
					plan[store].rh + demo_below(&d->random, 300) } },
			false };
	return readings_file(rq, all, ROWS, &count);
}

static enum err store_write(struct req *rq, struct demo *d, int64_t operator, int i)
{
	struct storeroom s = { .operator= operator,
		.name = plan[i].name,
		.kind = plan[i].kind,
		.place = plan[i].place,
		.phone = "" };

	TRY(storeroom_register(rq, &s));
	struct sensor n = { .store = s.id,
		.device = plan[i].device,
		.measures = "both",
		.interval_s = EVERY_S,
		.calibrated_at = d->today - 90 * DAY,
		.calibration_due = d->today + 275 * DAY,
		.t_unit = "c",
		.rh_unit = "pct",
		.at_unit = "ms",
		.credential = "" };
	TRY(sensor_register(rq, &n));
	return fill(rq, d, i);
}

static enum err stores_write(struct req *rq, void *arg)
{
	struct demo *d = arg;
	int64_t operator;

	for (int i = 0; i < STORES; i++) {
		/* in a very small district they may share one business, or lie in another town */
		TRY(db_int(rq, &operator,
			"SELECT id FROM pub_operators ORDER BY CASE WHEN area = $1 THEN 0 ELSE 1 "
			"END, id LIMIT 1 OFFSET $2",
			d->officers[0].area, d->n > STORES ? i : 0));
		TRY(store_write(rq, d, operator, i));
	}
	return OK;
}

enum err demo_stores(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, stores_write, d, why);
}
