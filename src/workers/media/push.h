/* RTMP publishers (body cameras, phones, encoders) as sources of pictures. The worker listens; a
 * camera whose address is push://KEY takes what is published under that stream key, as
 * rtmp://HOST:PORT/live/KEY. One thread serves all connections. */
#ifndef WORKERS_MEDIA_PUSH_H
#define WORKERS_MEDIA_PUSH_H

#include "workers/media/roster.h"
#include "workers/media/source.h"

enum {
	PUSH_KEY_MIN = 16, /* characters: letters, digits, - and _; a key is all that protects */
	PUSH_KEY_MAX = 64,
	PUSH_CONNECTIONS_MAX = 4096,
	PUSH_STRANGERS_MAX = 256,      /* connected, not yet publishing; the oldest goes */
	PUSH_HELLO_MS = 10 * SECOND,   /* a connection publishes by then or is ended */
	PUSH_SILENCE_MS = 15 * SECOND, /* a publisher that sends nothing for so long is ended */
	PUSH_FRAMES_MAX = 600,	       /* waiting for a camera's thread */
	PUSH_BYTES_MAX = 12 << 20,     /* the same in bytes; beyond, up to the next keyframe go */
	PUSH_KEEP_MS = 12 * SECOND,    /* when nobody takes them */
};

struct push_server;

/* Opens the listening socket; where is HOST:PORT (port 0: any). Before the sandbox. */
enum err push_open(const char *where, struct push_server **out, struct fault *why);

/* Starts the thread; after the sandbox, which must allow to listen. */
enum err push_start(struct push_server *p, struct fault *why);

int push_port(const struct push_server *p);

/* Which keys are known from now on, and whose they are. Publishers under others are ended. */
void push_keys(struct push_server *p, const struct roster *roster);

/* Ends thread and connections. No source of it may be open. NULL is fine. */
void push_close(struct push_server *p);

/* The key in an address push://KEY; NULL when it is none, or not as keys have to be. */
const char *push_key_of(const char *url);

/* Waits up to connect_ms for a publisher: REASON_NOT_PUSHED when none comes, REASON_REFUSED when
 * the worker does not listen for them, REASON_CODEC when it sends another codec. */
source_opener source_push_open;

#endif
