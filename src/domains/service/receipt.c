/* The receipt of service (送达回证, form 50) and the public notice (送达公告, form 51), filled.
 * Their words are Chinese: they are the law's, not the program's. */
#include "domains/service/service.h"

enum { MAX_VALUES = 30 };

struct form {
	const char *template;
	struct paper_value v[MAX_VALUES];
	size_t n;
	struct paper_picture pictures[2];
	size_t n_pictures;
};

static void put(struct form *f, const char *name, const char *text)
{
	if (text && *text && f->n < MAX_VALUES)
		f->v[f->n++] = (struct paper_value){ name, text };
}

static void put_picture(struct form *f, const char *name, const char *sm3)
{
	if (*sm3)
		f->pictures[f->n_pictures++] = (struct paper_picture){ name, sm3 };
}

struct matter {
	const char *act_name, *party, *address;
	int64_t officer1, officer2;
};

static enum err matter_load(struct req *rq, const struct service_task *t, struct matter *m)
{
	struct rows *r;
	bool more;
	const char *another;

	*m = (struct matter){ .act_name = "", .party = "", .address = "" };
	TRY(db_query(rq, &r,
		"SELECT c.act_name, o.name, o.address, c.officer1, c.officer2 FROM pub_cases c "
		"JOIN "
		"pub_operators o ON o.id = c.operator WHERE c.id = $1",
		t->case_id));
	TRY(rows_next(r, &more));
	if (more)
		*m = (struct matter){ arena_dup(rq->arena, rows_text(r, 0)),
			arena_dup(rq->arena, rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)), rows_int(r, 3), rows_int(r, 4) };
	rows_close(r);
	if (!more)
		return fail(rq, E_NOT_FOUND, "The case of this paper is not there.");
	TRY(service_addressee(rq, t, &another));
	if (*another) { /* where it is, the file of the business does not say */
		m->party = another;
		m->address = "—";
	}
	return OK;
}

static const char *moment_zh(struct req *rq, int64_t ms)
{
	struct civil t = civil_of(ms);

	return arena_printf(
		rq->arena, "%d年%d月%d日%02d时%02d分", t.year, t.month, t.day, t.hour, t.minute);
}

static enum err put_server(struct req *rq, struct form *f, int64_t id, const char *const names[2])
{
	struct rows *r;
	bool more;
	const char *name = "—", *card = "—";

	TRY(db_query(rq, &r, "SELECT name, card_no FROM pub_users WHERE id = $1", id));
	TRY(rows_next(r, &more));
	if (more) {
		name = arena_dup(rq->arena, rows_text(r, 0));
		card = *rows_text(r, 1) ? arena_dup(rq->arena, rows_text(r, 1)) : card;
	}
	rows_close(r);
	put(f, names[0], name);
	put(f, names[1], card);
	return OK;
}

static enum err put_officer(struct req *rq, struct form *f, int64_t id, const char *field)
{
	const char *name;

	TRY(db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id));
	put(f, field, name);
	return OK;
}

/* The form's own words for two of the ways. */
static const char *way_on_form(const char *way)
{
	if (text_is(way, "forwarded"))
		return "passed_on";
	return text_is(way, "public_notice") ? "notice" : way;
}

/* In place of a screenshot: what was sent, to which number, when, and which file it leads to. */
static const char *arrival(
	struct req *rq, const struct service_task *t, const struct service_attempt *a, int64_t at)
{
	if (text_is(a->way, "electronic") && !*a->phone)
		return arena_printf(rq->arena, "%s到达%s；截图或者录像SM3摘要%s；文书SM3摘要%s",
			moment_zh(rq, at), a->place, *a->photo_sm3 ? a->photo_sm3 : a->video_sm3,
			t->sm3);
	if (text_is(a->way, "electronic"))
		return arena_printf(rq->arena,
			"%s到达受送达人手机页面；短信发往%s，内容：“%s”；%s；文书SM3摘要%s",
			moment_zh(rq, at), a->phone, a->message, a->words, t->sm3);
	if (text_is(a->way, "post"))
		return arena_printf(
			rq->arena, "挂号邮件号%s，%s交寄", a->mail_no, date_zh(rq->arena, a->at));
	return "";
}

static const char *remark(struct req *rq, const struct service_attempt *a)
{
	if (text_is(a->way, "post") && text_is(a->result, "returned"))
		return arena_printf(rq->arena,
			"邮件退回（%"
			"s）；送达地址为当事人确认的地址，依照《市场监督管理行政处罚程序规定》第八"
			"十三条，退回之日视为送达。",
			a->words);
	if (text_is(a->way, "left") && *a->video_sm3)
		return arena_printf(
			rq->arena, "拒收过程已录像，录像SM3摘要前16位%.16s。", a->video_sm3);
	return text_is(a->way, "electronic") && *a->phone ? "" : a->words;
}

static enum err order(
	struct req *rq, const struct service_task *t, const struct form *f, struct paper_ref *ref)
{
	struct paper_order o = { .template = f->template,
		.subject = t->case_id,
		.entity = t->operator,
		.area = t->area,
		.values = f->v,
		.n = f->n,
		.pictures = f->pictures,
		.n_pictures = f->n_pictures };

	return paper_order(rq, &o, ref);
}

enum err service_receipt_order(
	struct req *rq, struct service_task *t, const struct service_attempt *a, int64_t at)
{
	struct form f = { .template = "service_receipt" };
	struct matter m;
	struct paper_ref ref;

	TRY(matter_load(rq, t, &m));
	put(&f, "cause", m.act_name);
	put(&f, "party_name", m.party);
	put(&f, "doc.1.name", t->title);
	put(&f, "doc.1.number", *t->number ? t->number : "—");
	put(&f, "place", *a->place ? a->place : m.address);
	put(&f, "way", way_on_form(a->way));
	put(&f, "served_at", date_zh(rq->arena, at));
	put(&f, "arrival", arrival(rq, t, a, at));
	put(&f, "receiver", a->receiver);
	put(&f, "relation", a->relation);
	put(&f, "received_at", *a->sign_sm3 ? moment_zh(rq, at) : "");
	put(&f, "refusal", a->refusal);
	put(&f, "witness", a->witness);
	put(&f, "remark", remark(rq, a));
	TRY(put_server(rq, &f, a->server1 && a->server2 ? a->server1 : m.officer1,
		(const char *const[2]){ "server1", "server1_card" }));
	TRY(put_server(rq, &f, a->server1 && a->server2 ? a->server2 : m.officer2,
		(const char *const[2]){ "server2", "server2_card" }));
	put_picture(&f, "receiver_sig", a->sign_sm3);
	put_picture(&f, "witness_sig", a->witness_sm3);
	TRY(order(rq, t, &f, &ref));
	t->receipt = ref.id;
	return OK;
}

enum err service_confirmation_order(
	struct req *rq, const struct service_address *to, struct service_accounts *x)
{
	struct form f = { .template = "address_confirmation" };
	struct service_task t = { .case_id = to->case_id, .operator= to->operator, .template = "" };
	struct matter m;
	struct paper_ref ref;
	const char *id;

	TRY(matter_load(rq, &t, &m));
	TRY(db_int(rq, &t.area, "SELECT area FROM pub_cases WHERE id = $1", t.case_id));
	TRY(db_text(rq, &id, "SELECT uscc FROM pub_operators WHERE id = $1", t.operator));
	put(&f, "cause", m.act_name);
	put(&f, "party_name", m.party);
	put(&f, "party_id", id);
	put(&f, "accept_electronic", "yes");
	put(&f, "e_phone", to->e_phone);
	put(&f, "e_mail", x->e_mail);
	put(&f, "e_account", x->im);
	put(&f, "e_fax", x->fax);
	put(&f, "post_address", to->post_address);
	put(&f, "receiver", to->receiver);
	put(&f, "receiver_phone", to->e_phone);
	put(&f, "signed_at", date_zh(rq->arena, rq->now));
	TRY(put_officer(rq, &f, m.officer1, "officer1"));
	TRY(put_officer(rq, &f, m.officer2, "officer2"));
	put_picture(&f, "party_sig", x->sign_sm3);
	TRY(order(rq, &t, &f, &ref));
	x->paper = ref.id;
	return OK;
}

/* Only the business, the paper and the term: no address, no telephone, no name of a person, no
 * reason (令45 on what is published). */
const char *service_notice_body(struct req *rq, const struct service_notice *n, int64_t days)
{
	return arena_printf(rq->arena,
		"%s：本局依法作出《%s》%s%s%"
		"s，因采用其他方式无法送达，依照《中华人民共和国行政处罚法》"
		"第六十一条、《市场监督管理行政处罚程序规定》第八十二条，现依法公告送达。请自本公告"
		"发布之"
		"日起%" PRId64 "日内到本局领取该文书，逾期不领取的，自本公告发布之日起经过%" PRId64
		"日即视为送达。",
		n->party_name, n->title, *n->number ? "（" : "", n->number, *n->number ? "）" : "",
		days, days);
}

enum err service_notice_order(
	struct req *rq, const struct service_task *t, struct service_notice *n)
{
	struct form f = { .template = "service_notice" };
	struct paper_ref ref;

	put(&f, "notice_of", n->title);
	put(&f, "party_name", n->party_name);
	put(&f, "body", n->body);
	put(&f, "until", date_zh(rq->arena, n->until_at));
	put(&f, "contact_phone", setting(rq, "contact_phone", "12315"));
	TRY(order(rq, t, &f, &ref));
	n->paper = ref.id;
	return OK;
}

enum err service_party_name(struct req *rq, const struct service_task *t, const char **name)
{
	struct matter m;

	TRY(matter_load(rq, t, &m));
	*name = m.party;
	return OK;
}
