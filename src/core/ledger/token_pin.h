/* The PIN of a token: where it comes from, and that a refused one is tried once. */
#ifndef CORE_LEDGER_TOKEN_PIN_H
#define CORE_LEDGER_TOKEN_PIN_H

#include "core/base/base.h"

enum { TOKEN_PIN_MIN = 4, TOKEN_PIN_MAX = 64, TOKEN_PIN_SOURCE = 512 };

struct token_pin {
	char text[TOKEN_PIN_MAX + 2];  /* "": not taken yet */
	char source[TOKEN_PIN_SOURCE]; /* which file, of when; or when it was typed */
};

/* See token_key_pin(). What was typed is remembered for this process and its children. */
enum err token_pin_take(const char *pin_file, bool ask, struct token_pin *out, struct fault *why);
void token_pin_forget(void); /* what was typed */

/* E_LOGIN: the token refused a PIN of this source before. token: its label and serial number. */
enum err token_pin_may_try(
	const char *keys_dir, const char *token, const struct token_pin *pin, struct fault *why);
/* The token's answer, kept durably when it is no. */
void token_pin_answered(
	const char *keys_dir, const char *token, const struct token_pin *pin, bool right);

#endif
