#include "core/base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err trouble(struct fault *why, const char *what, const char *path)
{
	int no = errno;
	char text[128] = "";
	const char *reason = strerror_r(no, text, sizeof text);
	enum err e = no == ENOENT || no == ENOTDIR ? E_NOT_FOUND : E_INTERNAL;
	return fault(why, e, "%s: cannot %s: %s", path, what, reason);
}

/* ---- reading ------------------------------------------------------------------------------ */

static ssize_t read_some(int fd, uint8_t *at, size_t n)
{
	ssize_t got;
	do
		got = read(fd, at, n);
	while (got < 0 && errno == EINTR);
	return got;
}

struct reading {
	const char *path;
	size_t max, cap, n;
	uint8_t *at;
};

static enum err read_all(struct arena *a, int fd, struct reading *r, struct fault *why)
{
	for (;;) {
		if (r->n == r->cap) { /* longer than it was said to be: a pipe, or it grows */
			uint8_t *more = arena_alloc_array(a, r->cap + 1, 2);
			memcpy(more, r->at, r->n);
			r->at = more;
			r->cap = 2 * r->cap + 1;
		}
		ssize_t got = read_some(fd, r->at + r->n, r->cap - r->n);
		if (got < 0)
			return trouble(why, "read", r->path);
		if (got == 0)
			return OK;
		r->n += (size_t)got;
		if (r->n > r->max)
			return fault(
				why, E_TOO_LARGE, "%s: larger than %zu bytes", r->path, r->max);
	}
}

enum err file_read(
	struct arena *a, const char *path, size_t max, struct bytes *out, struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return trouble(why, "open", path);
	struct stat st;
	enum err e = OK;
	if (fstat(fd, &st) < 0)
		e = trouble(why, "read", path);
	else if (S_ISDIR(st.st_mode))
		e = fault(why, E_INVALID, "%s: is a folder", path);
	else if (st.st_size > 0 && (uint64_t)st.st_size > max)
		e = fault(why, E_TOO_LARGE, "%s: larger than %zu bytes", path, max);
	if (!e) {
		/* one byte beyond the end is read (to see it), one stays for a NUL */
		size_t cap = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
		struct reading r = { path, max, cap, 0, arena_alloc(a, cap + 1) };
		e = read_all(a, fd, &r, why);
		if (!e)
			*out = (struct bytes){ r.at, r.n };
	}
	close(fd);
	return e;
}

/* ---- writing ------------------------------------------------------------------------------ */

static bool write_all(int fd, const uint8_t *at, size_t n)
{
	while (n) {
		ssize_t done = write(fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

static bool sync_folder_of(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path),
			path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool done = fsync(fd) == 0;
	int no = errno;
	close(fd);
	errno = no;
	return done;
}

static enum err fill(int fd, const char *path, struct bytes what, struct fault *why)
{
	if (!write_all(fd, what.at, what.n))
		return trouble(why, "write", path);
	if (fsync(fd) < 0)
		return trouble(why, "sync", path);
	return OK;
}

enum err file_write(const char *path, const void *at, size_t n, int mode, struct fault *why)
{
	char aside[PATH_MAX];
	int len = snprintf(aside, sizeof aside, "%s.XXXXXX", path);
	if (len < 0 || len >= (int)sizeof aside)
		return fault(why, E_INVALID, "%.200s...: the name is too long", path);
	int fd = mkostemp(aside, O_CLOEXEC);
	if (fd < 0)
		return trouble(why, "write beside", path);
	enum err e = fill(fd, path, (struct bytes){ at, n }, why);
	if (!e && fchmod(fd, (mode_t)mode) < 0)
		e = trouble(why, "set the mode of", path);
	if (close(fd) < 0 && !e)
		e = trouble(why, "close", path);
	if (!e && rename(aside, path) < 0)
		e = trouble(why, "replace", path);
	if (e) {
		unlink(aside);
		return e;
	}
	return sync_folder_of(path) ? OK : trouble(why, "sync the folder of", path);
}

/* ---- folders ------------------------------------------------------------------------------ */

static enum err make_one(const char *path, struct fault *why)
{
	if (mkdir(path, 0750) == 0)
		return OK;
	struct stat st;
	if (errno == EEXIST && stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return OK;
		errno = ENOTDIR;
	}
	return trouble(why, "make the folder", path);
}

enum err dir_make(const char *path, struct fault *why)
{
	char part[PATH_MAX];
	size_t n = strlen(path);
	if (n == 0 || n >= sizeof part)
		return fault(why, E_INVALID, "%.200s: not the name of a folder", path);
	memcpy(part, path, n + 1);
	for (char *p = part + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		TRY(make_one(part, why));
		*p = '/';
	}
	return make_one(part, why);
}
