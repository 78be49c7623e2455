#include "core/base/base.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void random_bytes(void *out, size_t n)
{
	unsigned char *p = out;
	while (n) {
		ssize_t got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fputs("shian: the kernel gives no random numbers\n", stderr);
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

/* ---- identifiers: 41 bits of ms since 2020, 12 of counter, 10 of node ------------------------
 * Adding one to the counter may carry into the milliseconds: a burst borrows from the future and
 * stays unique. Two processes of one machine differ in the node (their pids do), machines differ
 * in the hash of their names, and the counter of each ms starts at random for when both are equal.
 */

enum { NODE_BITS = 10, COUNTER_BITS = 12 };
static const int64_t start_2020 = 1577836800000;

static _Atomic int64_t last_id;	  /* the largest handed out */
static _Atomic uint64_t sequence; /* not 0: seeded, the next id of the sequence */

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	x *= 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}

static uint64_t machine_hash(void)
{
	char name[256] = "";
	uint64_t h = 1;
	if (gethostname(name, sizeof name - 1) < 0)
		return h;
	for (const char *p = name; *p; p++)
		h = mix(h ^ (unsigned char)*p);
	return h;
}

/* The pid is asked each time: a forked child must not go on with its parent's node. */
static int64_t node(void)
{
	static _Atomic uint64_t known; /* 0: not asked yet */
	uint64_t machine = atomic_load_explicit(&known, memory_order_relaxed);
	if (!machine) {
		machine = machine_hash() | (uint64_t)1 << 63;
		atomic_store_explicit(&known, machine, memory_order_relaxed);
	}
	return (int64_t)((machine + (uint64_t)getpid()) & ((1u << NODE_BITS) - 1));
}

int64_t id_new(void)
{
	uint64_t next = atomic_load(&sequence);
	while (next)
		if (atomic_compare_exchange_weak(&sequence, &next, next + 1))
			return (int64_t)next;
	/* the real time even where the shown clock is frozen: ids must stay unique */
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	int64_t ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 - start_2020;
	if (ms < 0)
		ms = 0;
	int64_t jitter = (int64_t)(mix((uint64_t)t.tv_nsec + (uint64_t)getpid()) & 0x3ff);
	int64_t mine = (ms << COUNTER_BITS | jitter) << NODE_BITS | node();
	int64_t last = atomic_load(&last_id), id;
	do {
		id = mine;
		if (id <= last) {
			int64_t above = ((last >> NODE_BITS) + 1) << NODE_BITS;
			id = above | node();
		}
	} while (!atomic_compare_exchange_weak(&last_id, &last, id));
	return id & INT64_MAX;
}

void id_seed(uint64_t seed)
{
	/* a seed has a million ids to itself, all of them below those of real time */
	atomic_store(&sequence, seed ? ((seed & 0xffff) << 20) + 1 : 0);
}
