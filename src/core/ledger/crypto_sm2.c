/* SM2 keys and signatures (GB/T 32918) with SM3 and the default id, in PEM files.
 *
 * EVP_EC_gen("SM2") gives a key of type EC, with which SM3 signatures fail; only keys of type SM2
 * are made and accepted here. */
#include "core/ledger/sm2_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PEM_MAX = 16 * 1024, SIGNATURE_MAX = 128, KEY_ID = 16, ROUNDS = 200000 };

static const char protected_head[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----";

static const char distinguishing_id[] = "1234567812345678";

struct sm2_key {
	EVP_PKEY *pkey;
	char id[KEY_ID + 1];
	struct sm2_elsewhere elsewhere; /* sign NULL: the private half is here */
};

static enum err crypto_fault(struct fault *why, enum err e, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	enum err out = fault(why, e, "%s: %s", what, reason ? reason : "no reason given");
	ERR_clear_error();
	return out;
}

/* Takes pkey over. */
static enum err key_wrap(EVP_PKEY *pkey, struct sm2_key **out, struct fault *why)
{
	if (!EVP_PKEY_is_a(pkey, "SM2")) {
		EVP_PKEY_free(pkey);
		return fault(why, E_INVALID, "the key is not an SM2 key");
	}
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(pkey, &der);
	struct sm2_key *k = calloc(1, sizeof *k);
	if (n <= 0 || !k) {
		OPENSSL_free(der);
		free(k);
		EVP_PKEY_free(pkey);
		return crypto_fault(why, E_INTERNAL, "the public key cannot be encoded");
	}
	struct digest d = sm3(der, (size_t)n);
	OPENSSL_free(der);
	hex_encode(k->id, d.b, KEY_ID / 2);
	k->pkey = pkey;
	*out = k;
	return OK;
}

/* ---- files -------------------------------------------------------------------------------- */

static bool encrypted_pem(BIO *bio, const EVP_PKEY *pkey, const char *passphrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
	X509_SIG *sealed = plain ? PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase,
					   (int)strlen(passphrase), NULL, 0, ROUNDS, plain)
				 : NULL;
	bool ok = sealed && PEM_write_bio_PKCS8(bio, sealed) == 1;
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return ok;
}

enum err sm2_write_private(
	const struct sm2_key *k, const char *path, const char *passphrase, struct fault *why)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	bool ok = bio && (passphrase ? encrypted_pem(bio, k->pkey, passphrase)
				     : PEM_write_bio_PrivateKey(
					       bio, k->pkey, NULL, NULL, 0, NULL, NULL) == 1);
	if (!ok) {
		BIO_free(bio);
		return crypto_fault(why, E_INTERNAL, "the private key cannot be encoded");
	}
	char *at = NULL;
	long n = BIO_get_mem_data(bio, &at);
	enum err e = file_write(path, at, (size_t)n, 0600, why);
	BIO_free(bio);
	return e;
}

enum err sm2_public_pem(
	const struct sm2_key *k, struct arena *a, const char **pem, struct fault *why)
{
	BIO *bio = BIO_new(BIO_s_mem());
	if (!bio || PEM_write_bio_PUBKEY(bio, k->pkey) != 1) {
		BIO_free(bio);
		return crypto_fault(why, E_INTERNAL, "the public key cannot be encoded");
	}
	char *at = NULL;
	long n = BIO_get_mem_data(bio, &at);
	*pem = arena_copy(a, at, (size_t)n);
	BIO_free(bio);
	return OK;
}

enum err sm2_write_public(const struct sm2_key *k, const char *path, struct fault *why)
{
	struct arena *a = arena_new();
	const char *pem = "";
	enum err e = sm2_public_pem(k, a, &pem, why);
	if (!e)
		e = file_write(path, pem, strlen(pem), 0644, why);
	arena_free(a);
	return e;
}

enum err sm2_make(struct sm2_key **out, struct fault *why)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	return pkey ? key_wrap(pkey, out, why)
		    : crypto_fault(why, E_INTERNAL, "no SM2 key could be made");
}

enum err sm2_create(const char *private_path, const char *public_path, struct fault *why)
{
	if (access(private_path, F_OK) == 0)
		return fault(why, E_CONFLICT, "%s exists already: a key is never overwritten",
			private_path);
	struct sm2_key *k = NULL;
	TRY(sm2_make(&k, why));
	enum err e = sm2_write_private(k, private_path, NULL, why);
	if (!e && public_path)
		e = sm2_write_public(k, public_path, why);
	sm2_free(k);
	return e;
}

/* where: what the complaint calls it. passphrase: NULL for a public key. */
static enum err key_read(struct bytes text, const char *where, const char *passphrase,
	struct sm2_key **out, struct fault *why)
{
	BIO *bio = BIO_new_mem_buf(text.at, (int)text.n);
	EVP_PKEY *pkey = NULL;
	if (bio)
		pkey = passphrase ? PEM_read_bio_PrivateKey(
					    bio, NULL, NULL, (void *)(uintptr_t)passphrase)
				  : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (!pkey)
		return fault(why, E_INVALID, "%s holds no %s key in PEM", where,
			passphrase ? "private" : "public");
	return key_wrap(pkey, out, why);
}

enum err sm2_read_public(struct bytes pem, struct sm2_key **out, struct fault *why)
{
	return pem.n > PEM_MAX ? fault(why, E_INVALID, "this is too long for a public key")
			       : key_read(pem, "the text", NULL, out, why);
}

static bool is_protected(struct bytes text)
{
	return text.n >= strlen(protected_head) &&
	       memcmp(text.at, protected_head, strlen(protected_head)) == 0;
}

bool sm2_is_protected(const char *path)
{
	struct arena *a = arena_new();
	struct bytes text = { 0 };
	struct fault why = { 0 };
	bool is = !file_read(a, path, PEM_MAX, &text, &why) && is_protected(text);
	if (text.at)
		OPENSSL_cleanse((void *)(uintptr_t)text.at, text.n);
	arena_free(a);
	return is;
}

static enum err private_read(struct bytes text, const char *path, const char *passphrase,
	struct sm2_key **out, struct fault *why)
{
	bool sealed = is_protected(text);
	if (sealed && !passphrase)
		return fault(why, E_FORBIDDEN,
			"%s asks for its passphrase: name a file with SHIAN_KEY_PASSPHRASE_FILE, "
			"give "
			"the credential shian-key, or start at a terminal",
			path);
	enum err e = key_read(text, path, sealed ? passphrase : "", out, why);
	return e == E_INVALID && sealed
		       ? fault(why, E_FORBIDDEN, "%s: the passphrase is not right", path)
		       : e;
}

enum err sm2_read_private(
	const char *path, const char *passphrase, struct sm2_key **out, struct fault *why)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return fault(why, errno == ENOENT ? E_NOT_FOUND : E_INTERNAL, "%s: %s", path,
			strerror(errno));
	if (st.st_mode & 077)
		return fault(why, E_FORBIDDEN, "%s may be read by others: chmod 600 it", path);
	struct arena *a = arena_new();
	struct bytes text = { 0 };
	enum err e = file_read(a, path, PEM_MAX, &text, why);
	if (!e)
		e = private_read(text, path, passphrase, out, why);
	if (text.at)
		OPENSSL_cleanse((void *)(uintptr_t)text.at, text.n);
	arena_free(a);
	return e;
}

enum err sm2_load_private(const char *path, struct sm2_key **out, struct fault *why)
{
	return sm2_read_private(path, NULL, out, why);
}

enum err sm2_load_public(const char *path, struct sm2_key **out, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes text = { 0 };
	enum err e = file_read(a, path, PEM_MAX, &text, why);
	if (!e)
		e = key_read(text, path, NULL, out, why);
	arena_free(a);
	return e;
}

void sm2_free(struct sm2_key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->pkey);
	if (k->elsewhere.close)
		k->elsewhere.close(k->elsewhere.token);
	free(k);
}

void sm2_keep_elsewhere(struct sm2_key *k, const struct sm2_elsewhere *e)
{
	k->elsewhere = *e;
}

struct token_key *sm2_token(const struct sm2_key *k)
{
	return k->elsewhere.token;
}

const char *sm2_key_id(const struct sm2_key *k)
{
	return k->id;
}

/* ---- signatures --------------------------------------------------------------------------- */

struct sm2_op {
	EVP_MD_CTX *md;
	EVP_PKEY_CTX *pkey;
};

static bool op_begin(struct sm2_op *op, const struct sm2_key *k)
{
	op->md = EVP_MD_CTX_new();
	op->pkey = EVP_PKEY_CTX_new(k->pkey, NULL);
	if (!op->md || !op->pkey)
		return false;
	EVP_MD_CTX_set_pkey_ctx(op->md, op->pkey);
	return EVP_PKEY_CTX_set1_id(op->pkey, distinguishing_id, (int)strlen(distinguishing_id)) >
	       0;
}

static void op_end(struct sm2_op *op)
{
	EVP_MD_CTX_free(op->md);
	EVP_PKEY_CTX_free(op->pkey);
}

enum err sm2_sign(const struct sm2_key *k, const void *at, size_t n, struct arena *a, char **hex,
	struct fault *why)
{
	if (k->elsewhere.sign)
		return k->elsewhere.sign(
			k->elsewhere.token, (struct bytes){ n ? at : "", n }, a, hex, why);
	struct sm2_op op = { 0 };
	unsigned char der[SIGNATURE_MAX];
	size_t len = sizeof der;
	bool ok = op_begin(&op, k) &&
		  EVP_DigestSignInit(op.md, NULL, EVP_sm3(), NULL, k->pkey) == 1 &&
		  EVP_DigestSign(op.md, der, &len, n ? at : "", n) == 1;
	op_end(&op);
	if (!ok)
		return crypto_fault(why, E_INTERNAL, "SM2 could not sign");
	*hex = arena_alloc(a, 2 * len + 1);
	hex_encode(*hex, der, len);
	return OK;
}

bool sm2_verify(const struct sm2_key *k, const void *at, size_t n, const char *hex)
{
	unsigned char der[SIGNATURE_MAX];
	size_t digits = hex ? strlen(hex) : 0;
	if (!digits || digits % 2 || digits > 2 * sizeof der || !hex_decode(der, hex, digits / 2))
		return false;
	struct sm2_op op = { 0 };
	bool ok = op_begin(&op, k) &&
		  EVP_DigestVerifyInit(op.md, NULL, EVP_sm3(), NULL, k->pkey) == 1 &&
		  EVP_DigestVerify(op.md, der, digits / 2, n ? at : "", n) == 1;
	op_end(&op);
	ERR_clear_error();
	return ok;
}
