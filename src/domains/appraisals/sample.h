/* The sample of a round, pure: the list of candidates as a text, how many of each stratum, and the
 * order in which the draw puts them. Numbers: core/ledger/generator.h; docs/DRAW.md tells strangers
 * how to make it again. */
#ifndef APPRAISAL_SAMPLE_H
#define APPRAISAL_SAMPLE_H

#include "core/ledger/generator.h"
#include "core/model/node.h"

struct candidate {
	int64_t case_id;
	const char *stratum; /* "310112101/ordinary/penalty"; "all" */
	const char *number;
};
struct stratum {
	const char *code;
	size_t first, n; /* its candidates lie together */
	int64_t take;
};
struct sample {
	int64_t round;
	const char *title, *from_day, *to_day; /* texts without control characters */
	struct candidate *at;		       /* by stratum, then by case */
	size_t n;
	struct stratum *strata;
	size_t n_strata;
};

/* Sorts the candidates and finds the strata. */
void sample_arrange(struct arena *a, struct sample *s);
/* How many of each stratum. per_mille true: that share of each, upwards, so at least one; else that
 * number in all, shared by size with the largest remainders, equal ones to the earlier stratum.
 * Never more than there are. Returns the sum. */
int64_t sample_takes(struct sample *s, bool per_mille, int64_t amount);
/* The list as it is kept and digested. */
void sample_write(struct buf *b, const struct sample *s);
/* Every candidate of every stratum in the order of the draw (the first `take` of a stratum are in
 * the sample, those behind them come when one is replaced): places in s->at. */
void sample_order(const struct sample *s, struct generator *g, size_t *order);
/* The file of the draw: what it was made of, and the order. */
struct sample_draw {
	const char *commitment, *list, *seed, *contribution;
	int64_t numbers;
	const size_t *order;
};
void sample_draw_write(struct buf *b, const struct sample *s, const struct sample_draw *d);
/* The case at this place (from 1) in the order of a stratum, read from that file; 0: none. */
int64_t sample_case_at(struct bytes file, const char *stratum, int64_t place);

#endif
