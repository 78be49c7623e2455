/* What the tests of the law as data share: the files as shipped, and days. */
#ifndef CASES_TEST_LAW_DATA_H
#define CASES_TEST_LAW_DATA_H

#include "core/model/node.h"

/* rules/<name>.json below the source root, or NULL. */
const struct node *law_read(struct arena *a, const char *name);
/* "2026-02-13", "2026-02-13 10:20": local; ends the test when it is neither. "" is 0. */
int64_t law_moment(const char *text);
/* Last millisecond of that day. */
int64_t law_day_end(const char *text);

#endif
