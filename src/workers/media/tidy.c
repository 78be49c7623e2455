#include "workers/media/tidy.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "workers/media/folder_lock.h"
#include "workers/media/join.h"
#include "workers/media/rosters.h"

/* 2 % of the file system, but not more than 5 GiB. */
static const int64_t RESERVE_MAX = (int64_t)5 << 30;

enum { WARN_DAYS = 30 };

struct tidy {
	char *media;
	struct retention_rule rule;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	atomic_bool ended;
	int folder_lock;	     /* -1: another node tidies */
	int64_t recorded, oldest_ms; /* at the last sweep; written under the lock */
};

/* What the file system lacks to its reserve. A disk that fills up takes the oldest recordings, not
 * the newest, and leaves the others on it room to work. */
static int64_t lacking(const char *media)
{
	struct statvfs v;
	if (statvfs(media, &v) != 0)
		return 0;
	int64_t all = (int64_t)(v.f_blocks * v.f_frsize),
		free_now = (int64_t)(v.f_bavail * v.f_frsize);
	int64_t reserve = all / 50 < RESERVE_MAX ? all / 50 : RESERVE_MAX;
	return free_now < reserve ? reserve - free_now : 0;
}

/* What recordings may take of the file system: what they take now and what is free, less the
 * reserve. */
static int64_t room(const char *media, int64_t recorded)
{
	struct statvfs v;
	if (statvfs(media, &v) != 0)
		return 0;
	int64_t all = (int64_t)(v.f_blocks * v.f_frsize);
	int64_t reserve = all / 50 < RESERVE_MAX ? all / 50 : RESERVE_MAX;
	return recorded + (int64_t)(v.f_bavail * v.f_frsize) - reserve;
}

static void tell_ahead(struct tidy *t, const struct keep_forecast *f)
{
	struct fault why = { 0 };
	struct arena *a = arena_new();
	if (f->bites_in_days >= 0 && f->bites_in_days <= WARN_DAYS)
		log_event(LOG_WARN, "media.room_too_small", "days",
			arena_printf(a, "%" PRId64, f->bites_in_days), NULL);
	if (forecast_put(t->media, f, &why))
		log_event(LOG_ERROR, "media.forecast_not_written", "error", why.text, NULL);
	arena_free(a);
}

static int64_t oldest(const char *media)
{
	struct arena *a = arena_new();
	struct name_list cameras = { 0 };
	int64_t first = 0;
	if (camera_list(a, media, &cameras, NULL))
		cameras.n = 0;
	for (size_t i = 0; i < cameras.n; i++) {
		struct arena *of_one = arena_new();
		struct segment_query q = { .folder = arena_printf(
						   of_one, "%s/%s", media, cameras.at[i]) };
		struct segment_list l;
		if (!segment_find(of_one, &q, &l, NULL) && l.n &&
			(!first || l.at[0].start_ms < first))
			first = l.at[0].start_ms;
		arena_free(of_one);
	}
	arena_free(a);
	return first;
}

static void note_measured(struct tidy *t, int64_t bytes)
{
	int64_t first = oldest(t->media);
	pthread_mutex_lock(&t->lock);
	t->recorded = bytes;
	t->oldest_ms = first;
	pthread_mutex_unlock(&t->lock);
}

void tidy_measured(struct tidy *t, int64_t *bytes, int64_t *oldest_ms)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	*bytes = t->recorded;
	*oldest_ms = t->oldest_ms;
	pthread_mutex_unlock(&t->lock);
}

static void sweep(struct tidy *t)
{
	struct fault why = { 0 };
	if (t->folder_lock < 0 && folder_lock(t->media, ".lock-tidy", &t->folder_lock, &why))
		return;
	struct arena *a = arena_new();
	struct keep_forecast f = { 0 };
	struct roster roster;
	rosters_read(a, t->media, &roster);
	t->rule.roster = &roster;
	t->rule.forecast = &f;
	t->rule.room_bytes = room(t->media, t->recorded);
	t->rule.short_bytes = lacking(t->media);
	if (t->rule.short_bytes)
		log_event(LOG_WARN, "media.disk_nearly_full", "folder", t->media, NULL);
	t->rule.now_ms = clock_now();
	if (retention_sweep(t->media, &t->rule, NULL, &why) ||
		join_all(t->media, t->rule.now_ms, &why))
		log_event(LOG_ERROR, "media.tidying_failed", "error", why.text, NULL);
	else
		tell_ahead(t, &f);
	note_measured(t, f.recorded);
	arena_free(a);
}

static bool wait_a_while(struct tidy *t)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += TIDY_EVERY_MS / 1000;
	pthread_mutex_lock(&t->lock);
	while (!t->stop && pthread_cond_timedwait(&t->wake, &t->lock, &until) != ETIMEDOUT)
		;
	bool stop = t->stop;
	pthread_mutex_unlock(&t->lock);
	return !stop;
}

static void *run(void *at)
{
	struct tidy *t = at;
	do
		sweep(t);
	while (wait_a_while(t));
	atomic_store(&t->ended, true);
	return NULL;
}

static void tidy_free(struct tidy *t)
{
	if (t->folder_lock >= 0)
		close(t->folder_lock);
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->lock);
	free(t->media);
	free(t);
}

enum err tidy_start(
	const char *media, const struct retention_rule *rule, struct tidy **out, struct fault *why)
{
	struct tidy *t = calloc(1, sizeof(*t));
	pthread_condattr_t attr;
	if (!t || !(t->media = strdup(media)))
		abort();
	t->rule = *rule;
	t->folder_lock = -1;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, &attr);
	pthread_condattr_destroy(&attr);
	int rc = pthread_create(&t->thread, NULL, run, t);
	if (rc) {
		tidy_free(t);
		return fault(why, E_BUSY, "cannot start the tidying thread: %s", strerror(rc));
	}
	*out = t;
	return OK;
}

void tidy_ask_stop(struct tidy *t)
{
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

bool tidy_ended(const struct tidy *t)
{
	return atomic_load(&t->ended);
}

void tidy_join(struct tidy *t)
{
	pthread_join(t->thread, NULL);
	tidy_free(t);
}
