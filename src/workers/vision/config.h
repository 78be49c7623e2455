/* What the web process wants watched: GET /internal/cameras. */
#ifndef WORKERS_VISION_CONFIG_H
#define WORKERS_VISION_CONFIG_H

#include "workers/vision/hours.h"
#include "workers/vision/rules.h"

enum { CAMERA_ID_MAX = 41, CAMERA_RULES_MAX = RULE_CODES - 1, CAMERAS_MAX = 20000 };
enum { INTERVAL_LEAST = 200, INTERVAL_MOST = 10 * MINUTE };

struct camera_config {
	char id[CAMERA_ID_MAX]; /* names its folder: digits, letters, - and _ only */
	struct hours hours;
	int64_t interval_ms;
	size_t n;
	struct rule rules[CAMERA_RULES_MAX];
};

struct camera_configs {
	struct camera_config *at; /* in the arena */
	size_t n;
};

/* Reads the answer. Cameras that are not enabled or have no rule known here are left out; one with
 * a mistake is left out and logged; hours that make no sense count as not known. Only an answer
 * that is no such list at all is an error. */
enum err config_parse(
	struct bytes json, struct arena *a, struct camera_configs *out, struct fault *why);

#endif
