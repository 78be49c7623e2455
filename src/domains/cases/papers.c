/* The official forms of a case, filled in. Their words are Chinese: they are the law's, not the
 * program's. */
#include "domains/cases/weighing.h"

#include <string.h>

enum err form_address(struct req *rq, const struct case_row *c, struct form *f)
{
	struct party p;

	TRY(party_load(rq, c->operator, & p));
	form_party(f, &p);
	form_officers(rq, f, c);
	form_put(f, "cause", c->act_name);
	form_put(f, "accept_electronic", c->e_service ? "yes" : "no");
	form_put(f, "e_phone", c->e_service ? c->e_phone : "");
	form_put(f, "post_address", c->post_address);
	form_put(f, "receiver", c->receiver);
	form_put(f, "receiver_phone", c->e_phone);
	form_named(f, "address_confirmation");
	return OK;
}

enum err order_correction_paper(struct req *rq, struct case_row *c)
{
	struct form f = { .n = 0 };
	struct party p;
	const struct node *act = act_of(rq, c->act);

	TRY(party_load(rq, c->operator, & p));
	form_party(&f, &p);
	form_put(&f, "act", node_text(act, "short", c->act_name));
	form_put(&f, "provision", node_text(act, "provision", ""));
	form_put(&f, "basis", node_text(act, "correction_basis", ""));
	form_put(&f, "requirement", c->correction_text);
	form_put(&f, "deadline", date_zh(rq->arena, c->correction_due));
	form_put(&f, "review_body", setting(rq, "review_body", "示范区人民政府"));
	form_put(&f, "court", setting(rq, "court", "示范区人民法院"));
	form_put(&f, "contact", user_name(rq, c->officer1));
	form_put(&f, "contact_phone", setting(rq, "contact_phone", "12315"));
	return form_order(rq, c, form_named(&f, "correction_order"), &c->order_paper);
}

/* "1. 2026-11-23 10:00 的视频片段(SM3 ...)": what proves the act, named so that it can be found
 * again.
 * What came after the party was told is not among it: nobody is decided against by what he was not
 * told (APL 44). */
static enum err exhibit_words(struct req *rq, int64_t case_id, int64_t until, struct buf *b)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT title, sm3 FROM case_exhibits x WHERE case_id = $1 AND added_at <= $2 AND "
		"(x.paper > 0 OR EXISTS (SELECT 1 FROM case_exhibit_checks k WHERE k.exhibit = "
		"x.id AND k.verdict = 'true')) ORDER BY taken_at, id",
		case_id, until));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		buf_printf(b, "%s%s", b->n ? "、" : "", rows_text(r, 0));
		if (*rows_text(r, 1))
			buf_printf(b, "（SM3摘要前16位%.16s）", rows_text(r, 1));
	}
	rows_close(r);
	return OK;
}

enum err evidence_words(struct req *rq, int64_t case_id, int64_t until, const char **out)
{
	struct list l;
	struct buf b = { .arena = rq->arena };

	TRY(db_all(rq, &evidence_model, &l,
		"SELECT * FROM case_evidence WHERE case_id = $1 AND usable = 1 AND added_at <= $2"
		" ORDER BY taken_at",
		case_id, until));
	for (struct evidence *e = LIST_OF(struct evidence, &l); e < LIST_END(struct evidence, &l);
		e++) {
		if (text_is(e->kind, EVIDENCE_RECORD)) {
			buf_printf(&b, "%s%s监督检查记录", b.n ? "、" : "",
				moment_zh(rq, e->taken_at));
			continue;
		}
		buf_printf(&b, "%s%s%sSM3摘要前16位%.16s）", b.n ? "、" : "",
			moment_zh(rq, e->taken_at),
			text_is(e->kind, EVIDENCE_DATA) ? "温湿度曲线图及读数表（读数表"
							: "后厨视频片段及截图（视频",
			e->clip_sm3);
	}
	TRY(exhibit_words(rq, case_id, until, &b));
	*out = b.n ? buf_text(&b) : "";
	return OK;
}

static const char *statement_words(
	struct req *rq, const struct case_row *c, const char *said_before)
{
	const char *now = text_is(c->statement, "silent")
				  ? "逾期未提出陈述、申辩意见，视为放弃该权利"
				  : "明确表示不提出陈述、申辩意见";

	if (text_is(c->statement, "made"))
		return arena_printf(rq->arena, "%s提出陈述、申辩意见：%s。本局意见：%s",
			said_before, without_stop(rq, c->statement_words), c->defence_adopted);
	return *said_before ? arena_printf(rq->arena, "%s%s。本局意见：%s", said_before, now,
				      c->defence_adopted)
			    : now;
}

/* Told on its telephone, without a meeting: the page showed who the officers are and their cards.
 * Whoever was told in person was shown them there, as the form says by itself. */
static enum err told_words(struct req *rq, const struct case_row *c, const char **out)
{
	int64_t in_person;

	*out = "";
	TRY(db_int(rq, &in_person,
		"SELECT count(*) FROM case_tellings WHERE case_id = $1 AND at = $2", c->id,
		c->told_at));
	if (in_person)
		return OK;
	*out = arena_printf(rq->arena,
		"本局执法人员未与你（单位）见面（非现场执法），于%"
		"s通过本案的手机页面示明姓名和执法证号"
		"，告知",
		moment_zh(rq, c->told_at));
	return OK;
}

enum err order_decision_paper(struct req *rq, struct case_row *c)
{
	struct form f = { .n = 0 };
	struct party p;
	const struct node *act = act_of(rq, c->act);
	const char *evidence, *said_before, *told;
	int64_t first;

	TRY(party_load(rq, c->operator, & p));
	TRY(told_words(rq, c, &told));
	TRY(told_before_words(rq, c->id, &said_before));
	TRY(evidence_words(rq, c->id, c->told_at, &evidence));
	TRY(db_int(rq, &first,
		"SELECT coalesce(min(taken_at), $2) FROM case_evidence WHERE case_id = $1 AND "
		"usable = 1 AND added_at <= $2",
		c->id, c->told_at));
	form_party(&f, &p);
	form_officers(rq, &f, c);
	form_put(&f, "act_time", moment_zh(rq, first));
	form_put(&f, "act_place", p.address);
	form_put(&f, "act", node_text(act, "short", c->act_name));
	form_put(&f, "provision", node_text(act, "provision", ""));
	form_put(&f, "basis", basis_of(rq, c, &p));
	form_put(&f, "evidence", evidence);
	if (*told)
		form_put(&f, "told", told);
	form_put(&f, "defence", statement_words(rq, c, said_before));
	form_put(&f, "penalty_kind", c->fine_fen ? "罚款" : "警告");
	if (c->fine_fen)
		form_puts(&f, "fine",
			arena_printf(rq->arena, "人民币%s元", fen_words(rq, c->fine_fen)),
			"pay_way",
			setting(rq, "pay_way", "持缴款通知到指定银行或者通过电子支付系统缴纳"),
			"pay_term", "自收到本决定书之日起十五日内", NULL);
	if (text_is(c->correction_state, "ordered") || text_is(c->correction_state, "shown"))
		form_put(&f, "correction",
			arena_printf(rq->arena, "于%s前改正违法行为",
				date_zh(rq->arena, c->correction_due)));
	form_put(&f, "review_body", setting(rq, "review_body", "示范区人民政府"));
	form_put(&f, "court", setting(rq, "court", "示范区人民法院"));
	form_put(&f, "decision_time", moment_zh(rq, rq->now));
	form_put(&f, "decision_place",
		setting(rq, "decision_place", "市场监督管理局智慧监管云中心（非现场执法）"));
	f.asked_by = c->proposed_by;
	form_put(&f, "received_at", c->e_service ? "以电子送达记载的到达时间为准" : "");
	return form_order(rq, c, form_named(&f, "onspot_decision"), &c->decision_paper);
}
