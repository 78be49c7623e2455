/* What people hold: passwords (argon2id), one-time codes (RFC 6238), tokens. */
#include "core/ledger/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARGON_PASSES = 2,
	ARGON_BYTES = 19 * 1024 * 1024,
	TOTP_STEP_MS = 30000,
	TOTP_DIGITS = 6,
	TOTP_MODULUS = 1000000,
	SECRET_MAX = 64, /* bytes of a shared secret */
	SECRET_NEW = 20, /* RFC 4226 recommends 160 bits */
	TOKEN_BYTES = 32,
	TOKEN_TEXT = 43,
};

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* ---- passwords ---------------------------------------------------------------------------- */

static void sodium_ready(void)
{
	if (sodium_init() >= 0)
		return;
	log_event(LOG_ERROR, "crypto.unusable", "what", "libsodium does not start", NULL);
	abort();
}

char *password_hash(struct arena *a, const char *password)
{
	sodium_ready();
	char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
	if (crypto_pwhash_str_alg(out, password, strlen(password), ARGON_PASSES, ARGON_BYTES,
		    crypto_pwhash_ALG_ARGON2ID13) != 0) {
		log_event(LOG_ERROR, "crypto.unusable", "what", "no memory for argon2id", NULL);
		abort();
	}
	return out;
}

bool password_matches(const char *hash, const char *password)
{
	sodium_ready();
	if (!hash || !password || strlen(hash) >= crypto_pwhash_STRBYTES)
		return false;
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

/* ---- one-time codes ----------------------------------------------------------------------- */

/* RFC 4648 base32, either case, blanks and trailing '=' ignored; returns the bytes, 0 when
 * malformed. */
static size_t base32_decode(const char *text, unsigned char out[SECRET_MAX])
{
	uint32_t bits = 0;
	int have = 0;
	size_t n = 0;
	for (const char *p = text; *p && *p != '='; p++) {
		if (*p == ' ')
			continue;
		char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
		const char *at = strchr(base32, c);
		if (!at || n >= SECRET_MAX)
			return 0;
		bits = (bits << 5 | (uint32_t)(at - base32)) & 0xfff;
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have & 0xff);
		}
	}
	return n;
}

/* RFC 4226: six digits for one value of the counter. */
static bool hotp(const char *secret, int64_t counter, char out[TOTP_DIGITS + 1])
{
	unsigned char key[SECRET_MAX], message[8], mac[20];
	size_t got = 0, n = secret ? base32_decode(secret, key) : 0;
	if (!n || counter < 0)
		return false;
	for (int i = 0; i < 8; i++)
		message[i] = (unsigned char)((uint64_t)counter >> (56 - 8 * i) & 0xff);
	bool ok = EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, key, n, message, sizeof message, mac,
			  sizeof mac, &got) &&
		  got == sizeof mac;
	OPENSSL_cleanse(key, sizeof key);
	if (!ok)
		return false;
	unsigned char *p = mac + (mac[19] & 0x0f);
	uint32_t code = ((uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 |
				(uint32_t)p[2] << 8 | p[3]) %
			TOTP_MODULUS;
	for (int i = TOTP_DIGITS - 1; i >= 0; i--, code /= 10)
		out[i] = (char)('0' + code % 10);
	out[TOTP_DIGITS] = 0;
	return true;
}

bool totp_matches(const char *secret_base32, const char *code, int64_t now_ms, int64_t *step)
{
	if (!code || strlen(code) != TOTP_DIGITS)
		return false;
	bool found = false;
	int64_t now = now_ms / TOTP_STEP_MS;
	for (int64_t at = now - 1; at <= now + 1; at++) {
		char want[TOTP_DIGITS + 1];
		if (hotp(secret_base32, at, want) && same_bytes(want, code, TOTP_DIGITS) &&
			!found) {
			found = true;
			if (step)
				*step = at;
		}
	}
	return found;
}

char *totp_code(struct arena *a, const char *secret_base32, int64_t now_ms)
{
	char *out = arena_alloc(a, TOTP_DIGITS + 1);
	if (!hotp(secret_base32, now_ms / TOTP_STEP_MS, out))
		out[0] = 0;
	return out;
}

char *totp_secret_new(struct arena *a)
{
	unsigned char raw[SECRET_NEW];
	random_bytes(raw, sizeof raw);
	char *out = arena_alloc(a, SECRET_NEW / 5 * 8 + 1);
	char *o = out;
	for (size_t i = 0; i < sizeof raw; i += 5) {
		uint64_t five = 0;
		for (size_t j = 0; j < 5; j++)
			five = five << 8 | raw[i + j];
		for (int shift = 35; shift >= 0; shift -= 5)
			*o++ = base32[five >> shift & 31];
	}
	OPENSSL_cleanse(raw, sizeof raw);
	return out;
}

/* ---- tokens ------------------------------------------------------------------------------- */

char *token_new(struct arena *a)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char raw[TOKEN_BYTES + 1];
	random_bytes(raw, TOKEN_BYTES);
	raw[TOKEN_BYTES] = 0; /* 43 digits carry two bits more than 32 bytes have */
	char *out = arena_alloc(a, TOKEN_TEXT + 1);
	for (size_t i = 0, o = 0; o < TOKEN_TEXT; i += 3) {
		uint32_t three = (uint32_t)raw[i] << 16 | (uint32_t)raw[i + 1] << 8 | raw[i + 2];
		for (int shift = 18; shift >= 0 && o < TOKEN_TEXT; shift -= 6)
			out[o++] = alphabet[three >> shift & 63];
	}
	OPENSSL_cleanse(raw, sizeof raw);
	return out;
}
