#include "core/db/driver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

_Noreturn void die_nested(void)
{
	fputs("shian: db_write() was called inside the work of another db_write()\n", stderr);
	abort();
}

void pause_us(int64_t us)
{
	struct timespec t = { us / 1000000, us % 1000000 * 1000 };
	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

struct timespec monotonic_in(int64_t ms)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	int64_t ns = t.tv_nsec + ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	return t;
}

void cond_monotonic(pthread_cond_t *c)
{
	pthread_condattr_t a;
	pthread_condattr_init(&a);
	pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	pthread_cond_init(c, &a);
	pthread_condattr_destroy(&a);
}

/* A thread that already writes and asks for another writer would wait for itself. */
static void refuse_nesting(const struct pool *p)
{
	for (const struct conn *c = p->active; p->writing && c; c = c->next)
		if (pthread_equal(c->owner, pthread_self()))
			die_nested();
}

/* Under the lock: an idle connection, or the right (NULL) to open one. */
static enum err wait_for_one(struct pool *p, struct conn **out, struct fault *why)
{
	struct timespec until = monotonic_in(WAIT_MS);
	while (!p->idle && p->open >= p->max)
		if (pthread_cond_timedwait(&p->freed, &p->m, &until) == ETIMEDOUT)
			return fault(why, E_BUSY, "all %d database connections are in use", p->max);
	*out = p->idle;
	if (p->idle)
		p->idle = p->idle->next;
	else
		p->open++;
	return OK;
}

static void activate(struct pool *p, struct conn *c)
{
	c->owner = pthread_self();
	c->next = p->active;
	p->active = c;
}

enum err pool_take(struct db *db, struct pool *p, struct conn **out, struct fault *why)
{
	struct conn *c = NULL;
	pthread_mutex_lock(&p->m);
	refuse_nesting(p);
	enum err e = wait_for_one(p, &c, why);
	if (!e && c)
		activate(p, c);
	pthread_mutex_unlock(&p->m);
	if (e)
		return e;
	if (!c) {
		e = db->driver->connect(db, p->writing, &c, why);
		pthread_mutex_lock(&p->m);
		if (e) {
			p->open--;
			pthread_cond_signal(&p->freed);
		} else {
			activate(p, c);
		}
		pthread_mutex_unlock(&p->m);
	}
	if (!e) {
		conn_fresh(c, p->writing);
		*out = c;
	}
	return e;
}

void pool_give(struct db *db, struct pool *p, struct conn *c)
{
	struct conn *closing = NULL;
	pthread_mutex_lock(&p->m);
	struct conn **at = &p->active;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->next = p->idle;
	p->idle = c;
	if (c->broken) { /* the server went away or changed: the idle ones are no better */
		closing = p->idle;
		p->idle = NULL;
	}
	for (c = closing; c; c = c->next)
		p->open--;
	pthread_cond_broadcast(&p->freed);
	pthread_mutex_unlock(&p->m);
	while (closing) {
		c = closing;
		closing = c->next;
		db->driver->disconnect(c);
	}
}
