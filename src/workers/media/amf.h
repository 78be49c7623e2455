/* AMF0, as far as the commands of a publisher need it. Source: Adobe, "Action Message Format --
 * AMF 0" (2007). Numbers are kept as the 8 bytes they came in: they are only sent back. */
#ifndef WORKERS_MEDIA_AMF_H
#define WORKERS_MEDIA_AMF_H

#include "core/base/base.h"

enum { AMF_NUMBER_SIZE = 8, AMF_DEPTH_MAX = 8, AMF_OUT_MAX = 1024 };

/* What is left to read. Every function below moves on only when it answers true. */
struct amf {
	const uint8_t *at, *end;
};

bool amf_number(struct amf *a, uint8_t out[AMF_NUMBER_SIZE]);

/* False also for one with a NUL in it, or longer than room - 1. */
bool amf_string(struct amf *a, char *out, size_t room);

/* Passes over any value; false when it is not whole, or nested deeper than AMF_DEPTH_MAX. */
bool amf_skip(struct amf *a);

/* What is said; full is set when something did not fit in. */
struct amf_out {
	uint8_t at[AMF_OUT_MAX];
	size_t n;
	bool full;
};

void amf_put_raw(struct amf_out *o, const uint8_t number[AMF_NUMBER_SIZE]);
void amf_put_int(struct amf_out *o, int v);
void amf_put_string(struct amf_out *o, const char *s);
void amf_put_null(struct amf_out *o);
void amf_put_undefined(struct amf_out *o);
/* Members, then the end: amf_begin, { amf_name, a value } ..., amf_end. */
void amf_begin(struct amf_out *o);
void amf_name(struct amf_out *o, const char *name);
void amf_end(struct amf_out *o);

#endif
