/* Work on what strangers sent, done in a fresh child without rights: no open, no sockets, no new
 * processes, limited memory and time. What the child writes comes back as bytes; they are not
 * trusted more than what it read. */
#ifndef CORE_PROC_APART_H
#define CORE_PROC_APART_H

#include "core/base/base.h"

struct apart {
	/* Runs in the child, which has the memory of the caller at the call: what it changes there
	 * is lost. What it writes to the descriptor is the answer. */
	enum err (*work)(void *arg, int out);
	void *arg;
	int seconds;	     /* of processor time, and twice as many to wait */
	uint64_t memory_max; /* bytes of address space beyond what the caller has; 0: no limit */
	size_t answer_max;   /* bytes */
};

/* E_INVALID when work gave an error, died or ran too long, E_TOO_LARGE when it wrote more than
 * answer_max, E_INTERNAL when no child could be made. The bytes live in a. */
enum err apart_run(struct arena *a, const struct apart *w, struct bytes *out, struct fault *why);

#endif
