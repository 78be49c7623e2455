/* The one file of the first operators: entries made by hand (the first has one of nearly each kind,
 * the others some), licences, relations, and a double. */
#include "demo/demo.h"
#include "domains/entities/entries.h"
#include "domains/entities/licences.h"
#include "domains/entities/relations.h"

enum { FILES = 40 };

static const struct {
	const char *kind, *title, *parties, *remarks;
	int64_t ago, lasts; /* days; lasts 0: no end */
	int each;	    /* in every so manyth file */
} plan[] = {
	{ "self_check", "十一月食品安全月调度", "食品安全总监", "风险清单已更新", 9, 0, 1 },
	{ "rapid_test", "餐具表面洁净度快速检测 6 项", "科普站", "6 项均合格", 25, 0, 2 },
	{ "sampling", "监督抽检：凉拌菜", "区食药检验所", "大肠菌群合格", 80, 0, 3 },
	{ "insurance", "食品安全责任保险", "示例保险公司", "每次事故限额 100 万元", 120, 365, 2 },
	{ "certificate", "HACCP 体系认证", "示例认证机构", "", 300, 1095, 7 },
	{ "honour", "放心餐厅", "区市场监督管理局", "", 200, 0, 5 },
	{ "talk", "约谈食品安全负责人", "法定代表人、两名执法人员", "就后厨未戴工作帽约谈", 40, 0,
		9 },
	{ "complaint", "12315 投诉：菜品有异物", "", "已调解，退款", 60, 0, 4 },
	{ "assessment", "第三方全链条评估", "示例评估机构", "风险点 3 个", 150, 0, 6 },
};

static enum err file_write_entries(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	enum err e = OK;

	for (int64_t i = 0; !e && i < FILES && i < d->n; i++) {
		rq->user = &d->officers[d->town[i] * 2];
		for (size_t k = 0; !e && k < sizeof(plan) / sizeof(*plan); k++) {
			int64_t at = d->today - plan[k].ago * DAY;
			if (i % plan[k].each)
				continue;
			struct file_entry x = { .operator= d->operators[i],
				.kind = plan[k].kind,
				.at = at,
				.until = plan[k].lasts ? at + plan[k].lasts * DAY : 0,
				.title = plan[k].title,
				.parties = plan[k].parties,
				.remarks = plan[k].remarks,
				.file_name = "",
				.file_type = "",
				.sm3 = "",
				.sha256 = "" };
			e = entry_add(rq, &x);
		}
	}
	rq->user = program;
	return e;
}

/* ---- licences, relations, a double ------------------------------------------- */
static enum err write_licences(struct req *rq, const struct demo *d, int64_t i)
{
	struct operator o;

	TRY(operator_load(rq, d->operators[i], &o));
	struct licence main = { .kind = "food_business",
		.number = o.licence_no,
		.issuer = "示范区市场监督管理局",
		.scope = "热食类食品制售；冷食类食品制售",
		.issued = o.licence_valid_to > 1825 * DAY ? o.licence_valid_to - 1825 * DAY : 0,
		.valid_until = o.licence_valid_to,
		.state = "VALID" };
	if (main.issued > d->today)
		main.issued = 0;
	TRY(licence_file(rq, &o, &main));
	struct licence trade = { .kind = "business_licence",
		.number = *o.uscc ? o.uscc : "示例000000",
		.issuer = "示范区市场监督管理局",
		.scope = "餐饮服务",
		.no_end = true,
		.state = "VALID" };
	TRY(licence_file(rq, &o, &trade));
	if (i % 3)
		return OK;
	/* one that runs out: soon, later, and for the seventh already over */
	struct licence filing = { .kind = "prepackaged_filing",
		.number = arena_printf(rq->arena, "YBX%07" PRId64, i + 1),
		.issuer = "示范区市场监督管理局",
		.scope = "仅销售预包装食品",
		.issued = d->today - 700 * DAY,
		.valid_until = d->today + (i % 7 ? 20 + i : -5) * DAY,
		.state = "VALID" };
	return licence_file(rq, &o, &filing);
}

/* A chain of the first, a contractor, a supplier. */
static enum err write_relations(struct req *rq, const struct demo *d)
{
	static const struct {
		const char *kind, *remarks;
		int from, to;
	} ties[] = {
		{ "chain", "", 0, 1 },
		{ "chain", "", 0, 2 },
		{ "contract", "承包合同一年", 3, 4 },
		{ "supply", "蔬菜、肉类", 5, 0 },
		{ "kitchen", "每日两次配送", 6, 0 },
	};

	for (size_t k = 0; k < sizeof(ties) / sizeof(*ties); k++) {
		if (ties[k].from >= d->n || ties[k].to >= d->n)
			continue;
		struct relation r = { .kind = ties[k].kind,
			.operator= d->operators[ties[k].from],
			.other = d->operators[ties[k].to],
			.since = d->today - 200 * DAY,
			.remarks = ties[k].remarks };
		TRY(relation_file(rq, &r));
	}
	return OK;
}

/* One business stands under two licence numbers: a possible double, for an officer to decide. */
static enum err write_double(struct req *rq, const struct demo *d)
{
	struct operator one, twin, before;
	bool changed;

	if (d->n < 10)
		return OK;
	TRY(operator_load(rq, d->operators[8], &one));
	TRY(operator_load(rq, d->operators[9], &before));
	twin = before;
	twin.name = one.name;
	twin.address = one.address;
	return operator_change(rq, &twin, &before, &changed);
}

static enum err write_ties(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	enum err e = OK;

	for (int64_t i = 0; !e && i < FILES && i < d->n; i++) {
		rq->user = &d->officers[d->town[i] * 2];
		e = write_licences(rq, d, i);
	}
	rq->user = program;
	if (!e)
		e = write_relations(rq, d);
	return e ? e : write_double(rq, d);
}

enum err demo_file(struct demo *d, struct fault *why)
{
	clock_set(d->today - HOUR);
	TRY(app_write(d->app, file_write_entries, d, why));
	return app_write(d->app, write_ties, d, why);
}
