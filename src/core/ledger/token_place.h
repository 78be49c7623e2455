/* Where a signing key lives in a PKCS#11 token, as a file says it: "shian-token 1", then lines of a
 * word, one blank and a value.
 *
 *	module PATH         the vendor's library, an absolute path
 *	token LABEL         the token's label; or
 *	serial TEXT         its serial number; or both
 *	label TEXT          the private key's label; or
 *	id HEX              its CKA_ID; or both
 *	mechanism NUMBER    decimal or 0x...; for P-256 CKM_ECDSA unless said otherwise
 *	input digest        the mechanism takes the digest (SM2: SM3 of Z and the message): the rule
 *	input message       the mechanism takes the message, and makes the digest itself
 *	pin-file PATH       mode 0600; without it the PIN is asked for as token_pin_take() says
 *	reads PATH          what the module may read besides libraries, with all below; up to 8
 *	writes PATH         what it may read and write; up to 8
 *	reach unix|inet     the module may open such sockets; both may be said
 *	key HEX             the id of its public key on record: written by the program
 */
#ifndef CORE_LEDGER_TOKEN_PLACE_H
#define CORE_LEDGER_TOKEN_PLACE_H

#include "core/base/base.h"

enum { TOKEN_PATHS = 8, TOKEN_KEY_ID = 16 };

enum token_profile { TOKEN_SM2, TOKEN_P256 };

struct token_place {
	const char *module, *token, *serial, *label, *id, *pin_file, *key_id; /* "": not said */
	int64_t mechanism;						      /* 0: not said */
	bool whole;							      /* input message */
	const char *reads[TOKEN_PATHS], *writes[TOKEN_PATHS];
	int n_reads, n_writes;
	bool unix_sockets, inet_sockets;
};

/* Does the text begin as such a file does? */
bool token_place_is(struct bytes text);
/* Values in the arena. E_INVALID: the line and what is wrong with it, or what is missing. */
enum err token_place_parse(
	struct arena *a, struct bytes text, struct token_place *out, struct fault *why);
char *token_place_text(struct arena *a, const struct token_place *p);
/* E_NOT_FOUND: no file. *is false, and OK, when the file is something else (a key in PEM). */
enum err token_place_read(
	struct arena *a, const char *path, struct token_place *out, bool *is, struct fault *why);
/* For people: "token shian, key heads". */
char *token_place_words(struct arena *a, const struct token_place *p);

#endif
