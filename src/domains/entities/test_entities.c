/* The room of operators through its pages, and files of operators in and out. */
#include "domains/entities/entities.h"
#include "harness.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(21);
	*state = b;
	return 0;
}

static struct answer *register_one(
	struct bench *b, const char *who, const char *name, const char *licence)
{
	return bench_post(b, who, "/operators", "name", name, "uscc", "91310112MA1GB00A88",
		"licence_no", licence, "licence_valid_to", "2026-12-20", "kind", "restaurant_small",
		"address", "示例路8号", "area", who[7] == '3' ? "310112102" : "310112101",
		"legal_person", "张三", "phone", "13900000000", "lat", "31.112345", "lon",
		"121.380001", NULL);
}

static void test_register(void **state)
{
	struct bench *b = *state;
	struct answer *r = register_one(b, "officer1", "禾记小馆", "JYX0001");

	assert_int_equal(r->status, 303);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.registered'"), 1);
	assert_int_equal(bench_int(b, "SELECT lat FROM operators"), 31112345);
	assert_int_equal(strlen(bench_text(b, "SELECT code FROM operators")), 10);
	r = bench_get(b, "officer1", r->location);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "禾记小馆"));
	assert_true(answer_has(r, "许可证将于 27 天后到期。"));
	assert_true(answer_has(r, "暂无检查记录。"));
	assert_true(answer_has(r, "登记经营者"));
	bench_golden(b, r, "src/domains/entities/golden/file.html");
	/* the same licence again */
	r = register_one(b, "officer1", "另一家", "JYX0001");
	assert_int_equal(r->status, 409);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 1);
}

static void test_form_errors(void **state)
{
	struct bench *b = *state;
	struct answer *r = bench_get(b, "officer1", "/operators/new");

	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/entities/golden/new.html");
	r = bench_post(b, "officer1", "/operators", "name", "", "uscc", "91310112MA1GB00A8X",
		"licence_no", "JYX1", "licence_valid_to", "2026-02-30", "kind", "restaurant",
		"address", "x", "area", "5", "phone", "12", "lat", "60.0", "lon", "", NULL);
	assert_int_equal(r->status, 422);
	bench_golden(b, r, "src/domains/entities/golden/form_errors.html");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 0);
	/* another town than one's own */
	r = bench_post(b, "officer1", "/operators", "name", "x", "licence_no", "JYX0001", "kind",
		"snack", "address", "x", "area", "310112102", NULL);
	assert_int_equal(r->status, 403);
}

static void test_change(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;
	struct answer *r = bench_get(b, "officer1", arena_printf(bench_arena(b), "%s/edit", path));

	assert_int_equal(r->status, 200);
	r = bench_post(b, "officer1", path, "version", "1", "name", "禾记大馆", "licence_no",
		"JYX0001", "kind", "restaurant_small", "address", "示例路8号", "area", "310112101",
		NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(bench_text(b, "SELECT name FROM operators"), "禾记大馆");
	const char *data = bench_text(b, "SELECT data FROM ledger WHERE name = 'operator.changed'");
	assert_non_null(strstr(data, "\"name\":{\"from\":\"禾记小馆\",\"to\":\"禾记大馆\"}"));
	assert_null(strstr(data, "\"address\""));
	/* somebody who still looks at version 1 */
	r = bench_post(b, "officer2", path, "version", "1", "name", "别的", "licence_no", "JYX0001",
		"kind", "restaurant_small", "address", "示例路8号", "area", "310112101", NULL);
	assert_int_equal(r->status, 409);
	/* nothing differs: no fact */
	r = bench_post(b, "officer1", path, "version", "2", "name", "禾记大馆", "licence_no",
		"JYX0001", "kind", "restaurant_small", "address", "示例路8号", "area", "310112101",
		NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.changed'"), 1);
}

static void test_close_and_open(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;
	const char *close = arena_printf(bench_arena(b), "%s/close", path);
	const char *reopen = arena_printf(bench_arena(b), "%s/reopen", path);

	assert_int_equal(bench_post(b, "officer1", reopen, NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer1", close, NULL)->status, 303);
	assert_string_equal(bench_text(b, "SELECT state FROM pub_operators"), "CLOSED");
	assert_int_equal(bench_post(b, "officer1", close, NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer1", reopen, NULL)->status, 303);
}

static void test_rights(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;

	assert_int_equal(bench_get(b, "officer3", path)->status, 403); /* another town */
	assert_int_equal(bench_get(b, "head1", path)->status, 200);
	assert_true(bench_get(b, "", "/operators")->status >= 300);
	assert_int_equal(
		bench_post(b, "head1", arena_printf(bench_arena(b), "%s/close", path), NULL)
			->status,
		403);
	assert_int_equal(bench_get(b, "officer1", "/operators/imports")->status, 403);
	assert_int_equal(bench_get(b, "head1", "/operators/99")->status, 404);
	struct answer *r =
		bench_get(b, "admin1", path); /* sees the file, but no cases and no leads */
	assert_int_equal(r->status, 200);
	assert_null(strstr(r->body, "id=\"cases\""));
	assert_null(strstr(r->body, "id=\"leads\""));
}

static void test_list(void **state)
{
	struct bench *b = *state;

	bench_golden(b, bench_get(b, "head1", "/operators"),
		"src/domains/entities/golden/list_empty.html");
	register_one(b, "officer1", "禾记小馆", "JYX0001");
	register_one(b, "officer3", "沁芽<面>馆", "JYX0002");
	register_one(b, "officer1", "100%_果汁", "JYX0003");
	struct answer *r = bench_get(b, "head1", "/operators");
	bench_golden(b, r, "src/domains/entities/golden/list.html");
	assert_in_range(r->statements, 1, 12);
	assert_true(answer_has(r, "沁芽&lt;面&gt;馆"));
	r = bench_get(b, "officer1", "/operators");
	assert_null(strstr(r->body, "沁芽"));
	r = bench_get(b, "officer1",
		"/operators?area=310112102"); /* the filter does not lead outside one's town */
	assert_null(strstr(r->body, "沁芽"));
	r = bench_get(b, "head1", "/operators?q=jyx0002");
	assert_true(answer_has(r, "沁芽"));
	assert_null(strstr(r->body, "禾记"));
	r = bench_get(b, "head1", "/operators?q=%25_");
	assert_true(answer_has(r, "果汁"));
	assert_null(strstr(r->body, "禾记"));
	r = bench_get(b, "head1", "/operators?area=310112102&kind=restaurant_small&colour=none");
	assert_true(answer_has(r, "沁芽"));
	assert_null(strstr(r->body, "禾记"));
	r = bench_get(b, "head1", "/operators?colour=green");
	assert_true(answer_has(r, "没有符合条件的经营者"));
	r = bench_get(b, "head1", "/operators?format=csv");
	assert_non_null(strstr(r->type, "text/csv"));
	assert_true(answer_has(r, "JYX0003"));
	r = bench_get(b, "head1", "/operators?format=json&q=禾记");
	assert_true(answer_has(r, "\"licence_no\":\"JYX0001\""));
	assert_null(strstr(r->body, "\"search\""));
}

/* By every part of the file that one would type, best ones first, in one's own town. */
static void test_search(void **state)
{
	static const struct {
		const char *q;
		bool first, second;
	} t[] = {
		{ "禾记", true, false },
		{ "小馆", true, true },
		{ "禾记 示例路", true, false },
		{ "禾记 不是路", false, false },
		{ "hjxg", true, false },
		{ "cqxg", false, true },
		{ "zqxg", false, true },
		{ "chongqing", false, true },
		{ "jyx0001", true, false },
		{ "0002", false, true },
		{ "13900000000", true, true },
		{ "0000", true, true },
		{ "91310112MA1GB00A88", true, true },
		{ "示例路8号", true, true },
		{ "张三", true, true },
		{ "x%2525", false, false },
		{ "重庆小馆莘庄总店", false, true },
	};
	struct bench *b = *state;

	register_one(b, "officer1", "禾记小馆", "JYX0001");
	register_one(b, "officer1", "重庆小馆莘庄总店", "JYX0002");
	bench_minute(b);
	bench_jobs(b);
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct answer *r = bench_get(b, "officer1",
			arena_printf(bench_arena(b), "/operators?format=json&q=%s",
				url_encode(bench_arena(b), t[i].q)));
		assert_int_equal(r->status, 200);
		if ((strstr(r->body, "JYX0001") != NULL) != t[i].first ||
			(strstr(r->body, "JYX0002") != NULL) != t[i].second)
			fail_msg("%s: %.2000s", t[i].q, r->body);
		assert_in_range(r->statements, 1, 36);
	}
}

/* The name that is the word comes before the one that begins with it, then the rest. A filter,
 * another town's, the code at the door, a changed name. */
static void test_search_order(void **state)
{
	struct bench *b = *state;

	register_one(b, "officer1", "禾记小馆", "JYX0001");
	register_one(b, "officer1", "小馆", "JYX0003");
	register_one(b, "officer1", "小馆子", "JYX0004");
	struct answer *r = bench_get(b, "officer1", "/operators?format=json&q=小馆");
	const char *a = strstr(r->body, "JYX0003"), *second = strstr(r->body, "JYX0004"),
		   *last = strstr(r->body, "JYX0001");
	assert_true(a && second && last && a < second && second < last);
	register_one(b, "officer3", "禾记七宝店", "JYX0005");
	assert_null(
		strstr(bench_get(b, "officer1", "/operators?format=json&q=禾记")->body, "JYX0005"));
	assert_true(answer_has(bench_get(b, "head1", "/operators?format=json&q=禾记"), "JYX0005"));
	assert_null(strstr(
		bench_get(b, "head1", "/operators?format=json&q=禾记&kind=snack")->body, "JYX"));
	assert_true(answer_has(
		bench_get(b, "head1",
			arena_printf(bench_arena(b), "/operators?format=json&q=%s",
				bench_text(b, "SELECT code FROM operators WHERE licence_no "
					      "= 'JYX0005'"))),
		"JYX0005"));
	assert_true(answer_has(bench_get(b, "head1", "/operators?format=csv&q=禾记"), "JYX0005"));
	const char *path = arena_printf(bench_arena(b), "/operators/%s",
		bench_text(
			b, "SELECT CAST(id AS text) FROM operators WHERE licence_no = 'JYX0003'"));
	assert_int_equal(
		bench_post(b, "officer1", path, "version", "1", "name", "沁芽", "licence_no",
			"JYX0003", "kind", "snack", "address", "x", "area", "310112101", NULL)
			->status,
		303);
	assert_true(answer_has(bench_get(b, "head1", "/operators?format=json&q=qinya"), "JYX0003"));
	assert_null(
		strstr(bench_get(b, "head1", "/operators?format=json&q=小馆")->body, "JYX0003"));
}

/* Found at once by looking at each new one, and by tokens after the minute's job. */
static void test_search_indexed(void **state)
{
	struct bench *b = *state;

	register_one(b, "officer1", "禾记小馆", "JYX0001");
	assert_true(
		answer_has(bench_get(b, "officer1", "/operators?format=json&q=记小"), "JYX0001"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operator_tokens"), 0);
	bench_minute(b);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operator_unindexed"), 0);
	assert_true(bench_int(b, "SELECT count(*) FROM operator_tokens") > 20);
	assert_true(
		answer_has(bench_get(b, "officer1", "/operators?format=json&q=hjxg"), "JYX0001"));
	/* torn up by a change in the same way */
	assert_true(bench_torture(b, "officer1",
			    arena_printf(bench_arena(b), "/operators/%s",
				    bench_text(b, "SELECT CAST(id AS text) FROM operators")),
			    "version", "1", "name", "沁芽", "licence_no", "JYX0001", "kind",
			    "snack", "address", "x", "area", "310112101", NULL) > 3);
	assert_true(
		answer_has(bench_get(b, "officer1", "/operators?format=json&q=qinya"), "JYX0001"));
	assert_null(
		strstr(bench_get(b, "officer1", "/operators?format=json&q=hjxg")->body, "JYX0001"));
}

/* ---- entries and completeness ---------------------------------------------- */
static const char *entries_of(struct bench *b, const char *path)
{
	return arena_printf(bench_arena(b), "%s/entries", path);
}

static void test_entries(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;
	const char *add = entries_of(b, path);
	struct answer *r =
		bench_get(b, "officer1", arena_printf(bench_arena(b), "%s/new?kind=talk", add));

	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/entities/golden/entry_form.html");
	/* bad input: said at the field, nothing written */
	r = bench_post(b, "officer1", add, "kind", "talk", "at", "2026-11-24", "title",
		"约谈负责人", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "约谈负责人"));
	r = bench_post(b, "officer1", add, "kind", "insurance", "at", "2026-11-20", "until",
		"2026-11-19", "title", "保单", NULL);
	assert_int_equal(r->status, 422);
	bench_file(b, "file", "a.html", "text/html", (struct bytes){ (const uint8_t *)"<p>", 3 });
	r = bench_post(b, "officer1", add, "kind", "talk", "at", "2026-11-20", "title", "x", NULL);
	assert_int_equal(r->status, 422);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM file_entries"), 0);
	/* rights: another town, no right to write */
	r = bench_post(b, "officer3", add, "kind", "talk", "at", "2026-11-20", "title", "x", NULL);
	assert_int_equal(r->status, 403);
	r = bench_post(b, "head1", add, "kind", "talk", "at", "2026-11-20", "title", "x", NULL);
	assert_int_equal(r->status, 403);
	/* with an attachment */
	bench_file(b, "file", "记录.pdf", "application/pdf",
		(struct bytes){ (const uint8_t *)"%PDF-1.4", 8 });
	r = bench_post(b, "officer1", add, "kind", "talk", "at", "2026-11-20", "title",
		"约谈负责人", "parties", "张三", "remarks", "限期整改", NULL);
	assert_int_equal(r->status, 303);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'file.entry_added'"), 1);
	const char *entry = arena_printf(bench_arena(b), "%s/%s", add,
		bench_text(b, "SELECT CAST(id AS text) FROM file_entries"));
	r = bench_get(b, "officer1", entry);
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "限期整改"));
	bench_golden(b, r, "src/domains/entities/golden/entry.html");
	r = bench_get(b, "officer1", arena_printf(bench_arena(b), "%s/file", entry));
	assert_int_equal(r->status, 200);
	assert_string_equal(r->type, "application/pdf");
	r = bench_get(b, "officer1", path);
	assert_true(answer_has(r, "约谈负责人"));
	assert_true(answer_has(r, "档案新增记录"));
	assert_in_range(r->statements, 1, 30); /* one a section, and who is asking */
	assert_null(strstr(bench_get(b, "admin1", path)->body, "约谈负责人"));
	/* an entry of another file */
	const char *other = register_one(b, "officer1", "另一家", "JYX0002")->location;
	assert_int_equal(
		bench_get(b, "officer1",
			arena_printf(bench_arena(b), "%s/entries/%s", other,
				bench_text(b, "SELECT CAST(id AS text) FROM file_entries")))
			->status,
		404);
}

static void test_entry_corrected(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;
	const char *add = entries_of(b, path);

	bench_post(b, "officer1", add, "kind", "recall", "at", "2026-11-20", "title", "召回甲批",
		NULL);
	const char *entry = arena_printf(bench_arena(b), "%s/%s", add,
		bench_text(b, "SELECT CAST(id AS text) FROM file_entries"));
	/* not without a reason, not over another's change */
	struct answer *r = bench_post(b, "officer1", entry, "version", "1", "kind", "recall", "at",
		"2026-11-20", "title", "召回乙批", NULL);
	assert_int_equal(r->status, 422);
	assert_true(answer_has(r, "请说明更正原因。"));
	r = bench_post(b, "officer1", entry, "version", "1", "kind", "recall", "at", "2026-11-20",
		"title", "召回乙批", "reason", "批次写错", NULL);
	assert_int_equal(r->status, 303);
	const char *data =
		bench_text(b, "SELECT data FROM ledger WHERE name = 'file.entry_corrected'");
	assert_non_null(strstr(data, "\"title\":{\"from\":\"召回甲批\",\"to\":\"召回乙批\"}"));
	assert_non_null(strstr(data, "\"reason\":\"批次写错\""));
	r = bench_post(b, "officer2", entry, "version", "1", "kind", "recall", "at", "2026-11-20",
		"title", "召回丙批", "reason", "x", NULL);
	assert_int_equal(r->status, 409);
	/* withdrawn: it stays, and does not count */
	r = bench_post(b, "officer1", entry, "version", "2", "kind", "recall", "at", "2026-11-20",
		"title", "召回乙批", "reason", "重复", "withdraw", "1", NULL);
	assert_int_equal(r->status, 303);
	assert_string_equal(bench_text(b, "SELECT state FROM file_entries"), "WITHDRAWN");
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_file_entries"), 0);
	assert_true(answer_has(bench_get(b, "officer1", path), "已撤回"));
}

static void test_entry_torture(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;

	assert_true(bench_torture(b, "officer1", entries_of(b, path), "kind", "honour", "at",
			    "2026-11-20", "title", "示范店", NULL) > 3);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM file_entries"), 1);
	const char *entry = arena_printf(bench_arena(b), "%s/%s", entries_of(b, path),
		bench_text(b, "SELECT CAST(id AS text) FROM file_entries"));
	assert_true(bench_torture(b, "officer1", entry, "version", "1", "kind", "honour", "at",
			    "2026-11-19", "title", "示范店", "reason", "日期", NULL) > 3);
}

static void test_completeness(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;

	register_one(b, "officer3", "沁芽", "JYX0002");
	struct answer *r =
		bench_get(b, "officer1", arena_printf(bench_arena(b), "%s?format=json", path));
	/* a small restaurant: nine parts, of which grade and the two of inspections are missing */
	assert_true(answer_has(r, "\"percent\":66"));
	bench_minute(b);
	bench_jobs(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM pub_file_completeness"), 2);
	assert_int_equal(bench_int(b, "SELECT min(percent) FROM pub_file_completeness"), 66);
	assert_int_equal(bench_int(b, "SELECT max(missing) FROM pub_file_completeness"), 3);
	r = bench_get(b, "head1", "/operators/completeness");
	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/entities/golden/completeness.html");
	assert_true(answer_has(r, "沁芽"));
	assert_null(strstr(bench_get(b, "officer1", "/operators/completeness")->body, "沁芽"));
	assert_true(answer_has(bench_get(b, "head1", "/operators"), "66 %"));
	/* the list that the wall leads to: of one town, or of all; an officer's own town only */
	r = bench_get(b, "head1", "/operators/incomplete");
	assert_true(answer_has(r, "沁芽") && answer_has(r, "禾记小馆"));
	assert_true(r->statements <= 16);
	bench_golden(b, r, "src/domains/entities/golden/incomplete.html");
	r = bench_get(b, "head1",
		arena_printf(bench_arena(b), "/operators/incomplete?area=%d", HARNESS_AREA2));
	assert_true(answer_has(r, "沁芽") && !strstr(r->body, "禾记小馆"));
	r = bench_get(b, "officer1",
		arena_printf(bench_arena(b), "/operators/incomplete?area=%d", HARNESS_AREA2));
	assert_true(answer_has(r, "禾记小馆") && !strstr(r->body, "沁芽"));
	bench_run(b, "UPDATE file_completeness SET percent = 100");
	assert_null(strstr(bench_get(b, "head1", "/operators/incomplete")->body, "沁芽"));
	bench_run(b, "UPDATE file_completeness SET percent = 66");
	/* once a night: nothing more on the same day, again on the next */
	int64_t jobs = bench_int(b, "SELECT count(*) FROM jobs");
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM jobs"), jobs);
}

static void test_poster(void **state)
{
	struct bench *b = *state;
	const char *path = register_one(b, "officer1", "禾记小馆", "JYX0001")->location;
	struct answer *r =
		bench_get(b, "officer1", arena_printf(bench_arena(b), "%s/poster", path));

	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "<svg"));
	assert_true(answer_has(r, "/p/"));
}

static void test_torture(void **state)
{
	struct bench *b = *state;

	assert_true(
		bench_torture(b, "officer1", "/operators", "name", "禾记", "licence_no", "JYX0009",
			"kind", "snack", "address", "x", "area", "310112101", NULL) > 3);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 1);
}

/* ---- files in and out ------------------------------------------------------ */
static const char header[] =
	"name,uscc,licence_no,licence_valid_to,kind,address,town,legal_person,phone,lat,lon\r\n";

static const char *put_file(struct bench *b, const char *text)
{
	const char *path = arena_printf(bench_arena(b), "%s/in.csv", bench_dir(b));
	struct fault why = { 0 };
	assert_int_equal(file_write(path, text, strlen(text), 0600, &why), OK);
	return path;
}

static struct import_totals take(struct bench *b, const char *path)
{
	struct import_totals t;
	struct fault why = { 0 };
	if (file_import(bench_app(b), (const char *const[2]){ "operators", path }, &t, &why))
		fail_msg("%s", why.text);
	return t;
}

static const char *rejected(struct bench *b, const char *path)
{
	struct bytes out = { 0 };
	struct fault why = { 0 };
	char *name = arena_printf(bench_arena(b), "%s.rejected.csv", path);
	if (file_read(bench_arena(b), name, 1 << 20, &out, &why))
		return NULL;
	return arena_copy(bench_arena(b), (const char *)out.at, out.n);
}

static void test_import(void **state)
{
	struct bench *b = *state;
	const char *text = arena_printf(bench_arena(b),
		"\xef\xbb\xbf%s"
		"甲店,91310112MA1GB00A88,JYX1001,2028-06-30,小吃店,\"示例路1号,\r\n二楼\",莘庄镇,"
		"张三,13900000000,31.1,121.38\r\n"
		"乙店,,JYX1002,,snack,x,310112102,,,,\r\n"
		"丙店,91310112MA1GB00A8X,JYX1003,,snack,x,莘庄镇,,,,\r\n"
		"丁店,,JYX1004,,snack,x,长宁区,,,,\r\n"
		"戊店,,JYX1005,,不知道,x,莘庄镇,,,,\r\n"
		"己店,,JYX1006,,snack,x,莘庄镇,,,31.1,\r\n"
		"庚店,,JYX1001,,snack,x,莘庄镇,,,,\r\n"
		",,JYX1007,,snack,x,莘庄镇,,,,\r\n",
		header);
	const char *path = put_file(b, text);
	struct import_totals t = take(b, path);

	assert_int_equal(t.imported, 2);
	assert_int_equal(t.rejected, 6);
	assert_string_equal(
		bench_text(b, "SELECT address FROM operators WHERE licence_no = 'JYX1001'"),
		"示例路1号, 二楼");
	assert_string_equal(
		bench_text(b, "SELECT kind FROM operators WHERE licence_no = 'JYX1001'"), "snack");
	assert_int_equal(
		bench_int(b, "SELECT area FROM operators WHERE licence_no = 'JYX1002'"), 310112102);
	const char *bad = rejected(b, path);
	assert_non_null(bad);
	assert_non_null(strstr(bad, "line,reason,name,uscc,licence_no"));
	assert_non_null(strstr(bad, "\r\n5,uscc "));
	assert_non_null(strstr(bad, "\r\n6,town "));
	assert_non_null(strstr(bad, "\r\n7,kind "));
	assert_non_null(strstr(bad, "\r\n8,lon "));
	assert_non_null(strstr(bad, "\r\n9,licence_no 与第 2 行相同,庚店"));
	assert_non_null(strstr(bad, "\r\n10,name "));
	/* the same file again: two unchanged rows, no new fact */
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	t = take(b, path);
	assert_int_equal(t.imported, 2);
	assert_int_equal(t.rejected, 6);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
}

static void test_import_changes(void **state)
{
	struct bench *b = *state;

	take(b, put_file(b, "name,licence_no,kind,address,town,phone\n甲店,JYX1001,snack,x,莘庄镇,"
			    "13900000000\n"));
	/* a column the file lacks is left alone, an empty cell empties */
	const char *path =
		put_file(b, "town,name,licence_no,kind,address\n七宝镇,甲店二,JYX1001,snack,x\n");
	struct import_totals t = take(b, path);
	assert_int_equal(t.imported, 1);
	assert_string_equal(bench_text(b, "SELECT phone FROM operators"), "13900000000");
	assert_string_equal(bench_text(b, "SELECT name FROM operators"), "甲店二");
	assert_int_equal(bench_int(b, "SELECT area FROM operators"), 310112102);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'operator.changed'"), 1);
	assert_null(rejected(b, path));
	take(b, put_file(b, "name,licence_no,kind,address,town,phone\n甲店二,JYX1001,snack,x,"
			    "七宝镇,\n"));
	assert_string_equal(bench_text(b, "SELECT phone FROM operators"), "");
}

static void test_import_unusable(void **state)
{
	static const char *const bad[] = { "", "name,licence_no\n",
		"name,licence_no,kind,address,town,extra\n", "\xff\xff\xff\xff" };
	struct bench *b = *state;
	struct import_totals t;
	struct fault why;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		why = (struct fault){ 0 };
		assert_int_equal(file_import(bench_app(b),
					 (const char *const[2]){ "operators", put_file(b, bad[i]) },
					 &t, &why),
			E_INVALID);
		assert_true(*why.text);
	}
	assert_true(file_import(bench_app(b), (const char *const[2]){ "operators", "/nowhere.csv" },
			    &t, &why) != OK);
}

static const char *exported(struct bench *b)
{
	const char *path = arena_printf(bench_arena(b), "%s/out.csv", bench_dir(b));
	struct fault why = { 0 };
	struct bytes out;
	int was = dup(STDOUT_FILENO);

	fflush(stdout);
	assert_non_null(freopen(path, "w", stdout));
	enum err e = operators_export(bench_app(b), &why);
	fflush(stdout);
	dup2(was, STDOUT_FILENO);
	close(was);
	assert_int_equal(e, OK);
	assert_int_equal(file_read(bench_arena(b), path, 1 << 24, &out, &why), OK);
	return path;
}

static void test_export_round_trip(void **state)
{
	struct bench *b = *state;
	struct buf text = { .arena = bench_arena(b) };

	buf_puts(&text, header);
	for (int i = 0; i < 600; i++) /* more than two slices */
		buf_printf(&text,
			"\"店 \"\"%d\"\"\",,JYX%05d,2028-06-30,小吃店,\"x, %d\",莘庄镇,,,%s\r\n", i,
			i, i, i % 2 ? "31.123456,121.380001" : ",");
	assert_int_equal(take(b, put_file(b, text.s)).imported, 600);
	const char *path = exported(b);
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger");
	struct import_totals t = take(b, path);
	assert_int_equal(t.imported, 600);
	assert_int_equal(t.rejected, 0);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger"), facts);
}

static void test_import_page(void **state)
{
	struct bench *b = *state;
	struct buf text = { .arena = bench_arena(b) };

	assert_int_equal(bench_get(b, "admin1", "/operators/imports")->status, 200);
	assert_int_equal(bench_post(b, "admin1", "/operators/imports", NULL)->status, 422);
	buf_puts(&text, "name,licence_no,kind,address,town\n");
	for (int i = 0; i < 600; i++)
		buf_printf(&text, "店,JYX%05d,%s,x,莘庄镇\n", i, i == 300 ? "?" : "snack");
	bench_file(b, "file", "名单.csv", "text/csv",
		(struct bytes){ (const uint8_t *)text.s, text.n });
	struct answer *r = bench_post(b, "admin1", "/operators/imports", NULL);
	assert_int_equal(r->status, 303);
	const char *path = r->location;
	bench_jobs(b);
	r = bench_get(b, "admin1", path);
	assert_true(answer_has(r, "名单.csv"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM operators"), 599);
	assert_int_equal(bench_int(b, "SELECT imported FROM operator_imports"), 599);
	assert_string_equal(bench_text(b, "SELECT state FROM operator_imports"), "DONE");
	assert_string_equal(
		bench_text(b,
			"SELECT actor_name FROM ledger WHERE name = 'operator.registered' LIMIT 1"),
		"郑管");
	r = bench_get(b, "admin1", arena_printf(bench_arena(b), "%s/rejected.csv", path));
	assert_true(answer_has(r, "302,kind "));
	bench_file(b, "file", "坏.csv", "text/csv", (struct bytes){ (const uint8_t *)"a,b\n", 4 });
	r = bench_post(b, "admin1", "/operators/imports", NULL);
	bench_jobs(b);
	assert_true(answer_has(bench_get(b, "admin1", r->location), "unknown column"));
}

/* Every kind has a Chinese name of its own, so that files can name it. */
static enum err kinds_work(struct req *rq, void *arg)
{
	(void)arg;
	for (int i = 0; operator_kinds[i].code; i++) {
		assert_string_not_equal(tr(rq, operator_kinds[i].label), operator_kinds[i].label);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
				tr(rq, operator_kinds[i].label), tr(rq, operator_kinds[k].label));
	}
	return OK;
}

static void test_kinds(void **state)
{
	assert_int_equal(bench_write(*state, kinds_work, NULL), OK);
}

/* Each test on SQLite, and on PostgreSQL too where one is there. */
#define TESTS(X)                                                                                   \
	X(test_register)                                                                           \
	X(test_form_errors)                                                                        \
	X(test_change)                                                                             \
	X(test_close_and_open)                                                                     \
	X(test_rights)                                                                             \
	X(test_list)                                                                               \
	X(test_search)                                                                             \
	X(test_search_order)                                                                       \
	X(test_search_indexed)                                                                     \
	X(test_entries)                                                                            \
	X(test_entry_corrected)                                                                    \
	X(test_entry_torture)                                                                      \
	X(test_completeness)                                                                       \
	X(test_poster)                                                                             \
	X(test_torture)                                                                            \
	X(test_import)                                                                             \
	X(test_import_changes)                                                                     \
	X(test_import_unusable)                                                                    \
	X(test_export_round_trip)                                                                  \
	X(test_import_page)                                                                        \
	X(test_kinds)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"entities", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
