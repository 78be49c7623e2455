/* What a publisher asks for, and the answers that encoders wait for before they send. */
#include "workers/media/amf.h"
#include "workers/media/rtmp_parts.h"

#include <string.h>

enum {
	NAME_MAX_SIZE = 32,
	KEY_TEXT_SIZE = 512, /* with what follows '?' */
	OUR_CHUNK_SIZE = 4096,
	OUR_WINDOW = 2500000,
	BANDWIDTH_DYNAMIC = 2,
	CAPABILITIES = 31,
};

struct question {
	uint8_t id[AMF_NUMBER_SIZE]; /* of the transaction, given back as it came */
	struct amf rest;	     /* behind the command object */
};

static enum err say(struct rtmp *r, const struct amf_out *o, uint8_t about, struct fault *why)
{
	if (o->full)
		return fault(why, E_INTERNAL, "an answer is too long");
	struct rtmp_message m = { .type = RTMP_COMMAND, .stream = about, .body = { o->at, o->n } };
	return rtmp_say(r, &m, why);
}

static void put_text(struct amf_out *o, const char *name, const char *value)
{
	amf_name(o, name);
	amf_put_string(o, value);
}

static void put_status(struct amf_out *o, const char *level, const char *code, const char *text)
{
	put_text(o, "level", level);
	put_text(o, "code", code);
	put_text(o, "description", text);
}

/* Window, bandwidth, chunk size, then the result. */
static enum err say_settings(struct rtmp *r, struct fault *why)
{
	uint8_t window[] = { 0, OUR_WINDOW >> 16, OUR_WINDOW >> 8 & 0xff, OUR_WINDOW & 0xff };
	uint8_t band[] = { 0, OUR_WINDOW >> 16, OUR_WINDOW >> 8 & 0xff, OUR_WINDOW & 0xff,
		BANDWIDTH_DYNAMIC };
	uint8_t chunk[] = { 0, 0, OUR_CHUNK_SIZE >> 8, OUR_CHUNK_SIZE & 0xff };
	TRY(rtmp_say(r, &(struct rtmp_message){ .type = RTMP_WINDOW, .body = { window, 4 } }, why));
	TRY(rtmp_say(
		r, &(struct rtmp_message){ .type = RTMP_BANDWIDTH, .body = { band, 5 } }, why));
	return rtmp_say(
		r, &(struct rtmp_message){ .type = RTMP_CHUNK_SIZE, .body = { chunk, 4 } }, why);
}

static enum err on_connect(struct rtmp *r, struct question *q, struct fault *why)
{
	struct amf_out o = { .n = 0 };
	TRY(say_settings(r, why));
	amf_put_string(&o, "_result");
	amf_put_raw(&o, q->id);
	amf_begin(&o);
	put_text(&o, "fmsVer", "FMS/3,0,1,123");
	amf_name(&o, "capabilities");
	amf_put_int(&o, CAPABILITIES);
	amf_end(&o);
	amf_begin(&o);
	put_status(&o, "status", "NetConnection.Connect.Success", "Connection succeeded.");
	amf_name(&o, "objectEncoding");
	amf_put_int(&o, 0);
	amf_end(&o);
	r->connected = true;
	return say(r, &o, 0, why);
}

/* createStream, and whatever only wants an answer. */
static enum err say_result(struct rtmp *r, struct question *q, bool stream, struct fault *why)
{
	struct amf_out o = { .n = 0 };
	amf_put_string(&o, "_result");
	amf_put_raw(&o, q->id);
	amf_put_null(&o);
	if (stream)
		amf_put_int(&o, RTMP_MEDIA_STREAM);
	else
		amf_put_undefined(&o);
	return say(r, &o, 0, why);
}

static enum err on_create(struct rtmp *r, struct question *q, struct fault *why)
{
	return say_result(r, q, true, why);
}

static enum err on_other(struct rtmp *r, struct question *q, struct fault *why)
{
	static const uint8_t ZERO[AMF_NUMBER_SIZE];
	if (memcmp(q->id, ZERO, sizeof(ZERO)) == 0)
		return OK; /* wants no answer */
	return say_result(r, q, false, why);
}

struct status {
	const char *level, *code, *text;
};

static enum err say_status(struct rtmp *r, const struct status *s, struct fault *why)
{
	struct amf_out o = { .n = 0 };
	amf_put_string(&o, "onStatus");
	amf_put_int(&o, 0);
	amf_put_null(&o);
	amf_begin(&o);
	put_status(&o, s->level, s->code, s->text);
	amf_end(&o);
	return say(r, &o, RTMP_MEDIA_STREAM, why);
}

static enum err refuse(struct rtmp *r, const char *code, const char *text, struct fault *why)
{
	struct status s = { "error", code, text };
	TRY(say_status(r, &s, why));
	return fault(why, E_FORBIDDEN, "%s", text);
}

static enum err on_publish(struct rtmp *r, struct question *q, struct fault *why)
{
	static const struct status STARTED = { "status", "NetStream.Publish.Start",
		"The stream is published." };
	static const uint8_t begin[] = { 0, 0, 0, 0, 0, RTMP_MEDIA_STREAM };
	char key[KEY_TEXT_SIZE];
	if (!r->connected)
		return fault(why, E_INVALID, "it publishes before it connects");
	if (r->publishing)
		return fault(why, E_INVALID, "it publishes twice");
	if (!amf_string(&q->rest, key, sizeof(key)))
		return refuse(r, "NetStream.Publish.BadName", "There is no stream key.", why);
	key[strcspn(key, "?")] = '\0';
	size_t n = strlen(key);
	if (n < 1 || n > RTMP_KEY_MAX || !r->sink.publish(r->sink.at, key))
		return refuse(
			r, "NetStream.Publish.BadName", "The stream key is not known here.", why);
	r->publishing = true;
	struct rtmp_message m = { .type = RTMP_USER, .body = { begin, sizeof(begin) } };
	TRY(rtmp_say(r, &m, why));
	return say_status(r, &STARTED, why);
}

static enum err on_play(struct rtmp *r, struct question *q, struct fault *why)
{
	(void)q;
	return refuse(r, "NetStream.Play.StreamNotFound", "Nothing is played here.", why);
}

/* FCUnpublish and deleteStream both come at the end. */
static enum err on_end(struct rtmp *r, struct question *q, struct fault *why)
{
	static const struct status ENDED = { "status", "NetStream.Unpublish.Success",
		"The stream is no longer published." };
	if (!r->publishing)
		return on_other(r, q, why);
	r->publishing = false;
	r->sink.unpublish(r->sink.at);
	return say_status(r, &ENDED, why);
}

struct command {
	const char *name;
	enum err (*run)(struct rtmp *r, struct question *q, struct fault *why);
};

static const struct command COMMANDS[] = {
	{ "connect", on_connect },
	{ "createStream", on_create },
	{ "publish", on_publish },
	{ "play", on_play },
	{ "play2", on_play },
	{ "FCUnpublish", on_end },
	{ "closeStream", on_end },
	{ "deleteStream", on_end },
	/* Answers to what we never asked. */
	{ "_result", NULL },
	{ "_error", NULL },
	{ "onStatus", NULL },
};

enum err rtmp_command(struct rtmp *r, struct bytes body, struct fault *why)
{
	struct amf a = { body.at, body.at + body.n };
	struct question q;
	char name[NAME_MAX_SIZE];
	if (!amf_string(&a, name, sizeof(name)))
		return fault(why, E_INVALID, "a command is not understood");
	/* Some leave out the number, or the object after it. */
	if (!amf_number(&a, q.id))
		memset(q.id, 0, sizeof(q.id));
	if (a.at < a.end && !amf_skip(&a))
		return fault(why, E_INVALID, "a command is not understood");
	q.rest = a;
	for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(*COMMANDS); i++)
		if (text_is(COMMANDS[i].name, name))
			return COMMANDS[i].run ? COMMANDS[i].run(r, &q, why) : OK;
	return on_other(r, &q, why);
}
