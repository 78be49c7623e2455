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
#include <math.h>
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

/* ---- where ------------------------------------------------------------- */
static struct person somebody(void)
{
	struct person p = { .score = 0.9f, .x1 = 100, .y1 = 100, .x2 = 200, .y2 = 400 };
	static const float at[7][2] = { { 150, 130 }, { 157, 124 }, { 143, 124 }, { 168, 128 },
		{ 132, 128 }, { 190, 180 }, { 110, 180 } };
	for (int i = 0; i < 7; i++)
		p.points[i] = (struct point){ at[i][0], at[i][1], 0.8f };
	return p;
}

static bool holds(const struct box *b, float x, float y)
{
	return x >= (float)b->x && y >= (float)b->y && x < (float)(b->x + b->w) &&
	       y < (float)(b->y + b->h);
}

static void head_or_upper_body(void **state)
{
	(void)state;
	struct person p = somebody();
	struct box b = blur_area_of(&p, 640, 480);
	assert_true(holds(&b, 150, 105)); /* the hair */
	assert_true(holds(&b, 150, 160)); /* the chin */
	assert_true(holds(&b, 125, 130) && holds(&b, 175, 130));
	assert_true(b.y + b.h < 220 && b.w < 150); /* not the whole body */
	for (int i = 0; i < 5; i++)
		p.points[i].score = 0.3f; /* it cannot be told where the head is */
	b = blur_area_of(&p, 640, 480);
	assert_true(holds(&b, 101, 101) && holds(&b, 199, 101) && holds(&b, 150, 220));
	for (int i = 0; i < POSE_POINTS; i++)
		p.points[i] = (struct point){ NAN, INFINITY, NAN };
	b = blur_area_of(&p, 640, 480);
	assert_true(holds(&b, 150, 220));
	p.x1 = p.y1 = -50; /* at an edge */
	b = blur_area_of(&p, 160, 120);
	assert_true(b.x >= 0 && b.y >= 0 && b.x + b.w <= 160 && b.y + b.h <= 120 && b.w > 0);
}

/* Stripes of one pixel are gone, and with them everything a few pixels wide. */
static void blocks_are_coarse(void **state)
{
	(void)state;
	struct picture p = { 128, 128, calloc(128 * 128, 3) };
	struct blur_areas a = { .n = 1, .at = { { 32, 32, 64, 64 } } };
	for (int i = 0; i < 128 * 128 * 3; i++)
		p.rgb[i] = i / 3 % 2 ? 255 : 0;
	blur_cover(&p, &a);
	size_t colours = 0;
	for (int x = 33; x < 96; x++)
		colours += p.rgb[(40 * 128 + x) * 3] != p.rgb[(40 * 128 + x - 1) * 3];
	assert_true(colours < BLUR_ACROSS);
	assert_int_equal(p.rgb[(40 * 128 + 50) * 3], 127);
	assert_int_equal(p.rgb[(10 * 128 + 1) * 3], 255); /* outside nothing happened */
	assert_int_equal(p.rgb[(40 * 128 + 31) * 3], 255);
	picture_free(&p);
}

/* ---- the sample clip ---------------------------------------------------- */
/* Mean difference in hundredths inside or outside of the areas. */
static int64_t difference(const struct picture *a, const struct picture *b,
	const struct blur_areas *areas, bool inside)
{
	int64_t sum = 0, n = 0;
	for (int32_t y = 0; y < a->height; y++)
		for (int32_t x = 0; x < a->width; x++) {
			bool in = false;
			for (size_t i = 0; i < areas->n && !in; i++)
				in = holds(&areas->at[i], (float)x, (float)y);
			for (int c = 0; in == inside && c < 3; c++, n++)
				sum += abs(a->rgb[(y * a->width + x) * 3 + c] -
					   b->rgb[(y * a->width + x) * 3 + c]);
		}
	return n ? sum * 100 / n : 0;
}

static struct bytes jpeg_from(const struct picture *p)
{
	uint8_t *at;
	size_t n;
	assert_int_equal(picture_jpeg(p, 92, &at, &n, NULL), OK);
	return (struct bytes){ at, n };
}

static void let_go(struct bytes b)
{
	free((void *)(uintptr_t)b.at);
}

/* Every head that the eyes of the house find is covered, the rest stays. */
static void frames_of_the_clip(void **state)
{
	enum { MOST = 8 };
	struct room *r = *state;
	struct picture all[MOST];
	size_t n = frames_of(r, all, MOST), heads = 0;
	assert_true(n >= 6);
	for (size_t i = 0; i < n; i++) {
		struct view v = view_of_picture(&all[i]);
		struct looking l = { .view = &v, .wanted = EYE_PEOPLE | EYE_HEADS };
		struct findings seen = { 0 };
		struct blur_areas areas = { 0 };
		struct blurred b = { 0 };
		struct bytes jpeg = jpeg_from(&all[i]);
		assert_int_equal(eyes_look(r->eyes, &l, &seen, NULL), OK);
		assert_int_equal(blur_find(r->eyes, &all[i], &areas, NULL), OK);
		assert_int_equal(copy_of(r, jpeg, &b, NULL), OK);
		assert_int_equal(b.n, 1);
		struct picture shown = decoded(r, b.at[0].jpeg);
		for (size_t k = 0; k < seen.n; k++) {
			const struct box *h = &seen.at[k].box;
			struct blur_areas head = { .n = 1, .at = { *h } };
			bool covered = false;
			if (seen.at[k].kind == SEEN_PERSON)
				continue;
			for (size_t j = 0; j < areas.n; j++)
				covered = covered ||
					  holds(&areas.at[j], (float)h->x + (float)h->w / 2,
						  (float)h->y + (float)h->h * 0.6f);
			assert_true(covered);
			assert_true(difference(&all[i], &shown, &head, true) > 500);
			heads++;
		}
		assert_true(difference(&all[i], &shown, &areas, false) < 300);
		look(&shown, arena_printf(r->a, "frame%02zu", i));
		picture_free(&shown);
		blurred_free(&b);
		let_go(jpeg);
		picture_free(&all[i]);
	}
	assert_true(heads >= 5);
}

static void the_clip(void **state)
{
	struct room *r = *state;
	struct bytes clip;
	struct blurred b = { 0 };
	assert_int_equal(file_read(r->a, r->clip, 8 << 20, &clip, NULL), OK);
	assert_int_equal(copy_of(r, clip, &b, NULL), OK);
	assert_true(b.n >= 8 && b.n <= BLUR_PICTURES_MAX);
	assert_int_equal(b.at[0].at_ms, 0);
	for (size_t i = 1; i < b.n; i++)
		assert_true(b.at[i].at_ms > b.at[i - 1].at_ms);
	assert_true(b.at[b.n - 1].at_ms > 15 * SECOND); /* to its end */
	for (size_t i = 0; i < b.n; i++) {
		struct picture p = decoded(r, b.at[i].jpeg);
		assert_true(p.width <= BLUR_CLIP_SIDE);
		look(&p, arena_printf(r->a, "clip%02zu", i));
		picture_free(&p);
	}
	blurred_free(&b);
}

/* ---- what is none ------------------------------------------------------- */
static void refused(struct room *r, struct bytes b, enum err want)
{
	struct blurred out = { 0 };
	struct fault why = { 0 };
	assert_int_equal(copy_of(r, b, &out, &why), want);
	assert_int_equal(out.n, 0);
	assert_true(*why.text);
}

static void no_pictures(void **state)
{
	static const uint8_t bomb[] = { 0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xFF, 0xFF, 0xFF, 3,
		1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA };
	struct room *r = *state;
	struct picture p = { 320, 240, calloc(320 * 240, 3) };
	for (int i = 0; i < 320 * 240 * 3; i++)
		p.rgb[i] = (uint8_t)(i * 31 % 251);
	struct bytes whole = jpeg_from(&p);
	uint8_t *broken = arena_alloc(r->a, whole.n);
	refused(r, (struct bytes){ (const uint8_t *)"", 0 }, E_INVALID);
	refused(r, (struct bytes){ (const uint8_t *)"\xff\xd8\xff\xe0 a still", 12 }, E_INVALID);
	refused(r, (struct bytes){ bomb, sizeof bomb }, E_TOO_LARGE);
	refused(r, (struct bytes){ whole.at, 200 }, E_INVALID);
	memcpy(broken, whole.at, whole.n); /* a head that is whole, then noise */
	for (size_t i = 700; i < whole.n; i++)
		broken[i] = (uint8_t)(i * 73 + 5) | 1;
	struct blurred b = { 0 };
	struct fault why = { 0 };
	enum err e = copy_of(r, (struct bytes){ broken, whole.n }, &b, &why);
	assert_true(e == OK || e == E_INVALID); /* whatever it was: covered, or nothing */
	blurred_free(&b);
	assert_int_equal(copy_of(r, whole, &b, NULL), OK); /* and the next one is fine */
	blurred_free(&b);
	let_go(whole);
	picture_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(head_or_upper_body),
		cmocka_unit_test(blocks_are_coarse), cmocka_unit_test(frames_of_the_clip),
		cmocka_unit_test(the_clip), cmocka_unit_test(no_pictures) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
