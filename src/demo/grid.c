/* Cells of the towns, officers with cards, and the draw of the month: committed, drawn and told.
 *
 * The cells of a town are its four quarters around its middle, as far as the invented businesses
 * lie; a real district imports its own. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/draws/draws.h"
#include "domains/grid/cells.h"

#include <string.h>

enum { REACH = 12001, QUARTERS = 4, SLICE = 500 };

static enum err officers_write(struct req *rq, void *arg)
{
	struct demo *d = arg;

	for (int i = 0; i < DEMO_OFFICERS; i++) {
		struct officer o = { .id = d->officers[i].id,
			.card_no = d->officers[i].card_no,
			.card_valid_to = d->today + (i == 3 ? 20 : 700 + i) * DAY,
			.qualification = "食品安全检查员",
			.station = arena_printf(rq->arena, "%s市场监管所", demo_towns[i / 2].name),
			.words = "" };
		TRY(officer_register(rq, &o));
	}
	struct leave l = { .officer = d->officers[5].id,
		.from_day = d->today - DAY,
		.to_day = d->today + 3 * DAY,
		.kind = "annual",
		.words = "" };
	TRY(leave_enter(rq, &l));
	struct recusal_entry r = { .officer = d->officers[0].id,
		.operator= d->operators[0],
		.person = "",
		.reason = "近亲属在该店任职" };
	return recusal_enter(rq, &r);
}

static const char *quarter(struct arena *a, const struct demo_town *t, int i)
{
	int64_t south = i < 2 ? t->lat : t->lat - REACH, north = south + REACH;
	int64_t west = i % 2 ? t->lon : t->lon - REACH, east = west + REACH;

	return arena_printf(a,
		"%" PRId64 ",%" PRId64 " %" PRId64 ",%" PRId64 " %" PRId64 ",%" PRId64 " %" PRId64
		",%" PRId64,
		west, south, east, south, east, north, west, north);
}

static enum err town_write(struct req *rq, const struct demo *d, int t)
{
	static const char *const names[QUARTERS] = { "西北", "东北", "西南", "东南" };
	struct cell cells[QUARTERS];

	for (int i = 0; i < QUARTERS; i++)
		cells[i] = (struct cell){ .code = arena_printf(rq->arena, "%" PRId64 "-%02d",
						  demo_towns[t].area, i + 1),
			.name = arena_printf(rq->arena, "%s%s片", demo_towns[t].name, names[i]),
			.shape = quarter(rq->arena, &demo_towns[t], i) };
	TRY(cells_replace(rq, &(struct cells){ demo_towns[t].area, cells, QUARTERS, "" }));
	for (int i = 0; i < QUARTERS; i++)
		TRY(cell_charge(rq, cells[i].id, d->officers[2 * t + i % 2].id));
	return cell_charge(rq, demo_towns[t].area, d->officers[2 * t].id);
}

struct town_step {
	struct demo *d;
	int t;
};

static enum err town_step(struct req *rq, void *arg)
{
	const struct town_step *s = arg;
	int64_t moved;

	TRY(town_write(rq, s->d, s->t));
	return places_rebuild(rq, demo_towns[s->t].area, &moved);
}

/* ---- the draw
 * ------------------------------------------------------------------------------------ */
struct draw_step {
	struct demo *d;
	int64_t id;
	bool left;
};

static enum err draw_make(struct req *rq, void *arg)
{
	struct draw_step *s = arg;
	struct plan plan = { .kinds = "", .due_at = s->d->today + 28 * DAY };
	struct civil c = civil_of(s->d->today);
	struct draw d = { 0 };

	memset(plan.per_mille, -1, sizeof(plan.per_mille));
	plan.per_mille[1] = 10; /* a share of the month, lower than that of the rule */
	plan.per_mille[2] = 5;
	plan.per_mille[3] = 5;
	plan.title = arena_printf(rq->arena, "%d年%02d月双随机抽查", c.year, c.month);
	TRY(draw_commit(rq, &plan, &d));
	s->id = d.id;
	return draw_perform(rq, &d, "霜降", "区人大代表（示例）");
}

static enum err draw_tell_some(struct req *rq, void *arg)
{
	struct draw_step *s = arg;

	return draw_tell(rq, s->id, SLICE, &s->left);
}

enum err demo_grid(struct demo *d, struct fault *why)
{
	struct draw_step s = { .d = d, .left = true };

	clock_set(d->today);
	TRY(app_write(d->app, officers_write, d, why));
	for (int t = 0; t < DEMO_TOWNS; t++)
		TRY(app_write(d->app, town_step, &(struct town_step){ d, t }, why));
	TRY(app_write(d->app, draw_make, &s, why));
	while (s.left)
		TRY(app_write(d->app, draw_tell_some, &s, why));
	return OK;
}
