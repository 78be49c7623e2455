#include "tokens.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "tokens for tests: %s\n", what);
	abort();
}

bool token_world_run(struct token_world *w, const char *script)
{
	pid_t pid = 0;
	int status = 1;
	char *text = arena_printf(w->a, "cd %s && %s", w->top, script);
	char *const argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-ec" }, text, NULL };
	must(posix_spawn(&pid, argv[0], NULL, NULL, argv, environ) == 0, "no shell");
	(void)waitpid(pid, &status, 0);
	return status == 0;
}

struct token_world *token_world_new(void)
{
	struct arena *a = arena_new();
	struct token_world *w = NEW(a, struct token_world);
	char top[] = "/tmp/test-token-XXXXXX";
	must(mkdtemp(top) != NULL, "no folder");
	w->a = a;
	w->top = arena_dup(a, top);
	w->vendor = arena_printf(a, "%s/vendor", top);
	w->pin = arena_printf(a, "%s/pin", top);
	must(token_world_run(w, "mkdir vendor tokens && printf 'directories.tokendir = "
				"%s/tokens\\nobjectstore.backend = file\\nlog.level = ERROR\\n' "
				"\"$PWD\" > softhsm2.conf"),
		"no folders");
	(void)setenv("SHIAN_TEST_TOKEN", w->vendor, 1);
	(void)setenv("SOFTHSM2_CONF", arena_printf(a, "%s/softhsm2.conf", top), 1);
	token_world_pin(w, TEST_PIN);
	return w;
}

void token_world_free(struct token_world *w)
{
	must(token_world_run(w, "rm -rf \"$PWD\""), "not removed");
	arena_free(w->a);
}

void token_world_pin(struct token_world *w, const char *pin)
{
	struct fault why = { 0 };
	const char *line = arena_printf(w->a, "%s\n", pin);
	must(!file_write(w->pin, line, strlen(line), 0600, &why), why.text);
}

/* ---- the vendor's ------------------------------------------------------------------------------
 */

void vendor_in(struct token_world *w, bool in)
{
	must(token_world_run(w, in ? "touch vendor/in" : "rm -f vendor/in"), "in or out");
}

void vendor_key(struct token_world *w, const char *name)
{
	must(token_world_run(
		     w, arena_printf(w->a,
				"openssl genpkey -algorithm SM2 -out vendor/%s.pem 2>/dev/null",
				name)),
		"no SM2 key");
}

long vendor_logins(struct token_world *w)
{
	struct stat st;
	return stat(arena_printf(w->a, "%s/logins", w->vendor), &st) == 0 ? (long)st.st_size : 0;
}

static struct token_place parsed(struct token_world *w, const char *text)
{
	struct token_place p;
	struct fault why = { 0 };
	must(!token_place_parse(
		     w->a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &p, &why),
		why.text);
	return p;
}

struct token_place vendor_place(struct token_world *w, const char *label, const char *more)
{
	const char *build = getenv("SHIAN_BUILD");
	return parsed(w, arena_printf(w->a,
				 "shian-token 1\nmodule %s/libshian-test-token.so\ntoken vendor\n"
				 "label %s\npin-file %s\nwrites %s\n%s",
				 build ? build : "build", label, w->pin, w->vendor, more));
}

/* ---- SoftHSM's ---------------------------------------------------------------------------------
 */

static const char softhsm[] = "/usr/lib/softhsm/libsofthsm2.so"; /* Debian's */

void softhsm_make(struct token_world *w)
{
	must(token_world_run(w, "softhsm2-util --init-token --free --label shian --so-pin 87654321 "
				"--pin " TEST_PIN " >/dev/null"),
		"softhsm2-util made no token: tools/install-packages brings it");
}

void softhsm_key(struct token_world *w, const char *label, const char *id)
{
	must(token_world_run(w,
		     arena_printf(w->a,
			     "pkcs11-tool --module %s --token-label shian --login --pin " TEST_PIN
			     " --keypairgen --key-type EC:prime256v1 --label %s --id %s >/dev/null "
			     "2>&1",
			     softhsm, label, id)),
		"pkcs11-tool made no key: tools/install-packages brings it");
}

struct token_place softhsm_place(struct token_world *w, const char *label, const char *more)
{
	return parsed(w, arena_printf(w->a,
				 "shian-token 1\nmodule %s\ntoken shian\nlabel %s\npin-file %s\n"
				 "reads %s/softhsm2.conf\nwrites %s/tokens\n%s",
				 softhsm, label, w->pin, w->top, w->top, more));
}
