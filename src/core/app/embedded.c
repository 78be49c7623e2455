#include "core/app/embedded.h"

#include <string.h>

/* The first file whose name is not before prefix. */
const struct embedded *embedded_from(const char *prefix)
{
	size_t low = 0, high = embedded_count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (strcmp(embedded_files[mid].name, prefix) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < embedded_count ? &embedded_files[low] : NULL;
}

const struct embedded *embedded_find(const char *name)
{
	const struct embedded *f = embedded_from(name);
	return f && strcmp(f->name, name) == 0 ? f : NULL;
}
