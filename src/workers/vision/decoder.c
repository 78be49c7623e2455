#include "workers/vision/decoder.h"
#include "workers/vision/confine.h"
#include "core/proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PIPE_AT = 3, /* where a child finds its files */
	FILE_AT = 4,
	PICTURE_SECONDS = 20, /* of processor time; the caller's deadline is the usual end */
	MEMORY_MB = 1536,
	NOTE_MAGIC = 0x5348414e,
	CUT_MS = 10 * SECOND,
	HAND_OVER_MS = 5 * SECOND,
};

struct decoder {
	int keeper; /* socket to it */
	int kept;   /* pipe to a child that waits for another keyframe; -1: none */
	int used;   /* keyframes it has had */
};

/* What the keeper is asked: to start a child, with the pipe and the file (unless an address) as
 * descriptors, or to end the one that is at work. It answers with one int, 1 for done. */
struct request {
	bool end;
	enum source_kind kind;
	bool first_only, served;
	int64_t every_ms;
	char address[ADDRESS_MAX];
};

/* What a child writes before each picture and at its end. */
struct note {
	uint32_t magic;
	enum { NOTE_FRAME, NOTE_END, NOTE_ERROR } kind;
	int64_t time_ms;
	int32_t width, height;
	int32_t code;
	char text[sizeof((struct fault *)0)->text];
};

/* What a child that holds a frame is asked. */
struct question {
	bool next; /* go on */
	struct area from;
	int32_t width, height;
};

/* ---- descriptors over a socket --------------------------------------- */

enum { FDS_MAX = 2 };

/* Descriptors that travel with a message. */
struct passed {
	const int *fds;
	size_t n; /* <= FDS_MAX */
};

static ssize_t send_with(int to, const void *at, size_t n, struct passed with)
{
	struct iovec part = { .iov_len = n };
	memcpy(&part.iov_base, &at, sizeof at); /* only read */
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(FDS_MAX * sizeof(int))] = { 0 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	if (with.n) {
		m.msg_control = space;
		m.msg_controllen = CMSG_SPACE(with.n * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(with.n * sizeof(int));
		memcpy(CMSG_DATA(c), with.fds, with.n * sizeof(int));
	}
	ssize_t r;
	do
		r = sendmsg(to, &m, MSG_NOSIGNAL);
	while (r < 0 && errno == EINTR);
	return r;
}

/* fds must have room for FDS_MAX; those not received are -1. */
static ssize_t receive_with(int from, void *into, size_t n, int *fds)
{
	struct iovec part = { into, n };
	_Alignas(struct cmsghdr) char space[CMSG_SPACE(FDS_MAX * sizeof(int))] = { 0 };
	struct msghdr m = { .msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = space,
		.msg_controllen = sizeof space };
	ssize_t r;
	do
		r = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	while (r < 0 && errno == EINTR);
	fds[0] = fds[1] = -1;
	if (r < 0)
		return r;
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return r;
}

static bool write_all(int fd, const void *at, size_t n)
{
	const uint8_t *p = at;
	while (n) {
		ssize_t r = write(fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		p += r;
		n -= (size_t)r;
	}
	return true;
}

/* ---- the child ------------------------------------------------------- */

static enum err send_frame(void *self, const struct picture *p, int64_t time_ms, struct fault *why)
{
	const int *pipe = self;
	struct note n = { .magic = NOTE_MAGIC,
		.kind = NOTE_FRAME,
		.time_ms = time_ms,
		.width = p->width,
		.height = p->height };
	bool ok = write_all(*pipe, &n, sizeof n) &&
		  write_all(*pipe, p->rgb, (size_t)p->width * (size_t)p->height * 3);
	return ok ? OK : fault(why, E_GONE, "nobody listens");
}

static bool read_question(int fd, struct question *q)
{
	uint8_t *p = (uint8_t *)q;
	for (size_t n = sizeof *q; n;) {
		ssize_t r = read(fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return false;
		p += r;
		n -= (size_t)r;
	}
	return true;
}

static enum err answer(int pipe, struct shown *s, const struct question *q)
{
	struct fault why = { 0 };
	struct picture part = { .width = q->width, .height = q->height };
	enum err e = shown_cut(s, q->from, &part, &why);
	struct note n = { .magic = NOTE_MAGIC,
		.kind = e ? NOTE_ERROR : NOTE_FRAME,
		.code = (int32_t)e,
		.width = part.width,
		.height = part.height };
	memcpy(n.text, why.text, sizeof n.text);
	bool ok = write_all(pipe, &n, sizeof n) &&
		  (e || write_all(pipe, part.rgb, (size_t)part.width * (size_t)part.height * 3));
	picture_free(&part);
	return ok ? OK : E_GONE;
}

/* Shows the frame's size and grey picture, then answers until told to go on. */
static enum err serve_frame(void *self, struct shown *s, int64_t time_ms, struct fault *why)
{
	const int *pipe = self;
	struct question q;
	struct note n = { .magic = NOTE_MAGIC,
		.kind = NOTE_FRAME,
		.time_ms = time_ms,
		.width = s->frame->width,
		.height = s->frame->height };
	struct grey grey = { 0 };
	TRY(shown_grey(s, &grey, why));
	if (!write_all(*pipe, &n, sizeof n) || !write_all(*pipe, &grey, sizeof grey))
		return fault(why, E_GONE, "nobody listens");
	while (read_question(*pipe, &q)) {
		if (q.next)
			return OK;
		if (answer(*pipe, s, &q))
			break;
	}
	return fault(why, E_GONE, "nobody listens");
}

static enum err give_up_rights(const struct request *r, struct fault *why)
{
	bool one = r->kind == SOURCE_STILL || r->kind == SOURCE_KEYFRAME || r->first_only;
	int64_t memory = (int64_t)MEMORY_MB * 1024 * 1024;
	struct sandbox reader = { .profile = SANDBOX_NET };
	TRY(confine_limits(memory, one ? PICTURE_SECONDS : 0, why));
	return r->kind == SOURCE_ADDRESS ? sandbox_enter(&reader, why) : confine_bytes_only(why);
}

static _Noreturn void child_run(const struct request *r, const int *fds)
{
	int pipe = PIPE_AT;
	/* out of the way first: what is to be moved may lie where it is to go */
	int p = fcntl(fds[0], F_DUPFD, FILE_AT + 1);
	int f = fds[1] < 0 ? -1 : fcntl(fds[1], F_DUPFD, FILE_AT + 1);
	dup2(p, PIPE_AT);
	if (f >= 0)
		dup2(f, FILE_AT);
	int keep[] = { PIPE_AT, FILE_AT };
	confine_close_others(keep, f >= 0 ? 2 : 1);
	struct fault why = { 0 };
	struct source s = { .kind = r->kind,
		.fd = r->kind == SOURCE_KEYFRAME ? PIPE_AT : FILE_AT,
		.address = r->address,
		.every_ms = r->every_ms,
		.first_only = r->first_only };
	struct sink to = { send_frame, r->served ? serve_frame : NULL, &pipe };
	enum err e = give_up_rights(r, &why);
	if (!e)
		do
			e = unpack(&s, &to, &why);
		while (!e && r->kind == SOURCE_KEYFRAME);
	struct note end = {
		.magic = NOTE_MAGIC, .kind = e ? NOTE_ERROR : NOTE_END, .code = (int32_t)e
	};
	memcpy(end.text, why.text, sizeof end.text);
	write_all(pipe, &end, sizeof end);
	_exit(0);
}

/* ---- the keeper ------------------------------------------------------ */

static void keeper_end(pid_t *child)
{
	if (*child <= 0)
		return;
	kill(*child, SIGKILL); /* it is not reaped yet, so the number is still its own */
	while (waitpid(*child, NULL, 0) < 0 && errno == EINTR)
		;
	*child = 0;
}

static void keeper_start(pid_t *child, const struct request *r, const int *fds)
{
	pid_t self = getpid();
	*child = fork();
	if (*child)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != self)
		_exit(1);
	child_run(r, fds);
}

static void keeper_serve(int socket, const struct request *r, const int *fds, pid_t *child)
{
	keeper_end(child);
	if (!r->end)
		keeper_start(child, r, fds);
	int done = r->end || *child > 0;
	(void)send_with(socket, &done, sizeof done, (struct passed){ 0 });
}

/* A child decodes one picture after another of about the same size: what was freed is kept for the
 * next one, instead of being given back and faulted in again page by page. Limited by MEMORY_MB. */
static void keep_freed_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	mallopt(M_TOP_PAD, 8 << 20);
}

static _Noreturn void keeper_run(int socket, pid_t parent)
{
	struct fault why = { 0 };
	pid_t child = 0;
	signal(SIGINT, SIG_IGN); /* ends with the parent, not with its terminal */
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	confine_close_others(&socket, 1);
	enum err e = confine_drop_user(&why);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* after the change of user, which clears it */
	if (e || getppid() != parent)
		_exit(1);
	keep_freed_memory();
	unpack_warm_up();
	for (;;) {
		struct request r;
		int fds[FDS_MAX];
		ssize_t n = receive_with(socket, &r, sizeof r, fds);
		if (n != (ssize_t)sizeof r)
			_exit(0);
		r.address[sizeof r.address - 1] = '\0';
		keeper_serve(socket, &r, fds, &child);
		for (size_t i = 0; i < FDS_MAX; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
}

enum err decoder_open(struct decoder **out, struct fault *why)
{
	*out = NULL;
	int ends[2];
	struct decoder *d = calloc(1, sizeof *d);
	if (!d)
		return fault(why, E_INTERNAL, "out of memory");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		free(d);
		return fault(why, E_INTERNAL, "socketpair: %s", strerror(errno));
	}
	pid_t self = getpid(), keeper = fork();
	if (keeper == 0) {
		close(ends[0]);
		keeper_run(ends[1], self);
	}
	close(ends[1]);
	if (keeper < 0) {
		close(ends[0]);
		free(d);
		return fault(why, E_INTERNAL, "fork: %s", strerror(errno));
	}
	d->keeper = ends[0];
	d->kept = -1;
	*out = d;
	return OK;
}

void decoder_close(struct decoder *d)
{
	if (!d)
		return;
	if (d->kept >= 0)
		close(d->kept);
	close(d->keeper); /* the keeper ends when it sees this */
	free(d);
}

/* ---- the caller ------------------------------------------------------ */

/* Asks the keeper; true when it did what it was asked. */
static bool ask(struct decoder *d, const struct request *r, struct passed with)
{
	int done = 0, none[FDS_MAX];
	return send_with(d->keeper, r, sizeof *r, with) == (ssize_t)sizeof *r &&
	       receive_with(d->keeper, &done, sizeof done, none) == (ssize_t)sizeof done && done;
}

static void drop_kept(struct decoder *d)
{
	if (d->kept >= 0)
		close(d->kept); /* its child is ended when the next is started */
	d->kept = -1;
}

/* Starts a fresh child. */
static enum err start_child(struct decoder *d, const struct request *r, int file,
	struct decoding *out, struct fault *why)
{
	int ends[2];
	drop_kept(d);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return fault(why, E_INTERNAL, "socketpair: %s", strerror(errno));
	int fds[FDS_MAX] = { ends[1], file };
	bool alone = r->kind == SOURCE_ADDRESS || r->kind == SOURCE_KEYFRAME;
	bool started = ask(d, r, (struct passed){ fds, alone ? 1 : 2 });
	close(ends[1]);
	if (!started) {
		close(ends[0]);
		return fault(why, E_INTERNAL, "the decoder cannot be started");
	}
	d->used = 0;
	*out = (struct decoding){ .decoder = d,
		.pipe = ends[0],
		.served = r->served,
		.again = r->kind == SOURCE_KEYFRAME };
	return OK;
}

/* Writes all of file into the pipe; false when the child does not take it in time. */
static bool hand_over(int pipe, int file)
{
	uint8_t block[64 * 1024];
	int64_t deadline = clock_mono() + HAND_OVER_MS;
	off_t at = 0;
	for (ssize_t n; (n = pread(file, block, sizeof block, at)) > 0; at += n)
		for (ssize_t sent = 0, r; sent<n; sent += r> 0 ? r : 0) {
			struct pollfd wait = { .fd = pipe, .events = POLLOUT };
			int64_t left = deadline - clock_mono();
			if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
				return false;
			r = send(pipe, block + sent, (size_t)(n - sent),
				MSG_NOSIGNAL | MSG_DONTWAIT);
			if (r < 0 && errno != EAGAIN && errno != EINTR)
				return false;
		}
	return at > 0;
}

/* To the child that waits, when there is one that has not had its share, else to a fresh one. */
static enum err start_keyframe(struct decoder *d, const struct request *r, int file,
	struct decoding *out, struct fault *why)
{
	if (d->kept >= 0 && d->used < KEYFRAMES_A_CHILD) {
		*out = (struct decoding){
			.decoder = d, .pipe = d->kept, .served = true, .again = true
		};
		d->kept = -1;
		if (hand_over(out->pipe, file)) {
			d->used++;
			return OK;
		}
		out->failed = true; /* it died meanwhile */
		decoding_end(out);
	}
	TRY(start_child(d, r, -1, out, why));
	d->used = 1;
	if (hand_over(out->pipe, file))
		return OK;
	out->failed = true;
	decoding_end(out);
	return fault(why, E_INVALID, "the file is damaged: its decoder was stopped");
}

enum err decoding_start(
	struct decoder *d, const struct source *s, struct decoding *out, struct fault *why)
{
	*out = (struct decoding){ .pipe = -1 };
	struct request r = { .kind = s->kind,
		.first_only = s->first_only,
		.served = s->served || s->kind == SOURCE_KEYFRAME,
		.every_ms = s->every_ms };
	if (s->kind == SOURCE_ADDRESS) {
		if (strlen(s->address) >= sizeof r.address)
			return fault(why, E_INVALID, "the address is too long");
		memcpy(r.address, s->address, strlen(s->address) + 1);
	}
	if (s->kind == SOURCE_KEYFRAME)
		return start_keyframe(d, &r, s->fd, out, why);
	return start_child(d, &r, s->fd, out, why);
}

/* Reads exactly n bytes before the deadline. */
static enum err read_all(int fd, void *into, size_t n, int64_t deadline, struct fault *why)
{
	uint8_t *p = into;
	while (n) {
		int64_t left = deadline - clock_mono();
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			return fault(why, E_GONE, "interrupted");
		if (ready <= 0)
			return fault(why, E_BUSY, "decoding takes too long");
		ssize_t r = read(fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return fault(
				why, E_INVALID, "the file is damaged: its decoder was stopped");
		p += r;
		n -= (size_t)r;
	}
	return OK;
}

/* The child is not trusted: what it says is checked like any input. */
static enum err check_note(struct note *n, struct fault *why)
{
	n->text[sizeof n->text - 1] = '\0';
	if (n->magic != NOTE_MAGIC)
		return fault(why, E_INVALID, "the decoder answered nonsense");
	if (n->kind == NOTE_FRAME)
		return picture_size_ok(n->width, n->height, why);
	if (n->kind == NOTE_END)
		return OK;
	if (n->kind != NOTE_ERROR || n->code < E_BAD_REQUEST || n->code > 599)
		return fault(why, E_INVALID, "the decoder answered nonsense");
	return fault(why, (enum err)n->code, "%s", n->text);
}

static enum err read_pixels(
	int pipe, const struct note *n, struct picture *out, int64_t deadline, struct fault *why)
{
	size_t bytes = (size_t)n->width * (size_t)n->height * 3;
	struct picture p = { n->width, n->height, malloc(bytes) };
	if (!p.rgb)
		return fault(why, E_TOO_LARGE, "not enough memory for the picture");
	enum err e = read_all(pipe, p.rgb, bytes, deadline, why);
	if (e)
		picture_free(&p);
	*out = p;
	return e;
}

static enum err ask_child(const struct decoding *job, const struct question *q, struct fault *why)
{
	if (send(job->pipe, q, sizeof *q, MSG_NOSIGNAL) != (ssize_t)sizeof *q)
		return fault(why, E_INVALID, "the file is damaged: its decoder was stopped");
	return OK;
}

enum err decoding_next(
	struct decoding *job, int wait_ms, struct frame *out, bool *more, struct fault *why)
{
	memset(out, 0, sizeof *out);
	*more = false;
	struct note n;
	int64_t deadline = clock_mono() + wait_ms;
	if (job->held && job->again) /* a keyframe is one picture */
		return OK;
	if (job->held)
		TRY(ask_child(job, &(struct question){ .next = true }, why));
	job->held = false;
	TRY(read_all(job->pipe, &n, sizeof n, deadline, why));
	TRY(check_note(&n, why));
	if (n.kind == NOTE_END)
		return OK;
	if (job->served) {
		TRY(read_all(job->pipe, &out->grey, sizeof out->grey, deadline, why));
		out->picture = (struct picture){ n.width, n.height, NULL };
		job->held = true;
	} else {
		TRY(read_pixels(job->pipe, &n, &out->picture, deadline, why));
	}
	out->time_ms = n.time_ms;
	*more = true;
	return OK;
}

static enum err cut(struct decoding *job, struct area from, struct picture *into, struct fault *why)
{
	struct question q = { .from = from, .width = into->width, .height = into->height };
	struct note n;
	int64_t deadline = clock_mono() + CUT_MS;
	if (!job->held)
		return fault(why, E_INTERNAL, "no frame is held");
	TRY(ask_child(job, &q, why));
	TRY(read_all(job->pipe, &n, sizeof n, deadline, why));
	TRY(check_note(&n, why));
	bool asked =
		n.kind == NOTE_FRAME && (!q.width || (n.width == q.width && n.height == q.height));
	if (!asked)
		return fault(why, E_INVALID, "the decoder answered nonsense");
	return read_pixels(job->pipe, &n, into, deadline, why);
}

enum err decoding_cut(
	struct decoding *job, struct area from, struct picture *into, struct fault *why)
{
	enum err e = cut(job, from, into, why);
	job->failed = job->failed || e != OK;
	return e;
}

void decoding_end(struct decoding *job)
{
	if (!job->decoder)
		return;
	struct decoder *d = job->decoder;
	if (job->again && job->held && !job->failed && d->used < KEYFRAMES_A_CHILD &&
		!ask_child(job, &(struct question){ .next = true }, NULL)) {
		d->kept = job->pipe;
		*job = (struct decoding){ .pipe = -1 };
		return;
	}
	struct request end = { .end = true };
	/* a keeper that is gone has taken its child along */
	(void)ask(job->decoder, &end, (struct passed){ 0 });
	close(job->pipe);
	*job = (struct decoding){ .pipe = -1 };
}

enum err decoder_picture(struct decoder *d, const struct source *s, int wait_ms, struct frame *out,
	struct fault *why)
{
	struct decoding job;
	bool more = false;
	memset(out, 0, sizeof *out);
	TRY(decoding_start(d, s, &job, why));
	enum err e = decoding_next(&job, wait_ms, out, &more, why);
	decoding_end(&job);
	if (!e && !more)
		e = fault(why, E_INVALID, "no picture in it");
	return e;
}
