/* What a token takes and gives, without the token: points, digests, signatures. */
#ifndef CORE_LEDGER_TOKEN_WIRE_H
#define CORE_LEDGER_TOKEN_WIRE_H

#include "core/ledger/crypto.h"
#include "core/ledger/token_place.h"

enum { TOKEN_DIGEST = 32, TOKEN_SIGNATURE = 256 };

/* A SubjectPublicKeyInfo in DER from CKA_EC_POINT: an OCTET STRING, or the bare point as some give
 * it. False: no uncompressed point of the profile's curve. */
bool token_public_der(
	struct arena *a, enum token_profile profile, struct bytes point, struct bytes *der);
/* CKA_EC_PARAMS name the profile's curve. */
bool token_curve_is(enum token_profile profile, struct bytes params);
/* The id of a public key: 16 hex digits of SM3 of its DER. */
char *token_public_id(struct arena *a, struct bytes der);
/* What a mechanism that takes a digest signs: SM2: SM3(Z || text), Z of the default id and this
 * key (GB/T 32918.2 5.5); P-256: SHA-256 of text. */
struct digest token_digest(enum token_profile profile, struct bytes der, struct bytes text);
/* r and s, 32 bytes each, or DER already, to DER in hex. False: neither. */
bool token_signature_hex(struct arena *a, struct bytes raw, char **hex);
bool token_signature_holds(
	enum token_profile profile, struct bytes der, struct bytes text, const char *hex);
/* In PEM. */
char *token_public_pem(struct arena *a, struct bytes der);

#endif
