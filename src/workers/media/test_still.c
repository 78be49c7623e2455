/* Snapshot cameras: nginx serves a JPEG under a password, the picture changes, goes, comes back,
 * and is not what it should be; the look at heads; what retention and thinning leave. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "folder.h"

#include "core/recordings/still.h"
#include "workers/media/camera.h"
#include "workers/media/file_put.h"
#include "workers/media/jpeg.h"
#include "workers/media/retention.h"
#include "workers/media/still_thin.h"

enum { PATIENCE_MS = 60 * SECOND };

#define NGINX "/usr/sbin/nginx"

struct world {
	struct arena *arena;
	char folder[64];
	int port;
	pid_t nginx;
	struct camera *camera;
};

static int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static const char *path_of(struct world *w, const char *name)
{
	return arena_printf(w->arena, "%s/%s", w->folder, name);
}

static void put(struct world *w, const char *name, const void *at, size_t n)
{
	assert_int_equal(file_write(path_of(w, name), at, n, 0644, NULL), OK);
}

static pid_t spawn(const char *const *argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static bool moment(int64_t end)
{
	poll(NULL, 0, 50);
	return clock_mono() < end;
}

static void start_nginx(struct world *w)
{
	const char *text = arena_printf(w->arena,
		"daemon off;\nmaster_process off;\npid %s/nginx.pid;\nerror_log %s/error.log;\n"
		"events {}\nhttp { access_log off; client_body_temp_path %s/t1;\n"
		"proxy_temp_path %s/t2; fastcgi_temp_path %s/t3; uwsgi_temp_path %s/t4;\n"
		"scgi_temp_path %s/t5;\nserver { listen 127.0.0.1:%d; root %s/www;\n"
		"auth_basic cam; auth_basic_user_file %s/users;\n"
		"location = /moved.jpg { return 302 http://127.0.0.1:%d/a.jpg; } } }\n",
		w->folder, w->folder, w->folder, w->folder, w->folder, w->folder, w->folder,
		w->port, w->folder, w->folder, w->port);
	put(w, "nginx.conf", text, strlen(text));
	put(w, "users", "cam:{PLAIN}geheim\n", 18);
	const char *const argv[] = { NGINX, "-c", path_of(w, "nginx.conf"), "-e", "/dev/null",
		NULL };
	w->nginx = spawn(argv);
	int64_t end = clock_mono() + PATIENCE_MS;
	while (access(path_of(w, "nginx.pid"), F_OK) != 0)
		assert_true(moment(end));
}

static void draw(struct world *w, const char *size, const char *name)
{
	int ended;
	const char *source = arena_printf(w->arena, "testsrc=size=%s:rate=1", size);
	const char *const argv[] = { "ffmpeg", "-y", "-f", "lavfi", "-i", source, "-frames:v", "1",
		path_of(w, name), NULL };
	waitpid(spawn(argv), &ended, 0);
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
}

static int open_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->arena = arena_new();
	snprintf(w->folder, sizeof(w->folder), "/tmp/shian-still-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	assert_int_equal(chmod(w->folder, 0755), 0);
	assert_int_equal(mkdir(path_of(w, "www"), 0755), 0);
	assert_int_equal(mkdir(path_of(w, "media"), 0755), 0);
	*state = w;
	return 0;
}

static void end_camera(struct world *w)
{
	if (!w->camera)
		return;
	camera_ask_stop(w->camera);
	camera_join(w->camera);
	w->camera = NULL;
}

static int close_world(void **state)
{
	struct world *w = *state;
	end_camera(w);
	if (w->nginx) {
		kill(w->nginx, SIGKILL);
		waitpid(w->nginx, NULL, 0);
	}
	folder_remove(w->folder);
	arena_free(w->arena);
	free(w);
	return 0;
}

static void watch(struct world *w, const char *who, const char *what)
{
	struct camera_request r = { .media = path_of(w, "media"),
		.id = "7",
		.url = arena_printf(w->arena, "http://%s127.0.0.1:%d/%s", who, w->port, what),
		.reader = "",
		.interval_ms = SECOND };
	end_camera(w);
	assert_int_equal(camera_start(&r, &w->camera, NULL), OK);
}

static void wait_for(struct world *w, enum camera_state state, enum stream_reason reason)
{
	struct camera_status s;
	int64_t end = clock_mono() + PATIENCE_MS;
	for ((void)camera_status(w->camera, &s); s.state != state || s.reason != reason;
		(void)camera_status(w->camera, &s))
		if (!moment(end))
			fail_msg("it is %s, %s: %s", camera_state_text(s.state),
				reason_text(s.reason), s.detail);
}

static struct still_list stills(struct world *w)
{
	struct still_query q = { .folder = path_of(w, "media/7"), .sizes = true };
	struct still_list l;
	assert_int_equal(still_find(w->arena, &q, &l, NULL), OK);
	return l;
}

static struct bytes content(struct world *w, const char *name)
{
	struct bytes b;
	assert_int_equal(file_read(w->arena, path_of(w, name), 16 << 20, &b, NULL), OK);
	return b;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.n == b.n && memcmp(a.at, b.at, a.n) == 0;
}

static void wait_for_picture(struct world *w, struct bytes picture)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (access(path_of(w, "media/7/latest.jpg"), F_OK) != 0 ||
		!same(content(w, "media/7/latest.jpg"), picture))
		if (!moment(end))
			fail_msg("the picture never came");
}

static void a_picture_that_changes(void **state)
{
	struct world *w = *state;
	struct camera_status s;
	if (access(NGINX, X_OK) != 0)
		skip();
	w->port = free_port();
	draw(w, "320x240", "a.jpg");
	draw(w, "640x480", "b.jpg");
	struct bytes a = content(w, "a.jpg"), b = content(w, "b.jpg");
	put(w, "www/a.jpg", a.at, a.n);
	start_nginx(w);
	watch(w, "cam:wrong@", "a.jpg");
	wait_for(w, CAMERA_LOST, REASON_UNAUTHORIZED);
	watch(w, "cam:geheim@", "nothing.jpg");
	wait_for(w, CAMERA_LOST, REASON_NOT_FOUND);
	watch(w, "cam:geheim@", "moved.jpg");
	wait_for(w, CAMERA_LOST, REASON_BAD_STREAM);
	assert_int_equal(stills(w).n, 0);

	watch(w, "cam:geheim@", "a.jpg");
	wait_for(w, CAMERA_LIVE, REASON_NONE);
	wait_for_picture(w, a);
	assert_int_equal(file_put(path_of(w, "www"), "a.jpg", b, NULL), OK);
	wait_for_picture(w, b);
	(void)camera_status(w->camera, &s);
	assert_int_equal(s.facts.codec, CODEC_JPEG);
	assert_int_equal(s.facts.width, 640);
	struct still_list l = stills(w);
	assert_true(l.n >= 2);
	assert_int_equal(l.at[0].bytes, a.n);
	assert_true(l.at[1].at_ms - l.at[0].at_ms >= SECOND - 100);
	int64_t newest;
	char name[STILL_NAME_SIZE];
	assert_true(still_newest(path_of(w, "media/7"), &newest));
	still_name(name, newest);
	assert_true(same(content(w, arena_printf(w->arena, "media/7/%s", name)), b));

	/* Half a picture, then too much of one, then it is well again. */
	put(w, "www/a.jpg", b.at, b.n / 2);
	wait_for(w, CAMERA_LOST, REASON_BAD_STREAM);
	assert_int_equal(truncate(path_of(w, "www/a.jpg"), FRAME_BYTES_MAX + 1), 0);
	poll(NULL, 0, 2500);
	wait_for(w, CAMERA_LOST, REASON_BAD_STREAM);
	assert_true(same(content(w, "media/7/latest.jpg"), b));
	put(w, "www/a.jpg", a.at, a.n);
	wait_for(w, CAMERA_LIVE, REASON_NONE);
	wait_for_picture(w, a);
	kill(w->nginx, SIGKILL);
	waitpid(w->nginx, NULL, 0);
	w->nginx = 0;
	wait_for(w, CAMERA_LOST, REASON_REFUSED);
}

static void heads_are_looked_at(void **state)
{
	struct world *w = *state;
	struct jpeg_facts f;
	draw(w, "320x240", "a.jpg");
	struct bytes a = content(w, "a.jpg");
	assert_int_equal(jpeg_look(a, &f, NULL), OK);
	assert_int_equal(f.width, 320);
	assert_int_equal(f.height, 240);
	assert_int_equal(f.n, a.n);
	uint8_t *copy = calloc(a.n + 9, 1);
	memcpy(copy, a.at, a.n);
	assert_int_equal(jpeg_look((struct bytes){ copy, a.n + 9 }, &f, NULL), OK);
	assert_int_equal(f.n, a.n);
	for (size_t n = 0; n < a.n; n += 7)
		assert_int_equal(jpeg_look((struct bytes){ copy, n }, &f, NULL), E_INVALID);
	free(copy);
	static const uint8_t huge[] = { 0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0xff, 0xff, 0xff, 0xff, 1,
		0xff, 0xd9 };
	assert_int_equal(jpeg_look((struct bytes){ huge, sizeof(huge) }, &f, NULL), E_TOO_LARGE);
	int64_t at;
	assert_true(still_parse("still-1795460564096.jpg", &at));
	assert_int_equal(at, 1795460564096);
	assert_false(still_parse("still-179546056409.jpg", &at));
	assert_false(still_parse("still-17954605640960.jpg", &at));
	assert_false(still_parse(".still-1795460564096.jpg", &at));
	assert_false(still_parse("still-1795460564096.jpg.", &at));
	assert_false(still_parse("latest.jpg", &at));
}

/* Two hours of a still in 5 s. */
static void old_stills_go(void **state)
{
	struct world *w = *state;
	const int64_t now = 1795460520000;
	size_t n;
	assert_int_equal(mkdir(path_of(w, "media/7"), 0755), 0);
	for (int64_t t = now - 2 * HOUR; t < now; t += 5 * SECOND) {
		char name[STILL_NAME_SIZE];
		still_name(name, t);
		assert_int_equal(file_put(path_of(w, "media/7"), name,
					 (struct bytes){ (const uint8_t *)"1234567890", 10 }, NULL),
			OK);
	}
	assert_int_equal(stills(w).n, 1440);
	assert_int_equal(still_thin(path_of(w, "media/7"), now, &n, NULL), OK);
	struct still_list l = stills(w);
	assert_int_equal(l.n, 60 + 720);
	assert_int_equal(n, 660);
	assert_int_equal(l.at[1].at_ms - l.at[0].at_ms, MINUTE);
	struct retention_rule age = { .now_ms = now, .keep_ms = 90 * MINUTE };
	assert_int_equal(retention_sweep(path_of(w, "media"), &age, &n, NULL), OK);
	assert_int_equal(stills(w).n, 30 + 720);
	/* A quota counts them: the oldest go, not the last two minutes. */
	struct retention_rule quota = { .now_ms = now, .keep_ms = DAY, .quota_bytes = 1000 };
	assert_int_equal(retention_sweep(path_of(w, "media"), &quota, &n, NULL), OK);
	l = stills(w);
	assert_int_equal(l.n, 100);
	quota.quota_bytes = 10;
	assert_int_equal(retention_sweep(path_of(w, "media"), &quota, &n, NULL), OK);
	assert_int_equal(stills(w).n, 24);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_picture_that_changes),
		IN_WORLD(heads_are_looked_at),
		IN_WORLD(old_stills_go),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
