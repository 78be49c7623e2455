/* Licences, permits and filings of an operator: private to this room, but for the demonstration. */
#ifndef ENTITIES_LICENCES_H
#define ENTITIES_LICENCES_H

#include "domains/entities/entities.h"
#include "domains/entities/file_rules.h"

struct licence {
	int64_t id, version, operator;
	const char *kind, *number, *issuer, *scope;
	int64_t issued, valid_until; /* local midnights; valid_until: the last valid day; 0: not
					known */
	bool no_end;		     /* granted without an end; valid_until is then 0 */
	const char *state;
	int64_t state_since; /* local midnight; 0: since it was issued */
	int64_t entered_by, entered_at;
};
extern const struct model licence_model;

/* ---- licences.c: writing; each tells its fact -------------------------------- */
/* NULL, or an English sentence why a licence cannot be like that; *field: where to say it. */
const char *licence_wrong(const struct licence *l, int64_t now, const char **field);
/* Adds a checked licence; who and when are filled in. Where it is the one that names the operator,
 * the operator takes over its last day. E_CONFLICT when number and kind are on file there. Tells
 * licence.filed. */
enum err licence_file(struct req *rq, struct operator* o, struct licence *l);
/* l was read from the table and then changed; reason: for people, kept in the fact. Without a
 * difference nothing happens and *changed is false. Tells licence.changed. */
struct licence_step {
	const struct licence *before;
	struct licence *after;
	const char *reason;
};
enum err licence_change(
	struct req *rq, struct operator* o, const struct licence_step *step, bool *changed);
/* The operator's number or last day has changed by another way (form, file): its licence follows.
 */
enum err licence_follow(struct req *rq, const struct operator* o, const struct operator* before);

/* ---- licence_pages.c ---------------------------------------------------------- */
enum err licence_new(struct req *rq);
enum err licence_create(struct req *rq);
enum err licence_page(struct req *rq);
enum err licence_save(struct req *rq);
enum err licence_list(struct req *rq);

/* ---- licence_view.c: what the file and the list show of them ------------------- */
struct licence_row { /* of pub_licences */
	int64_t id, operator;
	const char *kind, *number, *issuer, *scope;
	int64_t issued, valid_until, no_end;
	const char *state;
	int64_t main; /* 1: the one that names the operator */
};
extern const struct model licence_row_model;
struct licence_look {
	const char *text; /* translated: its state, and how long it still holds */
	const char *tone;
	enum licence_state is;
	int days;
};
struct licence_look licence_looks(
	struct req *rq, const struct node *rule, const struct licence_row *l);
/* view.licences: rows, and warnings: an alert for each that has run out or soon will. */
enum err put_licences(struct req *rq, const struct operator* o, int64_t *count, bool *endless);

#endif
