#include "core/app/search.h"

#include "core/app/embedded.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum kind {
	NAME_START,
	NAME_INSIDE,
	ELSEWHERE,
	CODE_START,
	CODE_END,
	INITIALS_START,
	INITIALS_INSIDE
};
enum { TEXT_SIGNS = 3, TEXT_BITS = 20, CODE_SIGNS = 10, CODE_BITS = 6, KIND_SHIFT = 60 };
enum { FIRST_HAN = 0x4E00, LAST_HAN = 0x9FFF, WAYS = 8, SYLLABLE = 6 };

/* ---- signs --------------------------------------------------------------------------------- */
/* One sign of valid text, in lower case; *s moves on. 0 at the end. */
static uint32_t next_sign(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	int more = *p >= 0xF0 ? 3 : *p >= 0xE0 ? 2 : *p >= 0xC0 ? 1 : 0;
	uint32_t c = *p;

	if (!c)
		return 0;
	if (more)
		c &= 0x3Fu >> more;
	for (int i = 1; i <= more && p[i]; i++)
		c = c << 6 | (p[i] & 0x3Fu);
	*s += 1 + more;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x3000;
}

static bool letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static int64_t code_sign(char c)
{
	if (letter(c))
		return c - 'a' + 1;
	return digit(c) ? c - '0' + 27 : 37;
}

/* A part of the table of readings, looked for once: it is asked for each character of a name. */
static const uint8_t *pinyin_part(_Atomic(const uint8_t *) *known, const char *name)
{
	const uint8_t *at = atomic_load_explicit(known, memory_order_relaxed);

	if (!at) {
		const struct embedded *f = embedded_find(name);
		at = f ? f->at : NULL;
		atomic_store_explicit(known, at, memory_order_relaxed);
	}
	return at;
}

const char *pinyin_readings(uint32_t sign)
{
	static _Atomic(const uint8_t *) readings, words;
	const uint8_t *two = pinyin_part(&readings, "pinyin/readings"),
		      *text = pinyin_part(&words, "pinyin/words");

	if (sign < FIRST_HAN || sign > LAST_HAN || !two || !text)
		return "";
	two += (size_t)(sign - FIRST_HAN) * 2;
	return (const char *)text + ((size_t)two[0] | (size_t)two[1] << 8);
}

/* ---- tokens -------------------------------------------------------------------------------- */
static void add(struct search_tokens *t, enum kind kind, int64_t bits)
{
	if (t->n == t->cap) {
		int64_t *was = t->at;
		t->cap = t->cap ? t->cap * 2 : 64;
		t->at = NEWS(t->arena, int64_t, t->cap);
		if (t->n)
			memcpy(t->at, was, t->n * sizeof(*was));
	}
	t->at[t->n++] = (int64_t)kind << KIND_SHIFT | bits;
}

/* The first signs of the text, high bits first; *n how many there were. */
static int64_t pack_text(const char *s, int *n)
{
	int64_t bits = 0;
	uint32_t c;

	for (*n = 0; *n < TEXT_SIGNS && (c = next_sign(&s)); ++*n)
		bits |= (int64_t)(c & 0xFFFFF) << (TEXT_BITS * (TEXT_SIGNS - 1 - *n));
	return bits;
}

static int64_t pack_code(const char *s, size_t n)
{
	int64_t bits = 0;

	for (size_t i = 0; i < CODE_SIGNS && i < n; i++)
		bits |= code_sign(s[i]) << (CODE_BITS * (CODE_SIGNS - 1 - (int)i));
	return bits;
}

static void add_places(struct search_tokens *t, enum kind first, enum kind rest, const char *text)
{
	enum kind kind = first;
	int n;

	for (const char *s = text; *s;) {
		const char *here = s;
		if (blank(next_sign(&s)))
			continue;
		add(t, kind, pack_text(here, &n));
		kind = rest;
	}
}

/* ---- initials ------------------------------------------------------------------------------ */
/* What a sign of a name adds to its initials: each letter once; 0 for a sign without one. */
static int initials_of(uint32_t c, char out[4])
{
	int n = 0;

	if (c < 0x80) {
		out[0] = (char)c;
		return letter((char)c) || digit((char)c);
	}
	for (const char *r = pinyin_readings(c); *r; r = strchr(r, ' ') ? strchr(r, ' ') + 1 : "")
		if (n < 4 && !memchr(out, *r, (size_t)n))
			out[n++] = *r;
	return n;
}

struct spelling {
	struct search_tokens *tokens;
	enum kind kind;
	char text[CODE_SIGNS];
	int ways; /* left */
};

/* All ways to spell what follows, depth-first, until no way is left. */
static void spell(struct spelling *sp, const char *s, size_t n)
{
	char all[4] = "";
	int k = 0;

	while (n < CODE_SIGNS && *s && !k)
		k = initials_of(next_sign(&s), all);
	if (!k) {
		if (n && sp->ways-- > 0)
			add(sp->tokens, sp->kind, pack_code(sp->text, n));
		return;
	}
	for (int i = 0; i < k && sp->ways > 0; i++) {
		sp->text[n] = all[i];
		spell(sp, s, n + 1);
	}
}

static void add_initials(struct search_tokens *t, const char *name)
{
	struct spelling sp = { .tokens = t, .kind = INITIALS_START };
	char first[4];

	for (const char *s = name; *s;) {
		const char *here = s;
		if (!initials_of(next_sign(&s), first))
			continue;
		sp.ways = WAYS;
		spell(&sp, here, 0);
		sp.kind = INITIALS_INSIDE;
	}
}

void search_add_name(struct search_tokens *t, const char *name)
{
	add_places(t, NAME_START, NAME_INSIDE, name);
	add_initials(t, name);
}

void search_add_text(struct search_tokens *t, const char *text)
{
	add_places(t, ELSEWHERE, ELSEWHERE, text);
}

/* Letters and digits of a code in lower case, at most max; answers how many. */
static size_t bare_code(const char *code, char *out, size_t max)
{
	size_t n = 0;

	for (; *code && n < max; code++) {
		char c = *code >= 'A' && *code <= 'Z' ? (char)(*code + 32) : *code;
		if (letter(c) || digit(c))
			out[n++] = c;
	}
	return n;
}

static void turn(char *s, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		char c = s[i];
		s[i] = s[n - 1 - i];
		s[n - 1 - i] = c;
	}
}

void search_add_code(struct search_tokens *t, const char *code)
{
	char bare[64];
	size_t n = bare_code(code, bare, sizeof(bare));

	if (!n)
		return;
	add(t, CODE_START, pack_code(bare, n));
	turn(bare, n);
	add(t, CODE_END, pack_code(bare, n));
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

void search_sort(struct search_tokens *t)
{
	size_t n = 0;

	if (t->n)
		qsort(t->at, t->n, sizeof(*t->at), by_value);
	for (size_t i = 0; i < t->n; i++)
		if (!n || t->at[n - 1] != t->at[i])
			t->at[n++] = t->at[i];
	t->n = n;
}

/* ---- words --------------------------------------------------------------------------------- */
const char *like_of(struct arena *a, const char *word)
{
	struct buf b = { .arena = a };

	buf_putc(&b, '%');
	for (const char *c = word; *c; c++) {
		if (strchr("%_\\", *c))
			buf_putc(&b, '\\');
		buf_putc(&b, *c);
	}
	buf_putc(&b, '%');
	return buf_text(&b);
}

static struct search_word word_of(struct arena *a, const char *s, size_t n)
{
	char *text = arena_copy(a, s, n);
	struct search_word w = { .text = text, .spelled = true };
	bool code = true;

	for (char *c = text; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
		w.spelled = w.spelled && letter(*c);
		code = code && (letter(*c) || digit(*c));
	}
	w.signs = (int)utf8_length(text);
	w.places = code || w.signs < TEXT_SIGNS ? 1 : w.signs - TEXT_SIGNS + 1;
	w.like = w.spelled ? "%" : like_of(a, text);
	return w;
}

/* Behind the word that begins at s. */
static const char *word_end(const char *s)
{
	const char *end = s;

	while (*s && !blank(next_sign(&s)))
		end = s;
	return end;
}

size_t search_words(struct arena *a, const char *q, struct search_word words[SEARCH_WORDS])
{
	const char *s = text_trim(a, q);
	size_t n = 0;

	for (size_t i = 0; i < SEARCH_WORDS; i++)
		words[i] = (struct search_word){ .text = "", .like = "%" };
	while (*s && n < SEARCH_WORDS) {
		const char *end = n + 1 == SEARCH_WORDS ? s + strlen(s) : word_end(s);
		words[n++] = word_of(a, s, (size_t)(end - s));
		for (s = end; *s && blank(next_sign(&s));)
			end = s;
		s = end;
	}
	return n;
}

/* ---- ranges -------------------------------------------------------------------------------- */
struct ranges {
	struct search_range *at;
	size_t n;
};

static void put(struct ranges *r, enum kind kind, int64_t bits, int free_bits)
{
	int64_t from = (int64_t)kind << KIND_SHIFT | bits;
	struct search_range x = { from, from | (((int64_t)1 << free_bits) - 1) };

	for (size_t i = 0; i < r->n; i++)
		if (r->at[i].from == x.from && r->at[i].to == x.to)
			return;
	if (r->n < SEARCH_RANGES)
		r->at[r->n++] = x;
}

static void put_code(struct ranges *r, enum kind kind, const char *s, size_t n)
{
	int free_signs = n < CODE_SIGNS ? CODE_SIGNS - (int)n : 0;
	put(r, kind, pack_code(s, n), free_signs * CODE_BITS);
}

static void put_text(struct ranges *r, const char *s, int at)
{
	int n;
	int64_t bits = pack_text(s, &n);
	int free_bits = (TEXT_SIGNS - n) * TEXT_BITS;

	if (!at)
		put(r, NAME_START, bits, free_bits);
	put(r, NAME_INSIDE, bits, free_bits);
	put(r, ELSEWHERE, bits, free_bits);
}

static bool syllable(const char *s, size_t n)
{
	static _Atomic(const uint8_t *) known;
	const uint8_t *all = pinyin_part(&known, "pinyin/syllables");
	char line[SYLLABLE + 3] = "\n";

	if (!all || n > SYLLABLE)
		return false;
	memcpy(line + 1, s, n);
	line[n + 1] = '\n';
	line[n + 2] = 0;
	return strstr((const char *)all, line) != NULL;
}

/* The initials of all ways to part letters into syllables, the last one perhaps not finished. */
static void part(struct ranges *r, const char *s, char *initials, size_t n)
{
	size_t left = strlen(s);
	bool whole = false;

	if (n == 3 || !left) {
		if (n > 1) {
			put_code(r, INITIALS_START, initials, n);
			put_code(r, INITIALS_INSIDE, initials, n);
		}
		return;
	}
	initials[n] = *s;
	for (size_t k = left < SYLLABLE ? left : SYLLABLE; k; k--)
		if (syllable(s, k)) {
			whole = true;
			part(r, s + k, initials, n + 1);
		}
	if (!whole) /* "hjxiao": an initial by itself */
		part(r, s + 1, initials, n + 1);
	if (n && left < SYLLABLE) /* "guan" typed as far as "gu" is one, "xiang" as "xian" too */
		part(r, s + left, initials, n + 1);
}

size_t search_ranges(const struct search_word *w, int at, struct search_range out[SEARCH_RANGES])
{
	struct ranges r = { .at = out };
	const char *s = w->text;
	char bare[64], initials[4];
	size_t n = bare_code(w->text, bare, sizeof(bare));

	for (int i = 0; i < at; i++)
		(void)next_sign(&s);
	if (n && n == strlen(w->text) && !at) {
		put_code(&r, CODE_START, bare, n);
		turn(bare, n);
		put_code(&r, CODE_END, bare, n);
	}
	put_text(&r, s, at);
	if (!w->spelled || at)
		return r.n;
	put_code(&r, INITIALS_START, w->text, n);
	put_code(&r, INITIALS_INSIDE, w->text, n);
	if (n > 2)
		part(&r, w->text, initials, 0);
	return r.n;
}

/* ---- deciding ------------------------------------------------------------------------------ */
/* Steps a spelling may take before it is given up: names are short, words are typed. */
enum { STEPS = 2000 };

struct reading {
	const char *at; /* n letters */
	size_t n;
	const char *rest; /* of the name, behind the character */
};

static bool spells(const char *name, const char *text, int *steps);

static bool reading_spells(const struct reading *r, const char *text, int *steps)
{
	size_t k = 0;

	while (k < r->n && text[k] && r->at[k] == text[k])
		k++;
	if (!text[k])
		return true;
	if (k == r->n && spells(r->rest, text + k, steps))
		return true;
	return k && r->n > 1 && spells(r->rest, text + 1, steps);
}

static bool spells(const char *name, const char *text, int *steps)
{
	uint32_t c;

	if (!*text)
		return true;
	if (--*steps < 0)
		return false;
	while ((c = next_sign(&name))) {
		if (c < 0x80 && (letter((char)c) || digit((char)c)))
			return (uint32_t)(unsigned char)*text == c && spells(name, text + 1, steps);
		const char *r = pinyin_readings(c);
		if (!*r)
			continue; /* a bracket, a blank */
		for (;;) {
			struct reading one = { r, strcspn(r, " "), name };
			if (*r == *text && reading_spells(&one, text, steps))
				return true;
			if (!r[one.n])
				return false;
			r += one.n + 1;
		}
	}
	return false;
}

bool pinyin_spells(const char *name, const char *text, bool from_start)
{
	int steps = STEPS;

	if (from_start || !*name)
		return *name && spells(name, text, &steps);
	for (const char *s = name; *s; (void)next_sign(&s))
		if (spells(s, text, &steps))
			return true;
	return false;
}

bool search_holds(const struct search_word *w, const char *name, const char *all)
{
	if (strstr(all, w->text))
		return true;
	return w->spelled && pinyin_spells(name, w->text, false);
}

static bool begins_lower(const char *s, const char *text)
{
	while (*text)
		if (next_sign(&s) != next_sign(&text))
			return false;
	return true;
}

/* Where text begins in s, letters in any case; NULL when it is not there. */
static const char *find_lower(const char *s, const char *text)
{
	for (; *s; (void)next_sign(&s))
		if (begins_lower(s, text))
			return s;
	return NULL;
}

int search_rank(const struct search_word *w, const char *name)
{
	const char *at = find_lower(name, w->text);

	if (at == name)
		return strlen(name) == strlen(w->text) ? 1 : 2;
	if (at)
		return 4;
	if (!w->spelled)
		return 7;
	if (pinyin_spells(name, w->text, true))
		return 5;
	return pinyin_spells(name, w->text, false) ? 6 : 7;
}

int search_code_rank(const struct search_word *w, const char *code)
{
	char bare[64], word[64];
	size_t n = bare_code(code, bare, sizeof(bare)), k = bare_code(w->text, word, sizeof(word));

	if (!k || k != strlen(w->text) || k > n)
		return 7;
	if (k == n)
		return memcmp(bare, word, n) == 0 ? 0 : 7;
	return memcmp(bare, word, k) == 0 || memcmp(bare + n - k, word, k) == 0 ? 3 : 7;
}
