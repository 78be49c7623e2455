/* The round red seal of an office, drawn, not scanned: ring, star, name on the arc, kind of
 * document below. Its signs are outlines, so that text copied from the paper does not contain them.
 */
#ifndef CORE_DOCUMENTS_SEAL_H
#define CORE_DOCUMENTS_SEAL_H

#include "core/documents/text.h"

static const double SEAL_SIZE = 119; /* 42 mm, the size for offices of a county or district */

struct seal {
	const char *office; /* 4..30 signs */
	const char *kind;   /* as 行政处罚专用章; up to 10 signs; "" for none */
	const char *note;   /* small, above the star, as 示例 DEMO; "" for none */
};

/* Centred on the origin of c. */
void seal_paint(cairo_t *c, struct type_case *types, const struct seal *s);

#endif
