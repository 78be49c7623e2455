/* Splits a script into statements. Knows the lexical grammar of both engines, and of the syntax
 * only what contains semicolons (the body of a SQLite trigger) or differs between them (types,
 * table options). */
#include "core/db/driver.h"

#include <string.h>
#include <strings.h>

enum token { END_OF_TEXT, BLANK, WORD, QUOTED, SEMICOLON, OTHER };

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

static size_t comment_length(const char *s)
{
	if (s[0] == '-' && s[1] == '-')
		return strcspn(s, "\n");
	if (s[0] != '/' || s[1] != '*')
		return 0;
	const char *end = strstr(s + 2, "*/");
	return end ? (size_t)(end - s) + 2 : strlen(s);
}

/* 'text', "name": a doubled quote is inside. Returns 0 when this is neither. */
static size_t quoted_length(const char *s)
{
	char quote = s[0];
	if (quote != '\'' && quote != '"')
		return 0;
	size_t n = 1;
	while (s[n] && (s[n] != quote || s[n + 1] == quote))
		n += s[n] == quote ? 2 : 1;
	return s[n] ? n + 1 : n;
}

/* $$ body $$ or $tag$ body $tag$; 0 when this is no such thing ($1 is not). */
static size_t dollar_length(const char *s)
{
	size_t tag = 1;
	if (s[0] != '$' || (s[1] >= '0' && s[1] <= '9'))
		return 0;
	while (word_char(s[tag]))
		tag++;
	if (s[tag] != '$')
		return 0;
	tag++;
	const char *end = s + tag;
	while (*end && strncmp(end, s, tag) != 0)
		end++;
	return *end ? (size_t)(end - s) + tag : strlen(s);
}

static enum token next_token(const char *s, size_t *n)
{
	*n = strspn(s, " \t\r\n");
	if (*n == 0)
		*n = comment_length(s);
	if (*n)
		return BLANK;
	if (!*s)
		return END_OF_TEXT;
	*n = quoted_length(s);
	if (*n == 0)
		*n = dollar_length(s);
	if (*n)
		return QUOTED;
	while (word_char(s[*n]))
		++*n;
	if (*n)
		return WORD;
	*n = 1;
	return *s == ';' ? SEMICOLON : OTHER;
}

/* ---- one statement ------------------------------------------------------------------------ */

struct statement {
	struct buf out;
	bool postgres;
	int words;
	bool create, table, trigger; /* CREATE TABLE, CREATE TRIGGER so far */
	int depth;		     /* open parentheses */
	int body;		     /* BEGIN and CASE not yet ended, in a trigger */
	size_t options; /* where the text after the last ')' of a table begins; 0 none */
};

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static void note_word(struct statement *st, const char *s, size_t n)
{
	if (++st->words == 1)
		st->create = is_word(s, n, "create");
	if (st->create && st->words <= 3) { /* CREATE TEMP TRIGGER, CREATE UNLOGGED TABLE */
		st->table |= !st->trigger && is_word(s, n, "table");
		st->trigger |= !st->table && is_word(s, n, "trigger");
	}
	if (!st->trigger || st->postgres)
		return;
	if (is_word(s, n, "begin") || (st->body && is_word(s, n, "case")))
		st->body++;
	if (st->body && is_word(s, n, "end"))
		st->body--;
}

static void add_word(struct statement *st, const char *s, size_t n)
{
	note_word(st, s, n);
	if (!st->postgres && (is_word(s, n, "bigint") || is_word(s, n, "smallint")))
		buf_puts(&st->out, "INTEGER");
	else
		buf_add(&st->out, s, n);
}

static void add_other(struct statement *st, char c)
{
	st->depth += (c == '(') - (c == ')');
	buf_putc(&st->out, c);
	if (c == ')' && st->depth == 0)
		st->options = st->out.n;
}

/* STRICT and WITHOUT ROWID stand alone after the last parenthesis; PostgreSQL has other options
 * there. */
static void cut_options(struct statement *st)
{
	if (!st->postgres || !st->table || !st->options)
		return;
	const char *s = st->out.s + st->options;
	size_t n;
	for (enum token t; (t = next_token(s, &n)); s += n) {
		bool known = is_word(s, n, "strict") || is_word(s, n, "without") ||
			     is_word(s, n, "rowid");
		if ((t == WORD && !known) || t == QUOTED || (t == OTHER && *s != ','))
			return;
	}
	st->out.n = st->options;
	st->out.s[st->out.n] = '\0';
}

static enum err finish(struct statement *st, script_run *run, void *arg)
{
	enum err e = OK;
	cut_options(st);
	if (st->out.n)
		e = run(arg, st->out.s);
	struct arena *a = st->out.arena;
	arena_reset(a);
	*st = (struct statement){ .out = { .arena = a }, .postgres = st->postgres };
	return e;
}

enum err script_each(const char *script, bool postgres, script_run *run, void *arg)
{
	struct arena *a = arena_new();
	struct statement st = { .out = { .arena = a }, .postgres = postgres };
	enum err e = OK;
	size_t n;
	for (enum token t; !e && (t = next_token(script, &n)); script += n) {
		if (t == WORD)
			add_word(&st, script, n);
		else if (t == SEMICOLON && st.body == 0)
			e = finish(&st, run, arg);
		else if (t == OTHER)
			add_other(&st, *script);
		else if (t != BLANK)
			buf_add(&st.out, script, n);
		else if (st.out.n) /* comments count as a blank; leading ones are left out */
			buf_putc(&st.out, ' ');
	}
	if (!e)
		e = finish(&st, run, arg);
	arena_free(a);
	return e;
}
