#include "core/ledger/cms.h"
#include "core/ledger/der.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#define PKCS9 "1.2.840.113549.1.9"
#define GM    "1.2.156.10197"

const char *const cms_profile_names[CMS_PROFILES] = { "p256", "sm2" };

static const struct identifiers {
	const char *data, *signed_data, *digest, *certificate_signature;
} identifiers[CMS_PROFILES] = {
	[CMS_P256] = { "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1",
		"1.2.840.10045.4.3.2" },
	/* GM/T 0006 and 0010: data and signed data of the SM2 family, SM3, SM2 with SM3 */
	[CMS_SM2] = { GM ".6.1.4.2.1", GM ".6.1.4.2.2", GM ".1.401", GM ".1.501" },
};
/* In a signer's information GM/T 0010 names the algorithm of the key alone: SM2-1, signing. */
static const char sm2_signature[] = GM ".1.301.1", rsa_encryption[] = "1.2.840.113549.1.1.1",
		  rsa_sha256[] = "1.2.840.113549.1.1.11";

bool cms_profile_of(const char *name, enum cms_profile *out)
{
	for (int i = 0; i < CMS_PROFILES; i++)
		if (text_is(name, cms_profile_names[i])) {
			*out = (enum cms_profile)i;
			return true;
		}
	return false;
}

enum hash_kind cms_hash(enum cms_profile p)
{
	return p == CMS_SM2 ? HASH_SM3 : HASH_SHA256;
}

static struct bytes algorithm(struct arena *a, const char *oid, bool null)
{
	struct bytes none = { 0 };
	return DER(a, DER_SEQUENCE, der_oid(a, oid), null ? DER(a, DER_NULL, { 0 }) : none);
}

/* ---- the signer's certificate ---------------------------------------------------------------- */

struct signer_card {
	struct bytes whole, issuer, serial; /* DER */
	const char *name;
	bool rsa;
	EVP_PKEY *key; /* to be freed */
};

static struct bytes kept(struct arena *a, unsigned char *der, int n)
{
	struct bytes b = { NULL, 0 };
	if (der && n > 0)
		b = (struct bytes){ (uint8_t *)arena_copy(a, (const char *)der, (size_t)n),
			(size_t)n };
	OPENSSL_free(der);
	return b;
}

static const char *common_name(struct arena *a, X509 *x)
{
	X509_NAME *subject = X509_get_subject_name(x);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *text = NULL;
	if (at < 0)
		return "";
	int n = ASN1_STRING_to_UTF8(
		&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	const char *name = n > 0 ? arena_copy(a, (const char *)text, (size_t)n) : "";
	OPENSSL_free(text);
	return name;
}

static enum err card_read(
	struct arena *a, struct bytes certificates, struct signer_card *out, struct fault *why)
{
	const unsigned char *at = certificates.at;
	X509 *x = certificates.n ? d2i_X509(NULL, &at, (long)certificates.n) : NULL;
	ERR_clear_error();
	if (!x)
		return fault(why, E_INVALID, "there is no certificate");
	unsigned char *issuer = NULL, *serial = NULL;
	*out = (struct signer_card){ .whole = { certificates.at, (size_t)(at - certificates.at) } };
	int n = i2d_X509_NAME(X509_get_issuer_name(x), &issuer);
	out->issuer = kept(a, issuer, n);
	n = i2d_ASN1_INTEGER(X509_get_serialNumber(x), &serial);
	out->serial = kept(a, serial, n);
	out->name = common_name(a, x);
	out->key = X509_get_pubkey(x);
	out->rsa = out->key && EVP_PKEY_is_a(out->key, "RSA");
	X509_free(x);
	ERR_clear_error();
	return out->key ? OK : fault(why, E_INVALID, "the certificate's key is of an unknown kind");
}

enum err cms_signer(struct arena *a, struct bytes certificates, const char **name,
	const char **fingerprint, struct fault *why)
{
	struct signer_card card = { 0 };
	TRY(card_read(a, certificates, &card, why));
	EVP_PKEY_free(card.key);
	struct digest d = sha256(card.whole.at, card.whole.n);
	*name = card.name;
	*fingerprint = digest_hex(a, &d);
	return OK;
}

/* ---- signed data ----------------------------------------------------------------------------- */

static struct bytes attribute(struct arena *a, const char *oid, struct bytes value)
{
	return DER(a, DER_SEQUENCE, der_oid(a, oid), DER(a, DER_SET, value));
}

/* SigningCertificateV2 (RFC 5035); SHA-256 is what is meant when no algorithm is named. */
static struct bytes certificate_named(struct arena *a, enum cms_profile p, struct bytes whole)
{
	struct digest d = p == CMS_SM2 ? sm3(whole.at, whole.n) : sha256(whole.at, whole.n);
	struct bytes how = { 0 };
	if (p == CMS_SM2)
		how = algorithm(a, identifiers[p].digest, false);
	struct bytes id = DER(a, DER_SEQUENCE, how, der_value(a, DER_OCTETS, d.b, DIGEST));
	return DER(a, DER_SEQUENCE, DER(a, DER_SEQUENCE, id));
}

/* tag: SET where it is signed, [0] where it stands in the signer's information. */
static struct bytes attributes(
	struct arena *a, const struct cms_parts *p, const struct signer_card *card, unsigned tag)
{
	struct bytes list[] = {
		attribute(a, PKCS9 ".3", der_oid(a, identifiers[p->profile].data)),
		attribute(a, PKCS9 ".5", der_time(a, p->at)),
		attribute(a, PKCS9 ".4", der_value(a, DER_OCTETS, p->content.b, DIGEST)),
		attribute(a, PKCS9 ".16.2.47", certificate_named(a, p->profile, card->whole)),
	};
	return der_set_of(a, tag, list, sizeof list / sizeof *list);
}

enum err cms_attributes(
	struct arena *a, const struct cms_parts *p, struct bytes *out, struct fault *why)
{
	struct signer_card card = { 0 };
	TRY(card_read(a, p->certificates, &card, why));
	EVP_PKEY_free(card.key);
	*out = attributes(a, p, &card, DER_SET);
	return OK;
}

static bool signature_bytes(struct arena *a, const char *hex, struct bytes *out)
{
	size_t n = hex ? strlen(hex) / 2 : 0;
	uint8_t *at = arena_alloc(a, n + 1);
	*out = (struct bytes){ at, n };
	return n && strlen(hex) == 2 * n && hex_decode(at, hex, n);
}

static struct bytes signer_info(struct arena *a, const struct cms_parts *p,
	const struct signer_card *card, struct bytes signature)
{
	const struct identifiers *id = &identifiers[p->profile];
	const char *how = p->profile == CMS_SM2 ? sm2_signature
			  : card->rsa		? rsa_encryption
						: id->certificate_signature;
	return DER(a, DER_SEQUENCE, der_small(a, 1),
		DER(a, DER_SEQUENCE, card->issuer, card->serial), algorithm(a, id->digest, false),
		attributes(a, p, card, DER_CONTEXT), algorithm(a, how, card->rsa),
		der_value(a, DER_OCTETS, signature.at, signature.n));
}

enum err cms_signed_data(
	struct arena *a, const struct cms_parts *p, struct bytes *out, struct fault *why)
{
	const struct identifiers *id = &identifiers[p->profile];
	struct signer_card card = { 0 };
	struct bytes signature;
	if (!signature_bytes(a, p->signature, &signature))
		return fault(why, E_INVALID, "there is no signature");
	TRY(card_read(a, p->certificates, &card, why));
	EVP_PKEY_free(card.key);
	struct bytes content = DER(a, DER_SEQUENCE, der_small(a, 1),
		DER(a, DER_SET, algorithm(a, id->digest, false)),
		DER(a, DER_SEQUENCE, der_oid(a, id->data)), DER(a, DER_CONTEXT, p->certificates),
		DER(a, DER_SET, signer_info(a, p, &card, signature)));
	*out = DER(a, DER_SEQUENCE, der_oid(a, id->signed_data), DER(a, DER_CONTEXT, content));
	return OK;
}

/* ---- checking -------------------------------------------------------------------------------- */

static bool plain_holds(EVP_PKEY *key, struct bytes text, struct bytes signature)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool holds = md && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		     EVP_DigestVerify(md, signature.at, signature.n, text.at, text.n) == 1;
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	return holds;
}

static bool sm2_holds(EVP_PKEY *key, struct bytes text, const char *signature)
{
	struct fault why = { 0 };
	struct sm2_key *k = NULL;
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem = NULL;
	bool holds = false;
	if (bio && PEM_write_bio_PUBKEY(bio, key) == 1) {
		long n = BIO_get_mem_data(bio, &pem);
		holds = !sm2_read_public(
				(struct bytes){ (const uint8_t *)pem, (size_t)n }, &k, &why) &&
			sm2_verify(k, text.at, text.n, signature);
	}
	sm2_free(k);
	BIO_free(bio);
	ERR_clear_error();
	return holds;
}

enum err cms_check(struct arena *a, const struct cms_parts *p, struct fault *why)
{
	struct signer_card card = { 0 };
	struct bytes signature;
	if (!signature_bytes(a, p->signature, &signature))
		return fault(why, E_INVALID, "there is no signature");
	TRY(card_read(a, p->certificates, &card, why));
	struct bytes text = attributes(a, p, &card, DER_SET);
	bool holds = p->profile == CMS_SM2 ? sm2_holds(card.key, text, p->signature)
					   : plain_holds(card.key, text, signature);
	EVP_PKEY_free(card.key);
	return holds ? OK : fault(why, E_CONFLICT, "the signature does not fit the content");
}

/* ---- certificates ---------------------------------------------------------------------------- */

static struct bytes certificate_algorithm(struct arena *a, const struct certificate_plan *p)
{
	return p->rsa ? algorithm(a, rsa_sha256, true)
		      : algorithm(a, identifiers[p->profile].certificate_signature, false);
}

static struct bytes name_part(struct arena *a, const char *oid, unsigned tag, const char *text)
{
	return DER(a, DER_SET, DER(a, DER_SEQUENCE, der_oid(a, oid), der_text(a, tag, text)));
}

static struct bytes extension(struct arena *a, const char *oid, struct bytes value)
{
	return DER(a, DER_SEQUENCE, der_oid(a, oid), der_value(a, DER_BOOLEAN, "\xff", 1),
		der_value(a, DER_OCTETS, value.at, value.n));
}

struct bytes certificate_to_sign(struct arena *a, const struct certificate_plan *p)
{
	/* digitalSignature and nonRepudiation: the two highest bits, six unused */
	static const uint8_t usage[] = { 6, 0xc0 };
	uint8_t serial[sizeof p->serial];
	memcpy(serial, p->serial, sizeof serial);
	serial[0] = (serial[0] & 0x3f) | 0x40; /* positive, and never shorter */
	struct bytes name = DER(a, DER_SEQUENCE, name_part(a, "2.5.4.6", DER_PRINTABLE, "CN"),
		name_part(a, "2.5.4.10", DER_UTF8, p->office),
		name_part(a, "2.5.4.3", DER_UTF8, p->office));
	struct bytes not_authority = extension(a, "2.5.29.19", DER(a, DER_SEQUENCE, { 0 }));
	struct bytes signs = extension(a, "2.5.29.15", der_value(a, DER_BITS, usage, sizeof usage));
	return DER(a, DER_SEQUENCE, DER(a, DER_CONTEXT, der_small(a, 2)),
		der_value(a, DER_INTEGER, serial, sizeof serial), certificate_algorithm(a, p), name,
		DER(a, DER_SEQUENCE, der_time(a, p->from), der_time(a, p->until)), name,
		p->public_key, DER(a, DER_CONTEXT + 3, DER(a, DER_SEQUENCE, not_authority, signs)));
}

struct bytes certificate_signed(
	struct arena *a, const struct certificate_plan *p, struct bytes signature)
{
	return DER(a, DER_SEQUENCE, certificate_to_sign(a, p), certificate_algorithm(a, p),
		der_bits(a, signature));
}
