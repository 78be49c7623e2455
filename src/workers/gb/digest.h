/* HTTP digest as SIP uses it. Source: RFC 3261 22.4, RFC 2617 3.2.2, RFC 8760 (SHA-256); SM3 is
 * GB/T 32905 in the place of the hash, as GB/T 28181-2022 devices may ask for [R]. */
#ifndef WORKERS_GB_DIGEST_H
#define WORKERS_GB_DIGEST_H

#include "core/base/base.h"

enum gb_hash { GB_MD5, GB_SHA256, GB_SM3, GB_HASHES };

const char *gb_hash_text(enum gb_hash h);		 /* MD5, SHA-256, SM3 */
bool gb_hash_named(const char *name, enum gb_hash *out); /* "" is MD5; case does not matter */

struct gb_digest {
	enum gb_hash hash;
	const char *username, *realm, *password, *nonce, *uri, *method;
	const char *qop, *nc, *cnonce; /* qop "": the old form without them */
};

/* Lower-case hex. */
char *gb_digest(struct arena *a, const struct gb_digest *d);

/* In a time that does not tell where they differ. */
bool gb_digest_equal(const char *a, const char *b);

/* A nonce for whom, good until it is too old: it carries its time and proves itself by the key. */
enum { GB_NONCE_MS = 2 * MINUTE, GB_KEY_SIZE = 32 };
struct gb_nonce {
	const uint8_t *key; /* GB_KEY_SIZE */
	const char *whom;
	int64_t now_ms;
};
char *gb_nonce(struct arena *a, const struct gb_nonce *n);
bool gb_nonce_good(const struct gb_nonce *n, const char *nonce);

#endif
