/* The models together: a picture in, findings out. */
#ifndef WORKERS_VISION_EYES_H
#define WORKERS_VISION_EYES_H

#include "workers/vision/finding.h"
#include "workers/vision/pose.h"
#include "workers/vision/rules.h"
#include "workers/vision/view.h"

struct eyes;

enum { MODEL_NAME_MAX = 160 };

/* Loads libonnxruntime.so, multipose256.onnx and head.onnx from the folder, and mask.onnx and
 * things.onnx where they are there, and tries them on an empty picture. E_NOT_FOUND or E_INVALID
 * say which file is missing or refused. */
enum err eyes_open(struct eyes **out, const char *models_dir, struct fault *why);
void eyes_close(struct eyes *e); /* NULL is fine */

/* Adds what the wanted eyes (enum eye, or-ed) see to out, each finding marked with time. EYE_SCENE
 * and EYE_MOTION are not these eyes' business. Several threads may look at once. */
struct looking {
	const struct view *view;
	int64_t time;
	unsigned wanted;
};
enum err eyes_look(
	const struct eyes *e, const struct looking *l, struct findings *out, struct fault *why);

/* Everybody whose box scores at least threshold, 0..1, as the pose network gives them: nobody is
 * left out as unlikely. */
struct people {
	float threshold;
	size_t n;
	struct person at[PEOPLE_MAX];
};
enum err eyes_people(
	const struct eyes *e, const struct view *v, struct people *out, struct fault *why);

/* Those of the wanted eyes for which a model is there. */
unsigned eyes_able(const struct eyes *e, unsigned wanted);

/* "multipose256@0123abcd+head@4567cdef": the models, and the beginnings of their SHA-256. */
const char *eyes_model(const struct eyes *e);

/* The same with the site's head that judges for a rule, when one is in force:
 * "...+site-head_uncovered@89abcdef". */
void eyes_model_for(const struct eyes *e, const char *rule, char out[static MODEL_NAME_MAX]);

/* The heads of this site, exchanged while others look. They belong to e. */
struct site_heads;
struct site_heads *eyes_site(const struct eyes *e);

#endif
