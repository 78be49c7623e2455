/* The conversation with an RTSP server: requests, answers, who we are, keeping the session alive.
 * Source: RFC 2326 (10, 12, A.1). */
#ifndef WORKERS_MEDIA_RTSP_TALK_H
#define WORKERS_MEDIA_RTSP_TALK_H

#include "workers/media/rtsp_auth.h"
#include "workers/media/rtsp_line.h"
#include "workers/media/rtsp_url.h"

struct rtsp_talk {
	struct rtsp_line line; /* its reason is the talk's */
	struct rtsp_url url;
	struct rtsp_auth auth;
	char aggregate[RTSP_URL_MAX]; /* the address of the whole stream */
	char session[256];	      /* "" before there is one */
	int64_t keep_every_ms;	      /* a word from us at least that often */
	int64_t keep_at;	      /* clock_mono: the next one */
	int cseq;		      /* of the last request */
	bool get_parameter;	      /* the server knows it: else OPTIONS keeps the session */
	bool kept_again;	      /* the last keeping was asked for a new proof */
};

struct rtsp_request {
	const char *method, *address;
	const char *headers; /* whole lines, or "" */
	bool until_frame;    /* a frame ends the wait as well: it stays in the buffer */
	int64_t deadline;    /* clock_mono */
};

/* Sends it and waits for its answer; proves who we are when asked. Anything but 2xx is a failure
 * with its reason. answer (good until the line is filled again) has status 0 when a frame came
 * first. */
enum err rtsp_ask(struct rtsp_talk *t, const struct rtsp_request *r, struct rtsp_unit *answer,
	struct fault *why);

/* Takes note of the session an answer names. False when its name is too long. */
bool rtsp_note_session(struct rtsp_talk *t, const struct rtsp_unit *answer);

/* Sends a word when it is time. */
enum err rtsp_keep(struct rtsp_talk *t, struct fault *why);

/* A message in the middle of the stream: the answer to a keeping, or a request of the server. */
enum err rtsp_overhear(
	struct rtsp_talk *t, enum rtsp_kind kind, const struct rtsp_unit *u, struct fault *why);

/* Ends the session without waiting for an answer. */
void rtsp_leave(struct rtsp_talk *t);

#endif
