/* What this room keeps of learning: features of leads, models, modes of rules, misses. Used by the
 * room's pages, and by the command that trains (src/vision_command.c). */
#ifndef CAMERAS_LEARNING_H
#define CAMERAS_LEARNING_H

#include "core/core.h"

struct lead_features {
	int64_t id, version;  /* the lead's id */
	const char *net;      /* "head@3a8831d5" */
	int64_t base, site;   /* hundredths; site -1: no head of the site judged */
	const char *features; /* base64 of little-endian int16, 1/4096 */
};
extern const struct model lead_features_model;

/* From the worker's post: net, base, site, features. *there is false when none came. E_INVALID:
 * they make no sense. The row is inserted before the lead's fact, which then speaks for it. */
enum err lead_features_read(struct req *rq, struct lead_features *f, bool *there);

#endif
