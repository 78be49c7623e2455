/* The value tree, JSON in and out, fields read and shown, checks, CSV, digests. */
#include "core/model/model.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *a;

static int begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* ---- JSON in --------------------------------------------------------------------------------- */
static struct bytes text_bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static struct node *parse(const char *json)
{
	struct node *n;
	struct fault why = { 0 };
	enum err e = json_parse(a, text_bytes(json), &n, &why);
	if (e)
		fprintf(stderr, "%s: %s\n", json, why.text);
	assert_int_equal(e, OK);
	return n;
}

static void refused_bytes(struct bytes in, const char *says)
{
	struct node *n = (struct node *)1;
	struct fault why = { 0 };
	assert_int_equal(json_parse(a, in, &n, &why), E_INVALID);
	assert_null(n);
	if (!strstr(why.text, says))
		fail_msg("said: %s", why.text);
}

static void json_read(void **state)
{
	struct node *n =
		parse("{\"a\":{\"b\":[10,\"x\",{\"c\":true}]},\"no\":null,\"f\":false,\"r\":12.5,"
		      "\"n\":-7,\"t\":\"42\",\"big\":9223372036854775807,\"zh\":"
		      "\"食安\\u0041\\ud83d\\ude00\"}");

	(void)state;
	assert_int_equal(node_int(n, "a.b.0", 0), 10);
	assert_string_equal(node_text(n, "a.b.1", ""), "x");
	assert_true(node_true(n, "a.b.2.c"));
	assert_null(node_find(n, "a.b.3"));
	assert_null(node_find(n, "a.b.-1"));
	assert_null(node_find(n, "a.b.x"));
	assert_null(node_find(n, "a.b.00000000000001"));
	assert_null(node_find(n, "a..b"));
	assert_null(node_find(n, "n.x"));
	assert_ptr_equal(node_find(n, ""), n);
	assert_int_equal(node_find(n, "no")->type, NODE_NULL);
	assert_string_equal(node_text(n, "no", "fallback"), "fallback");
	assert_string_equal(node_text(n, "n", ""), "-7");
	assert_string_equal(node_text(n, "a", "map"), "map");
	assert_string_equal(node_text(NULL, "a", "nothing"), "nothing");
	assert_int_equal(node_int(n, "t", 0), 42);
	assert_int_equal(node_int(n, "zh", -1), -1);
	assert_int_equal(node_int(n, "f", -1), 0);
	assert_true(node_int(n, "big", 0) == INT64_MAX);
	assert_string_equal(node_text(n, "r", ""), "12.5");
	assert_string_equal(node_text(n, "zh", ""), "食安A😀");
}

static void json_truth(void **state)
{
	struct node *n = parse("{\"t\":true,\"f\":false,\"z\":0,\"one\":1,\"e\":\"\",\"s\":\"0\","
			       "\"el\":[],\"l\":[0],\"em\":{},\"nul\":null}");
	static const char *const yes[] = { "t", "one", "s", "l", "em" };
	static const char *const no[] = { "f", "z", "e", "el", "nul", "absent", "t.x" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		assert_true(node_true(n, yes[i]));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(node_true(n, no[i]));
	assert_false(node_true(NULL, ""));
}

/* Walking what is no list must find nothing: a number's bits are not an address. */
static void json_each_of_no_list(void **state)
{
	struct node *n = parse("{\"cameras\":\"abcdefgh\",\"n\":4611686018427387904,\"l\":[1,2]}");
	int64_t sum = 0;

	(void)state;
	NODE_EACH (c, node_find(n, "cameras"))
		sum += 100 + c->i;
	NODE_EACH (c, node_find(n, "n"))
		sum += 100 + c->i;
	NODE_EACH (c, node_find(n, "absent"))
		sum += 100 + c->i;
	NODE_EACH (c, node_find(n, "l"))
		sum += c->i;
	assert_int_equal(sum, 3);
}

static const char *nested(int depth)
{
	struct buf b = { .arena = a };
	for (int i = 0; i < depth; i++)
		buf_putc(&b, '[');
	for (int i = 0; i < depth; i++)
		buf_putc(&b, ']');
	return b.s;
}

static void json_refused(void **state)
{
	static const char nul[] = "{\"a\":\"x\0y\"}", invalid[] = "{\"a\":\"\xff\xfe\"}",
			  surrogate[] = "{\"a\":\"\xed\xa0\x80\"}",
			  overlong[] = "{\"a\":\"\xc0\xaf\"}";

	(void)state;
	refused_bytes(text_bytes("{\"a\":1,\"a\":2}"), "duplicate");
	refused_bytes(text_bytes("{\"a\":\n\n}"), "line 3");
	refused_bytes(text_bytes(""), "line");
	refused_bytes((struct bytes){ NULL, 0 }, "");
	refused_bytes(text_bytes("{\"a\":1} x"), "end of file");
	refused_bytes(text_bytes("{'a':1}"), "line");
	refused_bytes(text_bytes("[1,]"), "line");
	refused_bytes(text_bytes("[NaN]"), "line");
	refused_bytes(text_bytes("[9223372036854775808]"), "too big");
	refused_bytes(text_bytes("[1e999]"), "real");
	refused_bytes(text_bytes("[\"\\u0000\"]"), "line");
	refused_bytes(text_bytes("[\"\\ud800\"]"), "line");
	refused_bytes(text_bytes("[\"a\tb\"]"), "control");
	refused_bytes((struct bytes){ (const uint8_t *)nul, sizeof(nul) - 1 }, "line");
	refused_bytes(text_bytes(invalid), "0xff");
	refused_bytes(text_bytes(surrogate), "decode");
	refused_bytes(text_bytes(overlong), "decode");
}

static void json_depth(void **state)
{
	(void)state;
	parse(nested(32));
	refused_bytes(text_bytes(nested(34)), "nested deeper than 32");
	refused_bytes(text_bytes(nested(5000)), "");
}

/* Large maps are read in linear time: a map of 20,000 members would take minutes otherwise. */
static void json_large(void **state)
{
	struct buf b = { .arena = a };

	(void)state;
	buf_puts(&b, "{");
	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "%s\"k%d\":%d", i ? "," : "", i, i);
	buf_puts(&b, "}");
	struct node *n = parse(b.s);
	assert_int_equal(n->count, 20000);
	assert_int_equal(node_int(n, "k19999", 0), 19999);
}

/* ---- JSON out -------------------------------------------------------------------------------- */
static const char *written(const struct node *n)
{
	struct buf b = { .arena = a };
	json_write(&b, n);
	return buf_text(&b);
}

static void json_written(void **state)
{
	struct node *n = node_map(a), *l;

	(void)state;
	put_int(n, "safe", ((int64_t)1 << 53) - 1);
	put_int(n, "large", (int64_t)1 << 53);
	put_int(n, "low", -((int64_t)1 << 53));
	put_text(n, "null_text", NULL);
	put_flag(n, "flag", true);
	put_text(n, "secret", "x")->hidden = true;
	put_time(n, "at", 1795399445678);
	put_time(n, "never", 0);
	l = put_list(n, "list");
	put_text(l, NULL, "a\"b\\c\n\t\x01\x7f</script>食");
	put_map(l, NULL);
	assert_string_equal(written(n),
		"{\"safe\":9007199254740991,\"large\":\"9007199254740992\","
		"\"low\":\"-9007199254740992\",\"null_text\":\"\",\"flag\":true,"
		"\"at\":\"2026-11-23T10:04:05.678+08:00\",\"never\":null,"
		"\"list\":[\"a\\\"b\\\\c\\n\\u0009\\u0001\\u007f\\u003c/script>食\",{}]}");
	assert_string_equal(node_text(parse(written(n)), "list.0", ""),
		"a\"b\\c\n\t\x01\x7f</script>食"); /* and back */
}

static void nodes_replaced(void **state)
{
	struct node *n = node_map(a);

	(void)state;
	put_text(n, "x", "1");
	put_list(n, "y");
	put_int(n, "z", 3);
	put_text(put_list(n, "x"), NULL, "in the list");
	put_int(n, "y", 2);
	assert_string_equal(written(n), "{\"x\":[\"in the list\"],\"y\":2,\"z\":3}");
	assert_int_equal(n->count, 3);
	assert_string_equal(put_printf(n, "z", "%d%%", 50)->s, "50%");
	assert_string_equal(written(n), "{\"x\":[\"in the list\"],\"y\":2,\"z\":\"50%\"}");
}

/* ---- fields ---------------------------------------------------------------------------------- */
struct thing {
	int64_t id, version, area, at, day, fen, share, lat;
	int guests;
	bool open;
	const char *name, *state, *secret, *code;
};

static const struct choice states[] = { { "open", "Open", "green" }, { "done", "Done", NULL },
	{ 0 } };

static const struct model thing_model = MODEL("things", struct thing,
	FIELDS(STORED(struct thing, id), STORED(struct thing, version),
		STORED(struct thing, area, .as = AS_ID), STORED(struct thing, at, .as = AS_TIME),
		INPUT(struct thing, day, "Day", .as = AS_DATE),
		INPUT(struct thing, fen, "Fine", .as = AS_FEN, .min = -100, .max = 5000000),
		INPUT(struct thing, share, "Share", .as = AS_HUNDREDTHS),
		INPUT(struct thing, lat, "Latitude", .as = AS_DEGREES, .min = -90000000,
			.max = 90000000),
		INPUT(struct thing, guests, "Guests", .required = true),
		INPUT(struct thing, open, "Open"),
		INPUT(struct thing, name, "Name", .required = true, .min = 2, .max = 4),
		INPUT(struct thing, state, "State", .choices = states),
		INPUT(struct thing, secret, "Secret", .as = AS_SECRET),
		INPUT(struct thing, code, "Code", .check = check_uscc)));

static const char *read_into(struct thing *t, const char *field, const char *text)
{
	const struct field *f = model_field(&thing_model, field);
	assert_non_null(f);
	const char *wrong = field_read(a, f, t, text);
	return wrong ? field_words(a, f, wrong) : NULL;
}

struct number_row {
	const char *field, *text;
	int64_t value;
	const char *wrong;
};

static const struct number_row numbers[] = {
	{ "fen", "12.5", 1250, NULL },
	{ "fen", "12", 1200, NULL },
	{ "fen", "0.01", 1, NULL },
	{ "fen", "-0.5", -50, NULL },
	{ "fen", "  7.00　", 700, NULL },
	{ "fen", "50000.00", 5000000, NULL },
	{ "fen", "50000.01", 0, "lies between" },
	{ "fen", "-1.01", 0, "lies between" },
	{ "fen", "12.505", 0, "12.50" },
	{ "fen", "12.", 0, "12.50" },
	{ "fen", ".5", 0, "12.50" },
	{ "fen", "1,200.00", 0, "12.50" },
	{ "fen", "1.2.3", 0, "12.50" },
	{ "fen", "1.-2", 0, "12.50" },
	{ "fen", "--1", 0, "12.50" },
	{ "fen", "1e3", 0, "12.50" },
	{ "fen", "１２", 0, "12.50" },
	{ "share", "87.50", 8750, NULL },
	{ "share", "999999999999.99", 99999999999999, NULL },
	{ "share", "9999999999999", 0, "12.50" },
	{ "share", "-", 0, "12.50" },
	{ "share", "-.5", 0, "12.50" },
	{ "lat", "31.112345", 31112345, NULL },
	{ "lat", "-31.1", -31100000, NULL },
	{ "lat", "90", 90000000, NULL },
	{ "lat", "90.000001", 0, "lies between" },
	{ "lat", "31.1123456", 0, "12.50" },
	{ "guests", "2147483647", INT32_MAX, NULL },
	{ "guests", "2147483648", 0, "too large" },
	{ "guests", "-2147483649", 0, "too large" },
	{ "guests", "9223372036854775808", 0, "whole number" },
	{ "guests", "3.0", 0, "whole number" },
	{ "guests", "", 0, "is needed" },
	{ "guests", " \t ", 0, "is needed" },
	{ "day", "2026-11-23", 1795363200000, NULL },
	{ "day", "2024-02-29", 1709136000000, NULL },
	{ "day", "2026-02-29", 0, "2026-11-23" },
	{ "day", "2026-13-01", 0, "2026-11-23" },
	{ "day", "23.11.2026", 0, "2026-11-23" },
	{ "day", "2026-11-23x", 0, "2026-11-23" },
	{ "day", "", 0, NULL },
	{ "open", "1", 1, NULL },
	{ "open", "on", 1, NULL },
	{ "open", "0", 0, NULL },
	{ "open", "false", 0, NULL },
	{ "open", "", 0, NULL },
};

static void numbers_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const struct number_row *r = &numbers[i];
		struct thing t = { 0 };
		const char *wrong = read_into(&t, r->field, r->text);
		if (!wrong != !r->wrong || (wrong && !strstr(wrong, r->wrong)))
			fail_msg("%s '%s': %s", r->field, r->text, wrong ? wrong : "accepted");
		if (!wrong)
			assert_true(row_int(model_field(&thing_model, r->field), &t) == r->value);
	}
}

static void texts_read(void **state)
{
	struct thing t = { 0 };

	(void)state;
	assert_null(read_into(&t, "name", "　食安中心　"));
	assert_string_equal(t.name, "食安中心");
	assert_non_null(strstr(read_into(&t, "name", "食安中心五"), "at most 4"));
	assert_string_equal(t.name, "食安中心五"); /* what was typed comes back */
	assert_non_null(strstr(read_into(&t, "name", "食"), "at least 2"));
	assert_string_equal(read_into(&t, "name", "　 "), "is needed");
	assert_null(read_into(&t, "state", "done"));
	assert_null(read_into(&t, "state", ""));
	assert_string_equal(t.state, "");
	assert_string_equal(read_into(&t, "state", "Done"), "is not one of the choices");
	assert_null(read_into(&t, "code", "")); /* checks are asked of what is there */
	assert_string_equal(read_into(&t, "code", "1"), "has 18 characters");
	char *limit = arena_alloc(a, 4002);
	memset(limit, 'x', 4000);
	assert_null(read_into(&t, "secret", limit));
	limit[4000] = 'x';
	assert_non_null(strstr(read_into(&t, "secret", limit), "at most 4000"));
}

static const struct thing full = { .id = 7,
	.version = 2,
	.area = 310112101,
	.at = 1795399445678,
	.day = 1795363200000,
	.fen = -5,
	.share = 8750,
	.lat = -31100000,
	.guests = 3,
	.open = true,
	.name = "面馆",
	.state = "open",
	.secret = "s3",
	.code = "" };

static const char *shown(const char *field, const struct thing *t)
{
	return field_text(a, model_field(&thing_model, field), t);
}

static void fields_shown(void **state)
{
	struct thing low = { .fen = INT64_MIN, .share = -100 };

	(void)state;
	assert_string_equal(shown("fen", &full), "-0.05");
	assert_string_equal(shown("share", &full), "87.50");
	assert_string_equal(shown("lat", &full), "-31.100000");
	assert_string_equal(shown("day", &full), "2026-11-23");
	assert_string_equal(shown("at", &full), "2026-11-23 10:04");
	assert_string_equal(shown("guests", &full), "3");
	assert_string_equal(shown("fen", &low), "-92233720368547758.08");
	assert_string_equal(shown("share", &low), "-1.00");
	assert_string_equal(shown("day", &low), "");
	assert_string_equal(shown("name", &low), "");
	assert_null(model_field(&thing_model, "nothing"));
	assert_string_equal(choice_label(states, "done"), "Done");
	assert_string_equal(choice_label(states, "x"), "x");
	assert_string_equal(choice_label(NULL, "x"), "x");
}

/* What is shown of a member can be typed again and gives the same value. */
static void fields_there_and_back(void **state)
{
	static const char *const names[] = { "day", "fen", "share", "lat", "guests" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct thing t = { 0 };
		const struct field *f = model_field(&thing_model, names[i]);
		assert_null(field_read(a, f, &t, field_text(a, f, &full)));
		assert_true(row_int(f, &t) == row_int(f, &full));
	}
}

static void row_as_node(void **state)
{
	struct node *n = model_node(node_map(a), "thing", &thing_model, &full);

	(void)state;
	assert_string_equal(written(n),
		"{\"id\":\"7\",\"version\":2,\"area\":\"310112101\","
		"\"at\":\"2026-11-23T10:04:05.678+08:00\","
		"\"day\":\"2026-11-23T00:00:00.000+08:00\",\"fen\":-5,\"share\":8750,"
		"\"lat\":-31100000,\"guests\":3,\"open\":true,\"name\":\"面馆\","
		"\"state\":\"open\",\"code\":\"\"}");
	assert_null(node_find(n, "secret"));
	assert_string_equal(node_text(n, "state_tag.label", ""), "Open");
	assert_string_equal(node_text(n, "state_tag.tone", ""), "green");
	assert_string_equal(node_find(n, "day")->display, "2026-11-23");
	assert_string_equal(node_find(n, "fen")->display, "-0.05");
}

/* ---- CSV ------------------------------------------------------------------------------------- */
static void csv_cell_is(const char *name, const char *cell)
{
	struct thing t = full;
	struct buf b = { .arena = a }, want = { .arena = a };
	t.name = name;
	model_csv_row(a, &b, &thing_model, &t);
	buf_printf(&want,
		"7,2,310112101,2026-11-23 10:04,2026-11-23,-0.05,87.50,-31.100000,3,1,%s,open,\r\n",
		cell);
	assert_string_equal(b.s, want.s);
}

static void csv(void **state)
{
	struct buf b = { .arena = a };

	(void)state;
	model_csv_head(&b, &thing_model);
	assert_string_equal(
		b.s, "id,version,area,at,day,fen,share,lat,guests,open,name,state,code\r\n");
	csv_cell_is("面馆", "面馆");
	csv_cell_is("a,b", "\"a,b\"");
	csv_cell_is("say \"x\"", "\"say \"\"x\"\"\"");
	csv_cell_is("two\nlines", "\"two\nlines\"");
	csv_cell_is("=1+1", "\"'=1+1\"");
	csv_cell_is("+86 21", "\"'+86 21\"");
	csv_cell_is("@SUM(A1)", "\"'@SUM(A1)\"");
	csv_cell_is("-2+3+cmd|' /C calc'!A0", "\"'-2+3+cmd|' /C calc'!A0\"");
	csv_cell_is("\t=1", "\"'\t=1\"");
	csv_cell_is("a=b", "a=b");
	csv_cell_is("", "");
}

/* ---- digests --------------------------------------------------------------------------------- */
static const char *digest_of(const struct thing *t)
{
	struct digest d = model_digest(a, &thing_model, t);
	return digest_hex(a, &d);
}

static void digest_covers_every_member(void **state)
{
	const char *was = digest_of(&full);

	(void)state;
	for (const struct field *f = thing_model.fields; f->type; f++) {
		struct thing t = full;
		if (f->type == F_TEXT)
			*(const char **)((char *)&t + f->offset) = "another";
		else
			row_set_int(
				f, &t, f->type == F_BOOL ? !row_int(f, &t) : row_int(f, &t) + 1);
		if (strcmp(digest_of(&t), was) == 0)
			fail_msg("%s is not in the digest", f->name);
	}
	struct thing same = full;
	assert_string_equal(digest_of(&same), was);
	same.code = NULL; /* as the empty text it is stored as */
	assert_string_equal(digest_of(&same), was);
	/* what one member loses the next cannot take over */
	struct thing left = full, right = full;
	left.name = "ab", left.state = "c";
	right.name = "a", right.state = "bc";
	assert_string_not_equal(digest_of(&left), digest_of(&right));
}

/* ---- checks ---------------------------------------------------------------------------------- */
/* The check digit reckoned here by the standard's own words, not by the program's. */
static char uscc_digit(const char *first17)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weight[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30,
		28 };
	int sum = 0;
	for (int i = 0; i < 17; i++)
		sum += (int)(strchr(set, first17[i]) - set) * weight[i];
	return set[(31 - sum % 31) % 31];
}

static void uscc(void **state)
{
	static const char *const stems[] = { "91310112MA1GB00A8", "91350100M000100Y4",
		"92310112MA7ABCDE0", "12100000400000624", "00000000000000000" };

	(void)state;
	assert_null(check_uscc("91350100M000100Y43")); /* the standard's own example */
	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++) {
		char code[19], right = uscc_digit(stems[i]);
		snprintf(code, sizeof(code), "%s%c", stems[i], right);
		assert_null(check_uscc(code));
		for (const char *d = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *d; d++) {
			code[17] = *d;
			assert_true(!check_uscc(code) == (*d == right));
		}
	}
	for (const char *bad = "IOSVZa食 -"; *bad; bad++) {
		char code[] = "91350100M000100Y43";
		code[9] = *bad;
		assert_non_null(check_uscc(code));
	}
	assert_string_equal(check_uscc("91350100M000100Y4"), "has 18 characters");
	assert_string_equal(check_uscc("91350100M000100Y433"), "has 18 characters");
	assert_string_equal(check_uscc("91350100M000100Y44"), "has a wrong check digit");
	assert_non_null(check_uscc(""));
}

static void table(
	const char *(*check)(const char *), const char *const *fine, const char *const *bad)
{
	for (; *fine; fine++)
		if (check(*fine))
			fail_msg("'%s' %s", *fine, check(*fine));
	for (; *bad; bad++)
		if (!check(*bad))
			fail_msg("'%s' was accepted", *bad);
}

static void checks(void **state)
{
	static const char *const phones[] = { "13800000000", "19912345678", "+8613800000000",
		"021-64120000", "02164120000", "0571-87654321", "010-1234567", NULL };
	static const char *const no_phones[] = { "", "1", "12800000000", "1380000000",
		"138000000000", "138-0000-0000", "+85213800000000", "21-64120000", "021-641200",
		"021-641200001", "0-1234567", "021-6412x000", "021--64120000", "１３８00000000",
		"0", NULL };
	static const char *const urls[] = { "rtsp://127.0.0.1:8554/x", "rtsps://a",
		"http://a/b?c=d", "https://www.example.org/通知", NULL };
	static const char *const no_urls[] = { "", "rtsp://", "ftp://a", "javascript:alert(1)",
		"HTTP://a", "http://a b", "http://a\"onx", "http://<a>", "//a", "http:/a", NULL };
	static const char *const hours[] = { "06:00-22:00", "00:00-24:00",
		"06:00-10:30,16:00-22:00", "22:00-02:00", NULL };
	static const char *const no_hours[] = { "", "6:00-22:00", "06:00", "06:00-22:60",
		"06:00-25:00", "24:01-05:00", "06:00-22:00,", "06:00-22:00;",
		"06:00-22:00, 23:00-24:00", "06.00-22.00", "06:00-22:00x", "ab:cd-ef:gh", NULL };

	(void)state;
	table(check_phone, phones, no_phones);
	table(check_url, urls, no_urls);
	table(check_hours, hours, no_hours);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(json_read),
		cmocka_unit_test(json_truth), cmocka_unit_test(json_each_of_no_list),
		cmocka_unit_test(json_refused), cmocka_unit_test(json_depth),
		cmocka_unit_test(json_large), cmocka_unit_test(json_written),
		cmocka_unit_test(nodes_replaced), cmocka_unit_test(numbers_read),
		cmocka_unit_test(texts_read), cmocka_unit_test(fields_shown),
		cmocka_unit_test(fields_there_and_back), cmocka_unit_test(row_as_node),
		cmocka_unit_test(csv), cmocka_unit_test(digest_covers_every_member),
		cmocka_unit_test(uscc), cmocka_unit_test(checks) };
	return cmocka_run_group_tests(tests, begin, end);
}
