/* libFuzzer target: JSON from strangers. What is read is written and read back the same, and the
 * tree answers questions about any path. */
#include "core/model/node.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void walk(const struct node *n, int depth)
{
	if (depth > 33)
		abort();
	if (n->type == NODE_TEXT && (!n->s || !utf8_valid(n->s, strlen(n->s))))
		abort();
	if (n->type != NODE_MAP && n->type != NODE_LIST)
		return;
	int count = 0;
	NODE_EACH (c, n) {
		if (n->type == NODE_MAP && !c->name)
			abort();
		walk(c, depth + 1);
		count++;
	}
	if (count != n->count)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct node *tree = NULL, *again = NULL;
	struct fault why = { 0 };

	if (json_parse(a, (struct bytes){ data, n }, &tree, &why)) {
		if (!why.text[0])
			abort(); /* an error without a reason helps nobody */
		arena_free(a);
		return 0;
	}
	walk(tree, 0);
	char *path = arena_copy(a, (const char *)data, n < 40 ? n : 40);
	(void)node_text(tree, path, "");
	(void)node_int(tree, path, 0);
	struct buf out = { .arena = a }, twice = { .arena = a };
	json_write(&out, tree);
	if (json_parse(a, (struct bytes){ (const uint8_t *)buf_text(&out), out.n }, &again, &why))
		abort();
	json_write(&twice, again);
	if (strcmp(buf_text(&out), buf_text(&twice)) != 0)
		abort();
	arena_free(a);
	return 0;
}
