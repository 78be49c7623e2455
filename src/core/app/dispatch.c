/* From a request of the HTTP room to a handler: route, person, rights, area, transaction. */
#include "core/app/dispatch.h"
#include "core/app/private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- routes ---------------------------------------------------------- */
static bool take_id(const char **path, int64_t *id)
{
	char digits[24] = "";
	size_t n = strspn(*path, "0123456789");
	if (!n || n >= sizeof(digits))
		return false;
	memcpy(digits, *path, n);
	*path += n;
	return text_to_int(digits, id);
}

static bool take_key(const char **path, const char **from, size_t *n)
{
	*from = *path;
	while (isalnum((unsigned char)**path) || **path == '-' || **path == '_')
		(*path)++;
	*n = (size_t)(*path - *from);
	return *n > 0 && *n <= 128;
}

bool route_matches(const char *pattern, const char *path, struct route_ids *ids)
{
	*ids = (struct route_ids){ 0 };
	while (*pattern || *path) {
		if (text_starts(pattern, ":id2")) {
			if (!take_id(&path, &ids->id2))
				return false;
			pattern += 4;
		} else if (text_starts(pattern, ":id")) {
			if (!take_id(&path, &ids->id))
				return false;
			pattern += 3;
		} else if (text_starts(pattern, ":key")) {
			if (!take_key(&path, &ids->key, &ids->key_n))
				return false;
			pattern += 4;
		} else if (*pattern != *path) {
			return false;
		} else {
			pattern++, path++;
		}
	}
	return true;
}

static enum err route_find(struct req *rq, enum method method, const char *path)
{
	struct route_ids ids;
	bool other = false;

	for (const struct module *const *m = rq->app->modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++) {
			if (!route_matches(r->path, path, &ids))
				continue;
			if (r->method != method) {
				other = true;
				continue;
			}
			rq->priv->route = r;
			rq->priv->module = *m;
			rq->id = ids.id;
			rq->id2 = ids.id2;
			rq->key = ids.key ? arena_copy(rq->arena, ids.key, ids.key_n) : "";
			return OK;
		}
	if (other)
		return fail(rq, E_METHOD, "This address does not take that kind of request.");
	return fail(rq, E_NOT_FOUND, "There is no such page. Perhaps the address was mistyped.");
}

/* ---- persons and rights ---------------------------------------------- */
bool may(struct req *rq, enum right right)
{
	const struct session *s = rq->priv->session;
	if (right == ANYBODY)
		return true;
	if (s && !s->full)
		return false;
	return role_may(rq->user->role_id, right);
}

enum err in_area(struct req *rq, int64_t area)
{
	if (!rq->user->area || rq->user->area == area)
		return OK;
	return fail(rq, E_FORBIDDEN, "This belongs to another station's area.");
}

/* What is another's is answered as what does not exist: no number of a thing tells that it is
 * there. */
static enum err own_check(struct req *rq)
{
	int64_t owner = 0;
	struct val b[] = { val_int(rq->id), { VAL_END, { .i = 0 } } };
	enum err e = db_int_(rq, &owner, rq->priv->route->own, b);

	if (e && e != E_NOT_FOUND)
		return e;
	if (e || !rq->user->entity || owner != rq->user->entity)
		return fail(rq, E_NOT_FOUND,
			"There is no such page. Perhaps the address was mistyped.");
	return OK;
}

static bool by_link(enum right right)
{
	return right == PARTY || right == OWN_READ;
}

/* An auditor reads: whatever a route's right is called, nothing is changed in their name. */
static bool changes_refused(struct req *rq)
{
	const struct route *r = rq->priv->route;

	return r->method == POST && role_of(rq->user->role_id)->reads_only && !r->looks &&
	       r->right != ANYBODY && r->right != SIGNED_IN;
}

/* Is one of the codes asked for among those given? Both are codes between commas. */
static bool power_given(const char *given, const char *asked)
{
	for (const char *a = asked; *a; a += strcspn(a, ","), a += *a == ',') {
		size_t n = strcspn(a, ",");
		for (const char *g = given; *g; g += strcspn(g, ","), g += *g == ',')
			if (strcspn(g, ",") == n && memcmp(g, a, n) == 0)
				return true;
	}
	return false;
}

/* A delegate does what its power names, and nothing else. What names no power is the party's own.
 */
static bool beyond_power(const struct user *u, const struct route *r)
{
	if (u->role_id != ROLE_PARTY || !u->link_powers || !*u->link_powers)
		return false;
	if (!r->power)
		return r->right == PARTY;
	return *r->power && !power_given(u->link_powers, r->power);
}

static enum err rights_check(struct req *rq)
{
	const struct route *r = rq->priv->route;
	int64_t area;

	if (r->own && r->method == GET && rq->user->role_id == ROLE_OPERATOR && may(rq, OWN_READ))
		return own_check(rq);
	if (!may(rq, r->right) || changes_refused(rq)) {
		if (rq->user->role_id == ROLE_NONE ||
			(rq->priv->session && !rq->priv->session->full))
			return fail(rq, E_LOGIN,
				by_link(r->right)
					? "Please open the link that was sent to your telephone."
					: "Please sign in to see this page.");
		return fail(rq, E_FORBIDDEN, "Your account does not have the right to do this.");
	}
	if (beyond_power(rq->user, r))
		return fail(rq, E_FORBIDDEN,
			"The power you were given does not cover this. The party does it itself, "
			"or names what you may do anew.");
	if (!r->area)
		return OK;
	struct val b[] = { val_int(rq->id), { VAL_END, { .i = 0 } } };
	TRY(db_int_(rq, &area, r->area, b));
	return in_area(rq, area);
}

/* ---- one request ----------------------------------------------------- */
struct job_of_request {
	struct app *app;
	const struct http_request *http;
	struct http_reply *reply;
	struct req *rq;
	enum err answer;
};

static void language(struct req *rq)
{
	const char *asked = query_text(rq, "lang");
	const char *kept = rq->http->cookies ? pair_find(rq->http->cookies, "lang") : NULL;
	if (*asked)
		reply_set_header(rq, "Set-Cookie",
			arena_printf(rq->arena, "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax",
				text_is(asked, "en") ? "en" : "zh"));
	rq->zh = !text_is(*asked ? asked : kept ? kept : "zh", "en");
}

static enum err read_body(struct req *rq)
{
	struct fault why = { 0 };
	const char *type = pair_find(rq->http->headers, "content-type");

	if (!rq->http->body.n || !type || !text_starts(type, "application/json"))
		return OK;
	if (json_parse(rq->arena, rq->http->body, &rq->priv->body, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	return OK;
}

static enum err run_route(struct req *rq, enum method method)
{
	TRY(session_find(rq, &rq->user, &rq->priv->session));
	TRY(route_find(rq, method, rq->http->path));
	TRY(rights_check(rq));
	if (method == POST) {
		TRY(read_body(rq));
		if (!csrf_ok(rq))
			return fail(rq, E_FORBIDDEN,
				"This form is stale: you were signed out meanwhile. Load the page "
				"again; what you "
				"typed is still in the form when you go back.");
	}
	TRY(rq->priv->route->run(rq));
	if (method == POST)
		TRY(req_settled(rq));
	if (!rq->priv->answered)
		return fail(
			rq, E_INTERNAL, "the handler of %s gave no answer", rq->priv->route->path);
	return OK;
}

static void fresh(struct job_of_request *j, struct conn *c)
{
	static const struct user nobody = {
		.login = "", .name = "", .role = "none", .card_no = ""
	};
	if (j->rq && j->reply->fd >= 0) /* a first run of a retried POST left it */
		close(j->reply->fd);
	*j->reply = (struct http_reply){ .fd = -1 };
	j->rq = req_new(j->app, j->http->arena, c, &nobody);
	j->rq->http = j->http;
	j->rq->priv->reply = j->reply;
	j->rq->priv->writing = text_is(j->http->method, "POST");
	language(j->rq);
}

static void statements_count(struct job_of_request *j, const struct conn *c)
{
	__atomic_store_n(&j->app->statements, conn_statements(c), __ATOMIC_RELAXED);
}

/* A form that was refused (422) is an answer, but nothing of it may stay. */
static enum err write_work(struct conn *c, void *arg)
{
	struct job_of_request *j = arg;
	fresh(j, c);
	j->answer = run_route(j->rq, POST);
	statements_count(j, c);
	/* a statement failed and the handler went on without its row: what it says now is not to be
	 * trusted */
	if (conn_doomed(c) && j->answer != E_CONFLICT && j->answer != E_BUSY &&
		j->answer != E_INTERNAL)
		j->answer = fail(j->rq, E_INTERNAL,
			"The database refused. This has been logged; please tell the "
			"administrator.");
	return j->answer ? j->answer : j->rq->status >= 400 ? E_INVALID : OK;
}

static void serve_post(struct job_of_request *j)
{
	struct fault why = { 0 };
	enum err e = db_write(j->app->db, write_work, j, &why);

	if (!j->rq) /* the transaction could not even begin */
		fresh(j, NULL);
	if (e && !j->answer && j->rq->status < 400) {
		log_event(LOG_ERROR, "commit.failed", "why", why.text, "path", j->http->path, NULL);
		j->answer = fail(j->rq, E_BUSY,
			"It could not be saved, and nothing of it was kept. Please try again in a "
			"moment.");
	}
	j->rq->priv->conn = NULL;
}

static void serve_get(struct job_of_request *j)
{
	struct fault why = { 0 };
	struct conn *c = NULL;
	enum err e = db_read_begin(j->app->db, &c, &why);

	fresh(j, c);
	if (e) {
		log_event(LOG_ERROR, "read.failed", "why", why.text, NULL);
		j->answer =
			fail(j->rq, E_BUSY, "The database is busy. Please try again in a moment.");
	} else {
		j->answer = run_route(j->rq, GET);
		statements_count(j, c);
	}
	db_read_end(c);
	j->rq->priv->conn = NULL;
}

/* Person, route, rights and area, as if the address were asked for now; its handler does not run.
 */
bool app_admits(struct app *app, const struct http_request *http)
{
	struct arena *a = arena_new();
	struct http_request again = *http;
	struct http_reply nowhere = { .fd = -1 };
	struct job_of_request j = { .app = app, .http = &again, .reply = &nowhere };
	struct fault why = { 0 };
	struct conn *c = NULL;
	again.arena = a;
	enum err e = db_read_begin(app->db, &c, &why);
	if (!e) {
		fresh(&j, c);
		e = session_find(j.rq, &j.rq->user, &j.rq->priv->session);
		if (!e)
			e = route_find(j.rq, GET, again.path);
		if (!e)
			e = rights_check(j.rq);
	}
	db_read_end(c);
	arena_free(a);
	return !e;
}

void app_serve(void *context, const struct http_request *http, struct http_reply *reply)
{
	struct job_of_request j = { .app = context, .http = http, .reply = reply };

	if (serve_asset(j.app, http, reply))
		return;
	if (text_is(http->method, "POST"))
		serve_post(&j);
	else
		serve_get(&j);
	if (j.answer == E_LOGIN && !wants_json(j.rq) && text_is(http->method, "GET") &&
		j.rq->priv->route && !by_link(j.rq->priv->route->right)) {
		*reply = (struct http_reply){ .fd = -1, .status = 303 };
		reply_header(reply, "Location",
			arena_printf(http->arena, "%s?next=%s",
				j.rq->priv->session ? "/login/code" : "/login",
				url_encode(http->arena, http->path)));
		return;
	}
	if (j.answer)
		reply_error(j.rq, j.answer);
	if (j.answer == E_INTERNAL)
		log_event(LOG_ERROR, "request.failed", "method", http->method, "path", http->path,
			"why", j.rq->priv->error ? j.rq->priv->error : "", NULL);
	if (j.rq->priv->session)
		session_touch(j.app, j.rq->priv->session);
}
