/* libFuzzer target: templates of papers (rules/documents). */
#include "core/documents/template.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct paper_template *t = NULL;
	struct fault why = { 0 };
	enum err e = paper_template_parse(a, (struct bytes){ data, n }, &t, &why);
	if (e == OK ? !t || !t->body : !why.text[0])
		abort();
	if (e == OK)
		paper_number(a, t, &(struct paper_serial){ "x", NULL, 2026, 1 });
	arena_free(a);
	return 0;
}
