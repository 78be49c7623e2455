/* Heads that somebody keeps outside, against the ledger: was he shown the same ledger? */
#ifndef CORE_LEDGER_HEAD_COMPARE_H
#define CORE_LEDGER_HEAD_COMPARE_H

#include "core/ledger/proof_file.h"

/* The heads of a text: one behind the other, as head_file_text() writes them. E_INVALID says
 * where that ends. */
struct head_list {
	struct tree_head *at;
	size_t n;
};
enum err head_list_parse(
	struct arena *a, struct bytes in, struct head_list *out, struct fault *why);

struct head_compare {
	struct arena *arena;  /* of the words */
	const char *keys_dir; /* public keys; NULL: signatures are not looked at */
	void (*tell)(void *ctx, const char *words);
	void *ctx;
	int64_t agree, wrong; /* counted */
};
/* Each head: its signature; that the ledger still has these facts, with this root; that it is dated
 * in order. OK whatever was found. */
enum err heads_compare(
	struct conn *c, const struct head_list *l, struct head_compare *h, struct fault *why);
/* Two witnesses against each other, without a ledger: heads of one size have one root. */
void head_lists_compare(
	const struct head_list *a, const struct head_list *b, struct head_compare *h);

#endif
