/* Proofs for people: which fact speaks of a paper or a file, and its proof as a file
 * (core/ledger/proof_file.h). Used by the pages and by `shian proof make`. */
#ifndef CORE_PAPERS_PROOFS_H
#define CORE_PAPERS_PROOFS_H

#include "core/app/req.h"
#include "core/ledger/proof_file.h"

/* head: the published one to prove against, NULL for the last. E_NOT_FOUND with words when nothing
 * covers it yet, E_CONFLICT when the head is of another ledger. */
enum err proof_of_fact(
	struct req *rq, int64_t seq, const struct tree_head *head, struct proof_file *out);
/* The sealing of the paper with this code, or this number. */
enum err proof_of_paper(struct req *rq, const char *code_or_number, const struct tree_head *head,
	struct proof_file *out);
/* The first fact whose data name the file; subject: the thing the fact is about, when it is known
 * (else the whole ledger is read). */
struct file_asked {
	const char *sm3;
	int64_t subject;
};
enum err proof_of_file(struct req *rq, const struct file_asked *f, const struct tree_head *head,
	struct proof_file *out);
/* The text of the file. */
const char *proof_text(struct req *rq, const struct proof_file *p);

#endif
