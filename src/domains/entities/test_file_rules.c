/* What a file has to hold, by kind of business and day: the rule in force, and small ones. */
#include "domains/entities/file_rules.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now = (int64_t)1795399200000; /* 2026-11-23 10:00 */

static struct node *parsed(struct arena *a, const char *text)
{
	struct node *n = NULL;
	struct fault why = { 0 };

	if (json_parse(a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &n, &why))
		fail_msg("%s", why.text);
	return n;
}

static struct node *rule_file(struct arena *a)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct bytes b;
	struct fault why = { 0 };

	if (file_read(a, arena_printf(a, "%s/rules/entities/file.json", root ? root : "."), 1 << 20,
		    &b, &why))
		fail_msg("%s", why.text);
	return parsed(a, arena_copy(a, (const char *)b.at, b.n));
}

static struct operator whole(const char *kind)
{
	return (struct operator){ .kind = kind,
		.uscc = "91310112MA1GB00A88",
		.legal_person = "张三",
		.phone = "13900000000",
		.lat = 1,
		.lon = 1,
		.licence_valid_to = now + 100 * DAY };
}

static int percent(const struct node *rule, const struct file_facts *f)
{
	struct file_part p[FILE_PARTS_MAX];
	return file_percent(p, file_parts(rule, f, now, p));
}

static void test_kinds(void **state)
{
	struct arena *a = arena_new();
	const struct node *rule = rule_file(a);
	struct operator o = whole("restaurant_small");
	struct file_facts f = {
		.o = &o, .inspections = 1, .last_inspection_at = now, .graded = true
	};

	(void)state;
	assert_int_equal(percent(rule, &f), 100);
	o.kind = "restaurant_large"; /* a camera is asked for */
	assert_in_range(percent(rule, &f), 80, 99);
	f.cameras = 1;
	assert_int_equal(percent(rule, &f), 100);
	o.kind = "food_shop"; /* no grade is asked for */
	f.graded = false;
	assert_int_equal(percent(rule, &f), 100);
	o.kind = "food_maker"; /* self-checks, tests, insurance */
	assert_in_range(percent(rule, &f), 60, 80);
	f.entry_at[entry_kind("self_check")] = f.entry_at[entry_kind("sampling")] =
		f.entry_at[entry_kind("insurance")] = now;
	assert_int_equal(percent(rule, &f), 100);
	arena_free(a);
}

static void test_edges(void **state)
{
	struct arena *a = arena_new();
	const struct node *rule = parsed(a,
		"{\"parts\":[{\"part\":\"entry\",\"entry\":\"self_check\",\"months\":1,\"section\":"
		"\"self_check\"},{\"part\":\"inspection_2y\"},{\"part\":\"unheard_of\"},"
		"{\"part\":\"entry\",\"entry\":\"unheard_of\"}]}");
	struct operator o = whole("snack");
	struct file_facts f = { .o = &o };
	struct file_part p[FILE_PARTS_MAX];

	(void)state;
	assert_int_equal(
		file_parts(rule, &f, now, p), 2); /* what it does not know is passed over */
	assert_int_equal(p[0].months, 1);
	assert_string_equal(p[0].section, "self_check");
	f.entry_at[entry_kind("self_check")] = now - 31 * DAY;
	f.last_inspection_at = now - 731 * DAY;
	assert_int_equal(percent(rule, &f), 100);
	f.entry_at[entry_kind("self_check")] = now - 32 * DAY;
	f.last_inspection_at = now - 732 * DAY;
	assert_int_equal(percent(rule, &f), 0);
	assert_int_equal(file_percent(p, 0), 100);
	arena_free(a);
}

static void test_days(void **state)
{
	(void)state;
	assert_null(entry_days_wrong(now, 0, now));
	assert_null(entry_days_wrong(now - DAY, now - DAY, now));
	assert_non_null(entry_days_wrong(now + DAY, 0, now));
	assert_non_null(entry_days_wrong(now, now - DAY, now));
}

static void test_sections(void **state)
{
	(void)state;
	for (int i = 0; i < ENTRY_KINDS; i++) {
		assert_int_equal(entry_kind(entry_kinds[i].code), i);
		assert_true(entry_section(i) != &file_sections[0]); /* each kind has its section */
	}
	assert_null(entry_kinds[ENTRY_KINDS].code);
	assert_int_equal(entry_kind("unheard_of"), -1);
	assert_string_equal(file_sections[SECTION_NOTICES].code, "notices");
	assert_string_equal(file_sections[SECTION_ENTRIES].code, "tests");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_edges), cmocka_unit_test(test_days),
		cmocka_unit_test(test_sections) };
	return cmocka_run_group_tests_name("file_rules", tests, NULL, NULL);
}
