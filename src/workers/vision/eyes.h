/* The models together: a picture in, findings out. */
#ifndef WORKERS_VISION_EYES_H
#define WORKERS_VISION_EYES_H

#include "workers/vision/finding.h"
#include "workers/vision/picture.h"

struct eyes;

enum { MODEL_NAME_MAX = 160 };

/* Loads libonnxruntime.so, multipose256.onnx and head.onnx from the folder and tries them on an
 * empty picture. E_NOT_FOUND or E_INVALID say which file is missing or refused. */
enum err eyes_open(struct eyes **out, const char *models_dir, struct fault *why);
void eyes_close(struct eyes *e); /* NULL is fine */

/* What is seen on p, each finding marked with time. Several threads may look at once. */
enum err eyes_look(const struct eyes *e, const struct picture *p, int64_t time,
	struct findings *out, struct fault *why);

/* "multipose256@0123abcd+head@4567cdef": the models, and the beginnings of their SHA-256. */
const char *eyes_model(const struct eyes *e);

/* The same with the site's head that judges for a rule, when one is in force:
 * "...+site-head_uncovered@89abcdef". */
void eyes_model_for(const struct eyes *e, const char *rule, char out[static MODEL_NAME_MAX]);

/* The heads of this site, exchanged while others look. They belong to e. */
struct site_heads;
struct site_heads *eyes_site(const struct eyes *e);

#endif
