#include "workers/media/file_put.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, struct bytes b)
{
	while (b.n) {
		ssize_t n = write(fd, b.at, b.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		b.at += n;
		b.n -= (size_t)n;
	}
	return true;
}

enum err file_put(const char *folder, const char *name, struct bytes content, struct fault *why)
{
	char aside[PATH_MAX], path[PATH_MAX];
	int n = snprintf(aside, sizeof(aside), "%s/.%s", folder, name);
	if (n < 0 || (size_t)n >= sizeof(aside))
		return fault(why, E_INTERNAL, "path too long: %s", name);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	bool good = fd >= 0 && write_all(fd, content);
	int code = errno;
	if (fd >= 0 && close(fd) != 0 && good) {
		good = false;
		code = errno;
	}
	if (good && rename(aside, path) != 0) {
		good = false;
		code = errno;
	}
	if (good)
		return OK;
	unlink(aside);
	return fault(why, E_INTERNAL, "cannot write %s: %s", path, strerror(code));
}
