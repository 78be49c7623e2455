/* The passphrase of the private key: from a file, a credential of systemd, or the terminal. */
#include "core/ledger/sm2_file.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static char typed[PASSPHRASE_MAX + 2]; /* the signer is started again without asking again */
static bool nobody;		       /* is at the terminal of this process */

void secret_ask_nobody(void)
{
	nobody = true;
}

void passphrase_forget(void)
{
	OPENSSL_cleanse(typed, sizeof(typed));
}

static enum err length_check(const char *text, struct fault *why)
{
	size_t n = strlen(text);
	if (n < PASSPHRASE_MIN || n > PASSPHRASE_MAX)
		return fault(why, E_INVALID, "a passphrase has %d to %d bytes", PASSPHRASE_MIN,
			PASSPHRASE_MAX);
	return OK;
}

enum err passphrase_read(struct arena *a, const char *path, const char **out, struct fault *why)
{
	struct bytes b = { 0 };
	TRY(file_read(a, path, 4096, &b, why));
	char *text = arena_copy(a, (const char *)b.at, b.n);
	text[strcspn(text, "\r\n")] = 0;
	OPENSSL_cleanse((void *)(uintptr_t)b.at, b.n);
	TRY(length_check(text, why));
	*out = text;
	return OK;
}

bool secret_ask(const char *prompt, char *out, int size)
{
	struct termios was, quiet;
	if (nobody || !isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &was) != 0)
		return false;
	(void)fputs(prompt, stderr);
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	bool got = fgets(out, size, stdin) != NULL;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	(void)fputc('\n', stderr);
	if (got)
		out[strcspn(out, "\r\n")] = 0;
	return got;
}

enum err passphrase_given(struct arena *a, bool may_ask, const char **out, struct fault *why)
{
	const char *file = getenv("SHIAN_KEY_PASSPHRASE_FILE"),
		   *credentials = getenv("CREDENTIALS_DIRECTORY");
	*out = NULL;
	if (file && *file)
		return passphrase_read(a, file, out, why);
	if (credentials && *credentials) {
		const char *path = arena_printf(a, "%s/shian-key", credentials);
		if (access(path, F_OK) == 0)
			return passphrase_read(a, path, out, why);
	}
	if (!may_ask)
		return OK;
	if (!*typed && !secret_ask("Passphrase of the signing key: ", typed, sizeof(typed)))
		return OK;
	*out = arena_dup(a, typed);
	return OK;
}

enum err passphrase_choose(struct arena *a, const char **out, struct fault *why)
{
	char once[PASSPHRASE_MAX + 2] = "", again[PASSPHRASE_MAX + 2] = "";
	enum err e = OK;
	if (!secret_ask("New passphrase of the signing key (at least 12 bytes): ", once,
		    sizeof(once)) ||
		!secret_ask("Once more: ", again, sizeof(again)))
		e = fault(why, E_INVALID,
			"there is no terminal to ask at: write the passphrase into a file and name "
			"it "
			"with --passphrase-file");
	else if (!text_is(once, again))
		e = fault(why, E_INVALID, "the two are not the same");
	else
		e = length_check(once, why);
	if (!e)
		*out = arena_dup(a, once);
	OPENSSL_cleanse(once, sizeof(once));
	OPENSSL_cleanse(again, sizeof(again));
	return e;
}
