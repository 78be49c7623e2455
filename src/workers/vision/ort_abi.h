/* The part of the ONNX Runtime C interface that a detector needs, written down by position.
 *
 * The library hands out a table of function pointers that is only ever appended to. All positions
 * here lie in version 1 of it (0..101), which GetApi(1) gives on every library 1.x; the numbers
 * were taken from the published header with offsetof. Members not used are counted, not named.
 */
#ifndef WORKERS_VISION_ORT_ABI_H
#define WORKERS_VISION_ORT_ABI_H

#include <stddef.h>
#include <stdint.h>

typedef void *ort_status; /* NULL: all is well; else an object to read and release */
typedef void (*ort_unused)(void);

enum { ORT_API_VERSION = 1, ORT_LOG_ERROR = 3, ORT_OPTIMISE_ALL = 99 };
enum { ORT_ARENA_ALLOCATOR = 1, ORT_MEM_DEFAULT = 0 };

struct ort_api {
	ort_unused unused_0[2];
	const char *(*get_error_message)(ort_status s);
	ort_status (*create_env)(int log_level, const char *name, void **out);
	ort_unused unused_4[3];
	ort_status (*create_session)(void *env, const char *path, void *options, void **out);
	ort_unused unused_8[1];
	ort_status (*run)(void *session, const void *run_options, const char *const *in_names,
		const void *const *in, size_t in_n, const char *const *out_names, size_t out_n,
		void **out);
	ort_status (*create_session_options)(void **out);
	ort_unused unused_11[12];
	ort_status (*set_graph_optimisation)(void *options, int level);
	ort_status (*set_intra_op_threads)(void *options, int n);
	ort_status (*set_inter_op_threads)(void *options, int n);
	ort_unused unused_26[23];
	ort_status (*create_tensor_with_data)(void *memory_info, void *data, size_t bytes,
		const int64_t *dims, size_t rank, int type, void **out);
	ort_unused unused_50[1];
	ort_status (*get_tensor_data)(void *value, void **out);
	ort_unused unused_52[8];
	ort_status (*get_element_type)(const void *info, int *out);
	ort_unused unused_61[3];
	ort_status (*get_element_count)(const void *info, size_t *out);
	ort_status (*get_type_and_shape)(const void *value, void **out);
	ort_unused unused_66[3];
	ort_status (*create_cpu_memory_info)(int allocator, int memory_type, void **out);
	ort_unused unused_70[22];
	void (*release_env)(void *env);
	void (*release_status)(ort_status s);
	void (*release_memory_info)(void *info);
	void (*release_session)(void *session);
	void (*release_value)(void *value);
	ort_unused unused_97[2];
	void (*release_type_and_shape)(void *info);
	void (*release_session_options)(void *options);
};

struct ort_api_base {
	const struct ort_api *(*get_api)(uint32_t version);
	const char *(*get_version)(void);
};

#define ORT_AT(member, slot)                                                                       \
	_Static_assert(offsetof(struct ort_api, member) == (slot) * sizeof(ort_unused), #member)
ORT_AT(get_error_message, 2);
ORT_AT(create_env, 3);
ORT_AT(create_session, 7);
ORT_AT(run, 9);
ORT_AT(create_session_options, 10);
ORT_AT(set_graph_optimisation, 23);
ORT_AT(set_intra_op_threads, 24);
ORT_AT(set_inter_op_threads, 25);
ORT_AT(create_tensor_with_data, 49);
ORT_AT(get_tensor_data, 51);
ORT_AT(get_element_type, 60);
ORT_AT(get_element_count, 64);
ORT_AT(get_type_and_shape, 65);
ORT_AT(create_cpu_memory_info, 69);
ORT_AT(release_env, 92);
ORT_AT(release_status, 93);
ORT_AT(release_memory_info, 94);
ORT_AT(release_session, 95);
ORT_AT(release_value, 96);
ORT_AT(release_type_and_shape, 99);
ORT_AT(release_session_options, 100);

#endif
