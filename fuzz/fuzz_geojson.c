/* Cells that an administrator brings, and shapes as the table keeps them: whatever comes in, it
 * ends and stays in its bounds; what it took is kept as text and read back the same. */
#include "domains/grid/geometry.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const struct shape *s, const struct shape *t)
{
	if (s->n != t->n || s->rings != t->rings ||
		memcmp(s->at, t->at, s->n * sizeof(*s->at)) != 0)
		abort();
	for (size_t i = 0; i <= s->rings; i++)
		if (s->ring[i] != t->ring[i])
			abort();
}

static void taken(struct arena *a, const struct shape *s)
{
	struct shape again;

	if (s->n > SHAPE_POINTS || s->rings < 1 || s->rings > SHAPE_RINGS)
		abort();
	if (!shape_read(a, shape_text(a, s), &again))
		abort();
	same(s, &again);
	for (size_t i = 0; i < s->n; i++) {
		const struct point p = s->at[i], far = { s->max.lat + 1, p.lon };
		if (p.lat < s->min.lat || p.lat > s->max.lat || p.lon < s->min.lon ||
			p.lon > s->max.lon || shape_has(s, far))
			abort();
		(void)shape_has(s, p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct node *n;
	struct shape s;

	if (!json_parse(a, (struct bytes){ data, size }, &n, &why)) {
		if (!shape_from_json(a, n, &s))
			taken(a, &s);
		NODE_EACH (f, node_find(n, "features"))
			if (!shape_from_json(a, node_find(f, "geometry"), &s))
				taken(a, &s);
	}
	if (shape_read(a, arena_copy(a, (const char *)data, size), &s))
		taken(a, &s);
	arena_free(a);
	return 0;
}
