#include "core/base/base.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <signal.h>
#include <cmocka.h>

static void arena_keeps_and_forgets(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	for (int round = 0; round < 3; round++) {
		char *all[400];
		for (int i = 0; i < 400; i++) {
			size_t n = (size_t)(i * 37 % 300) + (i % 50 == 0 ? 20000 : 0);
			all[i] = arena_alloc(a, n);
			assert_int_equal((uintptr_t)all[i] % 16, 0);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(all[i][k], 0);
			memset(all[i], 'a' + i % 26, n);
		}
		for (int i = 0; i < 400; i++)
			for (int k = 0; k < i * 37 % 300; k++)
				assert_int_equal(all[i][k], 'a' + i % 26);
		assert_true(arena_used(a) > 160000);
		arena_reset(a);
		assert_int_equal(arena_used(a), 0);
	}
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_dup(a, NULL), "");
	assert_string_equal(arena_copy(a, "abcdef", 3), "abc");
	assert_non_null(NEWS(a, int, 0));
	arena_free(a);
	arena_free(NULL);
}

static void arena_overflow_ends_the_process(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDERR_FILENO);
		(void)arena_alloc_array(arena_new(), SIZE_MAX / 2, 3);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void fault_keeps_the_reason(void **state)
{
	(void)state;
	struct fault why = { 0 };
	assert_int_equal(fault(&why, E_CONFLICT, "%s taken", "A-1"), E_CONFLICT);
	assert_int_equal(why.code, E_CONFLICT);
	assert_string_equal(why.text, "A-1 taken");
	assert_int_equal(fault(&why, E_BUSY, "again: %s", why.text), E_BUSY);
	assert_string_equal(why.text, "again: A-1 taken");
	assert_int_equal(fault(NULL, E_GONE, "x"), E_GONE);
	char wide[700];
	for (size_t i = 0; i + 3 < sizeof wide; i += 3)
		memcpy(wide + i, "食", 4);
	for (int pad = 0; pad < 3; pad++) {
		assert_int_equal(fault(&why, E_INTERNAL, "%.*s%s", pad, "xx", wide), E_INTERNAL);
		assert_true(utf8_valid(why.text, strlen(why.text)));
		assert_true(strlen(why.text) > 470);
	}
}

static void buf_grows_to_its_limit(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	assert_string_equal(buf_text(&b), "");
	buf_puts(&b, NULL);
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	assert_int_equal(b.n, strlen(b.s));
	assert_true(text_ends(b.s, ",998,999,"));
	char wide[400];
	memset(wide, 'w', sizeof wide);
	wide[399] = '\0';
	buf_printf(&b, "[%s]", wide);
	assert_true(text_ends(b.s, "www]"));
	struct buf small = { .arena = a, .max = 5 };
	buf_puts(&small, "abc");
	buf_puts(&small, "def");
	assert_true(small.full);
	buf_putc(&small, 'x');
	assert_string_equal(small.s, "abc");
	struct buf exact = { .arena = a, .max = 3 };
	buf_puts(&exact, "abc");
	assert_false(exact.full);
	buf_printf(&exact, "%s", wide);
	assert_true(exact.full);
	arena_free(a);
}

static void text_helpers(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	assert_true(text_is(NULL, "") && text_is("a", "a") && !text_is("a", "b"));
	assert_true(text_starts("abc", "ab") && text_starts("abc", "") && !text_starts("a", "ab"));
	assert_true(text_ends("abc", "bc") && text_ends("", "") && !text_ends("c", "bc"));
	assert_int_equal(utf8_length("冷库ab"), 4);
	assert_string_equal(text_trim(a, " \t\u3000冷 库\u3000 \n"), "冷 库");
	assert_string_equal(text_trim(a, "\u3000 \u3000"), "");
	assert_string_equal(text_trim(a, NULL), "");
	arena_free(a);
}

static void utf8_is_checked(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		size_t n;
		bool valid;
	} cases[] = { { "", 0, true }, { "a冷\U0001F600", 8, true }, { "a\0b", 3, false },
		{ "\xc0\x80", 2, false }, { "\xc1\xbf", 2, false }, { "\xe0\x9f\xbf", 3, false },
		{ "\xe0\xa0\x80", 3, true }, { "\xed\xa0\x80", 3, false },
		{ "\xed\x9f\xbf", 3, true }, { "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xf4\x8f\xbf\xbf", 4, true }, { "\xf4\x90\x80\x80", 4, false },
		{ "\xf5\x80\x80\x80", 4, false }, { "\x80", 1, false }, { "\xe5\x86", 2, false },
		{ "\xe5\x86\x41", 3, false }, { "\xff", 1, false } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(utf8_valid(cases[i].s, cases[i].n), cases[i].valid);
}

static void numbers_are_whole(void **state)
{
	(void)state;
	static const char *const bad[] = { NULL, "", "-", "+1", " 1", "1 ", "1.0", "0x1", "abc",
		"--1", "9223372036854775808", "-9223372036854775809", "99999999999999999999" };
	int64_t v = 77;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_to_int(bad[i], &v));
	assert_true(v == 77);
	assert_true(text_to_int("9223372036854775807", &v) && v == INT64_MAX);
	assert_true(text_to_int("-9223372036854775808", &v) && v == INT64_MIN);
	assert_true(text_to_int("007", &v) && v == 7);
}

static void hex_and_addresses(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char hex[9];
	uint8_t raw[4];
	hex_encode(hex, "\x00\xff\x1a\x2b", 4);
	assert_string_equal(hex, "00ff1a2b");
	assert_true(hex_decode(raw, hex, 4));
	assert_memory_equal(raw, "\x00\xff\x1a\x2b", 4);
	assert_false(hex_decode(raw, "00FF1A2B", 4));
	assert_false(hex_decode(raw, "00ff1a2", 4));
	assert_false(hex_decode(raw, "00ff1a2b0", 4));
	assert_false(hex_decode(raw, "00ff1a2g", 4));
	assert_string_equal(url_encode(a, "a b&冷~"), "a%20b%26%E5%86%B7~");
	assert_string_equal(url_decode(a, "a+b%26%e5%86%B7", 15), "a b&冷");
	static const char *const bad[] = { "%", "%4", "%zz", "%00", "%ff", "a%e5%86" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_null(url_decode(a, bad[i], strlen(bad[i])));
	arena_free(a);
}

static void calendar(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	/* 1795443144899 is 2026-11-23T14:12:24.899Z, a Monday */
	assert_string_equal(time_iso(a, 1795443144899), "2026-11-23T22:12:24.899+08:00");
	assert_string_equal(time_text(a, 1795443144899), "2026-11-23 22:12");
	assert_string_equal(date_zh(a, 1795443144899), "2026年11月23日");
	assert_int_equal(civil_of(1795443144899).weekday, 1);
	assert_string_equal(time_iso(a, -1), "1970-01-01T07:59:59.999+08:00");
	assert_string_equal(date_text(a, -8 * (int64_t)HOUR - 1), "1969-12-31");
	assert_int_equal(day_number(-8 * (int64_t)HOUR), 0);
	assert_int_equal(day_number(-8 * (int64_t)HOUR - 1), -1);
	int64_t ms;
	assert_true(date_parse("2024-02-29", &ms));
	assert_string_equal(date_text(a, ms), "2024-02-29");
	assert_true(civil_of(ms).hour == 0);
	static const char *const bad[] = { NULL, "", "2026-02-29", "2026-13-01", "2026-00-10",
		"2026-1-01", "2026-01-32", "2026-01-00", "2026-01-011", "2026/01/01", "0000-01-01",
		"1900-02-29" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_parse(bad[i], &ms));
	struct civil c = { .year = 2026, .month = 14, .day = 1 };
	assert_string_equal(date_text(a, civil_to_ms(c)), "2027-02-01");
	arena_free(a);
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* every day of 800 years, walked with the rules everybody knows */
static void calendar_walks_every_day(void **state)
{
	(void)state;
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct civil c = { .year = 1600, .month = 1, .day = 1, .weekday = 6 };
	int64_t ms = civil_to_ms(c);
	while (c.year < 2400) {
		struct civil got = civil_of(ms);
		assert_memory_equal(&got, &c, sizeof c);
		assert_true(civil_to_ms(c) == ms);
		ms += DAY;
		c.weekday = (c.weekday + 1) % 7;
		int last = days[c.month - 1] + (c.month == 2 && leap(c.year));
		if (++c.day > last) {
			c.day = 1;
			c.month++;
		}
		if (c.month == 13) {
			c.month = 1;
			c.year++;
		}
	}
}

static void clock_can_be_frozen(void **state)
{
	(void)state;
	clock_set(12345);
	assert_int_equal(clock_now(), 12345);
	int64_t before = clock_mono();
	assert_true(clock_mono() >= before && before != 12345);
	clock_set(0);
	assert_true(clock_now() > 1700000000000);
}

static void files_are_whole(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char folder[] = "/tmp/test_base.XXXXXX";
	assert_non_null(mkdtemp(folder));
	char *deep = arena_printf(a, "%s/a/b//c", folder);
	struct fault why = { 0 };
	assert_int_equal(dir_make(deep, &why), OK);
	assert_int_equal(dir_make(deep, &why), OK);
	char *path = arena_printf(a, "%s/file", deep);
	struct bytes got;
	assert_int_equal(file_read(a, path, 100, &got, &why), E_NOT_FOUND);
	assert_int_equal(file_write(path, "hello", 5, 0640, &why), OK);
	assert_int_equal(file_write(path, "good day", 8, 0600, &why), OK);
	assert_int_equal(file_read(a, path, 8, &got, &why), OK);
	assert_int_equal(got.n, 8);
	assert_string_equal((const char *)got.at, "good day");
	assert_int_equal(file_read(a, path, 7, &got, &why), E_TOO_LARGE);
	assert_int_equal(file_read(a, deep, 7, &got, &why), E_INVALID);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(dir_make(path, &why), E_NOT_FOUND);
	assert_non_null(strstr(why.text, "file"));
	assert_int_equal(
		file_write(arena_printf(a, "%s/no/x", folder), "", 0, 0600, &why), E_NOT_FOUND);
	assert_int_equal(
		file_write(deep, "x", 1, 0600, &why), E_INTERNAL); /* a folder is in the way */
	assert_int_equal(file_read(a, "/proc/self/stat", 4000, &got, &why), OK);
	assert_true(got.n > 20);
	unlink(path);
	static const char *const parts[] = { "a/b/c", "a/b", "a", "" };
	for (size_t i = 0; i < 4; i++) /* rmdir also shows that nothing was left aside */
		assert_int_equal(rmdir(arena_printf(a, "%s/%s", folder, parts[i])), 0);
	arena_free(a);
}

static size_t logged(char *out, size_t size, const char *value)
{
	int pipes[2], keep = dup(STDERR_FILENO);
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDERR_FILENO);
	log_event(LOG_DEBUG, "unseen", NULL);
	log_event(LOG_WARN, "door.open", "why", value, "empty", "", NULL);
	dup2(keep, STDERR_FILENO);
	close(keep);
	close(pipes[1]);
	ssize_t n = read(pipes[0], out, size - 1);
	close(pipes[0]);
	assert_true(n > 0);
	out[n] = '\0';
	return (size_t)n;
}

static void log_lines_are_json(void **state)
{
	(void)state;
	char line[8192];
	log_to(LOG_INFO, "test");
	clock_set(1795443144899);
	logged(line, sizeof line, "a\"b\\c\n\x01\x80冷");
	assert_string_equal(line,
		"{\"at\":\"2026-11-23T22:12:24.899+08:00\",\"level\":\"warn\",\"process\":\"test\","
		"\"event\":\"door.open\",\"why\":\"a\\\"b\\\\c\\u000a\\u0001\\ufffd冷\",\"empty\":"
		"\"\"}\n");
	char huge[9000];
	memset(huge, '\n', sizeof huge);
	huge[8999] = '\0';
	size_t n = logged(line, sizeof line, huge);
	assert_true(n < 4096 && text_ends(line, "\"}\n"));
	clock_set(0);
}

/* ---- identifiers -------------------------------------------------------------------------- */

enum { THREADS = 4, EACH = 20000 };

static void *make_ids(void *arg)
{
	int64_t *ids = arg;
	for (int i = 0; i < EACH; i++)
		ids[i] = id_new();
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void ids_are_unique_and_grow(void **state)
{
	(void)state;
	int64_t *ids = calloc((THREADS + 1) * EACH, sizeof *ids);
	pthread_t threads[THREADS];
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		make_ids(ids);
		FILE *f = fdopen(pipes[1], "w");
		fwrite(ids, sizeof *ids, EACH, f);
		fclose(f);
		_exit(0);
	}
	close(pipes[1]);
	FILE *f = fdopen(pipes[0], "r");
	for (int t = 0; t < THREADS; t++)
		pthread_create(&threads[t], NULL, make_ids, ids + t * EACH);
	assert_int_equal(fread(ids + THREADS * EACH, sizeof *ids, EACH, f), EACH);
	fclose(f);
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	waitpid(child, NULL, 0);
	for (int t = 0; t <= THREADS; t++)
		for (int i = 1; i < EACH; i++)
			assert_true(ids[t * EACH + i] > ids[t * EACH + i - 1]);
	qsort(ids, (THREADS + 1) * EACH, sizeof *ids, by_value);
	assert_true(ids[0] > 0);
	for (int i = 1; i < (THREADS + 1) * EACH; i++)
		assert_true(ids[i] != ids[i - 1]);
	free(ids);
}

static void ids_can_be_seeded(void **state)
{
	(void)state;
	int64_t first[3];
	id_seed(7);
	for (int i = 0; i < 3; i++)
		first[i] = id_new();
	id_seed(7);
	for (int i = 0; i < 3; i++)
		assert_true(id_new() == first[i] && first[i] > 0);
	id_seed(8);
	assert_true(id_new() > first[2]);
	id_seed(0);
	assert_true(id_new() > (int64_t)1 << 58);
}

static void randomness_is_random(void **state)
{
	(void)state;
	uint8_t a[32] = { 0 }, b[32] = { 0 };
	random_bytes(a, sizeof a);
	random_bytes(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
}

/* Thousands apart, always both places. */
static void money_for_people(void **state)
{
	static const struct {
		int64_t fen;
		const char *text;
	} rows[] = { { 0, "0.00" }, { 5, "0.05" }, { -5, "-0.05" }, { 99999, "999.99" },
		{ 100000, "1,000.00" }, { 600000, "6,000.00" }, { 99999999, "999,999.99" },
		{ 100000000, "1,000,000.00" }, { -123456789, "-1,234,567.89" },
		{ INT64_MAX, "92,233,720,368,547,758.07" },
		{ INT64_MIN, "-92,233,720,368,547,758.08" } };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(money_text(a, rows[i].fen), rows[i].text);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_keeps_and_forgets),
		cmocka_unit_test(arena_overflow_ends_the_process),
		cmocka_unit_test(fault_keeps_the_reason),
		cmocka_unit_test(buf_grows_to_its_limit),
		cmocka_unit_test(text_helpers),
		cmocka_unit_test(utf8_is_checked),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(money_for_people),
		cmocka_unit_test(hex_and_addresses),
		cmocka_unit_test(calendar),
		cmocka_unit_test(calendar_walks_every_day),
		cmocka_unit_test(clock_can_be_frozen),
		cmocka_unit_test(files_are_whole),
		cmocka_unit_test(log_lines_are_json),
		cmocka_unit_test(ids_are_unique_and_grow),
		cmocka_unit_test(ids_can_be_seeded),
		cmocka_unit_test(randomness_is_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
