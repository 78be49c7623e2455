/* From paper and template to a sheet: the values looked up, the blocks poured. */
#ifndef CORE_DOCUMENTS_RENDER_H
#define CORE_DOCUMENTS_RENDER_H

#include "core/documents/body.h"
#include "core/documents/paper.h"
#include "core/documents/sheet.h"

struct render {
	struct arena *arena;
	const struct paper *paper; /* values already cleaned */
	struct picture *pictures;  /* beside paper->images */
	struct sheet *sheet;
	double pitch; /* of all lines, as a share of what the blocks say */
	int item;     /* in a list, from 1; 0 outside */
	int tail;     /* strips of the body before the last lines that an ending stays with */
	bool ended;   /* a seal or a place to sign has been poured */
	enum block_kind before; /* of the last block that left a strip */
};

/* Value of a field, "" when there is none. A given picture reads "1". */
const char *render_value(const struct render *r, const char *name);
/* How many items a list has: the greatest N of list.N.anything, at most 1000. */
int render_items(const struct paper *p, const char *list, size_t n);
char *render_phrase(const struct render *r, const struct phrase *phrase);
/* words.c */
void render_words(struct arena *a, const struct paper *cleaned, struct paper_words *out);
enum err render_blocks(struct render *r, const struct block *blocks, size_t n, struct fault *why);
/* After all blocks, once. */
void render_end(struct render *r);

#endif
