/* The live path and the command see the same: the sample clip, cut into segments and looked at
 * through sight, against shian watch on the file itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/recordings/segment.h"
#include "workers/vision/keyframe.h"
#include "workers/vision/sight.h"
#include "workers/vision/watch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 2000, SEGMENTS = 20, OUTPUT = 256 * 1024 };
static const int64_t NOON = INT64_C(1795406400000);

struct place {
	struct arena *a;
	char dir[64];
	const char *clip, *models, *folder;
	struct decoder *decoder;
};

static int run(const char *const *argv, int out)
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		if (out >= 0)
			dup2(out, STDOUT_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* Cuts the clip at its keyframes, nothing re-encoded, and names the pieces as the recorder does. */
static void record(struct place *p)
{
	const char *list = arena_printf(p->a, "%s/x.m3u8", p->dir);
	const char *const argv[] = { "ffmpeg", "-v", "error", "-i", p->clip, "-c", "copy", "-f",
		"hls", "-hls_segment_type", "fmp4", "-hls_time", "2", "-hls_list_size", "0",
		"-hls_fmp4_init_filename", "init.mp4", list, NULL };
	char name[SEGMENT_NAME_SIZE];
	p->folder = arena_printf(p->a, "%s/media/735", p->dir);
	assert_int_equal(run(argv, -1), 0);
	assert_int_equal(dir_make(p->folder, NULL), OK);
	init_name(name, NOON);
	assert_int_equal(rename(arena_printf(p->a, "%s/init.mp4", p->dir),
				 arena_printf(p->a, "%s/%s", p->folder, name)),
		0);
}

static void bring(struct place *p, int i)
{
	struct segment s = { NOON, NOON + (int64_t)i * STEP_MS, STEP_MS, 0 };
	char name[SEGMENT_NAME_SIZE];
	segment_name(name, &s);
	assert_int_equal(rename(arena_printf(p->a, "%s/x%d.m4s", p->dir, i),
				 arena_printf(p->a, "%s/%s", p->folder, name)),
		0);
	clock_set(s.start_ms + STEP_MS + 100);
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	const char *source = getenv("SHIAN_SOURCE"), *models = getenv("SHIAN_MODELS"),
		   *build = getenv("SHIAN_BUILD");
	p->a = arena_new();
	p->clip = arena_printf(p->a, "%s/demo/kitchen.mp4", source ? source : ".");
	p->models = models ? models : arena_printf(p->a, "%s/models", build ? build : "build");
	snprintf(p->dir, sizeof p->dir, "/tmp/test-agree-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(decoder_open(&p->decoder, NULL), OK);
	*state = p;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st, (void)flag, (void)at;
	return remove(path);
}

static int teardown(void **state)
{
	struct place *p = *state;
	clock_set(0);
	decoder_close(p->decoder);
	nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(p->a);
	free(p);
	return 0;
}

static struct camera_config config(void)
{
	static const enum rule_code codes[] = { RULE_HEAD_UNCOVERED, RULE_HAND_AT_MOUTH,
		RULE_PHONE_IN_HAND, RULE_ANIMAL };
	struct camera_config c = { .id = "735", .interval_ms = STEP_MS, .n = 4 };
	for (size_t i = 0; i < 4; i++)
		c.rules[i] = (struct rule){ .code = codes[i],
			.version = "1",
			.threshold =
				SCORE_MAX, /* what is seen is compared, not what becomes of it */
			.k = 1,
			.n = 1,
			.reach_ms = MINUTE };
	return c;
}

/* What the live path sees, a line each as shian watch --json writes it. */
static const char *seen_live(struct place *p, struct eyes *eyes, struct look_counts *counts)
{
	struct camera_config c = config();
	struct sight *s = sight_new(&c);
	struct looker with = { .decoder = p->decoder,
		.eyes = eyes,
		.data_dir = p->dir,
		.leads_dir = p->dir,
		.last_dir = p->dir,
		.no_gate = !counts,
		.counts = counts };
	struct buf b = { .arena = p->a };
	for (int i = 0; i < SEGMENTS; i++) {
		struct fault why = { 0 };
		bool looked = false;
		bring(p, i);
		if (sight_look(s, &with, &looked, &why))
			fail_msg("segment %d: %s", i, why.text);
		assert_true(looked);
		for (size_t k = 0; k < s->seen.said.n; k++) {
			const struct finding *f = &s->seen.said.at[k];
			char time[24], line[FINDING_JSON];
			snprintf(time, sizeof time, "%d.000", i * STEP_MS / (int)SECOND);
			finding_json(f, finding_name(f->kind), time, line);
			buf_printf(&b, "%s\n", line);
		}
	}
	sight_free(s);
	return buf_text(&b);
}

static const char *seen_by_watch(struct place *p)
{
	const char *const words[] = { "watch", p->clip, "--json", "--every", "2", "--rules",
		"head_uncovered,hand_at_mouth,phone_in_hand,animal", "--models", p->models };
	int ends[2];
	char *at = arena_alloc(p->a, OUTPUT);
	size_t n = 0;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		_exit(watch_main((int)(sizeof words / sizeof *words), (char **)(uintptr_t)words));
	}
	close(ends[1]);
	for (ssize_t r; (r = read(ends[0], at + n, OUTPUT - 1 - n)) > 0;)
		n += (size_t)r;
	close(ends[0]);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == WATCH_OK);
	return at;
}

static void test_same_findings(void **state)
{
	struct place *p = *state;
	struct eyes *eyes = NULL;
	struct fault why = { 0 };
	if (access(arena_printf(p->a, "%s/multipose256.onnx", p->models), R_OK))
		skip();
	const char *watched = seen_by_watch(p);
	record(p);
	assert_int_equal(eyes_open(&eyes, p->models, &why), OK);
	const char *live = seen_live(p, eyes, NULL);
	assert_true(strlen(live) > 1000);
	assert_string_equal(live, watched);
	/* people come and go, and nobody brings a cat or a telephone */
	assert_null(strstr(watched, "\"animal\""));
	assert_null(strstr(watched, "\"phone\""));
	eyes_close(eyes);
}

/* With the gate some looks take over what was said before: never other kinds of findings. */
static void test_gate_changes_no_kinds(void **state)
{
	struct place *p = *state;
	struct eyes *eyes = NULL;
	struct look_counts counts = { 0 };
	if (access(arena_printf(p->a, "%s/multipose256.onnx", p->models), R_OK))
		skip();
	record(p);
	assert_int_equal(eyes_open(&eyes, p->models, NULL), OK);
	const char *gated = seen_live(p, eyes, &counts), *all = seen_by_watch(p);
	size_t people[2] = { 0 };
	for (int i = 0; i < 2; i++)
		for (const char *s = i ? all : gated; (s = strstr(s, "\"person\"")); s++)
			people[i]++;
	assert_int_equal(people[0], people[1]);
	assert_int_equal(counts.inferred + counts.gated, SEGMENTS);
	assert_true(counts.inferred >= 1);
	print_message("gate: %d of %d looks without the models\n", (int)counts.gated, SEGMENTS);
	eyes_close(eyes);
}

/* One picture of a keyframe file; flip damages its sample. */
static enum err show_one(struct place *p, int64_t at, bool flip, struct grey *out)
{
	char init[SEGMENT_NAME_SIZE], name[SEGMENT_NAME_SIZE];
	struct segment seg = { NOON, at, STEP_MS, 0 };
	struct source from = { .kind = SOURCE_KEYFRAME, .served = true };
	struct decoding job;
	struct frame f;
	bool more = false;
	init_name(init, NOON);
	segment_name(name, &seg);
	assert_int_equal(keyframe_open(arena_printf(p->a, "%s/%s", p->folder, init),
				 arena_printf(p->a, "%s/%s", p->folder, name), &from.fd, NULL),
		OK);
	off_t end = lseek(from.fd, 0, SEEK_END);
	static const uint8_t junk[4096];
	for (off_t i = 512; flip && i < end; i += (off_t)sizeof junk) {
		size_t n = (size_t)(end - i) < sizeof junk ? (size_t)(end - i) : sizeof junk;
		assert_int_equal(pwrite(from.fd, junk, n, i), (ssize_t)n);
	}
	assert_int_equal(decoding_start(p->decoder, &from, &job, NULL), OK);
	enum err e = decoding_next(&job, 20000, &f, &more, NULL);
	if (!e) {
		struct picture part = { 64, 36, NULL };
		struct area all = { 0, 0, (float)f.picture.width, (float)f.picture.height };
		bool again = true;
		assert_true(more);
		assert_int_equal(decoding_cut(&job, all, &part, NULL), OK);
		picture_free(&part);
		*out = f.grey;
		struct frame none;
		assert_int_equal(decoding_next(&job, 20000, &none, &again, NULL), OK);
		assert_false(again); /* a keyframe is one picture */
	}
	decoding_end(&job);
	close(from.fd);
	return e;
}

/* A child takes many keyframes, and each is decoded as by a fresh one; after a damaged one and
 * after its share the next meets a fresh child. */
static void test_a_child_takes_many(void **state)
{
	struct place *p = *state;
	struct grey first[2], now;
	record(p);
	bring(p, 0);
	bring(p, 1);
	for (int i = 0; i < 2 * KEYFRAMES_A_CHILD + 5; i++) {
		bool damaged = i % 10 == 7;
		enum err e = show_one(p, NOON + i % 2 * STEP_MS, damaged, &now);
		if (damaged) {
			assert_int_not_equal(e, E_INTERNAL); /* the decoder itself is never gone */
			continue;
		}
		assert_int_equal(e, OK);
		if (i < 2)
			first[i] = now;
		assert_int_equal(now.mark, first[i % 2].mark);
		assert_memory_equal(now.at, first[i % 2].at, GREY_CELLS);
	}
	assert_true(first[0].mark != first[1].mark);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_child_takes_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_same_findings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gate_changes_no_kinds, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
