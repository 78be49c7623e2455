/* Small commands: accounts, verification, generated texts; and what all commands share. */
#include "cli.h"
#include "commands.h"

#include "contracts/facts.h"
#include "core/app/accounts.h"
#include "core/ledger/verify.h"
#include "modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

const char *option(int argc, char **argv, const char *name, const char *fallback)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return argv[i + 1];
	return fallback;
}

bool cli_speaks_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	for (int i = 0; i < 3; i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return text_starts(v, "zh");
	}
	return false;
}

int cli_fail(const char *command, const struct fault *why, int status)
{
	fprintf(stderr, "shian %s: %s\n", command, why->text);
	return status;
}

int cli_complain(const char *line, int status)
{
	fprintf(stderr, "%s\n", line);
	return status;
}

enum err cli_app(int argc, char **argv, bool must_exist, struct app **app, struct fault *why)
{
	/* "shian user add NAME --role ROLE" may leave the folder out: make run keeps it in ./data
	 */
	const char *data = option(argc, argv, "--data", text_is(argv[0], "user") ? "data" : NULL),
		   *db = option(argc, argv, "--db", NULL);
	char path[4096];

	if (!data)
		return fault(why, E_INVALID, "--data DIR is needed");
	snprintf(path, sizeof(path), "%s/keys/web.secret", data);
	if (must_exist && access(path, F_OK) != 0)
		return fault(why, E_NOT_FOUND, "%s is not a data folder of Shian", data);
	struct app_options o = {
		.data_dir = data, .db_url = db, .modules = modules, .migrate = true
	};
	TRY(app_open(&o, app, why));
	char *keys = arena_printf((*app)->arena, "%s/keys", data);
	return signer_open_local(keys, !must_exist, &(*app)->signer, why);
}

/* ---- accounts -------------------------------------------------------- */
struct new_user {
	struct account account;
	const char *password;
};

static enum err user_add(struct req *rq, void *arg)
{
	struct new_user *n = arg;
	n->account.id = n->account.version = 0;
	n->account.password = password_hash(rq->arena, n->password);
	return account_create(rq, &n->account);
}

/* From the terminal without echo, or the first line of standard input. */
static bool password_ask(char *out, size_t size)
{
	struct termios was, quiet;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;

	if (terminal) {
		fputs("Password (at least 10 characters, letters and digits): ", stderr);
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool got = fgets(out, (int)size, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	if (got)
		out[strcspn(out, "\r\n")] = 0;
	return got;
}

int user_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	char password[256];
	int64_t area;

	if (argc < 3 || strcmp(argv[1], "add") != 0 || argv[2][0] == '-') {
		fputs("usage: shian user add NAME --role ROLE --data DIR [--name FULL_NAME] "
		      "[--card NO] [--area CODE]\n",
			stderr);
		return 2;
	}
	const char *role = option(argc, argv, "--role", ""),
		   *code = option(argc, argv, "--area", "0");
	if (!role_named(role))
		return cli_complain("shian user: --role is officer, reviewer, head, command, "
				    "auditor or administrator",
			2);
	if (!text_to_int(code, &area))
		return cli_complain("shian user: --area is the code of a town", 2);
	if (!password_ask(password, sizeof(password)))
		return cli_complain("shian user: no password on standard input", 2);
	const char *wrong = password_wrong(argv[2], password);
	if (wrong)
		return fprintf(stderr, "shian user: the password %s\n", wrong) < 0 ? 1 : 2;
	struct new_user n = { { .login = argv[2],
				      .name = option(argc, argv, "--name", argv[2]),
				      .role = role,
				      .card_no = option(argc, argv, "--card", ""),
				      .area = area,
				      .phone = "",
				      .totp_secret = "" },
		password };
	enum err e = cli_app(argc, argv, false, &app, &why);
	if (!e)
		e = app_write(app, user_add, &n, &why);
	app_close(app);
	if (e)
		return cli_fail("user", &why, 1);
	printf("account %s made (%s)\n", argv[2], role);
	return 0;
}

/* ---- generated texts ------------------------------------------------- */
int doc_main(int argc, char **argv)
{
	struct app app = { .modules = modules };
	struct arena *a = arena_new();
	const char *cycle = NULL, *what = argc > 1 ? argv[1] : "";
	int status = 0;

	if (strcmp(what, "events") == 0) {
		fputs(app_events_doc(&app, a, &cycle), stdout);
		if (cycle)
			status = cli_complain("shian doc: facts chase each other", 1);
	} else if (strcmp(what, "openapi") == 0) {
		puts(app_openapi(&app, a));
	} else {
		status = cli_complain("usage: shian doc events|openapi", 2);
	}
	arena_free(a);
	return status;
}

enum err cli_token(const char *path, char out[CLI_TOKEN_MAX], struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes b;
	enum err e = file_read(a, path, CLI_TOKEN_MAX - 1, &b, why);
	if (!e) {
		memcpy(out, b.at, b.n);
		out[b.n] = '\0';
		out[strcspn(out, "\r\n")] = '\0';
		if (!*out)
			e = fault(why, E_INVALID, "%s is empty", path);
	}
	arena_free(a);
	return e;
}
