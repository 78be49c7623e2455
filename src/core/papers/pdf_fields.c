/* The signature fields inside a paper's PDF (core/documents/pdf_sign.h, core/ledger/cms.h). */
#include "core/app/app.h"
#include "core/documents/pdf_sign.h"
#include "core/ledger/signer_pdf.h"
#include "core/papers/private.h"

#include <string.h>

enum { FILE_MAX = 64 << 20 };

static const struct signature_method {
	const char *field, *words;
} methods[CMS_PROFILES] = {
	[CMS_P256] = { "P-256", "ECDSA or RSA with SHA-256" },
	[CMS_SM2] = { "SM2", "SM2 with SM3" },
};

/* First that of the national algorithms, so that the last, which covers the whole file, is one that
 * every reader of PDF understands. */
enum err paper_fields_plan(struct req *rq, const struct paper_row *p, struct paper_fields *out)
{
	static const enum cms_profile order[PAPER_FIELDS] = { CMS_SM2, CMS_P256 };
	const char *wanted = setting(rq, "pdf_signatures", "sm2,p256");

	*out = (struct paper_fields){ 0 };
	for (size_t i = 0; i < PAPER_FIELDS; i++) {
		const char *profile = cms_profile_names[order[i]];
		if (!strstr(wanted, profile))
			continue;
		out->at[out->n] = (struct paper_field_row){ .paper = p->id,
			.place = (int64_t)out->n,
			.profile = profile,
			.signed_at = p->sealed_at,
			.certificates = "",
			.signature = "" };
		out->n++;
	}
	return OK;
}

enum err paper_fields_load(struct req *rq, int64_t paper, struct paper_fields *out)
{
	struct list l;

	*out = (struct paper_fields){ 0 };
	TRY(db_all(rq, &paper_field_model, &l,
		"SELECT * FROM paper_fields WHERE paper = $1 ORDER BY place LIMIT 2", paper));
	for (size_t i = 0; i < l.n && i < PAPER_FIELDS; i++)
		out->at[out->n++] = LIST_OF(struct paper_field_row, &l)[i];
	return OK;
}

static struct bytes from_hex(struct arena *a, const char *hex)
{
	size_t n = strlen(hex) / 2;
	uint8_t *at = arena_alloc(a, n + 1);
	return hex_decode(at, hex, n) ? (struct bytes){ at, n } : (struct bytes){ at, 0 };
}

static bool parts_of(struct arena *a, const struct paper_field_row *f, const struct bytes part[2],
	struct cms_parts *out)
{
	*out = (struct cms_parts){ .at = f->signed_at,
		.certificates = from_hex(a, f->certificates),
		.signature = f->signature };
	if (!cms_profile_of(f->profile, &out->profile))
		return false;
	struct hash *h = hash_new(cms_hash(out->profile));
	hash_add(h, part[0].at, part[0].n);
	hash_add(h, part[1].at, part[1].n);
	out->content = hash_end(h);
	return true;
}

static enum err sign_now(struct req *rq, struct cms_parts *p, struct paper_field_row *f)
{
	struct fault why = { 0 };
	char *answer = NULL, *hex;
	const char *office = setting(rq, "bureau", "示范区市场监督管理局");

	if (!rq->app->signer)
		return fail(rq, E_LOCKED, "The signer is not running.");
	enum err e = signer_sign(rq->app->signer, "pdf", pdf_request(rq->arena, p, office),
		rq->arena, &answer, &why);
	if (!e && (!answer || !pdf_answer_parse(rq->arena, answer, p)))
		e = fault(&why, E_INTERNAL, "the signer's answer cannot be read");
	if (e)
		return signer_failed(rq, e, &why);
	hex = arena_alloc(rq->arena, 2 * p->certificates.n + 1);
	hex_encode(hex, p->certificates.at, p->certificates.n);
	f->certificates = hex;
	f->signature = p->signature;
	return OK;
}

static enum err field_put(struct req *rq, struct pdf_file *file, struct paper_field_row *f)
{
	struct fault why = { 0 };
	struct bytes covered[2], cms;
	struct cms_parts parts;

	if (pdf_field(file, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	pdf_covered(file, covered);
	if (!parts_of(rq->arena, f, covered, &parts))
		return fail(rq, E_INTERNAL, "%s", f->profile);
	if (!*f->signature)
		TRY(sign_now(rq, &parts, f));
	if (cms_signed_data(rq->arena, &parts, &cms, &why) || pdf_fill(file, cms, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return OK;
}

enum err paper_fields_put(
	struct req *rq, const struct paper_row *p, struct paper_fields *fields, struct bytes *pdf)
{
	struct fault why = { 0 };
	struct pdf_file file;
	struct pdf_about about = { .title = p->title,
		.office = setting(rq, "bureau", "示范区市场监督管理局"),
		.reason = *p->number ? p->number : p->title,
		.made_at = p->dated_at,
		.signed_at = p->sealed_at,
		.n_fields = fields->n };

	if (!fields->n)
		return OK;
	for (size_t i = 0; i < fields->n; i++) {
		enum cms_profile profile = CMS_P256;
		(void)cms_profile_of(fields->at[i].profile, &profile);
		about.fields[i] = methods[profile].field;
	}
	if (pdf_open(rq->arena, *pdf, &about, &file, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	for (size_t i = 0; i < fields->n; i++)
		TRY(field_put(rq, &file, &fields->at[i]));
	*pdf = pdf_bytes(&file);
	return OK;
}

/* ---- the page */

/* The signature in the file is the one in the row, and it fits what it covers. */
static bool field_holds(struct req *rq, struct bytes pdf, const struct paper_field_row *f)
{
	struct fault why = { 0 };
	struct pdf_cover cover;
	struct cms_parts parts;
	struct bytes cms;

	if (!pdf_signature_at(rq->arena, pdf, (size_t)f->place, &cover) ||
		!parts_of(rq->arena, f, cover.part, &parts) || cms_check(rq->arena, &parts, &why) ||
		cms_signed_data(rq->arena, &parts, &cms, &why) || 2 * cms.n > cover.room_n)
		return false;
	char *hex = arena_alloc(rq->arena, 2 * cms.n + 1);
	hex_encode(hex, cms.at, cms.n);
	return memcmp(hex, cover.room, 2 * cms.n) == 0;
}

enum err paper_fields_show(struct req *rq, const struct paper_row *p, bool *good)
{
	struct paper_fields fields;
	struct bytes pdf = { 0 };
	struct fault why = { 0 };

	TRY(paper_fields_load(rq, p->id, &fields));
	put_flag(rq->view, "has_fields", fields.n > 0);
	struct node *list = put_list(rq->view, "fields");
	if (fields.n && store_read(rq_store(rq), rq->arena, p->sm3, FILE_MAX, &pdf, &why))
		*good = false;
	for (size_t i = 0; i < fields.n; i++) {
		const struct paper_field_row *f = &fields.at[i];
		const char *name = "", *fingerprint = "";
		enum cms_profile profile = CMS_P256;
		bool holds = field_holds(rq, pdf, f);
		struct node *n = put_map(list, NULL);
		(void)cms_profile_of(f->profile, &profile);
		(void)cms_signer(
			rq->arena, from_hex(rq->arena, f->certificates), &name, &fingerprint, &why);
		put_text(n, "profile", f->profile);
		put_text(n, "method", tr(rq, methods[profile].words));
		put_text(n, "signer", name);
		put_time(n, "signed_at", f->signed_at);
		put_text(n, "fingerprint", fingerprint);
		put_flag(n, "good", holds);
		put_text(n, "tone", holds ? "green" : "red");
		put_text(n, "label", tr(rq, holds ? "Fits the file" : "Does not fit the file"));
		*good &= holds;
	}
	return OK;
}
