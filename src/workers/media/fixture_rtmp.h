/* For the tests beside: what an encoder would send over RTMP, as bytes. */
#ifndef WORKERS_MEDIA_FIXTURE_RTMP_H
#define WORKERS_MEDIA_FIXTURE_RTMP_H

#include <stdlib.h>
#include <string.h>

#include "workers/media/rtmp_parts.h"

struct wire {
	uint8_t *at;
	size_t n, room;
	size_t chunk; /* size of the chunks it sends; 0: 128 */
};

static inline void wire_add(struct wire *w, const void *at, size_t n)
{
	if (w->n + n > w->room) {
		w->room = (w->n + n) * 2;
		w->at = realloc(w->at, w->room);
	}
	if (n)
		memcpy(w->at + w->n, at, n);
	w->n += n;
}

static inline void wire_big(struct wire *w, uint32_t v, size_t n)
{
	while (n--) {
		uint8_t b = (uint8_t)(v >> 8 * n);
		wire_add(w, &b, 1);
	}
}

static inline void wire_free(struct wire *w)
{
	free(w->at);
	*w = (struct wire){ 0 };
}

static inline void wire_hello(struct wire *w)
{
	uint8_t c[1 + 2 * RTMP_HELLO] = { 3 };
	wire_add(w, c, sizeof(c));
}

/* In chunks of format 0 and 3 on that chunk stream. */
static inline void wire_message(struct wire *w, uint8_t chunks, const struct rtmp_message *m)
{
	size_t size = w->chunk ? w->chunk : 128;
	bool extended = m->ms >= 0xffffff;
	wire_big(w, chunks, 1);
	wire_big(w, extended ? 0xffffff : (uint32_t)m->ms, 3);
	wire_big(w, (uint32_t)m->body.n, 3);
	wire_big(w, m->type, 1);
	wire_big(w, (uint32_t)m->stream << 24, 4);
	for (size_t done = 0; done < m->body.n || done == 0;) {
		size_t n = m->body.n - done < size ? m->body.n - done : size;
		if (done)
			wire_big(w, 0xc0u | chunks, 1);
		if (extended)
			wire_big(w, (uint32_t)m->ms, 4);
		wire_add(w, m->body.at + done, n);
		done += n ? n : 1;
	}
}

static inline void wire_string(struct wire *w, const char *s)
{
	wire_big(w, 2, 1);
	wire_big(w, (uint32_t)strlen(s), 2);
	wire_add(w, s, strlen(s));
}

/* command(id, null, text): text may be NULL. */
static inline void wire_command(struct wire *w, const char *name, uint8_t id, const char *text)
{
	struct wire body = { 0 };
	uint8_t number[9] = { 0, 0x40, id };
	wire_string(&body, name);
	wire_add(&body, number, sizeof(number));
	wire_big(&body, 5, 1);
	if (text)
		wire_string(&body, text);
	struct rtmp_message m = { .type = RTMP_COMMAND, .body = { body.at, body.n } };
	wire_message(w, 3, &m);
	wire_free(&body);
}

static inline void wire_chunk_size(struct wire *w, uint32_t size)
{
	struct wire body = { 0 };
	wire_big(&body, size, 4);
	struct rtmp_message m = { .type = RTMP_CHUNK_SIZE, .body = { body.at, body.n } };
	wire_message(w, 2, &m);
	wire_free(&body);
	w->chunk = size;
}

/* Everything up to publishing. */
static inline void wire_begin(struct wire *w, const char *key)
{
	wire_hello(w);
	wire_command(w, "connect", 1, NULL);
	wire_command(w, "releaseStream", 2, key);
	wire_command(w, "FCPublish", 3, key);
	wire_command(w, "createStream", 4, NULL);
	wire_command(w, "publish", 5, key);
	wire_chunk_size(w, 60000);
}

static inline void wire_video(struct wire *w, int64_t ms, struct bytes head, struct bytes body)
{
	struct wire tag = { 0 };
	wire_add(&tag, head.at, head.n);
	wire_add(&tag, body.at, body.n);
	struct rtmp_message m = {
		.type = RTMP_VIDEO, .stream = 1, .ms = ms, .body = { tag.at, tag.n }
	};
	wire_message(w, 6, &m);
	wire_free(&tag);
}

#endif
