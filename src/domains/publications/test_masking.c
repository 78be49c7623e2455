/* What of a decision is masked before anybody reads it, row by row, each with the article that asks
 * for it (令45 5, 6). */
#include "domains/publications/masking.h"

#include "core/core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;
static const struct node *rule;

static int load(void **state)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct bytes b;
	struct node *n;
	struct fault why = { 0 };

	(void)state;
	a = arena_new();
	assert_int_equal(
		file_read(a,
			arena_printf(a, "%s/rules/publications/masking.json", root ? root : "."),
			1 << 20, &b, &why),
		OK);
	assert_int_equal(json_parse(a, b, &n, &why), OK);
	rule = n;
	return 0;
}

static int unload(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

struct row {
	const char *what, *text, *out;
	const char *why; /* of the first place; "" none is masked */
	size_t n;
	bool person;
};

static void holds(const struct row *r, const struct mask_word *words, size_t n)
{
	struct masking m = { rule, r->person, words, n };
	struct masked out;

	masked_text(a, &m, r->text, &out);
	if (strcmp(out.text, r->out) != 0 || out.n != r->n)
		fail_msg("%s: %s (%zu)", r->what, out.text, out.n);
	if (strcmp(out.n ? out.marks[0].why : "", r->why) != 0)
		fail_msg("%s: because of %s", r->what, out.n ? out.marks[0].why : "nothing");
	for (size_t i = 0; i < out.n; i++) /* each place is one of the text, in its order */
		assert_true(out.marks[i].from < out.marks[i].to &&
			    out.marks[i].to <= strlen(r->text) &&
			    (i == 0 || out.marks[i].from >= out.marks[i - 1].to));
}

static void numbers(void **state)
{
	static const struct row rows[] = {
		{ "nothing personal", "依据令第45号第六条，罚款5000元。",
			"依据令第45号第六条，罚款5000元。", "", 0, true },
		{ "article 6: identity number", "身份证310112199001011234，", "身份证***，",
			"identity", 1, false },
		{ "identity number with X", "31011219900101123X。", "***。", "identity", 1, false },
		{ "with a full-width X", "３１０１１２１９９００１０１１２３Ｘ。", "***。",
			"identity", 1, false },
		{ "the old one", "310112900101123", "***", "identity", 1, false },
		{ "in blanks", "310112 19900101 1234", "***", "identity", 1, false },
		{ "article 6: telephone", "电话13812345678。", "电话***。", "phone", 1, false },
		{ "with dashes", "电话138-1234-5678。", "电话***。", "phone", 1, false },
		{ "with blanks", "138 1234 5678", "***", "phone", 1, false },
		{ "with a full-width blank", "138　1234　5678", "***", "phone", 1, false },
		{ "full-width digits", "１３８１２３４５６７８", "***", "phone", 1, false },
		{ "both, with full-width dashes", "１３８－1234－５６７８", "***", "phone", 1,
			false },
		{ "with the country's code", "+86 138 1234 5678", "+***", "phone", 1, false },
		{ "behind letters", "tel13812345678", "tel***", "phone", 1, false },
		{ "a line of the city", "021-64123456", "***", "phone", 1, false },
		{ "eight digits that are said to be one", "联系电话：64123456", "联系电话：***",
			"phone", 1, false },
		{ "eight digits that are not", "批号64123456", "批号64123456", "", 0, false },
		{ "eleven digits that are none", "编号23812345678", "编号23812345678", "", 0,
			false },
		{ "article 6, PIPL 28: account", "账号6222021001112223334", "账号***", "bank", 1,
			false },
		{ "an account in groups", "6222 0210 0111 2223 334。", "***。", "bank", 1, false },
		{ "days are none", "自2026-11-23至2026-11-24，2026-11-22 2026-11-23",
			"自2026-11-23至2026-11-24，2026-11-22 2026-11-23", "", 0, false },
		{ "a number before a day", "13812345678 2026-11-23", "*** 2026-11-23", "phone", 1,
			false },
		{ "a slip's code of 20 stays", "31011226000000000179", "31011226000000000179", "",
			0, false },
		{ "a credit code stays", "91310112MA1GABCD12", "91310112MA1GABCD12", "", 0, false },
		{ "number of a document", "示范市监处〔2026〕021122600012号",
			"示范市监处〔2026〕021122600012号", "", 0, true },
		{ "e-mail", "邮箱li.ming@example.cn。", "邮箱***。", "mail", 1, false },
		{ "e-mail of digits", "13812345678@qq.com", "***", "mail", 1, false },
		{ "house of a person", "莘建路123弄4号502室", "莘建路×弄×号×室", "house", 3, true },
		{ "in full-width digits", "莘建路１２３弄", "莘建路×弄", "house", 1, true },
		{ "not of a business", "莘建路123弄4号", "莘建路123弄4号", "", 0, false },
		{ "PIPL 28: health", "厨师患有活动性肺结核，仍在岗", "厨师患有×××，仍在岗",
			"health", 1, false },
		{ "number of a health certificate", "健康证明编号：310112345", "健康证明编号：***",
			"health", 1, false },
		{ "that there is none is the breach", "未取得有效健康证明", "未取得有效健康证明",
			"", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		holds(&rows[i], NULL, 0);
}

static void words(void **state)
{
	static const struct mask_word list[] = { { "李明", "李某", "named" },
		{ "李明亮", "李某某", "witness" }, { "秘制酱料配方", "×××", "secret" },
		{ "", "nothing", "named" } };
	static const struct row rows[] = {
		{ "article 6: persons", "李明在场，李明签字", "李某在场，李某签字", "named", 2,
			false },
		{ "the longer name first", "李明亮签字", "李某某签字", "witness", 1, false },
		{ "with a blank in it", "李　明、李 明亮", "李某、李某某", "named", 2, false },
		{ "article 5: secrets", "使用秘制酱料配方加工", "使用×××加工", "secret", 1, false },
		{ "beside a number", "李明13812345678", "李某***", "named", 2, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		holds(&rows[i], list, sizeof(list) / sizeof(*list));
}

static void names(void **state)
{
	const char *at = "李明，王小红　张三、 ;赵四";

	(void)state;
	assert_string_equal(masked_name(a, "张三", false), "张某");
	assert_string_equal(masked_name(a, "欧阳小明", false), "欧某某");
	assert_string_equal(masked_name(a, "张三", true), "某某");
	assert_string_equal(masked_name(a, "张", false), "某");
	static const char *const each[] = { "李明", "王小红", "张三", "赵四" };
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(masking_next(a, &at), each[i]);
	assert_null(masking_next(a, &at));
}

/* Each reason that the rule or the program gives has its article, in both languages. */
static void reasons(void **state)
{
	static const char *const lists[] = { "masks", "on_file", "in_papers" };
	static const char *const own[] = { "named", "secret", "mail", "house", "health" };
	const struct node *table = node_find(rule, "reasons");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		NODE_EACH (m, node_find(rule, lists[i])) {
			const struct node *why =
				node_find(table, node_text(m, "reason", node_text(m, "code", "-")));
			assert_true(*node_text(why, "zh", "") && *node_text(why, "en", ""));
		}
	for (size_t i = 0; i < 5; i++)
		assert_non_null(node_find(table, own[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(numbers), cmocka_unit_test(words),
		cmocka_unit_test(names), cmocka_unit_test(reasons) };
	return cmocka_run_group_tests_name("masking", tests, load, unload);
}
