/* Private to the room: the platform's state. All of it is guarded by lock; functions named here are
 * called with the lock held. */
#ifndef WORKERS_GB_PRIVATE_H
#define WORKERS_GB_PRIVATE_H

#include <netinet/in.h>
#include <pthread.h>

#include "workers/gb/digest.h"
#include "workers/gb/gb.h"

enum {
	DEVICES_MAX = 8192,
	BUCKETS = 4 * DEVICES_MAX,
	UNKNOWN_MAX = 64, /* devices that nobody registered, shown to officers */
	CHANNELS_MAX = 1024,
	CONNECTIONS_MAX = 4096,
	ALARMS_MAX = 1024,
	POSITIONS_MAX = 4096,
	T1_MS = 500, /* RFC 3261 17.1.1.1 */
	T2_MS = 4000,
	TRANSACTION_MS = 64 * T1_MS,
	CATALOGUE_EVERY_MS = HOUR,
	SUBSCRIBE_S = 3600,
	EXPIRES_MOST_S = 86400,
	CALL_ID_SIZE = 64,
	TAG_SIZE = 128,
};

/* Where a message came from, and answers and requests go to. */
struct peer {
	struct sockaddr_in at;
	int connection;	 /* index, -1: UDP */
	uint64_t serial; /* of the connection */
};

struct channel {
	char id[GB_ID_DIGITS + 1], parent[GB_ID_DIGITS + 1];
	char name[129], status[17];
	int64_t ptz, longitude, latitude;
	int64_t sn; /* of the catalogue it was last in */
};

struct device {
	char id[GB_ID_DIGITS + 1], password[65];
	bool known, online, edition_2022;
	int challenges; /* without a success: after two, only the digest that all know */
	struct peer peer;
	int64_t since_ms;      /* UTC: online, or offline, since */
	int64_t seen, expires; /* clock_mono */
	char name[129], manufacturer[129], model[129], firmware[129];
	struct channel *channels;
	size_t n, room;
	bool channels_told, reporting;
	int64_t catalogue_sn, next_catalogue;
	char subscription[CALL_ID_SIZE], subscription_tag[TAG_SIZE];
	uint32_t subscription_cseq;
	int64_t next_subscribe; /* 0: refused, or not yet wanted */
	uint64_t changed, told; /* turns: changed > told is to be reported */
};

struct alarm {
	uint64_t turn;
	char device[GB_ID_DIGITS + 1], channel[GB_ID_DIGITS + 1];
	char priority[9], method[9], description[GB_TEXT_MAX + 1];
	int64_t time_ms, sn;
};

struct position {
	uint64_t turn;
	char device[GB_ID_DIGITS + 1], channel[GB_ID_DIGITS + 1];
	int64_t time_ms, longitude, latitude, speed, direction;
};

struct connection {
	int fd; /* -1: free */
	uint64_t serial;
	struct sockaddr_in at;
	uint8_t *in;
	size_t n;
	uint8_t *out;
	size_t out_n;
	int64_t seen; /* clock_mono */
	bool waits_out;
};

struct transaction;
typedef void answered(struct gb_platform *p, struct transaction *t, const struct gb_sip *m);
struct transaction {
	struct transaction *next;
	char branch[40], method[12];
	char *text;
	size_t n;
	struct peer to;
	int64_t again, interval, deadline;
	bool done;
	answered *answered; /* m NULL: no answer in time */
	void *about;
};

enum call_state { CALL_ASKING, CALL_TALKING, CALL_REFUSED, CALL_ENDED, CALL_LEFT };
struct gb_call {
	struct gb_call *next;
	struct gb_platform *platform;
	enum call_state state;
	char device[GB_ID_DIGITS + 1], channel[GB_ID_DIGITS + 1];
	char call_id[CALL_ID_SIZE], tag[TAG_SIZE], to_tag[TAG_SIZE];
	struct peer peer;
	uint32_t cseq, ssrc;
	int status;
	bool provisional, owned, bye_answered, history;
	int64_t forget; /* clock_mono: when not owned */
	struct gb_answer answer;
	char invite_branch[40];
};

/* What was answered, to be said again when the request comes again (RFC 3261 17.2.2). */
enum { ANSWERS = 16384, ANSWER_PLACES = 8, ANSWER_KEPT_MS = TRANSACTION_MS };
struct said {
	uint64_t key;
	int64_t until; /* clock_mono */
	char *text;
	size_t n;
};

/* Who sends over UDP, and how much more of it is looked at (limit.c). */
enum { SOURCES = 8192, SOURCE_PLACES = 8 };
struct gb_bucket {
	int64_t at, tokens; /* clock_mono; thousandths */
};
struct gb_source {
	uint32_t address;
	struct gb_bucket bucket;
	int64_t known_until; /* clock_mono: a device registered from there */
};

struct query {
	struct query *next;
	int64_t sn;
	struct arena *arena; /* the caller's: it waits */
	struct gb_item *items;
	size_t n, room;
	bool done;
};

struct gb_platform {
	pthread_mutex_t lock;
	pthread_cond_t turned; /* something changed: a device came, a call was answered */
	pthread_t thread;
	bool started, ending;
	char id[GB_ID_DIGITS + 1], domain[11], address[64];
	int port, port_first, port_last, next_port;
	int64_t keepalive_ms;
	uint8_t key[GB_KEY_SIZE];
	int udp, listener, event, poll;
	struct device *devices[BUCKETS];
	size_t n_devices, n_unknown;
	struct connection connections[CONNECTIONS_MAX];
	size_t n_connections;
	uint64_t serial;
	struct transaction *transactions;
	struct gb_call *calls;
	struct query *queries;
	struct said answers[ANSWERS]; /* by key, in sets; a later one takes the oldest's place */
	struct gb_source sources[SOURCES]; /* by address, in sets */
	struct gb_bucket strangers;	   /* of all of them together */
	uint64_t dropped;		   /* messages of strangers, since the start */
	uint32_t dropped_from;		   /* the last of them, network order */
	uint64_t dropped_told;
	struct alarm alarms[ALARMS_MAX];
	struct position positions[POSITIONS_MAX];
	size_t n_alarms, n_positions;
	uint64_t turn; /* grows with each change that is to be reported */
	int64_t next_sn;
	uint32_t next_ssrc;
	struct arena *arena; /* of the message at hand */
};

/* platform.c */
void send_text(struct gb_platform *p, const struct peer *to, const char *text, size_t n);
void wake(struct gb_platform *p);
bool peer_same_host(const struct peer *a, const struct peer *b);

/* limit.c */
/* May a datagram from there be looked at? Counts those that may not. */
bool source_may(struct gb_platform *p, const struct peer *from, int64_t now);
/* A device proved its password from there. */
void source_known(struct gb_platform *p, const struct peer *from, int64_t until);

/* devices.c */
struct device *device_find(struct gb_platform *p, const char *id);
struct device *device_get(struct gb_platform *p, const char *id); /* makes it; NULL: full */
void device_changed(struct gb_platform *p, struct device *d);
void devices_turn(struct gb_platform *p, int64_t now); /* losses, refreshing */
void on_register(struct gb_platform *p, const struct gb_sip *m, const struct peer *from);

/* told.c */
void on_told(struct gb_platform *p, const struct gb_sip *m, const struct peer *from);
void ask_catalogue(struct gb_platform *p, struct device *d);
void ask_information(struct gb_platform *p, struct device *d);
void ask_positions(struct gb_platform *p, struct device *d);

/* outbound.c */
struct request {
	const char *method, *target; /* whose id */
	const char *call_id, *tag, *to_tag;
	uint32_t cseq;
	const char *headers; /* whole lines, or "" */
	const char *type;    /* of the body */
	struct bytes body;
	const char *branch; /* NULL: a new one */
	answered *answered;
	void *about;
};
/* Sends and, except for ACK, waits for its answer, sending again over UDP. */
struct transaction *request_send(
	struct gb_platform *p, const struct peer *to, const struct request *r);
void transactions_turn(struct gb_platform *p, int64_t now);
void on_answer(struct gb_platform *p, const struct gb_sip *m);
void answer_send(struct gb_platform *p, const struct gb_sip *m, const struct peer *to,
	const char *status_and_headers); /* "200 OK\r\nDate: ...\r\n" */
/* True: the request came before, and its answer was sent again. */
bool answer_again(struct gb_platform *p, const struct gb_sip *m, const struct peer *from);
void new_token(char *out, size_t size);

/* call.c */
void on_bye(struct gb_platform *p, const struct gb_sip *m, const struct peer *from);
void on_invite_answer(struct gb_platform *p, const struct gb_sip *m);
void calls_turn(struct gb_platform *p, int64_t now);
/* The device sent all of a recording. */
void history_over(struct gb_platform *p, const struct device *d, const char *channel);

#endif
