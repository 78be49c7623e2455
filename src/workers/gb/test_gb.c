/* The platform against the device simulator, over real sockets: registration, catalogue, live
 * pictures in both editions, all transports and codecs, playback, and what goes wrong. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "core/recordings/segment.h"
#include "workers/gb/gb.h"
#include "workers/media/camera.h"
#include "workers/media/fetch.h"

enum { PATIENCE_MS = 60 * SECOND, SIMULATORS_MAX = 8, KEEPALIVE_MS = 400 };
#define PLATFORM "31011200002000000001"
#define DEVICE	 "310112000011100000%02d"

struct simulator {
	pid_t pid;
	const char *log;
};

struct world {
	char folder[64];
	struct arena *arena;
	const char *h264, *h265;
	struct gb_platform *platform;
	struct doors doors;
	struct simulator simulators[SIMULATORS_MAX];
	size_t n;
	int port;
};

/* ---- processes --------------------------------------------------------------------------- */

static pid_t spawn(const char *const *argv, const char *log)
{
	pid_t pid = fork();
	if (pid == 0) {
		int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		dup2(out, 1);
		dup2(out, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static void pause_ms(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };
	nanosleep(&t, NULL);
}

/* Starts the simulator with number first and these further words. */
static struct simulator *start_device(
	struct world *w, int first, const char *clip, const char *more)
{
	const char *build = getenv("SHIAN_BUILD");
	struct arena *a = w->arena;
	const char *argv[40];
	size_t n = 0;
	argv[n++] = arena_printf(a, "%s/shian-gb-device", build ? build : "build");
	argv[n++] = arena_dup(a, clip);
	argv[n++] = arena_dup(a, "--platform");
	argv[n++] = arena_printf(a, "127.0.0.1:%d", w->port);
	argv[n++] = arena_dup(a, "--platform-id");
	argv[n++] = arena_dup(a, PLATFORM);
	argv[n++] = arena_dup(a, "--id");
	argv[n++] = arena_printf(a, DEVICE, first);
	argv[n++] = arena_dup(a, "--keepalive");
	argv[n++] = arena_dup(a, "200");
	for (const char *s = more; *s && n < 38; s += *s == ' ') {
		size_t len = strcspn(s, " ");
		argv[n++] = arena_copy(a, s, len);
		s += len;
	}
	argv[n] = NULL;
	struct simulator *d = &w->simulators[w->n++];
	d->log = arena_printf(a, "%s/device-%d.log", w->folder, first);
	d->pid = spawn(argv, d->log);
	return d;
}

static void end_devices(struct world *w)
{
	for (size_t i = 0; i < w->n; i++) {
		kill(w->simulators[i].pid, SIGCONT);
		kill(w->simulators[i].pid, SIGTERM);
		waitpid(w->simulators[i].pid, NULL, 0);
		unlink(w->simulators[i].log);
	}
	w->n = 0;
}

/* How often the device said that. */
static int said(struct world *w, const struct simulator *d, const char *word)
{
	struct bytes b;
	int n = 0;
	if (file_read(w->arena, d->log, 16 << 20, &b, NULL))
		return 0;
	const char *text = arena_copy(w->arena, (const char *)b.at, b.n);
	const char *whole = arena_printf(w->arena, "%s ", word);
	for (const char *at = text; (at = strstr(at, whole)); at++)
		n += at == text || at[-1] == '\n';
	return n;
}

#define WAIT(condition)                                                                            \
	do {                                                                                       \
		int64_t until_ = clock_mono() + PATIENCE_MS;                                       \
		while (!(condition) && clock_mono() < until_)                                      \
			pause_ms(20);                                                              \
		assert_true(condition);                                                            \
	} while (0)

/* ---- the platform ------------------------------------------------------------------------ */

static void open_platform(struct world *w)
{
	struct fault why = { 0 };
	struct gb_login all[40];
	struct gb_options o = { .listen = arena_printf(w->arena, "127.0.0.1:%d", w->port),
		.id = PLATFORM,
		.keepalive_ms = KEEPALIVE_MS };
	for (int i = 0; i < 40; i++)
		all[i] = (struct gb_login){ arena_printf(w->arena, DEVICE, i), "gb-secret" };
	assert_int_equal(gb_open(&o, &w->platform, &why), OK);
	assert_int_equal(gb_start(w->platform, &why), OK);
	gb_set_devices(w->platform, all, 40);
	w->port = gb_port(w->platform);
	w->doors.gb = w->platform;
}

static bool reports(struct world *w, const char *text)
{
	struct gb_report r;
	gb_report(w->platform, w->arena, "a", &r);
	return (r.json && strstr(r.json, text)) || (r.positions && strstr(r.positions, text));
}

static bool device_online(struct world *w, int number)
{
	struct gb_report r;
	gb_report(w->platform, w->arena, "a", &r);
	const char *at =
		r.json ? strstr(r.json, arena_printf(w->arena, "\"id\":\"" DEVICE "\"", number))
		       : NULL;
	return at && text_starts(strstr(at, "\"online\":"), "\"online\":true");
}

static int setup(void **state)
{
	static struct world w;
	const char *source = getenv("SHIAN_SOURCE");
	w.arena = arena_new();
	log_to(getenv("SHIAN_GB_ONLY") ? LOG_INFO : LOG_ERROR, "test");
	av_log_set_level(AV_LOG_QUIET);
	snprintf(w.folder, sizeof(w.folder), "/tmp/shian-gb-XXXXXX");
	assert_non_null(mkdtemp(w.folder));
	w.h264 = arena_printf(w.arena, "%s/demo/kitchen.mp4", source ? source : ".");
	w.h265 = arena_printf(w.arena, "%s/h265.mp4", w.folder);
	const char *argv[] = { "ffmpeg", "-v", "error", "-y", "-i", w.h264, "-t", "12", "-an",
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
		"bframes=0:keyint=20:min-keyint=20:log-level=none", w.h265, NULL };
	int status = 1;
	waitpid(spawn(argv, "/dev/null"), &status, 0);
	assert_int_equal(status, 0);
	open_platform(&w);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	end_devices(w);
	gb_close(w->platform);
	const char *argv[] = { "rm", "-rf", w->folder, NULL };
	waitpid(spawn(argv, "/dev/null"), NULL, 0);
	arena_free(w->arena);
	return 0;
}

static int after_each(void **state)
{
	end_devices(*state);
	return 0;
}

/* ---- recordings -------------------------------------------------------------------------- */

struct watched {
	struct camera *camera;
	const char *id, *folder, *channel;
	struct simulator *device;
};

static const char *channel_of(struct world *w, int device, int n)
{
	return arena_printf(w->arena, "31011200001320%06d", device * 10 + n);
}

static void watch(struct world *w, struct watched *x, int device, const char *way)
{
	struct fault why = { 0 };
	const char *transport = *way ? arena_printf(w->arena, "?transport=%s", way) : "";
	x->channel = channel_of(w, device, text_is(way, "udp") ? 0 : text_is(way, "tcp-passive"));
	if (text_is(way, "tcp-active"))
		x->channel = channel_of(w, device, 2);
	x->id = arena_printf(w->arena, "%d%s", device, way);
	x->folder = arena_printf(w->arena, "%s/%s", w->folder, x->id);
	struct camera_request r = { .media = w->folder,
		.id = x->id,
		.url = arena_printf(
			w->arena, "gb28181://" DEVICE "/%s%s", device, x->channel, transport),
		.reader = "",
		.doors = &w->doors };
	assert_int_equal(camera_start(&r, &x->camera, &why), OK);
}

static int64_t segments(struct watched *x)
{
	struct camera_status s;
	(void)camera_status(x->camera, &s);
	return s.facts.segments;
}

static void leave(struct watched *x)
{
	camera_ask_stop(x->camera);
	camera_join(x->camera);
}

/* Head and segments one after another, as one file. */
static const char *joined(struct world *w, struct watched *x, size_t *n)
{
	struct segment_query q = { .folder = x->folder, .sizes = true };
	struct segment_list l;
	char name[SEGMENT_NAME_SIZE];
	struct bytes b;
	const char *path = arena_printf(w->arena, "%s/joined.mp4", x->folder);
	assert_int_equal(segment_find(w->arena, &q, &l, NULL), OK);
	assert_true(l.n > 0);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	init_name(name, l.at[0].gen);
	*n = 0;
	for (size_t i = 0; i <= l.n; i++) {
		if (i && l.at[i - 1].gen != l.at[0].gen)
			break;
		if (i)
			segment_name(name, &l.at[i - 1]);
		*n += i > 0;
		assert_int_equal(
			file_read(w->arena, arena_printf(w->arena, "%s/%s", x->folder, name),
				64 << 20, &b, NULL),
			OK);
		assert_int_equal(fwrite(b.at, 1, b.n, f), b.n);
	}
	fclose(f);
	return path;
}

static int decode_all(AVFormatContext *f, AVCodecContext *dec, int *packets)
{
	AVPacket *p = av_packet_alloc();
	AVFrame *frame = av_frame_alloc();
	int pictures = 0;
	for (bool more = true; more;) {
		more = av_read_frame(f, p) >= 0;
		*packets += more;
		assert_int_equal(avcodec_send_packet(dec, more ? p : NULL), 0);
		av_packet_unref(p);
		while (avcodec_receive_frame(dec, frame) == 0) {
			assert_int_equal(frame->decode_error_flags, 0);
			pictures++;
		}
	}
	av_packet_free(&p);
	av_frame_free(&frame);
	return pictures;
}

/* Every picture of it decodes, without a complaint of the decoder. */
static int plays(const char *path)
{
	AVFormatContext *f = NULL;
	assert_int_equal(avformat_open_input(&f, path, NULL, NULL), 0);
	assert_true(avformat_find_stream_info(f, NULL) >= 0);
	const AVCodecParameters *par = f->streams[0]->codecpar;
	AVCodecContext *dec = avcodec_alloc_context3(avcodec_find_decoder(par->codec_id));
	int packets = 0;
	avcodec_parameters_to_context(dec, par);
	dec->err_recognition = AV_EF_EXPLODE | AV_EF_CAREFUL;
	assert_int_equal(avcodec_open2(dec, NULL, NULL), 0);
	int pictures = decode_all(f, dec, &packets);
	assert_int_equal(pictures, packets);
	avcodec_free_context(&dec);
	avformat_close_input(&f);
	return pictures;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void registers_and_tells(void **state)
{
	struct world *w = *state;
	struct gb_report r;
	start_device(w, 1, w->h264, "--password gb-secret --channels 3 --alarm 300 --move");
	struct simulator *new = start_device(
		w, 2, w->h264, "--password gb-secret --edition 2022 --channels 2 --sip tcp");
	WAIT(reports(w, "莘庄后厨切配间") && reports(w, "莘庄备餐间㐁"));
	WAIT(reports(w, "食安模拟设备") && reports(w, "遮挡报警"));
	WAIT(reports(w, "\"latitude\":31112345,\"speed\":450,\"direction\":9000"));
	WAIT(device_online(w, 1) && device_online(w, 2));
	assert_true(reports(w, "\"edition\":\"2022\",\"transport\":\"tcp\""));
	assert_true(reports(w, channel_of(w, 1, 2)));
	assert_true(reports(w, "\"longitude\":121473700,\"latitude\":31112300"));
	assert_int_equal(said(w, new, "digest"), 1);
	struct bytes b;
	assert_int_equal(file_read(w->arena, new->log, 1 << 20, &b, NULL), OK);
	assert_non_null(strstr(arena_copy(w->arena, (const char *)b.at, b.n), "SM3"));
	gb_report(w->platform, w->arena, "a", &r);
	gb_reported(w->platform, &r);
	assert_false(reports(w, "莘庄后厨切配间"));
}

static void strangers_stay_outside(void **state)
{
	struct world *w = *state;
	struct simulator *wrong = start_device(w, 3, w->h264, "--password other");
	struct simulator *unknown = start_device(w, 77, w->h264, "--password gb-secret");
	WAIT(said(w, wrong, "refused") && said(w, unknown, "refused"));
	assert_int_equal(said(w, wrong, "registered"), 0);
	assert_int_equal(said(w, unknown, "registered"), 0);
	assert_false(device_online(w, 3));
	WAIT(reports(w, "\"id\":\"31011200001110000077\",\"known\":false"));
}

/* A registered device is heard while an address (127.0.0.9) floods with what strangers may send;
 * the flood gets a few answers, and is told with its number and address. */
static void a_flood_is_turned_away(void **state)
{
	enum { FLOOD = 20000 };
	struct world *w = *state;
	char b[1024];
	int answers = 0;
	struct sockaddr_in own = { .sin_family = AF_INET },
			   to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)w->port) };
	inet_pton(AF_INET, "127.0.0.9", &own.sin_addr);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	start_device(w, 39, w->h264, "--password gb-secret");
	WAIT(device_online(w, 39));
	int64_t begun = clock_mono();
	for (int i = 0; i < FLOOD; i++) {
		int n = snprintf(b, sizeof(b),
			"REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;rport;"
			"branch=z9hG4bK%d\r\nFrom: <sip:3101120000111%07d@x>;tag=1\r\nTo: "
			"<sip:3101120000111%07d@x>\r\nCall-ID: c%d\r\nCSeq: 1 REGISTER\r\n"
			"Content-Length: 0\r\n\r\n",
			i, i, i, i);
		(void)!sendto(fd, b, (size_t)n, 0, (struct sockaddr *)&to, sizeof(to));
		if (i % 50 == 0)
			pause_ms(5); /* some two seconds: longer than keep-alives may be missed */
		while (recv(fd, b, sizeof(b), MSG_DONTWAIT) > 0)
			answers++;
	}
	int64_t seconds = (clock_mono() - begun) / SECOND + 1;
	WAIT(reports(w, "\"flood\":{\"dropped\":"));
	pause_ms(200);
	while (recv(fd, b, sizeof(b), MSG_DONTWAIT) > 0)
		answers++;
	close(fd);
	assert_in_range(answers, 1, 20 + 5 * seconds);
	assert_true(reports(w, "\"address\":\"127.0.0.9\""));
	assert_true(device_online(w, 39));
	/* It never fell silent to the platform: it registered once. */
	assert_int_equal(said(w, &w->simulators[w->n - 1], "registered"), 1);
	struct gb_report r;
	gb_report(w->platform, w->arena, "a", &r);
	gb_reported(w->platform, &r);
	assert_false(reports(w, "flood"));
}

static void silence_is_noticed(void **state)
{
	struct world *w = *state;
	struct simulator *d = start_device(w, 4, w->h264, "--password gb-secret");
	WAIT(device_online(w, 4));
	kill(d->pid, SIGSTOP);
	WAIT(!device_online(w, 4));
	kill(d->pid, SIGCONT);
	WAIT(device_online(w, 4));
}

static void a_platform_that_restarts_finds_its_devices(void **state)
{
	struct world *w = *state;
	struct simulator *d = start_device(w, 5, w->h264, "--password gb-secret");
	struct simulator *t = start_device(w, 6, w->h264, "--password gb-secret --sip tcp");
	WAIT(device_online(w, 5) && device_online(w, 6));
	gb_close(w->platform);
	open_platform(w);
	WAIT(device_online(w, 5) && device_online(w, 6));
	assert_true(said(w, d, "registered") >= 2 && said(w, t, "registered") >= 2);
}

static void live_in_every_way(void **state)
{
	static const char *const WAYS[] = { "udp", "tcp-passive", "tcp-active" };
	struct world *w = *state;
	struct watched x[12];
	size_t n = 0;
	for (int i = 0; i < 4; i++) {
		const char *more = arena_printf(w->arena,
			"--password gb-secret --channels 3 --edition %s --sip %s",
			i & 1 ? "2022" : "2016", i & 2 ? "tcp" : "udp");
		struct simulator *d = start_device(w, 10 + i, i & 2 ? w->h265 : w->h264, more);
		for (int way = 0; way < 3; way++) {
			x[n].device = d;
			watch(w, &x[n++], 10 + i, WAYS[way]);
		}
	}
	for (size_t i = 0; i < n; i++)
		WAIT(segments(&x[i]) >= 3);
	for (size_t i = 0; i < n; i++)
		leave(&x[i]);
	for (size_t i = 0; i < n; i++) {
		size_t files;
		const char *path = joined(w, &x[i], &files);
		assert_true(files >= 3);
		assert_true(plays(path) >= 50);
	}
	for (size_t i = 0; i < n; i++)
		WAIT(said(w, x[i].device, "bye") == 3);
}

static void odd_devices(void **state)
{
	static const char *const ODD[] = {
		"--odd no-ssrc --odd no-map --odd sound",
		"--odd other-ssrc --odd zero-length --odd packs",
		"--odd dollar --odd wrong-length",
	};
	static const char *const WAYS[] = { "udp", "udp", "tcp-passive" };
	struct world *w = *state;
	struct watched x[3];
	for (int i = 0; i < 3; i++) {
		start_device(w, 20 + i, w->h264,
			arena_printf(w->arena, "--password gb-secret --channels 2 %s", ODD[i]));
		watch(w, &x[i], 20 + i, WAYS[i]);
	}
	for (int i = 0; i < 3; i++) {
		size_t files;
		WAIT(segments(&x[i]) >= 2);
		leave(&x[i]);
		assert_true(plays(joined(w, &x[i], &files)) >= 20);
	}
}

/* What is lost on the way leaves whole pictures behind, and no grey ones. */
static void lost_packets(void **state)
{
	struct world *w = *state;
	struct watched x;
	size_t files;
	start_device(w, 25, w->h264, "--password gb-secret --lose 20");
	watch(w, &x, 25, "udp");
	WAIT(segments(&x) >= 3);
	leave(&x);
	plays(joined(w, &x, &files));
}

static void comes_back(void **state)
{
	struct world *w = *state;
	struct watched x;
	struct simulator *d = start_device(w, 26, w->h264, "--password gb-secret --busy");
	watch(w, &x, 26, "udp");
	WAIT(segments(&x) >= 1);
	kill(d->pid, SIGUSR1); /* no packets: BYE, and again */
	WAIT(said(w, d, "bye") == 1 && said(w, d, "invited") == 2);
	int64_t seen = segments(&x);
	WAIT(segments(&x) > seen);
	kill(d->pid, SIGUSR2); /* the device ends it */
	WAIT(said(w, d, "said-bye") == 1 && said(w, d, "invited") == 3);
	leave(&x);
}

static void plays_back(void **state)
{
	struct world *w = *state;
	atomic_bool stop = false;
	struct stream_source *s;
	struct stream_frame f;
	enum stream_reason reason;
	struct fault why = { 0 };
	struct gb_records found;
	int64_t now = 1795460564;
	int frames = 0;
	start_device(w, 27, w->h264, "--password gb-secret");
	WAIT(device_online(w, 27));
	const char *channel = channel_of(w, 27, 0);
	struct gb_records_ask ask = { arena_printf(w->arena, DEVICE, 27), channel, now * 1000,
		(now + 60) * 1000, clock_mono() + 10 * SECOND };
	assert_int_equal(gb_records(w->platform, w->arena, &ask, &found), OK);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.items[1].name, "录像2");
	assert_int_equal(gb_time_read(found.items[1].end), (now + 60) * 1000);
	struct source_request r = { .url = arena_printf(w->arena,
					    "gb28181://" DEVICE
					    "/%s?transport=tcp-passive&from=%" PRId64
					    "&to=%" PRId64,
					    27, channel, now, now + 4),
		.camera = "1",
		.reader = "",
		.stop = &stop,
		.connect_ms = 8000,
		.read_ms = 6000,
		.doors = &w->doors };
	assert_int_equal(source_gb_open(&r, &s, &reason, &why), OK);
	while (s->next(s, &f, &why) == OK)
		frames++;
	assert_int_equal(s->reason, REASON_CLOSED);
	assert_in_range(frames, 38, 40); /* 4 s of 10 a second; the last one waits for its end */
	s->close(s);
	/* The same as a download takes less time than it lasts, and is whole. */
	r.url = arena_printf(w->arena, "%s&speed=8", r.url);
	int64_t begun = clock_mono();
	assert_int_equal(source_gb_open(&r, &s, &reason, &why), OK);
	for (frames = 0; s->next(s, &f, &why) == OK; frames++)
		;
	s->close(s);
	assert_in_range(frames, 38, 40);
	assert_true(clock_mono() - begun < 3500);
	assert_int_equal(said(w, &w->simulators[w->n - 1], "invited-download"), 1);
}

static const char *told(struct world *w, struct fetcher *f)
{
	return fetcher_tell(f, w->arena, "a");
}

static void give_order(struct world *w, struct fetcher *f, const char *order)
{
	struct fault why = { 0 };
	const char *json = arena_printf(w->arena,
		"{\"orders\":[{%s,\"device\":\"" DEVICE
		"\",\"channel\":\"%s\",\"camera\":\"5\",\"transport\":\"\"}]}",
		order, 37, channel_of(w, 37, 0));
	struct bytes b = { (const uint8_t *)json, strlen(json) };
	assert_int_equal(fetcher_answered(f, b, &why), OK);
}

/* What officers order: a list, a stretch that lies in a folder by the recording's own time, and one
 * that the device does not give. */
static void fetches(void **state)
{
	struct world *w = *state;
	struct fetcher *f = fetcher_new(w->folder, &w->doors);
	struct segment_list l;
	const int64_t at = INT64_C(1795460564000);
	const char *fetch = "\"kind\":\"fetch\",\"from\":1795460564000,\"to\":1795460572000";
	start_device(w, 37, w->h264, "--password gb-secret");
	WAIT(device_online(w, 37));
	give_order(w, f, arena_printf(w->arena, "\"id\":\"914365136285617921\",%s", fetch));
	WAIT(strstr(told(w, f), "\"id\":\"914365136285617921\","));
	if (!strstr(told(w, f), "\"state\":\"done\""))
		fail_msg("%s", told(w, f));
	assert_non_null(strstr(told(w, f), "\"from\":1795460564000,\"to\":179546057"));
	struct segment_query q = { .folder = arena_printf(w->arena, "%s/5-device", w->folder) };
	assert_int_equal(segment_find(w->arena, &q, &l, NULL), OK);
	assert_true(l.n >= 3);
	size_t n = l.n;
	assert_int_equal(l.at[0].start_ms, at);
	assert_in_range(segment_end(&l.at[l.n - 1]) - at, 7800, 8200);
	/* Given again, as after a crash: the stretch is there once, not twice. The list beside it.
	 */
	give_order(w, f, arena_printf(w->arena, "\"id\":\"2\",%s", fetch));
	give_order(
		w, f, "\"id\":\"3\",\"kind\":\"list\",\"from\":1795460564000,\"to\":1795460684000");
	WAIT(strstr(told(w, f), "\"id\":\"2\",\"state\":\"done\""));
	WAIT(strstr(told(w, f), "\"id\":\"3\",\"state\":\"done\""));
	assert_non_null(strstr(told(w, f), "{\"start\":1795460624000,\"end\":1795460684000,"));
	assert_int_equal(segment_find(w->arena, &q, &l, NULL), OK);
	assert_int_equal(l.n, n);
	/* What was told is not told again. */
	give_order(w, f, "\"id\":\"0\"");
	assert_null(strstr(told(w, f), "state"));
	end_devices(w);
	fetcher_free(f);
}

static void says_why_not(void **state)
{
	struct world *w = *state;
	atomic_bool stop = false;
	static const struct {
		const char *url;
		enum stream_reason reason;
	} CASES[] = {
		{ "gb28181://31011200001110000030/31011200001320000300", REASON_UNREACHABLE },
		{ "gb28181://31011200001110000099/31011200001320000300", REASON_NOT_FOUND },
		{ "gb28181://31011200001110000028/31011200001320009999", REASON_NOT_FOUND },
		{ "gb28181://3101120000111000002/31011200001320000300", REASON_BAD_ADDRESS },
		{ "gb28181://31011200001110000028/31011200001320000280?transport=sctp",
			REASON_BAD_ADDRESS },
		{ "gb28181://31011200001110000028/31011200001320000280?from=5",
			REASON_BAD_ADDRESS },
	};
	start_device(w, 28, w->h264, "--password gb-secret");
	WAIT(device_online(w, 28));
	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct stream_source *s;
		enum stream_reason reason;
		struct fault why = { 0 };
		struct source_request r = { .url = CASES[i].url,
			.stop = &stop,
			.connect_ms = 500,
			.read_ms = 500,
			.doors = &w->doors };
		assert_true(source_open(&r, &s, &reason, &why) != OK);
		assert_int_equal(reason, CASES[i].reason);
		assert_true(*why.text);
	}
}

/* Takes all reports; a report holds so many devices at most, the next one the rest. */
static int devices_reported(struct world *w)
{
	struct gb_report r;
	int n = 0;
	for (gb_report(w->platform, w->arena, "a", &r); r.json;
		gb_report(w->platform, w->arena, "a", &r)) {
		for (const char *at = r.json; (at = strstr(at, "\"310112000011102")); at++)
			n++;
		gb_reported(w->platform, &r);
	}
	return n;
}

/* sipp, which shares nothing with us, as many devices at once: digest, keep-alive. SHIAN_GB_LOAD
 * says how many (60); then this test runs alone. The rate is printed. */
static void sipp_registers(void **state)
{
	struct world *w = *state;
	const char *source = getenv("SHIAN_SOURCE"), *load = getenv("SHIAN_GB_LOAD");
	int64_t n = 60;
	struct arena *a = w->arena;
	if (load)
		assert_true(text_to_int(load, &n) && n > 0 && n <= 8000);
	const char *csv = arena_printf(a, "%s/devices.csv", w->folder);
	struct gb_login *all = NEWS(a, struct gb_login, (size_t)n);
	FILE *f = fopen(csv, "w");
	assert_non_null(f);
	fputs("SEQUENTIAL\n", f);
	for (int i = 0; i < n; i++) {
		all[i] =
			(struct gb_login){ arena_printf(a, "310112000011102%05d", i), "gb-secret" };
		fprintf(f, "%s;[authentication username=%s password=gb-secret]\n", all[i].id,
			all[i].id);
	}
	fclose(f);
	gb_set_devices(w->platform, all, (size_t)n);
	const char *count = arena_printf(a, "%" PRId64, n);
	const char *argv[] = { "sipp", arena_printf(a, "127.0.0.1:%d", w->port), "-sf",
		arena_printf(a, "%s/src/workers/gb/register.xml", source ? source : "."), "-inf",
		csv, "-m", count, "-r", "1000", "-l", "500", "-i", "127.0.0.1", "-nostdin",
		"-timeout", "60s", "-trace_err", "-error_file",
		arena_printf(a, "%s/sipp.err", w->folder), NULL };
	int64_t begun = clock_mono();
	int status = 1;
	waitpid(spawn(argv, arena_printf(a, "%s/sipp.log", w->folder)), &status, 0);
	int64_t ms = clock_mono() - begun;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		struct bytes b = { 0 };
		if (!file_read(a, arena_printf(a, "%s/sipp.err", w->folder), 16 << 20, &b, NULL))
			print_message("%.3000s\n", arena_copy(a, (const char *)b.at, b.n));
		fail_msg("sipp ended with %d", status);
	}
	print_message("# sipp: %" PRId64 " devices registered and kept alive in %" PRId64
		      " ms, %" PRId64 " a second\n",
		n, ms, n * 1000 / (ms ? ms : 1));
	assert_true(devices_reported(w) >= n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(registers_and_tells, after_each),
		cmocka_unit_test_teardown(strangers_stay_outside, after_each),
		cmocka_unit_test_teardown(a_flood_is_turned_away, after_each),
		cmocka_unit_test_teardown(silence_is_noticed, after_each),
		cmocka_unit_test_teardown(a_platform_that_restarts_finds_its_devices, after_each),
		cmocka_unit_test_teardown(live_in_every_way, after_each),
		cmocka_unit_test_teardown(odd_devices, after_each),
		cmocka_unit_test_teardown(lost_packets, after_each),
		cmocka_unit_test_teardown(comes_back, after_each),
		cmocka_unit_test_teardown(plays_back, after_each),
		cmocka_unit_test_teardown(fetches, after_each),
		cmocka_unit_test_teardown(says_why_not, after_each),
		cmocka_unit_test_teardown(sipp_registers, after_each),
	};
	if (getenv("SHIAN_GB_ONLY"))
		cmocka_set_test_filter(getenv("SHIAN_GB_ONLY"));
	if (getenv("SHIAN_GB_LOAD"))
		cmocka_set_test_filter("sipp_*");
	return cmocka_run_group_tests(tests, setup, teardown);
}
