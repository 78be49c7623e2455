/* A proof as a file: that a fact, with what it names, stands in the tree of a signed head. Whoever
 * holds it can check it alone, without this program and without its database (docs/LEDGER.md says
 * how, line by line). Pure: nothing here reads a database.
 *
 *	shian-proof 1
 *	fact	<bytes>			then so many bytes and a newline: the ten fields of the leaf
 *	row	<table>	<id>	<bytes>	maybe; the row that the fact witnesses, and its bytes
 *	file	<sm3>	<sha256>	maybe; the file that this is about; sha256 may be "-"
 *	path	<digest>		from the leaf to the root
 *	head	<bytes>			the text of the head
 *	signature	<key id>	<hex>
 *	key	<bytes>			the public key, PEM: a convenience, it proves nothing
 *	older	<size>	<root>		maybe; an earlier head that this one continues
 *	consistency	<digest>
 *	end
 */
#ifndef CORE_LEDGER_PROOF_FILE_H
#define CORE_LEDGER_PROOF_FILE_H

#include "core/ledger/fact.h"

enum { PROOF_FILE_MAX = 20 * 1024 * 1024 };

struct proof_path {
	int n;
	struct digest at[PROOF_MAX];
};

struct proof_file {
	struct bytes fact; /* the ten fields, without the byte of the version */
	const char *table; /* of the row; "": none is shown */
	int64_t row_id;
	struct bytes row;
	const char *sm3, *sha256; /* of the file; "": it is about the fact alone */
	struct proof_path path;
	const char *head, *key_id, *signature, *pem; /* head: its text */
	int64_t older_size;			     /* 0: no earlier head */
	struct digest older_root;
	struct proof_path consistency;
};

void proof_file_write(struct buf *b, const struct proof_file *p);
/* Texts point into the arena. E_INVALID says which line is none. Lines may end as on Windows, as
 * what was pasted does. */
enum err proof_file_parse(
	struct arena *a, struct bytes in, struct proof_file *out, struct fault *why);

/* ---- a published head ------------------------------------------------------------------------
 * Its text, then key id and signature, a line each: what shian head prints, pushes and compares. */
char *head_file_text(struct arena *a, const struct tree_head *h);
bool head_file_parse(struct arena *a, struct bytes in, struct tree_head *out);

/* ---- the check ------------------------------------------------------------------------------ */
enum proof_check {
	PROOF_FORM,	 /* the file can be read */
	PROOF_TREE,	 /* the fact stands in the tree of the head */
	PROOF_SIGNATURE, /* the head is signed with the key */
	PROOF_KEY,	 /* the key is the one the visitor brought */
	PROOF_ROW,	 /* the fact witnesses this row, as it is shown */
	PROOF_NAMED,	 /* fact or row names the file */
	PROOF_COPY,	 /* the visitor's copy is that file */
	PROOF_OLDER,	 /* the head continues the earlier one */
	PROOF_PUBLISHED, /* the published head, which the visitor brought, agrees */
	PROOF_CHECKS
};
enum proof_state { PROOF_NOT_LOOKED, PROOF_HOLDS, PROOF_FAILS };

struct proof_asked {
	struct bytes text;
	const struct sm2_key *key; /* NULL: the one in the file, which PROOF_KEY leaves open */
	const struct tree_head *published;  /* NULL: none was brought */
	const char *copy_sm3, *copy_sha256; /* of the visitor's copy; NULL: none was brought */
};
struct proof_report {
	enum proof_state state[PROOF_CHECKS];
	const char *detail[PROOF_CHECKS]; /* digests, numbers, "" */
	struct proof_file file;		  /* has a meaning when PROOF_FORM holds, as what follows */
	struct fact_row fact;
	struct tree_head head;
	struct digest leaf;
};
/* True when nothing fails. Texts of the report live in the arena. */
bool proof_check(struct arena *a, const struct proof_asked *q, struct proof_report *r);

/* The ten fields as a fact. False when they are not exactly that. */
bool fact_parse(struct arena *a, struct bytes in, struct fact_row *out);

/* ---- making ---------------------------------------------------------------------------------- */
struct proof_wanted {
	int64_t seq;
	const struct tree_head *head; /* to prove against; NULL: the last signed one */
};
/* Fills fact, path and head of p, from one snapshot. When head is of fewer facts than seq it
 * becomes the earlier head. E_NOT_FOUND: no such fact, or no head covers it yet. E_CONFLICT: the
 * ledger has no such head, which means that somebody shows two ledgers. */
enum err proof_file_make(struct conn *c, struct arena *a, const struct proof_wanted *want,
	struct proof_file *p, struct fault *why);
/* Fills pem, from KEYS/public. */
enum err proof_file_key(
	struct arena *a, const char *keys_dir, struct proof_file *p, struct fault *why);

#endif
