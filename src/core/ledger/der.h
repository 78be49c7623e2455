/* Writing of DER (ITU-T X.690), for the few structures that OpenSSL 3.0 does not make for SM2:
 * signed data and certificates. Values are made inside out; everything lives in the arena. */
#ifndef CORE_LEDGER_DER_H
#define CORE_LEDGER_DER_H

#include "core/base/base.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_UTC_TIME = 0x17,
	DER_LATER_TIME = 0x18, /* GeneralizedTime */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0xa0, /* + number: constructed */
};

/* The parts one behind the other, under the tag. */
struct bytes der_join(struct arena *a, unsigned tag, const struct bytes *parts, size_t n);
#define DER(a, tag, ...)                                                                           \
	der_join(a, tag, (const struct bytes[]){ __VA_ARGS__ },                                    \
		sizeof((const struct bytes[]){ __VA_ARGS__ }) / sizeof(struct bytes))
struct bytes der_value(struct arena *a, unsigned tag, const void *at, size_t n);
struct bytes der_text(struct arena *a, unsigned tag, const char *text);
struct bytes der_oid(struct arena *a, const char *dotted);  /* as "1.2.840.10045.2.1" */
struct bytes der_small(struct arena *a, int n);		    /* INTEGER, 0..127 */
struct bytes der_bits(struct arena *a, struct bytes whole); /* BIT STRING of whole bytes */
/* UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5); seconds, UTC. */
struct bytes der_time(struct arena *a, int64_t ms);
/* SET OF: the values in the order of their encodings (X.690 11.6). Sorts parts. */
struct bytes der_set_of(struct arena *a, unsigned tag, struct bytes *parts, size_t n);

#endif
