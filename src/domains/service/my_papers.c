/* The party's telephone: the papers that reached it, with their receipts. */
#include "contracts/facts.h"
#include "domains/service/service.h"

/* A party sees what belongs to the one case its link opens. */
static enum err my_case_only(struct req *rq)
{
	return rq->user->link_subject == rq->id
		       ? OK
		       : fail(rq, E_FORBIDDEN, "Your link opens another matter.");
}

struct my_paper {
	int64_t id, paper, receipt, served_at, opened_at;
	const char *template, *title, *number, *way, *receipt_state;
};
static const struct model my_paper_model = MODEL("service_tasks", struct my_paper,
	FIELDS(STORED(struct my_paper, id, .as = AS_ID),
		STORED(struct my_paper, paper, .as = AS_ID),
		STORED(struct my_paper, receipt, .as = AS_ID),
		STORED(struct my_paper, served_at, .as = AS_TIME),
		STORED(struct my_paper, opened_at, .as = AS_TIME),
		STORED(struct my_paper, template), STORED(struct my_paper, title),
		STORED(struct my_paper, number),
		STORED(struct my_paper, way, .choices = service_ways),
		STORED(struct my_paper, receipt_state)));

/* What is for a witness or another office is of this case, but not the party's to read. */
static enum err own_only(struct req *rq, struct list *l)
{
	struct my_paper *kept = LIST_OF(struct my_paper, l);
	const struct my_paper *end = LIST_END(struct my_paper, l);

	for (const struct my_paper *p = kept; p < end; p++) {
		const struct service_task t = {
			.paper = p->paper, .operator= rq->user->entity, .template = p->template
		};
		const char *another;
		TRY(service_addressee(rq, &t, &another));
		if (!*another)
			*kept++ = *p;
	}
	l->n = (size_t)(kept - LIST_OF(struct my_paper, l));
	return OK;
}

enum err my_papers(struct req *rq)
{
	struct list l;
	struct service_address to;

	TRY(my_case_only(rq));
	TRY(db_all(rq, &my_paper_model, &l,
		"SELECT t.id, t.paper, t.receipt, t.served_at, t.opened_at, t.template, "
		"t.title, t.number, t.way, coalesce(r.state, '') AS receipt_state FROM "
		"service_tasks t LEFT JOIN "
		"pub_papers r ON r.id = t.receipt WHERE t.case_id = $1 AND t.operator = $2 AND "
		"(t.state = 'served' OR t.way = 'electronic') ORDER BY t.sealed_at DESC, t.id "
		"DESC",
		rq->id, rq->user->entity));
	TRY(own_only(rq, &l));
	struct node *list = show_list(rq, "papers", &my_paper_model, &l), *n;
	struct my_paper *p = LIST_OF(struct my_paper, &l);
	for (n = list->first; n; n = n->next, p++)
		put_text(n, "receipt_url",
			text_is(p->receipt_state, "sealed")
				? arena_printf(rq->arena, "/papers/%" PRId64 "/file", p->receipt)
				: "");
	TRY(service_address_load(rq, rq->id, &to));
	put_flag(rq->view, "accounts", to.e_service && to.address_at);
	put_printf(rq->view, "id", "%" PRId64, rq->id);
	put_printf(rq->view, "case_id", "%" PRId64, rq->id);
	return page(rq, "service/my_papers");
}

/* The party opens a paper: when it did so first is kept beside when it arrived; at the latest it
 * arrives now. */
enum err my_paper_open(struct req *rq)
{
	struct service_task t;
	const char *another;

	TRY(my_case_only(rq));
	TRY(db_one(rq, &service_task_model, &t,
		"SELECT * FROM service_tasks WHERE id = $1 AND case_id = $2 AND operator = $3 AND "
		"(state = 'served' OR way = 'electronic')",
		rq->id2, rq->id, rq->user->entity));
	TRY(service_addressee(rq, &t, &another));
	if (*another)
		return fail(rq, E_NOT_FOUND, "There is no such paper for you.");
	if (!t.opened_at) {
		if (!text_is(t.state, "served"))
			TRY(service_opened(rq, &t));
		t.opened_at = rq->now;
		TRY(db_update(rq, &service_task_model, &t));
		TRY(emit(rq, SERVICE_PAPER_OPENED, t.id, t.operator,
			json_pairs(rq, "sm3", t.sm3, "from", rq->http->remote, NULL)));
	}
	return redirect(rq, "/papers/%" PRId64 "/file", t.paper);
}
