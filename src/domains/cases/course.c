/* A case with its ordinary procedure: loaded whole, its clock, and how its rows are written. */
#include "domains/cases/clocks.h"
#include "domains/cases/ordinary.h"

#include <string.h>

/* ---- law as data ------------------------------------------------------ */
const char *law_word(const struct course *k, const char *code)
{
	return node_text(node_find(k->law, "words"), code, code);
}

int course_term(const struct course *k, const char *name, int fallback)
{
	return (int)node_int(node_find(k->law, "terms"), name, fallback);
}

static void bounds_read(const struct node *law, struct bounds *b)
{
	*b = (struct bounds){ .simple_person = node_int(law, "simple.person_fen", 0),
		.simple_entity = node_int(law, "simple.entity_fen", 0),
		.hearing_person = node_int(law, "hearing.person_fen", 0),
		.hearing_entity = node_int(law, "hearing.entity_fen", 0),
		.weighty_person = node_int(law, "discussion.person_fen", 0),
		.weighty_entity = node_int(law, "discussion.entity_fen", 0),
		.hearing_kinds = node_text(law, "hearing.kinds", ""),
		.weighty_kinds = node_text(law, "discussion.kinds", "") };
}

/* Who has no code of an organisation, or one of an individual business, is a person. */
static bool is_person(const struct node *law, const char *uscc)
{
	NODE_EACH (p, node_find(law, "persons.uscc_prefixes"))
		if (p->type == NODE_TEXT && text_starts(uscc, p->s))
			return true;
	return !*uscc;
}

/* ---- loading ---------------------------------------------------------- */
/* The newest row of a table, or id 0. */
#define NEWEST(rq, model, row, sql, ...)                                                           \
	newest(db_one(rq, model, row, sql " LIMIT 1", __VA_ARGS__), &(row)->id)
static enum err newest(enum err e, int64_t *id)
{
	if (e != E_NOT_FOUND)
		return e;
	*id = 0;
	return OK;
}

/* Announced before its notice was kept, it counts as served that day. */
static enum err hearing_notice_load(struct req *rq, struct course *k)
{
	if (!text_is(k->hearing.state, "set") && !text_is(k->hearing.state, "withdrawn"))
		return OK;
	TRY(NEWEST(rq, &hearing_notice_model, &k->hearing_notice,
		"SELECT * FROM case_hearing_notices WHERE hearing = $1 ORDER BY told_at DESC, id "
		"DESC",
		k->hearing.id));
	int64_t served =
		k->hearing_notice.id ? k->hearing_notice.served_at : k->hearing.announced_at;
	return served ? term_workdays(rq, served, course_term(k, "hearing_notice_workdays", 7),
				&k->f.hearing_from)
		      : OK;
}

struct penalty_size report_size(const struct report *r)
{
	return (struct penalty_size){ r->kinds, r->fine_fen, r->confiscated_fen, r->goods_fen };
}

struct penalty_size notice_size(const struct notice_row *n)
{
	return (struct penalty_size){ n->kinds, n->fine_fen, n->confiscated_fen, n->goods_fen };
}

/* Of a report written before the value of goods was asked for it is not known. */
static enum err goods_load(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;

	k->notice.goods_fen = -1;
	TRY(db_query(rq, &r, "SELECT report, goods_fen FROM case_goods WHERE report IN ($1, $2)",
		k->report.id, k->notice.report));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (rows_int(r, 0) == k->report.id)
			k->report.goods_fen = rows_int(r, 1);
		if (rows_int(r, 0) == k->notice.report)
			k->notice.goods_fen = rows_int(r, 1);
	}
	rows_close(r);
	return OK;
}

/* Some acts are established at the place only (rules/cases/acts.json). */
static enum err visit_look(struct req *rq, struct course *k)
{
	int64_t n;

	if (!node_true(act_of(rq, k->c.act), "site_visit"))
		return OK;
	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM case_exhibits WHERE case_id = $1 AND kind = "
		"'EV_SITE_RECORD') + (SELECT count(*) FROM case_evidence WHERE "
		"case_id = $1 AND kind = 'EV_SR')",
		k->c.id));
	k->f.unvisited = !n;
	return OK;
}

static enum err rows_load(struct req *rq, struct course *k)
{
	int64_t id = k->c.id;

	TRY(NEWEST(rq, &report_model, &k->report,
		"SELECT * FROM case_reports WHERE case_id = $1 ORDER BY written_at DESC, id DESC",
		id));
	TRY(NEWEST(rq, &review_model, &k->review, "SELECT * FROM case_reviews WHERE report = $1",
		k->report.id));
	TRY(NEWEST(rq, &notice_model, &k->notice,
		"SELECT * FROM case_notices WHERE case_id = $1 ORDER BY told_at DESC, id DESC",
		id));
	TRY(NEWEST(rq, &hearing_model, &k->hearing,
		"SELECT * FROM case_hearings WHERE case_id = $1 ORDER BY asked_at DESC, id DESC",
		id));
	TRY(hearing_notice_load(rq, k));
	if (k->report.id)
		TRY(goods_load(rq, k));
	TRY(NEWEST(rq, &discussion_model, &k->discussion,
		"SELECT * FROM case_discussions WHERE case_id = $1 AND report = $2 AND report > 0 "
		"ORDER BY at DESC, id DESC",
		id, k->report.id));
	TRY(NEWEST(rq, &discussion_model, &k->term_discussion,
		"SELECT * FROM case_discussions WHERE case_id = $1 AND report = 0 ORDER BY at "
		"DESC, id DESC",
		id));
	if (k->c.decided_at)
		TRY(NEWEST(rq, &transfer_model, &k->transfer,
			"SELECT * FROM case_transfers WHERE case_id = $1 AND decision = $2", id,
			k->c.decision_paper));
	if (!text_is(k->report.outcome, "to_police"))
		return OK;
	return NEWEST(rq, &handover_model, &k->handover,
		"SELECT * FROM case_handovers WHERE case_id = $1 ORDER BY written_at DESC, id "
		"DESC",
		id);
}

/* Time that does not count and is still running: the term moves on with it. Spans that overlap
 * are left out once. */
static enum err spans_look(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;
	int64_t test_from = 0, n = 0;

	TRY(db_query(rq, &r,
		"SELECT kind, from_at FROM case_spans WHERE case_id = $1 AND to_at = 0", k->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		k->f.suspended |= text_is(rows_text(r, 0), "suspension");
		k->f.outside |= !text_is(rows_text(r, 0), "suspension") &&
				!text_is(rows_text(r, 0), "hearing") &&
				!text_is(rows_text(r, 0), "public_notice");
		test_from = rows_int(r, 1);
		n++;
	}
	rows_close(r);
	if (!n)
		return OK;
	if (!k->c.filed_at)
		return precheck_moved(rq, test_from, rq->now, &k->f.precheck_due);
	return decide_end(rq, k, &k->f.decide_due);
}

static enum err approvals_look(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT matter, answered_at FROM case_approvals WHERE case_id = $1 AND state = "
		"'approved' ORDER BY answered_at, id",
		k->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *m = rows_text(r, 0);
		k->f.precheck_extended |= text_is(m, "extend_precheck");
		k->f.ended |= text_is(m, "end");
		if (text_is(m, "extend") && !k->f.decide_extended)
			k->f.decide_extended = 1;
		if (text_is(m, "extend_again"))
			k->f.decide_extended = 2;
		if (text_is(m, "extend") || text_is(m, "extend_again"))
			k->extended_at = rows_int(r, 1);
	}
	rows_close(r);
	return OK;
}

static void facts_of_report(struct course *k, struct case_facts *f)
{
	const struct report *r = &k->report;
	const struct penalty_size proposed = report_size(r);
	struct penalty_size told;

	if (!r->id)
		return;
	f->report = r->state;
	f->outcome = r->outcome;
	f->burdens = *r->kinds != 0;
	f->heavier = told_last(k, &told) ? heavier_in(&proposed, &told) : "";
	f->new_facts = *r->new_facts;
	f->legal_review = text_is(k->review.kind, "legal");
	f->review_extended = k->review.extended;
	f->weighty = r->hard || discussion_due(&k->bounds, &proposed, f->person);
}

static void facts_from_rows(struct course *k)
{
	struct case_facts *f = &k->f;
	const struct hearing *h = &k->hearing;

	facts_of_report(k, f);
	f->discussed = k->discussion.id != 0;
	f->term_discussed = k->term_discussion.id && k->term_discussion.at >= k->extended_at;
	f->handed_over = k->transfer.id != 0;
	f->police = k->transfer.id ? k->transfer.reply : "";
	f->crime_named = k->handover.id && k->handover.report == k->report.id;
	if (h->id) {
		f->hearing = h->state;
		f->hearing_at = h->at;
		f->hearing_chair = h->chair;
		f->heard_by_review = f->legal_review && k->report.written_at >= h->reported_at;
	}
	if (k->notice.id) {
		f->hearing_right = k->notice.hearing_right;
		f->notice_served_at = k->notice.served_at;
	}
}

static void actor_of(struct req *rq, struct actor *a)
{
	*a = (struct actor){ .id = rq->user->id,
		.officer = may(rq, CASE_WRITE),
		.leader = may(rq, CASE_APPROVE),
		.legal = rq->user->role_id == ROLE_REVIEWER,
		.party = may(rq, PARTY) };
}

static enum err before_load(struct req *rq, struct course *k)
{
	if (!k->f.told_before)
		return OK;
	TRY(told_before_words(rq, k->c.id, &k->said_before));
	return NEWEST(rq, &told_before_model, &k->before,
		"SELECT * FROM case_told_before WHERE case_id = $1 ORDER BY told_at DESC, id DESC",
		k->c.id);
}

enum err course_of(struct req *rq, const struct case_row *c, struct course *k)
{
	*k = (struct course){ .c = *c, .said_before = "" };
	TRY(rules(rq, "cases/procedure", rq->now, &k->law));
	bounds_read(k->law, &k->bounds);
	TRY(party_load(rq, c->operator, & k->party));
	TRY(case_facts_of(rq, c, &k->f));
	actor_of(rq, &k->actor);
	k->actor.recused = k->f.recused;
	k->actor.challenged = k->f.challenged;
	k->f.person = is_person(k->law, k->party.uscc);
	if (*k->f.pending)
		TRY(NEWEST(rq, &approval_model, &k->approval,
			"SELECT * FROM case_approvals WHERE case_id = $1 AND state = 'asked'",
			c->id));
	TRY(approvals_look(rq, k));
	TRY(before_load(rq, k));
	if (text_is(k->f.procedure, ""))
		return k->f.outside ? spans_look(rq, k) : OK;
	TRY(NEWEST(rq, &proceeding_model, &k->proceeding,
		"SELECT * FROM case_procedures WHERE case_id = $1", c->id));
	if (c->decided_at) {
		TRY(NEWEST(rq, &remedy_model, &k->remedy,
			"SELECT * FROM case_remedies WHERE case_id = $1 ORDER BY begun_at DESC, id "
			"DESC",
			c->id));
		k->f.remedy = k->remedy.id && !k->remedy.ended_at;
	}
	if (!text_is(k->f.procedure, "ordinary"))
		return OK;
	TRY(visit_look(rq, k));
	TRY(rows_load(rq, k));
	facts_from_rows(k);
	return spans_look(rq, k);
}

enum err course_load(struct req *rq, struct course *k)
{
	struct case_row c;

	TRY(case_load(rq, rq->id, &c));
	return course_of(rq, &c, k);
}

enum err course_load_mine(struct req *rq, struct course *k)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	return course_of(rq, &c, k);
}

/* ---- writing ---------------------------------------------------------- */
void row_blank(const struct model *m, void *row)
{
	for (const struct field *f = m->fields; f->type; f++) {
		const char **text = (const char **)((char *)row + f->offset);
		if (f->type == F_TEXT && !*text)
			*text = "";
	}
}

enum err course_add(struct req *rq, const struct course *k, const struct written *w)
{
	row_blank(w->model, w->row);
	TRY(db_insert(rq, w->model, w->row));
	return emit(rq, w->fact, k->c.id, k->c.operator, json_of(rq, w->model, w->row));
}

enum err course_change(struct req *rq, const struct course *k, const struct written *w)
{
	TRY(db_update(rq, w->model, w->row));
	return emit(rq, w->fact, k->c.id, k->c.operator, json_of(rq, w->model, w->row));
}

enum err way_to_matter(
	struct req *rq, const struct case_row *c, const char *phone, const char **path)
{
	struct party p;
	struct party_link link = { .entity = c->operator,
		.subject = c->id,
		.phone = phone,
		.valid_ms = act_term(rq, "link_days", 30) * DAY,
		.beside = true };

	TRY(party_load(rq, c->operator, & p));
	if (text_is(phone, c->party_phone) || text_is(phone, p.phone))
		return link_new(rq, &link, path);
	*path = arena_printf(rq->arena, "/my/cases/%" PRId64, c->id);
	return OK;
}

enum err tell_party(struct req *rq, const struct case_row *c, const char *text)
{
	const char *path;

	if (!*c->party_phone)
		return OK;
	TRY(way_to_matter(rq, c, c->party_phone, &path));
	return sms_send(rq, c->party_phone,
		arena_printf(rq->arena, "%s：%s详情见%s%s", setting(rq, "bureau", "市场监督管理局"),
			text, site_url(rq), path));
}

/* ---- the clock of 90 days --------------------------------------------- */
enum { MOST_SPANS = 64 };

static enum err spans_read(struct req *rq, int64_t case_id, struct case_span *out, size_t *n)
{
	struct list l;

	*n = 0;
	TRY(db_all(rq, &span_model, &l,
		"SELECT * FROM case_spans WHERE case_id = $1 ORDER BY from_at, id LIMIT $2",
		case_id, (int)MOST_SPANS));
	for (struct span_row *s = LIST_OF(struct span_row, &l); s < LIST_END(struct span_row, &l);
		s++)
		out[(*n)++] =
			(struct case_span){ text_is(s->kind, "refund") ? "refund_order" : s->kind,
				s->from_at, s->to_at };
	return OK;
}

/* What was granted: thirty days by the head, then a day fixed by collective discussion. */
static enum err extension_read(struct req *rq, int64_t case_id, struct case_extension *out)
{
	struct rows *r;
	bool more;

	*out = (struct case_extension){ .clock = "decide" };
	TRY(db_query(rq, &r,
		"SELECT matter, day FROM case_approvals WHERE case_id = $1 AND state = 'approved' "
		"AND matter IN ('extend', 'extend_again') ORDER BY answered_at, id",
		case_id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (text_is(rows_text(r, 0), "extend"))
			out->times = 1;
		else
			out->until = rows_int(r, 1) + DAY - 1;
	}
	rows_close(r);
	return OK;
}

enum err decide_due_again(struct req *rq, struct course *k)
{
	return decide_end(rq, k, &k->c.decide_due);
}

enum err decide_end(struct req *rq, const struct course *k, int64_t *end)
{
	struct case_span spans[MOST_SPANS];
	struct case_extension extension;
	struct clock_law law;
	struct case_clock *clocks;
	struct case_moments m = {
		.kinds = KIND_ORDINARY, .spans = spans, .extensions = &extension
	};

	TRY(spans_read(rq, k->c.id, spans, &m.n_spans));
	TRY(extension_read(rq, k->c.id, &extension));
	TRY(clock_law_load(rq, &law));
	m.n_extensions = extension.times || extension.until ? 1 : 0;
	m.at[AT_FILED] = k->c.filed_at;
	int n = case_clocks(&law, &m, rq->now, &clocks);
	const struct case_clock *decide = case_clock_of(clocks, n, "decide");
	if (!decide)
		return fail(rq, E_INTERNAL, "rules/cases/clocks.json has no term for deciding");
	*end = decide->end;
	return OK;
}

enum err span_open(struct req *rq, struct course *k, const char *kind, const char *reason)
{
	struct span_row s = { .case_id = k->c.id,
		.kind = kind,
		.from_at = rq->now,
		.reason = reason,
		.added_by = rq->user->id };

	return db_insert(rq, &span_model, &s); /* the step's own fact takes it up */
}

enum err span_close(struct req *rq, struct course *k, const char *kind)
{
	return span_close_at(rq, k, kind, rq->now);
}

enum err span_close_at(struct req *rq, struct course *k, const char *kind, int64_t at)
{
	struct span_row s;

	TRY(db_one(rq, &span_model, &s,
		"SELECT * FROM case_spans WHERE case_id = $1 AND to_at = 0 AND (kind = $2 OR $2 = "
		"'' AND kind NOT IN ('suspension', 'hearing', 'public_notice'))",
		k->c.id, kind));
	s.to_at = at;
	TRY(db_update(rq, &span_model, &s));
	if (!k->c.filed_at)
		return precheck_moved(rq, s.from_at, at, &k->c.precheck_due);
	return decide_due_again(rq, k);
}

/* ---- words ------------------------------------------------------------ */
const char *fen_words(struct req *rq, int64_t fen)
{
	return money_text(rq->arena, fen);
}

const char *penalty_zh(struct req *rq, const struct course *k, const struct penalty_size *p)
{
	static const char *const codes[] = { "PEN_WARN", "PEN_CRITICISM", "PEN_STOP",
		"PEN_REVOKE" };
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (kinds_have(p->kinds, codes[i]))
			buf_printf(&b, "%s%s", b.n ? "；" : "", law_word(k, codes[i]));
	if (p->confiscated_fen)
		buf_printf(&b, "%s没收违法所得%s元", b.n ? "；" : "",
			fen_words(rq, p->confiscated_fen));
	if (p->goods_fen > 0)
		buf_printf(&b, "%s没收违法财物（价值%s元）", b.n ? "；" : "",
			fen_words(rq, p->goods_fen));
	else if (kinds_have(p->kinds, "PEN_CONFISCATE") && !p->confiscated_fen)
		buf_printf(&b, "%s没收违法财物", b.n ? "；" : "");
	if (p->fine_fen)
		buf_printf(&b, "%s罚款人民币%s元", b.n ? "；" : "", fen_words(rq, p->fine_fen));
	return b.n ? buf_text(&b) : "无";
}

/* ---- labels of pages, in the visitor's language ----------------------- */
const char *penalty_label(struct req *rq, const struct penalty_size *p)
{
	static const struct choice kinds[] = { { "PEN_REVOKE", "Licence revoked", "" },
		{ "PEN_STOP", "Business stopped", "" }, { "PEN_CONFISCATE", "Confiscation", "" },
		{ "PEN_FINE", "Fine", "" }, { "PEN_WARN", "Warning", "" } };
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!kinds_have(p->kinds, kinds[i].code))
			continue;
		buf_printf(&b, "%s%s", b.n ? (rq->zh ? "、" : ", ") : "", tr(rq, kinds[i].label));
		int64_t fen = text_is(kinds[i].code, "PEN_FINE")	 ? p->fine_fen
			      : text_is(kinds[i].code, "PEN_CONFISCATE") ? p->confiscated_fen
									 : 0;
		if (fen)
			buf_printf(&b, " ¥%s", fen_words(rq, fen));
	}
	return b.n ? buf_text(&b) : "";
}

const char *outcome_label(struct req *rq, const struct course *k)
{
	const struct penalty_size p = { k->c.penalty, k->c.fine_fen,
		k->proceeding.confiscated_fen };

	if (text_is(k->c.outcome, "penalty"))
		return penalty_label(rq, &p);
	return tr(rq, choice_label(model_field(&report_model, "outcome")->choices, k->c.outcome));
}

const char *decided_json(
	struct req *rq, const struct case_row *c, const char *procedure, int64_t confiscated_fen)
{
	struct node *n = model_node(node_map(rq->arena), "case", &case_model, c);

	put_text(n, "procedure", procedure);
	put_int(n, "confiscated_fen", confiscated_fen);
	put_printf(n, "decided_at", "%" PRId64, c->decided_at); /* ms: listeners reckon with it */
	return json_text(rq, n);
}
