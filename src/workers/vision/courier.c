#include "workers/vision/courier.h"
#include "core/recordings/clip.h"
#include "core/recordings/segment.h"
#include "workers/vision/lead.h"

#include <string.h>

enum {
	GIVE_UP_WAITING_MS =
		30 * SECOND,	       /* for the clip's last seconds: the camera may be off now */
	CLIP_PATIENCE_MS = 2 * MINUTE, /* for a clip at all */
	PAUSE_FIRST_MS = SECOND,
	PAUSE_LONGEST_MS = MINUTE,
	FIELDS = 20,
};

static const char *folder_of(const struct courier *c, const struct lead *l, struct arena *a)
{
	return arena_printf(a, "%s/media/%s", c->data_dir, l->camera);
}

/* True when the clip's end is recorded, or will not be any more. */
static bool clip_ready(const struct courier *c, const struct lead *l, struct arena *a)
{
	struct segment_list list = { 0 };
	struct segment_query q = { .folder = folder_of(c, l, a),
		.from_ms = l->clip_to - 1,
		.to_ms = l->clip_to + MINUTE };
	int64_t now = clock_now();
	if (l->clip_kept || now > l->clip_to + GIVE_UP_WAITING_MS ||
		now < l->started_at - MINUTE) /* the clock was set back */
		return true;
	if (now < l->clip_to || segment_find(a, &q, &list, NULL))
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (segment_end(&list.at[i]) >= l->clip_to)
			return true;
	return false;
}

/* None when nothing usable was recorded: the picture is there all the same. */
static struct bytes make_clip(const struct courier *c, struct lead *l, struct arena *a)
{
	struct fault why = { 0 };
	struct clip clip = { 0 };
	struct clip_request r = {
		.folder = folder_of(c, l, a), .from_ms = l->clip_from, .to_ms = l->clip_to
	};
	if (clip_build(a, &r, &clip, &why)) {
		log_event(LOG_DEBUG, "vision.clip_missing", "camera", l->camera, "why", why.text,
			NULL);
		return (struct bytes){ 0 };
	}
	l->clip_from = clip.start_ms;
	l->clip_to = clip.end_ms;
	return clip.data;
}

/* A recording that cannot be cut now, perhaps because it is being tidied, may be soon. */
static bool may_still_come(const struct lead *l)
{
	int64_t now = clock_now();
	return now >= l->started_at && now < l->clip_to + CLIP_PATIENCE_MS;
}

/* Where the clip begins late, because the stream broke in between, the lead tells what is shown. */
static int64_t shown_from(const struct lead *l, const struct lead_files *files)
{
	return files->clip.n && l->clip_from > l->started_at ? l->clip_from : l->started_at;
}

static const char *number(struct arena *a, int64_t v)
{
	return arena_printf(a, "%" PRId64, v);
}

static enum err post(const struct courier *c, const struct lead *l, const struct lead_files *files,
	struct arena *a, struct fault *why)
{
	char key[LEAD_KEY_MAX];
	lead_key(l, key);
	char features[FEATURES_TEXT];
	struct part parts[FIELDS] = {
		{ .name = "key", .text = key },
		{ .name = "camera", .text = l->camera },
		{ .name = "rule", .text = rule_name(l->rule) },
		{ .name = "rule_version", .text = l->rule_version },
		{ .name = "model", .text = l->model },
		{ .name = "started_at", .text = number(a, shown_from(l, files)) },
		{ .name = "ended_at", .text = number(a, l->ended_at) },
		{ .name = "score", .text = number(a, l->score) },
		{ .name = "clip_from", .text = number(a, l->clip_from) },
		{ .name = "clip_to", .text = number(a, l->clip_to) },
		{ .name = "width", .text = number(a, l->width) },
		{ .name = "height", .text = number(a, l->height) },
		{ .name = "findings", .text = lead_findings(l, a) },
		{ .name = "still",
			.data = files->still,
			.file_name = "still.jpg",
			.type = "image/jpeg" },
	};
	size_t n = 14;
	if (l->features.n) {
		features_text(&l->features, features);
		parts[n++] = (struct part){ .name = "net", .text = l->features.net };
		parts[n++] = (struct part){ .name = "base", .text = number(a, l->features.base) };
		parts[n++] = (struct part){ .name = "site", .text = number(a, l->features.site) };
		parts[n++] = (struct part){ .name = "features", .text = features };
	}
	if (!files->clip.n && may_still_come(l))
		parts[n++] = (struct part){ .name = "clip_follows", .text = "1" };
	if (files->clip.n)
		parts[n++] = (struct part){ .name = "clip",
			.data = files->clip,
			.file_name = "clip.mp4",
			.type = "video/mp4" };
	return web_post(c->web, "/leads", parts, n, why);
}

/* The recording may be tidied away before the web process is back. */
static void make_safe(const struct courier *c, struct lead *l, struct bytes clip)
{
	struct fault why = { 0 };
	if (clip.n && !l->clip_kept && lead_keep_clip(c->leads_dir, l, clip, &why))
		log_event(LOG_ERROR, "vision.clip_not_kept", "why", why.text, NULL);
}

static void rest(struct courier *c)
{
	c->pause_ms = c->pause_ms ? c->pause_ms * 2 : PAUSE_FIRST_MS;
	if (c->pause_ms > PAUSE_LONGEST_MS)
		c->pause_ms = PAUSE_LONGEST_MS;
	c->next_try = clock_mono() + c->pause_ms;
	c->first++;
}

/* One lead on its way. */
struct parcel {
	struct lead lead;
	const char *key;
	struct bytes clip; /* n = 0: none yet, or never */
	bool over;	   /* the clip is there, or will not be any more */
};

static enum err post_clip(
	const struct courier *c, const struct parcel *p, struct arena *a, struct fault *why)
{
	const struct part parts[] = {
		{ .name = "key", .text = p->key },
		{ .name = "clip_from", .text = number(a, p->lead.clip_from) },
		{ .name = "clip_to", .text = number(a, p->lead.clip_to) },
		{ .name = "clip", .data = p->clip, .file_name = "clip.mp4", .type = "video/mp4" },
	};
	return web_post(c->web, "/leads/clip", parts, sizeof parts / sizeof *parts, why);
}

/* What a post came to: false when it has to be tried again. */
static bool settled(struct courier *c, struct parcel *p, enum err e, const struct fault *why)
{
	if (e == E_BUSY || e == E_INTERNAL) {
		log_event(LOG_WARN, "vision.lead_put_off", "key", p->key, "why", why->text, NULL);
		make_safe(c, &p->lead, p->clip);
		return false;
	}
	if (e)
		log_event(LOG_ERROR, "vision.lead_refused", "key", p->key, "why", why->text, NULL);
	else
		log_event(LOG_INFO, "vision.lead_delivered", "key", p->key, NULL);
	struct fault later = { 0 };
	if (e || p->over || p->lead.posted)
		lead_drop(c->leads_dir, p->key);
	else if (lead_mark_posted(c->leads_dir, &p->lead, &later))
		log_event(LOG_ERROR, "vision.lead_not_marked", "why", later.text, NULL);
	return true;
}

/* Sends what there is of it; false when the web process takes nothing. */
static bool send_parcel(struct courier *c, struct parcel *p, struct arena *a)
{
	struct fault why = { 0 };
	struct lead_files files;
	struct lead *l = &p->lead;
	if (lead_files(c->leads_dir, l, a, &files, &why)) {
		log_event(LOG_ERROR, "vision.lead_damaged", "key", p->key, "why", why.text, NULL);
		lead_set_aside(c->leads_dir, p->key);
		return true;
	}
	if (!l->clip_kept && clip_ready(c, l, a))
		files.clip = make_clip(c, l, a);
	p->clip = files.clip;
	p->over = files.clip.n || !may_still_come(l);
	if (!l->posted)
		return settled(c, p, post(c, l, &files, a, &why), &why);
	if (files.clip.n)
		return settled(c, p, post_clip(c, p, a, &why), &why);
	if (p->over) /* the web process has given it up by its own clock */
		lead_drop(c->leads_dir, p->key);
	return true;
}

/* False when the web process takes nothing; away says that this is known already. */
static bool deliver(struct courier *c, const char *key, bool away, struct arena *a)
{
	struct fault why = { 0 };
	struct parcel p = { .key = key };
	enum err e = lead_read(c->leads_dir, key, a, &p.lead, &why);
	if (e) {
		log_event(LOG_ERROR, "vision.lead_damaged", "key", key, "why", why.text, NULL);
		if (e == E_INVALID)
			lead_set_aside(c->leads_dir, key);
		return true;
	}
	if (!away)
		return send_parcel(c, &p, a);
	if (!p.lead.clip_kept && clip_ready(c, &p.lead, a))
		make_safe(c, &p.lead, make_clip(c, &p.lead, a));
	return true;
}

void courier_round(struct courier *c)
{
	struct fault why = { 0 };
	const char **keys;
	size_t n;
	bool away = false;
	if (clock_mono() < c->next_try)
		return;
	struct arena *list = arena_new(), *one = arena_new();
	if (lead_keys(c->leads_dir, list, &keys, &n, &why))
		log_event(LOG_ERROR, "vision.leads_unreadable", "why", why.text, NULL);
	for (size_t i = 0; i < n; i++) {
		away = !deliver(c, keys[(c->first + i) % n], away, one) || away;
		arena_reset(one);
	}
	if (away)
		rest(c);
	else
		c->pause_ms = 0;
	arena_free(one);
	arena_free(list);
}
