/* The row of ledger_state: where the next fact goes on. Between the files of the ledger only. */
#ifndef CORE_LEDGER_STATE_H
#define CORE_LEDGER_STATE_H

#include "core/ledger/ledger.h"
#include "core/ledger/merkle.h"

struct ledger_state {
	struct frontier frontier; /* with the number of facts */
	struct digest chain;	  /* of the last fact; zero before the first */
	int64_t last_at;	  /* of the last fact or signed head, whichever is later */
};
enum err ledger_state_read(struct conn *c, struct ledger_state *out, struct fault *why);
enum err ledger_lock(struct conn *c, struct fault *why);

#endif
