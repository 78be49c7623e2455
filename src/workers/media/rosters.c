#include "workers/media/rosters.h"

#include <dirent.h>
#include <string.h>

/* 0 is the usual time, which is long. */
static bool keeps_longer(const struct roster_camera *a, const struct roster_camera *b)
{
	return b->keep_ms && (!a->keep_ms || a->keep_ms > b->keep_ms);
}

static void merge(struct arena *a, struct roster *all, const struct roster *more)
{
	struct roster_camera *at = NEWS(a, struct roster_camera, all->n + more->n + 1);
	size_t n = 0;
	if (all->n)
		memcpy(at, all->at, all->n * sizeof(*at));
	n = all->n;
	for (size_t i = 0; i < more->n; i++) {
		const struct roster_camera *c = &more->at[i];
		const struct roster_camera *known = roster_find(all, c->id);
		if (!known)
			at[n++] = *c;
		else if (keeps_longer(c, known))
			at[known - all->at].keep_ms = c->keep_ms;
	}
	*all = (struct roster){ at, n };
	roster_sort(all);
}

void rosters_read(struct arena *a, const char *media, struct roster *out)
{
	*out = (struct roster){ 0 };
	DIR *d = opendir(media);
	for (struct dirent *e; d && (e = readdir(d));) {
		struct bytes json;
		struct roster one;
		if (!text_starts(e->d_name, "cameras-") || !text_ends(e->d_name, ".json"))
			continue;
		const char *path = arena_printf(a, "%s/%s", media, e->d_name);
		if (!file_read(a, path, ROSTER_BYTES_MAX, &json, NULL) &&
			!roster_parse(a, json, &one, NULL))
			merge(a, out, &one);
	}
	if (d)
		closedir(d);
}
