/* One official paper: a template, the values that fill it, the pictures of signatures; out comes a
 * PDF.
 *
 * The order of use: paper_check (are all duty fields there, can all signs be set) before a number
 * is taken from the counter, then paper_number, then paper_pdf. paper_pdf checks again.
 *
 * What is refused: values with signs the type face lacks or with control signs (E_INVALID, the
 * field is named; see documents_can_draw), values over PAPER_VALUE bytes, pictures that
 * picture_read refuses or that are blank. "\r\n" counts as "\n", a tab as a blank. */
#ifndef CORE_DOCUMENTS_PAPER_H
#define CORE_DOCUMENTS_PAPER_H

#include "core/documents/template.h"

enum { PAPER_VALUE = 64 * 1024, PAPER_URL = 300 };

struct paper_value {
	const char *name, *text; /* of a list: "file.1.name", counted from 1; text NULL is empty */
};

struct paper_image {
	const char *name;
	struct bytes png;
};

struct paper {
	const struct paper_template *t;
	const struct paper_value *values; /* names the template does not know are left alone */
	size_t n;
	const struct paper_image *images;
	size_t n_images;
	const char *number;	/* from paper_number; not looked at by paper_check */
	const char *bureau;	/* full name of the office, on paper and seal */
	const char *seal_text;	/* at the foot of the seal; NULL: none */
	const char *verify_url; /* in the code; NULL: no code */
	int64_t at;		/* ms UTC: date of the paper and of the file */
	bool demo;		/* says 示例 in the seal and at the head of each page */
};

/* OK, or E_INVALID: *missing lists all missing names, comma between (in a; "" when none is missing
 * but a value cannot be set: then why says which). Draws nothing. */
enum err paper_check(
	struct arena *a, const struct paper *p, const char **missing, struct fault *why);

/* The paper as PDF in a. The same paper gives the same bytes. Errors of paper_check, E_TOO_LARGE
 * above 199 pages, E_INTERNAL when cairo fails. About 40 ms; one call per thread at a time is fine.
 */
enum err paper_pdf(struct arena *a, const struct paper *p, struct bytes *pdf, struct fault *why);
/* Lays the same paper on pages and draws nothing: the first page after the first on which only an
 * ending stands (seal, places to sign, who to ask); 0: none. Errors as paper_pdf. */
enum err paper_lone_page(struct arena *a, const struct paper *p, int *page, struct fault *why);

/* What the paper says, line by line, for a page: text stands behind its label, or label is "" and
 * text a paragraph of its own, or text is "" and label a heading. Without title, number, seal and
 * signatures. E_INVALID when a value cannot be set; duty fields are not asked for. */
struct paper_line {
	const char *label, *text;
};
struct paper_words {
	struct paper_line *at;
	size_t n;
};
enum err paper_words(
	struct arena *a, const struct paper *p, struct paper_words *out, struct fault *why);

#endif
