#include "domains/appraisals/rules.h"

#include <string.h>

enum { FULL = 10000 };

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* ---- steps */
const char *may_draw(const char *round_state)
{
	return is(round_state, "open") ? NULL : "This round is drawn already, or withdrawn.";
}

const char *may_withdraw(const char *round_state)
{
	return is(round_state, "open")
		       ? NULL
		       : "A round that is drawn stands; it can no longer be withdrawn.";
}

const char *may_finish(const char *round_state, int64_t not_final)
{
	if (!is(round_state, "drawn"))
		return "Only a round that is drawn is finished, once.";
	return not_final ? "A case of this round has no final result yet." : NULL;
}

const char *may_appoint(const struct appraisal_facts *f, const struct appraiser_facts *a)
{
	if (!f->round_drawn)
		return "This round is finished.";
	if (!is(f->state, "drawn") && !is(f->state, "assigned"))
		return "The appraisal has been handed in: its appraiser stays.";
	if (!a->active || !a->may_appraise)
		return "Choose an officer, a legal reviewer or a leader of the bureau.";
	if (is(a->part, "officer"))
		return "Recused: an officer of this case cannot appraise it (APL article 43).";
	if (is(a->part, "reviewer"))
		return "Recused: who reviewed this case cannot appraise it (APL article 43).";
	if (is(a->part, "decider"))
		return "Recused: who decided this case cannot appraise it (APL article 43).";
	if (is(a->part, "chair"))
		return "Recused: who led the hearing of this case cannot appraise it (APL article "
		       "43).";
	return a->tied ? "Recused: this person has a tie to the business, as the register of "
			 "officers says (APL article 43)."
		       : NULL;
}

const char *may_replace(const struct appraisal_facts *f, const char *reason, bool one_left)
{
	if (!f->round_drawn)
		return "This round is finished.";
	if (!is(f->state, "drawn") && !is(f->state, "assigned"))
		return "What has been appraised stays in the sample.";
	if (!*reason)
		return "Say why this case cannot be appraised: it stays in the record.";
	return one_left ? NULL : "No case is left in this stratum.";
}

const char *may_fill(const struct appraisal_facts *f)
{
	if (!f->round_drawn)
		return "This round is finished.";
	if (f->user != f->appraiser)
		return "Only the appraiser of this case fills in the table.";
	return is(f->state, "assigned") ? NULL : "The appraisal has been handed in.";
}

static bool is_officer(const struct appraisal_facts *f)
{
	return f->user && (f->user == f->officer1 || f->user == f->officer2);
}

const char *may_object(const struct appraisal_facts *f)
{
	if (!is_officer(f))
		return "Only an officer of the case objects.";
	if (!is(f->state, "told") && !is(f->state, "objected"))
		return "There is no finding to object to now.";
	if (f->accepted_at)
		return "The findings have been accepted.";
	return f->now > f->object_due ? "The term for objections is over." : NULL;
}

const char *may_accept(const struct appraisal_facts *f)
{
	if (!is_officer(f))
		return "Only an officer of the case accepts the findings.";
	if (!is(f->state, "told") || f->accepted_at)
		return "There is no finding to accept now.";
	return NULL;
}

const char *may_answer_objection(const struct appraisal_facts *f)
{
	if (!is(f->state, "objected"))
		return "No objection waits for an answer.";
	if (is_officer(f))
		return "An officer of the case does not answer objections in it.";
	return f->user == f->appraiser
		       ? "An objection is answered by somebody who did not appraise the case."
		       : NULL;
}

const char *may_confirm(const struct appraisal_facts *f)
{
	if (is(f->state, "objected"))
		return "An objection waits for its answer.";
	if (!is(f->state, "told") && !is(f->state, "answered"))
		return "There is no result to confirm now.";
	if (is_officer(f) || f->user == f->appraiser)
		return "The result is confirmed by somebody who neither handled nor appraised the "
		       "case.";
	if (is(f->state, "told") && !f->accepted_at && f->now <= f->object_due)
		return "The officers can still object: wait until their term is over, or until one "
		       "of them accepts.";
	return NULL;
}

const char *may_mend(const struct appraisal_facts *f, const char *words)
{
	if (!is_officer(f))
		return "Only an officer of the case puts it right.";
	if (!is(f->mend_state, "ordered") && !is(f->mend_state, "refused"))
		return "Nothing has to be put right now.";
	return *words ? NULL : "Write what was put right.";
}

const char *may_check_mending(const struct appraisal_facts *f, const char *words)
{
	if (!is(f->mend_state, "shown"))
		return "Nothing that was put right waits to be checked.";
	if (is_officer(f))
		return "An officer of the case does not check it.";
	return *words ? NULL : "Write what you saw.";
}

/* ---- the table */
bool point_applies(const struct node *point, const char *procedure)
{
	const char *only = node_text(point, "only", "");

	return !*only || is(only, procedure);
}

const struct node *point_of(const struct node *table, const char *code)
{
	NODE_EACH (g, node_find(table, "groups"))
		NODE_EACH (p, node_find(g, "points"))
			if (is(node_text(p, "code", ""), code))
				return p;
	return NULL;
}

bool point_agrees(const struct point_said *p)
{
	if (!*p->found)
		return true;
	if (is(p->found, "ok"))
		return is(p->verdict, "met");
	if (is(p->found, "bad"))
		return is(p->verdict, "failed") || is(p->verdict, "part");
	return is(p->verdict, "na");
}

const char *point_lacks(const struct point_said *p)
{
	if (!*p->verdict)
		return "Say whether this point is met.";
	if (*p->reason)
		return NULL;
	if (!point_agrees(p))
		return "Give the reason why you see it otherwise than the record.";
	if (!*p->found && (is(p->verdict, "failed") || is(p->verdict, "part")))
		return "Write what is wrong, and where it stands in the file.";
	return NULL;
}

const struct node *grade_of(const struct node *table, const char *code)
{
	NODE_EACH (g, node_find(table, "grades"))
		if (is(node_text(g, "code", ""), code))
			return g;
	return NULL;
}

static void add(const struct node *point, const char *verdict, struct scored *out)
{
	int64_t weight = node_int(point, "weight", 0);

	if (!point || !*verdict || is(verdict, "na"))
		return;
	out->applies += weight;
	if (is(verdict, "met"))
		return;
	out->failed++;
	out->lost += is(verdict, "part") ? (weight + 1) / 2 : weight;
	if (is(verdict, "failed") && node_true(point, "veto"))
		out->vetoed = true;
}

void score_of(const struct node *table, const struct point_said *p, size_t n, struct scored *out)
{
	*out = (struct scored){ .grade = "" };
	for (size_t i = 0; i < n; i++)
		add(point_of(table, p[i].code), p[i].verdict, out);
	if (!out->applies)
		return;
	out->score = ((out->applies - out->lost) * FULL * 2 + out->applies) / (out->applies * 2);
	if (out->vetoed) {
		out->grade = node_text(table, "veto_grade", "fail");
		return;
	}
	NODE_EACH (g, node_find(table, "grades"))
		if (out->score >= node_int(g, "from", 0)) {
			out->grade = node_text(g, "code", "");
			return;
		}
}
