/* A thread that keeps one camera recorded: connects, records, and tries again for ever. */
#ifndef WORKERS_MEDIA_CAMERA_H
#define WORKERS_MEDIA_CAMERA_H

#include "workers/media/hub.h"
#include "workers/media/status.h"

enum {
	/* A camera that hangs is on the list of faults within 6 s: with the report, and a machine
	 * that has much to do. */
	CAMERA_CONNECT_MS = 5500,
	CAMERA_READ_MS = 4500,
	CAMERA_RETRY_FIRST_MS = 1 * SECOND, /* doubles with each failure, a quarter more or less */
	CAMERA_RETRY_LAST_MS = 30 * SECOND,
	CAMERA_STEADY_MS = 10 * SECOND, /* live for so long: the next retry is quick again */
};

struct camera;

struct camera_request {
	const char *media, *id, *url, *reader; /* the folder <data>/media; copied */
	const struct doors *doors;	       /* outlives the camera */
	struct hub *hub;		       /* the same; NULL: nobody is shown it live */
	int64_t interval_ms;		       /* between stills; 0: the usual */
};

/* Starts the thread; makes the folder media/<id>. It records when it has the folder's lock: as long
 * as another worker has, it is not live, for the reason REASON_STORAGE. */
enum err camera_start(const struct camera_request *r, struct camera **out, struct fault *why);

/* Asks the thread to end; returns at once. */
void camera_ask_stop(struct camera *c);

/* True when the thread has ended. */
bool camera_ended(const struct camera *c);

/* Waits for the thread, which must have been asked to stop, and frees c. */
void camera_join(struct camera *c);

/* A copy of its status; returns a number that grows when the state, reason or format changes. */
uint64_t camera_status(struct camera *c, struct camera_status *out);

#endif
