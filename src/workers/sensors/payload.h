/* What a device sent, as integers: read from JSON text without a real number on the way.
 *
 * Plain  {"at":1764000000000,"t":-18.25,"rh":81.5}; each may be absent or null.
 * Other  a map says by JSON pointers (RFC 6901) where the values stand and in which unit. A pointer
 *        matches a key letter by letter; a key written with escapes is never met.
 *
 * The text is a stranger's: at most PAYLOAD_MAX bytes and PAYLOAD_DEPTH levels, strictly RFC 8259.
 */
#ifndef WORKERS_SENSORS_PAYLOAD_H
#define WORKERS_SENSORS_PAYLOAD_H

#include "core/base/base.h"

enum { PAYLOAD_MAX = 4096, PAYLOAD_DEPTH = 16 };

enum payload_unit {
	UNIT_C,
	UNIT_C10,
	UNIT_C100,
	UNIT_F,
	UNIT_K,
	UNIT_PCT,
	UNIT_PCT10,
	UNIT_SHARE,
	UNIT_MS,
	UNIT_S,
	UNIT_ISO,
	UNITS
};
/* UNITS: no such unit. */
enum payload_unit payload_unit(const char *code);

struct payload_map {
	const char *t, *rh, *at; /* pointers; NULL: the device has none */
	enum payload_unit t_unit, rh_unit, at_unit;
};
extern const struct payload_map payload_plain;

struct payload {
	bool has_t, has_rh, has_at;
	int64_t t,
		rh; /* hundredths of a degree Celsius, of a per cent; rounded, half away from 0 */
	int64_t at; /* ms UTC */
};
/* NULL, or an English sentence why it cannot be used. */
const char *payload_read(struct bytes in, const struct payload_map *m, struct payload *out);

#endif
