/* Frames of a client, as they come off the wire: byte for byte in pieces or at once gives the same.
 */
#include "core/http/frames.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Feeds the bytes as tunnel.c does, step at a time; returns a sum over what came out. */
static uint64_t feed(const uint8_t *data, size_t n, size_t step)
{
	static uint8_t in[WS_INPUT_MAX];
	uint64_t sum = 0;
	size_t have = 0;
	struct ws_frame f;
	enum ws_step said = WS_MORE;
	while (n && said != WS_BAD) {
		size_t take = sizeof(in) - have < step ? sizeof(in) - have : step;
		if (take > n)
			take = n;
		if (!take)
			abort(); /* a full input always has a frame or is bad */
		memcpy(in + have, data, take);
		have += take;
		data += take;
		n -= take;
		while ((said = ws_frame_read(in, have, &f)) == WS_FRAME) {
			if (f.used > have || f.n > WS_FROM_CLIENT_MAX ||
				f.payload + f.n != in + f.used)
				abort();
			for (size_t i = 0; i < f.n; i++)
				sum = sum * 31 + f.payload[i];
			sum = sum * 31 + (uint64_t)f.opcode;
			have -= f.used;
			memmove(in, in + f.used, have);
		}
	}
	return said == WS_BAD ? sum * 31 + f.code : sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char accept[WS_ACCEPT_SIZE], *text = malloc(n + 1);
	uint8_t head[WS_HEAD_MAX];
	struct ws_frame f;
	memcpy(text, data, n);
	text[n] = 0;
	if (ws_accept(text, accept) && strlen(accept) != WS_ACCEPT_SIZE - 1)
		abort();
	(void)ws_same_host(text, "example.org:8443");
	free(text);
	if (feed(data, n, 1) != feed(data, n, n ? n : 1))
		abort();
	/* A head of ours has no mask, so it is never taken for a client's. */
	ws_head_write(head, WS_BINARY, n);
	if (ws_frame_read(head, sizeof(head), &f) != WS_BAD)
		abort();
	return 0;
}
