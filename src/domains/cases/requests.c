/* What the party asks for on its telephone: a hearing, that an officer steps aside, more time.
 * Each is a row that is answered with a reason, or withdrawn; none lapses unseen. */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"

#include <string.h>

#define PARTY_FILES "image/jpeg,image/png,audio/mpeg,audio/mp4,audio/wav,audio/webm,audio/ogg"

/* ---- files that come with words --------------------------------------- */
static enum err party_file_keep(
	struct req *rq, const char *field, const struct party_file *about, int *n)
{
	const struct http_file *file = form_file(rq, field);
	struct party_file p = *about;
	struct object o;

	if (!file)
		return OK;
	if (!strstr(PARTY_FILES, file->type)) {
		field_error(rq, field, "Add a photo (JPEG, PNG) or a recording of your voice.");
		return E_INVALID;
	}
	TRY(keep_file(rq, file, &o));
	p.sm3 = o.sm3;
	p.sha256 = o.sha256;
	p.type = file->type;
	p.sent_at = rq->now;
	(*n)++;
	return db_insert(rq, &party_file_model, &p);
}

enum err party_files_keep(struct req *rq, int64_t case_id, const char *about, int *n)
{
	const struct party_file p = { .case_id = case_id, .about = about };

	*n = 0;
	TRY(party_file_keep(rq, "photo", &p, n));
	return party_file_keep(rq, "voice", &p, n);
}

enum err party_file_get(struct req *rq)
{
	struct party_file p;

	TRY(db_one(rq, &party_file_model, &p,
		"SELECT * FROM case_party_files WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	return reply_object(rq, p.sm3, p.type, NULL);
}

/* ---- what may be asked ------------------------------------------------ */
static const char *more_time_missing(const struct course *k)
{
	bool statement = text_is(k->c.state, "told") && k->c.hear_due;
	bool correction = text_is(k->c.correction_state, "ordered") ||
			  text_is(k->c.correction_state, "refused");

	return statement || correction
		       ? NULL
		       : "No term of yours is running: there is nothing to be given more time for.";
}

static const char *recusal_missing(const struct course *k)
{
	if (!k->c.filed_at || k->c.decided_at || k->c.closed_at)
		return "That an officer steps aside is asked for from filing until the decision "
		       "(APL article 43).";
	return k->f.recusal_open ? "Your request is waiting for its answer." : NULL;
}

static const char *request_missing(const struct course *k, const char *kind)
{
	if (text_is(kind, "hearing"))
		return step_missing(STEP_ASK_HEARING, &k->f, &k->actor);
	return text_is(kind, "recusal") ? recusal_missing(k) : more_time_missing(k);
}

static void show_ask(struct req *rq, const struct course *k, const char *kind)
{
	static const struct choice kinds[] = { { "hearing", "A hearing", "" },
		{ "recusal", "That an officer steps aside", "" },
		{ "more_time", "More time", "" } };
	static const char hearing_hint[] =
		"You speak before somebody who is not an officer of the case, and it is written "
		"down.";
	static const char *const hints[] = { hearing_hint,
		"When an officer has an interest in the matter. Somebody else decides it.",
		"For your statement, or for the correction." };
	struct node *list;

	show_matter(rq, &k->c);
	list = put_list(rq->view, "kinds");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *why = request_missing(k, kinds[i].code);
		struct node *n = put_map(list, NULL);
		put_text(n, "value", kinds[i].code);
		put_text(n, "label", tr(rq, kinds[i].label));
		put_text(n, "hint", tr(rq, why ? why : hints[i]));
		put_flag(n, "open", !why);
		put_flag(n, "selected", text_is(kind, kinds[i].code));
	}
}

enum err my_ask_form(struct req *rq)
{
	struct course k;

	TRY(course_load_mine(rq, &k));
	show_ask(rq, &k, query_text(rq, "kind"));
	put_text(rq->view, "words", "");
	return page(rq, "cases/my_ask");
}

static bool ask_wrong(struct req *rq, const struct request *q)
{
	if (!text_is(q->kind, "hearing") && !text_is(q->kind, "recusal") &&
		!text_is(q->kind, "more_time"))
		field_error(rq, "kind", "Choose what you ask for.");
	if (!*q->words)
		field_error(rq, "words", "Say why, in your own words.");
	else if (utf8_length(q->words) > 2000)
		field_error(rq, "words", "At most 2,000 characters, please.");
	if (text_is(q->kind, "recusal") && !q->officer)
		field_error(rq, "officer", "Say which officer.");
	return form_failed(rq);
}

static enum err hearing_open(struct req *rq, struct course *k, const struct request *q)
{
	struct hearing h = {
		.case_id = k->c.id, .request = q->id, .state = "asked", .asked_at = rq->now
	};

	row_blank(&hearing_model, &h);
	TRY(db_insert(rq, &hearing_model, &h));
	TRY(span_open(rq, k, "hearing", "听证"));
	return emit(
		rq, CASE_HEARING_ASKED, k->c.id, k->c.operator, json_of(rq, &hearing_model, &h));
}

enum err request_add(struct req *rq, struct course *k, struct request *q)
{
	row_blank(&request_model, q);
	TRY(course_add(rq, k, &(struct written){ &request_model, q, CASE_REQUESTED }));
	return text_is(q->kind, "hearing") ? hearing_open(rq, k, q) : OK;
}

enum err my_ask(struct req *rq)
{
	struct course k;
	int files;
	struct request q = { .case_id = rq->id,
		.kind = form_text(rq, "kind"),
		.words = form_text(rq, "words"),
		.asked_at = rq->now,
		.state = "asked" };

	TRY(course_load_mine(rq, &k));
	if (text_is(q.kind, "recusal"))
		q.officer = text_is(form_text(rq, "officer"), "2")   ? k.c.officer2
			    : text_is(form_text(rq, "officer"), "1") ? k.c.officer1
								     : 0;
	if (!ask_wrong(rq, &q) && party_files_keep(rq, k.c.id, q.kind, &files) && !form_failed(rq))
		return E_INVALID;
	if (form_failed(rq)) {
		show_ask(rq, &k, q.kind);
		put_text(rq->view, "words", q.words);
		return form_again(rq, "cases/my_ask");
	}
	TRY(allow(rq, request_missing(&k, q.kind)));
	TRY(request_add(rq, &k, &q));
	notice(rq, "Your request has arrived. The answer comes to this telephone.");
	return redirect(rq, "/my/cases/%" PRId64, rq->id);
}

/* ---- withdrawing ------------------------------------------------------ */
static enum err hearing_withdrawn(struct req *rq, struct course *k)
{
	struct hearing h = k->hearing;

	if (!text_is(h.state, "asked") && !text_is(h.state, "set"))
		return fail(rq, E_CONFLICT, "The hearing has been held.");
	h.state = "withdrawn";
	TRY(db_update(rq, &hearing_model, &h));
	TRY(span_close(rq, k, "hearing"));
	return db_update(rq, &case_model, &k->c);
}

enum err my_withdraw(struct req *rq)
{
	struct course k;
	struct request q;

	TRY(course_load_mine(rq, &k));
	TRY(db_one(rq, &request_model, &q,
		"SELECT * FROM case_requests WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	bool hearing = text_is(q.kind, "hearing") && k.hearing.request == q.id;
	if (!text_is(q.state, "asked") && !(hearing && text_is(q.state, "granted")))
		return fail(rq, E_CONFLICT, "This request has been answered already.");
	q.state = "withdrawn";
	q.answered_at = rq->now;
	if (hearing)
		TRY(hearing_withdrawn(rq, &k));
	TRY(course_change(rq, &k, &(struct written){ &request_model, &q, CASE_REQUEST_WITHDRAWN }));
	notice(rq, "Your request is withdrawn.");
	return redirect(rq, "/my/cases/%" PRId64, rq->id);
}

/* ---- answering -------------------------------------------------------- */
/* Whether an officer steps aside is never decided by that officer (APL 43). */
static enum err may_answer_request(struct req *rq, const struct course *k, const struct request *q)
{
	bool own = rq->user->id == k->c.officer1 || rq->user->id == k->c.officer2;

	if (text_is(q->kind, "hearing"))
		return fail(rq, E_CONFLICT,
			"A hearing that was asked for in time is held: announce it (APL article "
			"63).");
	if (text_is(q->kind, "recusal"))
		return may(rq, CASE_APPROVE) && !own
			       ? OK
			       : fail(rq, E_FORBIDDEN,
					 "Whether an officer steps aside is decided by a leader "
					 "who is not an officer of the case (APL article 43).");
	return own ? OK
		   : fail(rq, E_FORBIDDEN,
			     "Only the two officers of the case take this step (APL article 42).");
}

static enum err officer_replaced(struct req *rq, struct course *k, const struct request *q)
{
	int64_t other = form_int(rq, "officer", 0), there;

	TRY(db_int(rq, &there,
		"SELECT count(*) FROM pub_users WHERE id = $1 AND role = 'officer' AND state = "
		"'active' AND card_no <> '' AND (area = 0 OR area = $2)",
		other, k->c.area));
	if (!there || other == k->c.officer1 || other == k->c.officer2)
		return fail(rq, E_INVALID, "Choose the officer who takes over.");
	if (k->c.officer1 == q->officer)
		k->c.officer1 = other;
	else
		k->c.officer2 = other;
	if (k->c.proposed_by == q->officer) { /* what he proposed is not his to propose */
		k->c.proposed_by = 0;
		k->c.state = text_is(k->c.state, "proposed") ? "heard" : k->c.state;
	}
	return db_update(rq, &case_model, &k->c);
}

static enum err more_time(struct req *rq, struct course *k, struct request *q)
{
	bool statement = text_is(k->c.state, "told");
	int64_t *due = statement ? &k->c.hear_due : &k->c.correction_due;

	if (!date_parse(form_text(rq, "until"), &q->until) || q->until + DAY - 1 <= *due)
		return fail(rq, E_INVALID, "Give the new last day: it lies after the present one.");
	*due = q->until + DAY - 1;
	return db_update(rq, &case_model, &k->c);
}

enum err request_answer(struct req *rq)
{
	struct course k;
	struct request q;
	const char *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "grant");

	TRY(course_load(rq, &k));
	TRY(db_one(rq, &request_model, &q,
		"SELECT * FROM case_requests WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	if (!text_is(q.state, "asked"))
		return fail(rq, E_CONFLICT, "This request has been answered already.");
	TRY(may_answer_request(rq, &k, &q));
	q.answer = form_text(rq, "answer");
	if (!*q.answer || (!yes && !text_is(verdict, "refuse")))
		return fail(rq, E_INVALID, "Grant it or refuse it, with the reason.");
	if (yes)
		TRY(text_is(q.kind, "recusal") ? officer_replaced(rq, &k, &q)
					       : more_time(rq, &k, &q));
	q.state = yes ? "granted" : "refused";
	q.answered_by = rq->user->id;
	q.answered_at = rq->now;
	TRY(course_change(rq, &k, &(struct written){ &request_model, &q, CASE_REQUEST_ANSWERED }));
	TRY(tell_party(rq, &k.c, "您的申请已有答复。"));
	return redirect(rq, "/cases/%" PRId64, rq->id);
}

/* ---- shown ------------------------------------------------------------ */
static bool may_withdraw(const struct request *q)
{
	return text_is(q->state, "asked") ||
	       (text_is(q->kind, "hearing") && text_is(q->state, "granted"));
}

enum err put_requests(struct req *rq, int64_t case_id, bool party)
{
	struct list l;
	struct node *list = put_list(rq->view, "requests");

	TRY(db_all(rq, &request_model, &l,
		"SELECT * FROM case_requests WHERE case_id = $1 ORDER BY asked_at, id", case_id));
	for (struct request *q = LIST_OF(struct request, &l); q < LIST_END(struct request, &l);
		q++) {
		struct node *n = model_node(node_map(rq->arena), "q", &request_model, q);
		struct node *to = put_map(list, NULL);
		put_printf(to, "id", "%" PRId64, q->id);
		put_text(to, "kind", q->kind);
		put_text(to, "label",
			tr(rq, choice_label(
				       model_field(&request_model, "kind")->choices, q->kind)));
		put_text(to, "words", q->words);
		put_text(to, "at", time_text(rq->arena, q->asked_at));
		put_text(to, "state", q->state);
		put_text(to, "status",
			tr(rq, choice_label(
				       model_field(&request_model, "state")->choices, q->state)));
		put_text(to, "tone", node_text(n, "state_tag.tone", "neutral"));
		put_text(to, "answer", q->answer);
		put_text(to, "officer", user_name(rq, q->officer));
		put_flag(to, "withdraw", party && may_withdraw(q));
		put_flag(to, "recusal", text_is(q->kind, "recusal"));
		put_flag(to, "more_time", text_is(q->kind, "more_time"));
		put_flag(to, "answerable",
			!party && text_is(q->state, "asked") && !text_is(q->kind, "hearing") &&
				may(rq, text_is(q->kind, "recusal") ? CASE_APPROVE : CASE_WRITE));
	}
	return OK;
}
