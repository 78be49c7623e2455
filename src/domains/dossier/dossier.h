/* Private to the room of dossiers: the papers of a case beside its procedure, and its volume. */
#ifndef DOSSIER_H
#define DOSSIER_H

#include "core/core.h"

/* What this room knows of a case (pub_cases). */
struct dossier_case {
	int64_t id, operator, area;
	const char *number, *act, *act_name, *state;
	int64_t officer1, officer2, filed_at, decided_at, closed_at;
	const char *outcome, *penalty;
	int64_t fine_fen, decision_paper;
	const char *procedure; /* simple, ordinary */
	int64_t confiscated_fen;
};
enum err dossier_case_load(struct req *rq, struct dossier_case *c); /* that of rq->id */
enum err dossier_case_of(struct req *rq, int64_t id, struct dossier_case *c);
/* E_FORBIDDEN unless the visitor is one of the two officers of the case. */
enum err dossier_officer(struct req *rq, const struct dossier_case *c);
/* What every page of this room says of the case. */
void dossier_show(struct req *rq, const struct dossier_case *c);

/* fields.c: a form made of the fields of a template. */
enum { DOSSIER_VALUES = 160, DOSSIER_ROWS = 8 };
struct dossier_form {
	const struct node *form, *common; /* the template, and labels that templates share */
	struct paper_value v[DOSSIER_VALUES];
	size_t n;
	bool bad; /* something was refused: said at its field */
};
/* Reads what was typed into values, or says at each field what is missing or wrong. */
void dossier_form_read(struct req *rq, struct dossier_form *f);
/* Puts view.fields and view.tables; what was typed, or what is known of the case. */
enum err dossier_form_show(struct req *rq, struct dossier_form *f, const struct dossier_case *c);

/* issue.c */
enum err dossier_papers(struct req *rq);
enum err dossier_paper_form(struct req *rq);
enum err dossier_paper_issue(struct req *rq);

extern const struct module dossier;

#endif
