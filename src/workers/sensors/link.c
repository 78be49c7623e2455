#include "workers/sensors/link.h"

#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEEPALIVE_S = 30, FLUSH_MS = 5000, CONNECT_MS = 10000 };

struct link {
	struct mosquitto *m;
	struct link_options o;
	bool connected, ready, failed;
	char reason[120];
	int64_t begun;
};

/* ---- address ------------------------------------------------------------------ */
static bool is_loopback(const char *host)
{
	return text_is(host, "127.0.0.1") || text_is(host, "localhost") || text_is(host, "::1");
}

enum err link_address(struct arena *a, const char *url, struct link_options *out, struct fault *why)
{
	bool tls = text_starts(url, "mqtts://");
	const char *host = tls ? url + 8 : url + 7, *colon;
	int64_t port;

	if ((!tls && !text_starts(url, "mqtt://")) || !(colon = strrchr(host, ':')) ||
		colon == host || !text_to_int(colon + 1, &port) || port < 1 || port > 65535)
		return fault(why, E_INVALID, "%s is no mqtts://host:port", url);
	out->host = arena_copy(a, host, (size_t)(colon - host));
	out->port = (int)port;
	if (!tls && !is_loopback(out->host))
		return fault(
			why, E_INVALID, "mqtt:// without TLS only on this machine; write mqtts://");
	if (tls != (out->ca != NULL))
		return fault(why, E_INVALID,
			tls ? "mqtts:// needs the broker's authority (--mqtt-ca)"
			    : "mqtt:// has no authority");
	return OK;
}

/* ---- what libmosquitto calls ---------------------------------------------------- */
static void give_up(struct link *l, const char *why)
{
	l->failed = true;
	snprintf(l->reason, sizeof(l->reason), "%s", why);
}

static void on_connect(struct mosquitto *m, void *ctx, int rc)
{
	struct link *l = ctx;

	if (rc)
		give_up(l, mosquitto_connack_string(rc));
	else if (mosquitto_subscribe(m, NULL, l->o.pattern, 1))
		give_up(l, "cannot subscribe");
	l->connected = !rc;
}

static void on_subscribe(struct mosquitto *m, void *ctx, int mid, int n, const int *granted)
{
	struct link *l = ctx;

	(void)m, (void)mid;
	if (n != 1 || granted[0] != 1)
		give_up(l, "the broker does not let us subscribe");
	l->ready = !l->failed;
}

/* A retained message is an old one: nobody knows how old. */
static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *msg)
{
	struct link *l = ctx;

	(void)m;
	if (!msg->retain && msg->payloadlen >= 0)
		l->o.message(l->o.ctx, msg->topic,
			(struct bytes){ msg->payload, (size_t)msg->payloadlen });
}

/* ---- open and close ---------------------------------------------------------------- */
static enum err configure(struct link *l, struct fault *why)
{
	if (mosquitto_threaded_set(l->m, true) ||
		(l->o.user && mosquitto_username_pw_set(l->m, l->o.user, l->o.password)))
		return fault(why, E_INTERNAL, "libmosquitto does not take its settings");
	if (l->o.ca && (mosquitto_tls_set(l->m, l->o.ca, NULL, NULL, NULL, NULL) ||
			       mosquitto_tls_opts_set(l->m, 1, "tlsv1.2", NULL)))
		return fault(why, E_INVALID, "%s cannot be read", l->o.ca);
	mosquitto_connect_callback_set(l->m, on_connect);
	mosquitto_subscribe_callback_set(l->m, on_subscribe);
	mosquitto_message_callback_set(l->m, on_message);
	return OK;
}

enum err link_open(const struct link_options *o, struct link **out, struct fault *why)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	mosquitto_lib_init();
	l->o = *o;
	l->begun = clock_mono();
	*out = l;
	if (!(l->m = mosquitto_new(o->client, false, l)))
		return fault(why, E_INTERNAL, "libmosquitto does not start");
	TRY(configure(l, why));
	int rc = mosquitto_connect(l->m, o->host, o->port, KEEPALIVE_S);
	if (rc)
		return fault(why, E_GONE, "%s", mosquitto_strerror(rc));
	return OK;
}

void link_close(struct link *l)
{
	if (l && l->m)
		mosquitto_destroy(l->m);
	free(l);
}

bool link_ready(const struct link *l)
{
	return l->ready;
}

/* ---- turning ------------------------------------------------------------------------- */
static enum err gone(const struct link *l, int rc, struct fault *why)
{
	return fault(why, E_GONE, "%s", l->failed ? l->reason : mosquitto_strerror(rc));
}

enum err link_turn(struct link *l, int wait_ms, bool may_write, struct fault *why)
{
	struct pollfd p = { .fd = mosquitto_socket(l->m), .events = POLLIN };
	int rc;

	if (p.fd < 0)
		return gone(l, MOSQ_ERR_CONN_LOST, why);
	if (may_write && mosquitto_want_write(l->m))
		p.events |= POLLOUT;
	poll(&p, 1, wait_ms);
	if ((p.revents & POLLOUT) && (rc = mosquitto_loop_write(l->m, 1)))
		return gone(l, rc, why);
	if ((p.revents & ~POLLOUT) && (rc = mosquitto_loop_read(l->m, 1)))
		return gone(l, rc, why);
	rc = mosquitto_loop_misc(l->m);
	if (rc || l->failed)
		return gone(l, rc, why);
	if (!l->ready && clock_mono() - l->begun > CONNECT_MS)
		return fault(why, E_GONE, "the broker does not answer");
	return OK;
}

enum err link_flush(struct link *l, struct fault *why)
{
	int64_t end = clock_mono() + FLUSH_MS;

	while (mosquitto_want_write(l->m)) {
		struct pollfd p = { .fd = mosquitto_socket(l->m), .events = POLLOUT };
		if (p.fd < 0 || clock_mono() > end)
			return gone(l, MOSQ_ERR_CONN_LOST, why);
		poll(&p, 1, 100);
		int rc = mosquitto_loop_write(l->m, 1);
		if (rc)
			return gone(l, rc, why);
	}
	return OK;
}
