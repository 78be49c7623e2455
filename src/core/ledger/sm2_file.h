/* Private SM2 keys in files: PKCS#8 in PEM, plain or under a passphrase (PBES2: PBKDF2 with
 * HMAC-SHA256 and a salt of its own, AES-256-CBC). Mode 0600; a file that others may read is
 * refused. */
#ifndef CORE_LEDGER_SM2_FILE_H
#define CORE_LEDGER_SM2_FILE_H

#include "core/ledger/crypto.h"

enum { PASSPHRASE_MIN = 12, PASSPHRASE_MAX = 200 };

enum err sm2_make(struct sm2_key **out, struct fault *why);
/* passphrase: NULL, plain. Replaces the file at once or not at all. */
enum err sm2_write_private(
	const struct sm2_key *k, const char *path, const char *passphrase, struct fault *why);
/* E_NOT_FOUND: no file. E_FORBIDDEN: others may read it, or the passphrase is missing or wrong. */
enum err sm2_read_private(
	const char *path, const char *passphrase, struct sm2_key **out, struct fault *why);
/* Does the file ask for a passphrase; false as well when it cannot be read. */
bool sm2_is_protected(const char *path);

/* The private half of a public key lies in a token: sm2_sign() asks sign() there, and sm2_free()
 * closes it. This file knows nothing else of tokens. */
struct token_key;
struct sm2_elsewhere {
	struct token_key *token;
	enum err (*sign)(struct token_key *token, struct bytes text, struct arena *a, char **hex,
		struct fault *why);
	void (*close)(struct token_key *token);
};
void sm2_keep_elsewhere(struct sm2_key *k, const struct sm2_elsewhere *e);
struct token_key *sm2_token(const struct sm2_key *k); /* or NULL */

/* Where the passphrase comes from, the first that is there: the file that SHIAN_KEY_PASSPHRASE_FILE
 * names; the systemd credential shian-key ($CREDENTIALS_DIRECTORY/shian-key); with ask, the
 * terminal. *out is NULL when none is given. What was typed is remembered for this process and its
 * children, until it is forgotten. */
enum err passphrase_given(struct arena *a, bool ask, const char **out, struct fault *why);
void passphrase_forget(void);
/* A line from the terminal without echo; false: there is no terminal. */
bool secret_ask(const char *prompt, char *out, int size);
void secret_ask_nobody(void); /* for a process of the house: the terminal would stop it */
/* The first line of a file; E_INVALID: not PASSPHRASE_MIN to PASSPHRASE_MAX bytes. */
enum err passphrase_read(struct arena *a, const char *path, const char **out, struct fault *why);
/* Typed twice, the same; E_INVALID otherwise. */
enum err passphrase_choose(struct arena *a, const char **out, struct fault *why);

#endif
