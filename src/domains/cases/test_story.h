/* Shared by the tests of this room: cases brought to any point of their way by the steps that lead
 * there. */
#ifndef CASES_TEST_STORY_H
#define CASES_TEST_STORY_H

#include "harness.h"

struct story {
	struct bench *b;
	int64_t operator, id; /* the business and its case */
	char party[64];	      /* who holds the opened link */
	const char *lead;     /* path of the last lead */
	const char *code;     /* the link's, when one was sent */
};

/* A business with a registered, reviewed camera, whose lead two officers confirmed: a pre-check. */
struct story precheck(struct bench *b);
/* And on, each from the one before. */
struct story filed(struct bench *b);
void link_agreed(const struct story *s);
struct story ready_to_tell(
	struct bench *b); /* looked at, and weighed: nothing of the lists holds */
struct story told(struct bench *b);
struct story heard(struct bench *b);
struct story proposed(struct bench *b);
struct story decided(struct bench *b); /* without consent: the paper is sealed and not served */

/* Steps. "" is the officers' or the party's page of the case itself. */
const char *desk_of(const struct story *s, const char *step);
const char *my(const struct story *s, const char *step);
const char *officer(struct bench *b, const char *login); /* its id, as text */
/* Where the open request for approval is answered. */
const char *approval_of(const struct story *s);
/* The conditions of filing, answered (O2 19). */
#define FILING "proof", "1", "penalty_due", "1", "jurisdiction", "1"
struct answer *file_it(const struct story *s);
struct answer *weigh_it(const struct story *s);
struct answer *address(const struct story *s, const char *consent);
/* The party states, says that this is all, reads the record and signs it: heard. */
void stated(const struct story *s, const char *words);
/* The newest exhibit of the case is verified by this officer. */
void verified(const struct story *s, const char *who);
/* Another lead of the same camera, confirmed by both; gives its answer. */
struct answer *another_lead(struct story *s, const char *key);
void photo(struct bench *b);

struct answer *status_is(struct answer *r, int status);
bool says(const struct answer *r, const char *text);
const char *member(const struct story *s, const char *column); /* of the case's row, as text */
int64_t facts_in_story(const struct story *s, const char *name);

#endif
