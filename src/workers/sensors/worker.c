#include "workers/sensors/worker.h"

#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/proc/sandbox.h"
#include "workers/media/centre.h"
#include "workers/sensors/batch.h"
#include "workers/sensors/link.h"
#include "workers/sensors/spool.h"

enum {
	LIST_EVERY_MS = 5 * SECOND,
	WAIT_MS = 200,	/* for the broker, when nothing is there */
	GATHER_MS = 5,	/* for more, when something is */
	AGAIN_MS = 500, /* first wait after a broken line; doubled up to */
	AGAIN_MOST_MS = 15 * SECOND,
	PATIENCE = 20, /* refusals of one batch by a web process that is there */
	SPOOL_MAX = 64 << 20,
};

struct worker {
	const struct sensors_options *options;
	struct centre *centre;
	struct link_options broker;
	struct link *link;
	int64_t connect_at, again_ms; /* clock_mono */
	struct arena *list_arena;
	struct devices devices;
	bool listed; /* the list of devices is known: without it nothing can be read rightly */
	int64_t list_at, drain_at;
	struct batch batch;
	struct spool spool;
	int refusals;
	bool web_away;
};

/* ---- signals ------------------------------------------------------------------- */
static sigset_t ending(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	return set;
}

static bool stopping(void)
{
	sigset_t pending;
	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* ---- the web process -------------------------------------------------------------- */
static void note_web(struct worker *w, bool away, const char *error)
{
	if (away != w->web_away && !stopping())
		log_event(away ? LOG_WARN : LOG_INFO,
			away ? "sensors.web_away" : "sensors.web_back", "error", error, NULL);
	w->web_away = away;
}

static char *list_path(struct worker *w, struct arena *a)
{
	return arena_printf(a, "%s/sensors/devices.json", w->options->data_dir);
}

/* Takes the arena over when the list is good. */
static bool take_list(struct worker *w, struct arena *a, struct bytes json)
{
	struct devices d;
	struct fault why = { 0 };

	if (devices_read(a, json, &d, &why)) {
		log_event(LOG_ERROR, "sensors.list_not_understood", "error", why.text, NULL);
		return false;
	}
	arena_free(w->list_arena);
	w->list_arena = a;
	w->devices = d;
	w->listed = true;
	return true;
}

static void recall_list(struct worker *w)
{
	struct arena *a = arena_new();
	struct bytes json;

	if (file_read(a, list_path(w, a), DEVICES_BYTES_MAX, &json, NULL) || !take_list(w, a, json))
		arena_free(a);
}

static void fetch_list(struct worker *w)
{
	struct buf answer = { .arena = arena_new() };
	struct fault why = { 0 };
	enum err e = centre_get(w->centre, "/internal/sensors", &answer, &why);
	struct bytes json = { (const uint8_t *)buf_text(&answer), answer.n };

	note_web(w, e != OK, why.text);
	if (e || !take_list(w, answer.arena, json)) {
		arena_free(answer.arena);
		return;
	}
	struct arena *a = arena_new();
	if (file_write(list_path(w, a), json.at, json.n, 0640, &why))
		log_event(LOG_ERROR, "sensors.list_not_kept", "error", why.text, NULL);
	arena_free(a);
}

/* ---- batches ------------------------------------------------------------------------ */
/* The oldest batch of the spool to the web process. One that a living web process refuses again
 * and again must not hold up the rest for ever: a person looks at it. */
static bool drain_one(struct worker *w)
{
	struct arena *a = arena_new();
	struct bytes body;
	struct fault why = { 0 };
	enum err e = spool_first(a, &w->spool, &body, &why);
	bool taken = false;

	if (!e)
		e = centre_post(w->centre, "/internal/readings",
			arena_copy(a, (const char *)body.at, body.n), &why);
	if (!e) {
		spool_drop(&w->spool);
		w->refusals = 0;
		taken = true;
	} else if (e != E_NOT_FOUND && !w->web_away && ++w->refusals >= PATIENCE) {
		log_event(LOG_ERROR, "sensors.batch_set_aside", "error", why.text, NULL);
		spool_set_aside(&w->spool);
		w->refusals = 0;
	}
	arena_free(a);
	return taken;
}

static void drain(struct worker *w)
{
	if (clock_mono() < w->drain_at)
		return;
	for (int i = 0; i < 20 && !spool_empty(&w->spool); i++)
		if (!drain_one(w)) {
			w->drain_at = clock_mono() + SECOND;
			return;
		}
}

static void drop_link(struct worker *w, const char *why)
{
	if (w->link && !stopping())
		log_event(LOG_WARN, "sensors.broker_lost", "why", why, NULL);
	link_close(w->link);
	w->link = NULL;
	batch_start(&w->batch); /* not acknowledged: it comes again */
	w->connect_at = clock_mono() + w->again_ms;
	w->again_ms = w->again_ms * 2 > AGAIN_MOST_MS ? AGAIN_MOST_MS : w->again_ms * 2;
}

/* Kept by the web process or on disk, then acknowledged; or neither, and the broker keeps it. */
static void deliver(struct worker *w)
{
	struct fault why = { 0 };
	struct bytes body = batch_body(&w->batch);
	enum err e = E_BUSY;

	if (spool_empty(&w->spool))
		e = centre_post(w->centre, "/internal/readings", (const char *)body.at, &why);
	if (e)
		e = spool_put(&w->spool, body, &why);
	if (!e)
		e = link_flush(w->link, &why);
	if (e) {
		drop_link(w, why.text);
		return;
	}
	batch_start(&w->batch);
	w->again_ms = AGAIN_MS;
}

static void on_message(void *ctx, const char *topic, struct bytes payload)
{
	struct worker *w = ctx;
	batch_add(&w->batch, &w->devices, topic, payload);
}

/* ---- the round ------------------------------------------------------------------------ */
static void connect_broker(struct worker *w)
{
	struct fault why = { 0 };

	if (!w->listed || clock_mono() < w->connect_at)
		return;
	batch_start(&w->batch);
	if (link_open(&w->broker, &w->link, &why))
		drop_link(w, why.text);
}

static void turn(struct worker *w)
{
	struct fault why = { 0 };
	struct timespec moment = { 0, (long)WAIT_MS * 1000000 };
	int before = w->batch.n;

	if (!w->link) {
		connect_broker(w);
		if (!w->link)
			nanosleep(&moment, NULL);
		return;
	}
	bool pending = w->batch.n > 0;
	if (link_turn(w->link, pending ? GATHER_MS : WAIT_MS, !pending, &why)) {
		drop_link(w, why.text);
		return;
	}
	if (w->batch.n >= BATCH_FULL || (pending && w->batch.n == before))
		deliver(w);
}

/* ---- start and end ---------------------------------------------------------------------- */
/* The login file holds the name and the password, a line each. */
static enum err read_login(struct worker *w, struct arena *a, struct fault *why)
{
	struct bytes all;

	if (!w->options->login)
		return OK;
	TRY(file_read(a, w->options->login, 4096, &all, why));
	char *text = arena_copy(a, (const char *)all.at, all.n), *end = strchr(text, '\n');
	if (!end)
		return fault(why, E_INVALID, "%s: a name and a password, a line each",
			w->options->login);
	*end = 0;
	w->broker.user = text;
	w->broker.password = end + 1;
	end[1 + strcspn(end + 1, "\r\n")] = 0;
	return OK;
}

static enum err give_up_rights(struct worker *w, const char *folder, struct fault *why)
{
	const char *const writable[] = { folder, NULL };
	const char *const readable[] = { w->options->ca, NULL };
	struct sandbox s = { .profile = SANDBOX_NET,
		.read_write = writable,
		.read_only = w->options->ca ? readable : NULL,
		.memory_max = (uint64_t)2 << 30 };

	if (w->options->no_sandbox) {
		log_event(LOG_WARN, "sensors.no_sandbox", NULL);
		return OK;
	}
	return sandbox_enter(&s, why);
}

static enum err begin(struct worker *w, struct arena *a, struct fault *why)
{
	sigset_t set = ending();
	struct centre_options co = { w->options->web_url, w->options->token, stopping };
	const char *folder = arena_printf(a, "%s/sensors", w->options->data_dir);

	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	w->broker = (struct link_options){ .ca = w->options->ca,
		.client = "shian-sensors",
		.pattern = "shian/v1/+/readings",
		.message = on_message,
		.ctx = w };
	TRY(link_address(a, w->options->mqtt, &w->broker, why));
	TRY(read_login(w, a, why));
	TRY(dir_make(folder, why));
	TRY(centre_open(&co, &w->centre, why));
	TRY(give_up_rights(w, folder, why));
	w->spool.max = w->options->spool_max ? w->options->spool_max : SPOOL_MAX;
	return spool_open(a, arena_printf(a, "%s/spool", folder), &w->spool, why);
}

int sensors_main(const struct sensors_options *o)
{
	struct arena *a = arena_new();
	struct worker w = { .options = o, .again_ms = AGAIN_MS };
	struct fault why = { 0 };

	if (begin(&w, a, &why)) {
		log_event(LOG_ERROR, "sensors.not_started", "error", why.text, NULL);
		arena_free(a);
		return 1;
	}
	log_event(LOG_INFO, "sensors.started", "broker", o->mqtt, NULL);
	recall_list(&w);
	while (!stopping()) {
		if (clock_mono() >= w.list_at) {
			fetch_list(&w);
			w.list_at = clock_mono() + LIST_EVERY_MS;
		}
		drain(&w);
		turn(&w);
	}
	link_close(w.link); /* what is not acknowledged comes again */
	centre_close(w.centre);
	arena_free(w.batch.arena);
	arena_free(w.list_arena);
	arena_free(a);
	log_event(LOG_INFO, "sensors.ended", NULL);
	return 0;
}
