#include "domains/grid/geometry.h"

#include <string.h>

enum { MICRO = 1000000, DECIMALS = 6 };

bool shape_has(const struct shape *s, struct point p)
{
	bool in = false;

	if (p.lat < s->min.lat || p.lat > s->max.lat || p.lon < s->min.lon || p.lon > s->max.lon)
		return false;
	for (size_t r = 0; r < s->rings; r++)
		for (size_t i = s->ring[r], k = s->ring[r + 1] - 1; i < s->ring[r + 1]; k = i++) {
			const struct point *low = &s->at[i], *high = &s->at[k];
			if (low->lat > high->lat) {
				low = &s->at[k];
				high = &s->at[i];
			}
			if (p.lat < low->lat || p.lat >= high->lat)
				continue;
			/* > 0: the point lies west of the edge as it goes north */
			int64_t side = (p.lat - low->lat) * (high->lon - low->lon) -
				       (p.lon - low->lon) * (high->lat - low->lat);
			in ^= side > 0;
		}
	return in;
}

/* ---- text --------------------------------------------------------------------------------------
 */
const char *shape_text(struct arena *a, const struct shape *s)
{
	struct buf b = { .arena = a };

	for (size_t r = 0; r < s->rings; r++) {
		if (r)
			buf_putc(&b, ';');
		for (size_t i = s->ring[r]; i < s->ring[r + 1]; i++)
			buf_printf(&b,
				i > s->ring[r] ? " %" PRId64 ",%" PRId64 : "%" PRId64 ",%" PRId64,
				s->at[i].lon, s->at[i].lat);
	}
	return buf_text(&b);
}

static void bounds(struct shape *s)
{
	s->min = s->max = s->at[0];
	for (size_t i = 1; i < s->n; i++) {
		const struct point *p = &s->at[i];
		s->min.lat = p->lat < s->min.lat ? p->lat : s->min.lat;
		s->max.lat = p->lat > s->max.lat ? p->lat : s->max.lat;
		s->min.lon = p->lon < s->min.lon ? p->lon : s->min.lon;
		s->max.lon = p->lon > s->max.lon ? p->lon : s->max.lon;
	}
}

static bool on_earth(struct point p)
{
	return p.lat >= -90 * (int64_t)MICRO && p.lat <= 90 * (int64_t)MICRO &&
	       p.lon >= -180 * (int64_t)MICRO && p.lon <= 180 * (int64_t)MICRO;
}

static bool pair_read(struct arena *a, const char *s, size_t n, struct point *p)
{
	const char *comma = memchr(s, ',', n);

	if (!comma)
		return false;
	size_t first = (size_t)(comma - s);
	return text_to_int(arena_copy(a, s, first), &p->lon) &&
	       text_to_int(arena_copy(a, comma + 1, n - first - 1), &p->lat) && on_earth(*p);
}

/* Room for as many points as there are commas: an operator that is placed reads a few shapes. */
static size_t points_in(const char *text)
{
	size_t n = 0;

	while (n < SHAPE_POINTS && (text = strchr(text, ','))) {
		text++;
		n++;
	}
	return n;
}

bool shape_read(struct arena *a, const char *text, struct shape *out)
{
	size_t room = points_in(text);

	*out = (struct shape){ .at = NEWS(a, struct point, room + 1), .rings = 1 };
	for (;;) {
		size_t n = strcspn(text, " ;");
		if (out->n == room || !pair_read(a, text, n, &out->at[out->n++]))
			return false;
		text += n;
		if (*text == ' ') {
			text++;
			continue;
		}
		out->ring[out->rings] = out->n;
		if (out->n - out->ring[out->rings - 1] < 3)
			return false;
		if (!*text++)
			break;
		if (out->rings++ == SHAPE_RINGS)
			return false;
	}
	bounds(out);
	return true;
}

/* ---- GeoJSON ------------------------------------------------------------------------------------
 */
/* The decimals after the point, to the nearest micro-degree; -1 for what is no digit. */
static int64_t micro_of(const char *s)
{
	int64_t v = 0;

	for (int i = 0; i < DECIMALS; i++) {
		if (*s && (*s < '0' || *s > '9'))
			return -1;
		v = v * 10 + (*s ? *s++ - '0' : 0);
	}
	v += *s >= '5';
	return s[strspn(s, "0123456789")] ? -1 : v;
}

/* Decimal degrees to micro-degrees, by digits. */
static bool degrees_read(const struct node *n, int64_t *out)
{
	char whole[8] = "";
	int64_t degrees, micro;

	if (!n || (n->type != NODE_INT && n->type != NODE_TEXT))
		return false;
	if (n->type == NODE_INT) {
		*out = n->i > -1000 && n->i < 1000 ? n->i * MICRO : INT64_MAX;
		return *out != INT64_MAX;
	}
	bool minus = *n->s == '-';
	const char *s = n->s + minus;
	size_t length = strspn(s, "0123456789");
	if (!length || length > 3 || (s[length] && s[length] != '.'))
		return false;
	memcpy(whole, s, length);
	micro = s[length] ? micro_of(s + length + 1) : 0;
	if (!text_to_int(whole, &degrees) || micro < 0)
		return false;
	*out = (degrees * MICRO + micro) * (minus ? -1 : 1);
	return true;
}

static const char *ring_take(struct shape *s, const struct node *ring)
{
	size_t first = s->n;

	if (s->rings == SHAPE_RINGS)
		return "has too many rings";
	NODE_EACH (p, ring) {
		if (s->n == SHAPE_POINTS)
			return "has too many points";
		const struct node *lon = node_first(p);
		struct point *at = &s->at[s->n];
		if (!lon || !degrees_read(lon, &at->lon) || !degrees_read(lon->next, &at->lat) ||
			!on_earth(*at))
			return "has a point that is no pair of longitude and latitude in degrees";
		s->n++;
	}
	if (s->n < first + 4 || s->at[first].lat != s->at[s->n - 1].lat ||
		s->at[first].lon != s->at[s->n - 1].lon)
		return "has a ring that is not closed: its last point is its first again";
	s->n--;
	s->ring[++s->rings] = s->n;
	return NULL;
}

static const char *polygon_take(struct shape *s, const struct node *rings)
{
	NODE_EACH (ring, rings) {
		const char *why = ring_take(s, ring);
		if (why)
			return why;
	}
	return NULL;
}

const char *shape_from_json(struct arena *a, const struct node *geometry, struct shape *out)
{
	const char *type = node_text(geometry, "type", ""), *why = NULL;
	const struct node *coordinates = node_find(geometry, "coordinates");

	*out = (struct shape){ .at = NEWS(a, struct point, SHAPE_POINTS) };
	if (text_is(type, "Polygon"))
		why = polygon_take(out, coordinates);
	else if (text_is(type, "MultiPolygon"))
		for (const struct node *p = node_first(coordinates); p && !why; p = p->next)
			why = polygon_take(out, p);
	else
		return "is no Polygon and no MultiPolygon";
	if (why)
		return why;
	if (!out->rings)
		return "has no ring";
	bounds(out);
	return NULL;
}
