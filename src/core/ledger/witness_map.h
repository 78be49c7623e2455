/* (table, id) → digest and fact: a hash table for a million rows in some 70 MB. Entries lie in
 * blocks that never move; the index holds their numbers. */
#ifndef CORE_LEDGER_WITNESS_MAP_H
#define CORE_LEDGER_WITNESS_MAP_H

#include "core/ledger/crypto.h"

struct witness_map;

struct witness_slot {
	int64_t id, seq; /* seq: the fact that said it last */
	struct digest row;
	uint32_t table; /* number of its name */
	bool seen;	/* for whoever compares */
};

struct witness_map *witness_map_new(void);
void witness_map_free(struct witness_map *m);
/* The number of a table's name, from 0; -1 when there were more than 1000. */
int witness_table(struct witness_map *m, const char *name);
const char *witness_table_name(const struct witness_map *m, int table);
int witness_tables(const struct witness_map *m);
struct witness_slot *witness_find(
	const struct witness_map *m, int table, int64_t id); /* NULL: absent */
/* Finds or adds; a new one has seq 0. Never NULL. */
struct witness_slot *witness_at(struct witness_map *m, int table, int64_t id);
size_t witness_count(const struct witness_map *m);
struct witness_slot *witness_nth(
	const struct witness_map *m, size_t n); /* in the order they came */

#endif
