/* libFuzzer target: what the workers read from the web process: the list of cameras, twice. */
#include "workers/media/roster.h"
#include "workers/vision/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct roster r = { 0 }, none = { 0 };
	struct roster_changes changes = { 0 };
	struct camera_configs c = { 0 };
	struct fault why = { 0 };
	struct bytes json = { data, n };

	log_to(LOG_ERROR, "fuzz");
	if (!roster_parse(a, json, &r, &why)) {
		roster_sort(&r);
		for (size_t i = 0; i < r.n; i++)
			if (!roster_find(&r, r.at[i].id))
				abort();
		roster_diff(a, &none, &r, &changes);
		if (changes.n > r.n)
			abort();
	} else if (!why.text[0]) {
		abort();
	}
	why.text[0] = 0;
	if (config_parse(json, a, &c, &why)) {
		if (!why.text[0])
			abort();
	} else {
		for (size_t i = 0; i < c.n; i++)
			if (!*c.at[i].id || strpbrk(c.at[i].id, "/.") ||
				c.at[i].interval_ms < INTERVAL_LEAST)
				abort();
	}
	arena_free(a);
	return 0;
}
