/* Who we are, as a camera asks it: Basic and Digest. Source: RFC 7617, RFC 7616 (3.3 to 3.4.6). */
#ifndef WORKERS_MEDIA_RTSP_AUTH_H
#define WORKERS_MEDIA_RTSP_AUTH_H

#include "workers/media/rtsp_message.h"

enum rtsp_scheme { AUTH_NONE, AUTH_BASIC, AUTH_DIGEST };

struct rtsp_auth {
	const char *user, *password; /* belong to the caller */
	enum rtsp_scheme scheme;     /* what the last challenge asked for */
	char realm[256], nonce[512], opaque[512];
	bool has_opaque, qop, sha256;
	char algorithm[16]; /* as the camera wrote it; empty: it did not */
	bool accepted;	    /* the camera took an answer to this challenge */
	uint32_t count;	    /* of answers to this nonce */
	char cnonce[48];
};

enum rtsp_verdict {
	AUTH_AGAIN,	/* ask again: there is something to answer */
	AUTH_WRONG,	/* the user name or password is wrong, or there is none */
	AUTH_NOT_KNOWN, /* it asks in a way that we do not know */
};

/* Takes the challenges of a 401. A second one after an answer means a wrong password, unless it
 * says that only the nonce is stale, or the old one had been accepted before. */
enum rtsp_verdict rtsp_auth_challenge(struct rtsp_auth *a, const struct rtsp_unit *u);

/* Adds the Authorization line of a request; nothing when nobody asked. */
void rtsp_auth_write(struct rtsp_auth *a, const char *method, const char *address, struct buf *out);

#endif
