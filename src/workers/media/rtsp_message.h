/* RTSP/1.0 as it comes over one TCP connection: messages, and binary frames between them. Nothing
 * here reads or writes. Source: RFC 2326 (4, 6, 7, 10.12, 12). */
#ifndef WORKERS_MEDIA_RTSP_MESSAGE_H
#define WORKERS_MEDIA_RTSP_MESSAGE_H

#include "core/base/base.h"

enum { RTSP_HEAD_MAX = 16384, RTSP_BODY_MAX = 65536 };

enum rtsp_kind {
	RTSP_MORE,    /* not whole yet: give it again with more bytes behind */
	RTSP_FRAME,   /* $, channel, length, data */
	RTSP_ANSWER,  /* to a request of ours */
	RTSP_REQUEST, /* a server may ask us, too */
	RTSP_BAD,     /* none of these, or beyond the limits: the connection is lost */
};

struct rtsp_unit {
	size_t size;	   /* so many bytes of the input are done with */
	unsigned channel;  /* of a frame */
	int status;	   /* of an answer: 100 to 599 */
	int64_t cseq;	   /* of a message; -1: it has none */
	struct bytes head; /* of a message: the start line and the headers */
	struct bytes body; /* of a message, or the data of a frame */
};

/* Reads the first unit of in. out points into in. */
enum rtsp_kind rtsp_unit_read(struct bytes in, struct rtsp_unit *out);

/* The nth (from 0) header of that name. */
bool rtsp_header(const struct rtsp_unit *u, const char *name, int nth, struct bytes *value);

#endif
