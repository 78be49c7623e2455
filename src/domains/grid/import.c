/* Cells come as GeoJSON: all cells of each town that the file names, in the place of those it has.
 */
#include "domains/grid/cells.h"

#include <string.h>

enum { CELLS_MAX = 1000, TOWNS_MAX = 64, FILE_MAX = 16 * 1024 * 1024 };

struct intake {
	struct cells towns[TOWNS_MAX];
	size_t n;
	int64_t cells;
};

enum err cells_form(struct req *rq)
{
	return page(rq, "grid/import");
}

static struct cells *town_of(struct req *rq, struct intake *in, int64_t area)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->towns[i].area == area)
			return &in->towns[i];
	if (in->n == TOWNS_MAX)
		return NULL;
	in->towns[in->n] = (struct cells){ area, NEWS(rq->arena, struct cell, CELLS_MAX), 0, "" };
	return &in->towns[in->n++];
}

static bool code_taken(const struct cells *t, const char *code)
{
	for (size_t i = 0; i < t->n; i++)
		if (text_is(t->at[i].code, code))
			return true;
	return false;
}

static bool short_text(const char *s, size_t max)
{
	return *s && utf8_length(s) <= max && !strpbrk(s, "\t\r\n");
}

/* The id of the town as text or number in the property "area". */
static enum err area_take(struct req *rq, const struct node *f, int64_t *area)
{
	int64_t known;

	*area = node_int(f, "properties.area", 0);
	TRY(db_int(rq, &known, "SELECT count(*) FROM pub_areas WHERE id = $1", *area));
	if (!known || (rq->user->area && rq->user->area != *area))
		*area = 0;
	return OK;
}

static enum err feature_take(struct req *rq, struct intake *in, const struct node *f)
{
	const char *code = node_text(f, "properties.code", ""),
		   *name = node_text(f, "properties.name", "");
	struct shape s;
	int64_t area;
	int no = (int)++in->cells;

	if (no > CELLS_MAX)
		return fail(rq, E_INVALID, "At most %d cells at once.", (int)CELLS_MAX);
	TRY(area_take(rq, f, &area));
	if (!area)
		return fail(
			rq, E_INVALID, "Feature %d: its property area is no town of yours.", no);
	if (!short_text(code, 20) || !short_text(name, 40))
		return fail(rq, E_INVALID,
			"Feature %d needs a code (up to 20 characters) and a name (up to 40).", no);
	struct cells *t = town_of(rq, in, area);
	if (!t || code_taken(t, code))
		return fail(rq, E_INVALID, "Feature %d: the code %s is there already.", no, code);
	const char *why = shape_from_json(rq->arena, node_find(f, "geometry"), &s);
	if (why)
		return fail(rq, E_INVALID, "Feature %d: its shape %s.", no, tr(rq, why));
	t->at[t->n++] =
		(struct cell){ .code = code, .name = name, .shape = shape_text(rq->arena, &s) };
	return OK;
}

enum err cells_import(struct req *rq)
{
	const struct http_file *f = form_file(rq, "file");
	struct intake *in = NEW(rq->arena, struct intake);
	struct node *json;
	struct fault why = { 0 };
	struct bytes text;

	if (!f)
		return fail(rq, E_INVALID, "Choose a GeoJSON file.");
	if (file_read(rq->arena, f->path, FILE_MAX, &text, &why) ||
		json_parse(rq->arena, text, &json, &why))
		return fail(rq, E_INVALID, "The GeoJSON file cannot be read: %s", why.text);
	NODE_EACH (one, node_find(json, "features"))
		TRY(feature_take(rq, in, one));
	if (!in->cells)
		return fail(rq, E_INVALID,
			"The file has no features: a FeatureCollection is expected.");
	for (size_t i = 0; i < in->n; i++) {
		in->towns[i].digest = arena_dup(rq->arena, f->sm3);
		TRY(cells_replace(rq, &in->towns[i]));
	}
	notice(rq, "%d cells are in force; businesses are being placed anew.", (int)in->cells);
	return redirect(rq, "/grid");
}
