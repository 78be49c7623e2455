/* shian head: signed heads of the ledger for who keeps them outside. */
#include "cli.h"
#include "commands.h"

#include "core/ledger/proof_file.h"
#include "modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- sign ----------------------------------------------------------------------------------- */

static enum err sign_run(struct req *rq, void *arg)
{
	struct app *app = arg;
	struct fault why = { 0 };
	enum err e = ledger_sign_head(rq_conn(rq), app->signer, rq->arena, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

static enum err show_run(struct req *rq, void *arg)
{
	struct tree_head h;
	const int64_t *size = arg;
	enum err e = *size ? ledger_head(rq_conn(rq), rq->arena, *size, &h)
			   : ledger_last_head(rq_conn(rq), rq->arena, &h);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "there is no such signed head");
	TRY(e);
	fputs(head_file_text(rq->arena, &h), stdout);
	return OK;
}

static int sign_or_show(int argc, char **argv, bool sign)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	int64_t size = 0;

	if (!text_to_int(option(argc, argv, "--size", "0"), &size) || size < 0)
		return cli_complain("shian head: --size is a number of facts", 2);
	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e && sign)
		e = app_write(app, sign_run, app, &why);
	if (!e)
		e = app_read(app, show_run, &size, &why);
	app_close(app);
	return e ? cli_fail("head", &why, 2) : 0;
}

int head_command(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (text_is(what, "sign") || text_is(what, "show"))
		return sign_or_show(argc, argv, text_is(what, "sign"));
	return cli_complain("usage: shian head sign --data DIR [--db URL]\n"
			    "       shian head show --data DIR [--db URL] [--size N]",
		2);
}
