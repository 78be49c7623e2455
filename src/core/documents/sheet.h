/* A paper on A4 pages: strips are poured into its body, then laid on pages and written as PDF.
 * The same input gives the same bytes: the only date in the file is the one given. */
#ifndef CORE_DOCUMENTS_SHEET_H
#define CORE_DOCUMENTS_SHEET_H

#include "core/documents/flow.h"

static const double SHEET_WIDTH = 595.28, SHEET_HEIGHT = 841.89; /* A4 */
enum { SHEET_PAGES = 200 };

struct sheet_setup {
	const char *title, *author, *subject; /* of the file; "" for none */
	int64_t at;			      /* ms UTC: date of the file */
	const char *footer;		      /* a line at the foot of each page; "" for none */
	const char *verify_url;		      /* made into a code; "" for none */
	bool code_at_foot;		      /* that code stands at the foot of each page */
	const char *note;		      /* a warning at the head of each page; "" for none */
	bool poster;			      /* one page, wide column, no page number */
	bool bound;			      /* whoever binds it numbers its pages */
};

struct sheet {
	struct arena *arena;
	struct sheet_setup setup;
	struct type_case types;
	struct flow body;
	double top, bottom; /* of the body on a page */
	struct qr qr;	    /* side 0: none */
};

/* E_TOO_LARGE when verify_url is too long for a code. After OK sheet_close must follow. */
enum err sheet_open(
	struct arena *a, const struct sheet_setup *setup, struct sheet *out, struct fault *why);
void sheet_close(struct sheet *s);
/* How many pages the body takes; draws nothing. */
int sheet_pages(struct sheet *s);
/* The first page after the first on which nothing but an ending stands; 0: none. */
int sheet_lone_page(struct sheet *s);
/* E_TOO_LARGE above SHEET_PAGES, E_INVALID when a sign is not in the family. pdf lives in the
 * arena. */
enum err sheet_pdf(struct sheet *s, struct bytes *pdf, struct fault *why);

#endif
