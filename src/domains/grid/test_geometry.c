/* Points and shapes: edges and corners belong to exactly one cell, shapes are read and written. */
#include "domains/grid/geometry.h"
#include "harness.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static struct shape shape(struct arena *a, const char *text)
{
	struct shape s;

	assert_true(shape_read(a, text, &s));
	return s;
}

/* Four cells around 100,100, one of them a triangle's side aslant. */
static void test_one_cell(void **state)
{
	static const char *const texts[] = {
		"0,0 100,0 100,100 0,100",
		"100,0 200,0 200,100 100,100",
		"0,100 100,100 130,200 0,200",
		"100,100 200,100 200,200 130,200",
	};
	struct arena *a = arena_new();
	struct shape s[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		s[i] = shape(a, texts[i]);
	for (int64_t lat = 0; lat < 200; lat++)
		for (int64_t lon = 0; lon < 200; lon++) {
			int in = 0;
			for (int i = 0; i < 4; i++)
				in += shape_has(&s[i], (struct point){ lat, lon });
			assert_int_equal(in, 1);
		}
	/* the outer rim: west and south belong to it, east and north do not */
	assert_true(shape_has(&s[0], (struct point){ 0, 0 }));
	assert_false(shape_has(&s[3], (struct point){ 150, 200 }));
	assert_false(shape_has(&s[3], (struct point){ 200, 150 }));
	arena_free(a);
}

/* The same from either direction of the ring; a hole is outside; concave shapes. */
static void test_shapes(void **state)
{
	struct arena *a = arena_new();
	struct shape ring = shape(a, "0,0 0,90 90,90 90,0;30,30 60,30 60,60 30,60"),
		     hook = shape(a, "0,0 60,0 60,20 20,20 20,60 0,60");

	(void)state;
	assert_true(shape_has(&ring, (struct point){ 10, 10 }));
	assert_false(shape_has(&ring, (struct point){ 45, 45 }));
	assert_true(shape_has(&ring, (struct point){ 45, 75 }));
	assert_true(shape_has(&hook, (struct point){ 10, 50 }));
	assert_false(shape_has(&hook, (struct point){ 40, 40 }));
	assert_true(shape_has(&hook, (struct point){ 50, 10 }));
	assert_string_equal(shape_text(a, &ring), "0,0 0,90 90,90 90,0;30,30 60,30 60,60 30,60");
	static const char *const bad[] = { "", "1,2", "1,2 3,4", "1,2 3,4 5", "1,2 3,4 x,6",
		"1,2 3,4 5,6;", "1,2 3,4 5,91000000", "1,2  3,4 5,6", ";1,2 3,4 5,6" };
	struct shape s;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(shape_read(a, bad[i], &s));
	/* a district's size, and the largest numbers on earth */
	struct shape world = shape(a, "-180000000,-90000000 180000000,-90000000 "
				      "180000000,90000000 -180000000,90000000");
	assert_true(shape_has(&world, (struct point){ 31112000, 121381000 }));
	arena_free(a);
}

static const char *from_json(struct arena *a, const char *text, struct shape *s)
{
	struct node *n;
	struct fault why;

	assert_int_equal(
		json_parse(a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why), OK);
	return shape_from_json(a, n, s);
}

static void test_json(void **state)
{
	struct arena *a = arena_new();
	struct shape s;

	(void)state;
	assert_null(from_json(a,
		"{\"type\":\"Polygon\",\"coordinates\":[[[121.3,31.1],[121.4,31.1],[121.4,31."
		"2000005]"
		",[121.3,31.1]]]}",
		&s));
	assert_string_equal(shape_text(a, &s), "121300000,31100000 121400000,31100000 "
					       "121400000,31200001");
	assert_null(from_json(a,
		"{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1,1],[2,1],[2,2],[1,1]]],[[[-5,-5],"
		"[-4,-5.25],[-4,-4],[-5,-5]]]]}",
		&s));
	assert_int_equal(s.rings, 2);
	assert_int_equal(s.at[4].lat, -5250000);
	static const char *const bad[] = {
		"{\"type\":\"Point\",\"coordinates\":[1,2]}",
		"{\"type\":\"Polygon\",\"coordinates\":[]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2]]]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,2],[1,3]]]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,1],[2,95],[1,1]]]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2],[2,2],[1,1]]]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,\"x\"],[2,2],[1,1]]]}",
		"{\"type\":\"Polygon\",\"coordinates\":[[1,1,2,2]]}",
		"{\"type\":\"Polygon\"}",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(from_json(a, bad[i], &s));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_cell),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
