/* Officers record how a paper was served, or why it was not. */
#include "contracts/facts.h"
#include "domains/service/service.h"

#include <string.h>

/* ---- what the law looks at ------------------------------------------- */
static bool needed(const struct node *terms, const char *way)
{
	NODE_EACH (w, node_find(terms, "notice_needs"))
		if (w->type == NODE_TEXT && text_is(w->s, way))
			return true;
	return false;
}

static enum err count_attempts(struct req *rq, int64_t task, struct service_facts *f)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT way, result, count(*) FROM service_attempts WHERE task = $1 GROUP BY way, "
		"result",
		task));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const char *way = rows_text(r, 0), *result = rows_text(r, 1);
		int n = (int)rows_int(r, 2);
		if (text_is(result, "refused"))
			f->refused += n;
		else if (text_is(result, "absent"))
			f->absent += n;
		else if (text_is(result, "returned"))
			*(text_is(way, "post") ? &f->post_returned : &f->others_failed) += n;
		else if (text_is(result, "sent") && !text_is(way, "public_notice"))
			f->under_way += n;
		if (text_is(way, "electronic") && n) {
			f->e_sent |= text_is(result, "sent");
			f->e_failed |= text_is(result, "returned");
		}
	}
	rows_close(r);
	return OK;
}

enum err service_facts_of(struct req *rq, const struct service_task *t,
	const struct service_address *to, struct service_facts *f)
{
	const struct node *terms;
	const char *another;

	TRY(service_terms_load(rq, &terms));
	TRY(service_addressee(rq, t, &another));
	*f = (struct service_facts){ .state = t->state,
		.another = *another,
		.consent = to->e_service && !*another,
		.confirmed_at = *another ? 0 : to->address_at,
		.sealed_at = t->sealed_at,
		.now = rq->now,
		.needs_direct = needed(terms, "direct"),
		.needs_post = needed(terms, "post") };
	return count_attempts(rq, t->id, f);
}

/* ---- what was typed --------------------------------------------------- */
static enum err moment_wrong(struct req *rq)
{
	field_error(rq, "at", "Give the time, such as 2026-11-30 10:15.");
	return E_INVALID;
}

/* "2026-11-30T10:15" or a day; nothing is now. */
static enum err moment_read(struct req *rq, int64_t *at)
{
	const char *text = form_text(rq, "at");
	size_t n = strlen(text);
	int64_t hour = 0, minute = 0;

	*at = rq->now;
	if (!*text)
		return OK;
	if (!date_parse(arena_copy(rq->arena, text, n < 10 ? n : 10), at))
		return moment_wrong(rq);
	if (n == 10)
		return OK;
	if (n != 16 || text[13] != ':' ||
		!text_to_int(arena_copy(rq->arena, text + 11, 2), &hour) ||
		!text_to_int(arena_copy(rq->arena, text + 14, 2), &minute) || hour < 0 ||
		hour > 23 || minute < 0 || minute > 59)
		return moment_wrong(rq);
	*at += hour * HOUR + minute * MINUTE;
	return OK;
}

/* Two different officers who work here and hold an enforcement card. */
static enum err servers_read(struct req *rq, struct service_attempt *a, bool *two)
{
	int64_t n;

	a->server1 = rq->user->id;
	a->server2 = form_int(rq, "server2", 0);
	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_users WHERE id IN ($1, $2) AND role = 'officer' AND "
		"state = 'active' AND card_no <> ''",
		a->server1, a->server2));
	*two = n == 2;
	return OK;
}

static enum err file_keep(struct req *rq, const char *field, const char *type, struct object *o)
{
	const struct http_file *file = form_file(rq, field);

	*o = (struct object){ .sm3 = "", .sha256 = "" };
	if (!file)
		return OK;
	if (!text_starts(file->type, type)) {
		field_error(rq, field, "A photo is a JPEG, a recording an MP4.");
		return E_INVALID;
	}
	return keep_file(rq, file, o);
}

static enum err sign_keep(struct req *rq, const char *field, struct object *o)
{
	*o = (struct object){ .sm3 = "", .sha256 = "" };
	return *form_text(rq, field) ? keep_signature(rq, field, o) : OK;
}

static enum err proofs_keep(struct req *rq, struct service_attempt *a)
{
	struct object sign, witness, picture, video;

	TRY(sign_keep(rq, "signature", &sign));
	TRY(sign_keep(rq, "witness_signature", &witness));
	TRY(file_keep(rq, "photo", "image/jpeg", &picture));
	TRY(file_keep(rq, "video", "video/mp4", &video));
	a->sign_sm3 = sign.sm3;
	a->sign_sha256 = sign.sha256;
	a->witness_sm3 = witness.sm3;
	a->witness_sha256 = witness.sha256;
	a->photo_sm3 = picture.sm3;
	a->photo_sha256 = picture.sha256;
	a->video_sm3 = video.sm3;
	a->video_sha256 = video.sha256;
	return OK;
}

enum { TEXT_MAX = 300, RECEIVER_MAX = 60, MAIL_MAX = 40 };

/* What is too long is said at its field. */
static const char *text_read(struct req *rq, const char *field, size_t max)
{
	const char *text = form_text(rq, field);

	if (utf8_length(text) > max)
		field_error(rq, field, "At most %d characters, please.", (int)max);
	return text;
}

/* Electronically, but not by the program's message: an officer sent it to a named account. */
static bool by_hand(struct req *rq, const struct service_attempt *a)
{
	return text_is(a->way, "electronic") && *form_text(rq, "account");
}

static enum err attempt_read(struct req *rq, struct service_attempt *a)
{
	const struct {
		const char *name, **to;
		size_t max;
	} texts[] = { { "way", &a->way, TEXT_MAX }, { "result", &a->result, TEXT_MAX },
		{ "place", &a->place, TEXT_MAX }, { "receiver", &a->receiver, RECEIVER_MAX },
		{ "relation", &a->relation, RECEIVER_MAX }, { "refusal", &a->refusal, TEXT_MAX },
		{ "witness", &a->witness, RECEIVER_MAX }, { "mail_no", &a->mail_no, MAIL_MAX },
		{ "words", &a->words, TEXT_MAX } };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*texts[i].to = text_read(rq, texts[i].name, texts[i].max);
	/* ways that have one result only */
	if (text_is(a->way, "left") || by_hand(rq, a))
		a->result = "delivered";
	else if (!text_is(a->way, "direct"))
		a->result = "sent";
	if (!text_is(a->way, "post"))
		a->mail_no = "";
	TRY(moment_read(rq, &a->at));
	return form_failed(rq) ? E_INVALID : OK;
}

static struct service_deed deed_of(
	const struct service_attempt *a, const struct service_address *to, bool servers)
{
	return (struct service_deed){ .way = a->way,
		.result = a->result,
		.at = a->at,
		.signature = *a->sign_sm3,
		.photo = *a->photo_sm3,
		.video = *a->video_sm3,
		.servers = servers,
		.at_confirmed_address = to->address_at && text_is(a->place, to->post_address),
		.receiver = a->receiver,
		.relation = a->relation,
		.refusal = a->refusal,
		.witness = a->witness,
		.mail_no = a->mail_no,
		.place = a->place,
		.words = a->words };
}

/* ---- recording it ------------------------------------------------------ */
static enum err allow(struct req *rq, const char *why)
{
	return why ? fail(rq, E_CONFLICT, "%s", tr(rq, why)) : OK;
}

static enum err back(struct req *rq)
{
	return redirect(rq, "/service/%" PRId64, rq->id);
}

static enum err attempt_keep(
	struct req *rq, struct service_task *t, const struct service_attempt *a)
{
	TRY(emit(
		rq, SERVICE_ATTEMPTED, t->id, t->operator, json_of(rq, &service_attempt_model, a)));
	notice(rq, "Recorded. The page says which way is open next.");
	return back(rq);
}

static enum err account_read(struct req *rq, const struct service_address *to,
	struct service_attempt *a, struct service_deed *d)
{
	struct service_accounts x;
	const char *way = form_text(rq, "account"), *account;

	TRY(service_accounts_load(rq, to, &x));
	account = service_account_of(&x, way);
	d->by_hand = true;
	d->account_named = *account;
	for (const struct service_way_named *w = service_accounts_ways; w->code; w++)
		if (text_is(w->code, way))
			a->place = arena_printf(rq->arena, "%s %s", w->zh, account);
	a->receiver = to->receiver;
	return OK;
}

/* Reads the form and asks the law. */
static enum err attempt_checked(struct req *rq, const struct service_facts *f,
	const struct service_address *to, struct service_attempt *a)
{
	bool servers;

	TRY(attempt_read(rq, a));
	TRY(servers_read(rq, a, &servers));
	TRY(proofs_keep(rq, a));
	struct service_deed d = deed_of(a, to, servers);
	if (by_hand(rq, a))
		TRY(account_read(rq, to, a, &d));
	return allow(rq, deed_wrong(f, &d));
}

enum err service_attempt_add(struct req *rq)
{
	struct service_task t;
	struct service_address to;
	struct service_facts f;

	TRY(service_task_load(rq, rq->id, &t));
	TRY(service_address_load(rq, t.case_id, &to));
	TRY(service_facts_of(rq, &t, &to, &f));
	struct service_attempt a = service_attempt_new(rq, &t);
	enum err e = attempt_checked(rq, &f, &to, &a);
	if (e == E_INVALID || e == E_CONFLICT) /* nothing typed or signed is lost */
		return service_again(rq, e, a.way);
	TRY(e);
	if (text_is(a.way, "electronic") && !by_hand(rq, &a)) {
		TRY(service_electronically(rq, &t, &to));
		return back(rq);
	}
	if (text_is(a.result, "delivered"))
		a.result_at = a.at;
	TRY(db_insert(rq, &service_attempt_model, &a));
	if (text_is(a.way, "public_notice")) {
		TRY(service_notice_publish(rq, &t, &a));
		notice(rq, "The public notice is published and ends by itself.");
		return back(rq);
	}
	if (!text_is(a.result, "delivered"))
		return attempt_keep(rq, &t, &a);
	TRY(service_served(rq, &t, &a, a.at));
	notice(rq, "Served. The receipt is being made.");
	return back(rq);
}

/* Reads what became of it and asks the law; d is the deed asked about. */
static enum err result_checked(struct req *rq, struct service_attempt *a,
	const struct service_address *to, struct service_deed *d)
{
	int64_t sent_at = a->at;
	const char *words = text_read(rq, "words", TEXT_MAX),
		   *receiver = text_read(rq, "receiver", RECEIVER_MAX);

	a->result = form_text(rq, "result");
	a->words = *words ? words : a->words;
	a->receiver = *receiver ? receiver : a->receiver;
	TRY(moment_read(rq, &a->result_at));
	if (form_failed(rq))
		return E_INVALID;
	*d = deed_of(a, to, true);
	d->at = a->result_at;
	d->words = words;
	return allow(rq, result_wrong(d, sent_at, rq->now));
}

/* What became of a letter, or of what another office was asked to hand over. What a message became
 * of, its gateway tells. */
enum err service_attempt_result(struct req *rq)
{
	struct service_task t;
	struct service_address to;
	struct service_facts f;
	struct service_attempt a;
	struct service_deed d;

	TRY(service_task_load(rq, rq->id, &t));
	TRY(service_address_load(rq, t.case_id, &to));
	TRY(service_facts_of(rq, &t, &to, &f));
	TRY(db_one(rq, &service_attempt_model, &a,
		"SELECT * FROM service_attempts WHERE id = $1 AND task = $2 AND result = 'sent' "
		"AND way NOT IN ('public_notice', 'electronic')",
		rq->id2, t.id));
	if (text_is(t.state, "served"))
		return fail(rq, E_CONFLICT, "This paper has been served already.");
	const char *way = a.way;
	enum err e = result_checked(rq, &a, &to, &d);
	if (e == E_INVALID || e == E_CONFLICT)
		return service_again(rq, e, way);
	TRY(e);
	TRY(db_update(rq, &service_attempt_model, &a));
	if (text_is(a.result, "returned") && !returned_counts(&f, &d, a.at))
		return attempt_keep(rq, &t, &a);
	TRY(service_served(rq, &t, &a, a.result_at));
	notice(rq, "Served. The receipt is being made.");
	return back(rq);
}
