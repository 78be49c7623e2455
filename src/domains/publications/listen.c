/* What others tell: a decision, its service, a review or suit that annulled it; and the terms. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

#include <string.h>

enum { SLICE = 100 }; /* of a minute */

struct decided_case {
	const char *number, *act, *act_name, *procedure, *penalty, *outcome;
	int64_t operator, area, fine_fen, confiscated_fen, decision_paper, decided_at;
};
static const struct model decided_model = MODEL("pub_cases", struct decided_case,
	FIELDS(STORED(struct decided_case, number), STORED(struct decided_case, act),
		STORED(struct decided_case, act_name), STORED(struct decided_case, procedure),
		STORED(struct decided_case, penalty), STORED(struct decided_case, outcome),
		STORED(struct decided_case, operator), STORED(struct decided_case, area),
		STORED(struct decided_case, fine_fen), STORED(struct decided_case, confiscated_fen),
		STORED(struct decided_case, decision_paper),
		STORED(struct decided_case, decided_at)));

struct party_row {
	const char *name, *uscc;
};
static const struct model party_model = MODEL("pub_operators", struct party_row,
	FIELDS(STORED(struct party_row, name), STORED(struct party_row, uscc)));

/* The case as it was decided; procedure and sum as the fact tells them, which comes before its
 * rows are all written. */
static enum err decided_load(
	struct req *rq, const struct event *e, const struct node *n, struct decided_case *c)
{
	TRY(db_one(rq, &decided_model, c,
		"SELECT operator, area, number, act, act_name, procedure, penalty, outcome, "
		"fine_fen, confiscated_fen, decision_paper, decided_at FROM pub_cases WHERE id = "
		"$1",
		e->subject));
	c->procedure = node_text(n, "procedure", c->procedure);
	c->fine_fen = node_int(n, "fine_fen", c->fine_fen);
	c->confiscated_fen = node_int(n, "confiscated_fen", c->confiscated_fen);
	return OK;
}

static enum err number_of(struct req *rq, const struct decided_case *c, const char **number)
{
	return db_text(rq, number, "SELECT coalesce(max(number), '') FROM pub_papers WHERE id = $1",
		c->decision_paper);
}

enum err on_publication_decided(struct req *rq, const struct event *e)
{
	const struct node *n, *rule;
	struct decided_case c;
	struct party_row party;
	int64_t there;

	TRY(event_data(rq, e, &n));
	enum err found = decided_load(rq, e, n, &c);
	if (found == E_NOT_FOUND) /* told of a case that is kept elsewhere */
		return OK;
	TRY(found);
	TRY(publication_rule(rq, c.decided_at, &rule));
	struct sanction_kinds s = { c.procedure, c.penalty, c.fine_fen };
	if (!text_is(c.outcome, "penalty") || !publication_wanted(rule, &s))
		return OK;
	TRY(db_int(rq, &there, "SELECT count(*) FROM publications WHERE case_id = $1", e->subject));
	if (there)
		return OK;
	TRY(db_one(rq, &party_model, &party, "SELECT name, uscc FROM pub_operators WHERE id = $1",
		c.operator));
	struct published p = { .case_id = e->subject,
		.operator= c.operator,
		.area = c.area,
		.party = party.name,
		.party_no = party.uscc,
		.party_kind = *party.uscc ? "entity" : "person",
		.act = c.act,
		.act_name = c.act_name,
		.procedure = c.procedure,
		.kinds = c.penalty,
		.fine_fen = c.fine_fen,
		.confiscated_fen = c.confiscated_fen,
		.paper = c.decision_paper,
		.decided_at = c.decided_at,
		.names = "",
		.secrets = "" };
	TRY(number_of(rq, &c, &p.number));
	if (!*p.number)
		p.number = c.number;
	return publication_open(rq, &p, c.decided_at);
}

enum err on_publication_served(struct req *rq, const struct event *e)
{
	const struct node *n;
	struct published p;

	TRY(event_data(rq, e, &n));
	enum err found = db_one(rq, &published_model, &p,
		"SELECT * FROM publications WHERE case_id = $1 AND paper = $2 AND served_at = 0",
		e->subject, node_int(n, "paper", 0));
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	p.served_at = node_int(n, "served_at", rq->now);
	return publication_save(rq, &p, PUBLICATION_READY,
		json_pairs(rq, "served_at", time_iso(rq->arena, p.served_at), NULL));
}

/* What a review or suit did to the decision, as Order 45 article 11 names it; "": it stands. */
static const char *fault_of(const char *effect)
{
	static const char *const faults[][2] = { { "annulled", "revoked" },
		{ "changed", "changed" }, { "unlawful", "unlawful" }, { "void", "void" } };

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (text_is(effect, faults[i][0]))
			return faults[i][1];
	return "";
}

/* A review or suit undid or changed the decision: three working days to withdraw what is
 * published. */
enum err on_publication_remedy(struct req *rq, const struct event *e)
{
	const struct node *n, *rule;
	struct published p;

	TRY(event_data(rq, e, &n));
	const char *fault = fault_of(node_text(n, "effect", ""));
	if (!*fault)
		return OK;
	enum err found = db_one(rq, &published_model, &p,
		"SELECT * FROM publications WHERE case_id = $1 AND state <> 'withdrawn' AND fault "
		"= ''",
		e->subject);
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	TRY(publication_rule(rq, p.decided_at, &rule));
	p.fault = fault;
	p.fault_document = node_text(n, "words", "");
	p.fault_at = rq->now;
	TRY(term_workdays(
		rq, rq->now, (int)node_int(rule, "withdraw_workdays", 3), &p.withdraw_due));
	return publication_save(rq, &p, PUBLICATION_FAULTY,
		json_pairs(rq, "fault", p.fault, "document", p.fault_document, "due",
			date_text(rq->arena, p.withdraw_due), NULL));
}

/* ---- terms ------------------------------------------------------------- */
static bool term_passed(const struct req *rq, const struct published *p)
{
	return text_is(p->state, "public") && p->public_until < rq->now;
}

static bool due_passed(const struct req *rq, const struct published *p)
{
	return p->next_due > 0 && p->next_due < rq->now && p->told_due != p->next_due;
}

static enum err term_over(struct req *rq, struct published *p)
{
	p->state = "ended";
	p->ended_at = rq->now;
	p->ended_how = "term";
	TRY(repairs_close(rq, p));
	return publication_save(rq, p, PUBLICATION_ENDED,
		json_pairs(rq, "how", "term", "published_at", time_iso(rq->arena, p->published_at),
			NULL));
}

static enum err passed(struct req *rq, struct published *p)
{
	p->told_due = p->next_due;
	return publication_save(rq, p, PUBLICATION_OVERDUE,
		json_pairs(rq, "clock", p->next_kind, "due", date_text(rq->arena, p->next_due),
			"clause", p->next_clause, NULL));
}

enum err publication_term_run(struct req *rq, const struct job *j, void *result)
{
	struct published p;

	(void)result;
	TRY(db_run(rq, "DELETE FROM publication_looks WHERE publication = $1", j->subject));
	TRY(db_one(
		rq, &published_model, &p, "SELECT * FROM publications WHERE id = $1", j->subject));
	if (term_passed(rq, &p))
		return term_over(rq, &p);
	return due_passed(rq, &p) ? passed(rq, &p) : OK;
}

/* Only finds them: each is a job of its own, and one that fails holds up no other. */
enum err publications_every_minute(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &published_model, &l,
		"SELECT * FROM publications p WHERE ((state = 'public' AND public_until < $1) OR "
		"(next_due > 0 AND next_due < $1 AND told_due <> next_due)) AND NOT EXISTS (SELECT "
		"1 FROM publication_looks k WHERE k.publication = p.id AND k.at > $2) ORDER BY id "
		"LIMIT $3",
		rq->now, rq->now - DAY, (int)SLICE));
	for (struct published *p = LIST_OF(struct published, &l);
		p < LIST_END(struct published, &l); p++) {
		TRY(db_run(rq,
			"INSERT INTO publication_looks (publication, at) VALUES ($1, $2) ON "
			"CONFLICT (publication) DO UPDATE SET at = excluded.at",
			p->id, rq->now));
		TRY(job_add(rq, .kind = "publications.term", .subject = p->id));
	}
	return OK;
}
