#include "core/documents/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

enum err qr_make(struct arena *a, const char *text, struct qr *out, struct fault *why)
{
	size_t n = text ? strlen(text) : 0;
	if (n == 0)
		return fault(why, E_INVALID, "a QR code needs a text");
	if (n > QR_MAX)
		return fault(
			why, E_TOO_LARGE, "a QR code holds %d bytes at most, not %zu", QR_MAX, n);
	QRcode *code = QRcode_encodeData((int)n, (const unsigned char *)text, 0, QR_ECLEVEL_M);
	if (!code)
		return fault(why, E_INTERNAL, "the QR code was not made: %s", strerror(errno));
	size_t cells = (size_t)code->width * (size_t)code->width;
	uint8_t *copy = arena_alloc(a, cells);
	for (size_t i = 0; i < cells; i++)
		copy[i] = code->data[i] & 1;
	*out = (struct qr){ .side = code->width, .cells = copy };
	QRcode_free(code);
	return OK;
}

/* Length of the run of black cells from column x, 0 when the cell is white. */
static int run(const struct qr *q, int x, int y)
{
	int end = x;
	while (end < q->side && q->cells[y * q->side + end])
		end++;
	return end - x;
}

enum err qr_svg(struct arena *a, const char *text, char **out, struct fault *why)
{
	struct qr q = { 0 };
	TRY(qr_make(a, text, &q, why));
	struct buf b = { .arena = a };
	int all = q.side + 2 * QR_QUIET;
	buf_printf(&b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"shape-rendering=\"crispEdges\" role=\"img\">"
		"<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
		all, all, all, all);
	for (int y = 0; y < q.side; y++)
		for (int x = 0, n; x < q.side; x += n ? n : 1)
			if ((n = run(&q, x, y)) > 0)
				buf_printf(
					&b, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, n, n);
	buf_puts(&b, "\"/></svg>");
	*out = b.s;
	return OK;
}

void qr_paint(cairo_t *c, const struct qr *q)
{
	for (int y = 0; y < q->side; y++)
		for (int x = 0, n; x < q->side; x += n ? n : 1)
			if ((n = run(q, x, y)) > 0)
				cairo_rectangle(c, x, y, n, 1);
	cairo_fill(c);
}
