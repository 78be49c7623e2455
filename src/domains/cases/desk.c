/* Officers' screens: one case as a story with its evidence, papers, clocks
 * and next steps. */
#include "contracts/facts.h"
#include "domains/cases/recorded.h"
#include "domains/cases/sources.h"
#include "domains/cases/rooms.h"
#include "domains/cases/shown.h"
#include "domains/cases/statements.h"
#include "domains/cases/waiting.h"

#include <string.h>

/* ---- one case -------------------------------------------------------- */
static struct node *put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
	return n;
}

static void put_steps(struct req *rq, const struct case_row *c)
{
	struct node *list = put_list(rq->view, "steps");
	const int64_t at[] = { c->opened_at, c->filed_at, c->told_at, c->heard_at, c->decided_at,
		c->served_at, c->closed_at };
	static const char *const labels[] = { "Pre-check", "Filed", "Party told", "Party heard",
		"Decided", "Served", "Concluded" };
	bool now = false;

	list->hidden = true;
	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		bool current =
			!now && i + 1 < sizeof(at) / sizeof(*at) ? at[i] && !at[i + 1] : false;
		now |= current;
		struct node *n = put_map(list, NULL);
		put_text(n, "label", tr(rq, labels[i]));
		put_text(n, "at", at[i] ? date_text(rq->arena, at[i]) : "");
		put_flag(n, "done", at[i] != 0);
		put_flag(n, "current", current);
	}
}

/* "3 working days left"; what is counted in days or months is said in working days too, for these
 * are the days on which somebody can still act. */
static enum err put_clock(struct req *rq, struct node *clocks, const struct case_clock *c)
{
	int left;
	struct node *n = put_map(clocks, NULL);
	bool stands = c->state == CLOCK_STANDS, over = c->state == CLOCK_OVER;

	TRY(workdays_left(rq, c->end, &left));
	put_text(n, "label", rq->zh ? c->name : c->name_en);
	put_text(n, "due", date_text(rq->arena, c->end));
	put_text(n, "left",
		stands		   ? tr(rq, clock_states[CLOCK_STANDS].label)
		: over || left < 0 ? tr(rq, "Overdue")
				   : arena_printf(rq->arena, tr(rq, "%d working days left"), left));
	put_text(n, "tone",
		over || left < 0		       ? "red"
		: c->state == CLOCK_WARNS || left <= 3 ? "yellow"
						       : "green");
	const char *clause = rq->zh ? c->article : c->article_en;
	put_text(n, "clause",
		c->unsure ? arena_printf(rq->arena,
				    tr(rq, "%s · the working days of %d are not complete: the day "
					   "may move"),
				    clause, civil_of(c->end).year)
			  : clause);
	put_text(n, "due_iso", stands ? "" : time_iso(rq->arena, c->end));
	return OK;
}

/* The same clocks as in the calendar, of this case. */
static enum err put_clocks(struct req *rq, const struct case_row *c)
{
	struct node *clocks = put_list(rq->view, "clock");
	struct waiting_list l;

	if (c->closed_at)
		return OK;
	TRY(waiting_load(rq, &(struct waiting_query){ .case_id = c->id }, &l));
	for (size_t i = 0; i < l.n; i++)
		TRY(put_clock(rq, clocks, &l.at[i].clock));
	return OK;
}

/* A record of an inspection: its words, and where it stands. */
static void put_record(struct req *rq, struct node *n, const struct evidence *e)
{
	static const char *const none[] = { "still_url", "clip_url", "data_url", "boxes",
		"give_url", NULL };

	for (const char *const *s = none; *s; s++)
		put_text(n, *s, "");
	put_text(n, "caption", tr(rq, "Record of an inspection"));
	put_text(n, "still_why", e->method);
	put_printf(n, "record_url", "/corrections/%" PRId64, e->lead);
	put_row(rq, put_list(n, "rows"), "Taken", time_text(rq->arena, e->taken_at));
}

static enum err put_evidence(struct req *rq, const struct case_row *c)
{
	struct list l, given;
	struct node *list = put_list(rq->view, "evidence_shown");

	TRY(releases_of(rq, c->id, &given));
	TRY(db_all(rq, &evidence_model, &l,
		"SELECT * FROM case_evidence WHERE case_id = $1 ORDER BY taken_at DESC", c->id));
	show_list(rq, "evidence", &evidence_model, &l);
	list->hidden = true;
	for (struct evidence *e = LIST_OF(struct evidence, &l); e < LIST_END(struct evidence, &l);
		e++) {
		struct node *n = put_map(list, NULL), *rows;
		bool data = text_is(e->kind, EVIDENCE_DATA);
		if (text_is(e->kind, EVIDENCE_RECORD)) {
			put_record(rq, n, e);
			continue;
		}
		put_text(n, "record_url", "");
		const char *path = arena_printf(
			rq->arena, "/cases/%" PRId64 "/evidence/%" PRId64, c->id, e->id);
		const char *clip = *e->clip_sm3 ? arena_printf(rq->arena, "%s/clip", path) : "";
		put_printf(n, "still_url", "%s/still", path);
		put_text(n, "clip_url", data ? "" : clip);
		put_text(n, "data_url", data ? clip : "");
		put_text(n, "boxes", "[]");
		put_text(n, "caption",
			*e->usable_why ? tr(rq, e->usable_why) : tr(rq, "May serve as evidence"));
		rows = put_list(n, "rows");
		put_row(rq, rows, "Taken", time_text(rq->arena, e->taken_at));
		put_row(rq, rows, "Method, time, maker", e->method);
		put_row(rq, rows, data ? "SM3 of the chart" : "SM3 of the still", e->still_sm3);
		put_row(rq, rows, data ? "SM3 of the readings" : "SM3 of the clip", e->clip_sm3);
		put_row(rq, rows, data ? "SHA-256 of the readings" : "SHA-256 of the clip",
			e->clip_sha256);
		if (data)
			continue;
		put_printf(n, "id", "%" PRId64, e->id);
		put_printf(n, "give_url", "%s/release", path);
		put_releases(rq, n, e, &(struct giving){ c, &given });
	}
	return OK;
}

/* Recordings of body cameras that officers have linked: audio-visual material with its own page. */
struct body_recording {
	int64_t recording, started_at, linked_at;
	const char *device_number, *officer_name, *reason, *sm3;
};
static const struct model body_recording_model = MODEL("pub_recordings", struct body_recording,
	FIELDS(STORED(struct body_recording, recording, .as = AS_ID),
		STORED(struct body_recording, started_at, .as = AS_TIME),
		STORED(struct body_recording, linked_at, .as = AS_TIME),
		STORED(struct body_recording, device_number),
		STORED(struct body_recording, officer_name), STORED(struct body_recording, reason),
		STORED(struct body_recording, sm3)));

static enum err put_recordings(struct req *rq, const struct case_row *c)
{
	struct list l;

	TRY(db_all(rq, &body_recording_model, &l,
		"SELECT k.recording, r.started_at, k.linked_at, r.device_number, coalesce(u.name, "
		"'') AS officer_name, k.reason, r.sm3 FROM pub_recording_links k JOIN "
		"pub_recordings r ON r.id = k.recording LEFT JOIN pub_users u ON u.id = r.officer "
		"WHERE k.case_id = $1 ORDER BY r.started_at, r.id",
		c->id));
	show_list(rq, "body_recordings", &body_recording_model, &l);
	return OK;
}

static enum err put_timeline(struct req *rq, const struct case_row *c)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "timeline");

	TRY(db_query(rq, &r,
		"SELECT seq, at, name, actor_name FROM pub_ledger WHERE subject = $1 ORDER BY seq "
		"DESC LIMIT 100",
		c->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "at", time_text(rq->arena, rows_int(r, 1)));
		put_text(n, "title", fact_sentence(rq, arena_dup(rq->arena, rows_text(r, 2))));
		put_text(n, "who", arena_dup(rq->arena, rows_text(r, 3)));
		put_printf(n, "detail", "#%" PRId64, rows_int(r, 0));
		put_text(n, "href", "");
		put_text(n, "tone", "");
	}
	rows_close(r);
	return OK;
}

static enum err put_papers(struct req *rq, const struct case_row *c)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "papers");

	TRY(db_query(rq, &r,
		"SELECT id, title, number, state, code FROM pub_papers WHERE subject = $1 ORDER BY "
		"id",
		c->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, 0));
		put_text(n, "title", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "number", arena_dup(rq->arena, rows_text(r, 2)));
		put_flag(n, "sealed", text_is(rows_text(r, 3), "sealed"));
		put_text(n, "code", arena_dup(rq->arena, rows_text(r, 4)));
	}
	rows_close(r);
	return OK;
}

static enum err put_officers(struct req *rq, const struct case_row *c)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "officers");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT id, name, card_no FROM pub_users WHERE role = 'officer' AND state = "
		"'active' AND card_no <> ''"
		" AND (area = 0 OR area = $1) ORDER BY name LIMIT 100",
		c->area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (rows_int(r, 0) == rq->user->id)
			continue;
		struct node *n = put_map(list, NULL);
		put_printf(n, "id", "%" PRId64, rows_int(r, 0));
		put_text(n, "name", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "card", arena_dup(rq->arena, rows_text(r, 2)));
		put_flag(n, "selected",
			rows_int(r, 0) == c->officer1 || rows_int(r, 0) == c->officer2);
	}
	rows_close(r);
	return OK;
}

static const char *waits_for(struct req *rq, const struct case_row *c, bool i_decide)
{
	if (text_is(c->state, "proposed") && !i_decide)
		return tr(rq, "The decision waits for the other officer's signature.");
	if (text_is(c->state, "told"))
		return tr(rq, "The party has been told and may now state and defend.");
	return "";
}

static const char *no_evidence(struct req *rq, const struct case_row *c, const struct case_facts *f)
{
	if (!text_is(c->state, "precheck") || f->usable_evidence)
		return "";
	return tr(rq, "No clip of this matter may serve as evidence. Visit the place, "
		      "or do not file.");
}

static const char *why_not_told(
	struct req *rq, const struct case_row *c, const struct case_facts *f)
{
	const char *why = may_tell(f, rq->user->id);

	return text_is(c->state, "filed") && !only_the_two(f, rq->user->id) && why ? tr(rq, why)
										   : "";
}

/* Steps of the simple procedure, which have their forms on the page itself. */
static void put_simple_steps(struct req *rq, struct node *n, const struct course *k)
{
	const struct case_row *c = &k->c;
	const struct case_facts *f = &k->f;
	bool write = may(rq, CASE_WRITE) && !text_is(f->procedure, "ordinary");
	const struct penalty_size p = { c->told_penalty, c->fine_fen, 0 };

	put_flag(n, "tell", write && !may_tell(f, rq->user->id));
	put_flag(n, "silence", write && !may_take_silence(f, rq->user->id, rq->now));
	put_flag(n, "propose",
		write && text_is(c->state, "heard") && !only_the_two(f, rq->user->id));
	put_flag(n, "decide", write && !may_decide(f, rq->user->id));
	put_text(n, "tell_why", write ? why_not_told(rq, c, f) : "");
	put_text(rq->view, "simple_bound",
		fen_words(rq, f->person ? k->bounds.simple_person : k->bounds.simple_entity));
	put_text(rq->view, "penalty", penalty_label(rq, &p));
	put_text(n, "waiting",
		write && text_is(c->state, "filed") && !f->weighed
			? tr(rq, "Next: weigh the penalty. The party is told after it (APL article "
				 "33).")
		: text_is(f->procedure, "ordinary") ? ""
						    : waits_for(rq, c, node_true(n, "decide")));
}

/* Is a paper waiting for somebody to hand it over: the decision, or the notice? */
static bool paper_waits(const struct course *k)
{
	bool notice = text_is(k->c.state, "told") && text_is(k->f.procedure, "ordinary") &&
		      !k->c.hear_due;

	return !k->c.e_service && (notice || (text_is(k->c.state, "decided") && !k->c.served_at));
}

static bool may_write_to_party(struct req *rq, const struct course *k)
{
	int64_t who = rq->user->id;

	return may(rq, CASE_WRITE) && !may_send_link(&k->f) && !k->c.closed_at &&
	       (who == k->c.officer1 || who == k->c.officer2);
}

static void put_next_steps(struct req *rq, struct course *k)
{
	const struct case_row *c = &k->c;
	struct case_facts *f = &k->f;
	bool write = may(rq, CASE_WRITE);
	struct node *n = put_map(rq->view, "can");

	n->hidden = true;
	put_flag(n, "file", write && text_is(c->state, "precheck") && !*f->pending);
	put_flag(n, "only_ordinary", !f->simple_act);
	put_flag(n, "link", may_write_to_party(rq, k));
	put_flag(n, "order", write && !may_order_correction(f, rq->user->id, rq->now + 1, rq->now));
	put_flag(n, "judge", write && !may_judge_correction(f, rq->user->id));
	put_flag(n, "serve", write && paper_waits(k));
	put_simple_steps(rq, n, k);
	put_text(n, "no_evidence", no_evidence(rq, c, f));
}

/* "李明 沪市监01001 · 王芳 沪市监01002", the first officer in front; in one statement. */
static const char *officers_text(struct req *rq, const struct case_row *c)
{
	struct rows *r;
	bool more = true;
	struct buf b = { .arena = rq->arena };

	if (db_query(rq, &r,
		    "SELECT name, card_no FROM pub_users WHERE id IN ($1, $2) ORDER BY CASE WHEN "
		    "id = $1 THEN 0 ELSE 1 END",
		    c->officer1, c->officer2))
		return "";
	while (!rows_next(r, &more) && more)
		buf_printf(&b, "%s%s %s", b.n ? " · " : "", rows_text(r, 0), rows_text(r, 1));
	rows_close(r);
	return buf_text(&b);
}

static void put_facts(struct req *rq, const struct course *k)
{
	const struct case_row *c = &k->c;
	const struct party *p = &k->party;
	struct node *rows = put_list(rq->view, "rows");
	const struct node *act = act_of(rq, c->act);

	rows->hidden = true;
	put_text(put_row(rq, rows, "Business", p->name), "href",
		arena_printf(rq->arena, "/operators/%" PRId64, c->operator));
	put_row(rq, rows, "Act",
		arena_printf(rq->arena, "%s %s", c->act,
			rq->zh ? c->act_name : node_text(act, "name_en", "")));
	put_row(rq, rows, "Duty", node_text(act, rq->zh ? "duty" : "duty_en", ""));
	put_row(rq, rows, "Provision", node_text(act, "provision", ""));
	put_row(rq, rows, "Officers", officers_text(rq, c));
	if (*c->filed_reason)
		put_row(rq, rows, "Reason", c->filed_reason);
	if (*c->answer)
		put_row(rq, rows, "The party's answer",
			arena_printf(rq->arena, "%s · %s",
				tr(rq, text_is(c->answer, "accepts") ? "accepts the evidence"
								     : "disputes the evidence"),
				c->answer_words));
	if (c->address_at)
		put_row(rq, rows, "Service",
			arena_printf(rq->arena, "%s · %s",
				tr(rq, c->e_service ? "electronically" : "on paper"),
				c->post_address));
	if (*c->correction_text)
		put_row(rq, rows, "Correction",
			arena_printf(rq->arena, "%s (%s)", c->correction_text,
				date_text(rq->arena, c->correction_due)));
	if (*c->statement)
		put_row(rq, rows, "Statement and defence",
			text_is(c->statement, "made")
				? c->statement_words
				: tr(rq, text_is(c->statement, "silent") ? "none within the term"
									 : "none wished"));
	if (*c->defence_adopted)
		put_row(rq, rows, "On the statement", c->defence_adopted);
	if (c->decided_at)
		put_row(rq, rows, "Penalty", outcome_label(rq, k));
	if (c->served_at)
		put_row(rq, rows, "Served at", time_text(rq->arena, c->served_at));
}

/* A link to another telephone than the licence's waits for the other officer's word. */
static enum err put_link_asked(struct req *rq, const struct course *k)
{
	struct link_asked a = { .phone = "", .reason = "" };
	const char *known = *k->c.party_phone ? k->c.party_phone : k->party.phone;

	if (may_write_to_party(rq, k))
		TRY(link_ask_of(rq, k->c.id, &a));
	put_text(rq->view, "party_phone", a.by ? a.phone : known);
	put_text(rq->view, "phone_reason", a.reason);
	put_text(rq->view, "link_waits",
		!a.by ? ""
		: a.by == rq->user->id
			? tr(rq, "Waits: the other officer of the case confirms this telephone.")
			: arena_printf(rq->arena,
				  tr(rq, "%s prepared a link to this telephone: it goes out when "
					 "you send it."),
				  user_name(rq, a.by)));
	return OK;
}

/* The case before this one and the one after it, of the same business and act: what was found when
 * a party had been told already is a case of its own. */
static enum err put_same_act(struct req *rq, const struct case_row *c)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "same_act");

	TRY(db_query(rq, &r,
		"SELECT id, number, state, opened_at FROM cases WHERE operator = $1 AND act = $2 "
		"AND id IN ((SELECT max(id) FROM cases WHERE operator = $1 AND act = $2 AND id < "
		"$3), (SELECT min(id) FROM cases WHERE operator = $1 AND act = $2 AND id > $3)) "
		"ORDER BY id",
		c->operator, c->act, c->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_row(rq, list,
			rows_int(r, 0) < c->id ? "Earlier case of the same act"
					       : "Later case of the same act",
			arena_printf(rq->arena, "%s %s · %s", rows_text(r, 1),
				date_text(rq->arena, rows_int(r, 3)),
				tr(rq, choice_label(case_states, rows_text(r, 2)))));
		put_printf(n, "href", "/cases/%" PRId64, rows_int(r, 0));
	}
	rows_close(r);
	return put_anew(rq, c, list);
}

enum err case_page(struct req *rq)
{
	struct case_row c;
	struct course k;
	struct rooms beside;
	int64_t due;

	TRY(case_load(rq, rq->id, &c));
	TRY(course_of(rq, &c, &k));
	TRY(rooms_load(rq, c.id, &beside));
	show(rq, "case", &case_model, &c);
	put_text(rq->view, "operator_name", k.party.name);
	put_text(rq->view, "act_label",
		rq->zh ? c.act_name : node_text(act_of(rq, c.act), "name_en", c.act_name));
	put_text(rq->view, "requirement", node_text(act_of(rq, c.act), "requirement", ""));
	TRY(term_workdays(rq, rq->now, (int)act_term(rq, "correction_workdays", 5), &due));
	put_text(rq->view, "default_due", date_text(rq->arena, due));
	TRY(put_link_asked(rq, &k));
	put_facts(rq, &k);
	TRY(put_same_act(rq, &c));
	put_rooms(rq, &k, &beside);
	put_steps(rq, &c);
	TRY(put_clocks(rq, &c));
	TRY(put_sources(rq, c.id));
	TRY(put_evidence(rq, &c));
	TRY(put_recordings(rq, &c));
	TRY(put_papers(rq, &c));
	TRY(put_timeline(rq, &c));
	TRY(put_officers(rq, &c));
	put_next_steps(rq, &k);
	TRY(put_filing(rq, &c));
	put_course(rq, &k);
	TRY(put_course_rows(rq, &k));
	TRY(put_remedies(rq, &k));
	put_course_steps(rq, &k);
	TRY(put_exhibits(rq, &k, false));
	TRY(put_requests(rq, c.id, false));
	TRY(put_party_files(rq, c.id));
	TRY(put_transcripts(rq, c.id));
	TRY(put_whole_record(rq, &k));
	return page(rq, "cases/case");
}

/* ---- its files ------------------------------------------------------- */
static enum err evidence_file(struct req *rq, bool clip)
{
	struct evidence e;

	TRY(db_one(rq, &evidence_model, &e,
		"SELECT * FROM case_evidence WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	if (text_is(e.kind, EVIDENCE_RECORD))
		return fail(rq, E_NOT_FOUND, "A record of an inspection has no picture.");
	bool data = text_is(e.kind, EVIDENCE_DATA);
	const char *still = data ? "image/svg+xml" : "image/jpeg",
		   *moving = data ? "text/csv; charset=utf-8" : "video/mp4";
	if (!data && text_is(query_text(rq, "blurred"), "1")) /* to be handed on */
		return clip ? case_clip_blurred(rq, e.clip_sm3)
			    : case_still_blurred(rq, e.still_sm3);
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(rq, clip ? e.clip_sm3 : e.still_sm3, clip ? moving : still,
		clip && data ? arena_printf(rq->arena, "readings-%" PRId64 ".csv", e.lead) : NULL);
}

enum err case_still(struct req *rq)
{
	return evidence_file(rq, false);
}

enum err case_clip(struct req *rq)
{
	return evidence_file(rq, true);
}

enum err case_correction_photo(struct req *rq)
{
	struct case_row c;
	TRY(case_load(rq, rq->id, &c));
	if (!*c.correction_sm3)
		return fail(rq, E_NOT_FOUND, "No photo has been sent yet.");
	return reply_object(rq, c.correction_sm3, "image/jpeg", NULL);
}
