/* The list of cameras, as the web process tells it, and what changed in it. */
#ifndef WORKERS_MEDIA_ROSTER_H
#define WORKERS_MEDIA_ROSTER_H

#include "core/base/base.h"

enum {
	ROSTER_CAMERAS_MAX = 4096,
	ROSTER_DEVICES_MAX = 8192,
	ROSTER_URL_MAX = 1024,
	ROSTER_BYTES_MAX = 4 << 20
};

struct roster_camera {
	const char *id, *url; /* in the arena it was read into */
	const char *reader;   /* "libav", or "" */
	int64_t interval_ms;  /* between stills of a snapshot camera; 0: the usual */
	int64_t keep_ms;      /* recordings older than that go; 0: as the worker's option says */
	bool enabled;
};

/* A device that may register here (GB/T 28181): 20 digits and its password. */
struct roster_device {
	const char *id, *password;
};

struct roster {
	struct roster_camera *at; /* sorted by id */
	size_t n;
	struct roster_device *devices;
	size_t n_devices;
};

/* Reads {"cameras":[{"id":"735..","url":"rtsp://..","enabled":true,...}],
 * "devices":[{"id":"310112..","password":".."}]}, the latter may be absent; members not named here
 * are passed over. E_INVALID when it is not that; a single bad camera (id, address too long, named
 * twice) is left out with a line in the log. */
enum err roster_parse(struct arena *a, struct bytes json, struct roster *out, struct fault *why);

void roster_sort(struct roster *r); /* by id, as the functions below want it */

/* The camera of that id, or NULL. */
const struct roster_camera *roster_find(const struct roster *r, const char *id);

enum roster_step { ROSTER_START, ROSTER_STOP, ROSTER_RESTART };

struct roster_change {
	enum roster_step step;
	const char *id;
};

struct roster_changes {
	struct roster_change *at;
	size_t n;
};

/* What has to be done to get from before to after. A camera that is not enabled counts as absent;
 * only another address restarts one. */
void roster_diff(struct arena *a, const struct roster *before, const struct roster *after,
	struct roster_changes *out);

#endif
