/* What live readers get: the bytes of the files, from a keyframe on, run by run; and that a reader
 * that does not read costs nobody anything. */
#include "workers/media/codec_string.h"
#include "workers/media/fixture.h"

#include <poll.h>
#include <sys/socket.h>

struct stand {
	struct fixture *x;
	struct hub *hub;
	struct hub_place *place;
	uint8_t *body;
};

static int stand_open(void **state)
{
	struct stand *s = calloc(1, sizeof(*s));
	void *x;
	fixture_open(&x);
	s->x = x;
	s->body = malloc(LIVE_MESSAGE_MAX);
	assert_int_equal(hub_open(s->x->folder, &s->hub, &s->x->why), OK);
	assert_int_equal(hub_start(s->hub, &s->x->why), OK);
	s->place = hub_enter(s->hub, "7");
	recorder_free(s->x->recorder);
	s->x->recorder = recorder_new(s->x->folder, s->place);
	recorder_begin(s->x->recorder, &(struct stream_source){ .codec = CODEC_H264 });
	*state = s;
	return 0;
}

static int stand_close(void **state)
{
	struct stand *s = *state;
	void *x = s->x;
	recorder_free(s->x->recorder);
	s->x->recorder = NULL;
	hub_leave(s->place);
	hub_close(s->hub);
	free(s->body);
	free(s);
	return fixture_close(&x);
}

static int reader(struct stand *s, const char *camera)
{
	int fd;
	assert_int_equal(live_connect(s->x->folder, camera, &fd, &s->x->why), OK);
	return fd;
}

/* False at the connection's end. */
static bool take(int fd, void *to, size_t n)
{
	size_t done = 0;
	while (done < n) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&p, 1, 20000), 1);
		ssize_t k = recv(fd, (char *)to + done, n - done, 0);
		if (k <= 0)
			return false;
		done += (size_t)k;
	}
	return true;
}

static bool next(struct stand *s, int fd, struct live_message *m)
{
	uint8_t header[LIVE_HEADER];
	if (!take(fd, header, sizeof(header)))
		return false;
	assert_true(live_header_read(header, m));
	return take(fd, s->body, m->n);
}

static void expect(struct stand *s, int fd, enum live_kind kind, bool sync)
{
	struct live_message m;
	assert_true(next(s, fd, &m));
	assert_int_equal(m.kind, kind);
	assert_int_equal(m.sync, sync);
}

static bool quiet(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 200) == 0;
}

/* A reader that comes in the middle of a group gets it from its keyframe, and then what is
 * recorded, to the byte. */
static void readers_get_the_files_bytes(void **state)
{
	struct stand *s = *state;
	struct buf got = { .arena = s->x->arena };
	struct live_message m;
	assert_int_equal(fixture_play(s->x, 0, 50, 0), OK);
	int fd = reader(s, "7");
	expect(s, fd, LIVE_INFO, false);
	expect(s, fd, LIVE_HEAD, false);
	struct bytes head = { s->body, 0 };
	(void)head;
	for (int i = 0; i < 2; i++) { /* pictures 40 to 47; 48 and 49 are not yet a fragment */
		assert_true(next(s, fd, &m));
		assert_int_equal(m.kind, LIVE_FRAGMENT);
		assert_int_equal(m.sync, i == 0);
		assert_int_equal(m.time_ms, FIXTURE_NOW + 4000 + i * 400);
		buf_add(&got, s->body, m.n);
	}
	assert_true(quiet(fd));
	assert_int_equal(fixture_play(s->x, 50, 61, 0), OK);
	for (int i = 2; i < 5; i++) {
		assert_true(next(s, fd, &m));
		assert_false(m.sync);
		buf_add(&got, s->body, m.n);
	}
	struct segment_list l = fixture_list(s->x);
	struct bytes file = fixture_segment(s->x, &l.at[2]);
	assert_int_equal(l.at[2].start_ms, FIXTURE_NOW + 4000);
	assert_int_equal(file.n, got.n);
	assert_memory_equal(file.at, got.s, got.n);
	close(fd);
}

static void info_says_what_to_play(void **state)
{
	struct stand *s = *state;
	struct live_message m;
	assert_int_equal(fixture_play(s->x, 0, 5, 0), OK);
	int fd = reader(s, "7");
	assert_true(next(s, fd, &m));
	char *text = arena_copy(s->x->arena, (const char *)s->body, m.n);
	assert_non_null(strstr(text, "\"codec\":\"avc1."));
	assert_non_null(strstr(text, "\"width\":768,\"height\":432,\"at\":1795460564096}"));
	assert_true(next(s, fd, &m));
	assert_int_equal(m.kind, LIVE_HEAD);
	struct head_info head;
	assert_int_equal(box_head_read((struct bytes){ s->body, m.n }, &head, NULL), OK);
	close(fd);
}

static void a_new_run_sends_its_head(void **state)
{
	struct stand *s = *state;
	int fd = reader(s, "7");
	assert_true(quiet(fd)); /* no run yet: the connection stays */
	assert_int_equal(fixture_play(s->x, 0, 5, 0), OK);
	expect(s, fd, LIVE_INFO, false);
	expect(s, fd, LIVE_HEAD, false);
	expect(s, fd, LIVE_FRAGMENT, true);
	assert_int_equal(recorder_end(s->x->recorder, NULL), OK); /* the camera breaks off */
	expect(s, fd, LIVE_FRAGMENT, false);			  /* what there was */
	assert_true(quiet(fd));
	int late = reader(s, "7");
	assert_true(quiet(late)); /* an old group is not live */
	recorder_begin(s->x->recorder, &(struct stream_source){ .codec = CODEC_H264 });
	assert_int_equal(fixture_play(s->x, 20, 25, 0), OK);
	for (int i = 0; i < 2; i++) {
		expect(s, i ? late : fd, LIVE_INFO, false);
		expect(s, i ? late : fd, LIVE_HEAD, false);
		expect(s, i ? late : fd, LIVE_FRAGMENT, true);
	}
	close(fd);
	close(late);
}

static void a_stranger_gets_an_end(void **state)
{
	struct stand *s = *state;
	struct live_message m;
	int fd = reader(s, "8");
	assert_false(next(s, fd, &m));
	close(fd);
	assert_int_equal(live_connect(s->x->folder, "../8", &fd, NULL), E_BAD_REQUEST);
	assert_int_equal(live_connect("/tmp/shian-nowhere", "8", &fd, NULL), E_NOT_FOUND);
	fd = reader(s, "7");
	static const char noise[4096] = { 'x' };
	assert_true(send(fd, noise, sizeof(noise), MSG_NOSIGNAL) > 0);
	hub_leave(s->place);
	recorder_free(s->x->recorder);
	s->place = NULL;
	s->x->recorder = recorder_new(s->x->folder, NULL);
	assert_false(next(s, fd, &m)); /* the camera left the list */
	close(fd);
}

/* More than a socket and a queue hold: the reader that slept goes on at a keyframe, with the head
 * before it, and the recorder never waited. */
static void a_sleeper_goes_on_at_a_keyframe(void **state)
{
	struct stand *s = *state;
	struct live_message m = { .kind = LIVE_FRAGMENT };
	int fd = reader(s, "7"), small = 4096;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(fixture_play(s->x, 0, 5, 0), OK);
	expect(s, fd, LIVE_INFO, false);
	for (int round = 0; round < 4; round++) {
		assert_int_equal(fixture_play(s->x, round ? 0 : 5, 400, round * 40000), OK);
	}
	size_t fragments = 0, jumps = 0;
	int64_t before = 0, newest = FIXTURE_NOW + 4 * 40000 - 2000;
	while (m.time_ms < newest) {
		bool again = m.kind == LIVE_HEAD && fragments;
		assert_true(next(s, fd, &m));
		if (m.kind != LIVE_FRAGMENT)
			continue;
		assert_true(m.time_ms > before);
		assert_true(!again || m.sync);
		jumps += before && m.time_ms - before > 1000;
		before = m.time_ms;
		fragments++;
	}
	assert_true(jumps > 0);
	assert_true(fragments < 400);
	close(fd);
}

static void codec_strings(void **state)
{
	char out[CODEC_STRING_SIZE];
	(void)state;
	struct parameter_sets h264 = { .n = 8, .at = { 0, 0, 0, 1, 0x67, 0x64, 0x00, 0x1f } };
	codec_string(CODEC_H264, &h264, out);
	assert_string_equal(out, "avc1.64001f");
	struct parameter_sets h265 = { .n = 21,
		.at = { 0, 0, 0, 1, 0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90,
			0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00 } };
	h265.n = 24;
	h265.at[21] = 0x5d;
	h265.at[22] = 0xa0;
	codec_string(CODEC_H265, &h265, out);
	assert_string_equal(out, "hvc1.1.6.L93.90");
	h265.n = 12; /* cut off */
	codec_string(CODEC_H265, &h265, out);
	assert_string_equal(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			readers_get_the_files_bytes, stand_open, stand_close),
		cmocka_unit_test_setup_teardown(info_says_what_to_play, stand_open, stand_close),
		cmocka_unit_test_setup_teardown(a_new_run_sends_its_head, stand_open, stand_close),
		cmocka_unit_test_setup_teardown(a_stranger_gets_an_end, stand_open, stand_close),
		cmocka_unit_test_setup_teardown(
			a_sleeper_goes_on_at_a_keyframe, stand_open, stand_close),
		cmocka_unit_test(codec_strings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
