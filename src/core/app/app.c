/* Putting the program together: data folder, secrets, templates, database. */
#include "core/app/dispatch.h"
#include "core/app/embedded.h"
#include "core/app/private.h"
#include "core/app/services.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- secrets in DATA/keys -------------------------------------------- */
static enum err secret_file(struct app *app, const char *name, const char **out, struct fault *why)
{
	char *path = arena_printf(app->arena, "%s/keys/%s", app->data_dir, name);
	struct bytes b;

	if (access(path, F_OK) != 0) {
		char *made = token_new(app->arena);
		TRY(file_write(path, made, strlen(made), 0600, why));
	}
	TRY(file_read(app->arena, path, 256, &b, why));
	*out = text_trim(app->arena, arena_copy(app->arena, (const char *)b.at, b.n));
	return strlen(*out) >= 32 ? OK : fault(why, E_INTERNAL, "%s holds no secret", path);
}

static enum err folders(struct app *app, struct fault *why)
{
	static const char *const names[] = { "keys", "tmp", "objects", "run", "media", "outbox" };

	TRY(dir_make(app->data_dir, why));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		TRY(dir_make(arena_printf(app->arena, "%s/%s", app->data_dir, names[i]), why));
	if (chmod(arena_printf(app->arena, "%s/keys", app->data_dir), 0700))
		return fault(why, E_INTERNAL, "%s/keys: cannot be made private", app->data_dir);
	const char *secret;
	TRY(secret_file(app, "web.secret", &secret, why));
	struct digest d = sm3(secret, strlen(secret));
	memcpy(app->secret, d.b, sizeof(app->secret));
	return secret_file(app, "machine.token", &app->machine_token, why);
}

/* ---- what is compiled in --------------------------------------------- */
static enum err templates_load(struct app *app, struct fault *why)
{
	app->templates = templates_new(app->arena);
	EMBEDDED_EACH (f, "page/")
		TRY(templates_add(
			app->templates, f->name + strlen("page/"), (const char *)f->at, f->n, why));
	TRY(templates_close(app->templates, why));
	const struct embedded *mo = embedded_find("locale/zh.mo");
	if (mo)
		TRY(catalog_open(app->arena, (struct bytes){ mo->at, mo->n }, &app->zh, why));
	const struct embedded *manifest = embedded_find("manifest.json");
	app->assets = node_map(app->arena);
	if (manifest)
		TRY(json_parse(app->arena, (struct bytes){ manifest->at, manifest->n },
			&app->assets, why));
	return OK;
}

static bool room_known(const struct app *app, const char *room, size_t n)
{
	static const char *const own[] = { "core", "ledger" };
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strlen(own[i]) == n && memcmp(own[i], room, n) == 0)
			return true;
	for (const struct module *const *m = app->modules; *m; m++)
		if (strlen((*m)->name) == n && memcmp((*m)->name, room, n) == 0)
			return true;
	return false;
}

/* The core's own rooms come first, then the domains in the order of modules.c. */
static int room_order(const struct app *app, const char *room)
{
	if (text_is(room, "ledger"))
		return -2;
	if (text_is(room, "core"))
		return -1;
	int i = 0;
	for (const struct module *const *m = app->modules; *m && !text_is((*m)->name, room); m++)
		i++;
	return i;
}

static enum err migrate(struct app *app, struct fault *why)
{
	struct migration all[256];
	size_t n = 0;

	EMBEDDED_EACH (f, "schema/") {
		const char *room = f->name + strlen("schema/"), *slash = strchr(room, '/');
		if (!slash || !room_known(app, room, (size_t)(slash - room)) ||
			text_ends(f->name, ".pg.sql"))
			continue;
		if (n == sizeof(all) / sizeof(*all))
			return fault(why, E_INTERNAL, "more than %zu schema files", n);
		char *pg = arena_printf(app->arena, "%.*s.pg.sql",
			(int)(strlen(f->name) - strlen(".sql")), f->name);
		const struct embedded *other = embedded_find(pg);
		all[n++] = (struct migration){
			.room = arena_copy(app->arena, room, (size_t)(slash - room)),
			.name = slash + 1,
			.sql = arena_copy(app->arena, (const char *)f->at, f->n),
			.sql_pg = other ? arena_copy(app->arena, (const char *)other->at, other->n)
					: NULL,
		};
	}
	for (size_t i = 1; i < n; i++) /* few: insertion sort keeps the order inside a room */
		for (size_t k = i;
			k && room_order(app, all[k].room) < room_order(app, all[k - 1].room); k--) {
			struct migration m = all[k];
			all[k] = all[k - 1];
			all[k - 1] = m;
		}
	return db_migrate(app->db, all, n, why);
}

static enum err assemble(struct app *app, const struct app_options *o, struct fault *why)
{
	TRY(folders(app, why));
	TRY(templates_load(app, why));
	TRY(rules_load(app, why));
	struct db_options d = { .path = arena_printf(app->arena, "%s/shian.db", app->data_dir),
		.url = o->db_url,
		.schema = o->db_schema };
	TRY(db_open(&d, &app->db, why));
	if (o->migrate)
		TRY(migrate(app, why));
	return store_open(app->data_dir, &app->store, why);
}

enum err app_open(const struct app_options *o, struct app **out, struct fault *why)
{
	struct arena *a = arena_new();
	struct app *app = NEW(a, struct app);

	app->arena = a;
	app->data_dir = arena_dup(a, o->data_dir);
	app->site_url = o->site_url ? arena_dup(a, o->site_url) : NULL;
	app->modules = o->modules;
	app->locks = arena_alloc(a, sizeof(pthread_mutex_t));
	pthread_mutex_init(app->locks, NULL);
	enum err e = assemble(app, o, why);
	if (e) {
		app_close(app);
		return e;
	}
	*out = app;
	return OK;
}

void app_close(struct app *app)
{
	if (!app)
		return;
	if (app->db)
		db_close(app->db);
	if (app->store)
		store_close(app->store);
	if (app->signer)
		signer_close(app->signer);
	pthread_mutex_destroy(app->locks);
	arena_free(app->arena);
}

/* ---- work of the program itself -------------------------------------- */
struct own_work {
	struct app *app;
	enum err (*work)(struct req *rq, void *arg);
	void *arg;
	struct fault *why;
};

static enum err own_run(struct conn *c, void *arg)
{
	struct own_work *w = arg;
	struct arena *a = arena_new();
	struct req *rq = req_new(w->app, a, c, user_program());

	rq->priv->writing = true;
	enum err e = w->work(rq, w->arg);
	if (!e)
		e = req_settled(rq);
	if (e)
		e = fault(w->why, e, "%s", rq->priv->error ? rq->priv->error : "failed");
	arena_free(a);
	return e;
}

enum err app_write(
	struct app *app, enum err (*work)(struct req *rq, void *arg), void *arg, struct fault *why)
{
	struct own_work w = { app, work, arg, why };
	return db_write(app->db, own_run, &w, why);
}

enum err app_read(
	struct app *app, enum err (*work)(struct req *rq, void *arg), void *arg, struct fault *why)
{
	struct own_work w = { app, work, arg, why };
	struct conn *c;

	TRY(db_read_begin(app->db, &c, why));
	enum err e = own_run(c, &w);
	db_read_end(c);
	return e;
}

/* ---- browser assets -------------------------------------------------- */
static const char *asset_type(const char *name)
{
	static const char *const types[][2] = { { ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" }, { ".svg", "image/svg+xml" },
		{ ".png", "image/png" }, { ".ico", "image/x-icon" }, { ".woff2", "font/woff2" },
		{ ".json", "application/json" } };
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (text_ends(name, types[i][0]))
			return types[i][1];
	return "application/octet-stream";
}

bool serve_asset(struct app *app, const struct http_request *http, struct http_reply *reply)
{
	const char *path = http->path;

	if (text_is(path, "/favicon.ico"))
		path = node_text(app->assets, "favicon", path);
	if (!text_starts(path, "/assets/") || !text_is(http->method, "GET"))
		return false;
	const struct embedded *f = embedded_find(path + 1);
	*reply = (struct http_reply){ .fd = -1, .status = f ? 200 : 404 };
	if (!f)
		return true;
	reply->body = (struct bytes){ f->at, f->n };
	const struct embedded *gz = embedded_find(arena_printf(http->arena, "%s.gz", path + 1));
	if (gz) {
		reply->body_gzip_at = (const char *)gz->at;
		reply->body_gzip_n = gz->n;
	}
	reply_header(reply, "Content-Type", asset_type(path));
	if (text_starts(path, "/assets/tablet_worker-")) /* a page says how far it reaches */
		reply_header(reply, "Service-Worker-Allowed", "/");
	reply_header(reply, "Cache-Control", "public, max-age=31536000, immutable");
	return true;
}
