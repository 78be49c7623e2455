/* The files that records name, read again. They are gathered within the snapshot by their SM3 and
 * read when it was let go, for that may take hours. */
#include "core/ledger/verification.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct named {
	struct digest sm3, sha256;
	bool has_sha256;
	int64_t size;
	const char *what;
};

struct file_list {
	struct verification *v;
	struct arena *arena;
	struct named *at; /* sorted by SM3 once all came */
	size_t n, cap;
};

void file_list_free(struct file_list *l)
{
	if (!l)
		return;
	arena_free(l->arena);
	free(l->at);
	free(l);
}

static enum err file_add(void *ctx, const struct object_named *o)
{
	struct file_list *l = ctx;
	struct verification *v = l->v;
	struct named f = { .size = o->size };
	if (!digest_parse(o->sm3, &f.sm3)) {
		found(v, "%s names a file without a proper digest", o->what);
		return OK;
	}
	f.has_sha256 = o->sha256 && *o->sha256;
	if (f.has_sha256 && !digest_parse(o->sha256, &f.sha256))
		found(v, "%s names a file with a damaged SHA-256", o->what);
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 1024;
		struct named *more = realloc(l->at, cap * sizeof *more);
		if (!more)
			return fault(v->why, E_INTERNAL, "no memory for the list of files");
		l->at = more;
		l->cap = cap;
	}
	f.what = arena_dup(l->arena, o->what);
	l->at[l->n++] = f;
	return OK;
}

static int by_sm3(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	return memcmp(x->sm3.b, y->sm3.b, DIGEST);
}

enum err verify_files_collect(struct verification *v, struct file_list **out)
{
	if (!v->o->store || !v->o->objects_n) {
		noted(v, "files were not checked");
		return OK;
	}
	struct file_list *l = calloc(1, sizeof *l);
	if (!l)
		return fault(v->why, E_INTERNAL, "no memory");
	l->v = v;
	l->arena = arena_new();
	*out = l;
	for (size_t i = 0; i < v->o->objects_n; i++) {
		const struct object_source *s = &v->o->objects[i];
		TRY(s->each(s, v->c, &(struct object_sink){ file_add, l }, v->why));
	}
	if (l->n)
		qsort(l->at, l->n, sizeof *l->at, by_sm3);
	return OK;
}

/* ---- reading again ------------------------------------------------------------------------ */

static enum err file_size(
	struct verification *v, const char *sm3_hex, int64_t *size, struct fault *why)
{
	int fd = -1;
	TRY(store_fd(v->o->store, sm3_hex, &fd, size, why));
	(void)close(fd);
	return OK;
}

/* Reads one file and finds what is wrong with it as f names it. */
static void file_read_again(struct verification *v, const struct named *f)
{
	char hex[DIGEST_HEX + 1], other[DIGEST_HEX + 1] = "";
	struct fault why = { 0 };
	int64_t size = 0;
	hex_encode(hex, f->sm3.b, DIGEST);
	if (f->has_sha256)
		hex_encode(other, f->sha256.b, DIGEST);
	enum err e = file_size(v, hex, &size, &why);
	if (!e)
		e = store_check(v->o->store, hex, other, &why);
	if (e) {
		found(v, "%s: %s", f->what, why.text);
		return;
	}
	v->r->bytes += size;
	if (f->size != -1 && f->size != size)
		found(v, "%s: its file has %" PRId64 " bytes, the record says %" PRId64, f->what,
			size, f->size);
}

static bool same_record(const struct named *a, const struct named *b)
{
	return a->size == b->size && a->has_sha256 == b->has_sha256 &&
	       same_bytes(a->sha256.b, b->sha256.b, DIGEST);
}

/* A file of the store: does a record name it? */
static enum err file_listed(void *ctx, const char *path)
{
	struct file_list *l = ctx;
	const char *slash = strrchr(path, '/');
	struct named key = { 0 };
	if (!digest_parse(slash ? slash + 1 : path, &key.sm3))
		noted(l->v, "objects/%s is not a file of the store", path);
	else if (!l->n || !bsearch(&key, l->at, l->n, sizeof *l->at, by_sm3))
		noted(l->v, "objects/%s: no record names this file", path);
	return OK;
}

enum err verify_files(struct verification *v, struct file_list *l)
{
	if (!l)
		return OK;
	for (size_t i = 0; i < l->n; i++) {
		const struct named *f = &l->at[i];
		bool again = i && by_sm3(f, f - 1) == 0;
		if (again && same_record(f, f - 1))
			continue; /* read a moment ago */
		v->r->files += !again;
		file_read_again(v, f);
		if (i % 100 == 0)
			progress(v, "files", (int64_t)i, (int64_t)l->n);
	}
	progress(v, "files", (int64_t)l->n, (int64_t)l->n);
	return store_each(v->o->store, &(struct store_visit){ file_listed, l, v->why });
}
