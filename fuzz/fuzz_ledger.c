/* What the ledger reads from outside: texts of heads, requests to the signer, witnessed rows, a
 * frontier. */
#include "core/ledger/fact.h"
#include "core/ledger/merkle.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void head(const char *text)
{
	struct tree_head h, again;
	struct arena *a = arena_new();
	if (!head_parse(a, text, strlen(text), &h)) {
		arena_free(a);
		return;
	}
	const char *back = head_text(a, &h);
	if (!head_parse(a, back, strlen(back), &again) || again.size != h.size || again.at != h.at)
		abort();
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!n)
		return 0;
	struct arena *a = arena_new();
	char *text = arena_copy(a, (const char *)data + 1, n - 1);
	struct signer_request q;
	struct witness_entry e;
	struct frontier f;
	const char *at = text;
	switch (data[0] & 3) {
	case 0:
		head(text);
		break;
	case 1:
		(void)signer_request_parse((struct bytes){ (uint8_t *)text, n - 1 }, &q);
		break;
	case 2:
		while (witness_read(&at, &e))
			;
		break;
	default:
		(void)frontier_parse(text, (int64_t)n & 7, &f);
	}
	arena_free(a);
	return 0;
}
