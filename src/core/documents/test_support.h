/* For the tests of this room: samples of papers, other programs that read what we wrote. */
#ifndef CORE_DOCUMENTS_TEST_SUPPORT_H
#define CORE_DOCUMENTS_TEST_SUPPORT_H

#include "core/documents/paper.h"

/* The folder of the source tree: SHIAN_ROOT, else the folder the test runs in. */
char *test_path(struct arena *a, const char *path);
/* A sample by its name; its template is parsed too. Fails the test on any error. */
struct paper test_sample(struct arena *a, const char *name);
struct paper_template *test_template(struct arena *a, const char *code);
/* The codes of all forms of rules/documents, and the names of all samples, in order. */
int test_forms(struct arena *a, const char ***out);
int test_samples(struct arena *a, const char ***out);
/* A form without a sample: every field it may have, or only those it must have, says an address. */
struct paper test_filled(struct arena *a, const struct paper_template *t, bool all);
/* Where the value of a field of the form belongs: of a list that of its first item. */
const char *test_item_name(struct arena *a, const char *field);
/* A signature of the size given, always the same for the same seed. */
struct bytes test_signature(struct arena *a, int width, int height, int seed);
/* Runs a program from PATH with its input from a file made of in; its output. Fails the test unless
 * it ends well. argv holds "@" where the name of that file belongs. */
struct bytes test_run(struct arena *a, const char *const *argv, struct bytes in);
struct bytes test_pdf(struct arena *a, const struct paper *p);
char *test_text(struct arena *a, struct bytes pdf);
/* A grey picture of one page at the resolution given. */
struct raster {
	int width, height;
	const uint8_t *at;
};
struct raster test_page(struct arena *a, struct bytes pdf, int page, int dpi);
bool test_raster(struct bytes pgm, struct raster *out);

#endif
