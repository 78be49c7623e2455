/* shian key: the key that signs heads and papers: its period, its passphrase, the next one. */
#include "cli.h"
#include "commands.h"

#include "contracts/facts.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/sm2_file.h"

#include <stdio.h>

struct rotation {
	char old[KEY_ID_MAX], new[KEY_ID_MAX];
	struct key_period period;
};

/* ---- show ----------------------------------------------------------------------------------- */

static int show_key(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;

	if (cli_app(argc, argv, true, &app, &why)) {
		app_close(app);
		return cli_fail("key", &why, 2);
	}
	struct key_period p = signer_key_period(app->signer);
	const char *path = arena_printf(app->arena, "%s/keys/sm2.pem", app->data_dir);
	int64_t left = p.until - clock_now();

	printf("key        %s\nfrom       %s\nuntil      %s\ndays left  %" PRId64
	       "\npassphrase %s\n",
		signer_key_id(app->signer), time_text(app->arena, p.from),
		time_text(app->arena, p.until), left > 0 ? left / DAY : 0,
		sm2_is_protected(path) ? "yes" : "no: fit for a demonstration only");
	app_close(app);
	return left > 0 ? 0 : 1;
}

/* ---- protect -------------------------------------------------------------------------------- */

static int protect(int argc, char **argv)
{
	const char *data = option(argc, argv, "--data", NULL),
		   *file = option(argc, argv, "--passphrase-file", NULL), *passphrase = NULL;
	struct fault why = { 0 };

	if (!data)
		return cli_complain("shian key protect: --data DIR is needed", 2);
	struct arena *a = arena_new();
	enum err e = file ? passphrase_read(a, file, &passphrase, &why)
			  : passphrase_choose(a, &passphrase, &why);
	if (!e)
		e = signer_key_protect(arena_printf(a, "%s/keys", data), passphrase, &why);
	arena_free(a);
	if (e)
		return cli_fail("key", &why, 2);
	fputs("The private key is under the passphrase now. shian serve finds it in the file named "
	      "by "
	      "SHIAN_KEY_PASSPHRASE_FILE, in the systemd credential shian-key, or asks at the "
	      "terminal.\n",
		stderr);
	return 0;
}

/* ---- rotate --------------------------------------------------------------------------------- */

static enum err head_run(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	enum err e = ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

static enum err told_run(struct req *rq, void *arg)
{
	struct rotation *r = arg;
	const char *data = arena_printf(rq->arena,
		"{\"old\":\"%s\",\"new\":\"%s\",\"from\":%" PRId64 ",\"until\":%" PRId64 "}",
		r->old, r->new, r->period.from, r->period.until);
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM ledger WHERE name = $1 AND data = $2", KEY_ROTATED,
		data));
	return n ? OK : emit(rq, KEY_ROTATED, 0, .data = data);
}

/* Every step may be killed and the command run again: the same next key is taken then, and told
 * once. */
static enum err rotate_all(struct app *app, struct rotation *r, struct fault *why)
{
	const char *keys = arena_printf(app->arena, "%s/keys", app->data_dir);
	struct fault head = { 0 };

	TRY(signer_key_next(keys, r->old, r->new, why));
	TRY(key_period_read(keys, r->new, &r->period, why));
	TRY(app_write(app, told_run, r, why));
	/* The old key's last: a key whose period is over signs none, and is replaced all the same.
	 */
	if (app_write(app, head_run, NULL, &head))
		fprintf(stderr, "shian key: the old key signs no last head: %s\n", head.text);
	TRY(signer_key_take(keys, why));
	signer_close(app->signer);
	app->signer = NULL;
	return signer_open_local(keys, false, &app->signer, why);
}

static int rotate(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	struct rotation r = { .old = "" };

	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e)
		e = rotate_all(app, &r, &why);
	if (!e)
		printf("old %s\nnew %s\nuntil %s\n", r.old, r.new,
			time_text(app->arena, r.period.until));
	if (!e)
		fprintf(stderr,
			"Publish keys/public/%s.pem where the other keys are. A running program "
			"takes "
			"it by itself.\n",
			r.new);
	app_close(app);
	return e ? cli_fail("key", &why, 2) : 0;
}

int key_command(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (text_is(what, "show"))
		return show_key(argc, argv);
	if (text_is(what, "protect"))
		return protect(argc, argv);
	if (text_is(what, "rotate"))
		return rotate(argc, argv);
	return cli_complain("usage: shian key show|rotate --data DIR [--db URL]\n"
			    "       shian key protect --data DIR [--passphrase-file FILE]",
		2);
}
