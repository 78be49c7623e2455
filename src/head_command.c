/* shian head: signed heads of the ledger for who keeps them outside. */
#include "cli.h"
#include "commands.h"

#include "adapters/witness.h"
#include "core/ledger/head_compare.h"
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

/* ---- compare -------------------------------------------------------------------------------- */

static void tell(void *ctx, const char *line)
{
	(void)ctx;
	printf("WRONG %s\n", line);
}

struct compared {
	struct head_list heads;
	struct head_compare h;
};

static enum err compare_run(struct req *rq, void *arg)
{
	struct compared *x = arg;
	struct fault why = { 0 };
	enum err e = heads_compare(rq_conn(rq), &x->heads, &x->h, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

static enum err heads_read(
	struct arena *a, const char *path, struct head_list *out, struct fault *why)
{
	struct bytes in = { 0 };
	bool far = text_starts(path, "http://") || text_starts(path, "https://");

	TRY(far ? witness_get(a, path, &in, why) : file_read(a, path, WITNESS_BODY_MAX, &in, why));
	return head_list_parse(a, in, out, why);
}

static enum err compare_with_ledger(int argc, char **argv, struct compared *x, struct fault *why)
{
	struct app *app = NULL;
	const char *data = option(argc, argv, "--data", NULL);
	struct app_options o = {
		.data_dir = data, .db_url = option(argc, argv, "--db", NULL), .modules = modules
	};

	if (access(arena_printf(x->h.arena, "%s/keys/web.secret", data), F_OK))
		return fault(why, E_NOT_FOUND, "%s is not a data folder of Shian", data);
	TRY(app_open(&o, &app, why));
	x->h.keys_dir = arena_printf(x->h.arena, "%s/keys", data);
	enum err e = app_read(app, compare_run, x, why);
	app_close(app);
	return e;
}

static enum err compare_all(int argc, char **argv, struct compared *x, struct fault *why)
{
	TRY(heads_read(x->h.arena, argv[2], &x->heads, why));
	if (option(argc, argv, "--data", NULL))
		return compare_with_ledger(argc, argv, x, why);
	struct head_list other;
	TRY(heads_read(x->h.arena, argv[3], &other, why));
	head_lists_compare(&x->heads, &other, &x->h);
	return OK;
}

static int compare(int argc, char **argv)
{
	struct compared x = { .h = { .arena = arena_new(), .tell = tell } };
	struct fault why = { 0 };
	enum err e = compare_all(argc, argv, &x, &why);

	if (!e)
		printf("%" PRId64 " heads agree, %" PRId64 " findings\n", x.h.agree, x.h.wrong);
	arena_free(x.h.arena);
	return e ? cli_fail("head", &why, 2) : x.h.wrong ? 1 : 0;
}

/* ---- the witness ---------------------------------------------------------------------------- */

static enum err target_run(struct req *rq, void *arg)
{
	const char *const *to = arg;

	for (int i = 0; i < 2; i++) {
		if (!to[i])
			continue;
		TRY(setting_put(rq, i ? "heads_url" : "heads_file", to[i]));
		TRY(setting_put(rq, i ? "heads_url_sent" : "heads_file_sent", "0"));
	}
	return OK;
}

static int target(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	const char *to[2] = { option(argc, argv, "--file", NULL),
		option(argc, argv, "--url", NULL) };

	if (!to[0] && !to[1])
		return cli_complain(
			"shian head target: --file PATH or --url URL; \"\" for none", 2);
	if (to[0] && *to[0] && *to[0] != '/')
		return cli_complain("shian head target: --file is a path from the root", 2);
	if (to[1] && *to[1] && !text_starts(to[1], "http://") && !text_starts(to[1], "https://"))
		return cli_complain("shian head target: --url begins with http:// or https://", 2);
	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e)
		e = app_write(app, target_run, to, &why);
	app_close(app);
	return e ? cli_fail("head", &why, 2) : 0;
}

/* What a witness has received, on standard output. */
static int fetch(const char *url)
{
	struct arena *a = arena_new();
	struct bytes in = { 0 };
	struct fault why = { 0 };
	enum err e = witness_get(a, url, &in, &why);

	if (!e && fwrite(in.at, 1, in.n, stdout) != in.n)
		e = fault(&why, E_INTERNAL, "cannot be written");
	arena_free(a);
	return e ? cli_fail("head", &why, 2) : 0;
}

int head_command(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (text_is(what, "sign") || text_is(what, "show"))
		return sign_or_show(argc, argv, text_is(what, "sign"));
	if (text_is(what, "target"))
		return target(argc, argv);
	if (text_is(what, "fetch") && argc == 3)
		return fetch(argv[2]);
	if (text_is(what, "compare") && argc >= 4)
		return compare(argc, argv);
	return cli_complain(
		"usage: shian head sign --data DIR [--db URL]\n"
		"       shian head show --data DIR [--db URL] [--size N]\n"
		"       shian head target --data DIR [--file PATH] [--url URL]\n"
		"       shian head fetch URL\n"
		"       shian head compare HEADS|URL --data DIR [--db URL] | HEADS HEADS",
		2);
}
