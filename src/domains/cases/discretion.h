/* Discretion (裁量) as data (rules/cases/discretion.json), pure: from the act, what it cost and the
 * chosen factors to the range the fine must lie in, with the reasons written out. The officers
 * choose; this only says what the table allows. Whole fen throughout. */
#ifndef CASES_DISCRETION_H
#define CASES_DISCRETION_H

#include "core/model/node.h"

struct discretion_facts {
	const char *act;
	bool small_caterer; /* 小型餐饮: its own scale where the rule has one */
	int64_t goods_fen;  /* value of the goods, fen */
	int64_t days;	    /* how long the act lasted */
	int ill;	    /* persons taken ill by food */
	bool refused;	    /* not corrected after the order and the warning (拒不改正) */
	bool repeated;	    /* punished for the same kind within a year */
	const char *const *factors; /* codes the officers chose, ended by NULL; may be NULL */
};

enum discretion_band { BAND_NONE, BAND_REDUCED, BAND_LIGHT, BAND_ORDINARY, BAND_HEAVY };

struct discretion {
	enum discretion_band band; /* BAND_NONE: no fine of this act (warning only, or unknown) */
	bool warning; /* a warning comes first, or only the order to correct: a fine on refusal */
	bool serious; /* 情节严重: the scale's heavier kinds (stop business, revoke) are open */
	int64_t low, high;   /* fen, both belong to the range */
	int64_t least, most; /* of the law, before the band */
	const char *scale, *basis, *basis_en;
	bool confirmed;		  /* the law's limits are [C]; the bands are always [R] */
	const char *why, *why_en; /* the reasons, sentence by sentence */
};

/* E_INVALID with the reason when a factor is unknown, two exclude each other, or an amount is
 * negative or too large; E_NOT_FOUND when the table has no scale for the act. */
enum err discretion_of(struct arena *a, const struct node *rule, const struct discretion_facts *f,
	struct discretion *out, struct fault *why);
/* The scale of the act, a small caterer's own before the general one; NULL: the table has none. */
const struct node *discretion_scale(const struct node *rule, const char *act, bool small_caterer);
/* A factor the figures speak of themselves: nobody can leave it out. */
bool discretion_follows(const struct node *factor, const struct discretion_facts *f);
/* May it not be so with these figures: persons ill or goods beyond what the factor, or a condition
 * of the lists, bears (ill_below, goods_below_fen). */
bool discretion_beyond(const struct node *n, const struct discretion_facts *f);
/* NULL when the fine may be proposed, else an English sentence that says why not. */
const char *discretion_refuses(const struct discretion *d, int64_t fine_fen);
/* "reduced", "light", "ordinary", "heavy", "none" */
const char *discretion_band_word(enum discretion_band b);

#endif
