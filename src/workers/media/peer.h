/* For the tests beside: the sample camera as a process, and a scripted server that does what no
 * good camera does. */
#ifndef WORKERS_MEDIA_PEER_H
#define WORKERS_MEDIA_PEER_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "core/base/base.h"

static inline int peer_listen(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(fd, 128), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static inline int peer_free_port(void)
{
	int port;
	close(peer_listen(&port));
	return port;
}

static inline const char *peer_program(void)
{
	static char path[4096];
	const char *build = getenv("SHIAN_BUILD");
	snprintf(path, sizeof(path), "%s/shian-camera", build ? build : "build");
	return access(path, X_OK) == 0 ? path : NULL;
}

static inline const char *peer_clip(void)
{
	static char path[4096];
	const char *source = getenv("SHIAN_SOURCE");
	snprintf(path, sizeof(path), "%s/demo/kitchen.mp4", source ? source : ".");
	return path;
}

/* argv ends with NULL; what it prints is thrown away. */
static inline pid_t peer_spawn(const char *const *argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	return pid;
}

static inline bool peer_answers(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool there = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	close(fd);
	return there;
}

static inline void peer_pause(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };
	nanosleep(&t, NULL);
}

static inline void peer_await(int port)
{
	int64_t end = clock_mono() + MINUTE;
	while (!peer_answers(port)) {
		if (clock_mono() > end)
			fail_msg("nothing listens on port %d", port);
		peer_pause(50);
	}
}

static inline int peer_end(pid_t *pid, int with)
{
	int status = 0;
	if (*pid <= 0)
		return 0;
	kill(*pid, with);
	if (with == SIGTERM)
		kill(*pid, SIGCONT);
	waitpid(*pid, &status, 0);
	*pid = 0;
	return status;
}

#endif
