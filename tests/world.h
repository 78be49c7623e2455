/* Where a bench lives: a folder, and on PostgreSQL a database of its own. The first of a program
 * with the same modules is migrated; the others begin as a copy of it, which takes a fraction of
 * the time.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <stdbool.h>

/* A new folder, in memory where the machine has room for it (a test waits for no disk). The text
 * has room for 64 bytes. */
void world_folder(char dir[64]);

/* SHIAN_TEST_PG with another database; the text lives in the caller's buffer. */
void world_url(char *url, unsigned long n, const char *database);
/* Makes an empty database, or a copy of one that nobody is connected to. */
void world_database(const char *name, const char *copied_from);
void world_database_drop(const char *name);

/* Copies a file whole. False: it was not possible. */
bool world_copy(const char *from, const char *to);

#endif
