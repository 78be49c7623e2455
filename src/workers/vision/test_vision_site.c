/* Features of crops, the site's heads: read, judged by, exchanged; and the classifier that gives
 * the features. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/eyes.h"
#include "workers/vision/site_heads.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static struct bytes bytes_of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* ---- features -------------------------------------------------------- */

static void test_features_travel(void **state)
{
	(void)state;
	static const float from[] = { 0, 1, -1, 0.5f, 6, 9, -9, NAN, INFINITY, -INFINITY };
	struct features f = { .base = 1 }, back = { .base = 2 };
	char text[FEATURES_TEXT];
	features_take(&f, from, 10);
	assert_int_equal(f.n, 10);
	static const int16_t want[] = { 0, 4096, -4096, 2048, 24576, 32767, -32768, 0, 32767,
		-32768 };
	assert_memory_equal(f.at, want, sizeof want);
	features_text(&f, text);
	assert_int_equal(features_parse(text, &back, NULL), OK);
	assert_int_equal(back.n, 10);
	assert_int_equal(back.base, 2);
	assert_memory_equal(back.at, want, sizeof want);
	float many[FEATURES_MAX + 10];
	for (int i = 0; i < FEATURES_MAX + 10; i++)
		many[i] = (float)i / 100;
	features_take(&f, many, FEATURES_MAX + 10);
	assert_int_equal(f.n, FEATURES_MAX);
	features_text(&f, text);
	assert_int_equal(strlen(text), FEATURES_TEXT - 1);
	assert_int_equal(features_parse(text, &back, NULL), OK);
	assert_memory_equal(back.at, f.at, sizeof f.at);
	f.n = 0;
	features_text(&f, text);
	assert_string_equal(text, "");
}

static void test_features_refused(void **state)
{
	struct arena *a = *state;
	struct features f;
	static const char *const bad[] = { "A", "AA", "AAA", "A===", "!!!!", "AAAA\n", "AAAA AAA",
		"AA==" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (features_parse(bad[i], &f, NULL) != E_INVALID)
			fail_msg("taken: %s", bad[i]);
	char *long_text = arena_alloc(a, FEATURES_TEXT + 8);
	memset(long_text, 'A', FEATURES_TEXT + 3);
	assert_int_equal(features_parse(long_text, &f, NULL), E_INVALID);
}

/* ---- one head -------------------------------------------------------- */

static struct site_head small(void)
{
	return (struct site_head){ .rule = "head_uncovered",
		.net = "head@3a8831d5",
		.threshold = 4000,
		.bias = -0.5,
		.base = 0.25,
		.n = 3,
		.weights = { 1, -2, 0.125 } };
}

static void test_head_is_what_was_written(void **state)
{
	struct arena *a = *state;
	struct site_head h = small(), back;
	char name[SITE_NAME + 1], again[SITE_NAME + 1];
	const char *text = site_head_text(&h, a);
	assert_int_equal(site_head_parse(bytes_of(text), &back, NULL), OK);
	assert_memory_equal(back.weights, h.weights, sizeof h.weights);
	assert_string_equal(site_head_text(&back, a), text);
	site_head_name(bytes_of(text), name, NULL);
	h.weights[2] += 1e-6;
	site_head_name(bytes_of(site_head_text(&h, a)), again, NULL);
	assert_int_equal(strlen(name), SITE_NAME);
	assert_string_not_equal(name, again);
}

static void test_head_judges(void **state)
{
	(void)state;
	struct site_head h = small();
	struct features f = {
		.net = "head@3a8831d5", .base = 5000, .n = 3, .at = { 4096, 2048, -8192 }
	};
	/* 0.5 is log-odds 0; 1 - 1 - 0.25 - 0.5 = -0.75 */
	assert_int_equal(site_head_judge(&h, &f), (int)lrint(10000 / (1 + exp(0.75))));
	f.base = 10000;
	assert_true(site_head_judge(&h, &f) > 7000);
	f.n = 2;
	assert_int_equal(site_head_judge(&h, &f), -1);
	f.n = 3;
	snprintf(f.net, sizeof f.net, "head@00000000");
	assert_int_equal(site_head_judge(&h, &f), -1);
	assert_true(isfinite(site_log_odds(0)) && isfinite(site_log_odds(10000)));
	assert_true(fabs(site_log_odds(5000)) < 1e-9);
}

static void test_heads_refused(void **state)
{
	static const char *const bad[] = { "", "{}", "[]", "null", "{\"format\":1}",
		"{\"format\":2,\"rule\":\"r\",\"net\":\"n\",\"threshold\":1,\"base\":0,\"bias\":0,"
		"\"weights\":[1]}",
		"{\"format\":1,\"rule\":\"r\",\"net\":\"n\",\"threshold\":1,\"base\":0,\"bias\":0,"
		"\"weights\":[]}",
		"{\"format\":1,\"rule\":\"r\",\"net\":\"n\",\"threshold\":1,\"base\":0,\"bias\":0,"
		"\"weights\":[\"1\"]}",
		"{\"format\":1,\"rule\":\"r\",\"net\":\"n\",\"threshold\":1,\"base\":0,\"bias\":0,"
		"\"weights\":[1e300]}",
		"{\"format\":1,\"rule\":\"r\",\"net\":\"n\",\"threshold\":10001,\"base\":0,"
		"\"bias\":0,\"weights\":[1]}",
		"{\"format\":1,\"rule\":\"../r\",\"net\":\"n\",\"threshold\":1,\"base\":0,"
		"\"bias\":0,\"weights\":[1]}",
		"{\"format\":1,\"rule\":\"\",\"net\":\"n\",\"threshold\":1,\"base\":0,\"bias\":0,"
		"\"weights\":[1]}" };
	struct site_head h;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (site_head_parse(bytes_of(bad[i]), &h, NULL) != E_INVALID)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(site_head_parse(bytes_of("{\"format\":1,\"rule\":\"r\",\"net\":\"n\","
						  "\"threshold\":1,\"base\":0,\"bias\":0,"
						  "\"weights\":[1]}"),
				 &h, NULL),
		OK);
}

/* ---- the set --------------------------------------------------------- */

static const char *quoted(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };
	for (; *s; s++)
		if (*s == '"')
			buf_puts(&b, "\\\"");
		else if (*s == '\n')
			buf_puts(&b, "\\n");
		else
			buf_putc(&b, *s);
	return buf_text(&b);
}

static struct bytes answer(struct arena *a, const struct site_head *h, const char *rule)
{
	char name[SITE_NAME + 1], hex[65];
	const char *text = site_head_text(h, a);
	site_head_name(bytes_of(text), name, hex);
	return bytes_of(arena_printf(a,
		"{\"models\":[{\"rule\":\"%s\",\"sha256\":\"%s\",\"head\":\"%s\"}]}", rule, hex,
		quoted(a, text)));
}

static void test_set_is_exchanged(void **state)
{
	struct arena *a = *state;
	struct site_heads *s = site_heads_new();
	struct site_head h = small();
	struct features f = {
		.net = "head@3a8831d5", .base = 5000, .n = 3, .at = { 4096, 2048, -8192 }
	};
	char name[64];
	assert_true(site_heads_keep(s, "head_uncovered", &f));
	assert_int_equal(f.site, -1);
	site_heads_name(s, "head_uncovered", name, sizeof name);
	assert_string_equal(name, "");
	assert_int_equal(site_heads_take(s, answer(a, &h, "head_uncovered"), NULL), OK);
	site_heads_name(s, "head_uncovered", name, sizeof name);
	assert_int_equal(strlen(name), strlen("+site-head_uncovered@12345678"));
	assert_memory_equal(name, "+site-head_uncovered@", 21);
	assert_false(site_heads_keep(s, "head_uncovered", &f)); /* 3208 < 4000 */
	assert_int_equal(f.site, 3208);
	assert_true(site_heads_keep(s, "person_off_hours", &f));
	/* no answer at all: those before stay */
	assert_int_equal(site_heads_take(s, bytes_of("[]"), NULL), E_INVALID);
	assert_int_equal(site_heads_take(s, bytes_of("not json"), NULL), E_INVALID);
	assert_false(site_heads_keep(s, "head_uncovered", &f));
	/* of another rule than announced, or altered on the way: left out */
	assert_int_equal(site_heads_take(s, answer(a, &h, "person_off_hours"), NULL), OK);
	assert_true(site_heads_keep(s, "person_off_hours", &f));
	struct bytes changed = answer(a, &h, "head_uncovered");
	char *digit = strstr((char *)(uintptr_t)changed.at, "4000");
	*digit = '5';
	assert_int_equal(site_heads_take(s, changed, NULL), OK);
	assert_true(site_heads_keep(s, "head_uncovered", &f));
	h.threshold = 3000;
	assert_int_equal(site_heads_take(s, answer(a, &h, "head_uncovered"), NULL), OK);
	assert_true(site_heads_keep(s, "head_uncovered", &f));
	assert_int_equal(f.site, 3208);
	assert_int_equal(site_heads_take(s, bytes_of("{\"models\":[]}"), NULL), OK);
	assert_true(site_heads_keep(s, "head_uncovered", &f));
	assert_int_equal(f.site, -1);
	site_heads_free(s);
}

struct lookers {
	struct site_heads *heads;
	atomic_bool stop;
	atomic_int looks;
};

static void *looks(void *arg)
{
	struct lookers *l = arg;
	while (!atomic_load(&l->stop)) {
		struct features f = { .net = "head@3a8831d5", .base = 5000, .n = 3 };
		bool keep = site_heads_keep(l->heads, "head_uncovered", &f);
		if (f.site >= 0 && keep != (f.site >= 4000))
			abort();
		atomic_fetch_add(&l->looks, 1);
	}
	return NULL;
}

/* Exchanged under the eyes of those who look: one head or the other, never half of each. */
static void test_set_while_looking(void **state)
{
	struct arena *a = *state;
	struct lookers l = { .heads = site_heads_new() };
	struct site_head h = small();
	struct bytes one = answer(a, &h, "head_uncovered");
	pthread_t t[2];
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, looks, &l), 0);
	for (int i = 0; i < 200 || atomic_load(&l.looks) < 200; i++) {
		assert_int_equal(site_heads_take(l.heads, one, NULL), OK);
		assert_int_equal(site_heads_take(l.heads, bytes_of("{\"models\":[]}"), NULL), OK);
	}
	atomic_store(&l.stop, true);
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	site_heads_free(l.heads);
}

/* ---- the classifier -------------------------------------------------- */

static void test_models_name_the_head(void **state)
{
	struct arena *a = *state;
	struct eyes *e = NULL;
	struct fault why = { 0 };
	char name[MODEL_NAME_MAX];
	const char *dir = getenv("SHIAN_MODELS");
	if (!dir || eyes_open(&e, dir, &why)) {
		print_message("no models: %s\n", why.text);
		skip();
	}
	eyes_model_for(e, "head_uncovered", name);
	assert_string_equal(name, eyes_model(e));
	struct site_head h = small();
	assert_int_equal(site_heads_take(eyes_site(e), answer(a, &h, "head_uncovered"), NULL), OK);
	eyes_model_for(e, "head_uncovered", name);
	assert_true(text_starts(name, eyes_model(e)));
	assert_non_null(strstr(name, "+site-head_uncovered@"));
	eyes_close(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_features_travel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_features_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_head_is_what_was_written, setup, teardown),
		cmocka_unit_test_setup_teardown(test_head_judges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_heads_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_set_is_exchanged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_set_while_looking, setup, teardown),
		cmocka_unit_test_setup_teardown(test_models_name_the_head, setup, teardown),
	};
	return cmocka_run_group_tests_name("the site's heads", tests, NULL, NULL);
}
