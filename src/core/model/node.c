#include "core/model/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct node *node_new(struct arena *a, enum node_type type)
{
	struct node *n = NEW(a, struct node);
	n->type = type;
	n->arena = a;
	return n;
}

struct node *node_map(struct arena *a)
{
	return node_new(a, NODE_MAP);
}

struct node *node_list(struct arena *a)
{
	return node_new(a, NODE_LIST);
}

/* Gives the node of that name in the map, emptied, or a new last one. */
static struct node *put(struct node *in, const char *name, enum node_type type)
{
	if (name)
		for (struct node *n = in->first; n; n = n->next)
			if (strcmp(n->name, name) == 0) {
				struct node *next = n->next;
				*n = (struct node){
					.type = type, .name = name, .next = next, .arena = in->arena
				};
				return n;
			}
	struct node *n = node_new(in->arena, type);
	n->name = name;
	if (in->last)
		in->last->next = n;
	else
		in->first = n;
	in->last = n;
	in->count++;
	return n;
}

struct node *put_map(struct node *in, const char *name)
{
	return put(in, name, NODE_MAP);
}

struct node *put_list(struct node *in, const char *name)
{
	return put(in, name, NODE_LIST);
}

struct node *put_text(struct node *in, const char *name, const char *text)
{
	struct node *n = put(in, name, NODE_TEXT);
	n->s = text ? text : "";
	return n;
}

struct node *put_int(struct node *in, const char *name, int64_t v)
{
	struct node *n = put(in, name, NODE_INT);
	n->i = v;
	return n;
}

struct node *put_flag(struct node *in, const char *name, bool v)
{
	struct node *n = put(in, name, NODE_FLAG);
	n->i = v;
	return n;
}

struct node *put_time(struct node *in, const char *name, int64_t ms)
{
	struct node *n = put_int(in, name, ms);
	n->time = true;
	n->display = ms ? time_text(in->arena, ms) : "";
	return n;
}

struct node *put_printf(struct node *in, const char *name, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct node *n = put_text(in, name, arena_vprintf(in->arena, fmt, ap));
	va_end(ap);
	return n;
}

static const struct node *child(const struct node *n, const char *name, size_t len)
{
	if (n->type == NODE_LIST) {
		char digits[12] = "";
		int64_t at;
		if (len >= sizeof(digits))
			return NULL;
		memcpy(digits, name, len);
		if (!text_to_int(digits, &at) || at < 0)
			return NULL;
		const struct node *c = n->first;
		while (c && at-- > 0)
			c = c->next;
		return c;
	}
	if (n->type != NODE_MAP)
		return NULL;
	for (const struct node *c = n->first; c; c = c->next)
		if (strlen(c->name) == len && memcmp(c->name, name, len) == 0)
			return c;
	return NULL;
}

const struct node *node_find(const struct node *n, const char *path)
{
	while (n && *path) {
		size_t len = strcspn(path, ".");
		n = child(n, path, len);
		path += len + (path[len] == '.');
	}
	return n;
}

const char *node_text(const struct node *n, const char *path, const char *fallback)
{
	const struct node *c = n ? node_find(n, path) : NULL;
	if (!c)
		return fallback;
	if (c->type == NODE_TEXT)
		return c->s;
	if (c->type == NODE_INT)
		return arena_printf(c->arena, "%" PRId64, c->i);
	return fallback;
}

int64_t node_int(const struct node *n, const char *path, int64_t fallback)
{
	const struct node *c = n ? node_find(n, path) : NULL;
	int64_t v;
	if (!c)
		return fallback;
	if (c->type == NODE_INT || c->type == NODE_FLAG)
		return c->i;
	return c->type == NODE_TEXT && text_to_int(c->s, &v) ? v : fallback;
}

bool node_true(const struct node *n, const char *path)
{
	const struct node *c = n ? node_find(n, path) : NULL;
	if (!c)
		return false;
	switch (c->type) {
	case NODE_NULL:
		return false;
	case NODE_FLAG:
	case NODE_INT:
		return c->i != 0;
	case NODE_TEXT:
		return *(c->display ? c->display : c->s) != 0;
	case NODE_MAP:
	case NODE_LIST:
		return c->first != NULL || c->type == NODE_MAP;
	}
	return false;
}
