/* The whole worker, in its sandbox, against the sample camera and a small web process: what is on
 * disk after cameras vanish, come back and hang, after kill -9, and while the web process is away.
 */
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "folder.h"

#include "core/recordings/box.h"
#include "core/recordings/clip.h"
#include "workers/media/media.h"
#include "core/recordings/segment.h"

enum { PATIENCE_MS = 40 * SECOND }; /* only a hanging test waits so long */

struct world {
	char data[64];
	const char *folder; /* of the camera */
	int web, web_port, camera_port;
	pthread_t web_thread;
	atomic_bool web_ends;
	bool leases; /* it knows them; else it is of the time before */
	atomic_int reports_live, reports_lost, strangers;
	pid_t camera, worker;
	struct arena *arena;
};

/* ---- the web process --------------------------------------------------------------------- */

static bool request_whole(const char *text)
{
	const char *head = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
	size_t n = 0;
	if (!head)
		return false;
	for (const char *p = length ? length + 16 : ""; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (size_t)(*p - '0');
	return strlen(head + 4) >= n;
}

static void answer(struct world *w, int fd, const char *request)
{
	char body[512] = "", text[1024];
	const char *status = "204 No Content";
	if (!strstr(request, "Authorization: Bearer secret\r\n")) {
		atomic_fetch_add(&w->strangers, 1);
		status = "401 Unauthorized";
	} else if (text_starts(request, "POST /internal/cameras/lease ") && !w->leases) {
		status = "404 Not Found";
	} else if (text_starts(request, w->leases ? "POST /internal/cameras/lease "
						  : "GET /internal/cameras ")) {
		status = "200 OK";
		snprintf(body, sizeof(body),
			"{\"cameras\":[{\"id\":\"735001\",\"name\":\"后厨\",\"url\":"
			"\"rtsp://127.0.0.1:%d/kitchen\",\"enabled\":true}]}",
			w->camera_port);
	} else if (text_starts(request, "POST /internal/cameras/status ")) {
		if (strstr(request, "\"state\":\"live\""))
			atomic_fetch_add(&w->reports_live, 1);
		if (strstr(request, "\"state\":\"lost\""))
			atomic_fetch_add(&w->reports_lost, 1);
	}
	int n = snprintf(text, sizeof(text),
		"HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n%s",
		status, strlen(body), body);
	(void)!write(fd, text, (size_t)n);
}

static void *serve(void *at)
{
	struct world *w = at;
	while (!atomic_load(&w->web_ends)) {
		char request[16384] = "";
		size_t n = 0;
		int fd = accept(w->web, NULL, NULL);
		if (fd < 0)
			break;
		while (n < sizeof(request) - 1 && !request_whole(request)) {
			ssize_t got = read(fd, request + n, sizeof(request) - 1 - n);
			if (got <= 0)
				break;
			n += (size_t)got;
			request[n] = '\0';
		}
		answer(w, fd, request);
		close(fd);
	}
	return NULL;
}

static int listen_somewhere(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static void start_web(struct world *w)
{
	w->web = listen_somewhere(&w->web_port);
	assert_int_equal(pthread_create(&w->web_thread, NULL, serve, w), 0);
}

static void end_web(struct world *w)
{
	atomic_store(&w->web_ends, true);
	shutdown(w->web, SHUT_RDWR);
	pthread_join(w->web_thread, NULL);
	close(w->web);
}

/* ---- processes --------------------------------------------------------------------------- */

static const char *camera_program(struct world *w)
{
	const char *build = getenv("SHIAN_BUILD");
	return arena_printf(w->arena, "%s/shian-camera", build ? build : "build");
}

static void start_camera(struct world *w)
{
	const char *source = getenv("SHIAN_SOURCE");
	const char *clip = arena_printf(w->arena, "%s/demo/kitchen.mp4", source ? source : ".");
	const char *where = arena_printf(w->arena, "127.0.0.1:%d", w->camera_port);
	w->camera = fork();
	if (w->camera == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execl(camera_program(w), "shian-camera", clip, "--listen", where, (char *)NULL);
		_exit(127);
	}
}

/* This program once more, as the worker: a fork alone would inherit the locks of our web thread. */
static void start_worker(struct world *w)
{
	const char *web = arena_printf(w->arena, "http://127.0.0.1:%d", w->web_port);
	w->worker = fork();
	if (w->worker == 0) {
		execl("/proc/self/exe", "test_media", "--worker", web, w->data, (char *)NULL);
		_exit(127);
	}
}

static int end_process(pid_t *pid, int signal)
{
	int status = 0;
	kill(*pid, signal);
	waitpid(*pid, &status, 0);
	*pid = 0;
	return status;
}

/* ---- what is on disk --------------------------------------------------------------------- */

static char *read_text(struct world *w, const char *name)
{
	struct bytes b;
	const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
	if (file_read(w->arena, path, 1 << 20, &b, NULL))
		return arena_dup(w->arena, "");
	return arena_copy(w->arena, (const char *)b.at, b.n);
}

static void wait_for_text(struct world *w, const char *name, const char *text)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	struct timespec moment = { 0, 50000000 };
	while (!strstr(read_text(w, name), text)) {
		if (clock_mono() > end)
			fail_msg("%s never showed %s: %s", name, text, read_text(w, name));
		nanosleep(&moment, NULL);
	}
}

static void wait_for_count(atomic_int *count, int n)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	struct timespec moment = { 0, 50000000 };
	while (atomic_load(count) < n) {
		if (clock_mono() > end)
			fail_msg("only %d reports", atomic_load(count));
		nanosleep(&moment, NULL);
	}
}

static struct segment_list list(struct world *w)
{
	struct segment_query q = { .folder = w->folder };
	struct segment_list l;
	assert_int_equal(segment_find(w->arena, &q, &l, NULL), OK);
	return l;
}

static void wait_for_segments(struct world *w, size_t n)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	struct timespec moment = { 0, 50000000 };
	while (list(w).n < n) {
		if (clock_mono() > end)
			fail_msg("never %zu segments", n);
		nanosleep(&moment, NULL);
	}
}

/* Every visible file is whole, each run has its head, nothing overlaps. Returns the number of runs.
 */
static int check_folder(struct world *w)
{
	struct segment_list l = list(w);
	int runs = 0;
	for (size_t i = 0; i < l.n; i++) {
		char name[SEGMENT_NAME_SIZE], head[SEGMENT_NAME_SIZE];
		struct head_info info;
		struct bytes b;
		segment_name(name, &l.at[i]);
		init_name(head, l.at[i].gen);
		const char *path = arena_printf(w->arena, "%s/%s", w->folder, name);
		assert_int_equal(file_read(w->arena, path, 1 << 24, &b, NULL), OK);
		assert_true(segment_whole(b));
		path = arena_printf(w->arena, "%s/%s", w->folder, head);
		assert_int_equal(file_read(w->arena, path, 1 << 20, &b, NULL), OK);
		assert_int_equal(box_head_read(b, &info, NULL), OK);
		assert_int_equal(info.width, 768);
		runs += i == 0 || l.at[i].gen != l.at[i - 1].gen;
		assert_true(i == 0 || l.at[i].start_ms >= segment_end(&l.at[i - 1]));
	}
	return runs;
}

/* ---- tests ------------------------------------------------------------------------------- */

static int open_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	w->arena = arena_new();
	if (access(camera_program(w), X_OK) != 0) {
		arena_free(w->arena);
		free(w);
		return 0; /* built without GStreamer: the tests are skipped */
	}
	snprintf(w->data, sizeof(w->data), "/tmp/shian-worker-XXXXXX");
	assert_non_null(mkdtemp(w->data));
	w->folder = arena_printf(w->arena, "%s/media/735001", w->data);
	close(listen_somewhere(&w->camera_port));
	start_web(w);
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;
	if (!w)
		return 0;
	if (w->worker)
		end_process(&w->worker, SIGKILL);
	if (w->camera)
		end_process(&w->camera, SIGKILL);
	if (!atomic_load(&w->web_ends))
		end_web(w);
	folder_remove(w->data);
	arena_free(w->arena);
	free(w);
	return 0;
}

static void cameras_vanish_and_come_back(void **state)
{
	struct world *w = *state;
	if (!w)
		skip();
	w->leases = true;
	start_camera(w);
	start_worker(w);
	wait_for_text(w, "status.json", "\"state\":\"live\"");
	wait_for_segments(w, 3);
	assert_int_equal(check_folder(w), 1);
	struct segment_list l = list(w);
	struct clip_request r = { w->folder, l.at[0].start_ms, segment_end(&l.at[2]) };
	struct clip c;
	assert_int_equal(clip_build(w->arena, &r, &c, NULL), OK);
	assert_int_equal(c.end_ms - c.start_ms, segment_end(&l.at[2]) - l.at[0].start_ms);

	int64_t since = clock_mono();
	end_process(&w->camera, SIGKILL);
	wait_for_text(w, "status.json", "\"state\":\"lost\"");
	print_message("a camera that ended was noticed after %d ms\n", (int)(clock_mono() - since));
	size_t before = list(w).n;
	start_camera(w);
	wait_for_text(w, "live.m3u8", "#EXT-X-DISCONTINUITY\n");
	wait_for_text(w, "status.json", "\"state\":\"live\"");
	assert_int_equal(check_folder(w), 2);
	assert_true(list(w).n > before);

	since = clock_mono();
	kill(w->camera, SIGSTOP);
	wait_for_text(w, "status.json", "\"reason\":\"timeout\"");
	print_message("a camera that hung was noticed after %d ms\n", (int)(clock_mono() - since));
	wait_for_count(&w->reports_lost, 2);
	assert_int_equal(end_process(&w->worker, SIGTERM), 0);
	wait_for_text(w, "status.json", "\"reason\":\"stopped\"");
	assert_int_equal(atomic_load(&w->strangers), 0);
	assert_true(atomic_load(&w->reports_live) >= 2);
}

static void goes_on_alone_after_kill(void **state)
{
	struct world *w = *state;
	struct stat st;
	if (!w)
		skip();
	start_camera(w);
	start_worker(w);
	wait_for_segments(w, 2);
	assert_int_equal(WTERMSIG(end_process(&w->worker, SIGKILL)), SIGKILL);
	assert_int_equal(check_folder(w), 1);
	size_t before = list(w).n;
	const char *half =
		arena_printf(w->arena, "%s/.1795460564096-1795460564096-2.m4s", w->folder);
	const char *kept = arena_printf(w->arena, "%s/media/cameras-test.json", w->data);
	assert_int_equal(file_write(half, "half", 4, 0600, NULL), OK);
	assert_int_equal(stat(kept, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	end_web(w);
	start_worker(w);
	wait_for_segments(w, before + 2);
	assert_int_equal(access(half, F_OK), -1);
	assert_int_equal(check_folder(w), 2);
	/* A second worker on the same folder refuses to start. */
	pid_t first = w->worker;
	start_worker(w);
	int status = 0;
	waitpid(w->worker, &status, 0);
	w->worker = first;
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_int_equal(end_process(&w->worker, SIGTERM), 0);
	assert_int_equal(check_folder(w), 2);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(int argc, char **argv)
{
	if (argc == 4 && text_is(argv[1], "--worker")) {
		struct media_options o = {
			.web_url = argv[2],
			.token = "secret",
			.data_dir = argv[3],
			.node = "test",
		};
		return media_main(&o);
	}
	const struct CMUnitTest tests[] = {
		IN_WORLD(cameras_vanish_and_come_back),
		IN_WORLD(goes_on_alone_after_kill),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
