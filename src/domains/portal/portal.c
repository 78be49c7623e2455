/* The kitchen's own view: a food business sees its cameras, its confirmed leads and its open
 * matters, and nothing of others.
 *
 * An officer sends a link to the telephone on file. Each device that opens it proves the telephone
 * by a code; the session it gets is that of an account of the business (role operator), which ends
 * when the link is revoked.
 */
#include "domains/portal/portal.h"

#include "contracts/facts.h"

static const struct choice states[] = { { "open", "In use", "green" },
	{ "revoked", "Revoked", "neutral" }, { 0 } };

const struct model portal_link_model = MODEL("portal_links", struct portal_link, .witnessed = true,
	FIELDS(STORED(struct portal_link, id), STORED(struct portal_link, version),
		STORED(struct portal_link, operator, .as = AS_ID), STORED(struct portal_link, area),
		STORED(struct portal_link, account, .as = AS_ID), STORED(struct portal_link, phone),
		STORED(struct portal_link, token, .as = AS_SECRET),
		STORED(struct portal_link, state, .choices = states),
		STORED(struct portal_link, made_by, .as = AS_ID),
		STORED(struct portal_link, made_at, .as = AS_TIME),
		STORED(struct portal_link, revoked_by, .as = AS_ID),
		STORED(struct portal_link, revoked_at, .as = AS_TIME),
		STORED(struct portal_link, opened),
		STORED(struct portal_link, opened_at, .as = AS_TIME)));

enum err portal_terms_load(struct req *rq, struct portal_terms *t)
{
	const struct node *law;

	TRY(rules(rq, "portal/terms", rq->now, &law));
	*t = (struct portal_terms){ node_int(law, "session_days", 90) * DAY,
		node_int(law, "code_minutes", 10) * MINUTE, node_int(law, "code_tries", 5),
		node_int(law, "codes_a_day", 10) };
	return OK;
}

#define AREA_OF_OPERATOR "SELECT area FROM pub_operators WHERE id = $1"

static const struct route routes[] = {
	{ GET, "/operators/:id/kitchen-links", portal_links_page, OPERATOR_READ, AREA_OF_OPERATOR,
		"Links of a business to its own view" },
	{ POST, "/operators/:id/kitchen-links", portal_link_send, OPERATOR_WRITE, AREA_OF_OPERATOR,
		"Send a link to the telephone on file" },
	{ POST, "/operators/:id/kitchen-links/:id2/revoke", portal_link_revoke, OPERATOR_WRITE,
		AREA_OF_OPERATOR, "Revoke a link" },
	{ GET, "/k/:key", portal_open_page, ANYBODY, .about = "The link to one's own kitchen" },
	{ POST, "/k/:key/code", portal_code_send, ANYBODY, .about = "Send the code" },
	{ GET, "/k/:key/code", portal_code_page, ANYBODY, .about = "Form of the code" },
	{ POST, "/k/:key", portal_code_take, ANYBODY, .about = "Open with the code (code)" },
	{ GET, "/my", my_kitchen, OWN_READ, .about = "One's own kitchen" },
	{ GET, "/my/cameras/:id", my_camera, OWN_READ, .about = "One of one's own cameras",
		.own = "SELECT operator FROM pub_camera_streams WHERE id = $1" },
	{ GET, "/my/leads/:id/still", my_lead_still, OWN_READ,
		.about = "A confirmed finding, faces covered",
		.own = "SELECT operator FROM pub_leads WHERE id = $1" },
	{ 0 },
};

const struct module portal = {
	.name = "portal",
	.routes = routes,
	.models = (const struct model *const[]){ &portal_link_model, NULL },
	.tells = (const char *const[]){ PORTAL_LINK_SENT, PORTAL_OPENED, PORTAL_LINK_REVOKED,
		USER_CREATED, USER_CHANGED, NULL },
	.nav = (const struct nav[]){ { "/my", "My kitchen", OWN_READ, NULL }, { 0 } },
};
