/* Shared by the two halves of the template parser: names and phrases, blocks. */
#ifndef CORE_DOCUMENTS_PARSE_H
#define CORE_DOCUMENTS_PARSE_H

#include "core/documents/body.h"

#include <jansson.h>

enum { PARSE_FIELDS = 200, PARSE_DEPTH = 8 };

struct parse {
	struct arena *arena;
	struct fault *why;
	struct paper_field fields[PARSE_FIELDS];
	bool used[PARSE_FIELDS];
	size_t n_fields;
	const char *list; /* the list whose rows are parsed, NULL outside */
	int columns;	  /* of the table whose rows are parsed */
	int depth, block; /* block: counted for messages */
	bool numbered, sealed;
};

enum err parse_bad(struct parse *p, const char *fmt, ...) PRINTF(2, 3);
enum err parse_declare(struct parse *p, struct paper_field f);
/* Marks a name used; E_INVALID when it is not declared, or a list's outside of the list. */
enum err parse_use(struct parse *p, const char *name, bool picture);
/* text may be NULL: an empty phrase. */
enum err parse_phrase(struct parse *p, const char *text, struct phrase *out);
enum err parse_number(struct parse *p, const char *pattern, struct phrase *out);
enum err parse_blocks(struct parse *p, json_t *list, const struct block **out, size_t *n);
enum err parse_rows(struct parse *p, json_t *list, const struct row_plan **out, size_t *n);
enum err parse_signs(struct parse *p, json_t *list, const struct sign_plan **out, size_t *n);
/* Overwrites *align when word is not NULL. */
enum err parse_align(struct parse *p, const char *word, enum align *align);

#endif
