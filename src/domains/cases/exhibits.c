/* Evidence added by hand: shown, and verified by the other officer before it counts (APL 46). */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"

static const struct choice verdicts[] = { { "true", "Verified", "green" },
	{ "untrue", "Not true or not usable", "red" }, { 0 } };

const struct model exhibit_check_model =
	MODEL("case_exhibit_checks", struct exhibit_check, .witnessed = true,
		FIELDS(STORED(struct exhibit_check, id), STORED(struct exhibit_check, version),
			STORED(struct exhibit_check, case_id, .as = AS_ID),
			STORED(struct exhibit_check, exhibit, .as = AS_ID),
			STORED(struct exhibit_check, verdict, .choices = verdicts),
			STORED(struct exhibit_check, reason),
			STORED(struct exhibit_check, checked_by, .as = AS_ID),
			STORED(struct exhibit_check, checked_at, .as = AS_TIME)));

/* ---- shown ------------------------------------------------------------- */
struct shown_exhibits {
	struct list checks;
	struct case_facts facts;
	bool party;
};

static const struct exhibit_check *check_of(const struct list *l, int64_t exhibit)
{
	for (const struct exhibit_check *k = LIST_OF(struct exhibit_check, l);
		k < LIST_END(struct exhibit_check, l); k++)
		if (k->exhibit == exhibit)
			return k;
	return NULL;
}

/* A record that two officers made with the person who signed it needs nobody else. */
static void put_check(
	struct req *rq, struct node *n, const struct exhibit *x, const struct shown_exhibits *s)
{
	const struct exhibit_check *k = check_of(&s->checks, x->id);
	const struct verifying v = { rq->user->id, x->added_by, *rq->user->card_no != 0, "-" };
	bool waits = !k && !x->paper;
	struct node *tag = put_map(n, "check_tag");

	put_text(tag, "tone",
		waits				     ? "yellow"
		: k && text_is(k->verdict, "untrue") ? "red"
						     : "green");
	put_text(tag, "label",
		tr(rq, waits ? "Waits for the other officer"
			: k  ? choice_label(verdicts, k->verdict)
			     : "Made by two officers"));
	put_text(n, "check_reason", k ? k->reason : "");
	put_text(n, "check_by",
		k ? arena_printf(rq->arena, "%s · %s", user_name(rq, k->checked_by),
			    date_text(rq->arena, k->checked_at))
		  : "");
	put_flag(n, "verify",
		!s->party && waits && may(rq, CASE_WRITE) && !may_verify(&s->facts, &v));
}

static void put_exhibit(struct req *rq, struct node *n, const struct exhibit *x, bool party)
{
	put_printf(n, "id", "%" PRId64, x->id);
	put_text(n, "kind",
		tr(rq, choice_label(model_field(&exhibit_model, "kind")->choices, x->kind)));
	put_text(n, "title", x->title);
	put_text(n, "at", date_text(rq->arena, x->taken_at));
	put_text(n, "place", x->place);
	put_text(n, "method", x->method);
	put_text(n, "maker", x->maker);
	put_text(n, "words", party && text_is(x->kind, "EV_WITNESS") ? "" : x->words);
	put_text(n, "sm3", x->sm3);
	put_text(n, "href",
		*x->sm3 && !party ? arena_printf(rq->arena, "/cases/%" PRId64 "/exhibits/%" PRId64,
					    x->case_id, x->id)
				  : "");
}

enum err put_exhibits(struct req *rq, const struct course *k, bool party)
{
	struct list l;
	struct shown_exhibits s = { .facts = k->f, .party = party };
	struct node *list = put_list(rq->view, "exhibits");

	TRY(db_all(rq, &exhibit_model, &l,
		"SELECT * FROM case_exhibits WHERE case_id = $1 ORDER BY taken_at, id", k->c.id));
	if (!l.n)
		return OK;
	TRY(db_all(rq, &exhibit_check_model, &s.checks,
		"SELECT * FROM case_exhibit_checks WHERE case_id = $1", k->c.id));
	for (struct exhibit *x = LIST_OF(struct exhibit, &l); x < LIST_END(struct exhibit, &l);
		x++) {
		struct node *n = put_map(list, NULL);
		put_exhibit(rq, n, x, party);
		put_check(rq, n, x, &s);
	}
	return OK;
}

enum err exhibit_file(struct req *rq)
{
	struct exhibit x;

	TRY(db_one(rq, &exhibit_model, &x,
		"SELECT * FROM case_exhibits WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	if (!*x.sm3)
		return fail(rq, E_NOT_FOUND, "This piece of evidence has no file.");
	reply_set_header(rq, "Cache-Control", "private, max-age=3600");
	return reply_object(rq, x.sm3, x.type, NULL);
}

/* ---- verifying --------------------------------------------------------- */
static enum err unchecked(struct req *rq, struct exhibit *x)
{
	int64_t there;

	TRY(db_one(rq, &exhibit_model, x,
		"SELECT * FROM case_exhibits WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	TRY(db_int(
		rq, &there, "SELECT count(*) FROM case_exhibit_checks WHERE exhibit = $1", x->id));
	return there || x->paper ? fail(rq, E_CONFLICT, "It has been verified already.") : OK;
}

enum err exhibit_check(struct req *rq)
{
	struct course k;
	struct exhibit x;
	struct exhibit_check v = { .case_id = rq->id,
		.exhibit = rq->id2,
		.verdict = form_text(rq, "verdict"),
		.reason = form_text(rq, "reason"),
		.checked_by = rq->user->id,
		.checked_at = rq->now };

	TRY(course_load(rq, &k));
	TRY(unchecked(rq, &x));
	const struct verifying w = { rq->user->id, x.added_by, *rq->user->card_no != 0, v.reason };
	TRY(allow(rq, may_verify(&k.f, &w)));
	if (utf8_length(v.reason) > 500)
		return fail(rq, E_INVALID, "At most %d characters, please.", 500);
	if (!text_is(v.verdict, "true") && !text_is(v.verdict, "untrue"))
		return fail(rq, E_INVALID, "Say whether it is true or not.");
	if (*x.sm3)
		TRY(object_check(rq, x.sm3, x.sha256));
	TRY(course_add(
		rq, &k, &(struct written){ &exhibit_check_model, &v, CASE_EXHIBIT_CHECKED }));
	notice(rq, text_is(v.verdict, "true") ? "Verified: it counts as evidence."
					      : "It does not count as evidence.");
	return redirect(rq, "/cases/%" PRId64, rq->id);
}
