/* Replaying the sample of a round from its file: what holds of it, check by check. Pure.
 *
 * The file is the draw (sample_draw_write) with the list of candidates (sample_write) behind it;
 * docs/DRAW.md is the description for strangers. */
#ifndef APPRAISAL_REPLAY_H
#define APPRAISAL_REPLAY_H

#include "domains/appraisals/sample.h"

enum { SAMPLE_FILE_MAX = 32 * 1024 * 1024, CANDIDATES_MOST = 20000 };

enum sample_check {
	SAMPLE_FORMAT,	   /* the file can be read */
	SAMPLE_LIST,	   /* its list has the digest that was published before the draw */
	SAMPLE_COMMITMENT, /* the seed is the one that was committed to */
	SAMPLE_CANDIDATES, /* the list is whole and in order, and of this round */
	SAMPLE_ORDER,	   /* the generator gives this order, and so many are in the sample */
	SAMPLE_NUMBERS,	   /* with so many numbers as the file says */
	SAMPLE_CHECKS,
};
struct placed {
	bool drawn;
	const char *stratum;
	int64_t place, case_id;
};
struct sample_file {
	int64_t round, numbers;
	const char *commitment, *list, *seed; /* hex */
	struct contribution mixed;
	struct placed *at;
	size_t n;
	struct bytes draw, list_text; /* the two parts */
};
struct sample_replay {
	enum check_state state[SAMPLE_CHECKS];
	const char *detail[SAMPLE_CHECKS]; /* English; "" for nothing to add */
	struct sample_file file;
	struct sample sample;
	const char *digest; /* SM3 of the draw, to compare with the published one */
};

/* Both take only what their writers write. */
enum err sample_file_parse(
	struct arena *a, struct bytes in, struct sample_file *f, struct fault *why);
enum err sample_list_parse(struct arena *a, struct bytes in, struct sample *s, struct fault *why);
/* Checks all that can be; false when something does not hold. */
bool sample_replay(struct arena *a, struct bytes in, struct sample_replay *r);

#endif
