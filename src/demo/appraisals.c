/* A round of appraisal that is finished, over the closed cases of the past year: overruled by paper
 * files, objected to, put right. What is said of them is made up, as everybody here. */
#include "demo/demo.h"
#include "domains/appraisals/appraisals.h"

enum { SAMPLE = 6, OBJECTED = 2, OPENED = 45, FIRST = 365, LAST = 60 };

/* Who acts: the leader who supervises, the appraiser, and the officers of a case; upon what. */
struct acting {
	const struct demo *d;
	struct user head, reviewer;
	int64_t round, ids[SAMPLE]; /* its appraisals, n of them */
	int n, k;		    /* k: the one of this step */
};

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
	TRY(db_text(rq, &w->reviewer.name, "SELECT name FROM pub_users WHERE login = 'reviewer1'"));
	/* they act in later requests too */
	w->head.name = arena_dup(w->d->arena, w->head.name);
	w->reviewer.name = arena_dup(w->d->arena, w->reviewer.name);
	return OK;
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

/* ---- the steps of one appraisal, each at its own time ------------------------------------------
 */
static enum err appointed(struct req *rq, struct acting *w, struct sitting *s)
{
	rq->user = &w->head;
	return appraiser_set(rq, s, w->reviewer.id);
}

static enum err handed_in(struct req *rq, struct acting *w, struct sitting *s)
{
	rq->user = &w->reviewer;
	for (struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		line_say(p, w->k);
	return sitting_submit(rq, s, "案卷总体规范，电子卷归档不及时。");
}

static bool objects(const struct acting *w, const struct sitting *s)
{
	for (const struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		if (text_is(p->code, "P8"))
			return w->k < OBJECTED && text_is(p->verdict, "failed");
	return false;
}

static enum err told(struct req *rq, struct acting *w, struct sitting *s)
{
	rq->user = officer_of(w, s->a.officer1);
	return objects(w, s)
		       ? sitting_object(rq, s, "P8", "检查时执法记录仪全程开启，视音频保存在所内。")
		       : sitting_accept(rq, s);
}

static enum err answered(struct req *rq, struct acting *w, struct sitting *s)
{
	bool upheld = w->k == 0;
	const struct reply r = { upheld, !upheld,
		upheld ? "调阅执法记录仪原始记录属实，异议成立。"
		       : "视音频未与案件关联，不能视为全过程记录，异议不成立。" };

	rq->user = &w->head;
	return text_is(s->a.state, "objected") ? sitting_answer(rq, s, "P8", &r) : OK;
}

static enum err confirmed(struct req *rq, struct acting *w, struct sitting *s)
{
	rq->user = &w->head;
	return sitting_confirm(rq, s);
}

/* All but the last one: what is overdue is seen as well. */
static bool mends(const struct acting *w, const struct sitting *s)
{
	return *s->a.mend_state && w->k != SAMPLE - 1;
}

static enum err mended(struct req *rq, struct acting *w, struct sitting *s)
{
	rq->user = officer_of(w, s->a.officer2);
	return mends(w, s) ? sitting_mend(rq, s, "已补录文书并归档，在所务会上通报。") : OK;
}

static enum err checked(struct req *rq, struct acting *w, struct sitting *s)
{
	const struct reply r = { true, false, "已核对，电子卷补录齐全。" };

	rq->user = &w->head;
	return mends(w, s) ? sitting_check(rq, s, &r) : OK;
}

/* Days after the opening. */
static const struct {
	int day;
	enum err (*run)(struct req *rq, struct acting *w, struct sitting *s);
} stages[] = { { 1, appointed }, { 6, handed_in }, { 7, told }, { 8, answered }, { 9, confirmed },
	{ 13, mended }, { 14, checked } };
enum { STAGES = sizeof(stages) / sizeof(*stages), END_DAY = 21 };

struct staging {
	struct acting *w;
	int stage;
};

static enum err stage_write(struct req *rq, void *arg)
{
	struct staging *g = arg;
	const struct user *program = rq->user;
	struct sitting s;

	TRY(sitting_load(rq, g->w->ids[g->w->k], &s));
	enum err e = stages[g->stage].run(rq, g->w, &s);
	rq->user = program;
	return e;
}

/* ---- the round ---------------------------------------------------------------------------------
 */
static enum err round_begin(struct req *rq, void *arg)
{
	struct acting *w = arg;
	const struct demo *d = w->d;
	const struct user *program = rq->user;
	struct round r;
	int64_t closed;

	/* a small district may have none */
	TRY(db_int(rq, &closed,
		"SELECT count(*) FROM pub_cases WHERE state = 'closed' AND closed_at >= $1 AND "
		"closed_at < $2",
		d->today - FIRST * DAY, d->today - (LAST - 1) * DAY));
	if (!closed)
		return OK;
	TRY(people_read(rq, w));
	rq->user = &w->head;
	enum err e = round_open(rq,
		&(struct round_plan){ .title = "年度行政处罚案卷评查（示例）",
			.kinds = "",
			.way = "number",
			.from_day = d->today - FIRST * DAY,
			.to_day = d->today - LAST * DAY,
			.amount = SAMPLE,
			.by_procedure = true },
		&r);
	w->round = r.id;
	rq->user = program;
	return e;
}

struct drawn_id {
	int64_t id;
};
static const struct model id_model =
	MODEL("appraisals", struct drawn_id, FIELDS(STORED(struct drawn_id, id)));

static enum err drawn(struct req *rq, void *arg)
{
	struct acting *w = arg;
	const struct user *program = rq->user;
	struct round r;
	struct list l;

	rq->user = &w->head;
	TRY(round_load(rq, w->round, &r));
	enum err e = round_perform(rq, &r, "寒露");
	rq->user = program;
	TRY(e);
	TRY(db_all(rq, &id_model, &l,
		"SELECT id FROM appraisals WHERE round = $1 ORDER BY stratum, place", r.id));
	w->n = 0;
	for (const struct drawn_id *x = LIST_OF(struct drawn_id, &l);
		x < LIST_END(struct drawn_id, &l) && w->n < SAMPLE; x++)
		w->ids[w->n++] = x->id;
	return OK;
}

static enum err ended(struct req *rq, void *arg)
{
	struct acting *w = arg;
	const struct user *program = rq->user;
	struct round r;

	rq->user = &w->head;
	TRY(round_load(rq, w->round, &r));
	enum err e = round_end(rq, &r);
	rq->user = program;
	return e;
}

enum err demo_appraisals(struct demo *d, struct fault *why)
{
	struct acting w = { .d = d };
	int64_t begun = d->today - OPENED * DAY + 9 * HOUR;

	clock_set(begun);
	TRY(app_write(d->app, round_begin, &w, why));
	if (w.round) {
		clock_set(begun + HOUR);
		TRY(app_write(d->app, drawn, &w, why));
		for (int i = 0; i < STAGES; i++)
			for (w.k = 0; w.k < w.n; w.k++) {
				clock_set(begun + stages[i].day * DAY + w.k * 10 * MINUTE);
				TRY(app_write(
					d->app, stage_write, &(struct staging){ &w, i }, why));
			}
		clock_set(begun + END_DAY * DAY);
		TRY(app_write(d->app, ended, &w, why));
	}
	clock_set(d->today);
	return OK;
}
