/* XML as a small tree, read by expat: names without their prefix, one attribute, no DTD. */
#ifndef WORKERS_ONVIF_XML_H
#define WORKERS_ONVIF_XML_H

#include "core/base/base.h"

enum { ONVIF_DEPTH_MAX = 24, ONVIF_ELEMENTS_MAX = 20000, ONVIF_TEXT_MAX = 4096 };

struct onvif_xml {
	const char *name;  /* without prefix */
	const char *token; /* the attribute of that name, or "" */
	const char *text;  /* trimmed, controls made blanks, cut at ONVIF_TEXT_MAX bytes */
	struct onvif_xml *up, *child, *last, *next;
};

/* E_TOO_LARGE above ONVIF_ANSWER_MAX bytes; E_INVALID: not well-formed, a DTD, too deep or many. */
enum err onvif_xml_read(
	struct arena *a, struct bytes text, struct onvif_xml **root, struct fault *why);

/* The first child of each name along "A/B/C"; NULL when one is missing. x may be NULL. */
const struct onvif_xml *onvif_xml_at(const struct onvif_xml *x, const char *path);
/* Its text, or "". */
const char *onvif_xml_text(const struct onvif_xml *x, const char *path);

/* A copy that can be shown on a terminal: control characters (also U+0080 to U+009F) are blanks. */
char *onvif_clean(struct arena *a, const char *s);

#endif
