/* The archive volume of a closed case: what belongs into it, in the order of the rule
 * (rules/papers/volume.json; O2 78), as one PDF and as a folder. Private to the room of dossiers.
 */
#ifndef DOSSIER_VOLUME_H
#define DOSSIER_VOLUME_H

#include "domains/dossier/dossier.h"

enum entry_kind { ENTRY_PAPER, ENTRY_EVIDENCE, ENTRY_MISSING };
enum { ENTRY_FILES = 8 }; /* a paper and the pictures of its signatures */
struct entry_file {
	const char *sm3, *sha256, *type; /* sm3 "": none; sha256 "" of a signature: when packed */
};
struct entry {
	enum entry_kind kind;
	bool side;	       /* side file (副卷) */
	int part;	       /* of the rule, counted from 0 within main or side */
	int64_t at, id, after; /* order within the part; a receipt stands after its paper */
	const char *item;      /* template; of what is missing: template, or receipt:<paper> */
	const char *title, *number, *code;
	const char *words; /* particulars of evidence, a line each; reason of what is missing */
	const char *article, *label; /* of what is missing; its title in the visitor's language */
	const char *subject_fact;    /* paper.sealed, or "" for any fact that names the file */
	int64_t subject;	     /* whose facts name its files */
	struct entry_file files[ENTRY_FILES];
	bool explained; /* missing, and a reason was given */
};

struct volume_row {
	int64_t id, version, case_id, operator, area;
	const char *number;
	int64_t edition;
	const char *content, *state, *ordered_by; /* content: SM3 of what belongs into it */
	int64_t ordered_at, made_at, pages, papers, evidence, missing;
	const char *pdf_sm3, *pdf_sha256;
	int64_t pdf_size;
	const char *zip_sm3, *zip_sha256;
	int64_t zip_size;
};
struct gap_row {
	int64_t id, version, case_id;
	const char *item, *title, *reason, *given_by;
	int64_t given_at;
};
extern const struct model volume_model, gap_model;

struct volume {
	struct dossier_case c;
	const struct node *rule;
	struct list entries; /* of struct entry, in the order of the volume */
	int papers, evidence, missing;
	int unexplained;     /* duty papers that are missing without a reason */
	int unsealed;	     /* papers that are still being made */
	const char *content; /* SM3 over all that belongs into it */
};

/* volume_rules.c: pure. */
/* Where a paper of this template stands; false: it is left out of volumes. */
bool volume_place(const struct node *rule, const char *template, struct entry *e);
/* The part of the rule with evidence. */
void volume_evidence_place(const struct node *rule, struct entry *e);
/* Is the duty one of this case? A case without a decision has the outcome "". */
bool volume_duty_applies(const struct node *duty, const struct dossier_case *c);
/* Sorts: main before side, parts, time; receipts after their papers. */
void volume_sort(struct list *entries);
const char *volume_term(const struct node *rule, const struct dossier_case *c);
/* Name of the part, in the language. */
const char *volume_part_name(const struct node *rule, const struct entry *e, bool zh);

/* volume_collect.c */
enum err volume_collect(struct req *rq, const struct dossier_case *c, struct volume *out);
/* The last edition; E_NOT_FOUND without one. */
enum err volume_last(struct req *rq, int64_t case_id, struct volume_row *out);
/* volume_make.c: jobs */
/* Orders an edition when nothing hinders it; NULL, or why there is none (an English sentence). */
enum err volume_order(struct req *rq, const struct volume *v, const char *by, const char **why_not);
enum err on_case_closed(struct req *rq, const struct event *e);
enum err on_paper_sealed(struct req *rq, const struct event *e);
enum err volume_job(struct req *rq, const struct job *j, void *result);
enum err volume_bind(struct req *rq, const struct job *j, void **result);
enum err volume_bound(struct req *rq, const struct job *j, void *result);
/* volume_folder.c: the folder of a volume as ZIP: each file, manifest.json, sums of both digests.
 */
struct volume_folder {
	const struct volume *v;
	const struct volume_row *row;
	const int64_t *first, *pages; /* of each entry */
	struct bytes pdf;
};
/* Where the ledger first names the entry's file; 0: nowhere. */
enum err volume_ledger_place(struct req *rq, const struct entry *e, int64_t *seq);
enum err volume_folder(struct req *rq, const struct volume_folder *f, struct bytes *zip);
/* volume_pages.c */
enum err dossier_volume(struct req *rq);
enum err dossier_volume_make(struct req *rq);
enum err dossier_volume_pdf(struct req *rq);
enum err dossier_volume_zip(struct req *rq);
enum err dossier_volumes(struct req *rq);

#endif
