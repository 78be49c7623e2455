/* Addresses of streams. Source: RFC 2326 (3.2, C.1.1), RFC 3986. */
#ifndef WORKERS_MEDIA_RTSP_URL_H
#define WORKERS_MEDIA_RTSP_URL_H

#include "core/base/base.h"

enum { RTSP_URL_MAX = 2048 };

struct rtsp_url {
	char user[128], password[128]; /* decoded; empty when there is none */
	char host[256], port[8];       /* what to connect to */
	char request[RTSP_URL_MAX];    /* the address without user and password */
};

/* rtsp://[user[:password]@]host[:port][/path][?query]; a password may hold '@' as it is. False when
 * it is not that, or too long, or holds blanks or control characters. */
bool rtsp_url_read(const char *url, struct rtsp_url *out);

/* Where a control attribute of an SDP leads, from its base. False when it does not fit or holds
 * what an address may not. */
bool rtsp_url_resolve(const char *base, struct bytes control, char out[RTSP_URL_MAX]);

#endif
