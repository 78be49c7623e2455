/* A segment while it is written: a file under a dot-name that gets its own name when it is whole.
 * The bytes written so far may be read through its descriptor, also after that; so the newest
 * fragments need no memory of ours beside the page cache. */
#ifndef WORKERS_MEDIA_PART_H
#define WORKERS_MEDIA_PART_H

#include "core/base/base.h"

struct part {
	_Atomic int uses;
	int fd;
	int64_t n; /* bytes written: the writer's; readers know the places they were told */
	bool named;
	bool broken; /* a fragment did not fit in: what came before it is whole, nothing follows */
};

/* One use belongs to the caller. The folder holds one part at a time. */
enum err part_open(const char *folder, struct part **out, struct fault *why);
enum err part_add(struct part *p, struct bytes b, struct fault *why);

/* Gives it its name in the folder. */
enum err part_name(struct part *p, const char *folder, const char *name, struct fault *why);

struct part *part_hold(struct part *p); /* one use more; any thread */
void part_drop(struct part *p);		/* one use less; NULL is fine */

/* Removes what was not named; then drops. */
void part_abandon(struct part *p, const char *folder);

#endif
