/* Licences and relations out of files: taken in, taken in again, changed, refused line by line. */
#include "domains/entities/entities.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *put_file(struct bench *b, const char *text)
{
	const char *path = arena_printf(bench_arena(b), "%s/in.csv", bench_dir(b));
	struct fault why = { 0 };

	assert_int_equal(file_write(path, text, strlen(text), 0600, &why), OK);
	return path;
}

static struct import_totals take(struct bench *b, const char *kind, const char *text)
{
	struct import_totals t;
	struct fault why = { 0 };

	if (file_import(bench_app(b), (const char *const[2]){ kind, put_file(b, text) }, &t, &why))
		fail_msg("%s", why.text);
	return t;
}

static const char *rejected(struct bench *b)
{
	struct bytes out = { 0 };
	struct fault why = { 0 };

	if (file_read(bench_arena(b),
		    arena_printf(bench_arena(b), "%s/in.csv.rejected.csv", bench_dir(b)), 1 << 20,
		    &out, &why))
		return "";
	return arena_copy(bench_arena(b), (const char *)out.at, out.n);
}

static int64_t count(struct bench *b, const char *from)
{
	return bench_int(b, arena_printf(bench_arena(b), "SELECT count(*) FROM %s", from));
}

/* Two businesses: JY10001 and JY10002. */
static void businesses(struct bench *b)
{
	bench_run(b, "DELETE FROM licences");
	bench_operator(b, "禾记小馆", HARNESS_AREA);
	bench_operator(b, "禾记总店", HARNESS_AREA);
	bench_run(b, "UPDATE operators SET licence_no = 'JY10001' WHERE name = '禾记小馆'");
	bench_run(b, "UPDATE operators SET licence_no = 'JY10002' WHERE name = '禾记总店'");
}

static const char LICENCES[] =
	"licence_no,kind,number,issuer,issued,valid_until,state\r\n"
	"JY10001,食品经营许可证,JY10001,示范区市场监督管理局,2024-03-01,2029-02-28,\r\n"
	"JY10001,business_licence,91310112MA1GBX1234,,2020-01-01,长期,有效\r\n";

static void test_licences(void **state)
{
	struct bench *b = *state;
	struct import_totals t;

	businesses(b);
	t = take(b, "licences", LICENCES);
	if (t.rejected)
		fprintf(stderr, "%s\n", rejected(b));
	assert_int_equal(t.imported, 2);
	assert_int_equal(count(b, "licences WHERE number = '91310112MA1GBX1234' AND no_end = 1 AND "
				  "valid_until = 0"),
		1);
	/* the licence that names the business leads its last day */
	assert_int_equal(
		bench_int(b, "SELECT licence_valid_to FROM operators WHERE licence_no = 'JY10001'"),
		civil_to_ms((struct civil){ .year = 2029, .month = 2, .day = 28 }));
	int64_t facts = count(b, "ledger");
	t = take(b, "licences", LICENCES);
	assert_int_equal(t.imported, 2);
	assert_int_equal(count(b, "ledger"), facts); /* nothing differs, nothing is told */
	t = take(b, "licences",
		"licence_no,kind,number,valid_until\nJY10001,business_licence,91310112MA1GBX1234,"
		"2030-01-01\n");
	assert_int_equal(t.imported, 1);
	assert_int_equal(count(b, "licences"), 2);
	assert_int_equal(count(b, "licences WHERE no_end = 0 AND valid_until > 0"), 2);
	assert_int_equal(count(b, "ledger WHERE name = 'licence.changed'"), 1);
}

static void test_licences_refused(void **state)
{
	struct bench *b = *state;
	struct import_totals t;

	businesses(b);
	t = take(b, "licences",
		"licence_no,kind,number,issued,valid_until\n"
		"JY99999,business_licence,A123456,,\n"
		"JY10001,driving,A123456,,\n"
		"JY10001,business_licence,A1,,\n"
		"JY10001,business_licence,A123456,2024-01-01,2023-01-01\n"
		"JY10001,business_licence,A123457,2024-13-01,\n"
		"JY10001,business_licence,,,\n"
		"JY10001,business_licence,A123458,,\n"
		"JY10001,business_licence,A123458,,\n");
	assert_int_equal(t.imported, 1);
	assert_int_equal(t.rejected, 7);
	assert_non_null(strstr(rejected(b), "2,licence_no 在档案中没有对应的经营者"));
	assert_non_null(strstr(rejected(b), "3,kind 不是规定的取值"));
	assert_non_null(strstr(rejected(b), "与第8行重复"));
	struct fault why = { 0 };
	assert_int_equal(file_import(bench_app(b),
				 (const char *const[2]){ "licences", put_file(b, "number\nA1\n") },
				 &t, &why),
		E_INVALID);
	assert_int_equal(
		file_import(bench_app(b), (const char *const[2]){ "cars", "x.csv" }, &t, &why),
		E_INVALID);
}

static const char RELATIONS[] = "licence_no,kind,other_licence_no,since\n"
				"JY10002,连锁,JY10001,2024-01-01\n";

static void test_relations(void **state)
{
	struct bench *b = *state;
	struct import_totals t;

	businesses(b);
	t = take(b, "relations", RELATIONS);
	if (t.rejected)
		fprintf(stderr, "%s\n", rejected(b));
	assert_int_equal(t.imported, 1);
	int64_t facts = count(b, "ledger");
	assert_int_equal(take(b, "relations", RELATIONS).imported, 1);
	assert_int_equal(count(b, "ledger"), facts);
	assert_int_equal(take(b, "relations",
				 "licence_no,kind,other_licence_no,until\nJY10002,chain,JY10001,"
				 "2026-06-30\n")
				 .imported,
		1);
	assert_int_equal(count(b, "relations WHERE until > 0"), 1);
	t = take(b, "relations",
		"licence_no,kind,other_licence_no,since,until\n"
		"JY10002,chain,JY10002,,\n"
		"JY10002,friend,JY10001,,\n"
		"JY10002,supply,JY77777,,\n"
		"JY10002,supply,JY10001,2024-01-02,2024-01-01\n");
	assert_int_equal(t.imported, 0);
	assert_int_equal(t.rejected, 4);
	assert_int_equal(count(b, "relations"), 1);
}

/* The same by the administrator's page and its job. */
static void test_page(void **state)
{
	struct bench *b = *state;

	businesses(b);
	bench_file(b, "file", "l.csv", "text/csv",
		(struct bytes){ (const uint8_t *)LICENCES, strlen(LICENCES) });
	assert_int_equal(
		bench_post(b, "admin1", "/operators/imports", "kind", "cars", NULL)->status, 422);
	bench_file(b, "file", "l.csv", "text/csv",
		(struct bytes){ (const uint8_t *)LICENCES, strlen(LICENCES) });
	assert_int_equal(
		bench_post(b, "admin1", "/operators/imports", "kind", "licences", NULL)->status,
		303);
	bench_jobs(b);
	assert_int_equal(count(b, "licences"), 2);
	assert_string_equal(bench_text(b, "SELECT state FROM operator_imports"), "DONE");
	/* the facts carry the name of who sent the file */
	assert_int_equal(
		count(b, "ledger WHERE name = 'licence.filed' AND actor_name = (SELECT name FROM "
			 "pub_users WHERE login = 'admin1')"),
		2);
}

#define TESTS(X)                                                                                   \
	X(test_licences)                                                                           \
	X(test_licences_refused)                                                                   \
	X(test_relations)                                                                          \
	X(test_page)
#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"intake of parts", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
