/* From findings to a delivered lead: the list of cameras, rules, what is kept on disk, the courier
 * against a web process played here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/config.h"
#include "workers/vision/courier.h"
#include "workers/vision/lead.h"
#include "workers/vision/sight.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const int64_t NOON = INT64_C(1795406400000); /* 2026-11-23 12:00 in Shanghai */

struct place {
	struct arena *a;
	char dir[64]; /* the data folder */
	const char *leads, *last;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);
	p->a = arena_new();
	snprintf(p->dir, sizeof p->dir, "/tmp/test-vision-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	p->leads = arena_printf(p->a, "%s/vision/pending", p->dir);
	p->last = arena_printf(p->a, "%s/vision/last", p->dir);
	assert_int_equal(dir_make(p->leads, NULL), OK);
	assert_int_equal(dir_make(p->last, NULL), OK);
	*state = p;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st, (void)flag, (void)at;
	return remove(path);
}

static int teardown(void **state)
{
	struct place *p = *state;
	nftw(p->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_free(p->a);
	free(p);
	return 0;
}

static size_t leads_kept(struct place *p)
{
	const char **keys;
	size_t n;
	assert_int_equal(lead_keys(p->leads, p->a, &keys, &n, NULL), OK);
	return n;
}

/* ---- the list of cameras --------------------------------------------- */

static enum err parse(struct arena *a, const char *json, struct camera_configs *out)
{
	struct fault why = { 0 };
	enum err e =
		config_parse((struct bytes){ (const uint8_t *)json, strlen(json) }, a, out, &why);
	assert_true(!e || *why.text);
	return e;
}

#define RULE                                                                                       \
	"{\"code\":\"head_uncovered\",\"version\":\"1\",\"threshold\":6000,\"k\":3,\"n\":5,"       \
	"\"cooldown_s\":600}"
#define CAMERA(id, hours, interval, rules)                                                         \
	"{\"id\":\"" id "\",\"name\":\"灶台\",\"enabled\":true,\"hours\":\"" hours                 \
	"\",\"interval_ms\":" interval ",\"rules\":[" rules "]}"

static void test_config(void **state)
{
	struct place *p = *state;
	struct camera_configs list;
	assert_int_equal(parse(p->a,
				 "{\"cameras\":[" CAMERA("735", "06:00-22:00", "2000",
					 RULE ",{\"code\":\"of_next_year\"}") "]}",
				 &list),
		OK);
	assert_int_equal(list.n, 1);
	const struct camera_config *c = &list.at[0];
	assert_string_equal(c->id, "735");
	assert_int_equal(c->interval_ms, 2000);
	assert_int_equal(c->hours.n, 1);
	assert_int_equal(c->n, 1);
	assert_int_equal(c->rules[0].code, RULE_HEAD_UNCOVERED);
	assert_int_equal(c->rules[0].threshold, 6000);
	assert_int_equal(c->rules[0].k, 3);
	assert_int_equal(c->rules[0].n, 5);
	assert_int_equal(c->rules[0].cooldown_s, 600);
	assert_string_equal(c->rules[0].version, "1");
	assert_int_equal(c->rules[0].before_s, 8);
	assert_int_equal(c->rules[0].after_s, 5);
}

static void test_config_zones_and_hours(void **state)
{
	struct place *p = *state;
	struct camera_configs list;
#define ZONED(rest)                                                                                \
	"{\"code\":\"moving_small\",\"version\":\"1\",\"threshold\":6000,\"k\":1,\"n\":1,"         \
	"\"cooldown_s\":600," rest "}"
	assert_int_equal(parse(p->a,
				 "{\"cameras\":[" CAMERA("1", "", "2000",
					 ZONED("\"hours\":\"22:00-06:00\",\"zones\":[[0,700,1000,"
					       "700,1000,1000,0,1000],[1,2,3,4,5,6]]")) "]}",
				 &list),
		OK);
	assert_int_equal(list.n, 1);
	const struct rule *r = &list.at[0].rules[0];
	assert_int_equal(r->hours.n, 1);
	assert_int_equal(r->zones.n, 2);
	assert_int_equal(r->zones.zone[0].n, 4);
	assert_int_equal(r->zones.zone[0].at[2].y, 1000);
	assert_int_equal(r->zones.zone[1].at[1].x, 3);
	static const char *const wrong[] = { "[[0,0,1,1]]", "[[0,0,1,1,2]]", "[[0,0,1,1,2,1001]]",
		"[[0,0,1,1,2,-1]]", "[[0,0,1,1,2,\"3\"]]", "7", "[[],[],[],[],[]]",
		"[[0,0,1,1,2,2.5]]" };
	log_to(LOG_ERROR, "test");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char *json = arena_printf(p->a, "{\"cameras\":[" CAMERA("1", "", "2000", "%s") "]}",
			arena_printf(p->a, ZONED("\"zones\":%s"), wrong[i]));
		assert_int_equal(parse(p->a, json, &list), OK);
		assert_int_equal(list.n, 0);
	}
#undef ZONED
}

static void test_config_leaves_out_what_is_wrong(void **state)
{
	struct place *p = *state;
	static const char *const wrong[] = {
		CAMERA("../etc", "06:00-22:00", "2000", RULE),
		CAMERA("", "06:00-22:00", "2000", RULE),
		CAMERA("1", "06:00-22:00", "10", RULE),
		CAMERA("1", "06:00-22:00", "2.5", RULE),
		CAMERA("1", "06:00-22:00", "2000", RULE "," RULE),
		CAMERA("1", "06:00-22:00", "2000", "{\"code\":\"head_uncovered\"}"),
		CAMERA("1", "06:00-22:00", "2000", ""),
		"{\"id\":\"1\",\"enabled\":false,\"interval_ms\":2000,\"rules\":[" RULE "]}",
		"{\"id\":\"1\",\"enabled\":true,\"interval_ms\":2000}",
		"{\"id\":7,\"enabled\":true}",
		"17",
		"null",
	};
	log_to(LOG_ERROR, "test");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct camera_configs list;
		char *json = arena_printf(
			p->a, "{\"cameras\":[%s,%s]}", wrong[i], CAMERA("9", "", "1000", RULE));
		assert_int_equal(parse(p->a, json, &list), OK);
		assert_int_equal(list.n, 1);
		assert_string_equal(list.at[0].id, "9");
	}
}

static void test_config_without_hours(void **state)
{
	struct place *p = *state;
	static const char *const cameras[] = { CAMERA("1", "6-22", "2000", RULE),
		CAMERA("1", "", "2000", RULE),
		"{\"id\":\"1\",\"enabled\":true,\"interval_ms\":2000,\"hours\":null,\"rules\":"
		"[" RULE "]}" };
	log_to(LOG_ERROR, "test");
	for (size_t i = 0; i < sizeof cameras / sizeof *cameras; i++) {
		struct camera_configs list;
		char *json = arena_printf(p->a, "{\"cameras\":[%s]}", cameras[i]);
		assert_int_equal(parse(p->a, json, &list), OK);
		assert_int_equal(list.n, 1);
		assert_int_equal(list.at[0].hours.n, 0);
	}
}

static void test_config_refused(void **state)
{
	struct place *p = *state;
	static const char *const bad[] = { "", "{", "[]", "{}", "{\"cameras\":7}",
		"{\"cameras\":[]", "<html>", "{\"cameras\":[],\"cameras\":[]}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct camera_configs list;
		assert_int_equal(parse(p->a, bad[i], &list), E_INVALID);
		assert_int_equal(list.n, 0);
	}
}

/* ---- from findings to a lead ----------------------------------------- */

static struct camera_config config(int k, int n)
{
	struct camera_config c = { .id = "735", .interval_ms = 2000, .n = 1 };
	c.rules[0] = (struct rule){ .code = RULE_HEAD_UNCOVERED,
		.version = "1",
		.threshold = 6000,
		.k = k,
		.n = n,
		.cooldown_s = 600,
		.before_s = 8,
		.after_s = 5,
		.reach_ms = 30000 };
	return c;
}

static void judge(struct sight *s, const struct place *p, int64_t time, int32_t score)
{
	struct picture pic = { 32, 24, calloc(32 * 24, 3) };
	struct looker with = { .data_dir = p->dir, .leads_dir = p->leads, .last_dir = p->last };
	struct findings seen = { score > 0,
		{ { time, SEEN_HEAD_UNCOVERED, score, { 1, 2, 3, 4 }, 1 } }, 1,
		{ { "head@3a8831d5", score, -1, 3, { 1, -2, (int16_t)(score - 9000) } } } };
	struct view v = view_of_picture(&pic);
	assert_int_equal(sight_judge(s, &with, &(struct looked_at){ &v, &seen, time }, NULL), OK);
	picture_free(&pic);
}

static void test_lead_from_pictures(void **state)
{
	struct place *p = *state;
	struct camera_config c = config(3, 5);
	struct sight *s = sight_new(&c);
	static const int32_t scores[] = { 0, 9100, 0, 9500, 9200 };
	for (int i = 0; i < 5; i++) {
		assert_int_equal(leads_kept(p), 0);
		judge(s, p, NOON + i * 2000, scores[i]);
	}
	struct lead l;
	struct lead_files files;
	const char *key = "735-head_uncovered-1795406402000";
	assert_int_equal(leads_kept(p), 1);
	assert_int_equal(lead_read(p->leads, key, p->a, &l, NULL), OK);
	assert_int_equal(lead_files(p->leads, &l, p->a, &files, NULL), OK);
	assert_int_equal(l.started_at, NOON + 2000);
	assert_int_equal(l.ended_at, NOON + 8000);
	assert_int_equal(l.clip_from, NOON);
	assert_int_equal(l.clip_to, NOON + 13000);
	assert_int_equal(l.score, (9100 + 9500 + 9200) / 3);
	assert_int_equal(l.width, 32);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.findings[1].score, 9500);
	assert_string_equal(l.features.net, "head@3a8831d5"); /* those of the strongest finding */
	assert_int_equal(l.features.base, 9500);
	assert_int_equal(l.features.site, -1);
	assert_int_equal(l.features.n, 3);
	assert_int_equal(l.features.at[1], -2);
	assert_int_equal(l.features.at[2], 500);
	assert_memory_equal(files.still.at, "\xFF\xD8\xFF", 3);
	assert_int_equal(files.clip.n, 0);
	assert_string_equal(lead_findings(&l, p->a),
		"[{\"time\":1795406402000,\"kind\":\"head_uncovered\",\"score\":9100,\"box\":[1,2,"
		"3,4]},"
		"{\"time\":1795406406000,\"kind\":\"head_uncovered\",\"score\":9500,\"box\":[1,2,3,"
		"4],\"still\":1},"
		"{\"time\":1795406408000,\"kind\":\"head_uncovered\",\"score\":9200,\"box\":[1,2,3,"
		"4]}]");
	assert_int_equal(s->n, 0); /* no still is kept longer than needed */
	/* silence: no second lead, and no stills gathered for it */
	for (int i = 5; i < 20; i++)
		judge(s, p, NOON + i * 2000, 9900);
	assert_int_equal(leads_kept(p), 1);
	assert_int_equal(s->n, 0);
	sight_free(s);
}

static void test_silence_outlives_the_process(void **state)
{
	struct place *p = *state;
	struct camera_config c = config(1, 1);
	struct sight *s = sight_new(&c);
	judge(s, p, NOON, 9000);
	assert_int_equal(leads_kept(p), 1);
	sight_free(s);
	s = sight_new(&c);
	judge(s, p, NOON + 599 * SECOND, 9000);
	assert_int_equal(leads_kept(p), 1);
	judge(s, p, NOON + 600 * SECOND, 9000);
	assert_int_equal(leads_kept(p), 2);
	sight_free(s);
	const char *note = arena_printf(p->a, "%s/735-head_uncovered", p->last);
	assert_int_equal(file_write(note, "99999999999999999", 17, 0600, NULL), OK);
	s = sight_new(&c); /* a damaged note is none */
	judge(s, p, NOON + 601 * SECOND, 9000);
	assert_int_equal(leads_kept(p), 3);
	sight_free(s);
}

static void test_stills_are_let_go(void **state)
{
	struct place *p = *state;
	struct camera_config c = config(32, 32);
	struct sight *s = sight_new(&c);
	for (int i = 0; i < 200; i++)
		judge(s, p, NOON + i * 2000, i % 2 ? 9000 : 0);
	assert_true(s->n <= 9); /* a reach of 30 s at 2 s, every second picture */
	sight_free(s);
}

static void test_new_configuration(void **state)
{
	struct place *p = *state;
	struct camera_config c = config(3, 5);
	struct sight *s = sight_new(&c);
	judge(s, p, NOON, 9000);
	judge(s, p, NOON + 2000, 9000);
	c.interval_ms = 1000; /* the rule is the same: what was seen still counts */
	sight_configure(s, &c);
	judge(s, p, NOON + 4000, 9000);
	assert_int_equal(leads_kept(p), 1);
	c.rules[0].k = 1; /* another rule, but its silence holds */
	sight_configure(s, &c);
	judge(s, p, NOON + 6000, 9000);
	assert_int_equal(leads_kept(p), 1);
	c.n = 0;
	sight_configure(s, &c);
	judge(s, p, NOON + DAY, 9000);
	assert_int_equal(leads_kept(p), 1);
	sight_free(s);
}

/* ---- the disk -------------------------------------------------------- */

static struct lead a_lead(int64_t at)
{
	struct lead l = { .camera = "735",
		.rule = RULE_PERSON_OFF_HOURS,
		.rule_version = "2",
		.model = "m@1",
		.started_at = at,
		.ended_at = at + 4000,
		.score = 9000,
		.clip_from = at - 4000,
		.clip_to = at + 9000,
		.width = 64,
		.height = 48,
		.n = 1 };
	l.findings[0] = (struct finding){ at, SEEN_PERSON, 9000, { 0, 1, 2, 3 } };
	return l;
}

static const struct bytes STILL = { (const uint8_t *)"\xFF\xD8\xFFstill", 8 };

static void test_damaged_leads(void **state)
{
	struct place *p = *state;
	static const char *const bad[] = { "", "{", "[]", "{\"camera\":1}", "null" };
	struct lead l;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *path = arena_printf(p->a, "%s/735-head_uncovered-%zu.json", p->leads, i);
		assert_int_equal(file_write(path, bad[i], strlen(bad[i]), 0600, NULL), OK);
		char *key = arena_printf(p->a, "735-head_uncovered-%zu", i);
		assert_int_equal(lead_read(p->leads, key, p->a, &l, NULL), E_INVALID);
	}
	assert_int_equal(leads_kept(p), 5);
	lead_set_aside(p->leads, "735-head_uncovered-0");
	assert_int_equal(leads_kept(p), 4);
}

static void test_list_is_in_order(void **state)
{
	struct place *p = *state;
	for (int i = 0; i < 5; i++) {
		struct lead l = a_lead(NOON + (i * 7 % 5) * 1000);
		snprintf(l.camera, sizeof l.camera, "%d", 9 - i);
		assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);
	}
	const char **keys;
	size_t n;
	assert_int_equal(lead_keys(p->leads, p->a, &keys, &n, NULL), OK);
	assert_int_equal(n, 5);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(strrchr(keys[i - 1], '-'), strrchr(keys[i], '-')) < 0);
}

/* ---- the courier ----------------------------------------------------- */

struct server {
	int fd, port;
	pthread_t thread;
	int status; /* what it answers */
	int requests;
	char *last; /* the last request, whole */
	size_t last_n;
};

/* Reads one request with its body; enough HTTP for curl. */
static void serve_one(struct server *s, int c)
{
	size_t room = 1 << 20, n = 0, want = 0;
	char *at = malloc(room);
	while (want == 0 || n < want) {
		ssize_t r = read(c, at + n, room - 1 - n);
		if (r <= 0)
			break;
		n += (size_t)r;
		at[n] = '\0';
		char *body = strstr(at, "\r\n\r\n"), *length = strcasestr(at, "content-length:");
		int64_t bytes = 0;
		if (body && length && !want) {
			char *end = strchr(length, '\r'), *number = length + 15;
			char digits[24] = "";
			while (*number == ' ')
				number++;
			memcpy(digits, number, (size_t)(end - number));
			assert_true(text_to_int(digits, &bytes));
			want = (size_t)(body + 4 - at) + (size_t)bytes;
		}
	}
	char answer[128];
	int m = snprintf(answer, sizeof answer,
		"HTTP/1.1 %d x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", s->status);
	free(s->last);
	s->last = at;
	s->last_n = n;
	s->requests++;
	(void)!write(c, answer, (size_t)m); /* last: the other side looks at the above then */
}

static void *serve(void *self)
{
	struct server *s = self;
	for (int c; (c = accept(s->fd, NULL, NULL)) >= 0; close(c))
		serve_one(s, c);
	return NULL;
}

static void server_start(struct server *s)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof here;
	*s = (struct server){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .status = 201 };
	assert_int_equal(bind(s->fd, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(listen(s->fd, 5), 0);
	getsockname(s->fd, (struct sockaddr *)&here, &length);
	s->port = ntohs(here.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	free(s->last);
}

static bool said(const struct server *s, const char *text)
{
	return memmem(s->last, s->last_n, text, strlen(text)) != NULL;
}

static void test_courier_tells_at_once(void **state)
{
	struct place *p = *state;
	struct server s;
	server_start(&s);
	log_to(LOG_ERROR + 1, "test"); /* complaints are expected here */
	struct web web = { .url = arena_printf(p->a, "http://127.0.0.1:%d", s.port),
		.token = "secret" };
	struct courier c = { .web = &web, .data_dir = p->dir, .leads_dir = p->leads };
	struct lead l = a_lead(NOON);
	clock_set(NOON + 5000);
	assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);
	courier_round(&c); /* told at once: its clip is not over */
	assert_int_equal(s.requests, 1);
	assert_true(said(&s, "POST /leads HTTP/1.1\r\n"));
	assert_true(said(&s, "name=\"clip_follows\"\r\n\r\n1\r\n"));
	assert_false(said(&s, "name=\"clip\""));
	assert_int_equal(leads_kept(p), 1); /* until its clip is delivered too */
	courier_round(&c);
	assert_int_equal(s.requests, 1); /* and not told again */
	assert_int_equal(
		lead_read(p->leads, "735-person_off_hours-1795406400000", p->a, &l, NULL), OK);
	assert_true(l.posted);
	assert_int_equal(
		lead_keep_clip(p->leads, &l, (struct bytes){ (const uint8_t *)"CLIP", 4 }, NULL),
		OK);
	courier_round(&c);
	assert_int_equal(s.requests, 2);
	assert_true(said(&s, "POST /leads/clip HTTP/1.1\r\n"));
	assert_true(said(&s, "name=\"key\"\r\n\r\n735-person_off_hours-1795406400000\r\n"));
	assert_true(said(&s, "\r\n\r\nCLIP\r\n"));
	assert_int_equal(leads_kept(p), 0);

	l = a_lead(NOON); /* a clip that never comes: nothing is told a second time */
	assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);
	courier_round(&c);
	assert_int_equal(s.requests, 3);
	clock_set(NOON + HOUR);
	courier_round(&c);
	assert_int_equal(s.requests, 3);
	assert_int_equal(leads_kept(p), 0);

	clock_set(0);
	server_stop(&s);
	log_to(LOG_INFO, "test");
}

static void test_courier(void **state)
{
	struct place *p = *state;
	struct server s;
	server_start(&s);
	log_to(LOG_ERROR + 1, "test"); /* complaints are expected here */
	struct web web = { .url = arena_printf(p->a, "http://127.0.0.1:%d", s.port),
		.token = "secret" };
	struct courier c = { .web = &web, .data_dir = p->dir, .leads_dir = p->leads };
	struct lead l = a_lead(NOON);
	clock_set(NOON + HOUR);
	/* found while the web process was away */
	assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);

	s.status = 503; /* kept, and left alone for a while */
	courier_round(&c);
	assert_int_equal(s.requests, 1);
	assert_int_equal(leads_kept(p), 1);
	assert_true(c.next_try > clock_mono());
	courier_round(&c);
	assert_int_equal(s.requests, 1);

	s.status = 401; /* a wrong token is no reason to lose a lead */
	c.next_try = 0;
	courier_round(&c);
	assert_int_equal(s.requests, 2);
	assert_int_equal(leads_kept(p), 1);

	s.status = 201;
	c.next_try = 0;
	courier_round(&c);
	assert_int_equal(s.requests, 3);
	assert_int_equal(leads_kept(p), 0);
	assert_true(said(&s, "POST /leads HTTP/1.1\r\n"));
	assert_true(said(&s, "\r\nAuthorization: Bearer secret\r\n"));
	assert_true(said(&s, "name=\"key\"\r\n\r\n735-person_off_hours-1795406400000\r\n"));
	assert_true(said(&s, "name=\"rule_version\"\r\n\r\n2\r\n"));
	assert_true(said(&s, "name=\"clip_to\"\r\n\r\n1795406409000\r\n"));
	assert_true(said(&s, "filename=\"still.jpg\"\r\nContent-Type: image/jpeg\r\n"));
	assert_true(said(&s, "\r\n\r\n\xFF\xD8\xFFstill\r\n"));
	assert_false(said(&s, "name=\"clip\"")); /* nothing was recorded */

	l = a_lead(NOON); /* with a clip kept from before; refused for good */
	assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);
	assert_int_equal(
		lead_keep_clip(p->leads, &l, (struct bytes){ (const uint8_t *)"CLIP", 4 }, NULL),
		OK);
	s.status = 422;
	courier_round(&c);
	assert_int_equal(s.requests, 4);
	assert_true(said(&s, "filename=\"clip.mp4\"\r\nContent-Type: video/mp4\r\n\r\nCLIP\r\n"));
	assert_int_equal(leads_kept(p), 0);
	clock_set(0);
	server_stop(&s);
	log_to(LOG_INFO, "test");
}

static void test_courier_none_holds_up_the_others(void **state)
{
	struct place *p = *state;
	struct server s;
	server_start(&s);
	log_to(LOG_ERROR + 1, "test");
	struct web web = { .url = arena_printf(p->a, "http://127.0.0.1:%d", s.port), .token = "t" };
	struct courier c = { .web = &web, .data_dir = p->dir, .leads_dir = p->leads };
	for (int i = 0; i < 3; i++) {
		struct lead l = a_lead(NOON + i);
		assert_int_equal(lead_keep(p->leads, &l, STILL, NULL), OK);
	}
	s.status = 500;
	clock_set(NOON + HOUR);
	static const char *const tried[] = { "1795406400000", "1795406400001", "1795406400002" };
	for (int i = 0; i < 3; i++) {
		c.next_try = 0;
		courier_round(&c);
		assert_int_equal(s.requests, i + 1);
		assert_true(said(&s, tried[i]));
	}
	s.status = 200;
	c.next_try = 0;
	courier_round(&c);
	assert_int_equal(leads_kept(p), 0);
	clock_set(0);
	server_stop(&s);
	log_to(LOG_INFO, "test");
}

static void test_nobody_there(void **state)
{
	struct place *p = *state;
	struct web web = { .url = "http://127.0.0.1:1", .token = "t" };
	struct fault why = { 0 };
	struct bytes body;
	assert_int_equal(web_get(&web, "/internal/cameras", p->a, &body, &why), E_BUSY);
	assert_true(*why.text);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_config),
		TEST(test_config_zones_and_hours),
		TEST(test_config_leaves_out_what_is_wrong),
		TEST(test_config_without_hours),
		TEST(test_config_refused),
		TEST(test_lead_from_pictures),
		TEST(test_silence_outlives_the_process),
		TEST(test_stills_are_let_go),
		TEST(test_new_configuration),
		TEST(test_damaged_leads),
		TEST(test_list_is_in_order),
		TEST(test_courier_tells_at_once),
		TEST(test_courier),
		TEST(test_courier_none_holds_up_the_others),
		TEST(test_nobody_there),
	};
	if (web_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
