/* Rules over time, and the hours of a kitchen: pure functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/rules.h"

#include <string.h>

enum { STEP = 2000 };
static const int64_t NOON = INT64_C(1795406400000); /* 2026-11-23 12:00 in Shanghai */

static struct rule bare_rule(int k, int n)
{
	return (struct rule){ .code = RULE_HEAD_UNCOVERED,
		.version = "1",
		.threshold = 6000,
		.k = k,
		.n = n,
		.cooldown_s = 600,
		.reach_ms = (int64_t)n * 3 * STEP };
}

static struct findings seen(enum finding_kind kind, int32_t score, int64_t time)
{
	return (struct findings){ 1, { { time, kind, score, { 1, 2, 30, 40 } } } };
}

/* Pictures, one for each letter: b bare, c covered, w bare but weak, . nothing. */
struct show {
	int64_t from;
	const char *pictures;
};

/* Returns the index of the picture that began a lead, -1 when none did. */
static int show(struct watchman *w, const struct rule *r, struct show s, struct decision *d)
{
	static const struct hours none = { 0 };
	for (int i = 0; s.pictures[i]; i++) {
		int64_t at = s.from + (int64_t)i * STEP;
		struct findings f = { 0 };
		if (s.pictures[i] == 'b')
			f = seen(SEEN_HEAD_UNCOVERED, 9000 + i, at);
		if (s.pictures[i] == 'w')
			f = seen(SEEN_HEAD_UNCOVERED, 5999, at);
		if (s.pictures[i] == 'c')
			f = seen(SEEN_HEAD_COVERED, 9900, at);
		if (rule_see(w, r, (struct sighting){ at, &none, &f }, d))
			return i;
	}
	return -1;
}

static void test_k_of_n(void **state)
{
	(void)state;
	static const struct {
		int k, n;
		const char *pictures;
		int begins;
	} cases[] = {
		{ 3, 5, "bbb", 2 },
		{ 3, 5, "b.b.b", 4 },
		{ 3, 5, "b..b..b..b", -1 }, /* never three of five */
		{ 3, 5, "bb...b", -1 },
		{ 3, 5, "bb...bb", -1 },
		{ 3, 5, "bb..b", 4 },
		{ 3, 5, "bbc", -1 },
		{ 3, 5, "ccccc", -1 },
		{ 3, 5, "wwwww", -1 }, /* under the threshold */
		{ 3, 5, "bwbwb", 4 },
		{ 1, 1, ".b", 1 },
		{ 2, 2, "b.bb", 3 },
		{ 5, 5, "bbbb.bbbbb", 9 },
		{ 3, 32, "b.........b.........b", 20 },
		{ 3, 5, "", -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct watchman w = { 0 };
		struct rule r = bare_rule(cases[i].k, cases[i].n);
		struct decision d;
		assert_int_equal(show(&w, &r, (struct show){ NOON, cases[i].pictures }, &d),
			cases[i].begins);
	}
}

static void test_decision(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 5);
	struct decision d;
	assert_int_equal(show(&w, &r, (struct show){ NOON, ".b.bb" }, &d), 4);
	assert_int_equal(d.started_at, NOON + STEP);
	assert_int_equal(d.ended_at, NOON + 4 * STEP);
	assert_int_equal(d.n, 3);
	assert_int_equal(d.votes[0].score, 9001);
	assert_int_equal(d.votes[2].score, 9004);
	assert_int_equal(d.best_time, NOON + 4 * STEP);
	assert_int_equal(d.score, (9001 + 9003 + 9004) / 3);
	assert_int_equal(d.votes[1].box.w, 30);
}

static void test_strongest_of_a_picture_votes(void **state)
{
	(void)state;
	static const struct hours none = { 0 };
	struct watchman w = { 0 };
	struct rule r = bare_rule(1, 1);
	struct decision d;
	struct findings f = { 3, { { NOON, SEEN_HEAD_UNCOVERED, 7000, { 0, 0, 1, 1 } },
					 { NOON, SEEN_HEAD_UNCOVERED, 8000, { 5, 0, 1, 1 } },
					 { NOON, SEEN_PERSON, 9900, { 9, 0, 1, 1 } } } };
	assert_true(rule_see(&w, &r, (struct sighting){ NOON, &none, &f }, &d));
	assert_int_equal(d.score, 8000);
	assert_int_equal(d.votes[0].box.x, 5);
}

static void test_silence_after_a_lead(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 5);
	struct decision d;
	assert_int_equal(show(&w, &r, (struct show){ NOON, "bbb" }, &d), 2);
	int64_t end = NOON + 2 * STEP + 600 * SECOND;
	assert_int_equal(show(&w, &r, (struct show){ NOON + 3 * STEP, "bbbbbbbbbb" }, &d), -1);
	/* what was seen during the silence does not count afterwards */
	assert_int_equal(show(&w, &r, (struct show){ end - 2 * STEP, "bbbb" }, &d), -1);
	assert_int_equal(show(&w, &r, (struct show){ end + 2 * STEP, "b" }, &d), 0);
	assert_int_equal(d.started_at, end);
}

static void test_old_pictures_do_not_count(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 5);
	struct decision d;
	assert_int_equal(show(&w, &r, (struct show){ NOON, "bb" }, &d), -1);
	/* the camera was away for an hour */
	assert_int_equal(show(&w, &r, (struct show){ NOON + HOUR, "bb" }, &d), -1);
	assert_int_equal(show(&w, &r, (struct show){ NOON + HOUR + 2 * STEP, "b" }, &d), 0);
	assert_int_equal(d.started_at, NOON + HOUR);
}

static void test_clock_set_back(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 5);
	struct decision d;
	assert_int_equal(show(&w, &r, (struct show){ NOON, "bb" }, &d), -1);
	assert_int_equal(show(&w, &r, (struct show){ NOON - DAY, "b" }, &d), -1); /* begins anew */
	assert_int_equal(show(&w, &r, (struct show){ NOON - DAY + STEP, "bb" }, &d), 1);
	/* a silence that the old clock began does not last a day */
	assert_int_equal(show(&w, &r, (struct show){ NOON - 2 * DAY, "bbb" }, &d), 2);
}

static void test_oldest(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 3);
	struct decision d;
	assert_true(rule_oldest(&w) == INT64_MAX);
	assert_int_equal(show(&w, &r, (struct show){ NOON, "b.b." }, &d), -1);
	assert_int_equal(rule_oldest(&w), NOON + STEP);
}

static void test_ring_goes_round(void **state)
{
	(void)state;
	struct watchman w = { 0 };
	struct rule r = bare_rule(3, 5);
	struct decision d;
	char many[200];
	for (size_t i = 0; i < sizeof many; i++)
		many[i] = i % 3 ? '.' : 'b';
	many[sizeof many - 1] = '\0';
	assert_int_equal(show(&w, &r, (struct show){ NOON, many }, &d), -1);
	/* the last five are then b . . b b */
	assert_int_equal(
		show(&w, &r, (struct show){ NOON + (int64_t)sizeof many * STEP, "b" }, &d), 0);
	assert_int_equal(d.n, 3);
}

static void test_off_hours(void **state)
{
	(void)state;
	struct hours h;
	struct decision d;
	struct watchman w = { 0 };
	struct rule r = bare_rule(1, 1);
	r.code = RULE_PERSON_OFF_HOURS;
	r.cooldown_s = 0;
	assert_int_equal(hours_parse("06:00-22:00", &h, NULL), OK);
	struct findings f = seen(SEEN_PERSON, 9000, NOON);
	assert_false(rule_see(&w, &r, (struct sighting){ NOON, &h, &f }, &d));
	f = seen(SEEN_PERSON, 9000, NOON + 11 * HOUR);
	assert_true(rule_see(&w, &r, (struct sighting){ NOON + 11 * HOUR, &h, &f }, &d));
	f = seen(SEEN_HEAD_UNCOVERED, 9000, NOON + 12 * HOUR);
	assert_false(rule_see(&w, &r, (struct sighting){ NOON + 12 * HOUR, &h, &f }, &d));
	h.n = 0; /* hours not known: nobody is there too late */
	f = seen(SEEN_PERSON, 9000, NOON + 13 * HOUR);
	assert_false(rule_see(&w, &r, (struct sighting){ NOON + 13 * HOUR, &h, &f }, &d));
}

/* ---- zones, hours of a rule, what each rule asks ---------------------- */

static void test_zones(void **state)
{
	(void)state;
	struct zones none = { 0 };
	assert_true(zones_hold(&none, 0, 0)); /* no zone: everywhere */
	/* an L: the square without its upper right quarter */
	struct zones l = { 1, { { 6, { { 0, 0 }, { 500, 0 }, { 500, 500 }, { 1000, 500 },
					     { 1000, 1000 }, { 0, 1000 } } } } };
	assert_true(zones_hold(&l, 250, 250));
	assert_true(zones_hold(&l, 750, 750));
	assert_false(zones_hold(&l, 750, 250));
	assert_false(zones_hold(&l, 999, 499));
	assert_false(zones_hold(&l, 1001, 700));
	struct zones two = { 2, { { 3, { { 0, 0 }, { 100, 0 }, { 0, 100 } } },
					{ 3, { { 1000, 1000 }, { 900, 1000 }, { 1000, 900 } } } } };
	assert_true(zones_hold(&two, 20, 20));
	assert_true(zones_hold(&two, 990, 990));
	assert_false(zones_hold(&two, 500, 500));
}

static struct rule a_rule(enum rule_code code)
{
	struct rule r = bare_rule(1, 1);
	r.code = code;
	r.threshold = 5000;
	r.cooldown_s = 0;
	return r;
}

/* Does the rule count this, in a picture of 1000 x 1000 in a kitchen that is open 06:00-22:00? */
static bool votes(const struct rule *r, const struct findings *f, int64_t time)
{
	struct hours h;
	struct finding best;
	assert_int_equal(hours_parse("06:00-22:00", &h, NULL), OK);
	return rule_votes(r, &(struct sighting){ time, &h, f, 1000, 1000 }, &best);
}

static struct findings at_box(enum finding_kind kind, struct box b)
{
	return (struct findings){ 1, { { NOON, kind, 9000, b } } };
}

static void test_rule_in_a_zone(void **state)
{
	(void)state;
	struct rule r = a_rule(RULE_HEAD_UNCOVERED);
	r.zones = (struct zones){ 1,
		{ { 4, { { 0, 0 }, { 500, 0 }, { 500, 1000 }, { 0, 1000 } } } } };
	struct findings left = at_box(SEEN_HEAD_UNCOVERED, (struct box){ 100, 100, 50, 50 });
	struct findings right = at_box(SEEN_HEAD_UNCOVERED, (struct box){ 800, 100, 50, 50 });
	assert_true(votes(&r, &left, NOON));
	assert_false(votes(&r, &right, NOON));
	/* of a person the feet count: those who only reach into the zone with their heads do not */
	r.code = RULE_PERSON_OFF_HOURS;
	r.zones = (struct zones){ 1,
		{ { 4, { { 0, 500 }, { 1000, 500 }, { 1000, 1000 }, { 0, 1000 } } } } };
	struct findings above = at_box(SEEN_PERSON, (struct box){ 100, 100, 100, 300 });
	struct findings below = at_box(SEEN_PERSON, (struct box){ 100, 300, 100, 700 });
	int64_t night = NOON + 11 * HOUR;
	assert_false(votes(&r, &above, night));
	assert_true(votes(&r, &below, night));
	/* the state of the camera has no place in its picture */
	r.code = RULE_CAMERA_COVERED;
	struct findings covered = at_box(SEEN_CAMERA_COVERED, (struct box){ 0, 0, 1000, 10 });
	assert_true(votes(&r, &covered, NOON));
}

static void test_rule_hours(void **state)
{
	(void)state;
	struct rule r = a_rule(RULE_HEAD_UNCOVERED);
	struct hours kitchen = { 0 };
	struct findings bare = at_box(SEEN_HEAD_UNCOVERED, (struct box){ 1, 1, 9, 9 });
	assert_int_equal(hours_parse("10:00-11:00", &r.hours, NULL), OK);
	assert_false(votes(&r, &bare, NOON));
	assert_int_equal(rule_eyes(&r, &kitchen, NOON), 0); /* asleep: nothing has to look */
	assert_true(votes(&r, &bare, NOON - 90 * MINUTE));
	assert_int_equal(rule_eyes(&r, &kitchen, NOON - 90 * MINUTE), EYE_PEOPLE | EYE_HEADS);
	/* lights are out at night; a rule with hours of its own says otherwise */
	struct rule dark = a_rule(RULE_CAMERA_DARK);
	struct findings black = at_box(SEEN_CAMERA_DARK, (struct box){ 0, 0, 1000, 1000 });
	assert_true(votes(&dark, &black, NOON));
	assert_false(votes(&dark, &black, NOON + 11 * HOUR));
	assert_int_equal(hours_parse("00:00-24:00", &dark.hours, NULL), OK);
	assert_true(votes(&dark, &black, NOON + 11 * HOUR));
}

static void test_animal(void **state)
{
	(void)state;
	struct rule r = a_rule(RULE_ANIMAL);
	struct findings f = at_box(SEEN_ANIMAL, (struct box){ 100, 800, 100, 100 });
	assert_true(votes(&r, &f, NOON));
	finding_add(&f, (struct finding){ NOON, SEEN_PERSON, 6000, { 500, 100, 100, 800 } });
	assert_true(votes(&r, &f, NOON)); /* somebody elsewhere */
	finding_add(&f, (struct finding){ NOON, SEEN_PERSON, 6000, { 50, 100, 100, 800 } });
	assert_false(votes(&r, &f, NOON)); /* a cat on a cook's legs */
}

static void test_moving_small(void **state)
{
	(void)state;
	struct rule r = a_rule(RULE_MOVING_SMALL);
	struct findings f = at_box(SEEN_MOVING_SMALL, (struct box){ 100, 900, 300, 40 });
	assert_false(votes(&r, &f, NOON)); /* the kitchen works */
	assert_true(votes(&r, &f, NOON + 11 * HOUR));
	finding_add(&f, (struct finding){ NOON, SEEN_PERSON, 3000, { 500, 100, 100, 800 } });
	assert_false(votes(&r, &f, NOON + 11 * HOUR)); /* with the slightest person about */
}

static void test_unstaffed(void **state)
{
	(void)state;
	struct rule r = a_rule(RULE_UNSTAFFED);
	struct findings f = { 0 };
	assert_true(votes(&r, &f, NOON));
	assert_false(votes(&r, &f, NOON + 11 * HOUR)); /* closed */
	f = at_box(SEEN_PERSON, (struct box){ 100, 100, 100, 800 });
	assert_false(votes(&r, &f, NOON));
	r.zones = (struct zones){ 1, { { 3, { { 500, 0 }, { 1000, 0 }, { 1000, 1000 } } } } };
	assert_true(votes(&r, &f, NOON)); /* somebody, but not at that place */
	f = at_box(SEEN_CAMERA_COVERED, (struct box){ 0, 0, 1000, 1000 });
	assert_false(votes(&r, &f, NOON)); /* a blind camera says nothing about a room */
}

static void test_every_rule_has_a_name(void **state)
{
	(void)state;
	for (int i = RULE_UNKNOWN + 1; i < RULE_CODES; i++) {
		const char *name = rule_name((enum rule_code)i);
		assert_true(*name);
		assert_int_equal(rule_code_of(name), i);
		assert_true(rule_needs((enum rule_code)i) != 0);
	}
	for (int i = 0; i < FINDING_KINDS; i++)
		assert_non_null(finding_name((enum finding_kind)i));
}

static void test_check(void **state)
{
	(void)state;
	struct rule good = bare_rule(3, 5);
	assert_int_equal(rule_check(&good, NULL), OK);
	struct rule bad[7];
	for (size_t i = 0; i < 7; i++)
		bad[i] = good;
	bad[0].code = RULE_UNKNOWN;
	bad[1].threshold = 10001;
	bad[2].k = 0;
	bad[3].k = 6;
	bad[4].n = VOTES_MAX + 1;
	bad[5].cooldown_s = -1;
	bad[6].reach_ms = 0;
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(rule_check(&bad[i], NULL), E_INVALID);
	assert_int_equal(rule_code_of("head_uncovered"), RULE_HEAD_UNCOVERED);
	assert_int_equal(rule_code_of("person_off_hours"), RULE_PERSON_OFF_HOURS);
	assert_int_equal(rule_code_of("nothing"), RULE_UNKNOWN);
	assert_int_equal(rule_code_of(NULL), RULE_UNKNOWN);
	assert_string_equal(rule_name(RULE_PERSON_OFF_HOURS), "person_off_hours");
}

/* A moment of 2026-11-23 in Shanghai. */
static int64_t at(int hour, int minute)
{
	return NOON + (hour - 12) * (int64_t)HOUR + minute * (int64_t)MINUTE;
}

static void test_hours(void **state)
{
	(void)state;
	struct hours h;
	assert_int_equal(hours_parse("06:00-22:00", &h, NULL), OK);
	assert_true(hours_closed(&h, at(5, 59)));
	assert_false(hours_closed(&h, at(6, 0)));
	assert_false(hours_closed(&h, at(21, 59)));
	assert_true(hours_closed(&h, at(22, 0)));
	assert_int_equal(hours_parse("10:30-14:00,17:00-02:00", &h, NULL), OK);
	assert_int_equal(h.n, 2);
	assert_true(hours_closed(&h, at(10, 29)));
	assert_false(hours_closed(&h, at(13, 59)));
	assert_true(hours_closed(&h, at(16, 0)));
	assert_false(hours_closed(&h, at(23, 59)));
	assert_false(hours_closed(&h, at(0, 0)));
	assert_false(hours_closed(&h, at(1, 59)));
	assert_true(hours_closed(&h, at(2, 0)));
	assert_int_equal(hours_parse("00:00-24:00", &h, NULL), OK);
	assert_false(hours_closed(&h, at(0, 0)));
	assert_false(hours_closed(&h, at(23, 59)));
	assert_int_equal(hours_parse("", &h, NULL), OK);
	assert_int_equal(h.n, 0);
	assert_false(hours_closed(&h, at(3, 0)));
}

static void test_hours_refused(void **state)
{
	(void)state;
	static const char nine[] = "01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00,"
				   "01:00-02:00,01:00-02:00,01:00-02:00,01:00-02:00";
	static const char *const bad[] = { "6:00-22:00", "06:00", "06:00-", "06:00-22",
		"06:60-07:00", "25:00-26:00", "24:01-02:00", "24:00-06:00", "06:00-06:00",
		"06:00-22:00,", ",06:00-22:00", "06:00-22:00;", "06:00 -22:00", "-6:00-22:00",
		"ab:cd-ef:gh", "06:00-22:00x", "06:00-07:00,08:00", "06:00-24:30", nine };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct hours h;
		struct fault why = { 0 };
		assert_int_equal(hours_parse(bad[i], &h, &why), E_INVALID);
		assert_true(strlen(why.text) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_k_of_n),
		cmocka_unit_test(test_decision),
		cmocka_unit_test(test_strongest_of_a_picture_votes),
		cmocka_unit_test(test_silence_after_a_lead),
		cmocka_unit_test(test_old_pictures_do_not_count),
		cmocka_unit_test(test_clock_set_back),
		cmocka_unit_test(test_oldest),
		cmocka_unit_test(test_ring_goes_round),
		cmocka_unit_test(test_off_hours),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_rule_in_a_zone),
		cmocka_unit_test(test_rule_hours),
		cmocka_unit_test(test_animal),
		cmocka_unit_test(test_moving_small),
		cmocka_unit_test(test_unstaffed),
		cmocka_unit_test(test_every_rule_has_a_name),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_hours_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
