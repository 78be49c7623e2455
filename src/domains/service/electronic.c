/* Electronic service (O2 82(3), APL 61). The paper lies in the party's own pages, and a message
 * with a fresh link goes to the telephone it confirmed. It counts from its arrival there: the
 * moment in which the gateway took the message, or in which the party opened the paper before. */
#include "contracts/facts.h"
#include "domains/service/service.h"

/* ---- sending ----------------------------------------------------------- */
/* The party's own telephone is the licence's, or the one its link went to last. Another one that
 * was named for papers opens the papers that were served, and nothing else: whoever confirmed it
 * might not have been the party. */
static enum err link_make(struct req *rq, const struct service_task *t,
	const struct service_address *to, const char **path)
{
	const struct node *terms;
	const char *own, *licence;

	TRY(service_terms_load(rq, &terms));
	TRY(link_phone(rq, t->case_id, &own));
	TRY(db_text(rq, &licence, "SELECT phone FROM pub_operators WHERE id = $1", t->operator));
	bool party = text_is(own, to->e_phone) || text_is(licence, to->e_phone);
	struct party_link link = { .entity = t->operator,
		.subject = t->case_id,
		.phone = to->e_phone,
		.valid_ms = node_int(terms, "link_days", 190) * DAY,
		.holder = party ? NULL : to->receiver,
		.powers = party ? NULL : "receive",
		.beside = true };

	return link_new(rq, &link, path);
}

static const char *words(struct req *rq, const struct service_task *t, const char *where)
{
	return arena_printf(rq->arena,
		"%s：《%s》已送达您的手机页面，请打开%s%s查收（首次打开的手机有效）。",
		setting(rq, "bureau", "市场监督管理局"), t->title, site_url(rq), where);
}

enum err service_electronically(
	struct req *rq, struct service_task *t, const struct service_address *to)
{
	struct service_attempt a = service_attempt_new(rq, t);
	const char *path;

	TRY(link_make(rq, t, to, &path));
	a.way = "electronic";
	a.result = "sent";
	a.place = to->e_phone;
	a.receiver = to->receiver;
	a.phone = to->e_phone;
	a.message = words(rq, t, "/l/（一次性链接）"); /* the link itself is nobody else's */
	TRY(db_insert(rq, &service_attempt_model, &a));
	t->way = a.way;
	TRY(db_update(rq, &service_task_model, t));
	TRY(sms_send_about(rq, a.id, a.phone, words(rq, t, path)));
	return emit(
		rq, SERVICE_ATTEMPTED, t->id, t->operator, json_of(rq, &service_attempt_model, &a));
}

/* ---- arriving ---------------------------------------------------------- */
/* Of the message that is about this attempt; E_NOT_FOUND: another room's, or its end is known. */
static enum err under_way(
	struct req *rq, int64_t attempt, struct service_attempt *a, struct service_task *t)
{
	TRY(db_one(rq, &service_attempt_model, a,
		"SELECT * FROM service_attempts WHERE id = $1 AND way = 'electronic' AND result = "
		"'sent'",
		attempt));
	return db_one(
		rq, &service_task_model, t, "SELECT * FROM service_tasks WHERE id = $1", a->task);
}

enum err service_arrived(
	struct req *rq, struct service_task *t, struct service_attempt *a, int64_t at)
{
	a->result = "delivered";
	a->result_at = at;
	TRY(db_update(rq, &service_attempt_model, a));
	if (text_is(t->state, "served")) /* in another way meanwhile: once is enough */
		return emit(rq, SERVICE_ATTEMPTED, t->id, t->operator,
			json_of(rq, &service_attempt_model, a));
	return service_served(rq, t, a, at);
}

enum err service_on_accepted(struct req *rq, const struct event *e)
{
	struct service_attempt a;
	struct service_task t;
	const struct node *told;

	TRY(event_data(rq, e, &told));
	enum err found = under_way(rq, e->subject, &a, &t);
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	a.words = arena_printf(rq->arena, "短信平台已受理，流水号%s", node_text(told, "key", ""));
	return service_arrived(rq, &t, &a, node_int(told, "at", rq->now));
}

/* It never left the house: nothing was served, and the officers choose another way. */
enum err service_on_failed(struct req *rq, const struct event *e)
{
	struct service_attempt a;
	struct service_task t;
	const struct node *told;

	TRY(event_data(rq, e, &told));
	enum err found = under_way(rq, e->subject, &a, &t);
	if (found == E_NOT_FOUND)
		return OK;
	TRY(found);
	a.result = "returned";
	a.result_at = node_int(told, "at", rq->now);
	a.words = arena_printf(rq->arena, "短信发送失败：%s", node_text(told, "why", ""));
	TRY(db_update(rq, &service_attempt_model, &a));
	return emit(rq, SERVICE_FAILED, t.id, t.operator, json_pairs(rq, "reason", a.words, NULL));
}

enum err service_opened(struct req *rq, struct service_task *t)
{
	struct service_attempt a;

	TRY(db_one(rq, &service_attempt_model, &a,
		"SELECT * FROM service_attempts WHERE task = $1 AND way = 'electronic' AND result "
		"IN ('sent', 'returned') ORDER BY at DESC, id DESC LIMIT 1",
		t->id));
	a.words = arena_printf(rq->arena, "%s在手机页面打开该文书", rq->user->name);
	return service_arrived(rq, t, &a, rq->now);
}
