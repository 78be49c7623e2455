/* Evidence, papers, pictures: files kept under their digest, never changed.
 * DATA/objects/ab/cd/<sm3 hex>, mode 0440. A put is synced (file and folder) before it returns. */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "core/base/base.h"
#include "core/ledger/crypto.h"

struct store;

struct object {
	const char *sm3, *sha256; /* hex, in the caller's arena */
	int64_t size;
};

enum err store_open(const char *data_dir, struct store **out, struct fault *why);
void store_close(struct store *s);
enum err store_put(struct store *s, struct arena *a, struct bytes content, struct object *out,
	struct fault *why);
/* Moves the file at path (same file system: DATA/tmp) into the store. */
enum err store_put_file(
	struct store *s, struct arena *a, const char *path, struct object *out, struct fault *why);
/* The same, if its digests and size are those of want; E_CONFLICT and the file stays where it is
 * otherwise. */
enum err store_put_named(struct store *s, struct arena *a, const char *path,
	const struct object *want, struct fault *why);
/* Removes a file whose term is over; the caller makes sure that no record names it any more. One
 * that is gone already is fine. */
enum err store_remove(struct store *s, const char *sm3, struct fault *why);
enum err store_fd(struct store *s, const char *sm3, int *fd, int64_t *size,
	struct fault *why); /* caller closes */
enum err store_read(struct store *s, struct arena *a, const char *sm3, size_t max,
	struct bytes *out, struct fault *why);
/* Reads the file again and compares: E_CONFLICT when it does not match its name or sha256 (NULL or
 * "" is not compared), E_NOT_FOUND when gone. */
enum err store_check(struct store *s, const char *sm3, const char *sha256, struct fault *why);
const char *store_tmp(const struct store *s); /* DATA/tmp, where uploads are streamed to */

/* Every file under DATA/objects, with its path below it ("ab/cd/<sm3 hex>"), in no order; a name
 * may be none that the store gave. Stops at the first error of file. */
struct store_visit {
	enum err (*file)(void *ctx, const char *path);
	void *ctx;
	struct fault *why;
};
enum err store_each(struct store *s, const struct store_visit *v);

#endif
