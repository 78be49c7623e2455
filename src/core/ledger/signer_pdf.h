/* The signatures that stand in PDF files (cms.h), made by the signer.
 *
 *	KEYS/pdf.pem                    private key of profile p256: P-256, or RSA; mode 0600
 *	KEYS/public/pdf.crt             its certificate in PEM, perhaps with those above it behind
 *	KEYS/public/pdf-sm2-<key id>.crt	the certificate of the key sm2.pem
 *
 * What is missing is made: the key when the signer opens, a certificate that the key gives itself
 * at the first signature. A certificate bought for the key, put in its place, is taken instead. */
#ifndef CORE_LEDGER_SIGNER_PDF_H
#define CORE_LEDGER_SIGNER_PDF_H

#include "core/ledger/cms.h"
#include "core/ledger/ledger.h"

/* What the signer is asked with the purpose "pdf": profile, content and time of parts, and the
 * office for a certificate still to be made. One line of UTF-8, at most 64 signs. */
char *pdf_request(struct arena *a, const struct cms_parts *p, const char *office);
/* Sets certificates and signature from its answer. False when malformed. */
bool pdf_answer_parse(struct arena *a, const char *answer, struct cms_parts *p);

/* For the signer's own files, as signer_key.h. */
struct pdf_key;
/* sm2 lives as long as the key. */
enum err pdf_key_open(const char *keys_dir, bool create, const struct sm2_key *sm2,
	struct pdf_key **out, struct fault *why);
void pdf_key_close(struct pdf_key *k);
/* E_FORBIDDEN: not such a request. E_NOT_FOUND: there is no key of this profile. E_CONFLICT: the
 * certificate's time is over. E_INVALID: the certificate is another key's. */
enum err pdf_key_sign(
	struct pdf_key *k, const char *text, struct arena *a, char **answer, struct fault *why);

#endif
