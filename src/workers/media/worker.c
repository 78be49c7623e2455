/* The main thread: keeps the cameras' threads to the list, and reports. */
#include "workers/media/media.h"

#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/proc/sandbox.h"
#include "workers/gb/gb.h"
#include "workers/media/camera.h"
#include "workers/media/centre.h"
#include "workers/media/fetch.h"
#include "workers/media/folder_lock.h"
#include "workers/media/lease.h"
#include "workers/media/push.h"
#include "workers/media/repair.h"
#include "workers/media/roster.h"
#include "workers/media/tidy.h"

enum {
	TURN_MS = 250,		      /* of the main loop: a camera's change is told that soon */
	LIST_EVERY_MS = 2 * SECOND,   /* also keeps the leases: 10 s without, and others get them */
	LEASE_AGAIN_MS = 30 * SECOND, /* after a web process that knows no leases */
	CAPACITY_USUAL = 400,
	ORDERS_EVERY_MS = 1500,
	REPORT_AGAIN_MS = 2 * SECOND, /* after one that did not arrive */
	REPORT_EVERY_MS = 30 * SECOND,
	STOP_MS = 2500,
	/* One allocation of libav: the parser's picture and the muxer's segment fit in. */
	LIBAV_ALLOCATION_MAX = 48 << 20,
};

struct running {
	struct camera *camera;
	char id[41];
	char *url, *reader;
	int64_t interval_ms;
	bool leaving;	   /* asked to stop, not yet ended */
	uint64_t reported; /* serial of the last report that arrived */
	uint64_t reporting;
};

struct worker {
	const struct media_options *options;
	char *media; /* <data>/media */
	const char *node;
	int lock, live_lock;
	int64_t no_lease_before; /* clock_mono */
	struct centre *centre;
	struct arena *roster_arena; /* holds the two below */
	struct bytes list;	    /* as it came */
	struct roster roster;
	struct running *running;
	size_t n, room;
	int64_t next_list, next_report, no_report_before, next_devices; /* clock_mono */
	int64_t next_orders;
	struct fetcher *fetcher; /* NULL without GB/T 28181 */
	bool web_away;		 /* said in the log */
	struct tidy *tidy;
	struct doors doors;
	struct hub *hub;
};

/* ---- signals ----------------------------------------------------------------------------- */

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

/* True when a signal to end came within that time. */
static bool wait_for_end(int64_t ms)
{
	sigset_t set = ending();
	struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	return sigtimedwait(&set, NULL, &t) > 0;
}

/* ---- cameras ----------------------------------------------------------------------------- */

static void start(struct worker *w, const struct roster_camera *c)
{
	struct fault why = { 0 };
	struct running r = {
		.url = strdup(c->url), .reader = strdup(c->reader), .interval_ms = c->interval_ms
	};
	struct camera_request request = { w->media, c->id, c->url, c->reader, &w->doors, w->hub,
		c->interval_ms };
	if (w->n == w->room) {
		w->room = w->room ? w->room * 2 : 16;
		w->running = realloc(w->running, w->room * sizeof(*w->running));
	}
	if (!w->running || !r.url || !r.reader)
		abort();
	if (camera_start(&request, &r.camera, &why)) {
		log_event(LOG_ERROR, "media.camera_not_started", "camera", c->id, "error", why.text,
			NULL);
		free(r.url);
		free(r.reader);
		return;
	}
	memcpy(r.id, c->id, strlen(c->id) + 1);
	w->running[w->n++] = r;
	w->next_report = 0;
}

static struct running *find(struct worker *w, const char *id)
{
	for (size_t i = 0; i < w->n; i++)
		if (text_is(w->running[i].id, id))
			return &w->running[i];
	return NULL;
}

static void reap(struct worker *w)
{
	for (size_t i = w->n; i-- > 0;) {
		struct running *r = &w->running[i];
		if (!camera_ended(r->camera))
			continue;
		camera_join(r->camera);
		free(r->url);
		free(r->reader);
		*r = w->running[--w->n];
		w->next_report = 0;
	}
}

/* What runs now, as a list to compare with. */
static struct roster roster_running(struct worker *w, struct arena *a)
{
	struct roster r = { NEWS(a, struct roster_camera, w->n + 1), 0 };
	for (size_t i = 0; i < w->n; i++)
		if (!w->running[i].leaving)
			r.at[r.n++] = (struct roster_camera){ .id = w->running[i].id,
				.url = w->running[i].url,
				.reader = w->running[i].reader,
				.interval_ms = w->running[i].interval_ms,
				.enabled = true };
	roster_sort(&r);
	return r;
}

/* Moves what runs towards the list. Whatever has to end is only asked to; a camera that is to begin
 * again does so when its old thread is gone, in a later turn. */
static void reconcile(struct worker *w)
{
	struct arena *a = arena_new();
	struct roster_changes todo;
	reap(w);
	struct roster now = roster_running(w, a);
	roster_diff(a, &now, &w->roster, &todo);
	for (size_t i = 0; i < todo.n; i++) {
		struct running *r = find(w, todo.at[i].id);
		if (!r) {
			start(w, roster_find(&w->roster, todo.at[i].id));
		} else if (!r->leaving) {
			r->leaving = true;
			camera_ask_stop(r->camera);
		}
	}
	arena_free(a);
}

static void tell_devices(struct worker *w)
{
	struct arena *a = arena_new();
	const struct roster *r = &w->roster;
	struct gb_login *all = NEWS(a, struct gb_login, r->n_devices + 1);
	for (size_t i = 0; i < r->n_devices; i++)
		all[i] = (struct gb_login){ r->devices[i].id, r->devices[i].password };
	if (w->doors.gb)
		gb_set_devices(w->doors.gb, all, r->n_devices);
	arena_free(a);
}

/* Takes a list that differs from the last; its arena a is then kept. False when it is not taken. */
static bool take_list(struct worker *w, struct arena *a, struct bytes json)
{
	struct roster after;
	struct fault why = { 0 };
	if (w->list.n && json.n == w->list.n && memcmp(json.at, w->list.at, json.n) == 0)
		return false;
	if (roster_parse(a, json, &after, &why)) {
		log_event(LOG_ERROR, "media.bad_camera_list", "error", why.text, NULL);
		return false;
	}
	arena_free(w->roster_arena);
	w->roster_arena = a;
	w->list = json;
	w->roster = after;
	if (w->doors.push)
		push_keys(w->doors.push, &w->roster);
	tell_devices(w);
	return true;
}

/* ---- the list ---------------------------------------------------------------------------- */

static char *list_path(struct worker *w, struct arena *a)
{
	return arena_printf(a, "%s/cameras-%s.json", w->media, w->node);
}

static void recall_list(struct worker *w)
{
	struct arena *a = arena_new();
	struct bytes json;
	if (file_read(a, list_path(w, a), ROSTER_BYTES_MAX, &json, NULL) || !take_list(w, a, json))
		arena_free(a);
}

/* Keeps the list for the day the web process is away. It may hold cameras' passwords. */
static void remember_list(struct worker *w, struct bytes json)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	if (file_write(list_path(w, a), json.at, json.n, 0600, &why))
		log_event(LOG_ERROR, "media.list_not_kept", "error", why.text, NULL);
	arena_free(a);
}

static void note_web(struct worker *w, bool away, const char *error)
{
	if (away != w->web_away && !stopping())
		log_event(away ? LOG_WARN : LOG_INFO, away ? "media.web_away" : "media.web_back",
			"error", error, NULL);
	w->web_away = away;
}

/* Where publishers connect to: the address that devices are told, else the one listened on if it is
 * one. */
static const char *push_at(struct worker *w, struct arena *a)
{
	const char *listen = w->options->push_listen, *host = w->options->address;
	const char *colon = listen ? strrchr(listen, ':') : NULL;
	if (!w->doors.push || !colon)
		return "";
	if (!host)
		host = arena_copy(a, listen, (size_t)(colon - listen));
	return arena_printf(
		a, "%s:%d", text_is(host, "0.0.0.0") ? "" : host, push_port(w->doors.push));
}

/* Leases from a web process that knows them; one that does not gives everything to everybody. */
static enum err ask_for_list(struct worker *w, struct buf *answer, struct fault *why)
{
	static const char LEASE[] = "/internal/cameras/lease";
	if (clock_mono() < w->no_lease_before)
		return centre_get(w->centre, "/internal/cameras", answer, why);
	struct lease_request r = {
		.node = w->node,
		.capacity = w->options->capacity ? w->options->capacity : CAPACITY_USUAL,
		.push_at = push_at(w, answer->arena),
		.takes_push = w->doors.push,
		.takes_gb = w->doors.gb,
	};
	lease_look_at_disk(&r, w->media);
	tidy_measured(w->tidy, &r.recorded, &r.oldest_ms);
	struct centre_question q = { LEASE, lease_json(answer->arena, &r) };
	enum err e = centre_ask(w->centre, &q, answer, why);
	if (e != E_NOT_FOUND)
		return e;
	w->no_lease_before = clock_mono() + LEASE_AGAIN_MS;
	answer->n = 0;
	return centre_get(w->centre, "/internal/cameras", answer, why);
}

static void fetch_list(struct worker *w)
{
	struct buf answer = { .arena = arena_new() };
	struct fault why = { 0 };
	enum err e = ask_for_list(w, &answer, &why);
	struct bytes json = { (const uint8_t *)buf_text(&answer), answer.n };
	note_web(w, e != OK, why.text);
	if (!e && take_list(w, answer.arena, json))
		remember_list(w, json);
	else
		arena_free(answer.arena);
}

/* ---- the report -------------------------------------------------------------------------- */

/* Statuses of those that changed since they were reported, or of all; returns how many. */
static size_t gather(struct worker *w, bool all, struct camera_status *out)
{
	size_t n = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct running *r = &w->running[i];
		r->reporting = camera_status(r->camera, &out[n]);
		n += all || r->reporting != r->reported;
	}
	return n;
}

static void report(struct worker *w)
{
	struct arena *a = arena_new();
	struct camera_status *some = NEWS(a, struct camera_status, w->n + 1);
	struct fault why = { 0 };
	int64_t now = clock_mono();
	size_t n = now < w->no_report_before ? 0 : gather(w, now >= w->next_report, some);
	if (n) {
		const char *json = status_report_json(a, some, n);
		if (centre_post(w->centre, "/internal/cameras/status", json, &why)) {
			note_web(w, true, why.text);
			w->no_report_before = clock_mono() + REPORT_AGAIN_MS;
		} else {
			if (now >= w->next_report)
				w->next_report = clock_mono() + REPORT_EVERY_MS;
			for (size_t i = 0; i < w->n; i++)
				w->running[i].reported = w->running[i].reporting;
		}
	}
	arena_free(a);
}

static void report_devices(struct worker *w)
{
	struct arena *a = arena_new();
	struct gb_report r;
	struct fault why = { 0 };
	gb_report(w->doors.gb, a, w->node, &r);
	if (r.json || r.positions) {
		enum err e =
			r.json ? centre_post(w->centre, "/internal/devices", r.json, &why) : OK;
		if (!e && r.positions)
			e = centre_post(w->centre, "/internal/positions", r.positions, &why);
		if (e)
			note_web(w, true, why.text);
		else
			gb_reported(w->doors.gb, &r);
		w->next_devices = clock_mono() + REPORT_AGAIN_MS;
	}
	arena_free(a);
}

/* What officers ask of devices' own recordings. A web process that knows nothing of it is asked
 * seldom. */
static void take_orders(struct worker *w)
{
	struct fault why = { 0 };
	enum err e = fetcher_turn(w->fetcher, w->centre, w->node, &why);
	w->next_orders = clock_mono() + (e == E_NOT_FOUND ? LEASE_AGAIN_MS : ORDERS_EVERY_MS);
	if (e && e != E_NOT_FOUND)
		note_web(w, true, why.text);
}

/* ---- start and end ----------------------------------------------------------------------- */

/* Nodes may share a folder; two that bear the same name may not: they would hold one lease. */
static enum err lock_folder(struct worker *w, struct fault *why)
{
	struct arena *a = arena_new();
	enum err e =
		folder_lock(w->media, arena_printf(a, ".lock-node-%s", w->node), &w->lock, why);
	arena_free(a);
	return e;
}

/* One of the nodes of a folder shows it live: its socket is in the folder. */
static enum err open_hub(struct worker *w, struct fault *why)
{
	enum err e = folder_lock(w->media, ".lock-live", &w->live_lock, why);
	if (e == E_CONFLICT) {
		log_event(LOG_INFO, "media.another_node_shows_live", "folder", w->media, NULL);
		return OK;
	}
	return e ? e : hub_open(w->media, &w->hub, why);
}

static enum err give_up_rights(struct worker *w, struct fault *why)
{
	const char *const writable[] = { w->media, NULL };
	struct sandbox s = {
		.profile = SANDBOX_NET,
		.read_write = writable,
		.memory_max = (uint64_t)8 << 30,
		.may_accept = true,
		.may_listen = w->doors.gb != NULL, /* devices that connect to send: a port each */
	};
	if (w->options->no_sandbox) {
		log_event(LOG_WARN, "media.no_sandbox", NULL);
		return OK;
	}
	return sandbox_enter(&s, why);
}

/* A door that does not open leaves the other cameras as they are. */
static void open_doors(struct worker *w)
{
	const struct media_options *o = w->options;
	struct gb_options gb = { .listen = o->gb_listen, .id = o->gb_id, .address = o->address };
	struct fault why = { 0 };
	if (o->gb_listen && gb_open(&gb, &w->doors.gb, &why))
		log_event(LOG_ERROR, "media.gb28181_not_open", "error", why.text, NULL);
}

static enum err begin(struct worker *w, struct fault *why)
{
	sigset_t set = ending();
	const struct retention_rule rule = {
		.keep_ms = w->options->keep_ms ? w->options->keep_ms : 30 * DAY,
		.quota_bytes = w->options->quota_bytes,
	};
	struct centre_options co = { w->options->web_url, w->options->token, stopping };
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	av_log_set_level(AV_LOG_QUIET); /* its lines would show addresses with passwords */
	av_max_alloc(LIBAV_ALLOCATION_MAX);
	if (!node_name_valid(w->node))
		return fault(why, E_INVALID, "a node's name is 1 to 60 of A-Z a-z 0-9 . _ -");
	TRY(dir_make(w->media, why));
	TRY(lock_folder(w, why));
	TRY(centre_open(&co, &w->centre, why));
	TRY(open_hub(w, why));
	if (w->options->push_listen)
		TRY(push_open(w->options->push_listen, &w->doors.push, why));
	open_doors(w);
	TRY(give_up_rights(w, why));
	if (w->doors.gb)
		TRY(gb_start(w->doors.gb, why));
	if (w->doors.gb)
		w->fetcher = fetcher_new(w->media, &w->doors);
	if (w->hub)
		TRY(hub_start(w->hub, why));
	if (w->doors.push)
		TRY(push_start(w->doors.push, why));
	TRY(media_repair(w->media, w->node, why));
	return tidy_start(w->media, &rule, &w->tidy, why);
}

/* A thread may hang in a name look-up, which nothing interrupts; the process then ends without it.
 * That loses nothing: what is visible in the folders is whole at any moment. */
static void end(struct worker *w)
{
	int64_t deadline = clock_mono() + STOP_MS;
	struct timespec moment = { 0, 20000000 };
	for (size_t i = 0; i < w->n; i++)
		camera_ask_stop(w->running[i].camera);
	tidy_ask_stop(w->tidy);
	fetcher_ask_stop(w->fetcher);
	while ((w->n || !tidy_ended(w->tidy) || !fetcher_ended(w->fetcher)) &&
		clock_mono() < deadline) {
		reap(w);
		nanosleep(&moment, NULL);
	}
	if (w->n || !tidy_ended(w->tidy) || !fetcher_ended(w->fetcher)) {
		log_event(LOG_WARN, "media.ended_with_threads_hanging", NULL);
		_exit(0);
	}
	fetcher_free(w->fetcher);
	gb_close(w->doors.gb);
	tidy_join(w->tidy);
	hub_close(w->hub);
	push_close(w->doors.push);
	centre_close(w->centre);
	arena_free(w->roster_arena);
	free(w->running);
	close(w->lock);
	close(w->live_lock);
}

int media_main(const struct media_options *o)
{
	struct arena *a = arena_new();
	struct worker w = {
		.options = o,
		.node = o->node ? o->node : node_name_usual(a),
		.lock = -1,
		.live_lock = -1,
		.media = arena_printf(a, "%s/media", o->data_dir),
	};
	struct fault why = { 0 };
	if (begin(&w, &why)) {
		log_event(LOG_ERROR, "media.not_started", "error", why.text, NULL);
		arena_free(a);
		return 1;
	}
	log_event(LOG_INFO, "media.started", "folder", w.media, "node", w.node, NULL);
	recall_list(&w);
	do {
		if (clock_mono() >= w.next_list) {
			fetch_list(&w);
			w.next_list = clock_mono() + LIST_EVERY_MS;
		}
		reconcile(&w);
		report(&w);
		if (w.doors.gb && clock_mono() >= w.next_devices)
			report_devices(&w);
		if (w.fetcher && clock_mono() >= w.next_orders)
			take_orders(&w);
	} while (!wait_for_end(TURN_MS));
	end(&w);
	log_event(LOG_INFO, "media.ended", NULL);
	arena_free(a);
	return 0;
}
