/* Public notices (公告送达): published, ended by themselves when their days are over, withdrawn
 * when the paper reaches its addressee in another way. */
#include "contracts/facts.h"
#include "domains/service/service.h"

static const struct choice notice_states[] = {
	{ "published", "Runs", "info" },
	{ "ended", "Counts as served", "green" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ NULL },
};

#define N(m, ...) STORED(struct service_notice, m, __VA_ARGS__)
const struct model service_notice_model = MODEL("service_notices", struct service_notice,
	.witnessed = true,
	FIELDS(N(id, .as = AS_ID), N(version, 0), N(task, .as = AS_ID), N(attempt, .as = AS_ID),
		N(paper, .as = AS_ID), N(party_name, 0), N(title, 0), N(number, 0), N(body, 0),
		N(why, 0), N(state, .choices = notice_states), N(published_at, .as = AS_DATE),
		N(until_at, .as = AS_DATE), N(ended_at, .as = AS_TIME),
		N(published_by, .as = AS_ID)));
#undef N

enum err service_notice_publish(
	struct req *rq, struct service_task *t, const struct service_attempt *a)
{
	const struct node *terms;
	struct service_notice n = { .task = t->id,
		.attempt = a->id,
		.title = t->title,
		.number = t->number,
		.why = a->words,
		.state = "published",
		.published_at = rq->now,
		.published_by = rq->user->id };

	TRY(service_terms_load(rq, &terms));
	int64_t days = node_int(terms, "notice_days", 30);
	TRY(term_days(rq, rq->now, (int)days, &n.until_at));
	TRY(service_party_name(rq, t, &n.party_name));
	n.body = service_notice_body(rq, &n, days);
	TRY(service_notice_order(rq, t, &n));
	TRY(db_insert(rq, &service_notice_model, &n));
	t->state = "notice";
	TRY(db_update(rq, &service_task_model, t));
	return emit(rq, SERVICE_NOTICE_PUBLISHED, t->id, t->operator,
		json_of(rq, &service_notice_model, &n));
}

enum err service_notice_of(struct req *rq, int64_t task, struct service_notice *n)
{
	return db_one(rq, &service_notice_model, n,
		"SELECT * FROM service_notices WHERE task = $1 AND state = 'published'", task);
}

enum err service_notice_close(
	struct req *rq, const struct service_task *t, const char *way, struct span_excluded *x)
{
	struct service_notice n;
	enum err e = service_notice_of(rq, t->id, &n);

	*x = (struct span_excluded){ 0 };
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	bool over = text_is(way, "public_notice");
	n.state = over ? "ended" : "withdrawn";
	n.ended_at = over ? n.until_at : rq->now;
	*x = (struct span_excluded){ n.published_at, n.ended_at };
	TRY(db_update(rq, &service_notice_model, &n));
	if (over)
		return OK;
	struct service_attempt a;
	TRY(db_one(rq, &service_attempt_model, &a, "SELECT * FROM service_attempts WHERE id = $1",
		n.attempt));
	a.result = "withdrawn";
	a.result_at = rq->now;
	return db_update(rq, &service_attempt_model, &a);
}

/* The days of a notice are over: the paper counts as served at the end of the last one. */
static enum err notice_end(struct req *rq, const struct service_notice *n)
{
	struct service_task t;
	struct service_attempt a;

	TRY(db_one(
		rq, &service_task_model, &t, "SELECT * FROM service_tasks WHERE id = $1", n->task));
	TRY(db_one(rq, &service_attempt_model, &a, "SELECT * FROM service_attempts WHERE id = $1",
		n->attempt));
	a.result = "ended";
	a.result_at = n->until_at;
	TRY(db_update(rq, &service_attempt_model, &a));
	return service_served(rq, &t, &a, n->until_at);
}

enum { ENDED_AT_ONCE = 50 };

/* Each has a job of its own, so that one that cannot end keeps none of the others; its job tries
 * again for a while, and after an hour there is a new one. */
enum err service_every_minute(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &service_notice_model, &l,
		"SELECT n.* FROM service_notices n LEFT JOIN service_endings e ON e.notice = n.id "
		"WHERE n.state = 'published' AND n.until_at < $1 AND (e.queued_at IS NULL OR "
		"e.queued_at <= $2) ORDER BY n.until_at LIMIT $3",
		rq->now, rq->now - HOUR, (int64_t)ENDED_AT_ONCE));
	for (struct service_notice *n = LIST_OF(struct service_notice, &l);
		n < LIST_END(struct service_notice, &l); n++) {
		TRY(db_run(rq,
			"INSERT INTO service_endings (notice, queued_at) VALUES ($1, $2) ON "
			"CONFLICT (notice) DO UPDATE SET queued_at = excluded.queued_at",
			n->id, rq->now));
		TRY(job_add(rq, "service.notice_end", .subject = n->id));
	}
	return OK;
}

enum err service_notice_job(struct req *rq, const struct job *j, void *result)
{
	struct service_notice n;

	(void)result;
	enum err e = db_one(rq, &service_notice_model, &n,
		"SELECT * FROM service_notices WHERE id = $1 AND state = 'published' AND until_at "
		"< $2",
		j->subject, rq->now);
	if (e == E_NOT_FOUND) /* withdrawn meanwhile, or an earlier job's */
		return OK;
	return e ? e : notice_end(rq, &n);
}

/* ---- the public pages -------------------------------------------------- */
/* What anybody may read of a notice; why the other ways failed is not among it. */
struct shown_notice {
	int64_t id;
	const char *party_name, *title, *number, *body, *state;
	int64_t published_at, until_at;
};
static const struct model shown_notice_model = MODEL("service_notices", struct shown_notice,
	FIELDS(STORED(struct shown_notice, id, .as = AS_ID),
		STORED(struct shown_notice, party_name), STORED(struct shown_notice, title),
		STORED(struct shown_notice, number), STORED(struct shown_notice, body),
		STORED(struct shown_notice, state, .choices = notice_states),
		STORED(struct shown_notice, published_at, .as = AS_DATE),
		STORED(struct shown_notice, until_at, .as = AS_DATE)));

enum { PAGE_ROWS = 30 };

/* Those that run; what is over is not kept before the public for ever. */
enum err service_notice_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &shown_notice_model, &l,
		"SELECT id, party_name, title, number, body, state, published_at, until_at FROM "
		"service_notices WHERE state = 'published' ORDER BY published_at DESC, id DESC "
		"LIMIT "
		"$1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "notices", &shown_notice_model, &l);
	return page(rq, "service/notices");
}

enum err service_notice_page(struct req *rq)
{
	struct shown_notice n;
	const char *code = "";

	enum err e = db_one(rq, &shown_notice_model, &n,
		"SELECT id, party_name, title, number, body, state, published_at, until_at FROM "
		"service_notices WHERE id = $1 AND state = 'published'",
		rq->id);
	if (e == E_NOT_FOUND)
		return fail(rq, E_NOT_FOUND, "This notice is over or was withdrawn.");
	TRY(e);
	TRY(db_text(rq, &code,
		"SELECT p.code FROM pub_papers p JOIN service_notices n ON n.paper = p.id WHERE "
		"n.id "
		"= $1",
		rq->id));
	show(rq, "notice_shown", &shown_notice_model, &n);
	put_text(rq->view, "code", code);
	put_text(rq->view, "contact_phone", setting(rq, "contact_phone", "12315"));
	put_text(rq->view, "bureau_name", setting(rq, "bureau", "市场监督管理局"));
	return page(rq, "service/notice");
}
