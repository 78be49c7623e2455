/* A client that says exactly what it is told, for the tests of this room. */
#ifndef CORE_HTTP_TEST_CLIENT_H
#define CORE_HTTP_TEST_CLIENT_H

#include "core/http/http.h"

enum { TEST_WAIT_S = 20 }; /* a read that takes longer has failed */

int dial(int port);
void say(int fd, const char *text);
bool say_bytes(int fd, const void *at, size_t n); /* false: the other side is gone */
void line_end(int fd);				  /* nothing more will be said */

struct answer {
	int status; /* 0: the connection ended before one came */
	char head[8192];
	char *body; /* free() it */
	size_t n;
};
/* Reads one answer. only_head: its body is not sent. */
struct answer hear(int fd, bool only_head);
/* One request on a connection of its own. */
struct answer ask(int port, const char *request);
int ask_status(int port, const char *request); /* and frees the rest */
/* Value of a header in the head, or NULL. */
const char *head_value(const struct answer *a, const char *name, char out[512]);
bool ends(int fd); /* the other side closes without a word */
/* Reads until the text was seen; false when the stream ends before. */
bool hear_until(int fd, const char *text);

#endif
