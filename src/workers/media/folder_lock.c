#include "workers/media/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum err folder_lock(const char *folder, const char *name, int *fd, struct fault *why)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/%s", folder, name);
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	int code = errno;
	arena_free(a);
	if (*fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return OK;
	if (*fd >= 0) {
		code = errno;
		close(*fd);
		*fd = -1;
	}
	if (code == EWOULDBLOCK)
		return fault(why, E_CONFLICT, "another worker has the lock %s/%s", folder, name);
	return fault(why, E_INTERNAL, "cannot lock %s: %s", folder, strerror(code));
}
