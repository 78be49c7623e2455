/* How times are kept. Inside a run, time is the camera's (pts); the wall clock is asked only for
 * where the run begins: the smallest (arrival - pts) of the first segment, so that neither a burst
 * of pictures kept back by the camera nor network jitter moves it. Segment names follow from that
 * and from dts, and lie exactly end to end. When the camera's clock has slipped too far, a new run
 * begins. */
#include "workers/media/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workers/media/codec_string.h"
#include "workers/media/file_put.h"
#include "workers/media/fragment.h"
#include "workers/media/jpeg.h"
#include "workers/media/nal.h"
#include "core/recordings/still.h"

enum {
	JUMP_TICKS = 10 * SECOND * TICKS_PER_MS, /* a hole in pts beyond that begins a new run */
	DELAY_MAX_TICKS = 3 * SECOND * TICKS_PER_MS,
	USUAL_TICKS = 40 * TICKS_PER_MS, /* a last picture's length when nothing tells it */
};

struct waiting {
	uint8_t *at;
	size_t n, room;
	int64_t pts, dts; /* from the start of the run */
	bool key;
};

struct recorder {
	char *folder;
	struct hub_place *live;
	struct playlist playlist;
	struct recorder_facts facts;
	struct parameter_sets told;    /* out of band */
	struct parameter_sets sets;    /* of this run */
	struct parameter_sets fresh;   /* of the keyframe at hand */
	struct fragmenter *fragmenter; /* NULL: waiting for a keyframe */
	int64_t delay;		  /* pts is later by so much, for B frames; of this connection */
	int64_t waiting_since_ms; /* arrival of the first picture passed over; 0: none */
	int64_t gen;		  /* 0: not known before the first segment is complete */
	int64_t last_end_ms;	  /* of the last segment written */

	int64_t first_pts, last_dts; /* camera's time; last_dts as given out */
	int64_t origin_ms;	     /* wall clock of first_pts */
	int64_t segment_dts;	     /* from the start of the run */
	size_t segment_bytes;
	int64_t segment_frames;
	struct part *part;    /* the segment's file; NULL before its first fragment */
	int64_t fragment_dts; /* from the start of the run */
	int64_t fragment_frames;
	bool fragment_sync;
	struct waiting waiting; /* held back until the next one tells its length */
	bool has_waiting;
};

struct recorder *recorder_new(const char *folder, struct hub_place *live)
{
	struct recorder *r = calloc(1, sizeof(*r));
	if (!r || !(r->folder = strdup(folder)))
		abort();
	r->live = live;
	playlist_begin(&r->playlist, clock_now());
	return r;
}

static void drop_run(struct recorder *r)
{
	if (r->fragmenter)
		hub_pause(r->live);
	fragmenter_free(r->fragmenter);
	r->fragmenter = NULL;
	part_abandon(r->part, r->folder);
	r->part = NULL;
	r->has_waiting = false;
	r->waiting_since_ms = 0;
	r->gen = 0;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	drop_run(r);
	free(r->waiting.at);
	free(r->folder);
	free(r);
}

const struct recorder_facts *recorder_facts(const struct recorder *r)
{
	return &r->facts;
}

void recorder_begin(struct recorder *r, const struct stream_source *s)
{
	drop_run(r);
	r->facts.codec = s->codec;
	r->delay = 0;
	parameter_sets_gather(s->codec, (struct bytes){ s->parameters, s->parameters_n }, &r->told);
}

/* ---- files ------------------------------------------------------------------------------- */

static bool exists(const struct recorder *r, const char *name)
{
	struct arena *a = arena_new();
	bool there = access(arena_printf(a, "%s/%s", r->folder, name), F_OK) == 0;
	arena_free(a);
	return there;
}

/* The run gets its name and its head's file with the first segment. When the clock was set back a
 * little, the run begins where the last one ended; names never repeat. */
static enum err name_run(struct recorder *r, struct fault *why)
{
	char name[SEGMENT_NAME_SIZE];
	int64_t back = r->last_end_ms - r->origin_ms;
	if (back > 0 && back < 10 * SECOND)
		r->origin_ms = r->last_end_ms;
	for (init_name(name, r->origin_ms); exists(r, name); init_name(name, r->origin_ms))
		r->origin_ms++;
	TRY(file_put(r->folder, name, fragmenter_head(r->fragmenter), why));
	r->gen = r->origin_ms;
	return OK;
}

static enum err put_playlist(struct recorder *r, struct fault *why)
{
	struct buf b = { .arena = arena_new() };
	playlist_write(&r->playlist, &b);
	enum err e =
		file_put(r->folder, "live.m3u8", (struct bytes){ (const uint8_t *)b.s, b.n }, why);
	arena_free(b.arena);
	return e;
}

static void note_facts(struct recorder *r, const struct segment *s)
{
	r->facts.fps_milli = r->segment_frames * 1000000 / s->duration_ms;
	r->facts.bitrate = s->bytes * 8000 / s->duration_ms;
	r->facts.segments++;
	r->last_end_ms = segment_end(s);
}

/* Ends the fragment at end_dts, from the start of the run: it goes to the file, and is shown. */
static enum err put_fragment(struct recorder *r, int64_t end_dts, struct fault *why)
{
	struct bytes body;
	if (r->fragment_frames == 0)
		return OK;
	TRY(fragmenter_flush(r->fragmenter, &body, why));
	if (!r->part)
		TRY(part_open(r->folder, &r->part, why));
	struct hub_fragment f = { .part = r->part,
		.at = r->part->n,
		.n = (uint32_t)body.n,
		.time_ms = r->origin_ms + r->fragment_dts / TICKS_PER_MS,
		.sync = r->fragment_sync };
	TRY(part_add(r->part, body, why));
	hub_fragment(r->live, &f);
	r->fragment_dts = end_dts;
	r->fragment_frames = 0;
	return OK;
}

/* Ends the segment at end_dts, from the start of the run. */
static enum err put_segment(struct recorder *r, int64_t end_dts, struct fault *why)
{
	char name[SEGMENT_NAME_SIZE];
	if (r->segment_frames == 0)
		return OK;
	TRY(put_fragment(r, end_dts, why));
	if (!r->gen)
		TRY(name_run(r, why));
	int64_t from = r->segment_dts / TICKS_PER_MS, to = end_dts / TICKS_PER_MS;
	struct segment s = {
		.gen = r->gen,
		.start_ms = r->gen + from,
		.duration_ms = to > from ? to - from : 1,
		.bytes = r->part->n,
	};
	segment_name(name, &s);
	TRY(part_name(r->part, r->folder, name, why));
	part_drop(r->part);
	r->part = NULL;
	note_facts(r, &s);
	playlist_add(&r->playlist, &s);
	r->segment_dts = end_dts;
	r->segment_bytes = 0;
	r->segment_frames = 0;
	return put_playlist(r, why);
}

/* ---- pictures ---------------------------------------------------------------------------- */

static enum err hand_over(struct recorder *r, int64_t duration, struct fault *why)
{
	struct fragment_picture p = {
		.data = { r->waiting.at, r->waiting.n },
		.pts = r->waiting.pts,
		.dts = r->waiting.dts,
		.duration = duration,
		.key = r->waiting.key,
	};
	if (!r->has_waiting)
		return OK;
	r->has_waiting = false;
	TRY(fragmenter_add(r->fragmenter, &p, why));
	if (r->fragment_frames++ == 0)
		r->fragment_sync = p.key;
	r->segment_bytes += p.data.n;
	r->segment_frames++;
	return OK;
}

static void hold(struct recorder *r, const struct stream_frame *f, int64_t dts)
{
	struct waiting *w = &r->waiting;
	if (f->n > w->room) {
		free(w->at);
		w->room = f->n + f->n / 2;
		w->at = malloc(w->room);
		if (!w->at)
			abort();
	}
	memcpy(w->at, f->at, f->n);
	w->n = f->n;
	w->pts = f->pts - r->first_pts + r->delay;
	w->dts = dts;
	w->key = f->key;
	r->has_waiting = true;
	r->last_dts = dts;
	r->facts.last_frame_ms = f->arrived_ms;
}

/* Writes what there is and forgets the run. */
static enum err end_run(struct recorder *r, struct fault *why)
{
	enum err e = OK;
	if (r->fragmenter) {
		int64_t end = r->last_dts + USUAL_TICKS;
		e = hand_over(r, USUAL_TICKS, why);
		if (!e)
			e = put_segment(r, end, why);
	}
	drop_run(r);
	return e;
}

enum err recorder_end(struct recorder *r, struct fault *why)
{
	return end_run(r, why);
}

static enum err pass_over(struct recorder *r, const struct stream_frame *f,
	enum stream_reason *reason, struct fault *why)
{
	if (!r->waiting_since_ms)
		r->waiting_since_ms = f->arrived_ms;
	if (f->arrived_ms - r->waiting_since_ms < KEYFRAME_PATIENCE_MS)
		return OK;
	*reason = REASON_NO_KEYFRAME;
	return fault(why, E_INVALID,
		"no keyframe with parameter sets came within 15 s: set a keyframe interval of 2 s");
}

/* Live viewers learn of the run before its first segment is complete: the time said is a first
 * guess, which the segment's name then corrects by what the network delayed. */
static void show_run(const struct recorder *r)
{
	char codec[CODEC_STRING_SIZE], info[192];
	codec_string(r->facts.codec, &r->sets, codec);
	snprintf(info, sizeof(info),
		"{\"codec\":\"%s\",\"width\":%d,\"height\":%d,\"at\":%" PRId64 "}", codec,
		r->facts.width, r->facts.height, r->origin_ms);
	hub_run(r->live, info, fragmenter_head(r->fragmenter));
}

static enum err begin_run(struct recorder *r, const struct stream_frame *f,
	enum stream_reason *reason, struct fault *why)
{
	const struct parameter_sets *sets = r->fresh.complete ? &r->fresh : &r->told;
	struct fragment_facts facts;
	if (!f->key || !sets->complete)
		return pass_over(r, f, reason, why);
	r->sets = *sets;
	struct fragment_stream s = {
		.codec = r->facts.codec, .sets = &r->sets, .keyframe = { f->at, f->n }
	};
	*reason = REASON_BAD_STREAM;
	TRY(fragmenter_new(&s, &r->fragmenter, &facts, why));
	r->facts.width = facts.width;
	r->facts.height = facts.height;
	r->first_pts = f->pts;
	r->origin_ms = f->arrived_ms;
	r->segment_dts = r->fragment_dts = 0;
	r->segment_bytes = 0;
	r->segment_frames = r->fragment_frames = 0;
	hold(r, f, 0);
	show_run(r);
	return OK;
}

/* Wall clock of a picture by its own time. */
static int64_t wall_ms(const struct recorder *r, const struct stream_frame *f)
{
	return r->origin_ms + (f->pts - r->first_pts) / TICKS_PER_MS;
}

/* The stream's times or parameters changed so that it cannot go on in this run. */
static bool broke(const struct recorder *r, const struct stream_frame *f)
{
	int64_t step = f->pts - r->first_pts - r->last_dts;
	if (step > JUMP_TICKS || step < -JUMP_TICKS)
		return true;
	if (!f->key || r->segment_frames == 0)
		return false;
	if (r->fresh.complete &&
		(r->fresh.n != r->sets.n || memcmp(r->fresh.at, r->sets.at, r->sets.n) != 0))
		return true;
	int64_t slip = wall_ms(r, f) - f->arrived_ms;
	return r->gen && (slip > CLOCK_SLIP_MS || slip < -CLOCK_SLIP_MS);
}

static bool complete(const struct recorder *r, const struct stream_frame *f, int64_t dts)
{
	int64_t length_ms = (dts - r->segment_dts) / TICKS_PER_MS;
	return (f->key && length_ms >= SEGMENT_TARGET_MS) || length_ms >= SEGMENT_LONGEST_MS ||
	       r->segment_bytes + r->waiting.n + f->n > SEGMENT_BYTES_MAX;
}

/* A fragment is what live viewers wait for, so it is short; where all pictures are keyframes it is
 * not for that shorter than the others. */
static bool fragment_complete(const struct recorder *r, const struct stream_frame *f, int64_t dts)
{
	int64_t length_ms = (dts - r->fragment_dts) / TICKS_PER_MS;
	return length_ms >= FRAGMENT_MS || (f->key && length_ms >= FRAGMENT_LEAST_MS);
}

static int64_t decode_time(const struct recorder *r, const struct stream_frame *f)
{
	int64_t dts = (f->dts == NO_TIME ? f->pts : f->dts) - r->first_pts;
	return dts > r->last_dts ? dts : r->last_dts + 1;
}

/* Streams with B frames come over RTP without dts: they are decoded in the order they come in,
 * which must not be after they are shown. When the first such picture is met, the run ends, and the
 * next one shows everything a little later. Cameras send no B frames as a rule, so nobody else pays
 * for it. */
static bool shown_too_early(struct recorder *r, const struct stream_frame *f, int64_t dts)
{
	int64_t early = dts - (f->pts - r->first_pts);
	if (early <= r->delay)
		return false;
	r->delay = early * 3 / 2;
	return true;
}

/* A whole JPEG: a file of its own, then the newest one's picture and number. */
static enum err put_still(struct recorder *r, const struct stream_frame *f,
	enum stream_reason *reason, struct fault *why)
{
	char name[STILL_NAME_SIZE], number[16];
	struct jpeg_facts look;
	struct bytes file = { f->at, f->n };
	int64_t at_ms = f->arrived_ms, since = at_ms - r->facts.last_frame_ms;
	*reason = REASON_BAD_STREAM;
	TRY(jpeg_look(file, &look, why));
	*reason = REASON_STORAGE;
	still_name(name, at_ms);
	snprintf(number, sizeof(number), "%013" PRId64, at_ms);
	TRY(file_put(r->folder, name, file, why));
	TRY(file_put(r->folder, "latest.jpg", file, why));
	TRY(file_put(r->folder, "latest.still",
		(struct bytes){ (const uint8_t *)number, strlen(number) }, why));
	bool first = !r->facts.last_frame_ms || since <= 0;
	r->facts.width = look.width;
	r->facts.height = look.height;
	r->facts.fps_milli = first ? 0 : 1000000 / since;
	r->facts.bitrate = first ? 0 : (int64_t)f->n * 8000 / since;
	r->facts.last_frame_ms = at_ms;
	r->facts.segments++;
	return OK;
}

enum err recorder_frame(struct recorder *r, const struct stream_frame *f,
	enum stream_reason *reason, struct fault *why)
{
	if (r->facts.codec == CODEC_JPEG)
		return put_still(r, f, reason, why);
	r->fresh.complete = false;
	if (f->key)
		parameter_sets_gather(r->facts.codec, (struct bytes){ f->at, f->n }, &r->fresh);
	*reason = REASON_STORAGE;
	if (r->fragmenter && broke(r, f))
		TRY(end_run(r, why));
	if (!r->fragmenter)
		return begin_run(r, f, reason, why);
	int64_t dts = decode_time(r, f), late = f->arrived_ms - wall_ms(r, f);
	if (!r->gen && late < 0)
		r->origin_ms += late;
	if (shown_too_early(r, f, dts)) {
		if (r->delay <= DELAY_MAX_TICKS)
			return end_run(r, why);
		*reason = REASON_BAD_STREAM;
		return fault(why, E_INVALID, "the pictures' times are out of order");
	}
	bool cut = complete(r, f, dts);
	*reason = REASON_BAD_STREAM;
	TRY(hand_over(r, dts - r->last_dts, why));
	*reason = REASON_STORAGE;
	if (cut)
		TRY(put_segment(r, dts, why));
	else if (fragment_complete(r, f, dts))
		TRY(put_fragment(r, dts, why));
	hold(r, f, dts);
	return OK;
}
