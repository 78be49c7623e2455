/* The result sheet (监督检查结果记录表) as a paper. Its words are Chinese: they are the law's. */
#include "domains/inspections/protocol.h"

#include <string.h>

enum { VALUES = 40 };

struct sheet {
	struct paper_value v[VALUES];
	size_t n;
	struct paper_picture pictures[4];
	size_t n_pictures;
};

static void put(struct sheet *s, const char *name, const char *text)
{
	if (text && *text && s->n < VALUES)
		s->v[s->n++] = (struct paper_value){ name, text };
}

static void sign(struct sheet *s, const char *name, const char *sm3)
{
	if (*sm3)
		s->pictures[s->n_pictures++] = (struct paper_picture){ name, sm3 };
}

/* "3.1、4.2": the items of one sort with this answer; any: FAILED only, or all judged. */
static const char *numbers(struct req *rq, const struct intake *in, bool key, bool failed_only)
{
	struct buf b = { .arena = rq->arena };

	for (int k = 0; k < in->t.n; k++) {
		bool judged = in->answers[k] == PASSED || in->answers[k] == FAILED;
		if (in->t.items[k].key == key && judged &&
			(!failed_only || in->answers[k] == FAILED))
			buf_printf(&b, "%s%s", b.n ? "、" : "", in->t.items[k].no);
	}
	return b.n ? buf_text(&b) : "无";
}

static const char *counted(struct req *rq, int n, const char *list)
{
	return arena_printf(rq->arena, "%d项：%s", n, list);
}

static const char *findings(struct req *rq, const struct intake *in)
{
	struct buf b = { .arena = rq->arena };

	for (int k = 0; k < in->t.n; k++) {
		const struct node *a = answer_node(in, in->t.items[k].no);
		const char *line = finding_line(rq, &in->t, in->t.items[k].no, a);
		struct correction c = { 0 };
		if (in->answers[k] == FAILED && !correction_term(rq, in, k, &c))
			buf_printf(&b, "%s%s %s（限%s前改正）", b.n ? "\n" : "", in->t.items[k].no,
				line, date_zh(rq->arena, c.due));
		if (in->answers[k] == NOT_APPLICABLE)
			buf_printf(
				&b, "%s%s 合理缺项：%s", b.n ? "\n" : "", in->t.items[k].no, line);
	}
	if (*in->p.obstruction_words)
		buf_printf(&b, "%s妨碍检查情况：%s", b.n ? "\n" : "", in->p.obstruction_words);
	if (*in->p.explanation)
		buf_printf(&b, "%s%s", b.n ? "\n" : "", in->p.explanation);
	return b.n ? buf_text(&b) : "无";
}

const char *tr_zh_kind(const char *kind)
{
	static const char *const words[][2] = { { "INSP_ROUTINE", "日常监督检查" },
		{ "INSP_UNANNOUNCED", "飞行检查" }, { "INSP_SYSTEM", "体系检查" },
		{ "INSP_OFFSITE", "非现场检查" }, { "INSP_GRADING", "量化分级检查" },
		{ "INSP_RANDOM", "双随机抽查" }, { "INSP_SPECIAL", "专项检查" },
		{ "INSP_RECHECK", "复查" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(words[i][0], kind))
			return words[i][1];
	return kind;
}

static const char *moment(struct req *rq, int64_t ms)
{
	struct civil t = civil_of(ms);
	return arena_printf(
		rq->arena, "%d年%d月%d日%02d时%02d分", t.year, t.month, t.day, t.hour, t.minute);
}

static void put_results(struct req *rq, const struct intake *in, struct sheet *s)
{
	const struct inspection *i = &in->i;

	put(s, "items", arena_printf(rq->arena, "%d", i->key_checked + i->general_checked));
	put(s, "key", counted(rq, i->key_checked, numbers(rq, in, true, false)));
	put(s, "key_failed", counted(rq, i->key_failed, numbers(rq, in, true, true)));
	put(s, "general", counted(rq, i->general_checked, numbers(rq, in, false, false)));
	put(s, "general_failed", counted(rq, i->general_failed, numbers(rq, in, false, true)));
	put(s, "result",
		text_is(i->result, "CONFORM")	      ? "符合"
		: text_is(i->result, "BASIC_CONFORM") ? "基本符合"
						      : "不符合");
	put(s, "handling",
		text_is(i->handling, "PASS")   ? "通过"
		: text_is(i->handling, "STOP") ? "责令立即停止食品生产经营活动"
					       : "书面限期整改");
	put(s, "explanation", findings(rq, in));
}

static void put_officers(struct req *rq, const struct protocol *p, struct sheet *s)
{
	put(s, "officer1", arena_printf(rq->arena, "%s（%s）", p->name1, p->card1));
	put(s, "officer2", arena_printf(rq->arena, "%s（%s）", p->name2, p->card2));
	sign(s, "officer1_sig", p->sign1);
	sign(s, "officer2_sig", p->sign2);
}

/* A check by video: which cameras, how many pictures, where the result goes. */
static void put_cameras_seen(struct req *rq, const struct intake *in, struct sheet *s)
{
	put(s, "cameras", still_cameras(rq, in));
	put(s, "stills", arena_printf(rq->arena, "%d", stills_count(in)));
	put_officers(rq, &in->p, s);
}

static void put_people(struct req *rq, const struct intake *in, struct sheet *s)
{
	const struct protocol *p = &in->p;

	put(s, "met",
		arena_printf(rq->arena, "%s%s%s", p->met, *p->met_role ? "，" : "", p->met_role));
	put(s, "recusal", text_is(p->notice_answer, "none") ? "不申请回避" : p->recusal);
	if (!*p->sign_party)
		put(s, "refusal",
			arena_printf(rq->arena, "%s；见证人：%s", p->refusal, p->witness));
	put_officers(rq, p, s);
	sign(s, "party_sig", p->sign_party);
	sign(s, "witness_sig", p->sign_witness);
}

enum err sheet_order(struct req *rq, struct intake *in)
{
	struct sheet s = { .n = 0 };
	struct paper_ref ref;
	struct civil c = civil_of(in->i.inspected_at);
	int64_t year = civil_to_ms((struct civil){ .year = c.year, .month = 1, .day = 1 }), nth;

	TRY(db_int(rq, &nth,
		"SELECT count(*) FROM inspections WHERE operator = $1 AND inspected_at >= $2 AND "
		"inspected_at <= $3",
		in->i.operator, year, in->i.inspected_at));
	put(&s, "name", in->v.name);
	put(&s, "address", *in->p.place ? in->p.place : in->v.address);
	put(&s, "phone", in->v.phone);
	put(&s, "licence", in->v.licence_no);
	put(&s, "nth", arena_printf(rq->arena, "%" PRId64, nth));
	put(&s, "kind", tr_zh_kind(in->i.kind));
	put(&s, "table", arena_printf(rq->arena, "%s（%s版）", in->t.title, in->t.version));
	put(&s, "started", moment(rq, in->p.started_at));
	put(&s, "ended", moment(rq, in->p.ended_at));
	put_results(rq, in, &s);
	bool video = by_video(in->i.kind);
	if (video)
		put_cameras_seen(rq, in, &s);
	else
		put_people(rq, in, &s);
	const struct paper_order o = { .template =
					       video ? "inspection_offsite" : "inspection_result",
		.subject = in->i.id,
		.entity = in->i.operator,
		.area = in->v.area,
		.values = s.v,
		.n = s.n,
		.pictures = s.pictures,
		.n_pictures = s.n_pictures,
		.at = in->i.inspected_at };
	TRY(paper_order(rq, &o, &ref));
	in->p.paper = ref.id;
	return OK;
}
