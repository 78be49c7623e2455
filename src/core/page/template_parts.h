/* Private to the page room: what a template is after parsing. */
#ifndef CORE_TEMPLATE_PARTS_H
#define CORE_TEMPLATE_PARTS_H

#include "core/page/template.h"

enum { MAX_NESTING = 40 };

enum part_kind {
	PART_TEXT,
	PART_VALUE,
	PART_RAW,
	PART_SECTION,
	PART_INVERTED,
	PART_PARTIAL,
	PART_PARENT,
	PART_BLOCK,
	PART_TRANSLATED,
};

struct part {
	enum part_kind kind;
	const char *text; /* the text itself, or the name */
	size_t n;
	int line;
	struct part *inner, *next;
	const struct template *template; /* of a partial or parent, once the set is closed */
};

struct template
{
	const char *name;
	struct part *parts;
	struct template *next;
};

struct templates {
	struct arena *arena;
	struct template *first;
};

#endif
