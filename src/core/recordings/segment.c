#include "core/recordings/segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STAMP_DIGITS = 13, DURATION_DIGITS = 7 };

/* A file of the tidying thread is never longer than this (join.h); what overlaps a range may start
 * so much earlier. */
enum { LONGEST_MS = 10 * MINUTE };

void segment_name(char out[SEGMENT_NAME_SIZE], const struct segment *s)
{
	snprintf(out, SEGMENT_NAME_SIZE, "%013" PRId64 "-%013" PRId64 "-%" PRId64 ".m4s", s->gen,
		s->start_ms, s->duration_ms);
}

void init_name(char out[SEGMENT_NAME_SIZE], int64_t gen)
{
	snprintf(out, SEGMENT_NAME_SIZE, "init-%013" PRId64 ".mp4", gen);
}

/* Reads least to most digits and moves *s behind them. */
static bool take_number(const char **s, int least, int most, int64_t *out)
{
	int64_t v = 0;
	int n = 0;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		if (++n > most)
			return false;
		v = v * 10 + (**s - '0');
	}
	*out = v;
	return n >= least;
}

static bool take(const char **s, const char *text)
{
	size_t n = strlen(text);
	if (strncmp(*s, text, n) != 0)
		return false;
	*s += n;
	return true;
}

bool segment_parse(const char *name, struct segment *out)
{
	struct segment s = { 0 };
	bool good = take_number(&name, STAMP_DIGITS, STAMP_DIGITS, &s.gen) && take(&name, "-") &&
		    take_number(&name, STAMP_DIGITS, STAMP_DIGITS, &s.start_ms) &&
		    take(&name, "-") && *name != '0' &&
		    take_number(&name, 1, DURATION_DIGITS, &s.duration_ms) && take(&name, ".m4s") &&
		    !*name;
	if (good)
		*out = s;
	return good;
}

bool init_parse(const char *name, int64_t *gen)
{
	return take(&name, "init-") && take_number(&name, STAMP_DIGITS, STAMP_DIGITS, gen) &&
	       take(&name, ".mp4") && !*name;
}

bool camera_id_valid(const char *id)
{
	static const char ALLOWED[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	size_t n = id ? strspn(id, ALLOWED) : 0;
	return n >= 1 && n <= 40 && !id[n];
}

static int by_start(const void *pa, const void *pb)
{
	const struct segment *a = pa, *b = pb;
	if (a->start_ms != b->start_ms)
		return a->start_ms < b->start_ms ? -1 : 1;
	if (a->gen != b->gen)
		return a->gen < b->gen ? -1 : 1;
	if (a->duration_ms != b->duration_ms)
		return a->duration_ms > b->duration_ms ? -1 : 1;
	return 0;
}

void segment_order(struct segment_list *l)
{
	size_t kept = 0;
	if (l->n)
		qsort(l->at, l->n, sizeof(*l->at), by_start);
	for (size_t i = 0; i < l->n; i++) {
		const struct segment *before = kept ? &l->at[kept - 1] : NULL;
		if (before && before->gen == l->at[i].gen &&
			segment_end(&l->at[i]) <= segment_end(before))
			continue;
		l->at[kept++] = l->at[i];
	}
	l->n = kept;
}

static bool wanted(const struct segment_query *q, const struct segment *s)
{
	if (!q->from_ms && !q->to_ms)
		return true;
	return s->start_ms < q->to_ms && segment_end(s) > q->from_ms &&
	       s->start_ms > q->from_ms - LONGEST_MS;
}

/* Room in the arena doubles; the old room stays until the arena goes. */
static void append(struct arena *a, struct segment_list *l, const struct segment *s)
{
	if ((l->n & (l->n - 1)) == 0 && (l->n == 0 || l->n >= 16)) {
		struct segment *more = NEWS(a, struct segment, l->n ? l->n * 2 : 16);
		if (l->n)
			memcpy(more, l->at, l->n * sizeof(*more));
		l->at = more;
	}
	l->at[l->n++] = *s;
}

enum err segment_find(
	struct arena *a, const struct segment_query *q, struct segment_list *out, struct fault *why)
{
	*out = (struct segment_list){ 0 };
	DIR *d = opendir(q->folder);
	if (!d && errno == ENOENT)
		return OK;
	if (!d)
		return fault(why, E_INTERNAL, "cannot list %s: %s", q->folder, strerror(errno));
	for (struct dirent *e; (e = readdir(d));) {
		struct segment s;
		struct stat st;
		if (!segment_parse(e->d_name, &s) || !wanted(q, &s))
			continue;
		/* Tidied away meanwhile: as if it had not been listed. */
		if (q->sizes && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (q->sizes)
			s.bytes = st.st_size;
		append(a, out, &s);
	}
	closedir(d);
	segment_order(out);
	return OK;
}

static void append_name(struct arena *a, struct name_list *l, const char *name)
{
	if ((l->n & (l->n - 1)) == 0 && (l->n == 0 || l->n >= 16)) {
		char **more = NEWS(a, char *, l->n ? l->n * 2 : 16);
		if (l->n)
			memcpy(more, l->at, l->n * sizeof(*more));
		l->at = more;
	}
	l->at[l->n++] = arena_dup(a, name);
}

enum err camera_list(struct arena *a, const char *media, struct name_list *out, struct fault *why)
{
	*out = (struct name_list){ 0 };
	DIR *d = opendir(media);
	if (!d)
		return fault(why, E_INTERNAL, "cannot list %s: %s", media, strerror(errno));
	for (struct dirent *e; (e = readdir(d));) {
		struct stat st;
		if (camera_id_valid(e->d_name) &&
			fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISDIR(st.st_mode))
			append_name(a, out, e->d_name);
	}
	closedir(d);
	return OK;
}
