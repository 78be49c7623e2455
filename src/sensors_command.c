/* "shian sensors broker": what mosquitto needs to know. "shian sensors verify": are the readings
 * those that were sealed? */
#include "cli.h"
#include "commands.h"
#include "core/ledger/crypto.h"
#include "domains/sensors/sensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKER_NAME "shian-worker"

struct broker {
	const char *out, *cert, *key, *address;
	int64_t port;
	struct arena *arena;
	struct buf passwords;
};

/* ---- broker --------------------------------------------------------------------- */
static const char *full(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	const char *s = arena_dup(a, real ? real : path);

	free(real);
	return s;
}

static enum err put(struct broker *b, const char *name, const char *text, struct fault *why)
{
	return file_write(
		arena_printf(b->arena, "%s/%s", b->out, name), text, strlen(text), 0640, why);
}

/* The worker's password lives in its login file: made once, so that a running worker stays known.
 */
static enum err worker_login(struct broker *b, struct fault *why)
{
	const char *path = arena_printf(b->arena, "%s/worker.login", b->out), *password;
	struct bytes old;

	if (access(path, F_OK) == 0) {
		TRY(file_read(b->arena, path, 4096, &old, why));
		char *text = arena_copy(b->arena, (const char *)old.at, old.n);
		char *end = strchr(text, '\n');
		if (!end)
			return fault(why, E_INVALID, "%s is no login file", path);
		end[1 + strcspn(end + 1, "\r\n")] = 0;
		password = end + 1;
	} else {
		password = token_new(b->arena);
		const char *text = arena_printf(b->arena, WORKER_NAME "\n%s\n", password);
		TRY(file_write(path, text, strlen(text), 0600, why));
	}
	buf_printf(&b->passwords, WORKER_NAME ":%s\n", password_for_broker(b->arena, password));
	return OK;
}

static enum err write_configuration(struct broker *b, struct fault *why)
{
	struct buf c = { .arena = b->arena };

	buf_printf(&c,
		"# Written by shian sensors broker; changes are lost when it runs again.\n"
		"listener %" PRId64 "%s%s\n"
		"certfile %s\n"
		"keyfile %s\n"
		"tls_version tlsv1.2\n"
		"allow_anonymous false\n"
		"password_file %s/passwd\n"
		"acl_file %s/acl\n"
		"persistence true\n"
		"persistence_location %s/\n"
		"autosave_interval 30\n"
		"max_inflight_messages 500\n"
		"max_queued_messages 1000000\n"
		"message_size_limit 4096\n"
		"retain_available false\n"
		"persistent_client_expiration 14d\n",
		b->port, b->address ? " " : "", b->address ? b->address : "",
		full(b->arena, b->cert), full(b->arena, b->key), b->out, b->out, b->out);
	TRY(put(b, "mosquitto.conf", buf_text(&c), why));
	return put(b, "acl",
		"# Each device writes its own topic, the worker reads all of them.\n"
		"pattern write shian/v1/%u/readings\n\n"
		"user " WORKER_NAME "\n"
		"topic read shian/v1/+/readings\n",
		why);
}

static enum err collect(struct req *rq, void *arg)
{
	struct broker *b = arg;

	return broker_passwords(rq, &b->passwords);
}

static enum err write_all(struct app *app, struct broker *b, struct fault *why)
{
	TRY(dir_make(b->out, why));
	b->out = full(b->arena, b->out);
	TRY(worker_login(b, why));
	TRY(app_read(app, collect, b, why));
	TRY(write_configuration(b, why));
	return put(b, "passwd", buf_text(&b->passwords), why);
}

static int broker_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app;
	struct arena *a = arena_new();
	struct broker b = { .out = option(argc, argv, "--out", NULL),
		.cert = option(argc, argv, "--cert", NULL),
		.key = option(argc, argv, "--key", NULL),
		.address = option(argc, argv, "--address", NULL),
		.arena = a,
		.passwords = { .arena = a } };

	if (!b.out || !b.cert || !b.key ||
		!text_to_int(option(argc, argv, "--port", "8883"), &b.port) || b.port < 1 ||
		b.port > 65535)
		return cli_complain("usage: shian sensors broker --data DIR --out DIR --cert FILE "
				    "--key FILE [--port 8883] [--address IP] [--db URL]",
			2);
	if (cli_app(argc, argv, true, &app, &why))
		return cli_fail("sensors broker", &why, 2);
	enum err e = write_all(app, &b, &why);
	app_close(app);
	if (!e)
		printf("mosquitto.conf, acl, passwd and worker.login are in %s\n", b.out);
	arena_free(a);
	return e ? cli_fail("sensors broker", &why, 1) : 0;
}

/* ---- verify ----------------------------------------------------------------------- */
static enum err check(struct req *rq, void *arg)
{
	return days_check(rq, arg);
}

static int verify_readings(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app;
	struct days_round r = { .more = true };
	enum err e = OK;

	if (cli_app(argc, argv, true, &app, &why))
		return cli_fail("sensors verify", &why, 2);
	while (!e && r.more)
		e = app_read(app, check, &r, &why);
	app_close(app);
	if (e)
		return cli_fail("sensors verify", &why, 2);
	struct arena *a = arena_new();
	if (r.broken)
		printf("%" PRId64 " of %" PRId64
		       " sealed days do not hold; the first is store %" PRId64 " on %s\n",
			r.broken, r.days, r.store, date_text(a, r.day));
	else
		printf("%" PRId64 " sealed days hold\n", r.days);
	arena_free(a);
	return r.broken ? 1 : 0;
}

int sensors_command(int argc, char **argv)
{
	if (argc > 1 && text_is(argv[1], "broker"))
		return broker_main(argc, argv);
	if (argc > 1 && text_is(argv[1], "verify"))
		return verify_readings(argc, argv);
	return cli_complain("usage: shian sensors broker|verify --data DIR ...", 2);
}
