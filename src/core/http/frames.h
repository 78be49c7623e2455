/* The frames of RFC 6455 as the server needs them: it reads short ones of clients and writes whole
 * messages. Nothing here knows a connection. */
#ifndef CORE_HTTP_FRAMES_H
#define CORE_HTTP_FRAMES_H

#include "core/base/base.h"

enum ws_opcode {
	WS_CONTINUES = 0x0,
	WS_TEXT = 0x1,
	WS_BINARY = 0x2,
	WS_CLOSE = 0x8,
	WS_PING = 0x9,
	WS_PONG = 0xa,
};

enum {
	WS_FROM_CLIENT_MAX = 4096,		       /* payload of a client's frame */
	WS_INPUT_MAX = WS_FROM_CLIENT_MAX + 2 + 8 + 4, /* with its head */
	WS_HEAD_MAX = 10,			       /* of a frame of ours */
	WS_CONTROL_MAX = 125,
	WS_ACCEPT_SIZE = 29,
};

/* Status codes of a close (7.4.1). */
enum { WS_NORMAL = 1000, WS_GOING_AWAY = 1001, WS_PROTOCOL = 1002, WS_TOO_BIG = 1009 };

enum ws_step { WS_MORE, WS_FRAME, WS_BAD };

struct ws_frame {
	enum ws_opcode opcode;
	bool last;	  /* of its message */
	uint8_t *payload; /* unmasked where it stood */
	size_t n, used;	  /* used: of the bytes given, with the head */
	unsigned code;	  /* WS_BAD: what to close with */
};

/* The client's next frame at the beginning of the n bytes. */
enum ws_step ws_frame_read(uint8_t *at, size_t n, struct ws_frame *out);

/* The head of an unfragmented frame of n bytes; returns its length. */
size_t ws_head_write(uint8_t out[WS_HEAD_MAX], enum ws_opcode opcode, uint64_t n);

/* Sec-WebSocket-Accept for that key; false when it is not the text of 16 bytes in base64. */
bool ws_accept(const char *key, char out[WS_ACCEPT_SIZE]);

/* Is the page that asks ours? origin is "https://host:port" (or NULL: not a browser), host the Host
 * header. */
bool ws_same_host(const char *origin, const char *host);

#endif
