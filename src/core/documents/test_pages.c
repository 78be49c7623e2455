/* Every form of rules/documents as a reader sees its pages: all samples, and a form without one with
 * every field filled. With SHIAN_PAGES=FOLDER each PDF is kept there, to be looked at:
 *   SHIAN_PAGES=/tmp/pages build/test_pages; pdftoppm -r 60 -png /tmp/pages/x.pdf x */
#include "core/documents/body.h"
#include "core/documents/documents.h"
#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void each_paper(void (*look)(struct arena *, const char *, const struct paper *))
{
	struct arena *all = arena_new();
	const char **forms, **samples;
	int n_forms = test_forms(all, &forms), n_samples = test_samples(all, &samples);

	for (int i = 0; i < n_samples; i++) {
		struct arena *a = arena_new();
		struct paper p = test_sample(a, samples[i]);
		look(a, samples[i], &p);
		for (int k = 0; k < n_forms; k++)
			if (text_is(forms[k], p.t->code))
				forms[k] = ""; /* seen */
		arena_free(a);
	}
	for (int k = 0; k < n_forms; k++) {
		struct arena *a = arena_new();
		if (forms[k][0]) {
			struct paper p = test_filled(a, test_template(a, forms[k]), true);
			look(a, forms[k], &p);
		}
		arena_free(a);
	}
	arena_free(all);
}

static void keep_file(struct arena *a, const char *name, const struct paper *p)
{
	const char *folder = getenv("SHIAN_PAGES");
	struct bytes pdf = test_pdf(a, p);
	if (folder)
		assert_int_equal(file_write(arena_printf(a, "%s/%s.pdf", folder, name), pdf.at,
					 pdf.n, 0644, NULL),
			OK);
}

static void all_are_drawn(void **state)
{
	(void)state;
	each_paper(keep_file);
}

static int warm(void **state)
{
	(void)state;
	return documents_init(NULL) ? -1 : 0;
}

static int cool(void **state)
{
	(void)state;
	documents_quit();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_drawn),
	};
	return cmocka_run_group_tests(tests, warm, cool);
}
