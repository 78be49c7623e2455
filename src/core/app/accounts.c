/* Accounts of people: what they are, who makes and closes them. Signing in is in login.c. */
#include "core/app/accounts.h"
#include "contracts/facts.h"
#include "core/app/private.h"

#include <ctype.h>
#include <string.h>

static const struct choice states[] = { { "active", "Active", "green" },
	{ "closed", "Account closed", "neutral" }, { 0 } };
static const struct choice role_choices[] = {
	{ "officer", "Officer", "info" },
	{ "reviewer", "Legal reviewer", "info" },
	{ "head", "Head", "info" },
	{ "command", "Command room", "info" },
	{ "auditor", "Auditor", "info" },
	{ "administrator", "Administrator", "info" },
	{ "operator", "Operator", "neutral" },
	{ 0 },
};

static const char *check_login(const char *s)
{
	if (strlen(s) < 3)
		return "has at least 3 characters";
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) &&
			!strchr("._-", *s))
			return "has only small letters, digits, dot, dash and underline";
	return NULL;
}

const struct model account_model = MODEL("users", struct account, .witnessed = true,
	FIELDS(STORED(struct account, id), STORED(struct account, version),
		INPUT(struct account, login, "Login name", .required = true, .max = 40,
			.check = check_login),
		INPUT(struct account, name, "Name", .required = true, .max = 40),
		INPUT(struct account, role, "Role", .required = true, .choices = role_choices),
		INPUT(struct account, card_no, "Enforcement card number", .max = 30,
			.hint = "Needed for officers: it is printed on official papers."),
		INPUT(struct account, area, "Town",
			.hint = "Code of the town; empty: the whole district."),
		STORED(struct account, entity),
		INPUT(struct account, phone, "Telephone", .check = check_phone),
		STORED(struct account, password, .as = AS_SECRET),
		STORED(struct account, totp_secret, .as = AS_SECRET),
		STORED(struct account, state, .choices = states),
		STORED(struct account, created_at, .as = AS_TIME),
		STORED(struct account, password_at, .as = AS_TIME)));

const char *password_wrong(const char *login, const char *password)
{
	bool letter = false, digit = false;

	if (utf8_length(password) < 10)
		return "has at least 10 characters";
	for (const char *s = password; *s; s++) {
		letter |= !isdigit((unsigned char)*s);
		digit |= isdigit((unsigned char)*s) != 0;
	}
	if (!letter || !digit)
		return "has letters and digits";
	return *login && strstr(password, login) ? "does not contain the login name" : NULL;
}

enum err account_create(struct req *rq, struct account *u)
{
	int64_t same;

	TRY(db_int(rq, &same, "SELECT count(*) FROM users WHERE login = $1", u->login));
	if (same)
		return fail(rq, E_CONFLICT, "The login name %s is taken.", u->login);
	if (text_is(u->role, "officer") && !*u->card_no)
		return fail(rq, E_INVALID, "An officer has an enforcement card: give its number.");
	u->state = "active";
	u->created_at = rq->now;
	TRY(db_insert(rq, &account_model, u));
	TRY(db_run(rq,
		"INSERT INTO user_state (user_id, failures, locked_until, totp_step, last_login)"
		" VALUES ($1, 0, 0, 0, 0)",
		u->id));
	return emit(rq, USER_CREATED, u->id, .data = json_of(rq, &account_model, u));
}

enum err own_account_open(struct req *rq, const struct own_account *o, int64_t *account)
{
	struct account u = { .id = id_new(),
		.name = o->name,
		.role = "operator",
		.card_no = "",
		.area = o->area,
		.entity = o->entity,
		.phone = o->phone,
		.password = "$none", /* no password matches it */
		.totp_secret = "" };

	u.login = arena_printf(rq->arena, "kitchen-%" PRId64, u.id);
	TRY(account_create(rq, &u));
	*account = u.id;
	return OK;
}

enum err own_account_close(struct req *rq, int64_t account)
{
	struct account u;

	TRY(db_one(rq, &account_model, &u,
		"SELECT * FROM users WHERE id = $1 AND role = 'operator'", account));
	u.state = "closed";
	TRY(db_update(rq, &account_model, &u));
	TRY(emit(rq, USER_CHANGED, u.id, .data = "{\"state\":\"closed\"}"));
	return db_run(rq, "DELETE FROM sessions WHERE user_id = $1", u.id);
}

/* ---- pages of the administrator -------------------------------------- */
static enum err users_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);

	TRY(db_all(rq, &account_model, &l, "SELECT * FROM users ORDER BY login LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "users", &account_model, &l);
	return page(rq, "core/users");
}

static enum err user_form(struct req *rq)
{
	struct account u = { 0 };
	show_form(rq, "form", &account_model, &u);
	return page(rq, "core/user_new");
}

static enum err user_create(struct req *rq)
{
	struct account u = { 0 };
	const char *password = form_raw(rq, "password"), *wrong;

	enum err e = form_read(rq, &account_model, &u);
	if ((wrong = password_wrong(u.login ? u.login : "", password))) {
		field_error(rq, "password", "%s",
			arena_printf(rq->arena, "%s%s%s", tr(rq, "First password"),
				rq->zh ? "" : " ", tr(rq, wrong)));
		e = E_INVALID;
	}
	if (e) {
		show_form(rq, "form", &account_model, &u);
		return form_again(rq, "core/user_new");
	}
	u.password = password_hash(rq->arena, password);
	TRY(account_create(rq, &u));
	notice(rq, "The account was made.");
	return redirect(rq, "/users/%" PRId64, u.id);
}

static enum err user_load(struct req *rq, struct account *u)
{
	return db_one(rq, &account_model, u, "SELECT * FROM users WHERE id = $1", rq->id);
}

static enum err user_page(struct req *rq)
{
	struct account u;
	struct rows *r;
	bool more;

	TRY(user_load(rq, &u));
	show(rq, "account", &account_model, &u);
	put_flag(rq->view, "active", text_is(u.state, "active"));
	struct node *list = put_list(rq->view, "logins");
	TRY(db_query(rq, &r,
		"SELECT at, result, remote FROM login_audit WHERE login = $1 ORDER BY at DESC "
		"LIMIT 30",
		u.login));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_time(n, "at", rows_int(r, 0));
		put_text(n, "result", tr(rq, arena_dup(rq->arena, rows_text(r, 1))));
		put_text(n, "remote", arena_dup(rq->arena, rows_text(r, 2)));
	}
	rows_close(r);
	return page(rq, "core/user");
}

static enum err user_close(struct req *rq)
{
	struct account u;

	TRY(user_load(rq, &u));
	if (u.id == rq->user->id)
		return fail(rq, E_CONFLICT, "You cannot close your own account.");
	u.state = text_is(u.state, "active") ? "closed" : "active";
	TRY(db_update(rq, &account_model, &u));
	TRY(db_run(rq, "DELETE FROM sessions WHERE user_id = $1", u.id));
	TRY(emit(rq, USER_CHANGED, u.id, .data = json_of(rq, &account_model, &u)));
	return redirect(rq, "/users/%" PRId64, u.id);
}

/* A lost telephone: the second factor is enrolled again at the next login. */
static enum err user_reset(struct req *rq)
{
	struct account u;
	const char *password = form_raw(rq, "password"), *wrong;

	TRY(user_load(rq, &u));
	if ((wrong = password_wrong(u.login, password)))
		return fail(rq, E_INVALID, "%s",
			arena_printf(rq->arena, "%s%s%s", tr(rq, "First password"),
				rq->zh ? "" : " ", tr(rq, wrong)));
	u.password = password_hash(rq->arena, password);
	u.totp_secret = "";
	u.password_at = 0;
	TRY(db_update(rq, &account_model, &u));
	TRY(db_run(rq, "DELETE FROM sessions WHERE user_id = $1", u.id));
	TRY(db_run(rq, "UPDATE user_state SET failures = 0, locked_until = 0 WHERE user_id = $1",
		u.id));
	TRY(emit(rq, USER_CHANGED, u.id, .data = json_of(rq, &account_model, &u)));
	notice(rq, "Password and second factor were reset.");
	return redirect(rq, "/users/%" PRId64, u.id);
}

static const struct route account_routes[] = {
	{ GET, "/users", users_list, USER_ADMIN, .about = "Accounts", .gives = &account_model },
	{ GET, "/users/new", user_form, USER_ADMIN, .about = "Form of a new account" },
	{ POST, "/users", user_create, USER_ADMIN, .about = "Make an account",
		.takes = &account_model },
	{ GET, "/users/:id", user_page, USER_ADMIN, .about = "One account and its logins",
		.gives = &account_model },
	{ POST, "/users/:id/close", user_close, USER_ADMIN, .about = "Close or open an account" },
	{ POST, "/users/:id/reset", user_reset, USER_ADMIN,
		.about = "New password, second factor forgotten" },
	{ 0 },
};

static const struct nav account_nav[] = { { "/users", "Accounts", USER_ADMIN, NULL }, { 0 } };

const struct module accounts_module = {
	.name = "accounts",
	.routes = account_routes,
	.tells = (const char *const[]){ USER_CREATED, USER_CHANGED, NULL },
	.nav = account_nav,
};
