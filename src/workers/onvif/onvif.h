/* ONVIF, the part that saves an installer's typing: which cameras are on this network, and under
 * which addresses a camera gives its pictures. Two doors, discover and look; neither keeps
 * anything.
 *
 * What devices answer is hostile: bounded, no DTD, no other host than the one that was asked, and
 * no control characters in what is shown.
 *
 * Source: WS-Discovery 2005/04; ONVIF Core Specification (5.12 security, 7 discovery, 8 device
 * management), Media Service Specification (ver10) and Media 2 Service Specification (ver20);
 * OASIS WS-Security UsernameToken Profile 1.0.
 */
#ifndef WORKERS_ONVIF_ONVIF_H
#define WORKERS_ONVIF_ONVIF_H

#include "core/base/base.h"

enum {
	ONVIF_PORT = 3702,
	ONVIF_WAIT_MS = 3 * SECOND,
	ONVIF_WAIT_MAX_MS = 60 * SECOND,
	ONVIF_FOUND_MAX = 256,	     /* devices of one search */
	ONVIF_XADDRS_MAX = 4,	     /* addresses of one device that are kept */
	ONVIF_PROFILES_MAX = 16,     /* that are asked for their addresses */
	ONVIF_CALL_MS = 10 * SECOND, /* one question and its answer */
	ONVIF_LOOK_MS = 60 * SECOND, /* all questions to one device */
	ONVIF_ANSWER_MAX = 1024 * 1024,
	ONVIF_URL_MAX = 1024,
};

/* ---- discover ----------------------------------------------------------------------------- */
struct onvif_found {
	const char *from;     /* address the answer came from */
	const char *endpoint; /* the device's lasting name; empty when it gave none */
	const char *name, *hardware;
	const char *xaddrs[ONVIF_XADDRS_MAX]; /* of its device service, http or https */
	size_t n_xaddrs;
};

struct onvif_search {
	const char *to; /* NULL: everybody on the networks of this machine; else IPv4[:PORT] */
	int wait_ms;	/* how long answers are taken */
};

struct onvif_founds {
	struct onvif_found at[ONVIF_FOUND_MAX];
	size_t n;
	bool more;	/* there were more than fit */
	size_t refused; /* datagrams that were no answer to this question */
};

/* E_INVALID: to is no address. E_BUSY: the network refuses. Nobody there is OK with n = 0. */
enum err onvif_discover(
	struct arena *a, const struct onvif_search *s, struct onvif_founds *out, struct fault *why);

/* ---- look --------------------------------------------------------------------------------- */
struct onvif_profile {
	const char *token, *name;
	const char
		*codec; /* H264, H265, JPEG, MPEG4 or what the device calls it; empty: not said */
	int width, height;	       /* 0: not said */
	int fps100;		       /* pictures a second, in hundredths; 0: not said */
	const char *stream, *snapshot; /* empty: it has none; without user and password */
	const char *wrong;	       /* why there is no stream; empty when there is one */
};

struct onvif_question {
	const char *url;	     /* http(s)://..., or HOST[:PORT] */
	const char *user, *password; /* NULL user: none */
};

struct onvif_device {
	const char *url;	 /* that was asked */
	bool clock_known;	 /* it told its time */
	int64_t clock_offset_ms; /* its time minus ours */
	int media;		 /* 1 or 2: which media service answered */
	bool moved;		 /* it names another host than it was reached by; ours is kept */
	struct onvif_profile profiles[ONVIF_PROFILES_MAX];
	size_t n;
	bool more;
	int main, sub; /* which to enter in the register; -1: none */
};

/* The reason is a sentence for people. E_LOGIN: user name or password. E_INVALID: the address, or
 * an answer that is no ONVIF. E_TOO_LARGE. E_BUSY: not reached, or not in time. */
enum err onvif_look(struct arena *a, const struct onvif_question *q, struct onvif_device *out,
	struct fault *why);

#endif
