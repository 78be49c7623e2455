#include "core/recordings/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

static void names_come_back(void **state)
{
	(void)state;
	struct segment in = {
		.gen = 1795460564096, .start_ms = 1795460568036, .duration_ms = 2000
	};
	struct segment out = { .bytes = 7 };
	char name[SEGMENT_NAME_SIZE];
	int64_t gen = 0;
	segment_name(name, &in);
	assert_string_equal(name, "1795460564096-1795460568036-2000.m4s");
	assert_true(segment_parse(name, &out));
	assert_int_equal(out.gen, in.gen);
	assert_int_equal(out.start_ms, in.start_ms);
	assert_int_equal(out.duration_ms, 2000);
	assert_int_equal(out.bytes, 0);
	assert_int_equal(segment_end(&out), 1795460570036);
	init_name(name, in.gen);
	assert_string_equal(name, "init-1795460564096.mp4");
	assert_true(init_parse(name, &gen));
	assert_int_equal(gen, in.gen);
}

static void other_names_are_refused(void **state)
{
	static const char *const BAD[] = { "", ".", "live.m3u8",
		".1795460564096-1795460568036-2000.m4s", "1795460564096-1795460568036-2000.m4s.tmp",
		"1795460564096-1795460568036-2000.mp4", "1795460564096-1795460568036-.m4s",
		"1795460564096-1795460568036-0.m4s", "1795460564096-1795460568036-02000.m4s",
		"1795460564096-1795460568036-12345678.m4s", "179546056409-1795460568036-2000.m4s",
		"17954605640960-1795460568036-2000.m4s", "-795460564096-1795460568036-2000.m4s",
		"1795460564096-1795460568036--200.m4s", "1795460564096_1795460568036_2000.m4s",
		"init-1795460564096.mp4" };
	(void)state;
	struct segment s;
	int64_t gen;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++)
		assert_false(segment_parse(BAD[i], &s));
	assert_false(init_parse("init-179546056409.mp4", &gen));
	assert_false(init_parse("init-1795460564096.mp4.x", &gen));
	assert_false(init_parse(".init-1795460564096.mp4", &gen));
}

static void ids_cannot_leave_the_folder(void **state)
{
	(void)state;
	assert_true(camera_id_valid("735001"));
	assert_true(camera_id_valid("hall_A-1"));
	assert_false(camera_id_valid(NULL));
	assert_false(camera_id_valid(""));
	assert_false(camera_id_valid(".."));
	assert_false(camera_id_valid("a/b"));
	assert_false(camera_id_valid(".lock"));
	assert_false(camera_id_valid("a b"));
	assert_false(camera_id_valid("01234567890123456789012345678901234567890"));
}

static void joined_files_hide_their_parts(void **state)
{
	enum { T = 2000 };
	const int64_t g = 1795460564096, h = 1795460600000;
	struct segment at[] = { { g, g + 2 * T, T, 0 }, { g, g, T, 0 }, { g, g, 2 * T, 0 },
		{ g, g + T, T, 0 }, { h, g + T, T, 0 } };
	struct segment_list l = { at, 5 };
	(void)state;
	segment_order(&l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.at[0].duration_ms, 2 * T);
	assert_int_equal(l.at[1].gen, h);
	assert_int_equal(l.at[2].start_ms, g + 2 * T);
}

static void touch(const char *folder, const char *name)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("abc", f);
	fclose(f);
}

static void folders_are_searched_by_time(void **state)
{
	char folder[] = "/tmp/shian-segment-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(folder));
	struct arena *a = arena_new();
	struct segment_list l;
	char name[SEGMENT_NAME_SIZE];
	for (int i = 0; i < 40; i++) {
		struct segment s = { 1795460564096, 1795460564096 + i * 2000, 2000, 0 };
		segment_name(name, &s);
		touch(folder, name);
	}
	touch(folder, "live.m3u8");
	touch(folder, ".1795460564096-1795460964096-2000.m4s");
	struct segment_query q = { .folder = folder, .sizes = true };
	assert_int_equal(segment_find(a, &q, &l, NULL), OK);
	assert_int_equal(l.n, 40);
	assert_int_equal(l.at[39].bytes, 3);
	assert_int_equal(l.at[39].start_ms, 1795460564096 + 39 * 2000);
	q = (struct segment_query){ folder, 1795460566096, 1795460570097, false };
	assert_int_equal(segment_find(a, &q, &l, NULL), OK);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.at[0].start_ms, 1795460566096);
	q.folder = "/nonexistent/folder";
	assert_int_equal(segment_find(a, &q, &l, NULL), OK);
	assert_int_equal(l.n, 0);
	q = (struct segment_query){ .folder = folder };
	assert_int_equal(segment_find(a, &q, &l, NULL), OK);
	for (size_t i = 0; i < l.n; i++) {
		segment_name(name, &l.at[i]);
		unlink(arena_printf(a, "%s/%s", folder, name));
	}
	unlink(arena_printf(a, "%s/live.m3u8", folder));
	unlink(arena_printf(a, "%s/.1795460564096-1795460964096-2000.m4s", folder));
	assert_int_equal(rmdir(folder), 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(other_names_are_refused),
		cmocka_unit_test(ids_cannot_leave_the_folder),
		cmocka_unit_test(joined_files_hide_their_parts),
		cmocka_unit_test(folders_are_searched_by_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
