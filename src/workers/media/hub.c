/* One lock guards places, readers and their queues; camera threads hold it for as long as it takes
 * to append. Only the hub's own thread reads files and sends. */
#include "workers/media/hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 << 10, LINE_MAX_BYTES = 42, TURN_MS = 5 * SECOND, BACKLOG = 64 };

/* Bytes that several queues share. */
struct blob {
	int uses; /* under the lock */
	size_t n;
	uint8_t at[];
};

struct item {
	struct live_message m;
	struct blob *blob; /* or */
	struct part *part;
	int64_t at;
};

struct reader {
	struct reader *next;	 /* of all: the hub's thread's */
	struct reader *beside;	 /* of its place */
	struct reader *later;	 /* of the hub's todo */
	struct hub_place *place; /* NULL: has not asked yet, or its camera is gone */
	int fd;
	char line[LINE_MAX_BYTES];
	size_t line_n;
	bool asked, gone;	   /* gone: to be freed at the end of the turn */
	bool over, waits, in_todo; /* over: ends when all was sent; waits: for a keyframe */
	struct item queue[HUB_QUEUE_MAX];
	int first, n;
	struct item now; /* being sent: header and bytes */
	bool busy;
	size_t sent;
	int64_t moved_at; /* clock_mono */
};

struct hub_place {
	struct hub *hub;
	struct hub_place *next;
	char id[41];
	struct blob *info, *head; /* NULL: no run */
	struct item group[HUB_GROUP_MAX];
	int n; /* -1: the group is too long, or none has begun */
	struct reader *readers;
};

struct hub {
	char *media;
	int listen, wake, poll;
	pthread_t thread;
	bool runs;
	_Atomic bool stop;
	pthread_mutex_t lock;
	struct hub_place *places;
	struct reader *todo; /* who has something new */
	struct reader *readers;
	int n_readers;
	uint8_t piece[PIECE_BYTES];
};

/* ---- what is sent (under the lock) ------------------------------------------------------- */

static struct blob *blob_new(const void *at, size_t n)
{
	struct blob *b = malloc(sizeof(*b) + n);
	if (!b)
		abort();
	b->uses = 1;
	b->n = n;
	memcpy(b->at, at, n);
	return b;
}

static void blob_drop(struct blob *b)
{
	if (b && --b->uses == 0)
		free(b);
}

static struct item item_hold(const struct item *i)
{
	if (i->blob)
		i->blob->uses++;
	if (i->part)
		part_hold(i->part);
	return *i;
}

static void item_drop(struct item *i)
{
	blob_drop(i->blob);
	part_drop(i->part);
	*i = (struct item){ 0 };
}

static struct item item_of(enum live_kind kind, struct blob *b)
{
	return (struct item){ .m = { .kind = kind, .n = (uint32_t)b->n }, .blob = b };
}

/* ---- queues (under the lock) ------------------------------------------------------------- */

static void queue_clear(struct reader *r)
{
	for (; r->n; r->n--, r->first = (r->first + 1) % HUB_QUEUE_MAX)
		item_drop(&r->queue[r->first]);
}

static bool queue_add(struct reader *r, const struct item *i)
{
	if (r->n == HUB_QUEUE_MAX)
		return false;
	r->queue[(r->first + r->n++) % HUB_QUEUE_MAX] = item_hold(i);
	return true;
}

static void wake(struct hub *h)
{
	uint64_t one = 1;
	if (write(h->wake, &one, sizeof(one)) < 0 && errno != EAGAIN)
		log_event(LOG_ERROR, "media.hub_wake", "error", strerror(errno), NULL);
}

static void todo_add(struct hub *h, struct reader *r)
{
	if (r->in_todo)
		return;
	r->in_todo = true;
	r->later = h->todo;
	h->todo = r;
	if (!r->later)
		wake(h);
}

/* The run's head alone; fragments follow from a keyframe on. */
static void queue_head(struct reader *r)
{
	const struct hub_place *p = r->place;
	queue_clear(r);
	r->waits = true;
	if (!p->head)
		return;
	struct item info = item_of(LIVE_INFO, p->info), head = item_of(LIVE_HEAD, p->head);
	queue_add(r, &info);
	queue_add(r, &head);
}

/* The head and what has come since the last keyframe. */
static void queue_run(struct reader *r)
{
	queue_head(r);
	for (int i = 0; i < r->place->n; i++)
		queue_add(r, &r->place->group[i]);
	r->waits = r->place->n <= 0;
}

/* A reader that lies too far behind begins anew: at this keyframe, or at the next one. */
static void queue_fragment(struct reader *r, const struct item *i)
{
	if (r->waits && !i->m.sync)
		return;
	if (queue_add(r, i))
		r->waits = false;
	else if (i->m.sync)
		queue_run(r);
	else
		queue_head(r);
}

static void group_clear(struct hub_place *p)
{
	for (int i = 0; i < p->n; i++)
		item_drop(&p->group[i]);
	p->n = -1;
}

static void group_add(struct hub_place *p, const struct item *i)
{
	if (i->m.sync) {
		group_clear(p);
		p->n = 0;
	}
	if (p->n == HUB_GROUP_MAX)
		group_clear(p);
	if (p->n >= 0)
		p->group[p->n++] = item_hold(i);
}

/* ---- a camera's thread ------------------------------------------------------------------- */

struct hub_place *hub_enter(struct hub *h, const char *camera)
{
	struct hub_place *p = h ? calloc(1, sizeof(*p)) : NULL;
	if (!h)
		return NULL;
	if (!p)
		abort();
	p->hub = h;
	p->n = -1;
	snprintf(p->id, sizeof(p->id), "%s", camera);
	pthread_mutex_lock(&h->lock);
	p->next = h->places;
	h->places = p;
	pthread_mutex_unlock(&h->lock);
	return p;
}

static void run_clear(struct hub_place *p)
{
	group_clear(p);
	blob_drop(p->info);
	blob_drop(p->head);
	p->info = p->head = NULL;
}

void hub_leave(struct hub_place *p)
{
	if (!p)
		return;
	struct hub *h = p->hub;
	pthread_mutex_lock(&h->lock);
	struct hub_place **at = &h->places;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	for (struct reader *r = p->readers; r; r = r->beside) {
		r->place = NULL;
		r->over = true;
		todo_add(h, r);
	}
	run_clear(p);
	pthread_mutex_unlock(&h->lock);
	free(p);
}

void hub_run(struct hub_place *p, const char *info, struct bytes head)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->hub->lock);
	run_clear(p);
	p->info = blob_new(info, strlen(info));
	p->head = blob_new(head.at, head.n);
	for (struct reader *r = p->readers; r; r = r->beside) {
		queue_run(r);
		todo_add(p->hub, r);
	}
	pthread_mutex_unlock(&p->hub->lock);
}

void hub_pause(struct hub_place *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->hub->lock);
	run_clear(p);
	pthread_mutex_unlock(&p->hub->lock);
}

void hub_fragment(struct hub_place *p, const struct hub_fragment *f)
{
	if (!p)
		return;
	struct item i = {
		.m = { LIVE_FRAGMENT, f->sync, f->n, f->time_ms }, .part = f->part, .at = f->at
	};
	pthread_mutex_lock(&p->hub->lock);
	group_add(p, &i);
	for (struct reader *r = p->readers; r; r = r->beside) {
		queue_fragment(r, &i);
		todo_add(p->hub, r);
	}
	pthread_mutex_unlock(&p->hub->lock);
}

/* ---- sending (the hub's thread, without the lock) ---------------------------------------- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The bytes of the message at hand from r->sent on, as many as fit in the piece; 0: unreadable. */
static size_t gather(struct hub *h, const struct reader *r)
{
	const struct item *i = &r->now;
	uint8_t header[LIVE_HEADER];
	size_t n = 0, at = r->sent;
	live_header_write(header, &i->m);
	if (at < LIVE_HEADER) {
		n = LIVE_HEADER - at;
		memcpy(h->piece, header + at, n);
		at = LIVE_HEADER;
	}
	at -= LIVE_HEADER;
	size_t want = least(i->m.n - at, PIECE_BYTES - n);
	if (i->blob) {
		memcpy(h->piece + n, i->blob->at + at, want);
		return n + want;
	}
	ssize_t got =
		want ? pread(i->part->fd, h->piece + n, want, (off_t)(i->at + (int64_t)at)) : 0;
	return got < 0 || (want && !got) ? 0 : n + (size_t)got;
}

/* True when the message went out whole; false when the socket is full, or *broken. */
static bool send_now(struct hub *h, struct reader *r, bool *broken)
{
	while (r->sent < LIVE_HEADER + (size_t)r->now.m.n) {
		size_t n = gather(h, r);
		ssize_t done = n ? send(r->fd, h->piece, n, MSG_DONTWAIT | MSG_NOSIGNAL) : -1;
		if (done < 0 && n && (errno == EAGAIN || errno == EINTR))
			return false;
		*broken = done < 0;
		if (*broken)
			return false;
		r->sent += (size_t)done;
		r->moved_at = clock_mono();
	}
	return true;
}

static bool take_next(struct hub *h, struct reader *r)
{
	pthread_mutex_lock(&h->lock);
	item_drop(&r->now);
	r->busy = r->n > 0;
	if (r->busy) {
		r->now = r->queue[r->first];
		r->queue[r->first] = (struct item){ 0 };
		r->first = (r->first + 1) % HUB_QUEUE_MAX;
		r->n--;
		r->sent = 0;
	}
	pthread_mutex_unlock(&h->lock);
	return r->busy;
}

/* False: this reader is done with. */
static bool pump(struct hub *h, struct reader *r)
{
	bool broken = false;
	if (!r->busy && take_next(h, r))
		r->moved_at = clock_mono();
	while (r->busy && send_now(h, r, &broken))
		take_next(h, r);
	return !broken && (r->busy || !r->over);
}

/* ---- readers ----------------------------------------------------------------------------- */

static void accept_reader(struct hub *h)
{
	int fd = accept4(h->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	struct reader *r = h->n_readers < HUB_READERS_MAX ? calloc(1, sizeof(*r)) : NULL;
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = r };
	if (!r || epoll_ctl(h->poll, EPOLL_CTL_ADD, fd, &e)) {
		close(fd);
		free(r);
		return;
	}
	r->fd = fd;
	r->moved_at = clock_mono();
	r->next = h->readers;
	h->readers = r;
	h->n_readers++;
}

static void leave_place(struct hub *h, struct reader *r)
{
	pthread_mutex_lock(&h->lock);
	if (r->place) {
		struct reader **at = &r->place->readers;
		while (*at != r)
			at = &(*at)->beside;
		*at = r->beside;
		r->place = NULL;
	}
	if (r->in_todo) {
		struct reader **at = &h->todo;
		while (*at != r)
			at = &(*at)->later;
		*at = r->later;
	}
	queue_clear(r);
	item_drop(&r->now);
	pthread_mutex_unlock(&h->lock);
}

static void reader_free(struct hub *h, struct reader *r)
{
	struct reader **at = &h->readers;
	leave_place(h, r);
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	h->n_readers--;
	close(r->fd);
	free(r);
}

static void join_place(struct hub *h, struct reader *r, const char *id)
{
	pthread_mutex_lock(&h->lock);
	struct hub_place *p = h->places;
	while (p && !text_is(p->id, id))
		p = p->next;
	if (p) {
		r->place = p;
		r->beside = p->readers;
		p->readers = r;
		queue_run(r);
	} else {
		r->over = true;
	}
	pthread_mutex_unlock(&h->lock);
}

/* The line with the camera's id; whatever comes behind it is thrown away. False: it has gone. */
static bool listen_to(struct hub *h, struct reader *r)
{
	char some[64];
	ssize_t n;
	while ((n = recv(r->fd, some, sizeof(some), MSG_DONTWAIT)) > 0) {
		for (ssize_t i = 0; i < n && !r->asked; i++) {
			if (r->line_n == sizeof(r->line) - 1)
				return false;
			r->asked = some[i] == '\n';
			r->line[r->line_n++] = (char)(r->asked ? 0 : some[i]);
		}
		if (r->asked && r->line_n) {
			join_place(h, r, r->line);
			r->line_n = 0;
		}
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void serve(struct hub *h, struct reader *r)
{
	if (!r->gone && !pump(h, r))
		r->gone = true;
}

static void serve_todo(struct hub *h)
{
	for (;;) {
		pthread_mutex_lock(&h->lock);
		struct reader *r = h->todo;
		if (r) {
			h->todo = r->later;
			r->in_todo = false;
		}
		pthread_mutex_unlock(&h->lock);
		if (!r)
			return;
		serve(h, r);
	}
}

static void handle(struct hub *h, void *what)
{
	uint64_t count;
	struct reader *r = what;
	if (what == &h->listen) {
		accept_reader(h);
	} else if (what == &h->wake) {
		(void)!read(h->wake, &count, sizeof(count));
	} else {
		r->gone = r->gone || !listen_to(h, r);
		serve(h, r);
	}
}

/* Frees who has gone; now and then also who does not ask, or takes nothing. */
static void sweep(struct hub *h, bool look_for_stuck)
{
	int64_t now = clock_mono();
	for (struct reader *r = h->readers, *next; r; r = next) {
		next = r->next;
		bool stuck = look_for_stuck && (!r->asked || r->busy) &&
			     now - r->moved_at > HUB_STUCK_MS;
		if (r->gone || stuck)
			reader_free(h, r);
	}
}

static void *run(void *at)
{
	struct hub *h = at;
	struct epoll_event e[16];
	int64_t looked = clock_mono();
	while (!atomic_load(&h->stop)) {
		int n = epoll_wait(h->poll, e, 16, TURN_MS);
		for (int i = 0; i < n; i++)
			handle(h, e[i].data.ptr);
		serve_todo(h);
		bool look = clock_mono() - looked >= TURN_MS;
		sweep(h, look);
		if (look)
			looked = clock_mono();
	}
	while (h->readers)
		reader_free(h, h->readers);
	return NULL;
}

/* ---- start and end ----------------------------------------------------------------------- */

static enum err open_socket(struct hub *h, struct fault *why)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct live_address address;
	TRY(live_address(h->media, &address, why));
	memcpy(to.sun_path, address.path, sizeof(to.sun_path));
	unlink(to.sun_path); /* the folder's lock says that nobody else serves there */
	mode_t before = umask(0117);
	int rc = bind(h->listen, (struct sockaddr *)&to, sizeof(to));
	int code = errno;
	umask(before);
	if (address.folder >= 0)
		close(address.folder);
	if (rc || listen(h->listen, BACKLOG))
		return fault(why, E_INTERNAL, "cannot listen at %s/live.sock: %s", h->media,
			strerror(rc ? code : errno));
	return OK;
}

static enum err watch(struct hub *h, int fd, void *what, struct fault *why)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = what };
	return epoll_ctl(h->poll, EPOLL_CTL_ADD, fd, &e) ? fault(why, E_INTERNAL, "epoll") : OK;
}

enum err hub_open(const char *media, struct hub **out, struct fault *why)
{
	struct hub *h = calloc(1, sizeof(*h));
	if (!h || !(h->media = strdup(media)))
		abort();
	pthread_mutex_init(&h->lock, NULL);
	h->listen = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->poll = epoll_create1(EPOLL_CLOEXEC);
	enum err e = h->listen < 0 || h->wake < 0 || h->poll < 0
			     ? fault(why, E_INTERNAL, "no sockets for the live hub")
			     : open_socket(h, why);
	if (!e)
		e = watch(h, h->listen, &h->listen, why);
	if (!e)
		e = watch(h, h->wake, &h->wake, why);
	if (e)
		hub_close(h);
	else
		*out = h;
	return e;
}

enum err hub_start(struct hub *h, struct fault *why)
{
	if (pthread_create(&h->thread, NULL, run, h))
		return fault(why, E_BUSY, "no thread for the live hub");
	h->runs = true;
	return OK;
}

void hub_close(struct hub *h)
{
	if (!h)
		return;
	atomic_store(&h->stop, true);
	if (h->runs) {
		wake(h);
		pthread_join(h->thread, NULL);
	}
	for (int i = 0; i < 3; i++) {
		int fd = i == 0 ? h->listen : i == 1 ? h->wake : h->poll;
		if (fd >= 0)
			close(fd);
	}
	pthread_mutex_destroy(&h->lock);
	free(h->media);
	free(h);
}
