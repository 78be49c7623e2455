/* Two cases of the ordinary procedure: a fine that waits for the party's word, and one in which it
 * asks for a hearing. Taken step by step, as officers would. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/cases/deeds.h"
#include "domains/cases/weighing.h"

#include <string.h>

struct cast {
	struct user head, reviewer;
	const struct user *officers; /* the two of the town */
};

struct plot {
	int64_t operator_no, goods_fen, fine_fen, ago; /* days */
	const char *act, *facts, *discretion, *asks;
};

static const struct plot plots[] = {
	{ 3, 0, 2000000, 21, "V20", "经责令改正后，再次检查时冷藏柜温度仍高于规定，未采取措施。",
		"当事人无从轻、减轻情节，造成的危害较小。", "" },
	{ 5, 1000000, 15000000, 16, "V14",
		"冷库内存放超过保质期的冷冻肉制品，部分已用于加工菜品，货值金额一万元。",
		"当事人配合清点封存，未发现食用后不适的报告。",
		"我单位认为该批食品是待退货的，没有用于加工，请求听证。" },
};

static enum err cast_find(struct req *rq, const struct demo *d, size_t operator, struct cast * c)
{
	*c = (struct cast){ .head = { .login = "head1", .role = "head", .role_id = ROLE_HEAD },
		.reviewer = { .login = "reviewer1",
			.role = "reviewer",
			.role_id = ROLE_REVIEWER },
		.officers = &d->officers[d->town[operator] * 2] };
	TRY(db_int(rq, &c->head.id, "SELECT id FROM pub_users WHERE login = 'head1'"));
	return db_int(rq, &c->reviewer.id, "SELECT id FROM pub_users WHERE login = 'reviewer1'");
}

static enum err take(struct req *rq, struct case_row *c, enum step s, void *row)
{
	struct course k;

	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", c->id));
	TRY(course_of(rq, c, &k));
	TRY(allow(rq, step_missing(s, &k.f, &k.actor)));
	const struct deed *d = deed_of(s);
	if (d->begin && s != STEP_REPORT && s != STEP_WEIGH)
		d->begin(rq, &k, row);
	if (s == STEP_REVIEW) {
		struct review *r = row;
		r->jurisdiction = r->party = r->facts = r->nature = r->basis = r->procedure =
			r->proportion = "yes";
		r->verdict = "pass";
		r->opinion = "事实清楚，证据充分，定性准确，处理适当，同意。";
	}
	return d->run(rq, &k, row);
}

static enum err approved(struct req *rq, struct case_row *c)
{
	struct course k;

	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", c->id));
	TRY(course_of(rq, c, &k));
	return approval_take(rq, &k, true, "");
}

static enum err filed(struct req *rq, const struct plot *p, int64_t operator, struct case_row * c)
{
	struct finding f = { .operator= operator,
		.officer1 = rq->user->id,
		.officer2 = rq->user[1].id,
		.found_at = rq->now,
		.act = p->act };
	struct approval a = { .matter = "file", .words = "有初步证据证明违法行为，依法应予处罚。" };
	struct course k;

	TRY(db_int(rq, &f.area, "SELECT area FROM pub_operators WHERE id = $1", operator));
	TRY(precheck_of(rq, &f, c));
	struct exhibit x = { .case_id = c->id,
		.kind = "EV_SITE_RECORD",
		.title = "现场检查笔录",
		.taken_at = rq->now - DAY,
		.place = "经营场所",
		.method = "现场制作",
		.maker = rq->user->name,
		.words = p->facts,
		.added_by = rq->user->id,
		.added_at = rq->now };
	TRY(course_of(rq, c, &k));
	TRY(course_add(rq, &k, &(struct written){ &exhibit_model, &x, CASE_EVIDENCE_ADDED }));
	struct exhibit_check v = { .case_id = c->id,
		.exhibit = x.id,
		.verdict = "true",
		.reason = "与现场照片、原始记录核对一致。",
		.checked_by = rq->user[1].id,
		.checked_at = rq->now };
	TRY(course_add(
		rq, &k, &(struct written){ &exhibit_check_model, &v, CASE_EXHIBIT_CHECKED }));
	return approval_ask(rq, &k, &a);
}

/* The notice arrives: the party's telephone is on file. */
static enum err notice_arrived(struct req *rq, struct case_row *c)
{
	int64_t paper;

	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", c->id));
	TRY(db_int(rq, &paper, "SELECT paper FROM case_notices WHERE case_id = $1", c->id));
	struct node *told = node_map(rq->arena);
	put_printf(told, "paper", "%" PRId64, paper);
	put_text(told, "title", "行政处罚告知书");
	put_text(told, "way", "direct");
	return notice_served(rq, c, told);
}

static enum err hearing_asked(struct req *rq, const struct plot *p, struct case_row *c)
{
	struct course k;
	struct request q = { .case_id = c->id,
		.kind = "hearing",
		.words = p->asks,
		.asked_at = rq->now,
		.state = "asked" };

	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", c->id));
	TRY(course_of(rq, c, &k));
	return request_add(rq, &k, &q);
}

static enum err plot_write(struct req *rq, const struct demo *d, const struct plot *p)
{
	size_t no = (size_t)(p->operator_no % d->n);
	struct cast who;
	struct case_row c;
	struct report r = { .party = "见登记信息。",
		.course = "监督检查发现，经批准立案调查。",
		.facts = p->facts,
		.outcome = "penalty",
		.fine_fen = p->fine_fen };
	struct weighing w = { .goods_fen = p->goods_fen,
		.words = p->discretion,
		.replies = "minor=no,corrected=no" };
	struct review v = { 0 };
	char nothing = 0;
	const struct node *act = act_of(rq, p->act);

	TRY(cast_find(rq, d, no, &who));
	rq->user = who.officers;
	TRY(filed(rq, p, d->operators[no], &c));
	rq->user = &who.head;
	TRY(approved(rq, &c));
	rq->user = who.officers;
	row_blank(&weighing_model, &w);
	TRY(take(rq, &c, STEP_WEIGH, &w));
	r.nature = arena_printf(rq->arena, "违反%s的规定。", node_text(act, "provision", ""));
	r.basis = arena_printf(rq->arena, "依据%s。", node_text(act, "basis", ""));
	r.discretion = weighing_words(rq, &w);
	row_blank(&report_model, &r);
	TRY(take(rq, &c, STEP_REPORT, &r));
	rq->user = &who.reviewer;
	TRY(take(rq, &c, STEP_REVIEW, &v));
	rq->user = who.officers;
	TRY(take(rq, &c, STEP_NOTIFY, &nothing));
	TRY(notice_arrived(rq, &c));
	return *p->asks ? hearing_asked(rq, p, &c) : OK;
}

static enum err cases_write(struct req *rq, void *arg)
{
	struct demo *d = arg;
	const struct user *program = rq->user;
	int64_t now = rq->now;
	enum err e = OK;

	for (size_t i = 0; !e && i < sizeof(plots) / sizeof(*plots); i++) {
		rq->now = d->today - plots[i].ago * DAY / 7 + 10 * HOUR;
		e = plot_write(rq, d, &plots[i]);
	}
	rq->now = now;
	rq->user = program;
	return e;
}

enum err demo_cases(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, cases_write, d, why);
}
