/* Shared by the tests of this room: cases of the ordinary procedure, brought along step by step. */
#ifndef CASES_TEST_WAY_H
#define CASES_TEST_WAY_H

#include "test_story.h"

/* A step of an officer, an act of the party. */
#define DO(s, who, key, ...)                                                                       \
	bench_post((s)->b, who, desk_of(s, "do/" key), "reason", "理由", "words", "理由",          \
		__VA_ARGS__, NULL)
#define MINE(s, page, ...) bench_post((s)->b, (s)->party, my(s, page), __VA_ARGS__, NULL)
/* Weighed so that nothing of the lists of no penalty holds. */
#define WEIGH(s, ...)                                                                              \
	bench_post((s)->b, "officer1", desk_of(s, "do/weigh"), "reply_minor", "no",                \
		"reply_corrected", "no", __VA_ARGS__, NULL)

/* The head approves what was asked for last. */
void approve(const struct story *s);
/* Papers of the case by this template. */
int64_t count(const struct story *s, const char *template);
/* A column of the case's newest row there, as text. */
const char *of(const struct story *s, const char *table, const char *column);
void of_act(const struct story *s, const char *act);
/* Filed by the ordinary procedure; the party has its link and takes papers on its telephone. */
struct story filed_ordinary(struct bench *b);
/* fine: yuan, or "". */
struct answer *report(const struct story *s, const char *outcome, const char *fine);
struct answer *review(const struct story *s, const char *who, const char *verdict);
/* Spoiled food is established at the place. */
void visit(const struct story *s);
/* Told of a fine, the notice served. From six digits on it is one for spoiled food. */
struct story told_of(struct bench *b, const char *fine);

#endif
