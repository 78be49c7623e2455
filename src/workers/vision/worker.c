#include "workers/vision/worker.h"
#include "core/proc/sandbox.h"
#include "workers/vision/courier.h"
#include "workers/vision/heads_clerk.h"
#include "workers/vision/sight.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	THREADS_MAX = 16,
	TICK_MS = 100,
	CONFIG_EVERY_MS = 3 * SECOND,
	COURIER_EVERY_MS = 200,
	MODELS_EVERY_MS = 30 * SECOND,
	LOAD_EVERY_MS = MINUTE,
	NOTHING_NEW_MS = 250, /* when a camera had no new segment yet at its turn */
	NICE = 5,	      /* pages come before pictures */
	PATH_SIZE = 1024,
};

/* A camera and its place in the round. All but sight is guarded by the worker's lock; sight belongs
 * to the thread that looks while busy, to the lock otherwise. */
struct place {
	struct sight *sight;
	struct camera_config next; /* to be taken when it is this camera's turn */
	bool changed, wanted, queued, busy;
	int64_t due;	/* clock_mono() */
	int64_t looked; /* clock_mono() of the last look, 0: none */
	struct place *behind;
};

struct load {
	int64_t looks, gaps, asked_ms, got_ms, busy_ms;
};

struct worker {
	const struct vision_options *o;
	struct web web;
	char leads_dir[PATH_SIZE], last_dir[PATH_SIZE];
	struct decoder *decoders[THREADS_MAX];
	int threads;
	struct eyes *eyes; /* set once, before the first camera is queued */
	pthread_mutex_t lock;
	pthread_cond_t work, stopping;
	struct place **places;
	size_t n, room;
	struct place *first, *last; /* the queue: first come, first served, each camera once */
	struct load load;
	bool stop, failed;
	atomic_bool ended; /* the same as stop, for requests under way */
};

struct hand { /* a looking thread */
	struct worker *w;
	struct decoder *decoder;
	pthread_t thread;
};

/* ---- looking --------------------------------------------------------- */

static struct place *take_turn(struct worker *w)
{
	while (!w->stop && !w->first)
		pthread_cond_wait(&w->work, &w->lock);
	if (w->stop)
		return NULL;
	struct place *p = w->first;
	w->first = p->behind;
	if (!w->first)
		w->last = NULL;
	p->queued = false;
	p->busy = true;
	if (p->changed) {
		sight_configure(p->sight, &p->next);
		p->changed = false;
	}
	return p;
}

/* When the next look is due: by the interval, later when all are late, never in a burst. */
static void end_turn(struct worker *w, struct place *p, int64_t began, bool looked)
{
	int64_t interval = p->sight->config.interval_ms, now = clock_mono();
	p->busy = false;
	w->load.busy_ms += now - began;
	if (!looked) {
		p->due = now + NOTHING_NEW_MS;
		return;
	}
	w->load.looks++;
	if (p->looked) {
		w->load.gaps++;
		w->load.asked_ms += interval;
		w->load.got_ms += began - p->looked;
	}
	p->looked = began;
	p->due = began + interval;
}

static void *look_loop(void *self)
{
	struct hand *h = self;
	struct worker *w = h->w;
	pthread_mutex_lock(&w->lock);
	for (struct place *p; (p = take_turn(w));) {
		struct looker with = { .decoder = h->decoder,
			.eyes = w->eyes,
			.data_dir = w->o->data_dir,
			.leads_dir = w->leads_dir,
			.last_dir = w->last_dir };
		struct fault why = { 0 };
		bool looked = false;
		int64_t began = clock_mono();
		pthread_mutex_unlock(&w->lock);
		enum err e = sight_look(p->sight, &with, &looked, &why);
		pthread_mutex_lock(&w->lock);
		end_turn(w, p, began, looked);
		w->failed = w->failed || e == E_INTERNAL;
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* ---- the list of cameras --------------------------------------------- */

/* The list seldom changes, so the camera is most often where it was. */
static struct place *find_place(struct worker *w, const char *id, size_t likely)
{
	if (likely < w->n && text_is(w->places[likely]->sight->config.id, id))
		return w->places[likely];
	for (size_t i = 0; i < w->n; i++)
		if (text_is(w->places[i]->sight->config.id, id))
			return w->places[i];
	return NULL;
}

static void add_place(struct worker *w, const struct camera_config *c)
{
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 16;
		struct place **more = realloc(w->places, room * sizeof *more);
		if (!more)
			return;
		w->places = more;
		w->room = room;
	}
	struct place *p = calloc(1, sizeof *p);
	if (p)
		p->sight = sight_new(c);
	if (!p || !p->sight) {
		free(p);
		return;
	}
	p->wanted = true;
	p->due = clock_mono();
	w->places[w->n++] = p;
}

static void free_place(struct place *p)
{
	sight_free(p->sight);
	free(p);
}

/* Drops cameras that are not wanted any more and not in anybody's hands. */
static void drop_unwanted(struct worker *w)
{
	size_t kept = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct place *p = w->places[i];
		if (p->wanted || p->busy || p->queued)
			w->places[kept++] = p;
		else
			free_place(p);
	}
	w->n = kept;
}

static void take_configs(struct worker *w, const struct camera_configs *list)
{
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n; i++)
		w->places[i]->wanted = false;
	for (size_t i = 0; i < list->n; i++) {
		struct place *p = find_place(w, list->at[i].id, i);
		if (p) {
			p->wanted = p->changed = true;
			p->next = list->at[i];
		} else {
			add_place(w, &list->at[i]);
		}
	}
	drop_unwanted(w);
	pthread_mutex_unlock(&w->lock);
}

struct clerk {
	struct worker *w;
	bool away;
	struct arena *kept; /* holds last */
	struct bytes last;  /* the answer in force */
};

/* The last list stays in force while the web process is away; what is said again is not news. */
static void ask_for_cameras(struct clerk *c)
{
	struct worker *w = c->w;
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct bytes body;
	struct camera_configs list;
	const char *node = w->o->node;
	const char *path =
		node ? arena_printf(a, "/internal/cameras?node=%s", node) : "/internal/cameras";
	enum err e = web_get(&w->web, path, a, &body, &why);
	bool news = !e && (!c->last.at || body.n != c->last.n ||
				  memcmp(body.at, c->last.at, body.n) != 0);
	if (news)
		e = config_parse(body, a, &list, &why);
	if (news && !e) {
		take_configs(w, &list);
		arena_reset(c->kept);
		c->last.n = body.n;
		c->last.at = (const uint8_t *)arena_copy(c->kept, (const char *)body.at, body.n);
	}
	if (e && !c->away)
		log_event(LOG_WARN, "vision.no_camera_list", "why", why.text, NULL);
	else if (!e && c->away)
		log_event(LOG_INFO, "vision.camera_list_back", NULL, NULL);
	c->away = e != OK;
	pthread_mutex_lock(&w->lock);
	drop_unwanted(w); /* those that were being looked at before */
	pthread_mutex_unlock(&w->lock);
	arena_free(a);
}

/* ---- the other threads ----------------------------------------------- */

/* Waits up to ms; false when the worker stops. */
static bool pause_for(struct worker *w, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / SECOND;
	until.tv_nsec += (ms % SECOND) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&w->lock);
	while (!w->stop && !pthread_cond_timedwait(&w->stopping, &w->lock, &until))
		;
	bool go_on = !w->stop;
	pthread_mutex_unlock(&w->lock);
	return go_on;
}

/* NULL until the models are there. */
static struct eyes *eyes_of(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	struct eyes *eyes = w->eyes;
	pthread_mutex_unlock(&w->lock);
	return eyes;
}

static void *clerk_loop(void *self)
{
	struct clerk c = { .w = self, .kept = arena_new() };
	char path[PATH_SIZE];
	snprintf(path, sizeof path, "%s/vision/site.json", c.w->o->data_dir);
	struct heads_clerk heads = { .web = &c.w->web, .path = path, .kept = arena_new() };
	do {
		ask_for_cameras(&c);
		if (eyes_of(c.w))
			heads_clerk_round(&heads, eyes_site(eyes_of(c.w)));
	} while (pause_for(c.w, CONFIG_EVERY_MS));
	arena_free(heads.kept);
	arena_free(c.kept);
	return NULL;
}

static void *courier_loop(void *self)
{
	struct worker *w = self;
	struct courier c = {
		.web = &w->web, .data_dir = w->o->data_dir, .leads_dir = w->leads_dir
	};
	do
		courier_round(&c);
	while (pause_for(w, COURIER_EVERY_MS));
	return NULL;
}

/* ---- the round ------------------------------------------------------- */

static void queue_due(struct worker *w)
{
	int64_t now = clock_mono();
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; w->eyes && i < w->n; i++) {
		struct place *p = w->places[i];
		if (!p->wanted || p->queued || p->busy || p->due > now)
			continue;
		p->queued = true;
		p->behind = NULL;
		if (w->last)
			w->last->behind = p;
		else
			w->first = p;
		w->last = p;
		pthread_cond_signal(&w->work);
	}
	pthread_mutex_unlock(&w->lock);
}

static void log_load(struct worker *w, int64_t over_ms)
{
	char cameras[24], looks[24], busy[24], stretch[24];
	pthread_mutex_lock(&w->lock);
	struct load l = w->load;
	size_t n = w->n;
	w->load = (struct load){ 0 };
	pthread_mutex_unlock(&w->lock);
	int64_t capacity = over_ms * w->threads;
	snprintf(cameras, sizeof cameras, "%zu", n);
	snprintf(looks, sizeof looks, "%" PRId64, l.looks);
	snprintf(busy, sizeof busy, "%" PRId64, capacity ? l.busy_ms * 100 / capacity : 0);
	snprintf(stretch, sizeof stretch, "%" PRId64,
		l.asked_ms ? l.got_ms * 100 / l.asked_ms : 100);
	log_event(LOG_INFO, "vision.load", "cameras", cameras, "looks", looks, "busy_percent", busy,
		"interval_percent", stretch, NULL);
}

static void try_models(struct worker *w)
{
	struct fault why = { 0 };
	struct eyes *eyes = NULL;
	if (eyes_open(&eyes, w->o->models_dir, &why)) {
		log_event(LOG_ERROR, "vision.no_models", "why", why.text, NULL);
		return;
	}
	pthread_mutex_lock(&w->lock);
	w->eyes = eyes;
	pthread_mutex_unlock(&w->lock);
	log_event(LOG_INFO, "vision.models", "model", eyes_model(eyes), NULL);
	if (eyes_able(eyes, ~0U) != ~0U)
		log_event(LOG_WARN, "vision.models_missing", "why",
			"rules about masks, telephones or animals never count without their models",
			NULL);
}

static bool has_failed(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	bool failed = w->failed;
	pthread_mutex_unlock(&w->lock);
	return failed;
}

/* Until a signal; returns the exit status. */
static int keep_round(struct worker *w, const sigset_t *signals)
{
	int64_t models_due = 0, load_began = clock_mono();
	const struct timespec tick = { 0, TICK_MS * 1000000 };
	for (;;) {
		int64_t now = clock_mono();
		if (!w->eyes && now >= models_due) {
			try_models(w);
			models_due = now + MODELS_EVERY_MS;
		}
		queue_due(w);
		if (now - load_began >= LOAD_EVERY_MS) {
			log_load(w, now - load_began);
			load_began = now;
		}
		if (sigtimedwait(signals, NULL, &tick) > 0)
			return 0;
		if (has_failed(w)) {
			log_event(LOG_ERROR, "vision.decoder_gone", NULL, NULL);
			return 1;
		}
	}
}

/* ---- start and end --------------------------------------------------- */

/* A folder that is not there yet cannot be named to the kernel; the nearest that is there can. */
static void nearest_folder(const char *path, char out[static PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "%s", path);
	while (access(out, F_OK) && !text_is(out, "/") && !text_is(out, ".")) {
		char *up = dirname(out);
		memmove(out, up, strlen(up) + 1);
	}
}

static enum err enter_sandbox(const struct worker *w, struct fault *why)
{
	char models[PATH_SIZE], media[PATH_SIZE], own[PATH_SIZE];
	nearest_folder(w->o->models_dir, models);
	snprintf(media, sizeof media, "%s/media", w->o->data_dir);
	snprintf(own, sizeof own, "%s/vision", w->o->data_dir);
	const char *const write[] = { own, NULL };
	const char *const read[] = { models, media, "/proc/cpuinfo", "/etc/localtime", NULL };
	struct sandbox s = { .profile = SANDBOX_NET, .read_write = write, .read_only = read };
	if (!w->o->no_sandbox)
		return sandbox_enter(&s, why);
	log_event(LOG_WARN, "vision.no_sandbox", NULL, NULL);
	return OK;
}

static enum err prepare(struct worker *w, struct fault *why)
{
	const struct vision_options *o = w->o;
	char media[PATH_SIZE];
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	if (!o->web_url || !o->token || !o->data_dir || !o->models_dir)
		return fault(why, E_INVALID, "web_url, token, data_dir and models_dir are needed");
	if (strlen(o->data_dir) > PATH_SIZE / 2 || strlen(o->models_dir) > PATH_SIZE / 2)
		return fault(why, E_INVALID, "a folder has too long a name");
	w->web = (struct web){ o->web_url, o->token, &w->ended };
	w->threads = o->threads > 0 ? o->threads : cores > 0 ? (int)cores : 1;
	w->threads = w->threads > THREADS_MAX ? THREADS_MAX : w->threads;
	snprintf(w->leads_dir, sizeof w->leads_dir, "%s/vision/pending", o->data_dir);
	snprintf(media, sizeof media, "%s/media", o->data_dir);
	snprintf(w->last_dir, sizeof w->last_dir, "%s/vision/last", o->data_dir);
	TRY(dir_make(w->leads_dir, why));
	TRY(dir_make(w->last_dir, why));
	TRY(dir_make(media, why));
	for (int i = 0; i < w->threads; i++)
		TRY(decoder_open(&w->decoders[i], why));
	TRY(web_start(why));
	return enter_sandbox(w, why);
}

static enum err start_hands(struct worker *w, struct hand *hands, int *n, struct fault *why)
{
	int r = 0;
	for (int i = 0; i < w->threads && !r; i++) {
		hands[i] = (struct hand){ .w = w, .decoder = w->decoders[i] };
		r = pthread_create(&hands[i].thread, NULL, look_loop, &hands[i]);
		*n += r == 0;
	}
	return r ? fault(why, E_INTERNAL, "threads: %s", strerror(r)) : OK;
}

static int work(struct worker *w, const sigset_t *signals, struct fault *why)
{
	struct hand hands[THREADS_MAX];
	pthread_t clerk, courier;
	int looking = 0, status = 1;
	bool has_clerk = !pthread_create(&clerk, NULL, clerk_loop, w);
	bool has_courier = !pthread_create(&courier, NULL, courier_loop, w);
	enum err e = start_hands(w, hands, &looking, why);
	if (!e && has_clerk && has_courier)
		status = keep_round(w, signals);
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	atomic_store(&w->ended, true);
	pthread_cond_broadcast(&w->work);
	pthread_cond_broadcast(&w->stopping);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < looking; i++)
		pthread_join(hands[i].thread, NULL);
	if (has_clerk)
		pthread_join(clerk, NULL);
	if (has_courier)
		pthread_join(courier, NULL);
	return status;
}

static void clean_up(struct worker *w)
{
	for (size_t i = 0; i < w->n; i++)
		free_place(w->places[i]);
	free(w->places);
	eyes_close(w->eyes);
	for (int i = 0; i < w->threads; i++)
		decoder_close(w->decoders[i]);
}

int vision_main(const struct vision_options *o)
{
	struct worker w = { .o = o };
	struct fault why = { 0 };
	pthread_condattr_t steady;
	sigset_t signals;
	log_to(LOG_INFO, "vision");
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&w.lock, NULL);
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_cond_init(&w.work, &steady);
	pthread_cond_init(&w.stopping, &steady);
	setpriority(PRIO_PROCESS, 0, NICE);
	int status = 1;
	if (!prepare(&w, &why)) {
		sigemptyset(&signals);
		sigaddset(&signals, SIGTERM);
		sigaddset(&signals, SIGINT);
		pthread_sigmask(SIG_BLOCK, &signals, NULL);
		log_event(LOG_INFO, "vision.started", "web", o->web_url, NULL);
		status = work(&w, &signals, &why);
	}
	if (status && *why.text)
		log_event(LOG_ERROR, "vision.failed", "why", why.text, NULL);
	clean_up(&w);
	log_event(LOG_INFO, "vision.ended", NULL, NULL);
	return status;
}
