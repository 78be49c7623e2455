/* Checks by video: pictures of the business's own cameras, a result that travels, orders that run
 * from its arrival. */
#include "domains/inspections/protocol.h"
#include "harness.h"
#include "signature_png.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1,
	0, 1, 0, 0, 0xff, 0xd9 };

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(31);
	*state = b;
	return 0;
}

/* What of a check differs from a spotless one. */
struct video {
	int64_t operator, camera;	   /* camera 0: the photo comes from none */
	const char *answers, *more, *item; /* item: of the photo */
	bool party_signs;
	const char *kind, *key;
};

static const char CLEAN[] =
	"\"4.4\":{\"v\":\"ok\"},\"5.1\":{\"v\":\"ok\"},\"7.1\":{\"v\":\"ok\"},\"7.2\":{\"v\":"
	"\"ok\"},\"8.2\":{\"v\":\"ok\"},\"8.4\":{\"v\":\"ok\"}";
static const char NO_LID[] =
	"\"4.4\":{\"v\":\"ok\"},\"5.1\":{\"v\":\"ok\"},\"7.1\":{\"v\":\"ok\"},\"7.2\":{\"v\":"
	"\"ok\"},\"8.2\":{\"v\":\"ok\"},\"8.4\":{\"v\":\"ok\"},\"8.3\":{\"v\":\"fail\",\"words\":"
	"\"桶未加盖\",\"days\":7}";

static int64_t business(struct bench *b)
{
	int64_t id = bench_operator(b, "禾记小馆", HARNESS_AREA);
	struct answer *r = bench_post(b, "officer1", "/cameras", "operator",
		arena_printf(bench_arena(b), "%" PRId64, id), "name", "凉菜间", "place",
		"凉菜间门上", "url", "rtsp://127.0.0.1:8554/kitchen", "owner", "禾记小馆",
		"standard", "GB/T 28181-2022", "hours", "06:00-22:00", "interval_ms", "2000",
		"notice_url", "https://www.example.org/notice", "notice_at", "2026-01-10",
		"valid_from", "2026-02-01", "valid_to", "2027-01-31", "clock_offset_ms", "120",
		"watch", "head_uncovered", NULL);

	assert_int_equal(r->status, 303);
	bench_run(b, "UPDATE cameras SET state = 'open'");
	return id;
}

static const char *user(struct bench *b, const char *login)
{
	return bench_text(
		b, arena_printf(bench_arena(b),
			   "SELECT CAST(id AS text) FROM pub_users WHERE login = '%s'", login));
}

static struct answer *take(struct bench *b, const struct video *v)
{
	struct digest d = sha256(jpeg, sizeof(jpeg));
	struct buf j = { .arena = bench_arena(b) };
	int64_t start = clock_now() - 20 * MINUTE;

	buf_printf(&j,
		"{\"key\":\"%s\",\"operator\":\"%" PRId64
		"\",\"kind\":\"%s\",\"table\":\"catering\",\"table_version\":\"2016\"",
		v->key ? v->key : "0b5f6f1e-1111-4222-8333-444455556666", v->operator,
		v->kind ? v->kind : "INSP_OFFSITE");
	buf_printf(&j,
		",\"officer1\":\"%s\",\"card1\":\"沪市监01001\",\"officer2\":\"%s\",\"card2\":"
		"\"沪市监01002\",\"started_at\":%" PRId64 ",\"ended_at\":%" PRId64,
		user(b, "officer1"), user(b, "officer2"), start, start + 15 * MINUTE);
	buf_printf(&j,
		",\"photos\":[{\"field\":\"p0\",\"item\":\"%s\",\"sha256\":\"%s\",\"at\":%" PRId64,
		v->item ? v->item : "8.3", digest_hex(bench_arena(b), &d), start + MINUTE);
	if (v->camera)
		buf_printf(&j, ",\"camera\":\"%" PRId64 "\"", v->camera);
	buf_printf(&j, "}],\"answers\":{%s}%s}", v->answers ? v->answers : CLEAN,
		v->more ? v->more : "");
	bench_file(b, "p0", "p0.jpg", "image/jpeg", (struct bytes){ jpeg, sizeof(jpeg) });
	return bench_post(b, "officer1", "/inspections/records", "record", buf_text(&j),
		"device_now", arena_printf(bench_arena(b), "%" PRId64, clock_now()), "sign1",
		SIGNATURE_PNG, "sign2", SIGNATURE_PNG, "sign_party",
		v->party_signs ? SIGNATURE_PNG : "", NULL);
}

static int64_t count(struct bench *b, const char *from)
{
	return bench_int(b, arena_printf(bench_arena(b), "SELECT count(*) FROM %s", from));
}

static const char *link_of(struct bench *b)
{
	const char *data = bench_text(b, "SELECT data FROM jobs WHERE kind = 'core.sms' LIMIT 1");
	const char *at = strstr(data, "/i/");

	assert_non_null(at);
	return arena_copy(bench_arena(b), at, 3 + 43);
}

static const char *path_of(struct bench *b, const char *rest)
{
	return arena_printf(bench_arena(b), "/inspections/%" PRId64 "%s",
		bench_int(b, "SELECT max(id) FROM inspections"), rest);
}

static void day(struct bench *b, int month, int d)
{
	bench_clock(b,
		civil_to_ms((struct civil){ .year = 2026, .month = month, .day = d, .hour = 10 }));
}

static struct video failed_lid(struct bench *b)
{
	struct video v = { .operator= business(b), .answers = NO_LID };

	v.camera = bench_int(b, "SELECT max(id) FROM cameras");
	return v;
}

/* The order runs from the day on which the business confirms it, not before. */
static void test_travels(void **state)
{
	struct bench *b = *state;
	struct video v = failed_lid(b);

	assert_int_equal(take(b, &v)->status, 200);
	assert_string_equal(bench_text(b, "SELECT camera_name FROM inspection_stills"), "凉菜间");
	assert_int_equal(bench_int(b, "SELECT served_at FROM inspection_corrections"), 0);
	const char *link = link_of(b);
	bench_jobs(b);
	assert_string_equal(
		bench_text(b, "SELECT state FROM papers WHERE template = 'inspection_offsite'"),
		"sealed");
	/* its days are long over, but it has reached nobody */
	day(b, 12, 10);
	bench_minute(b);
	assert_int_equal(count(b, "inspection_corrections WHERE state = 'OVERDUE'"), 0);
	struct answer *r = bench_get(b, "", link);
	assert_int_equal(r->status, 200);
	assert_non_null(strstr(r->body, "凉菜间"));
	assert_non_null(strstr(r->body, "桶未加盖"));
	assert_true(bench_torture(b, "", arena_printf(bench_arena(b), "%s/seen", link), NULL) > 2);
	/* 7 days after Thursday 10 December: Thursday 17, whole */
	assert_int_equal(bench_int(b, "SELECT due FROM inspection_corrections") + 1,
		civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 18 }));
	assert_string_equal(bench_text(b, "SELECT way FROM inspection_deliveries"), "link");
	assert_int_equal(count(b, "ledger WHERE name = 'inspection.served'"), 1);
	bench_post(b, "", arena_printf(bench_arena(b), "%s/seen", link), NULL); /* once more */
	assert_int_equal(count(b, "ledger WHERE name = 'inspection.served'"), 1);
	assert_int_equal(
		bench_post(b, "officer1", path_of(b, "/hand"), "to", "张三", NULL)->status, 409);
	day(b, 12, 18);
	bench_minute(b);
	assert_int_equal(count(b, "inspection_corrections WHERE state = 'OVERDUE'"), 1);
}

/* Its picture is seen by who holds the link, and by nobody with another's. */
static void test_picture(void **state)
{
	struct bench *b = *state;
	struct video v = failed_lid(b);

	assert_int_equal(take(b, &v)->status, 200);
	const char *link = link_of(b);
	int64_t photo = bench_int(b, "SELECT id FROM inspection_photos");
	const char *path = arena_printf(bench_arena(b), "%s/photos/%" PRId64, link, photo);
	assert_int_equal(bench_get(b, "", path)->status, 200);
	path = arena_printf(bench_arena(b), "%s/photos/%" PRId64, link, photo + 1);
	assert_int_equal(bench_get(b, "", path)->status, 404);
	path = arena_printf(bench_arena(b), "/i/nobody/photos/%" PRId64, photo);
	assert_int_equal(bench_get(b, "", path)->status, 404);
	bench_golden(b, bench_get(b, "officer1", path_of(b, "")),
		"src/domains/inspections/golden/video.html");
}

/* Nobody confirms it: after three working days somebody is sent. */
static void test_handed(void **state)
{
	struct bench *b = *state;
	struct video v = failed_lid(b);

	assert_int_equal(take(b, &v)->status, 200);
	day(b, 11, 26); /* made on Monday 23: Thursday is the third working day */
	bench_minute(b);
	assert_int_equal(count(b, "inspection_deliveries WHERE unserved_at > 0"), 0);
	day(b, 11, 27);
	bench_minute(b);
	bench_minute(b);
	assert_int_equal(count(b, "ledger WHERE name = 'inspection.unserved'"), 1);
	assert_int_equal(
		count(b, "grid_tasks WHERE state = 'open' AND source = 'inspection.unserved'"), 1);
	assert_int_equal(
		bench_post(b, "officer1", path_of(b, "/hand"), "to", "", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "officer3", path_of(b, "/hand"), "to", "张三", NULL)->status, 403);
	assert_true(bench_torture(b, "officer1", path_of(b, "/hand"), "to", "张三", NULL) > 2);
	assert_string_equal(bench_text(b, "SELECT served_way FROM inspection_corrections"), "hand");
	assert_int_equal(count(b, "grid_tasks WHERE state = 'open'"), 0);
	assert_int_equal(bench_int(b, "SELECT due FROM inspection_corrections") + 1,
		civil_to_ms((struct civil){ .year = 2026, .month = 12, .day = 5 }));
}

static void refused(struct bench *b, const struct video *v, const char *words)
{
	struct answer *r = take(b, v);

	if (r->status != 422 || !strstr(r->body, words))
		fprintf(stderr, "%d: %s\n", r->status, r->body);
	assert_int_equal(r->status, 422);
	assert_non_null(strstr(r->body, words));
	assert_int_equal(count(b, "inspections"), 0);
}

static void test_refused(void **state)
{
	struct bench *b = *state;
	int64_t other = business(b), others = bench_int(b, "SELECT max(id) FROM cameras");
	const struct video v = failed_lid(b);
	struct video w;

	(void)other;
	bench_english(b, true);
	w = v, w.camera = 0, refused(b, &w, "8.3 Take a picture of the camera");
	w = v, w.camera = others, refused(b, &w, "not this business");
	w = v, w.item = "4.4", refused(b, &w, "8.3 Take a picture of the camera");
	w = v, w.answers = CLEAN, w.camera = 0, refused(b, &w, "at least one picture");
	w = v, w.party_signs = true, refused(b, &w, "does not sign a check by video");
	w = v, w.more = ",\"risk\":true", refused(b, &w, "not by video");
	w = v, w.answers = "\"8.4\":{\"v\":\"ok\"},\"5.1\":{\"v\":\"ok\"}",
	refused(b, &w, "Too few general items");
	bench_run(b, "UPDATE operators SET phone = ''");
	refused(b, &v, "none is on file");
}

/* What failed on the screen is looked at on site; what failed on site, and no camera shows, stays
 * due through a check by video. */
static void test_next_time(void **state)
{
	struct bench *b = *state;
	struct video v = failed_lid(b);

	assert_int_equal(take(b, &v)->status, 200);
	const char *path = arena_printf(
		bench_arena(b), "/inspections/today/operators?id=%" PRId64, v.operator);
	assert_non_null(strstr(bench_get(b, "officer1", path)->body, "\"failed\":[\"8.3\"]"));
	assert_non_null(strstr(bench_get(b, "officer1", path)->body, "\"name\":\"凉菜间\""));
	bench_run(b, "UPDATE inspections SET kind = 'INSP_ROUTINE', items = '{\"4.2\":\"fail\"}'");
	day(b, 11, 25);
	v.key = "0b5f6f1e-1111-4222-8333-444455557777";
	v.answers = CLEAN;
	assert_int_equal(take(b, &v)->status, 200);
	assert_non_null(strstr(bench_get(b, "officer1", path)->body, "\"failed\":[\"4.2\"]"));
}

#define TESTS(X)                                                                                   \
	X(test_travels)                                                                            \
	X(test_picture)                                                                            \
	X(test_handed)                                                                             \
	X(test_refused)                                                                            \
	X(test_next_time)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"offsite", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
