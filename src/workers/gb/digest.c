#include "workers/gb/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const NAMES[GB_HASHES] = { "MD5", "SHA-256", "SM3" };

const char *gb_hash_text(enum gb_hash h)
{
	return NAMES[h];
}

bool gb_hash_named(const char *name, enum gb_hash *out)
{
	*out = GB_MD5;
	if (!name || !*name)
		return true;
	for (int h = 0; h < GB_HASHES; h++)
		if (strcasecmp(name, NAMES[h]) == 0) {
			*out = (enum gb_hash)h;
			return true;
		}
	return false;
}

static char *hash(struct arena *a, enum gb_hash h, const char *text)
{
	static const char *const EVP_NAMES[GB_HASHES] = { "MD5", "SHA256", "SM3" };
	uint8_t out[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char *hex = arena_alloc(a, 2 * sizeof(out) + 1);
	if (EVP_Digest(text, strlen(text), out, &n, EVP_get_digestbyname(EVP_NAMES[h]), NULL) != 1)
		abort();
	hex_encode(hex, out, n);
	return hex;
}

char *gb_digest(struct arena *a, const struct gb_digest *d)
{
	const char *a1 =
		hash(a, d->hash, arena_printf(a, "%s:%s:%s", d->username, d->realm, d->password));
	const char *a2 = hash(a, d->hash, arena_printf(a, "%s:%s", d->method, d->uri));
	if (!d->qop || !*d->qop)
		return hash(a, d->hash, arena_printf(a, "%s:%s:%s", a1, d->nonce, a2));
	return hash(a, d->hash,
		arena_printf(a, "%s:%s:%s:%s:%s:%s", a1, d->nonce, d->nc, d->cnonce, d->qop, a2));
}

bool gb_digest_equal(const char *a, const char *b)
{
	size_t n = strlen(a);
	if (n != strlen(b))
		return false;
	uint8_t differ = 0;
	for (size_t i = 0; i < n; i++) /* hex of either case is the same number */
		differ |= (uint8_t)((a[i] | 0x20) ^ (b[i] | 0x20));
	return differ == 0;
}

/* ---- nonce: time in hex, '-', proof -------------------------------------------------------- */

enum { TIME_DIGITS = 12, PROOF = 16 };

static char *nonce_of(struct arena *a, const struct gb_nonce *n, int64_t when)
{
	uint8_t out[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	char hex[2 * PROOF + 1];
	const char *text = arena_printf(a, "%012" PRIx64 " %s", (uint64_t)when, n->whom);
	if (!HMAC(EVP_sha256(), n->key, GB_KEY_SIZE, (const uint8_t *)text, strlen(text), out,
		    &size))
		abort();
	hex_encode(hex, out, PROOF);
	return arena_printf(a, "%012" PRIx64 "-%s", (uint64_t)when, hex);
}

char *gb_nonce(struct arena *a, const struct gb_nonce *n)
{
	return nonce_of(a, n, n->now_ms);
}

bool gb_nonce_good(const struct gb_nonce *n, const char *nonce)
{
	int64_t when = 0;
	if (strlen(nonce) != TIME_DIGITS + 1 + 2 * PROOF)
		return false;
	for (int i = 0; i < TIME_DIGITS; i++) {
		int c = nonce[i] | 0x20;
		int digit = nonce[i] >= '0' && nonce[i] <= '9' ? nonce[i] - '0'
			    : c >= 'a' && c <= 'f'	       ? c - 'a' + 10
							       : -1;
		if (digit < 0)
			return false;
		when = when << 4 | digit;
	}
	struct arena *a = arena_new();
	bool good = gb_digest_equal(nonce_of(a, n, when), nonce) && n->now_ms >= when &&
		    n->now_ms - when <= GB_NONCE_MS;
	arena_free(a);
	return good;
}
