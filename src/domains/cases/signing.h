/* Signing by finger, the one way for all papers of a case that its party signs on the telephone:
 * the form is filled and read first, and what is signed is what was read, or nothing.
 *
 *	first post	the reading page: every line of the paper, its mark in the form
 *	second post	mark and signature: filled anew from the same fields, same mark, then
 *ordered
 *
 * With the signature are kept: time, device, address, mark of what was read; the paper says so in
 * a line of its own. */
#ifndef CASES_SIGNING_H
#define CASES_SIGNING_H

#include "domains/cases/ordinary.h"

struct signature {
	int64_t id, version, case_id;
	const char *about;
	int64_t paper;
	const char *sm3, *sha256, *shown_sm3;
	int64_t shown_at, signed_at;
	const char *device, *remote, *signer;
};
extern const struct model signature_model;

enum signing_end {
	SIGNING_READ,  /* the page is the answer: there is nothing to write */
	SIGNING_DONE,  /* the paper is ordered, the row written: the step's own fact tells of it */
	SIGNING_TWICE, /* the same signature under the same words came before */
};

struct signing {
	const char *about;	  /* address, evidence, statement */
	const char *page;	  /* where the form is sent, below /my/cases/:id */
	struct form *form;	  /* filled, but for what the signature adds */
	const char *const *carry; /* fields that come again with the signature; ends with NULL */
	enum signing_end end;	  /* the rest is what came of it */
	struct signature kept;
};

/* When the paper was shown, as the form says; now when it has not been. Times in the form are
 * reckoned from it, so that reading and signing fill the same. */
int64_t signing_moment(struct req *rq);
enum err signing_take(struct req *rq, const struct course *k, struct signing *s);
/* Does the form come back to be changed (the button on the reading page)? */
bool signing_changes(struct req *rq);
/* A text of the party that will stand on a paper: its length, and signs that nobody can print. */
const char *signing_words(struct req *rq, const char *name, int most);

#endif
