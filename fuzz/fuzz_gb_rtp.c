/* libFuzzer target: RTP in a byte stream, both framings, then the window that restores the order.
 */
#include "workers/gb/rtp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void drain(struct gb_window *w, int64_t now)
{
	struct gb_rtp p;
	volatile uint8_t sum = 0;
	enum gb_take t;
	while ((t = gb_window_take(w, now, &p)) != GB_TAKE_NONE)
		for (size_t i = 0; t == GB_TAKE_PACKET && i < p.payload.n; i++)
			sum ^= p.payload.at[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct gb_framing *f = calloc(1, sizeof(*f));
	struct gb_window *w = gb_window_new();
	struct gb_rtp p;
	struct bytes packet;
	int64_t now = 1;
	if (!f)
		abort();
	for (size_t at = 0; at < n && f->kind != GB_FRAMING_BROKEN;) {
		size_t room, take;
		uint8_t *to = gb_framing_room(f, &room);
		if (room == 0)
			abort();
		take = n - at < room ? n - at : room;
		take = take > 1500 ? 1500 : take;
		memcpy(to, data + at, take);
		gb_framing_filled(f, take);
		at += take;
		while (gb_framing_next(f, &packet)) {
			if (!gb_rtp_parse(packet, &p))
				continue;
			if (p.payload.at < packet.at ||
				p.payload.at + p.payload.n > packet.at + packet.n)
				abort();
			gb_window_put(w, &p);
			drain(w, now);
			now += p.time % 64;
		}
	}
	drain(w, now + 1000);
	gb_window_free(w);
	free(f);
	return 0;
}
