#include "core/http/test_client.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval wait = { .tv_sec = TEST_WAIT_S };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		abort();
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
	return fd;
}

bool say_bytes(int fd, const void *at, size_t n)
{
	const char *p = at;
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

void say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

void line_end(int fd)
{
	shutdown(fd, SHUT_WR);
}

static ssize_t hear_some(int fd, void *to, size_t n)
{
	ssize_t k;
	do
		k = recv(fd, to, n, 0);
	while (k < 0 && errno == EINTR);
	return k;
}

const char *head_value(const struct answer *a, const char *name, char out[512])
{
	size_t n = strlen(name);
	for (const char *line = a->head; (line = strstr(line, "\r\n")); line += 2) {
		const char *at = line + 2;
		if (strncasecmp(at, name, n) != 0 || at[n] != ':')
			continue;
		at += n + 1 + strspn(at + n + 1, " ");
		size_t len = strcspn(at, "\r");
		if (len > 511)
			len = 511;
		memcpy(out, at, len);
		out[len] = '\0';
		return out;
	}
	return NULL;
}

static bool hear_head(int fd, struct answer *a)
{
	size_t n = 0;
	while (n < sizeof(a->head) - 1) {
		if (hear_some(fd, a->head + n, 1) != 1)
			return false;
		n++;
		if (n >= 4 && memcmp(a->head + n - 4, "\r\n\r\n", 4) == 0)
			return true;
	}
	return false;
}

static void hear_body(int fd, struct answer *a, size_t length)
{
	a->body = malloc(length + 1);
	if (!a->body)
		abort();
	while (a->n < length) {
		ssize_t k = hear_some(fd, a->body + a->n, length - a->n);
		if (k <= 0)
			break;
		a->n += (size_t)k;
	}
	a->body[a->n] = '\0';
}

struct answer hear(int fd, bool only_head)
{
	struct answer a = { 0 };
	char value[512], digits[4] = "";
	int64_t length = 0, status;

	if (!hear_head(fd, &a))
		return a;
	memcpy(digits, a.head + strlen("HTTP/1.1 "), 3);
	if (!text_to_int(digits, &status))
		return a;
	a.status = (int)status;
	if (head_value(&a, "Content-Length", value))
		text_to_int(value, &length);
	if (only_head || a.status == 304 || a.status == 204 || a.status == 100)
		length = 0;
	hear_body(fd, &a, (size_t)length);
	return a;
}

struct answer ask(int port, const char *request)
{
	int fd = dial(port);
	say(fd, request);
	struct answer a = hear(fd, text_starts(request, "HEAD "));
	close(fd);
	return a;
}

int ask_status(int port, const char *request)
{
	struct answer a = ask(port, request);
	free(a.body);
	return a.status;
}

bool ends(int fd)
{
	char c;
	ssize_t k = hear_some(fd, &c, 1);
	return k == 0 || (k < 0 && errno == ECONNRESET);
}

bool hear_until(int fd, const char *text)
{
	size_t n = strlen(text), matched = 0;
	char c;

	while (matched < n) {
		if (hear_some(fd, &c, 1) != 1)
			return false;
		matched = c == text[matched] ? matched + 1 : (size_t)(c == text[0]);
	}
	return true;
}
