/* A search over rows that have tokens (search.h): which word proposes rows, which rows stay, which
 * come first. Where rows and tokens stand is the caller's: a domain gives its SQL as two functions
 * and says what of a row is searched in.
 *
 * The rarest word (of a long one its rarest three signs) proposes rows out of the tokens; the
 * source's SQL passes over those that lack another word or do not pass a filter; pinyin is decided
 * here; what is left is put in order by how well it fits, then by name and id. */
#ifndef CORE_FINDER_H
#define CORE_FINDER_H

#include "core/app/req.h"
#include "core/app/search.h"

enum { FIND_RANGES = 5, FIND_CODES = 4 };

struct finder;
struct find_hit {
	int64_t id;
	const char *name, *all,	    /* all: lower case, what a spelled word may stand in */
		*codes[FIND_CODES]; /* NULL: fewer */
	const void *row;	    /* filled in by the finder */
	int rank;
};
struct find_source {
	/* Tokens in these ranges (an empty one has from > to), counted up to max. */
	enum err (*count)(
		struct req *rq, const struct search_range r[FIND_RANGES], int max, int64_t *n);
	/* Of the first f->looked rows with a token in r, in the order of the tokens, at most
	 * f->limit that fit the likes of f->words and the caller's filters; r NULL: f->new_max rows
	 * that have no tokens yet. They stay in the request's arena. The bound belongs into a
	 * subquery: PostgreSQL guesses that next to nothing fits a LIKE, and would read the whole
	 * table. */
	enum err (*propose)(struct req *rq, const struct finder *f, const struct search_range *r,
		struct list *rows);
	void (*look)(const void *row, struct find_hit *h);
	size_t row_size;
};

struct finder {
	const struct find_source *source;
	const void *arg;	    /* the caller's, for its functions */
	size_t max;		    /* hits wanted */
	bool passive[SEARCH_WORDS]; /* words that propose only when all are such */
	bool filtered;		    /* the source passes over rows by more than words */

	/* for the source */
	struct search_word words[SEARCH_WORDS];
	size_t n;
	int64_t limit, looked, new_max;

	/* answered: hits in order, found of them; cut: more fit than were put in order */
	struct find_hit *hits;
	size_t found;
	bool cut;

	/* private */
	size_t driver, room;
	int at;
};
/* Sets words and n; the caller may then mark some as passive. */
void find_words(struct req *rq, struct finder *f, const char *q);
/* Takes rows in that the caller has found by another way; those that lack a spelled word are left
 * out. */
void find_keep(struct req *rq, struct finder *f, const struct list *rows);
/* Fills hits, found and cut. */
enum err find_rows(struct req *rq, struct finder *f);

#endif
