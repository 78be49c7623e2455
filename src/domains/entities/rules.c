#include "domains/entities/rules.h"

#include "contracts/kinds.h"

#include <stdio.h>
#include <string.h>

#define KIND(code, name) { code, name },
const struct choice operator_kinds[] = { OPERATOR_KINDS(KIND){ NULL } };

const struct choice operator_states[] = {
	{ "ACTIVE", "In business", "green" },
	{ "CLOSED", "Out of business", "neutral" },
	{ NULL },
};

const struct model operator_model = MODEL("operators", struct operator, .witnessed = true,
	FIELDS(STORED(struct operator, id, .as = AS_ID), STORED(struct operator, version),
		STORED(struct operator, code),
		INPUT(struct operator, name, "Name", .required = true, .max = 120,
			.hint = "As on the licence"),
		INPUT(struct operator, uscc, "Unified social credit code", .max = 18,
			.check = check_uscc,
			.hint = "18 characters, for example on the business licence"),
		INPUT(struct operator, licence_no, "Licence number", .required = true, .min = 6,
			.max = 40,
			.hint = "Food business licence, production licence or filing number"),
		INPUT(struct operator, licence_valid_to, "Licence valid until", .as = AS_DATE),
		INPUT(struct operator, kind, "Kind of business", .required = true,
			.choices = operator_kinds),
		INPUT(struct operator, address, "Address", .required = true, .max = 200),
		STORED(struct operator, area, .label = "Town or sub-district", .as = AS_ID),
		INPUT(struct operator, legal_person, "Legal person", .max = 60),
		INPUT(struct operator, phone, "Telephone", .max = 20, .check = check_phone),
		INPUT(struct operator, lat, "Latitude", .as = AS_DEGREES, .check = check_latitude),
		INPUT(struct operator, lon, "Longitude", .as = AS_DEGREES,
			.check = check_longitude),
		STORED(struct operator, state, .label = "State", .choices = operator_states),
		STORED(struct operator, registered_at, .label = "Registered", .as = AS_TIME),
		STORED(struct operator, search, .as = AS_SECRET)));

enum licence_state licence_state(int64_t valid_to, int64_t now, int warn, int *days)
{
	*days = 0;
	if (!valid_to)
		return LICENCE_UNKNOWN;
	*days = day_number(valid_to) - day_number(now);
	if (*days < 0)
		return LICENCE_EXPIRED;
	return *days <= warn ? LICENCE_EXPIRING : LICENCE_VALID;
}

struct expiry_warning licence_warning(const struct node *rule)
{
	struct expiry_warning w = { 0 };

	NODE_EACH (n, node_find(rule, "warn_days")) {
		int days = (int)n->i;
		if (n->type != NODE_INT || days <= 0)
			continue;
		w.widest = days > w.widest ? days : w.widest;
		w.narrowest = !w.narrowest || days < w.narrowest ? days : w.narrowest;
	}
	return w;
}

static void add_lower(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_putc(b, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
}

const char *operator_search_text(struct arena *a, const struct operator* o)
{
	struct buf b = { .arena = a };
	const char *const all[] = { o->name, o->uscc, o->licence_no, o->phone, o->address,
		o->legal_person };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		add_lower(&b, all[i]);
		buf_putc(&b, ' ');
	}
	return buf_text(&b);
}

const char *like_pattern(struct arena *a, const char *q)
{
	struct buf b = { .arena = a };

	if (!*q)
		return "";
	buf_putc(&b, '%');
	for (; *q; q++) {
		if (strchr("%_\\", *q))
			buf_putc(&b, '\\');
		buf_putc(&b, *q >= 'A' && *q <= 'Z' ? (char)(*q + 32) : *q);
	}
	buf_putc(&b, '%');
	return buf_text(&b);
}

const char *one_line(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };
	bool blank = false;

	for (s = text_trim(a, s); *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			blank = true;
			continue;
		}
		if (c < 0x20 || c == 0x7f)
			return NULL;
		if (blank)
			buf_putc(&b, ' ');
		blank = false;
		buf_putc(&b, *s);
	}
	return buf_text(&b);
}

const char *public_code(struct arena *a, int64_t id, int salt)
{
	static const char set[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char text[64], code[11] = "";
	int n = snprintf(text, sizeof(text), "shian-public-code %" PRId64 " %d", id, salt);
	struct digest d = sm3(text, (size_t)n);

	for (int i = 0; i < 10; i++)
		code[i] = set[d.b[i] & 31];
	return arena_dup(a, code);
}

/* Thousandths of a degree of "31.112345"; -1 when it is no such number. */
static int64_t thousandths(const char *s)
{
	int64_t whole = 0, part = 0;
	size_t n = strspn(s, "0123456789");

	if (!n || n > 3 || (s[n] && s[n] != '.'))
		return -1;
	for (size_t i = 0; i < n; i++)
		whole = whole * 10 + (s[i] - '0');
	s += n + (s[n] == '.');
	for (int i = 0; i < 3; i++)
		part = part * 10 + (*s >= '0' && *s <= '9' ? *s++ - '0' : 0);
	return whole * 1000 + part;
}

const char *check_latitude(const char *value)
{
	int64_t v = thousandths(value);
	return v >= 3500 && v <= 53600 ? NULL : "lies outside China (3.5 to 53.6)";
}

const char *check_longitude(const char *value)
{
	int64_t v = thousandths(value);
	return v >= 73000 && v <= 135100 ? NULL : "lies outside China (73 to 135.1)";
}
