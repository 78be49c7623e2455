/* Official papers as data: rules/documents/<code>.json says what a paper contains and which fields
 * it must have by law; law changes in that file, not in the program. Parsed once, then never
 * changed, so threads share it. docs in rules/documents/README.md. */
#ifndef CORE_DOCUMENTS_TEMPLATE_H
#define CORE_DOCUMENTS_TEMPLATE_H

#include "core/base/base.h"

enum need {
	NEED_ALWAYS,
	NEED_NEVER,
	NEED_WITH,     /* when the field named in text is given */
	NEED_CONSTANT, /* text stands in the template; a value given by the caller wins */
	NEED_BUILTIN,  /* number, bureau, date: from the paper itself */
};

struct paper_field {
	const char *name; /* "party_name"; of a list "file.name": values are file.1.name,
			     file.2.name … */
	const char *text;
	enum need need;
	bool picture;
};

struct paper_template {
	const char *code, *name;
	const char *type;    /* the word in the number, as 当罚 */
	const char *number;  /* pattern of the number; "" when the paper has none */
	const char *version; /* of the form */
	const char *source;
	int64_t valid_from; /* ms UTC, local midnight */
	int64_t national;   /* its number among the national forms of 2021; 0: none */
	bool by_hand;	    /* officers of a case may issue it from a form of its fields */
	const struct paper_field *fields;
	size_t n_fields;
	const struct paper_body *body; /* of this room only: body.h */
};

/* Everything lives in a. E_INVALID with the place in why: no JSON, an unknown key or kind of block,
 * a {field} that is not declared, a declared field that is never used, a bad number pattern. */
enum err paper_template_parse(
	struct arena *a, struct bytes json, struct paper_template **out, struct fault *why);

struct paper_serial {
	const char *office;   /* short name, as 沪市监闵 */
	const char *district; /* digits, for patterns that want them; NULL: "" */
	int year;
	int64_t seq; /* 1.. */
};

/* The pattern filled: {office} {district} {type} {year} {seq} and {seq:6} with leading zeros, as
 * 示范市监当罚〔2026〕17号. "" when the paper has no number. */
char *paper_number(struct arena *a, const struct paper_template *t, const struct paper_serial *s);

#endif
