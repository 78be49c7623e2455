/* A party's one-time link: the message says which matter, a code of six digits proves that its
 * telephone is in the hand that opens it. The first device that does so keeps the link. */
#ifndef CORE_PARTY_LINK_H
#define CORE_PARTY_LINK_H

#include "core/app/app.h"

/* What is known of a code. Times ms; day: number of the local day. */
struct link_code {
	int64_t sent_at, tries, day, sent_today;
};
struct link_terms {
	int64_t code_ms, again_ms, tries, codes_a_day;
};
/* Pure: NULL, or why no further code may be sent now. */
const char *link_send_wrong(const struct link_code *c, const struct link_terms *t, int64_t now);
/* Pure: NULL, or why no code is taken now, right or wrong. */
const char *link_take_wrong(const struct link_code *c, const struct link_terms *t, int64_t now);

enum err party_link_page(struct req *rq);
enum err party_link_code_send(struct req *rq);
enum err party_link_code_page(struct req *rq);
enum err party_link_open(struct req *rq);

/* login.c: a line of the audit of logins; login is cut, never a password. */
enum err login_audit_add(struct req *rq, const char *login, const char *result);

#endif
