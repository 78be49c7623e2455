#include "core/http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* "host:port" to its halves; brackets around the host fall away. */
static bool split(const char *listen, char host[64], char port[8])
{
	const char *colon = listen ? strrchr(listen, ':') : NULL;
	size_t n = colon ? (size_t)(colon - listen) : 0;

	if (n >= 2 && listen[0] == '[' && listen[n - 1] == ']') {
		listen++;
		n -= 2;
	}
	if (!n || n >= 64 || strlen(colon + 1) == 0 || strlen(colon + 1) >= 8)
		return false;
	memcpy(host, listen, n);
	host[n] = '\0';
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return true;
}

static int open_on(const struct addrinfo *ai)
{
	int yes = 1;
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int reason = errno;
	close(fd);
	errno = reason;
	return -1;
}

static int port_of(int fd)
{
	struct sockaddr_storage s = { 0 };
	socklen_t n = sizeof(s);

	if (getsockname(fd, (struct sockaddr *)&s, &n))
		return 0;
	if (s.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&s)->sin6_port);
	return s.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&s)->sin_port) : 0;
}

enum err listen_on(const struct http_options *o, int *fd, int *port, struct fault *why)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *ai = NULL;
	char host[64], service[8];

	if (o->listen_fd >= 0) {
		*fd = o->listen_fd;
		fcntl(*fd, F_SETFL, fcntl(*fd, F_GETFL) | O_NONBLOCK);
	} else {
		if (!split(o->listen, host, service) || getaddrinfo(host, service, &hints, &ai))
			return fault(why, E_INVALID,
				"'%s' is no address to listen on, such as 127.0.0.1:8080",
				o->listen ? o->listen : "");
		*fd = open_on(ai);
		freeaddrinfo(ai);
		if (*fd < 0)
			return fault(why, E_INTERNAL, "cannot listen on %s: %s", o->listen,
				strerror(errno));
	}
	*port = port_of(*fd);
	return OK;
}

int files_for_connections(int wanted)
{
	struct rlimit l;
	rlim_t need = (rlim_t)wanted * 2;

	if (getrlimit(RLIMIT_NOFILE, &l))
		return wanted;
	if (l.rlim_cur < need && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = need < l.rlim_max ? need : l.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &l) && getrlimit(RLIMIT_NOFILE, &l))
			return wanted;
	}
	return l.rlim_cur / 2 < (rlim_t)wanted ? (int)(l.rlim_cur / 2) : wanted;
}
