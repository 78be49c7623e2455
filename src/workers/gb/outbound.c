/* Requests of ours with their timers (RFC 3261 17.1), and answers to others' requests. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/gb/private.h"

void new_token(char *out, size_t size)
{
	uint8_t b[12];
	char hex[2 * sizeof(b) + 1];
	random_bytes(b, sizeof(b));
	hex_encode(hex, b, sizeof(b));
	snprintf(out, size, "%s", hex);
}

static const char *host_of(struct arena *a, const struct peer *peer)
{
	char text[INET_ADDRSTRLEN] = "";
	inet_ntop(AF_INET, &peer->at.sin_addr, text, sizeof(text));
	return arena_dup(a, text);
}

static char *write_request(
	struct gb_platform *p, const struct peer *to, const struct request *r, const char *branch)
{
	struct arena *a = p->arena;
	const char *tag = r->to_tag && *r->to_tag ? arena_printf(a, ";tag=%s", r->to_tag) : "";
	struct buf b = { .arena = a };
	buf_printf(&b, "%s sip:%s@%s:%d SIP/2.0\r\n", r->method, r->target, host_of(a, to),
		ntohs(to->at.sin_port));
	buf_printf(&b, "Via: SIP/2.0/%s %s:%d;rport;branch=%s\r\n",
		to->connection < 0 ? "UDP" : "TCP", p->address, p->port, branch);
	buf_printf(&b, "From: <sip:%s@%s>;tag=%s\r\nTo: <sip:%s@%s>%s\r\n", p->id, p->domain,
		r->tag, r->target, p->domain, tag);
	buf_printf(&b, "Call-ID: %s\r\nCSeq: %u %s\r\n", r->call_id, r->cseq,
		text_is(r->method, "ACK") ? "ACK" : r->method);
	buf_printf(&b, "Contact: <sip:%s@%s:%d>\r\nMax-Forwards: 70\r\nUser-Agent: Shian\r\n",
		p->id, p->address, p->port);
	buf_puts(&b, r->headers ? r->headers : "");
	if (r->body.n)
		buf_printf(&b, "Content-Type: %s\r\n", r->type);
	buf_printf(&b, "Content-Length: %zu\r\n\r\n", r->body.n);
	buf_add(&b, r->body.at, r->body.n);
	return b.s;
}

struct transaction *request_send(
	struct gb_platform *p, const struct peer *to, const struct request *r)
{
	struct transaction *t = calloc(1, sizeof(*t));
	char token[28];
	if (!t)
		abort();
	new_token(token, sizeof(token));
	snprintf(t->branch, sizeof(t->branch), "z9hG4bK%s", token);
	if (r->branch)
		snprintf(t->branch, sizeof(t->branch), "%s", r->branch);
	char *text = write_request(p, to, r, t->branch);
	size_t n = strlen(text);
	send_text(p, to, text, n);
	if (text_is(r->method, "ACK")) {
		free(t);
		return NULL;
	}
	int64_t now = clock_mono();
	snprintf(t->method, sizeof(t->method), "%s", r->method);
	t->text = strdup(text);
	if (!t->text)
		abort();
	t->n = n;
	t->to = *to;
	t->interval = T1_MS;
	t->again = now + T1_MS;
	t->deadline = now + TRANSACTION_MS;
	t->answered = r->answered;
	t->about = r->about;
	t->next = p->transactions;
	p->transactions = t;
	return t;
}

static void sweep(struct gb_platform *p)
{
	for (struct transaction **at = &p->transactions; *at;) {
		struct transaction *t = *at;
		if (!t->done) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		free(t->text);
		free(t);
	}
}

void transactions_turn(struct gb_platform *p, int64_t now)
{
	for (struct transaction *t = p->transactions; t; t = t->next) {
		if (t->done)
			continue;
		if (now >= t->deadline) {
			t->done = true;
			if (t->answered)
				t->answered(p, t, NULL);
		} else if (now >= t->again && t->to.connection < 0) {
			send_text(p, &t->to, t->text, t->n);
			t->interval *= 2;
			if (t->interval > T2_MS && !text_is(t->method, "INVITE"))
				t->interval = T2_MS;
			t->again = now + t->interval;
		}
	}
	sweep(p);
}

void on_answer(struct gb_platform *p, const struct gb_sip *m)
{
	for (struct transaction *t = p->transactions; t; t = t->next) {
		if (t->done || !text_is(t->branch, m->branch) ||
			!text_is(t->method, m->cseq_method))
			continue;
		if (m->status < 200) { /* it is being worked on: no need to say it again */
			t->again = t->deadline;
			if (t->answered)
				t->answered(p, t, m);
			return;
		}
		t->done = true;
		if (t->answered)
			t->answered(p, t, m);
		return;
	}
	if (text_is(m->cseq_method, "INVITE"))
		on_invite_answer(p, m); /* said again, or late */
}

static uint64_t mix(uint64_t h, const void *at, size_t n)
{
	const uint8_t *b = at;
	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(1099511628211); /* FNV-1a */
	return h;
}

/* Keyed, so that nobody makes two requests look the same. */
static uint64_t key_of(const struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	uint64_t h = mix(UINT64_C(14695981039346656037), p->key, sizeof(p->key));
	h = mix(h, m->branch, strlen(m->branch) + 1);
	h = mix(h, m->call_id, strlen(m->call_id) + 1);
	h = mix(h, m->cseq_method, strlen(m->cseq_method) + 1);
	h = mix(h, &m->cseq, sizeof(m->cseq));
	h = mix(h, &from->at.sin_addr, sizeof(from->at.sin_addr));
	return mix(h, &from->at.sin_port, sizeof(from->at.sin_port));
}

/* The places where it may lie; the first of them. */
static struct said *places_of(struct gb_platform *p, uint64_t key)
{
	return &p->answers[key % (ANSWERS / ANSWER_PLACES) * ANSWER_PLACES];
}

bool answer_again(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	uint64_t key = key_of(p, m, from);
	const struct said *s = places_of(p, key);
	for (int i = 0; from->connection < 0 && i < ANSWER_PLACES; i++) {
		if (!s[i].text || s[i].key != key || clock_mono() > s[i].until)
			continue;
		send_text(p, from, s[i].text, s[i].n);
		return true;
	}
	return false;
}

static void keep_answer(struct gb_platform *p, uint64_t key, const struct buf *b)
{
	struct said *s = places_of(p, key), *oldest = s;
	for (int i = 1; i < ANSWER_PLACES; i++)
		if (s[i].until < oldest->until)
			oldest = &s[i];
	free(oldest->text);
	*oldest = (struct said){ key, clock_mono() + ANSWER_KEPT_MS, strdup(b->s), b->n };
}

/* The topmost Via goes back with where it really came from (RFC 3581 4). */
static void put_via(struct buf *b, const char *via, const struct peer *to)
{
	const char *rport = strstr(via, ";rport");
	char port[32];
	snprintf(port, sizeof(port), ";rport=%d", ntohs(to->at.sin_port));
	buf_puts(b, "Via: ");
	if (rport && rport[6] != '=') {
		buf_add(b, via, (size_t)(rport - via));
		buf_puts(b, port);
		buf_puts(b, rport + 6);
	} else {
		buf_puts(b, via);
	}
	buf_printf(b, ";received=%s\r\n", host_of(b->arena, to));
}

void answer_send(struct gb_platform *p, const struct gb_sip *m, const struct peer *to,
	const char *status_and_headers)
{
	const char *end = strstr(status_and_headers, "\r\n");
	struct buf b = { .arena = p->arena };
	buf_puts(&b, "SIP/2.0 ");
	buf_add(&b, status_and_headers, (size_t)(end - status_and_headers) + 2);
	for (size_t i = 0; i < m->vias; i++) {
		if (i == 0)
			put_via(&b, m->via[i], to);
		else
			buf_printf(&b, "Via: %s\r\n", m->via[i]);
	}
	buf_printf(&b, "From: %s\r\nTo: %s", m->from, m->to);
	if (!*m->to_tag) {
		char tag[28];
		new_token(tag, sizeof(tag));
		buf_printf(&b, ";tag=%s", tag);
	}
	buf_printf(&b, "\r\nCall-ID: %s\r\nCSeq: %" PRId64 " %s\r\nUser-Agent: Shian\r\n",
		m->call_id, m->cseq, m->cseq_method);
	buf_puts(&b, end + 2);
	buf_puts(&b, "Content-Length: 0\r\n\r\n");
	send_text(p, to, b.s, b.n);
	if (to->connection < 0)
		keep_answer(p, key_of(p, m, to), &b);
}
