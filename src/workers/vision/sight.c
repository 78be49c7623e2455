#include "workers/vision/sight.h"
#include "core/recordings/segment.h"
#include "core/recordings/still.h"
#include "workers/vision/head.h"
#include "workers/vision/keyframe.h"
#include "workers/vision/lead.h"
#include "workers/vision/moving.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	FRESH_MS = MINUTE, /* what is older is not "now" any more */
	DECODE_MS = 10 * SECOND,
	INIT_BYTES = 1 << 20,
	SEGMENT_BYTES = 64 << 20,
	PLAYLIST_BYTES = 64 * 1024,
	STILL_QUALITY = 90,
	CLIP_LONGEST_BEFORE_MS = MINUTE,
	LOG_EVERY = 100, /* failures in a row */
	TIME_TEXT = 24,
	GATE_CELLS = 10, /* of GREY_CELLS: fewer that changed are noise */
	GATE_REFRESH_MS = MINUTE,
};

#define TIME_END INT64_C(253402300800000) /* the year 10000, ms */

struct sight *sight_new(const struct camera_config *c)
{
	struct sight *s = calloc(1, sizeof *s);
	if (s)
		s->config = *c;
	return s;
}

static void drop_stills(struct sight *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free((void *)(uintptr_t)s->stills[i].jpeg.at);
		free(s->stills[i].crops);
	}
	s->n -= n;
	memmove(s->stills, s->stills + n, s->n * sizeof *s->stills);
}

void sight_free(struct sight *s)
{
	if (!s)
		return;
	drop_stills(s, s->n);
	free(s);
}

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return a->code == b->code && text_is(a->version, b->version) &&
	       a->threshold == b->threshold && a->k == b->k && a->n == b->n &&
	       memcmp(&a->zones, &b->zones, sizeof a->zones) == 0 &&
	       memcmp(&a->hours, &b->hours, sizeof a->hours) == 0;
}

void sight_configure(struct sight *s, const struct camera_config *c)
{
	struct watchman men[CAMERA_RULES_MAX] = { 0 };
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < s->config.n; k++) {
			if (c->rules[i].code != s->config.rules[k].code)
				continue;
			if (same_rule(&c->rules[i], &s->config.rules[k]))
				men[i] = s->men[k];
			men[i].quiet_until = s->men[k].quiet_until; /* silence outlives a change */
		}
	s->config = *c;
	s->recalled = false;
	memcpy(s->men, men, sizeof men);
}

/* ---- the newest segment ---------------------------------------------- */

/* The last name in the live playlist: the folder itself may hold weeks. */
static bool newest_listed(struct arena *a, const char *folder, struct segment *out)
{
	struct bytes text;
	bool found = false;
	if (file_read(a, arena_printf(a, "%s/live.m3u8", folder), PLAYLIST_BYTES, &text, NULL))
		return false;
	const char *at = (const char *)text.at, *end = at + text.n;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop ? stop : end) - at);
		struct segment s;
		if (*at != '#' && n < SEGMENT_NAME_SIZE &&
			segment_parse(arena_copy(a, at, n), &s)) {
			*out = s;
			found = true;
		}
		at += n + 1;
	}
	return found;
}

/* Snapshot cameras have no segments. */
static bool newest_still(const struct sight *s, const char *folder, struct segment *out)
{
	int64_t now = clock_now();
	if (!still_newest(folder, &out->start_ms))
		return false;
	bool backwards = out->start_ms < s->last_start - FRESH_MS;
	return (out->start_ms > s->last_start || backwards) && out->start_ms >= now - FRESH_MS;
}

static bool newest_segment(
	const struct sight *s, struct arena *a, const char *folder, struct segment *out)
{
	int64_t now = clock_now();
	if (!newest_listed(a, folder, out)) {
		struct segment_query q = {
			.folder = folder, .from_ms = now - FRESH_MS, .to_ms = now + FRESH_MS
		};
		struct segment_list list = { 0 };
		if (segment_find(a, &q, &list, NULL) || list.n == 0)
			return false;
		*out = list.at[list.n - 1];
	}
	bool backwards = out->start_ms < s->last_start - FRESH_MS; /* the clock was set back */
	return (out->start_ms > s->last_start || backwards) && segment_end(out) >= now - FRESH_MS;
}

/* Head and segment one after the other are a video; in memory, for the decoder. For what is no
 * H.264 or H.265, and for what moves. */
static enum err join(
	struct arena *a, const char *folder, const struct segment *seg, int *fd, struct fault *why)
{
	char init[SEGMENT_NAME_SIZE], name[SEGMENT_NAME_SIZE];
	struct bytes head, body;
	init_name(init, seg->gen);
	segment_name(name, seg);
	TRY(file_read(a, arena_printf(a, "%s/%s", folder, init), INIT_BYTES, &head, why));
	TRY(file_read(a, arena_printf(a, "%s/%s", folder, name), SEGMENT_BYTES, &body, why));
	*fd = memfd_create("segment", MFD_CLOEXEC);
	bool ok = *fd >= 0 && write(*fd, head.at, head.n) == (ssize_t)head.n &&
		  write(*fd, body.at, body.n) == (ssize_t)body.n && lseek(*fd, 0, SEEK_SET) == 0;
	if (ok)
		return OK;
	if (*fd >= 0)
		close(*fd);
	return fault(why, E_BUSY, "memory for a segment: %s", strerror(errno));
}

/* ---- rules and leads ------------------------------------------------- */

static bool any_rule_votes(const struct sight *s, const struct sighting *now)
{
	struct finding best;
	for (size_t r = 0; r < s->config.n; r++)
		if (now->time >= s->men[r].quiet_until &&
			rule_votes(&s->config.rules[r], now, &best))
			return true;
	return false;
}

static enum err keep_still(struct sight *s, const struct looked_at *l, struct fault *why)
{
	uint8_t *at;
	if (s->n == VOTES_MAX + 1)
		drop_stills(s, 1);
	struct picture p = { 0 };
	TRY(view_cut(l->view, (struct area){ 0 }, &p, why));
	struct kept_still k = { .time = l->time, .width = p.width, .height = p.height };
	enum err e = picture_jpeg(&p, STILL_QUALITY, &at, &k.jpeg.n, why);
	picture_free(&p);
	TRY(e);
	k.jpeg.at = at;
	size_t size = l->seen->n_crops * sizeof *k.crops;
	k.crops = size ? malloc(size) : NULL;
	if (k.crops) {
		memcpy(k.crops, l->seen->crops, size);
		k.n_crops = l->seen->n_crops;
	}
	s->stills[s->n++] = k;
	return OK;
}

/* What the classifier made of the strongest finding of a lead. */
static void take_features(
	const struct kept_still *still, const struct decision *d, struct features *out)
{
	for (size_t i = 0; i < d->n; i++) {
		uint32_t crop = d->votes[i].crop;
		if (d->votes[i].time == still->time && crop && crop <= still->n_crops)
			*out = still->crops[crop - 1];
	}
}

static void forget_stills(struct sight *s)
{
	int64_t oldest = INT64_MAX;
	for (size_t r = 0; r < s->config.n; r++) {
		int64_t t = rule_oldest(&s->men[r]);
		oldest = t < oldest ? t : oldest;
	}
	size_t n = 0;
	while (n < s->n && s->stills[n].time < oldest)
		n++;
	drop_stills(s, n);
}

static enum err begin_lead(struct sight *s, const struct looker *with, const struct rule *r,
	const struct decision *d, struct fault *why)
{
	const struct kept_still *still = NULL;
	for (size_t i = 0; i < s->n; i++)
		if (s->stills[i].time == d->best_time)
			still = &s->stills[i];
	if (!still)
		return fault(why, E_INTERNAL, "the picture of a lead is missing");
	struct lead l = { .rule = r->code,
		.started_at = d->started_at,
		.ended_at = d->ended_at,
		.still_at = still->time,
		.score = d->score,
		.clip_to = d->ended_at + (int64_t)r->after_s * SECOND,
		.width = still->width,
		.height = still->height,
		.n = d->n };
	int64_t before = d->ended_at - d->started_at + SECOND;
	int64_t asked = (int64_t)r->before_s * SECOND;
	before = before < asked ? asked : before;
	before = before > CLIP_LONGEST_BEFORE_MS ? CLIP_LONGEST_BEFORE_MS : before;
	l.clip_from = d->ended_at - before;
	snprintf(l.camera, sizeof l.camera, "%s", s->config.id);
	snprintf(l.rule_version, sizeof l.rule_version, "%s", r->version);
	if (with->eyes)
		eyes_model_for(with->eyes, rule_name(r->code), l.model);
	take_features(still, d, &l.features);
	memcpy(l.findings, d->votes, sizeof l.findings);
	TRY(lead_keep(with->leads_dir, &l, still->jpeg, why));
	log_event(LOG_INFO, "vision.lead", "camera", l.camera, "rule", rule_name(l.rule), NULL);
	return OK;
}

static const char *last_path(
	const struct sight *s, const struct looker *with, enum rule_code code, struct arena *a)
{
	return arena_printf(a, "%s/%s-%s", with->last_dir, s->config.id, rule_name(code));
}

/* The silence after a lead outlives the process: a restart is no reason to report all again. */
static void recall_silences(struct sight *s, const struct looker *with)
{
	struct arena *a = arena_new();
	for (size_t r = 0; r < s->config.n; r++) {
		const struct rule *rule = &s->config.rules[r];
		struct bytes text;
		int64_t last;
		if (s->men[r].quiet_until ||
			file_read(a, last_path(s, with, rule->code, a), TIME_TEXT, &text, NULL))
			continue;
		if (text_to_int(arena_copy(a, (const char *)text.at, text.n), &last) && last > 0 &&
			last < TIME_END)
			s->men[r].quiet_until = last + (int64_t)rule->cooldown_s * SECOND;
	}
	s->recalled = true;
	arena_free(a);
}

static void note_silence(struct sight *s, const struct looker *with, const struct rule *rule,
	const struct decision *d)
{
	struct fault why = { 0 };
	struct arena *a = arena_new();
	const char *text = arena_printf(a, "%" PRId64, d->ended_at);
	if (file_write(last_path(s, with, rule->code, a), text, strlen(text), 0640, &why))
		log_event(LOG_WARN, "vision.silence_not_noted", "why", why.text, NULL);
	arena_free(a);
}

enum err sight_judge(
	struct sight *s, const struct looker *with, const struct looked_at *l, struct fault *why)
{
	enum err e = OK;
	struct sighting now = { l->time, &s->config.hours, l->seen, l->view->width,
		l->view->height };
	if (!s->recalled)
		recall_silences(s, with);
	if (any_rule_votes(s, &now))
		TRY(keep_still(s, l, why));
	for (size_t r = 0; r < s->config.n && !e; r++) {
		struct decision d;
		const struct rule *rule = &s->config.rules[r];
		if (!rule_see(&s->men[r], rule, now, &d))
			continue;
		e = begin_lead(s, with, rule, &d, why);
		if (!e)
			note_silence(s, with, rule, &d);
	}
	forget_stills(s);
	return e;
}

/* ---- looking --------------------------------------------------------- */

static unsigned eyes_wanted(const struct sight *s, int64_t time)
{
	unsigned wanted = 0;
	for (size_t r = 0; r < s->config.n; r++)
		wanted |= rule_eyes(&s->config.rules[r], &s->config.hours, time);
	return wanted;
}

/* One picture under the eyes: everything that is known of it while it is looked at. */
struct glance {
	struct sight *s;
	const struct looker *with;
	const struct frame *frame;
	const struct view *view;
	int64_t time;
	unsigned wanted;
	const struct track *ran; /* score 0: nothing did */
};

static void count(const struct looker *with, size_t which)
{
	if (with->counts)
		(&with->counts->inferred)[which]++;
}

/* True when nothing has moved since the models looked last. Measured against that picture and not
 * against the one before, so that what creeps is noticed too. */
static bool still_holds(const struct glance *g, unsigned models)
{
	const struct memory *m = &g->s->seen;
	return !g->with->no_gate && m->there && m->eyes == models && g->time >= m->time &&
	       g->time < m->time + GATE_REFRESH_MS &&
	       grey_changed(&m->grey, &g->frame->grey) < GATE_CELLS;
}

/* What the models see, or saw when nothing has moved since. */
static enum err see_models(const struct glance *g, struct findings *out, struct fault *why)
{
	struct memory *m = &g->s->seen;
	unsigned models = g->wanted & ~(unsigned)(EYE_SCENE | EYE_MOTION);
	if (!models)
		return OK;
	if (still_holds(g, models)) {
		count(g->with, 1);
	} else {
		struct looking l = { g->view, g->time, models };
		count(g->with, 0);
		m->there = false;
		m->said.n = m->said.n_crops = 0;
		TRY(eyes_look(g->with->eyes, &l, &m->said, why));
		m->there = true;
		m->eyes = models;
		m->time = g->time;
		m->grey = g->frame->grey;
	}
	for (size_t i = 0; i < m->said.n; i++) {
		struct finding f = m->said.at[i];
		f.time = g->time;
		finding_add(out, f);
	}
	out->n_crops = m->said.n_crops;
	memcpy(out->crops, m->said.crops, m->said.n_crops * sizeof *out->crops);
	return OK;
}

static void see_track(const struct glance *g, struct findings *out)
{
	const struct track *t = g->ran;
	float w = (float)g->view->width / GREY_W, h = (float)g->view->height / GREY_H;
	struct area a = { (float)t->x1 * w, (float)t->y1 * h, (float)(t->x2 - t->x1) * w,
		(float)(t->y2 - t->y1) * h };
	if (t->score > 0)
		finding_add(out, (struct finding){ g->time, SEEN_MOVING_SMALL, t->score,
					 area_box(a, g->view->width, g->view->height) });
}

static enum err see(const struct glance *g, struct findings *out, struct fault *why)
{
	struct scene_look l = { &g->frame->grey, g->time, g->view->width, g->view->height };
	if (g->wanted & EYE_SCENE)
		scene_see(&g->s->scene, &l, out);
	see_track(g, out);
	return see_models(g, out, why);
}

struct newest {
	struct arena *a;
	const char *folder;
	struct segment seg; /* of a still only the start */
	bool still;
};

static enum err open_keyframe(
	struct arena *a, const char *folder, const struct segment *seg, struct source *from)
{
	char init[SEGMENT_NAME_SIZE], name[SEGMENT_NAME_SIZE];
	init_name(init, seg->gen);
	segment_name(name, seg);
	from->kind = SOURCE_KEYFRAME;
	return keyframe_open(arena_printf(a, "%s/%s", folder, init),
		arena_printf(a, "%s/%s", folder, name), &from->fd, NULL);
}

static enum err open_still(const struct newest *n, struct source *from, struct fault *why)
{
	char name[STILL_NAME_SIZE];
	still_name(name, n->seg.start_ms);
	from->kind = SOURCE_STILL;
	from->fd = open(arena_printf(n->a, "%s/%s", n->folder, name), O_RDONLY | O_CLOEXEC);
	return from->fd >= 0 ? OK : fault(why, E_BUSY, "%s: %s", name, strerror(errno));
}

static bool anybody(const struct findings *seen)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->at[i].kind == SEEN_PERSON)
			return true;
	return false;
}

/* Gathers the pictures of the whole segment, a tenth of a second apart, as grey grids. */
static enum err gather(
	struct decoder *d, const struct source *from, struct frames *out, struct fault *why)
{
	struct decoding job;
	struct frame f;
	bool more = true;
	TRY(decoding_start(d, from, &job, why));
	enum err e = OK;
	while (!e && more && out->n < MOVING_FRAMES_MAX) {
		e = decoding_next(&job, DECODE_MS, &f, &more, why);
		if (!e && more)
			memcpy(out->at[out->n++], f.grey.at, GREY_CELLS);
	}
	decoding_end(&job);
	return e;
}

/* Small things that run. Only when nobody was there last: decoding a whole segment costs as much as
 * ten pictures. Before the keyframe, because a decoder does one thing at a time. */
static enum err look_for_motion(const struct sight *s, const struct looker *with,
	const struct newest *n, struct track *out, struct fault *why)
{
	struct source video = { .kind = SOURCE_VIDEO, .every_ms = MOVING_STEP_MS, .served = true };
	*out = (struct track){ 0 };
	if (n->still || !(eyes_wanted(s, n->seg.start_ms) & EYE_MOTION) || anybody(&s->seen.said))
		return OK;
	struct frames *frames = calloc(1, sizeof *frames);
	if (!frames)
		return fault(why, E_INTERNAL, "out of memory");
	enum err e = join(n->a, n->folder, &n->seg, &video.fd, why);
	if (!e) {
		e = gather(with->decoder, &video, frames, why);
		close(video.fd);
	}
	if (!e)
		(void)moving_find(frames, out);
	free(frames);
	return e;
}

static enum err judge_frame(
	struct sight *s, const struct looker *with, const struct glance *g, struct fault *why)
{
	struct findings seen = { 0 };
	struct looked_at l = { g->view, &seen, g->time };
	TRY(see(g, &seen, why));
	return sight_judge(s, with, &l, why);
}

/* The picture is held by the decoder's child as long as it is looked at: the still comes out of it,
 * when a rule counts. */
static enum err look_at(
	struct sight *s, const struct looker *with, const struct newest *n, struct fault *why)
{
	struct decoding job;
	struct frame f;
	struct track ran;
	struct source from = {
		.kind = SOURCE_VIDEO, .every_ms = SECOND, .first_only = true, .served = true
	};
	bool more = false;
	TRY(look_for_motion(s, with, n, &ran, why));
	if (n->still) {
		TRY(open_still(n, &from, why));
	} else if (open_keyframe(n->a, n->folder, &n->seg, &from)) {
		from.kind = SOURCE_VIDEO;
		TRY(join(n->a, n->folder, &n->seg, &from.fd, why));
	}
	enum err e = decoding_start(with->decoder, &from, &job, why);
	if (!e)
		e = decoding_next(&job, DECODE_MS, &f, &more, why);
	if (!e && !more)
		e = fault(why, E_INVALID, "no picture in it");
	if (!e) {
		int64_t time = n->seg.start_ms;
		struct view v = view_of_frame(&job, &f);
		struct glance g = { s, with, &f, &v, time, eyes_wanted(s, time), &ran };
		e = judge_frame(s, with, &g, why);
	}
	decoding_end(&job);
	close(from.fd);
	return e;
}

enum err sight_look(struct sight *s, const struct looker *with, bool *looked, struct fault *why)
{
	struct arena *a = arena_new();
	struct newest n = { .a = a,
		.folder = arena_printf(a, "%s/media/%s", with->data_dir, s->config.id) };
	*looked = newest_segment(s, a, n.folder, &n.seg);
	if (!*looked)
		*looked = n.still = newest_still(s, n.folder, &n.seg);
	enum err e = OK;
	if (*looked) {
		s->last_start = n.seg.start_ms;
		if (eyes_wanted(s, n.seg.start_ms))
			e = look_at(s, with, &n, why);
		else
			count(with, 2);
	}
	if (e && s->failures++ % LOG_EVERY == 0)
		log_event(LOG_WARN, "vision.look_failed", "camera", s->config.id, "why", why->text,
			NULL);
	if (*looked && !e)
		s->failures = 0;
	arena_free(a);
	return e;
}
