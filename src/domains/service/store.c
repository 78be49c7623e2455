/* Loading, and the one place where a paper becomes served. */
#include "contracts/facts.h"
#include "domains/service/service.h"

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

enum err service_served(
	struct req *rq, struct service_task *t, const struct service_attempt *a, int64_t at)
{
	t->state = "served";
	t->way = a->way;
	t->served_at = at;
	TRY(db_update(rq, &service_task_model, t));
	return emit(rq, PAPER_SERVED, t->case_id, t->operator,
		json_pairs(rq, "paper", arena_printf(rq->arena, "%" PRId64, t->paper), "template",
			t->template, "title", t->title, "way", t->way, "served_at",
			arena_printf(rq->arena, "%" PRId64, at), NULL));
}
