/* A small site with a live server, for the tests of this room. */
#ifndef CORE_HTTP_TEST_SITE_H
#define CORE_HTTP_TEST_SITE_H

#include "core/http/private.h"
#include <stdatomic.h>
#include "core/http/test_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

enum { FILE_SIZE = 300000, UPLOAD = 20 * 1024 * 1024, PARALLEL = 64 };

/* What the handlers need, and what they left behind. */
struct site {
	struct http_server *server;
	int port;
	char dir[64], file[128];
	/* POST /wait: all of them stand here until the test opens */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int waiting;
	bool open;
	atomic_int tunnels_run, tunnels_done; /* of GET /ws */
};

extern const struct limits small_limits;
int site_start(void **state, const struct limits *l);
int site_setup(void **state); /* with small_limits */
int site_teardown(void **state);
int uploads(const struct site *s);	/* files of uploads in the folder */
void site_open(struct site *s);		/* lets go who waits at /wait */
void site_await(struct site *s, int n); /* until so many wait there */

/* Waits until it holds; the clock bounds only a failure. */
#define EVENTUALLY(condition)                                                                      \
	do {                                                                                       \
		int64_t end_ = clock_mono() + TEST_WAIT_S * SECOND;                                \
		while (!(condition) && clock_mono() < end_)                                        \
			usleep(1000);                                                              \
		assert_true(condition);                                                            \
	} while (0)

#define GET(path, more) "GET " path " HTTP/1.1\r\nHost: x\r\n" more "\r\n"

#define WAITING_POST "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"

#endif
