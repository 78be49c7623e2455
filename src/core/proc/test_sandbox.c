/* Each check runs in a process of its own, which tells by its exit status what it could do. */
#include "core/proc/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>
#include <setjmp.h>
#include <cmocka.h>

enum { DONE = 0, NOT_ENTERED = 99 };

struct place {
	char mine[40], other[40];
	const char *writable[2];
	const char *readable[2];
};

static void write_file(const char *folder, const char *name)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
}

static void place_open(struct place *p)
{
	*p = (struct place){ "/tmp/shian-sandbox-XXXXXX", "/tmp/shian-sandbox-XXXXXX", { 0 },
		{ 0 } };
	assert_non_null(mkdtemp(p->mine));
	assert_non_null(mkdtemp(p->other));
	write_file(p->other, "secret");
	p->writable[0] = p->mine;
	p->readable[0] = p->other;
}

static void place_close(struct place *p)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/secret", p->other);
	unlink(path);
	snprintf(path, sizeof(path), "%s/new", p->mine);
	unlink(path);
	assert_int_equal(rmdir(p->other), 0);
	assert_int_equal(rmdir(p->mine), 0);
}

static bool has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static int run(const struct sandbox *s, int (*what)(const struct place *), const struct place *p)
{
	int status = 0;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct fault why = { 0 };
		if (sandbox_enter(s, &why)) {
			fprintf(stderr, "%s\n", why.text);
			_exit(NOT_ENTERED);
		}
		_exit(what(p));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- what a process tries: 0, or the number of the first thing that went wrong ------------- */

static int try_open(const char *folder, const char *name, int flags)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, flags, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int own_folder_only(const struct place *p)
{
	if (try_open(p->mine, "new", O_RDWR | O_CREAT))
		return 1;
	if (has_landlock() && try_open(p->other, "secret", O_RDONLY) != EACCES)
		return 2;
	if (has_landlock() && try_open("/etc", "passwd", O_RDONLY) != EACCES)
		return 3;
	return DONE;
}

static int reads_but_does_not_write(const struct place *p)
{
	if (try_open(p->other, "secret", O_RDONLY))
		return 1;
	if (has_landlock() && try_open(p->other, "secret", O_WRONLY) != EACCES)
		return 2;
	if (has_landlock() && try_open(p->other, "more", O_RDWR | O_CREAT) != EACCES)
		return 3;
	return DONE;
}

static void *nothing(void *at)
{
	return at;
}

static int looks_up_and_connects(const struct place *p)
{
	struct addrinfo *found = NULL, hints = { .ai_socktype = SOCK_STREAM };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(1) };
	pthread_t t;
	(void)p;
	if (getaddrinfo("localhost", "http", &hints, &found))
		return 1;
	freeaddrinfo(found);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 2;
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 || errno != ECONNREFUSED)
		return 3;
	if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
		return 4;
	return DONE;
}

static bool core_is_never_written(void)
{
	struct rlimit core = { 7, 7 };
	return getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
}

static bool starts_nothing(void)
{
	char *const none[] = { NULL };
	return execve("/bin/true", none, none) < 0 && (errno == EPERM || errno == EACCES);
}

static int does_no_mischief(const struct place *p)
{
	(void)p;
	if (!starts_nothing())
		return 1;
	if (socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0)
		return 2;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || listen(fd, 1) == 0 || errno != EPERM)
		return 3;
	if (setuid(0) == 0 || chroot("/") == 0 || unshare(CLONE_NEWUSER) == 0)
		return 4;
	if (syscall(SYS_mount, "x", "/mnt", "tmpfs", 0, NULL) == 0 || errno != EPERM)
		return 5;
	if (syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0) >= 0 || errno != EPERM)
		return 6;
	return core_is_never_written() ? DONE : 7;
}

static int stays_alone(const struct place *p)
{
	(void)p;
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid(child, NULL, 0);
	return child < 0 && errno == EPERM ? DONE : 1;
}

static int may_have_children(const struct place *p)
{
	return stays_alone(p) == 1 ? DONE : 1;
}

static int only_computes(const struct place *p)
{
	char *block = malloc(1 << 20);
	int pipe_ends[2];
	if (!block)
		return 1;
	memset(block, 1, 1 << 20);
	free(block);
	if (try_open(p->mine, "new", O_RDWR | O_CREAT) != EPERM)
		return 2;
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 3;
	if (pipe(pipe_ends) == 0 || kill(getppid(), 0) == 0)
		return 4;
	return write(2, "", 0) == 0 ? DONE : 5;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void net_profile(void **state)
{
	struct place p;
	(void)state;
	place_open(&p);
	struct sandbox s = { .profile = SANDBOX_NET, .read_write = p.writable };
	assert_int_equal(run(&s, own_folder_only, &p), DONE);
	assert_int_equal(run(&s, looks_up_and_connects, &p), DONE);
	assert_int_equal(run(&s, does_no_mischief, &p), DONE);
	s.read_only = p.readable;
	assert_int_equal(run(&s, reads_but_does_not_write, &p), DONE);
	s.may_fork = true;
	assert_int_equal(run(&s, may_have_children, &p), DONE);
	place_close(&p);
}

static void net_profile_forks_not(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
	skip(); /* the leak check forks */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	skip();
#endif
#endif
	struct place p;
	(void)state;
	place_open(&p);
	struct sandbox s = { .profile = SANDBOX_NET };
	assert_int_equal(run(&s, stays_alone, &p), DONE);
	place_close(&p);
}

static void pure_profile(void **state)
{
	struct place p;
	(void)state;
	place_open(&p);
	struct sandbox s = { .profile = SANDBOX_PURE, .files_max = 32 };
	assert_int_equal(run(&s, only_computes, &p), DONE);
	place_close(&p);
}

static void missing_paths_do_not_matter(void **state)
{
	static const char *const NONE[] = { "/nonexistent/folder", NULL };
	struct place p;
	(void)state;
	place_open(&p);
	struct sandbox s = { .profile = SANDBOX_NET, .read_write = p.writable, .read_only = NONE };
	assert_int_equal(run(&s, own_folder_only, &p), DONE);
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(net_profile),
		cmocka_unit_test(net_profile_forks_not),
		cmocka_unit_test(pure_profile),
		cmocka_unit_test(missing_paths_do_not_matter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
