/* The camera's own state and small things that run: from made-up grey pictures, whose truth is
 * known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/moving.h"
#include "workers/vision/scene.h"

#include <stdlib.h>
#include <string.h>

static uint32_t seed = 1;

static int noise(int most) /* -most..most, the same in every run */
{
	seed = seed * 1664525 + 1013904223;
	return most ? (int)(seed >> 16) % (2 * most + 1) - most : 0;
}

static uint8_t byte(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* A room with shelves and a table, seen shifted by dx, dy cells, lit by light percent. */
struct room {
	int dx, dy, light, noise;
};

static struct grey draw(struct room r)
{
	struct grey g = { .mark = (uint64_t)(noise(30000) + 40000) };
	for (int y = 0; y < GREY_H; y++)
		for (int x = 0; x < GREY_W; x++) {
			int u = x + r.dx, v = y + r.dy, at = 120;
			if ((u / 17 + v / 13) % 3 == 0)
				at = 200;
			if (u > 40 && u < 90 && v > 50 && v < 70)
				at = 60;
			if (v > 75)
				at = 90;
			g.at[y * GREY_W + x] = byte(at * r.light / 100 + noise(r.noise));
		}
	return g;
}

static struct findings see(struct scene *s, const struct grey *g)
{
	struct findings f = { 0 };
	scene_see(s, &(struct scene_look){ g, 1000, 1920, 1080 }, &f);
	return f;
}

static bool has(const struct findings *f, enum finding_kind kind)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].kind == kind)
			return true;
	return false;
}

static struct scene *learned(void)
{
	struct scene *s = calloc(1, sizeof *s);
	for (int i = 0; i < 10; i++) {
		struct grey g = draw((struct room){ 0, 0, 100, 3 });
		struct findings f = see(s, &g);
		assert_int_equal(f.n, 0);
	}
	return s;
}

static void test_usual_view_is_quiet(void **state)
{
	(void)state;
	struct scene *s = learned();
	static const int lights[] = { 100, 80, 60, 50, 110 };
	for (size_t i = 0; i < sizeof lights / sizeof *lights; i++) {
		struct grey g = draw((struct room){ 0, 0, lights[i], 3 });
		struct findings f = see(s, &g);
		assert_int_equal(f.n, 0);
	}
	/* a large person before the camera */
	struct grey g = draw((struct room){ 0, 0, 100, 3 });
	for (int y = 20; y < 90; y++)
		memset(&g.at[y * GREY_W + 60], 30 + y % 3, 35);
	struct findings f = see(s, &g);
	assert_int_equal(f.n, 0);
	free(s);
}

static void test_covered_and_dark(void **state)
{
	(void)state;
	struct scene *s = learned();
	struct grey cloth = { .mark = 5 };
	for (int i = 0; i < GREY_CELLS; i++)
		cloth.at[i] =
			byte(140 + i % GREY_W / 20 + noise(2)); /* light falls from one side */
	struct findings f = see(s, &cloth);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.at[0].kind, SEEN_CAMERA_COVERED);
	assert_true(f.at[0].score > 7000);
	assert_int_equal(f.at[0].box.w, 1920);
	struct grey night = draw((struct room){ 0, 0, 8, 3 });
	f = see(s, &night);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.at[0].kind, SEEN_CAMERA_DARK);
	free(s);
}

static void test_frozen(void **state)
{
	(void)state;
	struct scene *s = learned();
	struct grey g = draw((struct room){ 0, 0, 100, 3 });
	assert_false(has(&(struct findings){ 0 }, SEEN_CAMERA_FROZEN));
	struct findings f = see(s, &g);
	assert_false(has(&f, SEEN_CAMERA_FROZEN));
	f = see(s, &g); /* to the last pixel the same */
	assert_true(has(&f, SEEN_CAMERA_FROZEN));
	g.mark++; /* one pixel */
	f = see(s, &g);
	assert_false(has(&f, SEEN_CAMERA_FROZEN));
	free(s);
}

static void test_moved(void **state)
{
	(void)state;
	struct scene *s = learned();
	for (int i = 1; i <= SCENE_STRANGE_MAX - 1; i++) {
		struct grey g = draw((struct room){ 25, 9, 100, 3 });
		struct findings f = see(s, &g);
		assert_int_equal(f.n, 1);
		assert_int_equal(f.at[0].kind, SEEN_CAMERA_MOVED);
		assert_true(f.at[0].score > 5500);
	}
	for (int i = 0; i < 5; i++) { /* it stays: that is its view now */
		struct grey g = draw((struct room){ 25, 9, 100, 3 });
		struct findings f = see(s, &g);
		assert_int_equal(f.n, 0);
	}
	struct grey g = draw((struct room){ 0, 0, 100, 3 });
	struct findings f = see(s, &g);
	assert_true(has(&f, SEEN_CAMERA_MOVED));
	free(s);
}

static void test_gate(void **state)
{
	(void)state;
	struct grey a = draw((struct room){ 0, 0, 100, 3 }),
		    b = draw((struct room){ 0, 0, 100, 3 });
	assert_true(grey_changed(&a, &b) < 5); /* noise */
	for (int i = 0; i < GREY_CELLS; i++)
		b.at[i] = byte(b.at[i] + 9); /* a cloud goes */
	assert_true(grey_changed(&a, &b) < 5);
	for (int y = 40; y < 50; y++)
		memset(&b.at[y * GREY_W + 30], 255, 6); /* an arm comes in */
	assert_true(grey_changed(&a, &b) > 20);
}

/* ---- small things that run ------------------------------------------- */

struct thing {
	int x, y, size; /* cells */
};

/* A dark blob in frame i. */
static void put(struct frames *f, size_t i, struct thing t)
{
	for (int y = t.y; y < t.y + t.size; y++)
		for (int x = t.x; x < t.x + t.size; x++)
			if (x >= 0 && x < GREY_W && y >= 0 && y < GREY_H)
				f->at[i][y * GREY_W + x] = 20;
}

static struct frames *room(size_t n)
{
	struct frames *f = calloc(1, sizeof *f);
	f->n = n;
	for (size_t i = 0; i < n; i++) {
		struct grey g = draw((struct room){ 0, 0, 100, 3 });
		memcpy(f->at[i], g.at, GREY_CELLS);
	}
	return f;
}

static void test_a_rat_runs(void **state)
{
	(void)state;
	struct track t;
	struct frames *f = room(20);
	for (size_t i = 4; i < 16; i++)
		put(f, i, (struct thing){ 10 + (int)(i - 4) * 8, 80, 3 });
	assert_true(moving_find(f, &t));
	assert_true(t.score > 6000);
	assert_true(t.steps >= 8);
	assert_true(t.x1 <= 20 && t.x2 >= 80);
	assert_true(t.y1 >= 75 && t.y2 <= 88);
	free(f);
}

static void test_what_is_no_rat(void **state)
{
	(void)state;
	struct track t;
	struct frames *f = room(20); /* an empty room */
	assert_false(moving_find(f, &t));
	free(f);
	f = room(20); /* a drop falls and is gone */
	put(f, 9, (struct thing){ 70, 40, 3 });
	assert_false(moving_find(f, &t));
	free(f);
	f = room(20); /* something trembles in the draught */
	for (size_t i = 0; i < 20; i++)
		put(f, i, (struct thing){ 70 + (int)(i % 2) * 3, 40, 3 });
	assert_false(moving_find(f, &t));
	free(f);
	f = room(20); /* a person walks through: not small */
	for (size_t i = 0; i < 20; i++)
		put(f, i, (struct thing){ (int)i * 7, 30, 40 });
	assert_false(moving_find(f, &t));
	free(f);
	f = room(20); /* the light goes on */
	for (size_t i = 10; i < 20; i++)
		for (int k = 0; k < GREY_CELLS; k++)
			f->at[i][k] = byte(f->at[i][k] + 60);
	assert_false(moving_find(f, &t));
	free(f);
	struct frames none = { 0 };
	assert_false(moving_find(&none, &t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual_view_is_quiet),
		cmocka_unit_test(test_covered_and_dark),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_a_rat_runs),
		cmocka_unit_test(test_what_is_no_rat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
