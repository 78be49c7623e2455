/* One question over HTTP and its answer. */
#ifndef WORKERS_ONVIF_TALK_H
#define WORKERS_ONVIF_TALK_H

#include <curl/curl.h>

#include "workers/onvif/message.h"

struct onvif_talk {
	const struct onvif_question *who; /* user and password */
	CURL *curl;
	struct arena *scratch; /* forgotten with the next question */
	int64_t end;	       /* clock_mono: of all questions together */
	int64_t offset_ms;     /* the device's clock */
	bool clock_known;
	bool digest_offered, http_digest; /* it wants who we are by HTTP; it is told */
	struct buf answer;
	bool too_large;
};

enum err onvif_talk_open(struct onvif_talk *t, const struct onvif_question *who, struct fault *why);
void onvif_talk_close(struct onvif_talk *t);

/* *root lives until the next question. sign: with user and password when there are some. */
struct onvif_ask {
	const char *url;
	struct onvif_call call;
	bool sign;
};
enum err onvif_talk_ask(struct onvif_talk *t, const struct onvif_ask *q, struct onvif_xml **root,
	struct fault *why);

#endif
