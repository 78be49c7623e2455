/* JSON in by jansson (limits, UTF-8, duplicate keys), out by our own writer, so that one tree
 * serves both. */
#include "core/model/node.h"

#include <jansson.h>
#include <string.h>

enum { MAX_DEPTH = 32 };
static const int64_t SAFE_INTEGER = ((int64_t)1 << 53) - 1; /* beyond it JavaScript loses digits */

static enum err take(struct node *in, const char *name, const json_t *j, int depth);

static enum err take_children(struct node *n, const json_t *j, int depth)
{
	const char *key;
	json_t *v;
	size_t i;

	if (depth > MAX_DEPTH)
		return E_INVALID;
	if (json_is_object(j)) {
		json_object_foreach((json_t *)j, key, v)
			TRY(take(n, arena_dup(n->arena, key), v, depth + 1));
	} else {
		json_array_foreach(j, i, v) TRY(take(n, NULL, v, depth + 1));
	}
	return OK;
}

/* Appends without looking for an equal name (jansson refuses duplicates), so that large maps stay
 * linear. */
static struct node *append(struct node *in, const char *name)
{
	struct node *n = put_text(in, NULL, "");
	n->name = name;
	return n;
}

static enum err take(struct node *in, const char *name, const json_t *j, int depth)
{
	struct node *n = append(in, name);

	switch (json_typeof(j)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		n->type = json_is_object(j) ? NODE_MAP : NODE_LIST;
		n->first = n->last = NULL;
		n->count = 0;
		return take_children(n, j, depth);
	case JSON_STRING:
		n->s = arena_dup(in->arena, json_string_value(j));
		return OK;
	case JSON_INTEGER:
		n->type = NODE_INT;
		n->i = json_integer_value(j);
		return OK;
	case JSON_REAL:
		n->s = arena_printf(in->arena, "%.15g", json_real_value(j));
		return OK;
	case JSON_TRUE:
	case JSON_FALSE:
		n->type = NODE_FLAG;
		n->i = json_is_true(j);
		return OK;
	case JSON_NULL:
		n->type = NODE_NULL;
		return OK;
	}
	return OK;
}

enum err json_parse(struct arena *a, struct bytes in, struct node **out, struct fault *why)
{
	json_error_t at;
	json_t *j = json_loadb((const char *)in.at, in.n, JSON_REJECT_DUPLICATES, &at);

	*out = NULL;
	if (!j)
		return fault(why, E_INVALID, "line %d: %s", at.line, at.text);
	struct node *holder = node_list(a);
	enum err e = take(holder, NULL, j, 0);
	json_decref(j);
	if (e)
		return fault(why, E_INVALID, "nested deeper than %d", MAX_DEPTH);
	*out = holder->first;
	return OK;
}

void json_quote(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (const char *from = s;; s++) {
		unsigned char c = (unsigned char)*s;
		if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != 0x7f)
			continue;
		buf_add(b, from, (size_t)(s - from));
		if (!c)
			break;
		if (c == '\n')
			buf_puts(b, "\\n");
		else if (c == '"' || c == '\\') {
			buf_putc(b, '\\');
			buf_putc(b, (char)c);
		} else
			buf_printf(b, "\\u%04x", c);
		from = s + 1;
	}
	buf_putc(b, '"');
}

static void write_int(struct buf *b, const struct node *n)
{
	if (n->time && n->i) {
		json_quote(b, time_iso(b->arena, n->i));
	} else if (n->time) {
		buf_puts(b, "null");
	} else if (n->i > SAFE_INTEGER || n->i < -SAFE_INTEGER) {
		buf_printf(b, "\"%" PRId64 "\"", n->i);
	} else {
		buf_printf(b, "%" PRId64, n->i);
	}
}

static void write_children(struct buf *b, const struct node *n)
{
	const char *sep = "";

	buf_putc(b, n->type == NODE_MAP ? '{' : '[');
	NODE_EACH (c, n) {
		if (c->hidden)
			continue;
		buf_puts(b, sep);
		sep = ",";
		if (n->type == NODE_MAP) {
			json_quote(b, c->name);
			buf_putc(b, ':');
		}
		json_write(b, c);
	}
	buf_putc(b, n->type == NODE_MAP ? '}' : ']');
}

void json_write(struct buf *b, const struct node *n)
{
	switch (n->type) {
	case NODE_NULL:
		buf_puts(b, "null");
		break;
	case NODE_FLAG:
		buf_puts(b, n->i ? "true" : "false");
		break;
	case NODE_INT:
		write_int(b, n);
		break;
	case NODE_TEXT:
		json_quote(b, n->s);
		break;
	case NODE_MAP:
	case NODE_LIST:
		write_children(b, n);
		break;
	}
}
