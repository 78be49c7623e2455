/* Signing in: password, then for the bureau's people a one-time code; locks; an audit of every
 * attempt. Parties come by a one-time link. */
#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/app/party_link.h"
#include "core/app/private.h"
#include "core/documents/qr.h"

#include <string.h>

enum { FAILURES = 5, LOCK_MINUTES = 15, ADDRESS_FAILURES = 60 };

enum err login_audit_add(struct req *rq, const char *login, const char *result)
{
	/* a password typed into the wrong field must not be kept: at most 40 characters of a
	 * plausible name */
	size_t n = strlen(login);
	return db_run(rq,
		"INSERT INTO login_audit (id, at, login, result, remote) VALUES ($1, $2, $3, $4, "
		"$5)",
		id_new(), rq->now, arena_copy(rq->arena, login, n > 40 ? 0 : n), result,
		rq->http->remote);
}

/* Only our own addresses: "/cases/1", never "//elsewhere". Browsers drop tabs and line ends from an
 * address and take a backslash for a slash, so that "/\t/elsewhere" would be one too. */
static bool own_address(const char *s)
{
	if (s[0] != '/' || s[1] == '/')
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == '\\' || *s == 0x7f)
			return false;
	return true;
}
static const char *next_page(struct req *rq)
{
	const char *next = form_text(rq, "next");
	if (!*next)
		next = query_text(rq, "next");
	return own_address(next) ? next : "/desk";
}

static enum err login_page(struct req *rq)
{
	put_text(rq->view, "next", next_page(rq));
	put_text(rq->view, "login", form_text(rq, "login"));
	return page(rq, "core/login");
}

/* The refusal is committed (its audit must stay), so it is an answer, not an error. */
static enum err refuse(struct req *rq, const char *login, const char *result, const char *words)
{
	TRY(login_audit_add(rq, login, result));
	put_text(rq->view, "refused", words);
	rq->status = 200;
	return login_page(rq);
}

static enum err failed_once(struct req *rq, int64_t user)
{
	return db_run(rq,
		"UPDATE user_state SET failures = failures + 1,"
		" locked_until = CASE WHEN failures + 1 >= $2 THEN CAST($3 AS bigint) ELSE "
		"locked_until END"
		" WHERE user_id = $1",
		user, (int64_t)FAILURES, rq->now + (int64_t)LOCK_MINUTES * MINUTE);
}

struct login_state {
	int64_t failures, locked_until, totp_step;
};

static enum err state_load(struct req *rq, int64_t user, struct login_state *s)
{
	struct rows *r;
	bool more;

	*s = (struct login_state){ 0 };
	TRY(db_query(rq, &r,
		"SELECT failures, locked_until, totp_step FROM user_state WHERE user_id = $1",
		user));
	TRY(rows_next(r, &more));
	if (more)
		*s = (struct login_state){ rows_int(r, 0), rows_int(r, 1), rows_int(r, 2) };
	rows_close(r);
	return OK;
}

static bool second_factor_needed(struct req *rq, const struct account *u)
{
	const struct role *role = role_named(u->role);
	if (*u->totp_secret)
		return true;
	return role && role->bureau && !text_is(setting(rq, "totp", "required"), "optional");
}

static enum err login_try(struct req *rq)
{
	const char *login = form_text(rq, "login"), *password = form_raw(rq, "password");
	struct account u;
	struct login_state s;
	int64_t recent;

	TRY(db_int(rq, &recent,
		"SELECT count(*) FROM login_audit WHERE remote = $1 AND at > $2 AND result <> "
		"'signed in'",
		rq->http->remote, rq->now - (int64_t)LOCK_MINUTES * MINUTE));
	if (recent > ADDRESS_FAILURES)
		return fail(rq, E_LOCKED,
			"Too many failed attempts from here. Please wait 15 minutes.");
	enum err e = db_one(rq, &account_model, &u,
		"SELECT * FROM users WHERE login = $1 AND state = 'active'", login);
	if (e == E_NOT_FOUND) {
		/* the same time passes as with a wrong password */
		(void)!password_hash(rq->arena, password);
		return refuse(rq, login, "unknown name", tr(rq, "Name or password is wrong."));
	}
	TRY(e);
	TRY(state_load(rq, u.id, &s));
	if (s.locked_until > rq->now)
		return refuse(rq, login, "locked",
			tr(rq, "This account is locked for a while after five wrong attempts. Wait "
			       "15 minutes or ask the "
			       "administrator."));
	if (s.locked_until && s.locked_until <= rq->now)
		TRY(db_run(rq,
			"UPDATE user_state SET failures = 0, locked_until = 0 WHERE user_id = $1",
			u.id));
	if (!password_matches(u.password, password)) {
		TRY(failed_once(rq, u.id));
		return refuse(rq, login, "wrong password", tr(rq, "Name or password is wrong."));
	}
	bool second = second_factor_needed(rq, &u);
	TRY(session_open(rq, u.id, !second));
	if (second)
		return redirect(rq, "%s?next=%s", *u.totp_secret ? "/login/code" : "/login/enrol",
			url_encode(rq->arena, next_page(rq)));
	TRY(login_audit_add(rq, login, "signed in"));
	TRY(db_run(rq, "UPDATE user_state SET failures = 0, last_login = $2 WHERE user_id = $1",
		u.id, rq->now));
	return redirect(rq, "%s", next_page(rq));
}

/* ---- the second factor ----------------------------------------------- */
static enum err half_signed_in(struct req *rq, struct account *u)
{
	if (!rq->priv->session || !rq->user->id)
		return fail(rq, E_LOGIN, "Please sign in with name and password first.");
	return db_one(rq, &account_model, u, "SELECT * FROM users WHERE id = $1", rq->user->id);
}

static enum err code_page(struct req *rq)
{
	struct account u;
	TRY(half_signed_in(rq, &u));
	if (!*u.totp_secret)
		return redirect(rq, "/login/enrol?next=%s", url_encode(rq->arena, next_page(rq)));
	put_text(rq->view, "next", next_page(rq));
	return page(rq, "core/login_code");
}

static enum err code_accept(struct req *rq, const struct account *u, int64_t step)
{
	TRY(db_run(rq,
		"UPDATE user_state SET failures = 0, totp_step = $2, last_login = $3 WHERE user_id "
		"= $1",
		u->id, step, rq->now));
	TRY(login_audit_add(rq, u->login, "signed in"));
	TRY(session_make_full(rq));
	return redirect(rq, "%s", next_page(rq));
}

static enum err code_wrong(struct req *rq, const struct account *u, const char *template)
{
	TRY(failed_once(rq, u->id));
	TRY(login_audit_add(rq, u->login, "wrong code"));
	put_text(rq->view, "refused",
		tr(rq, "The code is wrong or was used already. Wait for the next one."));
	put_text(rq->view, "next", next_page(rq));
	return page(rq, template);
}

static enum err code_try(struct req *rq)
{
	struct account u;
	struct login_state s;
	int64_t step;

	TRY(half_signed_in(rq, &u));
	TRY(state_load(rq, u.id, &s));
	if (s.locked_until > rq->now)
		return fail(rq, E_LOCKED,
			"This account is locked for a while. Please wait 15 minutes.");
	if (!*u.totp_secret)
		return redirect(rq, "/login/enrol");
	if (!totp_matches(u.totp_secret, form_text(rq, "code"), rq->now, &step) ||
		step <= s.totp_step)
		return code_wrong(rq, &u, "core/login_code");
	return code_accept(rq, &u, step);
}

/* The secret travels in the form until its first code proves that the telephone has it; it is bound
 * to the session by a digest, so nobody can plant another. */
static const char *secret_seal(struct req *rq, const char *secret)
{
	struct digest d = sm3_hmac(rq->app->secret, sizeof(rq->app->secret),
		arena_printf(rq->arena, "enrol:%s:%s", rq->priv->session->token_hash, secret),
		strlen(secret) + 7 + strlen(rq->priv->session->token_hash));
	return digest_hex(rq->arena, &d);
}

static enum err enrol_show(struct req *rq, const struct account *u, const char *secret)
{
	char *svg = NULL;
	struct fault why = { 0 };
	const char *uri = arena_printf(
		rq->arena, "otpauth://totp/Shian:%s?secret=%s&issuer=Shian", u->login, secret);

	if (qr_svg(rq->arena, uri, &svg, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	put_text(rq->view, "secret", secret);
	put_text(rq->view, "seal", secret_seal(rq, secret));
	struct node *n = put_text(rq->view, "qr", svg);
	n->raw = n->hidden = true;
	put_text(rq->view, "next", next_page(rq));
	return page(rq, "core/login_enrol");
}

static enum err enrol_page(struct req *rq)
{
	struct account u;
	TRY(half_signed_in(rq, &u));
	if (*u.totp_secret && !rq->priv->session->full)
		return redirect(rq, "/login/code");
	return enrol_show(rq, &u, totp_secret_new(rq->arena));
}

static enum err enrol_try(struct req *rq)
{
	struct account u;
	const char *secret = form_text(rq, "secret"), *seal = form_text(rq, "seal");
	int64_t step;

	TRY(half_signed_in(rq, &u));
	if (*u.totp_secret && !rq->priv->session->full)
		return fail(rq, E_FORBIDDEN, "This account has a second factor already.");
	if (strlen(seal) != DIGEST_HEX || !same_bytes(seal, secret_seal(rq, secret), DIGEST_HEX))
		return fail(rq, E_FORBIDDEN, "This form is stale. Load the page again.");
	if (!totp_matches(secret, form_text(rq, "code"), rq->now, &step)) {
		put_text(rq->view, "refused",
			tr(rq, "The code does not fit. Check the time of your telephone."));
		return enrol_show(rq, &u, secret);
	}
	u.totp_secret = secret;
	TRY(db_update(rq, &account_model, &u));
	TRY(emit(rq, USER_CHANGED, u.id, .data = "{\"second_factor\":\"enrolled\"}"));
	return code_accept(rq, &u, step);
}

/* ---- leaving, own password ------------------------------------------- */
static enum err logout(struct req *rq)
{
	TRY(session_end(rq));
	return redirect(rq, "/");
}

static enum err password_page(struct req *rq)
{
	return page(rq, "core/password");
}

static enum err password_change(struct req *rq)
{
	struct account u;
	const char *old = form_raw(rq, "old"), *new = form_raw(rq, "new"), *wrong;

	TRY(half_signed_in(rq, &u));
	if (!password_matches(u.password, old))
		field_error(rq, "old", "The old password is wrong.");
	if ((wrong = password_wrong(u.login, new)))
		field_error(rq, "new", "%s",
			arena_printf(rq->arena, "%s%s%s", tr(rq, "New password"), rq->zh ? "" : " ",
				tr(rq, wrong)));
	if (rq->priv->errors->first)
		return form_again(rq, "core/password");
	u.password = password_hash(rq->arena, new);
	u.password_at = rq->now;
	TRY(db_update(rq, &account_model, &u));
	TRY(emit(rq, USER_CHANGED, u.id, .data = "{\"password\":\"changed\"}"));
	TRY(db_run(rq, "DELETE FROM sessions WHERE user_id = $1 AND token <> $2", u.id,
		rq->priv->session->token_hash));
	notice(rq, "The password was changed; other devices were signed out.");
	return redirect(rq, "/desk");
}

static const struct route login_routes[] = {
	{ GET, "/login", login_page, ANYBODY, .about = "Sign in" },
	{ POST, "/login", login_try, ANYBODY, .about = "Sign in with name and password" },
	{ GET, "/login/code", code_page, ANYBODY, .about = "Second factor" },
	{ POST, "/login/code", code_try, ANYBODY, .about = "Second factor" },
	{ GET, "/login/enrol", enrol_page, ANYBODY, .about = "Enrol a second factor" },
	{ POST, "/login/enrol", enrol_try, ANYBODY, .about = "Enrol a second factor" },
	{ POST, "/logout", logout, ANYBODY, .about = "Sign out" },
	{ GET, "/account/password", password_page, SIGNED_IN, .about = "Change the password" },
	{ POST, "/account/password", password_change, SIGNED_IN, .about = "Change the password" },
	{ GET, "/l/:key", party_link_page, ANYBODY, .about = "A party's one-time link" },
	{ POST, "/l/:key/code", party_link_code_send, ANYBODY,
		.about = "Send the code to the telephone of the link" },
	{ GET, "/l/:key/code", party_link_code_page, ANYBODY, .about = "Form of the code" },
	{ POST, "/l/:key", party_link_open, ANYBODY,
		.about = "Open a one-time link on this device (code)" },
	{ 0 },
};

const struct module login_module = {
	.name = "login",
	.routes = login_routes,
	.models = (const struct model *const[]){ &account_model, NULL },
	.tells = (const char *const[]){ USER_CHANGED, LINK_OPENED, LINK_REFUSED, NULL },
};
