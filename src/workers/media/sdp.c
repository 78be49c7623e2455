#include "workers/media/sdp.h"

#include <string.h>

#include "workers/media/span.h"

enum { CLOCK_USUAL = 90000, CLOCK_MAX = 10000000 };

/* The value of the next "a=name:value" of s; false when there is none. */
static bool next_attribute(struct bytes *s, const char *name, struct bytes *value)
{
	struct bytes line, key;
	while (span_line(s, &line)) {
		if (!span_starts(line, "a="))
			continue;
		*value = (struct bytes){ line.at + 2, line.n - 2 };
		if (span_cut(value, ':', &key) && span_is(span_trim(key), name)) {
			*value = span_trim(*value);
			return true;
		}
	}
	return false;
}

/* The next part that begins with a media line; before the first one *part is the session's. */
static void next_part(struct bytes *s, struct bytes *part)
{
	struct bytes rest = *s, line;
	*part = (struct bytes){ s->at, 0 };
	while (rest.n) {
		struct bytes behind = rest;
		(void)span_line(&behind, &line);
		if (part->n && span_starts(line, "m="))
			break;
		part->n += rest.n - behind.n;
		rest = behind;
	}
	*s = rest;
}

static enum stream_codec codec_of(struct bytes encoding)
{
	return span_is(encoding, "H264")				? CODEC_H264
	       : span_is(encoding, "H265") || span_is(encoding, "HEVC") ? CODEC_H265
									: CODEC_NONE;
}

/* a=rtpmap:96 H264/90000 */
static void read_rtpmap(struct bytes value, struct sdp *out)
{
	struct bytes payload, encoding;
	(void)span_cut(&value, ' ', &payload);
	value = span_trim(value);
	(void)span_cut(&value, '/', &encoding);
	int64_t number = span_number(payload, 127);
	if (number < 0)
		return;
	enum stream_codec codec = codec_of(encoding);
	if (!codec) {
		if (!*out->encoding)
			(void)span_copy(encoding, out->encoding, sizeof(out->encoding));
		return;
	}
	struct bytes clock;
	(void)span_cut(&value, '/', &clock);
	out->clock = span_number(span_trim(clock), CLOCK_MAX);
	if (out->clock < 1)
		out->clock = CLOCK_USUAL;
	out->codec = codec;
	out->payload = (unsigned)number;
}

/* One or more units in Base64, joined by commas; what does not fit is left out. */
static void add_units(struct bytes list, struct sdp *out)
{
	struct bytes one;
	bool more = list.n > 0;
	while (more) {
		uint8_t raw[PARAMETER_BYTES_MAX];
		more = span_cut(&list, ',', &one);
		size_t n = span_base64(span_trim(one), raw, sizeof(raw)), skip = 0;
		/* Some cameras keep the start code. */
		while (skip < n && skip < 4 && raw[skip] == 0)
			skip++;
		skip += skip >= 2 && skip < n && raw[skip] == 1;
		if (n <= skip || out->parameters_n + 4 + n - skip > sizeof(out->parameters))
			continue;
		memcpy(out->parameters + out->parameters_n, "\0\0\0\1", 4);
		memcpy(out->parameters + out->parameters_n + 4, raw + skip, n - skip);
		out->parameters_n += 4 + n - skip;
	}
}

/* True unless the units come interleaved: out of decoding order. */
static bool read_fmtp(struct bytes value, struct sdp *out)
{
	static const char *const SETS[] = { "sprop-parameter-sets", "sprop-vps", "sprop-sps",
		"sprop-pps", NULL };
	struct bytes payload, v;
	(void)span_cut(&value, ' ', &payload);
	if (span_number(payload, 127) != out->payload)
		return true;
	for (const char *const *name = SETS; *name; name++)
		if (span_parameter(value, ';', *name, &v))
			add_units(v, out);
	if (out->codec == CODEC_H264)
		return !span_parameter(value, ';', "packetization-mode", &v) || !span_is(v, "2");
	return !span_parameter(value, ';', "sprop-max-don-diff", &v) || span_number(v, 65535) == 0;
}

/* The video part: *reason says how it went. True when the search is over. */
static bool read_video(struct bytes part, struct sdp *out, enum stream_reason *reason)
{
	struct bytes rest = part, value;
	while (!out->codec && next_attribute(&rest, "rtpmap", &value))
		read_rtpmap(value, out);
	if (!out->codec) {
		*reason = REASON_CODEC;
		return false;
	}
	*reason = REASON_NONE;
	for (rest = part; next_attribute(&rest, "fmtp", &value);)
		if (!read_fmtp(value, out))
			*reason = REASON_BAD_STREAM;
	rest = part;
	if (next_attribute(&rest, "control", &value) &&
		!span_copy(value, out->control, sizeof(out->control)))
		*reason = REASON_BAD_STREAM;
	return true;
}

enum stream_reason sdp_read(struct bytes text, struct sdp *out)
{
	enum stream_reason reason = REASON_NO_VIDEO;
	struct bytes part, value;
	memset(out, 0, sizeof(*out));
	next_part(&text, &part);
	/* A description that begins with a media line has no part of the session. */
	if (!span_starts(part, "m=")) {
		struct bytes rest = part;
		if (next_attribute(&rest, "control", &value))
			(void)span_copy(value, out->session, sizeof(out->session));
		next_part(&text, &part);
	}
	for (; part.n; next_part(&text, &part))
		if (span_starts(part, "m=video") && read_video(part, out, &reason))
			break;
	return reason;
}
