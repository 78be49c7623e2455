/* Clauses as the rules and steps write them, "O2 33 · AEL 19" or "APL 68(1); O2 49-55", in the
 * words of the visitor's language. */
#include "core/app/private.h"

#include <string.h>

/* The one table of laws: as written, and its short names. */
static const struct {
	const char *code, *zh, *en;
} laws[] = {
	{ "O2", "程序规定", "O2" },
	{ "APL", "行政处罚法", "APL" },
	{ "AEL", "行政强制法", "AEL" },
	{ "FSL", "食品安全法", "FSL" },
	{ "IR", "食品安全法实施条例", "IR" },
	{ "transfer rule", "移送涉嫌犯罪案件规定", "transfer rule" },
	{ "令45", "处罚信息公示规定", "O45" },
	{ "信用修复", "信用修复管理办法", "credit repair" },
};

/* 1 to 999 as laws count their articles. */
static void zh_number(struct buf *b, int n)
{
	static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八",
		"九" };

	if (n >= 100)
		buf_printf(b, "%s百", digits[n / 100 % 10]);
	if (n % 100 == 0)
		return;
	if (n >= 100 && n % 100 < 10)
		buf_puts(b, "零");
	else if (n % 100 >= 10)
		buf_printf(b, "%s十", n >= 20 ? digits[n / 10 % 10] : "");
	if (n % 10)
		buf_puts(b, digits[n % 10]);
}

static int number_at(const char **at)
{
	int n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		n = n < 1000 ? n * 10 + (**at - '0') : n;
	return n;
}

static int law_at(const char *at)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(*laws); i++) {
		size_t n = strlen(laws[i].code);
		if (strncmp(at, laws[i].code, n) == 0 && (at[n] == ' ' || !at[n]))
			return (int)i;
	}
	return -1;
}

/* "33", "33-35", "68(1)". */
static void zh_article(struct buf *b, const char **at)
{
	buf_puts(b, "第");
	zh_number(b, number_at(at));
	buf_puts(b, "条");
	if (**at == '-') {
		(*at)++;
		buf_puts(b, "至第");
		zh_number(b, number_at(at));
		buf_puts(b, "条");
	}
	if (**at == '(') {
		(*at)++;
		buf_puts(b, "第");
		zh_number(b, number_at(at));
		buf_puts(b, "项");
		*at += **at == ')';
	}
}

/* Bytes of what separates two articles; 0: none. */
static size_t between(const char *at)
{
	static const char *const marks[] = { " ", ",", ";", "·", "、" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strncmp(at, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

/* What no law stands before, such as a standard's number, stays as it is. */
static void zh_clause(struct buf *b, const char *at)
{
	bool under_law = false;

	while (*at) {
		int law = law_at(at);
		if (law >= 0) {
			buf_printf(b, "%s%s", under_law ? "、" : "", laws[law].zh);
			at += strlen(laws[law].code);
			at += *at == ' ';
			if (*at >= '0' && *at <= '9')
				zh_article(b, &at);
			under_law = true;
		} else if (under_law && between(at)) {
			at += between(at);
		} else if (under_law && *at >= '0' && *at <= '9') {
			buf_puts(b, "、");
			zh_article(b, &at);
		} else {
			buf_putc(b, *at++);
		}
	}
}

static void en_clause(struct buf *b, const char *at)
{
	while (*at) {
		int law = law_at(at);
		if (law < 0 && strncmp(at, "、", 3) == 0) {
			buf_puts(b, ", ");
			at += 3;
		} else if (law < 0) {
			buf_putc(b, *at++);
		} else {
			buf_puts(b, laws[law].en);
			at += strlen(laws[law].code);
		}
	}
}

const char *clause_text(struct req *rq, const char *clause)
{
	enum { MOST = 400 };
	struct buf b = { .arena = rq->arena, .max = MOST };

	if (rq->zh)
		zh_clause(&b, clause);
	else
		en_clause(&b, clause);
	return buf_text(&b);
}
