/* What the parts of the tamper suite share. */
#ifndef BENCH_TAMPER_H
#define BENCH_TAMPER_H

#include "core/ledger/test_fixture.h"

/* One change, and how it is taken back. */
struct change {
	struct fixture *f;
	struct arena *a;   /* of this change */
	const char *words; /* SQL, or what was done; names the tables to be put back */
	bool made;	   /* by the kind itself; else words are run */
	const char *path;  /* of a file that was changed, or NULL */
	struct bytes was;
};

void must(bool good, const char *what);		    /* else the suite ends */
int below(int n);				    /* of the numbers that the seed repeats */
int64_t heads_kept(struct change *c, int nth);	    /* size of the nth of the five heads */
void file_take(struct change *c, const char *path); /* remembers it as it is */
void file_put(const char *path, struct bytes b);

/* The patient: digests, chain, tree and state fit again after the change. */
const char *all_recomputed(struct change *c); /* a fact changed, dated back, taken out, moved */
const char *end_cut_off(struct change *c);    /* the last facts, with their heads */
const char *view_split(struct change *c);     /* and the heads signed anew with the bureau's key */
/* The heads. */
const char *heads_cut_off(struct change *c); /* the last of the list */
const char *signatures_swapped(struct change *c);
const char *key_outside_period(struct change *c); /* the period beside the public key */

#endif
