/* Rows of a check table that an administrator brings: whatever comes in, it ends and stays in its
 * bounds; what it took has a number, a text and a group that is there. */
#include "domains/inspections/table_csv.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct node *n = node_map(a);

	if (!check_table_rows(a, arena_copy(a, (const char *)data, size), n)) {
		int64_t groups = node_find(n, "groups")->count;
		NODE_EACH (i, node_find(n, "items"))
			if (!*node_text(i, "no", "") || !*node_text(i, "text", "") ||
				node_int(i, "group", 0) < 1 || node_int(i, "group", 0) > groups)
				abort();
	}
	arena_free(a);
	return 0;
}
