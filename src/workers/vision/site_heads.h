/* The heads in force, as the web process names them: GET /internal/models. Read by the threads that
 * look while the clerk exchanges them. */
#ifndef WORKERS_VISION_SITE_HEADS_H
#define WORKERS_VISION_SITE_HEADS_H

#include "workers/vision/site_head.h"

enum { SITE_HEADS_MAX = 16 };

struct site_heads;
struct site_heads *site_heads_new(void); /* NULL: out of memory */
void site_heads_free(struct site_heads *s);

/* Takes the answer: {"models":[{"rule","sha256","head":"<file>"}]}. One that does not match its
 * digest, or is none, is left out and logged. E_INVALID: no such answer; those before stay. */
enum err site_heads_take(struct site_heads *s, struct bytes answer, struct fault *why);

/* Judges what was reported for a rule. True: keep it (also when there is no head for it). Sets
 * f->site. */
bool site_heads_keep(struct site_heads *s, const char *rule, struct features *f);

/* Writes "+site-head_uncovered@1a2b3c4d" into out, "" when the rule has none. */
void site_heads_name(struct site_heads *s, const char *rule, char *out, size_t size);

#endif
