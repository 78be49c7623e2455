/* Replaying a published draw: what holds of it, check by check. Pure. */
#ifndef DRAWS_REPLAY_H
#define DRAWS_REPLAY_H

#include "domains/draws/file.h"

enum draw_check {
	CHECK_FORMAT,	  /* the file can be read */
	CHECK_SNAPSHOT,	  /* its snapshot has the digest that was published before the draw */
	CHECK_COMMITMENT, /* the seed is the one that was committed to */
	CHECK_POOL,	  /* the snapshot is whole and in order, and of this draw */
	CHECK_OBJECTS,	  /* the generator gives these objects in this order */
	CHECK_INSPECTORS, /* and these inspectors, drawn again where recused */
	CHECK_NUMBERS,	  /* with so many numbers as the file says */
	CHECK_RECUSED,	  /* two different inspectors each, none recused, after the exchanges too */
	CHECK_EXCHANGES,  /* each exchange is the next that the generator gives */
	DRAW_CHECKS,
};

struct replay {
	enum check_state state[DRAW_CHECKS];
	const char *detail[DRAW_CHECKS]; /* English; "" for nothing to add */
	struct draw_file file;
	struct pool pool;
	const char *digest; /* SM3 of the draw itself, to compare with the published one */
	int64_t load_min, load_max;
};

/* Checks all that can be; false when something does not hold. */
bool draw_replay(struct arena *a, struct bytes in, struct replay *r);
/* Makes the lots of a file's pool with its seed and contribution, and its exchanges one after the
 * other; the generator stands behind the last. For the exchange that comes next. E_INVALID when an
 * exchange of the file is not what comes. */
enum err draw_again(struct arena *a, const struct replay *r, struct generator *g, struct lots *out);

#endif
