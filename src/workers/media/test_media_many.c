/* Sixty cameras of GStreamer's server against whole workers in their sandboxes: a server that
 * hangs, ends, comes back; a disk that is full; a worker that is killed, alone and among several.
 * The web process is a small one that keeps leases as the real one does. */
#include <sys/resource.h>
#include <sys/stat.h>

#include <jansson.h>

#include "folder.h"

#include "core/recordings/box.h"
#include "core/recordings/segment.h"
#include "workers/media/media.h"
#include "workers/media/peer.h"

enum {
	MANY = 60,
	PATIENCE_MS = 120 * SECOND, /* only a hanging test waits so long */
	NODES = 2,
	FORGET_MS = 10 * SECOND, /* a node not heard of for so long loses its leases */
};

struct seen {
	char state[16], reason[32];
	int64_t told_at; /* clock_mono: the last change */
	int node;	 /* who has the lease; -1: nobody */
};

struct world {
	char data[64];
	struct arena *arena;
	int cameras, camera_port, web, web_port;
	pthread_t web_thread;
	pid_t camera, workers[NODES];
	const char *full; /* the worker's largest file, in bytes; NULL: no limit */
	pthread_mutex_t lock;
	struct seen seen[MANY];
	int64_t heard_of[NODES]; /* clock_mono */
};

/* ---- the web process --------------------------------------------------------------------- */

static size_t body_length(const char *head)
{
	const char *p = strcasestr(head, "Content-Length: ");
	size_t n = 0;
	for (p = p ? p + 16 : ""; *p >= '0' && *p <= '9'; p++)
		n = n * 10 + (size_t)(*p - '0');
	return n;
}

/* The whole request; false when the client went. */
static bool read_request(int fd, char *out, size_t size)
{
	size_t n = 0;
	for (;;) {
		ssize_t got = n + 1 < size ? read(fd, out + n, size - 1 - n) : 0;
		if (got <= 0)
			return false;
		n += (size_t)got;
		out[n] = '\0';
		const char *head = strstr(out, "\r\n\r\n");
		if (head && strlen(head + 4) >= body_length(out))
			return true;
	}
}

static json_t *body_json(const char *request)
{
	const char *head = strstr(request, "\r\n\r\n");
	return json_loads(head ? head + 4 : "", 0, NULL);
}

static void take_report(struct world *w, const char *request)
{
	json_t *j = body_json(request), *c;
	size_t i;
	json_array_foreach(json_object_get(j, "cameras"), i, c)
	{
		int64_t id = 0;
		(void)!text_to_int(json_string_value(json_object_get(c, "id")), &id);
		if (id < 1000 || id >= 1000 + MANY)
			continue;
		struct seen *s = &w->seen[id - 1000];
		const char *state = json_string_value(json_object_get(c, "state"));
		if (!text_is(state, s->state))
			s->told_at = clock_mono();
		snprintf(s->state, sizeof(s->state), "%s", state);
		snprintf(s->reason, sizeof(s->reason), "%s",
			json_string_value(json_object_get(c, "reason")));
	}
	json_decref(j);
}

/* Each node gets an even share; what nobody holds goes to who asks. */
static void give_leases(struct world *w, int node, struct buf *out)
{
	int64_t now = clock_mono();
	int alive = 0, share;
	w->heard_of[node] = now;
	for (int i = 0; i < NODES; i++)
		alive += w->heard_of[i] && now - w->heard_of[i] < FORGET_MS;
	share = (w->cameras + alive - 1) / alive;
	buf_puts(out, "{\"cameras\":[");
	for (int i = 0, mine = 0; i < w->cameras; i++) {
		struct seen *s = &w->seen[i];
		bool held = s->node >= 0 && now - w->heard_of[s->node] < FORGET_MS;
		if (s->node == node && mine >= share)
			s->node = -1;
		else if (!held && mine < share)
			s->node = node;
		if (s->node != node)
			continue;
		buf_printf(out,
			"%s{\"id\":\"%d\",\"name\":\"x\",\"url\":\"rtsp://127.0.0.1:%d/"
			"kitchen%d\",\"enabled\":true}",
			mine++ ? "," : "", 1000 + i, w->camera_port, i);
	}
	buf_puts(out, "]}");
}

static int node_of(const char *request)
{
	json_t *j = body_json(request);
	const char *name = json_string_value(json_object_get(j, "node"));
	int node = name && name[0] == 'n' ? name[1] - '0' : 0;
	json_decref(j);
	return node < 0 || node >= NODES ? 0 : node;
}

static void serve_one(struct world *w, int fd)
{
	static char request[1 << 17];
	struct buf body = { .arena = arena_new() }, all = { .arena = body.arena };
	if (read_request(fd, request, sizeof(request))) {
		pthread_mutex_lock(&w->lock);
		if (text_starts(request, "POST /internal/cameras/lease "))
			give_leases(w, node_of(request), &body);
		else if (text_starts(request, "POST /internal/cameras/status "))
			take_report(w, request);
		pthread_mutex_unlock(&w->lock);
		buf_printf(&all,
			"HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
			body.n, buf_text(&body));
		(void)!send(fd, all.s, all.n, MSG_NOSIGNAL);
	}
	arena_free(body.arena);
}

static void *serve(void *at)
{
	struct world *w = at;
	int fd;
	while ((fd = accept(w->web, NULL, NULL)) >= 0) {
		serve_one(w, fd);
		close(fd);
	}
	return NULL;
}

/* ---- processes --------------------------------------------------------------------------- */

static void start_camera(struct world *w)
{
	const char *where = arena_printf(w->arena, "127.0.0.1:%d", w->camera_port);
	const char *count = arena_printf(w->arena, "%d", w->cameras);
	w->camera = peer_spawn((const char *const[]){
		peer_program(), peer_clip(), "--listen", where, "--count", count, NULL });
	peer_await(w->camera_port);
}

static void start_worker(struct world *w, int node)
{
	const char *web = arena_printf(w->arena, "http://127.0.0.1:%d", w->web_port);
	const char *name = arena_printf(w->arena, "n%d", node);
	w->workers[node] = peer_spawn((const char *const[]){
		"/proc/self/exe", "--worker", web, w->data, name, w->full ? w->full : "0", NULL });
}

static int worker_main(char **argv)
{
	int64_t largest = 0;
	struct media_options o = {
		.web_url = argv[2], .token = "secret", .data_dir = argv[3], .node = argv[4]
	};
	if (text_to_int(argv[5], &largest) && largest) {
		struct rlimit r = { (rlim_t)largest, RLIM_INFINITY };
		setrlimit(RLIMIT_FSIZE, &r);
		signal(SIGXFSZ, SIG_IGN);
	}
	return media_main(&o);
}

/* ---- what is seen ------------------------------------------------------------------------ */

static int count(struct world *w, const char *state, const char *reason)
{
	int n = 0;
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < w->cameras; i++)
		n += text_is(w->seen[i].state, state) &&
		     (!reason || text_is(w->seen[i].reason, reason));
	pthread_mutex_unlock(&w->lock);
	return n;
}

static void await_all(struct world *w, const char *state, const char *reason)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (count(w, state, reason) < w->cameras) {
		if (clock_mono() > end)
			fail_msg(
				"only %d of %d are %s", count(w, state, reason), w->cameras, state);
		peer_pause(50);
	}
}

/* When the last one's change was told, since a moment. */
static int last_told(struct world *w, int64_t since)
{
	int64_t last = since;
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < w->cameras; i++)
		if (w->seen[i].told_at > last)
			last = w->seen[i].told_at;
	pthread_mutex_unlock(&w->lock);
	return (int)(last - since);
}

/* Everything visible is whole. Returns the number of segments, and those that end after a time. */
static int check_recordings(struct world *w, int camera)
{
	struct arena *a = arena_new();
	const char *folder = arena_printf(a, "%s/media/%d", w->data, 1000 + camera);
	struct segment_query q = { .folder = folder };
	struct segment_list l;
	assert_int_equal(segment_find(a, &q, &l, NULL), OK);
	for (size_t i = 0; i < l.n; i++) {
		char name[SEGMENT_NAME_SIZE];
		struct bytes b;
		segment_name(name, &l.at[i]);
		assert_int_equal(
			file_read(a, arena_printf(a, "%s/%s", folder, name), 1 << 24, &b, NULL),
			OK);
		assert_true(segment_whole(b));
		assert_true(i == 0 || l.at[i].start_ms >= segment_end(&l.at[i - 1]));
	}
	int n = (int)l.n;
	arena_free(a);
	return n;
}

static void await_more(struct world *w, int camera, int than)
{
	int64_t end = clock_mono() + PATIENCE_MS;
	while (check_recordings(w, camera) <= than) {
		if (clock_mono() > end)
			fail_msg("camera %d is not recorded", camera);
		peer_pause(100);
	}
}

/* ---- tests ------------------------------------------------------------------------------- */

static int open_world(void **state)
{
	if (!peer_program())
		return 0; /* built without GStreamer: the tests are skipped */
	struct world *w = calloc(1, sizeof(*w));
	w->arena = arena_new();
	w->cameras = MANY;
	snprintf(w->data, sizeof(w->data), "/tmp/shian-many-XXXXXX");
	assert_non_null(mkdtemp(w->data));
	pthread_mutex_init(&w->lock, NULL);
	for (int i = 0; i < MANY; i++)
		w->seen[i].node = -1;
	w->camera_port = peer_free_port();
	w->web = peer_listen(&w->web_port);
	assert_int_equal(pthread_create(&w->web_thread, NULL, serve, w), 0);
	*state = w;
	return 0;
}

static int close_world(void **state)
{
	struct world *w = *state;
	if (!w)
		return 0;
	for (int i = 0; i < NODES; i++)
		peer_end(&w->workers[i], SIGKILL);
	peer_end(&w->camera, SIGKILL);
	shutdown(w->web, SHUT_RDWR);
	pthread_join(w->web_thread, NULL);
	close(w->web);
	folder_remove(w->data);
	arena_free(w->arena);
	free(w);
	return 0;
}

static void a_server_hangs_and_ends(void **state)
{
	struct world *w = *state;
	if (!w)
		skip();
	start_camera(w);
	start_worker(w, 0);
	await_all(w, "live", NULL);
	int64_t since = clock_mono();
	kill(w->camera, SIGSTOP);
	await_all(w, "lost", "timeout");
	print_message(
		"%d cameras that hung were told after %d ms\n", w->cameras, last_told(w, since));
	since = clock_mono();
	kill(w->camera, SIGCONT);
	await_all(w, "live", NULL);
	print_message("and were live again after %d ms\n", last_told(w, since));
	since = clock_mono();
	peer_end(&w->camera, SIGKILL);
	await_all(w, "lost", NULL);
	print_message("a server that ended was told after %d ms\n", last_told(w, since));
	start_camera(w);
	await_all(w, "live", NULL);
	for (int i = 0; i < w->cameras; i++)
		assert_true(check_recordings(w, i) > 0);
}

static void a_worker_is_killed(void **state)
{
	struct world *w = *state;
	int before[MANY];
	if (!w)
		skip();
	start_camera(w);
	start_worker(w, 0);
	await_all(w, "live", NULL);
	peer_end(&w->workers[0], SIGKILL);
	for (int i = 0; i < w->cameras; i++)
		before[i] = check_recordings(w, i);
	start_worker(w, 0);
	for (int i = 0; i < w->cameras; i++)
		await_more(w, i, before[i] + 1);
	assert_int_equal(peer_end(&w->workers[0], SIGTERM), 0);
	for (int i = 0; i < w->cameras; i++)
		check_recordings(w, i);
}

/* Two nodes on one folder: when one is killed, the other records its cameras. */
static void a_node_is_taken_over(void **state)
{
	struct world *w = *state;
	int before[MANY], held[NODES] = { 0 };
	if (!w)
		skip();
	w->cameras = 6;
	w->heard_of[1] = clock_mono(); /* both are there: each begins with its share */
	start_camera(w);
	start_worker(w, 0);
	start_worker(w, 1);
	await_all(w, "live", NULL);
	pthread_mutex_lock(&w->lock);
	for (int i = 0; i < w->cameras; i++)
		held[w->seen[i].node]++;
	pthread_mutex_unlock(&w->lock);
	assert_int_equal(held[0], 3);
	assert_int_equal(held[1], 3);
	int64_t since = clock_mono();
	peer_end(&w->workers[0], SIGKILL);
	for (int i = 0; i < w->cameras; i++)
		before[i] = check_recordings(w, i);
	for (int i = 0; i < w->cameras; i++)
		await_more(w, i, before[i]);
	print_message("a node's cameras were recorded by the other after %d ms\n",
		(int)(clock_mono() - since));
	/* It comes back, and gets its share again: nobody waits for a lock for ever. */
	start_worker(w, 0);
	since = clock_mono();
	for (int n = 0; n != 3;) {
		pthread_mutex_lock(&w->lock);
		n = 0;
		for (int i = 0; i < w->cameras; i++)
			n += w->seen[i].node == 0;
		pthread_mutex_unlock(&w->lock);
		assert_true(clock_mono() - since < PATIENCE_MS);
		peer_pause(100);
	}
	for (int i = 0; i < w->cameras; i++)
		before[i] = check_recordings(w, i);
	for (int i = 0; i < w->cameras; i++)
		await_more(w, i, before[i] + 1);
	await_all(w, "live", NULL);
}

/* Files cannot grow: as when the disk is full. The small ones (status, playlist) still can. */
static void the_disk_is_full(void **state)
{
	struct world *w = *state;
	if (!w)
		skip();
	w->cameras = 2;
	w->full = "8000";
	start_camera(w);
	start_worker(w, 0);
	await_all(w, "lost", "storage");
	assert_int_equal(check_recordings(w, 0), 0);
	/* There is room again, as the limit is taken from the running process. */
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	assert_int_equal(prlimit(w->workers[0], RLIMIT_FSIZE, &none, NULL), 0);
	await_all(w, "live", NULL);
	assert_true(check_recordings(w, 0) > 0);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(int argc, char **argv)
{
	if (argc == 6 && text_is(argv[1], "--worker"))
		return worker_main(argv);
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_server_hangs_and_ends),
		IN_WORLD(a_worker_is_killed),
		IN_WORLD(a_node_is_taken_over),
		IN_WORLD(the_disk_is_full),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
