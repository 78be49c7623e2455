/* A telephone proves itself: the link says which business, the code that this is its telephone. */
#include "contracts/facts.h"
#include "domains/portal/portal.h"

#include <string.h>

static enum err link_load(struct req *rq, struct portal_link *k)
{
	struct digest d = sm3(rq->key, strlen(rq->key));
	enum err e = db_one(rq, &portal_link_model, k,
		"SELECT * FROM portal_links WHERE token = $1", digest_hex(rq->arena, &d));

	if (e == E_NOT_FOUND)
		return fail(rq, E_NOT_FOUND,
			"This link is not known. Please check it against the message you "
			"received.");
	TRY(e);
	if (!text_is(k->state, "open"))
		return fail(rq, E_GONE,
			"This link was revoked. Ask your market supervision station for a new "
			"one.");
	return OK;
}

static enum err code_load(struct req *rq, int64_t link, struct portal_code *c, const char **code)
{
	struct rows *r;
	bool more;

	*c = (struct portal_code){ 0 };
	*code = "";
	TRY(db_query(rq, &r,
		"SELECT code, sent_at, tries, day, sent_today FROM portal_codes WHERE link = $1",
		link));
	TRY(rows_next(r, &more));
	if (more) {
		*code = arena_dup(rq->arena, rows_text(r, 0));
		*c = (struct portal_code){ rows_int(r, 1), rows_int(r, 2), rows_int(r, 3),
			rows_int(r, 4) };
	}
	rows_close(r);
	return OK;
}

static void put_link(struct req *rq, const struct portal_link *k)
{
	put_text(rq->view, "key", rq->key);
	put_text(rq->view, "phone", phone_masked(rq->arena, k->phone));
	put_text(rq->view, "refused", "");
}

enum err portal_open_page(struct req *rq)
{
	struct portal_link k;

	TRY(link_load(rq, &k));
	if (rq->user->id == k.account)
		return redirect(rq, "/my");
	put_link(rq, &k);
	return page(rq, "portal/open");
}

/* Six digits out of 256 random bits; kept only under a digest with the link's token, which is not
 * in the database, so whoever reads the table cannot try them all. */
static const char *code_new(struct req *rq)
{
	char *random = token_new(rq->arena);
	struct digest d = sm3(random, strlen(random));
	const uint8_t *b = (const uint8_t *)&d;
	uint32_t n = 0;

	for (int i = 0; i < 4; i++)
		n = n << 8 | b[i];
	return arena_printf(rq->arena, "%06" PRIu32, n % 1000000);
}

static const char *code_digest(struct req *rq, const char *code)
{
	const char *text = arena_printf(rq->arena, "%s:%s", rq->key, code);
	struct digest d = sm3(text, strlen(text));

	return digest_hex(rq->arena, &d);
}

enum err portal_code_send(struct req *rq)
{
	struct portal_link k;
	struct portal_code c;
	struct portal_terms t;
	const char *old, *code = code_new(rq);

	TRY(link_load(rq, &k));
	TRY(portal_terms_load(rq, &t));
	TRY(code_load(rq, k.id, &c, &old));
	const char *why = code_send_wrong(&c, &t, rq->now);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	int64_t today = day_number(rq->now);
	TRY(db_run(rq,
		"INSERT INTO portal_codes (link, code, sent_at, tries, day, sent_today) VALUES "
		"($1, $2, $3, 0, $4, 1) ON CONFLICT (link) DO UPDATE SET code = excluded.code, "
		"sent_at = excluded.sent_at, tries = 0, sent_today = CASE WHEN portal_codes.day = "
		"excluded.day THEN portal_codes.sent_today + 1 ELSE 1 END, day = excluded.day",
		k.id, code_digest(rq, code), rq->now, today));
	TRY(sms_send(rq, k.phone,
		arena_printf(rq->arena,
			tr(rq, "Your code is %s. It holds for a few minutes; tell nobody."),
			code)));
	return redirect(rq, "/k/%s/code", rq->key);
}

enum err portal_code_page(struct req *rq)
{
	struct portal_link k;

	TRY(link_load(rq, &k));
	put_link(rq, &k);
	return page(rq, "portal/code");
}

/* The wrong try is committed, so it is an answer, not an error. */
static enum err code_refused(struct req *rq, const struct portal_link *k, const char *why)
{
	TRY(db_run(rq, "UPDATE portal_codes SET tries = tries + 1 WHERE link = $1", k->id));
	put_link(rq, k);
	put_text(rq->view, "refused", tr(rq, why));
	return page(rq, "portal/code");
}

enum err portal_code_take(struct req *rq)
{
	struct portal_link k;
	struct portal_code c;
	struct portal_terms t;
	const char *kept;

	TRY(link_load(rq, &k));
	TRY(portal_terms_load(rq, &t));
	TRY(code_load(rq, k.id, &c, &kept));
	const char *why = code_take_wrong(&c, &t, rq->now);
	if (!why && !text_is(kept, code_digest(rq, form_text(rq, "code"))))
		why = "The code is wrong.";
	if (why)
		return code_refused(rq, &k, why);
	TRY(db_run(rq, "UPDATE portal_codes SET sent_at = 0 WHERE link = $1", k.id));
	k.opened++;
	k.opened_at = rq->now;
	TRY(db_update(rq, &portal_link_model, &k));
	TRY(emit(rq, PORTAL_OPENED, k.id, k.operator));
	TRY(own_session_open(rq, k.account, t.session_ms));
	return redirect(rq, "/my");
}
