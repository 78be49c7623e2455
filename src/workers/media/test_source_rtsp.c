/* The own RTSP reader against GStreamer's server, and against one that does what no good camera
 * does. */
#include "workers/media/fixture.h"
#include "workers/media/nal.h"
#include "workers/media/peer.h"
#include "workers/media/source.h"

struct world {
	struct arena *arena;
	struct fixture *clip;
	pid_t camera;
	int port;
	/* the scripted server */
	int listener;
	pthread_t thread;
	void (*script)(struct world *w, int fd);
	atomic_int answered;
	/* our side */
	atomic_bool stop;
	struct stream_source *source;
	enum stream_reason reason;
	struct fault why;
};

static int open_world(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->arena = arena_new();
	w->listener = -1;
	w->port = peer_free_port();
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;
	if (w->source)
		w->source->close(w->source);
	peer_end(&w->camera, SIGKILL);
	if (w->listener >= 0) {
		shutdown(w->listener, SHUT_RDWR);
		pthread_join(w->thread, NULL);
		close(w->listener);
	}
	arena_free(w->arena);
	free(w);
	return 0;
}

static enum err open_source(struct world *w, const char *user, const char *path)
{
	struct source_request r = {
		.url = arena_printf(w->arena, "rtsp://%s127.0.0.1:%d%s", user, w->port, path),
		.camera = "1",
		.reader = "",
		.stop = &w->stop,
		.connect_ms = 20 * SECOND,
		.read_ms = 1500,
	};
	return source_open(&r, &w->source, &w->reason, &w->why);
}

static enum err next(struct world *w, struct stream_frame *f)
{
	enum err e = w->source->next(w->source, f, &w->why);
	w->reason = w->source->reason;
	return e;
}

/* ---- GStreamer's server ------------------------------------------------------------------ */

static bool start_camera(struct world *w, const char *clip, const char *more, const char *value)
{
	const char *where = arena_printf(w->arena, "127.0.0.1:%d", w->port);
	const char *program = peer_program();
	if (!program)
		return false;
	w->camera = peer_spawn(
		(const char *const[]){ program, clip, "--listen", where, more, value, NULL });
	peer_await(w->port);
	return true;
}

/* The picture's slices, without what the server puts before them. */
static struct bytes slices(enum stream_codec codec, struct bytes annexb)
{
	struct nal_walk walk = { annexb.at, annexb.at + annexb.n };
	struct nal u;
	while (nal_next(&walk, codec, &u))
		if (codec == CODEC_H264 ? u.type >= 1 && u.type <= 5 : u.type <= 31)
			return (struct bytes){ u.at, (size_t)(annexb.at + annexb.n - u.at) };
	return (struct bytes){ 0 };
}

static size_t place_in_clip(const struct fixture *x, const struct stream_frame *f)
{
	struct bytes a = slices(CODEC_H264, (struct bytes){ f->at, f->n });
	for (size_t i = 0; i < FIXTURE_FRAMES; i++) {
		struct bytes b =
			slices(CODEC_H264, (struct bytes){ x->frames[i].at, x->frames[i].n });
		if (a.n == b.n && memcmp(a.at, b.at, a.n) == 0)
			return i;
	}
	return FIXTURE_FRAMES;
}

/* Every byte of every picture is the clip's, in order and without a hole, with its times. */
static void reads_what_was_sent(void **state)
{
	struct world *w = *state;
	struct fixture x = { .arena = w->arena };
	struct stream_frame f;
	int64_t last = 0;
	size_t at = 0;
	fixture_read_clip(&x);
	if (!start_camera(w, peer_clip(), NULL, NULL))
		skip();
	assert_int_equal(open_source(w, "", "/kitchen"), OK);
	assert_int_equal(w->source->codec, CODEC_H264);
	struct parameter_sets sets;
	parameter_sets_gather(CODEC_H264,
		(struct bytes){ w->source->parameters, w->source->parameters_n }, &sets);
	assert_true(sets.complete);
	for (int i = 0; i < 45; i++) {
		assert_int_equal(next(w, &f), OK);
		size_t now = place_in_clip(&x, &f);
		assert_true(now < FIXTURE_FRAMES);
		assert_int_equal(f.key, now % FIXTURE_GOP == 0);
		if (i) {
			assert_int_equal(now, (at + 1) % FIXTURE_FRAMES);
			assert_in_range(f.pts - last, FIXTURE_STEP - 1, FIXTURE_STEP + 1);
		}
		at = now;
		last = f.pts;
	}
	/* A camera that hangs, then one that ends. */
	kill(w->camera, SIGSTOP);
	while (!next(w, &f))
		;
	assert_int_equal(w->reason, REASON_TIMEOUT);
	w->source->close(w->source);
	kill(w->camera, SIGCONT);
	assert_int_equal(open_source(w, "", "/kitchen"), OK);
	assert_int_equal(next(w, &f), OK);
	peer_end(&w->camera, SIGKILL);
	while (!next(w, &f))
		;
	assert_int_equal(w->reason, REASON_CLOSED);
	w->source->close(w->source);
	assert_int_equal(open_source(w, "", "/kitchen"), E_BUSY);
	assert_int_equal(w->reason, REASON_REFUSED);
}

static void who_we_are(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	if (!start_camera(w, peer_clip(), "--user", "admin:p@ss word"))
		skip();
	assert_int_equal(open_source(w, "", "/kitchen"), E_LOGIN);
	assert_int_equal(w->reason, REASON_UNAUTHORIZED);
	assert_int_equal(open_source(w, "admin:wrong@", "/kitchen"), E_LOGIN);
	assert_int_equal(w->reason, REASON_UNAUTHORIZED);
	assert_int_equal(open_source(w, "admin:p@ss%20word@", "/nowhere"), E_BUSY);
	assert_int_equal(w->reason, REASON_NOT_FOUND);
	assert_int_equal(open_source(w, "admin:p@ss%20word@", "/kitchen"), OK);
	assert_int_equal(next(w, &f), OK);
}

static void basic_and_many(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	const char *program = peer_program(),
		   *where = arena_printf(w->arena, "127.0.0.1:%d", w->port);
	if (!program)
		skip();
	w->camera = peer_spawn((const char *const[]){ program, peer_clip(), "--listen", where,
		"--user", "a:b", "--basic", "--count", "3", NULL });
	peer_await(w->port);
	assert_int_equal(open_source(w, "a:b@", "/kitchen2"), OK);
	assert_int_equal(next(w, &f), OK);
	w->source->close(w->source);
	assert_int_equal(open_source(w, "a:b@", "/kitchen3"), E_BUSY);
	assert_int_equal(w->reason, REASON_NOT_FOUND);
}

static void h265_too(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	const char *clip = arena_printf(w->arena, "/tmp/shian-h265-%d.mp4", (int)getpid());
	pid_t ffmpeg = peer_spawn((const char *const[]){ "ffmpeg", "-loglevel", "quiet", "-i",
		peer_clip(), "-t", "4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
		"bframes=0:keyint=20:log-level=none", "-tag:v", "hvc1", "-y", clip, NULL });
	int status = 0, keys = 0;
	waitpid(ffmpeg, &status, 0);
	if (status || !start_camera(w, clip, NULL, NULL)) {
		unlink(clip);
		skip();
	}
	unlink(clip);
	assert_int_equal(open_source(w, "", "/kitchen"), OK);
	assert_int_equal(w->source->codec, CODEC_H265);
	for (int i = 0; i < 45; i++) {
		assert_int_equal(next(w, &f), OK);
		assert_true(slices(CODEC_H265, (struct bytes){ f.at, f.n }).n > 0);
		keys += f.key;
	}
	assert_in_range(keys, 2, 3);
}

/* ---- the scripted server ----------------------------------------------------------------- */

static void *serve(void *at)
{
	struct world *w = at;
	int fd;
	while ((fd = accept(w->listener, NULL, NULL)) >= 0) {
		w->script(w, fd);
		close(fd);
	}
	return NULL;
}

static void start_script(struct world *w, void (*script)(struct world *w, int fd))
{
	w->script = script;
	w->listener = peer_listen(&w->port);
	assert_int_equal(pthread_create(&w->thread, NULL, serve, w), 0);
}

static void say(int fd, const char *text, size_t n)
{
	(void)!send(fd, text, n, MSG_NOSIGNAL);
}
#define SAY(fd, text) say(fd, "" text, sizeof(text) - 1)

/* The next request; "" when the client has gone. */
static const char *hear(int fd)
{
	static _Thread_local char request[4096];
	size_t n = 0;
	while (n < sizeof(request) - 1 && recv(fd, request + n, 1, 0) == 1) {
		request[++n] = '\0';
		if (n >= 4 && memcmp(request + n - 4, "\r\n\r\n", 4) == 0)
			return request;
	}
	return "";
}

static const char CAMERA[] = "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:t\r\n";

static void answer(int fd, const char *request, const char *lines, const char *body)
{
	char text[2048];
	const char *cseq = strstr(request, "CSeq: ");
	int n = snprintf(text, sizeof(text),
		"RTSP/1.0 %.*s\r\nCSeq: %.*s\r\nContent-Length: %zu\r\n%s\r\n%s", 6, lines,
		cseq ? (int)strcspn(cseq + 6, "\r") : 0, cseq ? cseq + 6 : "", strlen(body),
		strlen(lines) > 7 ? lines + 7 : "", body);
	say(fd, text, (size_t)n);
}

/* Answers until PLAY was asked for; false when the client went before. */
static bool until_play(struct world *w, int fd, const char *session)
{
	for (;;) {
		const char *q = hear(fd);
		if (!*q)
			return false;
		atomic_fetch_add(&w->answered, 1);
		if (text_starts(q, "PLAY "))
			return true;
		if (text_starts(q, "OPTIONS "))
			answer(fd, q, "200 OK\nPublic: OPTIONS, GET_PARAMETER\r\n", "");
		else if (text_starts(q, "DESCRIBE "))
			answer(fd, q, "200 OK\n", CAMERA);
		else if (text_starts(q, "SETUP "))
			answer(fd, q, session, "");
	}
}

/* One packet of a picture: a keyframe of two bytes at the given sequence number. */
static void send_picture(int fd, int sequence, char unit)
{
	char p[] = "$\0\0\x0e\x80\xe0\0\0\0\0\0\0\0\0\0\1\0x";
	p[7] = (char)sequence;
	p[11] = (char)sequence;
	p[16] = unit;
	say(fd, p, sizeof(p) - 1);
}

static void frames_amid_answers_script(struct world *w, int fd)
{
	if (!until_play(w, fd,
		    "200 OK\nSession: 9;timeout=1\r\nTransport: "
		    "RTP/AVP/TCP;interleaved=0-1\r\n"))
		return;
	send_picture(fd, 1, 0x65); /* before the answer to PLAY */
	SAY(fd, "$\1\0\4RTCP");
	SAY(fd, "RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n");
	send_picture(fd, 2, 0x41);
	SAY(fd, "ANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 77\r\nContent-Length: 3\r\n\r\nsdp");
	send_picture(fd, 3, 0x41);
	assert_non_null(strstr(hear(fd), "501 Not Implemented\r\nCSeq: 77\r\n"));
	/* The session is kept alive; the nonce is stale meanwhile. */
	for (int i = 4; i < 100; i++) {
		const char *q = hear(fd);
		if (!text_starts(q, "GET_PARAMETER rtsp://127.0.0.1") ||
			!strstr(q, "Session: 9\r\n"))
			return;
		atomic_fetch_add(&w->answered, 1);
		answer(fd, q, "200 OK\n", "");
		send_picture(fd, i, 0x41);
	}
}

static void frames_amid_answers(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	start_script(w, frames_amid_answers_script);
	assert_int_equal(open_source(w, "", "/a"), OK);
	for (int i = 1; i < 6; i++) {
		assert_int_equal(next(w, &f), OK);
		assert_int_equal(f.pts, i);
		assert_int_equal(f.key, i == 1);
	}
	assert_true(atomic_load(&w->answered) >= 6); /* four, and at least two keepings */
	w->source->close(w->source);
	w->source = NULL;
}

static void losses_script(struct world *w, int fd)
{
	if (!until_play(w, fd, "200 OK\nSession: 9\r\n"))
		return;
	SAY(fd, "RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n");
	send_picture(fd, 1, 0x65);
	send_picture(fd, 3, 0x41);
	send_picture(fd, 4, 0x65);
	send_picture(fd, 5, 0x41);
	SAY(fd, "$\0\0\3abc");
	(void)hear(fd);
}

static void losses_are_dropped(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	start_script(w, losses_script);
	assert_int_equal(open_source(w, "", "/a"), OK);
	assert_int_equal(next(w, &f), OK);
	assert_int_equal(f.pts, 1);
	assert_int_equal(next(w, &f), OK);
	assert_int_equal(f.pts, 4);
	assert_true(f.key);
	assert_int_equal(next(w, &f), OK);
	assert_int_equal(next(w, &f), E_INVALID);
	assert_int_equal(w->reason, REASON_BAD_STREAM);
	w->source->close(w->source);
	w->source = NULL;
}

static void redirect_script(struct world *w, int fd)
{
	(void)w;
	answer(fd, hear(fd), "302 No\nLocation: rtsp://169.254.169.254/\r\n", "");
}

static void rubbish_script(struct world *w, int fd)
{
	char rubbish[8192];
	(void)w;
	(void)hear(fd);
	random_bytes(rubbish, sizeof(rubbish));
	rubbish[0] = '\x7f';
	say(fd, rubbish, sizeof(rubbish));
	(void)hear(fd);
}

static void no_end_script(struct world *w, int fd)
{
	(void)w;
	(void)hear(fd);
	while (send(fd, "$\1\0\4abcd", 8, MSG_NOSIGNAL) == 8)
		;
}

static void refusals(void **state)
{
	struct world *w = *state;
	start_script(w, redirect_script);
	assert_int_equal(open_source(w, "", "/a"), E_INVALID);
	assert_int_equal(w->reason, REASON_BAD_ADDRESS);
	w->script = rubbish_script;
	assert_int_equal(open_source(w, "", "/a"), E_INVALID);
	assert_int_equal(w->reason, REASON_BAD_STREAM);
	/* One that sends for ever, but not what is waited for. */
	w->script = no_end_script;
	struct source_request r = {
		.url = arena_printf(w->arena, "rtsp://127.0.0.1:%d/", w->port),
		.stop = &w->stop,
		.connect_ms = 500,
		.read_ms = 500,
	};
	assert_int_equal(source_open(&r, &w->source, &w->reason, &w->why), E_BUSY);
	assert_int_equal(w->reason, REASON_TIMEOUT);
	r.url = "rtsp://";
	assert_int_equal(source_open(&r, &w->source, &w->reason, &w->why), E_INVALID);
	assert_int_equal(w->reason, REASON_BAD_ADDRESS);
}

static void stop_while_waiting(void **state)
{
	struct world *w = *state;
	struct stream_frame f;
	start_script(w, losses_script);
	assert_int_equal(open_source(w, "", "/a"), OK);
	assert_int_equal(next(w, &f), OK);
	atomic_store(&w->stop, true);
	while (!next(w, &f))
		;
	assert_true(w->reason == REASON_STOPPED || w->reason == REASON_BAD_STREAM);
	w->source->close(w->source);
	w->source = NULL;
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(reads_what_was_sent),
		IN_WORLD(who_we_are),
		IN_WORLD(basic_and_many),
		IN_WORLD(h265_too),
		IN_WORLD(frames_amid_answers),
		IN_WORLD(losses_are_dropped),
		IN_WORLD(refusals),
		IN_WORLD(stop_while_waiting),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
