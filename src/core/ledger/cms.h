/* Signatures as other people's programs read them: signed data (CMS, RFC 5652) detached from what
 * it signs, with the certificate of the signer. Two profiles:
 *
 *	p256	SHA-256 with ECDSA on P-256, or with RSA when the key is one: every reader
 *	sm2	SM3 with SM2, object identifiers of GM/T 0010-2012: readers of China
 *
 * The signature covers the signed attributes: kind of content, time of signing, digest of the
 * content, digest of the certificate (RFC 5035). The same parts give the same bytes, so that what
 * was signed can be built again from the signature. */
#ifndef CORE_LEDGER_CMS_H
#define CORE_LEDGER_CMS_H

#include "core/ledger/crypto.h"

enum cms_profile { CMS_P256, CMS_SM2, CMS_PROFILES };
extern const char *const cms_profile_names[CMS_PROFILES]; /* "p256", "sm2" */
bool cms_profile_of(const char *name, enum cms_profile *out);
enum hash_kind cms_hash(enum cms_profile p);

struct cms_parts {
	enum cms_profile profile;
	struct digest content;	   /* SHA-256 or SM3 of what is signed */
	int64_t at;		   /* time of signing; whole seconds count */
	struct bytes certificates; /* DER, one behind the other, the signer's own first */
	const char *signature;	   /* hex; for cms_signed_data and cms_check */
};

/* DER of the attributes, which is what the key signs. E_INVALID: no certificate. */
enum err cms_attributes(
	struct arena *a, const struct cms_parts *p, struct bytes *out, struct fault *why);
/* The whole of it: ContentInfo in DER. */
enum err cms_signed_data(
	struct arena *a, const struct cms_parts *p, struct bytes *out, struct fault *why);
/* Does the signature fit content, time and certificate? Says nothing about whom the certificate
 * belongs to. E_CONFLICT when not. */
enum err cms_check(struct arena *a, const struct cms_parts *p, struct fault *why);
/* What a page says of the first certificate: its subject's common name, SHA-256 of it in hex. */
enum err cms_signer(struct arena *a, struct bytes certificates, const char **name,
	const char **fingerprint, struct fault *why);

/* A certificate that a key gives itself (RFC 5280; Chinese identifiers for SM2). */
struct certificate_plan {
	enum cms_profile profile;
	const char *office;	 /* organisation and common name */
	struct bytes public_key; /* SubjectPublicKeyInfo, DER */
	uint8_t serial[16];
	int64_t from, until;
	bool rsa;
};
struct bytes certificate_to_sign(struct arena *a, const struct certificate_plan *p);
struct bytes certificate_signed(
	struct arena *a, const struct certificate_plan *p, struct bytes signature);

#endif
