/* A GB/T 28181 platform, editions 2016 and 2022: devices register here over SIP (UDP and TCP on one
 * port), are asked for their catalogue, tell alarms and positions, and send pictures when invited.
 * One thread holds the signalling; each camera's thread receives its own media (source_gb.c).
 *
 * Source: GB/T 28181-2016 clauses 8, 9, annexes A to D, L; what -2022 changed (X-GB-Ver, SM3 among
 * the digests) [R]; RFC 3261 (SIP), 3265 (SUBSCRIBE), 3581 (rport). */
#ifndef WORKERS_GB_GB_H
#define WORKERS_GB_GB_H

#include "workers/gb/manscdp.h"
#include "workers/gb/sip.h"
#include "workers/media/source.h"

enum {
	GB_ID_DIGITS = 20,
	GB_PORT_FIRST = 30000, /* of media, unless the options say otherwise */
	GB_PORT_LAST = 34999,
	GB_KEEPALIVE_MS = 60 * SECOND,
	GB_KEEPALIVES_MISSED = 3, /* then a device is offline */
};

struct gb_platform;

struct gb_options {
	const char *listen;	   /* HOST:PORT, IPv4; port 0: any */
	const char *id;		   /* 20 digits */
	const char *address;	   /* where devices send to; NULL: the host listened on */
	int port_first, port_last; /* media; 0: as above */
	int64_t keepalive_ms;	   /* what devices are set to; 0: as above */
};

/* Opens its sockets; no thread yet. */
enum err gb_open(const struct gb_options *o, struct gb_platform **out, struct fault *why);
enum err gb_start(struct gb_platform *p, struct fault *why);
void gb_close(struct gb_platform *p); /* ends all calls; no source may be open; NULL is fine */
int gb_port(const struct gb_platform *p);
bool gb_id_valid(const char *s); /* 20 digits */

/* Who may register. A device that is not named any more is logged out. Copied. */
struct gb_login {
	const char *id, *password;
};
void gb_set_devices(struct gb_platform *p, const struct gb_login *all, size_t n);

/* What devices told since the last report that arrived. json is the body of POST /internal/devices:
 * {"node","devices":[{"id","known","edition","transport","online","since","address","name",
 * "manufacturer","model","firmware","channels":[{"id","name","parent","status","ptz","longitude",
 * "latitude"}]}],"alarms":[{"device","channel","priority","method","time","description"}],
 * "flood":{"dropped","address"}} (messages of strangers that were not looked at since the last
 * one); positions that of POST /internal/positions:
 * {"positions":[{"device","channel","at","longitude", "latitude","speed","direction"}]}. Degrees
 * are micro-degrees, speed 1/100 km/h, direction 1/100 degree; members that are not known are left
 * out; "channels" is there when the catalogue changed. Either is NULL when there is nothing to
 * tell. */
struct gb_report {
	char *json, *positions;
	uint64_t turn, dropped; /* for gb_reported() */
};
void gb_report(struct gb_platform *p, struct arena *a, const char *node, struct gb_report *out);
/* The report arrived: what it held need not be told again. */
void gb_reported(struct gb_platform *p, const struct gb_report *r);

/* ---- calls: for source_gb.c -------------------------------------------------------------- */

enum gb_transport { GB_UDP, GB_TCP_PASSIVE, GB_TCP_ACTIVE }; /* passive: the device connects */

struct gb_ask {
	const char *device, *channel;
	enum gb_transport transport;
	int port;	      /* where we receive */
	int64_t from_s, to_s; /* playback, seconds since 1970; both 0: live */
	int speed;	      /* 1 to 8: download, so many times as fast; 0: at its own pace */
	const atomic_bool *stop;
	int64_t deadline; /* clock_mono */
};

struct gb_call;

/* Invites, and waits for the answer. A device that is not registered is waited for. */
enum err gb_call_open(struct gb_platform *p, const struct gb_ask *ask, struct gb_call **out,
	enum stream_reason *reason, struct fault *why);
void gb_call_close(struct gb_call *c); /* says BYE, does not wait */
bool gb_call_ended(struct gb_call *c); /* the device said BYE */

/* What the device answered; the addresses in network order. */
struct gb_answer {
	struct gb_sdp sdp;
	uint32_t ssrc;	     /* the one to expect */
	uint32_t signalling; /* IPv4 that its SIP comes from */
};
const struct gb_answer *gb_call_answer(const struct gb_call *c);

/* A free media port of the range, bound: a UDP socket, or a listening TCP one. -1: none is free. */
int gb_media_socket(struct gb_platform *p, bool tcp, int *port);

/* What a channel has recorded in the time, asked from the device; blocks up to deadline. */
struct gb_records {
	struct gb_item *items; /* in the arena */
	size_t n;
};
struct gb_records_ask {
	const char *device, *channel;
	int64_t from_ms, to_ms, deadline;
};
enum err gb_records(struct gb_platform *p, struct arena *a, const struct gb_records_ask *ask,
	struct gb_records *out);

#endif
