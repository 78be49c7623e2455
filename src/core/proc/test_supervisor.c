/* The parent and its children, killed in every way. The test reads what they do from memory they
 * share. */
#include "core/proc/supervisor.h"

#include <errno.h>
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "folder.h"

enum { WAIT_MS = 20 * SECOND };

/* Waits until it holds; the clock bounds only a failure. */
#define EVENTUALLY(condition)                                                                      \
	do {                                                                                       \
		int64_t end_ = clock_mono() + WAIT_MS;                                             \
		while (!(condition) && clock_mono() < end_)                                        \
			usleep(2000);                                                              \
		assert_true(condition);                                                            \
	} while (0)

struct seen {
	_Atomic int talks, hups, starts, files, own_group, named, kept;
	_Atomic int pid[4];
};

struct stage {
	struct seen *seen;
	char dir[64];
	pid_t parent;
	int keep_fd;
};

/* ---- children ----------------------------------------------------------------------------- */

static int steady(void *arg, int control)
{
	struct stage *s = arg;

	(void)control;
	s->seen->pid[0] = getpid();
	while (s->seen) /* until it is killed */
		pause();
	return 0;
}

static int gives_up(void *arg, int control)
{
	struct stage *s = arg;

	(void)control;
	s->seen->starts++;
	return 3;
}

static int aborts(void *arg, int control)
{
	struct stage *s = arg;

	(void)control;
	s->seen->starts++;
	abort();
}

static int stubborn(void *arg, int control)
{
	struct stage *s = arg;

	(void)control;
	signal(SIGTERM, SIG_IGN);
	s->seen->pid[0] = getpid();
	while (s->seen) /* until it is killed */
		pause();
	return 0;
}

static int count_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n - 3; /* ".", ".." and the folder itself */
}

static int looks_round(void *arg, int control)
{
	struct stage *s = arg;
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	s->seen->named = strcmp(name, "shian-looker") == 0;
	s->seen->own_group = getpgid(0) == getpid();
	s->seen->kept = lseek(s->keep_fd, 0, SEEK_CUR) >= 0 && control > STDERR_FILENO;
	s->seen->files = count_files();
	return steady(arg, control);
}

static struct seen *heard_by; /* of one child's own memory: a handler gets no argument */

static void on_hup(int sig)
{
	(void)sig;
	heard_by->hups++;
}

static int listens_to_hup(void *arg, int control)
{
	struct stage *s = arg;

	heard_by = s->seen;
	signal(SIGHUP, on_hup);
	return steady(arg, control);
}

/* Answers each byte of one line with its successor, then takes the next line. */
static int server(void *arg, int control)
{
	struct stage *s = arg;
	char tag[32], c;
	int fd;

	s->seen->pid[1] = getpid();
	while (!control_receive(control, tag, &fd, -1)) {
		while (read(fd, &c, 1) == 1) {
			c++;
			if (write(fd, &c, 1) != 1)
				break;
		}
		close(fd);
	}
	return 0;
}

static void talk(struct seen *seen, int *fd)
{
	char c = 'a';
	signal(SIGPIPE, SIG_IGN);
	if (write(*fd, &c, 1) == 1 && read(*fd, &c, 1) == 1 && c == 'b') {
		seen->talks++;
		return;
	}
	close(*fd);
	*fd = -1;
}

static int client(void *arg, int control)
{
	struct stage *s = arg;
	char tag[32];
	int line = -1, fd;
	enum err e;

	s->seen->pid[2] = getpid();
	while ((e = control_receive(control, tag, &fd, line < 0 ? -1 : 5)) != E_GONE) {
		if (!e && strcmp(tag, "line") == 0) {
			if (line >= 0)
				close(line);
			line = fd;
		}
		if (line >= 0)
			talk(s->seen, &line);
	}
	return 0;
}

/* ---- the stage ---------------------------------------------------------------------------- */

static int setup(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct rlimit no_core = { 0, 0 };
	struct fault why;
	char run[80];

	assert_non_null(s);
	snprintf(s->dir, sizeof(s->dir), "/tmp/shian-test-supervisor-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(run, sizeof(run), "%s/run", s->dir);
	assert_int_equal(dir_make(run, &why), OK);
	s->seen = mmap(
		NULL, sizeof(*s->seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(s->seen, MAP_FAILED);
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us, so that their end can be seen */
	s->keep_fd = -1;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct stage *s = *state;

	if (s->parent) {
		kill(s->parent, SIGKILL);
		waitpid(s->parent, NULL, 0);
	}
	while (waitpid(-1, NULL, 0) > 0) {
	}
	folder_remove(s->dir); /* a killed parent may leave a half-written status in it */
	munmap(s->seen, sizeof(*s->seen));
	free(s);
	return 0;
}

static void raise_house(struct stage *s, const struct child_spec *specs, int n)
{
	static const struct child_link links[] = { { "client", "server", "line" } };
	struct supervise_options o = { .data_dir = s->dir,
		.links = links,
		.n_links = 1,
		.keep_fd = s->keep_fd,
		.patience_ms = 200 };
	struct fault why;

	fflush(NULL);
	s->parent = fork();
	assert_true(s->parent >= 0);
	if (s->parent == 0) {
		log_to(LOG_ERROR + 1, "test");
		_exit(supervise(specs, n, &o, &why) ? 1 : 0);
	}
}

static bool gone(pid_t pid)
{
	return waitpid(pid, NULL, WNOHANG) == pid || (kill(pid, 0) < 0 && errno == ESRCH);
}

static int house_ends(struct stage *s)
{
	int status = -1;

	kill(s->parent, SIGTERM);
	assert_int_equal(waitpid(s->parent, &status, 0), s->parent);
	s->parent = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool status_says(struct stage *s, const char *words)
{
	struct arena *a = arena_new();
	struct bytes b = { 0 };
	bool says = !file_read(a, arena_printf(a, "%s/run/status.json", s->dir), 10000, &b, NULL) &&
		    strstr(arena_copy(a, (const char *)b.at, b.n), words);
	arena_free(a);
	return says;
}

/* ---- cases -------------------------------------------------------------------------------- */

static void starts_and_ends(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "steady", steady, s, true } };
	char words[64];

	raise_house(s, specs, 1);
	EVENTUALLY(s->seen->pid[0]);
	snprintf(words, sizeof(words), "{\"name\":\"steady\",\"pid\":%d,\"restarts\":0,",
		s->seen->pid[0]);
	EVENTUALLY(status_says(s, words));
	assert_true(status_says(s, "+08:00\",\"needed\":true}]}"));
	assert_int_equal(house_ends(s), 0);
	assert_true(gone(s->seen->pid[0]));
	assert_true(status_says(s, "\"pid\":0,\"restarts\":0,"));
}

static void starts_again(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "steady", steady, s, true } };

	raise_house(s, specs, 1);
	EVENTUALLY(s->seen->pid[0]);
	int first = s->seen->pid[0];
	for (int i = 0; i < 3; i++) {
		int pid = s->seen->pid[0];
		assert_int_equal(kill(pid, SIGKILL), 0);
		EVENTUALLY(s->seen->pid[0] != pid);
	}
	assert_int_not_equal(s->seen->pid[0], first);
	EVENTUALLY(status_says(s, "\"restarts\":3,"));
	assert_int_equal(house_ends(s), 0);
}

static void starts_again_whoever_fails(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "quits", gives_up, s, false },
		{ "aborts", aborts, s, false } };

	raise_house(s, specs, 2);
	EVENTUALLY(s->seen->starts >= 6);
	assert_int_equal(house_ends(s), 0);
}

static void kills_the_stubborn(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "stubborn", stubborn, s, false } };

	raise_house(s, specs, 1);
	EVENTUALLY(s->seen->pid[0]);
	assert_int_equal(house_ends(s), 0);
	assert_true(gone(s->seen->pid[0]));
}

static void gives_a_clean_room(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "steady", steady, s, false },
		{ "looker", looks_round, s, false } };
	int other = dup(0);

	s->keep_fd = memfd_create("kept", 0);
	raise_house(s, specs, 2);
	EVENTUALLY(s->seen->files);
	assert_int_equal(s->seen->files, 5); /* three streams, the control socket, what is kept */
	assert_true(s->seen->own_group);
	assert_true(s->seen->named);
	assert_true(s->seen->kept);
	assert_int_equal(house_ends(s), 0);
	close(s->keep_fd);
	close(other);
}

static void passes_hup_on(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "hup", listens_to_hup, s, false } };

	raise_house(s, specs, 1);
	EVENTUALLY(s->seen->pid[0]);
	kill(s->parent, SIGHUP);
	EVENTUALLY(s->seen->hups == 1);
	assert_int_equal(house_ends(s), 0);
}

static void renews_lines(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "server", server, s, true },
		{ "client", client, s, true } };

	raise_house(s, specs, 2);
	for (int i = 0; i < 6; i++) {
		int before = s->seen->talks;
		EVENTUALLY(s->seen->talks > before + 3);
		int who = i % 2 + 1, pid = s->seen->pid[who];
		assert_int_equal(kill(pid, SIGKILL), 0);
		EVENTUALLY(s->seen->pid[who] != pid);
	}
	int before = s->seen->talks;
	EVENTUALLY(s->seen->talks > before + 3);
	kill(s->seen->pid[1], SIGKILL); /* both at once */
	kill(s->seen->pid[2], SIGKILL);
	before = s->seen->talks;
	EVENTUALLY(s->seen->talks > before + 3);
	assert_int_equal(house_ends(s), 0);
}

static void dies_with_its_parent(void **state)
{
	struct stage *s = *state;
	const struct child_spec specs[] = { { "server", server, s, true },
		{ "client", client, s, true }, { "stubborn", stubborn, s, true } };

	raise_house(s, specs, 3);
	EVENTUALLY(s->seen->pid[0] && s->seen->talks > 2);
	kill(s->parent, SIGKILL);
	assert_int_equal(waitpid(s->parent, NULL, 0), s->parent);
	s->parent = 0;
	for (int i = 0; i < 3; i++)
		EVENTUALLY(gone(s->seen->pid[i]));
}

static void control_tells_why_not(void **state)
{
	int pair[2], fd;
	char tag[32];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(control_receive(pair[0], tag, &fd, 0), E_BUSY);
	close(pair[1]);
	assert_int_equal(control_receive(pair[0], tag, &fd, -1), E_GONE);
	close(pair[0]);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(starts_and_ends),
		T(starts_again),
		T(starts_again_whoever_fails),
		T(kills_the_stubborn),
		T(gives_a_clean_room),
		T(passes_hup_on),
		T(renews_lines),
		T(dies_with_its_parent),
		cmocka_unit_test(control_tells_why_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
