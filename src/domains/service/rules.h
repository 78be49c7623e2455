/* Decisions of the room of service: pure. Each answers NULL when the step is allowed, or an English
 * sentence that names what is missing and the article (O2: 市场监督管理行政处罚程序规定 80-83; APL:
 * 行政处罚法 61). */
#ifndef SERVICE_RULES_H
#define SERVICE_RULES_H

#include "core/base/base.h"

/* What the law looks at in a paper to be served. Times ms, 0: not. */
struct service_facts {
	const char *state;    /* waiting, notice, served */
	bool consent;	      /* to electronic service, in a signed confirmation */
	int64_t confirmed_at; /* the party's address confirmation */
	int64_t sealed_at, now;
	int refused, absent, post_returned, others_failed; /* attempts that failed so */
	int under_way;					   /* sent, no result yet */
	bool another;	       /* the paper is for somebody else than the party */
	bool e_sent, e_failed; /* a message to the telephone: on its way; refused for good */
	bool needs_direct, needs_post; /* what has to have failed before a public notice */
};

/* What an officer records. Texts never NULL. */
struct service_deed {
	const char *way, *result; /* codes of service_ways, service_results */
	int64_t at;
	bool signature, photo, video;
	bool servers; /* two different officers with enforcement cards */
	bool at_confirmed_address;
	bool by_hand, account_named; /* sent electronically by an officer, to an account that was
					signed for */
	const char *receiver, *relation, *refusal, *witness, *mail_no, *place, *words;
};

/* Handing over: the addressee, a member of the household, an employee who receives its papers. */
const char *direct_wrong(const struct service_facts *f, const struct service_deed *d);
/* Leaving it there after a refusal: a witness, or a recording of the refusal; or at the address the
 * party confirmed, with a photo. */
const char *leaving_wrong(const struct service_facts *f, const struct service_deed *d);
const char *electronic_wrong(const struct service_facts *f, const struct service_deed *d);
const char *post_wrong(const struct service_facts *f, const struct service_deed *d);
/* Through another office, or through the unit the addressee is in (barracks, prison). */
const char *entrusted_wrong(const struct service_facts *f, const struct service_deed *d);
const char *forwarded_wrong(const struct service_facts *f, const struct service_deed *d);
/* Last of all: the others failed, and why (words). */
const char *notice_wrong(const struct service_facts *f, const struct service_deed *d);
/* The rule of the deed's way, and what all ways ask: served once, not before it is sealed, not in
 * the future. */
const char *deed_wrong(const struct service_facts *f, const struct service_deed *d);
/* What became of a thing sent: result delivered or returned, at; sent_at: when it went out. */
const char *result_wrong(const struct service_deed *d, int64_t sent_at, int64_t now);
/* A thing sent by post to the address the party confirmed counts as served when it comes back (O2
 * 83). sent_at: whether the address had been confirmed then. */
bool returned_counts(const struct service_facts *f, const struct service_deed *d, int64_t sent_at);
/* NULL, or why nobody may be named as the party's delegate so; field: where in the form. */
struct delegate_deed {
	const char *name, *id_last4, *phone, *scope;
	bool signature;
	int64_t until, now;
};
const char *delegate_wrong(const struct delegate_deed *d, const char **field);

#endif
