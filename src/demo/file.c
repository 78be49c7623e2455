/* Entries that officers make by hand in the one file, for the first operators: the first has one of
 * nearly each kind, the others some. */
#include "demo/demo.h"
#include "domains/entities/entries.h"

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

enum err demo_file(struct demo *d, struct fault *why)
{
	clock_set(d->today - HOUR);
	return app_write(d->app, file_write_entries, d, why);
}
