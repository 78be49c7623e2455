/* Words, tokens, readings: what is found, and what is not. */
#include "core/app/search.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena *memory;

static int make(void **state)
{
	(void)state;
	memory = arena_new();
	return 0;
}

static int drop(void **state)
{
	(void)state;
	arena_free(memory);
	return 0;
}

/* Would a table of tokens propose a row with these texts for the word, and is it right. */
struct row {
	const char *name, *address, *code;
};

static bool proposed(const struct row *r, const struct search_word *w, int at)
{
	struct search_tokens t = { .arena = memory };
	struct search_range in[SEARCH_RANGES];
	size_t n = search_ranges(w, at, in);

	search_add_name(&t, r->name);
	search_add_text(&t, r->address);
	search_add_code(&t, r->code);
	search_sort(&t);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < t.n; k++)
			if (t.at[k] >= in[i].from && t.at[k] <= in[i].to)
				return true;
	return false;
}

static const char *all_of(const struct row *r)
{
	char *all = arena_printf(memory, "%s %s %s ", r->name, r->address, r->code);
	for (char *c = all; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	return all;
}

/* Whatever is held has to be proposed too, by each sign that a search may choose. */
static bool found(const struct row *r, const char *q)
{
	struct search_word w[SEARCH_WORDS];
	size_t n = search_words(memory, q, w);

	for (size_t i = 0; i < n; i++) {
		if (!search_holds(&w[i], r->name, all_of(r)))
			return false;
		for (int at = 0; at < w[i].places; at++)
			if (!proposed(r, &w[i], at))
				fail_msg("%s is not proposed by its sign %d", w[i].text, at);
	}
	return n > 0;
}

static const struct row shop = { "重庆禾记小馆(莘庄店)KFC", "上海市闵行区莘庄镇示例路88弄",
	"JY33101120001234" };

static void test_found(void **state)
{
	static const struct {
		const char *q;
		bool there;
	} t[] = {
		{ "禾", true },
		{ "禾记", true },
		{ "记小馆", true },
		{ "小馆(莘庄", true },
		{ "重庆禾记小馆", true },
		{ "禾馆", false },
		{ "示例路", true },
		{ "88弄", true },
		{ "示例路8号", false },
		{ "禾记 示例路", true },
		{ "禾记 七宝", false },
		{ "kfc", true },
		{ "KFC", true },
		{ "jy3310", true },
		{ "JY33101120001234", true },
		{ "1234", true },
		{ "20001234", true },
		{ "jy3311", false },
		/* initials, from any place, in every reading: 重庆 is cq, 重量 zl */
		{ "cqhj", true },
		{ "zqhj", true },
		{ "hjxg", true },
		{ "xg", true },
		{ "xgxz", true },
		{ "xgsz", true },
		{ "hjgx", false },
		{ "qhjxgxzdk", true },
		/* whole pinyin, mixed, unfinished */
		{ "chongqing", true },
		{ "hejixiaoguan", true },
		{ "hejixiaogu", true },
		{ "hejxg", true },
		{ "xiaoguan", true },
		{ "xinzhuang", true },
		{ "shenzhuang", true },
		{ "hejidaguan", false },
		{ "hjxiaoguan", true },
		{ "", false },
		{ "   ", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		if (found(&shop, t[i].q) != t[i].there)
			fail_msg("\"%s\" is %sfound", t[i].q, t[i].there ? "not " : "");
}

static void test_readings(void **state)
{
	(void)state;
	assert_string_equal(pinyin_readings(0x91CD), "zhong chong"); /* 重 */
	assert_string_equal(pinyin_readings(0x79BE), "he");	     /* 禾 */
	assert_string_equal(pinyin_readings(0x7EFF), "lv lu");	     /* 绿 */
	assert_string_equal(pinyin_readings('a'), "");
	assert_string_equal(pinyin_readings(0x10FFFF), "");
}

static void test_words(void **state)
{
	struct search_word w[SEARCH_WORDS];

	(void)state;
	assert_int_equal(search_words(memory, " 禾记\xe3\x80\x80KFC  a%_\\ b ", w), 3);
	assert_string_equal(w[0].text, "禾记");
	assert_string_equal(w[0].like, "%禾记%");
	assert_string_equal(w[1].text, "kfc");
	assert_true(w[1].spelled);
	assert_string_equal(w[1].like, "%");
	assert_string_equal(w[2].text, "a%_\\ b");
	assert_string_equal(w[2].like, "%a\\%\\_\\\\ b%");
	assert_int_equal(w[2].signs, 6);
	assert_int_equal(search_words(memory, "\xe3\x80\x80", w), 0);
}

static int rank(const char *q, const char *name)
{
	struct search_word w[SEARCH_WORDS];
	assert_true(search_words(memory, q, w) > 0);
	return search_rank(&w[0], name);
}

static int code_rank(const char *q, const char *code)
{
	struct search_word w[SEARCH_WORDS];
	assert_true(search_words(memory, q, w) > 0);
	return search_code_rank(&w[0], code);
}

static void test_ranks(void **state)
{
	(void)state;
	assert_int_equal(rank("禾记小馆", "禾记小馆"), 1);
	assert_int_equal(rank("kfc", "KFC"), 1);
	assert_int_equal(rank("禾记", "禾记小馆"), 2);
	assert_int_equal(rank("小馆", "禾记小馆"), 4);
	assert_int_equal(rank("hj", "禾记小馆"), 5);
	assert_int_equal(rank("xg", "禾记小馆"), 6);
	assert_int_equal(rank("七宝", "禾记小馆"), 7);
	assert_int_equal(code_rank("jy01", "JY-01"), 0);
	assert_int_equal(code_rank("jy", "JY01"), 3);
	assert_int_equal(code_rank("01", "JY01"), 3);
	assert_int_equal(code_rank("y0", "JY01"), 7);
	assert_int_equal(code_rank("禾", "JY01"), 7);
}

/* Names of many readings stay bounded, in tokens and in time. */
static void test_bounds(void **state)
{
	struct search_tokens t = { .arena = memory };
	char name[300] = "", text[64];

	(void)state;
	for (int i = 0; i < 60; i++)
		memcpy(name + (size_t)i * 3, "\xe8\xa1\x8c", 3); /* 行 */
	search_add_name(&t, name);
	search_sort(&t);
	assert_true(t.n <= 60 * 10);
	memset(text, 'h', sizeof(text) - 2);
	text[sizeof(text) - 2] = 'q';
	text[sizeof(text) - 1] = 0;
	assert_false(pinyin_spells(name, text, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_found),
		cmocka_unit_test(test_readings), cmocka_unit_test(test_words),
		cmocka_unit_test(test_ranks), cmocka_unit_test(test_bounds) };
	return cmocka_run_group_tests_name("search", tests, make, drop);
}
