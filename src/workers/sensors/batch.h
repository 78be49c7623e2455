/* Readings on their way: messages as they come in, as one body of POST /internal/readings. */
#ifndef WORKERS_SENSORS_BATCH_H
#define WORKERS_SENSORS_BATCH_H

#include "workers/sensors/devices.h"

enum { BATCH_FULL = 500 };

struct batch {
	struct arena *arena;
	struct buf readings, refused; /* JSON, without the brackets */
	int n;			      /* messages */
};
void batch_start(struct batch *b); /* forgets what was there */
/* A message of the broker; one that cannot be used is noted with the reason. */
void batch_add(struct batch *b, const struct devices *d, const char *topic, struct bytes payload);
struct bytes batch_body(struct batch *b);

#endif
