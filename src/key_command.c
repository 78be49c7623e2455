/* shian key: the key that signs heads and papers: its period, its passphrase, the next one. */
#include "cli.h"
#include "commands.h"

#include "contracts/facts.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_pdf.h"
#include "core/ledger/sm2_file.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_MAX = 16 * 1024 };

struct rotation {
	struct key_move move;
	struct key_period period;
	bool papers;
};

/* ---- show */

/* Without its PIN: whether it is there is all that can be asked without using up a try. */
static void show_token(const char *keys, const struct token_place *p, enum token_profile profile)
{
	struct arena *a = arena_new();
	struct token_key *t = NULL;
	struct fault why = { 0 };
	enum err e = token_key_new(keys, p, profile, &t, &why);

	if (!e)
		e = token_key_there(t, &why);
	printf("place      %s\nmodule     %s\ntoken      %s\n", token_place_words(a, p), p->module,
		e ? why.text : "there");
	token_key_close(t);
	arena_free(a);
}

static void show_home(const char *keys, const char *name, enum token_profile profile)
{
	struct arena *a = arena_new();
	struct token_place p;

	switch (signer_key_home(a, keys, name, &p)) {
	case KEY_TOKEN:
		show_token(keys, &p, profile);
		break;
	case KEY_NOWHERE:
		printf("place      %s/%s is not there\n", keys, name);
		break;
	case KEY_SEALED:
		printf("place      %s/%s\npassphrase yes\n", keys, name);
		break;
	case KEY_PLAIN:
		printf("place      %s/%s\npassphrase %s\n", keys, name,
			profile == TOKEN_SM2 ? "no: fit for a demonstration only" : "no");
	}
	arena_free(a);
}

static int show_key(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;

	if (cli_app(argc, argv, true, &app, &why)) {
		app_close(app);
		return cli_fail("key", &why, 2);
	}
	struct key_period p = signer_key_period(app->signer);
	const char *keys = arena_printf(app->arena, "%s/keys", app->data_dir);
	int64_t left = p.until - clock_now();

	printf("key        %s\nfrom       %s\nuntil      %s\ndays left  %" PRId64 "\n",
		signer_key_id(app->signer), time_text(app->arena, p.from),
		time_text(app->arena, p.until), left > 0 ? left / DAY : 0);
	show_home(keys, "sm2.pem", TOKEN_SM2);
	printf("\nfor PDF files\n");
	show_home(keys, "pdf.pem", TOKEN_P256);
	app_close(app);
	return left > 0 ? 0 : 1;
}

static bool flag(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return false;
}

/* ---- protect */

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

/* ---- rotate */

static enum err head_run(struct req *rq, void *arg)
{
	struct fault why = { 0 };
	(void)arg;
	enum err e = ledger_sign_head(rq_conn(rq), rq->app->signer, rq->arena, &why);
	return e ? fail(rq, e, "%s", why.text) : OK;
}

/* The key of PDF files has no period: its certificate has. */
static enum err told_run(struct req *rq, void *arg)
{
	struct rotation *r = arg;
	const char *more =
		r->papers ? "\"profile\":\"p256\""
			  : arena_printf(rq->arena, "\"from\":%" PRId64 ",\"until\":%" PRId64,
				    r->period.from, r->period.until);
	const char *data = arena_printf(
		rq->arena, "{\"old\":\"%s\",\"new\":\"%s\",%s}", r->move.old, r->move.new, more);
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM ledger WHERE name = $1 AND data = $2", KEY_ROTATED,
		data));
	return n ? OK : emit(rq, KEY_ROTATED, 0, .data = data);
}

/* Next, tell, take: every step may be killed and the command run again, the same next key is taken
 * then, and told once. */
static enum err rotate_heads(struct app *app, struct rotation *r, struct fault *why)
{
	const char *keys = r->move.keys_dir;
	struct fault head = { 0 };

	TRY(signer_key_next(&r->move, why));
	TRY(key_period_read(keys, r->move.new, &r->period, why));
	TRY(app_write(app, told_run, r, why));
	/* The old key's last: a key whose period is over, or whose token is gone, signs none, and
	 * is replaced all the same. */
	if (app_write(app, head_run, NULL, &head))
		fprintf(stderr, "shian key: the old key signs no last head: %s\n", head.text);
	TRY(signer_key_take(keys, why));
	signer_close(app->signer);
	app->signer = NULL;
	return signer_open_local(keys, false, &app->signer, why);
}

static enum err rotate_papers(struct app *app, struct rotation *r, struct fault *why)
{
	struct pdf_move m = { .keys_dir = r->move.keys_dir, .to = r->move.to };

	TRY(pdf_key_next(&m, why));
	memcpy(r->move.old, m.old, sizeof(r->move.old));
	memcpy(r->move.new, m.new, sizeof(r->move.new));
	TRY(app_write(app, told_run, r, why));
	return pdf_key_take(m.keys_dir, why);
}

/* --token FILE: where the next key is. Without it a file; who has a key in a token says so. */
static enum err place_given(
	struct app *app, int argc, char **argv, struct rotation *r, struct fault *why)
{
	const char *file = option(argc, argv, "--token", NULL),
		   *name = r->papers ? "pdf.pem" : "sm2.pem";
	struct token_place *p = NEW(app->arena, struct token_place);
	struct bytes text = { 0 };

	if (file) {
		TRY(file_read(app->arena, file, PLACE_MAX, &text, why));
		TRY(token_place_parse(app->arena, text, p, why));
		r->move.to = p;
		return OK;
	}
	return signer_key_home(app->arena, r->move.keys_dir, name, p) == KEY_TOKEN &&
			       !flag(argc, argv, "--file")
		       ? fault(why, E_INVALID,
				 "the present key is in a token: say where the next one is, with "
				 "--token FILE or --file")
		       : OK;
}

static int rotated(const struct app *app, const struct rotation *r)
{
	printf("old %s\nnew %s\n", r->move.old, r->move.new);
	if (r->papers) {
		fprintf(stderr, "The next paper gets a certificate for it; a bought one is put in "
				"its place as keys/public/pdf.crt.\n");
		return 0;
	}
	printf("until %s\n", time_text(app->arena, r->period.until));
	fprintf(stderr,
		"Publish keys/public/%s.pem where the other keys are. A running program takes it "
		"by itself.\n",
		r->move.new);
	return 0;
}

static int rotate(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	struct rotation r = { .papers = flag(argc, argv, "--papers") };

	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e) {
		r.move.keys_dir = arena_printf(app->arena, "%s/keys", app->data_dir);
		e = place_given(app, argc, argv, &r, &why);
	}
	if (!e)
		e = r.papers ? rotate_papers(app, &r, &why) : rotate_heads(app, &r, &why);
	int status = e ? cli_fail("key", &why, 2) : rotated(app, &r);
	app_close(app);
	return status;
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
	return cli_complain(
		"usage: shian key show --data DIR [--db URL]\n"
		"       shian key rotate --data DIR [--db URL] [--papers] [--token FILE | "
		"--file]\n"
		"       shian key protect --data DIR [--passphrase-file FILE]",
		2);
}
