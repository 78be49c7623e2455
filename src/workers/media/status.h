/* What a camera's thread tells of itself: status.json, and the report to the web process. */
#ifndef WORKERS_MEDIA_STATUS_H
#define WORKERS_MEDIA_STATUS_H

#include "workers/media/recorder.h"

enum camera_state { CAMERA_CONNECTING, CAMERA_LIVE, CAMERA_LOST };
const char *camera_state_text(enum camera_state s);

struct camera_status {
	char id[41];
	enum camera_state state;
	int64_t since_ms; /* UTC: in this state since */
	enum stream_reason reason;
	char detail[160]; /* plain English for the log and the technician; no address, no password
			   */
	struct recorder_facts facts;
};

/* The document of status.json:
 * {"id","state":"connecting|live|lost","since":ms,"reason","detail","codec","width","height",
 *  "fps_milli","last_frame":ms or null,"bitrate"} */
char *status_json(struct arena *a, const struct camera_status *s);

/* The report: {"cameras":[{"id","state","since","reason","detail","width","height","codec",
 * "last_frame"}]} */
char *status_report_json(struct arena *a, const struct camera_status *all, size_t n);

#endif
