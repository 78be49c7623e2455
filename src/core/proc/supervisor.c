#include "core/proc/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MAX_CHILDREN = 16,
	FIRST_WAIT = 100,
	LONGEST_WAIT = 5000,
	STEADY = 30 * SECOND,
	PATIENCE = 10 * SECOND
};

struct child {
	const struct child_spec *spec;
	pid_t pid; /* 0: not running */
	int control;
	int64_t born, start_at; /* monotonic ms */
	int64_t since;		/* when it began, or died: ms since 1970 */
	int wait_ms, restarts;
};

struct house {
	struct child child[MAX_CHILDREN];
	int n, signals;
	bool ends;
	const struct supervise_options *o;
	sigset_t before;
};

/* ---- lines between children ------------------------------------------ */
static void line_send(int control, const char *tag, int fd)
{
	char text[32] = "";
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} c = { .space = { 0 } };
	struct iovec io = { text, sizeof(text) };
	struct msghdr m = { .msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = &c,
		.msg_controllen = sizeof(c.space) };

	snprintf(text, sizeof(text), "%s", tag);
	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.head), &fd, sizeof(fd));
	/* a child that has just died does not take it; it gets another when it starts again */
	if (sendmsg(control, &m, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EPIPE &&
		errno != ECONNRESET)
		log_event(LOG_WARN, "line.unsent", "tag", tag, "why", strerror(errno), NULL);
}

enum err control_receive(int control_fd, char tag[32], int *fd, int timeout_ms)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} c = { .space = { 0 } };
	struct iovec io = { tag, 32 };
	struct msghdr m = { .msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = &c,
		.msg_controllen = sizeof(c.space) };
	struct pollfd p = { .fd = control_fd, .events = POLLIN };

	if (poll(&p, 1, timeout_ms) <= 0)
		return E_BUSY;
	ssize_t n = recvmsg(control_fd, &m, MSG_CMSG_CLOEXEC);
	if (n <= 0 || c.head.cmsg_len != CMSG_LEN(sizeof(int)) || c.head.cmsg_type != SCM_RIGHTS)
		return n < 0 && errno == EINTR ? E_BUSY : E_GONE;
	tag[31] = 0;
	memcpy(fd, CMSG_DATA(&c.head), sizeof(*fd));
	return OK;
}

static struct child *child_named(struct house *h, const char *name)
{
	for (int i = 0; i < h->n; i++)
		if (strcmp(h->child[i].spec->name, name) == 0)
			return &h->child[i];
	return NULL;
}

static void lines_renew(struct house *h, const struct child *started)
{
	for (int i = 0; i < h->o->n_links; i++) {
		const struct child_link *l = &h->o->links[i];
		struct child *a = child_named(h, l->client), *b = child_named(h, l->server);
		int pair[2];
		if (!a || !b || !a->pid || !b->pid || (a != started && b != started))
			continue;
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
			continue;
		line_send(b->control, l->tag, pair[1]);
		line_send(a->control, l->tag, pair[0]);
		close(pair[0]);
		close(pair[1]);
	}
}

/* ---- one child ------------------------------------------------------- */

/* Nothing of the parent's but the standard streams and the two that are meant for it. */
static void close_all_but(int one, int other)
{
	int low = one < other ? one : other, high = one < other ? other : one;
	unsigned from = STDERR_FILENO + 1;

	if (low >= (int)from) {
		if (low > (int)from)
			close_range(from, (unsigned)low - 1, 0);
		from = (unsigned)low + 1;
	}
	if (high > (int)from)
		close_range(from, (unsigned)high - 1, 0);
	close_range(high >= (int)from ? (unsigned)high + 1 : from, ~0U, 0);
}

static void signals_as_new(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void child_become(struct house *h, struct child *c, int control, pid_t parent)
{
	char name[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before we asked to be told */
		_exit(1);
	snprintf(name, sizeof(name), "shian-%s", c->spec->name);
	prctl(PR_SET_NAME, name);
	setpgid(0, 0); /* ^C at the terminal reaches it through the parent */
	close_all_but(control, h->o->keep_fd);
	signals_as_new();
	log_to(LOG_INFO, c->spec->name);
	_exit(c->spec->run(c->spec->arg, control));
}

/* Neither a process nor a socket is to be had: not now, then later. */
static void child_later(struct child *c, const char *what)
{
	log_event(LOG_ERROR, "child.unstarted", "child", c->spec->name, "what", what, "why",
		strerror(errno), NULL);
	c->start_at = clock_mono() + LONGEST_WAIT;
}

static void child_start(struct house *h, struct child *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		child_later(c, "socketpair");
		return;
	}
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		child_become(h, c, pair[1], parent);
	if (pid < 0)
		child_later(c, "fork");
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return;
	}
	c->pid = pid;
	c->control = pair[0];
	c->born = clock_mono();
	c->since = clock_now();
	lines_renew(h, c);
}

static void how_it_died(char *words, size_t n, int status)
{
	const char *name = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;

	if (WIFSIGNALED(status))
		snprintf(words, n, "signal %d SIG%s%s", WTERMSIG(status), name ? name : "?",
			WCOREDUMP(status) ? ", core dumped" : "");
	else
		snprintf(words, n, "status %d", WEXITSTATUS(status));
}

static void child_died(struct house *h, struct child *c, int status)
{
	char words[64];

	how_it_died(words, sizeof(words), status);
	log_event(h->ends ? LOG_INFO : LOG_WARN, "child.died", "child", c->spec->name, "how", words,
		NULL);
	close(c->control);
	c->control = -1;
	c->pid = 0;
	c->since = clock_now();
	if (h->ends)
		return;
	c->restarts++;
	c->wait_ms = clock_mono() - c->born > STEADY ? FIRST_WAIT : c->wait_ms * 2;
	if (c->wait_ms > LONGEST_WAIT)
		c->wait_ms = LONGEST_WAIT;
	c->start_at = clock_mono() + c->wait_ms;
}

static void status_write(const struct house *h)
{
	struct arena *a = arena_new();
	struct buf b = { .arena = a };
	struct fault why = { 0 };

	buf_printf(&b, "{\"parent\":%d,\"children\":[", (int)getpid());
	for (int i = 0; i < h->n; i++)
		buf_printf(&b,
			"%s{\"name\":\"%s\",\"pid\":%d,\"restarts\":%d,\"since\":\"%s\",\"needed\":"
			"%s}",
			i ? "," : "", h->child[i].spec->name, (int)h->child[i].pid,
			h->child[i].restarts, time_iso(a, h->child[i].since),
			h->child[i].spec->needed ? "true" : "false");
	buf_puts(&b, "]}\n");
	if (h->o->data_dir && file_write(arena_printf(a, "%s/run/status.json", h->o->data_dir), b.s,
				      b.n, 0640, &why))
		log_event(LOG_WARN, "status.unwritten", "why", why.text, NULL);
	arena_free(a);
}

/* ---- the house ------------------------------------------------------- */
static bool reap(struct house *h)
{
	int status;
	bool any = false;

	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		for (int i = 0; i < h->n; i++)
			if (h->child[i].pid == pid) {
				child_died(h, &h->child[i], status);
				any = true;
			}
	return any;
}

/* Starts who is due; answers how long nobody will be. */
static int start_due(struct house *h, bool *any)
{
	int64_t now = clock_mono(), next = now + 60 * SECOND;

	for (int i = 0; i < h->n; i++) {
		struct child *c = &h->child[i];
		if (!c->pid && c->start_at <= now) {
			child_start(h, c);
			*any = true;
		}
		if (!c->pid && c->start_at < next)
			next = c->start_at;
	}
	return next > now ? (int)(next - now) : 0;
}

static int signal_next(struct house *h, int wait_ms)
{
	struct pollfd p = { .fd = h->signals, .events = POLLIN };
	struct signalfd_siginfo s;

	if (poll(&p, 1, wait_ms) <= 0 || read(h->signals, &s, sizeof(s)) != sizeof(s))
		return 0;
	return (int)s.ssi_signo;
}

static void signal_all(struct house *h, int sig)
{
	for (int i = 0; i < h->n; i++)
		if (h->child[i].pid)
			kill(h->child[i].pid, sig);
}

static void end_all(struct house *h)
{
	int64_t patience = h->o->patience_ms > 0 ? h->o->patience_ms : PATIENCE;
	int64_t limit = clock_mono() + patience;

	h->ends = true;
	signal_all(h, SIGTERM);
	for (bool left = true; left;) {
		reap(h);
		left = false;
		for (int i = 0; i < h->n; i++)
			left |= h->child[i].pid != 0;
		if (left && clock_mono() > limit) {
			log_event(LOG_WARN, "children.killed", "why", "they did not end in time",
				NULL);
			signal_all(h, SIGKILL);
			limit = clock_mono() + patience;
		}
		if (left)
			(void)signal_next(h, 100);
	}
}

enum err supervise(
	const struct child_spec *specs, int n, const struct supervise_options *o, struct fault *why)
{
	struct house h = { .n = n, .o = o };
	sigset_t mine;

	if (n > MAX_CHILDREN)
		return fault(why, E_INTERNAL, "more than %d children", MAX_CHILDREN);
	sigemptyset(&mine);
	sigaddset(&mine, SIGCHLD);
	sigaddset(&mine, SIGTERM);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGHUP);
	sigprocmask(SIG_BLOCK, &mine, &h.before);
	h.signals = signalfd(-1, &mine, SFD_CLOEXEC);
	if (h.signals < 0)
		return fault(why, E_INTERNAL, "signalfd: %s", strerror(errno));
	for (int i = 0; i < n; i++)
		h.child[i] = (struct child){
			.spec = &specs[i], .control = -1, .wait_ms = FIRST_WAIT / 2
		};
	for (bool changed = true;;) {
		int wait = start_due(&h, &changed);
		if (changed)
			status_write(&h);
		int sig = signal_next(&h, wait);
		if (sig == SIGTERM || sig == SIGINT)
			break;
		if (sig == SIGHUP)
			signal_all(&h, SIGHUP);
		changed = reap(&h);
	}
	end_all(&h);
	status_write(&h);
	close(h.signals);
	sigprocmask(SIG_SETMASK, &h.before, NULL);
	return OK;
}
