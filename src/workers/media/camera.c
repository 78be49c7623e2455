#include "workers/media/camera.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workers/media/file_put.h"
#include "workers/media/folder_lock.h"
#include "workers/media/repair.h"

enum { STACK_BYTES = 1 << 20 };

struct camera {
	char *url, *reader, *folder;
	const struct doors *doors;
	int64_t interval_ms;
	struct hub_place *live;
	pthread_t thread;
	atomic_bool stop, ended;
	int lock_fd;	      /* of the folder */
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t wake;  /* stop was set */
	struct camera_status status;
	uint64_t serial;
};

/* ---- status ------------------------------------------------------------------------------ */

static void put_status(struct camera *c)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct camera_status s;
	(void)camera_status(c, &s);
	char *text = status_json(a, &s);
	struct bytes content = { (const uint8_t *)text, strlen(text) };
	if (file_put(c->folder, "status.json", content, &why))
		log_event(LOG_ERROR, "media.status_not_written", "camera", s.id, "error", why.text,
			NULL);
	arena_free(a);
}

static void note_facts(struct camera *c, const struct recorder_facts *f)
{
	pthread_mutex_lock(&c->lock);
	const struct recorder_facts *old = &c->status.facts;
	if (old->codec != f->codec || old->width != f->width || old->height != f->height)
		c->serial++;
	c->status.facts = *f;
	pthread_mutex_unlock(&c->lock);
	put_status(c);
}

static void note_state(
	struct camera *c, enum camera_state state, enum stream_reason reason, const char *detail)
{
	pthread_mutex_lock(&c->lock);
	struct camera_status *s = &c->status;
	bool changed = s->state != state || s->reason != reason;
	if (s->state != state)
		s->since_ms = clock_now();
	s->state = state;
	s->reason = reason;
	snprintf(s->detail, sizeof(s->detail), "%s", detail);
	if (changed)
		c->serial++;
	pthread_mutex_unlock(&c->lock);
	if (changed)
		log_event(state == CAMERA_LOST ? LOG_WARN : LOG_INFO, "media.camera", "camera",
			s->id, "state", camera_state_text(state), "reason", reason_text(reason),
			"detail", detail, NULL);
}

static void set_state(
	struct camera *c, enum camera_state state, enum stream_reason reason, const char *detail)
{
	note_state(c, state, reason, detail);
	put_status(c);
}

uint64_t camera_status(struct camera *c, struct camera_status *out)
{
	pthread_mutex_lock(&c->lock);
	*out = c->status;
	uint64_t serial = c->serial;
	pthread_mutex_unlock(&c->lock);
	return serial;
}

/* ---- the thread -------------------------------------------------------------------------- */

/* Records until the stream breaks. Returns for how long it was live, in ms. */
static int64_t record(struct camera *c, struct recorder *r, struct stream_source *s)
{
	enum stream_reason reason = REASON_NONE;
	struct fault why = { 0 };
	struct stream_frame frame;
	int64_t live_since = 0, seen = recorder_facts(r)->segments;
	recorder_begin(r, s);
	enum err e = OK;
	while (!e) {
		e = s->next(s, &frame, &why);
		reason = s->reason;
		if (!e)
			e = recorder_frame(r, &frame, &reason, &why);
		if (e || recorder_facts(r)->segments == seen)
			continue;
		seen = recorder_facts(r)->segments;
		note_facts(c, recorder_facts(r));
		if (!live_since) {
			live_since = clock_mono();
			set_state(c, CAMERA_LIVE, REASON_NONE, "");
		}
	}
	struct fault rest = { 0 };
	if (recorder_end(r, &rest))
		log_event(LOG_WARN, "media.last_segment_lost", "error", rest.text, NULL);
	else if (recorder_facts(r)->segments != seen)
		note_facts(c, recorder_facts(r));
	if (!atomic_load(&c->stop))
		set_state(c, CAMERA_LOST, reason, why.text);
	return live_since ? clock_mono() - live_since : 0;
}

static int64_t attempt(struct camera *c, struct recorder *r)
{
	struct source_request request = { .url = c->url,
		.camera = c->status.id,
		.reader = c->reader,
		.doors = c->doors,
		.interval_ms = c->interval_ms,
		.stop = &c->stop,
		.connect_ms = CAMERA_CONNECT_MS,
		.read_ms = CAMERA_READ_MS };
	struct stream_source *s;
	enum stream_reason reason;
	struct fault why = { 0 };
	if (source_open(&request, &s, &reason, &why)) {
		if (!atomic_load(&c->stop))
			set_state(c, CAMERA_LOST, reason, why.text);
		return 0;
	}
	int64_t live_ms = record(c, r, s);
	s->close(s);
	return live_ms;
}

/* Between three and five quarters of ms: cameras that were lost together do not all come back in
 * the same moment. */
static int64_t about(int64_t ms)
{
	uint32_t random;
	random_bytes(&random, sizeof(random));
	return ms * 3 / 4 + random % (ms / 2);
}

static void pause_for(struct camera *c, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
	until.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
	until.tv_nsec = (long)(ns % 1000000000);
	pthread_mutex_lock(&c->lock);
	while (!atomic_load(&c->stop))
		if (pthread_cond_timedwait(&c->wake, &c->lock, &until) == ETIMEDOUT)
			break;
	pthread_mutex_unlock(&c->lock);
}

/* Waits for the folder's lock. Until then nothing is written there, the status neither: it belongs
 * to the other. */
static bool own_folder(struct camera *c)
{
	struct fault why = { 0 };
	while (!atomic_load(&c->stop)) {
		if (!folder_lock(c->folder, ".lock", &c->lock_fd, &why)) {
			if (media_repair_camera(c->folder, &why))
				log_event(LOG_WARN, "media.not_repaired", "error", why.text, NULL);
			return true;
		}
		note_state(c, CAMERA_LOST, REASON_STORAGE, why.text);
		pause_for(c, CAMERA_RETRY_FIRST_MS);
	}
	return false;
}

static void keep_recorded(struct camera *c)
{
	struct recorder *r = recorder_new(c->folder, c->live);
	int64_t wait_ms = CAMERA_RETRY_FIRST_MS;
	set_state(c, CAMERA_CONNECTING, REASON_NONE, "");
	while (!atomic_load(&c->stop)) {
		if (attempt(c, r) >= CAMERA_STEADY_MS)
			wait_ms = CAMERA_RETRY_FIRST_MS;
		pause_for(c, about(wait_ms));
		wait_ms = wait_ms * 2 > CAMERA_RETRY_LAST_MS ? CAMERA_RETRY_LAST_MS : wait_ms * 2;
	}
	set_state(c, CAMERA_LOST, REASON_STOPPED, "switched off, or the worker ended");
	recorder_free(r);
	close(c->lock_fd);
}

static void *run(void *at)
{
	struct camera *c = at;
	if (own_folder(c))
		keep_recorded(c);
	hub_leave(c->live);
	atomic_store(&c->ended, true);
	return NULL;
}

/* ---- from outside ------------------------------------------------------------------------ */

static void camera_free(struct camera *c)
{
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c->url);
	free(c->reader);
	free(c->folder);
	free(c);
}

static struct camera *camera_new(const char *folder, const struct camera_request *r)
{
	struct camera *c = calloc(1, sizeof(*c));
	pthread_condattr_t attr;
	if (!c || !(c->url = strdup(r->url)) || !(c->folder = strdup(folder)) ||
		!(c->reader = strdup(r->reader ? r->reader : "")))
		abort();
	c->doors = r->doors;
	c->interval_ms = r->interval_ms;
	snprintf(c->status.id, sizeof(c->status.id), "%s", r->id);
	c->status.since_ms = clock_now();
	c->serial = 1;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
	return c;
}

enum err camera_start(const struct camera_request *r, struct camera **out, struct fault *why)
{
	struct arena *a = arena_new();
	const char *folder = arena_printf(a, "%s/%s", r->media, r->id);
	pthread_attr_t attr;
	enum err e = dir_make(folder, why);
	if (!e) {
		struct camera *c = camera_new(folder, r);
		c->live = hub_enter(r->hub, r->id);
		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, STACK_BYTES);
		int rc = pthread_create(&c->thread, &attr, run, c);
		pthread_attr_destroy(&attr);
		if (rc) {
			hub_leave(c->live);
			camera_free(c);
			e = fault(why, E_BUSY, "cannot start a thread: %s", strerror(rc));
		} else {
			*out = c;
		}
	}
	arena_free(a);
	return e;
}

void camera_ask_stop(struct camera *c)
{
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->stop, true);
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

bool camera_ended(const struct camera *c)
{
	return atomic_load(&c->ended);
}

void camera_join(struct camera *c)
{
	pthread_join(c->thread, NULL);
	camera_free(c);
}
