/* QR codes (ISO/IEC 18004) by libqrencode: for pages as SVG, for papers drawn on cairo.
 * Level M, bytes as they are, the smallest version that holds them: the same text gives the same
 * code. */
#ifndef CORE_DOCUMENTS_QR_H
#define CORE_DOCUMENTS_QR_H

#include "core/base/base.h"

#include <cairo.h>

enum { QR_MAX = 800, QR_QUIET = 4 }; /* longest text in bytes; blank modules around */

struct qr {
	int side;	      /* modules a side, without the quiet zone: 21..177 */
	const uint8_t *cells; /* side * side, row by row, 1 is black; lives in the arena */
};

/* E_INVALID for no text, E_TOO_LARGE above QR_MAX. */
enum err qr_make(struct arena *a, const char *text, struct qr *out, struct fault *why);

/* A whole <svg> element, black on white with its quiet zone, sized by its container (viewBox in
 * modules). No style, script or id: it may stand inside a page many times. */
enum err qr_svg(struct arena *a, const char *text, char **out, struct fault *why);

/* Draws the modules, without quiet zone, in the current source into the square 0,0..side,side. */
void qr_paint(cairo_t *c, const struct qr *q);

#endif
