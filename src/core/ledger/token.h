/* A signing key in a PKCS#11 token. Its private half never leaves the token; the module is the
 * vendor's code, loaded where token_key_open() is called first. One thread at a time.
 *
 * A token may be taken out at any time: then signing answers E_BUSY, and the first call after it
 * is back opens it again. A PIN that the token refused is not tried again, in this process nor in
 * the next, until whoever gives it gives another: KEYS/pin-refused-<8 hex digits> keeps which file
 * it came from and of when (never the PIN), for tokens lock themselves after a few. */
#ifndef CORE_LEDGER_TOKEN_H
#define CORE_LEDGER_TOKEN_H

#include "core/ledger/crypto.h"
#include "core/ledger/token_place.h"

struct token_key;

/* Opens nothing yet. place->key_id is the key on record; "": whichever the token has. */
enum err token_key_new(const char *keys_dir, const struct token_place *place,
	enum token_profile profile, struct token_key **out, struct fault *why);
void token_key_close(struct token_key *k);
const struct token_place *token_key_place(const struct token_key *k);
/* Takes the PIN now, while files can be read and a person can be asked: from pin-file, the file
 * that SHIAN_TOKEN_PIN_FILE names, the systemd credential shian-pin, or (ask) the terminal.
 * E_LOGIN: others may read the file. E_NOT_FOUND: nowhere. Signing takes it when nobody did. */
enum err token_key_pin(struct token_key *k, bool ask, struct fault *why);
/* Does the token answer? Without its PIN. E_BUSY: it is not there. E_INVALID: the module cannot be
 * used. */
enum err token_key_there(struct token_key *k, struct fault *why);
/* Logs in, finds the key, makes and checks a signature. E_BUSY: the token is not there.
 * E_LOGIN: its PIN was refused, now or before, or is locked. E_NOT_FOUND: no such key.
 * E_CONFLICT: several such keys or tokens, or another public key than on record. E_INVALID: the
 * module or the mechanism cannot be used, or the key is of another kind. */
enum err token_key_open(struct token_key *k, struct fault *why);
/* For a minute it had no PIN, or one that was refused: whoever reads files again may find another.
 */
bool token_key_wants_pin(const struct token_key *k);
/* The public half in DER (SubjectPublicKeyInfo), once it was open, and its id. */
struct bytes token_key_public(const struct token_key *k);
const char *token_key_id(const struct token_key *k);
/* Opens it when need be. hex is DER as sm2_sign() gives it (SM2 with SM3), or ECDSA with SHA-256;
 * it is checked with the public half before it is given. */
enum err token_key_sign(
	struct token_key *k, struct bytes text, struct arena *a, char **hex, struct fault *why);

#endif
