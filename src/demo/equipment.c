/* What the first two stations carry: body cameras, a tablet, thermometers, test kits, a docking
 * station. One body camera is with the first officer, signed for by both; one calibration is about
 * to run out. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/equipment/equipment.h"

enum { NEVER = 0, NOBODY = -1 };

static const struct {
	const char *number, *kind, *model, *gb_id;
	int town;
	int64_t calibrated, lasts; /* days ago, days; NEVER: not calibrated */
	int64_t offset_ms;
	int holder; /* officer; NOBODY: in store */
} plan[] = {
	{ "ZF-0101", "body_camera", "示例 执法记录仪", "31011200001320000101", 0, 40, 365, -120,
		0 },
	{ "ZF-0102", "body_camera", "示例 执法记录仪", "31011200001320000102", 0, 40, 365, 80,
		NOBODY },
	{ "ZF-0201", "body_camera", "示例 执法记录仪", "31011200001320000201", 1, 12, 365, 40,
		NOBODY },
	{ "CJ-0101", "dock", "示例 采集站", "", 0, NEVER, 0, 0, NOBODY },
	{ "PB-0101", "tablet", "示例 执法平板", "", 0, NEVER, 0, 0, 1 },
	{ "WD-0101", "thermometer", "示例 中心温度计", "", 0, 350, 365, 0, NOBODY },
	{ "WD-0201", "thermometer", "示例 中心温度计", "", 1, 30, 365, 0, NOBODY },
	{ "KJ-0101", "test_kit", "示例 快检箱", "", 0, 100, 365, 0, NOBODY },
};

static enum err hand_over(
	struct req *rq, const struct demo *d, struct equipment *e, int64_t officer)
{
	struct issue i = { .equipment = e->id,
		.officer = officer,
		.state = "held",
		.given_by = d->admin,
		.given_at = rq->now,
		.received_at = rq->now,
		.words = "" };
	const char *data = json_pairs(rq, "officer", arena_printf(rq->arena, "%" PRId64, officer),
		"officer_name", account_name(rq, officer), "words", "", NULL);

	TRY(db_insert(rq, &issue_model, &i));
	TRY(equipment_put(rq, e, EQUIPMENT_ISSUED, data));
	e->state = "issued";
	e->holder = officer;
	return equipment_put(rq, e, EQUIPMENT_RECEIVED, data);
}

static enum err equipment_write(struct req *rq, void *arg)
{
	const struct demo *d = arg;

	for (size_t i = 0; i < sizeof(plan) / sizeof(*plan); i++) {
		int64_t at = plan[i].calibrated ? d->today - plan[i].calibrated * DAY : 0;
		struct equipment e = { .number = plan[i].number,
			.kind = plan[i].kind,
			.model = plan[i].model,
			.serial = arena_printf(rq->arena, "SN2026%04zu", i + 1),
			.gb_id = plan[i].gb_id,
			.area = demo_towns[plan[i].town].area,
			.calibrated_at = at,
			.calibration_due = at ? at + plan[i].lasts * DAY : 0,
			.clock_offset_ms = plan[i].offset_ms,
			.words = "" };
		TRY(equipment_register(rq, &e));
		if (plan[i].holder != NOBODY)
			TRY(hand_over(rq, d, &e, d->officers[plan[i].holder].id));
	}
	return OK;
}

enum err demo_equipment(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, equipment_write, d, why);
}
