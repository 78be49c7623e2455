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
extern const struct model paper_model;
extern const struct choice paper_states[];

enum err paper_template_load(struct req *rq, const char *code, struct paper_template **out);
/* Values and pictures as the drawing room wants them, the pictures read from the store. */
enum err paper_assemble(
	struct req *rq, const struct paper_order *o, struct paper_template *t, struct paper *out);
/* The job. */
enum err paper_make(struct req *rq, const struct job *j, void **result);
enum err paper_sealed(struct req *rq, const struct job *j, void *result);
const char *paper_signed_text(struct arena *a, const struct paper_row *p);
/* verify_page.c */
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
