#include "core/recordings/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/recordings/segment.h"

enum { ID_MAX = 40, SYNC = 1 };

void live_header_write(uint8_t out[LIVE_HEADER], const struct live_message *m)
{
	memset(out, 0, LIVE_HEADER);
	out[0] = (uint8_t)m->kind;
	out[1] = m->sync ? SYNC : 0;
	for (int i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(m->n >> (24 - 8 * i));
	for (int i = 0; i < 8; i++)
		out[8 + i] = (uint8_t)((uint64_t)m->time_ms >> (56 - 8 * i));
}

bool live_header_read(const uint8_t in[LIVE_HEADER], struct live_message *out)
{
	uint64_t time = 0;
	*out = (struct live_message){ .kind = (enum live_kind)in[0], .sync = in[1] & SYNC };
	for (int i = 0; i < 4; i++)
		out->n = out->n << 8 | in[4 + i];
	for (int i = 0; i < 8; i++)
		time = time << 8 | in[8 + i];
	out->time_ms = (int64_t)time;
	return (in[0] == LIVE_INFO || in[0] == LIVE_HEAD || in[0] == LIVE_FRAGMENT) &&
	       out->n <= LIVE_MESSAGE_MAX;
}

/* A socket's address holds 107 characters; a longer path is reached through its open folder. */
enum err live_address(const char *media, struct live_address *out, struct fault *why)
{
	out->folder = -1;
	int n = snprintf(out->path, sizeof(out->path), "%s/live.sock", media);
	if (n > 0 && (size_t)n < sizeof(out->path))
		return OK;
	out->folder = open(media, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (out->folder < 0)
		return fault(why, E_NOT_FOUND, "%s: %s", media, strerror(errno));
	snprintf(out->path, sizeof(out->path), "/proc/self/fd/%d/live.sock", out->folder);
	return OK;
}

static enum err ask(int fd, const char *camera, struct fault *why)
{
	char line[ID_MAX + 2];
	int n = snprintf(line, sizeof(line), "%s\n", camera);
	if (send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
		return fault(why, E_BUSY, "the media worker does not answer: %s", strerror(errno));
	return OK;
}

enum err live_connect(const char *media, const char *camera, int *fd, struct fault *why)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct live_address address;
	*fd = -1;
	if (!camera_id_valid(camera))
		return fault(why, E_BAD_REQUEST, "not a camera's id");
	TRY(live_address(media, &address, why));
	memcpy(to.sun_path, address.path, sizeof(to.sun_path));
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = s < 0 ? -1 : connect(s, (struct sockaddr *)&to, sizeof(to));
	int code = errno;
	if (address.folder >= 0)
		close(address.folder);
	enum err e = rc ? fault(why, E_NOT_FOUND, "no media worker is there: %s", strerror(code))
			: ask(s, camera, why);
	if (e && s >= 0)
		close(s);
	if (!e)
		*fd = s;
	return e;
}
