#include "core/db/driver.h"

#include <stdlib.h>
#include <string.h>

/* A program has a few hundred statements; SLOTS is a power of two, FULL leaves gaps for probing. */
enum { SLOTS = 512, FULL = 384 };

struct cache {
	void (*drop)(void *handle);
	int used;
	struct cached *slot[SLOTS];
};

struct cache *cache_new(void (*drop)(void *handle))
{
	struct cache *c = calloc(1, sizeof *c);
	if (!c)
		abort();
	c->drop = drop;
	return c;
}

static uint64_t hash_of(const char *sql, const char *types)
{
	uint64_t h = 1469598103934665603u; /* FNV-1a */
	for (const char *p = sql; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	for (const char *p = types; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	return h;
}

struct cached *cache_find(struct cache *c, const char *sql, const char *types)
{
	uint64_t h = hash_of(sql, types);
	for (size_t i = h % SLOTS; c->slot[i]; i = (i + 1) % SLOTS) {
		struct cached *e = c->slot[i];
		if (e->hash == h && strcmp(e->sql, sql) == 0 && strcmp(e->types, types) == 0)
			return e;
	}
	return NULL;
}

static void put(struct cache *c, struct cached *e)
{
	size_t i = e->hash % SLOTS;
	while (c->slot[i])
		i = (i + 1) % SLOTS;
	c->slot[i] = e;
	c->used++;
}

struct cached *cache_add(struct cache *c, const char *sql, const char *types, void *handle)
{
	if (c->used >= FULL)
		return NULL;
	struct cached *e = calloc(1, sizeof *e);
	if (!e || !(e->sql = strdup(sql)) || !(e->types = strdup(types)))
		abort();
	e->hash = hash_of(sql, types);
	e->handle = handle;
	put(c, e);
	return e;
}

void cache_clear(struct cache *c)
{
	struct cached *busy[SLOTS];
	int n = 0;
	for (int i = 0; i < SLOTS; i++) {
		struct cached *e = c->slot[i];
		c->slot[i] = NULL;
		if (!e)
			continue;
		if (e->busy) {
			busy[n++] = e;
			continue;
		}
		c->drop(e->handle);
		free(e->sql);
		free(e->types);
		free(e);
	}
	c->used = 0;
	while (n)
		put(c, busy[--n]);
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	cache_clear(c);
	free(c);
}
