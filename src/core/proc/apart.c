#include "core/proc/apart.h"
#include "core/proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_AT = 3, ALIVE_AT = 4, READ_STEP = 1 << 20 };

/* The pages that the caller has are part of the child's address space. */
static uint64_t room_now(void)
{
	char text[64] = "";
	int64_t pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[strcspn(text, " ")] = '\0';
	return text_to_int(text, &pages) ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static _Noreturn void child_run(const struct apart *w, int answer, int alive)
{
	struct fault why = { 0 };
	struct sandbox pure = { .profile = SANDBOX_PURE,
		.memory_max = w->memory_max ? w->memory_max + room_now() : 0 };
	struct rlimit cpu = { (rlim_t)w->seconds, (rlim_t)w->seconds },
		      size = { w->answer_max + 1, w->answer_max + 1 };
	/* out of the way first: what is to be moved may lie where it is to go */
	int f = fcntl(answer, F_DUPFD, ALIVE_AT + 1), p = fcntl(alive, F_DUPFD, ALIVE_AT + 1);

	signal(SIGTERM, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (f < 0 || p < 0 || dup2(f, ANSWER_AT) < 0 || dup2(p, ALIVE_AT) < 0 ||
		close_range(ALIVE_AT + 1, ~0U, 0) || setrlimit(RLIMIT_CPU, &cpu) ||
		setrlimit(RLIMIT_FSIZE, &size) || sandbox_enter(&pure, &why))
		_exit(2);
	enum err e = w->work(w->arg, ANSWER_AT);
	_exit(e ? 1 : 0);
}

/* Waits until the child has closed its end, or the time is over. */
static void wait_for(int alive, int seconds)
{
	int64_t deadline = clock_mono() + (int64_t)seconds * SECOND;
	struct pollfd p = { .fd = alive, .events = POLLIN };

	for (;;) {
		int64_t left = deadline - clock_mono();
		if (left <= 0)
			return;
		int ready = poll(&p, 1, (int)left);
		if (ready > 0 || (ready < 0 && errno != EINTR))
			return;
	}
}

static enum err collect(
	struct arena *a, const struct apart *w, int fd, struct bytes *out, struct fault *why)
{
	struct stat st;
	if (fstat(fd, &st) || st.st_size < 0)
		return fault(why, E_INTERNAL, "fstat: %s", strerror(errno));
	if ((uint64_t)st.st_size > w->answer_max)
		return fault(why, E_TOO_LARGE, "more than %zu bytes", w->answer_max);
	size_t n = (size_t)st.st_size, have = 0;
	uint8_t *at = arena_alloc(a, n ? n : 1);
	while (have < n) {
		ssize_t r = pread(
			fd, at + have, n - have < READ_STEP ? n - have : READ_STEP, (off_t)have);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return fault(why, E_INTERNAL, "read: %s", strerror(errno));
		have += (size_t)r;
	}
	*out = (struct bytes){ at, n };
	return OK;
}

static enum err run(
	struct arena *a, const struct apart *w, int answer, struct bytes *out, struct fault *why)
{
	int ends[2], status = 0;
	if (pipe2(ends, O_CLOEXEC))
		return fault(why, E_INTERNAL, "pipe: %s", strerror(errno));
	pid_t self = getpid(), child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self)
			_exit(1);
		child_run(w, answer, ends[1]);
	}
	close(ends[1]);
	if (child > 0)
		wait_for(ends[0], 2 * w->seconds);
	close(ends[0]);
	if (child < 0)
		return fault(why, E_INTERNAL, "fork: %s", strerror(errno));
	/* it is not reaped yet, so the number is still its own; one that has closed its end is on
	 * its way out, and what it gives back stands */
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
		return fault(why, E_TOO_LARGE, "more than %zu bytes", w->answer_max);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return fault(why, E_INVALID, "what was read apart could not be used");
	return collect(a, w, answer, out, why);
}

enum err apart_run(struct arena *a, const struct apart *w, struct bytes *out, struct fault *why)
{
	int answer = memfd_create("answer", MFD_CLOEXEC);
	if (answer < 0)
		return fault(why, E_INTERNAL, "memfd: %s", strerror(errno));
	enum err e = run(a, w, answer, out, why);
	close(answer);
	return e;
}
