#include "core/app/session.h"
#include "core/app/private.h"

#include <string.h>

enum { TOUCH = 5 * MINUTE };

static const char *cookie(const struct req *rq, const char *name)
{
	return rq->http && rq->http->cookies ? pair_find(rq->http->cookies, name) : NULL;
}

static const char *hash_of(struct req *rq, const char *token)
{
	struct digest d = sm3(token, strlen(token));
	return digest_hex(rq->arena, &d);
}

/* ---- finding --------------------------------------------------------- */
static const struct user *user_machine(void)
{
	static const struct user machine = { .login = "machine",
		.name = "摄像头程序",
		.role = "machine",
		.card_no = "",
		.role_id = ROLE_MACHINE };
	return &machine;
}

static bool is_machine(struct req *rq)
{
	const char *h = pair_find(rq->http->headers, "authorization"), *t = rq->app->machine_token;
	return h && text_starts(h, "Bearer ") && strlen(h + 7) == strlen(t) &&
	       same_bytes(h + 7, t, strlen(t));
}

const char *dock_key(struct arena *a, const struct app *app, const char *number)
{
	const char *said = arena_printf(a, "dock:%s", number);
	struct digest d = sm3_hmac(app->secret, sizeof(app->secret), said, strlen(said));

	return arena_printf(a, "%s:%s", said, digest_hex(a, &d));
}

/* The station that speaks, or NULL. Its login is its number. */
static const struct user *user_dock(struct req *rq)
{
	const char *h = pair_find(rq->http->headers, "authorization");
	const char *end = h && text_starts(h, "Bearer dock:") ? strrchr(h, ':') : NULL;
	const char *number = h ? h + strlen("Bearer dock:") : NULL;

	if (!end || end <= number)
		return NULL;
	number = arena_copy(rq->arena, number, (size_t)(end - number));
	const char *key = dock_key(rq->arena, rq->app, number), *given = h + strlen("Bearer ");
	if (strlen(key) != strlen(given) || !same_bytes(key, given, strlen(key)))
		return NULL;
	struct user *u = NEW(rq->arena, struct user);
	*u = (struct user){
		.login = number, .name = number, .role = "dock", .card_no = "", .role_id = ROLE_DOCK
	};
	return u;
}

static enum err user_load(struct req *rq, int64_t id, const struct user **out)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT login, name, role, card_no, area, entity FROM users WHERE id = $1 AND "
		"state = 'active'",
		id));
	TRY(rows_next(r, &more));
	if (more) {
		struct user *u = NEW(rq->arena, struct user);
		const struct role *role = role_named(rows_text(r, 2));
		*u = (struct user){ .id = id,
			.login = arena_dup(rq->arena, rows_text(r, 0)),
			.name = arena_dup(rq->arena, rows_text(r, 1)),
			.role = arena_dup(rq->arena, rows_text(r, 2)),
			.card_no = arena_dup(rq->arena, rows_text(r, 3)),
			.role_id = role ? role->id : ROLE_NONE,
			.area = rows_int(r, 4),
			.entity = rows_int(r, 5) };
		*out = u;
	}
	rows_close(r);
	return OK;
}

static void party_user(struct req *rq, const struct session *s, const struct user **out)
{
	struct user *u = NEW(rq->arena, struct user);
	*u = (struct user){ .login = "",
		.name = *s->holder ? arena_printf(rq->arena, "%s（受托人）", s->holder) : "当事人",
		.role = "party",
		.card_no = "",
		.role_id = ROLE_PARTY,
		.entity = s->entity,
		.link_subject = s->subject,
		.link_powers = s->powers };
	*out = u;
}

/* People of the bureau are signed out when they leave their desk. A party cannot sign in again: its
 * link opens on one device once, so that device keeps it until the link's own end. */
static enum err session_load(struct req *rq, const char *hash, struct session **out)
{
	struct rows *r;
	bool more;

	*out = NULL;
	TRY(db_query(rq, &r,
		"SELECT kind, user_id, entity, subject, full_login, created_at, expires_at, "
		"seen_at, holder, powers FROM sessions"
		" WHERE token = $1 AND expires_at > $2 AND (seen_at > $3 OR kind = 'party')",
		hash, rq->now, rq->now - (int64_t)IDLE_MINUTES * MINUTE));
	TRY(rows_next(r, &more));
	if (more) {
		struct session *s = NEW(rq->arena, struct session);
		*s = (struct session){ .token_hash = hash,
			.kind = arena_dup(rq->arena, rows_text(r, 0)),
			.user = rows_int(r, 1),
			.entity = rows_int(r, 2),
			.subject = rows_int(r, 3),
			.full = rows_int(r, 4) != 0,
			.created_at = rows_int(r, 5),
			.expires_at = rows_int(r, 6),
			.seen_at = rows_int(r, 7),
			.holder = arena_dup(rq->arena, rows_text(r, 8)),
			.powers = arena_dup(rq->arena, rows_text(r, 9)) };
		*out = s;
	}
	rows_close(r);
	return OK;
}

enum err session_find(struct req *rq, const struct user **user, const struct session **session)
{
	const char *token = cookie(rq, "shian");
	struct session *s;

	if (is_machine(rq)) {
		*user = user_machine();
		return OK;
	}
	const struct user *dock = user_dock(rq);
	if (dock) {
		*user = dock;
		return OK;
	}
	if (!token || strlen(token) != 43)
		return OK;
	TRY(session_load(rq, hash_of(rq, token), &s));
	if (!s)
		return OK;
	if (text_is(s->kind, "party") && !s->user) {
		party_user(rq, s, user);
	} else {
		const struct user *found = NULL;
		TRY(user_load(rq, s->user, &found));
		if (!found)
			return OK;
		*user = found;
	}
	*session = s;
	return OK;
}

/* ---- opening and ending ---------------------------------------------- */
static void cookie_set(struct req *rq, const char *token, int64_t seconds)
{
	reply_set_header(rq, "Set-Cookie",
		arena_printf(rq->arena,
			"shian=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%" PRId64 "%s", token,
			seconds, rq->http && rq->http->secure ? "; Secure" : ""));
}

static enum err open_row(struct req *rq, const struct session *s)
{
	char *token = token_new(rq->arena);

	TRY(db_run(rq, "DELETE FROM sessions WHERE expires_at < $1", rq->now));
	TRY(db_run(rq,
		"INSERT INTO sessions (token, kind, user_id, entity, subject, full_login, "
		"created_at, expires_at, seen_at, holder, powers)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $10)",
		hash_of(rq, token), s->kind, s->user, s->entity, s->subject, s->full, rq->now,
		s->expires_at, s->holder ? s->holder : "", s->powers ? s->powers : ""));
	cookie_set(rq, token, (s->expires_at - rq->now) / SECOND);
	return OK;
}

enum err session_open(struct req *rq, int64_t user, bool full)
{
	return open_row(rq, &(struct session){ .kind = "user",
				    .user = user,
				    .full = full,
				    .expires_at = rq->now + (int64_t)SESSION_HOURS * HOUR });
}

enum err session_open_party(struct req *rq, const struct session *s)
{
	struct session party = *s;

	party.kind = "party";
	party.full = true;
	return open_row(rq, &party);
}

/* Of kind party as well: it lasts until its end, whoever leaves the telephone on the table; the
 * account's end is its end. */
enum err own_session_open(struct req *rq, int64_t account, int64_t valid_ms)
{
	return open_row(rq, &(struct session){ .kind = "party",
				    .user = account,
				    .full = true,
				    .expires_at = rq->now + valid_ms });
}

enum err session_make_full(struct req *rq)
{
	TRY(db_run(rq, "DELETE FROM sessions WHERE token = $1", rq->priv->session->token_hash));
	return session_open(rq, rq->priv->session->user, true);
}

enum err session_end(struct req *rq)
{
	if (rq->priv->session)
		TRY(db_run(rq, "DELETE FROM sessions WHERE token = $1",
			rq->priv->session->token_hash));
	cookie_set(rq, "", 0);
	return OK;
}

static enum err touch(struct req *rq, void *arg)
{
	const struct session *s = arg;
	return db_run(
		rq, "UPDATE sessions SET seen_at = $2 WHERE token = $1", s->token_hash, rq->now);
}

void session_touch(struct app *app, const struct session *s)
{
	struct fault why = { 0 };
	if (clock_now() - s->seen_at > TOUCH && app_write(app, touch, (void *)s, &why))
		log_event(LOG_WARN, "session.touch", "why", why.text, NULL);
}

/* ---- forged forms
 * ------------------------------------------------------------------------------------------- The
 * token is an HMAC over the session's cookie, or over a visitor's cookie set with the first form.
 */
static const char *visitor(struct req *rq)
{
	const char *v = cookie(rq, "shian_v");
	return v && strlen(v) == 43 ? v : NULL;
}

static const char *token_over(struct req *rq, const char *value)
{
	struct digest d = sm3_hmac(rq->app->secret, sizeof(rq->app->secret), value, strlen(value));
	return arena_copy(rq->arena, digest_hex(rq->arena, &d), 32);
}

const char *csrf_token(struct req *rq)
{
	if (rq->priv->session)
		return token_over(rq, rq->priv->session->token_hash);
	const char *v = visitor(rq);
	if (!v) {
		v = token_new(rq->arena);
		reply_set_header(rq, "Set-Cookie",
			arena_printf(rq->arena,
				"shian_v=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400", v));
	}
	return token_over(rq, v);
}

bool csrf_ok(struct req *rq)
{
	if (rq->user->role_id == ROLE_MACHINE || rq->user->role_id == ROLE_DOCK)
		return true; /* no browser sends their tokens by itself */
	const char *given = rq->http->form ? pair_find(rq->http->form, "csrf") : NULL;
	if (!given)
		given = pair_find(rq->http->headers, "x-csrf");
	if (!given && rq->priv->body)
		given = node_text(rq->priv->body, "csrf", NULL);
	const char *base = rq->priv->session ? rq->priv->session->token_hash : visitor(rq);
	return given && base && strlen(given) == 32 && same_bytes(given, token_over(rq, base), 32);
}
