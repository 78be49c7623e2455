/* Digests, signatures, passwords, tokens: OpenSSL 3 for all, libsodium for argon2id.
 * SM2 signs with SM3 and the default id 1234567812345678 (GB/T 32918). */
#ifndef CORE_CRYPTO_H
#define CORE_CRYPTO_H

#include "core/base/base.h"

enum { DIGEST = 32, DIGEST_HEX = 64 };

struct digest {
	uint8_t b[DIGEST];
};

enum hash_kind { HASH_SM3, HASH_SHA256 };
struct hash; /* an incremental digest */
struct hash *hash_new(enum hash_kind kind);
void hash_add(struct hash *h, const void *at, size_t n);
struct digest hash_end(struct hash *h); /* frees h */
struct digest sm3(const void *at, size_t n);
struct digest sha256(const void *at, size_t n);
struct digest sm3_hmac(const void *key, size_t key_n, const void *at, size_t n);
char *digest_hex(struct arena *a, const struct digest *d);
bool digest_parse(const char *hex, struct digest *out);
bool same_bytes(const void *a, const void *b, size_t n); /* constant time */

/* ---- SM2 keys ----------------------------------------------------------------------------- */
struct sm2_key;
/* PEM; the private file gets mode 0600, is never overwritten (E_CONFLICT), and is refused when
 * others may read it (E_FORBIDDEN). public_path may be NULL. */
enum err sm2_create(const char *private_path, const char *public_path, struct fault *why);
enum err sm2_write_public(const struct sm2_key *k, const char *path, struct fault *why);
enum err sm2_load_private(const char *path, struct sm2_key **out, struct fault *why);
enum err sm2_load_public(const char *path, struct sm2_key **out, struct fault *why);
/* The same from the PEM text itself, which came from anywhere. */
enum err sm2_read_public(struct bytes pem, struct sm2_key **out, struct fault *why);
/* The public key in PEM, in the arena. */
enum err sm2_public_pem(
	const struct sm2_key *k, struct arena *a, const char **pem, struct fault *why);
void sm2_free(struct sm2_key *k);
/* 16 hex digits of SM3 of the public key (DER): names the key in heads and documents. */
const char *sm2_key_id(const struct sm2_key *k);
enum err sm2_sign(const struct sm2_key *k, const void *at, size_t n, struct arena *a, char **hex,
	struct fault *why);
bool sm2_verify(const struct sm2_key *k, const void *at, size_t n, const char *hex);

/* ---- passwords, one-time codes, tokens ------------------------------------------------------ */
char *password_hash(struct arena *a, const char *password); /* argon2id, 19 MiB, t=2 */
bool password_matches(const char *hash, const char *password);
/* A random password as mosquitto keeps it ("$7$101$salt$hash", PBKDF2 with SHA-512): one line of
 * its file is name:this. */
char *password_for_broker(struct arena *a, const char *password);
/* RFC 6238, SHA-1, 30 s, 6 digits; accepts one step either side; step receives the step that
 * matched, so that a code is taken once. */
bool totp_matches(const char *secret_base32, const char *code, int64_t now_ms, int64_t *step);
char *totp_code(struct arena *a, const char *secret_base32, int64_t now_ms);
char *totp_secret_new(struct arena *a); /* 32 base32 characters */
char *token_new(struct arena *a);	/* 43 url-safe characters, 256 bits */

#endif
