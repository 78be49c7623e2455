#include "core/proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the headers of Debian 12 do not know yet; the running kernel says whether it does. */
enum {
	ABI_REFER = 2,
	ABI_TRUNCATE = 3,
	ABI_NET = 4,
	ABI_IOCTL = 5,
	ABI_SCOPE = 6,
};
#define FS_TRUNCATE    (UINT64_C(1) << 14)
#define FS_IOCTL_DEV   (UINT64_C(1) << 15)
#define NET_BIND_TCP   (UINT64_C(1) << 0)
#define NET_CONNECT    (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT (UINT64_C(1) << 0)
#define SCOPE_SIGNAL   (UINT64_C(1) << 1)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

#define FS_READ	 (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_ALL_1 ((UINT64_C(1) << 13) - 1) /* every right of ABI 1 */
#define FS_FILES                                                                                   \
	(FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                 \
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                     \
		LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | FS_TRUNCATE)
/* Of these, what may be granted on a file; the rest is for folders only. */
#define FS_ON_FILE (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)

/* Names, services and certificates: what getaddrinfo(), locale-free libc, OpenSSL and the dynamic
 * loader (name service modules) read. */
static const char *const NET_READS[] = { "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
	"/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/ld.so.cache",
	"/etc/ssl", "/usr/lib/ssl", "/usr/share/ca-certificates", "/run/systemd/resolve",
	"/run/resolvconf", "/run/NetworkManager", "/lib", "/lib64", "/usr/lib", "/dev/null",
	"/dev/urandom", "/sys/devices/system/cpu", "/proc/self", NULL };

/* The sanitizers reserve terabytes of address space, and look for leaks from a process of their
 * own. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static enum err refused(struct fault *why, const char *what)
{
	return fault(why, E_INTERNAL, "sandbox: %s: %s", what, strerror(errno));
}

/* ---- Landlock ---------------------------------------------------------------------------- */

static uint64_t known_fs(long abi)
{
	uint64_t rights = FS_ALL_1;
	if (abi >= ABI_REFER)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= ABI_TRUNCATE)
		rights |= FS_TRUNCATE;
	if (abi >= ABI_IOCTL)
		rights |= FS_IOCTL_DEV;
	return rights;
}

static enum err allow_path(int rules, const char *path, uint64_t rights, struct fault *why)
{
	struct stat st;
	int fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return fault(why, E_NOT_FOUND, "sandbox: %s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rights &= FS_ON_FILE;
	struct landlock_path_beneath_attr attr = { .allowed_access = rights, .parent_fd = fd };
	long rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
	enum err e = rc ? refused(why, path) : OK;
	close(fd);
	return e;
}

static enum err allow_paths(int rules, const char *const *paths, uint64_t rights, struct fault *why)
{
	for (; paths && *paths; paths++) {
		enum err e = allow_path(rules, *paths, rights, why);
		if (e && e != E_NOT_FOUND)
			return e;
		if (e && (rights & LANDLOCK_ACCESS_FS_WRITE_FILE))
			log_event(LOG_WARN, "sandbox.path_missing", "path", *paths, NULL);
	}
	return OK;
}

static enum err fill_rules(int rules, const struct sandbox *s, uint64_t known, struct fault *why)
{
	TRY(allow_paths(rules, s->read_write, FS_FILES & known, why));
	TRY(allow_paths(rules, s->read_only, FS_READ & known, why));
	if (s->profile == SANDBOX_NET)
		TRY(allow_paths(rules, NET_READS, FS_READ & known, why));
	return OK;
}

static enum err enter_landlock(const struct sandbox *s, struct fault *why)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		log_event(LOG_WARN, "sandbox.no_landlock", "error", strerror(errno), NULL);
		return OK;
	}
	struct ruleset_attr attr = { .fs = known_fs(abi) };
	size_t size = sizeof(attr.fs);
	if (abi >= ABI_NET) {
		attr.net = (s->may_listen ? 0 : NET_BIND_TCP) |
			   (s->profile == SANDBOX_PURE ? NET_CONNECT : 0);
		size = offsetof(struct ruleset_attr, scoped);
	}
	if (abi >= ABI_SCOPE) {
		attr.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
		size = sizeof(attr);
	}
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (rules < 0)
		return refused(why, "Landlock rules");
	enum err e = fill_rules(rules, s, attr.fs, why);
	if (!e && syscall(SYS_landlock_restrict_self, rules, 0))
		e = refused(why, "Landlock");
	close(rules);
	return e;
}

/* ---- seccomp ----------------------------------------------------------------------------- */

/* Never needed by a worker after it has started. */
static const char *const DENIED[] = { "execve", "execveat", "ptrace", "process_vm_readv",
	"process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp", "mount", "umount", "umount2",
	"mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
	"pivot_root", "chroot", "unshare", "setns", "setuid", "setgid", "setreuid", "setregid",
	"setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset", "init_module",
	"finit_module", "delete_module", "kexec_load", "kexec_file_load", "bpf", "perf_event_open",
	"userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key",
	"request_key", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "iopl",
	"ioperm", "modify_ldt", "personality", "name_to_handle_at", "open_by_handle_at", "mknod",
	"mknodat", "sethostname", "setdomainname", "settimeofday", "clock_settime", "clock_adjtime",
	"adjtimex", "stime", "syslog", "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs",
	"vhangup", "memfd_secret", "migrate_pages", "move_pages", "mbind", "set_mempolicy", "chown",
	"fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "fanotify_init",
	"seccomp", "landlock_create_ruleset", NULL };

static const char *const LISTENING[] = { "listen", NULL };
static const char *const ACCEPTING[] = { "accept", "accept4", NULL };

/* All that computing on open descriptors takes. */
static const char *const PURE_ALLOWED[] = { "read", "readv", "pread64", "preadv", "write", "writev",
	"pwrite64", "pwritev", "lseek", "close", "dup", "dup2", "dup3", "fstat", "newfstatat",
	"fcntl", "ftruncate", "fsync", "fdatasync", "poll", "ppoll", "select", "pselect6",
	"epoll_wait", "epoll_pwait", "epoll_ctl", "epoll_create1", "eventfd2", "sendto", "recvfrom",
	"sendmsg", "recvmsg", "shutdown", "mmap", "munmap", "mremap", "mprotect", "madvise", "brk",
	"futex", "set_robust_list", "get_robust_list", "rseq", "sched_yield", "sched_getaffinity",
	"getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getrandom",
	"clock_gettime", "clock_getres", "gettimeofday", "time", "clock_nanosleep", "nanosleep",
	"rt_sigreturn", "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigtimedwait",
	"sigaltstack", "tgkill", "restart_syscall", "exit", "exit_group", "getrusage", "sysinfo",
	"prlimit64", "uname", "membarrier", NULL };

static enum err add_rules(
	scmp_filter_ctx f, uint32_t action, const char *const *names, struct fault *why)
{
	for (; *names; names++) {
		int call = seccomp_syscall_resolve_name(*names);
		if (call == __NR_SCMP_ERROR)
			continue; /* a call that this machine does not have */
		if (SANITIZED && text_is(*names, "ptrace"))
			continue;
		int rc = seccomp_rule_add(f, action, call, 0);
		if (rc && rc != -EOPNOTSUPP && rc != -EDOM) {
			errno = -rc;
			return refused(why, *names);
		}
	}
	return OK;
}

/* Threads only, unless processes are allowed; never new namespaces. clone3() hides its flags behind
 * a pointer, so it is said not to exist, and libc takes clone(). */
static int limit_clone(scmp_filter_ctx f, bool may_fork)
{
	const uint64_t spaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
				CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	for (uint64_t bit = 1; !rc && bit <= spaces; bit <<= 1)
		if (spaces & bit)
			rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
				SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
	if (rc || may_fork)
		return rc;
	rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	if (!rc)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(fork), 0);
	return rc ? rc : seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(vfork), 0);
}

/* UNIX, IPv4, IPv6 and the route questions of getaddrinfo(); no raw, packet or exotic sockets. */
static int limit_sockets(scmp_filter_ctx f)
{
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
		SCMP_A0(SCMP_CMP_GT, AF_NETLINK));
	for (int family = AF_UNIX + 2; !rc && family < AF_NETLINK; family++)
		if (family != AF_INET6)
			rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
				SCMP_A0(SCMP_CMP_EQ, (uint64_t)family));
	for (int i = 0; !rc && i < 2; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 2,
			SCMP_A0(SCMP_CMP_EQ, i ? AF_INET6 : AF_INET),
			SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_RAW));
	return rc;
}

static enum err fill_filter(scmp_filter_ctx f, const struct sandbox *s, struct fault *why)
{
	if (s->profile == SANDBOX_PURE)
		return add_rules(f, SCMP_ACT_ALLOW, PURE_ALLOWED, why);
	TRY(add_rules(f, SCMP_ACT_ERRNO(EPERM), DENIED, why));
	if (!s->may_listen)
		TRY(add_rules(f, SCMP_ACT_ERRNO(EPERM), LISTENING, why));
	if (!s->may_listen && !s->may_accept)
		TRY(add_rules(f, SCMP_ACT_ERRNO(EPERM), ACCEPTING, why));
	int rc = limit_clone(f, s->may_fork || SANITIZED);
	if (!rc)
		rc = limit_sockets(f);
	errno = -rc;
	return rc ? refused(why, "system call rules") : OK;
}

static enum err enter_seccomp(const struct sandbox *s, struct fault *why)
{
	scmp_filter_ctx f =
		seccomp_init(s->profile == SANDBOX_PURE ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_ALLOW);
	if (!f)
		return fault(why, E_INTERNAL, "sandbox: no system call filter");
	enum err e = fill_filter(f, s, why);
	int rc = e ? 0 : seccomp_load(f);
	if (rc) {
		errno = -rc;
		e = refused(why, "system call filter");
	}
	seccomp_release(f);
	return e;
}

/* ---- limits ------------------------------------------------------------------------------ */

static enum err limit(__rlimit_resource_t what, uint64_t most, struct fault *why)
{
	struct rlimit r;
	if (getrlimit(what, &r) == 0 && r.rlim_max != RLIM_INFINITY && r.rlim_max < most)
		most = r.rlim_max;
	r = (struct rlimit){ most, most };
	return setrlimit(what, &r) ? refused(why, "limits") : OK;
}

enum err sandbox_enter(const struct sandbox *s, struct fault *why)
{
	TRY(limit(RLIMIT_CORE, 0, why));
	if (s->memory_max && !SANITIZED)
		TRY(limit(RLIMIT_AS, s->memory_max, why));
	if (s->files_max)
		TRY(limit(RLIMIT_NOFILE, s->files_max, why));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return refused(why, "no_new_privs");
	TRY(enter_landlock(s, why));
	return enter_seccomp(s, why);
}
