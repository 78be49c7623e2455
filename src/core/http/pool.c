/* A fixed number of threads for handlers that wait: for the commit, for the signer. */
#include "core/http/private.h"

#include <stdlib.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct request *first, *last;
	int queued, most;
	bool ends;
	void (*run)(struct request *);
	int n;
	pthread_t threads[];
};

static struct request *take(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->ends)
		pthread_cond_wait(&p->changed, &p->lock);
	struct request *rq = p->first;
	if (rq) {
		p->first = rq->next;
		p->queued--;
		rq->next = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	return rq;
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct request *rq;

	while ((rq = take(p)))
		p->run(rq);
	return NULL;
}

enum err pool_start(
	int workers, int queue, void (*run)(struct request *), struct pool **out, struct fault *why)
{
	struct pool *p = calloc(1, sizeof(*p) + (size_t)workers * sizeof(p->threads[0]));

	if (!p)
		return fault(why, E_INTERNAL, "no memory for %d workers", workers);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->run = run;
	p->most = queue;
	for (; p->n < workers; p->n++)
		if (pthread_create(&p->threads[p->n], NULL, work, p)) {
			int started = p->n;
			pool_stop(p);
			return fault(
				why, E_INTERNAL, "only %d of %d workers started", started, workers);
		}
	*out = p;
	return OK;
}

bool pool_push(struct pool *p, struct request *rq)
{
	pthread_mutex_lock(&p->lock);
	bool fits = p->queued < p->most && !p->ends;
	if (fits) {
		rq->next = NULL;
		if (p->first)
			p->last->next = rq;
		else
			p->first = rq;
		p->last = rq;
		p->queued++;
		pthread_cond_signal(&p->changed);
	}
	pthread_mutex_unlock(&p->lock);
	return fits;
}

void pool_stop(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->ends = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->n; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
