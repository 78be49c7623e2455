/* ONNX Runtime, loaded when it is wanted: the program starts, and says what is missing, without it.
 *
 * Only functions of the first version of the library's C interface are used; its table of functions
 * only ever grows at the end, so every 1.x library serves. A model may be run by several threads at
 * once; each run uses the calling thread alone.
 */
#ifndef WORKERS_VISION_ORT_H
#define WORKERS_VISION_ORT_H

#include "core/base/base.h"

struct ort;
struct ort_model;

enum ort_type { ORT_FLOAT = 1, ORT_INT32 = 6 };
enum { ORT_OUTPUTS_MAX = 8, ORT_RANK_MAX = 4 };

struct ort_input {
	const char *name;
	enum ort_type type;
	const void *data; /* belongs to the caller, read during the run */
	int64_t dims[ORT_RANK_MAX];
	size_t rank;
};

/* What a run gave: floats, at[i][0..count[i]). The memory belongs to the result. */
struct ort_result {
	const float *at[ORT_OUTPUTS_MAX];
	size_t count[ORT_OUTPUTS_MAX];
	size_t n;
	void *values[ORT_OUTPUTS_MAX];
	const struct ort_model *model;
};

/* Loads the library at path. E_NOT_FOUND when it cannot be loaded or is none. */
enum err ort_open(struct ort **out, const char *path, struct fault *why);
/* Every model must be closed before; NULL is fine. The library itself stays mapped. */
void ort_close(struct ort *o);

/* Reads a model file (.onnx). E_INVALID when the library refuses it. The model does not outlive o.
 */
enum err ort_model_open(struct ort_model **out, struct ort *o, const char *path, struct fault *why);
void ort_model_close(struct ort_model *m); /* NULL is fine */

/* Names of outputs, n <= ORT_OUTPUTS_MAX, all of type float. */
struct ort_wanted {
	const char *const *names;
	size_t n;
};
/* Runs m on one input. On OK the caller ends the result with ort_result_free; on an error there is
 * nothing to free. */
enum err ort_run(const struct ort_model *m, const struct ort_input *in, struct ort_wanted wanted,
	struct ort_result *out, struct fault *why);
void ort_result_free(struct ort_result *r);

#endif
