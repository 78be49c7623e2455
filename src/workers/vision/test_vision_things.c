/* Animals and telephones: maps made here, the network's numbers against TensorFlow.js, bodies made
 * here, and two pictures of Debian's package darknet (tools/models/test-pictures.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/body.h"
#include "workers/vision/eyes.h"
#include "workers/vision/things.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- maps made here -------------------------------------------------- */

enum { NEAR = 52 * 52, MIDDLE = 26 * 26, FAR = 13 * 13, HORSE = 17 };

struct maps {
	float near[NEAR * THING_NUMBERS], middle[MIDDLE * THING_NUMBERS], far[FAR * THING_NUMBERS];
};

static int maps_setup(void **state)
{
	struct maps *m = malloc(sizeof *m);
	float *all = (float *)m;
	for (size_t i = 0; i < sizeof *m / sizeof *all; i++)
		all[i] = -10;
	*state = m;
	return 0;
}

static int maps_teardown(void **state)
{
	free(*state);
	return 0;
}

/* A box whose sides are whole cells away from the cell's middle. */
struct put {
	enum thing_kind kind;
	float logit;
	int left, top, right, bottom;
};

static void put(float *cell, struct put p)
{
	int sides[4] = { p.left, p.top, p.right, p.bottom };
	cell[p.kind] = p.logit;
	for (int s = 0; s < 4; s++)
		for (int b = 0; b < THING_BINS; b++)
			cell[THING_KINDS + s * THING_BINS + b] = b == sides[s] ? 50 : -50;
}

static void decode(const struct maps *m, struct things *out)
{
	static const enum thing_kind kinds[] = { THING_PERSON, THING_CAT, THING_DOG };
	const float *at[THINGS_MAPS] = { m->near, m->middle, m->far };
	struct things_view view = { 0.5f, 100, 10 };
	struct things_asked asked = { kinds, 3, 0.3f };
	things_decode(at, &view, &asked, out);
}

static float logistic(float v)
{
	return 1 / (1 + expf(-v));
}

static void test_empty(void **state)
{
	struct things t;
	decode(*state, &t);
	assert_int_equal(t.n, 0);
}

static void test_places(void **state)
{
	struct maps *m = *state;
	struct things t;
	put(m->near + (10 * 52 + 20) * THING_NUMBERS, (struct put){ THING_DOG, 1, 2, 3, 4, 5 });
	put(m->middle + (20 * 26 + 3) * THING_NUMBERS, (struct put){ THING_CAT, 2, 1, 1, 1, 1 });
	put(m->far + (6 * 13 + 6) * THING_NUMBERS, (struct put){ THING_PERSON, 0, 2, 2, 2, 2 });
	decode(m, &t);
	assert_int_equal(t.n, 3); /* best first */
	assert_int_equal(t.at[0].kind, THING_CAT);
	assert_int_equal(t.at[1].kind, THING_DOG);
	assert_int_equal(t.at[2].kind, THING_PERSON);
	assert_float_equal(t.at[1].score, logistic(1), 1e-6f);
	/* cell (20, 10) of 8 pixels: its middle at (164, 84), in the picture (428, 178) */
	assert_float_equal(t.at[1].area.x, (164 - 16) * 2 + 100, 1e-3f);
	assert_float_equal(t.at[1].area.y, (84 - 24) * 2 + 10, 1e-3f);
	assert_float_equal(t.at[1].area.w, (2 + 4) * 8 * 2, 1e-3f);
	assert_float_equal(t.at[1].area.h, (3 + 5) * 8 * 2, 1e-3f);
	assert_float_equal(t.at[0].area.x, (3.5f - 1) * 16 * 2 + 100, 1e-3f);
	assert_float_equal(t.at[2].area.w, 4 * 32 * 2, 1e-3f);
}

/* A distance between two bins: half of each. */
static void test_distances_are_weighed(void **state)
{
	struct maps *m = *state;
	struct things t;
	float *cell = m->near + (10 * 52 + 20) * THING_NUMBERS;
	put(cell, (struct put){ THING_DOG, 1, 2, 3, 4, 5 });
	cell[THING_KINDS + 3] = 50; /* left: 2 and 3 alike */
	decode(m, &t);
	assert_int_equal(t.n, 1);
	assert_float_equal(t.at[0].area.w, (2.5f + 4) * 16, 1e-3f);
}

static void test_only_what_is_asked(void **state)
{
	struct maps *m = *state;
	struct things t;
	float *cell = m->near + 500 * THING_NUMBERS;
	put(cell, (struct put){ THING_DOG, 1, 2, 2, 2, 2 });
	cell[HORSE] = 1.1f; /* surer of another kind: a horse, and no dog */
	decode(m, &t);
	assert_int_equal(t.n, 0);
	cell[HORSE] = 0.9f;
	decode(m, &t);
	assert_int_equal(t.n, 1);
	cell[THING_DOG] = logf(0.3f / 0.7f) + 1e-3f;
	cell[HORSE] = -10;
	decode(m, &t);
	assert_int_equal(t.n, 1);
	cell[THING_DOG] = logf(0.3f / 0.7f) - 1e-3f;
	decode(m, &t);
	assert_int_equal(t.n, 0);
}

static void test_doubles(void **state)
{
	struct maps *m = *state;
	struct things t;
	put(m->near + 1000 * THING_NUMBERS, (struct put){ THING_DOG, 1, 5, 5, 5, 5 });
	put(m->near + 1001 * THING_NUMBERS, (struct put){ THING_DOG, 2, 5, 5, 5, 5 });
	put(m->near + 1002 * THING_NUMBERS, (struct put){ THING_PERSON, 1, 5, 5, 5, 5 });
	put(m->near + 1007 * THING_NUMBERS, (struct put){ THING_DOG, 0, 5, 5, 5, 5 });
	decode(m, &t);
	assert_int_equal(t.n, 3); /* the weaker of two dogs in one place is gone */
	assert_float_equal(t.at[0].score, logistic(2), 1e-6f);
	assert_int_equal(t.at[1].kind, THING_PERSON);
	assert_float_equal(t.at[2].score, logistic(0), 1e-6f);
}

static void test_no_numbers(void **state)
{
	struct maps *m = *state;
	struct things t;
	float *all = (float *)m;
	for (size_t i = 0; i < sizeof *m / sizeof *all; i++)
		all[i] = NAN;
	decode(m, &t);
	assert_int_equal(t.n, 0);
	put(m->far, (struct put){ THING_DOG, 1, 1, 1, 1, 1 });
	m->far[THING_KINDS] = INFINITY; /* a box without a side */
	decode(m, &t);
	assert_int_equal(t.n, 0);
	for (size_t i = 0; i < sizeof *m / sizeof *all; i++)
		all[i] = INFINITY;
	decode(m, &t);
	assert_int_equal(t.n, 0);
}

/* More than are kept: the best, in their order. */
static void test_a_crowd(void **state)
{
	struct maps *m = *state;
	struct things t;
	for (int i = 0; i < NEAR; i++)
		put(m->near + i * THING_NUMBERS,
			(struct put){ THING_CAT, (float)i / NEAR, 0, 0, 1, 1 });
	decode(m, &t);
	assert_int_equal(t.n, THINGS_MAX);
	assert_float_equal(t.at[0].score, logistic((NEAR - 1.0f) / NEAR), 1e-6f);
	for (size_t i = 1; i < t.n; i++)
		assert_true(t.at[i].score <= t.at[i - 1].score);
}

/* ---- bodies made here ------------------------------------------------ */

/* Somebody 400 pixels tall whose face is 40 wide; the right hand hangs, the left is not seen. */
static struct person body(void)
{
	struct person p = { .score = 0.9f, .x1 = 200, .y1 = 100, .x2 = 360, .y2 = 500 };
	p.points[LEFT_EAR] = (struct point){ 300, 140, 0.8f };
	p.points[RIGHT_EAR] = (struct point){ 260, 140, 0.8f };
	p.points[RIGHT_WRIST] = (struct point){ 220, 320, 0.8f };
	return p;
}

static struct area phone_at(float x, float y)
{
	return (struct area){ x - 6, y - 10, 12, 20 };
}

static void test_held(void **state)
{
	(void)state;
	struct person p = body();
	struct area hand = phone_at(220, 340), edge = phone_at(220, 383), out = phone_at(220, 385),
		    ear = phone_at(300, 150);
	assert_true(held_by(&p, &hand));
	assert_true(held_by(&p, &edge)); /* 1.6 faces from the wrist are 64 pixels */
	assert_false(held_by(&p, &out));
	assert_false(held_by(&p, &ear)); /* no hand is near the head: an earring, a lamp */
	p.points[LEFT_WRIST] = (struct point){ 330, 225, 0.8f };
	assert_true(held_by(&p, &ear));
	p.points[LEFT_WRIST].score = 0.34f; /* not seen well enough */
	assert_false(held_by(&p, &ear));
	p.points[RIGHT_WRIST].score = NAN;
	assert_false(held_by(&p, &hand));
}

static void test_hands_area(void **state)
{
	(void)state;
	struct person p = body();
	struct area a;
	assert_true(hands_area(&p, &a));
	assert_float_equal(a.x, 200 - 40, 1e-3f);
	assert_float_equal(a.y, 100 - 40, 1e-3f);
	assert_float_equal(a.w, 160 + 80, 1e-3f);
	assert_float_equal(a.h, 400 + 80, 1e-3f);
	p.y2 = p.y1 + 95; /* too small for a telephone to be seen */
	p.x2 = p.x1 + 30;
	assert_false(hands_area(&p, &a));
	p = body();
	p.points[LEFT_EAR].score = p.points[RIGHT_EAR].score = 0;
	assert_false(hands_area(&p, &a)); /* how wide is the face? */
	p.points[LEFT_SHOULDER] = (struct point){ 330, 190, 0.8f };
	p.points[RIGHT_SHOULDER] = (struct point){ 230, 190, 0.8f };
	assert_true(hands_area(&p, &a));
	p.points[RIGHT_WRIST].score = 0;
	assert_false(hands_area(&p, &a)); /* neither hand nor ear */
}

/* ---- the network ----------------------------------------------------- */

static const char *in_models(char *space, const char *file)
{
	const char *models = getenv("SHIAN_MODELS"), *build = getenv("SHIAN_BUILD");
	if (models)
		snprintf(space, PATH_MAX, "%s/%s", models, file);
	else
		snprintf(space, PATH_MAX, "%s/models/%s", build ? build : "build", file);
	return space;
}

/* What the CPU backend of TensorFlow.js 4.22.0 answers to the same input, from the weights as the
 * npm package holds them. All 440,076 numbers were compared once: 6.7e-6 apart at most. */
static const struct {
	int map;
	size_t at;
	float value;
} truth[] = {
	{ 0, 73, -4.619599f },
	{ 0, 47972, -0.434640f },
	{ 0, 95871, -6.552691f },
	{ 0, 143770, -4.777193f },
	{ 0, 191669, -1.303673f },
	{ 0, 239568, -4.831073f },
	{ 0, 287467, -6.159478f },
	{ 1, 49, -5.201423f },
	{ 1, 12023, 0.197500f },
	{ 1, 23997, -4.368615f },
	{ 1, 35971, -5.024763f },
	{ 1, 47945, 0.520718f },
	{ 1, 59919, -4.392690f },
	{ 1, 71893, 0.207950f },
	{ 2, 25, -4.726415f },
	{ 2, 3018, -4.899296f },
	{ 2, 6011, -5.211636f },
	{ 2, 9004, -2.883916f },
	{ 2, 11997, -0.885679f },
	{ 2, 14990, -0.048623f },
	{ 2, 17983, -4.910612f },
};
static const double sums[THINGS_MAPS] = { -1171709.0468, -272434.2924, -60193.3109 };

static void test_numbers_of_the_network(void **state)
{
	(void)state;
	enum { N = 3 * THINGS_INPUT * THINGS_INPUT };
	static const char *const outputs[THINGS_MAPS] = { "near", "middle", "far" };
	char library[PATH_MAX], file[PATH_MAX];
	struct ort *o;
	struct ort_model *m;
	struct ort_result r;
	if (access(in_models(file, "things.onnx"), R_OK))
		skip();
	float *x = malloc(N * sizeof *x);
	uint32_t s = 1;
	for (int i = 0; i < N; i++) {
		s = s * 1664525u + 1013904223u;
		x[i] = (float)(s >> 8) / 16777216 * 4 - 2;
	}
	assert_int_equal(ort_open(&o, in_models(library, "libonnxruntime.so"), NULL), OK);
	assert_int_equal(ort_model_open(&m, o, file, NULL), OK);
	struct ort_input in = { "input", ORT_FLOAT, x, { 1, 3, THINGS_INPUT, THINGS_INPUT }, 4 };
	assert_int_equal(
		ort_run(m, &in, (struct ort_wanted){ outputs, THINGS_MAPS }, &r, NULL), OK);
	for (size_t i = 0; i < sizeof truth / sizeof *truth; i++)
		assert_float_equal(r.at[truth[i].map][truth[i].at], truth[i].value, 2e-5f);
	for (int i = 0; i < THINGS_MAPS; i++) {
		double sum = 0;
		for (size_t k = 0; k < r.count[i]; k++)
			sum += (double)r.at[i][k];
		assert_true(fabs(sum - sums[i]) < 0.5);
	}
	ort_result_free(&r);
	ort_model_close(m);
	ort_close(o);
	free(x);
}

/* ---- pictures -------------------------------------------------------- */

struct sees {
	struct decoder *decoder;
	struct eyes *eyes;
};

static int sees_setup(void **state)
{
	struct sees *s = calloc(1, sizeof *s);
	char dir[PATH_MAX];
	struct fault why = { 0 };
	*state = s;
	assert_int_equal(decoder_open(&s->decoder, NULL), OK);
	if (!access(in_models(dir, "things.onnx"), R_OK) &&
		eyes_open(&s->eyes, in_models(dir, "."), &why))
		fail_msg("%s", why.text);
	return 0;
}

static int sees_teardown(void **state)
{
	struct sees *s = *state;
	eyes_close(s->eyes);
	decoder_close(s->decoder);
	free(s);
	return 0;
}

/* NULL rgb: the picture or the models are not here. */
static struct picture picture(struct sees *s, const char *name)
{
	char path[PATH_MAX];
	struct frame f = { 0 };
	struct source from = { .kind = SOURCE_STILL, .every_ms = 1, .first_only = true };
	from.fd = open(in_models(path, name), O_RDONLY | O_CLOEXEC);
	if (from.fd < 0 || !s->eyes)
		return (struct picture){ 0 };
	assert_int_equal(decoder_picture(s->decoder, &from, 20000, &f, NULL), OK);
	close(from.fd);
	return f.picture;
}

static struct findings look(const struct eyes *e, const struct picture *p, unsigned wanted)
{
	struct findings seen = { 0 };
	struct fault why = { 0 };
	struct view v = view_of_picture(p);
	struct looking l = { &v, 0, wanted };
	if (eyes_look(e, &l, &seen, &why))
		fail_msg("%s", why.text);
	return seen;
}

static const struct finding *first(const struct findings *f, enum finding_kind kind)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].kind == kind)
			return &f->at[i];
	return NULL;
}

/* The rule as it is shipped, on pictures of which y has the dog and n has nothing. */
static int begins(const struct findings *dog, const struct picture *p, const char *pictures)
{
	static const struct hours none = { 0 };
	static const struct findings nothing = { 0 };
	struct rule r = { .code = RULE_ANIMAL,
		.version = "1",
		.threshold = 6000,
		.k = 3,
		.n = 5,
		.cooldown_s = 1800,
		.reach_ms = MINUTE };
	struct watchman w = { 0 };
	struct decision d;
	for (int i = 0; pictures[i]; i++) {
		struct sighting s = { (i + 1) * 2000, &none, pictures[i] == 'y' ? dog : &nothing,
			p->width, p->height };
		if (rule_see(&w, &r, s, &d))
			return i;
	}
	return -1;
}

static void test_a_dog(void **state)
{
	struct sees *s = *state;
	struct picture p = picture(s, "pictures/dog.jpg");
	if (!p.rgb)
		skip();
	struct findings seen = look(s->eyes, &p, rule_needs(RULE_ANIMAL));
	assert_int_equal(seen.n, 1); /* a bicycle and a car are nobody's business */
	const struct finding *dog = first(&seen, SEEN_ANIMAL);
	assert_non_null(dog);
	assert_in_range(dog->score, 6000, SCORE_MAX);
	/* by eye: 132, 218 to 310, 540 */
	assert_in_range(dog->box.x, 110, 150);
	assert_in_range(dog->box.y, 195, 240);
	assert_in_range(dog->box.x + dog->box.w, 295, 345);
	assert_in_range(dog->box.y + dog->box.h, 515, 560);
	assert_int_equal(begins(&seen, &p, "yynny"), 4);
	assert_int_equal(begins(&seen, &p, "yynnny"), -1);
	assert_int_equal(begins(&seen, &p, "yyy"), 2);
	assert_int_equal(look(s->eyes, &p, EYE_PEOPLE).n, 0); /* unless it is asked for */
	picture_free(&p);
}

/* A dog before a person: nothing is said. Without the person in the picture the dog is. */
static void test_a_dog_before_a_person(void **state)
{
	struct sees *s = *state;
	struct picture p = picture(s, "pictures/person.jpg");
	if (!p.rgb)
		skip();
	struct findings seen = look(s->eyes, &p, rule_needs(RULE_ANIMAL));
	assert_non_null(first(&seen, SEEN_PERSON));
	assert_null(first(&seen, SEEN_ANIMAL));
	struct picture left = { .width = 186, .height = p.height };
	assert_int_equal(
		picture_scale(&p, (struct area){ 0, 0, 186, (float)p.height }, &left, NULL), OK);
	seen = look(s->eyes, &left, rule_needs(RULE_ANIMAL));
	assert_null(first(&seen, SEEN_PERSON));
	assert_non_null(first(&seen, SEEN_ANIMAL));
	picture_free(&left);
	picture_free(&p);
}

/* ---- a model that is not there --------------------------------------- */

static void link_models(const char *dir, const char *const *files, size_t n)
{
	char from[PATH_MAX], whole[PATH_MAX], to[PATH_MAX];
	for (size_t i = 0; i < n; i++) {
		assert_non_null(realpath(in_models(from, files[i]), whole));
		snprintf(to, sizeof to, "%s/%s", dir, files[i]);
		assert_int_equal(symlink(whole, to), 0);
	}
}

static void test_without_the_model(void **state)
{
	(void)state;
	static const char *const files[] = { "libonnxruntime.so", "multipose256.onnx",
		"head.onnx" };
	char dir[] = "/tmp/test-things-XXXXXX", file[PATH_MAX], head[PATH_MAX], dir_head[PATH_MAX];
	struct fault why = { 0 };
	struct eyes *e = NULL;
	if (access(in_models(file, "things.onnx"), R_OK))
		skip();
	assert_non_null(mkdtemp(dir));
	link_models(dir, files, 3);
	assert_int_equal(eyes_open(&e, dir, &why), OK);
	assert_int_equal(eyes_able(e, ~0U), ~0U & ~(unsigned)(EYE_FACES | EYE_THINGS | EYE_PHONES));
	assert_int_equal(
		eyes_able(e, rule_needs(RULE_HEAD_UNCOVERED)), rule_needs(RULE_HEAD_UNCOVERED));
	assert_int_not_equal(eyes_able(e, rule_needs(RULE_ANIMAL)), rule_needs(RULE_ANIMAL));
	/* asked all the same, the others look on */
	struct picture p = { 64, 64, calloc(64 * 64, 3) };
	assert_int_equal(look(e, &p, ~0U).n, 0);
	picture_free(&p);
	eyes_close(e);
	/* a file of that name which is another network is refused, and named */
	snprintf(file, sizeof file, "%s/things.onnx", dir);
	assert_non_null(realpath(in_models(dir_head, "head.onnx"), head));
	assert_int_equal(symlink(head, file), 0);
	assert_int_not_equal(eyes_open(&e, dir, &why), OK);
	assert_null(e);
	unlink(file);
	for (size_t i = 0; i < 3; i++) {
		snprintf(file, sizeof file, "%s/%s", dir, files[i]);
		unlink(file);
	}
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_dog, sees_setup, sees_teardown),
		cmocka_unit_test_setup_teardown(
			test_a_dog_before_a_person, sees_setup, sees_teardown),
		cmocka_unit_test_setup_teardown(test_empty, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(test_places, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(
			test_distances_are_weighed, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(test_only_what_is_asked, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(test_doubles, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(test_no_numbers, maps_setup, maps_teardown),
		cmocka_unit_test_setup_teardown(test_a_crowd, maps_setup, maps_teardown),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_hands_area),
		cmocka_unit_test(test_numbers_of_the_network),
		cmocka_unit_test(test_without_the_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
