#include "workers/media/push_stream.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLICE_MS = 200 }; /* how late a stop is noticed */

struct push_stream *push_stream_new(const char *key, const char *camera)
{
	struct push_stream *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	if (!s)
		abort();
	memcpy(s->key, key, strlen(key) + 1);
	memcpy(s->camera, camera, strlen(camera) + 1);
	atomic_init(&s->holders, 1);
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->news, &attr);
	pthread_condattr_destroy(&attr);
	return s;
}

struct push_stream *push_stream_hold(struct push_stream *s)
{
	atomic_fetch_add(&s->holders, 1);
	return s;
}

static struct push_frame *oldest(struct push_stream *s)
{
	return s->n ? &s->ring[s->first] : NULL;
}

static struct push_frame pop(struct push_stream *s)
{
	struct push_frame f = s->ring[s->first];
	s->first = (s->first + 1) % PUSH_FRAMES_MAX;
	s->n--;
	s->bytes -= f.n;
	return f;
}

static void forget(struct push_stream *s)
{
	while (s->n)
		free(pop(s).at);
}

void push_stream_drop(struct push_stream *s)
{
	if (!s || atomic_fetch_sub(&s->holders, 1) != 1)
		return;
	forget(s);
	pthread_cond_destroy(&s->news);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- the publisher's side ---------------------------------------------------------------- */

static void new_turn(struct push_stream *s)
{
	s->turn++;
	s->codec = CODEC_NONE;
	s->other_codec = false;
	s->skipping = true; /* begins at a keyframe */
	if (!s->taken)
		forget(s);
}

uint64_t push_stream_begin(struct push_stream *s)
{
	pthread_mutex_lock(&s->lock);
	new_turn(s);
	s->live = true;
	uint64_t turn = s->turn;
	pthread_cond_broadcast(&s->news);
	pthread_mutex_unlock(&s->lock);
	return turn;
}

void push_stream_config(struct push_stream *s, const struct flv_config *c)
{
	pthread_mutex_lock(&s->lock);
	s->codec = c->codec;
	memcpy(s->sets, c->sets, c->n);
	s->sets_n = c->n;
	pthread_cond_broadcast(&s->news);
	pthread_mutex_unlock(&s->lock);
}

void push_stream_other_codec(struct push_stream *s)
{
	pthread_mutex_lock(&s->lock);
	s->other_codec = true;
	pthread_cond_broadcast(&s->news);
	pthread_mutex_unlock(&s->lock);
}

/* Nobody takes them: what begins with a later keyframe stays, if that is old enough to begin with.
 */
static void forget_old(struct push_stream *s, int64_t now_ms)
{
	for (size_t i = s->n; i-- > 1;) {
		struct push_frame *f = &s->ring[(s->first + i) % PUSH_FRAMES_MAX];
		if (!f->key || now_ms - f->arrived_ms < PUSH_KEEP_MS)
			continue;
		while (i--)
			free(pop(s).at);
		return;
	}
}

void push_stream_put(struct push_stream *s, const struct push_frame *f)
{
	pthread_mutex_lock(&s->lock);
	if (!s->taken && f->key)
		forget_old(s, f->arrived_ms);
	bool full = s->n == PUSH_FRAMES_MAX || s->bytes + f->n > PUSH_BYTES_MAX;
	if (full && f->key && !s->taken) {
		forget(s);
		full = false;
	}
	s->skipping = full || (s->skipping && !f->key);
	if (s->skipping) {
		free(f->at);
	} else {
		s->ring[(s->first + s->n++) % PUSH_FRAMES_MAX] = *f;
		s->bytes += f->n;
		pthread_cond_broadcast(&s->news);
	}
	pthread_mutex_unlock(&s->lock);
}

void push_stream_end(struct push_stream *s, uint64_t turn)
{
	pthread_mutex_lock(&s->lock);
	if (s->turn == turn) {
		s->live = false;
		pthread_cond_broadcast(&s->news);
	}
	pthread_mutex_unlock(&s->lock);
}

/* ---- the camera's side ------------------------------------------------------------------- */

void push_stream_wait(struct push_stream *s, int64_t deadline)
{
	struct timespec t;
	int64_t ms = deadline - clock_mono();
	ms = ms < 1 ? 1 : ms > SLICE_MS ? SLICE_MS : ms;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += (long)ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&s->news, &s->lock, &t);
}

/* With the lock held. */
static enum err take_one(struct push_stream *s, const struct push_wait *w, struct push_frame *out)
{
	int64_t deadline = clock_mono() + w->ms;
	for (;;) {
		struct push_frame *f = oldest(s);
		if (f && f->turn == w->turn && !atomic_load(w->stop)) {
			*out = pop(s);
			return OK;
		}
		if (atomic_load(w->stop) || s->turn != w->turn || !s->live)
			return E_GONE;
		if (f) /* of a turn before this one */
			free(pop(s).at);
		else if (clock_mono() >= deadline)
			return E_BUSY;
		else
			push_stream_wait(s, deadline);
	}
}

enum err push_stream_take(struct push_stream *s, const struct push_wait *w, struct push_frame *out)
{
	pthread_mutex_lock(&s->lock);
	enum err e = take_one(s, w, out);
	pthread_mutex_unlock(&s->lock);
	return e;
}
