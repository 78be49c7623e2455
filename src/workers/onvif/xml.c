#include "workers/onvif/xml.h"

#include <expat.h>
#include <string.h>

#include "workers/onvif/onvif.h"

struct reading {
	struct arena *arena;
	XML_Parser parser;
	struct onvif_xml *root, *now;
	size_t depth, elements, n;
	char text[ONVIF_TEXT_MAX + 1]; /* since the last tag */
	const char *refused;
};

static void refuse(struct reading *r, const char *reason)
{
	if (!r->refused)
		r->refused = reason;
	XML_StopParser(r->parser, XML_FALSE);
}

/* Entities cannot be declared without one, so none can grow. */
static void on_doctype(
	void *at, const XML_Char *name, const XML_Char *sys, const XML_Char *pub, int internal)
{
	(void)name, (void)sys, (void)pub, (void)internal;
	refuse(at, "a DTD");
}

static const char *without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

char *onvif_clean(struct arena *a, const char *s)
{
	char *out = arena_dup(a, s);
	for (char *c = out; *c; c++) {
		unsigned char u = (unsigned char)*c, next = (unsigned char)c[1];
		if (u < 0x20 || u == 0x7f)
			*c = ' ';
		else if (u == 0xc2 && next >= 0x80 && next < 0xa0)
			c[0] = c[1] = ' ';
	}
	return out;
}

static void on_start(void *at, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = at;
	if (r->depth == ONVIF_DEPTH_MAX || r->elements == ONVIF_ELEMENTS_MAX) {
		refuse(r, "too deep, or too many elements");
		return;
	}
	r->depth++;
	r->elements++;
	struct onvif_xml *x = NEW(r->arena, struct onvif_xml);
	x->name = arena_dup(r->arena, without_prefix(name));
	x->token = x->text = "";
	for (; *attributes; attributes += 2)
		if (text_is(attributes[0], "token") && strlen(attributes[1]) <= ONVIF_TEXT_MAX)
			x->token = onvif_clean(r->arena, attributes[1]);
	x->up = r->now;
	if (!r->now)
		r->root = x;
	else if (r->now->last)
		r->now->last->next = x;
	else
		r->now->child = x;
	if (r->now)
		r->now->last = x;
	r->now = x;
	r->n = 0;
}

static void on_text(void *at, const XML_Char *s, int n)
{
	struct reading *r = at;
	size_t room = ONVIF_TEXT_MAX - r->n, take = (size_t)n < room ? (size_t)n : room;
	memcpy(r->text + r->n, s, take);
	r->n += take;
}

/* Text cut in the middle of a character loses that character. */
static void on_end(void *at, const XML_Char *name)
{
	struct reading *r = at;
	(void)name;
	for (int i = 0; i < 4 && r->n && !utf8_valid(r->text, r->n); i++)
		r->n--;
	r->text[r->n] = '\0';
	if (r->n && !r->now->child)
		r->now->text = text_trim(r->arena, onvif_clean(r->arena, r->text));
	r->n = 0;
	r->now = r->now->up;
	r->depth--;
}

enum err onvif_xml_read(
	struct arena *a, struct bytes text, struct onvif_xml **root, struct fault *why)
{
	struct reading *r = NEW(a, struct reading);
	enum err e = OK;
	r->arena = a;
	*root = NULL;
	if (text.n > ONVIF_ANSWER_MAX)
		return fault(why, E_TOO_LARGE, "an answer above 1 MiB");
	r->parser = XML_ParserCreate(NULL);
	if (!r->parser)
		return fault(why, E_INTERNAL, "out of memory");
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	if (XML_Parse(r->parser, (const char *)text.at, (int)text.n, 1) != XML_STATUS_OK)
		e = fault(why, E_INVALID, "%s",
			r->refused ? r->refused : XML_ErrorString(XML_GetErrorCode(r->parser)));
	XML_ParserFree(r->parser);
	if (!e)
		*root = r->root;
	return e;
}

static const struct onvif_xml *child_named(const struct onvif_xml *x, const char *name, size_t n)
{
	for (x = x->child; x; x = x->next)
		if (strlen(x->name) == n && memcmp(x->name, name, n) == 0)
			return x;
	return NULL;
}

const struct onvif_xml *onvif_xml_at(const struct onvif_xml *x, const char *path)
{
	while (x && *path) {
		size_t n = strcspn(path, "/");
		x = child_named(x, path, n);
		path += n + (path[n] == '/');
	}
	return x;
}

const char *onvif_xml_text(const struct onvif_xml *x, const char *path)
{
	x = onvif_xml_at(x, path);
	return x ? x->text : "";
}
