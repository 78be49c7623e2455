/* One paper to be served: what was tried, which way the law opens next, and the telephone's form.
 */
#include "domains/service/service.h"

static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	if (!*value)
		return;
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const char *user_name(struct req *rq, int64_t id)
{
	const char *name = "";

	return id && !db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id) ? name
											 : "";
}

/* ---- attempts ------------------------------------------------------------ */
static void put_file(
	struct req *rq, struct node *n, const struct service_attempt *a, const char *name)
{
	static const char *const names[] = { "signature", "witness", "photo", "video" };
	const char *const sm3[] = { a->sign_sm3, a->witness_sm3, a->photo_sm3, a->video_sm3 };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (text_is(name, names[i]))
			put_text(n, arena_printf(rq->arena, "%s_url", name),
				*sm3[i] ? arena_printf(rq->arena,
						  "/service/%" PRId64 "/attempts/%" PRId64
						  "/files/%s",
						  a->task, a->id, name)
					: "");
}

static void put_attempt(struct req *rq, struct node *n, const struct service_attempt *a)
{
	struct node *rows = put_list(n, "rows");

	put_printf(n, "id", "%" PRId64, a->id);
	put_text(n, "way", tr(rq, choice_label(service_ways, a->way)));
	put_flag(n, "waits",
		text_is(a->result, "sent") && !text_is(a->way, "public_notice") &&
			!text_is(a->way, "electronic") && may(rq, CASE_WRITE));
	put_flag(n, "here", a->id == rq->id2); /* the form that comes back */
	put_row(rq, rows, "At", time_text(rq->arena, a->at));
	put_row(rq, rows, "Result at", a->result_at ? time_text(rq->arena, a->result_at) : "");
	put_row(rq, rows, "Place", a->place);
	put_row(rq, rows, "Receiver", a->receiver);
	put_row(rq, rows, "Relation to the addressee", a->relation);
	put_row(rq, rows, "Reason of the refusal", a->refusal);
	put_row(rq, rows, "Witness", a->witness);
	put_row(rq, rows, "Number of the letter", a->mail_no);
	put_row(rq, rows, "Remark", a->words);
	put_row(rq, rows, "Message sent", a->message);
	if (a->server2)
		put_row(rq, rows, "Served by",
			arena_printf(rq->arena, "%s、%s", user_name(rq, a->server1),
				user_name(rq, a->server2)));
	for (const char *const *s =
			(const char *const[]){ "signature", "witness", "photo", "video", NULL };
		*s; s++)
		put_file(rq, n, a, *s);
}

static enum err put_attempts(struct req *rq, int64_t task)
{
	struct list l;
	struct node *list = put_list(rq->view, "tried");

	TRY(db_all(rq, &service_attempt_model, &l,
		"SELECT * FROM service_attempts WHERE task = $1 ORDER BY at DESC, id DESC LIMIT 50",
		task));
	struct node *shown = show_list(rq, "attempts", &service_attempt_model, &l);
	list->hidden = true;
	const struct node *row = node_first(shown);
	for (struct service_attempt *a = LIST_OF(struct service_attempt, &l);
		a < LIST_END(struct service_attempt, &l); a++) {
		struct node *n = put_map(list, NULL), *tag = put_map(n, "result_tag");
		put_attempt(rq, n, a);
		put_text(tag, "label", node_text(row, "result_tag.label", ""));
		put_text(tag, "tone", node_text(row, "result_tag.tone", ""));
		row = row ? row->next : NULL;
	}
	return OK;
}

/* ---- the ways ------------------------------------------------------------ */
/* Asked with a deed that lacks nothing: what the rule then still refuses is refused by the state of
 * things, and its sentence says what has to come first. */
static void put_ways(struct req *rq, const struct service_facts *f)
{
	struct node *list = put_list(rq->view, "ways"), *can = put_map(rq->view, "can");

	can->hidden = true;
	for (const struct choice *w = service_ways; w->code; w++) {
		struct service_deed d = { .way = w->code,
			.result = text_is(w->code, "direct") ? "delivered" : "sent",
			.at = f->now,
			.signature = true,
			.photo = true,
			.servers = true,
			.receiver = "-",
			.relation = "-",
			.refusal = "-",
			.witness = "-",
			.mail_no = "-",
			.place = "-",
			.words = "-" };
		const char *why = deed_wrong(f, &d);
		struct node *n = put_map(list, NULL);
		put_text(n, "code", w->code);
		put_text(n, "label", tr(rq, w->label));
		put_text(n, "why", why ? tr(rq, why) : "");
		put_flag(can, w->code, !why && may(rq, CASE_WRITE));
	}
}

/* Where an officer may send it by hand: what the party signed for. */
static enum err put_accounts(
	struct req *rq, const struct service_address *to, const struct service_facts *f)
{
	struct service_accounts x;
	struct node *list = put_list(rq->view, "accounts");

	list->hidden = true;
	if (!f->consent || !may(rq, CASE_WRITE) || text_is(f->state, "served"))
		return OK;
	TRY(service_accounts_load(rq, to, &x));
	for (const struct service_way_named *w = service_accounts_ways; w->code; w++) {
		const char *account = service_account_of(&x, w->code);
		if (!*account)
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", w->code);
		put_printf(n, "label", "%s: %s", tr(rq, w->label), account);
		put_flag(n, "selected", text_is(form_text(rq, "account"), w->code));
	}
	return OK;
}

static enum err put_clock(struct req *rq, const struct service_task *t)
{
	int left;

	if (text_is(t->state, "served"))
		return OK;
	struct node *n = put_map(rq->view, "clock");
	TRY(workdays_left(rq, t->due_at, &left));
	put_text(n, "label", tr(rq, "Serve it"));
	put_text(n, "due", date_text(rq->arena, t->due_at));
	put_text(n, "left",
		left < 0 ? tr(rq, "Overdue")
			 : arena_printf(rq->arena, tr(rq, "%d working days left"), left));
	put_text(n, "tone", left < 0 ? "red" : left <= 2 ? "yellow" : "green");
	put_text(n, "clause", clause_text(rq, "O2 81"));
	put_text(n, "due_iso", time_iso(rq->arena, t->due_at));
	return OK;
}

static enum err put_notice(struct req *rq, const struct service_task *t)
{
	struct service_notice x;

	if (!text_is(t->state, "notice"))
		return OK;
	TRY(service_notice_of(rq, t->id, &x));
	struct node *n = put_map(rq->view, "running");
	put_text(n, "href", arena_printf(rq->arena, "/notices/%" PRId64, x.id));
	put_text(n, "until", date_text(rq->arena, x.until_at));
	put_text(n, "why", x.why);
	return OK;
}

static enum err put_officers(struct req *rq, int64_t area)
{
	struct rows *r;
	struct node *list = put_list(rq->view, "officers");
	int64_t other = form_int(rq, "server2", 0); /* chosen already, when the form comes back */

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, name FROM pub_users WHERE role = 'officer' AND state = 'active' AND "
		"card_no <> '' AND (area = 0 OR area = $1) AND id <> $2 ORDER BY name LIMIT 100",
		area, rq->user->id));
	return options_of(rq, r, list, other);
}

static enum err put_task(struct req *rq, struct service_task *t)
{
	struct service_address to;
	struct service_facts f;
	const char *name;

	TRY(service_task_load(rq, rq->id, t));
	TRY(service_address_load(rq, t->case_id, &to));
	TRY(service_facts_of(rq, t, &to, &f));
	TRY(service_party_name(rq, t, &name));
	show(rq, "task", &service_task_model, t);
	show(rq, "address", &service_address_model, &to);
	put_text(rq->view, "operator_name", name);
	if (f.another) { /* the file of the business does not say where */
		to.post_address = "";
		put_text(rq->view, "addressee", name);
	} else if (!*to.post_address) /* nobody confirmed one: where the business is registered */
		TRY(db_text(rq, &to.post_address, "SELECT address FROM pub_operators WHERE id = $1",
			t->operator));
	put_text(rq->view, "place_default", to.post_address);
	put_printf(rq->view, "paper_url", "/papers/%" PRId64 "/file", t->paper);
	put_text(rq->view, "receipt_url",
		t->receipt ? arena_printf(rq->arena, "/papers/%" PRId64 "/file", t->receipt) : "");
	put_ways(rq, &f);
	TRY(put_accounts(rq, &to, &f));
	return put_officers(rq, t->area);
}

static enum err put_task_page(struct req *rq)
{
	struct service_task t;

	TRY(put_task(rq, &t));
	TRY(put_clock(rq, &t));
	TRY(put_notice(rq, &t));
	return put_attempts(rq, t.id);
}

enum err service_page(struct req *rq)
{
	TRY(put_task_page(rq));
	return page(rq, "service/task");
}

static void put_results(struct req *rq, const char *chosen)
{
	static const struct choice results[] = { { "delivered", "It was received", "" },
		{ "refused", "Receipt refused", "" }, { "absent", "Nobody there", "" }, { 0 } };
	struct node *list = put_list(rq->view, "results");

	for (const struct choice *c = results; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

/* The officer's telephone at the door: the receiver signs with a finger, or refuses. */
enum err service_hand_form(struct req *rq)
{
	struct service_task t;

	TRY(put_task(rq, &t));
	put_results(rq, "delivered");
	return page(rq, "service/hand");
}

enum err service_again(struct req *rq, enum err e, const char *way)
{
	struct service_task t;
	const char *result = form_text(rq, "result");

	rq->status = e;
	if (!text_is(way, "direct") && !text_is(way, "left")) {
		struct node *again = put_map(rq->view, "again");
		again->hidden = true;
		put_flag(again, text_is(way, "forwarded") ? "entrusted" : way, !rq->id2);
		TRY(put_task_page(rq));
		return form_again(rq, "service/task");
	}
	TRY(put_task(rq, &t));
	put_results(rq, *result ? result : "delivered");
	return form_again(rq, "service/hand");
}

enum err service_attempt_file(struct req *rq)
{
	struct service_attempt a;

	TRY(db_one(rq, &service_attempt_model, &a,
		"SELECT * FROM service_attempts WHERE id = $1 AND task = $2", rq->id2, rq->id));
	const struct {
		const char *name, *sm3, *type;
	} files[] = { { "signature", a.sign_sm3, "image/png" },
		{ "witness", a.witness_sm3, "image/png" }, { "photo", a.photo_sm3, "image/jpeg" },
		{ "video", a.video_sm3, "video/mp4" } };
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (text_is(rq->key, files[i].name) && *files[i].sm3)
			return reply_object(rq, files[i].sm3, files[i].type, NULL);
	return fail(rq, E_NOT_FOUND, "There is no such file.");
}
