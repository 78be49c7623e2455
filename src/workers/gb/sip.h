/* One SIP message, read by libosip2's parser. Hostile input: the parser is given the head alone,
 * bounded and without the lines that it would follow into the body (its reading of multipart bodies
 * had an integer overflow, CVE-2022-41550); lengths and types of bodies are read here.
 * Source: RFC 3261 7, 18.3, 20. */
#ifndef WORKERS_GB_SIP_H
#define WORKERS_GB_SIP_H

#include "core/base/base.h"

enum {
	GB_SIP_HEAD_MAX = 8192,
	GB_SIP_BODY_MAX = 65536,
	GB_SIP_MESSAGE_MAX = GB_SIP_HEAD_MAX + GB_SIP_BODY_MAX,
	GB_SIP_VIAS_MAX = 8,
};

struct gb_sip_auth {
	const char *username, *realm, *nonce, *uri, *response, *algorithm, *qop, *nc, *cnonce;
};

/* Texts are in the arena, never NULL. */
struct gb_sip {
	int status; /* 0: a request */
	const char *method, *uri, *uri_user;
	const char *from, *from_user, *from_tag, *to, *to_user, *to_tag; /* from, to: whole lines */
	const char *via[GB_SIP_VIAS_MAX];
	size_t vias;
	const char *branch; /* of the topmost Via */
	const char *call_id, *cseq_method;
	int64_t cseq;
	int64_t expires;					       /* s; -1: not said */
	const char *contact;					       /* its address, sip:... */
	const char *event, *subscription_state, *user_agent, *version; /* version: X-GB-Ver */
	const char *authenticate; /* of a 401: the first WWW-Authenticate, whole */
	bool has_auth;
	struct gb_sip_auth auth;
	const char *content_type;
	struct bytes body; /* inside what was parsed */
};

/* E_INVALID: not understood; E_TOO_LARGE. */
enum err gb_sip_parse(struct arena *a, struct bytes message, struct gb_sip *out, struct fault *why);

/* How many bytes at the beginning of a stream are the first message; 0: more are needed; -1: this
 * never becomes one. Blank lines before it (keep-alive) count to it. */
ssize_t gb_sip_cut(struct bytes stream);

/* ---- SDP: RFC 4566 with the lines that GB/T 28181 adds ------------------------------------ */

struct gb_sdp {
	char address[64]; /* of c=, or "" */
	int port;	  /* of m=video, 0: none */
	bool tcp, active; /* m=video .. TCP/RTP/AVP; a=setup:active */
	bool has_ssrc;
	uint32_t ssrc;	    /* of y=, leading zeros or not */
	int h264, h265, ps; /* payload types; -1: not offered */
};
void gb_sdp_read(struct bytes body, struct gb_sdp *out);

#endif
