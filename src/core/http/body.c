#include "core/http/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/http/multipart.h"
#include "core/ledger/crypto.h"

enum kind { RAW, FORM, MULTIPART };

/* Room for boundaries and heads of parts, which are neither fields nor files. */
enum { MULTIPART_OVERHEAD = 1024 * 1024 };

struct body {
	struct arena *arena;
	struct body_rules rules;
	enum kind kind;
	struct buf text; /* RAW, FORM: all of it; MULTIPART: the field being read */
	struct multipart *multipart;
	struct http_pair *fields;
	struct http_file *files;
	int n_fields, n_files;
	int64_t fields_size, files_size;
	bool in_file;
	int fd; /* of the file being read, or -1 */
	struct hash *sm3, *sha256;
	int status; /* why it was refused */
};

/* ---- files in the upload folder ------------------------------------------------------------- */

/* The process is part of the name, so that a later one can tell what nobody will come back for. */
static enum err file_open(struct body *b, struct http_file *f)
{
	uint64_t number;

	random_bytes(&number, sizeof(number));
	char *path = arena_printf(
		b->arena, "%s/upload-%d-%016" PRIx64, b->rules.upload_dir, (int)getpid(), number);
	b->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (b->fd < 0) {
		log_event(LOG_ERROR, "upload.failed", "path", path, "why", strerror(errno), NULL);
		b->status = 507;
		return E_INTERNAL;
	}
	f->path = path;
	b->sm3 = hash_new(HASH_SM3);
	b->sha256 = hash_new(HASH_SHA256);
	return OK;
}

static const char *hash_text(struct body *b, struct hash **h)
{
	struct digest d = hash_end(*h);
	*h = NULL;
	return digest_hex(b->arena, &d);
}

static void file_shut(struct body *b, struct http_file *f)
{
	if (b->fd < 0)
		return;
	close(b->fd);
	b->fd = -1;
	f->sm3 = hash_text(b, &b->sm3);
	f->sha256 = hash_text(b, &b->sha256);
}

static enum err file_write_some(struct body *b, const char *at, size_t n)
{
	while (n) {
		ssize_t k = write(b->fd, at, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) {
			log_event(LOG_ERROR, "upload.failed", "why", strerror(errno), NULL);
			b->status = 507;
			return E_INTERNAL;
		}
		at += k;
		n -= (size_t)k;
	}
	return OK;
}

static bool made_by_the_dead(const char *name)
{
	int64_t pid;
	char digits[24] = "";

	if (!text_starts(name, "upload-"))
		return false;
	name += strlen("upload-");
	size_t n = strspn(name, "0123456789");
	if (!n || n >= sizeof(digits) || name[n] != '-')
		return false;
	memcpy(digits, name, n);
	if (!text_to_int(digits, &pid) || pid <= 0 || pid > INT32_MAX)
		return false;
	return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

void body_sweep(const char *upload_dir)
{
	DIR *d = upload_dir ? opendir(upload_dir) : NULL;

	if (!d)
		return;
	for (struct dirent *e; (e = readdir(d));)
		if (made_by_the_dead(e->d_name))
			unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

/* ---- parts of multipart/form-data ------------------------------------ */

static enum err too_much(struct body *b)
{
	b->status = 413;
	return E_TOO_LARGE;
}

static enum err part_begin(void *context, const struct part *p)
{
	struct body *b = context;

	b->in_file = p->file != NULL;
	if (b->in_file) {
		if (b->n_files == b->rules.files)
			return too_much(b);
		struct http_file *f = &b->files[b->n_files++];
		*f = (struct http_file){ .field = p->name, .name = p->file, .type = p->type };
		return *p->file ? file_open(b, f) : OK;
	}
	if (b->n_fields == b->rules.fields)
		return too_much(b);
	b->fields[b->n_fields++].name = p->name;
	b->text = (struct buf){ .arena = b->arena };
	return OK;
}

static enum err file_data(struct body *b, const char *at, size_t n)
{
	struct http_file *f = &b->files[b->n_files - 1];

	if ((int64_t)n > b->rules.upload_max - b->files_size)
		return too_much(b);
	if (b->fd < 0) {
		f->name = "file";
		TRY(file_open(b, f));
	}
	TRY(file_write_some(b, at, n));
	hash_add(b->sm3, at, n);
	hash_add(b->sha256, at, n);
	f->size += (int64_t)n;
	b->files_size += (int64_t)n;
	return OK;
}

static enum err part_data(void *context, const char *at, size_t n)
{
	struct body *b = context;

	if (b->in_file)
		return file_data(b, at, n);
	if ((int64_t)n > b->rules.body_max - b->fields_size)
		return too_much(b);
	b->fields_size += (int64_t)n;
	buf_add(&b->text, at, n);
	return OK;
}

static enum err part_end(void *context)
{
	struct body *b = context;

	if (b->in_file) {
		struct http_file *f = &b->files[b->n_files - 1];
		file_shut(b, f);
		if (!f->path) /* a file input in which nothing was chosen */
			b->files[--b->n_files] = (struct http_file){ 0 };
		return OK;
	}
	const char *s = buf_text(&b->text);
	if (!utf8_valid(s, b->text.n)) {
		b->status = 400;
		return E_BAD_REQUEST;
	}
	b->fields[b->n_fields - 1].value = s;
	return OK;
}

/* ---- the whole ---------------------------------------------------------------------------- */

static bool multipart_begin(struct body *b, const char *boundary)
{
	struct part_taker t = { part_begin, part_data, part_end, b };

	b->multipart = multipart_new(b->arena, boundary, &t);
	b->fields = NEWS(b->arena, struct http_pair, (size_t)b->rules.fields + 1);
	b->files = NEWS(b->arena, struct http_file, (size_t)b->rules.files + 1);
	return b->multipart != NULL;
}

struct body *body_new(
	struct arena *a, const struct body_rules *r, const struct body_promise *p, int *status)
{
	struct body *b = NEW(a, struct body);
	const char *boundary, *type = parse_type(a, p->type ? p->type : "", "boundary", &boundary);
	int64_t most = r->body_max;

	b->arena = a;
	b->rules = *r;
	b->fd = -1;
	b->text.arena = a;
	*status = 0;
	if (text_is(type, "application/x-www-form-urlencoded"))
		b->kind = FORM;
	if (text_is(type, "multipart/form-data")) {
		b->kind = MULTIPART;
		most += r->upload_max + MULTIPART_OVERHEAD;
		if (!r->upload_dir)
			*status = 415;
		else if (!multipart_begin(b, boundary))
			*status = 400;
	}
	if (p->length > most)
		*status = 413;
	return b;
}

int body_feed(struct body *b, const char *at, size_t n)
{
	if (b->kind == MULTIPART) {
		enum err e = multipart_feed(b->multipart, at, n);
		if (e && !b->status)
			b->status = (int)e;
		return b->status;
	}
	if ((int64_t)n > b->rules.body_max - (int64_t)b->text.n)
		return b->status = 413;
	buf_add(&b->text, at, n);
	return 0;
}

int body_end(struct body *b, struct http_request *rq)
{
	struct bytes whole = { (const uint8_t *)buf_text(&b->text), b->text.n };

	if (b->kind == MULTIPART) {
		enum err e = multipart_end(b->multipart);
		rq->form = b->fields;
		rq->files = b->files;
		return b->status ? b->status : (int)e;
	}
	if (b->kind == FORM)
		return (int)parse_form(b->arena, whole, FORM_PAIRS, &rq->form);
	rq->body = whole;
	return 0;
}

void body_free(struct body *b)
{
	if (!b)
		return;
	if (b->fd >= 0)
		file_shut(b, &b->files[b->n_files - 1]);
	for (int i = 0; i < b->n_files; i++)
		if (b->files[i].path)
			unlink(b->files[i].path); /* gone already when the handler took it */
	b->n_files = 0;
}
