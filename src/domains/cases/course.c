/* A case with its ordinary procedure: loaded whole, its clock, and how its rows are written. */
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
	return NEWEST(rq, &discussion_model, &k->discussion,
		"SELECT * FROM case_discussions WHERE case_id = $1 ORDER BY at DESC, id DESC", id);
}

/* Time that does not count and is still running: the term moves on with it. */
static enum err spans_look(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, "SELECT kind, from_at FROM case_spans WHERE case_id = $1 AND to_at = 0",
		k->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		k->f.suspended |= text_is(rows_text(r, 0), "suspension");
		k->f.outside |= !text_is(rows_text(r, 0), "suspension") &&
				!text_is(rows_text(r, 0), "hearing");
		k->f.decide_due += rq->now - rows_int(r, 1);
	}
	rows_close(r);
	return OK;
}

static enum err approvals_look(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT matter FROM case_approvals WHERE case_id = $1 AND state = 'approved'",
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
	}
	rows_close(r);
	return OK;
}

static void facts_from_rows(struct course *k)
{
	struct case_facts *f = &k->f;
	const struct penalty_size proposed = { k->report.kinds, k->report.fine_fen,
		k->report.confiscated_fen },
				  told = { k->notice.kinds, k->notice.fine_fen,
					  k->notice.confiscated_fen };

	f->report = k->report.id ? k->report.state : "";
	f->outcome = k->report.id ? k->report.outcome : "";
	f->heavier = k->report.id && k->notice.id ? heavier_in(&proposed, &told) : "";
	f->new_facts = k->report.id && *k->report.new_facts;
	f->legal_review = k->review.id && text_is(k->review.kind, "legal");
	f->review_extended = k->review.id && k->review.extended;
	f->hearing = k->hearing.id ? k->hearing.state : "";
	f->hearing_at = k->hearing.id ? k->hearing.at : 0;
	f->hearing_chair = k->hearing.id ? k->hearing.chair : 0;
	f->heard_by_review = k->hearing.id && k->report.id && f->legal_review &&
			     k->report.written_at >= k->hearing.reported_at;
	f->weighty = k->report.id &&
		     (k->report.hard || discussion_due(&k->bounds, &proposed, f->person));
	f->discussed = k->discussion.id &&
		       (f->decide_extended || k->discussion.report == k->report.id);
	f->hearing_right = k->notice.id && k->notice.hearing_right;
	f->notice_served_at = k->notice.id ? k->notice.served_at : 0;
}

static void actor_of(struct req *rq, struct actor *a)
{
	*a = (struct actor){ .id = rq->user->id,
		.officer = may(rq, CASE_WRITE),
		.leader = may(rq, CASE_APPROVE),
		.legal = rq->user->role_id == ROLE_REVIEWER,
		.party = may(rq, PARTY) };
}

enum err course_of(struct req *rq, const struct case_row *c, struct course *k)
{
	*k = (struct course){ .c = *c };
	TRY(rules(rq, "cases/procedure", rq->now, &k->law));
	bounds_read(k->law, &k->bounds);
	TRY(party_load(rq, c->operator, & k->party));
	TRY(case_facts_of(rq, c, &k->f));
	actor_of(rq, &k->actor);
	k->f.person = is_person(k->law, k->party.uscc);
	if (*k->f.pending)
		TRY(NEWEST(rq, &approval_model, &k->approval,
			"SELECT * FROM case_approvals WHERE case_id = $1 AND state = 'asked'",
			c->id));
	TRY(approvals_look(rq, k));
	if (text_is(k->f.procedure, ""))
		return OK;
	TRY(NEWEST(rq, &proceeding_model, &k->proceeding,
		"SELECT * FROM case_procedures WHERE case_id = $1", c->id));
	if (!text_is(k->f.procedure, "ordinary"))
		return OK;
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

enum err course_add(struct req *rq, const struct course *k, const struct model *m, void *row,
	const char *fact)
{
	row_blank(m, row);
	TRY(db_insert(rq, m, row));
	return emit(rq, fact, k->c.id, k->c.operator, json_of(rq, m, row));
}

enum err course_change(struct req *rq, const struct course *k, const struct model *m, void *row,
	const char *fact)
{
	TRY(db_update(rq, m, row));
	return emit(rq, fact, k->c.id, k->c.operator, json_of(rq, m, row));
}

enum err tell_party(struct req *rq, const struct case_row *c, const char *text)
{
	if (!*c->party_phone)
		return OK;
	return sms_send(rq, c->party_phone,
		arena_printf(rq->arena, "%s：%s详情见%s/my/cases/%" PRId64,
			setting(rq, "bureau", "市场监督管理局"), text, site_url(rq), c->id));
}

/* ---- the clock of 90 days --------------------------------------------- */
static enum err days_excluded(struct req *rq, int64_t case_id, int64_t since, int *days)
{
	int64_t ms;

	TRY(db_int(rq, &ms,
		"SELECT CAST(coalesce(sum(to_at - from_at), 0) AS bigint) FROM case_spans WHERE "
		"case_id = $1 AND to_at > 0 AND from_at >= $2",
		case_id, since));
	*days = (int)((ms + DAY - 1) / DAY); /* a day begun is not counted */
	return OK;
}

enum err decide_due_again(struct req *rq, struct course *k)
{
	struct rows *r;
	bool more;
	int64_t from = k->c.filed_at, set = 0;
	int days = (int)act_term(rq, "decide_days", 90), out;

	TRY(db_query(rq, &r,
		"SELECT matter, day, answered_at FROM case_approvals WHERE case_id = $1 AND state "
		"= 'approved' AND matter IN ('extend', 'extend_again') ORDER BY answered_at, id",
		k->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (text_is(rows_text(r, 0), "extend")) {
			days += course_term(k, "extension_days", 30);
		} else { /* the term that the discussion fixed */
			set = rows_int(r, 1);
			from = rows_int(r, 2);
			days = 0;
		}
	}
	rows_close(r);
	TRY(days_excluded(rq, k->c.id, from, &out));
	return term_days(rq, set ? set : from, days + out, &k->c.decide_due);
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
	struct span_row s;

	TRY(db_one(rq, &span_model, &s,
		"SELECT * FROM case_spans WHERE case_id = $1 AND to_at = 0 AND (kind = $2 OR $2 = "
		"'' AND kind NOT IN ('suspension', 'hearing'))",
		k->c.id, kind));
	s.to_at = rq->now;
	TRY(db_update(rq, &span_model, &s));
	return decide_due_again(rq, k);
}

/* ---- words ------------------------------------------------------------ */
const char *fen_words(struct req *rq, int64_t fen)
{
	struct buf b = { .arena = rq->arena };
	const char *yuan = arena_printf(rq->arena, "%" PRId64, fen / 100);

	for (size_t n = strlen(yuan), i = 0; i < n; i++)
		buf_printf(&b, "%s%c", i && (n - i) % 3 == 0 ? "," : "", yuan[i]);
	buf_printf(&b, ".%02d", (int)(fen % 100));
	return buf_text(&b);
}

const char *penalty_zh(struct req *rq, const struct course *k, const struct penalty_size *p)
{
	static const char *const codes[] = { "PEN_WARN", "PEN_CRITICISM", "PEN_STOP", "PEN_REVOKE" };
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (kinds_have(p->kinds, codes[i]))
			buf_printf(&b, "%s%s", b.n ? "；" : "", law_word(k, codes[i]));
	if (p->confiscated_fen)
		buf_printf(&b, "%s没收违法所得%s元", b.n ? "；" : "",
			fen_words(rq, p->confiscated_fen));
	else if (kinds_have(p->kinds, "PEN_CONFISCATE"))
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
