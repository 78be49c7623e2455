#include "workers/gb/sip.h"

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINES_MAX = 64 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
	parser_init();
}

/* ---- lines ------------------------------------------------------------------------------- */

struct line {
	const char *at;
	size_t n; /* without its end */
};

/* The next line of [*at, end), which ends with LF; false when there is none. */
static bool next_line(const char **at, const char *end, struct line *out)
{
	if (*at >= end)
		return false;
	const char *lf = memchr(*at, '\n', (size_t)(end - *at));
	if (!lf)
		return false;
	out->at = *at;
	out->n = (size_t)(lf - *at);
	if (out->n && out->at[out->n - 1] == '\r')
		out->n--;
	*at = lf + 1;
	return true;
}

static bool is_header(const struct line *l, const char *name, const char *brief)
{
	const char *colon = memchr(l->at, ':', l->n);
	size_t n = colon ? (size_t)(colon - l->at) : 0;
	while (n && (l->at[n - 1] == ' ' || l->at[n - 1] == '\t'))
		n--;
	return (n == strlen(name) && strncasecmp(l->at, name, n) == 0) ||
	       (brief && n == strlen(brief) && strncasecmp(l->at, brief, n) == 0);
}

static struct line value_of(const struct line *l)
{
	const char *at = (const char *)memchr(l->at, ':', l->n) + 1, *end = l->at + l->n;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return (struct line){ at, (size_t)(end - at) };
}

/* Decimal, at most max; -1 when it is none. */
static int64_t number(const char *s, size_t n, int64_t max)
{
	int64_t v = 0;
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (!n || n > 10)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v <= max ? v : -1;
}

/* ---- a stream cut into messages ----------------------------------------------------------- */

ssize_t gb_sip_cut(struct bytes stream)
{
	const char *begin_at = (const char *)stream.at, *end = begin_at + stream.n, *at = begin_at;
	int64_t length = 0;
	struct line l;
	bool inside = false;
	if (stream.n == 0)
		return 0;
	while (next_line(&at, end, &l)) {
		if (at - begin_at > GB_SIP_HEAD_MAX)
			return -1;
		if (l.n == 0 && inside)
			break;
		if (l.n == 0)
			continue;
		inside = true;
		if (is_header(&l, "Content-Length", "l")) {
			struct line v = value_of(&l);
			length = number(v.at, v.n, GB_SIP_BODY_MAX);
			if (length < 0)
				return -1;
		}
	}
	if (!inside || at == begin_at || (at[-1] != '\n') || l.n != 0)
		return stream.n > GB_SIP_HEAD_MAX ? -1 : 0;
	return end - at >= length ? at - begin_at + length : 0;
}

/* ---- one message ------------------------------------------------------------------------- */

struct split {
	struct buf head;
	const char *type;
	int64_t length; /* -1: not said */
	const char *body, *end;
};

static enum err split_message(
	struct arena *a, struct bytes message, struct split *s, struct fault *why)
{
	const char *at = (const char *)message.at;
	struct line l;
	int lines = 0;
	bool whole = false;
	s->end = at + message.n;
	s->type = "";
	s->length = -1;
	while (!whole && next_line(&at, s->end, &l)) {
		if (++lines > LINES_MAX || at - (const char *)message.at > GB_SIP_HEAD_MAX)
			return fault(why, E_TOO_LARGE, "the head of a SIP message is too long");
		whole = l.n == 0;
		if (memchr(l.at, 0, l.n))
			return fault(why, E_INVALID, "a SIP message has a zero byte in its head");
		if (is_header(&l, "Content-Length", "l")) {
			struct line v = value_of(&l);
			s->length = number(v.at, v.n, GB_SIP_BODY_MAX);
			if (s->length < 0)
				return fault(why, E_INVALID, "Content-Length is not understood");
		} else if (is_header(&l, "Content-Type", "c")) {
			struct line v = value_of(&l);
			s->type = arena_copy(a, v.at, v.n);
		} else {
			buf_add(&s->head, l.at, l.n);
			buf_puts(&s->head, "\r\n");
		}
	}
	if (!whole)
		return fault(why, E_INVALID, "a SIP message without an end of its head");
	s->body = at;
	return OK;
}

/* Takes what osip allocated; "" for NULL. */
static const char *take(struct arena *a, char *s)
{
	char *copy = arena_dup(a, s);
	osip_free(s);
	return copy;
}

static const char *unquoted(struct arena *a, const char *s)
{
	size_t n = s ? strlen(s) : 0;
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"')
		return arena_copy(a, s + 1, n - 2);
	return arena_dup(a, s);
}

static const char *header(struct arena *a, osip_message_t *m, const char *name)
{
	osip_header_t *h = NULL;
	osip_message_header_get_byname(m, name, 0, &h);
	return arena_dup(a, h ? h->hvalue : NULL);
}

static const char *user_of(struct arena *a, const osip_uri_t *u)
{
	return arena_dup(a, u ? u->username : NULL);
}

static const char *tag_of(struct arena *a, osip_from_t *f)
{
	osip_generic_param_t *tag = NULL;
	osip_generic_param_get_byname(&f->gen_params, (char *)(uintptr_t) "tag", &tag);
	return arena_dup(a, tag ? tag->gvalue : NULL);
}

static const char *from_text(struct arena *a, osip_from_t *f)
{
	char *text = NULL;
	if (osip_from_to_str(f, &text))
		return "";
	return take(a, text);
}

static void read_vias(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	osip_list_iterator_t it;
	osip_via_t *v = osip_list_get_first(&m->vias, &it);
	osip_generic_param_t *branch = NULL;
	if (v)
		osip_via_param_get_byname(v, (char *)(uintptr_t) "branch", &branch);
	out->branch = arena_dup(a, branch ? branch->gvalue : NULL);
	for (; v && out->vias < GB_SIP_VIAS_MAX; v = osip_list_get_next(&it)) {
		char *text = NULL;
		if (osip_via_to_str(v, &text))
			continue;
		out->via[out->vias++] = take(a, text);
	}
}

static void read_auth(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	osip_authorization_t *z = NULL;
	osip_message_get_authorization(m, 0, &z);
	out->has_auth = z && z->username && z->response && z->nonce;
	out->auth = (struct gb_sip_auth){ "", "", "", "", "", "", "", "", "" };
	if (!out->has_auth)
		return;
	out->auth = (struct gb_sip_auth){
		.username = unquoted(a, z->username),
		.realm = unquoted(a, z->realm),
		.nonce = unquoted(a, z->nonce),
		.uri = unquoted(a, z->uri),
		.response = unquoted(a, z->response),
		.algorithm = unquoted(a, z->algorithm),
		.qop = unquoted(a, z->message_qop),
		.nc = unquoted(a, z->nonce_count),
		.cnonce = unquoted(a, z->cnonce),
	};
}

static void read_contact(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	osip_contact_t *c = NULL;
	osip_generic_param_t *expires = NULL;
	char *text = NULL;
	out->contact = "";
	osip_message_get_contact(m, 0, &c);
	if (!c || !c->url)
		return;
	if (osip_uri_to_str(c->url, &text) == 0)
		out->contact = take(a, text);
	osip_contact_param_get_byname(c, (char *)(uintptr_t) "expires", &expires);
	if (out->expires < 0 && expires && expires->gvalue)
		out->expires = number(expires->gvalue, strlen(expires->gvalue), UINT32_MAX);
}

static void read_expires(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	const char *text = header(a, m, "expires");
	out->expires = number(text, strlen(text), UINT32_MAX);
}

static void read_dialog(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	char *call_id = NULL;
	out->from = from_text(a, m->from);
	out->to = from_text(a, m->to);
	out->from_user = user_of(a, m->from->url);
	out->to_user = user_of(a, m->to->url);
	out->from_tag = tag_of(a, m->from);
	out->to_tag = tag_of(a, m->to);
	out->cseq = number(m->cseq->number, strlen(m->cseq->number), UINT32_MAX);
	out->cseq_method = arena_dup(a, m->cseq->method);
	if (osip_call_id_to_str(m->call_id, &call_id) == 0)
		out->call_id = take(a, call_id);
	out->call_id = arena_dup(a, out->call_id);
}

static void read_headers(struct arena *a, osip_message_t *m, struct gb_sip *out)
{
	osip_www_authenticate_t *w = NULL;
	char *challenge = NULL;
	read_vias(a, m, out);
	read_expires(a, m, out);
	read_contact(a, m, out);
	read_auth(a, m, out);
	out->event = header(a, m, "event");
	out->subscription_state = header(a, m, "subscription-state");
	out->user_agent = header(a, m, "user-agent");
	out->version = header(a, m, "x-gb-ver");
	osip_message_get_www_authenticate(m, 0, &w);
	if (w && osip_www_authenticate_to_str(w, &challenge) == 0)
		out->authenticate = take(a, challenge);
	out->authenticate = arena_dup(a, out->authenticate);
}

static enum err read_message(
	struct arena *a, osip_message_t *m, struct gb_sip *out, struct fault *why)
{
	char *uri = NULL;
	if (!m->from || !m->to || !m->call_id || !m->cseq || !m->cseq->method || !m->cseq->number)
		return fault(why, E_INVALID, "a SIP message lacks From, To, Call-ID or CSeq");
	out->status = m->status_code > 0 ? m->status_code : 0;
	out->method = arena_dup(a, m->sip_method);
	if (!out->status && !*out->method)
		return fault(why, E_INVALID, "a SIP message is neither request nor answer");
	if (m->req_uri && osip_uri_to_str(m->req_uri, &uri) == 0)
		out->uri = take(a, uri);
	out->uri = arena_dup(a, out->uri);
	out->uri_user = user_of(a, m->req_uri);
	read_dialog(a, m, out);
	if (out->cseq < 0 || !*out->call_id)
		return fault(why, E_INVALID, "a SIP message's CSeq or Call-ID is not understood");
	read_headers(a, m, out);
	return OK;
}

enum err gb_sip_parse(struct arena *a, struct bytes message, struct gb_sip *out, struct fault *why)
{
	struct split s = { .head = { .arena = a, .max = GB_SIP_HEAD_MAX + 2 * LINES_MAX } };
	osip_message_t *m = NULL;
	*out = (struct gb_sip){ .expires = -1 };
	if (message.n > GB_SIP_MESSAGE_MAX)
		return fault(why, E_TOO_LARGE, "a SIP message is above 72 KiB");
	TRY(split_message(a, message, &s, why));
	out->content_type = s.type;
	size_t there = (size_t)(s.end - s.body);
	size_t n = s.length < 0 || (size_t)s.length > there ? there : (size_t)s.length;
	if (n > GB_SIP_BODY_MAX)
		return fault(why, E_TOO_LARGE, "the body of a SIP message is above 64 KiB");
	out->body = (struct bytes){ (const uint8_t *)s.body, n };
	pthread_once(&once, begin);
	if (osip_message_init(&m))
		return fault(why, E_INTERNAL, "out of memory");
	enum err e = osip_message_parse(m, buf_text(&s.head), s.head.n)
			     ? fault(why, E_INVALID, "a SIP message is not understood")
			     : read_message(a, m, out, why);
	osip_message_free(m);
	return e;
}

/* ---- SDP --------------------------------------------------------------------------------- */

/* The next word of the line; n 0 at its end. */
static struct line word(struct line *l)
{
	while (l->n && *l->at == ' ')
		l->at++, l->n--;
	struct line w = { l->at, 0 };
	while (w.n < l->n && l->at[w.n] != ' ')
		w.n++;
	l->at += w.n;
	l->n -= w.n;
	return w;
}

static bool word_is(struct line w, const char *text)
{
	return w.n == strlen(text) && strncasecmp(w.at, text, w.n) == 0;
}

static void sdp_address(struct line v, struct gb_sdp *out)
{
	(void)word(&v), (void)word(&v);
	struct line w = word(&v);
	if (w.n < sizeof(out->address)) {
		memcpy(out->address, w.at, w.n);
		out->address[w.n] = '\0';
	}
}

static void sdp_media(struct line v, struct gb_sdp *out)
{
	if (!word_is(word(&v), "video"))
		return;
	struct line port = word(&v), proto = word(&v);
	int64_t n = number(port.at, port.n, 65535);
	out->port = n > 0 ? (int)n : 0;
	out->tcp = proto.n >= 3 && strncasecmp(proto.at, "TCP", 3) == 0;
}

static void sdp_attribute(struct line v, struct gb_sdp *out)
{
	struct line name = word(&v), what = word(&v);
	if (word_is(name, "setup:active"))
		out->active = true;
	if (name.n < 8 || strncasecmp(name.at, "rtpmap:", 7) != 0)
		return;
	int64_t type = number(name.at + 7, name.n - 7, 127);
	if (what.n >= 5 && strncasecmp(what.at, "H264/", 5) == 0)
		out->h264 = (int)type;
	if (what.n >= 5 && strncasecmp(what.at, "H265/", 5) == 0)
		out->h265 = (int)type;
	if (what.n >= 3 && strncasecmp(what.at, "PS/", 3) == 0)
		out->ps = (int)type;
}

/* As next_line(), but devices leave out the end of the last one. */
static bool sdp_line(const char **at, const char *end, struct line *out)
{
	if (next_line(at, end, out))
		return true;
	*out = (struct line){ *at, (size_t)(end - *at) };
	*at = end;
	return out->n > 0;
}

void gb_sdp_read(struct bytes body, struct gb_sdp *out)
{
	const char *at = (const char *)body.at, *end = at + body.n;
	struct line l;
	*out = (struct gb_sdp){ .h264 = -1, .h265 = -1, .ps = -1 };
	while (body.n && sdp_line(&at, end, &l)) {
		if (l.n < 2 || l.at[1] != '=')
			continue;
		struct line v = { l.at + 2, l.n - 2 };
		if (l.at[0] == 'c')
			sdp_address(v, out);
		else if (l.at[0] == 'm')
			sdp_media(v, out);
		else if (l.at[0] == 'a')
			sdp_attribute(v, out);
		else if (l.at[0] == 'y') {
			int64_t y = number(v.at, v.n, UINT32_MAX);
			out->has_ssrc = y >= 0;
			out->ssrc = y >= 0 ? (uint32_t)y : 0;
		}
	}
}
