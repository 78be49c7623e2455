/* Covered heads: on the frames of the sample clip, and on files that are none. With SHIAN_LOOK set
 * to a folder, the pictures are left there for a person to look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/blur.h"
#include "workers/vision/blur_copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WAIT_MS = 30 * SECOND };

struct room {
	struct arena *a;
	struct decoder *decoder;
	struct eyes *eyes;
	const char *clip;
};

static int setup(void **state)
{
	struct room *r = calloc(1, sizeof *r);
	const char *source = getenv("SHIAN_SOURCE"), *models = getenv("SHIAN_MODELS");
	struct fault why = { 0 };
	r->a = arena_new();
	r->clip = arena_printf(r->a, "%s/demo/kitchen.mp4", source ? source : ".");
	assert_int_equal(decoder_open(&r->decoder, NULL), OK);
	if (eyes_open(&r->eyes, models ? models : "build/models", &why))
		fail_msg("%s", why.text);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;
	eyes_close(r->eyes);
	decoder_close(r->decoder);
	arena_free(r->a);
	free(r);
	return 0;
}

/* ---- helpers ----------------------------------------------------------- */
static int file_of(struct bytes b)
{
	int fd = memfd_create("original", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, b.at, b.n), (ssize_t)b.n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static enum err copy_of(struct room *r, struct bytes b, struct blurred *out, struct fault *why)
{
	struct blur_job j = { r->decoder, r->eyes, file_of(b) };
	enum err e = blur_copy(&j, out, why);
	close(j.fd);
	return e;
}

static struct picture decoded(struct room *r, struct bytes jpeg)
{
	struct source s = { .kind = SOURCE_STILL, .fd = file_of(jpeg), .every_ms = SECOND };
	struct frame f;
	assert_int_equal(decoder_picture(r->decoder, &s, WAIT_MS, &f, NULL), OK);
	close(s.fd);
	return f.picture;
}

/* The clip's pictures, one in five seconds. */
static size_t frames_of(struct room *r, struct picture *out, size_t most)
{
	struct source s = { .kind = SOURCE_VIDEO,
		.fd = open(r->clip, O_RDONLY | O_CLOEXEC),
		.every_ms = 5 * SECOND };
	struct decoding job;
	struct frame f;
	size_t n = 0;
	bool more = true;
	assert_true(s.fd >= 0);
	assert_int_equal(decoding_start(r->decoder, &s, &job, NULL), OK);
	while (n < most && more) {
		assert_int_equal(decoding_next(&job, WAIT_MS, &f, &more, NULL), OK);
		if (more)
			out[n++] = f.picture;
	}
	decoding_end(&job);
	close(s.fd);
	return n;
}

static void look(const struct picture *p, const char *name)
{
	uint8_t *jpeg;
	size_t n;
	const char *folder = getenv("SHIAN_LOOK");
	struct arena *a = arena_new();
	if (folder && !picture_jpeg(p, 90, &jpeg, &n, NULL)) {
		assert_int_equal(
			file_write(arena_printf(a, "%s/%s.jpg", folder, name), jpeg, n, 0644, NULL),
			OK);
		free(jpeg);
	}
	arena_free(a);
}

static void frames(void **state)
{
	struct room *r = *state;
	struct picture all[40];
	size_t n = frames_of(r, all, 40);
	struct arena *a = arena_new();
	for (size_t i = 0; i < n; i++) {
		struct blur_areas areas = { 0 };
		int64_t t = clock_mono();
		assert_int_equal(blur_find(r->eyes, &all[i], &areas, NULL), OK);
		printf("# frame %zu: %zu areas %lld ms\n", i, areas.n,
			(long long)(clock_mono() - t));
		blur_cover(&all[i], &areas);
		look(&all[i], arena_printf(a, "frame%02zu", i));
		picture_free(&all[i]);
	}
	arena_free(a);
	(void)decoded;
	(void)copy_of;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(frames) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
