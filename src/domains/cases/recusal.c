/* Who steps aside (APL 43): an officer, the chair of the hearing, a reviewer or a leader. */
#include "domains/cases/requests.h"

#include <string.h>

/* ---- who may be named -------------------------------------------------- */
static void put_person(struct req *rq, struct node *list, const char *code, const char *label)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "value", code);
	put_text(n, "label", label);
	put_flag(n, "selected", text_is(form_text(rq, "officer"), code));
}

static const char *with_part(struct req *rq, const char *name, const char *part)
{
	return arena_printf(rq->arena, "%s · %s", name, tr(rq, part));
}

#define OTHERS                                                                                     \
	"SELECT id, name, role FROM pub_users WHERE role IN ('reviewer', 'head') AND state = "     \
	"'active' AND (area = 0 OR area = $1) ORDER BY role DESC, name LIMIT 50"

enum err people_of(struct req *rq, const struct course *k, struct node *list)
{
	struct rows *r;
	bool more;

	put_person(rq, list, "1", with_part(rq, user_name(rq, k->c.officer1), "officer"));
	put_person(rq, list, "2", with_part(rq, user_name(rq, k->c.officer2), "officer"));
	if (k->hearing.chair)
		put_person(rq, list, "chair",
			with_part(rq, user_name(rq, k->hearing.chair), "chair of the hearing"));
	TRY(db_query(rq, &r, OTHERS, k->c.area));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_person(rq, list, arena_printf(rq->arena, "%" PRId64, rows_int(r, 0)),
			with_part(rq, arena_dup(rq->arena, rows_text(r, 1)),
				text_is(rows_text(r, 2), "head") ? "leader" : "reviewer"));
	}
	rows_close(r);
	return OK;
}

enum err person_named(struct req *rq, const struct course *k, struct request *q, const char **part)
{
	const char *code = form_text(rq, "officer"), *role;
	int64_t id = form_int(rq, "officer", 0);

	*part = "officer";
	q->officer = text_is(code, "1")	      ? k->c.officer1
		     : text_is(code, "2")     ? k->c.officer2
		     : text_is(code, "chair") ? k->hearing.chair
					      : 0;
	if (text_is(code, "chair"))
		*part = "chair";
	if (q->officer || id <= 2)
		return OK;
	enum err e = db_text(rq, &role,
		"SELECT role FROM pub_users WHERE id = $1 AND role IN ('reviewer', 'head') AND "
		"state = 'active' AND (area = 0 OR area = $2)",
		id, k->c.area);
	if (e)
		return e == E_NOT_FOUND ? OK : e;
	q->officer = id;
	*part = text_is(role, "head") ? "leader" : "reviewer";
	return OK;
}

/* ---- who takes over ---------------------------------------------------- */
/* Has a part in this case that its officer must not have, or stepped aside himself. */
static enum err is_taken(struct req *rq, const struct course *k, int64_t id, bool *taken)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM case_requests WHERE case_id = $1 AND kind = "
		"'recusal' AND state = 'granted' AND officer = $2) + (SELECT count(*) FROM "
		"case_reviews WHERE case_id = $1 AND reviewed_by = $2) + (SELECT count(*) FROM "
		"case_hearings WHERE case_id = $1 AND chair = $2)",
		k->c.id, id));
	*taken = n > 0;
	return OK;
}

static enum err officer_replaced(struct req *rq, struct course *k, const struct request *q)
{
	int64_t other = form_int(rq, "officer", 0), there;
	bool taken;

	TRY(db_int(rq, &there,
		"SELECT count(*) FROM pub_users WHERE id = $1 AND role = 'officer' AND state = "
		"'active' AND card_no <> '' AND (area = 0 OR area = $2)",
		other, k->c.area));
	TRY(is_taken(rq, k, other, &taken));
	if (!there || other == q->officer || other == k->c.officer1 || other == k->c.officer2)
		return fail(rq, E_INVALID, "Choose the officer who takes over.");
	if (taken)
		return fail(rq, E_INVALID,
			"This person reviewed the case, chaired its hearing or stepped aside "
			"(APL articles 43, 58 and 64): choose another.");
	if (k->c.officer1 == q->officer)
		k->c.officer1 = other;
	else
		k->c.officer2 = other;
	if (k->c.proposed_by == q->officer) { /* what he proposed is not his to propose */
		k->c.proposed_by = 0;
		k->c.state = text_is(k->c.state, "proposed") ? (k->c.told_at ? "heard" : "filed")
							     : k->c.state;
	}
	return OK;
}

/* Who grants it chairs the hearing, when that may be. */
static enum err chair_replaced(struct req *rq, struct course *k)
{
	struct hearing h = k->hearing;

	if (!text_is(h.state, "asked") && !text_is(h.state, "set"))
		return fail(rq, E_CONFLICT, "The hearing has been held.");
	h.chair = rq->user->id;
	return db_update(rq, &hearing_model, &h);
}

/* What a reviewer passed who had to step aside is reviewed again by somebody else. */
static enum err reviewed_again(struct req *rq, struct course *k, const struct request *q)
{
	struct review v = k->review;
	struct report r = k->report;

	if (!v.id || v.reviewed_by != q->officer || k->c.told_at > v.reviewed_at)
		return OK;
	v.jurisdiction = v.party = v.facts = v.nature = v.basis = v.procedure = v.proportion = "";
	v.verdict = v.opinion = "";
	v.reviewed_by = v.reviewed_at = 0;
	r.state = "submitted";
	TRY(term_workdays(rq, rq->now, course_term(k, "review_workdays", 10), &v.due));
	TRY(db_update(rq, &review_model, &v));
	return db_update(rq, &report_model, &r);
}

enum err stepped_aside(struct req *rq, struct course *k, const struct request *q)
{
	bool officer = q->officer == k->c.officer1 || q->officer == k->c.officer2;

	if (officer)
		TRY(officer_replaced(rq, k, q));
	else if (k->hearing.id && k->hearing.chair == q->officer)
		TRY(chair_replaced(rq, k));
	TRY(reviewed_again(rq, k, q));
	bool undecided = text_is(k->approval.matter, "decide") &&
			 (k->review.reviewed_by == q->officer || !k->c.proposed_by);
	if (k->approval.id && (k->approval.asked_by == q->officer || undecided))
		TRY(approval_void(rq, k, "因回避，本申请撤回，由接办人员重新提出。"));
	return db_update(rq, &case_model, &k->c);
}
