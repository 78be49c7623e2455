#include "workers/gb/manscdp.h"

#include <expat.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_MAX = 8, ELEMENTS_MAX = 20000, MICRO_DIGITS = 6, SCALE_MAX = 18 };

/* ---- character sets ---------------------------------------------------------------------- */

static void convert(iconv_t cd, struct bytes text, const char *instead, struct buf *out)
{
	char *in = (char *)(uintptr_t)text.at;
	size_t left = text.n;
	while (left) {
		char part[1024], *to = part;
		size_t room = sizeof(part);
		size_t rc = iconv(cd, &in, &left, &to, &room);
		buf_add(out, part, sizeof(part) - room);
		if (rc != (size_t)-1)
			continue;
		if (room == sizeof(part) && left) { /* not a character: one byte is let go */
			buf_puts(out, instead);
			in++;
			left--;
		}
	}
}

char *gb_utf8(struct arena *a, struct bytes text)
{
	struct buf b = { .arena = a, .max = 4 * GB_XML_MAX };
	if (text.n && utf8_valid((const char *)text.at, text.n))
		return arena_copy(a, (const char *)text.at, text.n);
	iconv_t cd = iconv_open("UTF-8", "GB18030");
	if (cd == (iconv_t)-1)
		return arena_dup(a, "");
	convert(cd, text, "\xef\xbf\xbd", &b);
	iconv_close(cd);
	char *s = arena_dup(a, buf_text(&b)); /* ends at a zero byte, which is no text */
	return s;
}

struct bytes gb_gb18030(struct arena *a, const char *utf8)
{
	struct buf b = { .arena = a, .max = 4 * GB_XML_MAX };
	iconv_t cd = iconv_open("GB18030", "UTF-8");
	if (cd == (iconv_t)-1)
		return (struct bytes){ (const uint8_t *)utf8, strlen(utf8) };
	convert(cd, (struct bytes){ (const uint8_t *)utf8, strlen(utf8) }, "?", &b);
	iconv_close(cd);
	return (struct bytes){ (const uint8_t *)buf_text(&b), b.n };
}

/* ---- values ------------------------------------------------------------------------------ */

/* Digits with at most one point; as much of the fraction as is wanted. false: no number. */
static bool read_digits(const char **s, int digits, int64_t *value, int *after)
{
	int seen = 0;
	*value = 0;
	*after = -1;
	for (; (**s >= '0' && **s <= '9') || (**s == '.' && *after < 0); (*s)++) {
		if (**s == '.') {
			*after = 0;
		} else if (*after < digits) {
			if (++seen > SCALE_MAX - 2)
				return false;
			*value = *value * 10 + (**s - '0');
			*after += *after >= 0;
		}
	}
	return seen > 0 && (**s == '\0' || **s == ' ');
}

int64_t gb_decimal(const char *s, int digits, int64_t most)
{
	int64_t v;
	int after;
	while (*s == ' ')
		s++;
	bool minus = *s == '-';
	s += minus || *s == '+';
	if (!read_digits(&s, digits, &v, &after))
		return GB_NOWHERE;
	for (int i = after < 0 ? 0 : after; i < digits; i++) {
		if (v > INT64_MAX / 10)
			return GB_NOWHERE;
		v *= 10;
	}
	return v > most ? GB_NOWHERE : minus ? -v : v;
}

/* n digits, or -1. */
static int digits_at(const char **s, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

int64_t gb_time_read(const char *s)
{
	static const char SEPARATORS[] = "--T::";
	static const int LEAST[] = { 1990, 1, 1, 0, 0, 0 }, MOST[] = { 2100, 12, 31, 23, 59, 60 };
	int v[6];
	while (*s == ' ')
		s++;
	for (int i = 0; i < 6; i++) {
		v[i] = digits_at(&s, i ? 2 : 4);
		if (v[i] < 0)
			return 0;
		if (i == 5)
			break;
		if (*s != SEPARATORS[i] && !(i == 2 && *s == ' '))
			return 0;
		s++;
	}
	for (int i = 0; i < 6; i++)
		if (v[i] < LEAST[i] || v[i] > MOST[i])
			return 0;
	return civil_to_ms((struct civil){ v[0], v[1], v[2], v[3], v[4], v[5], 0 });
}

char *gb_time_text(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03d", c.year, c.month, c.day, c.hour,
		c.minute, c.second, (int)(((ms % 1000) + 1000) % 1000));
}

char *gb_xml_escape(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };
	for (; *s; s++) {
		if (*s == '&')
			buf_puts(&b, "&amp;");
		else if (*s == '<')
			buf_puts(&b, "&lt;");
		else if (*s == '>')
			buf_puts(&b, "&gt;");
		else
			buf_putc(&b, *s);
	}
	return arena_dup(a, buf_text(&b));
}

/* ---- the document ------------------------------------------------------------------------ */

struct reading {
	struct arena *arena;
	XML_Parser parser;
	struct gb_xml *out;
	size_t depth, elements, room;
	struct gb_item *item; /* inside of one */
	char name[32];	      /* of the innermost element */
	char text[GB_TEXT_MAX + 1];
	size_t n;
	const char *refused;
};

static void refuse(struct reading *r, const char *reason)
{
	if (!r->refused)
		r->refused = reason;
	XML_StopParser(r->parser, XML_FALSE);
}

static void on_doctype(
	void *at, const XML_Char *name, const XML_Char *sys, const XML_Char *pub, int internal)
{
	(void)name, (void)sys, (void)pub, (void)internal;
	refuse(at, "a DTD");
}

static void begin_item(struct reading *r)
{
	if (r->out->n == GB_ITEMS_MAX) {
		refuse(r, "too many items");
		return;
	}
	if (r->out->n == r->room) {
		size_t room = r->room ? 2 * r->room : 16;
		struct gb_item *more = NEWS(r->arena, struct gb_item, room);
		if (r->out->n)
			memcpy(more, r->out->items, r->out->n * sizeof(*more));
		r->out->items = more;
		r->room = room;
	}
	r->item = &r->out->items[r->out->n++];
	*r->item =
		(struct gb_item){ "", "", "", "", "", "", "", "", "", GB_NOWHERE, GB_NOWHERE, 0 };
}

static void on_start(void *at, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = at;
	size_t n = strlen(name);
	(void)attributes;
	if (++r->depth > DEPTH_MAX || ++r->elements > ELEMENTS_MAX) {
		refuse(r, "too deep, or too many elements");
		return;
	}
	r->n = 0;
	memcpy(r->name, name, n < sizeof(r->name) ? n : 0);
	r->name[n < sizeof(r->name) ? n : 0] = '\0';
	if (r->depth == 1)
		r->out->kind = arena_dup(r->arena, r->name);
	else if (r->depth == 3 && text_is(r->name, "Item"))
		begin_item(r);
}

static void on_text(void *at, const XML_Char *s, int n)
{
	struct reading *r = at;
	size_t take = (size_t)n;
	if (take > GB_TEXT_MAX - r->n)
		take = GB_TEXT_MAX - r->n;
	memcpy(r->text + r->n, s, take);
	r->n += take;
}

/* Text cut in the middle of a character loses that character. */
static const char *text_of(struct reading *r)
{
	while (r->n && !utf8_valid(r->text, r->n))
		r->n--;
	r->text[r->n] = '\0';
	return text_trim(r->arena, r->text);
}

struct place {
	const char *name;
	size_t at;
};

static bool put_text_at(void *base, const struct place *all, const char *name, const char *value)
{
	for (; all->name; all++)
		if (strcasecmp(all->name, name) == 0) {
			*(const char **)(void *)((char *)base + all->at) = value;
			return true;
		}
	return false;
}

static int64_t degrees(const char *s)
{
	return gb_decimal(s, MICRO_DIGITS, 180 * INT64_C(1000000));
}

static int64_t whole(const char *s)
{
	int64_t v = gb_decimal(s, 0, INT64_C(1) << 53);
	return v < 0 ? 0 : v;
}

static void item_value(struct gb_item *i, const char *name, const char *value)
{
	static const struct place PLACES[] = {
		{ "DeviceID", offsetof(struct gb_item, id) },
		{ "Name", offsetof(struct gb_item, name) },
		{ "Manufacturer", offsetof(struct gb_item, manufacturer) },
		{ "Model", offsetof(struct gb_item, model) },
		{ "ParentID", offsetof(struct gb_item, parent) },
		{ "Status", offsetof(struct gb_item, status) },
		{ "StartTime", offsetof(struct gb_item, start) },
		{ "EndTime", offsetof(struct gb_item, end) },
		{ "Type", offsetof(struct gb_item, type) },
		{ NULL, 0 },
	};
	if (put_text_at(i, PLACES, name, value))
		return;
	if (text_is(name, "Longitude"))
		i->longitude = degrees(value);
	else if (text_is(name, "Latitude"))
		i->latitude = degrees(value);
	else if (text_is(name, "PTZType"))
		i->ptz = whole(value);
}

static void value(struct gb_xml *x, const char *name, const char *text)
{
	static const struct place PLACES[] = {
		{ "CmdType", offsetof(struct gb_xml, cmd) },
		{ "DeviceID", offsetof(struct gb_xml, device) },
		{ "Status", offsetof(struct gb_xml, status) },
		{ "Result", offsetof(struct gb_xml, result) },
		{ "DeviceName", offsetof(struct gb_xml, name) },
		{ "Manufacturer", offsetof(struct gb_xml, manufacturer) },
		{ "Model", offsetof(struct gb_xml, model) },
		{ "Firmware", offsetof(struct gb_xml, firmware) },
		{ "AlarmPriority", offsetof(struct gb_xml, priority) },
		{ "AlarmMethod", offsetof(struct gb_xml, method) },
		{ "AlarmTime", offsetof(struct gb_xml, time) },
		{ "Time", offsetof(struct gb_xml, time) },
		{ "AlarmDescription", offsetof(struct gb_xml, description) },
		{ "StartTime", offsetof(struct gb_xml, start) },
		{ "EndTime", offsetof(struct gb_xml, end) },
		{ NULL, 0 },
	};
	if (put_text_at(x, PLACES, name, text))
		return;
	if (text_is(name, "SN"))
		x->sn = whole(text);
	else if (text_is(name, "SumNum"))
		x->sum = whole(text);
	else if (text_is(name, "Interval"))
		x->interval = whole(text);
	else if (text_is(name, "Longitude"))
		x->longitude = degrees(text);
	else if (text_is(name, "Latitude"))
		x->latitude = degrees(text);
	else if (text_is(name, "Speed"))
		x->speed = gb_decimal(text, 2, 100000);
	else if (text_is(name, "Direction"))
		x->direction = gb_decimal(text, 2, 36000);
}

static void on_end(void *at, const XML_Char *name)
{
	struct reading *r = at;
	bool leaf = text_is(r->name, name);
	if (leaf && r->depth == 2)
		value(r->out, r->name, text_of(r));
	else if (leaf && r->item && r->depth >= 4)
		item_value(r->item, r->name, text_of(r));
	if (r->depth == 3)
		r->item = NULL;
	r->name[0] = '\0';
	r->depth--;
}

enum err gb_xml_read(struct arena *a, struct bytes xml, struct gb_xml *out, struct fault *why)
{
	struct reading r = { .arena = a, .out = out };
	*out = (struct gb_xml){ "", "", "", "", "", 0, "", "", "", "", "", "", "", "", "", "",
		GB_NOWHERE, GB_NOWHERE, GB_NOWHERE, GB_NOWHERE, 0, 0, NULL, 0 };
	if (xml.n > GB_XML_MAX)
		return fault(why, E_TOO_LARGE, "a device's XML is above 64 KiB");
	const char *text = gb_utf8(a, xml);
	r.parser = XML_ParserCreate("UTF-8"); /* stronger than what is declared */
	if (!r.parser)
		return fault(why, E_INTERNAL, "out of memory");
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	enum err e = OK;
	if (XML_Parse(r.parser, text, (int)strlen(text), 1) != XML_STATUS_OK)
		e = fault(why, E_INVALID, "a device's XML is refused: %s",
			r.refused ? r.refused : XML_ErrorString(XML_GetErrorCode(r.parser)));
	XML_ParserFree(r.parser);
	if (!e && !*out->cmd)
		e = fault(why, E_INVALID, "a device's XML has no CmdType");
	return e;
}
