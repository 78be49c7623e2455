/* Reading visits, features, learning and measuring, without a database. */
#include "core/stats/measures.h"
#include "domains/targeting/evaluate.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char head[] = "visit_id,operator_id,date,format,area,inspector,licensed_on,lat,lon,"
			   "critical,serious,minor,failed\n";

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static enum err read_text(struct visits *v, struct arena *a, const char *lines, struct fault *why)
{
	const char *text = arena_printf(a, "%s%s", head, lines);

	return visits_read(v, (struct bytes){ (const uint8_t *)text, strlen(text) }, why);
}

/* ---- reading ----------------------------------------------------------- */
static void test_reading(void **state)
{
	struct visits v;
	struct fault why = { 0 };

	visits_start(&v, *state);
	assert_int_equal(
		read_text(&v, *state,
			"7,b,2012-03-02,R,60601,red,,,,1,2,3,1\n"
			"8,a,2012-03-01,\"R\",60602,,2001-02-03,41.8236359,-87.64,0,0,0,0\n"
			"9,b,2012-03-01,S,60603,red,2002-01-01,,,0,0,70000,0\n",
			&why),
		OK);
	assert_int_equal(v.n, 3);
	assert_int_equal(v.n_operators, 2);
	assert_string_equal(v.at[0].name, "8"); /* by day, then as they came */
	assert_string_equal(v.at[2].name, "7");
	assert_int_equal(v.at[1].minor, 60000);
	assert_true(v.at[2].failed && !v.at[1].failed);
	const struct visited *a = &v.operators[v.at[0].who], *b = &v.operators[v.at[2].who];
	assert_int_equal(a->lat, 41823635);
	assert_int_equal(a->lon, -87640000);
	assert_int_equal(a->licensed, 11356);
	assert_string_equal(v.kinds.at[b->kind], "R"); /* the latest line says it */
	assert_int_equal(b->licensed, 11688);	       /* an empty one says nothing */
	assert_int_equal(b->n, 2);
	assert_string_equal(v.at[v.by_operator[b->first]].name, "9");
}

/* After --from nothing is taken but for who was not there before; after --to nothing at all. */
static void test_frozen(void **state)
{
	struct visits v;
	struct fault why = { 0 };

	visits_start(&v, *state);
	assert_true(day_parse("2012-03-01", &v.frozen) && day_parse("2012-05-01", &v.until));
	assert_int_equal(read_text(&v, *state,
				 "1,a,2012-04-01,S,2,,,,,0,0,0,0\n"
				 "2,a,2012-02-01,R,1,,,,,0,0,0,0\n"
				 "3,b,2012-04-01,S,3,,,,,0,0,0,0\n"
				 "4,b,2012-04-20,R,4,,,,,0,0,0,0\n"
				 "5,c,2012-05-01,R,5,,,,,0,0,0,0\n",
				 &why),
		OK);
	assert_int_equal(v.n, 4);
	assert_int_equal(v.n_operators, 2);
	assert_string_equal(v.kinds.at[v.operators[0].kind], "R");
	assert_string_equal(v.kinds.at[v.operators[1].kind], "S");
}

static void test_bad_files(void **state)
{
	static const struct {
		const char *lines, *says;
	} bad[] = {
		{ "", "the file has no visits" },
		{ "1,a,2012-02-30,R,,,,,,0,0,0,0\n", "line 2: date is no date" },
		{ "1,,2012-02-01,R,,,,,,0,0,0,0\n", "line 2: operator_id is empty" },
		{ ",a,2012-02-01,R,,,,,,0,0,0,0\n", "line 2: visit_id is empty" },
		{ "1,a,2012-02-01,R,,,,,,0,0,0,2\n", "line 2: failed is neither 0 nor 1" },
		{ "1,a,2012-02-01,R,,,,,,-1,0,0,0\n", "line 2: critical is no number" },
		{ "1,a,2012-02-01,R,,,,,,0,x,0,0\n", "line 2: serious is no number" },
		{ "1,a,2012-02-01,R,,,x,,,0,0,0,0\n", "line 2: licensed_on is no date" },
		{ "1,a,2012-02-01,R,,,,91,0,0,0,0,0\n", "line 2: lat is no latitude" },
		{ "1,a,2012-02-01,R,,,,41,,0,0,0,0\n", "line 2: lon is no longitude" },
		{ "1,a,2012-02-01,R,,,,,,0,0,0\n", "line 2 has 12 fields where line 1 has 13" },
		{ "1,a\"b,2012-02-01,R,,,,,,0,0,0,0\n", "line 2 has a quote in the middle" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct visits v;
		struct fault why = { 0 };
		visits_start(&v, *state);
		assert_int_equal(read_text(&v, *state, bad[i].lines, &why), E_INVALID);
		if (!strstr(why.text, bad[i].says))
			fail_msg("%s: not %s", why.text, bad[i].says);
	}
	struct visits v;
	struct fault why = { 0 };
	visits_start(&v, *state);
	assert_int_equal(
		visits_read(&v, (struct bytes){ (const uint8_t *)"visit_id\n1\n", 11 }, &why),
		E_INVALID);
	assert_non_null(strstr(why.text, "the column operator_id is missing"));
}

/* ---- a made-up town ------------------------------------------------------ */
/* Operators of two sorts, good and bad; two inspectors, one of whom finds three times as much and
 * works in one half of the town. */
static void town(struct visits *v, struct arena *a)
{
	uint64_t chance = 3;

	visits_start(v, a);
	for (int i = 0; i < 400; i++) {
		struct visited *o = visits_add_operator(v);
		bool is_bad = i % 4 == 0;
		*o = (struct visited){ .name = arena_printf(a, "o%d", i),
			.licensed = 10000,
			.lat = 31000000 + (i % 20) * 3000,
			.lon = 121000000 + (i / 20) * 3000 };
		for (int32_t day = 15000 + i % 90; day < 15720; day += 90) {
			struct visit *x = visits_add(v);
			bool strict = i < 200;
			uint64_t of = (is_bad ? 30 : 5) * (strict ? 3 : 1);
			*x = (struct visit){ .name = arena_printf(a, "v%zu", v->n),
				.who = (uint32_t)i,
				.day = day,
				.inspector = names_number(
					&v->inspectors, a, strict ? "strict" : "lenient") };
			x->failed = chance_below(&chance, 120) < of;
			x->serious = chance_below(&chance, 120) < 2 * of;
		}
	}
	visits_index(v);
}

static void test_town(void **state)
{
	struct visits v;
	struct window_scores s;
	struct measures m;
	struct fault why = { 0 };
	double good = 0, bad = 0, strict = 0, lenient = 0, n = 0;

	town(&v, *state);
	assert_int_equal(window_score(&v, (struct window){ 15630, 15720 }, &s, &why), OK);
	assert_int_equal(s.n, 400);
	for (size_t i = 0; i < s.n; i++) {
		uint32_t who = v.at[s.visit[i]].who;
		assert_true(s.probability[i] > 0 && s.probability[i] < 1);
		*(who % 4 ? &good : &bad) += s.probability[i] / (who % 4 ? 300 : 100);
		*(who < 200 ? &strict : &lenient) += s.probability[i] / 200;
		n++;
	}
	assert_true(bad > 1.5 * good);
	/* who is visited by the strict one is not thereby worse */
	assert_true(fabs(strict - lenient) < 0.25 * (bad - good));
	assert_int_equal(window_measure(&v, &s, &m, &why), OK);
	assert_true(m.at[M_WITHIN].value > 0.62);
	assert_true(m.at[M_OVER_RANDOM].value > 0);
	for (int k = 0; k < MEASURES; k++)
		assert_true(m.at[k].between.low <= m.at[k].value + 0.05 &&
			    m.at[k].between.high >= m.at[k].value - 0.05);
}

/* What is found in the window and after it changes no score. */
static void test_nothing_from_the_future(void **state)
{
	struct visits v;
	struct window_scores s, again;
	struct fault why = { 0 };
	struct window w = { 15540, 15630 };

	town(&v, *state);
	assert_int_equal(window_score(&v, w, &s, &why), OK);
	for (size_t i = 0; i < v.n; i++)
		if (v.at[i].day >= w.from) {
			v.at[i].failed = !v.at[i].failed;
			v.at[i].serious = 9;
			v.at[i].inspector = 0;
		}
	assert_int_equal(window_score(&v, w, &again, &why), OK);
	assert_int_equal(s.n, again.n);
	for (size_t i = 0; i < s.n; i++)
		assert_true(s.probability[i] == again.probability[i]);
}

static void test_too_few(void **state)
{
	struct visits v;
	struct window_scores s;
	struct fault why = { 0 };

	town(&v, *state);
	assert_int_equal(window_score(&v, (struct window){ 15010, 15090 }, &s, &why), E_INVALID);
	assert_non_null(strstr(why.text, "too few to learn from"));
	s = (struct window_scores){ .window = { 15010, 15020 } };
	struct measures m;
	assert_int_equal(window_measure(&v, &s, &m, &why), E_INVALID);
	assert_non_null(strstr(why.text, "nothing to tell apart"));
}

static double log_odds(double p)
{
	return log(p / (1 - p));
}

/* New shops have a wide interval, and the reason says so. */
static void test_explained(void **state)
{
	struct visits v;
	struct score_model m;
	struct scored_one fresh, known;
	struct fault why = { 0 };
	double x[FEATURES_MOST];

	town(&v, *state);
	struct visited *o = visits_add_operator(&v);
	*o = (struct visited){ .name = "new", .licensed = 15715 };
	visits_index(&v);
	struct past *p = past_new(&v, 15720, NULL, 0);
	assert_int_equal(model_learn(&m, p, 15720, &why), OK);
	past_fill(p, 400, x);
	assert_true(x[F_NONE] == 1);
	model_score(&m, x, past_known(p, 400), &fresh);
	past_fill(p, 1, x);
	model_score(&m, x, past_known(p, 1), &known);
	assert_true(fresh.low < fresh.probability && fresh.probability < fresh.high);
	assert_true(log_odds(fresh.high) - log_odds(fresh.low) >
		    log_odds(known.high) - log_odds(known.low) + 0.01);
	bool said = false;
	for (int i = 0; i < REASONS; i++)
		said = said || (fresh.reasons[i].moves != 0 && fresh.reasons[i].feature == F_NONE);
	assert_true(said);
	for (int i = 0; i < REASONS; i++)
		assert_true(known.reasons[i].moves == 0 || known.reasons[i].feature != F_NONE);
	for (int i = 1; i < REASONS; i++)
		assert_true(fabs(known.reasons[i - 1].moves) >= fabs(known.reasons[i].moves));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(
						    test_reading, setup, teardown),
		cmocka_unit_test_setup_teardown(test_frozen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_town, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_from_the_future, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_few, setup, teardown),
		cmocka_unit_test_setup_teardown(test_explained, setup, teardown) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
