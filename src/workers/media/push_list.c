/* Which stream keys are known: set by the worker's main thread, asked by the others. */
#include "workers/media/push_server.h"

#include <stdlib.h>
#include <string.h>

const char *push_key_of(const char *url)
{
	static const char SCHEME[] = "push://";
	static const char ALLOWED[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	if (!text_starts(url, SCHEME))
		return NULL;
	const char *key = url + sizeof(SCHEME) - 1;
	size_t n = strspn(key, ALLOWED);
	return n >= PUSH_KEY_MIN && n <= PUSH_KEY_MAX && !key[n] ? key : NULL;
}

/* As long whatever differs: nobody shall find a key by how fast it is refused. */
static bool same_key(const char a[PUSH_KEY_MAX + 1], const char b[PUSH_KEY_MAX + 1])
{
	volatile unsigned differs = 0;
	for (size_t i = 0; i <= PUSH_KEY_MAX; i++)
		differs = differs | (unsigned)(a[i] ^ b[i]);
	return differs == 0;
}

struct push_stream *push_find(struct push_server *p, const char *key)
{
	char padded[PUSH_KEY_MAX + 1] = { 0 };
	struct push_stream *found = NULL;
	size_t n = strlen(key);
	if (n > PUSH_KEY_MAX)
		return NULL;
	memcpy(padded, key, n);
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->known_n; i++)
		if (same_key(padded, p->known[i]->key))
			found = p->known[i];
	if (found)
		push_stream_hold(found);
	pthread_mutex_unlock(&p->lock);
	return found;
}

static struct push_stream *find_in(struct push_stream **list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(list[i]->key, key))
			return list[i];
	return NULL;
}

/* The streams of the roster, those that were there already kept; each held once. */
static size_t gather(struct push_server *p, const struct roster *roster, struct push_stream **out)
{
	size_t n = 0;
	for (size_t i = 0; i < roster->n; i++) {
		const struct roster_camera *c = &roster->at[i];
		const char *key = c->enabled ? push_key_of(c->url) : NULL;
		if (!key)
			continue;
		if (find_in(out, n, key)) {
			log_event(LOG_WARN, "media.push_key_twice", "camera", c->id, NULL);
			continue;
		}
		struct push_stream *s = find_in(p->known, p->known_n, key);
		bool same = s && text_is(s->camera, c->id);
		out[n++] = same ? push_stream_hold(s) : push_stream_new(key, c->id);
	}
	return n;
}

void push_keys(struct push_server *p, const struct roster *roster)
{
	struct push_stream **list = calloc(roster->n + 1, sizeof(struct push_stream *));
	if (!list)
		abort();
	pthread_mutex_lock(&p->lock);
	size_t n = gather(p, roster, list);
	struct push_stream **before = p->known;
	size_t before_n = p->known_n;
	p->known = list;
	p->known_n = n;
	for (size_t i = 0; i < before_n; i++) {
		if (find_in(list, n, before[i]->key) != before[i])
			atomic_store(&before[i]->gone, true);
		push_stream_drop(before[i]);
	}
	pthread_mutex_unlock(&p->lock);
	free(before);
}
