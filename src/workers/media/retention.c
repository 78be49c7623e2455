#include "workers/media/retention.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/recordings/still.h"

enum { FRESH_MS = 2 * MINUTE, HEAD_REST_MS = HOUR };

static int by_start(const void *pa, const void *pb)
{
	const struct recording *a = pa, *b = pb;
	if (a->segment.start_ms == b->segment.start_ms)
		return 0;
	return a->segment.start_ms < b->segment.start_ms ? -1 : 1;
}

size_t retention_decide(struct recording *all, size_t n, const struct retention_rule *rule)
{
	int64_t total = 0, too_much = rule->short_bytes;
	size_t going = 0;
	if (n)
		qsort(all, n, sizeof(*all), by_start);
	for (size_t i = 0; i < n; i++)
		total += all[i].segment.bytes;
	if (rule->quota_bytes && total - rule->quota_bytes > too_much)
		too_much = total - rule->quota_bytes;
	for (size_t i = 0; i < n; i++) {
		int64_t end = segment_end(&all[i].segment);
		bool old = end < rule->now_ms - (all[i].keep_ms ? all[i].keep_ms : rule->keep_ms);
		all[i].gone = old || (too_much > 0 && end < rule->now_ms - FRESH_MS);
		if (all[i].gone) {
			too_much -= all[i].segment.bytes;
			going++;
		}
	}
	return going;
}

int64_t keep_of(const struct retention_rule *rule, const char *camera)
{
	const struct roster_camera *c = rule->roster ? roster_find(rule->roster, camera) : NULL;
	if (c && c->keep_ms)
		return c->keep_ms;
	return text_ends(camera, "-sub") ? SUB_KEEP_MS : rule->keep_ms;
}

/* ---- the folders ------------------------------------------------------------------------- */

struct sweep {
	struct arena *arena;
	const char *media;
	const struct retention_rule *rule;
	struct name_list cameras;
	struct recording *all;
	size_t n, room;
};

static const char *folder_of(struct sweep *s, uint32_t camera)
{
	return arena_printf(s->arena, "%s/%s", s->media, s->cameras.at[camera]);
}

static void add_recordings(struct sweep *s, uint32_t camera, const struct segment_list *l)
{
	if (s->n + l->n > s->room) {
		s->room = (s->n + l->n) * 2;
		struct recording *more = NEWS(s->arena, struct recording, s->room);
		if (s->n)
			memcpy(more, s->all, s->n * sizeof(*more));
		s->all = more;
	}
	for (size_t i = 0; i < l->n; i++)
		s->all[s->n++] = (struct recording){ .segment = l->at[i],
			.camera = camera,
			.keep_ms = keep_of(s->rule, s->cameras.at[camera]) };
}

/* A still counts as a recording of run 0, a millisecond long. */
static void add_stills(struct sweep *s, uint32_t camera, const struct still_list *l)
{
	struct segment_list as = { NEWS(s->arena, struct segment, l->n + 1), l->n };
	for (size_t i = 0; i < l->n; i++)
		as.at[i] = (struct segment){
			.start_ms = l->at[i].at_ms, .duration_ms = 1, .bytes = l->at[i].bytes
		};
	add_recordings(s, camera, &as);
}

static enum err list_recordings(struct sweep *s, bool sizes, struct fault *why)
{
	TRY(camera_list(s->arena, s->media, &s->cameras, why));
	for (uint32_t i = 0; i < s->cameras.n; i++) {
		struct segment_list l;
		struct segment_query q = { .folder = folder_of(s, i), .sizes = sizes };
		TRY(segment_find(s->arena, &q, &l, why));
		add_recordings(s, i, &l);
		struct still_query sq = { .folder = q.folder, .sizes = sizes };
		struct still_list stills;
		TRY(still_find(s->arena, &sq, &stills, why));
		add_stills(s, i, &stills);
	}
	return OK;
}

/* A head is kept while a segment needs it, and while its run may not have written one yet. */
static void sweep_heads(struct sweep *s, uint32_t camera, int64_t now_ms)
{
	const char *folder = folder_of(s, camera);
	struct segment_query q = { .folder = folder };
	struct segment_list l;
	DIR *d = opendir(folder);
	if (!d || segment_find(s->arena, &q, &l, NULL)) {
		if (d)
			closedir(d);
		return;
	}
	for (struct dirent *e; (e = readdir(d));) {
		int64_t gen;
		bool needed = false;
		if (!init_parse(e->d_name, &gen) || gen > now_ms - HEAD_REST_MS)
			continue;
		for (size_t i = 0; i < l.n && !needed; i++)
			needed = l.at[i].gen == gen;
		if (!needed)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
}

static size_t delete_marked(struct sweep *s)
{
	size_t deleted = 0;
	for (size_t i = 0; i < s->n; i++) {
		char name[SEGMENT_NAME_SIZE];
		if (!s->all[i].gone)
			continue;
		if (s->all[i].segment.gen)
			segment_name(name, &s->all[i].segment);
		else
			still_name(name, s->all[i].segment.start_ms);
		const char *path =
			arena_printf(s->arena, "%s/%s", folder_of(s, s->all[i].camera), name);
		if (unlink(path) == 0)
			deleted++;
		else if (errno != ENOENT)
			log_event(LOG_WARN, "media.delete_failed", "path", path, "error",
				strerror(errno), NULL);
	}
	return deleted;
}

/* Rates are those of the last day; of a camera that has recorded for less, of that time. */
static void look_ahead(struct sweep *s)
{
	const struct retention_rule *rule = s->rule;
	struct keep_camera *all = NEWS(s->arena, struct keep_camera, s->cameras.n + 1);
	struct keep_forecast *f = rule->forecast;
	f->recorded = 0;
	for (size_t i = 0; i < s->n; i++) {
		const struct segment *g = &s->all[i].segment;
		struct keep_camera *c = &all[s->all[i].camera];
		if (s->all[i].gone)
			continue;
		f->recorded += g->bytes;
		if (rule->now_ms - g->start_ms > c->have_ms)
			c->have_ms = rule->now_ms - g->start_ms;
		if (g->start_ms >= rule->now_ms - DAY)
			c->per_day += g->bytes;
	}
	for (uint32_t i = 0; i < s->cameras.n; i++) {
		int64_t have = all[i].have_ms < HOUR ? HOUR : all[i].have_ms;
		all[i].keep_ms = keep_of(rule, s->cameras.at[i]);
		if (have < DAY)
			all[i].per_day = all[i].per_day / (have / SECOND) * (DAY / SECOND);
	}
	f->capacity = rule->room_bytes;
	if (rule->quota_bytes && (!f->capacity || rule->quota_bytes < f->capacity))
		f->capacity = rule->quota_bytes;
	forecast(all, s->cameras.n, f);
}

enum err retention_sweep(
	const char *media, const struct retention_rule *rule, size_t *deleted, struct fault *why)
{
	struct sweep s = { .arena = arena_new(), .media = media, .rule = rule };
	size_t n = 0;
	enum err e =
		list_recordings(&s, rule->quota_bytes || rule->short_bytes || rule->forecast, why);
	if (!e && retention_decide(s.all, s.n, rule))
		n = delete_marked(&s);
	if (!e && rule->forecast)
		look_ahead(&s);
	for (uint32_t i = 0; !e && i < s.cameras.n; i++)
		sweep_heads(&s, i, rule->now_ms);
	arena_free(s.arena);
	if (deleted)
		*deleted = n;
	return e;
}
