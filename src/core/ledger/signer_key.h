/* The key and what may be signed with it: the half of the signer that holds the secret. Not for use
 *outside the signer's own files. One thread at a time.
 *
 *	KEYS/sm2.pem               private key, mode 0600, plain or under a passphrase (sm2_file.h)
 *	KEYS/sm2.pem.next          the key that takes its place, while that is done
 *	KEYS/public/<key id>.pem   its public half; keys of earlier years stay beside it
 *	KEYS/public/<key id>.period	from, until, ended: ms, a line each
 *	KEYS/last-head             the last head signed, as a published head
 */
#ifndef CORE_LEDGER_SIGNER_KEY_H
#define CORE_LEDGER_SIGNER_KEY_H

#include "core/ledger/ledger.h"

struct signer_key;

/* E_NOT_FOUND when there is no key and create is false. */
enum err signer_key_open(
	const char *keys_dir, bool create, struct signer_key **out, struct fault *why);
void signer_key_close(struct signer_key *k);
const char *signer_key_name(const struct signer_key *k);
struct key_period signer_key_period_of(const struct signer_key *k);
/* Another key has taken the place of this one: it signs nothing more. */
bool signer_key_replaced(const struct signer_key *k);
/* Writes the private key anew under the passphrase. E_FORBIDDEN: the present one is missing or
 * wrong. */
enum err signer_key_protect(const char *keys_dir, const char *passphrase, struct fault *why);
/* Another key takes the place of the present one, in two steps that may be repeated after a kill.
 * First: it is made (or was already), its public half and period lie beside the old ones; old and
 * new get the ids. Second: the old one has ended, and its private half is gone. A signer that still
 * holds it refuses from then on. */
enum { KEY_ID_MAX = 17 };
enum err signer_key_next(
	const char *keys_dir, char old[KEY_ID_MAX], char new[KEY_ID_MAX], struct fault *why);
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
 * those of keys_dir (where the kernel has Landlock), no core dump. False: it could not be done. */
bool signer_rights_drop(const char *keys_dir);

/* KEYS/public/<key id>.period; E_NOT_FOUND when the key has none. */
enum err key_period_read(
	const char *keys_dir, const char *key_id, struct key_period *out, struct fault *why);
enum err key_period_write(
	const char *keys_dir, const char *key_id, const struct key_period *p, struct fault *why);

#endif
