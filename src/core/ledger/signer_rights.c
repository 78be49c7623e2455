/* What the signer process takes from itself before it reads the first request. */
#include "core/ledger/signer_key.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const allowed[] = { "read", "write", "writev", "recvfrom", "sendto", "recvmsg",
	"sendmsg", "poll", "ppoll", "close", "fstat", "newfstatat", "stat", "lstat", "statx",
	"lseek", "fcntl", "openat", "open", "fsync", "fdatasync", "fchmod", "rename", "renameat",
	"renameat2", "unlink", "unlinkat", "access", "faccessat", "faccessat2", "mmap", "munmap",
	"mprotect", "mremap", "brk", "madvise", "futex", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigaltstack", "getpid", "gettid", "getrandom", "clock_gettime",
	"gettimeofday", "clock_nanosleep", "sched_yield", "rseq", "set_robust_list", "tgkill",
	"exit", "exit_group", NULL };

/* What the dynamic linker and a token's module ask besides: to look at files and at themselves, to
 * lock files, to talk to a device that a description names, and a clock that ends a token which
 * never answers. */
static const char *const of_tokens[] = { "pread64", "pwrite64", "readv", "readlink", "readlinkat",
	"getdents64", "getcwd", "flock", "ftruncate", "ioctl", "uname", "sysinfo", "getuid",
	"geteuid", "getgid", "getegid", "getppid", "sched_getaffinity", "set_tid_address", "alarm",
	"setitimer", "nanosleep", "select", "pselect6", "eventfd2", "pipe2", NULL };
static const char *const of_sockets[] = { "connect", "getsockopt", "setsockopt", "getsockname",
	"getpeername", "shutdown", "sendmmsg", NULL };

struct needs {
	const struct token_place *const *places;
	int n;
	bool unix_sockets, inet_sockets;
};

/* ---- calls ------------------------------------------------------------------------------------
 */

static bool allow(scmp_filter_ctx filter, const char *const names[])
{
	bool ok = true;
	for (int i = 0; ok && names[i]; i++) {
		int number = seccomp_syscall_resolve_name(names[i]);
		if (number != __NR_SCMP_ERROR) /* another machine may not know the old names */
			ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
	}
	return ok;
}

static bool allow_family(scmp_filter_ctx filter, int family)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
		       SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family)) == 0;
}

/* Threads, which stay behind these walls, but no processes. What clone3 is asked cannot be seen, so
 * it is not there, and the C library asks clone. */
static bool allow_threads(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		       SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool allow_tokens(scmp_filter_ctx filter, const struct needs *n)
{
	bool ok = allow(filter, of_tokens) && allow_threads(filter);
	if (n->unix_sockets)
		ok = ok && allow_family(filter, AF_UNIX);
	if (n->inet_sockets)
		ok = ok && allow_family(filter, AF_INET) && allow_family(filter, AF_INET6);
	return ok && (!(n->unix_sockets || n->inet_sockets) || allow(filter, of_sockets));
}

/* Everything else answers EPERM: no socket, no connect, no exec, no new process. */
static bool seccomp_on(const struct needs *n)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return false;
	bool ok = allow(filter, allowed) && (!n->n || allow_tokens(filter, n));
	ok = ok && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

/* ---- files ------------------------------------------------------------------------------------
 */

static const __u64 may_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const __u64 may_write = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
			       LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
			       LANDLOCK_ACCESS_FS_REMOVE_FILE;
static const __u64 of_files = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;

/* What is not there, or not ours to open, gets no rule; a file has no rights of folders. */
static bool beneath(int set, const char *path, __u64 rights)
{
	struct stat st;
	struct landlock_path_beneath_attr rule = { .allowed_access = rights,
		.parent_fd = open(path, O_PATH | O_CLOEXEC) };
	if (rule.parent_fd < 0)
		return true;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= of_files;
	bool ok = syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
	(void)close(rule.parent_fd);
	return ok;
}

/* Libraries, and nothing of /etc but what says where they are. */
static bool libraries(int set)
{
	static const char *const paths[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64",
		"/usr/local/lib", "/etc/ld.so.cache", "/etc/ssl/openssl.cnf", "/dev/urandom",
		NULL };
	bool ok = true;
	for (int i = 0; ok && paths[i]; i++)
		ok = beneath(set, paths[i], may_read);
	return ok;
}

static bool of_place(int set, const struct token_place *p)
{
	bool ok = beneath(set, p->module, may_read);
	for (int i = 0; ok && i < p->n_reads; i++)
		ok = beneath(set, p->reads[i], may_read);
	for (int i = 0; ok && i < p->n_writes; i++)
		ok = beneath(set, p->writes[i], may_write);
	return ok;
}

/* The folder of the keys is all of the file system there is, and what tokens need; the rights are
 * those that the first Landlock knew. True as well where the kernel has none. */
static bool landlock_on(const char *keys_dir, const struct needs *n)
{
	const __u64 all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	struct landlock_ruleset_attr attr = { .handled_access_fs = all };
	int set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (set < 0) {
		log_event(LOG_INFO, "signer.no_landlock", "reason", strerror(errno), NULL);
		return true;
	}
	bool ok = beneath(set, keys_dir, may_write) && (!n->n || libraries(set));
	for (int i = 0; ok && i < n->n; i++)
		ok = of_place(set, n->places[i]);
	ok = ok && syscall(SYS_landlock_restrict_self, set, 0) == 0;
	(void)close(set);
	return ok;
}

bool signer_rights_drop(const char *keys_dir, const struct token_place *const places[], int n)
{
	struct rlimit none = { 0, 0 };
	struct needs needs = { .places = places, .n = n };
	for (int i = 0; i < n; i++) {
		needs.unix_sockets |= places[i]->unix_sockets;
		needs.inet_sockets |= places[i]->inet_sockets;
	}
	(void)setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return landlock_on(keys_dir, &needs) && seccomp_on(&needs);
}
