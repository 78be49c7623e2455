/* The file of a proof and of a published head: whatever comes in, checking ends; and what is taken
 * is taken again when it is written. */
#include "core/ledger/proof_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct bytes in = { data, size };
	struct proof_asked q = { .text = in, .copy_sm3 = "", .copy_sha256 = "" };
	struct proof_report r, again;
	struct buf b = { .arena = a };
	struct tree_head h;

	if (head_file_parse(a, in, &h)) {
		const char *text = head_file_text(a, &h);
		if (!head_file_parse(a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &h))
			abort();
	}
	q.published = &r.head;
	(void)proof_check(a, &q, &r);
	if (r.state[PROOF_FORM] == PROOF_HOLDS) {
		proof_file_write(&b, &r.file);
		q = (struct proof_asked){ .text = { (const uint8_t *)b.s, b.n } };
		(void)proof_check(a, &q, &again);
		if (again.state[PROOF_FORM] != PROOF_HOLDS ||
			again.state[PROOF_TREE] != r.state[PROOF_TREE])
			abort();
	}
	arena_free(a);
	return 0;
}
