#include "workers/vision/eyes.h"
#include "workers/vision/body.h"
#include "workers/vision/head.h"
#include "workers/vision/ort.h"
#include "workers/vision/pose.h"
#include "workers/vision/rules.h"
#include "workers/vision/site_heads.h"
#include "workers/vision/things.h"

#include <errno.h>
#include <fcntl.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POSE_FILE "multipose256.onnx"
#define HEAD_FILE "head.onnx"
#define MASK_FILE "mask.onnx"
#define LIBRARY	  "libonnxruntime.so"

#define THINGS_FILE "things.onnx"

#define PERSON_SEEN 0.3f  /* score of a box that person_is_real() is asked about */
#define THING_SEEN  0.30f /* what is less sure is not reported; a rule asks for more */

enum { DIGEST_SHOWN = 4 /* bytes */, PHONES_LOOKED = 4 /* persons a picture, the surest */ };

struct eyes {
	struct ort *ort;
	struct ort_model *pose, *head;
	/* NULL: not there, and so their rules never count */
	struct ort_model *mask, *things;
	char model[MODEL_NAME_MAX], head_name[NET_NAME_MAX];
	bool head_features; /* the head's network answers its features too */
	struct site_heads *site;
};

/* The first bytes of a file's SHA-256 as hex: names the model in every lead. */
static enum err digest(const char *path, char hex[static DIGEST_SHOWN * 2 + 1], struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fault(why, E_NOT_FOUND, "%s: %s", path, strerror(errno));
	struct AVSHA *sha = av_sha_alloc();
	uint8_t block[16 * 1024], sum[32];
	ssize_t n = 0;
	if (sha) {
		av_sha_init(sha, 256);
		while ((n = read(fd, block, sizeof block)) > 0)
			av_sha_update(sha, block, (size_t)n);
		av_sha_final(sha, sum);
	}
	close(fd);
	bool ok = sha && n == 0;
	av_free(sha);
	if (!ok)
		return fault(why, E_INVALID, "%s cannot be read", path);
	hex_encode(hex, sum, DIGEST_SHOWN);
	return OK;
}

static enum err path_in(char *out, const char *dir, const char *file, struct fault *why)
{
	if (snprintf(out, PATH_MAX, "%s/%s", dir, file) >= PATH_MAX)
		return fault(why, E_INVALID, "the models' folder has too long a name");
	return OK;
}

static enum err open_model(
	struct eyes *e, struct ort_model **m, const char *path, struct fault *why)
{
	if (access(path, R_OK))
		return fault(why, E_NOT_FOUND, "%s: %s", path, strerror(errno));
	return ort_model_open(m, e->ort, path, why);
}

/* Loads a model and adds "name@digest" to what the leads say. */
static enum err load_one(
	struct eyes *e, const char *dir, const char *file, struct ort_model **m, struct fault *why)
{
	char path[PATH_MAX], hex[DIGEST_SHOWN * 2 + 1];
	size_t n = strlen(e->model);
	TRY(path_in(path, dir, file, why));
	TRY(open_model(e, m, path, why));
	TRY(digest(path, hex, why));
	int bare = (int)(strlen(file) - strlen(".onnx"));
	snprintf(e->model + n, sizeof e->model - n, "%s%.*s@%s", n ? "+" : "", bare, file, hex);
	return OK;
}

/* A model that is not there is left out; one that is there has to be good. */
static enum err load_if_there(
	struct eyes *e, const char *dir, const char *file, struct ort_model **m, struct fault *why)
{
	char path[PATH_MAX];
	TRY(path_in(path, dir, file, why));
	if (access(path, F_OK) == 0)
		return load_one(e, dir, file, m, why);
	return OK;
}

static enum err load(struct eyes *e, const char *dir, struct fault *why)
{
	char path[PATH_MAX];
	TRY(path_in(path, dir, LIBRARY, why));
	TRY(ort_open(&e->ort, path, why));
	TRY(load_one(e, dir, POSE_FILE, &e->pose, why));
	size_t n = strlen(e->model) + 1;
	TRY(load_one(e, dir, HEAD_FILE, &e->head, why));
	snprintf(e->head_name, sizeof e->head_name, "%s", e->model + n);
	TRY(load_if_there(e, dir, MASK_FILE, &e->mask, why));
	TRY(load_if_there(e, dir, THINGS_FILE, &e->things, why));
	e->site = site_heads_new();
	return e->site ? OK : fault(why, E_INTERNAL, "out of memory");
}

/* ---- people ---------------------------------------------------------- */

static enum err check_maps(const struct ort_result *r, struct fault *why)
{
	static const size_t channels[POSE_MAPS] = { 1, 2, 2, 34, 34, 17 };
	for (size_t i = 0; i < POSE_MAPS; i++)
		if (r->count[i] != channels[i] * POSE_GRID * POSE_GRID)
			return fault(
				why, E_INVALID, POSE_FILE " is not the model that is expected");
	return OK;
}

/* Lays p into the network's square from the top left corner; gives the scale. */
static enum err fill_square(const struct view *p, int32_t *square, float *scale, struct fault *why)
{
	int32_t longest = p->width > p->height ? p->width : p->height;
	struct picture small = { 0 };
	*scale = (float)POSE_INPUT / (float)longest;
	small.width = (int32_t)((float)p->width * *scale + 0.5f);
	small.height = (int32_t)((float)p->height * *scale + 0.5f);
	small.width += small.width == 0;
	small.height += small.height == 0;
	struct area all = { 0, 0, (float)p->width, (float)p->height };
	TRY(view_cut(p, all, &small, why));
	memset(square, 0, sizeof *square * POSE_INPUT * POSE_INPUT * 3);
	for (int32_t y = 0; y < small.height; y++)
		for (int32_t x = 0; x < small.width * 3; x++)
			square[y * POSE_INPUT * 3 + x] = small.rgb[y * small.width * 3 + x];
	picture_free(&small);
	return OK;
}

enum err eyes_people(
	const struct eyes *e, const struct view *p, struct people *out, struct fault *why)
{
	static const char *const outputs[POSE_MAPS] = { "centre", "size", "offset", "regress",
		"nudge", "heat" };
	int32_t *square = malloc(sizeof *square * POSE_INPUT * POSE_INPUT * 3);
	if (!square)
		return fault(why, E_INTERNAL, "out of memory");
	struct pose_view view = { .width = p->width, .height = p->height };
	struct ort_input in = { "input", ORT_INT32, square, { 1, POSE_INPUT, POSE_INPUT, 3 }, 4 };
	struct ort_result r;
	enum err err = fill_square(p, square, &view.scale, why);
	if (!err)
		err = ort_run(e->pose, &in, (struct ort_wanted){ outputs, POSE_MAPS }, &r, why);
	free(square);
	TRY(err);
	err = check_maps(&r, why);
	struct pose_maps maps = { r.at[0], r.at[1], r.at[2], r.at[3], r.at[4], r.at[5] };
	if (!err)
		out->n = pose_decode(&maps, &view, out->threshold, out->at);
	ort_result_free(&r);
	return err;
}

/* ---- heads ----------------------------------------------------------- */

static int32_t hundredths(float share)
{
	return share > 0 ? share < 1 ? (int32_t)(share * SCORE_MAX + 0.5f) : SCORE_MAX : 0;
}

/* What the classifier makes of a crop. */
struct crop_seen {
	float bare; /* 0..1 */
	struct features features;
};

/* The head in this area. Input as in training: RGB planes, (v - 127.5) / 127.5. */
static enum err how_bare(const struct eyes *e, const struct view *p, struct area a,
	struct crop_seen *out, struct fault *why)
{
	enum { CELLS = HEAD_INPUT * HEAD_INPUT };
	static const char *const outputs[2] = { "p", "features" };
	float planes[3 * CELLS];
	struct picture crop = { .width = HEAD_INPUT, .height = HEAD_INPUT };
	TRY(view_cut(p, a, &crop, why));
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < CELLS; i++)
			planes[c * CELLS + i] = ((float)crop.rgb[i * 3 + c] - 127.5f) / 127.5f;
	picture_free(&crop);
	struct ort_input in = { "x", ORT_FLOAT, planes, { 1, 3, HEAD_INPUT, HEAD_INPUT }, 4 };
	struct ort_result r;
	size_t wanted = e->head_features ? 2 : 1;
	TRY(ort_run(e->head, &in, (struct ort_wanted){ outputs, wanted }, &r, why));
	bool two = r.count[0] == 2; /* covered, bare */
	out->bare = two ? r.at[0][1] : 0;
	out->features = (struct features){ .base = hundredths(out->bare), .site = -1 };
	snprintf(out->features.net, sizeof out->features.net, "%s", e->head_name);
	if (e->head_features)
		features_take(&out->features, r.at[1], r.count[1]);
	ort_result_free(&r);
	return two ? OK : fault(why, E_INVALID, HEAD_FILE " is not the model that is expected");
}

/* The site's head may keep back what the classifier reports; then it is "cannot tell". */
static void judge_here(const struct eyes *e, struct features *f, struct finding *out)
{
	if (out->kind == SEEN_HEAD_UNCOVERED &&
		!site_heads_keep(e->site, rule_name(RULE_HEAD_UNCOVERED), f))
		out->kind = SEEN_HEAD_UNCLEAR;
}

static void keep_crop(struct findings *all, const struct features *f, struct finding *of)
{
	if (!f->n || all->n_crops == CROPS_MAX)
		return;
	all->crops[all->n_crops++] = *f;
	of->crop = (uint32_t)all->n_crops;
}

static enum err see_head(const struct eyes *e, const struct view *p, const struct person *who,
	struct findings *all, struct fault *why)
{
	struct head h = head_find(who, p->width, p->height);
	struct finding *out = &all->at[all->n];
	struct crop_seen seen;
	out->kind = SEEN_HEAD_UNCLEAR;
	out->box = area_box(h.area, p->width, p->height);
	if (h.clear) {
		TRY(how_bare(e, p, h.area, &seen, why));
		out->kind = head_judge(seen.bare);
		out->score = hundredths(out->kind == SEEN_HEAD_COVERED ? 1 - seen.bare : seen.bare);
		judge_here(e, &seen.features, out);
		if (out->kind == SEEN_HEAD_UNCOVERED)
			keep_crop(all, &seen.features, out);
	}
	all->n++;
	return OK;
}

/* ---- faces and hands ------------------------------------------------- */

/* How likely the face in this area has no mask, 0..1. */
static enum err how_unmasked(const struct eyes *e, const struct view *p, struct area a,
	float *unmasked, struct fault *why)
{
	enum { CELLS = MASK_INPUT * MASK_INPUT };
	static const char *const outputs[1] = { "p" };
	float planes[3 * CELLS];
	struct picture crop = { .width = MASK_INPUT, .height = MASK_INPUT };
	TRY(view_cut(p, a, &crop, why));
	for (int c = 0; c < 3; c++)
		for (int i = 0; i < CELLS; i++)
			planes[c * CELLS + i] = ((float)crop.rgb[i * 3 + c] - 127.5f) / 127.5f;
	picture_free(&crop);
	struct ort_input in = { "x", ORT_FLOAT, planes, { 1, 3, MASK_INPUT, MASK_INPUT }, 4 };
	struct ort_result r;
	TRY(ort_run(e->mask, &in, (struct ort_wanted){ outputs, 1 }, &r, why));
	bool two = r.count[0] == 2; /* masked, not masked */
	*unmasked = two ? r.at[0][1] : 0;
	ort_result_free(&r);
	return two ? OK : fault(why, E_INVALID, MASK_FILE " is not the model that is expected");
}

static enum err see_face(const struct eyes *e, const struct view *p, const struct person *who,
	struct finding *out, struct fault *why)
{
	struct head f = face_find(who, p->width, p->height);
	float unmasked = 0;
	out->kind = SEEN_MASK_UNCLEAR;
	out->score = 0;
	out->box = area_box(f.area, p->width, p->height);
	if (!f.clear)
		return OK;
	TRY(how_unmasked(e, p, f.area, &unmasked, why));
	out->kind = mask_judge(unmasked);
	out->score = hundredths(out->kind == SEEN_MASK_WORN ? 1 - unmasked : unmasked);
	return OK;
}

static void see_hands(const struct looking *l, const struct person *who, struct findings *out)
{
	struct area where;
	float sure = hand_at_mouth(who, &where);
	if (sure > 0)
		finding_add(out, (struct finding){ l->time, SEEN_HAND_AT_MOUTH, hundredths(sure),
					 area_box(where, l->view->width, l->view->height) });
}

/* ---- animals and telephones ------------------------------------------ */

static void add_thing(const struct looking *l, enum finding_kind kind, const struct thing *t,
	struct findings *out)
{
	finding_add(out, (struct finding){ l->time, kind, hundredths(t->score),
				 area_box(t->area, l->view->width, l->view->height) });
}

/* Animals in the whole picture. What touches a person whom the same network sees is left out: cats
 * were seen on cooks' heads and dogs on their legs. (The rule asks the same of the persons found by
 * their points.) */
static enum err see_animals(
	const struct eyes *e, const struct looking *l, struct findings *out, struct fault *why)
{
	static const enum thing_kind kinds[] = { THING_PERSON, THING_BIRD, THING_CAT, THING_DOG };
	struct things found;
	struct things_look look = { l->view,
		{ 0, 0, (float)l->view->width, (float)l->view->height },
		{ kinds, sizeof kinds / sizeof *kinds, THING_SEEN } };
	TRY(things_find(e->things, &look, &found, why));
	for (size_t i = 0; i < found.n; i++) {
		const struct thing *t = &found.at[i];
		bool alone = t->kind != THING_PERSON;
		for (size_t k = 0; k < found.n && alone; k++)
			alone = found.at[k].kind != THING_PERSON ||
				!areas_touch(&found.at[k].area, &t->area);
		if (alone)
			add_thing(l, SEEN_ANIMAL, t, out);
	}
	return OK;
}

/* Telephones in the hand of a person, or held to its ear: looked for in the person's part of the
 * picture, where they are large enough to be recognised. */
static enum err see_phones(const struct eyes *e, const struct looking *l, const struct person *who,
	struct findings *out, struct fault *why)
{
	static const enum thing_kind phone = THING_PHONE;
	struct things found;
	struct things_look look = { .view = l->view, .asked = { &phone, 1, THING_SEEN } };
	if (!hands_area(who, &look.from))
		return OK;
	TRY(things_find(e->things, &look, &found, why));
	for (size_t i = 0; i < found.n; i++)
		if (held_by(who, &found.at[i].area))
			add_thing(l, SEEN_PHONE, &found.at[i], out);
	return OK;
}

/* ---- all of it ------------------------------------------------------- */

static enum err see_person(const struct eyes *e, const struct looking *l, const struct person *who,
	struct findings *out, struct fault *why)
{
	const struct view *v = l->view;
	struct area body = { who->x1, who->y1, who->x2 - who->x1, who->y2 - who->y1 };
	struct finding f = { .time = l->time };
	finding_add(out, (struct finding){ l->time, SEEN_PERSON, hundredths(who->score),
				 area_box(body, v->width, v->height) });
	if (l->wanted & EYE_HEADS && out->n < FINDINGS_MAX) {
		out->at[out->n] = f;
		TRY(see_head(e, v, who, out, why));
	}
	if (l->wanted & EYE_FACES && e->mask) {
		TRY(see_face(e, v, who, &f, why));
		finding_add(out, f);
	}
	if (l->wanted & EYE_HANDS)
		see_hands(l, who, out);
	return OK;
}

enum err eyes_look(
	const struct eyes *e, const struct looking *l, struct findings *out, struct fault *why)
{
	struct people people = { .threshold = PERSON_SEEN };
	size_t looked = 0;
	unsigned able = eyes_able(e, l->wanted);
	if (able & EYE_PEOPLE)
		TRY(eyes_people(e, l->view, &people, why));
	for (size_t i = 0; i < people.n; i++) {
		if (!person_is_real(&people.at[i]))
			continue;
		TRY(see_person(e, l, &people.at[i], out, why));
		if (able & EYE_PHONES && looked++ < PHONES_LOOKED)
			TRY(see_phones(e, l, &people.at[i], out, why));
	}
	return able & EYE_THINGS ? see_animals(e, l, out, why) : OK;
}

unsigned eyes_able(const struct eyes *e, unsigned wanted)
{
	if (!e->mask)
		wanted &= ~(unsigned)EYE_FACES;
	if (!e->things)
		wanted &= ~(unsigned)(EYE_THINGS | EYE_PHONES);
	return wanted;
}

/* ---- opening --------------------------------------------------------- */

/* Each model once, so that a wrong file is found now and not at the first person. A head's network
 * without the output "features" serves as well; nothing is learnt from what it reports. */
static enum err try_out(struct eyes *e, struct fault *why)
{
	struct picture p = { HEAD_INPUT, HEAD_INPUT, calloc(HEAD_INPUT * HEAD_INPUT, 3) };
	struct findings none = { 0 };
	struct area all = { 0, 0, HEAD_INPUT, HEAD_INPUT };
	struct crop_seen seen;
	if (!p.rgb)
		return fault(why, E_INTERNAL, "out of memory");
	struct view v = view_of_picture(&p);
	struct looking l = { .view = &v, .wanted = ~0U };
	float unmasked;
	enum err err = eyes_look(e, &l, &none, why);
	e->head_features = true;
	if (!err && how_bare(e, &v, all, &seen, NULL)) {
		e->head_features = false;
		err = how_bare(e, &v, all, &seen, why);
	}
	if (!err && e->mask)
		err = how_unmasked(e, &v, all, &unmasked, why);
	picture_free(&p);
	return err;
}

enum err eyes_open(struct eyes **out, const char *models_dir, struct fault *why)
{
	*out = NULL;
	struct eyes *e = calloc(1, sizeof *e);
	if (!e)
		return fault(why, E_INTERNAL, "out of memory");
	enum err err = load(e, models_dir, why);
	if (!err)
		err = try_out(e, why);
	if (err) {
		eyes_close(e);
		return err;
	}
	*out = e;
	return OK;
}

void eyes_close(struct eyes *e)
{
	if (!e)
		return;
	ort_model_close(e->pose);
	ort_model_close(e->head);
	ort_model_close(e->mask);
	ort_model_close(e->things);
	ort_close(e->ort);
	site_heads_free(e->site);
	free(e);
}

const char *eyes_model(const struct eyes *e)
{
	return e->model;
}

void eyes_model_for(const struct eyes *e, const char *rule, char out[static MODEL_NAME_MAX])
{
	size_t n = strlen(e->model);
	snprintf(out, MODEL_NAME_MAX, "%s", e->model);
	site_heads_name(e->site, rule, out + n, MODEL_NAME_MAX - n);
}

struct site_heads *eyes_site(const struct eyes *e)
{
	return e->site;
}
