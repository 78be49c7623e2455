/* A volume as a folder: each file as it is in the store, with a manifest that says what each is and
 * where the ledger names it. Sums are written as sha256sum reads them. */
#include "domains/dossier/volume.h"

#include "contracts/facts.h"
#include "core/base/zip.h"
#include "core/ledger/crypto.h"

#include <string.h>

enum { EXTRA = 4, MIB = 1 << 20 };

struct packing {
	struct req *rq;
	const struct volume_folder *f;
	struct zip_file *files;
	size_t n;
	int64_t size, file_most, all_most;
	struct buf sm3, sha256;
	struct node *manifest;
};

static const char *ending_of(const char *type)
{
	static const char *const endings[][2] = { { "application/pdf", "pdf" },
		{ "image/jpeg", "jpg" }, { "image/png", "png" }, { "image/svg+xml", "svg" },
		{ "text/csv", "csv" }, { "video/mp4", "mp4" }, { "audio/mpeg", "mp3" },
		{ "audio/mp4", "m4a" }, { "audio/wav", "wav" }, { "audio/webm", "webm" },
		{ "audio/ogg", "ogg" } };
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (text_starts(type, endings[i][0]))
			return endings[i][1];
	return "bin";
}

static void pack(struct packing *k, const char *path, struct bytes content)
{
	struct digest a = sm3(content.at, content.n), b = sha256(content.at, content.n);
	k->files[k->n++] = (struct zip_file){ path, content };
	k->size += (int64_t)content.n;
	buf_printf(&k->sm3, "%s  %s\n", digest_hex(k->rq->arena, &a), path);
	buf_printf(&k->sha256, "%s  %s\n", digest_hex(k->rq->arena, &b), path);
}

/* Words that came as no file: what is said in a recording. */
static void pack_words(struct packing *k, const char *path, const char *words, struct node *list)
{
	struct bytes content = { (const uint8_t *)words, strlen(words) };
	struct digest a = sm3(content.at, content.n), b = sha256(content.at, content.n);
	struct node *n = put_map(list, NULL);

	put_text(n, "path", path);
	put_text(n, "type", "text/plain");
	put_text(n, "sm3", digest_hex(k->rq->arena, &a));
	put_text(n, "sha256", digest_hex(k->rq->arena, &b));
	put_flag(n, "packed", true);
	put_int(n, "size", (int64_t)content.n);
	pack(k, path, content);
}

/* The file with its digests; one that is too large for the folder is named and stays in the store.
 */
static enum err pack_file(
	struct packing *k, const struct entry_file *file, const char *path, struct node *list)
{
	struct fault why = { 0 };
	struct bytes content = { NULL, 0 };
	int64_t room = k->all_most - k->size;
	size_t most = (size_t)(room < k->file_most ? room : k->file_most);
	enum err e = store_read(rq_store(k->rq), k->rq->arena, file->sm3, most, &content, &why);

	if (e && e != E_TOO_LARGE)
		return fail(
			k->rq, E_CONFLICT, "A file of the case is not in the store: %s", why.text);
	struct node *n = put_map(list, NULL);
	put_text(n, "path", e ? "" : path);
	put_text(n, "type", file->type);
	put_text(n, "sm3", file->sm3);
	put_text(n, "sha256", file->sha256);
	if (!e && !*file->sha256) {
		struct digest d = sha256(content.at, content.n);
		put_text(n, "sha256", digest_hex(k->rq->arena, &d));
	}
	put_flag(n, "packed", !e);
	if (!e) {
		put_int(n, "size", (int64_t)content.n);
		pack(k, path, content);
	}
	return OK;
}

enum err volume_ledger_place(struct req *rq, const struct entry *e, int64_t *seq)
{
	const char *sm3 = *e->files[0].sm3 ? e->files[0].sm3 : e->files[1].sm3;
	bool said = text_is(e->item, "transcript"); /* has no file: its row's id */
	*seq = 0;
	if (!*sm3 && !said)
		return OK;
	const char *like = said ? arena_printf(rq->arena, "%%%" PRId64 "%%", e->id)
				: arena_printf(rq->arena, "%%\"%s\"%%", sm3);
	return db_int(rq, seq,
		"SELECT coalesce(min(seq), 0) FROM pub_ledger WHERE subject = $1 AND data LIKE $2 "
		"AND ($3 = '' OR name = $3)",
		e->subject, like, e->subject_fact);
}

static enum err entry_put(struct packing *k, size_t i, int row)
{
	const struct entry *e = LIST_OF(struct entry, &k->f->v->entries) + i;
	struct node *n = put_map((struct node *)(uintptr_t)node_find(k->manifest, "entries"), NULL),
		    *files;
	struct arena *a = k->rq->arena;
	int64_t seq;

	TRY(volume_ledger_place(k->rq, e, &seq));
	put_text(n, "volume", e->side ? "side" : "main");
	put_int(n, "row", row);
	put_text(n, "part", volume_part_name(k->f->v->rule, e, true));
	put_text(n, "title", e->title);
	put_text(n, "number", e->number);
	put_text(n, "date", e->at && e->kind != ENTRY_MISSING ? date_text(a, e->at) : "");
	put_text(n, "verify_code", e->code);
	put_int(n, "first_page", k->f->first[i]);
	put_int(n, "pages", k->f->pages[i]);
	put_int(n, "ledger_seq", seq);
	put_flag(n, "missing", e->kind == ENTRY_MISSING);
	put_text(n, "missing_why", e->kind == ENTRY_MISSING ? e->words : "");
	files = put_list(n, "files");
	const char *name = arena_printf(a, "%s/%03d-%s", e->side ? "side" : "main", row,
		text_starts(e->item, "receipt:") ? "receipt" : e->item);
	if (text_is(e->item, "transcript"))
		pack_words(k, arena_printf(a, "%s.txt", name), e->words, files);
	for (int f = 0; f < ENTRY_FILES; f++) {
		const char *path = arena_printf(a, "%s%s.%s", name,
			f ? arena_printf(a, "-%d", f + 1) : "", ending_of(e->files[f].type));
		if (*e->files[f].sm3)
			TRY(pack_file(k, &e->files[f], path, files));
	}
	return OK;
}

/* The head that was signed last when the folder was made: its facts are proved against it. */
static enum err head_put(struct packing *k)
{
	struct rows *r;
	bool more;
	struct node *n = put_map(k->manifest, "ledger_head");

	TRY(db_query(k->rq, &r,
		"SELECT size, at, root, key_id, signature FROM pub_heads ORDER BY size DESC LIMIT "
		"1"));
	TRY(rows_next(r, &more));
	put_int(n, "size", more ? rows_int(r, 0) : 0);
	put_text(n, "at", more ? time_iso(k->rq->arena, rows_int(r, 1)) : "");
	put_text(n, "root", more ? arena_dup(k->rq->arena, rows_text(r, 2)) : "");
	put_text(n, "key_id", more ? arena_dup(k->rq->arena, rows_text(r, 3)) : "");
	put_text(n, "signature", more ? arena_dup(k->rq->arena, rows_text(r, 4)) : "");
	rows_close(r);
	return OK;
}

static void about_put(struct packing *k)
{
	const struct volume_row *row = k->f->row;
	struct node *n = k->manifest;

	put_text(n, "format", "shian-volume-v1");
	put_text(n, "number", row->number);
	put_int(n, "edition", row->edition);
	put_text(n, "case_number", k->f->v->c.number);
	put_text(n, "content", row->content);
	put_text(n, "ordered_at", time_iso(k->rq->arena, row->ordered_at));
	put_text(n, "bureau", setting(k->rq, "bureau", "示范区市场监督管理局"));
	put_text(n, "verify_at", arena_printf(k->rq->arena, "%s/v/", site_url(k->rq)));
	put_int(n, "pages", row->pages);
	put_text(n, "volume_sm3", row->pdf_sm3);
	put_text(n, "volume_sha256", row->pdf_sha256);
	put_list(n, "entries");
}

enum err volume_folder(struct req *rq, const struct volume_folder *f, struct bytes *zip)
{
	struct packing k = { .rq = rq,
		.f = f,
		.files = NEWS(rq->arena, struct zip_file, f->v->entries.n * ENTRY_FILES + EXTRA),
		.file_most = node_int(f->v->rule, "file_most_mib", 64) * MIB,
		.all_most = node_int(f->v->rule, "all_most_mib", 256) * MIB,
		.sm3 = { .arena = rq->arena },
		.sha256 = { .arena = rq->arena },
		.manifest = node_map(rq->arena) };
	int row[2] = { 0, 0 };

	about_put(&k);
	pack(&k, "volume.pdf", f->pdf);
	for (size_t i = 0; i < f->v->entries.n; i++) {
		bool side = (LIST_OF(struct entry, &f->v->entries) + i)->side;
		TRY(entry_put(&k, i, ++row[side]));
	}
	TRY(head_put(&k));
	const char *text = json_text(rq, k.manifest);
	pack(&k, "manifest.json", (struct bytes){ (const uint8_t *)text, strlen(text) });
	k.files[k.n++] =
		(struct zip_file){ "SM3SUMS", { (const uint8_t *)buf_text(&k.sm3), k.sm3.n } };
	k.files[k.n++] = (struct zip_file){ "SHA256SUMS",
		{ (const uint8_t *)buf_text(&k.sha256), k.sha256.n } };
	*zip = zip_of(rq->arena, k.files, k.n, f->row->ordered_at);
	return OK;
}
