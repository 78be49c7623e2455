#include "domains/inspections/rules.h"

#include <string.h>

const struct choice inspection_kinds[] = {
	{ "INSP_ROUTINE", "Routine inspection" },
	{ "INSP_UNANNOUNCED", "Unannounced inspection" },
	{ "INSP_SYSTEM", "System inspection" },
	{ "INSP_OFFSITE", "Check by video" },
	{ "INSP_GRADING", "Grading inspection" },
	{ "INSP_RANDOM", "Random inspection" },
	{ "INSP_SPECIAL", "Special inspection" },
	{ "INSP_RECHECK", "Re-inspection" },
	{ NULL },
};

const struct choice inspection_results[] = {
	{ "CONFORM", "Conforms", "green" },
	{ "BASIC_CONFORM", "Conforms in the main", "yellow" },
	{ "NOT_CONFORM", "Does not conform", "red" },
	{ NULL },
};

const struct choice inspection_handlings[] = {
	{ "PASS", "Passed, nothing to correct", "green" },
	{ "ORDER", "Written order to correct by a date", "yellow" },
	{ "STOP", "Food business stopped at once", "red" },
	{ NULL },
};

bool asks_all_items(const char *kind)
{
	static const char *const some[] = { "INSP_UNANNOUNCED", "INSP_OFFSITE", "INSP_SPECIAL",
		"INSP_RECHECK" };
	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++)
		if (strcmp(some[i], kind) == 0)
			return false;
	return true;
}

/* ---- the table ------------------------------------------------------------------------------- */
static int group_at(const struct node *groups, int64_t no)
{
	int i = 0;
	NODE_EACH (g, groups) {
		if (node_int(g, "no", -1) == no)
			return i;
		i++;
	}
	return -1;
}

static enum err item_read(
	const struct node *n, const struct node *groups, struct check_table *t, struct fault *why)
{
	struct check_item *i = &t->items[t->n];
	int same = 0;

	if (t->n == MAX_ITEMS)
		return fault(why, E_INVALID, "more than %d items", MAX_ITEMS);
	*i = (struct check_item){ node_text(n, "no", ""), node_text(n, "text", ""),
		node_text(n, "text_en", ""), group_at(groups, node_int(n, "group", -1)),
		node_true(n, "key") };
	if (!*i->no || !*i->text || i->group < 0)
		return fault(why, E_INVALID, "item %d lacks its number, text or group", t->n + 1);
	for (int k = 0; k < t->n; k++) {
		if (strcmp(t->items[k].no, i->no) == 0)
			return fault(why, E_INVALID, "item %s comes twice", i->no);
		same += t->items[k].group == i->group;
	}
	if (same >= MAX_GROUP_ITEMS)
		return fault(why, E_INVALID, "a group has more than %d items", MAX_GROUP_ITEMS);
	t->n++;
	return OK;
}

enum err check_table_read(const struct node *rules, struct check_table *out, struct fault *why)
{
	const struct node *groups = node_find(rules, "groups");

	*out = (struct check_table){
		.id = node_text(rules, "table_id", ""),
		.version = node_text(rules, "version", ""),
		.title = node_text(rules, "title", ""),
		.min_key = (int)node_int(rules, "minimum.key", 3),
		.min_general = (int)node_int(rules, "minimum.general", 7),
	};
	NODE_EACH (g, groups) {
		if (out->groups == MAX_GROUPS)
			return fault(why, E_INVALID, "more than %d groups", MAX_GROUPS);
		out->group_title[out->groups] = node_text(g, "title", "");
		out->group_title_en[out->groups++] = node_text(g, "title_en", "");
	}
	NODE_EACH (n, node_find(rules, "items"))
		TRY(item_read(n, groups, out, why));
	return *out->id && *out->version && out->n
		       ? OK
		       : fault(why, E_INVALID, "table_id, version or items are missing");
}

/* ---- score ----------------------------------------------------------------- */
static int64_t lcm(int64_t a, int64_t b)
{
	int64_t x = a, y = b;
	while (y) {
		int64_t rest = x % y;
		x = y;
		y = rest;
	}
	return a / x * b;
}

/* Exact: fractions over the least common multiple of the group sizes (each at most 20), rounded
 * once. */
static int64_t score_of(const struct judging *j)
{
	int passed[MAX_GROUPS] = { 0 }, judged[MAX_GROUPS] = { 0 };
	int64_t whole = 1, sum = 0, groups = 0;

	for (int i = 0; i < j->table->n; i++) {
		int g = j->table->items[i].group;
		passed[g] += j->answers[i] == PASSED;
		judged[g] += j->answers[i] == PASSED || j->answers[i] == FAILED;
	}
	for (int g = 0; g < j->table->groups; g++)
		if (judged[g])
			whole = lcm(whole, judged[g]);
	for (int g = 0; g < j->table->groups; g++)
		if (judged[g]) {
			sum += passed[g] * (whole / judged[g]);
			groups++;
		}
	if (!groups)
		return 0;
	/* tenths of a point = round half up (100 * sum / (whole * groups)) */
	return (200 * sum + whole * groups) / (2 * whole * groups) * 10;
}

/* ---- judging --------------------------------------------------------------- */
static void tally(const struct judging *j, struct outcome *o)
{
	for (int i = 0; i < j->table->n; i++) {
		bool judged = j->answers[i] == PASSED || j->answers[i] == FAILED,
		     failed = j->answers[i] == FAILED;
		if (j->answers[i] == NOT_APPLICABLE)
			o->not_applicable++;
		if (j->table->items[i].key) {
			o->key_checked += judged;
			o->key_failed += failed;
		} else {
			o->general_checked += judged;
			o->general_failed += failed;
		}
	}
}

static const char *unanswered(const struct judging *j, const char **item)
{
	for (int i = 0; i < j->table->n; i++) {
		if (j->answers[i] != NOT_ASKED)
			continue;
		*item = j->table->items[i].no;
		if (j->mandatory && j->mandatory[i])
			return "This item failed last time and must be checked now.";
		if (j->all_items)
			return "This kind of inspection checks every item.";
	}
	*item = NULL;
	return NULL;
}

static const char *result_of(const struct outcome *o)
{
	int passed = o->general_checked - o->general_failed;

	if (!o->key_failed && !o->general_failed)
		return "CONFORM";
	/* exactly 70 % is still in the main */
	if (o->key_failed <= 1 && passed * 10 >= o->general_checked * 7)
		return "BASIC_CONFORM";
	return "NOT_CONFORM";
}

const char *inspection_judge(const struct judging *j, struct outcome *out, const char **item)
{
	*out = (struct outcome){ .result = "" };
	const char *problem = unanswered(j, item);
	if (problem)
		return problem;
	tally(j, out);
	if (!out->general_checked)
		return "No general item was judged, so there is no share of passed ones.";
	if (out->key_checked < j->table->min_key)
		return "Too few key items were judged.";
	if (out->general_checked < j->table->min_general)
		return "Too few general items were judged.";
	out->score = score_of(j);
	out->result = result_of(out);
	return NULL;
}

const char *handling_problem(
	const char *result, const char *handling, int64_t correct_by, int64_t inspected_at)
{
	bool conforms = strcmp(result, "CONFORM") == 0, pass = strcmp(handling, "PASS") == 0;

	if (conforms)
		return pass ? NULL : "Nothing failed, so the handling is: passed.";
	if (pass)
		return "Items failed, so a written order to correct is needed.";
	if (strcmp(handling, "STOP") == 0)
		return strcmp(result, "NOT_CONFORM") == 0
			       ? NULL
			       : "Stopping is for results that do not conform.";
	if (!correct_by)
		return "A written order names the date to correct by.";
	return day_number(correct_by) >= day_number(inspected_at)
		       ? NULL
		       : "The date to correct by lies before the inspection.";
}
