/* The way of one appraisal: appointed, filled in, handed in, told to the officers; accepted or
 * objected to and answered; final; put right. Load, check against the rule, change, record, answer.
 */
#include "domains/appraisals/appraisals.h"

#include "contracts/facts.h"

enum { WORDS = 500, OPINION = 1000, PROOF_MOST = 12 * 1024 * 1024 };

static enum err seen(struct req *rq, struct sitting *s)
{
	TRY(sitting_load(rq, rq->id, s));
	return sitting_visible(rq, s);
}

static enum err back(struct req *rq, const struct sitting *s)
{
	return redirect(rq, "/appraised/%" PRId64, s->a.id);
}

static enum err too_long(struct req *rq, const char *words)
{
	return utf8_length(words) > WORDS ? fail(rq, E_INVALID, "At most 500 characters, please.")
					  : OK;
}

static int term_of(const struct sitting *s, const char *name)
{
	return (int)node_int(s->table, name, 5);
}

/* ---- appoint */
static enum err appraiser_facts(
	struct req *rq, const struct sitting *s, int64_t person, struct appraiser_facts *out)
{
	const char *role = "";
	int64_t tied;
	enum err e = db_text(rq, &role,
		"SELECT role FROM pub_users WHERE id = $1 AND state = "
		"'active'",
		person);
	const struct role *r = e ? NULL : role_named(role);

	if (e && e != E_NOT_FOUND)
		return e;
	*out = (struct appraiser_facts){ .active = r != NULL,
		.may_appraise = r && r->bureau && !r->reads_only && role_may(r->id, CASE_READ) &&
				role_may(r->id, CASE_STEP),
		.part = "" };
	TRY(db_text(rq, &out->part,
		"SELECT coalesce(min(part), '') FROM pub_case_people WHERE case_id = $1 AND person "
		"= $2",
		s->a.case_id, person));
	if (person == s->a.officer1 || person == s->a.officer2)
		out->part = "officer";
	TRY(db_int(rq, &tied,
		"SELECT count(*) FROM pub_officer_recusals t JOIN pub_operators o ON o.id = $2 "
		"WHERE t.officer = $1 AND (t.operator = o.id OR (t.person <> '' AND t.person = "
		"o.legal_person))",
		person, s->a.operator));
	out->tied = tied != 0;
	return OK;
}

enum err appraiser_set(struct req *rq, struct sitting *s, int64_t person)
{
	struct appraisal_facts f = sitting_facts(rq, s);
	struct appraiser_facts who;

	TRY(appraiser_facts(rq, s, person, &who));
	TRY(appraisal_allow(rq, may_appoint(&f, &who)));
	s->a.appraiser = person;
	s->a.assigned_by = rq->user->id;
	s->a.assigned_at = rq->now;
	s->a.state = "assigned";
	TRY(term_workdays(rq, rq->now, term_of(s, "fill_workdays"), &s->a.fill_due));
	TRY(points_begin(rq, s));
	return appraisal_save(rq, &s->a, APPRAISAL_ASSIGNED,
		json_pairs(rq, "appraiser", arena_printf(rq->arena, "%" PRId64, person), "due",
			date_text(rq->arena, s->a.fill_due), NULL));
}

enum err appraisal_assign(struct req *rq)
{
	struct sitting s;

	TRY(seen(rq, &s));
	TRY(appraiser_set(rq, &s, form_int(rq, "appraiser", 0)));
	notice(rq, "Appointed. The points that the record answers are filled in already.");
	return redirect(rq, "/appraisals/%" PRId64, s.r.id);
}

/* ---- fill in */
static bool is_verdict(const char *v)
{
	return !*v || !text_is(choice_label(verdicts, v), v);
}

/* What was typed, into the lines; a line that was not sent stays. */
static void lines_read(struct req *rq, struct sitting *s)
{
	for (struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++) {
		const char *v = form_text(rq, arena_printf(rq->arena, "v_%s", p->code)),
			   *r = form_text(rq, arena_printf(rq->arena, "r_%s", p->code));
		if (!*v && !*r)
			continue;
		if (!is_verdict(v)) {
			field_error(rq, arena_printf(rq->arena, "v_%s", p->code), "%s",
				tr(rq, "Say whether this point is met."));
			continue;
		}
		if (utf8_length(r) > WORDS)
			field_error(rq, arena_printf(rq->arena, "r_%s", p->code), "%s",
				tr(rq, "At most 500 characters, please."));
		p->verdict = *v ? v : p->verdict;
		p->reason = r;
	}
}

static void lines_check(struct req *rq, const struct sitting *s)
{
	for (const struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++) {
		const char *why = point_lacks(
			&(struct point_said){ p->code, p->found, p->verdict, p->reason });
		if (why)
			field_error(rq,
				arena_printf(rq->arena, "%s_%s", *p->verdict ? "r" : "v", p->code),
				"%s %s", p->code, tr(rq, why));
	}
}

static enum err lines_save(struct req *rq, struct sitting *s)
{
	for (struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		TRY(db_update(rq, &point_model, p));
	return OK;
}

enum err sitting_submit(struct req *rq, struct sitting *s, const char *opinion)
{
	struct scored k;

	sitting_score(rq, s, &k);
	s->a.opinion = opinion;
	s->a.score = k.score;
	s->a.grade = k.grade;
	s->a.vetoed = k.vetoed;
	s->a.failed = k.failed;
	s->a.state = "told";
	s->a.submitted_at = rq->now;
	TRY(term_workdays(rq, rq->now, term_of(s, "object_workdays"), &s->a.object_due));
	TRY(lines_save(rq, s));
	return appraisal_save(rq, &s->a, APPRAISAL_SUBMITTED, outcome_said(rq, &s->a));
}

enum err appraisal_fill(struct req *rq)
{
	struct sitting s;
	bool submit = text_is(form_text(rq, "do"), "submit");
	const char *opinion = form_text(rq, "opinion");

	TRY(seen(rq, &s));
	struct appraisal_facts f = sitting_facts(rq, &s);
	TRY(appraisal_allow(rq, may_fill(&f)));
	lines_read(rq, &s);
	if (utf8_length(opinion) > OPINION)
		field_error(rq, "opinion", "%s", tr(rq, "At most 1,000 characters, please."));
	s.a.opinion = opinion;
	s.handing_in = submit;
	if (submit)
		lines_check(rq, &s);
	if (form_failed(rq))
		return appraisal_again(rq, &s);
	if (submit) {
		TRY(sitting_submit(rq, &s, opinion));
		notice(rq, "Handed in. The officers of the case are told.");
		return back(rq, &s);
	}
	TRY(lines_save(rq, &s));
	TRY(appraisal_save(rq, &s.a, APPRAISAL_FILLED, NULL));
	notice(rq, "Saved. Nobody is told before it is handed in.");
	return back(rq, &s);
}

/* ---- the officers' answer */
enum err sitting_accept(struct req *rq, struct sitting *s)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_accept(&f)));
	s->a.accepted_by = rq->user->id;
	s->a.accepted_at = rq->now;
	return appraisal_save(rq, &s->a, APPRAISAL_ACCEPTED, NULL);
}

enum err appraisal_accept(struct req *rq)
{
	struct sitting s;

	TRY(seen(rq, &s));
	TRY(sitting_accept(rq, &s));
	notice(rq, "Accepted. The supervisor now confirms the result.");
	return back(rq, &s);
}

static struct point *line_of(struct sitting *s, const char *code)
{
	for (struct point *p = LIST_OF(struct point, &s->points);
		p < LIST_END(struct point, &s->points); p++)
		if (text_is(p->code, code))
			return p;
	return NULL;
}

static struct objection *objection_of(struct sitting *s, const char *code)
{
	for (struct objection *o = LIST_OF(struct objection, &s->objections);
		o < LIST_END(struct objection, &s->objections); o++)
		if (text_is(o->code, code))
			return o;
	return NULL;
}

enum err sitting_object(struct req *rq, struct sitting *s, const char *code, const char *words)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_object(&f)));
	const struct point *p = line_of(s, code);
	if (!p || (!text_is(p->verdict, "failed") && !text_is(p->verdict, "part")))
		return fail(rq, E_INVALID, "Choose a point that was not, or not wholly, met.");
	if (objection_of(s, code))
		return fail(rq, E_CONFLICT, "There is an objection to this point already.");
	if (!*words)
		return fail(rq, E_INVALID, "Write why the finding is wrong.");
	TRY(too_long(rq, words));
	struct objection o = { .appraisal = s->a.id,
		.code = code,
		.words = words,
		.made_by = rq->user->id,
		.made_at = rq->now,
		.state = "made",
		.answer = "" };
	TRY(db_insert(rq, &objection_model, &o));
	s->a.state = "objected";
	return appraisal_save(
		rq, &s->a, APPRAISAL_OBJECTED, json_pairs(rq, "point", code, "words", words, NULL));
}

enum err appraisal_object(struct req *rq)
{
	struct sitting s;

	TRY(seen(rq, &s));
	TRY(sitting_object(rq, &s, form_text(rq, "code"), form_text(rq, "words")));
	notice(rq, "Objected. The supervisor answers.");
	return back(rq, &s);
}

/* ---- the supervisor's answer */
static enum err rescore(struct req *rq, struct sitting *s, struct point *p, const char *words)
{
	struct scored k;

	p->verdict = "met";
	p->reason = words;
	TRY(db_update(rq, &point_model, p));
	sitting_score(rq, s, &k);
	s->a.score = k.score;
	s->a.grade = k.grade;
	s->a.vetoed = k.vetoed;
	s->a.failed = k.failed;
	return OK;
}

static bool all_answered(const struct sitting *s)
{
	for (const struct objection *o = LIST_OF(struct objection, &s->objections);
		o < LIST_END(struct objection, &s->objections); o++)
		if (text_is(o->state, "made"))
			return false;
	return true;
}

static enum err answer_check(struct req *rq, const struct reply *r)
{
	if (!r->yes && !r->no)
		return fail(rq, E_INVALID, "Choose to uphold or to reject the objection.");
	if (!*r->words)
		return fail(rq, E_INVALID, "Give the reason of your answer.");
	return too_long(rq, r->words);
}

enum err sitting_answer(struct req *rq, struct sitting *s, const char *code, const struct reply *r)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_answer_objection(&f)));
	struct objection *o = objection_of(s, code);
	struct point *p = o ? line_of(s, o->code) : NULL;
	if (!p || !text_is(o->state, "made"))
		return fail(rq, E_NOT_FOUND, "This objection is not there, or answered.");
	TRY(answer_check(rq, r));
	o->state = r->yes ? "upheld" : "rejected";
	o->answer = r->words;
	o->answered_by = rq->user->id;
	o->answered_at = rq->now;
	TRY(db_update(rq, &objection_model, o));
	if (r->yes)
		TRY(rescore(rq, s, p, r->words));
	if (all_answered(s)) {
		s->a.state = "answered";
		s->a.answered_at = rq->now;
	}
	return appraisal_save(rq, &s->a, APPRAISAL_ANSWERED,
		json_pairs(rq, "point", o->code, "verdict", o->state, "words", r->words, NULL));
}

static struct reply reply_read(struct req *rq, const char *yes, const char *no)
{
	const char *verdict = form_text(rq, "verdict");

	return (struct reply){ text_is(verdict, yes), text_is(verdict, no),
		form_text(rq, "words") };
}

enum err appraisal_answer(struct req *rq)
{
	struct sitting s;
	struct reply r = reply_read(rq, "uphold", "reject");

	TRY(seen(rq, &s));
	TRY(sitting_answer(rq, &s, form_text(rq, "code"), &r));
	notice(rq, "Answered.");
	return back(rq, &s);
}

enum err sitting_confirm(struct req *rq, struct sitting *s)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_confirm(&f)));
	s->a.state = "final";
	s->a.final_by = rq->user->id;
	s->a.final_at = rq->now;
	if (s->a.failed) {
		s->a.mend_state = "ordered";
		TRY(term_workdays(rq, rq->now, term_of(s, "mend_workdays"), &s->a.mend_due));
	}
	return appraisal_save(rq, &s->a, APPRAISAL_CONFIRMED, outcome_said(rq, &s->a));
}

enum err appraisal_confirm(struct req *rq)
{
	struct sitting s;

	TRY(seen(rq, &s));
	TRY(sitting_confirm(rq, &s));
	notice(rq, "Final.");
	return back(rq, &s);
}

/* ---- putting right */
static enum err proof_keep(struct req *rq, struct appraisal *a)
{
	const struct http_file *f = form_file(rq, "proof");
	struct object kept;

	if (!f)
		return OK;
	if (f->size > PROOF_MOST)
		return fail(rq, E_TOO_LARGE, "A file has at most 12 MiB.");
	if (!text_is(f->type, "application/pdf") && !text_is(f->type, "image/jpeg") &&
		!text_is(f->type, "image/png"))
		return fail(rq, E_INVALID, "The proof is a PDF, a JPEG or a PNG.");
	TRY(keep_file(rq, f, &kept));
	a->mend_sm3 = kept.sm3;
	a->mend_sha256 = kept.sha256;
	a->mend_type = arena_dup(rq->arena, f->type);
	return OK;
}

enum err sitting_mend(struct req *rq, struct sitting *s, const char *words)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_mend(&f, words)));
	TRY(too_long(rq, words));
	s->a.mend_state = "shown";
	s->a.mend_words = words;
	s->a.mend_by = rq->user->id;
	s->a.mend_at = rq->now;
	return appraisal_save(rq, &s->a, APPRAISAL_MENDED,
		json_pairs(rq, "words", words, "proof", s->a.mend_sm3, NULL));
}

enum err appraisal_mend(struct req *rq)
{
	struct sitting s;

	TRY(seen(rq, &s));
	TRY(proof_keep(rq, &s.a));
	TRY(sitting_mend(rq, &s, form_text(rq, "words")));
	notice(rq, "Saved. The supervisor checks it.");
	return back(rq, &s);
}

enum err sitting_check(struct req *rq, struct sitting *s, const struct reply *r)
{
	struct appraisal_facts f = sitting_facts(rq, s);

	TRY(appraisal_allow(rq, may_check_mending(&f, r->words)));
	TRY(too_long(rq, r->words));
	if (!r->yes && !r->no)
		return fail(rq, E_INVALID, "Choose whether it is put right.");
	s->a.mend_state = r->yes ? "accepted" : "refused";
	s->a.mend_answer = r->words;
	if (r->no)
		TRY(term_workdays(rq, rq->now, term_of(s, "mend_workdays"), &s->a.mend_due));
	return appraisal_save(rq, &s->a, APPRAISAL_CHECKED,
		json_pairs(rq, "verdict", s->a.mend_state, "words", r->words, NULL));
}

enum err appraisal_check(struct req *rq)
{
	struct sitting s;
	struct reply r = reply_read(rq, "accept", "refuse");

	TRY(seen(rq, &s));
	TRY(sitting_check(rq, &s, &r));
	notice(rq, "Checked.");
	return back(rq, &s);
}
