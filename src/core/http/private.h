/* What the files of this room know of each other. Only server.c and reply.c know the library's
 * types.
 *
 * Threads: the library's event threads call the callbacks of server.c; workers (pool.c) run the
 * handlers of POSTs while their connections are suspended; one keeper thread per server closes late
 * clients and keeps event streams alive. A request belongs to its event thread, except between
 * pool_push() and the resumption of its connection, when it belongs to a worker.
 */
#ifndef CORE_HTTP_PRIVATE_H
#define CORE_HTTP_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "core/http/http.h"
#include "core/http/parse.h"

struct MHD_Connection;
struct MHD_Daemon;

/* Zero members get their usual values; tests set small ones. */
struct limits {
	int connections; /* 4096, and at most half of the files a process may open */
	int per_address; /* 256 connections; addresses of this machine are exempt */
	int idle_ms;	 /* 30 s without a whole request line */
	int head_ms;	 /* 10 s from the request line to the end of the head */
	int body_ms;	 /* 30 s for a body or an answer, and a second more for each */
	int64_t slowest; /* 4096 bytes of it */
	int64_t drain;	 /* 16 MiB: a body this much too large is read on, so that a browser gets to
			  * see the 413 */
	int queue;	 /* 1024 requests waiting for a worker, then 503 */
	int fields, files;	 /* 200 and 20 of a multipart body */
	int events_max;		 /* half of the connections */
	int events_waiting;	 /* 256 events not yet taken by a slow client, then it is dropped */
	int events_keepalive_ms; /* 15 s */
	int tunnels;		 /* 256 WebSockets, each with a thread */
	int tunnel_quiet_ms;	 /* 60 s without a sign of the client; it is pinged before */
};
enum err http_start_within(const struct http_options *o, const struct limits *l,
	struct http_server **out, struct fault *why);

/* ---- clients.c: who is connected ------------------------------------------------------------ */
struct client {
	struct client *next, **link; /* of its bucket */
	int fd;
	bool local;		  /* an address of this machine, or a UNIX socket */
	char remote[48];	  /* text of the address */
	_Atomic int64_t deadline; /* clock_mono() when it is closed, 0: never */
};
enum { CLIENT_BUCKETS = 1024 };
struct clients {
	pthread_mutex_t lock;
	struct client *bucket[CLIENT_BUCKETS];
	int per_address;
	_Atomic int n;
};
void clients_open(struct clients *c, int per_address);
void clients_close(struct clients *c);
bool clients_admit(
	struct clients *c, const struct sockaddr *address); /* false: too many from there */
struct client *clients_add(struct clients *c, int fd, const struct sockaddr *address);
int clients_count(const struct clients *c);
void clients_remove(struct clients *c, struct client *one);
void clients_shut_late(
	struct clients *c, int64_t now); /* shuts sockets; their event threads close them */
void client_shut(struct client *one);

/* ---- body.c: a request's body --------------------------------------------------------------- */
struct body;
struct body_rules {
	const char *upload_dir;
	int64_t body_max, upload_max;
	int fields, files;
};
struct body_promise {
	const char *type; /* Content-Type, or NULL */
	int64_t length;	  /* Content-Length */
};
/* Chooses by type. status receives 0 or 400, 413, 415. */
struct body *body_new(
	struct arena *a, const struct body_rules *r, const struct body_promise *p, int *status);
/* Takes what arrived; 0, or the status to refuse with: 400, 413, 507 when the disk is full. */
int body_feed(struct body *b, const char *at, size_t n);
int body_end(struct body *b, struct http_request *rq); /* sets form, files, body */
void body_free(struct body *b); /* closes and removes the files that nobody took; NULL is fine */
void body_sweep(const char *upload_dir); /* removes what a killed process left behind */

/* ---- pool.c: workers ------------------------------------------------------------------------ */
struct request;
struct pool;
enum err pool_start(int workers, int queue, void (*run)(struct request *), struct pool **out,
	struct fault *why);
bool pool_push(struct pool *p, struct request *rq); /* false: the queue is full */
void pool_stop(struct pool *p);			    /* after the queued requests are done */

/* ---- events.c: event streams ----------------------------------------- */
struct events;
struct subscriber;
struct events *events_open(int most, int waiting);
void events_close(struct events *e); /* when no subscriber is left */
/* NULL: too many, or the server is stopping. */
struct subscriber *events_join(
	struct events *e, const char *audience, struct client *client, struct MHD_Connection *mhd);
void events_leave(struct subscriber *s); /* nothing more is sent; may come twice */
void events_free(struct subscriber *s);	 /* leaves, too */
enum { EVENTS_NOTHING = 0, EVENTS_OVER = -1 };
/* Bytes for the stream; EVENTS_NOTHING: the connection was suspended; EVENTS_OVER: the stream ends.
 */
ssize_t events_read(struct subscriber *s, char *to, size_t most);
struct event {
	const char *audience, *name, *data; /* audience NULL: all; the others may be NULL, too */
	int64_t id;			    /* 0: none */
};
void events_send(struct events *e, const struct event *what);
void events_keepalive(struct events *e);
void events_end(struct events *e); /* ends all streams, admits no more */
int64_t events_count(struct events *e);

/* ---- tunnel.c: WebSockets ------------------------------------------------------------------- */
struct tunnels;
struct tunnels *tunnels_open(int most, int quiet_ms);
void tunnels_end(struct tunnels *t);   /* ends all; admits no more */
void tunnels_close(struct tunnels *t); /* waits for their threads; NULL is fine */
int64_t tunnels_count(struct tunnels *t);
/* 0, or the status to refuse with: 400 not a handshake, 403 another host's page, 426 not asked for
 * as a WebSocket, 503 too many. */
struct request;
int tunnel_check(struct request *rq, char accept[29]);
struct MHD_Response *tunnel_response(struct request *rq, const char *accept);

/* ---- reply.c: from a handler's answer to the wire -------------------- */
enum { READY_HEADERS = HTTP_HEADERS + 16 };
struct ready {
	int status;
	struct http_pair headers[READY_HEADERS];
	int n_headers;
	struct bytes body;
	int fd; /* -1: body */
	int64_t fd_from, fd_n;
	bool events;
	bool head; /* only the head is wanted: set by the caller */
};
struct deflaters; /* a few idle zlib states: making one costs more than most pages */
struct deflaters *deflaters_new(void);
void deflaters_free(struct deflaters *d);
/* Adds compression, ranges, tags and the headers of the house. Takes over the reply's fd. */
void reply_ready(struct deflaters *d, const struct http_request *rq, struct http_reply *reply,
	struct ready *out);
/* A small page in both languages, for what never reached the handler. */
void reply_refusal(
	struct arena *a, int status, const struct http_pair *headers, struct http_reply *out);
struct MHD_Response *reply_response(
	struct ready *r); /* NULL when memory is short; takes over the fd */
/* The same for a stream; the response owns the subscriber. */
struct MHD_Response *reply_stream(struct ready *r, struct subscriber *s);

/* ---- server.c ------------------------------------------------------------------------------- */
enum phase {
	PHASE_HEAD,  /* the request line was read */
	PHASE_BODY,  /* the head was read */
	PHASE_WORK,  /* with a worker */
	PHASE_READY, /* the answer is ready */
	PHASE_SENT,  /* the answer is the library's */
};

struct request {
	struct request *next; /* in the pool's queue */
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct client *client;
	struct arena *arena;
	const char *target; /* as sent */
	enum phase phase;
	bool counted;	       /* in in_flight */
	int refusal;	       /* 0, or the status to answer when the body was read */
	int64_t length, taken; /* of the body */
	struct body *body;
	struct subscriber *subscriber;
	struct http_tunnel tunnel; /* what the handler asked for: done is owed */
	bool tunnelled;		   /* the tunnel has a thread, which calls done */
	struct http_request http;
	struct http_reply reply;
	struct ready ready;
};

struct http_server {
	struct arena *arena;
	struct http_options options;
	struct limits limits;
	struct body_rules rules;
	struct MHD_Daemon **library; /* one each of its threads */
	int n_library;
	unsigned turn; /* of the keeper: which takes the next connection */
	struct clients clients;
	struct pool *pool;
	struct events *events;
	struct tunnels *tunnels;
	struct deflaters *deflaters;
	int listen_fd, wake_fd, port;
	pthread_t keeper;
	bool keeper_runs;
	pthread_mutex_t lock; /* with changed: for stopping */
	pthread_cond_t changed;
	_Atomic bool stopping, keeper_ends;
	_Atomic int64_t handlers; /* requests queued for or inside the handler */
	_Atomic int64_t requests, in_flight, bytes_out, by_class[6];
};

enum err library_start(struct http_server *s, struct MHD_Daemon **out, struct fault *why);
void request_work(struct request *rq); /* on a worker's thread */
/* http_stop() waits until no handler runs, and no tunnel. */
bool handler_enter(struct http_server *s); /* false: too late */
void handler_leave(struct http_server *s);

/* ---- keeper.c: accepts connections, looks after time ----------------- */
enum err keeper_start(struct http_server *s, struct fault *why);
void keeper_wake(struct http_server *s);
void keeper_stop(struct http_server *s);

/* head.c: from the library's view of a request's head to ours. 0 or the status to refuse with. */
int head_read(struct request *rq, const char *method, const char *version);

#endif
