/* What the signer process takes from itself before it reads the first request. */
#include "core/ledger/signer_key.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

/* Everything else answers EPERM: no socket, no connect, no exec, no new process. */
static bool seccomp_on(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return false;
	bool ok = true;
	for (int i = 0; ok && allowed[i]; i++) {
		int number = seccomp_syscall_resolve_name(allowed[i]);
		if (number != __NR_SCMP_ERROR) /* another machine may not know the old names */
			ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
	}
	ok = ok && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

/* The folder of the keys is all of the file system there is; the rights are those that the first
 * Landlock knew. */
static bool landlock_on(const char *keys_dir)
{
	const __u64 all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
	struct landlock_ruleset_attr attr = { .handled_access_fs = all };
	int set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (set < 0)
		return false;
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
				  LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
				  LANDLOCK_ACCESS_FS_REMOVE_FILE,
		.parent_fd = open(keys_dir, O_PATH | O_CLOEXEC),
	};
	bool ok =
		beneath.parent_fd >= 0 &&
		syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 &&
		syscall(SYS_landlock_restrict_self, set, 0) == 0;
	if (beneath.parent_fd >= 0)
		(void)close(beneath.parent_fd);
	(void)close(set);
	return ok;
}

bool signer_rights_drop(const char *keys_dir)
{
	struct rlimit none = { 0, 0 };
	(void)setrlimit(RLIMIT_CORE, &none);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	if (!landlock_on(keys_dir))
		log_event(LOG_INFO, "signer.no_landlock", "reason", strerror(errno), NULL);
	return seccomp_on();
}
