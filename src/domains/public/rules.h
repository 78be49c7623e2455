/* Decisions of the room of the public: what is searched for, what may be shown and how long. Pure.
 */
#ifndef PUBLIC_RULES_H
#define PUBLIC_RULES_H

#include "core/model/model.h"

enum { SEARCH_MIN = 2, SEARCH_MAX = 60, CODE_LENGTH = 10 };

/* Can this be searched for: SEARCH_MIN to SEARCH_MAX characters without the blanks around. */
bool search_fits(struct arena *a, const char *q);

/* The public code of an operator out of what somebody typed, pasted or scanned: the code itself in
 * any case, with blanks or dashes, O for 0, I and L for 1, or an address that ends with /p/CODE.
 * "" when it is none. */
const char *operator_code(struct arena *a, const char *text);
/* The code of a paper in the same way: an address with /v/CODE, or letters, digits, blanks, dashes;
 * lower case. "" when it is none. */
const char *paper_code(struct arena *a, const char *text);

/* What of a row is public: rule is public/fields, section one of its lists ("operator"). Every
 * member that the list does not name becomes empty (text "", numbers 0); those that are never shown
 * (AS_SECRET) are left alone. So a member that nobody has decided about never leaves. */
void publish_row(const struct node *rule, const char *section, const struct model *m, void *row);

enum licence { LICENCE_UNKNOWN, LICENCE_VALID, LICENCE_EXPIRED };
/* valid_to: local midnight of the last valid day, 0 when not on file. */
enum licence licence_now(int64_t valid_to, int64_t now);

#endif
