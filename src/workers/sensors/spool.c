#include "workers/sensors/spool.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH_MAX = 4 << 20 };

static void path_of(const struct spool *s, int64_t n, char out[4096])
{
	snprintf(out, 4096, "%s/%019" PRId64 ".json", s->dir, n);
}

static int64_t size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* "0000000000000000042.json" is 42; -1 for any other name. */
static int64_t number_of(const char *name)
{
	char digits[20];
	int64_t n;

	if (strlen(name) != 24 || !text_ends(name, ".json"))
		return -1;
	memcpy(digits, name, 19);
	digits[19] = 0;
	return strspn(digits, "0123456789") == 19 && text_to_int(digits, &n) ? n : -1;
}

enum err spool_open(struct arena *a, const char *dir, struct spool *s, struct fault *why)
{
	char path[4096];
	struct dirent *e;

	TRY(dir_make(dir, why));
	s->dir = arena_dup(a, dir);
	s->bytes = 0;
	s->first = INT64_MAX;
	s->next = 1;
	DIR *d = opendir(dir);
	if (!d)
		return fault(why, E_INTERNAL, "%s cannot be read", dir);
	while ((e = readdir(d))) {
		int64_t n = number_of(e->d_name);
		if (n < 0)
			continue;
		path_of(s, n, path);
		s->bytes += size_of(path);
		s->first = n < s->first ? n : s->first;
		s->next = n >= s->next ? n + 1 : s->next;
	}
	closedir(d);
	if (s->first == INT64_MAX)
		s->first = s->next;
	return OK;
}

enum err spool_put(struct spool *s, struct bytes batch, struct fault *why)
{
	char path[4096];

	if (s->bytes + (int64_t)batch.n > s->max)
		return fault(why, E_TOO_LARGE, "the spool is full");
	path_of(s, s->next, path);
	TRY(file_write(path, batch.at, batch.n, 0640, why));
	s->bytes += (int64_t)batch.n;
	s->next++;
	return OK;
}

static void skip_absent(struct spool *s)
{
	char path[4096];

	for (; s->first < s->next; s->first++) {
		path_of(s, s->first, path);
		if (access(path, F_OK) == 0)
			return;
	}
}

enum err spool_first(struct arena *a, struct spool *s, struct bytes *out, struct fault *why)
{
	char path[4096];

	skip_absent(s);
	if (spool_empty(s))
		return E_NOT_FOUND;
	path_of(s, s->first, path);
	return file_read(a, path, BATCH_MAX, out, why);
}

void spool_drop(struct spool *s)
{
	char path[4096];

	path_of(s, s->first, path);
	s->bytes -= size_of(path);
	unlink(path);
	s->first++;
}

void spool_set_aside(struct spool *s)
{
	char from[4096], to[4200];

	path_of(s, s->first, from);
	snprintf(to, sizeof(to), "%s/refused-%" PRId64 ".json", s->dir, s->first);
	s->bytes -= size_of(from);
	if (rename(from, to))
		unlink(from);
	s->first++;
}
