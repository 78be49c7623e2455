#include "core/ledger/token_wire.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <assert.h>
#include <string.h>

enum { COORDINATE = 32, POINT = 1 + 2 * COORDINATE };

/* SEQUENCE { SEQUENCE { ecPublicKey, curve }, BIT STRING }, up to the point. */
static const uint8_t info_sm2[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
	0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42,
	0x00 };
static const uint8_t info_p256[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
	0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42,
	0x00 };
enum { INFO = sizeof info_sm2, CURVE_AT = 13, CURVE = 10 };
static_assert(sizeof info_sm2 == sizeof info_p256, "both curves have names of eight bytes");

static const uint8_t *info_of(enum token_profile profile)
{
	return profile == TOKEN_SM2 ? info_sm2 : info_p256;
}

/* ---- the public key ---------------------------------------------------------------------------
 */

static EVP_PKEY *public_key(struct bytes der)
{
	const unsigned char *at = der.at;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)der.n);
	ERR_clear_error();
	return key;
}

bool token_public_der(
	struct arena *a, enum token_profile profile, struct bytes point, struct bytes *der)
{
	if (point.n == POINT + 2 && point.at[0] == 0x04 && point.at[1] == POINT)
		point = (struct bytes){ point.at + 2, POINT };
	if (point.n != POINT || point.at[0] != POINT_CONVERSION_UNCOMPRESSED)
		return false;
	uint8_t *at = arena_alloc(a, INFO + POINT);
	memcpy(at, info_of(profile), INFO);
	memcpy(at + INFO, point.at, POINT);
	*der = (struct bytes){ at, INFO + POINT };
	EVP_PKEY *key = public_key(*der); /* OpenSSL refuses what is not on the curve */
	EVP_PKEY_free(key);
	return key != NULL;
}

bool token_curve_is(enum token_profile profile, struct bytes params)
{
	return params.n == CURVE && memcmp(params.at, info_of(profile) + CURVE_AT, CURVE) == 0;
}

char *token_public_id(struct arena *a, struct bytes der)
{
	struct digest d = sm3(der.at, der.n);
	char *id = arena_alloc(a, TOKEN_KEY_ID + 1);
	hex_encode(id, d.b, TOKEN_KEY_ID / 2);
	return id;
}

char *token_public_pem(struct arena *a, struct bytes der)
{
	EVP_PKEY *key = public_key(der);
	BIO *bio = BIO_new(BIO_s_mem());
	char *at = NULL, *pem = NULL;
	if (key && bio && PEM_write_bio_PUBKEY(bio, key) == 1) {
		long n = BIO_get_mem_data(bio, &at);
		pem = arena_copy(a, at, (size_t)n);
	}
	BIO_free(bio);
	EVP_PKEY_free(key);
	return pem ? pem : arena_dup(a, "");
}

/* ---- what is signed ---------------------------------------------------------------------------
 */

/* The length of the default id in bits, the id, and a, b, G of the curve (GB/T 32918.5). */
static const uint8_t z_begin[] = "\x00\x80"
				 "1234567812345678"
				 "\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
				 "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc"
				 "\x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7"
				 "\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93"
				 "\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94"
				 "\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7"
				 "\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53"
				 "\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

struct digest token_digest(enum token_profile profile, struct bytes der, struct bytes text)
{
	if (profile == TOKEN_P256)
		return sha256(text.at, text.n);
	struct hash *z = hash_new(HASH_SM3);
	hash_add(z, z_begin, sizeof z_begin - 1);
	hash_add(z, der.at + INFO + 1, POINT - 1);
	struct digest of_key = hash_end(z);
	struct hash *e = hash_new(HASH_SM3);
	hash_add(e, of_key.b, DIGEST);
	hash_add(e, text.at, text.n);
	return hash_end(e);
}

/* ---- signatures -------------------------------------------------------------------------------
 */

static bool der_put(struct arena *a, ECDSA_SIG *sig, char **hex)
{
	unsigned char *der = NULL;
	int n = i2d_ECDSA_SIG(sig, &der);
	if (n > 0) {
		*hex = arena_alloc(a, 2 * (size_t)n + 1);
		hex_encode(*hex, der, (size_t)n);
	}
	OPENSSL_free(der);
	return n > 0;
}

static ECDSA_SIG *raw_read(struct bytes raw)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw.at, COORDINATE, NULL),
	       *s = BN_bin2bn(raw.at + COORDINATE, COORDINATE, NULL);
	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1)
		return sig;
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	return NULL;
}

bool token_signature_hex(struct arena *a, struct bytes raw, char **hex)
{
	const unsigned char *at = raw.at;
	ECDSA_SIG *sig = raw.n == 2 * (size_t)COORDINATE ? raw_read(raw)
							 : d2i_ECDSA_SIG(NULL, &at, (long)raw.n);
	bool ok = sig && der_put(a, sig, hex);
	ECDSA_SIG_free(sig);
	ERR_clear_error();
	return ok;
}

static bool p256_holds(struct bytes der, struct bytes text, const char *hex)
{
	uint8_t signature[TOKEN_SIGNATURE];
	size_t n = strlen(hex) / 2;
	if (n > sizeof signature || !hex_decode(signature, hex, n))
		return false;
	EVP_PKEY *key = public_key(der);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = key && md && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(md, signature, n, text.at, text.n) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

bool token_signature_holds(
	enum token_profile profile, struct bytes der, struct bytes text, const char *hex)
{
	if (profile == TOKEN_P256)
		return p256_holds(der, text, hex);
	struct arena *a = arena_new();
	struct sm2_key *k = NULL;
	struct fault why = { 0 };
	const char *pem = token_public_pem(a, der);
	bool ok = !sm2_read_public((struct bytes){ (const uint8_t *)pem, strlen(pem) }, &k, &why) &&
		  sm2_verify(k, text.at, text.n, hex);
	sm2_free(k);
	arena_free(a);
	return ok;
}
