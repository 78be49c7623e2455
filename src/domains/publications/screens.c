/* The bureau's screens, and the party's own: what is published, what is demanded next. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

enum { PAGE_ROWS = 50, HISTORY_ROWS = 40 };

static void put_choices(
	struct req *rq, const char *name, const struct choice *c, const char *chosen)
{
	struct node *list = put_list(rq->view, name);

	list->hidden = true;
	for (; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

static const char *tone_of(const struct choice *c, const char *code)
{
	for (; c->code; c++)
		if (text_is(c->code, code))
			return c->tone;
	return "";
}

/* The clock of what is demanded next, as partials/clock wants it. */
static void put_clock(struct req *rq, const struct published *p)
{
	if (!p->next_due)
		return;
	struct node *n = put_map(rq->view, "clock");
	int64_t days = day_number(p->next_due) - day_number(rq->now);

	n->hidden = true;
	put_text(n, "label", tr(rq, choice_label(publication_steps, p->next_kind)));
	put_text(n, "due", date_text(rq->arena, p->next_due));
	put_text(n, "due_iso", time_iso(rq->arena, p->next_due));
	put_text(n, "clause", p->next_clause);
	put_text(n, "left",
		p->next_due < rq->now ? tr(rq, "Overdue")
				      : arena_printf(rq->arena, tr(rq, "%d days left"), (int)days));
	put_text(n, "tone", p->next_due < rq->now ? "red" : days <= 3 ? "yellow" : "green");
}

/* ---- the list ----------------------------------------------------------------------------------
 */
struct list_row {
	int64_t id;
	const char *party, *number, *act_name, *state, *next_kind, *next_clause;
	int64_t decided_at, published_at, public_until, next_due;
};
static const struct model list_model = MODEL("publications", struct list_row,
	FIELDS(STORED(struct list_row, id, .as = AS_ID), STORED(struct list_row, party),
		STORED(struct list_row, number), STORED(struct list_row, act_name),
		STORED(struct list_row, state, .choices = publication_states),
		STORED(struct list_row, decided_at, .as = AS_DATE),
		STORED(struct list_row, published_at, .as = AS_DATE),
		STORED(struct list_row, public_until, .as = AS_DATE),
		STORED(struct list_row, next_kind, .choices = publication_steps),
		STORED(struct list_row, next_due, .as = AS_DATE),
		STORED(struct list_row, next_clause)));

static void put_lateness(struct req *rq, struct node *list, const struct list *l)
{
	struct node *n = list->first;

	for (struct list_row *r = LIST_OF(struct list_row, l);
		n && r < LIST_END(struct list_row, l); r++, n = n->next) {
		int days = (int)(day_number(r->next_due) - day_number(rq->now));
		put_flag(n, "late", r->next_due && r->next_due < rq->now)->hidden = true;
		put_text(n, "left",
			!r->next_due ? ""
			: r->next_due < rq->now
				? tr(rq, "Overdue")
				: arena_printf(rq->arena, tr(rq, "%d days left"), days))
			->hidden = true;
	}
}

enum err publication_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state"), *q = query_text(rq, "q");

	TRY(db_all(rq, &list_model, &l,
		"SELECT p.id, p.party, p.number, p.act_name, p.state, p.next_kind, p.next_clause, "
		"p.decided_at, p.published_at, p.public_until, p.next_due FROM publications p "
		"WHERE (CAST($1 AS bigint) = 0 OR p.area = $1) AND ($2 = '' OR p.state = $2) AND "
		"($3 = '' OR lower(p.party) LIKE lower($4) OR p.number = $3) "
		"ORDER BY CASE WHEN p.next_due = 0 THEN 1 ELSE 0 END, p.next_due, "
		"p.published_at DESC, p.id LIMIT $5 OFFSET $6",
		rq->user->area, state, q, (const char *)arena_printf(rq->arena, "%%%s%%", q),
		p.limit, p.offset));
	show_pages(rq, p, &l);
	put_lateness(rq, show_table(rq, "publications", &list_model, &l), &l);
	put_choices(rq, "states", publication_states, state);
	put_text(rq->view, "q", q);
	return page(rq, "publications/list");
}

/* ---- one --------------------------------------------------------------------------------------
 */
static const struct choice titles[] = {
	{ PUBLICATION_DUE, "A penalty is to be published", "" },
	{ PUBLICATION_READY, "Its decision was served", "" },
	{ PUBLICATION_PREPARED, "Masked for publication", "" },
	{ PUBLICATION_PUBLISHED, "Penalty published", "green" },
	{ PUBLICATION_CORRECTED, "Publication corrected", "yellow" },
	{ PUBLICATION_REPAIR_ASKED, "Early end asked for", "" },
	{ PUBLICATION_REPAIR_TAKEN, "Application for an early end taken up", "" },
	{ PUBLICATION_REPAIR_DECLINED, "Application for an early end not taken up", "" },
	{ PUBLICATION_REPAIR_REFUSED, "Early end refused", "" },
	{ PUBLICATION_REPAIR_REVOKED, "Early end revoked", "red" },
	{ PUBLICATION_ENDED, "Publication ended", "" },
	{ PUBLICATION_FAULTY, "The published decision was annulled", "red" },
	{ PUBLICATION_WITHDRAWN, "Publication withdrawn", "red" },
	{ PUBLICATION_OVERDUE, "A term of a publication has passed", "red" },
	{ 0 },
};

static enum err put_history(struct req *rq, int64_t case_id)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT at, name, actor_name FROM pub_ledger WHERE subject = $1 AND name LIKE "
		"'publication.%' ORDER BY seq DESC LIMIT $2",
		case_id, (int)HISTORY_ROWS));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *name = arena_dup(rq->arena, rows_text(r, 1));
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 0)));
		put_text(n, "title", tr(rq, choice_label(titles, name)));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "detail", "");
		put_text(n, "href", "");
		put_text(n, "tone", tone_of(titles, name));
	}
	rows_close(r);
	return OK;
}

/* The five conditions of an early end: which of them the files answer, and how. */
static void put_conditions(struct req *rq, const struct early_facts *f)
{
	const struct {
		const char *label;
		bool holds;
	} rows[] = {
		{ "The shortest time of publication has passed",
			f->early_from && f->now >= f->early_from },
		{ "What the decision ordered is done (from fines and corrections)",
			f->duties_done },
		{ "Not punished for the same kind again (from the cases)", f->no_repeat },
	};
	struct node *list = put_list(rq->view, "conditions");

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "label", tr(rq, rows[i].label));
		put_text(n, "word",
			rows[i].holds ? tr(rq, "Condition holds")
				      : tr(rq, "Condition does not hold"));
		put_text(n, "tone", rows[i].holds ? "green" : "red");
	}
}

static bool is(const struct published *p, const char *state)
{
	return text_is(p->state, state);
}

static void put_publishing(struct req *rq, struct node *can, const struct published *p)
{
	bool write = may(rq, CASE_WRITE) && !*p->fault;

	put_flag(can, "prepare", write && (is(p, "due") || is(p, "prepared")));
	put_flag(can, "publish", write && is(p, "prepared") && p->prepared_by != rq->user->id);
	put_flag(can, "second", write && is(p, "prepared") && p->prepared_by == rq->user->id);
	put_flag(can, "serve",
		write && p->replaces && !p->paper && !p->served_at && !p->published_at);
	put_flag(can, "correct", write && is(p, "public"));
}

static void put_can(struct req *rq, const struct published *p, const struct repair *r)
{
	bool lead = may(rq, CASE_APPROVE);
	struct node *can = put_map(rq->view, "can");

	can->hidden = true;
	put_publishing(rq, can, p);
	put_flag(can, "withdraw", lead && !is(p, "withdrawn"));
	put_flag(can, "accept",
		may(rq, CASE_WRITE) && is(p, "public") && text_is(r->state, "asked"));
	put_flag(can, "decide",
		lead && is(p, "public") && text_is(r->state, "taken") &&
			r->accepted_by != rq->user->id);
	put_flag(can, "revoke", lead && text_is(r->state, "granted") && is(p, "ended"));
}

/* Whether an early end may be asked for, and if not, why. */
static enum err put_early(struct req *rq, const struct published *p, const struct repair *r)
{
	struct early_facts f;

	TRY(publication_early(rq, p, r, &f));
	const char *not_yet = early_not_yet(&f);
	put_flag(rq->view, "may_ask", !not_yet)->hidden = true;
	put_text(rq->view, "not_yet", not_yet ? tr(rq, not_yet) : "");
	if (text_is(p->state, "public"))
		put_conditions(rq, &f);
	return OK;
}

static void put_words(struct req *rq, const char *words)
{
	struct node *list = put_list(rq->view, "paragraphs");

	while (*words) {
		size_t n = 0;
		while (words[n] && words[n] != '\n')
			n++;
		put_text(put_map(list, NULL), "text", arena_copy(rq->arena, words, n));
		words += n + (words[n] == '\n');
	}
}

static enum err put_files(struct req *rq, const struct published *p)
{
	struct list l;

	TRY(db_all(rq, &repair_model, &l,
		"SELECT * FROM publication_repairs WHERE publication = $1 ORDER BY asked_at DESC, "
		"id "
		"DESC",
		p->id));
	show_list(rq, "repairs", &repair_model, &l);
	return OK;
}

enum err publication_page(struct req *rq)
{
	struct published p;
	struct repair r;

	TRY(publication_load(rq, &p));
	TRY(publication_repair(rq, &p, &r));
	struct node *n = show(rq, "publication", &published_model, &p);
	put_text(n, "penalty", publication_penalty(rq, &p));
	put_text(n, "early", p.early_from ? date_text(rq->arena, p.early_from) : "");
	put_text(rq->view, "replaces",
		p.replaces ? arena_printf(rq->arena, "%" PRId64, p.replaces) : "");
	put_clock(rq, &p);
	put_words(rq, p.words);
	TRY(put_early(rq, &p, &r));
	TRY(put_files(rq, &p));
	put_can(rq, &p, &r);
	put_choices(rq, "party_kinds", publication_party_kinds, p.party_kind);
	put_choices(rq, "faults", publication_faults, p.fault);
	put_text(rq->view, "today", date_text(rq->arena, rq->now));
	TRY(put_history(rq, p.case_id));
	return page(rq, "publications/one");
}

/* ---- the party's telephone ----------------------------------------------------------------------
 */
enum err my_publication(struct req *rq)
{
	struct published p;
	struct repair r;

	TRY(publication_mine(rq, &p));
	TRY(publication_repair(rq, &p, &r));
	put_printf(rq->view, "id", "%" PRId64, p.case_id);
	struct node *n = put_map(rq->view, "publication");
	put_text(n, "number", p.number);
	put_text(n, "act_name", p.act_name);
	put_text(n, "penalty", publication_penalty(rq, &p));
	put_text(n, "state", p.state);
	put_text(n, "label", tr(rq, choice_label(publication_states, p.state)));
	put_text(n, "tone", tone_of(publication_states, p.state));
	put_text(n, "code", text_is(p.state, "public") ? p.code : "");
	put_text(n, "publish_due", p.published_at ? "" : date_text(rq->arena, p.publish_due));
	put_text(n, "published_at", p.published_at ? date_text(rq->arena, p.published_at) : "");
	put_text(n, "until", p.public_until ? date_text(rq->arena, p.public_until) : "");
	put_text(n, "early", p.early_from ? date_text(rq->arena, p.early_from) : "");
	put_text(n, "withdrawn_why", p.withdrawn_why);
	put_text(rq->view, "repair", *r.state ? tr(rq, choice_label(repair_states, r.state)) : "");
	put_text(rq->view, "repair_reason", r.reason ? r.reason : "");
	TRY(put_early(rq, &p, &r));
	return page(rq, "publications/my_publication");
}
