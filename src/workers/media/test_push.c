/* Publishers over RTMP against the real server, recorded by camera threads: ffmpeg, nginx as a
 * relay, an encoder of ours for what ffmpeg 5.1 cannot say, and peers that mean no good. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"

#include "workers/media/fixture.h"
#include "workers/media/fixture_rtmp.h"

#include "workers/media/camera.h"
#include "workers/media/push.h"

enum { PATIENCE_MS = 60 * SECOND, CAMERAS = 2, CHILDREN = 4 };

#define KEY	     "kitchen-0123456789"
#define OTHER	     "hall-0123456789abcd"
#define NGINX	     "/usr/sbin/nginx"
#define NGINX_MODULE "/usr/lib/nginx/modules/ngx_rtmp_module.so"

struct world {
	struct arena *arena;
	char folder[64];
	struct push_server *server;
	struct doors doors;
	struct camera *cameras[CAMERAS];
	pid_t children[CHILDREN];
};

static int open_world(void **state)
{
	static struct roster_camera list[] = {
		{ .id = "1", .url = "push://" KEY, .reader = "", .enabled = true },
		{ .id = "2", .url = "push://" OTHER, .reader = "", .enabled = true },
		{ .id = "3", .url = "push://short", .reader = "", .enabled = true },
		{ .id = "4", .url = "push://" KEY, .reader = "", .enabled = true },
	};
	struct roster roster = { list, 4 };
	struct world *w = calloc(1, sizeof(*w));
	w->arena = arena_new();
	snprintf(w->folder, sizeof(w->folder), "/tmp/shian-push-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	assert_int_equal(push_open("127.0.0.1:0", &w->server, NULL), OK);
	assert_int_equal(push_start(w->server, NULL), OK);
	push_keys(w->server, &roster);
	w->doors.push = w->server;
	for (int i = 0; i < CAMERAS; i++) {
		struct camera_request r = { w->folder, list[i].id, list[i].url, "", &w->doors };
		assert_int_equal(camera_start(&r, &w->cameras[i], NULL), OK);
	}
	*state = w;
	return 0;
}

static int end_child(pid_t *pid, int signal)
{
	int status = 0;
	kill(*pid, signal);
	waitpid(*pid, &status, 0);
	*pid = 0;
	return status;
}

static int close_world(void **state)
{
	struct world *w = *state;
	for (int i = 0; i < CHILDREN; i++)
		if (w->children[i])
			end_child(&w->children[i], SIGKILL);
	for (int i = 0; i < CAMERAS; i++)
		camera_ask_stop(w->cameras[i]);
	for (int i = 0; i < CAMERAS; i++)
		camera_join(w->cameras[i]);
	push_close(w->server);
	folder_remove(w->folder);
	arena_free(w->arena);
	free(w);
	return 0;
}

/* ---- waiting ----------------------------------------------------------------------------- */

static struct camera_status status(struct world *w, int camera)
{
	struct camera_status s;
	(void)camera_status(w->cameras[camera - 1], &s);
	return s;
}

static bool moment(int64_t end)
{
	poll(NULL, 0, 50);
	return clock_mono() < end;
}

static void wait_for_state(struct world *w, int camera, enum camera_state state)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (status(w, camera).state != state)
		if (!moment(end))
			fail_msg("never %s but %s: %s", camera_state_text(state),
				reason_text(status(w, camera).reason), status(w, camera).detail);
}

static void wait_for_reason(struct world *w, int camera, enum stream_reason reason)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (status(w, camera).reason != reason)
		if (!moment(end))
			fail_msg("never %s but %s", reason_text(reason),
				reason_text(status(w, camera).reason));
}

static const char *folder_of(struct world *w, int camera)
{
	return arena_printf(w->arena, "%s/%d", w->folder, camera);
}

static struct segment_list list(struct world *w, int camera)
{
	struct segment_query q = { .folder = folder_of(w, camera) };
	struct segment_list l;
	assert_int_equal(segment_find(w->arena, &q, &l, NULL), OK);
	return l;
}

static void wait_for_segments(struct world *w, int camera, size_t n)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (list(w, camera).n < n)
		if (!moment(end))
			fail_msg("never %zu segments: %s", n, status(w, camera).detail);
}

/* Every segment is whole and shows that size. Returns the number of runs. */
static int check_folder(struct world *w, int camera, int width)
{
	struct segment_list l = list(w, camera);
	int runs = 0;
	for (size_t i = 0; i < l.n; i++) {
		char name[SEGMENT_NAME_SIZE], head[SEGMENT_NAME_SIZE];
		struct head_info info;
		struct bytes b;
		segment_name(name, &l.at[i]);
		init_name(head, l.at[i].gen);
		const char *path = arena_printf(w->arena, "%s/%s", folder_of(w, camera), name);
		assert_int_equal(file_read(w->arena, path, 1 << 24, &b, NULL), OK);
		assert_true(segment_whole(b));
		path = arena_printf(w->arena, "%s/%s", folder_of(w, camera), head);
		assert_int_equal(file_read(w->arena, path, 1 << 20, &b, NULL), OK);
		assert_int_equal(box_head_read(b, &info, NULL), OK);
		assert_int_equal(info.width, width);
		runs += i == 0 || l.at[i].gen != l.at[i - 1].gen;
		assert_true(i == 0 || l.at[i].start_ms >= segment_end(&l.at[i - 1]));
	}
	return runs;
}

/* ---- peers ------------------------------------------------------------------------------- */

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

static const char *clip(struct world *w)
{
	const char *source = getenv("SHIAN_SOURCE");
	return arena_printf(w->arena, "%s/demo/kitchen.mp4", source ? source : ".");
}

static pid_t ffmpeg(struct world *w, int port, const char *key)
{
	const char *to = arena_printf(w->arena, "rtmp://127.0.0.1:%d/live/%s", port, key);
	const char *const argv[] = { "ffmpeg", "-re", "-stream_loop", "-1", "-i", clip(w), "-c",
		"copy", "-an", "-f", "flv", to, NULL };
	return spawn(argv);
}

static int dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { PATIENCE_MS / SECOND, 0 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void say(int fd, const void *at, size_t n)
{
	for (const uint8_t *p = at; n;) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		assert_true(sent > 0);
		p += sent;
		n -= (size_t)sent;
	}
}

/* Reads until the text came; false when the other end hung up first. */
static bool hears(int fd, const char *text)
{
	char all[16384];
	size_t n = 0;
	while (n < sizeof(all)) {
		ssize_t got = recv(fd, all + n, sizeof(all) - n, 0);
		if (got < 0 && errno == EAGAIN)
			fail_msg("nothing was said for too long");
		if (got <= 0)
			return false;
		n += (size_t)got;
		if (memmem(all, n, text, strlen(text)))
			return true;
	}
	return false;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void ffmpeg_comes_goes_and_comes(void **state)
{
	struct world *w = *state;
	wait_for_reason(w, 1, REASON_NOT_PUSHED);
	w->children[0] = ffmpeg(w, push_port(w->server), KEY);
	wait_for_state(w, 1, CAMERA_LIVE);
	wait_for_segments(w, 1, 3);
	assert_int_equal(check_folder(w, 1, 768), 1);
	end_child(&w->children[0], SIGKILL);
	wait_for_state(w, 1, CAMERA_LOST);
	size_t before = list(w, 1).n;
	w->children[0] = ffmpeg(w, push_port(w->server), KEY);
	wait_for_state(w, 1, CAMERA_LIVE);
	wait_for_segments(w, 1, before + 2);
	assert_int_equal(check_folder(w, 1, 768), 2);
	assert_int_equal(list(w, 2).n, 0);
}

/* An interrupted telephone: the old connection is not known to be dead when the new one comes. */
static void the_newest_publisher_wins(void **state)
{
	struct world *w = *state;
	int port = push_port(w->server), ended;
	w->children[0] = ffmpeg(w, port, KEY);
	wait_for_segments(w, 1, 2);
	kill(w->children[0], SIGSTOP);
	w->children[1] = ffmpeg(w, port, KEY);
	size_t before = list(w, 1).n;
	wait_for_segments(w, 1, before + 3);
	assert_true(check_folder(w, 1, 768) >= 2);
	kill(w->children[0], SIGCONT);
	waitpid(w->children[0], &ended, 0);
	w->children[0] = 0;
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) != 0);
}

static void an_unknown_key_is_refused(void **state)
{
	struct world *w = *state;
	int port = push_port(w->server), ended;
	struct wire wire = { 0 };
	pid_t pid = ffmpeg(w, port, "nobody-knows-this-key");
	waitpid(pid, &ended, 0);
	assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) != 0);
	wire_begin(&wire, "nobody-knows-this-key");
	int fd = dial(port);
	say(fd, wire.at, wire.n);
	assert_true(hears(fd, "NetStream.Publish.BadName"));
	assert_false(hears(fd, "no more of it"));
	close(fd);
	/* "short" is on the list, and not as keys have to be. */
	wire.n = 0;
	wire_begin(&wire, "short");
	fd = dial(port);
	say(fd, wire.at, wire.n);
	assert_true(hears(fd, "NetStream.Publish.BadName"));
	close(fd);
	/* A key that is taken from the list ends who publishes under it. */
	w->children[0] = ffmpeg(w, port, KEY);
	wait_for_state(w, 1, CAMERA_LIVE);
	push_keys(w->server, &(struct roster){ 0 });
	wait_for_state(w, 1, CAMERA_LOST);
	wire_free(&wire);
}

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

static void nginx_relays(void **state)
{
	struct world *w = *state;
	if (access(NGINX, X_OK) != 0 || access(NGINX_MODULE, R_OK) != 0)
		skip();
	int port = free_port();
	const char *conf = arena_printf(w->arena, "%s/nginx.conf", w->folder);
	const char *text = arena_printf(w->arena,
		"load_module " NGINX_MODULE ";\ndaemon off;\nmaster_process off;\n"
		"pid %s/nginx.pid;\nerror_log %s/error.log;\nevents {}\n"
		"rtmp { server { listen 127.0.0.1:%d; application kitchen { live on;\n"
		"push rtmp://127.0.0.1:%d/live/" KEY "; } } }\n",
		w->folder, w->folder, port, push_port(w->server));
	assert_int_equal(file_write(conf, text, strlen(text), 0600, NULL), OK);
	const char *const argv[] = { NGINX, "-c", conf, "-e", "/dev/null", NULL };
	w->children[0] = spawn(argv);
	int64_t end = clock_mono() + PATIENCE_MS;
	const char *pid = arena_printf(w->arena, "%s/nginx.pid", w->folder);
	while (access(pid, F_OK) != 0)
		assert_true(moment(end));
	const char *to = arena_printf(w->arena, "rtmp://127.0.0.1:%d/kitchen/any", port);
	const char *const push[] = { "ffmpeg", "-re", "-stream_loop", "-1", "-i", clip(w), "-c",
		"copy", "-an", "-f", "flv", to, NULL };
	w->children[1] = spawn(push);
	wait_for_segments(w, 1, 3);
	assert_int_equal(check_folder(w, 1, 768), 1);
	end_child(&w->children[1], SIGKILL);
	wait_for_state(w, 1, CAMERA_LOST);
}

/* ---- what ffmpeg 5.1 cannot say ---------------------------------------------------------- */

struct dialect {
	const char *codec; /* ffmpeg's encoder */
	struct bytes header, key, inter;
	enum stream_codec is;
};

#define BYTES(text)                                                                                \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static const struct dialect DIALECTS[] = {
	{ "libx265", BYTES("\x90hvc1"), BYTES("\x93hvc1"), BYTES("\xa3hvc1"), CODEC_H265 },
	{ "libx265", BYTES("\x1c\0\0\0\0"), BYTES("\x1c\1\0\0\0"), BYTES("\x2c\1\0\0\0"),
		CODEC_H265 },
	{ "libx264",
		BYTES("\x90"
		      "avc1"),
		BYTES("\x91"
		      "avc1\0\0\0"),
		BYTES("\xa1"
		      "avc1\0\0\0"),
		CODEC_H264 },
};

/* 8 s of 320x240, a keyframe a second, no B frames. False: ffmpeg has no such encoder. */
static bool encode(struct world *w, const char *codec, const char *to)
{
	const char *const argv[] = { "ffmpeg", "-y", "-f", "lavfi", "-i",
		"testsrc=size=320x240:rate=10:duration=8", "-c:v", codec, "-g", "10", "-bf", "0",
		"-preset", "ultrafast", "-x265-params", "keyint=10:bframes=0:log-level=none", to,
		NULL };
	int ended;
	(void)w;
	waitpid(spawn(argv), &ended, 0);
	return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

static void wire_clip(struct wire *out, const struct dialect *d, const char *path)
{
	AVFormatContext *f = NULL;
	AVPacket *p = av_packet_alloc();
	int64_t ms = 0;
	assert_int_equal(avformat_open_input(&f, path, NULL, NULL), 0);
	const AVCodecParameters *c = f->streams[0]->codecpar;
	wire_video(out, 0, d->header, (struct bytes){ c->extradata, (size_t)c->extradata_size });
	for (; av_read_frame(f, p) == 0; ms += 100) {
		bool key = p->flags & AV_PKT_FLAG_KEY;
		wire_video(out, ms, key ? d->key : d->inter,
			(struct bytes){ p->data, (size_t)p->size });
		av_packet_unref(p);
	}
	av_packet_free(&p);
	avformat_close_input(&f);
}

static void other_dialects_are_recorded(void **state)
{
	struct world *w = *state;
	size_t told = 0;
	for (size_t i = 0; i < sizeof(DIALECTS) / sizeof(*DIALECTS); i++) {
		const struct dialect *d = &DIALECTS[i];
		const char *path = arena_printf(w->arena, "%s/%zu.mp4", w->folder, i);
		struct wire wire = { 0 };
		if (!encode(w, d->codec, path))
			continue;
		wire_begin(&wire, OTHER);
		wire_clip(&wire, d, path);
		size_t before = list(w, 2).n;
		int fd = dial(push_port(w->server));
		say(fd, wire.at, wire.n);
		wait_for_segments(w, 2, before + 3);
		assert_int_equal(status(w, 2).facts.codec, d->is);
		close(fd);
		wait_for_reason(w, 2, REASON_NOT_PUSHED);
		wire_free(&wire);
		told++;
	}
	assert_true(told > 0);
	/* all comes at once: where a clock runs ahead too far a run ends (CLOCK_SLIP_MS) */
	assert_in_range(check_folder(w, 2, 320), told, 2 * told);
}

/* ---- peers that mean no good ------------------------------------------------------------- */

static void bad_peers_disturb_nobody(void **state)
{
	struct world *w = *state;
	int port = push_port(w->server), silent = dial(port), slow = dial(port), n = 0;
	struct wire wire = { 0 };
	char noise[4096];
	w->children[0] = ffmpeg(w, port, KEY);
	wait_for_state(w, 1, CAMERA_LIVE);
	for (int i = 0; i < 50; i++) { /* noise, some of it after a proper beginning */
		int fd = dial(port);
		random_bytes(noise, sizeof(noise));
		wire.n = 0;
		if (i % 3 == 1)
			wire_hello(&wire);
		if (i % 3 == 2)
			wire_begin(&wire, OTHER);
		wire_add(&wire, noise, sizeof(noise));
		(void)!send(fd, wire.at, wire.n, MSG_NOSIGNAL);
		close(fd);
	}
	wire.n = 0;
	wire_begin(&wire, OTHER);
	wire.n = 1537 + 800;
	while (send(slow, wire.at + n % (int)wire.n, 1, MSG_NOSIGNAL) == 1) { /* a byte at a time */
		if (n++ > 3000)
			break;
		poll(NULL, 0, 5);
	}
	assert_false(hears(silent, "anything")); /* is ended */
	assert_false(hears(slow, "NetStream.Publish.Start"));
	assert_int_equal(status(w, 1).state, CAMERA_LIVE);
	assert_int_equal(check_folder(w, 1, 768), 1);
	close(silent);
	close(slow);
	wire_free(&wire);
}

static void too_many_strangers(void **state)
{
	struct world *w = *state;
	int port = push_port(w->server), fds[PUSH_STRANGERS_MAX + 20];
	struct wire wire = { 0 };
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		fds[i] = dial(port);
	assert_false(hears(fds[0], "anything")); /* the oldest went at once */
	wire_begin(&wire, KEY);
	int fd = dial(port);
	say(fd, wire.at, wire.n);
	assert_true(hears(fd, "NetStream.Publish.Start"));
	close(fd);
	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		close(fds[i]);
	wire_free(&wire);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(ffmpeg_comes_goes_and_comes),
		IN_WORLD(the_newest_publisher_wins),
		IN_WORLD(an_unknown_key_is_refused),
		IN_WORLD(nginx_relays),
		IN_WORLD(other_dialects_are_recorded),
		IN_WORLD(bad_peers_disturb_nobody),
		IN_WORLD(too_many_strangers),
	};
	signal(SIGPIPE, SIG_IGN);
	av_log_set_level(AV_LOG_QUIET);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
