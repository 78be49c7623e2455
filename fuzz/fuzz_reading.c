/* What a device sends, and the list that says how to read it: whatever comes in, it ends, and what
 * is taken lies within bounds. */
#include "workers/sensors/devices.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_by(struct bytes in, const struct payload_map *m)
{
	struct payload p;

	if (payload_read(in, m, &p))
		return;
	if (!p.has_t && !p.has_rh)
		abort();
	if (p.has_t && (p.t < -20000000 || p.t > 20000000))
		abort();
	if (p.has_rh && (p.rh < -1000000000 || p.rh > 1000000000))
		abort();
	if (p.has_at && p.at <= 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct payload_map other[] = {
		{ "/data/0/temp", "/data/1/hum", "/ts", UNIT_F, UNIT_SHARE, UNIT_S },
		{ "/data/0/temp", "/a~1b", "/time", UNIT_K, UNIT_PCT10, UNIT_ISO },
		{ "", "/0", "/1", UNIT_C100, UNIT_PCT, UNIT_MS },
	};
	struct arena *a = arena_new();
	struct bytes in = { data, size };
	struct devices d;
	char name[DEVICE_MAX + 1];
	char *text = arena_copy(a, (const char *)data, size);

	read_by(in, &payload_plain);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		read_by(in, &other[i]);
	if (!devices_read(a, in, &d, NULL))
		for (size_t i = 0; i < d.n; i++)
			if (!d.at[i].map.t && !d.at[i].map.rh && !d.at[i].map.at)
				abort();
	if (device_of_topic(text, name) && (!*name || strlen(name) > DEVICE_MAX))
		abort();
	arena_free(a);
	return 0;
}
