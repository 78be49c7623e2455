/* Clips with faces covered: when what is covered, the sample clip frame by frame, and files that
 * are none. With SHIAN_LOOK set to a folder, the covered clip is left there to look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/cover_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <libavformat/avformat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WAIT_MS = 30 * SECOND, FRAMES_MOST = 64 };

struct room {
	struct arena *a;
	struct decoder *decoder;
	struct eyes *eyes;
	struct cover_rules rules;
	struct bytes clip;
};

static const char *source_path(struct arena *a, const char *file)
{
	const char *source = getenv("SHIAN_SOURCE");
	return arena_printf(a, "%s/%s", source ? source : ".", file);
}

/* The rule that the house ships. */
static struct cover_rules shipped(struct arena *a)
{
	struct bytes b;
	assert_int_equal(
		file_read(a, source_path(a, "rules/privacy/cover.json"), 1 << 16, &b, NULL), OK);
	json_t *r = json_loadb((const char *)b.at, b.n, 0, NULL);
	assert_non_null(r);
#define N(name) json_integer_value(json_object_get(r, name))
	struct cover_rules out = { N("look_every_ms"), N("before_ms"), N("after_ms"),
		N("bridge_ms"), N("reach_percent"), N("grow_percent"), N("longest_side"),
		N("longest_seconds") * SECOND };
#undef N
	json_decref(r);
	return out;
}

static int setup(void **state)
{
	struct room *r = calloc(1, sizeof *r);
	const char *models = getenv("SHIAN_MODELS");
	struct fault why = { 0 };
	r->a = arena_new();
	r->rules = shipped(r->a);
	assert_int_equal(file_read(r->a, source_path(r->a, "src/workers/vision/testdata/loud.mp4"),
				 8 << 20, &r->clip, NULL),
		OK);
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

/* ---- when and where ----------------------------------------------------- */
static struct picture grey(int32_t width, int32_t height)
{
	struct picture p = { width, height, malloc((size_t)width * (size_t)height * 3) };
	for (int32_t i = 0; i < width * height * 3; i++)
		p.rgb[i] = (uint8_t)(i / 3 % 2 ? 250 : 5);
	return p;
}

/* Whether the stripes are gone around this pixel of a frame of that moment. The plan goes on in
 * time only, so each question gets a plan that begins anew. */
static bool covered_at(struct cover_plan *p, int64_t at_ms, int32_t x, int32_t y)
{
	struct picture frame = grey(200, 100);
	p->first = 0;
	cover_plan_frame(p, &frame, at_ms);
	const uint8_t *px = frame.rgb + ((size_t)y * 200 + (size_t)x) * 3;
	bool covered = px[0] > 60 && px[0] < 200;
	picture_free(&frame);
	return covered;
}

static void seen_at(struct cover_plan *p, int64_t at_ms, struct box b)
{
	struct blur_areas seen = { .n = 1, .at = { b } };
	assert_int_equal(cover_plan_look(p, &seen, at_ms, NULL), OK);
}

static void before_after_between(void **state)
{
	(void)state;
	const struct cover_rules rules = { 200, 600, 400, 2000, 50, 0, 1280, MINUTE };
	const struct cover_hand hand = { 900, 0, 100, 100, 5000, 6000 };
	struct cover_plan p = {
		.rules = &rules, .hands = &hand, .hand_count = 1, .width = 200, .height = 100
	};
	seen_at(&p, 1000, (struct box){ 20, 20, 20, 20 });
	assert_true(covered_at(&p, 1000, 30, 30) && covered_at(&p, 400, 30, 30));
	assert_true(covered_at(&p, 1400, 30, 30));
	assert_false(covered_at(&p, 399, 30, 30) || covered_at(&p, 1401, 30, 30));
	assert_false(covered_at(&p, 1000, 45, 30));
	/* not found for a while, then a little further on: covered between, on all of the way */
	seen_at(&p, 2800, (struct box){ 50, 20, 20, 20 });
	assert_true(covered_at(&p, 1700, 30, 30) && covered_at(&p, 1700, 45, 30) &&
		    covered_at(&p, 1700, 65, 30));
	/* somebody far away, and the same place much later, are not the same */
	seen_at(&p, 3000, (struct box){ 170, 70, 20, 20 });
	assert_false(covered_at(&p, 2300, 175, 75));
	seen_at(&p, 9000, (struct box){ 50, 20, 20, 20 });
	assert_false(covered_at(&p, 6000, 60, 30));
	/* by hand, in its time only */
	assert_true(covered_at(&p, 5000, 190, 5) && covered_at(&p, 6000, 190, 5));
	assert_false(covered_at(&p, 4999, 190, 5) || covered_at(&p, 6001, 190, 5) ||
		     covered_at(&p, 5500, 170, 5));
	assert_int_equal(p.found, 4);
	cover_plan_free(&p);
}

/* Where one is seen all the time and another is lost beside it, the lost one is bridged; to one
 * that was followed on its way nothing new is. */
static void lost_beside_another(void **state)
{
	(void)state;
	const struct cover_rules rules = { 200, 200, 200, 2000, 60, 0, 1280, MINUTE };
	struct cover_plan p = { .rules = &rules, .width = 200, .height = 100 };
	const struct box lost = { 20, 20, 20, 20 }, stays = { 60, 20, 20, 20 };
	struct blur_areas both = { .n = 2, .at = { lost, stays } };
	assert_int_equal(cover_plan_look(&p, &both, 1000, NULL), OK);
	for (int64_t t = 1200; t < 2000; t += 200)
		seen_at(&p, t, stays);
	assert_int_equal(cover_plan_look(&p, &both, 2000, NULL), OK);
	assert_true(covered_at(&p, 1500, 30, 30) && covered_at(&p, 1500, 70, 30));
	assert_false(covered_at(&p, 1500, 70, 60));
	seen_at(&p, 2200, stays); /* and somebody new under it: not all that was since 1000 */
	both = (struct blur_areas){ .n = 2, .at = { stays, { 60, 60, 20, 20 } } };
	assert_int_equal(cover_plan_look(&p, &both, 2400, NULL), OK);
	assert_true(covered_at(&p, 2300, 70, 50)); /* it may have been the one just before */
	assert_false(covered_at(&p, 1700, 70, 50));
	cover_plan_free(&p);
}

/* A rule that leaves a moment between two looks open is none. */
static void rules_without_gap(void **state)
{
	const struct room *r = *state;
	struct cover_rules bad = r->rules;
	assert_int_equal(cover_rules_ok(&r->rules, NULL), OK);
	bad.before_ms = bad.look_every_ms - 1;
	assert_int_equal(cover_rules_ok(&bad, NULL), E_INVALID);
	bad = r->rules;
	bad.after_ms = 0;
	assert_int_equal(cover_rules_ok(&bad, NULL), E_INVALID);
	bad = (struct cover_rules){ 0 };
	assert_int_equal(cover_rules_ok(&bad, NULL), E_INVALID);
}

/* ---- the sample clip ----------------------------------------------------- */
static int file_of(struct bytes b)
{
	int fd = memfd_create("original", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, b.at, b.n), (ssize_t)b.n);
	return fd;
}

struct frames {
	size_t n;
	struct frame at[FRAMES_MOST];
};

static void frames_of(struct room *r, struct bytes film, struct frames *out)
{
	struct source s = { .kind = SOURCE_VIDEO, .fd = file_of(film), .every_ms = 1 };
	struct decoding job;
	bool more = true;
	out->n = 0;
	assert_int_equal(lseek(s.fd, 0, SEEK_SET), 0);
	assert_int_equal(decoding_start(r->decoder, &s, &job, NULL), OK);
	while (out->n < FRAMES_MOST) {
		assert_int_equal(decoding_next(&job, WAIT_MS, &out->at[out->n], &more, NULL), OK);
		if (!more)
			break;
		out->n++;
	}
	decoding_end(&job);
	close(s.fd);
}

static void frames_free(struct frames *f)
{
	for (size_t i = 0; i < f->n; i++)
		picture_free(&f->at[i].picture);
}

static enum err copy_of(struct room *r, struct bytes b, struct covered *out, struct fault *why)
{
	struct cover_job j = {
		.decoder = r->decoder, .eyes = r->eyes, .fd = file_of(b), .rules = &r->rules
	};
	enum err e = cover_copy(&j, out, why);
	close(j.fd);
	return e;
}

/* What the copy should be, but for the loss of coding: the plan made anew from the frames. */
static void plan_of(struct room *r, const struct frames *all, struct cover_plan *p)
{
	int64_t due = 0;
	*p = (struct cover_plan){ .rules = &r->rules,
		.width = all->at[0].picture.width,
		.height = all->at[0].picture.height };
	for (size_t i = 0; i < all->n; i++) {
		struct blur_areas seen = { 0 };
		if (all->at[i].time_ms < due)
			continue;
		due += r->rules.look_every_ms;
		assert_int_equal(blur_find(r->eyes, &all->at[i].picture, &seen, NULL), OK);
		assert_int_equal(cover_plan_look(p, &seen, all->at[i].time_ms, NULL), OK);
	}
}

/* Mean difference in hundredths, over the pixels that the mask leaves (or changes). */
static int64_t difference(
	const struct picture *a, const struct picture *b, const struct picture *mask, bool changed)
{
	int64_t sum = 0, n = 0;
	for (int32_t i = 0; i < a->width * a->height * 3; i++) {
		bool is = mask->rgb[i / 3 * 3] != a->rgb[i / 3 * 3] ||
			  mask->rgb[i / 3 * 3 + 1] != a->rgb[i / 3 * 3 + 1];
		if (is != changed)
			continue;
		sum += abs(a->rgb[i] - b->rgb[i]);
		n++;
	}
	return n ? sum * 100 / n : -1;
}

/* Each head that the eyes of the house find in the original frame is changed; none is found in the
 * same place of the copy with more than a guess. */
static size_t heads_changed(struct room *r, const struct picture *was, const struct picture *now)
{
	struct view v = view_of_picture(was);
	struct looking l = { .view = &v, .wanted = EYE_PEOPLE | EYE_HEADS };
	struct findings seen = { 0 };
	size_t heads = 0;
	assert_int_equal(eyes_look(r->eyes, &l, &seen, NULL), OK);
	for (size_t k = 0; k < seen.n; k++) {
		const struct box *h = &seen.at[k].box;
		int64_t sum = 0, n = 0;
		if (seen.at[k].kind == SEEN_PERSON)
			continue;
		for (int32_t y = h->y; y < h->y + h->h && y < was->height; y++)
			for (int32_t x = h->x; x < h->x + h->w && x < was->width; x++, n++)
				sum += abs(was->rgb[(y * was->width + x) * 3] -
					   now->rgb[(y * was->width + x) * 3]);
		assert_true(n > 0 && sum / n > 8);
		heads++;
	}
	return heads;
}

static void nothing_else_in_it(struct room *r, struct bytes film)
{
	const char *path = arena_printf(r->a, "/tmp/covered-%d.mp4", getpid());
	const AVDictionaryEntry *e = NULL;
	AVFormatContext *f = NULL;
	static const char *const secrets[] = { "secret", "31.1118", "Lavf", "mp4a" };
	for (size_t i = 0; i < 4; i++)
		assert_null(memmem(film.at, film.n, secrets[i], strlen(secrets[i])));
	assert_non_null(memmem(r->clip.at, r->clip.n, "secret", 6)); /* the original has it */
	assert_int_equal(file_write(path, film.at, film.n, 0600, NULL), OK);
	assert_int_equal(avformat_open_input(&f, path, NULL, NULL), 0);
	assert_int_equal(f->nb_streams, 1);
	assert_int_equal(f->streams[0]->codecpar->codec_type, AVMEDIA_TYPE_VIDEO);
	while ((e = av_dict_get(f->metadata, "", e, AV_DICT_IGNORE_SUFFIX)))
		assert_true(text_is(e->key, "major_brand") || text_is(e->key, "minor_version") ||
			    text_is(e->key, "compatible_brands"));
	avformat_close_input(&f);
	remove(path);
}

static void the_clip(void **state)
{
	struct room *r = *state;
	struct covered c;
	struct frames was, now;
	struct cover_plan plan;
	const char *folder = getenv("SHIAN_LOOK");
	size_t heads = 0, places = 0;
	assert_int_equal(copy_of(r, r->clip, &c, NULL), OK);
	if (folder)
		assert_int_equal(file_write(arena_printf(r->a, "%s/covered.mp4", folder), c.film.at,
					 c.film.n, 0644, NULL),
			OK);
	nothing_else_in_it(r, c.film);
	frames_of(r, r->clip, &was);
	frames_of(r, c.film, &now);
	assert_true(was.n >= 25 && was.n < FRAMES_MOST);
	assert_int_equal(now.n, was.n);
	assert_int_equal(c.frames, was.n);
	assert_true(c.looks >= 12 && c.found > 0);
	plan_of(r, &was, &plan);
	assert_int_equal(plan.found, c.found);
	for (size_t i = 0; i < was.n; i++) {
		const struct picture *p = &was.at[i].picture, *q = &now.at[i].picture;
		struct picture mask = grey(p->width, p->height);
		memcpy(mask.rgb, p->rgb, (size_t)p->width * (size_t)p->height * 3);
		assert_int_equal(now.at[i].time_ms, was.at[i].time_ms);
		assert_int_equal(q->width, p->width);
		cover_plan_frame(&plan, &mask, was.at[i].time_ms);
		int64_t in = difference(p, q, &mask, true), out = difference(p, q, &mask, false);
		if (in >= 0) { /* somebody is covered in this frame */
			assert_true(in > 800);
			places++;
		}
		assert_true(out < 400);
		heads += heads_changed(r, p, q);
		picture_free(&mask);
	}
	assert_true(places > 20 && heads > 5);
	cover_plan_free(&plan);
	frames_free(&was);
	frames_free(&now);
	covered_free(&c);
}

/* ---- by hand, and nobody ------------------------------------------------ */
static struct bytes film_of(int32_t width, int32_t height, int frames)
{
	struct film *f;
	struct bytes b;
	struct picture p = { width, height, calloc((size_t)width * (size_t)height, 3) };
	assert_int_equal(film_open(&f, &(struct film_size){ width, height, 1280 }, NULL), OK);
	for (int i = 0; i < frames; i++) {
		for (int32_t k = 0; k < width * height * 3; k++)
			p.rgb[k] = (uint8_t)(k / 3 % width * 255 / width);
		assert_int_equal(film_add(f, &p, i * 100, NULL), OK);
	}
	assert_int_equal(film_end(f, &b, NULL), OK);
	film_close(f);
	picture_free(&p);
	return b;
}

static void nobody_but_a_hand(void **state)
{
	struct room *r = *state;
	struct bytes empty = film_of(320, 240, 20);
	const struct cover_hand hand = { 500, 500, 500, 500, 900, 1000 };
	struct cover_job j = { .decoder = r->decoder,
		.eyes = r->eyes,
		.fd = file_of(empty),
		.rules = &r->rules,
		.hands = &hand,
		.hand_count = 1 };
	struct covered c;
	struct frames f;
	assert_int_equal(cover_copy(&j, &c, NULL), OK);
	close(j.fd);
	assert_int_equal(c.found, 0);
	frames_of(r, c.film, &f);
	assert_int_equal(f.n, 20);
	for (size_t i = 0; i < f.n; i++) {
		const uint8_t *row = f.at[i].picture.rgb + (size_t)200 * 320 * 3;
		bool flat = abs(row[170 * 3] - row[310 * 3]) < 20;
		assert_int_equal(flat, i == 9 || i == 10); /* its time only */
		assert_true(abs(row[10 * 3] - row[150 * 3]) > 80);
	}
	frames_free(&f);
	covered_free(&c);
	film_bytes_free(&empty);
}

/* ---- what is none, and what breaks ---------------------------------------- */
static void refused(struct room *r, struct bytes b, enum err want)
{
	struct covered out;
	struct fault why = { 0 };
	assert_int_equal(copy_of(r, b, &out, &why), want);
	assert_int_equal(out.film.n, 0);
	assert_null(out.film.at);
	assert_true(*why.text);
}

static void no_clip(void **state)
{
	struct room *r = *state;
	struct picture p = grey(64, 64);
	uint8_t *still;
	size_t n;
	assert_int_equal(picture_jpeg(&p, 90, &still, &n, NULL), OK);
	refused(r, (struct bytes){ (const uint8_t *)"", 0 }, E_INVALID);
	refused(r, (struct bytes){ (const uint8_t *)"a paper", 7 }, E_INVALID);
	refused(r, (struct bytes){ still, n }, E_INVALID);	  /* a picture is no clip */
	refused(r, (struct bytes){ r->clip.at, 600 }, E_INVALID); /* its head, cut off */
	struct cover_rules all = r->rules;
	r->rules.longest_ms = SECOND;
	refused(r, r->clip, E_TOO_LARGE);
	r->rules = all;
	free(still);
	picture_free(&p);
}

/* Noise in the middle, or the end missing: a shorter copy that is covered, or none. */
static void damaged(void **state)
{
	struct room *r = *state;
	uint8_t *broken = arena_alloc(r->a, r->clip.n);
	memcpy(broken, r->clip.at, r->clip.n);
	for (size_t i = r->clip.n / 2; i < r->clip.n; i++)
		broken[i] = (uint8_t)(i * 73 + 5);
	const struct bytes files[] = { { broken, r->clip.n }, { r->clip.at, r->clip.n / 2 } };
	for (size_t i = 0; i < 2; i++) {
		struct covered c;
		struct fault why = { 0 };
		enum err e = copy_of(r, files[i], &c, &why);
		assert_true(e == OK || e == E_INVALID);
		if (e)
			assert_int_equal(c.film.n, 0);
		else
			assert_true(c.frames > 0 && c.frames < 31);
		covered_free(&c);
	}
}

/* The last process that this one started. */
static pid_t last_child(void)
{
	char path[64], text[512] = "";
	int64_t pid = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	while (*text && text[strlen(text) - 1] == ' ')
		text[strlen(text) - 1] = '\0';
	const char *space = strrchr(text, ' ');
	assert_true(text_to_int(space ? space + 1 : text, &pid));
	return (pid_t)pid;
}

static void killed_or_stopped(void **state)
{
	struct room *r = *state, other = *r;
	struct covered c;
	struct fault why = { 0 };
	atomic_bool ended = true;
	struct cover_job j = { .decoder = r->decoder,
		.eyes = r->eyes,
		.fd = file_of(r->clip),
		.rules = &r->rules,
		.ended = &ended };
	assert_int_equal(cover_copy(&j, &c, &why), E_BUSY); /* the worker stops: later */
	assert_int_equal(c.film.n, 0);
	close(j.fd);
	assert_int_equal(decoder_open(&other.decoder, NULL), OK);
	assert_int_equal(kill(last_child(), SIGKILL), 0);
	refused(&other, r->clip, E_INTERNAL);
	decoder_close(other.decoder);
	assert_int_equal(copy_of(r, r->clip, &c, NULL), OK); /* and the next one is fine */
	covered_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(before_after_between),
		cmocka_unit_test(lost_beside_another), cmocka_unit_test(rules_without_gap),
		cmocka_unit_test(the_clip), cmocka_unit_test(nobody_but_a_hand),
		cmocka_unit_test(no_clip), cmocka_unit_test(damaged),
		cmocka_unit_test(killed_or_stopped) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
