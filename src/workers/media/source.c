#include "workers/media/source.h"

#include "workers/media/push.h"

const char *codec_text(enum stream_codec c)
{
	return c == CODEC_H264 ? "h264" : c == CODEC_H265 ? "h265" : c == CODEC_JPEG ? "jpeg" : "";
}

const char *reason_text(enum stream_reason r)
{
	static const char *const TEXTS[] = {
		[REASON_NONE] = "",
		[REASON_REFUSED] = "refused",
		[REASON_UNREACHABLE] = "unreachable",
		[REASON_UNAUTHORIZED] = "unauthorized",
		[REASON_NOT_FOUND] = "not_found",
		[REASON_TIMEOUT] = "timeout",
		[REASON_CLOSED] = "closed",
		[REASON_NO_VIDEO] = "no_video",
		[REASON_CODEC] = "codec",
		[REASON_NO_KEYFRAME] = "no_keyframe",
		[REASON_BAD_STREAM] = "bad_stream",
		[REASON_BAD_ADDRESS] = "bad_address",
		[REASON_NOT_PUSHED] = "not_pushed",
		[REASON_STORAGE] = "storage",
		[REASON_STOPPED] = "stopped",
	};
	return TEXTS[r];
}

struct scheme {
	const char *prefix;
	source_opener *open;
};

static enum err rtsp_open(const struct source_request *r, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	source_opener *open = text_is(r->reader, "libav") ? source_libav_open : source_rtsp_open;
	return open(r, out, reason, why);
}

static const struct scheme SCHEMES[] = {
	{ "rtsp://", rtsp_open },
	{ "rtsps://", source_libav_open },
	{ "push://", source_push_open },
	{ "http://", source_still_open },
	{ "https://", source_still_open },
	{ "gb28181://", source_gb_open },
	{ NULL, NULL },
};

enum err source_open(const struct source_request *r, struct stream_source **out,
	enum stream_reason *reason, struct fault *why)
{
	for (const struct scheme *s = SCHEMES; s->prefix; s++)
		if (text_starts(r->url, s->prefix))
			return s->open(r, out, reason, why);
	*out = NULL;
	*reason = REASON_BAD_ADDRESS;
	return fault(why, E_INVALID, "the address begins with none of the schemes that are known");
}
