/* What the signer process and its clients say to each other over a stream socket: frames of a
 *4-byte big-endian length and that many bytes. One request, one answer, in turn.
 *
 *	request  'K'                             what is the key's id and period?
 *	         'S' purpose 0x00 text           sign this
 *	answer   2 bytes big-endian: 0 or enum err; then the key id, the signature in hex, or the
 *reason
 */
#ifndef CORE_LEDGER_SIGNER_WIRE_H
#define CORE_LEDGER_SIGNER_WIRE_H

#include "core/ledger/ledger.h"

enum { FRAME_HEAD = 4, FRAME_MAX = SIGNED_MAX + 64, PURPOSE_MAX = 16 };

/* Waits until deadline (clock_mono; 0: for ever). E_BUSY: the other side is gone, silent, or does
 * not keep to the form; the socket is of no more use then. */
enum err frame_send(int fd, struct bytes body, int64_t deadline);
enum err frame_read(int fd, struct arena *a, struct bytes *body, int64_t deadline);

struct signer_request {
	char kind; /* 'K' or 'S' */
	char purpose[PURPOSE_MAX];
	const char *text;
};
/* text points into body, which a NUL follows. False when malformed. */
bool signer_request_parse(struct bytes body, struct signer_request *out);

#endif
