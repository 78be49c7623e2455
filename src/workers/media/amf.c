#include "workers/media/amf.h"

#include <string.h>

enum marker {
	NUMBER = 0,
	BOOLEAN = 1,
	STRING = 2,
	OBJECT = 3,
	NOTHING = 5,
	UNDEFINED = 6,
	REFERENCE = 7,
	ECMA_ARRAY = 8,
	OBJECT_END = 9,
	STRICT_ARRAY = 10,
	DATE = 11,
	LONG_STRING = 12,
	XML = 15,
	TYPED_OBJECT = 16,
};

static size_t left(const struct amf *a)
{
	return (size_t)(a->end - a->at);
}

static bool take(struct amf *a, size_t n)
{
	if (left(a) < n)
		return false;
	a->at += n;
	return true;
}

/* A big-endian length of that many bytes. */
static bool take_length(struct amf *a, size_t bytes, size_t *out)
{
	size_t v = 0;
	if (left(a) < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | *a->at++;
	*out = v;
	return true;
}

static bool take_text(struct amf *a, size_t length_bytes)
{
	size_t n;
	return take_length(a, length_bytes, &n) && take(a, n);
}

bool amf_number(struct amf *a, uint8_t out[AMF_NUMBER_SIZE])
{
	if (left(a) < 1 + AMF_NUMBER_SIZE || a->at[0] != NUMBER)
		return false;
	memcpy(out, a->at + 1, AMF_NUMBER_SIZE);
	a->at += 1 + AMF_NUMBER_SIZE;
	return true;
}

bool amf_string(struct amf *a, char *out, size_t room)
{
	struct amf b = *a;
	size_t n;
	if (left(&b) < 1 || *b.at++ != STRING || !take_length(&b, 2, &n) || left(&b) < n ||
		n >= room || memchr(b.at, 0, n))
		return false;
	memcpy(out, b.at, n);
	out[n] = '\0';
	a->at = b.at + n;
	return true;
}

static bool skip_value(struct amf *a, int depth);

/* Names and values up to the empty name and its end marker. */
static bool skip_members(struct amf *a, int depth)
{
	for (;;) {
		size_t n;
		if (!take_length(a, 2, &n) || !take(a, n))
			return false;
		if (n == 0 && left(a) && *a->at == OBJECT_END)
			return take(a, 1);
		if (!skip_value(a, depth))
			return false;
	}
}

static bool skip_list(struct amf *a, int depth)
{
	size_t n;
	if (!take_length(a, 4, &n) || n > left(a)) /* each value takes a byte at least */
		return false;
	while (n--)
		if (!skip_value(a, depth))
			return false;
	return true;
}

/* Bytes behind the marker and one, of the kinds that are always as long. */
static const uint8_t FIXED[] = {
	[NUMBER] = 1 + AMF_NUMBER_SIZE,
	[BOOLEAN] = 2,
	[NOTHING] = 1,
	[UNDEFINED] = 1,
	[REFERENCE] = 3,
	[DATE] = 11,
};

static bool skip_value(struct amf *a, int depth)
{
	if (depth == 0 || left(a) < 1)
		return false;
	uint8_t marker = *a->at++;
	if (marker < sizeof(FIXED) && FIXED[marker])
		return take(a, FIXED[marker] - 1u);
	switch (marker) {
	case STRING:
		return take_text(a, 2);
	case LONG_STRING:
	case XML:
		return take_text(a, 4);
	case OBJECT:
		return skip_members(a, depth - 1);
	case ECMA_ARRAY:
		return take(a, 4) && skip_members(a, depth - 1);
	case TYPED_OBJECT:
		return take_text(a, 2) && skip_members(a, depth - 1);
	case STRICT_ARRAY:
		return skip_list(a, depth - 1);
	default:
		return false;
	}
}

bool amf_skip(struct amf *a)
{
	struct amf b = *a;
	if (!skip_value(&b, AMF_DEPTH_MAX))
		return false;
	*a = b;
	return true;
}

/* ---- saying ------------------------------------------------------------------------------ */

static void put(struct amf_out *o, const void *at, size_t n)
{
	if (n > sizeof(o->at) - o->n) {
		o->full = true;
		return;
	}
	memcpy(o->at + o->n, at, n);
	o->n += n;
}

static void put_byte(struct amf_out *o, unsigned v)
{
	uint8_t b = (uint8_t)v;
	put(o, &b, 1);
}

void amf_put_raw(struct amf_out *o, const uint8_t number[AMF_NUMBER_SIZE])
{
	put_byte(o, NUMBER);
	put(o, number, AMF_NUMBER_SIZE);
}

void amf_put_int(struct amf_out *o, int v)
{
	double d = v;
	uint64_t bits;
	uint8_t b[AMF_NUMBER_SIZE];
	memcpy(&bits, &d, sizeof(bits));
	for (int i = AMF_NUMBER_SIZE; i-- > 0; bits >>= 8)
		b[i] = (uint8_t)bits;
	amf_put_raw(o, b);
}

void amf_name(struct amf_out *o, const char *name)
{
	size_t n = strlen(name);
	put_byte(o, (unsigned)(n >> 8) & 0xff);
	put_byte(o, (unsigned)n & 0xff);
	put(o, name, n);
}

void amf_put_string(struct amf_out *o, const char *s)
{
	put_byte(o, STRING);
	amf_name(o, s);
}

void amf_put_null(struct amf_out *o)
{
	put_byte(o, NOTHING);
}

void amf_put_undefined(struct amf_out *o)
{
	put_byte(o, UNDEFINED);
}

void amf_begin(struct amf_out *o)
{
	put_byte(o, OBJECT);
}

void amf_end(struct amf_out *o)
{
	amf_name(o, "");
	put_byte(o, OBJECT_END);
}
