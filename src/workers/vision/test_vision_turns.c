/* Whose turn it is: a round is played with a clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/turns.h"

#include <string.h>

enum { CAMERAS = 60 };

struct round {
	struct turn turns[CAMERAS];
	struct turn *all[CAMERAS];
	int64_t looked[CAMERAS]; /* how often */
	int64_t widest[CAMERAS]; /* the longest time between two looks, once settled */
	int64_t last[CAMERAS];
};

static void begin(struct round *r)
{
	memset(r, 0, sizeof *r);
	for (int i = 0; i < CAMERAS; i++) {
		r->all[i] = &r->turns[i];
		r->turns[i] = (struct turn){ .interval_ms = i % 3 ? 2000 : 5000, .wanted = true };
	}
}

/* One looking thread for so long, each look costing cost ms. */
static void play(struct round *r, int64_t until, int64_t cost)
{
	for (int64_t now = 0; now < until;) {
		int64_t wait = 100, stretch = turns_stretch(r->all, CAMERAS, 1);
		struct turn *t = turn_next(r->all, CAMERAS, now, &wait);
		if (!t) {
			assert_true(wait > 0 && wait <= 100);
			now += wait;
			continue;
		}
		size_t i = (size_t)(t - r->turns);
		if (r->last[i] && now > until / 2 && now - r->last[i] > r->widest[i])
			r->widest[i] = now - r->last[i];
		r->last[i] = now;
		r->looked[i]++;
		turn_cost(t, cost * 1000);
		t->due = turn_after(t, now, stretch);
		now += cost;
	}
}

static void test_promises_are_kept(void **state)
{
	(void)state;
	struct round r;
	begin(&r);
	play(&r, 120000, 20); /* 24 looks a second of 20 ms: half of a processor */
	assert_int_equal(turns_stretch(r.all, CAMERAS, 1), STRETCH_NONE);
	for (int i = 0; i < CAMERAS; i++)
		assert_true(r.widest[i] <= r.turns[i].interval_ms + 100);
}

static void test_all_stretch_alike(void **state)
{
	(void)state;
	struct round r;
	begin(&r);
	play(&r, 240000, 80); /* 24 looks a second of 80 ms: twice what there is */
	int64_t stretch = turns_stretch(r.all, CAMERAS, 1);
	assert_true(stretch > 2 * STRETCH_NONE && stretch < 3 * STRETCH_NONE);
	for (int i = 0; i < CAMERAS; i++) {
		int64_t promised = r.turns[i].interval_ms * stretch / STRETCH_NONE;
		assert_true(r.widest[i] >= promised * 9 / 10);
		assert_true(r.widest[i] <= promised * 5 / 4);
	}
	assert_int_equal(turns_stretch(r.all, CAMERAS, 4), STRETCH_NONE); /* more threads */
}

static void test_busy_and_unwanted_wait(void **state)
{
	(void)state;
	struct turn a = { .due = 10, .interval_ms = 1000, .wanted = true, .busy = true },
		    b = { .due = 20, .interval_ms = 1000 },
		    c = { .due = 30, .interval_ms = 1000, .wanted = true };
	struct turn *all[] = { &a, &b, &c };
	int64_t wait = 100;
	assert_null(turn_next(all, 3, 25, &wait));
	assert_int_equal(wait, 5);
	assert_ptr_equal(turn_next(all, 3, 30, &wait), &c);
	a.busy = false;
	assert_ptr_equal(turn_next(all, 3, 30, &wait), &a); /* the earliest promise */
	assert_int_equal(turns_late(all, 3, 1011), 1);
	assert_int_equal(turns_late(all, 3, 1031), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_promises_are_kept),
		cmocka_unit_test(test_all_stretch_alike),
		cmocka_unit_test(test_busy_and_unwanted_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
