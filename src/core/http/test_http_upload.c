/* Bodies: uploads, their limits, and that nothing of them stays behind. */
#include "core/http/test_site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/ledger/crypto.h"

static int begin_multipart(struct site *s, const char *path, size_t length)
{
	char head[256];
	int fd = dial(s->port);

	snprintf(head, sizeof(head),
		"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n"
		"Content-Type: multipart/form-data; boundary=\"BB\"\r\n\r\n",
		path, length);
	say(fd, head);
	return fd;
}

static struct answer post_multipart(struct site *s, const char *path, struct bytes body)
{
	int fd = begin_multipart(s, path, body.n);
	say_bytes(fd, body.at, body.n);
	struct answer a = hear(fd, false);
	close(fd);
	return a;
}

static struct bytes multipart_with(struct arena *a, const uint8_t *data, size_t n)
{
	struct buf b = { .arena = a };

	buf_puts(&b, "--BB\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n厨房\r\n"
		     "--BB\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\n"
		     "Content-Type: application/octet-stream\r\n\r\n\r\n"
		     "--BB\r\nContent-Disposition: form-data; name=\"photo\"; "
		     "filename=\"x/照片.jpg\"\r\n"
		     "Content-Type: image/jpeg\r\n\r\n");
	buf_add(&b, data, n);
	buf_puts(&b, "\r\n--BB--\r\n");
	return (struct bytes){ (const uint8_t *)b.s, b.n };
}

static uint8_t *noise(struct arena *a, size_t n)
{
	uint8_t *p = arena_alloc(a, n);
	uint32_t x = 7;
	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (uint8_t)(x >> 24);
	}
	memcpy(p + n / 2, "\r\n--B\r\n--", 9); /* nearly a boundary */
	return p;
}

static void takes_uploads(void **state)
{
	struct site *s = *state;
	struct arena *a = arena_new();
	uint8_t *data = noise(a, UPLOAD);
	struct digest d3 = sm3(data, UPLOAD), d2 = sha256(data, UPLOAD);
	struct answer r = post_multipart(s, "/echo", multipart_with(a, data, UPLOAD));

	assert_int_equal(r.status, 200);
	assert_string_equal(
		r.body, arena_printf(a,
				"method=POST path=/echo remote=127.0.0.1 secure=0\n"
				"form note=厨房\nfile photo 照片.jpg image/jpeg %d %s %s there\n"
				"body \n",
				UPLOAD, digest_hex(a, &d3), digest_hex(a, &d2)));
	free(r.body);
	EVENTUALLY(uploads(s) == 0);
	r = post_multipart(s, "/keep", multipart_with(a, data, 1000));
	assert_string_equal(r.body, "kept");
	free(r.body);
	arena_free(a);
}

static void cleans_up_aborted_uploads(void **state)
{
	struct site *s = *state;
	struct arena *a = arena_new();
	uint8_t *data = noise(a, 500000);
	struct bytes body = multipart_with(a, data, 500000);
	int fd = begin_multipart(s, "/echo", body.n);

	assert_true(say_bytes(fd, body.at, body.n / 2));
	EVENTUALLY(uploads(s) == 1);
	close(fd);
	EVENTUALLY(uploads(s) == 0);
	arena_free(a);
}

static int post_parts(struct site *s, int n, const char *file)
{
	struct arena *a = arena_new();
	struct buf b = { .arena = a };

	for (int i = 0; i < n; i++)
		buf_printf(&b,
			"--BB\r\nContent-Disposition: form-data; name=\"f%d\"%s\r\n\r\n%d\r\n", i,
			file, i);
	buf_puts(&b, "--BB--\r\n");
	struct answer r = post_multipart(s, "/echo", (struct bytes){ (uint8_t *)b.s, b.n });
	free(r.body);
	arena_free(a);
	return r.status;
}

static void limits_bodies(void **state)
{
	struct site *s = *state;
	struct arena *a = arena_new();
	uint8_t *data = noise(a, UPLOAD + 2000);

	assert_int_equal(post_parts(s, 10, ""), 200);
	assert_int_equal(post_parts(s, 11, ""), 413);
	assert_int_equal(post_parts(s, 10000, ""), 413);
	assert_int_equal(post_parts(s, 3, "; filename=a"), 200);
	assert_int_equal(post_parts(s, 4, "; filename=a"), 413);
	EVENTUALLY(uploads(s) == 0);
	struct answer r = post_multipart(s, "/echo", multipart_with(a, data, UPLOAD + 1001));
	assert_int_equal(r.status, 413);
	free(r.body);
	r = post_multipart(s, "/echo", (struct bytes){ (const uint8_t *)"--BB\r\n", 6 });
	assert_int_equal(r.status, 400);
	free(r.body);
	struct buf b = { .arena = a };
	buf_puts(&b, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n");
	buf_add(&b, data, 10001);
	int fd = dial(s->port);
	say_bytes(fd, b.s, b.n);
	r = hear(fd, false);
	assert_int_equal(r.status, 413);
	free(r.body);
	close(fd);
	assert_int_equal(
		ask_status(s->port,
			"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"),
		413);
	assert_int_equal(ask_status(s->port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
					     "Content-Type: multipart/form-data\r\n\r\n"),
		400);
	EVENTUALLY(uploads(s) == 0);
	arena_free(a);
}

static void sweeps_what_the_dead_left(void **state)
{
	struct site *s = *state;
	char dead[128], ours[128], other[128];
	struct fault why;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	snprintf(dead, sizeof(dead), "%s/upload-%d-0", s->dir, (int)pid);
	snprintf(ours, sizeof(ours), "%s/upload-%d-0", s->dir, (int)getpid());
	snprintf(other, sizeof(other), "%s/uploaded", s->dir);
	assert_int_equal(file_write(dead, "x", 1, 0600, &why), OK);
	assert_int_equal(file_write(ours, "x", 1, 0600, &why), OK);
	assert_int_equal(file_write(other, "x", 1, 0600, &why), OK);
	body_sweep(s->dir);
	assert_int_not_equal(access(dead, F_OK), 0);
	assert_int_equal(unlink(ours), 0);
	assert_int_equal(unlink(other), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
		T(takes_uploads),
		T(cleans_up_aborted_uploads),
		T(limits_bodies),
		T(sweeps_what_the_dead_left),
	};
	log_to(LOG_ERROR + 1, "test");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
