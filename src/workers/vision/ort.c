#include "workers/vision/ort.h"
#include "workers/vision/ort_abi.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct ort {
	const struct ort_api *api;
	void *env;
	void *options;
	void *memory; /* describes plain memory, for inputs that belong to us */
};

struct ort_model {
	const struct ort *ort;
	void *session;
};

/* Turns the library's status into our error and releases it. */
static enum err check(const struct ort_api *api, ort_status s, const char *doing, struct fault *why)
{
	if (!s)
		return OK;
	enum err e = fault(why, E_INVALID, "%s: %s", doing, api->get_error_message(s));
	api->release_status(s);
	return e;
}

static enum err load_api(struct ort *o, const char *path, struct fault *why)
{
	/* Never closed again: the library keeps threads and thread-local destructors of its own. */
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!lib)
		return fault(
			why, E_NOT_FOUND, "the inference library cannot be loaded: %s", dlerror());
	const struct ort_api_base *(*get_base)(void) = NULL;
	void *symbol = dlsym(lib, "OrtGetApiBase");
	_Static_assert(sizeof get_base == sizeof symbol, "a function fits a data pointer");
	memcpy(&get_base, &symbol, sizeof get_base);
	const struct ort_api_base *base = get_base ? get_base() : NULL;
	o->api = base ? base->get_api(ORT_API_VERSION) : NULL;
	if (!o->api)
		return fault(why, E_NOT_FOUND, "%s is not an ONNX Runtime library", path);
	return OK;
}

static enum err prepare(struct ort *o, struct fault *why)
{
	const struct ort_api *api = o->api;
	TRY(check(api, api->create_env(ORT_LOG_ERROR, "shian", &o->env), "start", why));
	TRY(check(api, api->create_session_options(&o->options), "options", why));
	TRY(check(api, api->set_intra_op_threads(o->options, 1), "threads", why));
	TRY(check(api, api->set_inter_op_threads(o->options, 1), "threads", why));
	TRY(check(api, api->set_graph_optimisation(o->options, ORT_OPTIMISE_ALL), "options", why));
	return check(api,
		api->create_cpu_memory_info(ORT_ARENA_ALLOCATOR, ORT_MEM_DEFAULT, &o->memory),
		"memory", why);
}

enum err ort_open(struct ort **out, const char *path, struct fault *why)
{
	*out = NULL;
	struct ort *o = calloc(1, sizeof *o);
	if (!o)
		return fault(why, E_INTERNAL, "out of memory");
	enum err e = load_api(o, path, why);
	if (!e)
		e = prepare(o, why);
	if (e) {
		ort_close(o);
		return e;
	}
	*out = o;
	return OK;
}

void ort_close(struct ort *o)
{
	if (!o)
		return;
	if (o->memory)
		o->api->release_memory_info(o->memory);
	if (o->options)
		o->api->release_session_options(o->options);
	if (o->env)
		o->api->release_env(o->env);
	free(o);
}

enum err ort_model_open(struct ort_model **out, struct ort *o, const char *path, struct fault *why)
{
	*out = NULL;
	struct ort_model *m = calloc(1, sizeof *m);
	if (!m)
		return fault(why, E_INTERNAL, "out of memory");
	m->ort = o;
	enum err e = check(
		o->api, o->api->create_session(o->env, path, o->options, &m->session), path, why);
	if (e) {
		free(m);
		return e;
	}
	*out = m;
	return OK;
}

void ort_model_close(struct ort_model *m)
{
	if (!m)
		return;
	m->ort->api->release_session(m->session);
	free(m);
}

static size_t input_bytes(const struct ort_input *in)
{
	size_t n = 4; /* both types that are used have four bytes */
	for (size_t i = 0; i < in->rank; i++)
		n *= (size_t)in->dims[i];
	return n;
}

/* Where output i lies and how many floats it has. */
static enum err read_output(struct ort_result *r, size_t i, struct fault *why)
{
	const struct ort_api *api = r->model->ort->api;
	void *info = NULL, *data = NULL;
	int type = 0;
	TRY(check(api, api->get_type_and_shape(r->values[i], &info), "output", why));
	enum err e = check(api, api->get_element_type(info, &type), "output", why);
	if (!e)
		e = check(api, api->get_element_count(info, &r->count[i]), "output", why);
	api->release_type_and_shape(info);
	TRY(e);
	if (type != ORT_FLOAT)
		return fault(why, E_INVALID, "an output of the model is not of type float");
	TRY(check(api, api->get_tensor_data(r->values[i], &data), "output", why));
	r->at[i] = data;
	return OK;
}

enum err ort_run(const struct ort_model *m, const struct ort_input *in, struct ort_wanted wanted,
	struct ort_result *out, struct fault *why)
{
	size_t n = wanted.n;
	*out = (struct ort_result){ .model = m, .n = n };
	if (n > ORT_OUTPUTS_MAX || in->rank > ORT_RANK_MAX)
		return fault(why, E_INTERNAL, "too many outputs or dimensions");
	const struct ort_api *api = m->ort->api;
	void *value = NULL, *data = NULL;
	memcpy(&data, &in->data, sizeof data); /* the library asks for void *, and only reads */
	TRY(check(api,
		api->create_tensor_with_data(m->ort->memory, data, input_bytes(in), in->dims,
			in->rank, (int)in->type, &value),
		"input", why));
	const void *values[1] = { value };
	const char *names[1] = { in->name };
	enum err e = check(api,
		api->run(m->session, NULL, names, values, 1, wanted.names, n, out->values), "run",
		why);
	api->release_value(value);
	for (size_t i = 0; !e && i < n; i++)
		e = read_output(out, i, why);
	if (e)
		ort_result_free(out);
	return e;
}

void ort_result_free(struct ort_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->values[i])
			r->model->ort->api->release_value(r->values[i]);
	*r = (struct ort_result){ 0 };
}
