#include "workers/media/depack.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 << 10, START_CODE = 4 };

void depack_begin(struct depack *d, enum stream_codec codec)
{
	uint8_t *at = d->at;
	size_t room = d->room;
	*d = (struct depack){ .codec = codec, .at = at, .room = room };
}

void depack_end(struct depack *d)
{
	free(d->at);
	*d = (struct depack){ 0 };
}

/* ---- bytes ------------------------------------------------------------------------------- */

static void put(struct depack *d, const void *at, size_t n)
{
	if (d->n + n > FRAME_BYTES_MAX) {
		d->n = FRAME_BYTES_MAX + 1; /* depack_add() tells */
		return;
	}
	if (d->n + n > d->room) {
		size_t room = d->room ? d->room : ROOM_FIRST;
		while (room < d->n + n)
			room += room / 2;
		uint8_t *more = realloc(d->at, room);
		if (!more)
			abort();
		d->at = more;
		d->room = room;
	}
	if (n)
		memcpy(d->at + d->n, at, n);
	d->n += n;
}

static void note(struct depack *d, struct bytes unit)
{
	if (d->codec == CODEC_H264)
		depack_note_h264(d, unit);
	else
		depack_note_h265(d, unit);
}

void depack_unit(struct depack *d, struct bytes unit)
{
	if (!unit.n)
		return;
	put(d, "\0\0\0\1", START_CODE);
	put(d, unit.at, unit.n);
	note(d, unit);
}

void depack_unit_begin(struct depack *d, const uint8_t *header, size_t n)
{
	d->fragment = true;
	put(d, "\0\0\0\1", START_CODE);
	put(d, header, n);
	note(d, (struct bytes){ header, n });
}

void depack_unit_more(struct depack *d, struct bytes part)
{
	if (d->fragment)
		put(d, part.at, part.n);
	else
		d->damaged = true; /* its beginning is missing */
}

/* ---- pictures ---------------------------------------------------------------------------- */

/* What there is of units without a picture (parameter sets under a time of their own) goes with
 * the picture behind it. */
bool depack_is_next(const struct depack *d, const struct depack_packet *p)
{
	return d->begun && d->vcl && p->time != d->time;
}

static bool begins_picture(const struct depack *d, struct bytes payload)
{
	return d->codec == CODEC_H264 ? depack_h264_begins(payload) : depack_h265_begins(payload);
}

void depack_gap(struct depack *d)
{
	d->gap = true;
	d->awaits_key = true;
	d->damaged = d->damaged || d->begun;
}

/* After a hole a picture is whole only if its very beginning is there. */
static void begin_picture(struct depack *d, const struct depack_packet *p)
{
	d->damaged = d->gap && !begins_picture(d, p->payload);
	d->begun = true;
	d->vcl = d->key = d->fragment = false;
	d->n = 0;
}

/* More of a picture that was given out at its marker: from now on only time ends a picture. */
static void note_lie(struct depack *d)
{
	d->marker_lies = true;
	d->awaits_key = true;
	d->damaged = true;
}

enum depack_step depack_add(struct depack *d, const struct depack_packet *p)
{
	if (!d->begun || (d->gap && p->time != d->time))
		begin_picture(d, p);
	d->gap = false;
	d->time = p->time;
	if (d->codec == CODEC_H264)
		depack_h264(d, p->payload);
	else
		depack_h265(d, p->payload);
	if (d->vcl && d->has_given && d->given == p->time && !d->marker_lies)
		note_lie(d);
	if (d->n > FRAME_BYTES_MAX)
		return DEPACK_TOO_LARGE;
	return p->marker && d->vcl && !d->marker_lies ? DEPACK_COMPLETE : DEPACK_MORE;
}

bool depack_take(struct depack *d, struct stream_frame *out)
{
	bool whole = d->vcl && !d->damaged && !d->fragment;
	if (!whole)
		d->awaits_key = true;
	else if (d->key)
		d->awaits_key = false;
	bool show = whole && !d->awaits_key;
	out->at = d->at;
	out->n = d->n;
	out->key = d->key;
	out->pts = d->time;
	d->given = d->time;
	d->has_given = true;
	d->pictures += show;
	d->dropped += !show;
	d->begun = d->vcl = d->key = d->damaged = d->fragment = false;
	d->n = 0;
	return show;
}
