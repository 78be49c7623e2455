#include "workers/vision/worker.h"
#include "core/proc/sandbox.h"
#include "workers/vision/blur_clerk.h"
#include "workers/vision/cover_clerk.h"
#include "workers/vision/courier.h"
#include "workers/vision/heads_clerk.h"
#include "workers/vision/load.h"
#include "workers/vision/sight.h"
#include "workers/vision/turns.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
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
	STATUS_EVERY_MS = 5 * SECOND,
	LOAD_EVERY_MS = MINUTE,
	BLUR_EVERY_MS = SECOND, /* asked, while nothing waits; and after anything that failed */
	NOTHING_NEW_MS = 250,	/* when a camera had no new segment yet at its turn */
	NICE = 5,		/* pages come before pictures */
	PATH_SIZE = 1024,
};

/* A camera and its place in the round. All but sight is guarded by the worker's lock; sight belongs
 * to the thread that looks while busy, to the lock otherwise. */
struct place {
	struct sight *sight;
	struct camera_config next; /* to be taken when it is this camera's turn */
	bool changed;
	struct turn turn;
};

struct worker {
	const struct vision_options *o;
	struct web web;
	char leads_dir[PATH_SIZE], last_dir[PATH_SIZE];
	struct decoder *decoders[THREADS_MAX], *blur_decoder, *cover_decoder;
	int threads;
	struct eyes *eyes; /* set once, before the first camera is queued */
	pthread_mutex_t lock;
	pthread_cond_t work, stopping;
	struct place **places;
	size_t n, room;
	struct turn **turns; /* places[i]->turn, for the functions of turns.h */
	int64_t stretch;     /* of all intervals */
	struct load load;    /* since it was posted last */
	bool stop, failed;
	atomic_bool ended; /* the same as stop, for requests under way */
};

struct hand { /* a looking thread */
	struct worker *w;
	struct decoder *decoder;
	pthread_t thread;
};

/* ---- looking --------------------------------------------------------- */

/* The place that a turn is part of. */
static struct place *place_of(struct turn *t)
{
	return (struct place *)(void *)((char *)t - offsetof(struct place, turn));
}

/* Waits for the condition up to ms, or until it is signalled. */
static void wait_on(struct worker *w, pthread_cond_t *c, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / SECOND;
	until.tv_nsec += (ms % SECOND) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(c, &w->lock, &until);
}

static struct place *take_turn(struct worker *w)
{
	struct turn *t = NULL;
	while (!w->stop && !t) {
		int64_t wait = TICK_MS;
		if (w->eyes)
			t = turn_next(w->turns, w->n, clock_mono(), &wait);
		if (!t)
			wait_on(w, &w->work, wait);
	}
	if (w->stop)
		return NULL;
	struct place *p = place_of(t);
	t->busy = true;
	if (p->changed) {
		sight_configure(p->sight, &p->next);
		p->changed = false;
	}
	t->interval_ms = p->sight->config.interval_ms;
	return p;
}

/* When the next look is due: by the interval, later when all are late, never in a burst. */
static void end_turn(struct worker *w, struct place *p, int64_t began, bool looked)
{
	int64_t now = clock_mono(), took_us = (now - began) * 1000;
	p->turn.busy = false;
	w->load.busy_us += took_us;
	if (looked)
		turn_cost(&p->turn, took_us);
	p->turn.due = looked ? turn_after(&p->turn, began, w->stretch) : now + NOTHING_NEW_MS;
}

static void *look_loop(void *self)
{
	struct hand *h = self;
	struct worker *w = h->w;
	pthread_mutex_lock(&w->lock);
	for (struct place *p; (p = take_turn(w));) {
		struct look_counts counts = { 0 };
		struct looker with = { .decoder = h->decoder,
			.eyes = w->eyes,
			.data_dir = w->o->data_dir,
			.leads_dir = w->leads_dir,
			.last_dir = w->last_dir,
			.counts = &counts };
		struct fault why = { 0 };
		bool looked = false;
		int64_t began = clock_mono();
		pthread_mutex_unlock(&w->lock);
		enum err e = sight_look(p->sight, &with, &looked, &why);
		pthread_mutex_lock(&w->lock);
		end_turn(w, p, began, looked);
		w->load.looks.inferred += counts.inferred;
		w->load.looks.gated += counts.gated;
		w->load.looks.asleep += counts.asleep;
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
		struct turn **turns = realloc(w->turns, room * sizeof *turns);
		if (!turns)
			return;
		w->turns = turns;
		w->room = room;
	}
	struct place *p = calloc(1, sizeof *p);
	if (p)
		p->sight = sight_new(c);
	if (!p || !p->sight) {
		free(p);
		return;
	}
	p->turn =
		(struct turn){ .wanted = true, .due = clock_mono(), .interval_ms = c->interval_ms };
	w->turns[w->n] = &p->turn;
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
		if (!p->turn.wanted && !p->turn.busy) {
			free_place(p);
			continue;
		}
		w->turns[kept] = &p->turn;
		w->places[kept++] = p;
	}
	w->n = kept;
}

static void take_configs(struct worker *w, const struct camera_configs *list)
{
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n; i++)
		w->places[i]->turn.wanted = false;
	for (size_t i = 0; i < list->n; i++) {
		struct place *p = find_place(w, list->at[i].id, i);
		if (p) {
			p->turn.wanted = p->changed = true;
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
	int64_t until = clock_mono() + ms, left;
	pthread_mutex_lock(&w->lock);
	while (!w->stop && (left = until - clock_mono()) > 0)
		wait_on(w, &w->stopping, left);
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

static void fail_all(struct worker *w)
{
	pthread_mutex_lock(&w->lock);
	w->failed = true;
	pthread_mutex_unlock(&w->lock);
}

/* Pictures for outside, beside the round: one after another, while there are any. */
static void *blur_loop(void *self)
{
	struct worker *w = self;
	char path[PATH_SIZE];
	snprintf(path, sizeof path, "%s/vision/original", w->o->data_dir);
	struct blur_clerk c = { .web = &w->web, .path = path, .decoder = w->blur_decoder };
	bool worked = false;
	while (pause_for(w, worked ? TICK_MS : BLUR_EVERY_MS)) {
		struct fault why = { 0 };
		worked = false;
		c.eyes = eyes_of(w);
		if (c.eyes && blur_clerk_round(&c, &worked, &why))
			fail_all(w);
		worked = worked && !*why.text;
	}
	return NULL;
}

/* Clips for outside: of their own, since a still must not wait for a clip of minutes. */
static void *cover_loop(void *self)
{
	struct worker *w = self;
	char path[PATH_SIZE];
	snprintf(path, sizeof path, "%s/vision/clip", w->o->data_dir);
	struct cover_clerk c = { .web = &w->web, .path = path, .decoder = w->cover_decoder };
	bool worked = false;
	while (pause_for(w, worked ? TICK_MS : BLUR_EVERY_MS)) {
		struct fault why = { 0 };
		worked = false;
		c.eyes = eyes_of(w);
		if (c.eyes && cover_clerk_round(&c, &worked, &why))
			fail_all(w);
		worked = worked && !*why.text;
	}
	return NULL;
}

/* ---- the round ------------------------------------------------------- */

/* The load since the last call, and how the intervals have to stretch from now on. */
static struct load take_load(struct worker *w, int64_t over_ms)
{
	pthread_mutex_lock(&w->lock);
	w->stretch = turns_stretch(w->turns, w->n, w->threads);
	struct load l = w->load;
	l.late = (int64_t)turns_late(w->turns, w->n, clock_mono());
	l.cameras = (int64_t)w->n;
	l.stretch = w->stretch;
	l.able = w->eyes ? eyes_able(w->eyes, ~0U) : 0; /* without eyes no rule is judged */
	w->load = (struct load){ 0 };
	pthread_mutex_unlock(&w->lock);
	l.over_ms = over_ms;
	l.threads = w->threads;
	return l;
}

static void *reporter_loop(void *self)
{
	struct worker *w = self;
	const char *node = w->o->node ? w->o->node : "main";
	int64_t began = clock_mono(), logged = began;
	while (pause_for(w, STATUS_EVERY_MS)) {
		int64_t now = clock_mono();
		struct load l = take_load(w, now - began);
		began = now;
		(void)load_post(&w->web, node, &l);
		if (now - logged >= LOAD_EVERY_MS) {
			load_log(&l);
			logged = now;
		}
	}
	return NULL;
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
	int64_t models_due = 0;
	const struct timespec tick = { 0, TICK_MS * 1000000 };
	for (;;) {
		int64_t now = clock_mono();
		if (!w->eyes && now >= models_due) {
			try_models(w);
			models_due = now + MODELS_EVERY_MS;
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
	TRY(decoder_open(&w->blur_decoder, why));
	TRY(decoder_open(&w->cover_decoder, why));
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

/* Beside those that look; without the first two there is nothing to look at, or nobody to tell. */
enum { OTHERS = 5 };
static void *(*const other_loops[OTHERS])(
	void *self) = { clerk_loop, courier_loop, reporter_loop, blur_loop, cover_loop };

static int work(struct worker *w, const sigset_t *signals, struct fault *why)
{
	struct hand hands[THREADS_MAX];
	pthread_t others[OTHERS];
	int looking = 0, status = 1;
	bool has[OTHERS];
	for (size_t i = 0; i < OTHERS; i++)
		has[i] = !pthread_create(&others[i], NULL, other_loops[i], w);
	enum err e = start_hands(w, hands, &looking, why);
	if (!e && has[0] && has[1])
		status = keep_round(w, signals);
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	atomic_store(&w->ended, true);
	pthread_cond_broadcast(&w->work);
	pthread_cond_broadcast(&w->stopping);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < looking; i++)
		pthread_join(hands[i].thread, NULL);
	for (size_t i = 0; i < OTHERS; i++)
		if (has[i])
			pthread_join(others[i], NULL);
	return status;
}

static void clean_up(struct worker *w)
{
	for (size_t i = 0; i < w->n; i++)
		free_place(w->places[i]);
	free(w->places);
	free(w->turns);
	eyes_close(w->eyes);
	for (int i = 0; i < w->threads; i++)
		decoder_close(w->decoders[i]);
	decoder_close(w->blur_decoder);
	decoder_close(w->cover_decoder);
}

int vision_main(const struct vision_options *o)
{
	struct worker w = { .o = o, .stretch = STRETCH_NONE };
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
