#include "domains/publications/masking.h"

#include "core/core.h"

#include <ctype.h>
#include <string.h>

enum { GROUPS = 24, DIGITS_MOST = 40, GAP_MOST = 3, CODE_LONG = 24, CREDIT_CODE = 18 };

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

/* How long the one of a list is that stands at s; 0: none. */
static size_t one_of(const char *const *list, const char *s)
{
	for (; *list; list++)
		if (text_starts(s, *list))
			return strlen(*list);
	return 0;
}

char *masking_next(struct arena *a, const char **at)
{
	static const char *const parts[] = { ",", "，", "、", ";", "；", " ", "　", "\n", "\r",
		NULL };
	struct buf w = { .arena = a };

	while (**at) {
		size_t gap = one_of(parts, *at), n = char_bytes(*at);
		if (gap && w.n)
			break;
		if (!gap)
			buf_add(&w, *at, n);
		*at += gap ? gap : n;
	}
	return w.n ? arena_dup(a, buf_text(&w)) : NULL;
}

/* ---- words ------------------------------------------------------------- */
static size_t blanks(const char *s)
{
	static const char *const list[] = { " ", "　", "\xc2\xa0", "\t", NULL };
	size_t all = 0, one;

	for (int i = 0; i < GAP_MOST && (one = one_of(list, s + all)); i++)
		all += one;
	return all;
}

/* Bytes of s that are the word, blanks between its letters let pass; 0: it is another. */
static size_t word_length(const char *s, const char *word)
{
	const char *at = s;

	while (*word) {
		size_t n = char_bytes(word);
		if (at != s)
			at += blanks(at);
		if (strncmp(at, word, n) != 0)
			return 0;
		at += n;
		word += n;
	}
	return (size_t)(at - s);
}

static size_t words_at(const struct masking *m, const char *s, struct mask_mark *mark)
{
	size_t longest = 0;

	for (size_t i = 0; i < m->n; i++) {
		size_t n = *m->words[i].word ? word_length(s, m->words[i].word) : 0;
		if (n > longest) {
			longest = n;
			mark->by = m->words[i].by;
			mark->why = m->words[i].why;
		}
	}
	NODE_EACH (w, node_find(m->rule, "health_words"))
		if (strlen(w->s) > longest && text_starts(s, w->s)) {
			longest = strlen(w->s);
			mark->by = "×××";
			mark->why = "health";
		}
	return longest;
}

/* An address of e-mail: letters around an @. Its length, or 0. */
static size_t mail_length(const char *s)
{
	size_t before = 0, after = 0, sign;

	while (isalnum((unsigned char)s[before]) || (s[before] && strchr("._-+", s[before])))
		before++;
	sign = one_of((const char *const[]){ "@", "＠", NULL }, s + before);
	if (!before || !sign)
		return 0;
	s += before + sign;
	while (isalnum((unsigned char)s[after]) || (s[after] && strchr(".-", s[after])))
		after++;
	return after ? before + sign + after : 0;
}

/* ---- numbers ----------------------------------------------------------- */
/* The digit at s, ASCII or full-width, as ASCII; 0: there is none. */
static char digit_at(const char *s, size_t *bytes)
{
	const unsigned char *u = (const unsigned char *)s;

	*bytes = 1;
	if (isdigit(*u))
		return *s;
	*bytes = 3;
	if (u[0] == 0xef && u[1] == 0xbc && u[2] >= 0x90 && u[2] <= 0x99)
		return (char)('0' + (u[2] - 0x90));
	return 0;
}

static size_t x_at(const char *s)
{
	return one_of((const char *const[]){ "X", "x", "Ｘ", "ｘ", NULL }, s);
}

/* What may part the digits of one number: blanks and dashes of all kinds. */
static size_t gap_at(const char *s)
{
	static const char *const list[] = { " ", "　", "\xc2\xa0", "\t", "-", "－", "–", "—", "‐",
		"‑", NULL };
	size_t all = 0, one;

	for (int i = 0; i < GAP_MOST && (one = one_of(list, s + all)); i++)
		all += one;
	return all;
}

/* The digits from s on without a gap. */
static size_t digits_here(const char *s, size_t *bytes)
{
	size_t n = 0, one;

	for (*bytes = 0; digit_at(s + *bytes, &one); n++)
		*bytes += one;
	return n;
}

/* 2026-11-23: three groups that are a day. Its length in bytes, or 0. */
static size_t date_length(const char *s)
{
	size_t at = 0, bytes;

	for (int part = 0; part < 3; part++) {
		size_t n = digits_here(s + at, &bytes);
		if (part == 0 ? n != 4 : n < 1 || n > 2)
			return 0;
		at += bytes;
		if (part < 2 && s[at++] != '-')
			return 0;
	}
	return at;
}

/* A number as it stands: digits in groups with gaps between, one after another. */
struct number {
	char digits[DIGITS_MOST + 1];
	size_t n, ends[GROUPS], upto[GROUPS], groups; /* of each group: bytes, digits so far */
};

static void number_read(const char *s, struct number *out)
{
	size_t at = 0, one;
	char d;

	*out = (struct number){ 0 };
	while (out->groups < GROUPS) {
		while (out->n < DIGITS_MOST && (d = digit_at(s + at, &one))) {
			out->digits[out->n++] = d;
			at += one;
		}
		out->ends[out->groups] = at;
		out->upto[out->groups++] = out->n;
		size_t gap = gap_at(s + at);
		if (!gap || !digit_at(s + at + gap, &one) || date_length(s + at + gap))
			return;
		at += gap;
	}
}

static bool ends_with(const struct buf *out, size_t end, const char *word)
{
	size_t n = strlen(word);

	return end >= n && memcmp(out->s + end - n, word, n) == 0;
}

/* Whether what was written so far ends with one of the words, perhaps with 号, 为 or a colon. */
static bool stands_after(const struct node *list, const struct buf *out)
{
	static const char *const between[] = { "：", ":", "为", "是", "号", " ", NULL };

	for (size_t end = out->n; end;) {
		const char *const *b = between;
		NODE_EACH (w, list)
			if (ends_with(out, end, w->s))
				return true;
		while (*b && !ends_with(out, end, *b))
			b++;
		if (!*b)
			return false;
		end -= strlen(*b);
	}
	return false;
}

/* The code of the mask that so many digits fall under; NULL: none. */
static const char *mask_of(
	const struct node *rule, const struct buf *out, const char *digits, size_t n)
{
	NODE_EACH (m, node_find(rule, "masks")) {
		const struct node *after = node_find(m, "after");
		if (!text_starts(digits, node_text(m, "begins", "")))
			continue;
		if (after && !stands_after(after, out))
			continue;
		NODE_EACH (d, node_find(m, "digits"))
			if ((size_t)d->i == n)
				return node_text(m, "code", "");
	}
	return NULL;
}

static bool ends_with_x(const struct node *rule, const char *code)
{
	NODE_EACH (m, node_find(rule, "masks"))
		if (text_is(node_text(m, "code", ""), code))
			return node_true(m, "x_at_end");
	return false;
}

/* A document has its number too: 〔2026〕9号. An article: 第45号. */
static bool is_of_document(const struct buf *out)
{
	const char *tail = out->n >= 3 ? out->s + out->n - 3 : "";

	return text_starts(tail, "第") || text_starts(tail, "〕");
}

/* The longest run of groups that is a number of a person. Bytes of it, or 0. */
static size_t personal_number(
	const struct masking *m, const struct buf *out, const char *s, struct mask_mark *mark)
{
	struct number number;

	if (text_starts(out->n >= 3 ? out->s + out->n - 3 : "", "〕"))
		return 0;
	number_read(s, &number);
	for (size_t k = number.groups; k-- > 0;) {
		size_t x = x_at(s + number.ends[k]);
		const char *code =
			x ? mask_of(m->rule, out, number.digits, number.upto[k] + 1) : NULL;
		if (!code || !ends_with_x(m->rule, code))
			x = 0;
		if (!x)
			code = mask_of(m->rule, out, number.digits, number.upto[k]);
		if (!code)
			continue;
		mark->by = "***";
		mark->why = code;
		return number.ends[k] + x;
	}
	return 0;
}

static bool unit_follows(const struct node *rule, const char *s)
{
	NODE_EACH (u, node_find(rule, "address_units"))
		if (text_starts(s, u->s))
			return true;
	return false;
}

static size_t number_at(
	const struct masking *m, const struct buf *out, const char *s, struct mask_mark *mark)
{
	size_t bytes, n;

	if (date_length(s))
		return 0;
	n = personal_number(m, out, s, mark);
	if (n)
		return n;
	digits_here(s, &bytes);
	if (!m->person || !unit_follows(m->rule, s + bytes) || is_of_document(out))
		return 0;
	mark->by = "×";
	mark->why = "house";
	return bytes;
}

/* ---- the text ---------------------------------------------------------- */
/* Letters and digits that are one code, such as the credit code of a business: its length, or 0. */
static size_t code_length(const char *s)
{
	size_t n = 0, letters = 0, small = 0;

	for (; isalnum((unsigned char)s[n]); n++) {
		letters += isalpha((unsigned char)s[n]) != 0;
		small += islower((unsigned char)s[n]) != 0;
	}
	return letters && ((n == CREDIT_CODE && !small) || n > CODE_LONG) ? n : 0;
}

/* What stays as it is at s: a whole code, a date, the digits of a number, a character. */
static size_t plain_length(const char *s)
{
	size_t bytes, n = date_length(s);

	if (n)
		return n;
	digits_here(s, &bytes);
	return bytes ? bytes : char_bytes(s);
}

static size_t masked_at(
	const struct masking *m, const struct buf *out, const char *s, struct mask_mark *mark)
{
	size_t bytes, n = words_at(m, s, mark);

	if (n)
		return n;
	n = mail_length(s);
	if (n) {
		mark->by = "***";
		mark->why = "mail";
		return n;
	}
	return digit_at(s, &bytes) ? number_at(m, out, s, mark) : 0;
}

static void mark_add(struct masked *out, struct mask_mark mark)
{
	if (out->n < MASK_MARKS_MOST)
		out->marks[out->n++] = mark;
}

void masked_text(struct arena *a, const struct masking *m, const char *text, struct masked *out)
{
	struct buf b = { .arena = a };
	const char *s = text;
	bool in_word = false; /* within letters and digits of ASCII no code begins */

	*out = (struct masked){ .marks = arena_alloc(a, MASK_MARKS_MOST * sizeof(*out->marks)) };
	while (*s) {
		struct mask_mark mark = { .from = (size_t)(s - text) };
		size_t n = masked_at(m, &b, s, &mark);
		if (n) {
			mark.to = mark.from + n;
			buf_puts(&b, mark.by);
			mark_add(out, mark);
		} else {
			n = in_word ? 0 : code_length(s);
			n = n ? n : plain_length(s);
			buf_add(&b, s, n);
		}
		s += n;
		in_word = isalnum((unsigned char)s[-1]) != 0;
	}
	out->text = arena_dup(a, buf_text(&b));
}
