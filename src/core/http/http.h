/* The HTTP server, hidden behind one door: what comes in is a struct http_request, what goes out a
 * struct http_reply; nothing above this room knows libmicrohttpd.
 *
 * GET and HEAD run on the server's threads; POSTs are handed to a pool of workers (they wait for
 * the commit), the connection suspended meanwhile. A HEAD reaches the handler as a GET, the server
 * leaves the body away; every other method is answered with 405.
 *
 * Bodies: application/x-www-form-urlencoded and multipart/form-data become form and files (each
 * file is streamed to the upload folder while its SM3 and SHA-256 are computed; removed after the
 * reply unless the handler renamed it away); anything else up to body_max stays in body.
 *
 * Refused by the server itself, whatever the library lets through: duplicate or conflicting
 * Content-Length, Transfer-Encoding (411: a body must say its length), a missing or second Host,
 * lines not ended by CRLF, folded lines, blanks in header names, heads above 16 KiB (431), bodies
 * above the limits (413), bad percent encoding or NUL or invalid UTF-8 in paths and fields, "..",
 * "//", "%2F" in paths (400). Clients that are slow beyond reason are disconnected.
 *
 * Added by the server: Content-Length, Date, gzip for compressible bodies over 1 KiB when accepted,
 * ranges for files, ETag/If-None-Match answers, and, where the handler set no other, Cache-Control:
 * no-store and the security headers (CSP, nosniff, referrer, opener, permissions).
 */
#ifndef CORE_HTTP_H
#define CORE_HTTP_H

#include "core/base/base.h"

struct http_pair {
	const char *name, *value;
};

struct http_file {
	const char *field, *name, *type; /* name: base name only, valid UTF-8, at most 200 bytes */
	const char *path;		 /* streamed to here */
	int64_t size;
	const char *sm3, *sha256; /* hex */
};

struct http_request {
	struct arena *arena;
	const char *method, *path;     /* path: decoded, begins with '/', no "//" and no ".." */
	const struct http_pair *query; /* arrays end with a NULL name */
	const struct http_pair *form;
	const struct http_pair *headers; /* names in lower case */
	const struct http_pair *cookies;
	const struct http_file *files; /* ends with a NULL field */
	struct bytes body;	       /* JSON and other bodies */
	/* address of the client; behind a trusted proxy, X-Forwarded-For's last */
	const char *remote;
	bool secure; /* came by TLS (behind the proxy) */
};

/* ---- WebSockets: a handler asks for one by reply->tunnel ------------------------------------ */
struct websocket;

/* When the request asks for a WebSocket (RFC 6455), from a page of this host where it names one,
 * run is called on a thread of its own; the connection ends when it returns. done is called once in
 * any case, also when nothing came of it: it frees the context. run has to return soon after a call
 * below says that it is over; http_stop() and a client that goes make it so. */
struct http_tunnel {
	void (*run)(void *context, struct websocket *w); /* NULL: no tunnel */
	void (*done)(void *context);
	void *context;
};

/* A message of n bytes: its beginning, then all of them in pieces. E_BUSY: it is over, or the
 * client took nothing for 10 s. */
enum err websocket_begin(struct websocket *w, bool text, uint64_t n);
enum err websocket_add(struct websocket *w, struct bytes piece);

/* Until fd can be read (or, -1, nothing), for at most ms. Answers pings and closes, and pings
 * itself; what else the client says is thrown away. */
enum websocket_wake { WEBSOCKET_TIME, WEBSOCKET_READ, WEBSOCKET_OVER };
enum websocket_wake websocket_wait(struct websocket *w, int fd, int ms);

enum { HTTP_HEADERS = 24 };

struct http_reply {
	int status;
	struct http_pair headers[HTTP_HEADERS];
	int n_headers;
	struct bytes body;	  /* in the request's arena or constant */
	const char *body_gzip_at; /* the same body compressed beforehand (assets), or NULL */
	size_t body_gzip_n;
	int fd; /* >= 0: the file is the body, the server closes it; set to -1 otherwise */
	int64_t fd_size;
	const char *etag;     /* without quotes, or NULL */
	bool events;	      /* text/event-stream: the connection joins the audience */
	const char *audience; /* whom events are for, e.g. "officers" */
	bool close;
	struct http_tunnel tunnel; /* GET only; the rest of the reply is then unused */
};

void reply_header(struct http_reply *r, const char *name, const char *value);
const char *pair_find(const struct http_pair *pairs, const char *name); /* NULL when absent */

typedef void http_handler(void *context, const struct http_request *rq, struct http_reply *reply);

struct http_options {
	const char *listen; /* "127.0.0.1:8080"; ignored when listen_fd >= 0 */
	int listen_fd;	    /* a listening socket passed in by the parent, or -1 */
	const char *upload_dir;
	int64_t upload_max;   /* bytes of one request's files; 0 gives 512 MiB */
	int64_t body_max;     /* 0 gives 1 MiB */
	int threads, workers; /* 0 gives 2 and 32 */
	bool trust_proxy;     /* believe X-Forwarded-* from 127.0.0.1 */
	http_handler *handler;
	void *context;
};

struct http_server;
enum err http_start(const struct http_options *o, struct http_server **out, struct fault *why);
int http_port(const struct http_server *s);
/* Sends one event to every connection of the audience (NULL: all). Thread-safe. A line end in data
 * becomes a blank. A client that does not keep up is disconnected. */
void http_publish(struct http_server *s, const char *audience, const char *event, int64_t id,
	const char *data);
/* Accepts nobody more, ends event streams, lets running requests finish (at most 10 s). Closes the
 * listening socket. When a handler does not end in time its memory stays: the process should end.
 */
void http_stop(struct http_server *s);
struct http_stats {
	int64_t requests, in_flight, events_open, tunnels_open, bytes_out;
	int64_t by_class[6]; /* by_class[2] = answers 2xx */
};
struct http_stats http_stats(const struct http_server *s);

#endif
