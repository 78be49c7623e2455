/* Files compiled into the program: templates, schemas, rules, catalogues, browser assets. Made by
 * tools/embed.py. Names: "page/cases/case", "schema/cases/0001_cases.sql",
 * "rules/grading/shanghai-2022.json", "locale/zh.mo", "assets/app-1a2b3c4d.css". Sorted by name. */
#ifndef CORE_EMBEDDED_H
#define CORE_EMBEDDED_H

#include "core/base/base.h"

struct embedded {
	const char *name;
	const uint8_t *at;
	size_t n;
};
extern const struct embedded embedded_files[];
extern const size_t embedded_count;

const struct embedded *embedded_find(const char *name); /* NULL when there is none */
/* Calls each for every file whose name begins with prefix, in order. */
#define EMBEDDED_EACH(f, prefix)                                                                   \
	for (const struct embedded *f = embedded_from(prefix); f && text_starts(f->name, prefix);  \
		f = f + 1 < embedded_files + embedded_count ? f + 1 : NULL)
const struct embedded *embedded_from(const char *prefix);

#endif
