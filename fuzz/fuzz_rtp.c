/* libFuzzer target: RTP packets put to pictures. The first byte says which codec; then packets,
 * each behind two bytes of length. */
#include <stdlib.h>
#include <string.h>

#include "workers/media/depack.h"
#include "workers/media/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void take(struct depack *d)
{
	struct stream_frame f;
	if (!depack_take(d, &f))
		return;
	/* A picture is Annex B, and not empty. */
	if (f.n < 5 || f.n > FRAME_BYTES_MAX || memcmp(f.at, "\0\0\0\1", 4) != 0)
		abort();
}

/* False when the connection would end. */
static bool packet(struct depack *d, struct rtp_order *o, struct bytes raw)
{
	struct rtp_packet p;
	if (!rtp_read(raw, &p))
		return false;
	if (p.payload.n && (p.payload.at < raw.at || p.payload.at + p.payload.n > raw.at + raw.n))
		abort();
	enum rtp_step step = rtp_follow(o, &p);
	if (step == RTP_OLD)
		return true;
	if (step == RTP_GAP)
		depack_gap(d);
	struct depack_packet k = { p.payload, rtp_time(o, p.time), p.marker };
	if (depack_is_next(d, &k))
		take(d);
	enum depack_step s = depack_add(d, &k);
	if (s == DEPACK_COMPLETE)
		take(d);
	return s != DEPACK_TOO_LARGE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct depack d = { 0 };
	struct rtp_order o = { 0 };
	if (n < 1)
		return 0;
	depack_begin(&d, data[0] & 1 ? CODEC_H265 : CODEC_H264);
	for (size_t at = 1; at + 2 <= n;) {
		size_t size = (size_t)data[at] << 8 | data[at + 1];
		at += 2;
		if (size > n - at)
			size = n - at;
		if (!packet(&d, &o, (struct bytes){ data + at, size }))
			break;
		at += size;
	}
	depack_end(&d);
	return 0;
}
