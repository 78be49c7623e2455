#include "workers/vision/confine.h"

#include <errno.h>
#include <grp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum err confine_drop_user(struct fault *why)
{
	if (geteuid() != 0)
		return OK;
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
		setresuid(NOBODY, NOBODY, NOBODY))
		return fault(why, E_INTERNAL, "cannot become nobody: %s", strerror(errno));
	return OK;
}

void confine_close_others(const int *keep, size_t n)
{
	unsigned from = 3;
	for (size_t i = 0; i < n; i++) {
		unsigned fd = (unsigned)keep[i];
		if (fd > from)
			syscall(SYS_close_range, from, fd - 1, 0);
		from = fd + 1;
	}
	syscall(SYS_close_range, from, ~0U, 0);
}

static bool limit(int what, int64_t to)
{
	struct rlimit r = { (rlim_t)to, (rlim_t)to };
	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* AddressSanitizer reserves terabytes of addresses: no limit on memory then. */
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

enum err confine_limits(int64_t memory, int64_t seconds, struct fault *why)
{
	bool ok = limit(RLIMIT_CORE, 0);
	if (!SANITIZED)
		ok = ok && limit(RLIMIT_AS, memory);
	if (seconds)
		ok = ok && limit(RLIMIT_CPU, seconds);
	return ok ? OK : fault(why, E_INTERNAL, "setrlimit: %s", strerror(errno));
}

static enum err load(scmp_filter_ctx filter, bool rules_ok, struct fault *why)
{
	int r = rules_ok ? 0 : -EINVAL;
	if (!r && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		r = -errno;
	if (!r)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r ? fault(why, E_INTERNAL, "seccomp: %s", strerror(-r)) : OK;
}

/* A system call this architecture lacks is no rule and no failure. */
static bool rule(scmp_filter_ctx f, uint32_t action, int call)
{
	int r = seccomp_rule_add(f, action, call, 0);
	return r == 0 || r == -EDOM;
}

enum err confine_bytes_only(struct fault *why)
{
	static const int allowed[] = { SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(lseek),
		SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
		SCMP_SYS(futex), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(sched_yield),
		SCMP_SYS(sched_getaffinity), SCMP_SYS(restart_syscall), SCMP_SYS(getrandom) };
	static const int memory[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!f)
		return fault(why, E_INTERNAL, "seccomp: out of memory");
	bool ok = true;
	for (size_t i = 0; i < COUNT(allowed); i++)
		ok = rule(f, SCMP_ACT_ALLOW, allowed[i]) && ok;
	for (size_t i = 0; i < COUNT(memory); i++) {
		int r = seccomp_rule_add(
			f, SCMP_ACT_ALLOW, memory[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
		ok = r == 0 && ok;
	}
	return load(f, ok, why);
}
