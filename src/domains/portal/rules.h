/* Decisions of the room of the kitchen's own view: pure, no request, no database. */
#ifndef PORTAL_RULES_H
#define PORTAL_RULES_H

#include "core/base/base.h"

struct portal_terms {
	int64_t session_ms, code_ms, tries, codes_a_day;
};
struct portal_code {
	int64_t sent_at, tries, day, sent_today; /* day: number of the local day */
};

/* NULL, or why no further code may be sent now. */
const char *code_send_wrong(const struct portal_code *c, const struct portal_terms *t, int64_t now);
/* NULL, or why no code is taken now, right or wrong. */
const char *code_take_wrong(const struct portal_code *c, const struct portal_terms *t, int64_t now);
/* 139****8000: what a page may show of a telephone. */
const char *phone_masked(struct arena *a, const char *phone);

#endif
