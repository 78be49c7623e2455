/* Finding rows by words in milliseconds, with one SQL text on both databases.
 *
 * A row's texts become tokens: 63-bit numbers that keep the order of their beginning, kept in a
 * table (token bigint, row bigint, ...) with the token first in its key. What begins like a word is
 * then a range of tokens, so a part of a Chinese name is found as fast as its beginning:
 *
 *   text      three signs from each place of it, 20 bits a sign
 *   code      its first ten letters and digits, and its last ten from behind, 6 bits each
 *   initials  of the pinyin of a name, ten from each place of it, 6 bits each; where a character
 * has several readings, each of them (at most eight ways a place)
 *
 * Ranges propose, search_holds() decides. Readings: Unicode Han database, kMandarin, kTGHZ2013,
 * kXHC1983. Pure, thread-safe. */
#ifndef CORE_SEARCH_H
#define CORE_SEARCH_H

#include "core/base/base.h"

/* ---- what a row is found by ---------------------------------------------------------------- */
struct search_tokens {
	struct arena *arena;
	int64_t *at;
	size_t n, cap;
};
void search_add_name(struct search_tokens *t, const char *name); /* text and pinyin */
void search_add_text(struct search_tokens *t, const char *text); /* addresses, persons */
void search_add_code(struct search_tokens *t, const char *code); /* numbers, by both ends */
void search_sort(struct search_tokens *t);			 /* ascending, each once */

/* ---- what is asked for --------------------------------------------------------------------- */
enum { SEARCH_WORDS = 3, SEARCH_RANGES = 16, SEARCH_LIKE_MAX = 600 };
struct search_word {
	const char *text; /* lower case, never empty */
	const char *like; /* "%text%" for LIKE ... ESCAPE '\' over lower-case text, or "%" for a
			     word that may be pinyin */
	bool spelled;	  /* letters only: may be pinyin, so only search_holds() decides */
	int signs;
	int places; /* by so many of its signs, from the first, rows may be proposed; at least 1 */
};
/* The words of a question, parted by blanks, in lower case; the last one takes what is left.
 * Answers how many; 0 for a question without a sign. */
size_t search_words(struct arena *a, const char *q, struct search_word words[SEARCH_WORDS]);

struct search_range {
	int64_t from, to; /* both inclusive */
};
/* The pattern of LIKE … ESCAPE '\\' that finds the word anywhere: its % and _ stand for themselves.
 */
const char *like_of(struct arena *a, const char *word);
/* Where rows with the word may be, best places first; at: by which sign of the word,
 * 0 .. places - 1. Answers how many. */
size_t search_ranges(const struct search_word *w, int at, struct search_range out[SEARCH_RANGES]);
/* Does a row have the word: in all (lower case) or as pinyin of its name. */
bool search_holds(const struct search_word *w, const char *name, const char *all);

/* How well a name fits, 0 best: 1 equal, 2 begins with it, 4 holds it, 5 pinyin from its beginning,
 * 6 pinyin, 7 not in the name. (0 and 3 are for codes: equal, begins or ends.) */
int search_rank(const struct search_word *w, const char *name);
/* 0 equal, 3 begins or ends with the word, 7 neither. Letters in any case. */
int search_code_rank(const struct search_word *w, const char *code);

/* Does the text spell consecutive characters of the name, from its first one or from any: whole
 * readings, initials, or both mixed, the last one perhaps not finished. */
bool pinyin_spells(const char *name, const char *text, bool from_start);
/* Readings of a character without tones, "zhong chong", the usual one first; "" when unknown. */
const char *pinyin_readings(uint32_t sign);

#endif
