/* The ledger: every fact in the past tense, append-only, provable.
 *
 * A fact is a row of table ledger. Its leaf is SM3(0x00 || canonical bytes of the row, see fact.h);
 * leaves form a Merkle tree as in RFC 6962 with SM3 (node = SM3(0x01 || left || right)), and a hash
 * chain chain_n = SM3(chain_{n-1} || leaf_n). Tree heads {size, root, at} are signed with SM2 by
 * the signer and kept, append-only, in ledger_heads. Triggers refuse UPDATE and DELETE on both
 * tables in both databases.
 *
 * Witnessed rows: a model marked .witnessed (model.h) is protected as well: each insert or update
 * through the model adds (table, id, SM3 of the row) to the fact that follows it in the same
 * transaction. So verify finds any row that was changed, added or removed behind the program's
 * back, and names it.
 *
 * seq begins at 1 without gaps; at never decreases with seq.
 */
#ifndef CORE_LEDGER_H
#define CORE_LEDGER_H

#include "core/base/base.h"
#include "core/db/db.h"
#include "core/ledger/crypto.h"

struct witness {
	const char *table;
	int64_t id;
	struct digest row; /* all zero: the row was deleted */
	struct witness *next;
};

struct fact {
	const char *name;	/* "case.decided" */
	int64_t actor;		/* user id; 0 the program itself */
	const char *actor_name; /* as shown at the time */
	int64_t subject;	/* the thing it happened to */
	int64_t entity;		/* the operator concerned, or 0 */
	int64_t cause;		/* seq of the fact whose listener emitted this one, or 0 */
	const char *data;	/* a JSON object */
	const struct witness *rows;
	int64_t seq, at; /* filled in by ledger_append */
};

/* Inside a write transaction. at is clock_now(), or the time of the last fact or signed head when
 * the clock went back. E_INVALID: name is not [a-z0-9_.]+, data is no JSON object or not UTF-8,
 * cause is not an earlier fact. On PostgreSQL the appends of all transactions wait for each other
 * from here to their commit. */
enum err ledger_append(struct conn *c, struct arena *a, struct fact *f, struct fault *why);

/* ---- proofs --------------------------------------------------------------------------------- */
struct tree_head {
	int64_t size, at;
	struct digest root;
	const char *key_id, *signature; /* hex; "" while unsigned */
	int64_t previous;		/* size of the head before it, 0: the first */
	int64_t key_from,
		key_until; /* the period of the key; key_until 0: a head of the first form */
};
enum { PROOF_MAX = 64 };
struct proof {
	int64_t seq, size;
	struct digest leaf, root, path[PROOF_MAX];
	int n;
};
enum err ledger_size(struct conn *c, int64_t *size);
enum err ledger_root(struct conn *c, int64_t size, struct digest *root, struct fault *why);
enum err ledger_last_head(
	struct conn *c, struct arena *a, struct tree_head *out); /* E_NOT_FOUND: none yet */
/* The signed head of exactly so many facts; E_NOT_FOUND when there is none. */
enum err ledger_head(struct conn *c, struct arena *a, int64_t size, struct tree_head *out);
enum err ledger_inclusion(
	struct conn *c, int64_t seq, int64_t size, struct proof *out, struct fault *why);
bool proof_holds(const struct proof *p); /* pure: recomputes the root from the leaf */
/* For whoever joins by hand: left[i] says that path[i] stands left of what was joined so far. */
void proof_sides(const struct proof *p, bool left[PROOF_MAX]);
/* That the tree of b facts continues the tree of a facts (0 < a <= b), for whoever keeps an older
 * head; the check is merkle_consistency_holds() (merkle.h). path is at most PROOF_MAX digests. */
enum err ledger_consistency(
	struct conn *c, int64_t a, int64_t b, struct proof *out, struct fault *why);
/* The text of a head, "shian-head-v2" and a line each: size, at, root in hex, previous, key id,
 * key_from, key_until. With key_until 0 the first form, "shian-head-v1", which ends at the root. */
char *head_text(struct arena *a, const struct tree_head *h);

/* ---- the signer ------------------------------------------------------------------------------
 * Signs through a struct signer: either the signer process behind a socket, or (command line) the
 * key itself. */
struct signer;
enum err signer_open_local(
	const char *keys_dir, bool create, struct signer **out, struct fault *why);
enum err signer_open_socket(int fd, struct signer **out, struct fault *why); /* takes fd over */
void signer_close(struct signer *s);
const char *signer_key_id(const struct signer *s);
/* The period of the key: a head is dated from `from` on and before `until`. */
struct key_period {
	int64_t from, until;
	int64_t ended; /* when another key took its place; 0: it did not */
};
struct key_period signer_key_period(const struct signer *s);
/* Thread-safe. The SM2 signature covers signed_bytes(): "<purpose>\n<text>". Only three things are
 * ever signed: "head" with the text of a tree head, neither smaller nor older than the last one
 * this signer signed nor another tree of the same size (E_CONFLICT), dated within the period of
 * this key (E_FORBIDDEN), and "document" with a text
 * that begins "shian-document-v1\n"; E_FORBIDDEN otherwise; and "pdf" with a pdf_request(), whose
 * answer is not such a signature but that of signer_pdf.h. At most SIGNED_MAX bytes of UTF-8.
 * E_BUSY when the signer process is gone or silent: never waits longer than a few seconds. */
enum { SIGNED_MAX = 64 * 1024 };
enum err signer_sign(struct signer *s, const char *purpose, const char *text, struct arena *a,
	char **hex, struct fault *why);
/* After the signer process was started again: takes fd over; E_CONFLICT when the new process has
 * another key. */
enum err signer_replace_fd(struct signer *s, int fd, struct fault *why);
/* What a signature covers, and its check. */
char *signed_bytes(struct arena *a, const char *purpose, const char *text);
bool signature_holds(
	const struct sm2_key *k, const char *purpose, const char *text, const char *hex);
/* The process itself: answers requests on fd until it is closed; holds the key, needs no network.
 * Makes the key in keys_dir on first use: sm2.pem (0600) and public/<key id>.pem;
 * keys_dir/last-head remembers the last head. The caller ends the process with the value returned
 * (0: fd was closed). */
int signer_main(int fd, const char *keys_dir);

/* Signs a head over all facts that are durable (those of this transaction are not yet), unless the
 * last head covers them, and keeps it. Inside a write transaction, of its own; opens a reading
 * connection besides. */
enum err ledger_sign_head(struct conn *c, struct signer *s, struct arena *a, struct fault *why);
/* When the oldest fact came that no head covers: heads follow within seconds while the signer and
 * its token are there. E_NOT_FOUND: all are covered. */
enum err ledger_unsigned_since(struct conn *c, int64_t *at);

#endif
