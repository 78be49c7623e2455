/* The room's decisions: what a clip may be used for, and what a review leads to. */
#include "domains/cameras/rules.h"
#include "domains/cameras/zones.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A device that had all its papers on the first of a month, registered for thirty days. */
enum { BEGIN = 1000000, CLIP = 2000000 };
#define UNTIL ((int64_t)BEGIN + 30 * DAY)

static const struct register_state whole = { true, true, true, BEGIN, BEGIN, BEGIN, BEGIN, UNTIL };

static void is(const struct register_state *r, int64_t from, int64_t to, const char *says)
{
	const char *why = clip_unusable(r, from, to);
	if (!says != !why || (why && says && !strstr(why, says)))
		fail_msg("%" PRId64 "-%" PRId64 ": %s", from, to, why ? why : "usable");
}

static void each_thing_missing(void **state)
{
	struct register_state r;

	(void)state;
	is(&whole, CLIP, CLIP + 13000, NULL);
	r = whole, r.legal_passed = false;
	is(&r, CLIP, CLIP, "legal review");
	r = whole, r.technical_passed = false;
	is(&r, CLIP, CLIP, "technical review");
	r = whole, r.sign_there = false;
	is(&r, CLIP, CLIP, "marked by a sign");
	r = whole, r.notice_at = 0;
	is(&r, CLIP, CLIP, "published");
	r = (struct register_state){ 0 };
	is(&r, CLIP, CLIP, "legal review");
	/* a register without an end is open */
	r = whole, r.valid_to = 0;
	is(&r, UNTIL + 900 * DAY, UNTIL + 900 * DAY + 1, NULL);
}

/* What was done later than the clip begins does not count for it: to the millisecond. */
static void boundaries(void **state)
{
	struct register_state r;

	(void)state;
	is(&whole, BEGIN, BEGIN + 1, NULL);
	is(&whole, BEGIN - 1, BEGIN + 1, "legal review");
	r = whole, r.legal_at = 0;
	is(&r, BEGIN - 1, BEGIN + 1, "technical review");
	r.technical_at = 0;
	is(&r, BEGIN - 1, BEGIN + 1, "published");
	r.notice_at = 1;
	is(&r, BEGIN - 1, BEGIN + 1, "outside the time");
	is(&r, BEGIN, BEGIN, NULL);
	/* the last day of the register is part of it, whole */
	is(&whole, UNTIL + DAY - 2, UNTIL + DAY - 1, NULL);
	is(&whole, UNTIL + DAY - 1, UNTIL + DAY, "outside the time");
	is(&whole, UNTIL + 2 * DAY, UNTIL + 2 * DAY, "outside the time");
	r = whole, r.legal_at = CLIP;
	is(&r, CLIP, CLIP + 1, NULL);
	is(&r, CLIP - 1, CLIP + 1, "legal review");
	r = whole, r.technical_at = CLIP;
	is(&r, CLIP - 1, CLIP + 1, "technical review");
	r = whole, r.notice_at = CLIP;
	is(&r, CLIP, CLIP + 1, NULL);
	is(&r, CLIP - 1, CLIP + 1, "published");
}

static void reviews(void **state)
{
	static const struct {
		struct review r;
		enum review_result result;
		const char *why;
	} all[] = {
		{ { "new", 0, 7, true, "" }, REVIEW_SECOND, NULL },
		{ { "new", 0, 7, true, "seen" }, REVIEW_SECOND, NULL },
		{ { "new", 0, 7, false, "a shadow" }, REVIEW_REJECTED, NULL },
		{ { "new", 0, 7, false, "" }, REVIEW_REFUSED, "Say why" },
		{ { "second", 7, 8, true, "" }, REVIEW_CONFIRMED, NULL },
		{ { "second", 7, 8, false, "a shadow" }, REVIEW_REJECTED, NULL },
		{ { "second", 7, 8, false, "" }, REVIEW_REFUSED, "Say why" },
		{ { "second", 7, 7, true, "" }, REVIEW_REFUSED, "another officer" },
		{ { "second", 7, 7, false, "sorry" }, REVIEW_REFUSED, "another officer" },
		{ { "confirmed", 7, 9, true, "" }, REVIEW_REFUSED, "reviewed already" },
		{ { "confirmed", 7, 9, false, "x" }, REVIEW_REFUSED, "reviewed already" },
		{ { "rejected", 7, 9, true, "" }, REVIEW_REFUSED, "reviewed already" },
		{ { "rejected", 7, 7, false, "x" }, REVIEW_REFUSED, "reviewed already" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const char *why = "untouched";
		if (review_decide(&all[i].r, &why) != all[i].result)
			fail_msg("row %zu", i);
		assert_true(!why == !all[i].why && (!why || strstr(why, all[i].why)));
	}
}

static void clip_waited_for(void **state)
{
	(void)state;
	assert_true(clip_coming(CLIP_COMING, 1000, 1000));
	assert_true(clip_coming(CLIP_COMING, 1000, 1000 + CLIP_WAIT_MS - 1));
	assert_false(clip_coming(CLIP_COMING, 1000, 1000 + CLIP_WAIT_MS));
	assert_false(clip_coming(CLIP_MISSING, 1000, 1000));
	assert_false(clip_coming("", 1000, 1000));
	assert_null(clip_awaited("new", true, true)); /* the still says enough for the first */
	assert_non_null(strstr(clip_awaited("second", true, true), "clip"));
	assert_null(clip_awaited("second", false, true));
	assert_null(clip_awaited("second", true, false));
}

static void zones_written(void **state)
{
	(void)state;
	static const char *const good[] = { "", "0,0 1000,0 1000,1000", "0,0 1,1 2,2\n5,5 6,6 7,7",
		"0,0 1,1 2,2\r\n5,5 6,6 7,7\n", "\n\n0,700 1000,700 1000,1000 0,1000\n\n" };
	static const char *const bad[] = { "0,0 1,1", "0,0 1,1 2,1001", "0,0;1,1;2,2", "a",
		"0,0 1,1 2,-2", "0,0 1,1 2", "0,0 1,1 2,2 ,", "0,0 1,1 2,2x",
		"0,0 1,1 2,99999999999",
		"1,1 2,2 3,3\n1,1 2,2 3,3\n1,1 2,2 3,3\n1,1 2,2 3,3\n1,1 2,2 3,3" };
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_null(zones_check(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct node *m = node_map(a);
		assert_non_null(zones_check(bad[i]));
		zones_put(m, "zones", bad[i]);
		assert_null(node_first(node_find(m, "zones")));
	}
	struct node *m = node_map(a);
	zones_put(m, "zones", "0,700 1000,700 1000,1000\n1,2 3,4 5,6 7,8");
	assert_int_equal(node_int(m, "zones.0.1", 0), 700);
	assert_int_equal(node_int(m, "zones.1.7", 0), 8);
	assert_null(node_find(m, "zones.0.6"));
	assert_null(node_find(m, "zones.2"));
	arena_free(a);
}

/* Against the published figures of Wilson's interval. */
static void test_shares(void **state)
{
	static const struct share all[] = { { 8, 10, 8000, 4902, 9433 }, { 0, 10, 0, 0, 2775 },
		{ 10, 10, 10000, 7225, 10000 }, { 0, 0, 0, 0, 10000 },
		{ 500, 1000, 5000, 4691, 5309 } };
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct share s = { all[i].yes, all[i].of, 0, 0, 0 };
		share_interval(&s);
		assert_int_equal(s.share, all[i].share);
		assert_int_equal(s.low, all[i].low);
		assert_int_equal(s.high, all[i].high);
	}
	struct share s = { 10, 40, 0, 0, 0 };
	share_interval(&s); /* up to 40.2 % */
	assert_true(rule_below(&s, 6000, 30));
	assert_false(rule_below(&s, 4000, 30)); /* may lie at the set share */
	assert_false(rule_below(&s, 6000, 41)); /* too few to say */
	s = (struct share){ 0, 0, 0, 0, 0 };
	share_interval(&s);
	assert_false(rule_below(&s, 6000, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_thing_missing),
		cmocka_unit_test(boundaries), cmocka_unit_test(reviews),
		cmocka_unit_test(clip_waited_for), cmocka_unit_test(zones_written),
		cmocka_unit_test(test_shares) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
