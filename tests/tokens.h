/* Tokens for tests, in a folder of their own: the vendor's (token_module.c), whose keys are
 * SM2, and SoftHSM's, whose keys are P-256. */
#ifndef TESTS_TOKENS_H
#define TESTS_TOKENS_H

#include "core/ledger/token_place.h"

#define TEST_PIN "24681357"

struct token_world {
	struct arena *a;
	const char *top;    /* all of it lies here */
	const char *vendor; /* SHIAN_TEST_TOKEN */
	const char *pin;    /* the file of the PIN */
};

/* Ends the process when it cannot be made. */
struct token_world *token_world_new(void);
void token_world_free(struct token_world *w);
/* A shell in its folder; false: it failed. */
bool token_world_run(struct token_world *w, const char *script);
void token_world_pin(struct token_world *w, const char *pin); /* written into the file */

/* The vendor's token: put in and taken out; a new SM2 key in it (NAME, or NAME.2). */
void vendor_in(struct token_world *w, bool in);
void vendor_key(struct token_world *w, const char *name);
long vendor_logins(struct token_world *w); /* how often a PIN was tried */
/* SoftHSM's token "shian", with a P-256 key made in it. */
void softhsm_make(struct token_world *w);
void softhsm_key(struct token_world *w, const char *label, const char *id);

/* As an administrator writes them; more: further lines. */
struct token_place vendor_place(struct token_world *w, const char *label, const char *more);
struct token_place softhsm_place(struct token_world *w, const char *label, const char *more);

#endif
