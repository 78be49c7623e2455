/* A row of table ledger, and the bytes its digest covers.
 *
 * Canonical bytes of a fact, version 1: the byte 0x01, then ten fields in this order, each as the
 *number of its bytes in decimal, ':', the bytes, ',' (a netstring):
 *
 *	seq at name actor actor_name subject entity cause data rows
 *
 * Numbers are decimal ASCII with '-' when negative, text is UTF-8 as stored. So fact 1 of 1970 with
 *no text is \x01 1:1,1:0,6:a.done,1:0,0:,1:0,1:0,1:0,2:{},0:,		(without the blank)
 *
 *	leaf    = SM3(0x00 || canonical bytes)
 *	chain_n = SM3(chain_{n-1} || leaf_n), chain_0 = 32 zero bytes
 *
 * rows is what the fact witnesses: "table:id:digest;" for each row in order, digest in 64
 *lower-case hex digits, all zero when the row was deleted. Table names are [a-z0-9_]+.
 */
#ifndef CORE_LEDGER_FACT_H
#define CORE_LEDGER_FACT_H

#include "core/ledger/ledger.h"

enum { TABLE_NAME_MAX = 63, FACT_NAME_MAX = 100, LEAVES_PER_NODE = 256, NODE_LEVEL = 8 };

struct fact_row {
	int64_t seq, at, actor, subject, entity, cause;
	const char *name, *actor_name, *data, *rows;
};

/* b is emptied and filled with 0x00 and the canonical bytes: what the leaf is the SM3 of. */
void fact_bytes(struct buf *b, const struct fact_row *r);
struct digest fact_chain(const struct digest *before, const struct digest *leaf);

/* Text of column rows; E_INVALID when a table has no proper name. */
enum err witness_text(struct buf *b, const struct witness *rows, struct fault *why);

/* Reads the entry at *at and moves *at behind it. */
struct witness_entry {
	char table[TABLE_NAME_MAX + 1];
	int64_t id;
	struct digest row;
};
bool witness_read(const char **at, struct witness_entry *out);

/* Copies the reason of the last SQL error into why and returns e. */
enum err sql_fault(struct conn *c, enum err e, struct fault *why);
#define SQL(c, why, call)                                                                          \
	do {                                                                                       \
		enum err sql_err_ = (call);                                                        \
		if (sql_err_)                                                                      \
			return sql_fault((c), sql_err_, (why));                                    \
	} while (0)

#endif
