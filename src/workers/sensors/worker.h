/* The sensors worker: readings from the MQTT broker to the web process, none lost that was
 * acknowledged.
 *
 * A batch of messages is read, posted, and only then acknowledged to the broker. When the web
 * process is away the batch goes to DATA/sensors/spool, synced, and is acknowledged then; when that
 * is full nothing is acknowledged and the broker keeps what comes. Killed at any moment, it is
 * sent again whatever it had not acknowledged; the web process counts a reading once.
 */
#ifndef WORKERS_SENSORS_WORKER_H
#define WORKERS_SENSORS_WORKER_H

#include "core/base/base.h"

struct sensors_options {
	const char *web_url;  /* http://127.0.0.1:8080, without a path */
	const char *token;    /* bearer token of the internal interface */
	const char *data_dir; /* it writes below data_dir/sensors only */
	const char *mqtt;     /* mqtts://host:port; mqtt:// on this machine */
	const char *ca;	      /* file of the broker's authority; NULL without TLS */
	const char *login;    /* file: user name, line end, password; NULL: none */
	int64_t spool_max;    /* bytes; 0: 64 MiB */
	bool no_sandbox;      /* for debuggers; the log says so */
};

/* Runs until SIGTERM or SIGINT. Returns the exit status: 0 after a signal, 1 when it could not
 * start. Call it in a process of its own, single-threaded: it gives up rights for good. */
int sensors_main(const struct sensors_options *o);

#endif
