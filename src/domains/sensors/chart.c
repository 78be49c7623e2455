#include "domains/sensors/chart.h"

enum {
	WIDTH = 900,
	HEIGHT = 260,
	LEFT = 58,
	RIGHT = 22,
	TOP = 14,
	BOTTOM = 28,
	INNER = WIDTH - LEFT - RIGHT,
	TALL = HEIGHT - TOP - BOTTOM,
	TICKS = 6, /* lines across, at most */
};

struct scale {
	int64_t low, high, step, from, to;
};

struct drawing {
	struct buf *b;
	const struct chart *c;
	struct scale s;
	const struct bucket *at;
};

/* ---- scale --------------------------------------------------------------------- */
static void reach(struct scale *s, bool *any, int64_t v)
{
	s->low = !*any || v < s->low ? v : s->low;
	s->high = !*any || v > s->high ? v : s->high;
	*any = true;
}

static int64_t floor_to(int64_t v, int64_t step)
{
	int64_t r = v % step;

	return v - (r < 0 ? r + step : r);
}

static struct scale scale_of(const struct chart *c)
{
	static const int64_t steps[] = { 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000 };
	struct scale s = { .from = c->b->from, .to = c->b->from + (int64_t)c->b->n * c->b->step };
	bool any = false;
	size_t i = 0;

	for (size_t k = 0; k < c->b->n; k++)
		if (c->b->at[c->q][k].n) {
			reach(&s, &any, c->b->at[c->q][k].min);
			reach(&s, &any, c->b->at[c->q][k].max);
		}
	if (c->limits.has_high)
		reach(&s, &any, c->limits.high);
	if (c->limits.has_low)
		reach(&s, &any, c->limits.low);
	s.low -= 50;
	s.high += 50;
	while (i + 1 < sizeof(steps) / sizeof(*steps) && (s.high - s.low) / steps[i] >= TICKS)
		i++;
	s.step = steps[i];
	s.low = floor_to(s.low, s.step);
	s.high = floor_to(s.high + s.step - 1, s.step);
	return s;
}

/* Tenths of a unit of the picture. */
static int64_t x_of(const struct drawing *d, int64_t at)
{
	int64_t in = at < d->s.from ? 0 : at > d->s.to ? d->s.to - d->s.from : at - d->s.from;

	return LEFT * 10 + in * INNER * 10 / (d->s.to - d->s.from);
}

static int64_t y_of(const struct drawing *d, int64_t v)
{
	return TOP * 10 + (d->s.high - v) * TALL * 10 / (d->s.high - d->s.low);
}

static const char *tenths(struct arena *a, int64_t v)
{
	return arena_printf(a, "%" PRId64 ".%" PRId64, v / 10, v % 10);
}

#define X(at) tenths(d->b->arena, x_of(d, at))
#define Y(v)  tenths(d->b->arena, y_of(d, v))

/* "-18", or "-18.5" where the lines stand closer than a degree. */
static const char *value_plain(struct arena *a, int64_t v, int64_t step)
{
	int64_t u = v < 0 ? -v : v;

	if (step % 100 == 0)
		return arena_printf(a, "%s%" PRId64, v < 0 ? "-" : "", u / 100);
	return arena_printf(a, "%s%" PRId64 ".%" PRId64, v < 0 ? "-" : "", u / 100, u % 100 / 10);
}

/* ---- what stands behind ----------------------------------------------------------- */
static void text(struct buf *b, const char *s)
{
	for (; *s; s++)
		if (*s == '<' || *s == '>' || *s == '&' || *s == '"')
			buf_printf(b, "&#%d;", *s);
		else
			buf_putc(b, *s);
}

static void box(struct drawing *d, const int64_t x[2], const int64_t y[2], const char *fill)
{
	if (x[1] <= x[0] || y[1] <= y[0])
		return;
	buf_printf(d->b, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
		tenths(d->b->arena, x[0]), tenths(d->b->arena, y[0]),
		tenths(d->b->arena, x[1] - x[0]), tenths(d->b->arena, y[1] - y[0]), fill);
}

static void draw_limit(struct drawing *d, int64_t v, bool above)
{
	const int64_t x[2] = { LEFT * 10, (LEFT + INNER) * 10 };
	const int64_t over[2] = { TOP * 10, y_of(d, v) },
		      under[2] = { y_of(d, v), (TOP + TALL) * 10 };

	box(d, x, above ? over : under, "#fbe7e4");
	buf_printf(d->b,
		"<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#b3261e\" "
		"stroke-dasharray=\"5 4\"/>",
		LEFT, LEFT + INNER, Y(v), Y(v));
}

static void draw_grid(struct drawing *d)
{
	for (int64_t v = d->s.low; v <= d->s.high; v += d->s.step)
		buf_printf(d->b,
			"<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#e2dfd5\"/>"
			"<text x=\"%d\" y=\"%s\" text-anchor=\"end\" font-size=\"12\" "
			"fill=\"#57534a\">%s</text>",
			LEFT, LEFT + INNER, Y(v), Y(v), LEFT - 8,
			tenths(d->b->arena, y_of(d, v) + 40),
			value_plain(d->b->arena, v, d->s.step));
}

static void draw_times(struct drawing *d)
{
	int64_t span = d->s.to - d->s.from;
	int64_t step = span <= 2 * HOUR	  ? 15 * MINUTE
		       : span <= 8 * HOUR ? HOUR
		       : span <= 2 * DAY  ? (int64_t)3 * HOUR
		       : span <= 8 * DAY  ? DAY
					  : 4 * DAY;
	int64_t first = floor_to(d->s.from + 8 * HOUR, step) - 8 * HOUR;

	for (int64_t at = first < d->s.from ? first + step : first; at <= d->s.to; at += step) {
		struct civil c = civil_of(at);
		buf_printf(d->b,
			"<line x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\" stroke=\"#c9c5b8\"/>"
			"<text x=\"%s\" y=\"%d\" text-anchor=\"middle\" font-size=\"12\" "
			"fill=\"#57534a\">%02d%c%02d</text>",
			X(at), X(at), TOP + TALL, TOP + TALL + 5, X(at), HEIGHT - 8,
			step < DAY ? c.hour : c.month, step < DAY ? ':' : '-',
			step < DAY ? c.minute : c.day);
	}
}

static void draw_marks(struct drawing *d)
{
	for (int i = 0; i < 2; i++)
		if (d->c->mark[i] > d->s.from && d->c->mark[i] < d->s.to)
			buf_printf(d->b,
				"<line x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\" stroke=\"#57534a\" "
				"stroke-width=\"1.5\"/>",
				X(d->c->mark[i]), X(d->c->mark[i]), TOP, TOP + TALL);
}

static void draw_gap(struct drawing *d, int64_t from, int64_t to)
{
	const int64_t x[2] = { x_of(d, from), x_of(d, to) }, y[2] = { TOP * 10, (TOP + TALL) * 10 };

	if (to - from > d->c->gap_ms + d->c->b->step)
		box(d, x, y, "#e6e3da");
}

/* ---- the readings -------------------------------------------------------------------- */
/* Buckets i <= k < end without a gap among them: the spread as an area, the mean as a line. */
static void draw_run(struct drawing *d, size_t i, size_t end)
{
	const struct buckets *b = d->c->b;
	int64_t half = b->step / 2;
	struct buf area = { .arena = d->b->arena }, back = { .arena = d->b->arena },
		   line = { .arena = d->b->arena };
	size_t n = 0;

	for (size_t k = i; k < end; k++) {
		const struct bucket *one = &d->at[k];
		if (!one->n)
			continue;
		int64_t at = b->from + (int64_t)k * b->step + half;
		n++;
		buf_printf(&area, "%s,%s ", X(at), Y(one->max));
		buf_printf(&line, "%s,%s ", X(at), Y(mean_of(one->sum, one->n)));
	}
	for (size_t k = end; k-- > i;)
		if (d->at[k].n)
			buf_printf(&back, "%s,%s ", X(b->from + (int64_t)k * b->step + half),
				Y(d->at[k].min));
	if (n == 1)
		buf_printf(d->b,
			"<path d=\"M%sh0.1\" stroke=\"#0f6b6b\" stroke-width=\"4\" "
			"stroke-linecap=\"round\"/>",
			buf_text(&line));
	else
		buf_printf(d->b,
			"<polygon points=\"%s%s\" fill=\"#0f6b6b\" fill-opacity=\"0.18\"/>"
			"<polyline points=\"%s\" fill=\"none\" stroke=\"#0f6b6b\" "
			"stroke-width=\"1.8\" stroke-linejoin=\"round\"/>",
			buf_text(&area), buf_text(&back), buf_text(&line));
}

/* Calls for each stretch without a gap; gaps are drawn first, under everything. */
static void draw_runs(struct drawing *d, bool gaps)
{
	const struct buckets *b = d->c->b;
	int64_t last = d->s.from, end = d->c->until < d->s.to ? d->c->until : d->s.to;
	size_t begun = b->n;

	for (size_t k = 0; k < b->n; k++) {
		int64_t at = b->from + (int64_t)k * b->step;
		if (!d->at[k].n)
			continue;
		bool gap = at - last > d->c->gap_ms + b->step;
		if (gaps)
			draw_gap(d, last, at);
		else if (gap && begun < k)
			draw_run(d, begun, k);
		if (gap || begun == b->n)
			begun = k;
		last = at + b->step;
	}
	if (gaps)
		draw_gap(d, last, end);
	else if (begun < b->n)
		draw_run(d, begun, b->n);
}

const char *chart_svg(struct arena *a, const struct chart *c)
{
	struct buf b = { .arena = a };
	struct drawing draw = { &b, c, scale_of(c), c->b->at[c->q] }, *d = &draw;
	int64_t n = 0;

	for (size_t k = 0; k < c->b->n; k++)
		n += d->at[k].n;
	buf_printf(&b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" "
		"font-family=\"sans-serif\" data-box=\"%d,%d,%d,%d\" data-from=\"%" PRId64
		"\" data-to=\"%" PRId64 "\" data-low=\"%" PRId64 "\" data-high=\"%" PRId64
		"\" data-unit=\"%s\" aria-label=\"",
		WIDTH, HEIGHT, LEFT, TOP, INNER, TALL, d->s.from, d->s.to, d->s.low, d->s.high,
		c->q == Q_T ? "°C" : "%");
	text(&b, c->title);
	buf_printf(&b, "\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
	draw_runs(d, true);
	if (c->limits.has_high)
		draw_limit(d, c->limits.high, true);
	if (c->limits.has_low)
		draw_limit(d, c->limits.low, false);
	draw_grid(d);
	draw_times(d);
	draw_runs(d, false);
	draw_marks(d);
	if (!n) {
		buf_printf(&b,
			"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"15\" "
			"fill=\"#57534a\">",
			LEFT + INNER / 2, TOP + TALL / 2);
		text(&b, c->no_data);
		buf_puts(&b, "</text>");
	}
	buf_puts(&b, "</svg>");
	return buf_text(&b);
}
