/* libFuzzer target: a compiled catalogue (.mo) as a damaged disk would feed it. Every offset is
 * checked when it is opened; afterwards no question reads outside. */
#include "core/page/catalog.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct catalog *c = NULL;
	struct fault why = { 0 };
	static const char *const asked[] = { "", "A", "Open", "zzz", "\x7f" };
	uint8_t *copy = malloc(n ? n : 1); /* of exactly its size, so that a byte too far is seen */

	if (!copy)
		abort();
	if (n)
		memcpy(copy, data, n);
	if (catalog_open(a, (struct bytes){ copy, n }, &c, &why)) {
		if (!why.text[0])
			abort();
	} else {
		for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
			(void)strlen(catalog_get(c, asked[i]));
		(void)strlen(catalog_get(c, arena_copy(a, (const char *)data, n < 60 ? n : 60)));
	}
	free(copy);
	arena_free(a);
	return 0;
}
