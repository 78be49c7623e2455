/* Which device writes its readings in which way: what GET /internal/sensors answers. */
#ifndef WORKERS_SENSORS_DEVICES_H
#define WORKERS_SENSORS_DEVICES_H

#include "workers/sensors/payload.h"

enum { DEVICE_MAX = 40, DEVICES_BYTES_MAX = 8 << 20 };

struct device {
	const char *name;
	struct payload_map map;
};
struct devices {
	struct device *at; /* by name */
	size_t n;
};

/* E_INVALID: no list. A device whose map makes no sense is left out. Only those with a map of their
 * own are kept. */
enum err devices_read(struct arena *a, struct bytes json, struct devices *out, struct fault *why);
/* The plain map for who has none of its own. */
const struct payload_map *devices_map(const struct devices *d, const char *name);
/* "shian/v1/NAME/readings": copies NAME; false for any other topic. */
bool device_of_topic(const char *topic, char name[DEVICE_MAX + 1]);

#endif
