#include "workers/media/rtp.h"

enum { HEAD = 12, MISORDER_MAX = 100 };

static uint32_t number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool rtp_read(struct bytes raw, struct rtp_packet *out)
{
	if (raw.n < HEAD || raw.at[0] >> 6 != 2)
		return false;
	size_t from = HEAD + (size_t)(raw.at[0] & 15) * 4, padding = 0;
	if (raw.at[0] & 0x10) {
		if (raw.n < from + 4)
			return false;
		from += 4 + ((size_t)raw.at[from + 2] << 8 | raw.at[from + 3]) * 4;
	}
	if (raw.at[0] & 0x20)
		padding = raw.at[raw.n - 1];
	if (raw.n < from + padding)
		return false;
	*out = (struct rtp_packet){
		.payload = { raw.at + from, raw.n - from - padding },
		.time = number(raw.at + 4),
		.ssrc = number(raw.at + 8),
		.sequence = (uint16_t)(raw.at[2] << 8 | raw.at[3]),
		.type = raw.at[1] & 0x7f,
		.marker = raw.at[1] >> 7,
	};
	return true;
}

enum rtp_step rtp_follow(struct rtp_order *o, const struct rtp_packet *p)
{
	int ahead = (int16_t)(uint16_t)(p->sequence - o->next);
	bool first = !o->begun, other = o->begun && p->ssrc != o->ssrc;
	if (!first && !other && ahead < 0 && ahead > -MISORDER_MAX)
		return RTP_OLD;
	if (!first && !other && ahead > 0)
		o->lost += (uint32_t)ahead;
	o->begun = true;
	o->ssrc = p->ssrc;
	o->next = (uint16_t)(p->sequence + 1);
	return first || (!other && ahead == 0) ? RTP_NEXT : RTP_GAP;
}

int64_t rtp_time(struct rtp_order *o, uint32_t time)
{
	o->time += o->time || o->clock ? (int32_t)(time - o->clock) : (int64_t)time;
	o->clock = time;
	return o->time;
}
