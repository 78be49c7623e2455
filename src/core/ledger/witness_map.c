#include "core/ledger/witness_map.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, TABLES = 1000, START = 1024 };

struct witness_map {
	struct arena *arena; /* blocks and names */
	struct witness_slot **block;
	size_t blocks, n;
	uint32_t *index; /* number of an entry + 1; 0 is free */
	size_t cap;	 /* of the index, a power of two, at least twice n */
	const char *table[TABLES];
	int tables;
};

static void *or_end(void *p)
{
	if (p)
		return p;
	log_event(LOG_ERROR, "memory.none", "where", "witness map", NULL);
	abort();
}

struct witness_map *witness_map_new(void)
{
	struct witness_map *m = or_end(calloc(1, sizeof *m));
	m->arena = arena_new();
	m->cap = START;
	m->index = or_end(calloc(m->cap, sizeof *m->index));
	return m;
}

void witness_map_free(struct witness_map *m)
{
	if (!m)
		return;
	arena_free(m->arena);
	free(m->block);
	free(m->index);
	free(m);
}

int witness_table(struct witness_map *m, const char *name)
{
	for (int i = 0; i < m->tables; i++)
		if (text_is(m->table[i], name))
			return i;
	if (m->tables == TABLES)
		return -1;
	m->table[m->tables] = arena_dup(m->arena, name);
	return m->tables++;
}

const char *witness_table_name(const struct witness_map *m, int table)
{
	return m->table[table];
}

int witness_tables(const struct witness_map *m)
{
	return m->tables;
}

size_t witness_count(const struct witness_map *m)
{
	return m->n;
}

struct witness_slot *witness_nth(const struct witness_map *m, size_t n)
{
	return &m->block[n / BLOCK][n % BLOCK];
}

/* Ids grow with time, so they are stirred well (the finalizer of SplitMix64). */
static uint64_t stir(int table, int64_t id)
{
	uint64_t x = (uint64_t)id + (uint64_t)(table + 1) * 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* The place in the index of an entry, or the free place where it would go. */
static size_t place(const struct witness_map *m, int table, int64_t id)
{
	size_t at = stir(table, id) & (m->cap - 1);
	for (; m->index[at]; at = (at + 1) & (m->cap - 1)) {
		const struct witness_slot *s = witness_nth(m, m->index[at] - 1);
		if (s->id == id && s->table == (uint32_t)table)
			break;
	}
	return at;
}

struct witness_slot *witness_find(const struct witness_map *m, int table, int64_t id)
{
	uint32_t number = m->index[place(m, table, id)];
	return number ? witness_nth(m, number - 1) : NULL;
}

static void index_grow(struct witness_map *m)
{
	free(m->index);
	m->cap *= 2;
	m->index = or_end(calloc(m->cap, sizeof *m->index));
	for (size_t i = 0; i < m->n; i++) {
		const struct witness_slot *s = witness_nth(m, i);
		m->index[place(m, (int)s->table, s->id)] = (uint32_t)(i + 1);
	}
}

struct witness_slot *witness_at(struct witness_map *m, int table, int64_t id)
{
	struct witness_slot *s = witness_find(m, table, id);
	if (s)
		return s;
	if (2 * (m->n + 1) > m->cap)
		index_grow(m);
	if (m->n / BLOCK == m->blocks) {
		size_t more = (m->blocks + 1) * sizeof(struct witness_slot *);
		m->block = or_end(realloc(m->block, more));
		m->block[m->blocks++] = NEWS(m->arena, struct witness_slot, BLOCK);
	}
	s = witness_nth(m, m->n++);
	s->id = id;
	s->table = (uint32_t)table;
	m->index[place(m, table, id)] = (uint32_t)m->n;
	return s;
}
