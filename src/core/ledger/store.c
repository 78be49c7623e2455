/* Files under their digest. A put writes into DATA/tmp, syncs, renames without overwriting, and
 * syncs the folder; the folders above are synced once per process, when first used. */
#include "core/ledger/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAVES = 256 * 256, CHUNK = 64 * 1024, NAME = 96 };

struct store {
	int objects; /* folder DATA/objects */
	int tmp_fd;  /* folder DATA/tmp */
	char *tmp;
	pthread_mutex_t lock;
	uint8_t known[LEAVES / 8]; /* leaf folders that exist durably; under lock */
};

/* Where an object lies, relative to DATA/objects. */
struct place {
	char top[3], leaf[6], path[6 + 1 + DIGEST_HEX + 1];
	unsigned number; /* of the leaf folder */
};

static struct place place_of(const struct digest *d)
{
	struct place p = { .number = (unsigned)d->b[0] << 8 | d->b[1] };
	char hex[DIGEST_HEX + 1];
	hex_encode(hex, d->b, DIGEST);
	(void)snprintf(p.top, sizeof p.top, "%.2s", hex);
	(void)snprintf(p.leaf, sizeof p.leaf, "%.2s/%.2s", hex, hex + 2);
	(void)snprintf(p.path, sizeof p.path, "%s/%s", p.leaf, hex);
	return p;
}

static enum err os_fault(struct fault *why, const char *what, const char *name)
{
	int no = errno;
	bool full = no == ENOSPC || no == EDQUOT;
	return fault(why, full ? E_BUSY : E_INTERNAL, "%s %s: %s", what, name, strerror(no));
}

/* ---- open --------------------------------------------------------------------------------- */

static enum err folder_open(
	const char *data_dir, const char *name, char **path, int *fd, struct fault *why)
{
	size_t n = strlen(data_dir) + strlen(name) + 2;
	*path = malloc(n);
	if (!*path)
		return fault(why, E_INTERNAL, "no memory");
	(void)snprintf(*path, n, "%s/%s", data_dir, name);
	TRY(dir_make(*path, why));
	*fd = open(*path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd < 0 ? os_fault(why, "cannot open", *path) : OK;
}

enum err store_open(const char *data_dir, struct store **out, struct fault *why)
{
	struct store *s = calloc(1, sizeof *s);
	if (!s)
		return fault(why, E_INTERNAL, "no memory");
	s->objects = s->tmp_fd = -1;
	(void)pthread_mutex_init(&s->lock, NULL);
	char *objects = NULL;
	enum err e = folder_open(data_dir, "objects", &objects, &s->objects, why);
	free(objects);
	if (!e)
		e = folder_open(data_dir, "tmp", &s->tmp, &s->tmp_fd, why);
	if (e) {
		store_close(s);
		return e;
	}
	*out = s;
	return OK;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->objects >= 0)
		(void)close(s->objects);
	if (s->tmp_fd >= 0)
		(void)close(s->tmp_fd);
	(void)pthread_mutex_destroy(&s->lock);
	free(s->tmp);
	free(s);
}

const char *store_tmp(const struct store *s)
{
	return s->tmp;
}

/* ---- put ---------------------------------------------------------------------------------- */

static enum err folder_sync(const struct store *s, const char *name, struct fault *why)
{
	int fd = openat(s->objects, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return os_fault(why, "cannot open folder objects/", name);
	enum err e = fsync(fd) == 0 ? OK : os_fault(why, "cannot sync folder objects/", name);
	(void)close(fd);
	return e;
}

static enum err folders_make(struct store *s, const struct place *p, struct fault *why)
{
	if (mkdirat(s->objects, p->top, 0750) != 0 && errno != EEXIST)
		return os_fault(why, "cannot make folder objects/", p->top);
	if (mkdirat(s->objects, p->leaf, 0750) != 0 && errno != EEXIST)
		return os_fault(why, "cannot make folder objects/", p->leaf);
	TRY(folder_sync(s, p->top, why));
	return fsync(s->objects) == 0 ? OK : os_fault(why, "cannot sync folder", "objects");
}

/* The leaf folder exists, and will after a loss of power. */
static enum err folders_ready(struct store *s, const struct place *p, struct fault *why)
{
	uint8_t *byte = &s->known[p->number / 8];
	uint8_t bit = (uint8_t)(1u << p->number % 8);
	enum err e = OK;
	(void)pthread_mutex_lock(&s->lock);
	if (!(*byte & bit)) {
		e = folders_make(s, p, why);
		if (!e)
			*byte |= bit;
	}
	(void)pthread_mutex_unlock(&s->lock);
	return e;
}

struct sums {
	struct digest sm3, sha256;
	int64_t size;
};

/* A file moves to its place: from is relative to the folder dir. When the object is there already,
 * it is read again, so that a damaged one is not taken for the one just given; the new file goes.
 */
static enum err settle(
	struct store *s, int dir, const char *from, const struct sums *sums, struct fault *why)
{
	struct place p = place_of(&sums->sm3);
	TRY(folders_ready(s, &p, why));
	if (renameat2(dir, from, s->objects, p.path, RENAME_NOREPLACE) != 0) {
		if (errno == EXDEV)
			return fault(
				why, E_INVALID, "%s is not on the file system of the store", from);
		if (errno != EEXIST)
			return os_fault(why, "cannot store", p.path);
		char hex[DIGEST_HEX + 1], other[DIGEST_HEX + 1];
		hex_encode(hex, sums->sm3.b, DIGEST);
		hex_encode(other, sums->sha256.b, DIGEST);
		TRY(store_check(s, hex, other, why));
		if (unlinkat(dir, from, 0) != 0)
			return os_fault(why, "cannot remove", from);
	}
	return folder_sync(s, p.leaf, why);
}

static void describe(struct arena *a, const struct sums *sums, struct object *out)
{
	out->sm3 = digest_hex(a, &sums->sm3);
	out->sha256 = digest_hex(a, &sums->sha256);
	out->size = sums->size;
}

static enum err write_all(int fd, struct bytes b, struct fault *why)
{
	for (size_t at = 0; at < b.n;) {
		ssize_t n = write(fd, b.at + at, b.n - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return os_fault(why, "cannot write into", "tmp");
		at += (size_t)n;
	}
	if (fchmod(fd, 0440) != 0 || fsync(fd) != 0)
		return os_fault(why, "cannot sync in", "tmp");
	return OK;
}

enum err store_put(struct store *s, struct arena *a, struct bytes content, struct object *out,
	struct fault *why)
{
	char name[NAME];
	uint64_t number;
	random_bytes(&number, sizeof number); /* ids may come from a fixed sequence */
	(void)snprintf(name, sizeof name, "put-%016" PRIx64, number);
	int fd =
		openat(s->tmp_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return os_fault(why, "cannot create a file in", s->tmp);
	struct sums sums = { sm3(content.at, content.n), sha256(content.at, content.n),
		(int64_t)content.n };
	enum err e = write_all(fd, content, why);
	(void)close(fd);
	if (!e)
		e = settle(s, s->tmp_fd, name, &sums, why);
	if (e) {
		(void)unlinkat(s->tmp_fd, name, 0);
		return e;
	}
	describe(a, &sums, out);
	return OK;
}

static enum err sums_of(int fd, struct sums *out, const char *name, struct fault *why)
{
	uint8_t *chunk = malloc(CHUNK);
	if (!chunk)
		return fault(why, E_INTERNAL, "no memory");
	struct hash *one = hash_new(HASH_SM3), *two = hash_new(HASH_SHA256);
	ssize_t n;
	out->size = 0;
	while ((n = read(fd, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		hash_add(one, chunk, (size_t)n);
		hash_add(two, chunk, (size_t)n);
		out->size += n;
	}
	enum err e = n < 0 ? os_fault(why, "cannot read", name) : OK;
	out->sm3 = hash_end(one);
	out->sha256 = hash_end(two);
	free(chunk);
	return e;
}

/* The file as it is, synced and closed to writers. */
static enum err take_in(int fd, const char *path, struct sums *sums, struct fault *why)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return os_fault(why, "cannot read", path);
	if (!S_ISREG(st.st_mode) || st.st_nlink != 1)
		return fault(why, E_INVALID, "%s is not a plain file with one name", path);
	if (fchmod(fd, 0440) != 0)
		return os_fault(why, "cannot close to writers:", path);
	TRY(sums_of(fd, sums, path, why));
	return fsync(fd) == 0 ? OK : os_fault(why, "cannot sync", path);
}

enum err store_put_file(
	struct store *s, struct arena *a, const char *path, struct object *out, struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? fault(why, E_NOT_FOUND, "there is no file %s", path)
				       : os_fault(why, "cannot open", path);
	struct sums sums;
	enum err e = take_in(fd, path, &sums, why);
	(void)close(fd);
	if (!e)
		e = settle(s, AT_FDCWD, path, &sums, why);
	if (!e)
		describe(a, &sums, out);
	return e;
}

static bool as_wanted(struct arena *a, const struct sums *sums, const struct object *want)
{
	struct object is;
	describe(a, sums, &is);
	return is.size == want->size && text_is(is.sm3, want->sm3) &&
	       text_is(is.sha256, want->sha256);
}

enum err store_put_named(struct store *s, struct arena *a, const char *path,
	const struct object *want, struct fault *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? fault(why, E_NOT_FOUND, "there is no file %s", path)
				       : os_fault(why, "cannot open", path);
	struct sums sums;
	enum err e = take_in(fd, path, &sums, why);
	(void)close(fd);
	if (!e && !as_wanted(a, &sums, want))
		e = fault(why, E_CONFLICT, "%s does not have the digests that were promised", path);
	return e ? e : settle(s, AT_FDCWD, path, &sums, why);
}

enum err store_remove(struct store *s, const char *sm3_hex, struct fault *why)
{
	struct digest d;
	if (!digest_parse(sm3_hex, &d))
		return fault(why, E_NOT_FOUND, "not the name of a stored file");
	struct place p = place_of(&d);
	if (unlinkat(s->objects, p.path, 0) != 0)
		return errno == ENOENT ? OK : os_fault(why, "cannot remove", p.path);
	return folder_sync(s, p.leaf, why);
}

/* ---- get ---------------------------------------------------------------------------------- */

enum err store_fd(struct store *s, const char *sm3_hex, int *fd, int64_t *size, struct fault *why)
{
	struct digest d;
	struct stat st;
	if (!digest_parse(sm3_hex, &d))
		return fault(why, E_NOT_FOUND, "not the name of a stored file");
	struct place p = place_of(&d);
	int got = openat(s->objects, p.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (got < 0)
		return errno == ENOENT
			       ? fault(why, E_NOT_FOUND, "the stored file %s is missing", p.path)
			       : os_fault(why, "cannot open", p.path);
	if (fstat(got, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(got);
		return fault(why, E_CONFLICT, "the stored file %s is not a plain file", p.path);
	}
	*fd = got;
	*size = st.st_size;
	return OK;
}

enum err store_read(struct store *s, struct arena *a, const char *sm3_hex, size_t max,
	struct bytes *out, struct fault *why)
{
	int fd;
	int64_t size;
	TRY(store_fd(s, sm3_hex, &fd, &size, why));
	if ((uint64_t)size > max) {
		(void)close(fd);
		return fault(why, E_TOO_LARGE,
			"the stored file has %" PRId64 " bytes, more than %zu", size, max);
	}
	uint8_t *at = arena_alloc(a, (size_t)size + 1);
	size_t have = 0;
	enum err e = OK;
	while (!e && have < (size_t)size) {
		ssize_t n = read(fd, at + have, (size_t)size - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			e = fault(why, E_INTERNAL, "the stored file %s cannot be read", sm3_hex);
		else
			have += (size_t)n;
	}
	(void)close(fd);
	*out = (struct bytes){ at, have };
	return e;
}

enum err store_check(
	struct store *s, const char *sm3_hex, const char *sha256_hex, struct fault *why)
{
	int fd = -1;
	int64_t size;
	struct sums sums;
	TRY(store_fd(s, sm3_hex, &fd, &size, why));
	enum err e = sums_of(fd, &sums, sm3_hex, why);
	(void)close(fd);
	if (e)
		return e;
	struct digest want;
	if (!digest_parse(sm3_hex, &want) || !same_bytes(want.b, sums.sm3.b, DIGEST))
		return fault(why, E_CONFLICT,
			"the stored file %s was changed: its SM3 is different", sm3_hex);
	if (sha256_hex && *sha256_hex &&
		(!digest_parse(sha256_hex, &want) || !same_bytes(want.b, sums.sha256.b, DIGEST)))
		return fault(why, E_CONFLICT,
			"the stored file %s does not have the SHA-256 on record", sm3_hex);
	return OK;
}

/* ---- list --------------------------------------------------------------------------------- */

/* Calls visit for each entry of objects/<folder>, depth levels further down. */
static enum err walk(
	const struct store *s, const char *folder, int depth, const struct store_visit *v)
{
	int fd = openat(s->objects, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int no = errno;
		if (fd >= 0)
			(void)close(fd);
		errno = no;
		if (no == ENOTDIR)
			return v->file(v->ctx, folder + 2);
		return no == ENOENT ? OK : os_fault(v->why, "cannot list", folder);
	}
	enum err e = OK;
	for (struct dirent *d; !e && (d = readdir(dir));) {
		if (text_is(d->d_name, ".") || text_is(d->d_name, ".."))
			continue;
		char path[NAME + 256];
		(void)snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
		bool deeper = depth > 0 && d->d_type != DT_REG && d->d_type != DT_LNK;
		e = deeper ? walk(s, path, depth - 1, v) : v->file(v->ctx, path + 2);
	}
	(void)closedir(dir);
	return e;
}

enum err store_each(struct store *s, const struct store_visit *v)
{
	return walk(s, ".", 2, v);
}
