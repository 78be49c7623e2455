#include "core/page/catalog.h"

#include <string.h>

struct catalog {
	const uint8_t *at;
	uint32_t count, keys, texts; /* offsets of the two tables of (length, offset) */
};

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool table_fits(struct bytes mo, uint32_t table, uint32_t count)
{
	if (table > mo.n || count > (mo.n - table) / 8)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = word(mo.at + table + 8 * i), off = word(mo.at + table + 8 * i + 4);
		if (off > mo.n || len >= mo.n - off || mo.at[off + len] != 0)
			return false;
	}
	return true;
}

enum err catalog_open(struct arena *a, struct bytes mo, struct catalog **out, struct fault *why)
{
	if (mo.n < 28 || word(mo.at) != 0x950412de)
		return fault(why, E_INVALID, "not a little-endian .mo file");
	struct catalog *c = NEW(a, struct catalog);
	*c = (struct catalog){ mo.at, word(mo.at + 8), word(mo.at + 12), word(mo.at + 16) };
	if (!table_fits(mo, c->keys, c->count) || !table_fits(mo, c->texts, c->count))
		return fault(why, E_INVALID, "a table of the .mo file is broken");
	*out = c;
	return OK;
}

const char *catalog_get(const struct catalog *c, const char *text)
{
	if (!c || !*text)
		return text;
	for (uint32_t low = 0, high = c->count; low < high;) {
		uint32_t mid = low + (high - low) / 2;
		int order = strcmp(text, (const char *)c->at + word(c->at + c->keys + 8 * mid + 4));
		if (order == 0) {
			const char *t = (const char *)c->at + word(c->at + c->texts + 8 * mid + 4);
			return *t ? t : text;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return text;
}
