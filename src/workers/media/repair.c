#include "workers/media/repair.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/recordings/box.h"
#include "core/recordings/segment.h"

enum { FRESH_MS = 2 * MINUTE, SEGMENT_MAX = 256 << 20 };

/* file_put() writes under a dot-name. */
static bool unfinished(const char *name)
{
	return name[0] == '.' && !text_starts(name, ".lock");
}

static int against_start(const void *key, const void *element)
{
	const struct segment *k = key, *s = element;
	return k->start_ms < s->start_ms ? -1 : k->start_ms > s->start_ms;
}

/* What the listing leaves out lies within a joined file: the worker ended before it removed the
 * parts. Two runs with a segment of the same start keep their parts; that costs room, nothing else.
 */
static bool left_out(const struct segment_list *l, const char *name)
{
	struct segment s;
	if (!segment_parse(name, &s) || !l->n)
		return false;
	const struct segment *same = bsearch(&s, l->at, l->n, sizeof(*l->at), against_start);
	return !same || (same->gen == s.gen && same->duration_ms > s.duration_ms);
}

/* Regular files only: whatever else somebody put there is not ours. */
static void remove_leftovers(const char *folder, const struct segment_list *l)
{
	DIR *d = opendir(folder);
	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if ((unfinished(e->d_name) || (l && left_out(l, e->d_name))) &&
			fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode))
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

enum err media_repair_camera(const char *folder, struct fault *why)
{
	struct arena *a = arena_new();
	struct segment_list l;
	struct segment_query q = { .folder = folder };
	enum err e = segment_find(a, &q, &l, why);
	if (!e)
		remove_leftovers(folder, &l);
	for (size_t i = e ? 0 : l.n; i-- > 0;) {
		if (segment_end(&l.at[i]) <= segment_end(&l.at[l.n - 1]) - FRESH_MS)
			break;
		check_segment(folder, &l.at[i]);
	}
	arena_free(a);
	return e;
}

/* file_write() writes the list under its name with an ending. */
enum err media_repair(const char *media, const char *node, struct fault *why)
{
	struct arena *a = arena_new();
	const char *list = arena_printf(a, "cameras-%s.json.", node);
	DIR *d = opendir(media);
	enum err e = d ? OK : fault(why, E_INTERNAL, "cannot read %s", media);
	for (struct dirent *f; d && (f = readdir(d));)
		if (text_starts(f->d_name, list))
			unlinkat(dirfd(d), f->d_name, 0);
	if (d)
		closedir(d);
	arena_free(a);
	return e;
}
