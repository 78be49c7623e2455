#include "domains/publications/rules.h"

#include "core/core.h"

#include <ctype.h>
#include <string.h>

static bool has_word(const struct node *list, const char *word, size_t n)
{
	NODE_EACH (w, list)
		if (w->type == NODE_TEXT && strlen(w->s) == n && strncmp(w->s, word, n) == 0)
			return true;
	return false;
}

/* How many of the kinds, and how many of them the list has. */
static void count_kinds(const struct node *list, const char *kinds, int *all, int *in)
{
	*all = *in = 0;
	for (const char *k = kinds; *k; k += strspn(k, ",")) {
		size_t n = strcspn(k, ",");
		*all += 1;
		*in += has_word(list, k, n);
		k += n;
	}
}

bool publication_wanted(const struct node *rule, const struct sanction_kinds *s)
{
	int all, warn;

	count_kinds(node_find(rule, "not_alone"), s->kinds, &all, &warn);
	return all > warn &&
	       has_word(node_find(rule, "procedures"), s->procedure, strlen(s->procedure));
}

static bool is_low(
	const struct node *rule, const struct node *class, const struct sanction_kinds *s)
{
	int64_t low = node_int(rule, "low_fine_fen", 0);

	return node_true(class, "low_fine") && s->fine_fen > 0 && s->fine_fen <= low;
}

static bool fits(const struct node *rule, const struct node *class, const struct sanction_kinds *s)
{
	const struct node *any = node_find(class, "any"), *only = node_find(class, "only");
	int all, in, fine, fines = 0;

	if (any) {
		count_kinds(any, s->kinds, &all, &in);
		return in > 0;
	}
	if (!only)
		return true;
	count_kinds(only, s->kinds, &all, &in);
	if (is_low(rule, class, s)) {
		fine = strstr(s->kinds, "PEN_FINE") != NULL;
		fines = fine;
	}
	return in + fines == all;
}

void publication_term(const struct node *rule, const struct sanction_kinds *s, int64_t published_at,
	struct publication_term *out)
{
	*out = (struct publication_term){ .code = "", .clause = "" };
	NODE_EACH (class, node_find(rule, "classes")) {
		if (!fits(rule, class, s))
			continue;
		struct term most = { .unit = TERM_MONTHS,
			.n = (int)node_int(class, "most_months", 36),
			.stands = true };
		struct term least = { .unit = TERM_MONTHS,
			.n = (int)node_int(class, "least_months", 12),
			.stands = true };
		out->code = node_text(class, "code", "");
		out->clause = node_text(class, "clause", "");
		out->until = term_end(NULL, published_at, &most);
		if (node_true(class, "early"))
			out->early_from = term_end(NULL, published_at, &least) + 1;
		return;
	}
}

/* ---- the early end ------------------------------------------------------------------------- */
const char *early_not_yet(const struct early_facts *f)
{
	if (!f->is_public)
		return "Only a penalty that is public can be ended early.";
	if (!f->early_from)
		return "A penalty of this kind stays public to the end of its term (Order 45 "
		       "article 14).";
	if (f->now < f->early_from)
		return "The shortest time of publication has not passed yet (Order 45 article 14).";
	if (f->asked)
		return "An application is already waiting for its answer.";
	return NULL;
}

const char *early_incomplete(const struct early_facts *f)
{
	if (!f->promised)
		return "The written promise is missing (credit repair, article 8).";
	if (!f->duties_done)
		return "What the decision ordered has not been done (Order 45 article 14(1)).";
	if (!f->harm_removed)
		return "It has not been found that the harm is removed (Order 45 article 14(2)).";
	if (!f->no_repeat)
		return "The party was punished for the same kind again (Order 45 article 14(3)).";
	if (!f->not_listed)
		return "It has not been found that the party is on no list of distrust (Order 45 "
		       "article 14(4)).";
	return NULL;
}

/* ---- masking ------------------------------------------------------------------------------- */
static size_t char_bytes(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

const char *masked_name(struct arena *a, const char *name, bool minor)
{
	size_t n = utf8_length(name);

	if (minor || n == 0)
		return "某某";
	if (n == 1)
		return "某";
	return arena_printf(a, "%.*s%s", (int)char_bytes(name), name, n == 2 ? "某" : "某某");
}

/* The next word of a list parted by , ， 、 ; or blanks; NULL at its end. */
static char *next_word(struct arena *a, const char **at)
{
	static const char *const parts[] = { ",", "，", "、", ";", "；", " ", "\n", "\r", NULL };
	struct buf w = { .arena = a };

	for (; **at;) {
		const char *const *p = parts;
		while (*p && !text_starts(*at, *p))
			p++;
		if (*p) {
			*at += strlen(*p);
			if (w.n)
				return arena_dup(a, buf_text(&w));
			continue;
		}
		size_t n = char_bytes(*at);
		buf_add(&w, *at, n);
		*at += n;
	}
	return w.n ? arena_dup(a, buf_text(&w)) : NULL;
}

struct swap {
	const char *word, *by;
};

static const char *replaced(struct arena *a, const char *text, const struct swap *s, int *n)
{
	struct buf out = { .arena = a };
	const char *hit;

	for (; (hit = strstr(text, s->word)); text = hit + strlen(s->word)) {
		buf_add(&out, text, (size_t)(hit - text));
		buf_puts(&out, s->by);
		*n += 1;
	}
	buf_puts(&out, text);
	return arena_dup(a, buf_text(&out));
}

static bool is_masked_number(const struct node *rule, const char *s, size_t digits, bool x)
{
	NODE_EACH (m, node_find(rule, "masks")) {
		const char *begins = node_text(m, "begins", "");
		if (!text_starts(s, begins))
			continue;
		NODE_EACH (d, node_find(m, "digits"))
			if ((size_t)d->i == digits + (x && node_true(m, "x_at_end")))
				return true;
	}
	return false;
}

/* Whether a word is of an address of e-mail: letters around an @. Its length, or 0. */
static size_t mail_length(const char *s)
{
	size_t before = 0, after = 0;

	while (isalnum((unsigned char)s[before]) || (s[before] && strchr("._-+", s[before])))
		before++;
	if (!before || s[before] != '@')
		return 0;
	while (isalnum((unsigned char)s[before + 1 + after]) ||
		(s[before + 1 + after] && strchr(".-", s[before + 1 + after])))
		after++;
	return after ? before + 1 + after : 0;
}

static bool unit_follows(const struct node *rule, const char *s)
{
	NODE_EACH (u, node_find(rule, "address_units"))
		if (text_starts(s, u->s))
			return true;
	return false;
}

/* An article or a document has its number too: 第45号, 〔2026〕9号. */
static bool is_of_document(const struct buf *out)
{
	const char *tail = out->n >= 3 ? out->s + out->n - 3 : "";

	return text_starts(tail, "第") || text_starts(tail, "〕");
}

/* A run of digits at s: written as it is, or as ***. Gives its length. */
static size_t put_number(struct buf *out, const struct masking *m, const char *s, int *n)
{
	size_t digits = strspn(s, "0123456789");
	bool x = s[digits] == 'X' || s[digits] == 'x';

	if (is_masked_number(m->rule, s, digits, x) ||
		is_masked_number(m->rule, s, digits, false)) {
		buf_puts(out, "***");
		*n += 1;
		return digits + (x && is_masked_number(m->rule, s, digits, true));
	}
	if (m->person && unit_follows(m->rule, s + digits) && !is_of_document(out)) {
		buf_puts(out, "×");
		*n += 1;
		return digits;
	}
	buf_add(out, s, digits);
	return digits;
}

static const char *numbers_masked(
	struct arena *a, const struct masking *m, const char *text, int *n)
{
	struct buf out = { .arena = a };
	bool in_word = false; /* digits inside a code of letters are a code */

	while (*text) {
		size_t mail = in_word ? 0 : mail_length(text);
		if (mail) {
			buf_puts(&out, "***");
			*n += 1;
			text += mail;
		} else if (isdigit((unsigned char)*text) && !in_word) {
			text += put_number(&out, m, text, n);
		} else {
			in_word = isalnum((unsigned char)*text) != 0;
			buf_putc(&out, *text++);
		}
	}
	return arena_dup(a, buf_text(&out));
}

const char *masked_text(struct arena *a, const struct masking *m, const char *text, int *n)
{
	const char *at = m->names ? m->names : "", *word;

	*n = 0;
	while ((word = next_word(a, &at)))
		text = replaced(a, text, &(struct swap){ word, masked_name(a, word, false) }, n);
	at = m->secrets ? m->secrets : "";
	while ((word = next_word(a, &at)))
		text = replaced(a, text, &(struct swap){ word, "×××" }, n);
	return numbers_masked(a, m, text, n);
}
