/* Private to the room of cameras: what the watch of many kitchens takes. */
#ifndef CAMERAS_WATCH_H
#define CAMERAS_WATCH_H

#include "core/core.h"

enum {
	NODE_SILENT_MS = 10 * SECOND, /* a node not heard of for so long has lost its leases */
	SUB_KEEP_MS = 10 * MINUTE,    /* recordings of sub streams: for looking only */
};

/* Settings of a device's streams; one row a camera, with the camera's id. */
struct camera_settings {
	int64_t id, version;
	const char *kind, *sub_url, *reader;
	int64_t keep_days;
	const char *position;
};
extern const struct model camera_settings_model;
extern const struct choice camera_kinds[], live_states[], stream_reasons[];

/* A camera without a row has the defaults, and version 0. */
enum err settings_load(struct req *rq, int64_t camera, struct camera_settings *s);
enum err settings_page(struct req *rq);
enum err settings_save(struct req *rq);

/* lease.c */
enum err internal_lease(struct req *rq);
enum err internal_cameras(struct req *rq);
enum err internal_status(struct req *rq);

/* faults.c */
enum err fault_index(struct req *rq);
enum err faults_every_minute(struct req *rq);
/* uptime.c */
enum err uptime_page(struct req *rq);
/* map.c */
enum err camera_map(struct req *rq);

#endif
