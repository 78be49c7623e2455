/* Server-sent events. A stream with nothing to say has its connection suspended; whoever sends an
 * event appends it to the subscribers' queues and resumes those that were suspended. One lock
 * guards all queues: under it the library's own lock is taken, never the other way round.
 */
#include "core/http/private.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

/* One event's bytes, shared by the queues it stands in. */
struct message {
	int uses;
	size_t n;
	char text[];
};

struct subscriber {
	struct events *events;
	struct subscriber *next, **link; /* link is NULL after it left */
	struct client *client;
	struct MHD_Connection *mhd;
	char *audience;
	struct message **ring; /* of events->waiting places */
	int first, n;
	size_t sent; /* of the first message */
	bool suspended;
};

struct events {
	pthread_mutex_t lock;
	struct subscriber *all;
	int n, most, waiting;
	bool over;
};

struct events *events_open(int most, int waiting)
{
	struct events *e = calloc(1, sizeof(*e));
	if (!e)
		abort();
	pthread_mutex_init(&e->lock, NULL);
	e->most = most;
	e->waiting = waiting;
	return e;
}

void events_close(struct events *e)
{
	if (!e)
		return;
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* ---- messages (all under the lock) ---------------------------------------------------------- */

static struct message *message_new(const char *text, size_t n)
{
	struct message *m = malloc(sizeof(*m) + n);
	if (!m)
		abort();
	m->uses = 1;
	m->n = n;
	memcpy(m->text, text, n);
	return m;
}

static void message_drop(struct message *m)
{
	if (--m->uses == 0)
		free(m);
}

static void wake(struct subscriber *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	MHD_resume_connection(s->mhd);
}

static void unlink_subscriber(struct subscriber *s)
{
	if (!s->link)
		return;
	*s->link = s->next;
	if (s->next)
		s->next->link = s->link;
	s->link = NULL;
	s->events->n--;
}

/* A client that does not read fast enough is dropped: it will come back and ask for what it missed.
 * Its socket is open as long as it stands in the list. */
static void append(struct subscriber *s, struct message *m)
{
	if (s->n == s->events->waiting) {
		client_shut(s->client);
		wake(s);
		unlink_subscriber(s);
		return;
	}
	s->ring[(s->first + s->n++) % s->events->waiting] = m;
	m->uses++;
	wake(s);
}

static void append_to_all(struct events *e, const char *audience, const char *text, size_t n)
{
	struct message *m = message_new(text, n);

	pthread_mutex_lock(&e->lock);
	for (struct subscriber *s = e->all, *next; s; s = next) {
		next = s->next;
		if (!audience || strcmp(audience, s->audience) == 0)
			append(s, m);
	}
	message_drop(m);
	pthread_mutex_unlock(&e->lock);
}

/* ---- subscribers -------------------------------------------------------------------------- */

static struct subscriber *subscriber_new(struct events *e, const char *audience)
{
	struct subscriber *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->events = e;
	s->audience = strdup(audience ? audience : "");
	s->ring = calloc((size_t)e->waiting, sizeof(struct message *));
	if (!s->audience || !s->ring)
		abort();
	return s;
}

static void subscriber_free(struct subscriber *s)
{
	free(s->ring);
	free(s->audience);
	free(s);
}

struct subscriber *events_join(
	struct events *e, const char *audience, struct client *client, struct MHD_Connection *mhd)
{
	static const char hello[] = "retry: 3000\n\n";
	struct subscriber *s = subscriber_new(e, audience);

	s->client = client;
	s->mhd = mhd;
	s->ring[s->n++] = message_new(hello, sizeof(hello) - 1);
	pthread_mutex_lock(&e->lock);
	bool admitted = !e->over && e->n < e->most;
	if (admitted) {
		s->link = &e->all;
		s->next = e->all;
		if (s->next)
			s->next->link = &s->next;
		e->all = s;
		e->n++;
	}
	pthread_mutex_unlock(&e->lock);
	if (admitted)
		return s;
	free(s->ring[0]);
	subscriber_free(s);
	return NULL;
}

void events_leave(struct subscriber *s)
{
	pthread_mutex_lock(&s->events->lock);
	unlink_subscriber(s);
	pthread_mutex_unlock(&s->events->lock);
}

void events_free(struct subscriber *s)
{
	struct events *e = s->events;

	pthread_mutex_lock(&e->lock);
	unlink_subscriber(s);
	for (int i = 0; i < s->n; i++)
		message_drop(s->ring[(s->first + i) % e->waiting]);
	pthread_mutex_unlock(&e->lock);
	subscriber_free(s);
}

/* Called with the lock. */
static size_t take(struct subscriber *s, char *to, size_t most)
{
	size_t done = 0;

	while (s->n && done < most) {
		struct message *m = s->ring[s->first];
		size_t n = m->n - s->sent;
		if (n > most - done)
			n = most - done;
		memcpy(to + done, m->text + s->sent, n);
		done += n;
		s->sent += n;
		if (s->sent < m->n)
			break;
		message_drop(m);
		s->sent = 0;
		s->first = (s->first + 1) % s->events->waiting;
		s->n--;
	}
	return done;
}

ssize_t events_read(struct subscriber *s, char *to, size_t most)
{
	struct events *e = s->events;

	pthread_mutex_lock(&e->lock);
	ssize_t n = (ssize_t)take(s, to, most);
	if (!n && (e->over || !s->link)) {
		n = EVENTS_OVER;
	} else if (!n) {
		s->suspended = true;
		MHD_suspend_connection(s->mhd);
	}
	pthread_mutex_unlock(&e->lock);
	return n;
}

/* ---- sending ------------------------------------------------------------------------------ */

/* A line break inside a field would end it. */
static void put_line(struct buf *b, const char *field, const char *value)
{
	buf_puts(b, field);
	for (; *value; value++)
		buf_putc(b, *value == '\n' || *value == '\r' ? ' ' : *value);
	buf_putc(b, '\n');
}

void events_send(struct events *e, const struct event *what)
{
	struct arena *a = arena_new();
	struct buf b = { .arena = a };

	if (what->id)
		buf_printf(&b, "id: %" PRId64 "\n", what->id);
	if (what->name)
		put_line(&b, "event: ", what->name);
	put_line(&b, "data: ", what->data ? what->data : "");
	buf_putc(&b, '\n');
	append_to_all(e, what->audience, b.s, b.n);
	arena_free(a);
}

void events_keepalive(struct events *e)
{
	append_to_all(e, NULL, ":\n\n", 3);
}

void events_end(struct events *e)
{
	pthread_mutex_lock(&e->lock);
	e->over = true;
	for (struct subscriber *s = e->all; s; s = s->next)
		wake(s);
	pthread_mutex_unlock(&e->lock);
}

int64_t events_count(struct events *e)
{
	pthread_mutex_lock(&e->lock);
	int64_t n = e->n;
	pthread_mutex_unlock(&e->lock);
	return n;
}
