#include "workers/sensors/payload.h"

#include <string.h>

const struct payload_map payload_plain = { "/t", "/rh", "/at", UNIT_C, UNIT_PCT, UNIT_MS };

static const char *const unit_codes[UNITS] = { [UNIT_C] = "c",
	[UNIT_C10] = "c10",
	[UNIT_C100] = "c100",
	[UNIT_F] = "f",
	[UNIT_K] = "k",
	[UNIT_PCT] = "pct",
	[UNIT_PCT10] = "pct10",
	[UNIT_SHARE] = "share",
	[UNIT_MS] = "ms",
	[UNIT_S] = "s",
	[UNIT_ISO] = "iso" };

enum payload_unit payload_unit(const char *code)
{
	enum payload_unit u = 0;

	while (u < UNITS && !text_is(unit_codes[u], code))
		u++;
	return u;
}

/* ---- JSON ------------------------------------------------------------------- */
struct cursor {
	const char *at, *end;
};
struct token {
	const char *at;
	size_t n;
};

static void blanks(struct cursor *c)
{
	while (c->at < c->end &&
		(*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
		c->at++;
}

static bool take(struct cursor *c, char what)
{
	if (c->at == c->end || *c->at != what)
		return false;
	c->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool skip_escape(struct cursor *c)
{
	if (c->at == c->end || !strchr("\"\\/bfnrtu", *c->at) || !*c->at)
		return false;
	if (*c->at++ != 'u')
		return true;
	for (int i = 0; i < 4; i++)
		if (c->at == c->end || !is_hex(*c->at++))
			return false;
	return true;
}

/* After the opening quote; out is what stands between the quotes, escapes as they are. */
static bool skip_string(struct cursor *c, struct token *out)
{
	out->at = c->at;
	while (c->at < c->end && *c->at != '"') {
		unsigned char ch = (unsigned char)*c->at++;
		if (ch < 0x20 || (ch == '\\' && !skip_escape(c)))
			return false;
	}
	out->n = (size_t)(c->at - out->at);
	return take(c, '"');
}

static bool skip_digits(struct cursor *c)
{
	const char *from = c->at;

	while (c->at < c->end && is_digit(*c->at))
		c->at++;
	return c->at > from;
}

static bool skip_number(struct cursor *c)
{
	take(c, '-');
	if (!take(c, '0') && !skip_digits(c))
		return false;
	if (take(c, '.') && !skip_digits(c))
		return false;
	if (!take(c, 'e') && !take(c, 'E'))
		return true;
	if (!take(c, '+'))
		take(c, '-');
	return skip_digits(c);
}

static bool skip_word(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool skip_value(struct cursor *c, int depth);

/* One member or element; *key is empty in a list. */
static bool enter_member(struct cursor *c, bool map, struct token *key)
{
	*key = (struct token){ c->at, 0 };
	blanks(c);
	if (!map)
		return true;
	if (!take(c, '"') || !skip_string(c, key))
		return false;
	blanks(c);
	return take(c, ':');
}

static bool skip_container(struct cursor *c, bool map, int depth)
{
	struct token key;
	char close = map ? '}' : ']';

	blanks(c);
	if (take(c, close))
		return true;
	do {
		if (!enter_member(c, map, &key) || !skip_value(c, depth))
			return false;
		blanks(c);
	} while (take(c, ','));
	return take(c, close);
}

static bool skip_value(struct cursor *c, int depth)
{
	struct token s;

	blanks(c);
	if (depth == 0 || c->at == c->end)
		return false;
	switch (*c->at) {
	case '{':
	case '[':
		return skip_container(c, *c->at++ == '{', depth - 1);
	case '"':
		c->at++;
		return skip_string(c, &s);
	case 't':
		return skip_word(c, "true");
	case 'f':
		return skip_word(c, "false");
	case 'n':
		return skip_word(c, "null");
	default:
		return skip_number(c);
	}
}

/* Is the key the step of the pointer up to the next '/'? */
static bool step_is(const char *step, struct token key)
{
	size_t i = 0;

	for (; *step && *step != '/'; step++, i++) {
		char want = *step;
		if (want == '~' && (step[1] == '0' || step[1] == '1'))
			want = *++step == '1' ? '/' : '~';
		if (i == key.n || key.at[i] != want)
			return false;
	}
	return i == key.n;
}

static bool step_is_index(const char *step, int64_t index)
{
	char text[8];
	size_t n = strcspn(step, "/");
	int64_t v;

	if (!n || n > 5)
		return false;
	memcpy(text, step, n);
	text[n] = 0;
	return text_to_int(text, &v) && v == index;
}

/* The text is known to be JSON. False: nothing stands there. */
static bool find(struct cursor *c, const char *pointer, struct token *out)
{
	struct token key;

	blanks(c);
	if (!*pointer) {
		out->at = c->at;
		bool fine = skip_value(c, PAYLOAD_DEPTH + 1);
		out->n = (size_t)(c->at - out->at);
		return fine;
	}
	bool map = c->at < c->end && *c->at == '{';
	if (!map && (c->at == c->end || *c->at != '['))
		return false;
	c->at++;
	blanks(c);
	for (int64_t i = 0; c->at < c->end && *c->at != '}' && *c->at != ']'; i++) {
		if (!enter_member(c, map, &key))
			return false;
		if (map ? step_is(pointer + 1, key) : step_is_index(pointer + 1, i))
			return find(c, pointer + 1 + strcspn(pointer + 1, "/"), out);
		if (!skip_value(c, PAYLOAD_DEPTH + 1))
			return false;
		blanks(c);
		if (!take(c, ','))
			return false;
	}
	return false;
}

/* ---- numbers ------------------------------------------------------------------ */
enum { PLACES = 4, DIGITS_MAX = 18, EXPONENT_MAX = 30 };

static int64_t divide(int64_t v, int64_t by)
{
	return v >= 0 ? (v + by / 2) / by : -((-v + by / 2) / by);
}

static bool read_exponent(struct cursor *c, int *out)
{
	bool minus = false;
	int v = 0;

	if (!take(c, 'e') && !take(c, 'E'))
		return true;
	if (!take(c, '+'))
		minus = take(c, '-');
	for (; c->at < c->end && is_digit(*c->at); c->at++)
		if ((v = v * 10 + (*c->at - '0')) > EXPONENT_MAX)
			return false;
	*out = minus ? -v : v;
	return true;
}

/* Digits with a point as a whole number and how many of them stand behind the point. Digits behind
 * the point that have no room are cut off. */
static bool read_digits(struct cursor *c, int64_t *v, int *behind)
{
	int digits = 0;
	bool point = false;

	for (*v = *behind = 0; c->at < c->end; c->at++) {
		if (*c->at == '.' && !point) {
			point = true;
			continue;
		}
		if (!is_digit(*c->at))
			break;
		if (digits == DIGITS_MAX && point)
			continue;
		if (digits == DIGITS_MAX)
			return false;
		digits += *v || *c->at != '0';
		*v = *v * 10 + (*c->at - '0');
		*behind += point;
	}
	return true;
}

/* A JSON number as whole ten-thousandths, half away from zero; false when it is none or too big. */
static bool read_decimal(struct token t, int64_t *out)
{
	struct cursor all = { t.at, t.at + t.n }, c = all;
	bool minus;
	int behind, exponent = 0;
	int64_t v;

	if (!skip_number(&all) || all.at != all.end)
		return false;
	minus = take(&c, '-');
	if (!read_digits(&c, &v, &behind) || !read_exponent(&c, &exponent))
		return false;
	int shift = PLACES - behind + exponent;
	for (; shift > 0 && v; shift--)
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
	for (; shift < -1 && v; shift++)
		v /= 10;
	if (shift == -1)
		v = divide(v, 10);
	*out = minus ? -v : v;
	return true;
}

/* A number, or a text that holds one; an absent value and null are no fault: *there is false. */
static const char *read_number(struct bytes in, const char *pointer, int64_t *out, bool *there)
{
	struct cursor c = { (const char *)in.at, (const char *)in.at + in.n };
	struct token t;

	*there = false;
	if (!pointer || !find(&c, pointer, &t) || (t.n == 4 && memcmp(t.at, "null", 4) == 0))
		return NULL;
	if (t.n >= 2 && *t.at == '"')
		t = (struct token){ t.at + 1, t.n - 2 };
	if (!read_decimal(t, out))
		return "The value is no number.";
	*there = true;
	return NULL;
}

enum { FAR = 1000000000 }; /* ten-thousandths: beyond any value with a meaning */

/* Ten-thousandths of the unit as hundredths of ours. */
static int64_t hundredths(int64_t v, enum payload_unit unit)
{
	switch (unit) {
	case UNIT_C10:
	case UNIT_PCT10:
		return divide(v, 1000);
	case UNIT_C100:
		return divide(v, 10000);
	case UNIT_F:
		return divide((v - 320000) * 5, 900);
	case UNIT_K:
		return divide(v - 2731500, 100);
	case UNIT_SHARE: /* ten-thousandths of one are hundredths of a per cent */
		return v;
	default:
		return divide(v, 100);
	}
}

struct value {
	bool there;
	int64_t v; /* hundredths */
};

static const char *read_value(
	struct bytes in, const char *pointer, enum payload_unit unit, struct value *out)
{
	int64_t v = 0;
	const char *why = read_number(in, pointer, &v, &out->there);

	if (!why && (v > FAR || v < -FAR))
		why = "The value is no number.";
	out->v = why ? 0 : hundredths(v, unit);
	return why;
}

/* ---- time ----------------------------------------------------------------------- */
static bool two(const char **s, int *out, char after)
{
	if (!is_digit((*s)[0]) || !is_digit((*s)[1]) || (after && (*s)[2] != after))
		return false;
	*out = ((*s)[0] - '0') * 10 + ((*s)[1] - '0');
	*s += 2 + (after != 0);
	return true;
}

/* "Z", "+08:00", "+0800"; nothing: local time. Minutes ahead of UTC. */
static bool read_zone(const char *s, int64_t *minutes)
{
	int h, m;
	bool minus = *s == '-';

	*minutes = 480;
	if (!*s)
		return true;
	if (*s == 'Z' && !s[1]) {
		*minutes = 0;
		return true;
	}
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if (!two(&s, &h, 0))
		return false;
	s += *s == ':';
	if (!two(&s, &m, 0) || *s || h > 14 || m > 59)
		return false;
	*minutes = minus ? -(h * 60 + m) : h * 60 + m;
	return true;
}

static bool read_clock(const char **s, struct civil *c)
{
	int century, year;

	if (!two(s, &century, 0) || !two(s, &year, '-') || !two(s, &c->month, '-') ||
		!two(s, &c->day, 0) || (**s != 'T' && **s != ' '))
		return false;
	++*s;
	c->year = century * 100 + year;
	return two(s, &c->hour, ':') && two(s, &c->minute, ':') && two(s, &c->second, 0);
}

static bool clock_possible(const struct civil *c)
{
	bool day = c->month >= 1 && c->month <= 12 && c->day >= 1 && c->day <= 31;

	return c->year >= 1970 && day && c->hour < 24 && c->minute < 60 && c->second <= 60;
}

/* "2026-11-23T10:00:00.5+08:00"; the day and the time may stand apart by a blank. */
static bool read_iso(struct token t, int64_t *out)
{
	char text[40];
	const char *s = text;
	struct civil c = { 0 };
	int64_t zone, ms = 0, unit = 100;

	if (t.n < 19 || t.n >= sizeof(text))
		return false;
	memcpy(text, t.at, t.n);
	text[t.n] = 0;
	if (!read_clock(&s, &c) || !clock_possible(&c))
		return false;
	if (*s == '.')
		for (s++; is_digit(*s); s++, unit /= 10)
			ms += unit * (*s - '0');
	if (!read_zone(s, &zone))
		return false;
	*out = civil_to_ms(c) + ms + (480 - zone) * MINUTE;
	return true;
}

static const char *read_at(struct bytes in, const struct payload_map *m, struct payload *out)
{
	struct cursor c = { (const char *)in.at, (const char *)in.at + in.n };
	struct token t;
	int64_t v;

	if (m->at_unit != UNIT_ISO) {
		const char *why = read_number(in, m->at, &v, &out->has_at);
		out->at = out->has_at ? divide(v, m->at_unit == UNIT_S ? 10 : 10000) : 0;
		if (why || (out->has_at && out->at <= 0))
			return "The time cannot be read.";
		return NULL;
	}
	if (!m->at || !find(&c, m->at, &t) || (t.n == 4 && memcmp(t.at, "null", 4) == 0))
		return NULL;
	out->has_at =
		t.n > 2 && *t.at == '"' && read_iso((struct token){ t.at + 1, t.n - 2 }, &out->at);
	return out->has_at && out->at > 0 ? NULL : "The time cannot be read.";
}

const char *payload_read(struct bytes in, const struct payload_map *m, struct payload *out)
{
	struct cursor c = { (const char *)in.at, (const char *)in.at + in.n };

	*out = (struct payload){ 0 };
	if (in.n > PAYLOAD_MAX)
		return "The message is too long.";
	if (!in.n || !utf8_valid((const char *)in.at, in.n) || !skip_value(&c, PAYLOAD_DEPTH))
		return "The message is no JSON that can be read.";
	blanks(&c);
	if (c.at != c.end)
		return "The message is no JSON that can be read.";
	struct value t = { 0 }, rh = { 0 };
	const char *why = read_value(in, m->t, m->t_unit, &t);
	if (!why)
		why = read_value(in, m->rh, m->rh_unit, &rh);
	*out = (struct payload){ .has_t = t.there, .has_rh = rh.there, .t = t.v, .rh = rh.v };
	if (!why)
		why = read_at(in, m, out);
	if (!why && !out->has_t && !out->has_rh)
		why = "The message holds no value.";
	return why;
}
