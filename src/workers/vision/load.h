/* What the vision worker tells of its load: POST <web>/internal/vision/status. */
#ifndef WORKERS_VISION_LOAD_H
#define WORKERS_VISION_LOAD_H

#include "workers/vision/post.h"
#include "workers/vision/sight.h"

struct load {
	int64_t over_ms; /* the time this speaks of */
	int64_t busy_us; /* looking, all threads together */
	int64_t threads, cameras;
	int64_t stretch; /* hundredths of a per cent */
	int64_t late;	 /* cameras more than an interval behind */
	unsigned able;	 /* the eyes (enum eye, or-ed) for which a model is there */
	struct look_counts looks;
};

/* Posts it under the node's name; failures are the courier's news, not repeated here. */
enum err load_post(const struct web *web, const char *node, const struct load *l);

/* The same as a line of the log. */
void load_log(const struct load *l);

#endif
