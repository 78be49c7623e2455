/* How many rows a search looks at, asked of a source that only notes what it is asked for. */
#include "core/app/finder.h"
#include "core/app/req.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

struct asked {
	int64_t limit, looked;
};

static enum err some(struct req *rq, const struct search_range r[FIND_RANGES], int max, int64_t *n)
{
	(void)rq;
	(void)r;
	*n = max > 9000 ? 9000 : max;
	return OK;
}

static enum err note(
	struct req *rq, const struct finder *f, const struct search_range *r, struct list *rows)
{
	struct asked *a = (struct asked *)(uintptr_t)f->arg;

	(void)rq;
	*rows = (struct list){ 0 };
	if (r) {
		a->limit = f->limit;
		a->looked = f->looked;
	}
	return OK;
}

static void none(const void *row, struct find_hit *h)
{
	(void)row;
	(void)h;
}

static void test_limits(void **state)
{
	(void)state;
	static const struct find_source source = { some, note, none, 1 };
	static const struct {
		const char *q;
		size_t max;
		bool filtered;
		int64_t limit, looked;
		bool cut;
	} table[] = {
		{ "饭店", 500, false, 500, 500, false }, /* every row with the token fits */
		{ "饭店", 500, true, 500, 8000, true },	 /* 9,000 are there */
		{ "饭店 路8", 500, false, 500, 8000, true },
		{ "landao", 500, false, 1500, 1500, false }, /* pinyin is decided row by row */
		{ "landao 路8", 500, false, 1500, 8000, true },
		{ "路8 landao", 500, false, 8000, 8000, true }, /* pinyin beside a word */
		/* a whole list: nothing is left out that it has room for */
		{ "饭店", 100001, false, 100001, 100001, false },
		{ "饭店 路8", 100001, false, 100001, 100001, false },
		{ "landao 路8", 100001, false, 100001, 100001, false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct arena *a = arena_new();
		struct req rq = { .arena = a };
		struct asked asked = { 0 };
		struct finder f = { .source = &source,
			.arg = &asked,
			.max = table[i].max,
			.filtered = table[i].filtered };
		find_words(&rq, &f, table[i].q);
		assert_int_equal(find_rows(&rq, &f), OK);
		assert_int_equal(asked.limit, table[i].limit);
		assert_int_equal(asked.looked, table[i].looked);
		assert_int_equal(f.cut, table[i].cut);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest all[] = { cmocka_unit_test(test_limits) };
	return cmocka_run_group_tests_name("finder", all, NULL, NULL);
}
