/* How long recordings stay, and whether the room for them suffices. */
#ifndef CAMERAS_KEEP_H
#define CAMERAS_KEEP_H

#include "core/core.h"

enum { KEEP_DAYS_USUAL = 30, KEEP_WARN_DAYS = 30 };

/* ms that a camera's recordings stay: its own days where it has any, else those of its kind in the
 * rules "vision/retention". */
int64_t keep_ms_of(const struct node *law, const char *kind, int64_t keep_days);

/* Puts {keep_warning}: the words, when this machine's media worker foresees that recordings will go
 * before their time within 30 days; else "". */
void put_keep_warning(struct req *rq);

#endif
