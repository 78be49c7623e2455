/* The value tree: one per answer, shown as HTML by a template or as JSON; also what JSON is parsed
 * into. Nodes live in an arena. A node may carry a display text (what a page shows) beside its
 * value (what JSON shows): a time is 1764000000000 in the tree, "2025-11-25 00:00" on the page, ISO
 * 8601 in JSON. */
#ifndef CORE_NODE_H
#define CORE_NODE_H

#include "core/base/base.h"

enum node_type { NODE_NULL, NODE_FLAG, NODE_INT, NODE_TEXT, NODE_MAP, NODE_LIST };

struct node {
	enum node_type type;
	const char *name;    /* in a map */
	const char *display; /* NULL: as the value */
	bool time;	     /* an int that JSON shows as ISO 8601 */
	bool raw;	     /* text that {{{x}}} may print unescaped: SVG of our own making */
	bool hidden;	     /* for the page only: JSON leaves it out */
	union {
		int64_t i;
		const char *s;
		struct {
			struct node *first, *last;
			int count;
		};
	};
	struct node *next;
	struct arena *arena;
};

struct node *node_map(struct arena *a);
struct node *node_list(struct arena *a);
/* Adds to a map (name) or list (name NULL); an equal name is replaced. Return the new node. Text is
 * not copied. */
struct node *put_map(struct node *in, const char *name);
struct node *put_list(struct node *in, const char *name);
struct node *put_text(struct node *in, const char *name, const char *text); /* NULL text is "" */
struct node *put_int(struct node *in, const char *name, int64_t v);
struct node *put_flag(struct node *in, const char *name, bool v);
struct node *put_time(
	struct node *in, const char *name, int64_t ms); /* display: local time; 0 shows nothing */
struct node *put_printf(struct node *in, const char *name, const char *fmt, ...) PRINTF(3, 4);

/* Reading: path is "a.b.0.c"; absent gives NULL or the default. */
const struct node *node_find(const struct node *n, const char *path);
const char *node_text(const struct node *n, const char *path, const char *fallback);
int64_t node_int(const struct node *n, const char *path,
	int64_t fallback); /* text that is a number counts */
bool node_true(const struct node *n,
	const char *path); /* mustache's sense: not absent, false, "", 0 or empty */
/* The first child of a map or list; NULL for what has none: text and numbers keep their value in
 * its place. */
static inline const struct node *node_first(const struct node *n)
{
	return n && (n->type == NODE_MAP || n->type == NODE_LIST) ? n->first : NULL;
}
#define NODE_EACH(child, list)                                                                     \
	for (const struct node *child = node_first(list); child; child = child->next)

/* JSON as in RFC 8259, duplicate keys refused, depth at most 32. Real numbers become text. */
enum err json_parse(struct arena *a, struct bytes in, struct node **out, struct fault *why);
void json_write(
	struct buf *b, const struct node *n); /* < as \u003c; integers beyond 2^53 as strings */
void json_quote(struct buf *b, const char *s);

#endif
