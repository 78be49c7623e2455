/* RTP payloads of H.264 and H.265 to whole pictures in Annex B. A picture that lacks packets is
 * not given out, nor is anything until the next keyframe: what refers to a missing picture shows
 * smears that could be taken for something. Source: RFC 6184 (5), RFC 7798 (4). */
#ifndef WORKERS_MEDIA_DEPACK_H
#define WORKERS_MEDIA_DEPACK_H

#include "workers/media/source.h"

struct depack {
	enum stream_codec codec;
	uint8_t *at; /* the picture so far, Annex B */
	size_t n, room;
	int64_t time; /* of the picture so far: the caller's, equal for its packets */
	bool begun;   /* there is one */
	bool vcl, key;
	bool damaged;	  /* it lacks something */
	bool fragment;	  /* a unit is being put together out of fragments */
	bool gap;	  /* packets before the next one are missing */
	bool awaits_key;  /* until the next keyframe nothing is given out */
	bool marker_lies; /* the marker does not stand at the end of pictures: only time tells */
	int64_t given;	  /* time of the last picture given out by its marker */
	bool has_given;
	uint64_t pictures, dropped; /* counted for whoever asks */
};

struct depack_packet {
	struct bytes payload;
	int64_t time;
	bool marker;
};

/* Begins a stream; d holds zeros, or what it was before. */
void depack_begin(struct depack *d, enum stream_codec codec);
void depack_end(struct depack *d); /* frees what it holds */

/* Packets are missing before the next one. */
void depack_gap(struct depack *d);

/* True when the packet belongs to a later picture: the one there is complete, to be taken first. */
bool depack_is_next(const struct depack *d, const struct depack_packet *p);

enum depack_step {
	DEPACK_MORE,	  /* the picture goes on */
	DEPACK_COMPLETE,  /* it is complete, to be taken */
	DEPACK_TOO_LARGE, /* above FRAME_BYTES_MAX */
};
enum depack_step depack_add(struct depack *d, const struct depack_packet *p);

/* Takes the picture there is and begins the next one. True when it may be shown: then at, n, key
 * and pts of out are set, and good until the next call. */
bool depack_take(struct depack *d, struct stream_frame *out);

/* ---- for the two codecs ------------------------------------------------------------------- */

/* A whole unit, with its header. */
void depack_unit(struct depack *d, struct bytes unit);
/* A unit's beginning (its header made anew out of the fragment's), and what follows. */
void depack_unit_begin(struct depack *d, const uint8_t *header, size_t n);
void depack_unit_more(struct depack *d, struct bytes part);
/* A unit of that type is there. */
void depack_note_h264(struct depack *d, struct bytes unit);
void depack_note_h265(struct depack *d, struct bytes unit);

void depack_h264(struct depack *d, struct bytes payload);
void depack_h265(struct depack *d, struct bytes payload);
/* True when a picture begins with such a payload: an access unit delimiter or a parameter set. */
bool depack_h264_begins(struct bytes payload);
bool depack_h265_begins(struct bytes payload);

#endif
