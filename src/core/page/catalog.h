/* Translations: a compiled gettext catalogue (.mo), whose keys are the English sentences of the
 * source. */
#ifndef CORE_CATALOG_H
#define CORE_CATALOG_H

#include "core/base/base.h"

struct catalog;
/* The bytes must outlive the catalogue. Every offset is checked here, once. */
enum err catalog_open(struct arena *a, struct bytes mo, struct catalog **out, struct fault *why);
/* The translation, or text itself when there is none or c is NULL. */
const char *catalog_get(const struct catalog *c, const char *text);

#endif
