#include "core/http/frames.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

enum { LAST = 0x80, RESERVED = 0x70, OPCODE = 0x0f, MASKED = 0x80, LENGTH = 0x7f, SHA1_SIZE = 20 };

static enum ws_step bad(struct ws_frame *out, unsigned code)
{
	out->code = code;
	return WS_BAD;
}

/* The length behind the first two bytes. False: more bytes are needed; *n is 0 when it was written
 * longer than needed (5.2). */
static bool long_length(const uint8_t *at, size_t have, size_t extra, uint64_t *n)
{
	*n = 0;
	if (have < 2 + extra)
		return false;
	for (size_t i = 0; i < extra; i++)
		*n = *n << 8 | at[2 + i];
	if (*n < (extra == 2 ? 126u : 65536u))
		*n = 0;
	return true;
}

static bool known(unsigned opcode)
{
	return opcode <= WS_BINARY || (opcode >= WS_CLOSE && opcode <= WS_PONG);
}

/* What the first two bytes alone forbid; a control frame is short and whole (5.5). */
static bool forbidden(const uint8_t *at)
{
	bool control = at[0] & 0x08;
	return at[0] & RESERVED || !known(at[0] & OPCODE) || !(at[1] & MASKED) ||
	       (control && (!(at[0] & LAST) || (at[1] & LENGTH) > WS_CONTROL_MAX));
}

enum ws_step ws_frame_read(uint8_t *at, size_t n, struct ws_frame *out)
{
	*out = (struct ws_frame){ 0 };
	if (n < 2)
		return WS_MORE;
	uint64_t size = at[1] & LENGTH;
	size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
	out->opcode = (enum ws_opcode)(at[0] & OPCODE);
	out->last = at[0] & LAST;
	if (forbidden(at))
		return bad(out, WS_PROTOCOL);
	if (extra && !long_length(at, n, extra, &size))
		return WS_MORE;
	if (extra && !size)
		return bad(out, WS_PROTOCOL);
	if (size > WS_FROM_CLIENT_MAX)
		return bad(out, WS_TOO_BIG);
	size_t head = 2 + extra + 4;
	if (n < head || n - head < size)
		return WS_MORE;
	out->payload = at + head;
	out->n = (size_t)size;
	out->used = head + out->n;
	for (size_t i = 0; i < out->n; i++)
		out->payload[i] ^= at[head - 4 + i % 4];
	return WS_FRAME;
}

size_t ws_head_write(uint8_t out[WS_HEAD_MAX], enum ws_opcode opcode, uint64_t n)
{
	size_t extra = n < 126 ? 0 : n < 65536 ? 2 : 8;
	out[0] = (uint8_t)(LAST | (unsigned)opcode);
	out[1] = (uint8_t)(extra == 0 ? n : extra == 2 ? 126 : 127);
	for (size_t i = 0; i < extra; i++)
		out[2 + i] = (uint8_t)(n >> (8 * (extra - 1 - i)));
	return 2 + extra;
}

/* 16 bytes in base64 are 22 characters and two signs of equality (4.2.1). */
static bool is_key(const char *key)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	return strspn(key, DIGITS) == 22 && text_is(key + 22, "==");
}

bool ws_accept(const char *key, char out[WS_ACCEPT_SIZE])
{
	static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* 1.3 */
	uint8_t text[24 + sizeof(GUID)], digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	if (!key || !is_key(key))
		return false;
	memcpy(text, key, 24);
	memcpy(text + 24, GUID, sizeof(GUID));
	/* SHA-1 is what the protocol names here; nothing secret hangs on it. */
	if (!EVP_Digest(text, 24 + sizeof(GUID) - 1, digest, &n, EVP_sha1(), NULL) ||
		n != SHA1_SIZE)
		return false;
	EVP_EncodeBlock((unsigned char *)out, digest, SHA1_SIZE);
	return true;
}

bool ws_same_host(const char *origin, const char *host)
{
	if (!origin)
		return true;
	const char *at = strstr(origin, "://");
	return at && host && *host && strcasecmp(at + 3, host) == 0;
}
