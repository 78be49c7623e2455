/* Signing in, the second factor, sessions, links, accounts. */
#include "core/app/accounts.h"
#include "core/app/session.h"
#include "core/ledger/crypto.h"
#include "test_raw.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char password[] = "Kitchen-2026-x", start[] = "2026-11-23";

static int begin(void **state)
{
	*state = bench_open(NULL);
	return 0;
}

static int begin_postgres(void **state)
{
	*state = bench_open_on(NULL, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- help ------------------------------------------------------------------------------------ */
static int64_t moment(int minutes)
{
	int64_t ms;
	assert_true(date_parse(start, &ms));
	return ms + 10 * HOUR + (int64_t)minutes * MINUTE;
}

static void account_made(struct bench *b, const char *login, const char *role)
{
	status_is(bench_post(b, "admin1", "/users", "login", login, "name", "新人", "role", role,
			  "card_no", "沪市监01009", "area", "310112101", "phone", "", "password",
			  password, NULL),
		303);
}

static struct browser visitor(struct bench *b)
{
	struct browser w = { .b = b };
	jar_put(&w, "lang", "en");
	status_is(browse(&w, "/login"), 200);
	assert_non_null(w.csrf);
	return w;
}

static struct answer *sign_in(struct browser *w, const char *login, const char *with)
{
	status_is(browse(w, "/login"), 200); /* the form's token goes with the session */
	return submit(w, "/login", "login", login, "password", with, NULL);
}

static const char *code_now(struct bench *b, const char *secret)
{
	return totp_code(bench_arena(b), secret, clock_now());
}

/* From the first login to the desk; gives the secret. */
static const char *enrolled(struct browser *w, const char *login)
{
	struct answer *r = status_is(sign_in(w, login, password), 303);
	assert_string_equal(r->location, "/login/enrol?next=%2Fdesk");
	r = status_is(browse(w, r->location), 200);
	assert_true(says(r, "<svg"));
	const char *secret = hidden_field(w->b, r, "secret"), *seal = hidden_field(w->b, r, "seal");
	assert_int_equal(strlen(secret), 32);
	r = status_is(submit(w, "/login/enrol", "secret", secret, "seal", seal, "code",
			      code_now(w->b, secret), NULL),
		303);
	assert_string_equal(r->location, "/desk");
	return secret;
}

/* ---- name and password ----------------------------------------------------------------------- */
static void wrong_password_and_unknown_name(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "newofficer", "officer");
	struct answer *wrong = status_is(sign_in(&w, "newofficer", "Wrong-pass-1"), 200);
	struct answer *unknown = status_is(sign_in(&w, "newofficex", "Wrong-pass-1"), 200);
	assert_true(says(wrong, "Name or password is wrong."));
	/* the two answers differ in nothing but the name that was typed */
	const char *typed = strstr(unknown->body, "newofficex");
	assert_non_null(typed);
	assert_int_equal(strlen(wrong->body), strlen(unknown->body));
	char *same = arena_dup(bench_arena(b), unknown->body);
	same[typed - unknown->body + 9] = 'r';
	assert_string_equal(same, wrong->body);
	assert_null(jar_get(&w, "shian"));
	assert_null(strstr(wrong->body, "Wrong-pass-1"));
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM login_audit WHERE result = 'unknown name'"), 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM login_audit WHERE result = 'wrong password'"),
		1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM sessions WHERE kind = 'party'"), 0);
	/* a closed account is as unknown as none */
	const char *close = arena_printf(bench_arena(b), "/users/%" PRId64 "/close",
		bench_int(b, "SELECT id FROM users WHERE login = 'newofficer'"));
	status_is(bench_post(b, "admin1", close, NULL), 303);
	assert_true(says(sign_in(&w, "newofficer", password), "Name or password is wrong."));
	/* something long in the field of the name may be a password: the audit does not keep it */
	sign_in(&w, "a-very-long-text-that-is-rather-a-password-than-a-name", "x");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM login_audit WHERE login LIKE 'a-very%'"), 0);
}

static void locked_after_five(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "locked1", "operator");
	for (int i = 0; i < 4; i++)
		assert_true(says(sign_in(&w, "locked1", "nope"), "Name or password is wrong."));
	status_is(sign_in(&w, "locked1", password), 303); /* the fourth was forgiven */
	w = visitor(b);
	for (int i = 0; i < 5; i++)
		assert_true(says(sign_in(&w, "locked1", "nope"), "Name or password is wrong."));
	assert_true(says(status_is(sign_in(&w, "locked1", password), 200), "locked for a while"));
	bench_clock(b, moment(15) - 1);
	assert_true(says(status_is(sign_in(&w, "locked1", password), 200), "locked for a while"));
	bench_clock(b, moment(15));
	/* unlocked by time; the count begins anew */
	assert_true(says(sign_in(&w, "locked1", "nope"), "Name or password is wrong."));
	struct answer *r = status_is(sign_in(&w, "locked1", password), 303);
	assert_string_equal(r->location, "/desk");
	assert_int_equal(bench_int(b, "SELECT failures FROM user_state JOIN users ON id = user_id "
				      "WHERE login = 'locked1'"),
		0);
	bench_clock(b, moment(0));
}

static void address_slowed_down(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	w.remote = "192.0.2.7";
	bench_run(b, "INSERT INTO login_audit (id, at, login, result, remote)"
		     " SELECT seq, 1795399200000, '', 'wrong password', '192.0.2.7' FROM ledger "
		     "LIMIT 60");
	for (int i = 0;
		bench_int(b, "SELECT count(*) FROM login_audit WHERE remote = '192.0.2.7'") <= 60;
		i++)
		status_is(sign_in(&w, arena_printf(bench_arena(b), "nobody%d", i), "x"), 200);
	status_is(sign_in(&w, "nobody", "x"), 423);
	w.remote = "192.0.2.8"; /* another address is not made to wait */
	status_is(sign_in(&w, "nobody", "x"), 200);
}

static void only_our_own_pages_next(void **state)
{
	struct bench *b = *state;
	static const char *const bad[] = { "//evil.example", "https://evil.example",
		"/\\evil.example", "\\\\evil.example", "evil", "", "/\t/evil.example",
		"/\n/evil.example", "/\r\nSet-Cookie: x=1", "javascript:alert(1)" };

	account_made(b, "next1", "operator");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct browser w = visitor(b);
		struct answer *r = status_is(submit(&w, "/login", "login", "next1", "password",
						     password, "next", bad[i], NULL),
			303);
		assert_string_equal(r->location, "/desk");
	}
	struct browser w = visitor(b);
	struct answer *r = status_is(browse(&w, "/login?next=//evil.example"), 200);
	assert_string_equal(hidden_field(b, r, "next"), "/desk");
	r = status_is(submit(&w, "/login", "login", "next1", "password", password, "next",
			      "/cases/1?x=2", NULL),
		303);
	assert_string_equal(r->location, "/cases/1?x=2");
}

/* A password is taken as it is typed, blanks at its ends as well, when it is set as when it is
 * used. */
static void password_with_blanks(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	status_is(bench_post(b, "admin1", "/users", "login", "blank1", "name", "空格", "role",
			  "operator", "card_no", "", "area", "", "phone", "", "password",
			  " Blank-2026-x ", NULL),
		303);
	assert_true(says(sign_in(&w, "blank1", "Blank-2026-x"), "Name or password is wrong."));
	status_is(sign_in(&w, "blank1", " Blank-2026-x "), 303);
}

/* ---- second factor --------------------------------------------------------------------------- */
static void second_factor_enrolled(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "totp1", "officer");
	int64_t facts = bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'user.changed'");
	const char *secret = enrolled(&w, "totp1");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'user.changed'"), facts + 1);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE data LIKE '%totp_secret%'"), 0);
	status_is(browse(&w, "/leads"), 200);
	/* again, with the code that enrolled it: used already */
	struct browser other = visitor(b);
	struct answer *r = status_is(sign_in(&other, "totp1", password), 303);
	assert_string_equal(r->location, "/login/code?next=%2Fdesk");
	status_is(browse(&other, r->location), 200);
	r = status_is(submit(&other, "/login/code", "code", code_now(b, secret), NULL), 200);
	assert_true(says(r, "wrong or was used already"));
	r = status_is(browse(&other, "/leads"), 303);
	assert_string_equal(r->location, "/login/code?next=%2Fleads");
	bench_clock(b, moment(1));
	r = status_is(
		submit(&other, "/login/code", "code", code_now(b, secret), "next", "/leads", NULL),
		303);
	assert_string_equal(r->location, "/leads");
	status_is(browse(&other, "/leads"), 200);
	bench_clock(b, moment(0));
}

/* Between the factors nothing is open but the second, whatever is asked. */
static void nothing_before_the_second(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "half1", "administrator");
	status_is(sign_in(&w, "half1", password), 303);
	struct answer *r = status_is(browse(&w, "/users"), 303);
	assert_true(text_starts(r->location, "/login/code"));
	/* who has no second factor yet is led to set it up */
	r = status_is(browse(&w, r->location), 303);
	assert_string_equal(r->location, "/login/enrol?next=%2Fusers");
	status_is(browse(&w, "/login/enrol"), 200);
	status_is(submit(&w, "/users", "login", "x", NULL), 401);
	status_is(browse(&w, "/account/password"), 303);
	w.accept = "application/json";
	status_is(browse(&w, "/users"), 401);
	status_is(browse(&w, "/events"), 403);
	w.accept = NULL;
	const char *secret = enrolled(&w, "half1");
	/* a second browser that knows the password alone cannot plant a factor of its own */
	struct browser thief = visitor(b);
	status_is(sign_in(&thief, "half1", password), 303);
	r = status_is(browse(&thief, "/login/enrol"), 303);
	assert_string_equal(r->location, "/login/code");
	status_is(submit(&thief, "/login/enrol", "secret", secret, "seal", "", "code", "000000",
			  NULL),
		403);
	assert_string_equal(
		bench_text(b, "SELECT totp_secret FROM users WHERE login = 'half1'"), secret);
}

static void planted_secret_refused(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "plant1", "officer");
	status_is(sign_in(&w, "plant1", password), 303);
	struct answer *r = status_is(browse(&w, "/login/enrol"), 200);
	const char *seal = hidden_field(b, r, "seal"), *mine = totp_secret_new(bench_arena(b));
	status_is(submit(&w, "/login/enrol", "secret", mine, "seal", seal, "code",
			  code_now(b, mine), NULL),
		403);
	r = status_is(submit(&w, "/login/enrol", "secret", hidden_field(b, r, "secret"), "seal",
			      seal, "code", "000000", NULL),
		200);
	assert_true(says(r, "The code does not fit"));
	assert_string_equal(hidden_field(b, r, "seal"), seal); /* the same secret is tried again */
	assert_string_equal(
		bench_text(b, "SELECT totp_secret FROM users WHERE login = 'plant1'"), "");
}

static void wrong_codes_lock(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "codes1", "officer");
	const char *secret = enrolled(&w, "codes1");
	bench_clock(b, moment(2));
	struct browser other = visitor(b);
	status_is(sign_in(&other, "codes1", password), 303);
	status_is(browse(&other, "/login/code"), 200);
	for (int i = 0; i < 5; i++)
		status_is(submit(&other, "/login/code", "code", "abc", NULL), 200);
	status_is(submit(&other, "/login/code", "code", code_now(b, secret), NULL), 423);
	status_is(browse(&w, "/leads"), 200); /* who is in stays in */
	bench_clock(b, moment(2 + 15));
	status_is(submit(&other, "/login/code", "code", code_now(b, secret), NULL), 303);
	bench_clock(b, moment(0));
}

/* ---- sessions -------------------------------------------------------------------------------- */
static void session_ends(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "session1", "operator");
	status_is(sign_in(&w, "session1", password), 303);
	const char *half = jar_get(&w, "shian");
	assert_int_equal(strlen(half), 43);
	/* the cookie itself is not in the database */
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM sessions WHERE token = '%s'", half)),
		0);
	status_is(browse(&w, "/account/password"), 200);
	bench_clock(b, moment(IDLE_MINUTES - 1)); /* looked at before it idles out: it lives on */
	status_is(browse(&w, "/account/password"), 200);
	bench_clock(b, moment(2 * IDLE_MINUTES - 2));
	status_is(browse(&w, "/account/password"), 200);
	bench_clock(b, moment(3 * IDLE_MINUTES - 2));
	struct answer *r = status_is(browse(&w, "/account/password"), 303);
	assert_string_equal(r->location, "/login?next=%2Faccount%2Fpassword");
	/* kept awake each half hour, it ends after twelve hours all the same */
	bench_clock(b, moment(0));
	w = visitor(b);
	status_is(sign_in(&w, "session1", password), 303);
	for (int m = 30; m < SESSION_HOURS * 60; m += 30) {
		bench_clock(b, moment(m));
		status_is(browse(&w, "/account/password"), 200);
	}
	bench_clock(b, moment(SESSION_HOURS * 60) - 1);
	status_is(browse(&w, "/account/password"), 200);
	bench_clock(b, moment(SESSION_HOURS * 60));
	status_is(browse(&w, "/account/password"), 303);
	bench_clock(b, moment(0));
}

static void signing_out(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "out1", "operator");
	status_is(sign_in(&w, "out1", password), 303);
	const char *token = jar_get(&w, "shian");
	status_is(browse(&w, "/account/password"), 200);
	struct answer *r = status_is(submit(&w, "/logout", NULL), 303);
	assert_string_equal(r->location, "/");
	assert_null(jar_get(&w, "shian"));
	jar_put(&w, "shian", token); /* a cookie kept is worth nothing */
	status_is(browse(&w, "/account/password"), 303);
}

static void own_password(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b), second = visitor(b);

	account_made(b, "change1", "operator");
	status_is(sign_in(&w, "change1", password), 303);
	status_is(sign_in(&second, "change1", password), 303);
	status_is(browse(&w, "/account/password"), 200);
	struct answer *r =
		status_is(submit(&w, "/account/password", "old", "no", "new", "short1", NULL), 422);
	assert_true(says(r, "The old password is wrong."));
	assert_true(says(r, "at least 10 characters"));
	assert_null(strstr(r->body, "short1"));
	r = status_is(
		submit(&w, "/account/password", "old", password, "new", "change1-change1", NULL),
		422);
	assert_true(says(r, "login name"));
	status_is(
		submit(&w, "/account/password", "old", password, "new", "Another-2026", NULL), 303);
	status_is(browse(&w, "/account/password"), 200);      /* here it goes on */
	status_is(browse(&second, "/account/password"), 303); /* other devices were signed out */
	struct browser again = visitor(b);
	assert_true(says(sign_in(&again, "change1", password), "Name or password is wrong."));
	status_is(sign_in(&again, "change1", "Another-2026"), 303);
}

/* ---- links ----------------------------------------------------------------------------------- */
struct link_wanted {
	struct party_link link;
	char path[80];
};

static enum err link_made(struct req *rq, void *arg)
{
	struct link_wanted *l = arg;
	const char *path;
	TRY(link_new(rq, &l->link, &path));
	snprintf(l->path, sizeof(l->path), "%s", path);
	return OK;
}

static const char *link_for(struct bench *b, int64_t subject, int64_t valid)
{
	struct link_wanted l = { .link = { 77, subject, "13900000000", valid } };
	assert_int_equal(bench_write(b, link_made, &l), OK);
	return arena_dup(bench_arena(b), l.path);
}

static const char *last_code(struct bench *b)
{
	const char *text = bench_text(
		b, "SELECT data FROM jobs WHERE kind = 'core.sms' ORDER BY id DESC LIMIT 1");
	const char *from = strstr(text, "code is ");

	assert_non_null(from);
	return arena_copy(bench_arena(b), from + 8, 6);
}

static struct answer *code_sent(struct browser *w, const char *link)
{
	return submit(w, arena_printf(bench_arena(w->b), "%s/code", link), NULL);
}

static struct answer *opened(struct browser *w, const char *link)
{
	status_is(code_sent(w, link), 303);
	return status_is(submit(w, link, "code", last_code(w->b), NULL), 303);
}

static int64_t refusals(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'link.refused'");
}

/* Guessed, too late, too often, a second time: refused, and each told. */
static void link_codes(void **state)
{
	struct bench *b = *state;
	const char *link = link_for(b, 511, DAY), *second = link_for(b, 512, DAY);
	struct browser phone = { .b = b };
	int64_t before = refusals(b);

	jar_put(&phone, "lang", "en");
	bench_clock(b, moment(0));
	status_is(browse(&phone, link), 200);
	status_is(submit(&phone, link, "code", "", NULL), 200); /* none was sent */
	status_is(code_sent(&phone, link), 303);
	assert_true(says(status_is(code_sent(&phone, link), 409), "Wait a minute"));
	const char *code = last_code(b), *wrong = text_is(code, "123456") ? "654321" : "123456";
	/* the code of one link opens no other */
	status_is(code_sent(&phone, second), 303);
	status_is(submit(&phone, second, "code", code, NULL), 200);
	for (int i = 0; i < 5; i++)
		assert_true(
			says(status_is(submit(&phone, link, "code", wrong, NULL), 200), "wrong"));
	assert_true(says(status_is(submit(&phone, link, "code", code, NULL), 200), "Too many"));
	assert_int_equal(refusals(b), before + 8);
	/* five minutes, and not a millisecond more */
	bench_clock(b, moment(1));
	status_is(code_sent(&phone, link), 303);
	code = last_code(b);
	bench_clock(b, moment(6) + 1);
	assert_true(says(status_is(submit(&phone, link, "code", code, NULL), 200), "expired"));
	status_is(code_sent(&phone, link), 303);
	code = last_code(b);
	bench_clock(b, moment(11) + 1);
	status_is(submit(&phone, link, "code", code, NULL), 303);
	struct browser other = { .b = b };
	jar_put(&other, "lang", "en");
	status_is(browse(&other, second), 200);
	assert_true(says(submit(&other, link, "code", code, NULL), "another device")); /* once */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'link.opened' AND subject = "
			     "511"),
		1);
	assert_int_equal(refusals(b), before + 10);
	/* the code is nowhere in the database but in the message's job */
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM link_codes WHERE code LIKE '%%%s%%'",
				     last_code(b))),
		0);
	bench_clock(b, moment(0));
}

static void link_once(void **state)
{
	struct bench *b = *state;
	bench_clock(b, moment(0));
	const char *link = link_for(b, 501, 30 * DAY);
	struct browser phone = { .b = b }, other = { .b = b };

	jar_put(&phone, "lang", "en");
	jar_put(&other, "lang", "en");
	status_is(browse(&phone, link),
		200); /* a preview of the message's program does not use it up */
	status_is(browse(&other, link), 200);
	struct answer *r = opened(&phone, link);
	assert_string_equal(r->location, "/my/cases/501");
	assert_true(says(status_is(browse(&other, link), 410), "another device"));
	assert_true(says(submit(&other, link, "code", "000000", NULL), "another device"));
	assert_true(says(submit(&other, arena_printf(bench_arena(b), "%s/code", link), NULL),
		"another device"));
	assert_null(jar_get(&other, "shian"));
	/* the device that opened it keeps it: an hour, days later, until the link's own end */
	assert_string_equal(status_is(browse(&phone, link), 303)->location, "/my/cases/501");
	status_is(browse(&phone, "/my/cases/501"),
		404); /* let in; there is no such case in this test */
	status_is(browse(&phone, "/my/cases/502"), 403);
	bench_clock(b, moment(5 * 24 * 60));
	status_is(browse(&phone, "/my/cases/501"), 404);
	assert_string_equal(status_is(browse(&phone, link), 303)->location, "/my/cases/501");
	bench_clock(b, moment(30 * 24 * 60) - 1);
	status_is(browse(&phone, "/my/cases/501"), 404);
	bench_clock(b, moment(30 * 24 * 60));
	status_is(browse(&phone, "/my/cases/501"), 401);
	assert_true(says(status_is(browse(&phone, link), 410), "expired"));
	bench_clock(b, moment(0));
}

/* The next link ends what the one before opened: the telephone may have been the wrong one. */
static void link_ends_the_earlier(void **state)
{
	struct bench *b = *state;
	bench_clock(b, moment(0));
	const char *first = link_for(b, 521, 30 * DAY), *unopened;
	struct browser phone = { .b = b }, delegate = { .b = b };

	jar_put(&phone, "lang", "en");
	jar_put(&delegate, "lang", "en");
	status_is(browse(&phone, first), 200);
	status_is(opened(&phone, first), 303);
	struct link_wanted l = { .link = { 77, 521, "13900000001", DAY, "王五", "papers", false } };
	assert_int_equal(bench_write(b, link_made, &l), OK);
	status_is(browse(&delegate, l.path), 200);
	status_is(opened(&delegate, l.path), 303);
	status_is(browse(&phone, "/my/cases/521"), 404); /* let in */
	/* beside it: the session stays, only what nobody opened elsewhere ends */
	struct link_wanted beside = { .link = { 77, 521, "13900000002", DAY, .beside = true } };
	assert_int_equal(bench_write(b, link_made, &beside), OK);
	unopened = arena_dup(bench_arena(b), beside.path);
	beside.link.phone = "13900000003";
	assert_int_equal(bench_write(b, link_made, &beside), OK);
	status_is(browse(&phone, "/my/cases/521"), 404);
	assert_true(says(status_is(browse(&phone, unopened), 410), "expired"));
	/* a new one: all of this holder's end, another holder's and another matter's do not */
	struct browser other = { .b = b };
	const char *of_other = link_for(b, 522, DAY);
	jar_put(&other, "lang", "en");
	status_is(browse(&other, of_other), 200);
	status_is(opened(&other, of_other), 303);
	bench_clock(b, moment(2));
	(void)link_for(b, 521, DAY);
	status_is(browse(&phone, "/my/cases/521"), 401);
	assert_true(says(status_is(browse(&phone, first), 410), "expired"));
	assert_true(says(status_is(browse(&phone, beside.path), 410), "expired"));
	status_is(browse(&delegate, "/my/cases/521"), 404); /* let in */
	status_is(browse(&other, "/my/cases/522"), 404);
	bench_clock(b, moment(0));
}

static void link_expires_unused(void **state)
{
	struct bench *b = *state;
	const char *link = link_for(b, 503, HOUR);
	struct browser phone = { .b = b };

	status_is(browse(&phone, link), 200);
	bench_clock(b, moment(60));
	status_is(browse(&phone, link), 410);
	status_is(submit(&phone, link, NULL), 410);
	bench_clock(b, moment(0));
	char *wrong = arena_dup(bench_arena(b), link);
	wrong[10] = wrong[10] == 'a' ? 'b' : 'a';
	status_is(browse(&phone, wrong), 404);
	assert_int_equal(
		bench_int(b,
			arena_printf(bench_arena(b),
				"SELECT count(*) FROM links WHERE token LIKE '%%%s%%'", link + 3)),
		0); /* its digest only is kept */
}

/* ---- accounts -------------------------------------------------------------------------------- */
static void accounts_made(void **state)
{
	struct bench *b = *state;

	bench_english(b, true);
	struct answer *r =
		status_is(bench_post(b, "admin1", "/users", "login", "X!", "name", "", "role",
				  "king", "phone", "1", "password", "short", NULL),
			422);
	assert_true(says(r, "Login name has at least 3 characters"));
	assert_true(says(r, "Name is needed"));
	assert_true(says(r, "Role is not one of the choices"));
	assert_true(says(r, "First password has at least 10 characters"));
	assert_true(says(r, "value=\"X!\"")); /* what was typed stays */
	assert_null(strstr(r->body, "short\""));
	r = status_is(bench_post(b, "admin1", "/users", "login", "nocard", "name", "无证", "role",
			      "officer", "password", password, NULL),
		422);
	assert_true(says(r, "enforcement card"));
	r = status_is(bench_post(b, "admin1", "/users", "login", "officer1", "name", "二", "role",
			      "operator", "password", password, NULL),
		409);
	assert_true(says(r, "officer1 is taken"));
	bench_english(b, false);
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM users WHERE login IN ('X!', 'nocard')"), 0);
	account_made(b, "made1", "reviewer");
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'user.created' AND data LIKE"
			     " '%made1%'"),
		1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE data LIKE '%argon2%'"), 0);
	status_is(bench_get(b, "admin1", "/users?format=csv"), 200);
	assert_null(strstr(bench_get(b, "admin1", "/users?format=json")->body, "argon2"));
}

static void closing_ends_sessions(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "closing1", "operator");
	const char *at = arena_printf(bench_arena(b), "/users/%" PRId64,
		bench_int(b, "SELECT id FROM users WHERE login = 'closing1'"));
	const char *close = arena_printf(bench_arena(b), "%s/close", at);
	const char *reset = arena_printf(bench_arena(b), "%s/reset", at);
	status_is(sign_in(&w, "closing1", password), 303);
	status_is(browse(&w, "/account/password"), 200);
	status_is(bench_post(b, "admin1", close, NULL), 303);
	status_is(browse(&w, "/account/password"), 303);
	assert_true(says(sign_in(&w, "closing1", password), "Name or password is wrong."));
	status_is(bench_post(b, "admin1", close, NULL), 303); /* opened again */
	status_is(sign_in(&w, "closing1", password), 303);
	status_is(bench_get(b, "admin1", at), 200);
	/* a lost telephone: everything is set back, every session ends */
	bench_english(b, true);
	assert_true(says(status_is(bench_post(b, "admin1", reset, "password", "x", NULL), 422),
		"First password"));
	bench_english(b, false);
	status_is(bench_post(b, "admin1", reset, "password", "Fresh-2026-yy", NULL), 303);
	status_is(browse(&w, "/account/password"), 303);
	w = visitor(b);
	assert_true(says(sign_in(&w, "closing1", password), "Name or password is wrong."));
	status_is(sign_in(&w, "closing1", "Fresh-2026-yy"), 303);
	int64_t admin = bench_int(b, "SELECT id FROM users WHERE login = 'admin1'");
	status_is(bench_post(b, "admin1",
			  arena_printf(bench_arena(b), "/users/%" PRId64 "/close", admin), NULL),
		409);
	status_is(bench_post(b, "admin1", "/users/12345/close", NULL), 404);
}

static void reset_forgets_the_factor(void **state)
{
	struct bench *b = *state;
	struct browser w = visitor(b);

	account_made(b, "lost1", "officer");
	enrolled(&w, "lost1");
	const char *reset = arena_printf(bench_arena(b), "/users/%" PRId64 "/reset",
		bench_int(b, "SELECT id FROM users WHERE login = 'lost1'"));
	status_is(bench_post(b, "admin1", reset, "password", password, NULL), 303);
	status_is(browse(&w, "/leads"), 303);
	bench_clock(b, moment(3));
	w = visitor(b);
	enrolled(&w, "lost1");
	bench_clock(b, moment(0));
}

static void accounts_under_torture(void **state)
{
	struct bench *b = *state;
	assert_true(bench_torture(b, "admin1", "/users", "login", "torture1", "name", "新人",
			    "role", "operator", "password", password, NULL) > 4);
	const char *close = arena_printf(bench_arena(b), "/users/%" PRId64 "/close",
		bench_int(b, "SELECT id FROM users WHERE login = 'torture1'"));
	assert_true(bench_torture(b, "admin1", close, NULL) > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(wrong_password_and_unknown_name),
		cmocka_unit_test(locked_after_five), cmocka_unit_test(address_slowed_down),
		cmocka_unit_test(only_our_own_pages_next), cmocka_unit_test(password_with_blanks),
		cmocka_unit_test(second_factor_enrolled),
		cmocka_unit_test(nothing_before_the_second),
		cmocka_unit_test(planted_secret_refused), cmocka_unit_test(wrong_codes_lock),
		cmocka_unit_test(session_ends), cmocka_unit_test(signing_out),
		cmocka_unit_test(own_password), cmocka_unit_test(link_once),
		cmocka_unit_test(link_codes), cmocka_unit_test(link_expires_unused),
		cmocka_unit_test(link_ends_the_earlier), cmocka_unit_test(accounts_made),
		cmocka_unit_test(closing_ends_sessions), cmocka_unit_test(reset_forgets_the_factor),
		cmocka_unit_test(accounts_under_torture) };
	/* what leans on the database: clauses of time, counters, rows that end */
	const struct CMUnitTest again[] = { cmocka_unit_test(locked_after_five),
		cmocka_unit_test(second_factor_enrolled), cmocka_unit_test(session_ends),
		cmocka_unit_test(own_password), cmocka_unit_test(link_once),
		cmocka_unit_test(link_codes), cmocka_unit_test(link_ends_the_earlier),
		cmocka_unit_test(closing_ends_sessions), cmocka_unit_test(accounts_under_torture) };
	int failed = cmocka_run_group_tests_name("login on SQLite", tests, begin, end);
	if (bench_has_postgres())
		failed += cmocka_run_group_tests_name(
			"login on PostgreSQL", again, begin_postgres, end);
	return failed;
}
