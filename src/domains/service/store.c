/* Loading, and the one place where a paper becomes served. */
#include "contracts/facts.h"
#include "domains/service/service.h"

#include <string.h>

enum err service_terms_load(struct req *rq, const struct node **terms)
{
	return rules(rq, "service/terms", rq->now, terms);
}

enum err service_address_load(struct req *rq, int64_t case_id, struct service_address *a)
{
	return db_one(rq, &service_address_model, a,
		"SELECT * FROM pub_case_addresses WHERE case_id = $1", case_id);
}

enum err service_task_load(struct req *rq, int64_t id, struct service_task *t)
{
	TRY(db_one(rq, &service_task_model, t, "SELECT * FROM service_tasks WHERE id = $1", id));
	return in_area(rq, t->area);
}

/* The value of the paper that names whom it is for, where the form has one. */
static enum err named_in(
	struct req *rq, const struct service_task *t, const char *field, const char **name)
{
	const char *content;
	struct node *n;
	struct fault why = { 0 };

	TRY(db_text(rq, &content, "SELECT content FROM pub_paper_texts WHERE id = $1", t->paper));
	struct bytes json = { (const uint8_t *)content, strlen(content) };
	if (json_parse(rq->arena, json, &n, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	*name = node_text(node_find(n, "values"), field, "");
	return OK;
}

enum err service_addressee(struct req *rq, const struct service_task *t, const char **name)
{
	const struct node *terms;
	int64_t own;

	*name = "";
	TRY(service_terms_load(rq, &terms));
	const char *field = node_text(node_find(terms, "addressees"), t->template, "");
	if (!*field)
		return OK;
	TRY(named_in(rq, t, field, name));
	TRY(db_int(rq, &own,
		"SELECT count(*) FROM pub_operators WHERE id = $1 AND (name = $2 OR legal_person = "
		"$2)",
		t->operator, * name));
	if (own)
		*name = "";
	return OK;
}

struct service_attempt service_attempt_new(struct req *rq, const struct service_task *t)
{
	return (struct service_attempt){ .task = t->id,
		.way = "",
		.result = "delivered",
		.at = rq->now,
		.place = "",
		.receiver = "",
		.relation = "",
		.refusal = "",
		.witness = "",
		.mail_no = "",
		.words = "",
		.phone = "",
		.message = "",
		.sign_sm3 = "",
		.sign_sha256 = "",
		.witness_sm3 = "",
		.witness_sha256 = "",
		.photo_sm3 = "",
		.photo_sha256 = "",
		.video_sm3 = "",
		.video_sha256 = "",
		.entered_by = rq->user->id,
		.entered_at = rq->now };
}

static const char *ms_text(struct req *rq, int64_t ms)
{
	return arena_printf(rq->arena, "%" PRId64, ms);
}

enum err service_served(
	struct req *rq, struct service_task *t, const struct service_attempt *a, int64_t at)
{
	struct span_excluded x;
	struct node *n = node_map(rq->arena);

	TRY(service_notice_close(rq, t, a->way, &x));
	TRY(service_receipt_order(rq, t, a, at));
	t->state = "served";
	t->way = a->way;
	t->served_at = at;
	TRY(db_update(rq, &service_task_model, t));
	put_text(n, "paper", ms_text(rq, t->paper));
	put_text(n, "template", t->template);
	put_text(n, "title", t->title);
	put_text(n, "way", t->way);
	put_text(n, "served_at", ms_text(rq, at));
	if (x.from) {
		put_text(n, "excluded_from", ms_text(rq, x.from));
		put_text(n, "excluded_to", ms_text(rq, x.to));
	}
	return emit(rq, PAPER_SERVED, t->case_id, t->operator, json_text(rq, n));
}
