/* What the stories of service share: a case whose order to correct waits to be served, and what is
 * asked of it. */
#ifndef SERVICE_TEST_HAND_H
#define SERVICE_TEST_HAND_H

#include "domains/service/service.h"
#include "harness.h"

#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

struct story {
	struct bench *b;
	int64_t operator, case_id, task;
	char party[64];
};

void photo(struct bench *b, const char *field);
struct answer *status_is(struct answer *r, int status);
const char *id_of(struct bench *b, const char *login);
struct answer *step(const struct story *s, const char *who, const char *name);
struct story ordered(struct bench *b);
const char *path_of(const struct story *s, const char *rest);
const char *member(const struct story *s, const char *column);
int64_t facts(const struct story *s, const char *name);
struct answer *attempt(const struct story *s, const char *way, const char *result);
struct answer *address(const struct story *s, const char *consent);
void jobs_one_by_one(struct bench *b);

#endif
