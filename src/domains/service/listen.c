/* A paper was sealed, an address confirmed: what the party agreed to receive electronically is sent
 * at once. */
#include "contracts/facts.h"
#include "domains/service/service.h"

/* Which papers a party must receive is the law's: rules/service/terms.json. */
static bool has_to_be_served(const struct node *terms, const char *template)
{
	NODE_EACH (p, node_find(terms, "papers"))
		if (p->type == NODE_TEXT && text_is(p->s, template))
			return true;
	return false;
}

struct paper_view {
	int64_t id, subject, entity, sealed_at;
	const char *template, *title, *number, *sm3;
};
static const struct model paper_view_model = MODEL("pub_papers", struct paper_view,
	FIELDS(STORED(struct paper_view, id), STORED(struct paper_view, subject),
		STORED(struct paper_view, entity), STORED(struct paper_view, sealed_at),
		STORED(struct paper_view, template), STORED(struct paper_view, title),
		STORED(struct paper_view, number), STORED(struct paper_view, sm3)));

static enum err task_open(struct req *rq, const struct paper_view *p, struct service_task *t)
{
	const struct node *terms;

	TRY(service_terms_load(rq, &terms));
	*t = (struct service_task){ .paper = p->id,
		.case_id = p->subject,
		.operator= p->entity,
		.template = p->template,
		.title = p->title,
		.number = p->number,
		.sm3 = p->sm3,
		.sealed_at = p->sealed_at,
		.state = "waiting",
		.way = "" };
	TRY(db_int(rq, &t->area, "SELECT area FROM pub_cases WHERE id = $1", t->case_id));
	TRY(term_workdays(rq, t->sealed_at, (int)node_int(terms, "serve_workdays", 7), &t->due_at));
	TRY(db_insert(rq, &service_task_model, t));
	return emit(rq, SERVICE_OPENED, t->id, t->operator, json_of(rq, &service_task_model, t));
}

/* The party's consent is for what is addressed to the party. */
static enum err send_if_its_own(
	struct req *rq, struct service_task *t, const struct service_address *to)
{
	const char *another;

	TRY(service_addressee(rq, t, &another));
	return *another ? OK : service_electronically(rq, t, to);
}

enum err service_on_sealed(struct req *rq, const struct event *e)
{
	struct paper_view p;
	struct service_address to;
	struct service_task t;
	const struct node *terms;

	TRY(db_one(
		rq, &paper_view_model, &p, "SELECT * FROM pub_papers WHERE id = $1", e->subject));
	TRY(service_terms_load(rq, &terms));
	if (!has_to_be_served(terms, p.template))
		return OK;
	enum err found = service_address_load(rq, p.subject, &to);
	if (found == E_NOT_FOUND)
		return OK; /* of an inspection or another matter: its room serves it itself */
	TRY(found);
	TRY(task_open(rq, &p, &t));
	return to.e_service && to.address_at ? send_if_its_own(rq, &t, &to) : OK;
}

/* What was sealed before the party consented is sent now. */
enum err service_on_address(struct req *rq, const struct event *e)
{
	struct service_address to;
	struct list l;

	TRY(service_address_load(rq, e->subject, &to));
	if (!to.e_service)
		return OK;
	TRY(db_all(rq, &service_task_model, &l,
		"SELECT * FROM service_tasks t WHERE case_id = $1 AND state = 'waiting' AND NOT "
		"EXISTS (SELECT 1 FROM service_attempts a WHERE a.task = t.id AND a.way = "
		"'electronic' AND a.result = 'sent' AND a.phone = $2) ORDER BY id",
		e->subject, to.e_phone));
	for (struct service_task *t = LIST_OF(struct service_task, &l);
		t < LIST_END(struct service_task, &l); t++)
		TRY(send_if_its_own(rq, t, &to));
	return OK;
}
