/* A round of appraisal that is finished, over the closed cases of the past year: overruled by paper
 * files, objected to, put right. What is said of them is made up, as everybody here. */
#include "demo/demo.h"
#include "domains/appraisals/appraisals.h"

enum { SAMPLE = 6, OPENED = 45, FIRST = 365, LAST = 60 };

/* Who acts: the leader who supervises, the appraiser, and the officers of a case. */
struct acting {
	const struct demo *d;
	struct user head, reviewer;
};

/* A moment of the past, for the rows and for the ledger. */
static void moment(struct req *rq, int64_t ms)
{
	rq->now = ms;
	clock_set(ms);
}

static enum err people_read(struct req *rq, struct acting *w)
{
	w->head =
		(struct user){ .login = "head1", .name = "", .role = "head", .role_id = ROLE_HEAD };
	w->reviewer = (struct user){
		.login = "reviewer1", .name = "", .role = "reviewer", .role_id = ROLE_REVIEWER
	};
	TRY(db_int(rq, &w->head.id, "SELECT id FROM pub_users WHERE login = 'head1'"));
	TRY(db_text(rq, &w->head.name, "SELECT name FROM pub_users WHERE login = 'head1'"));
	TRY(db_int(rq, &w->reviewer.id, "SELECT id FROM pub_users WHERE login = 'reviewer1'"));
	return db_text(
		rq, &w->reviewer.name, "SELECT name FROM pub_users WHERE login = 'reviewer1'");
}

static const struct user *officer_of(const struct acting *w, int64_t id)
{
	for (int i = 0; i < DEMO_OFFICERS; i++)
		if (w->d->officers[i].id == id)
			return &w->d->officers[i];
	return &w->d->officers[0];
}

/* What the appraiser says: by the paper file against the record, or of what only a person sees. */
static const struct said {
	const char *code, *verdict, *reason;
	int every; /* of each so many cases one; 1: of all */
} said[] = {
	{ "F2", "met", "纸质卷第6页至第14页有现场照片、询问笔录和设备记录。", 1 },
	{ "P2", "met", "审核表在纸质卷第21页，审核人员不是本案办案人员。", 1 },
	{ "W1", "part", "文书在纸质卷内，电子卷未收录，应当补录。", 1 },
	{ "F4", "part", "询问笔录第二页修改处未按指印。", 3 },
	{ "L2", "failed", "决定书引用法律条文未写明款、项。", 2 },
	{ "D1", "part", "裁量理由仅写“情节一般”，未说明考虑的因素。", 2 },
	{ "F1", "part", "违法行为起止时间未写明。", 4 },
};
enum { SAID = sizeof(said) / sizeof(*said) };

static void line_say(struct point *p, int k)
{
	if (!*p->verdict)
		p->verdict = "met";
	for (int i = 0; i < SAID; i++)
		if (text_is(said[i].code, p->code) && k % said[i].every == said[i].every - 1) {
			p->verdict = said[i].verdict;
			p->reason = said[i].reason;
		}
}

static enum err handed_in(struct req *rq, const struct acting *w, int64_t id, int k)
{
	struct sitting s;

	rq->user = &w->head;
	TRY(sitting_load(rq, id, &s));
	TRY(appraiser_set(rq, &s, w->reviewer.id));
	rq->user = &w->reviewer;
	moment(rq, rq->now + 5 * DAY);
	TRY(sitting_load(rq, id, &s));
	for (struct point *p = LIST_OF(struct point, &s.points);
		p < LIST_END(struct point, &s.points); p++)
		line_say(p, k);
	return sitting_submit(rq, &s, "案卷总体规范，电子卷归档不及时。");
}

static enum err objected(struct req *rq, const struct acting *w, struct sitting *s, bool upheld)
{
	const struct reply r = { upheld, !upheld,
		upheld ? "调阅执法记录仪原始记录属实，异议成立。"
		       : "视音频未与案件关联，不能视为全过程记录，异议不成立。" };

	rq->user = officer_of(w, s->a.officer1);
	TRY(sitting_object(rq, s, "P8", "检查时执法记录仪全程开启，视音频保存在所内。"));
	moment(rq, rq->now + DAY);
	rq->user = &w->head;
	TRY(sitting_load(rq, s->a.id, s));
	return sitting_answer(rq, s, "P8", &r);
}

static enum err mended(struct req *rq, const struct acting *w, struct sitting *s)
{
	const struct reply r = { true, false, "已核对，电子卷补录齐全。" };

	moment(rq, rq->now + 4 * DAY);
	rq->user = officer_of(w, s->a.officer2);
	TRY(sitting_mend(rq, s, "已补录文书并归档，在所务会上通报。"));
	moment(rq, rq->now + DAY);
	rq->user = &w->head;
	return sitting_check(rq, s, &r);
}

static enum err one_appraised(struct req *rq, const struct acting *w, int64_t id, int k)
{
	int64_t begun = rq->now;
	struct sitting s;

	TRY(handed_in(rq, w, id, k));
	moment(rq, rq->now + DAY);
	TRY(sitting_load(rq, id, &s));
	const struct point *p = LIST_OF(struct point, &s.points);
	while (p < LIST_END(struct point, &s.points) && !text_is(p->code, "P8"))
		p++;
	if (k < 2 && p < LIST_END(struct point, &s.points) && text_is(p->verdict, "failed")) {
		TRY(objected(rq, w, &s, k == 0));
	} else {
		rq->user = officer_of(w, s.a.officer1);
		TRY(sitting_accept(rq, &s));
	}
	moment(rq, rq->now + DAY);
	rq->user = &w->head;
	TRY(sitting_confirm(rq, &s));
	if (text_is(s.a.mend_state, "ordered") && k != SAMPLE - 1)
		TRY(mended(rq, w, &s));
	moment(rq, begun);
	return OK;
}

static enum err round_written(struct req *rq, const struct acting *w, struct round *r)
{
	const struct demo *d = w->d;

	rq->user = &w->head;
	moment(rq, d->today - OPENED * DAY + 9 * HOUR);
	TRY(round_open(rq,
		&(struct round_plan){ .title = "年度行政处罚案卷评查（示例）",
			.kinds = "",
			.way = "number",
			.from_day = d->today - FIRST * DAY,
			.to_day = d->today - LAST * DAY,
			.amount = SAMPLE,
			.by_procedure = true },
		r));
	moment(rq, rq->now + HOUR);
	return round_perform(rq, r, "寒露");
}

struct drawn_id {
	int64_t id;
};
static const struct model id_model =
	MODEL("appraisals", struct drawn_id, FIELDS(STORED(struct drawn_id, id)));

static enum err finished(struct req *rq, const struct acting *w)
{
	struct round r;
	struct list l;
	int k = 0;

	TRY(round_written(rq, w, &r));
	moment(rq, rq->now + DAY);
	TRY(db_all(rq, &id_model, &l,
		"SELECT id FROM appraisals WHERE round = $1 ORDER BY stratum, place", r.id));
	for (const struct drawn_id *x = LIST_OF(struct drawn_id, &l);
		x < LIST_END(struct drawn_id, &l); x++)
		TRY(one_appraised(rq, w, x->id, k++));
	moment(rq, rq->now + 20 * DAY);
	rq->user = &w->head;
	return round_end(rq, &r);
}

static enum err appraisals_write(struct req *rq, void *arg)
{
	struct acting w = { .d = arg };
	const struct user *program = rq->user;
	int64_t now = rq->now, closed;

	/* a small district may have none */
	TRY(db_int(rq, &closed,
		"SELECT count(*) FROM pub_cases WHERE state = 'closed' AND closed_at >= $1 AND "
		"closed_at < $2",
		w.d->today - FIRST * DAY, w.d->today - LAST * DAY));
	if (!closed)
		return OK;
	TRY(people_read(rq, &w));
	enum err e = finished(rq, &w);
	rq->user = program;
	moment(rq, now);
	return e;
}

enum err demo_appraisals(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, appraisals_write, d, why);
}
