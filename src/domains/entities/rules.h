/* Decisions about operators and their files. Pure: no request, no database. */
#ifndef ENTITIES_RULES_H
#define ENTITIES_RULES_H

#include "core/model/model.h"

/* Kinds of business (主体业态); code, English label. Their Chinese names are in zh.po. */
extern const struct choice operator_kinds[];
extern const struct choice operator_states[];

struct operator
{
	int64_t id, version;
	const char *code; /* what the QR code at the door carries; ten signs of base32 */
	const char *name, *uscc, *licence_no;
	int64_t licence_valid_to; /* local midnight of the last valid day; 0: not known */
	const char *kind, *address;
	int64_t area;
	const char *legal_person, *phone;
	int64_t lat, lon; /* micro-degrees; 0: not known */
	const char *state;
	int64_t registered_at;
	const char *search; /* what the list searches in */
};
extern const struct model operator_model;

/* ---- licences ------------------------------------------------------------------------------- */
extern const struct choice licence_kinds[], licence_states[];
enum licence_state { LICENCE_UNKNOWN, LICENCE_VALID, LICENCE_EXPIRING, LICENCE_EXPIRED };
/* valid_to is the last day on which it is valid; one of warn days or fewer before it, it is
 * expiring. days: left until then, negative once it has passed. */
enum licence_state licence_state(int64_t valid_to, int64_t now, int warn, int *days);
/* From how many days before its end a licence is warned of (warn_days of rules/entities/file.json):
 * first, and with more weight. Both 0: the rule has none. */
struct expiry_warning {
	int widest, narrowest;
};
struct expiry_warning licence_warning(const struct node *rule);

/* ---- text ------------------------------------------------------------------ */
/* Lower-case ASCII of all that the list searches in. */
const char *operator_search_text(struct arena *a, const struct operator* o);
/* "%q%" for LIKE ... ESCAPE '\', lower case; "" for nothing to search. */
const char *like_pattern(struct arena *a, const char *q);
/* One line: blanks of all kinds become one space; NULL when a control character is left. */
const char *one_line(struct arena *a, const char *s);
/* Public code out of the id: ten signs of base32 without I L O U, from a digest;
 * salt picks another after a clash. */
const char *public_code(struct arena *a, int64_t id, int salt);

const char *check_latitude(const char *value);	/* 3.5 .. 53.6 */
const char *check_longitude(const char *value); /* 73 .. 135.1 */

#endif
