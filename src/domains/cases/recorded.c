/* Is each step recorded as it must be (APL 47; O2 79)? Pure: which steps there are, by what they
 * are recorded and what they need are data (rules/cases/procedure.json, recorded). */
#include "domains/cases/recorded.h"

#include <string.h>

static bool named(const struct node *step, const char *list, const char *code)
{
	NODE_EACH (w, node_find(step, list))
		if (w->type == NODE_TEXT && strcmp(w->s, code) == 0)
			return true;
	return false;
}

/* What a body camera recorded belongs to the steps of its day. */
static bool of_the_day(const struct node *step, const struct record_marks *m, int64_t at)
{
	for (size_t i = 0; i < m->n; i++)
		if (named(step, "begun", m->at[i].code) &&
			day_number(m->at[i].at) == day_number(at))
			return true;
	return false;
}

bool record_of_step(
	const struct node *step, const struct record_marks *m, const struct record_mark *mark)
{
	if (mark->medium == PICTURE_RECORD && strcmp(mark->code, BODY_CAMERA) == 0)
		return node_true(step, "same_day") && of_the_day(step, m, mark->at);
	if (mark->medium == NO_MEDIUM)
		return false;
	return named(step, mark->medium == TEXT_RECORD ? "text" : "picture", mark->code);
}

static enum record_state judge(const char *needs, bool text, bool picture)
{
	if (!text && !picture)
		return LACKS_ALL;
	if (strcmp(needs, "any") == 0)
		return RECORDED;
	if (!text)
		return LACKS_TEXT;
	return !picture && strcmp(needs, "both") == 0 ? LACKS_PICTURE : RECORDED;
}

enum record_state record_state_of(
	const struct node *step, const struct record_marks *m, int64_t *begun_at)
{
	bool text = false, picture = false;

	*begun_at = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct record_mark *k = &m->at[i];
		if (named(step, "begun", k->code) && (!*begun_at || k->at < *begun_at))
			*begun_at = k->at;
		if (!record_of_step(step, m, k))
			continue;
		text |= k->medium == TEXT_RECORD;
		picture |= k->medium == PICTURE_RECORD;
	}
	return *begun_at ? judge(node_text(step, "needs", "text"), text, picture) : NOT_BEGUN;
}
