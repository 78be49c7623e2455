#include "workers/media/rtsp_message.h"

#include <string.h>

#include "workers/media/span.h"

enum { FRAME_HEAD = 4 };

static enum rtsp_kind read_frame(struct bytes in, struct rtsp_unit *out)
{
	if (in.n < FRAME_HEAD)
		return RTSP_MORE;
	size_t n = (size_t)in.at[2] << 8 | in.at[3];
	if (in.n < FRAME_HEAD + n)
		return RTSP_MORE;
	out->channel = in.at[1];
	out->body = (struct bytes){ in.at + FRAME_HEAD, n };
	out->size += FRAME_HEAD + n;
	return RTSP_FRAME;
}

/* The length of the head with its empty line; 0 when it is not whole yet. */
static size_t head_length(struct bytes in)
{
	size_t end = in.n < RTSP_HEAD_MAX ? in.n : RTSP_HEAD_MAX;
	for (size_t i = 0; i < end; i++) {
		const uint8_t *p = memchr(in.at + i, '\n', end - i);
		if (!p)
			return 0;
		i = (size_t)(p - in.at);
		if (i + 1 < end && in.at[i + 1] == '\n')
			return i + 2;
		if (i + 2 < end && in.at[i + 1] == '\r' && in.at[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static bool is_method(struct bytes word)
{
	for (size_t i = 0; i < word.n; i++)
		if ((word.at[i] < 'A' || word.at[i] > 'Z') && word.at[i] != '_')
			return false;
	return word.n >= 3 && word.n <= 32;
}

/* RTSP/1.0 200 OK, or OPTIONS rtsp://... RTSP/1.0 */
static enum rtsp_kind read_start(struct bytes head, struct rtsp_unit *out)
{
	struct bytes line, word, rest;
	if (!span_line(&head, &line))
		return RTSP_BAD;
	rest = line;
	(void)span_cut(&rest, ' ', &word);
	if (!span_starts(word, "RTSP/"))
		return is_method(word) ? RTSP_REQUEST : RTSP_BAD;
	(void)span_cut(&rest, ' ', &word);
	out->status = (int)span_number(word, 599);
	return out->status >= 100 ? RTSP_ANSWER : RTSP_BAD;
}

/* What may begin a message: so that rubbish is refused at once, not after 16 KiB. */
static bool may_begin(struct bytes in)
{
	static const char RTSP[] = "RTSP/";
	size_t n = in.n < sizeof(RTSP) - 1 ? in.n : sizeof(RTSP) - 1;
	for (size_t i = 0; i < n; i++)
		if (in.at[i] != RTSP[i] && (in.at[i] < 'A' || in.at[i] > 'Z'))
			return false;
	return true;
}

static enum rtsp_kind read_message(struct bytes in, struct rtsp_unit *out)
{
	struct bytes value;
	if (!may_begin(in))
		return RTSP_BAD;
	size_t head = head_length(in);
	if (!head)
		return in.n >= RTSP_HEAD_MAX ? RTSP_BAD : RTSP_MORE;
	out->head = (struct bytes){ in.at, head };
	enum rtsp_kind kind = read_start(out->head, out);
	int64_t body = 0;
	if (rtsp_header(out, "Content-Length", 0, &value))
		body = span_number(value, RTSP_BODY_MAX);
	if (kind == RTSP_BAD || body < 0)
		return RTSP_BAD;
	if (in.n - head < (size_t)body)
		return RTSP_MORE;
	if (rtsp_header(out, "CSeq", 0, &value))
		out->cseq = span_number(value, INT32_MAX);
	out->body = (struct bytes){ in.at + head, (size_t)body };
	out->size += head + (size_t)body;
	return kind;
}

enum rtsp_kind rtsp_unit_read(struct bytes in, struct rtsp_unit *out)
{
	*out = (struct rtsp_unit){ .cseq = -1 };
	/* Some cameras end a body with a line end that they did not count. */
	while (in.n && (in.at[0] == '\r' || in.at[0] == '\n') && out->size < RTSP_HEAD_MAX) {
		in.at++;
		in.n--;
		out->size++;
	}
	if (!in.n)
		return RTSP_MORE;
	return in.at[0] == '$' ? read_frame(in, out) : read_message(in, out);
}

bool rtsp_header(const struct rtsp_unit *u, const char *name, int nth, struct bytes *value)
{
	struct bytes rest = u->head, line, key;
	if (!span_line(&rest, &line))
		return false;
	while (span_line(&rest, &line)) {
		*value = line;
		if (!span_cut(value, ':', &key) || !span_is(span_trim(key), name) || nth-- > 0)
			continue;
		*value = span_trim(*value);
		return true;
	}
	return false;
}
