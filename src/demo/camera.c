/* A kitchen with a camera whose register is complete, so that what it sees may serve as evidence;
 * further kitchens for the wall, the map and the list of faults, looked at for the camera's own
 * faults only. The streams are the sample clip that make run serves. */
#include "contracts/facts.h"
#include "demo/demo.h"
#include "domains/cameras/cameras.h"

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
/* after stdio.h, which it needs */
#include <jpeglib.h>

enum { SIGN_WIDTH = DEMO_PICTURE_WIDTH, SIGN_HEIGHT = DEMO_PICTURE_HEIGHT, QUALITY = 85 };

/* ---- the sign beside the device, as a photo would show it ------------------ */
static void sign_line(cairo_t *c, const char *font, int y, const char *text)
{
	PangoLayout *l = pango_cairo_create_layout(c);
	PangoFontDescription *d = pango_font_description_from_string(font);
	pango_layout_set_font_description(l, d);
	pango_layout_set_text(l, text, -1);
	pango_layout_set_width(l, SIGN_WIDTH * PANGO_SCALE);
	pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
	cairo_move_to(c, 0, y);
	pango_cairo_show_layout(c, l);
	pango_font_description_free(d);
	g_object_unref(l);
}

static void sign_draw(cairo_t *c, const char *place)
{
	cairo_set_source_rgb(c, 0.93, 0.93, 0.91);
	cairo_paint(c);
	cairo_set_source_rgb(c, 0.05, 0.32, 0.38);
	cairo_rectangle(c, 40, 40, SIGN_WIDTH - 80, SIGN_HEIGHT - 80);
	cairo_fill(c);
	cairo_set_source_rgb(c, 1, 1, 1);
	sign_line(c, "Noto Serif CJK SC Bold 34px", 90, "后厨监控区域");
	sign_line(c, "Noto Serif CJK SC 22px", 165, "本处装有食品安全视频监控设备");
	sign_line(c, "Noto Serif CJK SC 22px", 205, place);
	sign_line(c, "Noto Serif CJK SC 20px", 270, "查询、投诉：12315    示例");
}

struct bytes demo_jpeg(struct arena *a, void *picture)
{
	cairo_surface_t *s = picture;
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr errors;
	unsigned char *out = NULL;
	unsigned long n = 0;
	uint8_t row[SIGN_WIDTH * 3];

	j.err = jpeg_std_error(&errors);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &out, &n);
	j.image_width = SIGN_WIDTH;
	j.image_height = SIGN_HEIGHT;
	j.input_components = 3;
	j.in_color_space = JCS_RGB;
	jpeg_set_defaults(&j);
	jpeg_set_quality(&j, QUALITY, TRUE);
	jpeg_start_compress(&j, TRUE);
	while (j.next_scanline < j.image_height) {
		const uint8_t *p =
			cairo_image_surface_get_data(s) +
			(size_t)j.next_scanline * (size_t)cairo_image_surface_get_stride(s);
		for (int x = 0; x < SIGN_WIDTH; x++, p += 4) {
			row[3 * x] = p[2];
			row[3 * x + 1] = p[1];
			row[3 * x + 2] = p[0];
		}
		JSAMPROW rows[] = { row };
		jpeg_write_scanlines(&j, rows, 1);
	}
	jpeg_finish_compress(&j);
	struct bytes b = { (const uint8_t *)arena_copy(a, (const char *)out, n), n };
	jpeg_destroy_compress(&j);
	free(out);
	return b;
}

static struct bytes sign_photo(struct arena *a, const char *place)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIGN_WIDTH, SIGN_HEIGHT);
	cairo_t *c = cairo_create(s);
	sign_draw(c, place);
	cairo_destroy(c);
	cairo_surface_flush(s);
	struct bytes b = demo_jpeg(a, s);
	cairo_surface_destroy(s);
	return b;
}

/* ---- the register ---------------------------------------------------------- */
/* Green restaurants of the first officer's town: the code of the first will turn yellow before the
 * visitor's eyes. no: 0 for the first. */
static enum err kitchen_choose(struct req *rq, const struct demo *d, int64_t no, int64_t *operator)
{
	/* in a very small district there may be none: then whoever comes nearest */
	return db_int(rq, operator,
		"SELECT o.id FROM pub_operators o LEFT JOIN pub_grades g ON g.operator = o.id"
		" ORDER BY CASE WHEN o.area <> $1 THEN 2 WHEN g.colour = 'green' AND o.kind IN"
		" ('restaurant_large', 'restaurant_medium', 'restaurant_small', 'small_caterer', "
		"'snack') THEN 0"
		" ELSE 1 END, o.kind, o.id LIMIT 1 OFFSET $2",
		d->officers[0].area, no);
}

static enum err reviewed(struct req *rq, struct camera *c, const struct demo *d)
{
	c->legal_no = "闵市监法审〔2026〕示例1号";
	c->legal_result = "passed";
	c->legal_at = rq->now;
	c->legal_by = d->admin;
	TRY(db_update(rq, &camera_model, c));
	TRY(emit(rq, CAMERA_REVIEWED, c->id, c->operator,
		json_pairs(rq, "kind", "legal", "result", "passed", NULL)));
	c->technical_no = "闵市监技审〔2026〕示例1号";
	c->technical_result = "passed";
	c->technical_at = rq->now;
	c->technical_by = d->officers[1].id;
	TRY(db_update(rq, &camera_model, c));
	return emit(rq, CAMERA_REVIEWED, c->id, c->operator,
		json_pairs(rq, "kind", "technical", "result", "passed", NULL));
}

static enum err sign_put_up(struct req *rq, struct camera *c)
{
	struct object sign;
	struct fault why = { 0 };
	if (store_put(rq_store(rq), rq->arena, sign_photo(rq->arena, c->place), &sign, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	c->sign_sm3 = sign.sm3;
	c->sign_sha256 = sign.sha256;
	return OK;
}

static enum err camera_write(struct req *rq, const struct demo *d, int64_t no, struct camera *c)
{
	*c = (struct camera){ .name = "后厨一号机",
		.place = "热加工间入口上方，朝向操作台",
		.url = d->kitchens == 1 ? d->camera_url
					: arena_printf(rq->arena, "%s%" PRId64, d->camera_url, no),
		.standard = "GB/T 28181-2022",
		.hours = "05:00-23:00",
		.interval_ms = 2000,
		.notice_url = "https://www.example.org/open-kitchen",
		.legal_no = "",
		.legal_result = "",
		.technical_no = "",
		.technical_result = "",
		.clock_offset_ms = 40 };

	TRY(kitchen_choose(rq, d, no, &c->operator));
	TRY(db_text(rq, &c->owner, "SELECT name FROM pub_operators WHERE id = $1", c->operator));
	c->notice_at = d->today - 120 * DAY;
	c->valid_from = d->today - 100 * DAY;
	c->valid_to = d->today + 265 * DAY;
	c->clock_checked_at = d->today - 10 * DAY;
	c->calibrated_at = d->today - 100 * DAY;
	if (no) {
		c->interval_ms = 10000;
		c->watch = "camera_covered,camera_moved,camera_frozen,camera_dark";
	} else {
		TRY(sign_put_up(rq, c));
	}
	return camera_register(rq, c);
}

static enum err cameras_write(struct req *rq, void *arg)
{
	struct demo *d = arg;
	struct camera c;

	TRY(camera_write(rq, d, 0, &c));
	TRY(reviewed(rq, &c, d));
	for (int64_t no = 1; no < d->kitchens && no < d->n; no++)
		TRY(camera_write(rq, d, no, &c));
	return OK;
}

enum err demo_camera(struct demo *d, struct fault *why)
{
	clock_set(d->today);
	return app_write(d->app, cameras_write, d, why);
}
