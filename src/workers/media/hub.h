/* Live fragments for whoever asks at <data>/media/live.sock (core/recordings/live.h). Per camera it
 * knows where in the segment's file the fragments since the last keyframe lie, and their head; the
 * bytes themselves stay in the file. One thread serves all readers. */
#ifndef WORKERS_MEDIA_HUB_H
#define WORKERS_MEDIA_HUB_H

#include "core/recordings/live.h"
#include "workers/media/part.h"

enum {
	HUB_READERS_MAX = 512,
	HUB_GROUP_MAX = 64, /* fragments kept since a keyframe; a longer group is not kept: new
			       readers then wait for the next */
	HUB_QUEUE_MAX = 96, /* messages a reader may lie behind before it loses some */
	HUB_STUCK_MS = 20 * SECOND, /* a reader that takes nothing for so long is let go */
};

struct hub;
struct hub_place; /* a camera's */

/* Opens the socket: before rights are given up. */
enum err hub_open(const char *media, struct hub **out, struct fault *why);
enum err hub_start(struct hub *h, struct fault *why); /* its thread */
void hub_close(struct hub *h);			      /* when all places were left; NULL is fine */

/* The calls of one camera's thread. A NULL hub gives a NULL place, which all of them accept. */
struct hub_place *hub_enter(struct hub *h, const char *camera);
void hub_leave(struct hub_place *p); /* ends its readers */

/* A run begins: what LIVE_INFO and LIVE_HEAD say; copied. */
void hub_run(struct hub_place *p, const char *info, struct bytes head);
void hub_pause(struct hub_place *p); /* the run is over: nothing to show until the next */

struct hub_fragment {
	struct part *part; /* held as long as needed */
	int64_t at;	   /* where in it */
	uint32_t n;
	int64_t time_ms;
	bool sync;
};
void hub_fragment(struct hub_place *p, const struct hub_fragment *f);

#endif
