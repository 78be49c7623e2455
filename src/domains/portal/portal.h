/* Private to the room of the kitchen's own view. */
#ifndef PORTAL_H
#define PORTAL_H

#include "core/core.h"
#include "domains/portal/rules.h"

/* token: SM3 of what the message carried. account: whose sessions it opens. opened: how many
 * devices proved themselves. */
struct portal_link {
	int64_t id, version, operator, area, account;
	const char *phone, *token, *state;
	int64_t made_by, made_at, revoked_by, revoked_at, opened, opened_at;
};

extern const struct model portal_link_model;
extern const struct module portal;

enum err portal_terms_load(struct req *rq, struct portal_terms *t);

/* links.c: the bureau's side */
enum err portal_links_page(struct req *rq);
enum err portal_link_send(struct req *rq);
enum err portal_link_revoke(struct req *rq);
/* open.c: a telephone proves itself */
enum err portal_open_page(struct req *rq);
enum err portal_code_send(struct req *rq);
enum err portal_code_page(struct req *rq);
enum err portal_code_take(struct req *rq);
/* my.c: what a business sees of its own */
enum err my_kitchen(struct req *rq);
enum err my_camera(struct req *rq);
enum err my_lead_still(struct req *rq);

#endif
