/* Services of the core to domains: rules, settings, numbers, files, messages, links, signatures. */
#include "core/app/services.h"
#include "core/app/embedded.h"
#include "core/app/private.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* ---- rules ----------------------------------------------------------- */
struct rule_set {
	const char *name, *version; /* "grading/shanghai" from rules/grading/shanghai-2022.json: its
				       member "name" */
	int64_t valid_from;
	const struct node *data;
	struct rule_set *next;
};

static enum err rule_add(struct app *app, const char *file, struct bytes b, struct fault *why)
{
	struct node *n;
	struct fault inner = { 0 };
	struct rule_set *r = NEW(app->arena, struct rule_set);

	if (json_parse(app->arena, b, &n, &inner))
		return fault(why, E_INVALID, "rules %s: %s", file, inner.text);
	r->name = node_text(n, "name", "");
	r->version = node_text(n, "version", "");
	r->data = n;
	if (!*r->name || !*r->version ||
		!date_parse(node_text(n, "valid_from", ""), &r->valid_from))
		return fault(
			why, E_INVALID, "rules %s: name, version and valid_from are needed", file);
	r->next = app->rule_sets;
	app->rule_sets = r;
	return OK;
}

static enum err rules_folder(struct app *app, const char *folder, struct fault *why)
{
	DIR *d = opendir(folder);
	struct dirent *f;
	enum err e = OK;

	while (d && !e && (f = readdir(d))) {
		char *path = arena_printf(app->arena, "%s/%s", folder, f->d_name);
		struct bytes b;
		if (f->d_name[0] == '.')
			continue;
		if (f->d_type == DT_DIR)
			e = rules_folder(app, path, why);
		else if (text_ends(path, ".json") &&
			 !(e = file_read(app->arena, path, 4 << 20, &b, why)))
			e = rule_add(app, path, b, why);
	}
	if (d)
		closedir(d);
	return e;
}

enum err rules_load(struct app *app, struct fault *why)
{
	EMBEDDED_EACH (f, "rules/")
		if (!text_starts(f->name, "rules/documents/"))
			TRY(rule_add(app, f->name, (struct bytes){ f->at, f->n }, why));
	return rules_folder(app, arena_printf(app->arena, "%s/rules", app->data_dir), why);
}

/* The list is searched from the newest added, so a file of the data folder wins at an equal date.
 */
enum err rules(struct req *rq, const char *name, int64_t at, const struct node **out)
{
	const struct rule_set *best = NULL;
	for (const struct rule_set *r = rq->app->rule_sets; r; r = r->next)
		if (strcmp(r->name, name) == 0 && r->valid_from <= at &&
			(!best || r->valid_from > best->valid_from))
			best = r;
	if (!best)
		return fail(rq, E_NOT_FOUND, "There is no rule %s in force at that time.", name);
	*out = best->data;
	return OK;
}

/* ---- settings and numbers -------------------------------------------- */
const char *setting(struct req *rq, const char *name, const char *fallback)
{
	struct rows *r;
	bool more;
	const char *out = fallback;

	if (!rq->priv->conn || db_query(rq, &r, "SELECT value FROM settings WHERE name = $1", name))
		return fallback;
	if (!rows_next(r, &more) && more)
		out = arena_dup(rq->arena, rows_text(r, 0));
	rows_close(r);
	return out;
}

enum err setting_put(struct req *rq, const char *name, const char *value)
{
	return db_run(rq,
		"INSERT INTO settings (name, value) VALUES ($1, $2)"
		" ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		name, value);
}

enum err next_number(struct req *rq, const char *series, int64_t *out)
{
	return db_int(rq, out,
		"INSERT INTO counters (series, last) VALUES ($1, 1)"
		" ON CONFLICT (series) DO UPDATE SET last = counters.last + 1 RETURNING last",
		series);
}

const char *site_url(struct req *rq)
{
	const char *last = rq->app->listen_url ? rq->app->listen_url : "http://127.0.0.1:8080";
	return rq->app->site_url ? rq->app->site_url : setting(rq, "site_url", last);
}

/* ---- files ----------------------------------------------------------------- */
enum err keep_file(struct req *rq, const struct http_file *f, struct object *out)
{
	struct fault why = { 0 };
	enum err e = store_put_file(rq->app->store, rq->arena, f->path, out, &why);
	if (e == E_NOT_FOUND && !store_check(rq->app->store, f->sm3, f->sha256, &why)) {
		/* an earlier run of this handler, undone by a lost race, has moved it into the
		 * store */
		*out = (struct object){ f->sm3, f->sha256, f->size };
		return OK;
	}
	if (e) {
		log_event(LOG_ERROR, "store.failed", "why", why.text, NULL);
		return fail(
			rq, E_BUSY, "The file could not be kept. Please try again in a moment.");
	}
	return OK;
}

/* ---- messages, links, signatures ------------------------------------------- */
enum err sms_send(struct req *rq, const char *phone, const char *text)
{
	return sms_send_about(rq, 0, phone, text);
}

enum err sms_send_about(struct req *rq, int64_t about, const char *phone, const char *text)
{
	return job_add(rq, "core.sms", .subject = about,
		.data = json_pairs(rq, "phone", phone, "text", text, NULL));
}

/* The newer message carries the newer link: whatever telephone the earlier ones went to, they and
 * what they opened end; beside a session that stays, only those that nobody opened elsewhere. */
static enum err earlier_end(struct req *rq, const struct party_link *l, const char *holder)
{
	if (!l->beside)
		return link_end(rq, l->subject, holder);
	return db_run(rq,
		"UPDATE links SET expires_at = $3 WHERE subject = $1 AND holder = $2 AND "
		"expires_at > $3 AND used_at = 0 AND phone <> $4",
		l->subject, holder, rq->now, l->phone);
}

enum err link_new(struct req *rq, const struct party_link *l, const char **path)
{
	char *token = token_new(rq->arena);
	struct digest d = sm3(token, strlen(token));
	const char *holder = l->holder ? l->holder : "";

	*path = arena_printf(rq->arena, "/l/%s", token);
	TRY(earlier_end(rq, l, holder));
	return db_run(rq,
		"INSERT INTO links (token, entity, subject, phone, created_at, expires_at, "
		"used_at, "
		"holder, powers) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)",
		digest_hex(rq->arena, &d), l->entity, l->subject, l->phone, rq->now,
		rq->now + l->valid_ms, holder, l->powers ? l->powers : "");
}

enum err link_end(struct req *rq, int64_t subject, const char *holder)
{
	TRY(db_run(rq,
		"UPDATE links SET expires_at = $3 WHERE subject = $1 AND holder = $2 AND "
		"expires_at "
		"> $3",
		subject, holder, rq->now));
	return db_run(rq,
		"DELETE FROM sessions WHERE subject = $1 AND kind = 'party' AND holder = $2",
		subject, holder);
}

enum err link_phone(struct req *rq, int64_t subject, const char **phone)
{
	enum err e = db_text(rq, phone,
		"SELECT phone FROM links WHERE subject = $1 AND holder = '' ORDER BY expires_at "
		"DESC, created_at DESC LIMIT 1",
		subject);

	if (e == E_NOT_FOUND)
		*phone = "";
	return e == E_NOT_FOUND ? OK : e;
}

enum err link_ask(struct req *rq, int64_t subject, const struct link_asked *a)
{
	TRY(link_ask_end(rq, subject));
	return db_run(rq,
		"INSERT INTO link_asks (subject, phone, reason, asked_by, asked_at) VALUES ($1, "
		"$2, $3, $4, $5)",
		subject, a->phone, a->reason, a->by, rq->now);
}

enum err link_ask_of(struct req *rq, int64_t subject, struct link_asked *a)
{
	struct rows *r;
	bool more;

	*a = (struct link_asked){ .phone = "", .reason = "" };
	TRY(db_query(rq, &r,
		"SELECT phone, reason, asked_by, asked_at FROM link_asks WHERE subject = $1",
		subject));
	TRY(rows_next(r, &more));
	if (more)
		*a = (struct link_asked){ arena_dup(rq->arena, rows_text(r, 0)),
			arena_dup(rq->arena, rows_text(r, 1)), rows_int(r, 2), rows_int(r, 3) };
	rows_close(r);
	return OK;
}

enum err link_ask_end(struct req *rq, int64_t subject)
{
	return db_run(rq, "DELETE FROM link_asks WHERE subject = $1", subject);
}

/* What it refuses to sign stays refused; for all else (its token is away, its process is) jobs
 * wait.
 */
enum err signer_failed(struct req *rq, enum err e, const struct fault *why)
{
	log_event(LOG_ERROR, "signer.failed", "why", why->text, NULL);
	return fail(rq, e == E_FORBIDDEN ? E_BUSY : E_LOCKED, "The signer did not answer.");
}

enum err sign_document(struct req *rq, const char *text, char **hex, const char **key_id)
{
	struct fault why = { 0 };
	if (!rq->app->signer)
		return fail(rq, E_LOCKED, "The signer is not running.");
	*key_id = signer_key_id(rq->app->signer);
	enum err e = signer_sign(rq->app->signer, "document", text, rq->arena, hex, &why);
	return e ? signer_failed(rq, e, &why) : OK;
}
