#include "workers/media/part.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void aside(char out[PATH_MAX], const char *folder)
{
	snprintf(out, PATH_MAX, "%s/.segment", folder);
}

enum err part_open(const char *folder, struct part **out, struct fault *why)
{
	char path[PATH_MAX];
	struct part *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	aside(path, folder);
	unlink(path); /* of a worker that died; others may still read the one before */
	p->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	atomic_store(&p->uses, 1);
	if (p->fd >= 0) {
		*out = p;
		return OK;
	}
	int code = errno;
	free(p);
	return fault(why, E_INTERNAL, "cannot write %s: %s", path, strerror(code));
}

/* Takes half a fragment back; nothing may follow the hole. */
static enum err broke(struct part *p, int code, struct fault *why)
{
	p->broken = true;
	if (ftruncate(p->fd, p->n) != 0)
		p->n = 0; /* and nothing that is there may be shown */
	return fault(
		why, E_INTERNAL, "cannot write a segment: %s", code ? strerror(code) : "no room");
}

enum err part_add(struct part *p, struct bytes b, struct fault *why)
{
	int64_t n = p->n;
	if (p->broken)
		return fault(why, E_INTERNAL, "the segment is broken");
	while (b.n) {
		ssize_t wrote = write(p->fd, b.at, b.n);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return broke(p, wrote ? errno : 0, why);
		b.at += wrote;
		b.n -= (size_t)wrote;
		n += wrote;
	}
	p->n = n;
	return OK;
}

enum err part_name(struct part *p, const char *folder, const char *name, struct fault *why)
{
	char from[PATH_MAX], to[PATH_MAX];
	aside(from, folder);
	int n = snprintf(to, sizeof(to), "%s/%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof(to))
		return fault(why, E_INTERNAL, "path too long: %s", name);
	if (rename(from, to) != 0)
		return fault(why, E_INTERNAL, "cannot write %s: %s", to, strerror(errno));
	p->named = true;
	return OK;
}

struct part *part_hold(struct part *p)
{
	atomic_fetch_add(&p->uses, 1);
	return p;
}

void part_drop(struct part *p)
{
	if (!p || atomic_fetch_sub(&p->uses, 1) > 1)
		return;
	close(p->fd);
	free(p);
}

void part_abandon(struct part *p, const char *folder)
{
	char path[PATH_MAX];
	if (!p)
		return;
	aside(path, folder);
	if (!p->named)
		unlink(path);
	part_drop(p);
}
