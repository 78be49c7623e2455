/* The line to the MQTT broker, over libmosquitto, turned by hand.
 *
 * A message of QoS 1 is acknowledged when its PUBACK leaves, and libmosquitto makes the PUBACK
 * before it hands the message over. In its threaded mode it only queues it; link_flush() sends what
 * is queued. So whoever keeps the messages first and flushes then loses none: what was not
 * acknowledged the broker sends again, to this session or the next (the session is persistent). */
#ifndef WORKERS_SENSORS_LINK_H
#define WORKERS_SENSORS_LINK_H

#include "core/base/base.h"

struct link_options {
	const char *host;
	int port;
	const char *ca;		      /* file of the authority; NULL: no TLS, loopback only */
	const char *user, *password;  /* NULL: none */
	const char *client, *pattern; /* name of the session; what to subscribe to */
	void (*message)(void *ctx, const char *topic, struct bytes payload);
	void *ctx;
};

/* "mqtts://host:8883" or "mqtt://127.0.0.1:1883"; host in the arena. */
enum err link_address(
	struct arena *a, const char *url, struct link_options *out, struct fault *why);

struct link;
enum err link_open(const struct link_options *o, struct link **out, struct fault *why);
/* Without acknowledging what is queued. NULL is fine. */
void link_close(struct link *l);
/* Waits up to so long for the broker and reads what it sent; message() is called from here.
 * may_write: nothing waits to be kept, so what is queued may leave as well. E_GONE: closed. */
enum err link_turn(struct link *l, int wait_ms, bool may_write, struct fault *why);
/* Sends all that is queued; E_GONE when the broker does not take it within five seconds. */
enum err link_flush(struct link *l, struct fault *why);
bool link_ready(const struct link *l); /* the subscription stands */

#endif
