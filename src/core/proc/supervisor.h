/* The parent of the house: starts the processes, starts them again when they die, passes lines
 * between them. It forks from a single thread: call it before any thread exists.
 *
 * Children are forked from a single-threaded parent and die with it (PR_SET_PDEATHSIG). A child may
 * be killed at any moment: it comes back after 0.1 s, then 0.2 s, ... at most 5 s; thirty seconds
 * of life begin the count anew. Two children that talk to each other get a fresh socket pair from
 * the parent whenever either of them starts: each receives its end on its control socket. A child
 * begins with the standard streams, its control socket and keep_fd open and nothing else, no signal
 * blocked or caught, in a process group of its own, named "shian-<name>". SIGHUP is passed on to
 * all. SIGTERM or SIGINT ends the house: TERM to all, KILL after ten seconds. DATA/run/status.json
 * says who lives, since when, and how often each was started again; it is replaced at every change.
 */
#ifndef CORE_SUPERVISOR_H
#define CORE_SUPERVISOR_H

#include "core/base/base.h"

struct child_spec {
	const char *name;
	/* answers the exit status; whatever it is, the child is started again */
	int (*run)(void *arg, int control_fd);
	void *arg;
	bool needed; /* for the record only: the house is not whole without it */
};

struct child_link {
	const char *client, *server, *tag; /* names of two children; tag at most 31 characters */
};

struct supervise_options {
	const char *data_dir;
	const struct child_link *links;
	int n_links;
	int keep_fd;	 /* the listening socket that children inherit, or -1 */
	int patience_ms; /* from TERM to KILL at the end; 0: ten seconds */
};

/* Returns OK after a signal has ended everything, E_INTERNAL when it could not begin. */
enum err supervise(const struct child_spec *specs, int n, const struct supervise_options *o,
	struct fault *why);

/* In a child: waits for the next line from the parent; timeout -1: for ever. E_BUSY after the
 * timeout or a signal, E_GONE when the parent has closed the socket. The caller owns fd. */
enum err control_receive(int control_fd, char tag[32], int *fd, int timeout_ms);

#endif
