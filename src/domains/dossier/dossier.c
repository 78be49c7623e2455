/* The papers of a case that its procedure does not order by itself. README.md. */
#include "domains/dossier/dossier.h"

#include "contracts/facts.h"

#define C(m, ...) STORED(struct dossier_case, m, __VA_ARGS__)
static const struct model dossier_case_model = MODEL("pub_cases", struct dossier_case,
	FIELDS(C(id, .as = AS_ID), C(operator, .as = AS_ID), C(area, 0), C(number, 0), C(act, 0),
		C(act_name, 0), C(state, 0), C(officer1, .as = AS_ID), C(officer2, .as = AS_ID),
		C(filed_at, .as = AS_TIME), C(decided_at, .as = AS_TIME),
		C(closed_at, .as = AS_TIME), C(outcome, 0), C(penalty, 0), C(fine_fen, 0),
		C(decision_paper, .as = AS_ID)));
#undef C

enum err dossier_case_load(struct req *rq, struct dossier_case *c)
{
	return db_one(rq, &dossier_case_model, c,
		"SELECT id, operator, area, number, act, act_name, state, officer1, officer2, "
		"filed_at,"
		" decided_at, closed_at, outcome, penalty, fine_fen, decision_paper"
		" FROM pub_cases WHERE id = $1",
		rq->id);
}

enum err dossier_officer(struct req *rq, const struct dossier_case *c)
{
	if (rq->user->id == c->officer1 || rq->user->id == c->officer2)
		return OK;
	return fail(rq, E_FORBIDDEN, "Only an officer of this case issues its papers.");
}

void dossier_show(struct req *rq, const struct dossier_case *c)
{
	put_int(rq->view, "case_id", c->id);
	put_text(rq->view, "case_number", c->number);
	put_text(rq->view, "act_name", c->act_name);
}

#define OF_CASE "SELECT area FROM pub_cases WHERE id = $1"
const struct module dossier = {
	.name = "dossier",
	.routes = (const struct route[]){ { GET, "/cases/:id/papers", dossier_papers, CASE_READ,
						  OF_CASE, "The papers of a case" },
		{ GET, "/cases/:id/papers/new", dossier_paper_form, CASE_WRITE, OF_CASE,
			"A form of the fields of a paper (?template=)" },
		{ POST, "/cases/:id/papers/new", dossier_paper_issue, CASE_WRITE, OF_CASE,
			"Preview or order that paper" },
		{ 0 } },
	.tells = (const char *const[]){ PAPER_ORDERED, NULL },
};
