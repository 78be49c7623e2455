/* Templates: mustache with inheritance and translation, over the value tree.
 *
 *	{{x}} {{a.b}} {{.}}      value, HTML-escaped (its display text when it has one)
 *	{{{x}}}                  unescaped; only nodes marked raw, others are escaped all the same
 *	{{#x}}..{{/x}} {{^x}}..{{/x}}   sections: lists, maps, truth
 *	{{> partials/tag}}       partial, in the current context
 *	{{<layouts/desk}} {{$title}}..{{/title}} {{/layouts/desk}}   inheritance
 *	{{_ English sentence}}   translation of a fixed sentence
 *	{{! comment}}
 *
 * A name missing in an item is looked up further out. Names of missing partials are an error when
 *the set is closed, not when a page is asked for.
 */
#ifndef CORE_TEMPLATE_H
#define CORE_TEMPLATE_H

#include "core/base/base.h"
#include "core/model/node.h"
#include "core/page/catalog.h"

struct templates;
struct templates *templates_new(struct arena *a);
/* The text must outlive the set. Errors name the line. */
enum err templates_add(
	struct templates *t, const char *name, const char *text, size_t n, struct fault *why);
/* Afterwards the set is complete: every partial and layout is there, and it never changes again. */
enum err templates_close(struct templates *t, struct fault *why);
bool templates_has(const struct templates *t, const char *name);

struct render {
	const struct templates *set;
	const struct catalog *catalog; /* NULL: English */
	const struct node *globals;    /* looked up last */
	struct buf *out;
	bool used_csrf; /* set when the page shows {{csrf}} */
};
enum err template_render(
	struct render *r, const char *name, const struct node *view, struct fault *why);
void html_escape(struct buf *b, const char *s);

#endif
