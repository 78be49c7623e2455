/* Digests: SM3 and SHA-256 through OpenSSL. The algorithms are fetched once, because asking OpenSSL
 * 3 for one by name takes longer than the digest of a small message. */
#include "core/ledger/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct hash {
	EVP_MD_CTX *ctx;
};

static struct {
	pthread_once_t once;
	EVP_MD *sm3, *sha256;
} md = { PTHREAD_ONCE_INIT, NULL, NULL };

/* A library without memory or without its algorithms: nothing true can be recorded any more. */
static void must(bool ok, const char *what)
{
	if (ok)
		return;
	log_event(LOG_ERROR, "crypto.unusable", "what", what, NULL);
	abort();
}

static void md_fetch(void)
{
	md.sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
	md.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	must(md.sm3 && md.sha256, "SM3 or SHA-256 is missing in OpenSSL");
}

static const EVP_MD *md_of(enum hash_kind kind)
{
	(void)pthread_once(&md.once, md_fetch);
	return kind == HASH_SM3 ? md.sm3 : md.sha256;
}

struct hash *hash_new(enum hash_kind kind)
{
	struct hash *h = malloc(sizeof *h);
	must(h, "no memory");
	h->ctx = EVP_MD_CTX_new();
	must(h->ctx && EVP_DigestInit_ex2(h->ctx, md_of(kind), NULL) == 1, "EVP_DigestInit");
	return h;
}

void hash_add(struct hash *h, const void *at, size_t n)
{
	if (n)
		must(EVP_DigestUpdate(h->ctx, at, n) == 1, "EVP_DigestUpdate");
}

struct digest hash_end(struct hash *h)
{
	struct digest d;
	must(EVP_DigestFinal_ex(h->ctx, d.b, NULL) == 1, "EVP_DigestFinal");
	EVP_MD_CTX_free(h->ctx);
	free(h);
	return d;
}

static struct digest digest_of(enum hash_kind kind, const void *at, size_t n)
{
	struct digest d;
	must(EVP_Digest(n ? at : "", n, d.b, NULL, md_of(kind), NULL) == 1, "EVP_Digest");
	return d;
}

struct digest sm3(const void *at, size_t n)
{
	return digest_of(HASH_SM3, at, n);
}

struct digest sha256(const void *at, size_t n)
{
	return digest_of(HASH_SHA256, at, n);
}

struct digest sm3_hmac(const void *key, size_t key_n, const void *at, size_t n)
{
	struct digest d;
	size_t got = 0;
	must(EVP_Q_mac(NULL, "HMAC", NULL, "SM3", NULL, key_n ? key : "", key_n, n ? at : "", n,
		     d.b, sizeof d.b, &got),
		"HMAC-SM3");
	must(got == DIGEST, "HMAC-SM3 length");
	return d;
}

char *digest_hex(struct arena *a, const struct digest *d)
{
	char *hex = arena_alloc(a, DIGEST_HEX + 1);
	hex_encode(hex, d->b, DIGEST);
	return hex;
}

bool digest_parse(const char *hex, struct digest *out)
{
	return hex && strlen(hex) == DIGEST_HEX && hex_decode(out->b, hex, DIGEST);
}

bool same_bytes(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
