/* Official papers as a service to domains: ordered in the transaction that decides, made after it
 * by a job, sealed, numbered without gaps, verifiable by anybody.
 *
 *   - paper_order() checks the duty fields, takes the next number of (template, year), and keeps
 *     the values and the form it is drawn by
 *   - the job renders the PDF, stores it by digest, signs it (SM2), tells PAPER_SEALED
 *   - /v/<code>, the page behind the code on the paper: is it ours, is it unchanged
 *
 * Inside the PDF stand signature fields as well (pdf_fields.c; setting pdf_signatures), and each
 * number stands in the register (numbers.c).
 *
 * What is signed: "shian-document-v1\n<number>\n<title>\n<SM3>\n<SHA-256>\n<sealed at, ms>\n".
 */
#ifndef CORE_PAPERS_H
#define CORE_PAPERS_H

#include "core/app/module.h"
#include "core/documents/paper.h"

struct paper_picture {
	const char *name, *sm3; /* a PNG in the store */
};

/* Where an officer signs: its picture is printed there only if it has drawn one and took the step
 * itself (officers.c). */
enum { PAPER_SIGNERS = 3 };
struct paper_signer {
	const char *place; /* a picture of the form; without it the signer is left out */
	int64_t officer;   /* 0: nobody */
};

struct paper_order {
	const char *template; /* "onspot_decision" */
	int64_t subject, entity, area;
	const struct paper_value *values;
	size_t n;
	const struct paper_picture *pictures;
	size_t n_pictures;
	int64_t at;	  /* date of the paper; 0: now */
	int64_t reserved; /* id of a reserved number (pub_paper_numbers) to use; 0: the next one */
	struct paper_signer signers[PAPER_SIGNERS];
	int64_t asked_by; /* who took the step that this one confirms, and signs as well; 0: nobody
			   */
};

struct paper_ref {
	int64_t id;
	const char *code, *number, *title; /* number: "" when the template has none */
};

/* E_INVALID names the duty fields that are missing, in the visitor's language, before a number is
 * taken. Tells PAPER_ORDERED: the module that calls it declares that fact. */
enum err paper_order(struct req *rq, const struct paper_order *o, struct paper_ref *out);

/* The next number of this form's series, kept in the register for what has its number before it has
 * the paper, or never has one: a case. The caller's next fact takes the row up; paper_order() uses
 * it by its id. why: whose it is. */
struct paper_kept_number {
	int64_t id;
	const char *number;
};
enum err paper_number_keep(
	struct req *rq, const char *template, const char *why, struct paper_kept_number *out);

/* A printout: the form filled with the order's values, drawn at once; no number, no seal of ours,
 * not kept. About 40 ms for a few pages. E_INVALID as paper_order(). */
enum err paper_printout(struct req *rq, const struct paper_order *o, struct bytes *pdf);

/* What the paper of this order would say, to be read before it is signed: its lines (paper_words),
 * and the SM3 of form and lines as its mark. What a signature itself adds (pictures, day, device)
 * is left out of the order then. E_INVALID when a value cannot be printed. */
struct paper_seen {
	const char *title, *sm3;
	const struct paper_line *lines;
	size_t n;
};
enum err paper_shown(struct req *rq, const struct paper_order *o, struct paper_seen *out);
/* The first sign of a text that no paper can print, as "U+1F600"; NULL when there is none. */
const char *paper_unprintable(struct req *rq, const char *text);

/* Is there a form with this code? */
bool paper_is_known(const char *code);
/* Adds value (code) and label (name) of each form that is issued by hand. */
enum err papers_by_hand(struct req *rq, struct node *list);
/* The form as data: "code", "name", "required", "fields" and so on (rules/documents/README.md). */
enum err paper_form(struct req *rq, const char *code, const struct node **out);

/* The PNG that the partial `signature` posts under this name, checked and kept in the store.
 * E_INVALID says what to do. */
enum err keep_signature(struct req *rq, const char *field, struct object *out);

/* The proof of a stored file as a file to load (`shian proof check`). The caller has made sure that
 * this person may have it. E_NOT_FOUND when no fact names the file, or no signed head has it
 * yet. */
enum err reply_proof_of_file(struct req *rq, const char *sm3);

extern const struct module papers;

#endif
