#include "workers/media/still_thin.h"

#include <unistd.h>

enum err still_thin(const char *folder, int64_t now_ms, size_t *removed, struct fault *why)
{
	struct arena *a = arena_new();
	struct still_query q = { .folder = folder, .from_ms = 1, .to_ms = now_ms - THIN_AGE_MS };
	struct still_list l;
	enum err e = still_find(a, &q, &l, why);
	*removed = 0;
	for (size_t i = 1; i < l.n; i++) {
		char name[STILL_NAME_SIZE];
		if (l.at[i].at_ms / THIN_EVERY_MS != l.at[i - 1].at_ms / THIN_EVERY_MS)
			continue;
		still_name(name, l.at[i].at_ms);
		*removed += unlink(arena_printf(a, "%s/%s", folder, name)) == 0;
	}
	arena_free(a);
	return e;
}
