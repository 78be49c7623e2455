/* The vision process: looks at the newest keyframe of each camera, and turns what it sees again and
 * again into leads for officers.
 *
 * Reads   GET <web>/internal/cameras[?node=NODE]: which cameras, which rules
 *         <data>/media/<camera id>/: what the media worker recorded
 * Writes  <data>/vision/pending/: leads on their way, so that nothing is lost with the process
 *         POST <web>/leads: a lead with its still, POST <web>/leads/clip: its clip
 *         POST <web>/internal/vision/status: how it keeps up
 *         POST <web>/internal/blurs/<digest>: a picture for outside, its faces covered
 */
#ifndef WORKERS_VISION_WORKER_H
#define WORKERS_VISION_WORKER_H

#include "core/base/base.h"

struct vision_options {
	const char *web_url;	/* http://127.0.0.1:8080, without a path */
	const char *token;	/* bearer token of the internal interface */
	const char *data_dir;	/* holds media/ and vision/ */
	const char *node;	/* looks at the cameras which this node records; NULL: at all */
	const char *models_dir; /* as tools/models/fetch.sh fills it */
	int threads;		/* pictures looked at at once; 0: one for each processor */
	bool no_sandbox;	/* for debuggers; the log says so */
};

/* Runs until SIGTERM or SIGINT. Without usable models it says so and tries again every 30 s.
 * Returns the exit status: 0 after a signal, 1 when it could not start or a decoder is gone (the
 * parent starts it anew). Call it in a process of its own, single-threaded: it forks, starts
 * threads, blocks signals and gives up rights for good. */
int vision_main(const struct vision_options *o);

#endif
