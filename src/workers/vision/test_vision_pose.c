/* Decoding of the network's maps, doubles, heads: on maps made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/head.h"
#include "workers/vision/pose.h"

#include <math.h>
#include <stdlib.h>

enum { CELLS = POSE_GRID * POSE_GRID };

struct maps {
	float centre[CELLS], size[CELLS * 2], offset[CELLS * 2], regress[CELLS * 34],
		nudge[CELLS * 34], heat[CELLS * 17];
};

static int setup(void **state)
{
	struct maps *m = calloc(1, sizeof *m);
	*state = m;
	for (int i = 0; i < CELLS; i++)
		m->centre[i] = -10;
	for (int i = 0; i < CELLS * 17; i++)
		m->heat[i] = -10;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static struct pose_maps view_of(const struct maps *m)
{
	return (struct pose_maps){ m->centre, m->size, m->offset, m->regress, m->nudge, m->heat };
}

/* A person of w x h cells whose middle is in cell (x, y). */
struct at_cell {
	int x, y;
	float w, h;
};

static void put(struct maps *m, struct at_cell p, float logit)
{
	int c = p.y * POSE_GRID + p.x;
	m->centre[c] = logit;
	m->size[c * 2] = p.h;
	m->size[c * 2 + 1] = p.w;
}

static void test_empty(void **state)
{
	struct pose_maps v = view_of(*state);
	struct pose_view view = { 1, 256, 256 };
	struct person p[PEOPLE_MAX];
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), 0);
}

static void test_one_person(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 0.5f, 512, 512 };
	struct person p[PEOPLE_MAX];
	put(m, (struct at_cell){ 20, 30, 10, 16 }, 2);
	int c = 30 * POSE_GRID + 20;
	m->offset[c * 2] = 0.5f;      /* y */
	m->offset[c * 2 + 1] = 0.25f; /* x */
	/* the nose: seen from the middle 6 cells up, really one cell further left */
	m->regress[c * 34] = -6;
	int n = 24 * POSE_GRID + 19;
	m->heat[n * 17] = 3;
	m->nudge[n * 34] = 0.5f;
	m->nudge[n * 34 + 1] = 0.75f;
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), 1);
	assert_float_equal(p[0].score, 1 / (1 + expf(-2)), 1e-6f);
	assert_float_equal(p[0].x1, (20.25f - 5) * 8, 1e-3f);
	assert_float_equal(p[0].x2, (20.25f + 5) * 8, 1e-3f);
	assert_float_equal(p[0].y1, (30.5f - 8) * 8, 1e-3f);
	assert_float_equal(p[0].y2, (30.5f + 8) * 8, 1e-3f);
	assert_float_equal(p[0].points[NOSE].x, 19.75f * 8, 1e-3f);
	assert_float_equal(p[0].points[NOSE].y, 24.5f * 8, 1e-3f);
	assert_float_equal(p[0].points[NOSE].score, 1 / (1 + expf(-3)), 1e-6f);
	/* a point without any peak stays where the body says, with next to no score */
	assert_float_equal(p[0].points[LEFT_EAR].x, 20 * 8, 1e-3f);
	assert_true(p[0].points[LEFT_EAR].score < 0.01f);
}

static void test_threshold_and_order(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 1, 256, 256 };
	struct person p[PEOPLE_MAX];
	put(m, (struct at_cell){ 10, 10, 8, 8 }, 0);
	put(m, (struct at_cell){ 40, 40, 8, 8 }, 1);
	put(m, (struct at_cell){ 10, 40, 8, 8 }, -2);
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), 2);
	assert_true(p[0].score > p[1].score);
	assert_float_equal(p[1].score, 0.5f, 1e-6f);
}

static void test_doubles(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 1, 256, 256 };
	struct person p[PEOPLE_MAX];
	put(m, (struct at_cell){ 20, 20, 10, 10 }, 1);
	put(m, (struct at_cell){ 21, 20, 10, 10 }, 2); /* a neighbour: no peak of its own */
	put(m, (struct at_cell){ 23, 20, 10, 10 }, 1); /* two cells on: a peak, but the same box */
	put(m, (struct at_cell){ 29, 20, 10, 10 }, 1); /* touches, but is another */
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), 2);
	assert_float_equal(p[0].x1, (21 - 5) * 4, 1e-3f);
	assert_float_equal(p[1].x1, (29 - 5) * 4, 1e-3f);
}

static void test_edges(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 1, 256, 144 };
	struct person p[PEOPLE_MAX];
	put(m, (struct at_cell){ 0, 0, 10, 10 }, 2);
	put(m, (struct at_cell){ 63, 30, 10, 30 }, 2);
	put(m, (struct at_cell){ 30, 60, 4, 4 },
		2); /* below the picture, where the square is empty */
	size_t n = pose_decode(&v, &view, 0.3f, p);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_true(p[i].x1 >= 0 && p[i].y1 >= 0);
		assert_true(p[i].x2 <= 256 && p[i].y2 <= 144);
		assert_true(p[i].x1 < p[i].x2 && p[i].y1 < p[i].y2);
	}
}

static void test_crowd(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 1, 256, 256 };
	struct person p[PEOPLE_MAX];
	for (int y = 0; y < POSE_GRID; y += 4)
		for (int x = 0; x < POSE_GRID; x += 4)
			put(m, (struct at_cell){ x, y, 2, 2 },
				1 + (float)(y * POSE_GRID + x) / CELLS);
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), PEOPLE_MAX);
	assert_float_equal(p[0].x2, 61 * 4, 1e-3f); /* the strongest is the last cell */
	for (int i = 1; i < PEOPLE_MAX; i++)
		assert_true(p[i - 1].score >= p[i].score);
}

static void test_no_numbers(void **state)
{
	struct maps *m = *state;
	struct pose_maps v = view_of(m);
	struct pose_view view = { 1, 256, 256 };
	struct person p[PEOPLE_MAX];
	for (int i = 0; i < CELLS; i++) {
		m->centre[i] = i % 2 ? NAN : 3;
		m->size[i * 2] = i % 3 ? INFINITY : NAN;
		m->size[i * 2 + 1] = NAN;
	}
	assert_int_equal(pose_decode(&v, &view, 0.3f, p), 0);
	for (int i = 0; i < CELLS * 34; i++)
		m->regress[i] = i % 2 ? INFINITY : 1e30f;
	for (int i = 0; i < CELLS * 2; i++)
		m->size[i] = 8;
	size_t n = pose_decode(&v, &view, 0.3f, p);
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < POSE_POINTS; k++)
			assert_true(isfinite(p[i].points[k].x) && p[i].points[k].score <= 0);
}

static void test_overlap(void **state)
{
	(void)state;
	struct person a = { .x1 = 0, .y1 = 0, .x2 = 10, .y2 = 10 };
	struct person b = { .x1 = 5, .y1 = 0, .x2 = 15, .y2 = 10 };
	struct person c = { .x1 = 20, .y1 = 20, .x2 = 30, .y2 = 30 };
	assert_float_equal(person_overlap(&a, &a), 1, 1e-6f);
	assert_float_equal(person_overlap(&a, &b), 50.0f / 150, 1e-6f);
	assert_float_equal(person_overlap(&a, &c), 0, 1e-6f);
	struct person many[3] = { c, a, a };
	many[0].score = 0.2f;
	many[1].score = 0.5f;
	many[2].score = 0.9f;
	assert_int_equal(people_distinct(many, 3, 0.5f), 2);
	assert_float_equal(many[0].score, 0.9f, 1e-6f);
	assert_float_equal(many[1].score, 0.2f, 1e-6f);
	assert_int_equal(people_distinct(NULL, 0, 0.5f), 0);
}

/* A standing person in a 400 x 400 picture: head about (100, 60), shoulders at y = 110. */
static struct person standing(void)
{
	struct person p = { .score = 0.9f, .x1 = 60, .y1 = 30, .x2 = 140, .y2 = 330 };
	static const struct point face[] = { { 100, 62, 0.8f }, { 105, 58, 0.8f }, { 95, 58, 0.8f },
		{ 112, 60, 0.7f }, { 88, 60, 0.7f }, { 125, 110, 0.8f }, { 75, 110, 0.8f } };
	for (size_t i = 0; i < sizeof face / sizeof *face; i++)
		p.points[i] = face[i];
	return p;
}

static void test_head_from_points(void **state)
{
	(void)state;
	struct person p = standing();
	struct head h = head_find(&p, 400, 400);
	assert_true(h.clear);
	assert_true(h.area.w > 60 && h.area.w < 80);
	assert_float_equal(h.area.w, h.area.h, 1e-3f);
	assert_true(h.area.x < 88 && h.area.x + h.area.w > 112); /* both ears */
	assert_true(h.area.y < 40 && h.area.y + h.area.h > 70);
}

static void test_head_not_clear(void **state)
{
	(void)state;
	struct person p = standing();
	p.score = 0.55f; /* hardly a person */
	assert_false(head_find(&p, 400, 400).clear);
	p = standing();
	for (int i = 0; i <= RIGHT_EAR; i++)
		p.points[i].score = 0.1f; /* no face: the top of the box, not judged */
	struct head h = head_find(&p, 400, 400);
	assert_false(h.clear);
	assert_float_equal(h.area.y, 30, 1e-3f);
	assert_true(h.area.w <= 80);
	p = standing();
	p.points[LEFT_SHOULDER].score = p.points[RIGHT_SHOULDER].score = 0.1f;
	assert_false(head_find(&p, 400, 400).clear);
	p = standing();
	for (int i = 0; i < 7; i++)
		p.points[i].y -= 60; /* cut off by the upper edge */
	assert_false(head_find(&p, 400, 400).clear);
	p = standing();
	p.x1 /= 4, p.x2 /= 4, p.y1 /= 4, p.y2 /= 4;
	for (int i = 0; i < 7; i++)
		p.points[i].x /= 4, p.points[i].y /= 4; /* too far away */
	assert_false(head_find(&p, 400, 400).clear);
}

static void test_head_judge(void **state)
{
	(void)state;
	assert_int_equal(head_judge(0.99f), SEEN_HEAD_UNCOVERED);
	assert_int_equal(head_judge(0.70f), SEEN_HEAD_UNCLEAR);
	assert_int_equal(head_judge(0.10f), SEEN_HEAD_COVERED);
	assert_int_equal(head_judge(NAN), SEEN_HEAD_UNCLEAR);
}

static void test_table_is_no_person(void **state)
{
	(void)state;
	struct person p = standing();
	assert_true(person_is_real(&p));
	for (int i = 0; i < 7; i++)
		p.points[i].score = 0.3f;
	assert_false(person_is_real(&p));
	p = standing();
	p.score = 0.4f;
	assert_false(person_is_real(&p));
}

static void test_area_box(void **state)
{
	(void)state;
	struct box b = area_box((struct area){ -10, -10, 30, 30 }, 100, 50);
	assert_true(b.x == 0 && b.y == 0 && b.w == 20 && b.h == 20);
	b = area_box((struct area){ 90, 45, 30, 30 }, 100, 50);
	assert_true(b.x == 90 && b.y == 45 && b.w == 10 && b.h == 5);
	b = area_box((struct area){ 500, 500, 3, 3 }, 100, 50);
	assert_true(b.x == 99 && b.y == 49 && b.w == 1 && b.h == 1);
	b = area_box((struct area){ NAN, NAN, NAN, NAN }, 100, 50);
	assert_true(b.x >= 0 && b.y >= 0 && b.w >= 1 && b.h >= 1 && b.x + b.w <= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_person, setup, teardown),
		cmocka_unit_test_setup_teardown(test_threshold_and_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_doubles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_edges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_crowd, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_numbers, setup, teardown),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_head_from_points),
		cmocka_unit_test(test_head_not_clear),
		cmocka_unit_test(test_head_judge),
		cmocka_unit_test(test_table_is_no_person),
		cmocka_unit_test(test_area_box),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
