/* The rules of measures, each row changing one thing of a step that is allowed, with its clause. */
#include "domains/measures/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct measure_facts base(const char *kind, const char *state)
{
	return (struct measure_facts){ .kind = kind,
		.state = state,
		.officer1 = 1,
		.officer2 = 2,
		.user = 1,
		.of_case = true,
		.card1 = true,
		.card2 = true,
		.decided = strcmp(state, "proposed") != 0,
		.taken_at = 100,
		.until = 1000,
		.now = 500,
		.more_state = "",
		.items = 1,
		.case_open = true };
}

static void refused(const char *why, const char *clause)
{
	if (!*clause ? why != NULL : !why || !strstr(why, clause))
		fail_msg("'%s' and not '%s'", why ? why : "allowed", clause);
}

#define ROW(step, change, clause)                                                                  \
	do {                                                                                       \
		struct measure_facts f = ready;                                                    \
		change;                                                                            \
		refused(step, clause);                                                             \
	} while (0)

/* A leader: not one of the two. */
#define LEADER(f) ((f).user = 9, (f).of_case = false)

static void proposing(void **state)
{
	struct measure_facts ready = base("seize", "proposed");

	(void)state;
	ROW(may_propose_measure(&f, "x"), f.items = 1, "");
	ROW(may_propose_measure(&f, "x"), f.items = 8, "");
	ROW(may_propose_measure(&f, "x"), f.of_case = false, "AEL article 18(2)");
	ROW(may_propose_measure(&f, "x"), f.officer2 = 1, "AEL article 18(2)");
	ROW(may_propose_measure(&f, "x"), f.card2 = false, "AEL articles 17 and 18(3)");
	ROW(may_propose_measure(&f, "x"), f.items = 0, "O2 articles 34 and 37");
	ROW(may_propose_measure(&f, "x"), f.case_open = false, "O2 articles 33 and 36");
	ROW(may_propose_measure(&f, ""), f.items = 1, "AEL article 24");
	ROW(may_decide_measure(&f, "x"), LEADER(f), "");
	ROW(may_decide_measure(&f, "x"), f.items = 1, "AEL article 18(1)");
	ROW(may_decide_measure(&f, ""), LEADER(f), "O2 articles 33 and 36");
	ROW(may_decide_measure(&f, "x"), (LEADER(f), f.decided = true), "does not wait");
	ROW(may_take_measure(&f), f.state = "approved", "");
	ROW(may_take_measure(&f), f.state = "proposed", "AEL article 19");
	ROW(may_take_measure(&f), f.state = "running", "taken already");
	ROW(may_take_measure(&f), (f.state = "approved", f.of_case = false), "AEL article 18(2)");
	ROW(may_take_measure(&f), (f.state = "approved", f.card1 = false), "AEL articles 17");
	ROW(may_take_measure(&f), (f.state = "approved", f.case_open = false), "O2 articles 33");
}

static void evidence_kept(void **state)
{
	struct measure_facts ready = base("keep", "running");
	static const char *const ways[] = { "record", "lab", "seize", "confiscate", "release" };

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		ROW(may_act_on_kept(&f, ways[i]), f.now = f.until, "");
	ROW(may_act_on_kept(&f, "record"), f.now = f.until + 1, "O2 article 35");
	ROW(may_act_on_kept(&f, "burn"), f.now = 1, "one of the five");
	ROW(may_act_on_kept(&f, "lab"), f.decided = false, "O2 article 33");
	ROW(may_act_on_kept(&f, "release"), f.decided = false, "");
	ROW(may_act_on_kept(&f, "lab"), f.kind = "seize", "O2 article 35");
	ROW(may_act_on_kept(&f, "lab"), f.state = "lapsed", "O2 article 35");
	ROW(may_act_on_kept(&f, "record"), f.of_case = false, "O2 article 22");
}

static void seizure(void **state)
{
	struct measure_facts ready = base("seal", "running");

	(void)state;
	ROW(may_begin_lab(&f, 501), f.now = 500, "");
	ROW(may_begin_lab(&f, 500), f.now = 500, "O2 article 38");
	ROW(may_begin_lab(&f, 900), f.kind = "keep", "O2 article 38");
	ROW(may_begin_lab(&f, 900), f.lab_from = 1, "already");
	ROW(may_begin_lab(&f, 900), f.of_case = false, "O2 article 22");
	ROW(may_end_lab(&f), f.lab_from = 1, "");
	ROW(may_end_lab(&f), f.lab_from = 0, "laboratory");
	ROW(may_end_lab(&f), (f.lab_from = 1, f.of_case = false), "O2 article 22");
	ROW(may_ask_more(&f, 30, 30), f.now = f.until, "");
	ROW(may_ask_more(&f, 31, 30), f.now = 1, "O2 article 38");
	ROW(may_ask_more(&f, 0, 30), f.now = 1, "AEL article 25");
	ROW(may_ask_more(&f, 30, 30), f.now = f.until + 1, "O2 article 42(4)");
	ROW(may_ask_more(&f, 30, 30), f.more_state = "approved", "once");
	ROW(may_ask_more(&f, 30, 30), f.more_state = "refused", "");
	ROW(may_ask_more(&f, 30, 30), f.of_case = false, "O2 article 22");
	ROW(may_decide_more(&f, "x"), (LEADER(f), f.more_state = "asked", f.more_by = 1), "");
	ROW(may_decide_more(&f, "x"), f.more_state = "asked", "O2 article 38");
	ROW(may_decide_more(&f, "x"), (LEADER(f), f.more_state = "asked", f.more_by = 9),
		"O2 article 38");
	ROW(may_decide_more(&f, ""), (LEADER(f), f.more_state = "asked"), "in writing");
	ROW(may_decide_more(&f, "x"), (LEADER(f), f.more_state = ""), "Nobody");
	ROW(may_decide_more(&f, "x"), (LEADER(f), f.more_state = "asked", f.now = f.until + 1),
		"42(4)");
	ROW(may_give_into_care(&f, "冷库"), f.now = 1, "");
	ROW(may_give_into_care(&f, ""), f.now = 1, "O2 article 41");
	ROW(may_give_into_care(&f, "冷库"), f.of_case = false, "O2 article 22");
	ROW(may_release_measure(&f, "x"), (LEADER(f), f.state = "overdue"), "");
	ROW(may_release_measure(&f, ""), LEADER(f), "articles 35 and 42");
	ROW(may_release_measure(&f, "x"), (LEADER(f), f.state = "released"), "Nothing is held");
	ROW(may_release_measure(&f, "x"), f.state = "overdue", "O2 articles 35 and 42");
	ROW(may_dispose(&f, 5, 5), LEADER(f), "");
	ROW(may_dispose(&f, 5, 5), f.now = 1, "AEL article 27");
	ROW(may_dispose(&f, 6, 5), LEADER(f), "O2 article 41");
	ROW(may_dispose(&f, 0, 5), LEADER(f), "AEL article 27");
	ROW(may_dispose(&f, 1, 5), (LEADER(f), f.decided = false), "O2 article 36");
	refused(may_write_letter(true, true), "");
	refused(may_write_letter(false, true), "O2 articles 22 and 45");
	refused(may_write_letter(true, false), "O2 article 45");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(proposing),
		cmocka_unit_test(evidence_kept), cmocka_unit_test(seizure) };
	return cmocka_run_group_tests_name("measure rules", tests, NULL, NULL);
}
