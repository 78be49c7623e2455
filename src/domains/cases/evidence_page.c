/* Every file of a case with its digests: each is read again when the page is opened, and its proof
 * can be taken along. Files are few, and a page has twenty of them. */
#include "domains/cases/evidence_page.h"
#include "domains/cases/signing.h"
#include "domains/cases/sources.h"

enum { FILES_A_PAGE = 20 };

/* One file that the case names. */
struct named_file {
	const char *what, *title, *sm3, *sha256, *href;
	int64_t at;
	bool video; /* of which a copy with faces covered may be asked for */
};

static void add(struct list *l, struct named_file f)
{
	if (*f.sm3)
		LIST_OF(struct named_file, l)[l->n++] = f;
}

/* ---- which files ------------------------------------------------------ */
static enum err from_evidence(struct req *rq, int64_t id, struct list *out)
{
	struct list l;

	TRY(db_all(rq, &evidence_model, &l,
		"SELECT * FROM case_evidence WHERE case_id = $1 ORDER BY taken_at, id LIMIT $2", id,
		(int)MOST_FILES));
	for (struct evidence *e = LIST_OF(struct evidence, &l); e < LIST_END(struct evidence, &l);
		e++) {
		const char *base =
			arena_printf(rq->arena, "/cases/%" PRId64 "/evidence/%" PRId64, id, e->id);
		bool data = text_is(e->kind, EVIDENCE_DATA);
		add(out, (struct named_file){ data ? "Chart of the readings" : "Still", e->method,
				 e->still_sm3, e->still_sha256,
				 arena_printf(rq->arena, "%s/still", base), e->taken_at });
		add(out, (struct named_file){ data ? "Table of the readings" : "Clip", e->method,
				 e->clip_sm3, e->clip_sha256,
				 arena_printf(rq->arena, "%s/clip", base), e->taken_at, !data });
	}
	return OK;
}

static enum err from_sources(struct req *rq, int64_t id, struct list *out)
{
	struct list l;

	TRY(db_all(rq, &source_model, &l,
		"SELECT * FROM case_sources WHERE case_id = $1 ORDER BY registered_at, id LIMIT $2",
		id, (int)MOST_FILES));
	for (struct source *s = LIST_OF(struct source, &l); s < LIST_END(struct source, &l); s++)
		add(out, (struct named_file){ "Source of the matter", source_zh(rq, s), s->sm3,
				 s->sha256,
				 arena_printf(rq->arena, "/cases/%" PRId64 "/sources/%" PRId64, id,
					 s->id),
				 s->received_at });
	return OK;
}

static enum err from_exhibits(struct req *rq, int64_t id, struct list *out)
{
	struct list l;

	TRY(db_all(rq, &exhibit_model, &l,
		"SELECT * FROM case_exhibits WHERE case_id = $1 ORDER BY taken_at, id LIMIT $2", id,
		(int)MOST_FILES));
	for (struct exhibit *x = LIST_OF(struct exhibit, &l); x < LIST_END(struct exhibit, &l);
		x++) {
		add(out, (struct named_file){ "Evidence added by hand", x->title, x->sm3, x->sha256,
				 arena_printf(rq->arena, "/cases/%" PRId64 "/exhibits/%" PRId64, id,
					 x->id),
				 x->taken_at, text_starts(x->type, "video/") });
		add(out, (struct named_file){ "Signature under a record", x->title, x->sign_sm3,
				 x->sign_sha256, "", x->taken_at });
	}
	return OK;
}

static enum err from_party(struct req *rq, const struct case_row *c, struct list *out)
{
	struct list l;

	add(out, (struct named_file){ "Photo of the correction", c->correction_words,
			 c->correction_sm3, c->correction_sha256,
			 arena_printf(rq->arena, "/cases/%" PRId64 "/correction/photo", c->id),
			 c->correction_at });
	TRY(db_all(rq, &party_file_model, &l,
		"SELECT * FROM case_party_files WHERE case_id = $1 ORDER BY sent_at, id LIMIT $2",
		c->id, (int)MOST_FILES));
	for (struct party_file *f = LIST_OF(struct party_file, &l);
		f < LIST_END(struct party_file, &l); f++)
		add(out, (struct named_file){ "Photo or recording of the party", "", f->sm3,
				 f->sha256,
				 arena_printf(rq->arena, "/cases/%" PRId64 "/party-files/%" PRId64,
					 c->id, f->id),
				 f->sent_at, text_starts(f->type, "video/") });
	return OK;
}

/* The signatures under papers that were read on the telephone, the address's among them. */
static enum err from_signatures(struct req *rq, int64_t id, struct list *out)
{
	struct list l;

	TRY(db_all(rq, &signature_model, &l,
		"SELECT * FROM case_signatures WHERE case_id = $1 ORDER BY signed_at, id LIMIT $2",
		id, (int)MOST_FILES));
	for (struct signature *s = LIST_OF(struct signature, &l);
		s < LIST_END(struct signature, &l); s++)
		add(out, (struct named_file){ text_is(s->about, "address")
						      ? "Signature under the address"
						      : "Signature under a record",
				 s->signer, s->sm3, s->sha256, "", s->signed_at });
	return OK;
}

static enum err files_of(struct req *rq, const struct case_row *c, struct list *out)
{
	/* two files of each piece, two of each exhibit, one of each source, signature and of each
	 * of the party, and one more */
	*out = (struct list){ NEWS(rq->arena, struct named_file, 7 * MOST_FILES + 1), 0 };
	TRY(from_sources(rq, c->id, out));
	TRY(from_evidence(rq, c->id, out));
	TRY(from_exhibits(rq, c->id, out));
	TRY(from_signatures(rq, c->id, out));
	return from_party(rq, c, out);
}

/* ---- the page --------------------------------------------------------- */
static void put_file(struct req *rq, struct node *list, int64_t id, const struct named_file *f)
{
	struct node *n = put_map(list, NULL), *tag;
	enum err e = object_check(rq, f->sm3, f->sha256);

	put_text(n, "what", tr(rq, f->what));
	put_text(n, "title", f->title);
	put_text(n, "at", f->at ? time_text(rq->arena, f->at) : "");
	put_text(n, "sm3", f->sm3);
	put_text(n, "sha256", f->sha256);
	put_text(n, "href", f->href);
	put_printf(n, "proof", "/cases/%" PRId64 "/evidence/proof/%s", id, f->sm3);
	put_flag(n, "unchanged", !e);
	put_flag(n, "video", f->video);
	tag = put_map(n, "tag");
	put_text(tag, "tone", e ? "red" : "green");
	put_text(tag, "label",
		tr(rq, e == E_NOT_FOUND ? "Not there any more"
			: e		? "Not as it was recorded"
					: "Read again: unchanged"));
}

enum err case_evidence_page(struct req *rq)
{
	struct course k;
	struct list files;
	struct paging p = paging(rq, FILES_A_PAGE);
	struct node *list = put_list(rq->view, "files");

	TRY(course_load(rq, &k));
	TRY(files_of(rq, &k.c, &files));
	put_printf(rq->view, "id", "%" PRId64, k.c.id);
	put_text(rq->view, "number", k.c.number);
	put_text(rq->view, "operator_name", k.party.name);
	put_int(rq->view, "count", (int64_t)files.n);
	struct named_file *all = files.at;
	files.at = all + (p.offset < (int64_t)files.n ? p.offset : (int64_t)files.n);
	files.n -= (size_t)(p.offset < (int64_t)files.n ? p.offset : (int64_t)files.n);
	show_pages(rq, p, &files);
	for (struct named_file *f = LIST_OF(struct named_file, &files);
		f < LIST_END(struct named_file, &files); f++)
		put_file(rq, list, k.c.id, f);
	return page(rq, "cases/evidence");
}

enum err case_evidence_proof(struct req *rq)
{
	struct course k;
	struct list files;

	TRY(course_load(rq, &k));
	TRY(files_of(rq, &k.c, &files));
	for (struct named_file *f = LIST_OF(struct named_file, &files);
		f < LIST_END(struct named_file, &files); f++)
		if (text_is(f->sm3, rq->key))
			return reply_proof_of_file(rq, f->sm3);
	return fail(rq, E_NOT_FOUND, "This case has no such file.");
}
