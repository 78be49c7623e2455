#include "workers/media/join.h"
#include "workers/media/still_thin.h"

#include <string.h>
#include <unistd.h>

#include "core/recordings/box.h"
#include "workers/media/file_put.h"

/* A member is small, old, and begins to the millisecond where the one before it ended. */
static bool may_join(const struct segment *s, int64_t now_ms)
{
	return s->duration_ms < JOIN_ENOUGH_MS && s->bytes < JOIN_BYTES_MAX / 2 &&
	       segment_end(s) < now_ms - JOIN_AGE_MS;
}

static bool follows(const struct segment *before, const struct segment *s)
{
	return s->gen == before->gen && s->start_ms == segment_end(before);
}

/* A group waits while it may still grow: at the end of the list, and before a follower that is
 * young. */
static bool closed(const struct segment_list *l, size_t end, int64_t now_ms)
{
	if (end == l->n)
		return false;
	bool young = segment_end(&l->at[end]) >= now_ms - JOIN_AGE_MS;
	return !young || !follows(&l->at[end - 1], &l->at[end]);
}

bool join_next(const struct segment_list *l, size_t from, int64_t now_ms, struct join_group *out)
{
	for (size_t first = from; first < l->n; first++) {
		size_t end = first;
		int64_t bytes = 0;
		while (end < l->n && may_join(&l->at[end], now_ms)) {
			const struct segment *s = &l->at[end];
			bytes += s->bytes;
			if (segment_end(s) - l->at[first].start_ms > JOIN_LONGEST_MS ||
				bytes > JOIN_BYTES_MAX || (end > first && !follows(s - 1, s)))
				break;
			end++;
		}
		if (end >= first + 2 && closed(l, end, now_ms)) {
			*out = (struct join_group){ first, end };
			return true;
		}
	}
	return false;
}

static const char *path_of(struct arena *a, const char *folder, const struct segment *s)
{
	char name[SEGMENT_NAME_SIZE];
	segment_name(name, s);
	return arena_printf(a, "%s/%s", folder, name);
}

static enum err join_group(
	const char *folder, const struct segment_list *l, struct join_group g, struct fault *why)
{
	struct buf whole = { .arena = arena_new() };
	char name[SEGMENT_NAME_SIZE];
	struct segment s = l->at[g.first];
	enum err e = OK;
	s.duration_ms = segment_end(&l->at[g.end - 1]) - s.start_ms;
	segment_name(name, &s);
	for (size_t i = g.first; i < g.end && !e; i++) {
		struct bytes part;
		e = file_read(whole.arena, path_of(whole.arena, folder, &l->at[i]), JOIN_BYTES_MAX,
			&part, why);
		if (!e && !segment_whole(part))
			e = fault(why, E_INVALID, "%s is damaged", name);
		if (!e)
			buf_add(&whole, part.at, part.n);
	}
	if (!e)
		e = file_put(
			folder, name, (struct bytes){ (const uint8_t *)whole.s, whole.n }, why);
	for (size_t i = g.first; i < g.end && !e; i++)
		unlink(path_of(whole.arena, folder, &l->at[i]));
	arena_free(whole.arena);
	return e;
}

enum err join_folder(const char *folder, int64_t now_ms, size_t *joined, struct fault *why)
{
	struct arena *a = arena_new();
	struct segment_list l;
	struct join_group g = { 0 };
	struct segment_query q = { .folder = folder, .sizes = true };
	enum err e = segment_find(a, &q, &l, why);
	*joined = 0;
	while (!e && join_next(&l, g.end, now_ms, &g)) {
		e = join_group(folder, &l, g, why);
		if (!e)
			++*joined;
		else if (e == E_INVALID || e == E_NOT_FOUND)
			e = OK;
	}
	arena_free(a);
	return e;
}

enum err join_all(const char *media, int64_t now_ms, struct fault *why)
{
	struct arena *a = arena_new();
	struct name_list cameras;
	enum err e = camera_list(a, media, &cameras, why);
	for (size_t i = 0; i < cameras.n && !e; i++) {
		size_t n;
		const char *folder = arena_printf(a, "%s/%s", media, cameras.at[i]);
		e = join_folder(folder, now_ms, &n, why);
		if (!e)
			e = still_thin(folder, now_ms, &n, why);
	}
	arena_free(a);
	return e;
}
