/* The official forms of a case, filled in. Their words are Chinese: they are the law's, not the
 * program's. */
#include "domains/cases/cases.h"

#include <string.h>

enum { MAX_VALUES = 40 };

struct form {
	struct paper_value v[MAX_VALUES];
	size_t n;
	const struct paper_picture *signature; /* the party's, or NULL */
};

static void put(struct form *f, const char *name, const char *text)
{
	if (text && *text && f->n < MAX_VALUES)
		f->v[f->n++] = (struct paper_value){ name, text };
}

static void put_party(struct form *f, const struct party *p)
{
	put(f, "party_name", p->name);
	put(f, "party_id", p->uscc);
	put(f, "party_address", p->address);
	put(f, "party_legal", p->legal_person);
	put(f, "party_phone", p->phone);
}

static void put_officers(struct req *rq, struct form *f, const struct case_row *c)
{
	put(f, "officer1", user_name(rq, c->officer1));
	put(f, "officer1_card", user_card(rq, c->officer1));
	put(f, "officer2", user_name(rq, c->officer2));
	put(f, "officer2_card", user_card(rq, c->officer2));
}

static enum err order(
	struct req *rq, const struct case_row *c, const char *template, const struct form *f)
{
	struct paper_ref ref;
	struct paper_order o = { .template = template,
		.subject = c->id,
		.entity = c->operator,
		.area = c->area,
		.values = f->v,
		.n = f->n,
		.pictures = f->signature,
		.n_pictures = f->signature ? 1 : 0 };
	TRY(paper_order(rq, &o, &ref));
	rq->id2 = ref.id; /* to the caller below */
	return OK;
}

static const char *moment_zh(struct req *rq, int64_t ms)
{
	struct civil t = civil_of(ms);
	return arena_printf(
		rq->arena, "%d年%d月%d日%02d时%02d分", t.year, t.month, t.day, t.hour, t.minute);
}

enum err order_address_paper(struct req *rq, struct case_row *c)
{
	struct party p;
	struct paper_picture sign = { "party_sig", c->address_sign };
	struct form f = { .signature = &sign };

	TRY(party_load(rq, c->operator, & p));
	put_party(&f, &p);
	put_officers(rq, &f, c);
	put(&f, "cause", c->act_name);
	put(&f, "accept_electronic", c->e_service ? "yes" : "no");
	put(&f, "e_phone", c->e_service ? c->e_phone : "");
	put(&f, "post_address", c->post_address);
	put(&f, "receiver", c->receiver);
	put(&f, "receiver_phone", c->e_phone);
	put(&f, "signed_at", date_zh(rq->arena, rq->now));
	TRY(order(rq, c, "address_confirmation", &f));
	c->address_paper = rq->id2;
	return OK;
}

enum err order_correction_paper(struct req *rq, struct case_row *c)
{
	struct form f = { .n = 0 };
	struct party p;
	const struct node *act = act_of(rq, c->act);

	TRY(party_load(rq, c->operator, & p));
	put_party(&f, &p);
	put(&f, "act", node_text(act, "short", c->act_name));
	put(&f, "provision", node_text(act, "provision", ""));
	put(&f, "basis", node_text(act, "correction_basis", ""));
	put(&f, "requirement", c->correction_text);
	put(&f, "deadline", date_zh(rq->arena, c->correction_due));
	put(&f, "review_body", setting(rq, "review_body", "示范区人民政府"));
	put(&f, "court", setting(rq, "court", "示范区人民法院"));
	put(&f, "contact", user_name(rq, c->officer1));
	put(&f, "contact_phone", setting(rq, "contact_phone", "12315"));
	TRY(order(rq, c, "correction_order", &f));
	c->order_paper = rq->id2;
	return OK;
}

/* "1. 2026-11-23 10:00 的视频片段(SM3 ...)": what proves the act, named so that it can be found
 * again.
 * What came after the party was told is not among it: nobody is decided against by what he was not
 * told (APL 44). */
static enum err evidence_words(struct req *rq, const struct case_row *c, const char **out)
{
	struct list l;
	struct buf b = { .arena = rq->arena };

	TRY(db_all(rq, &evidence_model, &l,
		"SELECT * FROM case_evidence WHERE case_id = $1 AND usable = 1 AND added_at <= $2"
		" ORDER BY taken_at",
		c->id, c->told_at));
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
	*out = buf_text(&b);
	return OK;
}

static const char *statement_words(struct req *rq, const struct case_row *c)
{
	if (text_is(c->statement, "made"))
		return arena_printf(rq->arena, "提出陈述、申辩意见：%s。本局意见：%s",
			c->statement_words, c->defence_adopted);
	return text_is(c->statement, "silent") ? "逾期未提出陈述、申辩意见，视为放弃该权利"
					       : "明确表示不提出陈述、申辩意见";
}

enum err order_decision_paper(struct req *rq, struct case_row *c)
{
	struct form f = { .n = 0 };
	struct party p;
	const struct node *act = act_of(rq, c->act);
	const char *evidence;
	int64_t first;

	TRY(party_load(rq, c->operator, & p));
	TRY(evidence_words(rq, c, &evidence));
	TRY(db_int(rq, &first,
		"SELECT min(taken_at) FROM case_evidence WHERE case_id = $1 AND usable = 1"
		" AND added_at <= $2",
		c->id, c->told_at));
	put_party(&f, &p);
	put_officers(rq, &f, c);
	put(&f, "act_time", moment_zh(rq, first));
	put(&f, "act_place", p.address);
	put(&f, "act", node_text(act, "short", c->act_name));
	put(&f, "provision", node_text(act, "provision", ""));
	put(&f, "basis", node_text(act, "basis", ""));
	put(&f, "evidence", evidence);
	put(&f, "defence", statement_words(rq, c));
	put(&f, "penalty_kind", "警告");
	if (text_is(c->correction_state, "ordered") || text_is(c->correction_state, "shown"))
		put(&f, "correction",
			arena_printf(rq->arena, "于%s前改正违法行为",
				date_zh(rq->arena, c->correction_due)));
	put(&f, "review_body", setting(rq, "review_body", "示范区人民政府"));
	put(&f, "court", setting(rq, "court", "示范区人民法院"));
	put(&f, "decision_time", moment_zh(rq, rq->now));
	put(&f, "decision_place",
		setting(rq, "decision_place", "市场监督管理局智慧监管云中心（非现场执法）"));
	put(&f, "received_at", c->e_service ? "以电子送达记载的到达时间为准" : "");
	TRY(order(rq, c, "onspot_decision", &f));
	c->decision_paper = rq->id2;
	return OK;
}
