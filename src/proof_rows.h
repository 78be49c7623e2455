/* The proof of a file that no fact names in its data, only a witnessed row. */
#ifndef PROOF_ROWS_H
#define PROOF_ROWS_H

#include "core/papers/proofs.h"

/* Reads every witnessed table till a row names the file: minutes on a large district. The proof
 * shows the whole row. E_NOT_FOUND when there is none, E_CONFLICT when the row was changed past the
 * program. */
enum err proof_of_row_file(
	struct req *rq, const char *sm3_hex, const struct tree_head *head, struct proof_file *out);

#endif
