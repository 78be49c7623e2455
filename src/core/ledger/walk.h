/* The walk of ledger_verify() along the facts: shared by verify_facts.c and verify_heads.c. */
#ifndef CORE_LEDGER_WALK_H
#define CORE_LEDGER_WALK_H

#include "core/ledger/merkle.h"
#include "core/ledger/verification.h"

enum { HEADS = 100 }; /* a page of them */

struct heads {
	struct tree_head at[HEADS];
	char text[HEADS][2][200]; /* key id and signature */
	int n, next;
	int64_t last; /* size of the last one read */
	bool done;
};

struct walk {
	struct verification *v;
	struct frontier tree; /* over the stored leaves of the facts read */
	struct digest chain;  /* as it should be after the last fact */
	struct digest stored; /* as it is */
	int64_t next;	      /* the number that must come */
	int64_t last_at, head_at;
	int64_t head_size; /* of the last head */
	bool second_form;  /* one was seen that names its key's period */
	bool chain_told, node_told, root_told;
	struct arena *scratch;
	struct buf bytes;
	struct heads heads;
};

/* After each fact: every head, in the table or with the signer, of as many facts as were read. */
enum err heads_here(struct walk *w);
/* At the end: heads of more facts than there are. */
enum err heads_beyond(struct walk *w);

#endif
