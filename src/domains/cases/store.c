/* Loading, saving, and what the law looks at in a case. */
#include "contracts/facts.h"
#include "domains/cases/cases.h"

#include <string.h>

enum err case_load(struct req *rq, int64_t id, struct case_row *c)
{
	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", id));
	return in_area(rq, c->area);
}

/* A party sees the one case its link opens, and nothing else. */
enum err case_load_mine(struct req *rq, struct case_row *c)
{
	if (rq->user->link_subject != rq->id)
		return fail(rq, E_FORBIDDEN, "Your link opens another matter.");
	TRY(db_one(rq, &case_model, c, "SELECT * FROM cases WHERE id = $1", rq->id));
	return c->operator== rq->user->entity
		       ? OK
		       : fail(rq, E_FORBIDDEN, "Your link opens another matter.");
}

enum err case_save_with(struct req *rq, struct case_row *c, const char *fact, const char *data)
{
	TRY(db_update(rq, &case_model, c));
	return emit(rq, fact, c->id, c->operator, data);
}

enum err case_save(struct req *rq, struct case_row *c, const char *fact)
{
	return case_save_with(rq, c, fact, json_of(rq, &case_model, c));
}

const char *user_name(struct req *rq, int64_t id)
{
	const char *name = "";
	return id && !db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id) ? name
											 : "";
}

const char *user_card(struct req *rq, int64_t id)
{
	const char *card = "";
	return id && !db_text(rq, &card, "SELECT card_no FROM pub_users WHERE id = $1", id) ? card
											    : "";
}

static const struct node *acts(struct req *rq)
{
	const struct node *law;
	return rules(rq, "cases/acts", rq->now, &law) ? node_map(rq->arena) : law;
}

const struct node *act_of(struct req *rq, const char *code)
{
	NODE_EACH (a, node_find(acts(rq), "acts"))
		if (text_is(node_text(a, "code", ""), code))
			return a;
	return node_map(rq->arena);
}

int64_t act_term(struct req *rq, const char *name, int64_t fallback)
{
	return node_int(node_find(acts(rq), "terms"), name, fallback);
}

/* Has the party its newest link open on a telephone? opened_at: when one was opened last. */
static bool reached_by_link(struct req *rq, const struct case_row *c, int64_t opened_at)
{
	const int64_t acts[] = { opened_at, c->viewed_at, c->answered_at, c->address_at };
	bool opened = false;

	for (size_t i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		opened |= acts[i] && acts[i] >= c->link_sent_at;
	return c->link_sent_at && opened &&
	       rq->now < c->link_sent_at + act_term(rq, "link_days", 30) * DAY;
}

/* What other tables say of a case ($1), and of who asks ($2). */
#define LOOKED_UP                                                                                  \
	"SELECT (SELECT count(*) FROM case_evidence WHERE case_id = $1 AND usable = 1) + "         \
	"(SELECT count(*) FROM case_exhibits x WHERE x.case_id = $1 AND (x.paper > 0 OR "          \
	"EXISTS (SELECT 1 FROM case_exhibit_checks k WHERE k.exhibit = x.id AND k.verdict "        \
	"= 'true'))), coalesce((SELECT "                                                           \
	"procedure FROM case_procedures WHERE case_id = $1), ''), coalesce((SELECT matter "        \
	"FROM case_approvals WHERE case_id = $1 AND state = 'asked'), ''), (SELECT "               \
	"count(*) FROM case_requests WHERE case_id = $1 AND kind = 'recusal' AND state = "         \
	"'asked'), (SELECT count(*) FROM pub_fines WHERE case_id = $1 AND state <> "               \
	"'settled'), (SELECT count(*) FROM pub_measures WHERE case_id = $1 AND open = 1), "        \
	"(SELECT count(*) FROM case_weighings WHERE case_id = $1), (SELECT count(*) FROM "         \
	"case_requests q LEFT JOIN case_request_details d ON d.request = q.id WHERE "              \
	"q.case_id = $1 AND q.kind = 'more_time' AND q.state = 'asked' AND "                       \
	"coalesce(d.target, 'statement') = 'statement'), (SELECT count(*) FROM "                   \
	"case_requests WHERE case_id = $1 AND kind = 'recusal' AND state = 'granted' "             \
	"AND officer = $2), (SELECT count(*) FROM case_requests WHERE case_id = $1 AND kind = "    \
	"'recusal' AND state = 'asked' AND officer = $2), (SELECT count(*) FROM (SELECT "          \
	"id FROM case_party_files WHERE case_id = $1 AND type LIKE 'audio/%' UNION ALL "           \
	"SELECT recording FROM pub_recording_links WHERE case_id = $1) r WHERE NOT EXISTS "        \
	"(SELECT 1 FROM case_transcripts t WHERE t.case_id = $1 AND t.recording = r.id)), "        \
	"(SELECT count(*) FROM case_evidence e WHERE e.case_id = $1 AND e.usable = 1 AND "         \
	"e.kind IN ('EV_AV', 'EV_ED') AND e.added_at > coalesce((SELECT max(r.made_at) "           \
	"FROM case_edata_records r WHERE r.case_id = $1), -1)), (SELECT coalesce(max(at), 0) "     \
	"FROM pub_ledger WHERE subject = $1 AND name = 'link.opened'), (SELECT count(*) FROM "     \
	"case_told_before WHERE case_id = $1), (SELECT count(*) FROM case_told_before WHERE "      \
	"case_id = $1 AND statement = 'made'), (SELECT count(*) FROM case_spans WHERE case_id = "  \
	"$1 AND to_at = 0)"

enum err case_facts_of(struct req *rq, const struct case_row *c, struct case_facts *f)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, LOOKED_UP, c->id, rq->user->id));
	TRY(rows_next(r, &more));
	int64_t usable = rows_int(r, 0);
	const char *procedure = arena_dup(rq->arena, rows_text(r, 1));
	const char *pending = arena_dup(rq->arena, rows_text(r, 2));
	bool recusal = rows_int(r, 3) != 0, owed = rows_int(r, 4) != 0, held = rows_int(r, 5) != 0,
	     weighed = rows_int(r, 6) != 0, reachable = reached_by_link(rq, c, rows_int(r, 12)),
	     told_before = rows_int(r, 13) != 0, said_before = rows_int(r, 14) != 0,
	     stopped = rows_int(r, 15) != 0;
	const bool time_asked = rows_int(r, 7) != 0, recused = rows_int(r, 8) != 0,
		   challenged = rows_int(r, 9) != 0, uncovered = rows_int(r, 11) != 0;
	const int unwritten = (int)rows_int(r, 10);
	rows_close(r);
	*f = (struct case_facts){ .state = c->state,
		.more_time_open = time_asked,
		.recused = recused,
		.challenged = challenged,
		.untranscribed = unwritten,
		.edata_open = uncovered,
		.officer1 = c->officer1,
		.officer2 = c->officer2,
		.proposed_by = c->proposed_by,
		.officer1_card = *user_card(rq, c->officer1) != 0,
		.officer2_card = *user_card(rq, c->officer2) != 0,
		.usable_evidence = (int)usable,
		.simple_act = node_true(act_of(rq, c->act), "simple"),
		.e_service = c->e_service,
		.reachable = (c->e_service && c->address_at) || reachable,
		.address_at = c->address_at,
		.told_at = c->told_at,
		.hear_due = c->hear_due,
		.heard_at = c->heard_at,
		.decided_at = c->decided_at,
		.served_at = c->served_at,
		.statement = c->statement,
		.told_before = told_before,
		.said_before = said_before,
		.defence_adopted = c->defence_adopted,
		.correction_state = c->correction_state,
		.order_paper = c->order_paper,
		.procedure = *procedure	   ? procedure
			     : c->filed_at ? "simple"
					   : "",
		.now = rq->now,
		.weighed = weighed,
		.outside = stopped && !c->filed_at, /* a test in the pre-check (O2 18) */
		.pending = pending,
		.precheck_due = c->precheck_due,
		.decide_due = c->decide_due,
		.recusal_open = recusal,
		.owed = owed,
		.held = held,
		.report = "",
		.police = "",
		.outcome = "",
		.heavier = "",
		.hearing = "" };
	return OK;
}

enum err party_load(struct req *rq, int64_t operator, struct party * p)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT name, uscc, address, legal_person, phone, kind FROM pub_operators WHERE "
		"id = $1",
		operator));
	TRY(rows_next(r, &more));
	if (more)
		*p = (struct party){ arena_dup(rq->arena, rows_text(r, 0)),
			arena_dup(rq->arena, rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)),
			arena_dup(rq->arena, rows_text(r, 3)),
			arena_dup(rq->arena, rows_text(r, 4)),
			text_is(rows_text(r, 5), "small_caterer") };
	rows_close(r);
	return more ? OK : fail(rq, E_NOT_FOUND, "The file of this business is not there.");
}

enum err allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

/* O2 77: done when the decision is served and nothing is left to perform. */
enum err case_close_if_done(struct req *rq, struct case_row *c)
{
	struct case_facts f;

	TRY(case_facts_of(rq, c, &f));
	if (!is_done(&f))
		return OK;
	c->state = "closed";
	c->closed_at = rq->now;
	c->close_reason = "处罚决定履行完毕";
	return case_save_with(rq, c, CASE_CLOSED, json_pairs(rq, "reason", c->close_reason, NULL));
}
