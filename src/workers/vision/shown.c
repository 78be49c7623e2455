#include "workers/vision/shown.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdlib.h>
#include <string.h>

enum {
	PADDING = 256, /* the scaler may write a little past a row's end */
	MARK_ROWS = 4, /* every so many rows go into the mark */
	SIDE_MOST = 1024,
	ROUGH_ENOUGH = 2, /* a rough frame so many times as wide as the picture wanted will do */
};

void shown_end(struct shown *s)
{
	picture_free(&s->whole);
}

/* ---- the grey picture ------------------------------------------------ */

/* True when the first plane is eight bits of brightness a pixel. */
static bool has_luma(const AVFrame *f)
{
	const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
	return d && !(d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) &&
	       d->comp[0].depth == 8 && d->comp[0].step == 1 && d->comp[0].plane == 0;
}

/* FNV-1a over words: equal pictures, equal marks. */
static uint64_t mark_of(const AVFrame *f)
{
	uint64_t mark = UINT64_C(14695981039346656037);
	size_t words = (size_t)f->width / sizeof(uint64_t);
	for (int y = 0; y < f->height; y += MARK_ROWS) {
		const uint8_t *row = f->data[0] + (ptrdiff_t)y * f->linesize[0];
		for (size_t i = 0; i < words; i++) {
			uint64_t v;
			memcpy(&v, row + i * sizeof v, sizeof v);
			mark = (mark ^ v) * UINT64_C(1099511628211);
		}
	}
	return mark;
}

/* The mean of every second pixel of every second row of each cell. */
static uint8_t cell(const AVFrame *f, int cx, int cy)
{
	int x1 = cx * f->width / GREY_W, x2 = (cx + 1) * f->width / GREY_W;
	int y1 = cy * f->height / GREY_H, y2 = (cy + 1) * f->height / GREY_H;
	uint32_t sum = 0, n = 0;
	x2 += x2 == x1;
	y2 += y2 == y1;
	for (int y = y1; y < y2; y += 2) {
		const uint8_t *row = f->data[0] + (ptrdiff_t)y * f->linesize[0];
		for (int x = x1; x < x2; x += 2, n++)
			sum += row[x];
	}
	return (uint8_t)(sum / n);
}

static enum err scale(
	const struct shown *s, enum AVPixelFormat to, struct picture *into, struct fault *why)
{
	const AVFrame *f = s->frame;
	int row = to == AV_PIX_FMT_GRAY8 ? into->width : into->width * 3;
	*s->scaler =
		sws_getCachedContext(*s->scaler, f->width, f->height, (enum AVPixelFormat)f->format,
			into->width, into->height, to, SWS_BILINEAR, NULL, NULL, NULL);
	if (!*s->scaler)
		return fault(why, E_INVALID, "the picture's colours are of an unknown kind");
	uint8_t *planes[4] = { into->rgb };
	int rows[4] = { row };
	sws_scale(*s->scaler, (const uint8_t *const *)f->data, f->linesize, 0, f->height, planes,
		rows);
	return OK;
}

enum err shown_grey(const struct shown *s, struct grey *out, struct fault *why)
{
	const AVFrame *f = s->frame;
	if (has_luma(f)) {
		for (int y = 0; y < GREY_H; y++)
			for (int x = 0; x < GREY_W; x++)
				out->at[y * GREY_W + x] = cell(f, x, y);
		out->mark = mark_of(f);
		return OK;
	}
	uint8_t space[GREY_CELLS + PADDING];
	struct picture small = { GREY_W, GREY_H, space };
	TRY(scale(s, AV_PIX_FMT_GRAY8, &small, why));
	memcpy(out->at, space, GREY_CELLS);
	out->mark = UINT64_C(14695981039346656037);
	for (int i = 0; i < GREY_CELLS; i++)
		out->mark = (out->mark ^ space[i]) * UINT64_C(1099511628211);
	return OK;
}

/* ---- parts ----------------------------------------------------------- */

static enum err make(struct picture *p, struct fault *why)
{
	p->rgb = malloc((size_t)p->width * 3 * (size_t)p->height + PADDING);
	return p->rgb ? OK : fault(why, E_TOO_LARGE, "not enough memory for the picture");
}

static enum err refine(struct shown *s, struct fault *why)
{
	if (!s->refine)
		return OK;
	TRY(s->refine(s->self, why));
	s->refine = NULL;
	return OK;
}

static enum err make_whole(struct shown *s, struct fault *why)
{
	if (s->whole.rgb)
		return OK;
	TRY(refine(s, why));
	struct picture p = { s->frame->width, s->frame->height, NULL };
	TRY(make(&p, why));
	enum err e = scale(s, AV_PIX_FMT_RGB24, &p, why);
	if (e)
		picture_free(&p);
	s->whole = p;
	return e;
}

enum err shown_cut(struct shown *s, struct area from, struct picture *into, struct fault *why)
{
	const AVFrame *f = s->frame;
	bool all = from.x <= 0 && from.y <= 0 && from.w >= (float)f->width &&
		   from.h >= (float)f->height;
	if (into->width == 0 && into->height == 0) {
		TRY(make_whole(s, why));
		*into = s->whole;
		s->whole = (struct picture){ 0 };
		return OK;
	}
	if (into->width < 1 || into->height < 1 || into->width > SIDE_MOST ||
		into->height > SIDE_MOST)
		return fault(why, E_INVALID, "a part of a picture is at most %d a side", SIDE_MOST);
	if (!all) {
		TRY(make_whole(s, why));
		return picture_scale(&s->whole, from, into, why);
	}
	if (f->width < ROUGH_ENOUGH * into->width || f->height < ROUGH_ENOUGH * into->height)
		TRY(refine(s, why));
	TRY(make(into, why));
	enum err e = scale(s, AV_PIX_FMT_RGB24, into, why);
	if (e)
		picture_free(into);
	return e;
}
