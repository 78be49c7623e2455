/* What officers recorded on the tablet in the past weeks: whole records with photos, findings and
 * the signatures of both of them and of the business (once refused, before a witness), sent as the
 * tablet sends them; and the risk profiles of the businesses they were at. */
#include "demo/demo.h"
#include "domains/grading/grading.h"
#include "domains/inspections/protocol.h"

#include <cairo.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

enum { INK_WIDTH = 360, INK_HEIGHT = 120, STROKES = 5, PARTS = 12 };

static const struct visit_plan {
	int town; /* its two officers go */
	const char *kind, *answers, *met, *role, *refusal, *words;
	int64_t ago;	   /* days */
	const char *photo; /* item that a photo was taken of; "" none */
	int64_t area, seats, cold, hot;
} plan[] = {
	{ 0, "INSP_ROUTINE",
		"\"5.1\":{\"v\":\"fail\",\"codes\":\"5.1a\",\"days\":3},\"4.2\":{\"v\":\"fail\","
		"\"words\":\"一名传菜员健康证过期三日\",\"days\":7},\"7.3\":{\"v\":\"na\","
		"\"words\":\"无专间\"}",
		"张秀英", "店长", "", "灶台旁地面有积水，现场已擦净。", 2, "5.1", 210, 90, 8, 45 },
	{ 0, "INSP_ROUTINE", "\"7.3\":{\"v\":\"na\",\"words\":\"无专间\"}", "李国强", "经营者", "",
		"", 5, "", 86, 32, 0, 24 },
	{ 1, "INSP_SPECIAL",
		"\"8.3\":{\"v\":\"fail\",\"words\":\"两只废弃物桶未加盖\",\"days\":3},\"6.2\":{"
		"\"v\":\"fail\",\"words\":\"冷藏柜内半成品未标注制作时间\",\"days\":3},\"7.3\":{"
		"\"v\":\"na\",\"words\":\"无专间\"}",
		"王丽", "厨师长", "认为冷藏柜内食品当日使用", "", 8, "8.3", 160, 76, 12, 38 },
	{ 2, "INSP_RECHECK", "\"7.3\":{\"v\":\"na\",\"words\":\"无专间\"}", "赵敏", "食品安全员",
		"", "上次检查发现的问题已改正。", 11, "5.1", 340, 150, 15, 60 },
	{ 3, "INSP_ROUTINE",
		"\"2.2\":{\"v\":\"fail\",\"words\":\"上次检查结果记录表未张贴\",\"days\":3},\"7."
		"3\":{\"v\":\"na\",\"words\":\"无专间\"}",
		"孙建平", "经营者", "", "", 15, "2.2", 60, 20, 0, 12 },
};
enum { VISITS = sizeof(plan) / sizeof(*plan) };

/* ---- pictures ---------------------------------------------------------- */
static cairo_status_t take(void *to, const unsigned char *at, unsigned n)
{
	buf_add(to, at, n);
	return CAIRO_STATUS_SUCCESS;
}

/* A hand's line, another for each seed, as the tablet posts it. */
static const char *signature(struct arena *a, int seed)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, INK_WIDTH, INK_HEIGHT);
	cairo_t *c = cairo_create(s);
	struct buf png = { .arena = a };

	cairo_set_source_rgb(c, 0.08, 0.08, 0.25);
	cairo_set_line_width(c, 4);
	cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
	for (int i = 0; i < STROKES * PARTS; i++) {
		double t = i / (double)(STROKES * PARTS), x = 20 + t * (INK_WIDTH - 40);
		double y = INK_HEIGHT / 2.0 +
			   34 * sin(t * (17 + seed % 7) + seed) * cos(t * (29 + seed % 5));
		if (i % PARTS == 0)
			cairo_move_to(c, x, y);
		else
			cairo_line_to(c, x, y);
	}
	cairo_stroke(c);
	cairo_surface_write_to_png_stream(s, take, &png);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	size_t most = sodium_base64_encoded_len(png.n, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(a, most);
	sodium_bin2base64(
		text, most, (const unsigned char *)png.s, png.n, sodium_base64_VARIANT_ORIGINAL);
	return arena_printf(a, "data:image/png;base64,%s", text);
}

/* A drawing in the place of a photo: tiles of a kitchen floor, what was found, the day. */
static struct bytes photo(struct arena *a, const struct visit_plan *v)
{
	cairo_surface_t *s = cairo_image_surface_create(
		CAIRO_FORMAT_RGB24, DEMO_PICTURE_WIDTH, DEMO_PICTURE_HEIGHT);
	cairo_t *c = cairo_create(s);

	cairo_set_source_rgb(c, 0.72, 0.74, 0.73);
	cairo_paint(c);
	cairo_set_source_rgb(c, 0.55, 0.57, 0.57);
	for (int x = 0; x < DEMO_PICTURE_WIDTH; x += 80)
		cairo_rectangle(c, x, 0, 3, DEMO_PICTURE_HEIGHT);
	for (int y = 0; y < DEMO_PICTURE_HEIGHT; y += 70)
		cairo_rectangle(c, 0, y, DEMO_PICTURE_WIDTH, 3);
	cairo_fill(c);
	cairo_set_source_rgba(c, 0.25, 0.2, 0.12, 0.55);
	cairo_arc(c, 180 + 40 * (double)v->ago, 240, 60 + 6 * (double)v->ago, 0, 6.3);
	cairo_fill(c);
	struct bytes jpeg = demo_jpeg(a, s);
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return jpeg;
}

/* ---- a record ---------------------------------------------------------- */
struct sending {
	const struct demo *d;
	const struct visit_plan *v;
	int no;
	int64_t operator;
	const struct user *first, *second;
	struct check_table table;
	struct bytes photo;
	int64_t others; /* inspections of the business on that day */
};

static const char *answers(struct req *rq, const struct sending *s)
{
	struct buf j = { .arena = rq->arena };

	buf_puts(&j, "{");
	for (int k = 0; k < s->table.n; k++) {
		const char *name = arena_printf(rq->arena, "\"%s\":", s->table.items[k].no);
		if (!strstr(s->v->answers, name))
			buf_printf(&j, "%s%s{\"v\":\"ok\"}", j.n > 1 ? "," : "", name);
	}
	buf_printf(&j, ",%s}", s->v->answers);
	return buf_text(&j);
}

static const char *record(struct req *rq, const struct sending *s)
{
	int64_t start = s->d->today - s->v->ago * DAY + (9 + s->no % 6) * HOUR;
	struct digest d = sha256(s->photo.at, s->photo.n);
	struct buf j = { .arena = rq->arena };

	buf_printf(&j,
		"{\"key\":\"de300000-0000-4000-8000-%012d\",\"operator\":\"%" PRId64
		"\",\"kind\":\"%s\",\"table\":\"%s\",\"table_version\":\"%s\"",
		s->no + 1, s->operator, s->v->kind, s->table.id, s->table.version);
	buf_printf(&j,
		",\"officer1\":\"%" PRId64 "\",\"card1\":\"%s\",\"officer2\":\"%" PRId64
		"\",\"card2\":\"%s\"",
		s->first->id, s->first->card_no, s->second->id, s->second->card_no);
	buf_printf(&j, ",\"started_at\":%" PRId64 ",\"ended_at\":%" PRId64, start,
		start + 35 * MINUTE);
	buf_printf(&j,
		",\"cards_shown\":true,\"notice_read\":true,\"notice_answer\":\"none\",\"met\":\"%"
		"s\",\"met_role\":\"%s\",\"explanation\":\"%s\"",
		s->v->met, s->v->role, s->v->words);
	if (*s->v->refusal)
		buf_printf(&j, ",\"refusal\":\"%s\",\"witness\":\"社区干部周正（示例）\"",
			s->v->refusal);
	if (*s->v->photo)
		buf_printf(&j,
			",\"photos\":[{\"field\":\"p0\",\"item\":\"%s\",\"sha256\":\"%s\",\"at\":"
			"%" PRId64 "}]",
			s->v->photo, digest_hex(rq->arena, &d), start + 8 * MINUTE);
	buf_printf(&j, ",\"answers\":%s}", answers(rq, s));
	return buf_text(&j);
}

static enum err photo_file(struct req *rq, const struct sending *s, struct http_file *f)
{
	struct fault why = { 0 };
	struct digest d = sha256(s->photo.at, s->photo.n), e = sm3(s->photo.at, s->photo.n);

	*f = (struct http_file){ .field = "p0",
		.name = "p0.jpg",
		.type = "image/jpeg",
		.path = arena_printf(rq->arena, "%s/tmp/demo-%d.jpg", rq->app->data_dir, s->no),
		.size = (int64_t)s->photo.n,
		.sm3 = digest_hex(rq->arena, &e),
		.sha256 = digest_hex(rq->arena, &d) };
	if (file_write(f->path, s->photo.at, s->photo.n, 0640, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return OK;
}

static enum err send(struct req *rq, const struct sending *s)
{
	bool refused = *s->v->refusal;
	struct http_file files[2] = { { .field = NULL }, { .field = NULL } };
	const struct http_pair form[] = { { "record", record(rq, s) },
		{ "device_now", arena_printf(rq->arena, "%" PRId64, rq->now) },
		{ "accept", s->others ? "another_today" : "" },
		{ "sign1", signature(rq->arena, 3 * s->no + 1) },
		{ "sign2", signature(rq->arena, 3 * s->no + 2) },
		{ "sign_party", refused ? "" : signature(rq->arena, 3 * s->no + 3) },
		{ "sign_witness", refused ? signature(rq->arena, 3 * s->no + 4) : "" },
		{ NULL, NULL } };
	const struct http_request http = { .arena = rq->arena,
		.method = "POST",
		.path = "/inspections/records",
		.form = form,
		.files = files };

	if (*s->v->photo)
		TRY(photo_file(rq, s, &files[0]));
	rq->http = &http;
	enum err e = record_take(rq);
	rq->http = NULL;
	return e;
}

/* ---- all of them ------------------------------------------------------- */
static enum err profile(struct req *rq, const struct sending *s)
{
	struct profile p = { .operator= s->operator,
		.form = "caterer",
		.observed_at = s->d->today - s->v->ago * DAY,
		.source = "现场检查时丈量，菜单",
		.floor_area = s->v->area,
		.seats = s->v->seats,
		.cold = s->v->cold,
		.hot = s->v->hot,
		.perishable = s->v->cold > 0 };

	return profile_record(rq, &p);
}

/* Another caterer of the town for each visit; a very small district may have none. */
static enum err one(struct req *rq, const struct demo *d, int no)
{
	struct sending s = { .d = d, .v = &plan[no], .no = no };

	s.first = &d->officers[2 * s.v->town];
	s.second = &d->officers[2 * s.v->town + 1];
	enum err e = db_int(rq, &s.operator,
		"SELECT id FROM pub_operators WHERE area = $1 AND state = 'ACTIVE' AND kind IN "
		"('restaurant_medium', 'restaurant_small', 'snack', 'fast_food') ORDER BY id LIMIT "
		"1 OFFSET $2",
		demo_towns[s.v->town].area, (int64_t)no + 1);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(db_int(rq, &s.others,
		"SELECT count(*) FROM pub_inspections WHERE operator = $1 AND inspected_at >= $2 "
		"AND inspected_at < $3",
		s.operator, d->today - s.v->ago * DAY, d->today - (s.v->ago - 1) * DAY));
	TRY(table_in_force(rq, "catering", rq->now, &s.table));
	if (*s.v->photo)
		s.photo = photo(rq->arena, s.v);
	rq->user = s.first;
	TRY(send(rq, &s));
	return profile(rq, &s);
}

static enum err all(struct req *rq, void *arg)
{
	const struct demo *d = arg;
	const struct user *program = rq->user;
	enum err e = OK;

	for (int i = 0; !e && i < VISITS; i++)
		e = one(rq, d, i);
	rq->user = program;
	return e;
}

enum err demo_tablet(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, all, d, why);
}
