/* Setting of type: one run of text into lines by pango, justified the Chinese way (the slack of a
 * line is shared between its signs, not put into its blanks). Lengths are points, 1/72 inch. */
#ifndef CORE_DOCUMENTS_TEXT_H
#define CORE_DOCUMENTS_TEXT_H

#include "core/base/base.h"

#include <pango/pangocairo.h>

#define TEXT_FAMILY "Noto Serif CJK SC"

enum align { ALIGN_JUSTIFY, ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

struct type {
	double size;	 /* of the sign */
	double pitch;	 /* from line to line; 0: 1.5 times the size */
	double indent;	 /* of the first line; negative: of all the others */
	double tracking; /* blank between signs */
	enum align align;
	bool bold;
	uint32_t colour; /* 0xRRGGBB */
};

/* The layouts set for one paper; all are let go together. Used by one thread. */
struct type_case {
	PangoContext *context;
	cairo_font_face_t
		*faces[2]; /* regular, bold: what text_paint draws with; made when wanted */
	GPtrArray *layouts;
	int missing; /* signs the family does not have */
};
void type_case_open(struct type_case *tc);
void type_case_close(struct type_case *tc);

/* Sets text, which has no newline, to lines of width w; w <= 0: one line, however long. Lives until
 * the case is closed. Lines are justified where the type says so, aligning is the caller's work. */
PangoLayout *text_set(struct type_case *tc, const char *text, const struct type *type, double w);
double text_pitch(const struct type *type);
double text_line_width(PangoLayoutLine *line);
/* From the top of a line's pitch down to its baseline. */
double text_baseline(const struct type *type);
double text_width(
	struct type_case *tc, const char *text, const struct type *type); /* on one line */

/* Draws a line from its baseline's left end at the current point, in the current source. The file
 * keeps its text for copying and search. See text.c on why pango does not draw it. */
void text_paint(struct type_case *tc, cairo_t *c, PangoLayoutLine *line);

void text_warm(void); /* loads both weights */

#endif
