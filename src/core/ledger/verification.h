/* One run of ledger_verify(), shared by its files. */
#ifndef CORE_LEDGER_VERIFICATION_H
#define CORE_LEDGER_VERIFICATION_H

#include "core/ledger/fact.h"
#include "core/ledger/verify.h"
#include "core/ledger/witness_map.h"

struct trusted_key {
	struct sm2_key *key;
	struct trusted_key *next;
};

struct verification {
	const struct verify_options *o;
	struct verify_report *r;
	struct conn *c; /* the snapshot */
	struct fault *why;
	struct witness_map *rows; /* the last digest of each witnessed row */
	struct trusted_key *keys;
	struct tree_head remembered; /* by the signer; size 0: none */
};

void found(struct verification *v, const char *fmt, ...) PRINTF(2, 3);
void noted(struct verification *v, const char *fmt, ...) PRINTF(2, 3);
void progress(const struct verification *v, const char *stage, int64_t done, int64_t total);
/* "fact 12 (case.decided, 2026-11-23 14:05, 李明)", in the arena of the report. */
const char *fact_words(const struct verification *v, const struct fact_row *r);

/* Did this head's text come from one of the keys? E_NOT_FOUND: no such key. */
enum err head_signature(const struct verification *v, const struct tree_head *h);

enum err verify_facts(struct verification *v);
enum err verify_guards(struct verification *v);
enum err verify_rows(struct verification *v);

/* Files are named within the snapshot, and read after it was let go. */
struct file_list;
enum err verify_files_collect(struct verification *v, struct file_list **out);
enum err verify_files(struct verification *v, struct file_list *l);
void file_list_free(struct file_list *l);

#endif
