/* The program with its parts put together: what main(), the workers and the tests drive. */
#ifndef CORE_APP_H
#define CORE_APP_H

#include "core/app/module.h"
#include "core/page/template.h"

struct app_options {
	const char *data_dir;  /* made when missing */
	const char *db_url;    /* postgresql://… or NULL: SQLite in the data folder */
	const char *db_schema; /* tests */
	const char *site_url;  /* what codes and links begin with; NULL: setting site_url, else
				  http://127.0.0.1:8080 */
	const struct module *const *modules; /* ends with NULL; outlives the app */
	bool migrate;
};

struct app {
	struct arena *arena; /* what lives as long as the app */
	const char *data_dir, *machine_token;
	const char *site_url;	/* given at the start: wins over the setting; NULL: not given */
	const char *listen_url; /* what is left when neither is there */
	uint8_t secret[32];	/* of CSRF tokens */
	struct db *db;
	struct store *store;
	struct signer *signer; /* NULL until given: sign_document() then answers E_BUSY */
	struct templates *templates;
	struct catalog *zh;
	struct node *assets; /* web/ manifest: name -> address */
	const struct module *const *modules;
	struct model_sql *model_sql; /* INSERT and UPDATE texts, made once per model */
	struct rule_set *rule_sets;
	struct http_server *server; /* in the web process */
	void *locks;
	int64_t statements; /* of the last request, for tests: what a page costs */
};

enum err app_open(const struct app_options *o, struct app **out, struct fault *why);
void app_close(struct app *app);

/* Handler for http_start(). context is the app. */
void app_serve(void *context, const struct http_request *rq, struct http_reply *reply);

/* Runs work as the program itself inside one write transaction; facts as usual. For the command
 * line, jobs, demo. */
enum err app_write(
	struct app *app, enum err (*work)(struct req *rq, void *arg), void *arg, struct fault *why);
/* The same on a reading connection. */
enum err app_read(
	struct app *app, enum err (*work)(struct req *rq, void *arg), void *arg, struct fault *why);

/* Runs one due job; *ran says whether there was one. */
enum err app_run_job(struct app *app, bool *ran, struct fault *why);
/* Calls each module's every_minute, in a transaction of its own; what fails is logged with the
 * module's name and the first of it answered, when all had their minute. */
enum err app_every_minute(struct app *app, struct fault *why);

/* In the web process: tells the open pages what has entered the ledger since seq seen (-1: from now
 * on). Returns the last seq looked at. */
int64_t app_announce(struct app *app, int64_t seen);

/* Generated texts. */
const char *app_openapi(struct app *app, struct arena *a);
const char *app_events_doc(
	const struct app *app, struct arena *a, const char **cycle); /* cycle: NULL or where */

#endif
