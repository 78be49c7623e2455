/* What ties two operators (chain, contractor, supplier, central kitchen), and doubles made one.
 * Private to this room, but for the demonstration. */
#ifndef ENTITIES_RELATIONS_H
#define ENTITIES_RELATIONS_H

#include "domains/entities/entities.h"

struct relation {
	int64_t id, version;
	const char *kind;	 /* chain contract supply kitchen */
	int64_t operator, other; /* head, canteen, supplier, central kitchen; the other end */
	int64_t since, until;	 /* local midnights; 0: not known, still going on */
	const char *remarks, *state;
	int64_t entered_by, entered_at;
};
extern const struct model relation_model;

/* ---- relations.c -------------------------------------------------------------- */
/* Adds a checked relation; state, who and when are filled in. E_CONFLICT when the same holds
 * already, or both ends are one. Tells relation.filed for either end. */
enum err relation_file(struct req *rq, struct relation *r);
/* after was read from the table and then changed; reason: for people, kept in the fact. Without a
 * difference nothing happens and *changed is false. Tells relation.changed for either end. */
struct relation_step {
	const struct relation *before;
	struct relation *after;
	const char *reason;
};
enum err relation_change(struct req *rq, const struct relation_step *s, bool *changed);
enum err relation_new(struct req *rq);
enum err relation_create(struct req *rq);
enum err relation_page(struct req *rq);
enum err relation_save(struct req *rq);
/* What the operator is in it, translated: "Branch of". */
const char *relation_words(struct req *rq, const struct relation *r, int64_t operator);
/* view.relations: rows, seen from this operator. */
enum err put_relations(struct req *rq, const struct operator* o, int64_t *count);

/* ---- merges.c: doubles -------------------------------------------------------- */
struct merge {
	int64_t id, version, operator, survivor;
	const char *was_state, *reason;
	int64_t merged_by, merged_at;
	const char *undo_reason;
	int64_t undone_by, undone_at;
};
extern const struct model merge_model;
/* Closes the double and has it lead to the survivor. E_CONFLICT when one of them is merged into
 * another already, or both are one. Tells operator.merged. */
enum err operator_merge(struct req *rq, struct merge *m);
/* The survivor a double leads to; 0: it is none. */
enum err merged_into(struct req *rq, int64_t operator, int64_t * survivor);
enum err doubles_page(struct req *rq);
enum err merge_form(struct req *rq);
enum err merge_create(struct req *rq);
enum err merge_undo(struct req *rq);
/* view.merged_into and view.doubles: what the file says of both. doubles: ids of the first ones
 * that lead to o, filled up with its own. */
enum { FILE_DOUBLES = 3 };
enum err put_merges(struct req *rq, const struct operator* o, int64_t doubles[FILE_DOUBLES]);

#endif
