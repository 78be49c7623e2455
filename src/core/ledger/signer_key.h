/* The key and what may be signed with it: the half of the signer that holds the secret. Not for use
 *outside the signer's own files. One thread at a time.
 *
 *	KEYS/sm2.pem               private key, mode 0600, plain or under a passphrase (sm2_file.h);
 *				   or where it lives in a token (token_place.h)
 *	KEYS/sm2.pem.next          the key that takes its place, while that is done
 *	KEYS/public/<key id>.pem   its public half; keys of earlier years stay beside it
 *	KEYS/public/<key id>.period	from, until, ended: ms, a line each
 *	KEYS/last-head             the last head signed, as a published head
 */
#ifndef CORE_LEDGER_SIGNER_KEY_H
#define CORE_LEDGER_SIGNER_KEY_H

#include "core/ledger/ledger.h"
#include "core/ledger/token.h"

struct signer_key;

/* A token is not touched before the first signature: then sign() answers with token_key_open()'s
 * errors. E_NOT_FOUND when there is no key and create is false. */
enum err signer_key_open(
	const char *keys_dir, bool create, struct signer_key **out, struct fault *why);
void signer_key_close(struct signer_key *k);
const char *signer_key_name(const struct signer_key *k);
struct key_period signer_key_period_of(const struct signer_key *k);
/* Another key has taken the place of this one: it signs nothing more. */
bool signer_key_replaced(const struct signer_key *k);
/* The PINs of keys in tokens, taken while that can be done; a missing one is told when it signs. */
void signer_key_pins(struct signer_key *k);
bool signer_key_wants_pin(const struct signer_key *k); /* see token_key_wants_pin() */
/* Logs in to the tokens now, so that the first head does not wait for that. */
void signer_key_warm(struct signer_key *k);
/* Is any key in a token: its description; for i from 0 till NULL. */
const struct token_place *signer_key_place(const struct signer_key *k, int i);
/* Asks at the terminal for the PIN when there is no other place for it: for the parent, whose
 * children then have it. */
enum err signer_pin_ask(const char *keys_dir, struct fault *why);
/* Where the private key of a file of the folder ("sm2.pem", "pdf.pem") is. */
enum key_home { KEY_NOWHERE, KEY_PLAIN, KEY_SEALED, KEY_TOKEN };
enum key_home signer_key_home(
	struct arena *a, const char *keys_dir, const char *name, struct token_place *place);
/* Writes the private key anew under the passphrase. E_FORBIDDEN: the present one is missing or
 * wrong. E_CONFLICT: it is in a token. */
enum err signer_key_protect(const char *keys_dir, const char *passphrase, struct fault *why);
/* Another key takes the place of the present one, in two steps that may be repeated after a kill.
 * First: it is made in a file, or looked for in the token at to (or was already: E_CONFLICT when
 * that one is elsewhere), its public half and period lie beside the old ones; old and new get the
 * ids. E_CONFLICT: the token's key is the present one, or had its time before. Second: the old one
 * has ended, and its private half is gone. A signer that still holds it refuses from then on. */
enum { KEY_ID_MAX = 17 };
struct key_move {
	const char *keys_dir;
	const struct token_place *to; /* NULL: a file */
	char old[KEY_ID_MAX], new[KEY_ID_MAX];
};
enum err signer_key_next(struct key_move *m, struct fault *why);
enum err signer_key_take(const char *keys_dir, struct fault *why);
/* Checks what signer_sign() promises, signs, and remembers a head durably before its signature
 * leaves. */
enum err signer_key_sign(struct signer_key *k, const char *purpose, const char *text,
	struct arena *a, char **hex, struct fault *why);

/* Reads exactly the text of a head, else false; key_id is "" in the first form, signature always.
 */
bool head_parse(struct arena *a, const char *text, size_t n, struct tree_head *out);
/* The last head that was signed with the key in keys_dir; E_NOT_FOUND when there was none. */
enum err last_head_read(
	struct arena *a, const char *keys_dir, struct tree_head *out, struct fault *why);

/* For good, for the whole process: no new socket, connection, process or program, no files but
 * those of keys_dir (where the kernel has Landlock), no core dump. For each key in a token, before
 * its module is loaded: libraries may be read, threads begun, and what the description names may be
 * reached. False: it could not be done. */
bool signer_rights_drop(const char *keys_dir, const struct token_place *const places[], int n);

/* KEYS/public/<key id>.period; E_NOT_FOUND when the key has none. */
enum err key_period_read(
	const char *keys_dir, const char *key_id, struct key_period *out, struct fault *why);
enum err key_period_write(
	const char *keys_dir, const char *key_id, const struct key_period *p, struct fault *why);

#endif
