#include "core/app/party_link.h"
#include "contracts/facts.h"
#include "core/app/private.h"
#include "core/app/session.h"

#include <string.h>

/* ---- rules ------------------------------------------------------------- */
const char *link_send_wrong(const struct link_code *c, const struct link_terms *t, int64_t now)
{
	if (c->sent_at && now - c->sent_at < t->again_ms)
		return "A code was sent just now. Wait a minute before asking for another.";
	if (c->day == day_number(now) && c->sent_today >= t->codes_a_day)
		return "Too many codes were sent today. Try again tomorrow, or call the station.";
	return NULL;
}

const char *link_take_wrong(const struct link_code *c, const struct link_terms *t, int64_t now)
{
	if (!c->sent_at || now - c->sent_at > t->code_ms)
		return "The code has expired. Ask for a new one.";
	return c->tries >= t->tries ? "Too many wrong codes. Ask for a new one." : NULL;
}

static enum err terms_load(struct req *rq, struct link_terms *t)
{
	const struct node *law;

	TRY(rules(rq, "portal/link", rq->now, &law));
	*t = (struct link_terms){ node_int(law, "code_minutes", 5) * MINUTE,
		node_int(law, "again_seconds", 60) * SECOND, node_int(law, "code_tries", 5),
		node_int(law, "codes_a_day", 10) };
	return OK;
}

/* ---- link and code in the database --------------------------------------- */
struct link {
	int64_t entity, subject, expires_at, used_at;
	const char *token, *phone, *holder, *powers; /* token: its digest */
};

static enum err link_load(struct req *rq, struct link *l)
{
	struct digest d = sm3(rq->key, strlen(rq->key));
	struct rows *r;
	bool more;

	*l = (struct link){
		.token = digest_hex(rq->arena, &d), .phone = "", .holder = "", .powers = ""
	};
	TRY(db_query(rq, &r,
		"SELECT entity, subject, expires_at, used_at, phone, holder, powers FROM links "
		"WHERE token "
		"= $1",
		l->token));
	TRY(rows_next(r, &more));
	if (more) {
		l->entity = rows_int(r, 0);
		l->subject = rows_int(r, 1);
		l->expires_at = rows_int(r, 2);
		l->used_at = rows_int(r, 3);
		l->phone = arena_dup(rq->arena, rows_text(r, 4));
		l->holder = arena_dup(rq->arena, rows_text(r, 5));
		l->powers = arena_dup(rq->arena, rows_text(r, 6));
	}
	rows_close(r);
	if (!more)
		return fail(rq, E_NOT_FOUND,
			"This link is not known. Please check it against the message you "
			"received.");
	if (l->expires_at <= rq->now)
		return fail(rq, E_GONE,
			"This link has expired. Call the officer named in the message for a new "
			"one.");
	return OK;
}

static enum err code_load(struct req *rq, const struct link *l, struct link_code *c, char **code)
{
	struct rows *r;
	bool more;

	*c = (struct link_code){ 0 };
	*code = arena_dup(rq->arena, "");
	TRY(db_query(rq, &r,
		"SELECT code, sent_at, tries, day, sent_today FROM link_codes WHERE token = $1",
		l->token));
	TRY(rows_next(r, &more));
	if (more) {
		*code = arena_dup(rq->arena, rows_text(r, 0));
		*c = (struct link_code){ rows_int(r, 1), rows_int(r, 2), rows_int(r, 3),
			rows_int(r, 4) };
	}
	rows_close(r);
	return OK;
}

/* Six digits out of 256 random bits; kept only under a digest with the link's token, which is not
 * in the database, so whoever reads the table cannot try them all. */
static const char *code_new(struct req *rq)
{
	uint8_t b[8];
	uint64_t n = 0;

	random_bytes(b, sizeof(b));
	for (size_t i = 0; i < sizeof(b); i++)
		n = n << 8 | b[i];
	return arena_printf(rq->arena, "%06" PRIu64, n % 1000000);
}

static const char *code_digest(struct req *rq, const char *code)
{
	const char *text = arena_printf(rq->arena, "party:%s:%s", rq->key, code);
	struct digest d = sm3(text, strlen(text));

	return digest_hex(rq->arena, &d);
}

/* ---- pages ---------------------------------------------------------------- */
/* The device that opened the link once keeps it: its session carries the same subject. */
static bool link_mine(struct req *rq, const struct link *l)
{
	return rq->user->role_id == ROLE_PARTY && rq->user->link_subject == l->subject;
}

static void put_link(struct req *rq, const struct link *l)
{
	size_t n = strlen(l->phone), tail = n < 4 ? 0 : 4, head = n < 8 ? 0 : 3;

	put_text(rq->view, "key", rq->key);
	put_text(rq->view, "refused", "");
	put_printf(rq->view, "phone", "%.*s****%s", (int)head, l->phone, l->phone + n - tail);
}

static const char spent[] =
	"This link has been opened on another device. Call the officer named in the message for "
	"a new one.";

enum err party_link_page(struct req *rq)
{
	struct link l;

	TRY(link_load(rq, &l));
	if (l.used_at && link_mine(rq, &l))
		return redirect(rq, "/my/cases/%" PRId64, l.subject);
	if (l.used_at)
		return fail(rq, E_GONE, "%s", tr(rq, spent));
	put_link(rq, &l);
	return page(rq, "core/link");
}

enum err party_link_code_page(struct req *rq)
{
	struct link l;

	TRY(link_load(rq, &l));
	if (l.used_at)
		return fail(rq, E_GONE, "%s", tr(rq, spent));
	put_link(rq, &l);
	return page(rq, "core/link_code");
}

/* What was refused stays written, so it is an answer (status 200), not an error. */
static enum err refuse(struct req *rq, const struct link *l, const char *kind, const char *words)
{
	TRY(login_audit_add(rq, "", "link refused"));
	TRY(emit(rq, LINK_REFUSED, l->subject, l->entity,
		json_pairs(rq, "why", kind, "from", rq->http->remote, NULL)));
	put_link(rq, l);
	put_text(rq->view, "refused", tr(rq, words));
	return page(rq, "core/link_code");
}

enum err party_link_code_send(struct req *rq)
{
	struct link l;
	struct link_code c;
	struct link_terms t;
	char *old;
	const char *code = code_new(rq);

	TRY(link_load(rq, &l));
	if (l.used_at)
		return refuse(rq, &l, "spent", spent);
	TRY(terms_load(rq, &t));
	TRY(code_load(rq, &l, &c, &old));
	const char *why = link_send_wrong(&c, &t, rq->now);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(db_run(rq,
		"INSERT INTO link_codes (token, code, sent_at, tries, day, sent_today) VALUES ($1, "
		"$2, $3, 0, $4, 1) ON CONFLICT (token) DO UPDATE SET code = excluded.code, sent_at "
		"= excluded.sent_at, tries = 0, sent_today = CASE WHEN link_codes.day = "
		"excluded.day THEN link_codes.sent_today + 1 ELSE 1 END, day = excluded.day",
		l.token, code_digest(rq, code), rq->now, day_number(rq->now)));
	TRY(sms_send(rq, l.phone,
		arena_printf(rq->arena,
			tr(rq, "Your code is %s. It holds for a few minutes; tell nobody."),
			code)));
	return redirect(rq, "/l/%s/code", rq->key);
}

static enum err code_refused(struct req *rq, const struct link *l, const char *why)
{
	TRY(db_run(rq, "UPDATE link_codes SET tries = tries + 1 WHERE token = $1", l->token));
	return refuse(rq, l, "code", why);
}

enum err party_link_open(struct req *rq)
{
	struct link l;
	struct link_code c;
	struct link_terms t;
	char *kept;

	TRY(link_load(rq, &l));
	if (l.used_at)
		return refuse(rq, &l, "spent", spent);
	TRY(terms_load(rq, &t));
	TRY(code_load(rq, &l, &c, &kept));
	const char *why = link_take_wrong(&c, &t, rq->now),
		   *typed = code_digest(rq, form_text(rq, "code"));
	if (!why && (strlen(kept) != DIGEST_HEX || !same_bytes(kept, typed, DIGEST_HEX)))
		why = "The code is wrong.";
	if (why)
		return code_refused(rq, &l, why);
	TRY(db_change(rq, "UPDATE links SET used_at = $2 WHERE token = $1 AND used_at = 0", l.token,
		rq->now));
	TRY(db_run(rq, "DELETE FROM link_codes WHERE token = $1", l.token));
	TRY(login_audit_add(rq, "", "link opened"));
	TRY(session_open_party(rq, &(struct session){ .entity = l.entity,
					   .subject = l.subject,
					   .holder = l.holder,
					   .powers = l.powers,
					   .expires_at = l.expires_at }));
	TRY(emit(rq, LINK_OPENED, l.subject, l.entity,
		json_pairs(rq, "from", rq->http->remote, NULL)));
	return redirect(rq, "/my/cases/%" PRId64, l.subject);
}
