/* shian serve: a parent that starts and restarts the processes of the house.
 *
 *	web     answers browsers; the one that writes on SQLite
 *	jobs    papers, messages, clocks; signs the tree's heads
 *	signer  holds the keys; no network, no database
 *	media   records the cameras
 *	vision  looks at what they recorded
 *	sensors readings of cold stores, from the MQTT broker (with --mqtt)
 *
 * Any of them may be killed at any moment: it comes back, and nothing that was acknowledged is
 *lost.
 */
#include "cli.h"
#include "commands.h"

#include "core/documents/documents.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/sm2_file.h"
#include "core/ledger/token_pin.h"
#include "core/proc/supervisor.h"
#include "modules.h"
#include "workers/media/media.h"
#include "workers/sensors/worker.h"
#include "workers/vision/worker.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_EVERY = 5 * SECOND };
static const int64_t KEY_WARNED = 60 * DAY;

struct house {
	const char *data, *db, *site, *models, *rtmp, *node;
	const char *mqtt, *mqtt_ca, *mqtt_login; /* the broker of the sensors; NULL: none */
	const char *gb_listen, *gb_id, *media_address;
	int listen_fd;
	char web_url[96], token[128], keys[4096];
};

/* SIGTERM ends a process between two pieces of work. */
static volatile sig_atomic_t ending;

static void on_term(int sig)
{
	(void)sig;
	ending = 1;
}

static void catch_term(void)
{
	struct sigaction sa = { .sa_handler = on_term };
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
}

/* A child that answers nobody has no business with the listening socket, and none but the signer
 * with its passphrase. */
static struct house *signer_enter(void *arg)
{
	struct house *h = arg;
	close(h->listen_fd);
	return h;
}

static struct house *house_enter(void *arg)
{
	passphrase_forget();
	token_pin_forget();
	return signer_enter(arg);
}

static enum err house_app(const struct house *h, struct app **app, struct fault *why)
{
	struct app_options o = {
		.data_dir = h->data, .db_url = h->db, .site_url = h->site, .modules = modules
	};
	TRY(app_open(&o, app, why));
	(*app)->listen_url = h->web_url;
	return OK;
}

/* ---- web ------------------------------------------------------------- */
static int web_run(void *arg, int control)
{
	struct house *h = arg;
	struct app *app = NULL;
	struct fault why = { 0 };

	(void)control;
	catch_term();
	passphrase_forget();
	token_pin_forget();
	if (house_app(h, &app, &why))
		return cli_fail("web", &why, 1);
	struct http_options o = { .listen_fd = h->listen_fd,
		.upload_dir = store_tmp(app->store),
		.trust_proxy = true,
		.handler = app_serve,
		.context = app };
	if (http_start(&o, &app->server, &why))
		return cli_fail("web", &why, 1);
	log_event(LOG_INFO, "web.ready", "url", h->web_url, NULL);
	for (int64_t seen = app_announce(app, -1); !ending; seen = app_announce(app, seen))
		poll(NULL, 0, 400);
	http_stop(app->server);
	app->server = NULL;
	app_close(app);
	return 0;
}

/* ---- jobs ------------------------------------------------------------ */
struct signer_line {
	struct app *app;
	int control;
};

/* The parent hands over a new line to the signer whenever either side was started anew. */
static void *signer_lines(void *arg)
{
	struct signer_line *l = arg;
	char tag[32];
	int fd;
	struct fault why = { 0 };

	while (!control_receive(l->control, tag, &fd, -1)) {
		enum err e = signer_replace_fd(l->app->signer, fd, &why);
		if (e)
			log_event(LOG_WARN, "signer.line", "why", why.text, NULL);
		if (e == E_CONFLICT) /* another key: this process begins anew with it */
			ending = 1;
	}
	return NULL;
}

static enum err sign_head(struct req *rq, void *arg)
{
	struct app *app = arg;
	struct fault why = { 0 };
	enum err e = ledger_sign_head(rq_conn(rq), app->signer, rq->arena, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

/* Once a day, from two months before: nobody is to be surprised by the end of a key. */
static void key_end_told(const struct app *app)
{
	static int64_t told_at; /* by this process */
	int64_t now = clock_now(), left = signer_key_period(app->signer).until - now;
	char days[24];

	if (left > KEY_WARNED || (told_at && now - told_at < DAY))
		return;
	told_at = now;
	snprintf(days, sizeof(days), "%" PRId64, left > 0 ? left / DAY : 0);
	log_event(left > 0 ? LOG_WARN : LOG_ERROR, left > 0 ? "signer.key_ends" : "signer.key_over",
		"key", signer_key_id(app->signer), "days", days, "do",
		"run: shian key rotate --data DIR", NULL);
}

static void heads_and_clocks(struct app *app, int64_t *head_at, int64_t *minute_at)
{
	struct fault why = { 0 };
	int64_t now = clock_mono();

	if (now - *head_at >= HEAD_EVERY) {
		*head_at = now;
		if (app_write(app, sign_head, app, &why))
			log_event(LOG_WARN, "head.unsigned", "why", why.text, NULL);
	}
	if (now - *minute_at >= MINUTE) {
		*minute_at = now;
		(void)app_every_minute(app, &why); /* each room's error is logged by its name */
		key_end_told(app);
	}
}

static int jobs_run(void *arg, int control)
{
	struct house *h = house_enter(arg);
	struct app *app = NULL;
	struct fault why = { 0 };
	char tag[32];
	int fd;
	int64_t head_at = 0, minute_at = 0;
	pthread_t lines;

	catch_term();
	if (documents_init(&why) || house_app(h, &app, &why) ||
		control_receive(control, tag, &fd, 10 * SECOND) ||
		signer_open_socket(fd, &app->signer, &why))
		return cli_fail("jobs", &why, 1);
	struct signer_line l = { app, control };
	if (pthread_create(&lines, NULL, signer_lines, &l))
		return 1;
	pthread_detach(lines);
	while (!ending) {
		bool ran = false;
		if (app_run_job(app, &ran, &why))
			log_event(LOG_WARN, "jobs.failed", "why", why.text, NULL);
		heads_and_clocks(app, &head_at, &minute_at);
		if (!ran)
			poll(NULL, 0, 200);
	}
	_exit(0); /* the line thread still waits on the control socket; everything durable is
		     durable */
}

/* ---- signer, media, vision ------------------------------------------- */
static int signer_run(void *arg, int control)
{
	struct house *h = signer_enter(arg);
	char tag[32];
	int fd;

	while (!control_receive(control, tag, &fd, -1))
		if (signer_main(fd, h->keys))
			return 1;
	return 0;
}

static int media_run(void *arg, int control)
{
	struct house *h = house_enter(arg);
	(void)control;
	return media_main(&(struct media_options){ .web_url = h->web_url,
		.token = h->token,
		.data_dir = h->data,
		.push_listen = h->rtmp,
		.node = h->node,
		.gb_listen = h->gb_listen,
		.gb_id = h->gb_id,
		.address = h->media_address });
}

static int vision_run(void *arg, int control)
{
	struct house *h = house_enter(arg);
	(void)control;
	return vision_main(&(struct vision_options){ .web_url = h->web_url,
		.token = h->token,
		.data_dir = h->data,
		.node = h->node,
		.models_dir = h->models });
}

static int sensors_run(void *arg, int control)
{
	struct house *h = house_enter(arg);
	(void)control;
	return sensors_main(&(struct sensors_options){ .web_url = h->web_url,
		.token = h->token,
		.data_dir = h->data,
		.mqtt = h->mqtt,
		.ca = h->mqtt_ca,
		.login = h->mqtt_login });
}

/* ---- the parent ------------------------------------------------------ */
static enum err listen_open(struct house *h, const char *where, struct fault *why)
{
	char host[64] = "";
	const char *colon = strrchr(where, ':');
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE },
			*all;
	int on = 1;

	if (!colon || (size_t)(colon - where) >= sizeof(host))
		return fault(why, E_INVALID, "--listen is HOST:PORT, such as 127.0.0.1:8080");
	memcpy(host, where, (size_t)(colon - where));
	if (getaddrinfo(host, colon + 1, &hints, &all))
		return fault(why, E_INVALID, "--listen %s: no such address", where);
	h->listen_fd = socket(all->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(h->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	bool fine = h->listen_fd >= 0 && bind(h->listen_fd, all->ai_addr, all->ai_addrlen) == 0 &&
		    listen(h->listen_fd, 512) == 0;
	freeaddrinfo(all);
	if (!fine)
		return fault(why, E_CONFLICT, "%s is taken by another program, or not ours to use",
			where);
	bool any = text_is(host, "0.0.0.0") || text_is(host, "::");
	snprintf(h->web_url, sizeof(h->web_url), "http://%s:%s", any ? "127.0.0.1" : host,
		colon + 1);
	return OK;
}

/* Migrations and keys once, before anybody else looks. */
static enum err house_prepare(struct house *h, struct fault *why)
{
	struct app *app;
	struct app_options o = {
		.data_dir = h->data, .db_url = h->db, .modules = modules, .migrate = true
	};

	TRY(app_open(&o, &app, why));
	snprintf(h->token, sizeof(h->token), "%s", app->machine_token);
	snprintf(h->keys, sizeof(h->keys), "%s/keys", h->data);
	enum err e = signer_open_local(h->keys, true, &app->signer, why);
	struct token_place place;
	if (!e && signer_pin_ask(h->keys, why)) /* heads wait for it, all else goes on */
		log_event(LOG_ERROR, "signer.no_pin", "why", why->text, NULL);
	if (!e && signer_key_home(app->arena, h->keys, "sm2.pem", &place) == KEY_PLAIN)
		log_event(LOG_WARN, "signer.key_plain", "why",
			"whoever reads keys/sm2.pem can sign: fit for a demonstration only", "do",
			"run: shian key protect --data DIR", NULL);
	app_close(app);
	return e;
}

static const char *models_dir(void)
{
	static char path[4096];
	const char *set = getenv("SHIAN_MODELS");
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 32);

	if (set)
		return set;
	if (n <= 0)
		return "/usr/share/shian/models";
	path[n] = 0;
	char *slash = strrchr(path, '/');
	memcpy(slash, "/models", sizeof("/models"));
	return access(path, F_OK) == 0 ? path : "/usr/share/shian/models";
}

int serve_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct house h = { .data = option(argc, argv, "--data", NULL),
		.db = option(argc, argv, "--db", NULL),
		.site = option(argc, argv, "--site", NULL),
		.models = models_dir(),
		.rtmp = option(argc, argv, "--rtmp", NULL),
		.node = option(argc, argv, "--node", NULL),
		.mqtt = option(argc, argv, "--mqtt", NULL),
		.mqtt_ca = option(argc, argv, "--mqtt-ca", NULL),
		.mqtt_login = option(argc, argv, "--mqtt-login", NULL),
		.gb_listen = option(argc, argv, "--gb28181", NULL),
		.gb_id = option(argc, argv, "--gb-id", NULL),
		.media_address = option(argc, argv, "--media-address", NULL) };

	log_to(LOG_INFO, "serve");
	if (!h.data)
		return cli_complain(
			"usage: shian serve --data DIR [--listen HOST:PORT] [--db "
			"postgresql://...] [--site URL] [--rtmp HOST:PORT] [--node NAME] "
			"[--gb28181 HOST:PORT --gb-id 20DIGITS] [--media-address IP] [--mqtt "
			"mqtts://HOST:PORT --mqtt-ca FILE --mqtt-login FILE]",
			2);
	if (listen_open(&h, option(argc, argv, "--listen", "127.0.0.1:8080"), &why) ||
		house_prepare(&h, &why))
		return cli_fail("serve", &why, 1);
	fprintf(stderr, "Shian: %s  (data in %s)\n", h.web_url, h.data);
	const struct child_spec children[] = {
		{ "signer", signer_run, &h, true }, { "web", web_run, &h, true },
		{ "jobs", jobs_run, &h, true }, { "media", media_run, &h, false },
		{ "vision", vision_run, &h, false },
		{ "sensors", sensors_run, &h, false }, /* the last: only where there is a broker */
	};
	const struct child_link links[] = { { "jobs", "signer", "signer" } };
	struct supervise_options o = {
		.data_dir = h.data, .links = links, .n_links = 1, .keep_fd = h.listen_fd
	};
	int n = (int)(sizeof(children) / sizeof(*children)) - (h.mqtt ? 0 : 1);
	if (supervise(children, n, &o, &why))
		return cli_fail("serve", &why, 1);
	return 0;
}
