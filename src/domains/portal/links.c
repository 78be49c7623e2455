/* The bureau's side: links are sent to the telephone on file, listed, revoked. */
#include "contracts/facts.h"
#include "domains/portal/portal.h"

#include <string.h>

struct link_row {
	int64_t id;
	const char *phone, *state, *made_name;
	int64_t made_at, opened, opened_at, revoked_at;
};
static const struct choice row_states[] = { { "open", "In use", "green" },
	{ "revoked", "Revoked", "neutral" }, { 0 } };
static const struct model link_row_model = MODEL("portal_links", struct link_row,
	FIELDS(STORED(struct link_row, id, .as = AS_ID), STORED(struct link_row, phone),
		STORED(struct link_row, state, .choices = row_states),
		STORED(struct link_row, made_name), STORED(struct link_row, made_at, .as = AS_TIME),
		STORED(struct link_row, opened), STORED(struct link_row, opened_at, .as = AS_TIME),
		STORED(struct link_row, revoked_at, .as = AS_TIME)));

struct business {
	int64_t id, area;
	const char *name, *phone, *state;
};
static const struct model business_model = MODEL("pub_operators", struct business,
	FIELDS(STORED(struct business, id, .as = AS_ID), STORED(struct business, area),
		STORED(struct business, name), STORED(struct business, phone),
		STORED(struct business, state)));

static enum err business_load(struct req *rq, struct business *b)
{
	return db_one(rq, &business_model, b,
		"SELECT id, area, name, phone, state FROM pub_operators WHERE id = $1", rq->id);
}

enum err portal_links_page(struct req *rq)
{
	struct business b;
	struct list l;

	TRY(business_load(rq, &b));
	show(rq, "operator", &business_model, &b);
	TRY(db_all(rq, &link_row_model, &l,
		"SELECT k.id, k.phone, k.state, coalesce(u.name, '') AS made_name, k.made_at, "
		"k.opened, k.opened_at, k.revoked_at FROM portal_links k LEFT JOIN pub_users u ON "
		"u.id = k.made_by WHERE k.operator = $1 ORDER BY k.made_at DESC LIMIT 100",
		b.id));
	struct node *rows = show_table(rq, "links", &link_row_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "in_use", text_is(node_text(n, "state", ""), "open"))->hidden = true;
	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE));
	put_flag(rq->view, "may_send",
		may(rq, OPERATOR_WRITE) && *b.phone && text_is(b.state, "ACTIVE"));
	return page(rq, "portal/links");
}

static enum err link_tell(struct req *rq, const struct business *b, const char *token)
{
	return sms_send(rq, b->phone,
		arena_printf(rq->arena,
			tr(rq, "%s: see your own kitchen, its cameras and what was found: %s/k/%s "
			       "Keep this link; do not pass it on."),
			b->name, site_url(rq), token));
}

enum err portal_link_send(struct req *rq)
{
	struct business b;
	int64_t same;
	char *token = token_new(rq->arena);
	struct digest d = sm3(token, strlen(token));

	TRY(business_load(rq, &b));
	if (!*b.phone)
		return fail(
			rq, E_INVALID, "There is no telephone on file. Add it to the file first.");
	if (!text_is(b.state, "ACTIVE"))
		return fail(rq, E_CONFLICT, "The business has closed.");
	TRY(db_int(rq, &same,
		"SELECT count(*) FROM portal_links WHERE operator = $1 AND phone = $2 AND state = "
		"'open'",
		b.id, b.phone));
	if (same)
		return fail(rq, E_CONFLICT,
			"This telephone has a link already. Revoke it before sending another.");
	struct portal_link k = { .operator= b.id,
		.area = b.area,
		.phone = b.phone,
		.token = digest_hex(rq->arena, &d),
		.state = "open",
		.made_by = rq->user->id,
		.made_at = rq->now };
	TRY(own_account_open(
		rq, &(struct own_account){ b.id, b.area, b.name, b.phone }, &k.account));
	TRY(db_insert(rq, &portal_link_model, &k));
	TRY(emit(rq, PORTAL_LINK_SENT, k.id, b.id, json_of(rq, &portal_link_model, &k)));
	TRY(link_tell(rq, &b, token));
	notice(rq, "The link was sent.");
	return redirect(rq, "/operators/%" PRId64 "/kitchen-links", b.id);
}

enum err portal_link_revoke(struct req *rq)
{
	struct portal_link k;

	TRY(db_one(rq, &portal_link_model, &k,
		"SELECT * FROM portal_links WHERE id = $1 AND operator = $2", rq->id2, rq->id));
	if (!text_is(k.state, "open"))
		return fail(rq, E_CONFLICT, "This link has been revoked already.");
	k.state = "revoked";
	k.revoked_by = rq->user->id;
	k.revoked_at = rq->now;
	TRY(db_update(rq, &portal_link_model, &k));
	TRY(emit(rq, PORTAL_LINK_REVOKED, k.id, k.operator));
	TRY(own_account_close(rq, k.account));
	notice(rq, "Revoked: every device that used it is signed out.");
	return redirect(rq, "/operators/%" PRId64 "/kitchen-links", rq->id);
}
