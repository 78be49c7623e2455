/* The decisions of the room of sensors, and the text that hours are kept as. */
#include "domains/sensors/chart.h"
#include "domains/sensors/series.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1764000000000

static const struct limits cold = { .has_low = true,
	.has_high = true,
	.low = 0,
	.high = 800,
	.hysteresis = 50,
	.delay_ms = 30 * MINUTE,
	.readings = 3,
	.back = 2,
	.gap_ms = 3 * MINUTE,
	.stuck_ms = 60 * MINUTE,
	.stuck_readings = 30 };

/* A value each minute from NOW + from minutes on; what happened is summed up. */
struct play {
	struct watch w;
	int alarms, ends, stuck, unstuck;
	int64_t alarm_minute, ended_worst, ended_side;
};
static void play(struct play *p, int from, int to, int64_t v)
{
	for (int m = from; m < to; m++) {
		struct watch_news n;
		watch_step(&p->w, &cold, (struct sample){ NOW + (int64_t)m * MINUTE, v }, &n);
		if (n.alarm) {
			p->alarms++;
			p->alarm_minute = m;
		}
		if (n.ended) {
			p->ends++;
			p->ended_worst = n.ended_worst;
			p->ended_side = n.ended_side;
		}
		p->stuck += n.stuck;
		p->unstuck += n.unstuck;
	}
}

static void a_door_that_stands_open_is_nothing(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 10, 400);
	play(&p, 10, 39, 1200); /* 29 minutes outside */
	play(&p, 39, 60, 400);
	assert_int_equal(p.alarms, 0);
	assert_int_equal(p.ends, 0);
	assert_int_equal(p.w.side, 0);
}

static void outside_for_the_delay_is_an_alarm_once(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 10, 400);
	play(&p, 10, 30, 1000);
	play(&p, 30, 35, 1400);
	play(&p, 35, 90, 900);
	assert_int_equal(p.alarms, 1);
	assert_int_equal(p.alarm_minute, 40);
	assert_int_equal(p.w.worst, 1400);
	play(&p, 90, 100, 780); /* inside, but not by the hysteresis */
	assert_int_equal(p.ends, 0);
	play(&p, 100, 101, 700);
	assert_int_equal(p.ends, 0);
	play(&p, 101, 102, 700);
	assert_int_equal(p.ends, 1);
	assert_int_equal(p.ended_worst, 1400);
	assert_int_equal(p.ended_side, 1);
	play(&p, 102, 140, 900); /* again */
	assert_int_equal(p.alarms, 2);
}

static void the_other_side_is_another_alarm(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 40, 900);
	play(&p, 40, 80, -300);
	assert_int_equal(p.alarms, 2);
	assert_int_equal(p.ends, 1);
	assert_int_equal(p.ended_side, 1);
	assert_int_equal(p.w.side, -1);
	assert_int_equal(p.w.worst, -300);
}

static void the_limit_itself_is_inside(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 100, 800);
	play(&p, 100, 200, 0);
	assert_int_equal(p.alarms, 0);
}

/* Two readings with silence between them do not show that it was warm all the time. */
static void silence_proves_nothing(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 5, 900);
	play(&p, 40, 45, 900);
	assert_int_equal(p.alarms, 0);
	play(&p, 45, 71, 900);
	assert_int_equal(p.alarms, 1);
	assert_int_equal(p.alarm_minute, 70);
	assert_int_equal(p.w.since, NOW + 40 * MINUTE);
}

static void late_and_double_readings_change_nothing(void **state)
{
	struct play p = { 0 }, q;
	(void)state;
	play(&p, 0, 20, 900);
	q = p;
	play(&q, 5, 20, 400);
	assert_memory_equal(&p.w, &q.w, sizeof(p.w));
}

static void a_sensor_that_stands_still(void **state)
{
	struct play p = { 0 };
	(void)state;
	play(&p, 0, 60, 400);
	assert_int_equal(p.stuck, 0);
	play(&p, 60, 200, 400);
	assert_int_equal(p.stuck, 1);
	play(&p, 200, 202, 410);
	assert_int_equal(p.unstuck, 1);
}

static void gaps_and_calibration(void **state)
{
	(void)state;
	assert_false(gap_now(NOW, 60, 3, NOW + 3 * MINUTE));
	assert_true(gap_now(NOW, 60, 3, NOW + 3 * MINUTE + 1));
	assert_false(gap_now(0, 60, 3, NOW)); /* never heard: no gap */
	assert_false(calibration_over(NOW, NOW + DAY - 1));
	assert_true(calibration_over(NOW, NOW + DAY));
}

static void what_may_be_filed(void **state)
{
	struct reading r = { NOW, { 400, NOT_MEASURED } };
	(void)state;
	assert_null(reading_wrong(&r, NOW, DAY));
	r.at = NOW + 11 * MINUTE;
	assert_non_null(reading_wrong(&r, NOW, DAY));
	r.at = NOW - DAY - 1;
	assert_non_null(reading_wrong(&r, NOW, DAY));
	r.at = NOW;
	r.v[Q_T] = T_MOST + 1;
	assert_non_null(reading_wrong(&r, NOW, DAY));
	r.v[Q_T] = NOT_MEASURED;
	assert_non_null(reading_wrong(&r, NOW, DAY));
	r.v[Q_RH] = 10001;
	assert_non_null(reading_wrong(&r, NOW, DAY));
	r.v[Q_RH] = 10000;
	assert_null(reading_wrong(&r, NOW, DAY));
}

static void the_same_message_again(void **state)
{
	struct reading last = { NOW, { 400, 5000 } }, r = { NOW + 20 * SECOND, { 400, 5000 } };
	(void)state;
	assert_true(reading_again(&last, &r, MINUTE));
	r.v[Q_T] = 401;
	assert_false(reading_again(&last, &r, MINUTE));
	r = last;
	r.at += 31 * SECOND;
	assert_false(reading_again(&last, &r, MINUTE));
	last.at = 0;
	assert_false(reading_again(&last, &r, MINUTE));
}

static void when_the_operator_is_told(void **state)
{
	struct telling t = { .any_hour = true,
		.from = 7 * 60,
		.to = 21 * 60,
		.quiet_ms = 60 * MINUTE,
		.now = NOW,
		.minute = 3 * 60 };
	(void)state;
	assert_false(tell_now(&t)); /* a gap at three in the morning waits */
	t.limit = true;
	assert_true(tell_now(&t)); /* warm food does not */
	t.last_told = NOW - 59 * MINUTE;
	assert_false(tell_now(&t));
	t.last_told = NOW - 60 * MINUTE;
	assert_true(tell_now(&t));
	t.limit = false;
	t.minute = 7 * 60;
	assert_true(tell_now(&t));
	t.minute = 21 * 60;
	assert_false(tell_now(&t));
}

static void names_and_pointers(void **state)
{
	(void)state;
	assert_null(device_wrong("cold-01_A"));
	assert_non_null(device_wrong("ab"));
	assert_non_null(device_wrong("a/b/c"));
	assert_non_null(device_wrong("a+c"));
	assert_non_null(device_wrong("冷库一号"));
	assert_null(pointer_wrong(""));
	assert_null(pointer_wrong("/data/0/temp"));
	assert_null(pointer_wrong("/a~1b"));
	assert_non_null(pointer_wrong("data"));
	assert_non_null(pointer_wrong("/a~2"));
	assert_non_null(pointer_wrong("/1/2/3/4/5/6/7/8/9"));
}

/* ---- the text of an hour ------------------------------------------------------ */
static struct series minutes(struct arena *a, int64_t hour, int n)
{
	struct series s = { NEWS(a, struct reading, (size_t)n + 1), (size_t)n };
	for (int i = 0; i < n; i++)
		s.at[i] = (struct reading){ hour + (int64_t)i * MINUTE + 417,
			{ -1800 + i % 7, i % 3 ? 8000 + i % 5 : NOT_MEASURED } };
	return s;
}

static void an_hour_is_read_back_as_written(void **state)
{
	struct arena *a = arena_new();
	int64_t hour = NOW / HOUR * HOUR;
	(void)state;
	for (int n = 0; n < 61; n++) {
		struct series s = minutes(a, hour, n), back;
		if (n > 5)
			s.at[5].v[Q_T] = NOT_MEASURED;
		if (n > 9)
			s.at[9].at += 1234;
		const char *text = series_write(a, &s, hour);
		assert_int_equal(series_read(a, text, hour, &back), OK);
		assert_int_equal(back.n, s.n);
		assert_memory_equal(back.at, s.at, s.n * sizeof(*s.at));
		assert_string_equal(series_write(a, &back, hour), text);
	}
	struct series s = minutes(a, hour, 60);
	for (int i = 0; i < 60; i++)
		s.at[i].v[Q_RH] = NOT_MEASURED;
	assert_true(strlen(series_write(a, &s, hour)) < (size_t)60 * 4);
	arena_free(a);
}

static void damaged_text_is_refused(void **state)
{
	static const char *const bad[] = { "x", "1", "60:", "60:4 ", "60:4,", "60:4 :5", "-5:4",
		"60:4x", "60:999999999", "60:4,5,6", " 60:4" };
	struct arena *a = arena_new();
	struct series s;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(series_read(a, bad[i], 0, &s), E_INVALID);
	assert_int_equal(series_read(a, "60000:4 -1 -", 0, &s), OK);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.at[1].v[Q_T], 3);
	assert_int_equal(s.at[2].v[Q_T], NOT_MEASURED);
	assert_int_equal(s.at[2].at, 180000);
	arena_free(a);
}

static void merged_lists_hold_each_time_once(void **state)
{
	struct arena *a = arena_new();
	struct series x = minutes(a, 0, 10), y = minutes(a, 5 * MINUTE, 10);
	(void)state;
	y.at[0].v[Q_T] = 77; /* the first list's stays */
	struct series m = series_merge(a, &x, &y);
	assert_int_equal(m.n, 15);
	for (size_t i = 1; i < m.n; i++)
		assert_true(m.at[i].at > m.at[i - 1].at);
	assert_int_equal(m.at[5].v[Q_T], x.at[5].v[Q_T]);
	struct figures f = series_figures(&x, Q_T);
	assert_int_equal(f.n, 10);
	assert_int_equal(f.min, -1800);
	assert_int_equal(f.max, -1794);
	assert_int_equal(mean_of(-5, 2), -3);
	assert_int_equal(mean_of(5, 2), 3);
	assert_int_equal(mean_of(-4, 3), -1);
	assert_string_not_equal(series_digest(a, 1, 0, "60:4"), series_digest(a, 2, 0, "60:4"));
	arena_free(a);
}

static int count(const char *s, const char *what)
{
	int n = 0;
	for (; (s = strstr(s, what)); s++)
		n++;
	return n;
}

/* A gap breaks the line and is drawn; what lies in the future is none; nothing is styled inline. */
static void a_chart_shows_gaps_as_gaps(void **state)
{
	struct arena *a = arena_new();
	struct buckets b = buckets_new(a, 0, DAY, 5 * MINUTE);
	struct series x = minutes(a, 0, 60), y = minutes(a, 6 * HOUR, 60);
	struct chart c = { .title = "a<b",
		.q = Q_T,
		.b = &b,
		.limits = cold,
		.until = 7 * HOUR,
		.gap_ms = 3 * MINUTE,
		.no_data = "none" };
	(void)state;
	assert_non_null(strstr(chart_svg(a, &c), ">none<"));
	buckets_add_series(&b, &x);
	buckets_add_series(&b, &y);
	const char *svg = chart_svg(a, &c);
	assert_int_equal(count(svg, "<polyline"), 2);
	assert_int_equal(count(svg, "#e6e3da"), 1);
	assert_null(strstr(svg, "style"));
	assert_null(strstr(svg, "a<b"));
	c.until = 12 * HOUR;
	assert_int_equal(count(chart_svg(a, &c), "#e6e3da"), 2);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_door_that_stands_open_is_nothing),
		cmocka_unit_test(outside_for_the_delay_is_an_alarm_once),
		cmocka_unit_test(the_other_side_is_another_alarm),
		cmocka_unit_test(the_limit_itself_is_inside),
		cmocka_unit_test(silence_proves_nothing),
		cmocka_unit_test(late_and_double_readings_change_nothing),
		cmocka_unit_test(a_sensor_that_stands_still),
		cmocka_unit_test(gaps_and_calibration),
		cmocka_unit_test(what_may_be_filed),
		cmocka_unit_test(the_same_message_again),
		cmocka_unit_test(when_the_operator_is_told),
		cmocka_unit_test(names_and_pointers),
		cmocka_unit_test(an_hour_is_read_back_as_written),
		cmocka_unit_test(damaged_text_is_refused),
		cmocka_unit_test(merged_lists_hold_each_time_once),
		cmocka_unit_test(a_chart_shows_gaps_as_gaps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
