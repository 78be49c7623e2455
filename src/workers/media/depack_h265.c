/* Source: RFC 7798 (4.4), ITU-T H.265 (2021) 7.4.2.2. */
#include "workers/media/depack.h"

enum {
	VCL_LAST = 31,
	IRAP_FIRST = 16,
	IRAP_LAST = 21,
	VPS = 32,
	SPS = 33,
	DELIMITER = 35,
	UNIT_LAST = 47,
	AP = 48,
	FU = 49,
	HEADER = 2,
};

static unsigned type_of(const uint8_t *header)
{
	return (header[0] >> 1) & 63;
}

void depack_note_h265(struct depack *d, struct bytes unit)
{
	unsigned type = type_of(unit.at);
	if (type <= VCL_LAST)
		d->vcl = true;
	if (type >= IRAP_FIRST && type <= IRAP_LAST)
		d->key = true;
}

static void aggregate(struct depack *d, struct bytes s)
{
	while (s.n >= 2) {
		size_t n = (size_t)s.at[0] << 8 | s.at[1];
		if (n < HEADER || n > s.n - 2) {
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
	if (s.n < HEADER + 1) {
		d->damaged = true;
		return;
	}
	bool begins = s.at[2] & 0x80, ends = s.at[2] & 0x40;
	uint8_t header[HEADER] = { (uint8_t)((s.at[0] & 0x81) | (s.at[2] & 63) << 1), s.at[1] };
	if (begins)
		depack_unit_begin(d, header, HEADER);
	depack_unit_more(d, (struct bytes){ s.at + HEADER + 1, s.n - HEADER - 1 });
	if (ends)
		d->fragment = false;
}

void depack_h265(struct depack *d, struct bytes payload)
{
	if (!payload.n)
		return;
	unsigned type = type_of(payload.at);
	if (type != FU && d->fragment) {
		d->damaged = true;
		d->fragment = false;
	}
	if (payload.n < HEADER || type > FU)
		d->damaged = true;
	else if (type <= UNIT_LAST)
		depack_unit(d, payload);
	else if (type == AP)
		aggregate(d, (struct bytes){ payload.at + HEADER, payload.n - HEADER });
	else
		fragment(d, payload);
}

bool depack_h265_begins(struct bytes payload)
{
	if (payload.n < HEADER)
		return false;
	unsigned type = type_of(payload.at);
	if (type == AP && payload.n >= HEADER + 4)
		type = type_of(payload.at + HEADER + 2);
	return type == VPS || type == SPS || type == DELIMITER;
}
