/* "shian onvif": which cameras are on this network, and under which addresses one gives its
 * pictures, so that nobody has to type them from a manual. Keeps nothing. */
#include "cli.h"
#include "commands.h"
#include "core/proc/sandbox.h"
#include "workers/onvif/onvif.h"
#include "workers/onvif/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD "SHIAN_ONVIF_PASSWORD"

static bool has(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

/* What answers is a stranger: nothing is left to open, and nothing to start. */
static enum err confine(struct fault *why)
{
	return sandbox_enter(&(struct sandbox){ .profile = SANDBOX_NET }, why);
}

static int print(struct buf *b, bool something)
{
	fputs(buf_text(b), stdout);
	return something ? 0 : 1;
}

/* ---- discover ----------------------------------------------------------------------------- */
static enum err discover(
	struct arena *a, const struct onvif_search *s, struct onvif_founds *f, struct fault *why)
{
	TRY(confine(why));
	return onvif_discover(a, s, f, why);
}

static int discover_main(int argc, char **argv)
{
	struct fault why = { 0 };
	int64_t wait;
	struct arena *a = arena_new();
	struct onvif_founds *f = NEW(a, struct onvif_founds);
	struct buf out = { .arena = a };
	bool json = has(argc, argv, "--json");
	if (!text_to_int(option(argc, argv, "--wait", "3000"), &wait) || wait < 1 ||
		wait > ONVIF_WAIT_MAX_MS) {
		arena_free(a);
		return cli_complain("shian onvif: --wait is 1 to 60000 milliseconds", 2);
	}
	struct onvif_search s = { option(argc, argv, "--to", NULL), (int)wait };
	enum err e = discover(a, &s, f, &why);
	int status = e ? cli_fail("onvif discover", &why, e == E_INVALID ? 2 : 1) : 0;
	if (!e) {
		json ? onvif_founds_json(f, &out) : onvif_founds_text(f, &out);
		status = print(&out, f->n > 0);
		if (f->n == 0)
			fputs("shian onvif: no device answered\n", stderr);
		if (f->refused)
			fprintf(stderr, "shian onvif: %zu answers were no ONVIF and are left out\n",
				f->refused);
	}
	arena_free(a);
	return status;
}

/* ---- stream ------------------------------------------------------------------------------- */
/* From the environment, else the first line of standard input, without echo. */
static const char *password_of(struct arena *a)
{
	const char *set = getenv(PASSWORD);
	struct termios was, quiet;
	char line[256];
	if (set)
		return set;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
	if (terminal) {
		fputs("Password of the camera: ", stderr);
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool got = fgets(line, sizeof(line), stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	return got ? arena_copy(a, line, strcspn(line, "\r\n")) : NULL;
}

static enum err look(
	struct arena *a, const struct onvif_question *q, struct onvif_device *d, struct fault *why)
{
	TRY(confine(why));
	TRY(onvif_look(a, q, d, why));
	return OK;
}

static int stream_run(struct arena *a, const struct onvif_question *q, bool json)
{
	struct fault why = { 0 };
	struct onvif_device *d = NEW(a, struct onvif_device);
	struct buf out = { .arena = a };
	enum err e = look(a, q, d, &why);
	if (e == E_LOGIN && !q->user)
		return cli_complain("shian onvif stream: the device wants a user name and a "
				    "password: --user NAME, the password in " PASSWORD
				    " or on standard input",
			1);
	if (e)
		return cli_fail("onvif stream", &why, 1);
	json ? onvif_device_json(d, &out) : onvif_device_text(d, &out);
	return print(&out, d->main >= 0);
}

static int stream_main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct onvif_question q = { .user = option(argc, argv, "--user", NULL) };
	int status;
	q.url = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
	if (q.user)
		q.password = password_of(a);
	if (!q.url)
		status = cli_complain("usage: shian onvif stream URL [--user NAME] [--json]", 2);
	else if (q.user && !q.password)
		status = cli_complain(
			"shian onvif stream: no password in " PASSWORD " nor on standard input", 2);
	else
		status = stream_run(a, &q, has(argc, argv, "--json"));
	arena_free(a);
	return status;
}

int onvif_command(int argc, char **argv)
{
	if (argc > 1 && text_is(argv[1], "discover"))
		return discover_main(argc - 1, argv + 1);
	if (argc > 1 && text_is(argv[1], "stream"))
		return stream_main(argc - 1, argv + 1);
	return cli_complain("usage: shian onvif discover [--to ADDR[:PORT]] [--wait MS] [--json] | "
			    "stream URL [--user NAME] [--json]",
		2);
}
