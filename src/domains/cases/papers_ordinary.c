/* The forms of the ordinary procedure, filled in. Their words are Chinese: they are the law's, not
 * the program's. */
#include "domains/cases/ordinary.h"
#include "domains/cases/sources.h"
#include "domains/cases/weighing.h"

#include <string.h>

/* ---- what most of them begin with ------------------------------------- */
static void form_case(struct req *rq, struct form *f, const struct course *k)
{
	form_party(f, &k->party);
	form_officers(rq, f, &k->c);
	form_puts(f, "case_no", k->c.number, "cause", k->c.act_name, "filed_at",
		k->c.filed_at ? date_zh(rq->arena, k->c.filed_at) : "", "contact",
		user_name(rq, k->c.officer1), "contact_phone",
		setting(rq, "contact_phone", "12315"), NULL);
}

static void form_leader(struct req *rq, struct form *f, const struct approval *a)
{
	f->asked_by = a->asked_by;
	form_puts(f, "leader_opinion", a->opinion, "leader", user_name(rq, a->answered_by),
		"leader_at", date_zh(rq->arena, a->answered_at), NULL);
}

/* One leader answers here; no head of a unit did before. The form says so instead of putting the
 * same name twice (O2 60). */
static void form_unit(struct req *rq, struct form *f, const struct approval *a)
{
	form_puts(f, "unit_opinion", "本案未经部门负责人另行审批，由机关负责人直接审批。",
		"unit_head", "（无）", "unit_at", date_zh(rq->arena, a->answered_at), NULL);
}

static const char *proposal_words(struct req *rq, const struct course *k, const struct report *r)
{
	const struct penalty_size p = report_size(r);
	const char *outcome = law_word(k, arena_printf(rq->arena, "outcome_%s", r->outcome));

	if (!text_is(r->outcome, "penalty"))
		return *r->kinds
			       ? arena_printf(rq->arena, "%s（%s）：%s", outcome,
					 weighing_ground_zh(rq, k, r->outcome_item, r->written_at),
					 penalty_zh(rq, k, &p))
		       : *r->outcome_item
			       ? arena_printf(rq->arena, "%s（%s）", outcome,
					 weighing_ground_zh(rq, k, r->outcome_item,
						 r->written_at ? r->written_at : rq->now))
			       : outcome;
	return arena_printf(rq->arena, "%s：%s", outcome, penalty_zh(rq, k, &p));
}

/* How it came: as registered, else by a correction that was not made, or by a camera. */
static const char *origin_words(struct req *rq, const struct course *k, const struct source *s)
{
	if (s->id)
		return source_zh(rq, s);
	return text_is(k->c.act, "V20") ? "监督检查" : "智慧监管发现（非现场执法）";
}

/* ---- filing and matters ----------------------------------------------- */
enum err paper_source(struct req *rq, const struct course *k, int64_t *paper)
{
	struct form f = { .n = 0 };
	const struct node *act = act_of(rq, k->c.act);
	struct source s;

	TRY(source_load(rq, k->c.id, &s));
	form_case(rq, &f, k);
	form_puts(&f, "origin", origin_words(rq, k, &s), "found_at",
		date_zh(rq->arena, s.id ? s.received_at : k->c.opened_at), "content",
		arena_printf(rq->arena, "%s涉嫌%s。%s", k->party.name,
			node_text(act, "short", k->c.act_name), s.id ? s.words : ""),
		"registrar", user_name(rq, k->c.officer1), "registered_at",
		date_zh(rq->arena, k->c.opened_at), "opinion", "予以核查。", NULL);
	return form_order(rq, &k->c, form_named(&f, "case_source"), paper);
}

/* The number of the case, as long as no paper carries it. */
static enum err number_of_case(struct req *rq, const struct case_row *c, int64_t *id)
{
	return db_int(rq, id,
		"SELECT coalesce(max(id), 0) FROM pub_paper_numbers WHERE template = 'filing_form' "
		"AND number = $1 AND state = 'reserved'",
		c->number);
}

/* A case that has its filing form already changes its procedure by the form of matters. */
enum err paper_filing(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper)
{
	struct form f = { .n = 0 };
	const struct node *act = act_of(rq, k->c.act);
	bool file = !text_is(a->matter, "not_file");
	const char *asked = date_zh(rq->arena, a->asked_at);
	struct source s;
	struct filing conditions;

	if (file)
		TRY(number_of_case(rq, &k->c, &f.reserved));
	if (file && !f.reserved)
		return paper_matter(rq, k, a, paper);
	TRY(source_load(rq, k->c.id, &s));
	TRY(filing_load(rq, k->c.id, &conditions));
	form_party(&f, &k->party);
	form_puts(&f, "decision", file ? "file" : "not_file", "cause", k->c.act_name, "origin",
		origin_words(rq, k, &s), "found_at",
		date_zh(rq->arena, s.id ? s.received_at : k->c.opened_at), "facts", a->words,
		"provision", node_text(act, "provision", ""), "basis", node_text(act, "basis", ""),
		"officers_opinion", file ? "建议立案。" : "建议不予立案。", "officers_at", asked,
		NULL);
	form_unit(rq, &f, a);
	if (file && conditions.id)
		form_put(&f, "conditions", filing_zh(rq, &conditions));
	if (!file)
		form_put(&f, "not_filed_reason", weighing_ground_zh(rq, k, a->cause, a->asked_at));
	form_officers(rq, &f, &k->c);
	form_leader(rq, &f, a);
	return form_order(rq, &k->c, form_named(&f, "filing_form"), paper);
}

enum err paper_matter(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper)
{
	struct form f = { .n = 0 };
	const char *cause = *a->cause ? arena_printf(rq->arena, "%s。", law_word(k, a->cause)) : "";
	const char *day =
		a->day ? arena_printf(rq->arena, "期限至%s。", date_zh(rq->arena, a->day)) : "";

	form_case(rq, &f, k);
	form_leader(rq, &f, a);
	form_puts(&f, "matter", law_word(k, a->matter), "reason",
		arena_printf(rq->arena, "%s%s%s", cause, a->words, day), "asked_at",
		date_zh(rq->arena, a->asked_at), NULL);
	return form_order(rq, &k->c, form_named(&f, "case_matter"), paper);
}

/* ---- inquiry and scene ------------------------------------------------ */
enum err paper_summons(
	struct req *rq, const struct course *k, const struct exhibit *x, int64_t *paper)
{
	struct form f = { .n = 0 };

	form_case(rq, &f, k);
	form_puts(&f, "addressee", x->speaker, "inquiry_at", moment_zh(rq, x->taken_at), "place",
		x->place, "materials", x->words, NULL);
	return form_order(rq, &k->c, form_named(&f, "inquiry_notice"), paper);
}

enum err paper_record(struct req *rq, const struct course *k, struct exhibit *x)
{
	const struct paper_picture sign = { "party_sig", x->sign_sm3 };
	struct form f = { .pictures = &sign, .n_pictures = *x->sign_sm3 ? 1 : 0 };
	bool scene = text_is(x->kind, "EV_SITE_RECORD");

	form_case(rq, &f, k);
	form_puts(&f, "present", x->speaker, "started_at", moment_zh(rq, x->taken_at), "place",
		x->place, "content", x->words, "refusal", x->refusal, "signed_at",
		*x->sign_sm3 ? date_zh(rq->arena, rq->now) : "", NULL);
	return form_order(
		rq, &k->c, form_named(&f, scene ? "scene_record" : "inquiry_record"), &x->paper);
}

/* ---- report and review ------------------------------------------------ */
enum err paper_report(struct req *rq, const struct course *k, struct report *r)
{
	struct form f = { .n = 0 };
	const char *evidence;

	TRY(evidence_words(rq, k->c.id, rq->now, &evidence));
	form_case(rq, &f, k);
	form_puts(&f, "report_at", date_zh(rq->arena, rq->now), "party", r->party, "course",
		r->course, "facts", r->facts, "evidence", evidence, "nature", r->nature, "basis",
		r->basis, "proposal", proposal_words(rq, k, r), "discretion", r->discretion, NULL);
	return form_order(rq, &k->c, form_named(&f, "investigation_report"), &r->paper);
}

enum err paper_review(struct req *rq, const struct course *k, struct review *r)
{
	struct form f = { .n = 0 };

	form_case(rq, &f, k);
	form_puts(&f, "kind", r->kind, "sent_at", date_zh(rq->arena, k->report.written_at),
		"proposal", proposal_words(rq, k, &k->report), "jurisdiction", r->jurisdiction,
		"party", r->party, "facts", r->facts, "nature", r->nature, "basis", r->basis,
		"procedure", r->procedure, "proportion", r->proportion, "verdict", r->verdict,
		"opinion", r->opinion, "reviewer", user_name(rq, r->reviewed_by), "reviewed_at",
		date_zh(rq->arena, r->reviewed_at), NULL);
	return form_order(rq, &k->c, form_named(&f, "review_form"), &r->paper);
}

/* ---- notice and statement --------------------------------------------- */
enum err paper_notice(struct req *rq, const struct course *k, struct notice_row *n)
{
	struct form f = { .n = 0 };
	const struct node *act = act_of(rq, k->c.act);
	const struct penalty_size p = notice_size(n);
	const char *evidence;

	TRY(evidence_words(rq, k->c.id, rq->now, &evidence));
	form_case(rq, &f, k);
	form_puts(&f, "facts", k->report.facts, "evidence", evidence, "provision",
		node_text(act, "provision", ""), "reasons", k->report.discretion, "basis",
		basis_of(rq, &k->c, &k->party), "penalty", penalty_zh(rq, k, &p), "hearing",
		n->hearing_right ? "yes" : "", NULL);
	return form_order(rq, &k->c, form_named(&f, "penalty_notice"), &n->paper);
}

/* What the party said on its telephone, in the form of the law; in both procedures. */
void form_defence(
	struct req *rq, struct form *f, const struct course *k, const struct stating *when)
{
	bool ordinary = k->notice.id != 0;
	const struct node *act = act_of(rq, k->c.act);
	const struct penalty_size on_spot = { k->c.told_penalty, k->c.fine_fen, 0 },
				  p = ordinary ? notice_size(&k->notice) : on_spot;

	form_case(rq, f, k);
	form_puts(f, "started_at", moment_zh(rq, when->from), "ended_at", moment_zh(rq, when->to),
		"place", "当事人手机页面（非现场）", "speaker", k->party.name, "speaker_phone",
		k->c.party_phone, "recorder", "当事人自行填写，系统原文记载", "told_facts",
		ordinary ? k->report.facts
			 : arena_printf(rq->arena, "%s，违反了%s",
				   node_text(act, "short", k->c.act_name),
				   node_text(act, "provision", "")),
		"told_basis", basis_of(rq, &k->c, &k->party), "told_penalty", penalty_zh(rq, k, &p),
		"defence", k->c.statement_words, NULL);
	form_named(f, "defence_record");
}

/* ---- hearing ---------------------------------------------------------- */
static void form_hearing(
	struct req *rq, struct form *f, const struct course *k, const struct hearing *h)
{
	form_case(rq, f, k);
	f->chair = h->chair;
	form_puts(f, "hearing_at", moment_zh(rq, h->at), "place", h->place, "chair",
		user_name(rq, h->chair), "recorder", h->recorder, NULL);
}

enum err paper_hearing_notice(struct req *rq, const struct course *k, struct hearing *h)
{
	struct form f = { .n = 0 };

	form_hearing(rq, &f, k, h);
	return form_order(rq, &k->c, form_named(&f, "hearing_notice"), &h->notice_paper);
}

enum err paper_hearing_record(struct req *rq, const struct course *k, struct hearing *h)
{
	const struct paper_picture sign = { "party_sig", h->sign_sm3 };
	struct form f = { .pictures = &sign, .n_pictures = *h->sign_sm3 ? 1 : 0 };

	form_hearing(rq, &f, k, h);
	form_puts(&f, "attended", h->attended, "content", h->record, "refusal", h->refusal,
		"signed_at", *h->sign_sm3 ? date_zh(rq->arena, rq->now) : "", NULL);
	return form_order(rq, &k->c, form_named(&f, "hearing_record"), &h->record_paper);
}

enum err paper_hearing_report(struct req *rq, const struct course *k, struct hearing *h)
{
	struct form f = { .n = 0 };

	form_hearing(rq, &f, k, h);
	form_puts(&f, "opinion", h->opinion, "report_at", date_zh(rq->arena, rq->now), NULL);
	return form_order(rq, &k->c, form_named(&f, "hearing_report"), &h->report_paper);
}

enum err paper_discussion(struct req *rq, const struct course *k, struct discussion *d)
{
	struct form f = { .n = 0 };

	form_case(rq, &f, k);
	form_puts(&f, "discussed_at", moment_zh(rq, d->at), "place", d->place, "chair",
		user_name(rq, d->chair), "participants", d->participants, "proposal",
		d->report ? proposal_words(rq, k, &k->report) : "延长办案期限", "content", d->words,
		"conclusion", d->conclusion, NULL);
	return form_order(rq, &k->c, form_named(&f, "discussion_record"), &d->paper);
}

/* ---- decision --------------------------------------------------------- */
static const char *defence_words(struct req *rq, const struct course *k)
{
	const struct case_row *c = &k->c;
	bool absent = text_is(k->hearing_notice.outcome, "absent");
	const char *heard = text_is(k->f.hearing, "reported")
				    ? arena_printf(rq->arena, "本局于%s举行听证。",
					      date_zh(rq->arena, k->hearing.at))
			    : absent ? "当事人要求听证后无正当理由拒不出席，视为放弃听证权利。"
				     : "";

	const char *answered =
		*k->said_before ? arena_printf(rq->arena, "本局意见：%s", c->defence_adopted) : "";

	if (!c->told_at)
		return *answered ? arena_printf(rq->arena, "%s%s", k->said_before, answered)
				 : "不涉及。";
	if (text_is(c->statement, "made"))
		return arena_printf(rq->arena, "%s%s当事人提出陈述、申辩意见：%s。本局意见：%s",
			k->said_before, heard, without_stop(rq, c->statement_words),
			c->defence_adopted);
	return arena_printf(rq->arena, "%s%s%s。%s", k->said_before, heard,
		text_is(c->statement, "silent") ? "当事人逾期未提出陈述、申辩意见，视为放弃该权利"
						: "当事人明确表示不提出陈述、申辩意见",
		answered);
}

enum err paper_decision_form(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper)
{
	struct form f = { .n = 0 };
	bool legal = text_is(k->review.kind, "legal");

	form_case(rq, &f, k);
	form_leader(rq, &f, a);
	form_puts(&f, "review",
		arena_printf(rq->arena, "%s通过（%s）", legal ? "法制审核" : "案件审核",
			user_name(rq, k->review.reviewed_by)),
		"facts", k->report.facts, "defence", defence_words(rq, k), "proposal",
		arena_printf(rq->arena, "%s%s", k->report.basis, proposal_words(rq, k, &k->report)),
		NULL);
	return form_order(rq, &k->c, form_named(&f, "decision_form"), paper);
}

static void form_decision(
	struct req *rq, struct form *f, const struct course *k, const char *evidence)
{
	const struct report *r = &k->report;

	form_case(rq, f, k);
	form_puts(f, "course", r->course, "facts", r->facts, "evidence", evidence, "nature",
		r->nature, "reasons", r->discretion, "basis", basis_of(rq, &k->c, &k->party),
		"review_body", setting(rq, "review_body", "示范区人民政府"), "court",
		setting(rq, "court", "示范区人民法院"), NULL);
}

static enum err penalty_paper(struct req *rq, struct course *k, const char *evidence)
{
	struct form f = { .n = 0 };
	const struct report *r = &k->report;
	const struct penalty_size p = report_size(r);
	int64_t due = r->fine_fen + r->confiscated_fen;

	form_decision(rq, &f, k, evidence);
	form_puts(&f, "notice_words",
		arena_printf(rq->arena,
			"本局于%s告知拟作出的行政处罚内容及事实、理由、依据和依法享有的权利。",
			date_zh(rq->arena, k->notice.told_at)),
		"defence", defence_words(rq, k), "penalty", penalty_zh(rq, k, &p), "fine",
		due ? fen_words(rq, due) : "", "pay_way",
		due ? setting(rq, "pay_way", "持缴款通知到指定银行或者通过电子支付系统缴纳") : "",
		NULL);
	return form_order(rq, &k->c, form_named(&f, "penalty_decision"), &k->c.decision_paper);
}

/* The article of the ground. */
static const char *exempt_basis(const struct report *r)
{
	if (!text_is(r->outcome, "no_penalty"))
		return "《中华人民共和国行政处罚法》第五十七条第一款第三项";
	if (text_is(r->outcome_item, "no_fault"))
		return "《中华人民共和国行政处罚法》第三十三条第二款";
	if (text_is(r->outcome_item, "honest_source"))
		return "《中华人民共和国食品安全法》第一百三十六条、"
		       "《上海市食品安全条例》第一百一十二条";
	return "《中华人民共和国行政处罚法》第三十三条第一款";
}

static enum err no_penalty_paper(struct req *rq, struct course *k, const char *evidence)
{
	struct form f = { .n = 0 };
	const struct report *r = &k->report;
	bool exempt = text_is(r->outcome, "no_penalty");

	form_decision(rq, &f, k, evidence);
	form_puts(&f, "ground",
		exempt ? arena_printf(rq->arena, "属于%s的情形，",
				 weighing_ground_zh(rq, k, r->outcome_item, r->written_at))
		       : "违法事实不能成立，",
		"confiscation", *r->kinds ? "对不符合食品安全标准的食品依法予以没收。" : "",
		"education",
		exempt ? "依据《中华人民共和国行政处罚法》第三十三条第三款的规定，本局对你（单位）"
			 "进行教育：请遵守食品安全法律、法规和标准，防止再次发生。"
		       : "",
		NULL);
	for (size_t i = 0; i < f.n; i++)
		if (text_is(f.v[i].name, "basis"))
			f.v[i].text = exempt_basis(r);
	return form_order(rq, &k->c, form_named(&f, "no_penalty_decision"), &k->c.decision_paper);
}

/* Form 5. The form says "涉嫌...犯罪", so the last character of the crime's name is left out. */
static enum err police_paper(struct req *rq, struct course *k)
{
	const struct handover *h = &k->handover;
	struct form f = { .n = 0 };

	form_case(rq, &f, k);
	form_puts(&f, "police_office", h->authority, "crime",
		arena_copy(rq->arena, h->crime, strlen(h->crime) - strlen("罪")), "basis", h->basis,
		"facts", h->facts, "material", h->material, "procurator", h->procurator, NULL);
	return form_order(rq, &k->c, form_named(&f, "crime_transfer"), &k->c.decision_paper);
}

/* Form 4. */
static enum err office_paper(struct req *rq, struct course *k)
{
	struct form f = { .n = 0 };

	form_case(rq, &f, k);
	form_puts(&f, "addressee", setting(rq, "transfer_office", "有管辖权的行政机关"), "facts",
		k->report.facts, "reason", k->report.discretion, "legal",
		"《市场监督管理行政处罚程序规定》第六十条第一款第四项", "attachments",
		"案卷材料及证据清单", NULL);
	return form_order(rq, &k->c, form_named(&f, "transfer_letter"), &k->c.decision_paper);
}

enum err paper_decision(struct req *rq, struct course *k)
{
	const char *evidence;

	if (text_is(k->report.outcome, "to_police"))
		return police_paper(rq, k);
	if (text_is(k->report.outcome, "to_office"))
		return office_paper(rq, k);
	TRY(evidence_words(rq, k->c.id, k->c.told_at ? k->c.told_at : rq->now, &evidence));
	return text_is(k->report.outcome, "penalty") ? penalty_paper(rq, k, evidence)
						     : no_penalty_paper(rq, k, evidence);
}

/* ---- conclusion ------------------------------------------------------- */
enum err paper_closing(
	struct req *rq, const struct course *k, const struct approval *a, int64_t *paper)
{
	struct form f = { .n = 0 };
	const char *number = "";

	if (k->c.decision_paper)
		TRY(db_text(rq, &number, "SELECT number FROM pub_papers WHERE id = $1",
			k->c.decision_paper));
	form_case(rq, &f, k);
	form_leader(rq, &f, a);
	form_puts(&f, "execution", a->words, "closing_reason", a->cause, "officers_opinion",
		"建议结案。", "officers_at", date_zh(rq->arena, a->asked_at), "decision_no", number,
		NULL);
	form_unit(rq, &f, a);
	if (*number)
		form_puts(&f, "decision_at", date_zh(rq->arena, k->c.decided_at),
			"decision_content", proposal_words(rq, k, &k->report), NULL);
	return form_order(rq, &k->c, form_named(&f, "closing_form"), paper);
}
