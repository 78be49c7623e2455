#include "core/ledger/token_pin.h"
#include "core/ledger/crypto.h"
#include "core/ledger/sm2_file.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 4 };

static struct token_pin typed; /* the signer is started again without asking again */

void token_pin_forget(void)
{
	OPENSSL_cleanse(&typed, sizeof typed);
}

/* ---- where it comes from ----------------------------------------------------------------------
 */

static enum err length_check(const char *text, const char *where, struct fault *why)
{
	size_t n = strlen(text);
	return n >= TOKEN_PIN_MIN && n <= TOKEN_PIN_MAX
		       ? OK
		       : fault(why, E_INVALID, "%s: a PIN has %d to %d bytes", where, TOKEN_PIN_MIN,
				 TOKEN_PIN_MAX);
}

static enum err file_take(const char *path, struct token_pin *out, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes b = { 0 };
	struct stat st = { 0 };
	enum err e = stat(path, &st) == 0 ? OK : fault(why, E_NOT_FOUND, "%s is not there", path);
	if (!e && (st.st_mode & 077))
		e = fault(why, E_LOGIN, "%s may be read by others: chmod 600 it", path);
	if (!e)
		e = file_read(a, path, 4096, &b, why);
	if (!e) {
		(void)snprintf(out->text, sizeof out->text, "%.*s", (int)b.n, (const char *)b.at);
		out->text[strcspn(out->text, "\r\n")] = 0;
		OPENSSL_cleanse((void *)(uintptr_t)b.at, b.n);
		(void)snprintf(out->source, sizeof out->source, "file %s %ju %jd.%09ld", path,
			(uintmax_t)st.st_ino, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
		e = length_check(out->text, path, why);
	}
	arena_free(a);
	return e;
}

static const char *file_named(struct arena *a, const char *pin_file)
{
	const char *file = getenv("SHIAN_TOKEN_PIN_FILE"),
		   *credentials = getenv("CREDENTIALS_DIRECTORY");
	if (*pin_file)
		return pin_file;
	if (file && *file)
		return file;
	const char *path =
		credentials && *credentials ? arena_printf(a, "%s/shian-pin", credentials) : NULL;
	return path && access(path, F_OK) == 0 ? path : NULL;
}

static enum err typed_take(bool ask, struct token_pin *out, struct fault *why)
{
	if (!*typed.text && ask && secret_ask("PIN of the token: ", typed.text, sizeof typed.text))
		(void)snprintf(typed.source, sizeof typed.source, "typed %" PRId64, clock_now());
	if (!*typed.text)
		return fault(why, E_NOT_FOUND,
			"the token asks for its PIN: write pin-file into its description, name a "
			"file with SHIAN_TOKEN_PIN_FILE, give the credential shian-pin, or start "
			"at a terminal");
	enum err e = length_check(typed.text, "the terminal", why);
	if (e)
		token_pin_forget();
	else
		*out = typed;
	return e;
}

enum err token_pin_take(const char *pin_file, bool ask, struct token_pin *out, struct fault *why)
{
	struct arena *a = arena_new();
	const char *path = file_named(a, pin_file);
	enum err e = path ? file_take(path, out, why) : typed_take(ask, out, why);
	if (e)
		OPENSSL_cleanse(out->text, sizeof out->text);
	arena_free(a);
	return e;
}

/* ---- tried once -------------------------------------------------------------------------------
 */

static char *refused_path(struct arena *a, const char *keys_dir, const char *token)
{
	struct digest d = sm3(token, strlen(token));
	char hex[2 * NAME_BYTES + 1];
	hex_encode(hex, d.b, NAME_BYTES);
	return arena_printf(a, "%s/pin-refused-%s", keys_dir, hex);
}

enum err token_pin_may_try(
	const char *keys_dir, const char *token, const struct token_pin *pin, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes b = { 0 };
	struct fault none = { 0 };
	enum err e = OK;
	if (!file_read(a, refused_path(a, keys_dir, token), TOKEN_PIN_SOURCE, &b, &none) &&
		text_is(arena_copy(a, (const char *)b.at, b.n), pin->source))
		e = fault(why, E_LOGIN,
			"the token refused this PIN before (%.200s), and it is not tried again: %s",
			pin->source,
			text_starts(pin->source, "typed") ? "start again and type the right one"
							  : "write the right one into the file");
	arena_free(a);
	return e;
}

void token_pin_answered(
	const char *keys_dir, const char *token, const struct token_pin *pin, bool right)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	const char *path = refused_path(a, keys_dir, token);
	if (right)
		(void)unlink(path);
	else if (file_write(path, pin->source, strlen(pin->source), 0600, &why))
		log_event(LOG_ERROR, "signer.pin_refusal_not_kept", "why", why.text, NULL);
	arena_free(a);
}
