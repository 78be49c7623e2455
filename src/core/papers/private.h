/* Private to the room of papers. */
#ifndef CORE_PAPERS_PRIVATE_H
#define CORE_PAPERS_PRIVATE_H

#include "core/papers/papers.h"

struct paper_row {
	int64_t id, version;
	const char *code, *template, *template_version, *number, *title;
	int64_t subject, entity, area;
	const char *content;
	int64_t dated_at, ordered_at;
	const char *state;
	int64_t sealed_at;
	const char *sm3, *sha256;
	int64_t size;
	const char *signature, *key_id;
};
/* A signature field of its PDF: with these parts the very file can be built again. */
struct paper_field_row {
	int64_t id, version, paper, place;
	const char *profile;
	int64_t signed_at;
	const char *certificates, *signature; /* hex */
};
/* numbers.c: a line of the register; number "" for a paper without one. */
struct paper_number_row {
	int64_t id, version;
	const char *template, *title;
	int64_t year, seq;
	const char *number, *state;
	int64_t paper;
	const char *taken_for, *taken_by;
	int64_t taken_at;
	const char *void_reason, *void_by;
	int64_t void_at;
};
/* The number that the order uses, reserved before or the next; then, when the paper has its id, the
 * line in the register. */
enum err paper_number_take(struct req *rq, const struct paper_template *t,
	const struct paper_order *o, struct paper_number_row *out);
enum err paper_number_used(struct req *rq, struct paper_number_row *n, int64_t paper);
enum err paper_numbers_page(struct req *rq);
enum err paper_number_reserve(struct req *rq);
enum err paper_number_void(struct req *rq);
/* officers.c: puts the pictures of the signers that took the step into the order. */
enum err paper_officers_sign(struct req *rq, const struct paper_template *t, struct paper_order *o);
enum err officer_signature_page(struct req *rq);
enum err officer_signature_picture(struct req *rq);
enum err officer_signature_draw(struct req *rq);
extern const struct model officer_signature_model, paper_model, paper_field_model,
	paper_number_model;
extern const struct choice paper_states[];

enum err paper_template_load(struct req *rq, const char *code, struct paper_template **out);
/* The form that the paper was ordered by; form: its digest, "" for the one in force. */
enum err paper_template_kept(
	struct req *rq, const struct paper_row *p, const char *form, struct paper_template **out);
/* Values and pictures as the drawing room wants them, the pictures read from the store. */
enum err paper_assemble(
	struct req *rq, const struct paper_order *o, struct paper_template *t, struct paper *out);
/* The job. */
enum err paper_make(struct req *rq, const struct job *j, void **result);
enum err paper_sealed(struct req *rq, const struct job *j, void *result);
/* The file of a sealed paper from its rows: the same bytes again, while settings and program are
 * the same. */
enum err paper_again(struct req *rq, int64_t id, struct bytes *pdf);
const char *paper_signed_text(struct arena *a, const struct paper_row *p);
/* pdf_fields.c */
enum { PAPER_FIELDS = 2 };
struct paper_fields {
	struct paper_field_row at[PAPER_FIELDS];
	size_t n;
};
/* Which fields a paper gets now (setting pdf_signatures), to be filled by paper_fields_put. */
enum err paper_fields_plan(struct req *rq, const struct paper_row *p, struct paper_fields *out);
enum err paper_fields_load(struct req *rq, int64_t paper, struct paper_fields *out);
/* Puts the fields into the file; what has no signature yet is signed now. */
enum err paper_fields_put(
	struct req *rq, const struct paper_row *p, struct paper_fields *fields, struct bytes *pdf);
/* For the page: a line each, and whether all hold. */
enum err paper_fields_show(struct req *rq, const struct paper_row *p, bool *good);
/* verify_page.c */
void paper_put_check(struct node *list, bool good, const char *label, const char *detail);
enum err paper_verify_page(struct req *rq);
enum err paper_verify_file(struct req *rq);
enum err paper_file(struct req *rq);
/* proof_page.c */
enum err proof_page(struct req *rq);
enum err proof_checked(struct req *rq);
enum err proof_lookup(struct req *rq);
enum err proof_fact_file(struct req *rq);
enum err proof_paper_file(struct req *rq);
enum err proof_object_file(struct req *rq);

#endif
