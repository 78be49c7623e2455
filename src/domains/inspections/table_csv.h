/* Rows of a check table as CSV (RFC 4180): no,group,key,text,text_en in any order, UTF-8, a head
 * line first. Pure. */
#ifndef INSPECTIONS_TABLE_CSV_H
#define INSPECTIONS_TABLE_CSV_H

#include "core/model/node.h"

/* Adds "groups" and "items" to out, as a file of rules/inspections has them. key is 1, yes, * or
 * 是. Answers NULL, or an English message with the line it is about. Strings live in a; text is not
 * kept. */
const char *check_table_rows(struct arena *a, const char *text, struct node *out);

#endif
