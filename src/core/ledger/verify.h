/* Was anything changed afterwards? Reads the whole ledger in one snapshot, beside a working server,
 *and compares:
 *
 *	facts       numbered without gaps, times not going back, each digest and the chain
 *recomputed, causes earlier tree        the stored nodes and the state agree; each signed head has
 *the root of its first facts, and a signature of a key in KEYS/public; the last head that the
 *signer remembers (KEYS/last-head) holds too rows        each witnessed row is as the last fact
 *that wrote it says: none changed, added or removed files       each file that a record names is
 *there, with its SM3, SHA-256 and size guards      the triggers that refuse change are in place
 *
 * Who can write the database, the store and KEYS alike can forge anything but what was published
 *elsewhere: an auditor brings public keys and an older head of his own.
 *
 * On SQLite the write-ahead file cannot shrink while the snapshot lasts. On PostgreSQL use the
 *primary: a standby may lag behind the signer. Memory: about 70 bytes for each witnessed row, 150
 *for each file.
 */
#ifndef CORE_LEDGER_VERIFY_H
#define CORE_LEDGER_VERIFY_H

#include "core/ledger/ledger.h"
#include "core/ledger/store.h"

/* Calls row for each row that the table has now, with its digest as the model makes it, in any
 * order. of is for each() itself: the model, say. */
struct witness_sink {
	enum err (*row)(void *ctx, int64_t id, const struct digest *d);
	void *ctx;
};
struct witness_source {
	const char *table;
	const void *of;
	enum err (*each)(const struct witness_source *self, struct conn *c,
		const struct witness_sink *to, struct fault *why);
};

/* Calls file for each file that a record names; the same one may come many times. sha256 may be
 * NULL or "", size -1 when the record does not say it; what names the record ("paper 42"). */
struct object_named {
	const char *sm3, *sha256, *what;
	int64_t size;
};
struct object_sink {
	enum err (*file)(void *ctx, const struct object_named *o);
	void *ctx;
};
struct object_source {
	const void *of;
	enum err (*each)(const struct object_source *self, struct conn *c,
		const struct object_sink *to, struct fault *why);
};

struct verify_options {
	struct db *db;
	struct store *store;  /* NULL: files are not checked, which is noted */
	const char *keys_dir; /* NULL: signatures are not checked, which is noted */
	const struct witness_source *witnesses;
	size_t witnesses_n;
	const struct object_source *objects;
	size_t objects_n;
	struct arena *arena; /* the texts of the report live here */
	/* May be NULL. stage: "facts", "rows", "files"; total may be 0 when it is not known. */
	void (*progress)(void *ctx, const char *stage, int64_t done, int64_t total);
	void *ctx;
};

enum { VERIFY_FINDINGS = 100 };
struct verify_list {
	int64_t count;			   /* all of them, */
	const char *text[VERIFY_FINDINGS]; /* of which the first are kept; text[0] is what to look
					      at first */
};
struct verify_report {
	struct verify_list wrong; /* count 0: nothing was changed */
	struct verify_list notes; /* worth knowing, proves nothing: files that no record names, what
				     was not checked */
	int64_t facts, heads, signatures, rows, files, bytes;
	int64_t held_size, held_at; /* the largest head whose root and signature hold; 0: none */
	int64_t ms, facts_ms;	    /* taken in all, and for the facts */
};

/* OK when all could be read, whatever was found. */
enum err ledger_verify(const struct verify_options *o, struct verify_report *r, struct fault *why);

#endif
