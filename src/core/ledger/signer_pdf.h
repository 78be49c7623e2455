/* The signatures that stand in PDF files (cms.h), made by the signer.
 *
 *	KEYS/pdf.pem                    private key of profile p256: P-256, or RSA; mode 0600; or
 *					where it lives in a token (token_place.h), P-256
 *	KEYS/pdf.pem.next               the key that takes its place, while that is done
 *	KEYS/public/pdf-<key id>.pem    the public half of a key in a token
 *	KEYS/public/pdf.crt             its certificate in PEM, perhaps with those above it behind
 *	KEYS/public/pdf-sm2-<key id>.crt	the certificate of the key sm2.pem
 *
 * What is missing is made: the key when the signer opens, a certificate that the key gives itself
 * at the first signature. A certificate bought for the key, put in its place, is taken instead. */
#ifndef CORE_LEDGER_SIGNER_PDF_H
#define CORE_LEDGER_SIGNER_PDF_H

#include "core/ledger/cms.h"
#include "core/ledger/ledger.h"
#include "core/ledger/token.h"

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
struct token_key *pdf_key_token(const struct pdf_key *k); /* or NULL */
/* Another key has taken the place of this one: it signs nothing more. */
bool pdf_key_replaced(const struct pdf_key *k);
/* Another key takes the place of the present one, in two steps, as signer_key.h has it for heads.
 * First: it is made in a file, or looked for in the token at to (or was already); old and new get
 * the ids. E_CONFLICT: it is the present key, or another rotation was begun. May be repeated after
 * a kill, with the same next key. Second: it is in the place of the old one, whose certificate is
 * put away as public/pdf-<old id>.crt. */
struct pdf_move {
	const char *keys_dir;
	const struct token_place *to;
	char old[TOKEN_KEY_ID + 1], new[TOKEN_KEY_ID + 1];
};
enum err pdf_key_next(struct pdf_move *m, struct fault *why);
enum err pdf_key_take(const char *keys_dir, struct fault *why);
/* E_FORBIDDEN: not such a request. E_NOT_FOUND: there is no key of this profile. E_CONFLICT: the
 * certificate's time is over. E_INVALID: the certificate is another key's. */
enum err pdf_key_sign(
	struct pdf_key *k, const char *text, struct arena *a, char **answer, struct fault *why);

#endif
