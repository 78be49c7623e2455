/* The poorest camera: an address that answers with a JPEG, asked again and again. The pictures are
 * kept as they come (recorder.c). A failure ends the source; camera.c tries again, ever later. */
#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "workers/media/jpeg.h"
#include "workers/media/source.h"

enum { SLICE_MS = 200, STILL_EVERY_MIN_MS = SECOND, STILL_EVERY_MS = 5 * SECOND };

struct snapshots {
	struct stream_source source; /* first: cast back and forth */
	CURL *curl;
	const atomic_bool *stop;
	uint8_t *at;
	size_t n, room;
	bool too_large;
	int64_t every_ms, due; /* clock_mono */
	int64_t deadline;
	int read_ms;
};

static int progress(void *at, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct snapshots *s = at;
	(void)a, (void)b, (void)c, (void)d;
	return atomic_load(s->stop) || clock_mono() > s->deadline;
}

static size_t receive(char *data, size_t size, size_t n, void *at)
{
	struct snapshots *s = at;
	n *= size;
	if (n > FRAME_BYTES_MAX - s->n) {
		s->too_large = true;
		return 0;
	}
	if (s->n + n > s->room) {
		s->room = (s->n + n) * 2;
		s->at = realloc(s->at, s->room);
		if (!s->at)
			abort();
	}
	memcpy(s->at + s->n, data, n);
	s->n += n;
	return n;
}

/* Directly, to this address and no other. A camera's certificate is its own as a rule, so https
 * hides what is said, and does not prove who answers. */
static void set_up(struct snapshots *s, const char *url)
{
	curl_easy_setopt(s->curl, CURLOPT_URL, url);
	curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(s->curl, CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST));
	curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS, (long)s->read_ms);
	curl_easy_setopt(s->curl, CURLOPT_MAXFILESIZE, (long)FRAME_BYTES_MAX);
	curl_easy_setopt(s->curl, CURLOPT_USERAGENT, "shian");
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(s->curl, CURLOPT_XFERINFODATA, s);
	curl_easy_setopt(s->curl, CURLOPT_NOPROGRESS, 0L);
}

static enum stream_reason reason_of(const struct snapshots *s, CURLcode rc)
{
	if (atomic_load(s->stop))
		return REASON_STOPPED;
	if (s->too_large || rc == CURLE_FILESIZE_EXCEEDED)
		return REASON_BAD_STREAM;
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return REASON_UNREACHABLE;
	case CURLE_COULDNT_CONNECT:
		return REASON_REFUSED;
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_ABORTED_BY_CALLBACK:
		return REASON_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_PARTIAL_FILE:
		return REASON_CLOSED;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return REASON_BAD_ADDRESS;
	default:
		return REASON_BAD_STREAM;
	}
}

static enum err check_status(struct snapshots *s, struct fault *why)
{
	long code = 0;
	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code >= 200 && code < 300)
		return OK;
	s->source.reason = code == 401 || code == 403	? REASON_UNAUTHORIZED
			   : code == 404 || code == 410 ? REASON_NOT_FOUND
							: REASON_BAD_STREAM;
	return fault(why, E_BUSY, "the camera answered %ld%s", code,
		code >= 300 && code < 400 ? ": it points elsewhere, enter that address" : "");
}

static enum err fetch(struct snapshots *s, struct fault *why)
{
	s->n = 0;
	s->too_large = false;
	s->deadline = clock_mono() + s->read_ms;
	CURLcode rc = curl_easy_perform(s->curl);
	if (rc != CURLE_OK) {
		s->source.reason = reason_of(s, rc);
		return fault(why, E_BUSY, "%s",
			s->too_large ? "a picture is above 8 MiB" : curl_easy_strerror(rc));
	}
	return check_status(s, why);
}

static void await(const struct snapshots *s)
{
	for (int64_t left = 1; left > 0 && !atomic_load(s->stop);) {
		left = s->due - clock_mono();
		if (left > 0)
			poll(NULL, 0, left < SLICE_MS ? (int)left : SLICE_MS);
	}
}

static enum err snapshots_next(
	struct stream_source *source, struct stream_frame *out, struct fault *why)
{
	struct snapshots *s = (struct snapshots *)source;
	struct jpeg_facts facts;
	await(s);
	source->reason = REASON_STOPPED;
	if (atomic_load(s->stop))
		return fault(why, E_GONE, "switched off");
	s->due = clock_mono() + s->every_ms;
	TRY(fetch(s, why));
	source->reason = REASON_BAD_STREAM;
	TRY(jpeg_look((struct bytes){ s->at, s->n }, &facts, why));
	source->reason = REASON_NONE;
	int64_t now = clock_now();
	*out = (struct stream_frame){
		.at = s->at,
		.n = facts.n,
		.pts = now * TICKS_PER_MS,
		.dts = NO_TIME,
		.arrived_ms = now,
		.key = true,
	};
	return OK;
}

static void snapshots_close(struct stream_source *source)
{
	struct snapshots *s = (struct snapshots *)source;
	curl_easy_cleanup(s->curl);
	free(s->at);
	free(s);
}

enum err source_still_open(const struct source_request *r, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	struct snapshots *s = calloc(1, sizeof(*s));
	*out = NULL;
	*reason = REASON_BAD_STREAM;
	if (!s || !(s->curl = curl_easy_init())) {
		free(s);
		return fault(why, E_INTERNAL, "out of memory");
	}
	s->stop = r->stop;
	s->read_ms = r->read_ms;
	s->every_ms = r->interval_ms ? r->interval_ms : STILL_EVERY_MS;
	if (s->every_ms < STILL_EVERY_MIN_MS)
		s->every_ms = STILL_EVERY_MIN_MS;
	s->due = clock_mono();
	s->source.codec = CODEC_JPEG;
	s->source.next = snapshots_next;
	s->source.close = snapshots_close;
	set_up(s, r->url);
	*out = &s->source;
	*reason = REASON_NONE;
	return OK;
}
