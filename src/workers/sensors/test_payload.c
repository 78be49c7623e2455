/* What devices send becomes whole hundredths; the spool keeps what could not be delivered. */
#include "workers/sensors/batch.h"
#include "workers/sensors/spool.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *read_text(const char *json, const struct payload_map *m, struct payload *p)
{
	return payload_read((struct bytes){ (const uint8_t *)json, strlen(json) }, m, p);
}

static void plain_payloads(void **state)
{
	static const struct {
		const char *json;
		int64_t t, rh;
	} good[] = {
		{ "{\"t\":-18.25,\"rh\":81.5}", -1825, 8150 },
		{ " {\"rh\" : 81.5 , \"t\" : -18 } ", -1800, 8150 },
		{ "{\"t\":4.004,\"rh\":0}", 400, 0 },
		{ "{\"t\":4.005,\"rh\":4.0049}", 401, 400 },
		{ "{\"t\":-4.005,\"rh\":0.00999}", -401, 1 },
		{ "{\"t\":1.8e1,\"rh\":8150E-2}", 1800, 8150 },
		{ "{\"t\":0.1e2,\"rh\":100,\"x\":[{\"t\":9},\"\\u00e9\\\"\"]}", 1000, 10000 },
		{ "{\"t\":\"-0.01\",\"rh\":0.30000000000000004}", -1, 30 },
	};
	struct payload p;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_null(read_text(good[i].json, &payload_plain, &p));
		assert_int_equal(p.t, good[i].t);
		assert_int_equal(p.rh, good[i].rh);
		assert_false(p.has_at);
	}
	assert_null(read_text("{\"at\":1764000000123,\"t\":1}", &payload_plain, &p));
	assert_true(p.has_at && p.has_t && !p.has_rh);
	assert_true(p.at == 1764000000123);
}

static void bad_payloads(void **state)
{
	static const char *const bad[] = { "", "{", "{}", "[]", "null", "{\"t\":null}",
		"{\"t\":true}", "{\"t\":01}", "{\"t\":1.}", "{\"t\":.5}", "{\"t\":+5}",
		"{\"t\":1e99}", "{\"t\":99999999999999999999}", "{\"t\":1000000}", "{\"t\":\"x\"}",
		"{\"t\":NaN}", "{\"t\":1}x", "{\"t\":1,}", "{t:1}", "{\"t\":\"\xff\"}",
		"{\"t\":[1]}", "{\"t\":1,\"at\":0}", "{\"t\":1,\"at\":-5}",
		"{\"t\":1,\"at\":\"yesterday\"}", "{\"x\":\"\\q\",\"t\":1}",
		"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]" };
	struct payload p;
	char big[PAYLOAD_MAX + 8];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!read_text(bad[i], &payload_plain, &p))
			fail_msg("taken: %s", bad[i]);
	memset(big, ' ', sizeof(big));
	memcpy(big, "{\"t\":1}", 7);
	big[sizeof(big) - 1] = 0;
	assert_non_null(read_text(big, &payload_plain, &p));
}

static void foreign_payloads(void **state)
{
	const struct payload_map m = { "/data/0/temp", "/data/1/hu~1m", "/ts", UNIT_F, UNIT_SHARE,
		UNIT_S },
				 iso = { "/v", NULL, "/time", UNIT_C10, UNIT_PCT, UNIT_ISO },
				 root = { "", NULL, NULL, UNIT_K, UNIT_PCT, UNIT_MS };
	struct payload p;

	(void)state;
	assert_null(read_text(
		"{\"data\":[{\"temp\":77},{\"hu/m\":0.815}],\"ts\":1764000000.5}", &m, &p));
	assert_int_equal(p.t, 2500);
	assert_int_equal(p.rh, 8150);
	assert_true(p.at == 1764000000500);
	assert_null(read_text("273.15", &root, &p));
	assert_int_equal(p.t, 0);
	static const char *const same[] = { "2026-11-23T10:00:00+08:00", "2026-11-23T02:00:00Z",
		"2026-11-23 10:00:00", "2026-11-22T21:00:00-0500" };
	for (size_t i = 0; i < 4; i++) {
		char json[120];
		snprintf(json, sizeof(json), "{\"v\":-182,\"time\":\"%s\"}", same[i]);
		assert_null(read_text(json, &iso, &p));
		assert_int_equal(p.t, -1820);
		assert_true(p.at == civil_to_ms((struct civil){
					    .year = 2026, .month = 11, .day = 23, .hour = 10 }));
	}
	assert_non_null(read_text("{\"v\":1,\"time\":\"2026-13-01T00:00:00Z\"}", &iso, &p));
	assert_non_null(read_text("{\"v\":1,\"time\":5}", &iso, &p));
}

static void topics(void **state)
{
	char name[DEVICE_MAX + 1];

	(void)state;
	assert_true(device_of_topic("shian/v1/cold-01/readings", name));
	assert_string_equal(name, "cold-01");
	assert_false(device_of_topic("shian/v1//readings", name));
	assert_false(device_of_topic("shian/v1/a b/readings", name));
	assert_false(device_of_topic("shian/v1/a/readings/x", name));
	assert_false(device_of_topic("shian/v2/a/readings", name));
	assert_false(device_of_topic(
		"shian/v1/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/readings", name));
}

static void add(struct batch *b, const struct devices *d, const char *topic, const char *json)
{
	batch_add(b, d, topic, (struct bytes){ (const uint8_t *)json, strlen(json) });
}

static void a_batch_is_one_body(void **state)
{
	static const char list[] = "{\"devices\":[{\"device\":\"own\",\"t\":\"/d\",\"t_unit\":"
				   "\"c10\"},{\"device\":\"bad\",\"t\":\"/d\",\"t_unit\":\"pct\"},"
				   "{\"device\":\"plain\"}]}";
	struct arena *a = arena_new();
	struct devices d;
	struct batch b = { 0 };

	(void)state;
	assert_int_equal(devices_read(a, (struct bytes){ (const uint8_t *)list, sizeof(list) - 1 },
				 &d, NULL),
		OK);
	assert_int_equal(d.n, 1);
	clock_set(5000);
	batch_start(&b);
	add(&b, &d, "shian/v1/own/readings", "{\"d\":-181}");
	add(&b, &d, "shian/v1/plain/readings", "{\"t\":4,\"at\":77}");
	add(&b, &d, "shian/v1/plain/readings", "oops");
	add(&b, &d, "elsewhere", "{\"t\":4}");
	assert_int_equal(b.n, 4);
	assert_string_equal((const char *)batch_body(&b).at,
		"{\"readings\":[{\"device\":\"own\",\"at\":5000,\"t\":-1810,\"clockless\":true},"
		"{\"device\":\"plain\",\"at\":77,\"t\":400,\"clockless\":false}],"
		"\"refused\":[{\"device\":\"plain\",\"why\":\"The message is no JSON that can be "
		"read.\"}]}");
	clock_set(0);
	arena_free(b.arena);
	arena_free(a);
}

static void the_spool_keeps_its_order(void **state)
{
	char dir[] = "/tmp/shian-spool-XXXXXX";
	struct arena *a = arena_new();
	struct spool s = { .max = 100 };
	struct bytes body, ten = { (const uint8_t *)"0123456789", 10 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(spool_open(a, dir, &s, NULL), OK);
	assert_true(spool_empty(&s));
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			spool_put(&s, (struct bytes){ ten.at + i % 10, 10 - (size_t)i }, NULL), OK);
	assert_int_equal(spool_put(&s, (struct bytes){ ten.at, 46 }, NULL), E_TOO_LARGE);
	struct spool again = { .max = 100 }; /* as after a crash */
	assert_int_equal(spool_open(a, dir, &again, NULL), OK);
	assert_int_equal(again.bytes, 55);
	assert_int_equal(spool_first(a, &again, &body, NULL), OK);
	assert_int_equal(body.n, 10);
	spool_drop(&again);
	assert_int_equal(spool_first(a, &again, &body, NULL), OK);
	assert_int_equal(body.n, 9);
	spool_set_aside(&again);
	assert_int_equal(again.bytes, 36);
	while (!spool_empty(&again))
		spool_drop(&again);
	assert_int_equal(again.bytes, 0);
	assert_int_equal(spool_first(a, &again, &body, NULL), E_NOT_FOUND);
	unlink(arena_printf(a, "%s/refused-2.json", dir));
	assert_int_equal(rmdir(dir), 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_payloads),
		cmocka_unit_test(bad_payloads),
		cmocka_unit_test(foreign_payloads),
		cmocka_unit_test(topics),
		cmocka_unit_test(a_batch_is_one_body),
		cmocka_unit_test(the_spool_keeps_its_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
