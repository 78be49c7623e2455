/* What a domain is: one struct that says all the core must know of it. */
#ifndef CORE_MODULE_H
#define CORE_MODULE_H

#include "core/app/req.h"

enum method { GET, POST };
#define WHOEVER_HOLDS_IT ""

struct route {
	enum method method;
	const char *path; /* "/cases/:id/papers/:id2"; :key for text */
	enum err (*run)(struct req *rq);
	enum right right;
	const char
		*area; /* SQL with $1 = :id that gives the area, checked before run; NULL: none */
	const char *about; /* a line for OpenAPI and the guide */
	const struct model *takes, *gives;
	/* SQL with $1 = :id that gives the operator a thing belongs to: an account of a food
	 * business (right OWN_READ) may ask for what is its own, whatever right the route asks of
	 * others; what is another's is not there for it. Of GET routes only. */
	const char *own;
	/* Of POST routes: it only records that somebody looked. Who may read but change nothing
	 * (role.reads_only) is refused every other POST but those of anybody and of one's account.
	 */
	bool looks;
	/* Of the right PARTY: what a delegate's power must cover, one of these codes between commas
	 * ("state"); WHOEVER_HOLDS_IT: any
	 * holder of the link; NULL: the party itself and no delegate. The party may do everything.
	 */
	const char *power;
};

struct listen {
	const char *event;
	enum err (*run)(struct req *rq, const struct event *e);
	const char *const *tells; /* the facts this listener may emit; NULL: none */
};

/* prepare (may be NULL) does the slow part outside of any transaction, on a reading connection; run
 * writes. dead (may be NULL) writes once when the job was tried so often that it is given up. */
struct job_kind {
	const char *kind;
	enum err (*prepare)(struct req *rq, const struct job *j, void **result);
	enum err (*run)(struct req *rq, const struct job *j, void *result);
	enum err (*dead)(struct req *rq, const struct job *j, const char *why);
};

/* A fact that open pages of an audience hear of at once: a toast, and counters that move. */
struct announce {
	const char *event,
		*audience; /* "officers", "wall", or "party" (those of the fact's subject) */
	const char *title; /* English sentence, translated */
	const char *href;  /* begins the address of the thing, "/leads/": its subject follows */
	const char *tone;
	const char *counter, *count; /* name of a counter and SQL that gives it ($1 = 0); or NULL */
};

struct nav {
	const char *href, *label;
	enum right right;
	const char *
		count; /* SQL giving a number shown beside it ($1 = user's area, 0: all); or NULL */
};

struct module {
	const char *name;
	const struct route *routes;	   /* end with a NULL path */
	const struct listen *listens;	   /* end with a NULL event */
	const struct job_kind *jobs;	   /* end with a NULL kind */
	const struct model *const *models; /* the witnessed ones; end with NULL */
	const char *const *tells; /* every fact it emits from its routes and jobs; end with NULL */
	const struct nav *nav;	  /* end with a NULL href */
	const struct announce *announces; /* end with a NULL event */
	const char *objects; /* SQL: SELECT sm3, sha256 of every file its rows name; or NULL */
	enum err (*every_minute)(
		struct req *rq); /* clocks: called in the jobs process, in a transaction; or NULL */
};

#endif
