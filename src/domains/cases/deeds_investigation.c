/* Steps of the investigation: the pre-check, evidence of all kinds, and what stops the clock. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/weighing.h"

#include <string.h>

#define EVIDENCE_FILES                                                                             \
	"image/jpeg,image/png,application/pdf,audio/mpeg,audio/mp4,audio/wav,video/mp4"

/* ---- requests for approval -------------------------------------------- */
static const struct choice not_file_grounds[] = {
	{ "minor", "Minor, corrected in time, no harm", "" },
	{ "first", "First time, slight harm, corrected in time", "" },
	{ "no_fault", "The party proved that it is without fault", "" },
	{ "not_filed_other", "Another ground by law", "" },
	{ 0 },
};
static const struct choice suspend_causes[] = {
	{ "suspend_judgment", "A judgment or another decision must come first", "" },
	{ "suspend_question", "A question of law was put to the body that may answer it", "" },
	{ "suspend_force", "Force majeure", "" },
	{ "suspend_missing", "The party cannot be found", "" },
	{ "suspend_other", "Another cause", "" },
	{ 0 },
};
static const struct choice end_causes[] = {
	{ "end_dead", "The party died or was dissolved, and nobody follows it", "" },
	{ "end_other", "Another cause for which it cannot go on", "" },
	{ 0 },
};

#define REASON INPUT(struct approval, words, "Reason", .as = AS_LONG, .required = true, .max = 1000)
static const struct model reason_form = MODEL("case_approvals", struct approval, FIELDS(REASON));
static const struct model not_file_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, cause, "Legal ground (O2 article 20)",
		       .choices = not_file_grounds, .required = true),
		REASON));
static const struct model suspend_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, cause, "Cause (O2 article 46)", .choices = suspend_causes,
		       .required = true),
		REASON));
static const struct model end_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, cause, "Cause (O2 article 47)", .choices = end_causes,
		       .required = true),
		REASON));
static const struct model until_form = MODEL("case_approvals", struct approval,
	FIELDS(INPUT(struct approval, day, "New last day", .as = AS_DATE, .required = true),
		REASON));

static enum err ask(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;

	TRY(approval_ask(rq, k, a));
	notice(rq, "It waits for a leader's approval.");
	return OK;
}

#define ASKS(name, code)                                                                           \
	static enum err name(struct req *rq, struct course *k, void *row)                          \
	{                                                                                          \
		((struct approval *)row)->matter = code;                                           \
		return ask(rq, k, row);                                                            \
	}
ASKS(ask_precheck, "extend_precheck")
ASKS(ask_ordinary, "to_ordinary")
ASKS(ask_suspend, "suspend")
ASKS(ask_end, "end")
ASKS(ask_extend, "extend")

/* Minor, first, without fault: the lists bind here as they do a decision (O2 20; APL 33). */
static enum err ask_not_file(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;

	if (!text_is(a->cause, "not_filed_other"))
		TRY(weighing_check_ground(rq, &k->c, "cause", a->cause));
	if (form_failed(rq))
		return E_INVALID;
	a->matter = "not_file";
	return ask(rq, k, a);
}

static enum err ask_extend_again(struct req *rq, struct course *k, void *row)
{
	struct approval *a = row;

	if (a->day <= rq->now) {
		field_error(rq, "day", "The day must lie in the future.");
		return E_INVALID;
	}
	if (a->day + DAY - 1 <= k->c.decide_due) {
		field_error(rq, "day",
			"An extension ends after the present last day, %s (O2 article 64).",
			date_text(rq->arena, k->c.decide_due));
		return E_INVALID;
	}
	a->matter = "extend_again";
	return ask(rq, k, a);
}

/* ---- procedure -------------------------------------------------------- */
static enum err to_simple(struct req *rq, struct course *k, void *row)
{
	struct proceeding p = k->proceeding, *typed = row;

	p.procedure = "simple";
	p.reason = typed->reason;
	p.chosen_by = rq->user->id;
	p.chosen_at = rq->now;
	return course_change(
		rq, k, &(struct written){ &proceeding_model, &p, CASE_PROCEDURE_CHOSEN });
}

/* ---- the clock -------------------------------------------------------- */
static enum err stop_clock(struct req *rq, struct course *k, void *row)
{
	struct span_row *s = row;

	if (text_is(k->c.state, "precheck") && !text_is(s->kind, "test")) {
		field_error(rq, "kind",
			"Of the pre-check only the time of tests is not counted (O2 article 18).");
		return E_INVALID;
	}
	s->case_id = k->c.id;
	s->from_at = rq->now;
	s->added_by = rq->user->id;
	return course_add(rq, k, &(struct written){ &span_model, s, CASE_CLOCK_CHANGED });
}

static enum err start_clock(struct req *rq, struct course *k, void *row)
{
	(void)row;
	TRY(span_close(rq, k, ""));
	return case_save(rq, &k->c, CASE_CLOCK_CHANGED);
}

static enum err resume(struct req *rq, struct course *k, void *row)
{
	(void)row;
	TRY(span_close(rq, k, "suspension"));
	return case_save(rq, &k->c, CASE_RESUMED);
}

/* ---- evidence --------------------------------------------------------- */
static void exhibit_begin(struct req *rq, const struct course *k, void *row)
{
	struct exhibit *x = row;

	x->taken_at = rq->now;
	x->place = k->party.address;
	x->maker = rq->user->name;
}

/* A recording is evidence with its words written out (O2 25). */
static bool exhibit_wrong(struct req *rq, const struct exhibit *x)
{
	bool sound = text_starts(x->type, "audio/") || text_starts(x->type, "video/");

	if (x->taken_at > rq->now)
		field_error(rq, "taken_at", "It cannot have been made after today.");
	if (sound && !*x->words)
		field_error(
			rq, "words", "A recording needs its words written out (O2 article 25).");
	if (!*x->sm3 && !*x->words)
		field_error(rq, "words", "Add a file, or write what it says.");
	return form_failed(rq);
}

/* What was found outside the register's validity does not come back by hand. */
static enum err not_unusable(struct req *rq, const struct http_file *file)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM pub_leads WHERE usable = 0 AND (still_sm3 = $1 OR "
		"clip_sm3 = $1)) + (SELECT count(*) FROM case_evidence WHERE usable = 0 AND "
		"(still_sm3 = $1 OR clip_sm3 = $1))",
		file->sm3));
	if (!n)
		return OK;
	field_error(rq, "file",
		"This is a recording that may not serve as evidence: its device was not in a valid "
		"state of the register (APL article 41).");
	return E_INVALID;
}

/* Before the first evidence is taken from a party it is told its rights (O2 21). Records of an
 * inquiry and of the scene print that, and who signs them has read it. */
static enum err rights_noted(struct req *rq, int64_t case_id, bool *out)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM case_rights WHERE case_id = $1) + (SELECT count(*) "
		"FROM case_exhibits WHERE case_id = $1 AND paper > 0)",
		case_id));
	*out = n > 0;
	return OK;
}

static enum err rights_before(struct req *rq, const struct course *k, const struct exhibit *x)
{
	bool noted;

	if (text_is(x->rights, "told") || text_is(x->rights, "not_party"))
		return OK;
	TRY(rights_noted(rq, k->c.id, &noted));
	if (noted)
		return OK;
	field_error(rq, "rights",
		"Nothing of this case notes yet that cards were shown and the rights told: say "
		"whether they were before it was taken (O2 article 21; APL article 55).");
	return E_INVALID;
}

static enum err rights_note(struct req *rq, const struct exhibit *x)
{
	struct rights_told t = {
		.case_id = x->case_id, .exhibit = x->id, .told_by = rq->user->id, .told_at = rq->now
	};

	return text_is(x->rights, "told") ? db_insert(rq, &rights_told_model, &t) : OK;
}

static enum err exhibit_add(struct req *rq, struct course *k, void *row)
{
	struct exhibit *x = row;
	struct object file;
	const struct http_file *given = form_file(rq, "file");

	if (given)
		TRY(not_unusable(rq, given));
	TRY(deed_file(rq, deed_of(STEP_EXHIBIT), &file, &x->type));
	x->sm3 = file.sm3;
	x->sha256 = file.sha256;
	if (exhibit_wrong(rq, x))
		return E_INVALID;
	TRY(rights_before(rq, k, x));
	x->id = id_new();
	x->case_id = k->c.id;
	x->added_by = rq->user->id;
	x->added_at = rq->now;
	TRY(rights_note(rq, x)); /* the fact that follows takes it up */
	TRY(course_add(rq, k, &(struct written){ &exhibit_model, x, CASE_EVIDENCE_ADDED }));
	notice(rq, "Added. It counts once the other officer has verified it.");
	return OK;
}

/* Records that somebody signs: 询问笔录, 现场笔录. */
static const struct choice inquiry_kinds[] = { { "EV_PARTY", "Statement of the party", "" },
	{ "EV_WITNESS", "Testimony of a witness", "" }, { 0 } };
static const struct model inquiry_form = MODEL("case_exhibits", struct exhibit,
	FIELDS(INPUT(struct exhibit, kind, "Who is asked", .choices = inquiry_kinds,
		       .required = true),
		INPUT(struct exhibit, speaker, "Name and office of the person", .required = true,
			.max = 100),
		INPUT(struct exhibit, place, "Place", .required = true, .max = 200),
		INPUT(struct exhibit, words, "Questions and answers", .as = AS_LONG,
			.required = true, .max = 4000),
		INPUT(struct exhibit, refusal, "If the person does not sign: why", .max = 200,
			.hint = "The two officers note it on the record (O2 article 29)")));
static const struct model scene_form = MODEL("case_exhibits", struct exhibit,
	FIELDS(INPUT(struct exhibit, speaker, "Who was present for the party", .required = true,
		       .max = 100),
		INPUT(struct exhibit, place, "Place", .required = true, .max = 200),
		INPUT(struct exhibit, words, "What was found", .as = AS_LONG, .required = true,
			.max = 4000),
		INPUT(struct exhibit, refusal, "If the person does not sign: why", .max = 200,
			.hint = "The two officers note it on the record (O2 article 29)")));

static enum err record_signed(struct req *rq, struct exhibit *x)
{
	struct object sign = { .sm3 = "", .sha256 = "" };

	if (!*x->refusal && keep_signature(rq, "signature", &sign)) {
		field_error(rq, "signature",
			"The person signs in the box, or write why it does not sign.");
		return E_INVALID;
	}
	x->sign_sm3 = sign.sm3 ? sign.sm3 : "";
	x->sign_sha256 = sign.sha256 ? sign.sha256 : "";
	return OK;
}

static enum err record_add(struct req *rq, struct course *k, struct exhibit *x)
{
	TRY(record_signed(rq, x));
	row_blank(&exhibit_model, x);
	x->case_id = k->c.id;
	x->taken_at = rq->now;
	x->method = "当面制作笔录";
	x->maker = arena_printf(
		rq->arena, "%s、%s", user_name(rq, k->c.officer1), user_name(rq, k->c.officer2));
	x->added_by = rq->user->id;
	x->added_at = rq->now;
	TRY(paper_record(rq, k, x));
	return course_add(rq, k, &(struct written){ &exhibit_model, x, CASE_EVIDENCE_ADDED });
}

static enum err inquire(struct req *rq, struct course *k, void *row)
{
	struct exhibit *x = row;

	x->title = arena_printf(rq->arena, "询问笔录（%s）", x->speaker);
	return record_add(rq, k, x);
}

static enum err scene(struct req *rq, struct course *k, void *row)
{
	struct exhibit *x = row;

	x->kind = "EV_SITE_RECORD";
	x->title = "现场笔录";
	return record_add(rq, k, x);
}

static const struct model summon_form = MODEL("case_exhibits", struct exhibit,
	FIELDS(INPUT(struct exhibit, speaker, "Who is invited", .required = true, .max = 100),
		INPUT(struct exhibit, taken_at, "Day", .as = AS_DATE, .required = true),
		INPUT(struct exhibit, title, "Hour", .required = true, .max = 5,
			.hint = "Such as 09:30"),
		INPUT(struct exhibit, place, "Place", .required = true, .max = 200),
		INPUT(struct exhibit, words, "What to bring", .as = AS_LONG, .max = 500)));

static enum err summon(struct req *rq, struct course *k, void *row)
{
	struct exhibit *x = row;
	int64_t paper;

	x->taken_at = form_moment(rq, "taken_at", "title");
	if (form_failed(rq))
		return E_INVALID;
	if (x->taken_at <= rq->now) {
		field_error(rq, "taken_at", "The day must lie in the future.");
		return E_INVALID;
	}
	TRY(paper_summons(rq, k, x, &paper));
	return emit(rq, CASE_SUMMONED, k->c.id, k->c.operator,
		json_pairs(rq, "who", x->speaker, "at", time_iso(rq->arena, x->taken_at), "place",
			x->place, NULL));
}

static const struct model procedure_form = MODEL("case_procedures", struct proceeding,
	FIELDS(INPUT(
		struct proceeding, reason, "Reason", .as = AS_LONG, .required = true, .max = 500)));

#define APPROVAL sizeof(struct approval), NULL
const struct deed investigation_deeds[] = {
	{ STEP_EXTEND_PRECHECK, &reason_form, APPROVAL, ask_precheck, NULL, false,
		"By fifteen working days, once. Time for tests is not counted at all.", NULL },
	{ STEP_NOT_FILE, &not_file_form, APPROVAL, ask_not_file, NULL, false,
		"A leader approves it, and the form of not filing keeps the ground.", NULL },
	{ STEP_TO_ORDINARY, &reason_form, APPROVAL, ask_ordinary, NULL, false,
		"The party is given notice anew; what it was told and said before is kept, and the "
		"penalty does not go beyond it without new facts.",
		NULL },
	{ STEP_TO_SIMPLE, &procedure_form, sizeof(struct proceeding), NULL, to_simple, NULL, false,
		"Only before the notice, and for a warning or a fine within the bounds of the "
		"simple procedure.",
		NULL },
	{ STEP_EXHIBIT, &exhibit_form, sizeof(struct exhibit), exhibit_begin, exhibit_add,
		EVIDENCE_FILES, false,
		"The file is kept by its digest and never changed; it counts once the other "
		"officer "
		"has verified it (APL article 46).",
		NULL },
	{ STEP_SUMMON, &summon_form, sizeof(struct exhibit), NULL, summon, NULL, false, NULL,
		NULL },
	{ STEP_INQUIRE, &inquiry_form, sizeof(struct exhibit), exhibit_begin, inquire, NULL, true,
		"Two officers show their cards first and tell the right to ask for recusal (O2 "
		"article 21).",
		NULL },
	{ STEP_SCENE, &scene_form, sizeof(struct exhibit), exhibit_begin, scene, NULL, true,
		"Two officers show their cards first and tell the right to ask for recusal (O2 "
		"article 21).",
		NULL },
	{ STEP_SPAN, &span_model, sizeof(struct span_row), NULL, stop_clock, NULL, false,
		"This time is not counted: a test in the pre-check too, the rest in the ninety "
		"days (O2 "
		"articles 18 and 64).",
		NULL },
	{ STEP_SPAN_END, NULL, 1, NULL, start_clock, NULL, false, NULL, NULL },
	{ STEP_SUSPEND, &suspend_form, APPROVAL, ask_suspend, NULL, false,
		"The ninety days stand still until it is resumed.", NULL },
	{ STEP_RESUME, NULL, 1, NULL, resume, NULL, false,
		"The cause of the suspension is gone: the ninety days run on.", NULL },
	{ STEP_END, &end_form, APPROVAL, ask_end, NULL, false,
		"After it only the conclusion of the case is left.", NULL },
	{ STEP_EXTEND, &reason_form, APPROVAL, ask_extend, NULL, false,
		"Once, by thirty days; further only by collective discussion.", NULL },
	{ STEP_EXTEND_AGAIN, &until_form, APPROVAL, ask_extend_again, NULL, false,
		"The collective discussion has fixed the term: give its last day.", NULL },
	{ 0 },
};
