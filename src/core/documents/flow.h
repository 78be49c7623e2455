/* What stands on a paper before it has pages: a flow is a column of strips, a strip is one line of
 * text, one row of a table or any block that is not cut, and holds marks placed relative to its own
 * top. Everything lives in the arena of the sheet. Lengths are points; y grows downwards. */
#ifndef CORE_DOCUMENTS_FLOW_H
#define CORE_DOCUMENTS_FLOW_H

#include "core/base/base.h"
#include "core/documents/picture.h"
#include "core/documents/qr.h"
#include "core/documents/text.h"

struct box {
	double x, y, w, h;
};

enum mark_kind { MARK_TEXT, MARK_RULE, MARK_FILL, MARK_PICTURE, MARK_QR, MARK_SEAL, MARK_FACE };

struct mark {
	enum mark_kind kind;
	struct box box;	  /* text: x and the baseline; rule: start and vector */
	uint32_t colour;  /* 0xRRGGBB */
	const void *what; /* PangoLayoutLine, struct picture, qr, seal or face */
	struct mark *next;
};

struct strip {
	double h;
	bool keep;	 /* no new page between this strip and the next */
	bool gap;	 /* blank: dropped at the head of a page */
	bool ending;	 /* seal, places to sign, who to ask: never alone on a page */
	bool open_above; /* part of a cut row: a page that begins or ends here gets a border */
	bool open_below;
	struct box border;	  /* x and w of that border */
	const struct strip *head; /* repeated when the strip comes first on a page */
	struct mark *marks, *last;
	struct strip *next;
};

struct flow {
	struct arena *arena;
	struct type_case *types;
	double x, w; /* the column on the page */
	struct strip *first, *last;
	int strips;
};

struct strip *flow_strip(struct flow *f, double h); /* an empty one at the end */
void flow_space(struct flow *f, double h);
void flow_keep(struct flow *f, int n);		   /* the last n strips stay with what follows */
void flow_join(struct flow *f, struct flow *more); /* moves all strips of more to the end of f */
double flow_height(const struct flow *f);
/* Text with newlines between paragraphs; first and last two lines of a paragraph stay together. */
void flow_text(struct flow *f, const char *text, const struct type *type);

void strip_mark(struct flow *f, struct strip *s, struct mark m);
/* One line of text in the box: aligned in its width, centred in its height (0: one pitch from its
 * y). */
struct words {
	const char *text;
	const struct type *type;
};
void strip_text(struct flow *f, struct strip *s, struct words w, struct box b);
/* The picture as large as the box allows, not distorted, at the left, on the floor of the box. */
void strip_picture(struct flow *f, struct strip *s, const struct picture *p, struct box b);

/* A place to sign: the label, then the picture, or the text, or a blank to sign by hand. */
struct signing {
	const char *label, *text;
	const struct picture *picture; /* NULL: text, or a blank rule when that is empty too */
};
/* n of them side by side in equal shares of the column, as one strip. */
void flow_sign(struct flow *f, const struct signing *all, int n, const struct type *type);

#endif
