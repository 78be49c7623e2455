#include "core/ledger/signer_pdf.h"
#include "core/ledger/token_wire.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PEM_MAX = 64 * 1024, SIGNATURE_MAX = 1024, LINES = 5, OFFICE_MAX = 64, YEARS = 5 };
static const char form[] = "shian-pdf-v1";

struct pdf_key {
	struct arena *arena;
	const char *dir;
	const struct sm2_key *sm2; /* the signer's */
	EVP_PKEY *key;		   /* of profile p256; or NULL. The public half when in a token */
	struct token_key *token;   /* or NULL */
	struct stat file;	   /* pdf.pem as it was read */
};

static enum err crypto_fault(struct fault *why, const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	enum err e = fault(why, E_INTERNAL, "%s: %s", what, reason ? reason : "no reason given");
	ERR_clear_error();
	return e;
}

/* ---- question and answer */

char *pdf_request(struct arena *a, const struct cms_parts *p, const char *office)
{
	return arena_printf(a, "%s\n%s\n%s\n%" PRId64 "\n%s\n", form, cms_profile_names[p->profile],
		digest_hex(a, &p->content), p->at, office);
}

static bool request_parse(
	struct arena *a, const char *text, struct cms_parts *p, const char **office)
{
	char *line[LINES], *at = arena_dup(a, text);
	for (int i = 0; i < LINES; i++) {
		char *stop = strchr(at, '\n');
		if (!stop)
			return false;
		*stop = 0;
		line[i] = at;
		at = stop + 1;
	}
	*office = line[4];
	return !*at && text_is(line[0], form) && cms_profile_of(line[1], &p->profile) &&
	       digest_parse(line[2], &p->content) && text_to_int(line[3], &p->at) && p->at > 0 &&
	       **office && utf8_length(*office) <= OFFICE_MAX;
}

bool pdf_answer_parse(struct arena *a, const char *answer, struct cms_parts *p)
{
	const char *blank = strchr(answer, ' ');
	size_t n = blank ? strlen(blank + 1) / 2 : 0;
	uint8_t *at = arena_alloc(a, n + 1);
	if (!n || !hex_decode(at, blank + 1, n) || blank[1 + 2 * n])
		return false;
	p->certificates = (struct bytes){ at, n };
	p->signature = arena_copy(a, answer, (size_t)(blank - answer));
	return *p->signature != 0;
}

/* ---- the key */

static enum err key_write(EVP_PKEY *key, const char *path, struct fault *why)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	if (!bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
		BIO_free(bio);
		return crypto_fault(why, "the key for PDF files cannot be encoded");
	}
	char *at = NULL;
	long n = BIO_get_mem_data(bio, &at);
	enum err e = file_write(path, at, (size_t)n, 0600, why);
	BIO_free(bio);
	return e;
}

/* The description of a token's key, and its public half on record. */
static enum err token_held(struct pdf_key *k, struct bytes text, struct fault *why)
{
	struct token_place p;
	struct bytes pem = { 0 };
	TRY(token_place_parse(k->arena, text, &p, why));
	const char *path = arena_printf(k->arena, "%s/public/pdf-%s.pem", k->dir, p.key_id);
	enum err e = file_read(k->arena, path, PEM_MAX, &pem, why);
	if (e)
		return e == E_NOT_FOUND ? fault(why, E_INVALID, "%s is not there", path) : e;
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.n);
	k->key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return k->key ? token_key_new(k->dir, &p, TOKEN_P256, &k->token, why)
		      : crypto_fault(why, path);
}

static enum err key_read(struct pdf_key *k, const char *path, struct fault *why)
{
	struct bytes text = { 0 };
	struct stat st;
	if (stat(path, &st) == 0 && (st.st_mode & 077))
		return fault(why, E_FORBIDDEN, "%s may be read by others: chmod 600 it", path);
	TRY(file_read(k->arena, path, PEM_MAX, &text, why));
	if (token_place_is(text))
		return token_held(k, text, why);
	BIO *bio = BIO_new_mem_buf(text.at, (int)text.n);
	k->key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
	BIO_free(bio);
	OPENSSL_cleanse((void *)(uintptr_t)text.at, text.n);
	ERR_clear_error();
	char group[32] = "";
	if (k->key && EVP_PKEY_is_a(k->key, "EC"))
		(void)EVP_PKEY_get_group_name(k->key, group, sizeof group, NULL);
	if (!k->key || (!EVP_PKEY_is_a(k->key, "RSA") && !text_is(group, "prime256v1")))
		return fault(
			why, E_INVALID, "%s holds no private key of P-256 or RSA in PEM", path);
	return OK;
}

/* A signature now: OpenSSL has what it needs before the process gives up its rights. */
static enum err plain_sign(
	EVP_PKEY *key, struct bytes text, struct arena *a, char **hex, struct fault *why)
{
	unsigned char out[SIGNATURE_MAX];
	size_t n = sizeof out;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestSign(md, out, &n, text.at, text.n) == 1;
	EVP_MD_CTX_free(md);
	if (!ok)
		return crypto_fault(why, "the PDF could not be signed");
	*hex = arena_alloc(a, 2 * n + 1);
	hex_encode(*hex, out, n);
	return OK;
}

static enum err key_make(struct pdf_key *k, const char *path, struct fault *why)
{
	k->key = EVP_EC_gen("P-256");
	if (!k->key)
		return crypto_fault(why, "no P-256 key could be made");
	TRY(key_write(k->key, path, why));
	log_event(LOG_INFO, "signer.pdf_key_made", "path", path, NULL);
	return OK;
}

static enum err key_load(struct pdf_key *k, bool create, struct fault *why)
{
	const char *path = arena_printf(k->arena, "%s/pdf.pem", k->dir);
	char *hex = NULL;
	if (access(path, F_OK) != 0) {
		if (!create)
			return OK;
		TRY(key_make(k, path, why));
	} else {
		TRY(key_read(k, path, why));
	}
	if (stat(path, &k->file) != 0)
		return fault(why, E_INTERNAL, "%s is gone", path);
	if (k->token) /* in its own time */
		return OK;
	return plain_sign(
		k->key, (struct bytes){ (const uint8_t *)form, sizeof form }, k->arena, &hex, why);
}

static struct pdf_key *key_new(const char *keys_dir)
{
	struct pdf_key *k = calloc(1, sizeof *k);
	if (!k)
		return NULL;
	k->arena = arena_new();
	k->dir = arena_dup(k->arena, keys_dir);
	return k;
}

enum err pdf_key_open(const char *keys_dir, bool create, const struct sm2_key *sm2,
	struct pdf_key **out, struct fault *why)
{
	struct pdf_key *k = key_new(keys_dir);
	if (!k)
		return fault(why, E_INTERNAL, "no memory");
	k->sm2 = sm2;
	enum err e = create ? dir_make(arena_printf(k->arena, "%s/public", keys_dir), why) : OK;
	if (!e)
		e = key_load(k, create, why);
	if (e) {
		pdf_key_close(k);
		return e;
	}
	*out = k;
	return OK;
}

void pdf_key_close(struct pdf_key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->key);
	token_key_close(k->token);
	arena_free(k->arena);
	free(k);
}

struct token_key *pdf_key_token(const struct pdf_key *k)
{
	return k->token;
}

bool pdf_key_replaced(const struct pdf_key *k)
{
	struct stat now;
	return k->key && stat(arena_printf(k->arena, "%s/pdf.pem", k->dir), &now) == 0 &&
	       now.st_ino != k->file.st_ino;
}

/* ---- certificates */

/* One request: the public half of its key, and where its certificate lies. */
struct holder {
	struct pdf_key *k;
	const struct sm2_key *sm2;
	enum cms_profile profile;
	const char *path;
	EVP_PKEY *public;
};

static enum err public_of(struct holder *h, struct arena *a, struct fault *why)
{
	const char *pem = "";
	if (h->profile == CMS_P256) {
		h->public = h->k->key;
		return h->public && EVP_PKEY_up_ref(h->public) == 1
			       ? OK
			       : fault(why, E_NOT_FOUND, "there is no key pdf.pem");
	}
	TRY(sm2_public_pem(h->sm2, a, &pem, why));
	BIO *bio = BIO_new_mem_buf(pem, -1);
	h->public = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return h->public ? OK : crypto_fault(why, "the public key cannot be read");
}

static enum err any_sign(
	const struct holder *h, struct bytes text, struct arena *a, char **hex, struct fault *why)
{
	if (h->profile == CMS_SM2)
		return sm2_sign(h->sm2, text.at, text.n, a, hex, why);
	return h->k->token ? token_key_sign(h->k->token, text, a, hex, why)
			   : plain_sign(h->k->key, text, a, hex, why);
}

/* Into keys/public, which is there since pdf_key_open(): the signer may make no folder any more. */
static enum err certificate_write(const struct holder *h, struct bytes der, struct fault *why)
{
	const unsigned char *at = der.at;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem = NULL;
	enum err e = x && bio && PEM_write_bio_X509(bio, x) == 1
			     ? OK
			     : crypto_fault(why, "the certificate cannot be encoded");
	if (!e) {
		long n = BIO_get_mem_data(bio, &pem);
		e = file_write(h->path, pem, (size_t)n, 0644, why);
	}
	BIO_free(bio);
	X509_free(x);
	return e;
}

static enum err certificate_make(const struct holder *h, const struct cms_parts *p,
	const char *office, struct arena *a, struct fault *why)
{
	unsigned char *der = NULL;
	char *hex = NULL;
	int n = i2d_PUBKEY(h->public, &der);
	if (n <= 0)
		return crypto_fault(why, "the public key cannot be encoded");
	struct certificate_plan plan = { .profile = h->profile,
		.office = office,
		.public_key = { (uint8_t *)arena_copy(a, (const char *)der, (size_t)n), (size_t)n },
		.from = p->at - DAY,
		.until = p->at + (int64_t)YEARS * 365 * DAY,
		.rsa = EVP_PKEY_is_a(h->public, "RSA") };
	OPENSSL_free(der);
	random_bytes(plan.serial, sizeof plan.serial);
	TRY(any_sign(h, certificate_to_sign(a, &plan), a, &hex, why));
	size_t signed_n = strlen(hex) / 2;
	uint8_t *signature = arena_alloc(a, signed_n);
	if (!hex_decode(signature, hex, signed_n))
		return fault(why, E_INTERNAL, "the signature cannot be read");
	log_event(LOG_INFO, "signer.certificate_made", "path", h->path, "office", office, NULL);
	return certificate_write(
		h, certificate_signed(a, &plan, (struct bytes){ signature, signed_n }), why);
}

/* Is it this key's, and has its time not ended? */
static enum err certificate_fits(const struct holder *h, X509 *x, int64_t at, struct fault *why)
{
	time_t now = (time_t)(at / SECOND);
	EVP_PKEY *key = X509_get_pubkey(x);
	bool mine = key && EVP_PKEY_eq(key, h->public) == 1;
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (!mine)
		return fault(why, E_INVALID, "%s is the certificate of another key", h->path);
	if (X509_cmp_time(X509_get0_notAfter(x), &now) < 0)
		return fault(why, E_CONFLICT,
			"the time of %s is over: put a new certificate in its place, or put it "
			"away to have one made",
			h->path);
	return OK;
}

/* All certificates of the file, in DER. */
static enum err certificates_read(
	const struct holder *h, struct arena *a, struct cms_parts *p, struct fault *why)
{
	struct bytes text = { 0 };
	struct buf all = { .arena = a };
	TRY(file_read(a, h->path, PEM_MAX, &text, why));
	BIO *bio = BIO_new_mem_buf(text.at, (int)text.n);
	enum err e = OK;
	X509 *x;
	while (!e && bio && (x = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		unsigned char *der = NULL;
		e = all.n ? OK : certificate_fits(h, x, p->at, why);
		int n = i2d_X509(x, &der);
		if (n > 0)
			buf_add(&all, der, (size_t)n);
		OPENSSL_free(der);
		X509_free(x);
	}
	BIO_free(bio);
	ERR_clear_error();
	if (e)
		return e;
	p->certificates = (struct bytes){ (const uint8_t *)all.s, all.n };
	return all.n ? OK : fault(why, E_INVALID, "%s holds no certificate in PEM", h->path);
}

static enum err sign_with(const struct holder *h, struct cms_parts *p, const char *office,
	struct arena *a, struct fault *why)
{
	struct bytes text = { 0 };
	char *hex = NULL;
	if (access(h->path, F_OK) != 0)
		TRY(certificate_make(h, p, office, a, why));
	TRY(certificates_read(h, a, p, why));
	TRY(cms_attributes(a, p, &text, why));
	TRY(any_sign(h, text, a, &hex, why));
	p->signature = hex;
	return OK;
}

enum err pdf_key_sign(
	struct pdf_key *k, const char *text, struct arena *a, char **answer, struct fault *why)
{
	struct cms_parts p = { 0 };
	const char *office = "";
	if (!request_parse(a, text, &p, &office))
		return fault(why, E_FORBIDDEN, "this is not a request to sign a PDF file");
	struct holder h = { .k = k,
		.sm2 = k->sm2,
		.profile = p.profile,
		.path = p.profile == CMS_SM2 ? arena_printf(a, "%s/public/pdf-sm2-%s.crt", k->dir,
						       sm2_key_id(k->sm2))
					     : arena_printf(a, "%s/public/pdf.crt", k->dir) };
	TRY(public_of(&h, a, why));
	enum err e = sign_with(&h, &p, office, a, why);
	EVP_PKEY_free(h.public);
	if (e)
		return e;
	char *hex = arena_alloc(a, 2 * p.certificates.n + 1);
	hex_encode(hex, p.certificates.at, p.certificates.n);
	*answer = arena_printf(a, "%s %s", p.signature, hex);
	return OK;
}

/* ---- another key */

static const char *id_of(struct arena *a, const EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	const char *id = n > 0 ? token_public_id(a, (struct bytes){ der, (size_t)n }) : "";
	OPENSSL_free(der);
	return id;
}

/* The public half on record, then the description where the next key lies. */
static enum err next_in_token(
	struct pdf_key *next, const struct pdf_move *m, const char *path, struct fault *why)
{
	struct arena *a = next->arena;
	struct token_place p = *m->to;
	p.key_id = "";
	TRY(token_key_new(m->keys_dir, &p, TOKEN_P256, &next->token, why));
	TRY(token_key_open(next->token, why));
	p.key_id = arena_dup(a, token_key_id(next->token));
	if (text_is(p.key_id, m->old))
		return fault(why, E_CONFLICT, "key %s is the present one: name another", p.key_id);
	const char *public = arena_printf(a, "%s/public/pdf-%s.pem", m->keys_dir, p.key_id);
	const char *pem = token_public_pem(a, token_key_public(next->token));
	TRY(file_write(public, pem, strlen(pem), 0644, why));
	const char *text = token_place_text(a, &p);
	return file_write(path, text, strlen(text), 0600, why);
}

static enum err next_make(struct pdf_key *next, struct pdf_move *m, struct fault *why)
{
	struct arena *a = next->arena;
	const char *path = arena_printf(a, "%s/pdf.pem.next", m->keys_dir);
	if (access(path, F_OK) != 0)
		TRY(m->to ? next_in_token(next, m, path, why) : key_make(next, path, why));
	token_key_close(next->token);
	EVP_PKEY_free(next->key);
	next->token = NULL;
	next->key = NULL;
	TRY(key_read(next, path, why));
	(void)strncpy(m->new, id_of(a, next->key), TOKEN_KEY_ID);
	const struct token_place *p = next->token ? token_key_place(next->token) : NULL;
	bool fits = !p == !m->to;
	if (p && m->to)
		fits = text_is(p->module, m->to->module) && text_is(p->token, m->to->token) &&
		       text_is(p->label, m->to->label) && text_is(p->id, m->to->id);
	return fits ? OK
		    : fault(why, E_CONFLICT,
			      "another rotation was begun with a key in %s: finish that one, or "
			      "put "
			      "%s away",
			      p ? "a token" : "a file", path);
}

/* A certificate that is not the present key's is put away under the name of its own. */
static enum err certificate_put_away(struct pdf_key *now, struct fault *why)
{
	struct arena *a = now->arena;
	struct bytes text = { 0 };
	const char *path = arena_printf(a, "%s/public/pdf.crt", now->dir);
	if (access(path, F_OK) != 0)
		return OK;
	TRY(file_read(a, path, PEM_MAX, &text, why));
	BIO *bio = BIO_new_mem_buf(text.at, (int)text.n);
	X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	EVP_PKEY *of = x ? X509_get_pubkey(x) : NULL;
	bool mine = of && EVP_PKEY_eq(of, now->key) == 1;
	const char *aside =
		arena_printf(a, "%s/public/pdf-%s.crt", now->dir, of ? id_of(a, of) : "damaged");
	EVP_PKEY_free(of);
	X509_free(x);
	BIO_free(bio);
	ERR_clear_error();
	if (mine || rename(path, aside) == 0)
		return OK;
	return fault(why, E_INTERNAL, "%s cannot be renamed", path);
}

static enum err next_begin(
	struct pdf_key *now, struct pdf_key *next, struct pdf_move *m, struct fault *why)
{
	TRY(dir_make(arena_printf(now->arena, "%s/public", m->keys_dir), why));
	TRY(key_read(now, arena_printf(now->arena, "%s/pdf.pem", m->keys_dir), why));
	TRY(certificate_put_away(now, why)); /* of one that was killed behind the rename */
	(void)strncpy(m->old, id_of(now->arena, now->key), TOKEN_KEY_ID);
	return next_make(next, m, why);
}

enum err pdf_key_next(struct pdf_move *m, struct fault *why)
{
	struct pdf_key *now = key_new(m->keys_dir), *next = key_new(m->keys_dir);
	enum err e =
		now && next ? next_begin(now, next, m, why) : fault(why, E_INTERNAL, "no memory");

	pdf_key_close(now);
	pdf_key_close(next);
	return e;
}

static enum err next_take(struct pdf_key *k, struct fault *why)
{
	const char *path = arena_printf(k->arena, "%s/pdf.pem", k->dir);

	if (rename(arena_printf(k->arena, "%s.next", path), path) != 0)
		return fault(why, E_INTERNAL, "%s cannot be replaced", path);
	TRY(key_read(k, path, why));
	return certificate_put_away(k, why);
}

enum err pdf_key_take(const char *keys_dir, struct fault *why)
{
	struct pdf_key *k = key_new(keys_dir);
	enum err e = k ? next_take(k, why) : fault(why, E_INTERNAL, "no memory");

	pdf_key_close(k);
	return e;
}
