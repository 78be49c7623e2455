/* Static points out of a risk profile: each edge of the shipped data, and the profile's way from
 * its page to the level, at any date. */
#include "domains/grading/grading.h"
#include "harness.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the arithmetic, pure ---------------------------------------------------------------------
 */
static struct node *rule_file(struct arena *a, const char *name)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes b;
	struct node *n = NULL;
	char *path = arena_printf(a, "%s/rules/grading/%s.json", root ? root : ".", name);

	if (file_read(a, path, 1 << 20, &b, &why) || json_parse(a, b, &n, &why))
		fail_msg("%s", why.text);
	return n;
}

struct row {
	const char *clause, *kind, *facts;
	int64_t points;	   /* hundredths of all static points */
	const char *about; /* of the line that the row is about */
};

static const struct row national[] = {
	{ "type alone", "snack", "form=caterer;at=1", 600, "kind:snack" },
	{ "type: central kitchen", "central_kitchen", "form=caterer;at=1", 1600, NULL },
	{ "type: canteen of a school", "canteen_school", "form=caterer;at=1", 1400, NULL },
	{ "type: banquet site", "banquet_site", "form=caterer;at=1", 1200, NULL },
	{ "type: large restaurant", "restaurant_large", "form=caterer;at=1", 1000, NULL },
	{ "type: medium restaurant", "restaurant_medium", "form=caterer;at=1", 800, NULL },
	{ "type: drink shop", "drink_shop", "form=caterer;at=1", 400, NULL },
	{ "area 1", "snack", "form=caterer;floor_area=1", 800, "floor_area:1" },
	{ "area 150", "snack", "form=caterer;floor_area=150", 800, "floor_area:150" },
	{ "area 151", "snack", "form=caterer;floor_area=151", 1000, "floor_area:151" },
	{ "area 500", "snack", "form=caterer;floor_area=500", 1000, NULL },
	{ "area 501", "snack", "form=caterer;floor_area=501", 1200, NULL },
	{ "area 1000", "snack", "form=caterer;floor_area=1000", 1200, NULL },
	{ "area 1001", "snack", "form=caterer;floor_area=1001", 1400, NULL },
	{ "seats 75", "snack", "form=caterer;floor_area=1;seats=75", 800, "floor_area:1" },
	{ "seats 76 count more than the area", "snack", "form=caterer;floor_area=1;seats=76", 1000,
		"seats:76" },
	{ "seats 251", "snack", "form=caterer;seats=251", 1200, NULL },
	{ "seats 1001", "snack", "form=caterer;seats=1001", 1400, NULL },
	{ "raw 1", "snack", "form=caterer;raw=1", 1400, "raw:1" },
	{ "raw 5", "snack", "form=caterer;raw=5", 1400, NULL },
	{ "raw 6", "snack", "form=caterer;raw=6", 1600, NULL },
	{ "raw 16", "snack", "form=caterer;raw=16", 1800, NULL },
	{ "cold 10", "snack", "form=caterer;cold=10", 1200, NULL },
	{ "cold 11", "snack", "form=caterer;cold=11", 1400, NULL },
	{ "cold 31", "snack", "form=caterer;cold=31", 1600, NULL },
	{ "the highest of the items, not their sum", "snack", "form=caterer;raw=1;cold=31;hot=200",
		1600, "cold:31" },
	{ "pastry 11", "snack", "form=caterer;pastry=11", 1200, NULL },
	{ "hot 101", "snack", "form=caterer;hot=101", 1300, NULL },
	{ "drinks 31", "snack", "form=caterer;drinks=31", 1000, NULL },
	{ "other 31", "snack", "form=caterer;other=31", 800, NULL },
	{ "perishable", "snack", "form=caterer;perishable=1", 1000, "perishable:1" },
	{ "all the highest: 40 is the most", "central_kitchen",
		"form=caterer;floor_area=2000;seats=9;raw=16;perishable=1", 4000, NULL },
	{ "seller: area 50", "supermarket", "form=seller;floor_area=50", 200, NULL },
	{ "seller: area 51", "supermarket", "form=seller;floor_area=51", 400, NULL },
	{ "seller: area 3001", "supermarket", "form=seller;floor_area=3001", 1000, NULL },
	{ "seller: packaged 50", "supermarket", "form=seller;packaged_ambient=50", 300, NULL },
	{ "seller: packaged 51", "supermarket", "form=seller;packaged_ambient=51", 600, NULL },
	{ "seller: loose and chilled", "supermarket",
		"form=seller;packaged_ambient=501;loose_chilled=501", 2000, "loose_chilled:501" },
	{ "seller: suppliers 10", "supermarket", "form=seller;suppliers=10", 200, NULL },
	{ "seller: suppliers 11", "supermarket", "form=seller;suppliers=11", 400, NULL },
	{ "seller: suppliers 201", "supermarket", "form=seller;suppliers=201", 1000, NULL },
	{ "maker: wheat flour is low", "workshop", "form=maker;food_class=0101", 1350,
		"food_class:0101" },
	{ "maker: both low classes", "workshop", "form=maker;food_class=0101 0102", 1350, NULL },
	{ "maker: another grain product", "workshop", "form=maker;food_class=0103", 1600, NULL },
	{ "maker: the highest of several", "workshop", "form=maker;food_class=0101 0401", 3000,
		"food_class:0401" },
	{ "maker: a class without a line", "workshop", "form=maker;food_class=0801", 2200, NULL },
	{ "maker: food for infants", "workshop", "form=maker;food_class=2901", 4000, NULL },
};

static bool has_about(const struct profile_points *p, const char *about)
{
	for (int i = 0; i < p->n; i++)
		if (text_is(p->lines[i].about, about))
			return true;
	return false;
}

static void every_edge(void **state)
{
	struct arena *a = arena_new();
	const struct node *rule = node_find(rule_file(a, "risk-2016-profile"), "profile");

	(void)state;
	assert_null(profile_wrong(rule));
	for (size_t i = 0; i < sizeof(national) / sizeof(*national); i++) {
		const struct row *r = &national[i];
		struct grade_facts f = { .kind = r->kind, .profile = r->facts };
		struct profile_points p;
		if (!profile_compute(a, rule, &f, &p) || p.kept != r->points)
			fail_msg("%s: %" PRId64, r->clause, p.kept);
		if (r->about && !has_about(&p, r->about))
			fail_msg("%s: no line of %s", r->clause, r->about);
	}
	arena_free(a);
}

/* No profile, one of another form, a kind that the data does not name: by kind, as before. */
static void without_one(void **state)
{
	struct arena *a = arena_new();
	struct node *data = rule_file(a, "risk-2016-profile");
	const struct node *rule = node_find(data, "profile");
	struct grade_facts f = { .kind = "snack", .profile = "" };
	struct profile_points p;

	(void)state;
	assert_false(profile_compute(a, rule, &f, &p));
	f.profile = NULL;
	assert_false(profile_compute(a, rule, &f, &p));
	f.profile = "form=seller;floor_area=4000";
	assert_false(profile_compute(a, rule, &f, &p));
	f = (struct grade_facts){ .kind = "farm", .profile = "form=caterer;at=1" };
	assert_false(profile_compute(a, rule, &f, &p));
	assert_string_equal(profile_form(rule, "farm"), "");
	assert_string_equal(profile_form(rule, "wholesaler"), "seller");
	/* more than the maximum is cut */
	put_int((struct node *)(uintptr_t)rule, "max", 1000);
	f = (struct grade_facts){ .kind = "central_kitchen", .profile = "form=caterer;at=1" };
	assert_true(profile_compute(a, rule, &f, &p));
	assert_int_equal(p.sum, 1600);
	assert_int_equal(p.kept, 1000);
	arena_free(a);
}

static void broken_data(void **state)
{
	static const char *const bad[] = { "{}", "{\"max\":4000}", "{\"max\":4000,\"groups\":[{}]}",
		"{\"max\":4000,\"groups\":[{\"form\":\"x\",\"kinds\":[\"a\"],\"factors\":[]}]}",
		"{\"max\":4000,\"groups\":[{\"form\":\"x\",\"kinds\":[\"a\"],\"factors\":[{"
		"\"classes\":[{\"points\":1}]}]}]}",
		"{\"max\":4000,\"groups\":[{\"form\":\"x\",\"kinds\":[\"a\"],\"factors\":[{"
		"\"classes\":[{\"fact\":\"seats\",\"steps\":[{\"from\":5,\"points\":1},{\"from\":5,"
		"\"points\":2}]}]}]}]}" };
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct node *n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct bytes b = { (const uint8_t *)bad[i], strlen(bad[i]) };
		assert_int_equal(json_parse(a, b, &n, &why), OK);
		if (!profile_wrong(n))
			fail_msg("taken: %s", bad[i]);
	}
	assert_null(profile_wrong(
		node_find(rule_file(a, "risk-shanghai-makers-2022-profile"), "profile")));
	arena_free(a);
}

/* ---- the page ---------------------------------------------------------------------------------
 */
static int begin(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);

	id_seed(29);
	*state = b;
	return 0;
}

static const char *at(struct bench *b, const char *fmt, int64_t id)
{
	return arena_printf(bench_arena(b), "/grades/%" PRId64 "%s", id, fmt);
}

static int64_t shop(struct bench *b, const char *kind)
{
	int64_t id = bench_operator(b, "禾记小馆", HARNESS_AREA);

	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE operators SET kind = '%s' WHERE id = %" PRId64, kind, id));
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE grade_subjects SET kind = '%s' WHERE operator = %" PRId64,
			     kind, id));
	return id;
}

#define SNACK                                                                                      \
	"seats", "40", "raw", "0", "cold", "12", "pastry", "0", "hot", "30", "drinks", "0",        \
		"other", "0", "perishable", "1"

static int64_t points(struct bench *b)
{
	return bench_int(b, "SELECT points FROM scales WHERE scheme = 'RISK' AND until = 0");
}

struct asked {
	int64_t operator, at, points;
};

static enum err replay(struct req *rq, void *arg)
{
	struct settling *s = NEW(rq->arena, struct settling);
	struct asked *q = arg;

	TRY(grades_replay(rq, q->operator, q->at, s));
	for (int i = 0; i < s->n_out; i++)
		if (text_is(s->out[i].scheme, "RISK"))
			q->points = s->out[i].points;
	return OK;
}

static int64_t replayed(struct bench *b, int64_t operator, int64_t moment)
{
	struct asked q = { operator, moment, -1 };

	assert_int_equal(bench_write(b, replay, &q), OK);
	return q.points;
}

static void recorded_and_replayed(void **state)
{
	struct bench *b = *state;
	int64_t op = shop(b, "snack"), before = clock_now();
	const char *page = at(b, "/profile", op);

	assert_int_equal(replayed(b, op, before), 2200); /* by kind */
	bench_clock(b, before + HOUR);
	assert_true(bench_torture(b, "officer1", page, "observed_at", "2026-11-20", "source",
			    "现场丈量、菜单", "floor_area", "120", SNACK, NULL) > 8);
	/* 6 type + 2 size + 8 cold dishes + 4 perishable */
	assert_int_equal(points(b), 2000);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = "
				      "'profile.recorded'"),
		1);
	bench_golden(b, bench_get(b, "officer1", page), "src/domains/grading/golden/profile.html");
	/* a larger place a month later; what was known before stays what it was */
	int64_t first = clock_now();
	bench_clock(b, first + 30 * DAY);
	assert_int_equal(bench_post(b, "officer1", page, "observed_at", "2026-12-20", "source",
				 "扩建后丈量", "floor_area", "600", SNACK, NULL)
				 ->status,
		303);
	assert_int_equal(points(b), 2400);
	assert_int_equal(replayed(b, op, clock_now()), 2400);
	assert_int_equal(replayed(b, op, first + DAY), 2000);
	assert_int_equal(replayed(b, op, before), 2200);
	/* the register changes the kind: a caterer's facts do not count for a seller */
	bench_run(b, arena_printf(bench_arena(b),
			     "UPDATE operators SET kind = 'supermarket' WHERE id = %" PRId64, op));
	bench_clock(b, clock_now() + HOUR);
	assert_int_equal(bench_post(b, "head1", at(b, "/recompute", op), NULL)->status, 303);
	assert_int_equal(points(b), 2000); /* a supermarket, by kind */
}

static bool says(const struct answer *r, const char *text)
{
	return strstr(r->body, text) != NULL;
}

static void refused(void **state)
{
	struct bench *b = *state;
	int64_t op = shop(b, "snack");
	const char *page = at(b, "/profile", op);
	struct answer *r = bench_post(b, "officer1", page, "observed_at", "2026-12-30", "source",
		"", "floor_area", "0", SNACK, NULL);

	assert_int_equal(r->status, 422);
	assert_true(says(r, ""));
	r = bench_post(b, "officer1", page, "observed_at", "2026-11-20", "source", "量",
		"floor_area", "12m", SNACK, NULL);
	assert_int_equal(r->status, 422);
	assert_true(says(r, "12m")); /* what was typed is still there */
	assert_int_equal(bench_post(b, "head1", page, NULL)->status, 403);
	assert_int_equal(bench_post(b, "officer3", page, NULL)->status, 403);
	assert_int_equal(bench_get(b, "officer3", page)->status, 403);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM grade_profiles"), 0);
	/* who only reads sees no form */
	assert_false(says(bench_get(b, "head1", page), "name=\"floor_area\""));
	assert_true(says(bench_get(b, "officer1", page), "name=\"floor_area\""));
}

static void of_a_maker(void **state)
{
	struct bench *b = *state;
	int64_t op = shop(b, "food_maker");
	const char *page = at(b, "/profile", op);

	assert_true(says(bench_get(b, "officer1", page), "name=\"food_class\""));
	struct answer *r = bench_post(b, "officer1", page, "observed_at", "2026-11-20", "source",
		"许可证", "food_class", "101", NULL);
	assert_int_equal(r->status, 422);
	assert_true(says(r, "0101 0401"));
	assert_int_equal(bench_post(b, "officer1", page, "observed_at", "2026-11-20", "source",
				 "许可证", "food_class", "0101 0401", NULL)
				 ->status,
		303);
	assert_int_equal(points(b), 3000);
	r = bench_get(b, "officer1", at(b, "", op));
	assert_true(says(r, "0401"));
	assert_true(r->statements <= 20);
}

#define TESTS(X)                                                                                   \
	X(recorded_and_replayed)                                                                   \
	X(refused)                                                                                 \
	X(of_a_maker)
#define ON_SQLITE(f)   { #f, f, begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest pure[] = { cmocka_unit_test(every_edge),
		cmocka_unit_test(without_one), cmocka_unit_test(broken_data) };
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	int failed = cmocka_run_group_tests(pure, NULL, NULL);

	return failed + _cmocka_run_group_tests(
				"profile", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
