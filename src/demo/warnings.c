/* Early warnings of each kind, complaints with a cluster, tasks that are overdue, handed over,
 * dismissed and done. Senders are invented as everybody here: their telephones begin with 1990000.
 */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/complaints/complaints.h"
#include "domains/entities/entries.h"
#include "domains/grid/tasks.h"
#include "domains/inspections/protocol.h"
#include "domains/warnings/warnings.h"

#include <string.h>

enum { NEAR = -1, HEART = 50, SLICE = 400, EARLY = 300, EARLY_DAYS = 20 };

/* ---- what the record shows -------------------------------------------------------------- */
static const struct {
	int64_t who; /* number of the operator */
	const char *kind, *title;
	int64_t ago, lasts; /* days */
} entries[] = {
	{ 41, "self_check", "食品安全周排查", 62, 0 },
	{ 42, "self_check", "食品安全日管控", 51, 0 },
	{ 43, "rapid_test", "快检：凉拌黄瓜大肠菌群阳性", 6, 0 },
	{ 44, "sampling", "监督抽检：酱牛肉菌落总数不合格", 11, 0 },
	{ 45, "notice", "餐厨废弃油脂收运登记", 58, 0 },
	{ 46, "notice", "餐厨垃圾未收运：收运单位反映门店拒绝交运", 4, 0 },
	{ 47, "certificate", "健康证：王和平（厨师）", 358, 365 },
	{ 48, "insurance", "食品安全责任保险", 380, 365 },
};

/* Self-control is asked of some kinds only. */
static const char *kind_needed(const char *entry)
{
	return text_is(entry, "self_check") ? "restaurant_medium" : "";
}

static enum err entry_write(struct req *rq, const struct demo *d, size_t k)
{
	int64_t at = d->today - entries[k].ago * DAY, who = d->operators[entries[k].who % d->n];
	const char *kind = kind_needed(entries[k].kind);

	if (*kind) {
		enum err e = db_int(rq, &who,
			"SELECT id FROM pub_operators WHERE kind = $1 ORDER BY id LIMIT 1 OFFSET "
			"$2",
			kind, (int64_t)k);
		if (e == E_NOT_FOUND) /* a very small district */
			return OK;
		TRY(e);
	}
	struct file_entry x = { .operator= who,
		.kind = entries[k].kind,
		.at = at,
		.until = entries[k].lasts ? at + entries[k].lasts * DAY : 0,
		.title = entries[k].title,
		.parties = "",
		.remarks = "",
		.file_name = "",
		.file_type = "",
		.sm3 = "",
		.sha256 = "" };
	return entry_add(rq, &x);
}

/* A correction ordered by an inspection of the past weeks, and its day passed. */
static enum err correction_write(struct req *rq, const struct demo *d)
{
	int64_t inspection, operator;

	TRY(db_int(rq, &inspection,
		"SELECT id FROM pub_inspections WHERE result <> 'CONFORM' AND inspected_at < $1 "
		"ORDER BY inspected_at DESC LIMIT 1",
		d->today - 12 * DAY));
	TRY(db_int(
		rq, &operator, "SELECT operator FROM pub_inspections WHERE id = $1", inspection));
	struct correction c = { .inspection = inspection,
		.operator= operator,
		.item = "4.4",
		.item_text = "从业人员穿戴清洁的工作衣帽，双手清洁，保持个人卫生",
		.finding = "未穿戴清洁的工作衣帽",
		.days = 7,
		.due = d->today - 3 * DAY - 1,
		.state = "ORDERED",
		.ordered_at = d->today - 10 * DAY,
		.served_way = "signed",
		.served_at = d->today - 10 * DAY,
		.words = "",
		.check_words = "" };
	TRY(db_int(rq, &c.area, "SELECT area FROM pub_operators WHERE id = $1", operator));
	TRY(db_insert(rq, &correction_model, &c));
	TRY(emit(rq, .name = CORRECTION_ORDERED, .subject = c.id, .entity = operator,
		.data = json_of(rq, &correction_model, &c)));
	return inspections_every_minute(rq);
}

/* The last of the kitchens with a camera has given no picture for five days. */
static enum err camera_goes_dark(struct req *rq, const struct demo *d)
{
	int64_t camera;
	enum err e = db_int(rq, &camera,
		"SELECT id FROM pub_cameras WHERE state = 'open' AND id NOT IN (SELECT min(id) "
		"FROM pub_cameras) ORDER BY id DESC LIMIT 1");

	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	return db_run(rq,
		"INSERT INTO camera_status (camera, state, since, reason, width, height, codec, "
		"last_frame, reported_at) VALUES ($1, 'down', $2, 'timeout', 0, 0, '', 0, $2) ON "
		"CONFLICT (camera) DO NOTHING",
		camera, d->today - 5 * DAY);
}

static enum err record_write(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	enum err e = OK;

	rq->user = &d->officers[0];
	for (size_t k = 0; !e && k < sizeof(entries) / sizeof(*entries); k++)
		e = entry_write(rq, d, k);
	if (!e)
		e = correction_write(rq, d);
	rq->user = program;
	return e ? e : camera_goes_dark(rq, d);
}

/* ---- complaints ---------------------------------------------------------------------------- */
static const struct {
	int64_t who, ago; /* NEAR: somebody in the cell of number 50 */
	const char *kind, *matter, *text, *sender;
	const char *does; /* "", accept, settle, file, send */
} received[] = {
	{ 50, 24, "complaint", "食物中毒疑似", "聚餐后三人腹泻，要求退还餐费并赔偿。", "李女士",
		"send" },
	{ 50, 17, "report", "后厨卫生", "看见后厨有老鼠，菜板不洗。", "", "" },
	{ 50, 9, "complaint", "食品异物", "酸辣汤里有头发，店家态度差。", "周先生", "accept" },
	{ 50, 3, "complaint", "食品异物", "外卖盒饭内有塑料片。", "陈女士", "" },
	{ 51, 40, "complaint", "价格与服务", "菜单价格与结账不符。", "何先生", "settle" },
	{ 52, 35, "report", "无证经营", "隔壁新开凉菜档，没见许可证。", "严先生", "file" },
	{ 53, 21, "report", "过期食品", "货架上有过期酸奶。", "", "send" },
	{ 54, 6, "complaint", "变质食品", "买到的豆腐发酸。", "魏女士", "accept" },
	{ 55, 1, "report", "后厨卫生", "员工不戴口罩给凉菜装盘。", "", "" },
	{ NEAR, 12, "complaint", "异味扰民", "油烟和泔水桶异味。", "", "" },
	{ NEAR, 8, "complaint", "异味扰民", "餐厨垃圾桶敞开，蚊蝇多。", "", "" },
	{ NEAR, 2, "report", "异味扰民", "泔水倒入雨水口。", "", "" },
};

static enum err send_somebody(struct req *rq, const struct demo *d, const struct complaint *c)
{
	struct node *data = node_map(rq->arena);

	put_text(data, "number", c->number);
	put_printf(data, "words", "核查%s %s：%s", text_is(c->kind, "report") ? "举报" : "投诉",
		c->number, c->matter);
	put_int(data, "due_at", d->today - 2 * DAY);
	return emit(rq, COMPLAINT_ASSIGNED, c->id, c->operator, json_text(rq, data));
}

static enum err decided(struct req *rq, struct complaint *c, const char *outcome, const char *words)
{
	c->outcome = outcome;
	c->words = words;
	c->decided_at = rq->now;
	c->state = "decided";
	TRY(complaint_save(rq, c, COMPLAINT_DECIDED, words));
	c->answer_way = "电话告知";
	c->answered_at = c->closed_at = rq->now;
	c->state = "closed";
	c->due_at = 0;
	return complaint_save(rq, c, COMPLAINT_ANSWERED, c->answer_way);
}

static enum err whom(struct req *rq, const struct demo *d, int64_t who, int64_t *operator)
{
	*operator= d->operators[(who == NEAR ? HEART : who) % d->n];
	if (who != NEAR)
		return OK;
	enum err e = db_int(rq, operator,
		"SELECT p.operator FROM pub_grid_places p JOIN pub_grid_places h ON h.cell = "
		"p.cell "
		"WHERE h.operator = $1 AND p.operator <> $1 ORDER BY p.operator LIMIT 1",
		*operator);
	return e == E_NOT_FOUND ? OK : e;
}

static enum err complaint_write(struct req *rq, const struct demo *d, size_t k)
{
	const char *does = received[k].does, *sender = received[k].sender;
	struct complaint c = { .number = arena_printf(rq->arena, "12315-SL-%04zu", k + 1),
		.kind = received[k].kind,
		.source = "12315",
		.received_at = d->today - received[k].ago * DAY,
		.subject_no = "",
		.matter = received[k].matter,
		.text = received[k].text };
	struct reporter r = { .reporter_name = sender,
		.reporter_phone = *sender ? arena_printf(rq->arena, "1990000%04zu", 9000 + k) : "",
		.reporter_address = "" };

	TRY(whom(rq, d, received[k].who, &c.operator));
	TRY(db_text(
		rq, &c.subject_name, "SELECT name FROM pub_operators WHERE id = $1", c.operator));
	TRY(db_text(rq, &c.subject_address, "SELECT address FROM pub_operators WHERE id = $1",
		c.operator));
	TRY(db_int(rq, &c.area, "SELECT area FROM pub_operators WHERE id = $1", c.operator));
	TRY(complaint_receive(rq, &c, &r));
	if (text_is(does, "accept") || text_is(does, "settle"))
		TRY(complaint_accept_it(rq, &c));
	if (text_is(does, "settle"))
		return decided(rq, &c, "settled", "双方达成一致，退还差价");
	if (text_is(does, "file"))
		return decided(rq, &c, "filed", "现场核实无许可证，已立案");
	return text_is(does, "send") ? send_somebody(rq, d, &c) : OK;
}

static enum err complaints_write(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	enum err e = OK;

	for (size_t k = 0; !e && k < sizeof(received) / sizeof(*received); k++) {
		int64_t who = received[k].who == NEAR ? HEART : received[k].who;
		rq->user = &d->officers[d->town[who % d->n] * 2];
		e = complaint_write(rq, d, k);
	}
	rq->user = program;
	return e;
}

/* ---- warnings and what became of their tasks --------------------------------------------------
 */
struct looking {
	int64_t limit, changes;
};

static enum err look(struct req *rq, void *arg)
{
	struct looking *l = arg;

	return warnings_look(rq, l->limit, &l->changes);
}

static enum err hand_over(struct req *rq, const struct demo *d, struct task *t)
{
	int64_t from = t->officer, to = 0;

	for (int i = 0; i < DEMO_OFFICERS; i++)
		if (d->officers[i].id == from)
			to = d->officers[i ^ 1].id;
	if (!to)
		return OK;
	t->officer = to;
	TRY(db_update(rq, &task_model, t));
	return emit(rq, TASK_HANDED_OVER, t->id, t->operator,
		json_pairs(rq, "from", arena_printf(rq->arena, "%" PRId64, from), "to",
			arena_printf(rq->arena, "%" PRId64, to), "reason", "外出培训一周", NULL));
}

static enum err dismissed(struct req *rq, const struct demo *d, int64_t id)
{
	struct warning w;

	TRY(db_one(rq, &warning_model, &w, "SELECT * FROM warnings WHERE id = $1", id));
	w.state = "dismissed";
	w.words = "停业装修，已现场核实";
	w.until = d->today + 45 * DAY;
	w.changed_by = rq->user->id;
	w.changed_at = rq->now;
	TRY(db_update(rq, &warning_model, &w));
	return emit(rq, WARNING_DISMISSED, w.id, w.operator,
		json_pairs(rq, "rule", w.rule, "reason", w.words, "until",
			date_text(rq->arena, w.until), NULL));
}

/* Of the early ones: every fifth handed over, done, dismissed; the others wait, some too long. */
static enum err tasks_move(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	struct list l;
	enum err e = OK;
	int n = 0;

	TRY(db_all(rq, &task_model, &l,
		"SELECT * FROM grid_tasks WHERE kind = 'warning' AND state = 'open' ORDER BY id"));
	for (struct task *t = LIST_OF(struct task, &l); !e && t < LIST_END(struct task, &l);
		t++, n++) {
		for (int i = 0; i < DEMO_OFFICERS; i++)
			if (d->officers[i].id == t->officer)
				rq->user = &d->officers[i];
		if (n % 5 == 1)
			e = hand_over(rq, d, t);
		else if (n % 5 == 2)
			e = task_end(rq, t, TASK_DONE, "已上门提醒，经营者正在办理");
		else if (n % 10 == 3)
			e = dismissed(rq, d, t->ref);
	}
	rq->user = program;
	return e;
}

static enum err escalate(struct req *rq, void *arg)
{
	(void)arg;
	return tasks_every_minute(rq);
}

enum err demo_warnings(struct demo *d, struct fault *why)
{
	struct looking l = { EARLY, EARLY };

	clock_set(d->today - EARLY_DAYS * DAY);
	TRY(app_write(d->app, look, &l, why));
	clock_set(d->today - (EARLY_DAYS - 2) * DAY);
	TRY(app_write(d->app, tasks_move, d, why));
	clock_set(d->today);
	TRY(app_write(d->app, record_write, d, why));
	TRY(app_write(d->app, complaints_write, d, why));
	l = (struct looking){ SLICE, SLICE };
	while (l.changes == SLICE)
		TRY(app_write(d->app, look, &l, why));
	return app_write(d->app, escalate, NULL, why);
}
