/* Gives up, for good, the rights that a worker process does not need: it reads what strangers send.
 *
 * Three walls, each useful without the others:
 *   Landlock  only the named folders can be opened; no listening on TCP; no signals to processes
 * outside (as far as the kernel knows each; one without Landlock gets a line in the log) seccomp
 * system calls that no worker needs fail with EPERM (NET), or all but a short list (PURE) limits
 * no_new_privs, no core dumps, memory, open files
 *
 * Source: Linux Documentation/userspace-api/landlock.rst (ABI 1 to 6), seccomp_filter.rst.
 */
#ifndef CORE_PROC_SANDBOX_H
#define CORE_PROC_SANDBOX_H

#include "core/base/base.h"

enum sandbox_profile {
	SANDBOX_NET,  /* may connect sockets and look up names; opens only what is named below */
	SANDBOX_PURE, /* works on the descriptors it has: no open, no sockets, no new processes */
};

struct sandbox {
	enum sandbox_profile profile;
	const char *const *read_write; /* folders and files, ended by NULL; NULL: none */
	const char *const *read_only;  /* the same; what libc and TLS need is added for NET */
	uint64_t memory_max;	       /* bytes of address space; 0: as it is */
	uint64_t files_max;	       /* open descriptors; 0: as it is */
	bool may_listen; /* NET only: may accept TCP connections, on ports it chooses */
	bool may_accept; /* NET only: may accept on sockets that listened before */
	bool may_fork;	 /* NET only: may start processes of its own (fork, not exec) */
};

/* Call it once, before any thread is started: Landlock binds the calling thread and what it starts.
 * A named path that is not there is left out, with a line in the log for read_write.
 * E_INTERNAL when the kernel refuses what it should know; the process should then end.
 *
 * Names: /etc/resolv.conf and its kind stay readable as the files they are now. Where they are
 * replaced later (DHCP), names cannot be looked up until the process starts again; addresses always
 * work. */
enum err sandbox_enter(const struct sandbox *s, struct fault *why);

#endif
