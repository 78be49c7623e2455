/* The media worker: camera streams to segments on disk, without re-encoding.
 *
 * Folder   <data>/media/<camera id>/
 *            init-<gen>.mp4                      head of one run of the stream (gen: 13 digits, ms
 * UTC) <gen>-<start ms>-<duration ms>.m4s  one segment: whole fragments, first picture at start ms
 *            live.m3u8, status.json              rewritten with each segment
 *            .lock                               held by the worker that records this camera
 *          A file is visible only when whole (written under a dot-name, then renamed). A run ends
 * when the stream breaks or its parameters change; the next one has a new gen and a new head. init
 * + any segments of the same gen, one after another, are a file that plays. Process  one thread per
 * camera, one for tidying; it talks to the web process, and goes on recording with the last known
 * list when that is away.
 */
#ifndef WORKERS_MEDIA_MEDIA_H
#define WORKERS_MEDIA_MEDIA_H

#include "core/base/base.h"

struct media_options {
	const char *web_url;	 /* http://127.0.0.1:8080, without a path */
	const char *token;	 /* bearer token of the internal interface */
	const char *data_dir;	 /* the worker writes below data_dir/media only */
	const char *node;	 /* among those that share the cameras; NULL: the machine's name */
	int64_t capacity;	 /* so many cameras at most; 0: 400 */
	const char *gb_listen;	 /* GB/T 28181: HOST:PORT for SIP over UDP and TCP; NULL: off */
	const char *gb_id;	 /* its 20 digits */
	const char *push_listen; /* RTMP: HOST:PORT; NULL: off */
	const char *address;	 /* what devices are told to send to; NULL: the host listened on */
	int64_t keep_ms;	 /* age after which recordings go; 0: 30 days */
	int64_t quota_bytes;	 /* all cameras together; oldest go first; 0: no quota */
	bool no_sandbox;	 /* for debuggers; the log says so */
};

/* Runs until SIGTERM or SIGINT, which end it within 3 s. Returns the exit status: 0 after a signal,
 * 1 when it could not start (the reason is in the log). Call it in a process of its own,
 * single-threaded: it blocks signals and gives up rights for good (see sandbox.h). */
int media_main(const struct media_options *o);

#endif
