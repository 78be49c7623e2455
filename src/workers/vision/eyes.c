#include "workers/vision/eyes.h"
#include "workers/vision/head.h"
#include "workers/vision/ort.h"
#include "workers/vision/pose.h"
#include "workers/vision/rules.h"
#include "workers/vision/site_heads.h"

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
#define LIBRARY	  "libonnxruntime.so"

enum { DIGEST_SHOWN = 4 }; /* bytes */

struct eyes {
	struct ort *ort;
	struct ort_model *pose, *head;
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

static enum err load(struct eyes *e, const char *dir, struct fault *why)
{
	char path[PATH_MAX], pose[DIGEST_SHOWN * 2 + 1], head[DIGEST_SHOWN * 2 + 1];
	TRY(path_in(path, dir, LIBRARY, why));
	TRY(ort_open(&e->ort, path, why));
	TRY(path_in(path, dir, POSE_FILE, why));
	TRY(open_model(e, &e->pose, path, why));
	TRY(digest(path, pose, why));
	TRY(path_in(path, dir, HEAD_FILE, why));
	TRY(open_model(e, &e->head, path, why));
	TRY(digest(path, head, why));
	snprintf(e->head_name, sizeof e->head_name, "head@%s", head);
	snprintf(e->model, sizeof e->model, "multipose256@%s+%s", pose, e->head_name);
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
static enum err fill_square(
	const struct picture *p, int32_t *square, float *scale, struct fault *why)
{
	int32_t longest = p->width > p->height ? p->width : p->height;
	struct picture small = { 0 };
	*scale = (float)POSE_INPUT / (float)longest;
	small.width = (int32_t)((float)p->width * *scale + 0.5f);
	small.height = (int32_t)((float)p->height * *scale + 0.5f);
	small.width += small.width == 0;
	small.height += small.height == 0;
	struct area all = { 0, 0, (float)p->width, (float)p->height };
	TRY(picture_scale(p, all, &small, why));
	memset(square, 0, sizeof *square * POSE_INPUT * POSE_INPUT * 3);
	for (int32_t y = 0; y < small.height; y++)
		for (int32_t x = 0; x < small.width * 3; x++)
			square[y * POSE_INPUT * 3 + x] = small.rgb[y * small.width * 3 + x];
	picture_free(&small);
	return OK;
}

static enum err find_people(const struct eyes *e, const struct picture *p,
	struct person people[static PEOPLE_MAX], size_t *n, struct fault *why)
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
		*n = pose_decode(&maps, &view, 0.3f, people);
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
static enum err how_bare(const struct eyes *e, const struct picture *p, struct area a,
	struct crop_seen *out, struct fault *why)
{
	enum { CELLS = HEAD_INPUT * HEAD_INPUT };
	static const char *const outputs[2] = { "p", "features" };
	float planes[3 * CELLS];
	struct picture crop = { .width = HEAD_INPUT, .height = HEAD_INPUT };
	TRY(picture_scale(p, a, &crop, why));
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

static enum err see_head(const struct eyes *e, const struct picture *p, const struct person *who,
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

enum err eyes_look(const struct eyes *e, const struct picture *p, int64_t time,
	struct findings *out, struct fault *why)
{
	struct person people[PEOPLE_MAX];
	size_t n = 0;
	out->n = out->n_crops = 0;
	TRY(find_people(e, p, people, &n, why));
	for (size_t i = 0; i < n && out->n + 2 <= FINDINGS_MAX; i++) {
		const struct person *who = &people[i];
		if (!person_is_real(who))
			continue;
		struct area body = { who->x1, who->y1, who->x2 - who->x1, who->y2 - who->y1 };
		out->at[out->n++] = (struct finding){ time, SEEN_PERSON, hundredths(who->score),
			area_box(body, p->width, p->height), 0 };
		out->at[out->n] = (struct finding){ .time = time };
		TRY(see_head(e, p, who, out, why));
	}
	return OK;
}

/* ---- opening --------------------------------------------------------- */

/* Both models once, so that a wrong file is found now and not at the first person. A head's network
 * without the output "features" serves as well; nothing is learnt from what it reports. */
static enum err try_out(struct eyes *e, struct fault *why)
{
	struct picture p = { HEAD_INPUT, HEAD_INPUT, calloc(HEAD_INPUT * HEAD_INPUT, 3) };
	struct findings none;
	struct area all = { 0, 0, HEAD_INPUT, HEAD_INPUT };
	struct crop_seen seen;
	if (!p.rgb)
		return fault(why, E_INTERNAL, "out of memory");
	enum err err = eyes_look(e, &p, 0, &none, why);
	e->head_features = true;
	if (!err && how_bare(e, &p, all, &seen, NULL)) {
		e->head_features = false;
		err = how_bare(e, &p, all, &seen, why);
	}
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
