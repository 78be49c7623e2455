#include "workers/media/rtmp_parts.h"

#include <stdlib.h>
#include <string.h>

enum {
	VERSION = 3,
	CHUNK_SIZE_AT_FIRST = 128,
	CHUNK_SIZE_MAX = 0xffffff,
	WINDOW_USUAL = 2500000,
	WINDOW_LEAST = 64 << 10,
	TIME_FULL = 0xffffff, /* the time field's value that says: see the extended one */
	KEEP_ROOM = 1 << 20,  /* a larger buffer is given back after its message */
	USER_PING = 6,
	USER_PONG = 7,
};

#define TIME_MAX_MS (INT64_C(1) << 50) /* so that ticks never overflow */

static const uint8_t HEAD_SIZES[] = { 11, 7, 3, 0 };

struct rtmp *rtmp_new(const struct rtmp_sink *sink)
{
	struct rtmp *r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	r->sink = *sink;
	r->chunk_size = CHUNK_SIZE_AT_FIRST;
	r->window = WINDOW_USUAL;
	return r;
}

void rtmp_free(struct rtmp *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < RTMP_STREAMS_MAX; i++)
		free(r->streams[i].at);
	free(r->hello);
	free(r->out);
	free(r);
}

bool rtmp_publishing(const struct rtmp *r)
{
	return r->publishing;
}

static uint32_t big(const uint8_t *p, size_t n)
{
	uint32_t v = 0;
	while (n--)
		v = v << 8 | *p++;
	return v;
}

static void put_big(uint8_t *p, size_t n, uint32_t v)
{
	for (; n--; v >>= 8)
		p[n] = (uint8_t)v;
}

/* ---- out --------------------------------------------------------------------------------- */

struct bytes rtmp_out(const struct rtmp *r)
{
	return (struct bytes){ r->out, r->out_n };
}

void rtmp_sent(struct rtmp *r, size_t n)
{
	if (!n)
		return;
	r->out_n -= n;
	memmove(r->out, r->out + n, r->out_n);
}

enum err rtmp_say_raw(struct rtmp *r, struct bytes b, struct fault *why)
{
	if (b.n > RTMP_OUT_MAX - r->out_n)
		return fault(why, E_TOO_LARGE, "it does not read what it is told");
	uint8_t *more = realloc(r->out, r->out_n + b.n);
	if (!more)
		abort();
	r->out = more;
	memcpy(r->out + r->out_n, b.at, b.n);
	r->out_n += b.n;
	return OK;
}

enum err rtmp_say(struct rtmp *r, const struct rtmp_message *m, struct fault *why)
{
	uint8_t head[12] = { 0 };
	head[0] = m->type == RTMP_COMMAND ? 3 : 2; /* chunk stream; format 0 */
	put_big(head + 4, 3, (uint32_t)m->body.n);
	head[7] = m->type;
	head[8] = m->stream; /* the least significant byte comes first */
	TRY(rtmp_say_raw(r, (struct bytes){ head, sizeof(head) }, why));
	return rtmp_say_raw(r, m->body, why);
}

static enum err acknowledge(struct rtmp *r, struct fault *why)
{
	uint8_t body[4];
	if (r->received - r->acknowledged < r->window)
		return OK;
	r->acknowledged = r->received;
	put_big(body, 4, (uint32_t)r->received);
	return rtmp_say(r, &(struct rtmp_message){ .type = RTMP_ACK, .body = { body, 4 } }, why);
}

/* ---- messages ---------------------------------------------------------------------------- */

static enum err too_short(struct fault *why)
{
	return fault(why, E_INVALID, "a control message is too short");
}

static void abort_message(struct rtmp *r, uint32_t id)
{
	for (size_t i = 0; i < RTMP_STREAMS_MAX; i++)
		if (r->streams[i].id == id)
			r->streams[i].got = 0;
}

static enum err control(struct rtmp *r, const struct rtmp_message *m, struct fault *why)
{
	if (m->body.n < 4)
		return too_short(why);
	uint32_t v = big(m->body.at, 4);
	if (m->type == RTMP_ABORT) {
		abort_message(r, v);
	} else if (m->type == RTMP_WINDOW) {
		r->window = v < WINDOW_LEAST ? WINDOW_LEAST : v;
	} else if (m->type == RTMP_CHUNK_SIZE) {
		if (v < 1 || v > CHUNK_SIZE_MAX)
			return fault(why, E_INVALID, "a chunk size out of range");
		r->chunk_size = v;
	}
	return OK;
}

static enum err user_control(struct rtmp *r, struct bytes body, struct fault *why)
{
	uint8_t pong[6] = { 0, USER_PONG };
	if (body.n < 2)
		return too_short(why);
	if (big(body.at, 2) != USER_PING)
		return OK;
	if (body.n < 6)
		return too_short(why);
	memcpy(pong + 2, body.at + 2, 4);
	return rtmp_say(r, &(struct rtmp_message){ .type = RTMP_USER, .body = { pong, 6 } }, why);
}

static enum err understand(struct rtmp *r, const struct rtmp_message *m, struct fault *why)
{
	switch (m->type) {
	case RTMP_CHUNK_SIZE:
	case RTMP_ABORT:
	case RTMP_ACK:
	case RTMP_WINDOW:
	case RTMP_BANDWIDTH:
		return control(r, m, why);
	case RTMP_USER:
		return user_control(r, m->body, why);
	case RTMP_VIDEO:
		if (r->publishing)
			r->sink.video(r->sink.at, m->ms, m->body);
		return OK;
	case RTMP_COMMAND3:
		if (m->body.n < 1)
			return too_short(why);
		return rtmp_command(r, (struct bytes){ m->body.at + 1, m->body.n - 1 }, why);
	case RTMP_COMMAND:
		return rtmp_command(r, m->body, why);
	default:
		return OK; /* sound, metadata, and what else there may be */
	}
}

static bool kept(uint8_t type)
{
	return (type >= RTMP_CHUNK_SIZE && type <= RTMP_BANDWIDTH) || type == RTMP_VIDEO ||
	       type == RTMP_COMMAND || type == RTMP_COMMAND3;
}

static enum err message_done(struct rtmp *r, struct rtmp_chunks *c, struct fault *why)
{
	static const uint8_t nothing[1];
	struct rtmp_message m = {
		.type = c->type, .ms = c->ms, .body = { c->at ? c->at : nothing, c->got }
	};
	c->got = 0;
	enum err e = kept(c->type) ? understand(r, &m, why) : OK;
	if (c->room > KEEP_ROOM) {
		free(c->at);
		c->at = NULL;
		c->room = 0;
	}
	return e;
}

/* ---- bodies of chunks -------------------------------------------------------------------- */

static size_t held(const struct rtmp *r)
{
	size_t n = 0;
	for (size_t i = 0; i < RTMP_STREAMS_MAX; i++)
		n += r->streams[i].room;
	return n;
}

/* Room grows with what came, never beyond the message. */
static enum err make_room(struct rtmp *r, struct rtmp_chunks *c, size_t n, struct fault *why)
{
	size_t room = c->room ? c->room : 1024;
	if (c->got + n <= c->room)
		return OK;
	while (room < c->got + n)
		room *= 2;
	room = room < c->length ? room : c->length;
	if (held(r) - c->room + room > RTMP_HELD_MAX)
		return fault(why, E_TOO_LARGE, "too much is begun and not ended");
	c->at = realloc(c->at, room);
	if (!c->at)
		abort();
	c->room = room;
	return OK;
}

static enum err take_body(struct rtmp *r, struct bytes *in, struct fault *why)
{
	struct rtmp_chunks *c = r->now;
	size_t n = in->n < r->chunk_left ? in->n : r->chunk_left;
	if (n && kept(c->type)) {
		TRY(make_room(r, c, n, why));
		memcpy(c->at + c->got, in->at, n);
	}
	c->got += n;
	r->chunk_left -= n;
	*in = (struct bytes){ in->at + n, in->n - n };
	if (r->chunk_left)
		return OK;
	r->state = RTMP_HEAD;
	return c->got == c->length ? message_done(r, c, why) : OK;
}

/* ---- heads of chunks --------------------------------------------------------------------- */

static size_t basic_size(const struct rtmp *r)
{
	unsigned id = r->head[0] & 0x3f;
	return id == 0 ? 2 : id == 1 ? 3 : 1;
}

static uint32_t head_id(const struct rtmp *r)
{
	uint32_t id = r->head[0] & 0x3f;
	if (id == 0)
		return 64u + r->head[1];
	return id == 1 ? 64u + r->head[1] + 256u * r->head[2] : id;
}

/* The chunk stream of that number: one that is known, else a free place; NULL when all are taken.
 */
static struct rtmp_chunks *stream_of(struct rtmp *r, uint32_t id)
{
	struct rtmp_chunks *empty = NULL;
	for (size_t i = RTMP_STREAMS_MAX; i-- > 0;) {
		if (r->streams[i].id == id)
			return &r->streams[i];
		if (!r->streams[i].id)
			empty = &r->streams[i];
	}
	return empty;
}

/* How long the head is, as far as one can tell by now: it grows as more is known. */
static size_t head_size(struct rtmp *r)
{
	size_t basic, n;
	unsigned format = r->head[0] >> 6;
	if (r->head_n < 1 || r->head_n < basic_size(r))
		return r->head_n < 1 ? 1 : basic_size(r);
	basic = basic_size(r);
	n = basic + HEAD_SIZES[format];
	if (r->head_n < n)
		return n;
	if (format < 3)
		return n + (big(r->head + basic, 3) == TIME_FULL ? 4 : 0);
	const struct rtmp_chunks *c = stream_of(r, head_id(r));
	return n + (c && c->id && c->extended ? 4 : 0);
}

static enum err check_length(const struct rtmp *r, const struct rtmp_chunks *c, struct fault *why)
{
	if (!kept(c->type))
		return OK;
	uint32_t most =
		r->publishing && c->type == RTMP_VIDEO ? RTMP_MESSAGE_MAX : RTMP_COMMAND_MAX;
	return c->length <= most ? OK : fault(why, E_TOO_LARGE, "a message of %u bytes", c->length);
}

/* A head of format 0, 1 or 2: p behind the basic part. */
static void read_head(struct rtmp_chunks *c, unsigned format, const uint8_t *p)
{
	c->field = big(p, 3);
	c->extended = c->field == TIME_FULL;
	if (c->extended)
		c->field = big(p + HEAD_SIZES[format], 4);
	if (format > 1)
		return;
	c->length = big(p + 3, 3);
	c->type = p[6];
}

/* A new message begins: its time. */
static void advance(struct rtmp_chunks *c, unsigned format)
{
	if (format == 0)
		c->ms += (int32_t)(c->field - (uint32_t)c->ms);
	else
		c->ms += c->field;
}

/* The continuation's four bytes repeat the extended time with most senders, and are the body
 * already with some. Whatever of them belongs to the body is put in front of *rest. */
static size_t continued(const struct rtmp *r, const struct rtmp_chunks *c, size_t basic)
{
	return c->extended && big(r->head + basic, 4) != c->field ? 4 : 0;
}

static enum err begin_chunk(struct rtmp *r, struct rtmp_chunks *c, struct fault *why)
{
	size_t basic = basic_size(r);
	unsigned format = r->head[0] >> 6;
	if (format < 3 && c->got)
		return fault(why, E_INVALID, "a message begins within another");
	if (format >= 2 && !c->id)
		return fault(why, E_INVALID, "a chunk continues nothing");
	c->id = head_id(r);
	if (format < 3)
		read_head(c, format, r->head + basic);
	if (c->got == 0)
		advance(c, format);
	if (c->ms > TIME_MAX_MS || c->ms < -TIME_MAX_MS)
		return fault(why, E_INVALID, "its times run away");
	TRY(check_length(r, c, why));
	size_t left = c->length - c->got;
	r->now = c;
	r->chunk_left = left < r->chunk_size ? left : r->chunk_size;
	r->state = RTMP_BODY;
	return OK;
}

static enum err feed_some(struct rtmp *r, struct bytes *in, struct fault *why);

static enum err head_done(struct rtmp *r, struct fault *why)
{
	uint8_t over[4];
	struct rtmp_chunks *c = stream_of(r, head_id(r));
	if (!c)
		return fault(why, E_TOO_LARGE, "too many chunk streams");
	size_t n = r->head[0] >> 6 == 3 && c->id ? continued(r, c, basic_size(r)) : 0;
	memcpy(over, r->head + basic_size(r), n);
	TRY(begin_chunk(r, c, why));
	r->head_n = 0;
	if (!r->chunk_left) { /* a message without a body */
		struct bytes none = { over, 0 };
		TRY(take_body(r, &none, why));
	}
	struct bytes rest = { over, n };
	while (rest.n)
		TRY(feed_some(r, &rest, why));
	return OK;
}

static enum err take_head(struct rtmp *r, struct bytes *in, struct fault *why)
{
	size_t whole = head_size(r), n = whole - r->head_n;
	n = n < in->n ? n : in->n;
	memcpy(r->head + r->head_n, in->at, n);
	r->head_n += n;
	*in = (struct bytes){ in->at + n, in->n - n };
	return r->head_n == head_size(r) ? head_done(r, why) : OK;
}

/* ---- handshake --------------------------------------------------------------------------- */

/* C1 is whole: S0, S1 (no version: the plain handshake), S2. */
static enum err answer_hello(struct rtmp *r, struct fault *why)
{
	uint8_t s[1 + RTMP_HELLO] = { VERSION };
	random_bytes(s + 9, RTMP_HELLO - 8);
	TRY(rtmp_say_raw(r, (struct bytes){ s, sizeof(s) }, why));
	return rtmp_say_raw(r, (struct bytes){ r->hello, RTMP_HELLO }, why);
}

static enum err take_hello(struct rtmp *r, struct bytes *in, struct fault *why)
{
	if (r->state == RTMP_C0) {
		if (in->at[0] != VERSION)
			return fault(why, E_INVALID, "this is not RTMP");
		*in = (struct bytes){ in->at + 1, in->n - 1 };
		r->hello = malloc(RTMP_HELLO);
		if (!r->hello)
			abort();
		r->state = RTMP_C1;
		return OK;
	}
	size_t n = RTMP_HELLO - r->hello_n;
	n = n < in->n ? n : in->n;
	if (r->state == RTMP_C1)
		memcpy(r->hello + r->hello_n, in->at, n);
	r->hello_n += n;
	*in = (struct bytes){ in->at + n, in->n - n };
	if (r->hello_n < RTMP_HELLO)
		return OK;
	r->hello_n = 0;
	if (r->state == RTMP_C1) {
		TRY(answer_hello(r, why));
		r->state = RTMP_C2; /* what it echoes is of no use */
	} else {
		free(r->hello);
		r->hello = NULL;
		r->state = RTMP_HEAD;
	}
	return OK;
}

static enum err feed_some(struct rtmp *r, struct bytes *in, struct fault *why)
{
	if (r->state < RTMP_HEAD)
		return take_hello(r, in, why);
	return r->state == RTMP_HEAD ? take_head(r, in, why) : take_body(r, in, why);
}

enum err rtmp_feed(struct rtmp *r, struct bytes in, struct fault *why)
{
	enum err e = r->given_up ? fault(why, E_INVALID, "it was told to go") : OK;
	r->received += in.n;
	while (in.n && !e)
		e = feed_some(r, &in, why);
	if (!e)
		e = acknowledge(r, why);
	r->given_up = e != OK;
	return e;
}
