/* What the party asks for on its telephone: a hearing, that somebody steps aside, more time, a
 * recording as it was recorded. Each is a row that is answered with a reason, or withdrawn; none
 * lapses unseen, and of each kind one waits at a time. */
#include "contracts/facts.h"
#include "domains/cases/requests.h"
#include "domains/cases/signing.h"

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
	const char *type = file_is(rq, file, PARTY_FILES);
	if (!type) {
		field_error(rq, field, "Add a photo (JPEG, PNG) or a recording of your voice.");
		return E_INVALID;
	}
	TRY(keep_file(rq, file, &o));
	p.sm3 = o.sm3;
	p.sha256 = o.sha256;
	p.type = type;
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
const struct model request_detail_model =
	MODEL("case_request_details", struct request_detail, .witnessed = true,
		FIELDS(STORED(struct request_detail, id), STORED(struct request_detail, version),
			STORED(struct request_detail, case_id, .as = AS_ID),
			STORED(struct request_detail, request, .as = AS_ID),
			STORED(struct request_detail, target),
			STORED(struct request_detail, answer_due, .as = AS_TIME)));

enum err request_detail_load(struct req *rq, const struct request *q, struct request_detail *d)
{
	enum err e = db_one(rq, &request_detail_model, d,
		"SELECT * FROM case_request_details WHERE request = $1", q->id);

	if (e != E_NOT_FOUND)
		return e;
	*d = (struct request_detail){ .request = q->id, .target = "" };
	return OK;
}

static const struct choice terms[] = { { "statement", "For my statement", "" },
	{ "correction", "For the correction", "" }, { 0 } };

static bool runs(const struct course *k, const char *target)
{
	if (text_is(target, "statement"))
		return text_is(k->c.state, "told") && k->c.hear_due;
	return text_is(target, "correction") && (text_is(k->c.correction_state, "ordered") ||
							text_is(k->c.correction_state, "refused"));
}

static const char *more_time_missing(const struct course *k, const char *target)
{
	static const char none[] = "No term of yours is running: there is nothing to be given more "
				   "time for.";

	if (*target)
		return runs(k, target) ? NULL
				       : "This term is not running (APL articles 28 and 44).";
	return runs(k, "statement") || runs(k, "correction") ? NULL : none;
}

static const char *recusal_missing(const struct course *k)
{
	if (!k->c.filed_at || k->c.decided_at || k->c.closed_at)
		return "That an officer steps aside is asked for from filing until the decision "
		       "(APL article 43).";
	return NULL;
}

static const char *recording_missing(const struct course *k)
{
	return !k->c.filed_at || k->c.closed_at
		       ? "A recording is asked for from filing until the matter is closed (APL "
			 "article 41)."
		       : NULL;
}

const char *request_missing(const struct course *k, const char *kind, const char *target)
{
	if (text_is(kind, "hearing"))
		return step_missing(STEP_ASK_HEARING, &k->f, &k->actor);
	if (text_is(kind, "recusal"))
		return recusal_missing(k);
	return text_is(kind, "recording") ? recording_missing(k) : more_time_missing(k, target);
}

/* Of each kind one waits at a time. */
static enum err waits(struct req *rq, int64_t case_id, const char *kind, bool *out)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM case_requests WHERE case_id = $1 AND kind = $2 AND state = "
		"'asked'",
		case_id, kind));
	*out = n > 0;
	return OK;
}

static const char waiting_words[] = "Your request is waiting for its answer.";

struct askable {
	const char *code, *label, *hint;
};
static const struct askable kinds[] = {
	{ "hearing", "A hearing",
		"You speak before somebody who is not an officer of "
		"the case, and it is written down." },
	{ "recusal", "That somebody steps aside",
		"When an officer, a reviewer or who decides has an interest in the matter. "
		"Somebody else decides it." },
	{ "more_time", "More time", "For your statement, or for the correction." },
	{ "recording", "To see the recording as it was recorded",
		"Without covered faces, when your answer needs it. The day until which you get an "
		"answer is shown with your request." }
};

static enum err show_ask(struct req *rq, const struct course *k, const char *kind)
{
	struct node *list;
	bool open;

	show_matter(rq, &k->c);
	list = put_list(rq->view, "kinds");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *why = request_missing(k, kinds[i].code, "");
		TRY(waits(rq, k->c.id, kinds[i].code, &open));
		if (open)
			why = waiting_words;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", kinds[i].code);
		put_text(n, "label", tr(rq, kinds[i].label));
		put_text(n, "hint", tr(rq, why ? why : kinds[i].hint));
		put_flag(n, "open", !why);
		put_flag(n, "selected", text_is(kind, kinds[i].code));
	}
	list = put_list(rq->view, "terms");
	for (const struct choice *t = terms; t->code; t++) {
		if (!runs(k, t->code))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", t->code);
		put_text(n, "label", tr(rq, t->label));
		put_text(n, "until",
			date_text(rq->arena, text_is(t->code, "statement") ? k->c.hear_due
									   : k->c.correction_due));
		put_flag(n, "selected", text_is(form_text(rq, "term"), t->code));
	}
	return people_of(rq, k, put_list(rq->view, "people"));
}

enum err my_ask_form(struct req *rq)
{
	struct course k;

	TRY(course_load_mine(rq, &k));
	TRY(show_ask(rq, &k, query_text(rq, "kind")));
	put_text(rq->view, "words", "");
	return page(rq, "cases/my_ask");
}

static bool known(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (text_is(kinds[i].code, kind))
			return true;
	return false;
}

static bool ask_wrong(
	struct req *rq, const struct course *k, const struct request *q, const char *target)
{
	if (!known(q->kind))
		field_error(rq, "kind", "Choose what you ask for.");
	if (!*q->words)
		field_error(rq, "words", "Say why, in your own words.");
	if (text_is(q->kind, "recusal") && !q->officer)
		field_error(rq, "officer", "Say who is to step aside.");
	if (text_is(q->kind, "more_time") && !more_time_missing(k, "") &&
		!text_is(target, "statement") && !text_is(target, "correction"))
		field_error(rq, "term", "Say which term is to be longer.");
	if (text_is(q->kind, "recording") && (form_file(rq, "photo") || form_file(rq, "voice")))
		field_error(rq, "kind", "To see a recording no file is needed: leave it out.");
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

/* What is particular to it: the term, the part of who is to step aside, the day of the answer. A
 * hearing has its own terms. */
static enum err detail_add(
	struct req *rq, const struct course *k, const char *kind, struct request_detail *d)
{
	const char *term = arena_printf(rq->arena, "answers.%s_workdays", kind);

	if (!text_is(kind, "hearing"))
		TRY(term_workdays(rq, rq->now, (int)node_int(k->law, term, 3), &d->answer_due));
	return db_insert(rq, &request_detail_model, d);
}

static enum err asked(struct req *rq, struct course *k, struct request *q, const char *target)
{
	struct request_detail d = { .case_id = k->c.id, .target = target };
	bool open;

	TRY(allow(rq, request_missing(k, q->kind, target)));
	TRY(waits(rq, k->c.id, q->kind, &open));
	TRY(allow(rq, open ? waiting_words : NULL));
	TRY(db_update(rq, &case_model, &k->c)); /* of two at once the second begins again */
	q->id = id_new();
	d.request = q->id;
	TRY(detail_add(rq, k, q->kind, &d));
	return request_add(rq, k, q);
}

enum err my_ask(struct req *rq)
{
	struct course k;
	int files;
	const char *target = "", *part = "";
	struct request q = { .case_id = rq->id,
		.kind = form_text(rq, "kind"),
		.words = signing_words(rq, "words", 2000),
		.asked_at = rq->now,
		.state = "asked" };

	TRY(course_load_mine(rq, &k));
	if (text_is(q.kind, "recusal"))
		TRY(person_named(rq, &k, &q, &part));
	target = text_is(q.kind, "more_time")	? form_text(rq, "term")
		 : text_is(q.kind, "recording") ? "recording"
						: part;
	if (!ask_wrong(rq, &k, &q, target) && party_files_keep(rq, k.c.id, q.kind, &files) &&
		!form_failed(rq))
		return E_INVALID;
	if (form_failed(rq)) {
		TRY(show_ask(rq, &k, q.kind));
		put_text(rq->view, "words", q.words);
		return form_again(rq, "cases/my_ask");
	}
	TRY(asked(rq, &k, &q, target));
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

/* ---- shown ------------------------------------------------------------ */
static bool may_withdraw(const struct request *q)
{
	return text_is(q->state, "asked") ||
	       (text_is(q->kind, "hearing") && text_is(q->state, "granted"));
}

static const struct request_detail *detail_of(const struct list *l, int64_t request)
{
	static const struct request_detail none = { .target = "" };

	for (const struct request_detail *d = LIST_OF(struct request_detail, l);
		d < LIST_END(struct request_detail, l); d++)
		if (d->request == request)
			return d;
	return &none;
}

/* Until when it is to be answered, and which term it means. */
static void put_detail(
	struct req *rq, struct node *to, const struct request *q, const struct request_detail *d)
{
	bool waits_now = text_is(q->state, "asked") && d->answer_due;

	put_text(to, "target",
		text_is(q->kind, "more_time") ? tr(rq, choice_label(terms, d->target)) : "");
	put_text(to, "answer_due", waits_now ? date_text(rq->arena, d->answer_due) : "");
	put_flag(to, "late", waits_now && rq->now > d->answer_due);
}

static void put_request(struct req *rq, struct node *to, const struct request *q, bool party)
{
	struct node *n = model_node(node_map(rq->arena), "q", &request_model, q);

	put_printf(to, "id", "%" PRId64, q->id);
	put_text(to, "kind", q->kind);
	put_text(to, "label",
		tr(rq, choice_label(model_field(&request_model, "kind")->choices, q->kind)));
	put_text(to, "words", q->words);
	put_text(to, "at", time_text(rq->arena, q->asked_at));
	put_text(to, "state", q->state);
	put_text(to, "status",
		tr(rq, choice_label(model_field(&request_model, "state")->choices, q->state)));
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

enum err put_requests(struct req *rq, int64_t case_id, bool party)
{
	struct list l, details;
	struct node *list = put_list(rq->view, "requests");

	TRY(db_all(rq, &request_model, &l,
		"SELECT * FROM case_requests WHERE case_id = $1 ORDER BY asked_at, id", case_id));
	if (!l.n)
		return OK;
	TRY(db_all(rq, &request_detail_model, &details,
		"SELECT * FROM case_request_details WHERE case_id = $1", case_id));
	for (struct request *q = LIST_OF(struct request, &l); q < LIST_END(struct request, &l);
		q++) {
		struct node *to = put_map(list, NULL);
		put_request(rq, to, q, party);
		put_detail(rq, to, q, detail_of(&details, q->id));
	}
	return OK;
}
