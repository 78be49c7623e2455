#include "core/ledger/token_place.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACE_MAX = 16 * 1024 };
static const char first_line[] = "shian-token 1\n";

bool token_place_is(struct bytes text)
{
	size_t n = strlen(first_line);
	return text.n >= n && memcmp(text.at, first_line, n) == 0;
}

/* ---- values -----------------------------------------------------------------------------------
 */

static bool hex_only(const char *text)
{
	size_t n = strlen(text);
	return n && n % 2 == 0 && strspn(text, "0123456789abcdef") == n;
}

/* Decimal, or 0x and up to eight hex digits: CK_MECHANISM_TYPE as vendors print it. */
static bool number_parse(const char *text, int64_t *out)
{
	static const char digits[] = "0123456789abcdef";
	if (!text_starts(text, "0x"))
		return text_to_int(text, out) && *out > 0 && *out <= UINT32_MAX;
	int64_t n = 0;
	const char *at = text + 2;
	for (; *at && at - text <= 9; at++) {
		const char *d = strchr(digits, *at >= 'A' && *at <= 'F' ? *at + ('a' - 'A') : *at);
		if (!d)
			return false;
		n = n * 16 + (d - digits);
	}
	*out = n;
	return !*at && n > 0;
}

static bool path_add(const char *list[TOKEN_PATHS], int *n, const char *path)
{
	if (*path != '/' || *n == TOKEN_PATHS)
		return false;
	list[(*n)++] = path;
	return true;
}

static bool reach_add(struct token_place *p, const char *value)
{
	p->unix_sockets |= text_is(value, "unix");
	p->inet_sockets |= text_is(value, "inet");
	return text_is(value, "unix") || text_is(value, "inet");
}

static bool input_set(struct token_place *p, const char *value)
{
	p->whole = text_is(value, "message");
	return p->whole || text_is(value, "digest");
}

/* Words that are said once: where their value goes. */
static const char **text_of(struct token_place *p, const char *word)
{
	const struct {
		const char *word, **to;
	} texts[] = { { "module", &p->module }, { "token", &p->token }, { "serial", &p->serial },
		{ "label", &p->label }, { "id", &p->id }, { "pin-file", &p->pin_file },
		{ "key", &p->key_id } };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (text_is(word, texts[i].word))
			return texts[i].to;
	return NULL;
}

static bool text_set(const char *word, const char **to, const char *value)
{
	if (**to) /* said before */
		return false;
	*to = value;
	if (text_is(word, "module") || text_is(word, "pin-file"))
		return *value == '/';
	if (text_is(word, "key"))
		return hex_only(value) && strlen(value) == TOKEN_KEY_ID;
	return !text_is(word, "id") || hex_only(value);
}

static bool line_take(struct token_place *p, const char *word, const char *value)
{
	const char **to = text_of(p, word);
	if (to)
		return text_set(word, to, value);
	if (text_is(word, "mechanism"))
		return number_parse(value, &p->mechanism);
	if (text_is(word, "input"))
		return input_set(p, value);
	if (text_is(word, "reads"))
		return path_add(p->reads, &p->n_reads, value);
	if (text_is(word, "writes"))
		return path_add(p->writes, &p->n_writes, value);
	return text_is(word, "reach") && reach_add(p, value);
}

static enum err complete(const struct token_place *p, struct fault *why)
{
	if (!*p->module)
		return fault(why, E_INVALID, "the token's description names no module");
	if (!*p->token && !*p->serial)
		return fault(why, E_INVALID,
			"the token's description names no token: its label or "
			"its serial number");
	if (!*p->label && !*p->id)
		return fault(why, E_INVALID,
			"the token's description names no key: its label or "
			"its id");
	return OK;
}

enum err token_place_parse(
	struct arena *a, struct bytes text, struct token_place *out, struct fault *why)
{
	struct token_place p = { "", "", "", "", "", "", "" };
	if (!token_place_is(text) || !utf8_valid((const char *)text.at, text.n))
		return fault(why, E_INVALID, "the description of a token begins with the line %.*s",
			(int)strlen(first_line) - 1, first_line);
	char *at = arena_copy(a, (const char *)text.at, text.n);
	for (int number = 1; *at; number++) {
		char *line = at, *stop = strchr(at, '\n'), *blank;
		at = stop ? stop + 1 : at + strlen(at);
		if (stop)
			*stop = 0;
		if (number == 1 || !*line || *line == '#')
			continue;
		blank = strchr(line, ' ');
		if (blank)
			*blank = 0;
		if (!blank || !blank[1] || !line_take(&p, line, blank + 1))
			return fault(why, E_INVALID,
				"line %d of the token's description is not understood: %s %.60s",
				number, line, blank ? blank + 1 : "");
	}
	TRY(complete(&p, why));
	*out = p;
	return OK;
}

/* ---- text and file ----------------------------------------------------------------------------
 */

static void put(struct buf *b, const char *word, const char *value)
{
	if (*value)
		buf_printf(b, "%s %s\n", word, value);
}

char *token_place_text(struct arena *a, const struct token_place *p)
{
	struct buf b = { .arena = a };
	buf_puts(&b, first_line);
	put(&b, "module", p->module);
	put(&b, "token", p->token);
	put(&b, "serial", p->serial);
	put(&b, "label", p->label);
	put(&b, "id", p->id);
	if (p->mechanism)
		buf_printf(&b, "mechanism 0x%" PRIx64 "\n", (uint64_t)p->mechanism);
	put(&b, "input", p->whole ? "message" : "digest");
	put(&b, "pin-file", p->pin_file);
	for (int i = 0; i < p->n_reads; i++)
		put(&b, "reads", p->reads[i]);
	for (int i = 0; i < p->n_writes; i++)
		put(&b, "writes", p->writes[i]);
	put(&b, "reach", p->unix_sockets ? "unix" : "");
	put(&b, "reach", p->inet_sockets ? "inet" : "");
	put(&b, "key", p->key_id);
	return b.s;
}

enum err token_place_read(
	struct arena *a, const char *path, struct token_place *out, bool *is, struct fault *why)
{
	struct bytes text = { 0 };
	*is = false;
	if (access(path, F_OK) != 0)
		return fault(why, errno == ENOENT ? E_NOT_FOUND : E_INTERNAL, "%s: %s", path,
			strerror(errno));
	TRY(file_read(a, path, PLACE_MAX, &text, why));
	*is = token_place_is(text);
	enum err e = *is ? token_place_parse(a, text, out, why) : OK;
	OPENSSL_cleanse((void *)(uintptr_t)text.at, text.n); /* it may have been a private key */
	return e;
}

char *token_place_words(struct arena *a, const struct token_place *p)
{
	return arena_printf(a, "token %s%s%s, key %s", p->token, *p->token && *p->serial ? " " : "",
		p->serial, *p->label ? p->label : p->id);
}
