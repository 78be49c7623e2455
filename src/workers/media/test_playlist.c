#include "workers/media/playlist.h"

#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

static const int64_t GEN = 1795460564096;

static void add(struct playlist *p, int64_t gen, int64_t start, int64_t duration)
{
	struct segment s = { gen, start, duration, 1 };
	playlist_add(p, &s);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

static void whole_text(void **state)
{
	struct playlist p;
	struct buf b = { .arena = arena_new() };
	(void)state;
	playlist_begin(&p, GEN);
	add(&p, GEN, GEN, 2040);
	add(&p, GEN + 9000, GEN + 9000, 1960);
	playlist_write(&p, &b);
	assert_string_equal(b.s,
		"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n"
		"#EXT-X-MEDIA-SEQUENCE:28234964\n#EXT-X-DISCONTINUITY-SEQUENCE:47058\n"
		"#EXT-X-MAP:URI=\"init-1795460564096.mp4\"\n"
		"#EXT-X-PROGRAM-DATE-TIME:2026-11-24T03:02:44.096+08:00\n"
		"#EXTINF:2.040,\n1795460564096-1795460564096-2040.m4s\n"
		"#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init-1795460573096.mp4\"\n"
		"#EXT-X-PROGRAM-DATE-TIME:2026-11-24T03:02:53.096+08:00\n"
		"#EXTINF:1.960,\n1795460573096-1795460573096-1960.m4s\n");
	arena_free(b.arena);
}

static void the_oldest_leaves(void **state)
{
	struct playlist p;
	struct buf b = { .arena = arena_new() };
	(void)state;
	playlist_begin(&p, GEN);
	add(&p, GEN, GEN, 9000);
	for (int64_t i = 0; i < 7; i++)
		add(&p, GEN + 9000, GEN + 9000 + i * 2000, 2000);
	playlist_write(&p, &b);
	assert_int_equal(count(b.s, "#EXTINF"), PLAYLIST_SEGMENTS);
	assert_int_equal(count(b.s, "#EXT-X-DISCONTINUITY\n"), 0);
	assert_int_equal(count(b.s, "#EXT-X-MAP"), 1);
	/* Two left, and with the first the change of gen; the target stays. */
	assert_int_equal(p.sequence, 28234964 + 2);
	assert_int_equal(p.discontinuity, 47058 + 1);
	assert_non_null(strstr(b.s, "#EXT-X-TARGETDURATION:9\n"));
	arena_free(b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_text),
		cmocka_unit_test(the_oldest_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
