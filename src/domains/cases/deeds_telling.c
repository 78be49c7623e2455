/* The party told by word of mouth (APL 44, O2 57, 69): for one that no message reaches. Two
 * officers tell it what is intended and why, and record that on form 38, which it signs or refuses
 * to. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/weighing.h"

static const struct choice said_kinds[] = { { "later", "Nothing yet: its five working days run",
						    "" },
	{ "none", "That it makes no statement", "" }, { "made", "A statement", "" }, { 0 } };

#define S(m, ...) STORED(struct telling, m __VA_OPT__(, ) __VA_ARGS__)
const struct model telling_model = MODEL("case_tellings", struct telling, .witnessed = true,
	FIELDS(S(id), S(version), S(case_id, .as = AS_ID),
		INPUT(struct telling, fine_fen, "Fine (yuan)", .as = AS_FEN, .max = INT64_MAX,
			.hint = "Empty: a warning"),
		INPUT(struct telling, at, "Day", .as = AS_DATE, .required = true),
		INPUT(struct telling, place, "Place", .required = true, .max = 200),
		INPUT(struct telling, speaker, "Who was present for the party", .required = true,
			.max = 100),
		INPUT(struct telling, said, "What the party said", .choices = said_kinds,
			.required = true),
		INPUT(struct telling, words, "Its statement", .as = AS_LONG, .max = 2000),
		INPUT(struct telling, refusal, "If the person does not sign: why", .max = 200,
			.hint = "The two officers note it on the record (O2 article 29)"),
		S(sign_sm3), S(sign_sha256), S(paper, .as = AS_ID), S(told_by, .as = AS_ID),
		S(written_at, .as = AS_TIME)));
#undef S

/* The hour stands in no column of its own. */
static void hour_asked(struct req *rq, const struct course *k)
{
	(void)k;
	form_ask(rq, "form",
		&(struct asked_field){ .name = "hour",
			.label = "Hour",
			.hint = "Such as 09:30",
			.value = form_text(rq, "hour"),
			.required = true,
			.line = true });
}

static void telling_begin(struct req *rq, const struct course *k, void *row)
{
	struct telling *t = row;

	t->at = rq->now;
	t->place = k->party.address;
	t->speaker = k->party.legal_person;
}

static bool telling_wrong(struct req *rq, const struct course *k, struct telling *t)
{
	t->at = form_moment(rq, "at", "hour");
	if (t->at / MINUTE == rq->now / MINUTE)
		t->at = rq->now;
	if (t->at > rq->now)
		field_error(rq, "at", "It cannot have been made after today.");
	else if (t->at && t->at + MINUTE <= k->c.filed_at)
		field_error(rq, "at", "The party is told in a filed case (APL article 44).");
	if (text_is(t->said, "made") && !*t->words)
		field_error(rq, "words", "Write what the party stated (O2 article 57).");
	return form_failed(rq);
}

static enum err telling_signed(struct req *rq, struct telling *t)
{
	struct object sign = { .sm3 = "", .sha256 = "" };

	if (!*t->refusal && keep_signature(rq, "signature", &sign)) {
		field_error(rq, "signature",
			"The person signs in the box, or write why it does not sign.");
		return E_INVALID;
	}
	t->sign_sm3 = sign.sm3 ? sign.sm3 : "";
	t->sign_sha256 = sign.sha256 ? sign.sha256 : "";
	return OK;
}

static const char *said_zh(const struct telling *t)
{
	if (text_is(t->said, "made"))
		return t->words;
	return text_is(t->said, "none")
		       ? "当事人明确表示不陈述、不申辩。"
		       : "当事人当场未作陈述、申辩；已告知其可在五个工作日内提出，逾期视为放弃。";
}

static enum err paper_telling(struct req *rq, const struct course *k, struct telling *t)
{
	const struct paper_picture sign = { "party_sig", t->sign_sm3 };
	struct form f = { .pictures = &sign, .n_pictures = *t->sign_sm3 ? 1 : 0 };
	const struct penalty_size p = { k->c.told_penalty, k->c.fine_fen, 0 };
	const char *at = moment_zh(rq, t->at), *evidence;

	TRY(evidence_words(rq, k->c.id, t->at, &evidence));
	form_party(&f, &k->party);
	form_officers(rq, &f, &k->c);
	form_puts(&f, "cause", k->c.act_name, "started_at", at, "ended_at", at, "place", t->place,
		"speaker", t->speaker, "recorder", user_name(rq, t->told_by), "told_facts",
		arena_printf(rq->arena, "%s，有%s等证据证明",
			node_text(act_of(rq, k->c.act), "short", k->c.act_name), evidence),
		"told_basis", basis_of(rq, &k->c, &k->party), "told_penalty", penalty_zh(rq, k, &p),
		"defence", said_zh(t), "refusal", t->refusal, "signed_at",
		*t->sign_sm3 ? date_zh(rq->arena, rq->now) : "", NULL);
	return form_order(rq, &k->c, form_named(&f, "defence_record"), &t->paper);
}

/* Told, and heard at once when it has said its word or that it has none. */
static void told_and_heard(struct course *k, const struct telling *t)
{
	k->c.state = "told";
	k->c.told_at = t->at;
	if (text_is(t->said, "later"))
		return;
	k->c.state = "heard";
	k->c.heard_at = t->at;
	k->c.statement = t->said;
	k->c.statement_words = t->words;
}

static enum err telling_take(struct req *rq, struct course *k, void *row)
{
	struct telling *t = row;
	struct case_facts f = k->f;

	f.reachable = true; /* by word of mouth; all else as for a message */
	TRY(allow(rq, may_tell(&f, rq->user->id)));
	if (telling_wrong(rq, k, t))
		return E_INVALID;
	TRY(case_intend(rq, &k->c, t->fine_fen));
	TRY(telling_signed(rq, t));
	t->case_id = k->c.id;
	t->words = text_is(t->said, "made") ? t->words : "";
	t->told_by = rq->user->id;
	t->written_at = rq->now;
	told_and_heard(k, t);
	TRY(term_workdays(rq, t->at, (int)act_term(rq, "silence_workdays", 5), &k->c.hear_due));
	TRY(paper_telling(rq, k, t));
	TRY(db_update(rq, &case_model, &k->c));
	TRY(course_add(rq, k, &(struct written){ &telling_model, t, CASE_TOLD }));
	if (!text_is(t->said, "later"))
		TRY(emit(rq, CASE_HEARD, k->c.id, k->c.operator,
			json_pairs(rq, "statement", t->said, "words", t->words, NULL)));
	notice(rq, "The telling was recorded.");
	return OK;
}

const struct deed telling_deeds[] = {
	{ STEP_TELL_IN_PERSON, &telling_model, sizeof(struct telling), telling_begin, telling_take,
		NULL, true,
		"For a party that no message reaches: the two officers show their cards, tell "
		"what is intended, why, and its rights, and record it (form 38).",
		hour_asked },
	{ 0 },
};
