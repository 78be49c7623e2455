#include "workers/media/retention.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workers/media/box.h"

enum { FRESH_MS = 2 * MINUTE, HEAD_REST_MS = HOUR, SEGMENT_MAX = 256 << 20 };

static int by_start(const void *pa, const void *pb)
{
	const struct recording *a = pa, *b = pb;
	if (a->segment.start_ms == b->segment.start_ms)
		return 0;
	return a->segment.start_ms < b->segment.start_ms ? -1 : 1;
}

size_t retention_decide(struct recording *all, size_t n, const struct retention_rule *rule)
{
	int64_t total = 0;
	size_t going = 0;
	if (n)
		qsort(all, n, sizeof(*all), by_start);
	for (size_t i = 0; i < n; i++)
		total += all[i].segment.bytes;
	for (size_t i = 0; i < n; i++) {
		int64_t end = segment_end(&all[i].segment);
		bool old = end < rule->now_ms - rule->keep_ms;
		bool over = rule->quota_bytes && total > rule->quota_bytes &&
			    end < rule->now_ms - FRESH_MS;
		all[i].gone = old || over;
		if (all[i].gone) {
			total -= all[i].segment.bytes;
			going++;
		}
	}
	return going;
}

/* ---- the folders ------------------------------------------------------------------------- */

struct sweep {
	struct arena *arena;
	const char *media;
	char **cameras;
	uint32_t n_cameras;
	struct recording *all;
	size_t n, room;
};

static const char *folder_of(struct sweep *s, uint32_t camera)
{
	return arena_printf(s->arena, "%s/%s", s->media, s->cameras[camera]);
}

static enum err list_cameras(struct sweep *s, struct fault *why)
{
	DIR *d = opendir(s->media);
	if (!d)
		return fault(why, E_INTERNAL, "cannot list %s: %s", s->media, strerror(errno));
	size_t room = 0;
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (!camera_id_valid(e->d_name) ||
			fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISDIR(st.st_mode))
			continue;
		if (s->n_cameras == room) {
			room = room ? room * 2 : 64;
			char **more = NEWS(s->arena, char *, room);
			if (s->n_cameras)
				memcpy(more, s->cameras, s->n_cameras * sizeof(*more));
			s->cameras = more;
		}
		s->cameras[s->n_cameras++] = arena_dup(s->arena, e->d_name);
	}
	closedir(d);
	return OK;
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
		s->all[s->n++] = (struct recording){ .segment = l->at[i], .camera = camera };
}

static enum err list_recordings(struct sweep *s, bool sizes, struct fault *why)
{
	TRY(list_cameras(s, why));
	for (uint32_t i = 0; i < s->n_cameras; i++) {
		struct segment_list l;
		struct segment_query q = { .folder = folder_of(s, i), .sizes = sizes };
		TRY(segment_find(s->arena, &q, &l, why));
		add_recordings(s, i, &l);
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
		segment_name(name, &s->all[i].segment);
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

enum err retention_sweep(
	const char *media, const struct retention_rule *rule, size_t *deleted, struct fault *why)
{
	struct sweep s = { .arena = arena_new(), .media = media };
	size_t n = 0;
	enum err e = list_recordings(&s, rule->quota_bytes != 0, why);
	if (!e && retention_decide(s.all, s.n, rule))
		n = delete_marked(&s);
	for (uint32_t i = 0; !e && i < s.n_cameras; i++)
		sweep_heads(&s, i, rule->now_ms);
	arena_free(s.arena);
	if (deleted)
		*deleted = n;
	return e;
}

/* ---- repair ------------------------------------------------------------------------------ */

/* file_put() writes under a dot-name, file_write() under the name with an ending. */
static bool unfinished(const char *name)
{
	static const char LIST[] = "cameras.json.";
	if (name[0] == '.')
		return !text_is(name, ".lock");
	return text_starts(name, LIST);
}

static void remove_unfinished(const char *folder)
{
	DIR *d = opendir(folder);
	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (!unfinished(e->d_name) ||
			fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		unlinkat(dirfd(d), e->d_name, 0);
	}
	closedir(d);
}

static void check_segment(const char *folder, const struct segment *s)
{
	struct arena *a = arena_new();
	struct bytes file;
	char name[SEGMENT_NAME_SIZE];
	segment_name(name, s);
	const char *path = arena_printf(a, "%s/%s", folder, name);
	if (!file_read(a, path, SEGMENT_MAX, &file, NULL) && !segment_whole(file)) {
		log_event(LOG_WARN, "media.broken_segment_removed", "path", path, NULL);
		unlink(path);
	}
	arena_free(a);
}

enum err retention_repair(const char *media, struct fault *why)
{
	struct sweep s = { .arena = arena_new(), .media = media };
	enum err e = list_cameras(&s, why);
	if (!e)
		remove_unfinished(media);
	for (uint32_t i = 0; !e && i < s.n_cameras; i++) {
		struct segment_list l;
		struct segment_query q = { .folder = folder_of(&s, i) };
		remove_unfinished(q.folder);
		e = segment_find(s.arena, &q, &l, why);
		for (size_t k = 0; !e && k < l.n; k++)
			if (segment_end(&l.at[k]) > segment_end(&l.at[l.n - 1]) - FRESH_MS)
				check_segment(q.folder, &l.at[k]);
	}
	arena_free(s.arena);
	return e;
}
