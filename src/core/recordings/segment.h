/* Names of recordings, and what a camera's folder holds. */
#ifndef CORE_RECORDINGS_SEGMENT_H
#define CORE_RECORDINGS_SEGMENT_H

#include "core/base/base.h"

struct segment {
	int64_t gen, start_ms; /* ms UTC, 13 digits each */
	int64_t duration_ms;   /* 1 to 9 999 999 */
	int64_t bytes;	       /* size of the file; 0 when not looked at */
};

struct segment_list {
	struct segment *at;
	size_t n;
};

enum { SEGMENT_NAME_SIZE = 48 };

/* Writes the name; the values must be in range. */
void segment_name(char out[SEGMENT_NAME_SIZE], const struct segment *s);
void init_name(char out[SEGMENT_NAME_SIZE], int64_t gen);

/* False for anything that is not exactly such a name. bytes becomes 0. */
bool segment_parse(const char *name, struct segment *out);
bool init_parse(const char *name, int64_t *gen);

static inline int64_t segment_end(const struct segment *s)
{
	return s->start_ms + s->duration_ms;
}

/* True when id may be a folder's name: 1 to 40 of 0-9 a-z A-Z - _. */
bool camera_id_valid(const char *id);

struct name_list {
	char **at;
	size_t n;
};

/* The cameras' folders below media: those whose name may be an id. */
enum err camera_list(struct arena *a, const char *media, struct name_list *out, struct fault *why);

struct segment_query {
	const char *folder;
	int64_t from_ms, to_ms; /* segments that overlap [from, to); 0, 0: all */
	bool sizes;		/* fill bytes */
};

/* The segments of a folder by start; where one lies within another of its gen (a joined file beside
 * its parts, see join.h) only the longer one. A folder that is not there is an empty list. */
enum err segment_find(struct arena *a, const struct segment_query *q, struct segment_list *out,
	struct fault *why);

/* Sorts by start, then gen, longer first, and drops what lies within its predecessor. */
void segment_order(struct segment_list *l);

#endif
