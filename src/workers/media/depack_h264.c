/* Source: RFC 6184 (5.2, 5.6 to 5.8), ITU-T H.264 (2021) 7.4.1, D.2.8. */
#include "workers/media/depack.h"

enum {
	SLICE_FIRST = 1,
	IDR = 5,
	SEI = 6,
	SPS = 7,
	PPS = 8,
	DELIMITER = 9,
	UNIT_LAST = 23,
	STAP_A = 24,
	FU_A = 28,
	SEI_RECOVERY = 6,
};

/* A recovery point that is exact at once: as good as an IDR picture to begin with. */
static bool recovers_here(struct bytes sei)
{
	return sei.n >= 4 && sei.at[1] == SEI_RECOVERY && sei.at[2] >= 1 && sei.at[3] >> 7;
}

void depack_note_h264(struct depack *d, struct bytes unit)
{
	unsigned type = unit.at[0] & 31;
	if (type >= SLICE_FIRST && type <= IDR)
		d->vcl = true;
	if (type == IDR || (type == SEI && recovers_here(unit)))
		d->key = true;
}

/* Several whole units, each behind its length. */
static void aggregate(struct depack *d, struct bytes s)
{
	while (s.n >= 2) {
		size_t n = (size_t)s.at[0] << 8 | s.at[1];
		if (n == 0 || n > s.n - 2) {
			d->damaged = true;
			return;
		}
		depack_unit(d, (struct bytes){ s.at + 2, n });
		s.at += 2 + n;
		s.n -= 2 + n;
	}
	if (s.n)
		d->damaged = true;
}

static void fragment(struct depack *d, struct bytes s)
{
	if (s.n < 2) {
		d->damaged = true;
		return;
	}
	bool begins = s.at[1] & 0x80, ends = s.at[1] & 0x40;
	uint8_t header = (uint8_t)((s.at[0] & 0xe0) | (s.at[1] & 31));
	if (begins)
		depack_unit_begin(d, &header, 1);
	depack_unit_more(d, (struct bytes){ s.at + 2, s.n - 2 });
	if (ends)
		d->fragment = false;
}

void depack_h264(struct depack *d, struct bytes payload)
{
	if (!payload.n)
		return;
	unsigned type = payload.at[0] & 31;
	if (type != FU_A && d->fragment) {
		d->damaged = true; /* the rest of a unit never came */
		d->fragment = false;
	}
	if (type >= SLICE_FIRST && type <= UNIT_LAST)
		depack_unit(d, payload);
	else if (type == STAP_A)
		aggregate(d, (struct bytes){ payload.at + 1, payload.n - 1 });
	else if (type == FU_A)
		fragment(d, payload);
	else
		d->damaged = true;
}

bool depack_h264_begins(struct bytes payload)
{
	if (!payload.n)
		return false;
	unsigned type = payload.at[0] & 31;
	if (type == STAP_A && payload.n >= 4)
		type = payload.at[3] & 31;
	return type == SPS || type == DELIMITER;
}
