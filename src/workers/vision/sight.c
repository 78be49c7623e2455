#include "workers/vision/sight.h"
#include "core/recordings/segment.h"
#include "workers/vision/lead.h"

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
	       a->threshold == b->threshold && a->k == b->k && a->n == b->n;
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

/* Head and segment one after the other are a video; in memory, for the decoder. */
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

static bool any_rule_counts(const struct sight *s, const struct findings *seen, int64_t time)
{
	for (size_t r = 0; r < s->config.n; r++)
		for (size_t i = 0; i < seen->n; i++)
			if (time >= s->men[r].quiet_until &&
				rule_counts(&s->config.rules[r], &s->config.hours, &seen->at[i]))
				return true;
	return false;
}

static enum err keep_still(struct sight *s, const struct looked_at *l, struct fault *why)
{
	const struct picture *p = l->picture;
	struct kept_still k = { .time = l->time, .width = p->width, .height = p->height };
	uint8_t *at;
	if (s->n == VOTES_MAX + 1)
		drop_stills(s, 1);
	TRY(picture_jpeg(p, STILL_QUALITY, &at, &k.jpeg.n, why));
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
	struct sighting now = { l->time, &s->config.hours, l->seen };
	if (!s->recalled)
		recall_silences(s, with);
	if (any_rule_counts(s, l->seen, l->time))
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

static enum err look_at(struct sight *s, const struct looker *with, struct arena *a,
	const struct segment *seg, struct fault *why)
{
	const char *folder = arena_printf(a, "%s/media/%s", with->data_dir, s->config.id);
	struct source from = { .kind = SOURCE_VIDEO, .every_ms = SECOND, .first_only = true };
	struct frame f;
	struct findings seen;
	TRY(join(a, folder, seg, &from.fd, why));
	enum err e = decoder_picture(with->decoder, &from, DECODE_MS, &f, why);
	close(from.fd);
	TRY(e);
	e = eyes_look(with->eyes, &f.picture, seg->start_ms, &seen, why);
	struct looked_at l = { &f.picture, &seen, seg->start_ms };
	if (!e)
		e = sight_judge(s, with, &l, why);
	picture_free(&f.picture);
	return e;
}

enum err sight_look(struct sight *s, const struct looker *with, bool *looked, struct fault *why)
{
	struct segment seg;
	struct arena *a = arena_new();
	const char *folder = arena_printf(a, "%s/media/%s", with->data_dir, s->config.id);
	*looked = newest_segment(s, a, folder, &seg);
	enum err e = OK;
	if (*looked) {
		s->last_start = seg.start_ms;
		e = look_at(s, with, a, &seg, why);
	}
	if (e && s->failures++ % LOG_EVERY == 0)
		log_event(LOG_WARN, "vision.look_failed", "camera", s->config.id, "why", why->text,
			NULL);
	if (*looked && !e)
		s->failures = 0;
	arena_free(a);
	return e;
}
