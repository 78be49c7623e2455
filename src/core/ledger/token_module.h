/* PKCS#11 modules in this process, and the numbers they answer with. */
#ifndef CORE_LEDGER_TOKEN_MODULE_H
#define CORE_LEDGER_TOKEN_MODULE_H

#include "core/base/base.h"

#include <p11-kit/pkcs11.h>

/* Loaded once, and never unloaded. epoch grows when it is begun anew: handles of earlier epochs
 * mean nothing. */
struct token_module {
	char *path;
	CK_FUNCTION_LIST *f;
	unsigned epoch;
	int users;
	bool begun;
};

/* E_INVALID: it is no module, or does not begin. Each get that sets *out, even when it fails, wants
 * a put; the last one ends the module. */
enum err token_module_get(const char *path, struct token_module **out, struct fault *why);
void token_module_put(struct token_module *m);
/* Ends it and begins it again, for some see a token that came back only so. */
enum err token_module_begin(struct token_module *m, struct fault *why); /* nothing when it has */
enum err token_module_anew(struct token_module *m, struct fault *why);
/* A fault with the name of the number, and: E_BUSY for those that say that the token or the session
 * is gone, E_LOGIN for those of PINs, E_INVALID for a mechanism, else E_INTERNAL. */
enum err token_fault(struct fault *why, CK_RV rv, const char *what);

#endif
