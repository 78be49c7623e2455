#include "workers/vision/picture.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h> /* jpeglib.h needs FILE */
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>

enum { SCALE_MAX = 1024 };

void picture_free(struct picture *p)
{
	free(p->rgb);
	*p = (struct picture){ 0 };
}

/* ---- scaling ------------------------------------------------------------------------------- */

/* The source pixels one target pixel is made of: first .. first + n - 1, weights at weight[]. */
struct taps {
	int32_t first, n;
	const float *weight;
};

struct axis {
	struct taps *taps; /* one for each target pixel */
	float *weights;
};

static void axis_free(struct axis *a)
{
	free(a->taps);
	free(a->weights);
}

/* Taps for scaling length source pixels that begin at start to n target pixels. The caller ends the
 * axis with axis_free(), also when there was no memory (false). */
static bool axis_make(struct axis *a, float start, float length, int32_t n)
{
	float step = length / (float)n;
	float reach = step > 1 ? step : 1;
	int32_t most = (int32_t)ceilf(reach) * 2 + 3;
	a->taps = calloc((size_t)n, sizeof *a->taps);
	a->weights = calloc((size_t)n * (size_t)most, sizeof *a->weights);
	if (!a->taps || !a->weights)
		return false;
	for (int32_t i = 0; i < n; i++) {
		float centre = start + ((float)i + 0.5f) * step - 0.5f;
		int32_t first = (int32_t)ceilf(centre - reach), taps = 0;
		float *w = a->weights + (size_t)i * (size_t)most, sum = 0;
		while (taps < most) {
			float away = fabsf((float)(first + taps) - centre);
			if (away >= reach && taps > 0)
				break;
			w[taps] = away < reach ? 1 - away / reach : 0;
			sum += w[taps++];
		}
		for (int32_t k = 0; k < taps; k++)
			w[k] = sum > 0 ? w[k] / sum : 1 / (float)taps;
		a->taps[i] = (struct taps){ first, taps, w };
	}
	return true;
}

static int32_t clamp(int32_t v, int32_t high)
{
	return v < 0 ? 0 : v > high ? high : v;
}

/* One change of size: which source pixels make each target pixel, across and down. */
struct scaling {
	const struct picture *from;
	struct picture *into;
	struct axis across, down;
	float *work; /* two rows of the target */
};

static bool scaling_begin(struct scaling *s, struct area from)
{
	size_t n = (size_t)s->into->width * 3;
	s->work = malloc(2 * n * sizeof *s->work);
	s->into->rgb = malloc(n * (size_t)s->into->height);
	return s->work && s->into->rgb && axis_make(&s->across, from.x, from.w, s->into->width) &&
	       axis_make(&s->down, from.y, from.h, s->into->height);
}

static void scaling_end(struct scaling *s)
{
	axis_free(&s->across);
	axis_free(&s->down);
	free(s->work);
}

/* One source row, made as narrow as the target: out[x * 3 + channel]. */
static void shrink_row(const struct scaling *s, const uint8_t *row, float *out)
{
	int32_t width = s->from->width;
	for (int32_t x = 0; x < s->into->width; x++) {
		const struct taps *t = &s->across.taps[x];
		float r = 0, g = 0, b = 0;
		for (int32_t k = 0; k < t->n; k++) {
			const uint8_t *px = row + (size_t)clamp(t->first + k, width - 1) * 3;
			r += t->weight[k] * px[0];
			g += t->weight[k] * px[1];
			b += t->weight[k] * px[2];
		}
		out[x * 3] = r;
		out[x * 3 + 1] = g;
		out[x * 3 + 2] = b;
	}
}

static void scale_rows(const struct scaling *s)
{
	const struct picture *p = s->from, *into = s->into;
	size_t n = (size_t)into->width * 3;
	float *row = s->work, *sum = s->work + n;
	for (int32_t y = 0; y < into->height; y++) {
		const struct taps *t = &s->down.taps[y];
		memset(sum, 0, n * sizeof *sum);
		for (int32_t k = 0; k < t->n; k++) {
			size_t from = (size_t)clamp(t->first + k, p->height - 1);
			shrink_row(s, p->rgb + from * (size_t)p->width * 3, row);
			for (size_t i = 0; i < n; i++)
				sum[i] += t->weight[k] * row[i];
		}
		uint8_t *out = into->rgb + (size_t)y * n;
		for (size_t i = 0; i < n; i++)
			out[i] = (uint8_t)(sum[i] + 0.5f > 255 ? 255 : sum[i] + 0.5f);
	}
}

static bool sane(float v, float low)
{
	return isfinite(v) && v >= low && v <= 4 * PICTURE_SIDE_MAX;
}

static bool area_sane(struct area a)
{
	return sane(a.w, 0.5f) && sane(a.h, 0.5f) && sane(a.x, -4 * PICTURE_SIDE_MAX) &&
	       sane(a.y, -4 * PICTURE_SIDE_MAX);
}

static bool sizes_sane(const struct picture *p, const struct picture *into)
{
	return into->width >= 1 && into->height >= 1 && into->width <= SCALE_MAX &&
	       into->height <= SCALE_MAX && p->width >= 1 && p->height >= 1;
}

enum err picture_scale(
	const struct picture *p, struct area from, struct picture *into, struct fault *why)
{
	if (!sizes_sane(p, into) || !area_sane(from))
		return fault(why, E_INVALID, "an empty part of a picture cannot be scaled");
	struct scaling s = { .from = p, .into = into };
	bool ok = scaling_begin(&s, from);
	if (ok) {
		scale_rows(&s);
	} else {
		free(into->rgb);
		into->rgb = NULL;
	}
	scaling_end(&s);
	return ok ? OK : fault(why, E_INTERNAL, "out of memory");
}

/* ---- JPEG ---------------------------------------------------------------------------------- */

struct jpeg_stop {
	struct jpeg_error_mgr manager; /* first: the library hands us this part */
	jmp_buf back;
	char text[JMSG_LENGTH_MAX];
};

static _Noreturn void jpeg_stopped(j_common_ptr c)
{
	struct jpeg_stop *s = (struct jpeg_stop *)c->err;
	c->err->format_message(c, s->text);
	longjmp(s->back, 1);
}

static void write_rows(struct jpeg_compress_struct *c, const struct picture *p)
{
	jpeg_start_compress(c, TRUE);
	while (c->next_scanline < c->image_height) {
		JSAMPROW row = p->rgb + (size_t)c->next_scanline * (size_t)p->width * 3;
		jpeg_write_scanlines(c, &row, 1);
	}
	jpeg_finish_compress(c);
}

enum err picture_jpeg(
	const struct picture *p, int quality, uint8_t **out, size_t *n, struct fault *why)
{
	struct jpeg_compress_struct c = { 0 };
	struct jpeg_stop stop = { 0 };
	unsigned char *made = NULL;
	unsigned long size = 0;
	*out = NULL;
	*n = 0;
	TRY(picture_size_ok(p->width, p->height, why));
	c.err = jpeg_std_error(&stop.manager);
	stop.manager.error_exit = jpeg_stopped;
	if (setjmp(stop.back)) {
		jpeg_destroy_compress(&c);
		return fault(why, E_INTERNAL, "JPEG: %s", stop.text);
	}
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &made, &size);
	c.image_width = (JDIMENSION)p->width;
	c.image_height = (JDIMENSION)p->height;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	write_rows(&c, p);
	jpeg_destroy_compress(&c);
	*out = made;
	*n = size;
	return OK;
}
