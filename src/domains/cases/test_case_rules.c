/* What the law allows when, article by article: every refusal, and the moment at which it ends. */
#include "domains/cases/rules.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const states[] = { "precheck", "not_filed", "filed", "told", "heard", "proposed",
	"decided", "closed" };
enum {
	PRECHECK = 1,
	NOT_FILED = 2,
	FILED = 4,
	TOLD = 8,
	HEARD = 16,
	PROPOSED = 32,
	DECIDED = 64,
	CLOSED = 128,
	OPEN = FILED | TOLD | HEARD | PROPOSED | DECIDED
};

/* A case in which nothing is missing. */
static const struct case_facts whole = { .state = "precheck",
	.officer1 = 7,
	.officer2 = 8,
	.proposed_by = 7,
	.officer1_card = true,
	.officer2_card = true,
	.usable_evidence = 1,
	.weighed = true,
	.simple_act = true,
	.reachable = true,
	.told_at = 1000,
	.hear_due = 2000,
	.statement = "none",
	.defence_adopted = "",
	.correction_state = "" };

static void refused(const char *why, const char *says)
{
	if (!why)
		fail_msg("allowed, instead of: %s", says);
	if (!strstr(why, says))
		fail_msg("'%s' does not say '%s'", why, says);
}

static void allowed(const char *why)
{
	if (why)
		fail_msg("refused: %s", why);
}

/* ---- every step in every state --------------------------------------------------------------- */
static const char *file(const struct case_facts *c)
{
	return may_file(c, 7, "有初步证据");
}
static const char *not_file(const struct case_facts *c)
{
	return may_not_file(c, 7, "不属于本机关管辖");
}
static const char *order(const struct case_facts *c)
{
	return may_order_correction(c, 7, 5001, 5000);
}
static const char *silence(const struct case_facts *c)
{
	return may_take_silence(c, 7, 2001);
}
static const char *decide(const struct case_facts *c)
{
	return may_decide(c, 8);
}

static const char *tell(const struct case_facts *c)
{
	return may_tell(c, 7);
}
static const char *propose(const struct case_facts *c)
{
	return may_propose(c, 7);
}

static const struct {
	const char *name;
	const char *(*may)(const struct case_facts *c);
	int in;
	const char *article; /* of the refusal in a wrong state */
} steps[] = {
	{ "file", file, PRECHECK, "O2 article 18" },
	{ "not file", not_file, PRECHECK, "O2 article 20" },
	{ "link", may_send_link, OPEN, "O2 article 21" },
	{ "answer", may_answer, OPEN, "not open for an answer" },
	{ "address", may_confirm_address, OPEN, "not open" },
	{ "order", order, OPEN, "APL article 28" },
	{ "tell", tell, FILED, "APL article 44" },
	{ "state", may_state, TOLD, "has been taken" },
	{ "silence", silence, TOLD, "Nobody is being waited for" },
	{ "propose", propose, HEARD, "APL articles 44, 45 and 62" },
	{ "decide", decide, PROPOSED, "must be proposed" },
};

static void every_step_in_every_state(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		for (size_t s = 0; s < sizeof(states) / sizeof(*states); s++) {
			struct case_facts c = whole;
			c.state = states[s];
			const char *why = steps[i].may(&c);
			if ((why == NULL) != ((steps[i].in >> s & 1) != 0))
				fail_msg("%s in %s: %s", steps[i].name, states[s],
					why ? why : "allowed");
			if (why)
				refused(why, steps[i].article);
		}
}

/* ---- filing ---------------------------------------------------------------------------------- */
static void filing(void **state)
{
	struct case_facts c = whole;

	(void)state;
	allowed(may_file(&c, 7, "x"));
	refused(may_file(&c, 7, ""), "O2 article 19");
	c.usable_evidence = 0;
	refused(may_file(&c, 7, "x"), "APL article 41");
	allowed(may_not_file(&c, 7, "x")); /* without evidence it is left unfiled */
	refused(may_not_file(&c, 7, ""), "O2 article 20");
}

/* Two officers, two people, two cards: asked wherever the case takes a step. */
static void two_officers(void **state)
{
	static const struct {
		const char *state;
		const char *(*may)(const struct case_facts *c);
	} all[] = { { "precheck", file }, { "filed", tell }, { "heard", propose },
		{ "proposed", decide } };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct case_facts c = whole;
		c.state = all[i].state;
		allowed(all[i].may(&c));
		c.officer1_card = false;
		refused(all[i].may(&c), "O2 articles 19 and 22");
		c = whole, c.state = all[i].state, c.officer2_card = false;
		refused(all[i].may(&c), "O2 articles 19 and 22");
		c = whole, c.state = all[i].state, c.officer1 = c.officer2 = 8, c.proposed_by = 7;
		refused(all[i].may(&c), "APL article 42");
		c = whole, c.state = all[i].state, c.officer1 = 0;
		refused(all[i].may(&c), "APL article 42");
		if (all[i].may == decide)
			continue; /* who signs is one of the two */
		c = whole, c.state = all[i].state, c.officer2 = 0;
		refused(all[i].may(&c), "APL article 42");
	}
}

/* ---- answer and correction ------------------------------------------------------------------- */
static void answering(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "decided";
	c.decided_at = 3000;
	refused(may_answer(&c), "remedies");
	allowed(may_confirm_address(&c));
	allowed(may_send_link(&c));
}

static void correcting(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "filed";
	allowed(may_order_correction(&c, 7, 5001, 5000));
	refused(may_order_correction(&c, 7, 5000, 5000), "future");
	refused(may_order_correction(&c, 7, 0, 5000), "future");
	c.order_paper = 9;
	static const char *const marks[] = { "", "ordered", "shown", "accepted" };
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		c.correction_state = marks[i];
		refused(may_order_correction(&c, 7, 5001, 5000), "ordered already");
	}
	c.correction_state = "refused";
	allowed(may_order_correction(&c, 7, 5001, 5000));
	static const struct {
		const char *mark;
		bool show, judge;
	} all[] = { { "", false, false }, { "ordered", true, false }, { "shown", false, true },
		{ "refused", true, false }, { "accepted", false, false } };
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		c.correction_state = all[i].mark;
		assert_true(!may_show_correction(&c) == all[i].show);
		assert_true(!may_judge_correction(&c, 7) == all[i].judge);
	}
}

/* ---- telling, hearing, deciding -------------------------------------------------------------- */
static void telling(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "filed";
	c.simple_act = false;
	refused(may_tell(&c, 7), "APL article 51");
	c.usable_evidence = 0;
	refused(may_tell(&c, 7), "APL article 46");
	c = whole, c.state = "filed", c.reachable = false;
	refused(may_tell(&c, 7), "O2 article 57; APL article 44");
	c = whole, c.state = "filed", c.weighed = false;
	refused(may_tell(&c, 7), "APL article 33");
	c = whole, c.state = "filed", c.told_at = 0;
	refused(may_state(&c), "APL article 44");
}

/* To the end of the fifth working day, and not a millisecond earlier. */
static void silence_begins(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "told";
	refused(may_take_silence(&c, 7, 0), "O2 article 57");
	refused(may_take_silence(&c, 7, 1999), "O2 article 57");
	refused(may_take_silence(&c, 7, 2000), "O2 article 57");
	allowed(may_take_silence(&c, 7, 2001));
	allowed(may_state(&c)); /* late, but heard all the same */
}

static void proposing(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "heard";
	allowed(may_propose(&c, 7));
	c.statement = "silent";
	allowed(may_propose(&c, 7));
	c.statement = "made";
	refused(may_propose(&c, 7), "APL article 45; O2 article 62");
	c.defence_adopted = "不予采纳：与录像不符";
	allowed(may_propose(&c, 7));
}

static void signing(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "proposed";
	refused(may_decide(&c, 7), "APL article 42");
	allowed(may_decide(&c, 8));
	refused(may_decide(&c, 9), "Only the two officers");
	refused(may_decide(&c, 0), "Only the two officers");
	c.proposed_by = 8;
	allowed(may_decide(&c, 7));
	refused(may_decide(&c, 8), "APL article 42");
}

/* Whoever is no officer of the case takes none of its steps: 9 works in the same town. */
static void a_third_officer(void **state)
{
	struct case_facts c = whole;

	(void)state;
	c.state = "filed";
	refused(only_the_two(&c, 9), "APL article 42");
	refused(only_the_two(&c, 0), "APL article 42");
	allowed(only_the_two(&c, 7));
	allowed(only_the_two(&c, 8));
	refused(may_order_correction(&c, 9, 5001, 5000), "APL article 42");
	refused(may_tell(&c, 9), "APL article 42");
	c.correction_state = "shown";
	refused(may_judge_correction(&c, 9), "APL article 42");
	c.state = "told";
	refused(may_take_silence(&c, 9, 2001), "APL article 42");
	c.state = "heard";
	refused(may_propose(&c, 9), "APL article 42");
	c.state = "proposed";
	refused(may_decide(&c, 9), "APL article 42");
	c.state = "precheck"; /* its officers are chosen by filing it */
	allowed(may_file(&c, 9, "x"));
}

/* Evidence counts once somebody else than who added it has compared it (APL 46). */
static void verifying_evidence(void **state)
{
	static const char *const may[] = { "precheck", "filed", "told", "heard" },
				 *const may_not[] = { "not_filed", "proposed", "decided",
					 "closed" };
	struct case_facts c = whole;

	(void)state;
	const struct verifying good = { c.officer2, c.officer1, true, "x" },
			       own = { c.officer1, c.officer1, true, "x" },
			       third = { c.officer1 + c.officer2, c.officer1, true, "x" },
			       no_card = { c.officer2, c.officer1, false, "x" },
			       no_words = { c.officer2, c.officer1, true, "" };
	for (size_t i = 0; i < sizeof(may) / sizeof(*may); i++) {
		c.state = may[i];
		allowed(may_verify(&c, &good));
		refused(may_verify(&c, &own), "APL article 46");
		refused(may_verify(&c, &third), "APL article 42");
		refused(may_verify(&c, &no_card), "O2 article 22");
		refused(may_verify(&c, &no_words), "APL article 46");
	}
	for (size_t i = 0; i < sizeof(may_not) / sizeof(*may_not); i++) {
		c.state = may_not[i];
		refused(may_verify(&c, &good), "APL article 46");
	}
	c = whole; /* a pre-check without a second officer: any other */
	c.state = "precheck";
	c.officer2 = 0;
	allowed(may_verify(&c, &third));
	c.recused = true;
	refused(may_verify(&c, &third), "APL article 43");
}

static void releasing(void **state)
{
	static const char *const may[] = { "filed", "told", "heard", "proposed", "decided" },
				 *const may_not[] = { "precheck", "not_filed", "closed" };
	struct case_facts c = whole;

	(void)state;
	for (size_t i = 0; i < sizeof(may) / sizeof(*may); i++) {
		c.state = may[i];
		allowed(may_release(&c, c.officer1, "x"));
		allowed(may_release(&c, c.officer2, "x"));
		refused(may_release(&c, c.officer1 + c.officer2, "x"), "officer of the case");
		refused(may_release(&c, 0, "x"), "officer of the case");
		refused(may_release(&c, c.officer1, ""), "PIPL article 6");
	}
	for (size_t i = 0; i < sizeof(may_not) / sizeof(*may_not); i++) {
		c.state = may_not[i];
		refused(may_release(&c, c.officer1, "x"), "filed and not closed");
	}
}

static void done(void **state)
{
	static const struct {
		const char *state, *mark;
		int64_t served;
		bool done;
	} all[] = { { "decided", "", 3000, true }, { "decided", "accepted", 3000, true },
		{ "decided", "", 0, false }, { "decided", "ordered", 3000, false },
		{ "decided", "shown", 3000, false }, { "decided", "refused", 3000, false },
		{ "proposed", "", 3000, false }, { "closed", "", 3000, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct case_facts c = whole;
		c.state = all[i].state;
		c.correction_state = all[i].mark;
		c.served_at = all[i].served;
		assert_true(is_done(&c) == all[i].done);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_step_in_every_state),
		cmocka_unit_test(filing), cmocka_unit_test(two_officers),
		cmocka_unit_test(answering), cmocka_unit_test(correcting),
		cmocka_unit_test(telling), cmocka_unit_test(silence_begins),
		cmocka_unit_test(proposing), cmocka_unit_test(signing),
		cmocka_unit_test(a_third_officer), cmocka_unit_test(verifying_evidence),
		cmocka_unit_test(releasing), cmocka_unit_test(done) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
