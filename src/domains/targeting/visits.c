#include "domains/targeting/visits.h"

#include "core/base/csv.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FOUND = 60000, MOST_NAME = 64, FIRST_ROOM = 256 };

/* ---- names ------------------------------------------------------------ */
static uint64_t text_hash(const char *s)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 1099511628211u;
	return h ^ (h >> 29);
}

static void names_grow(struct names *n, struct arena *a)
{
	size_t room = n->room ? n->room * 2 : FIRST_ROOM;
	const char **at = NEWS(a, const char *, room);

	if (n->n)
		memcpy(at, n->at, n->n * sizeof(*at));
	n->at = at;
	n->room = room;
	n->size = room * 2;
	n->slots = NEWS(a, uint32_t, n->size);
	for (size_t i = 0; i < n->n; i++) {
		size_t slot = text_hash(at[i]) % n->size;
		while (n->slots[slot])
			slot = (slot + 1) % n->size;
		n->slots[slot] = (uint32_t)i + 1;
	}
}

uint32_t names_number(struct names *n, struct arena *a, const char *text)
{
	if (n->n == n->room)
		names_grow(n, a);
	size_t slot = text_hash(text) % n->size;
	for (; n->slots[slot]; slot = (slot + 1) % n->size)
		if (strcmp(n->at[n->slots[slot] - 1], text) == 0)
			return n->slots[slot] - 1;
	n->at[n->n] = arena_dup(a, text);
	n->slots[slot] = (uint32_t)++n->n;
	return (uint32_t)n->n - 1;
}

/* ---- the set ----------------------------------------------------------- */
void visits_start(struct visits *v, struct arena *a)
{
	*v = (struct visits){ .arena = a, .frozen = INT32_MAX, .until = INT32_MAX };
	names_number(&v->inspectors, a, "");
	names_number(&v->kinds, a, "");
	names_number(&v->areas, a, "");
}

struct visit *visits_add(struct visits *v)
{
	if (v->n == v->room) {
		size_t room = v->room ? v->room * 2 : FIRST_ROOM;
		struct visit *at = NEWS(v->arena, struct visit, room);
		if (v->n)
			memcpy(at, v->at, v->n * sizeof(*at));
		v->at = at;
		v->room = room;
	}
	return &v->at[v->n++];
}

struct visited *visits_add_operator(struct visits *v)
{
	if (v->n_operators == v->room_operators) {
		size_t room = v->room_operators ? v->room_operators * 2 : FIRST_ROOM;
		struct visited *at = NEWS(v->arena, struct visited, room);
		if (v->n_operators)
			memcpy(at, v->operators, v->n_operators * sizeof(*at));
		v->operators = at;
		v->room_operators = room;
	}
	return &v->operators[v->n_operators++];
}

/* Counts, then fills: stable, so equal days stay in the order in which they came. */
static void sort_by_day(struct visits *v)
{
	int32_t low = INT32_MAX, high = INT32_MIN;

	for (size_t i = 0; i < v->n; i++) {
		low = v->at[i].day < low ? v->at[i].day : low;
		high = v->at[i].day > high ? v->at[i].day : high;
	}
	size_t days = (size_t)((int64_t)high - low) + 2;
	size_t *begin = NEWS(v->arena, size_t, days + 1);
	struct visit *sorted = NEWS(v->arena, struct visit, v->n);
	for (size_t i = 0; i < v->n; i++)
		begin[(int64_t)v->at[i].day - low + 1]++;
	for (size_t d = 1; d < days; d++)
		begin[d] += begin[d - 1];
	for (size_t i = 0; i < v->n; i++)
		sorted[begin[(int64_t)v->at[i].day - low]++] = v->at[i];
	v->at = sorted;
	v->room = v->n;
}

void visits_index(struct visits *v)
{
	uint32_t at = 0;

	if (v->n)
		sort_by_day(v);
	v->by_operator = NEWS(v->arena, uint32_t, v->n + 1);
	for (size_t k = 0; k < v->n_operators; k++)
		v->operators[k].n = 0;
	for (size_t i = 0; i < v->n; i++)
		v->operators[v->at[i].who].n++;
	for (size_t k = 0; k < v->n_operators; k++) {
		v->operators[k].first = at;
		at += v->operators[k].n;
		v->operators[k].n = 0;
	}
	for (size_t i = 0; i < v->n; i++) {
		struct visited *o = &v->operators[v->at[i].who];
		v->by_operator[o->first + o->n++] = (uint32_t)i;
	}
}

/* ---- reading ----------------------------------------------------------- */
enum column {
	VISIT_ID,
	OPERATOR_ID,
	DATE,
	FORMAT,
	AREA,
	INSPECTOR,
	LICENSED_ON,
	LAT,
	LON,
	CRITICAL,
	SERIOUS,
	MINOR,
	FAILED,
	COLUMNS
};
static const char *const column_names[COLUMNS] = { "visit_id", "operator_id", "date", "format",
	"area", "inspector", "licensed_on", "lat", "lon", "critical", "serious", "minor",
	"failed" };

struct reader {
	struct visits *v;
	int at[COLUMNS]; /* where each column stands in a line */
	int cells;
	const struct csv_record *r;
	int32_t *latest; /* day of the line that told what an operator is */
	size_t room;
	struct fault *why;
};

bool day_parse(const char *text, int32_t *day)
{
	int64_t ms;

	if (!date_parse(text, &ms))
		return false;
	*day = day_number(ms);
	return true;
}

static enum err bad(const struct reader *rd, enum column c, const char *reason)
{
	return fault(rd->why, E_INVALID, "line %" PRId64 ": %s %s", rd->r->line, column_names[c],
		reason);
}

static const char *cell(const struct reader *rd, enum column c)
{
	return rd->r->cells[rd->at[c]];
}

static enum err read_name(const struct reader *rd, enum column c, bool needed, const char **out)
{
	*out = cell(rd, c);
	if (needed && !**out)
		return bad(rd, c, "is empty");
	if (strlen(*out) > MOST_NAME)
		return bad(rd, c, "is longer than 64 bytes");
	if (strpbrk(*out, "\r\n") || !utf8_valid(*out, strlen(*out)))
		return bad(rd, c, "is not one line of UTF-8");
	return OK;
}

static enum err read_day(const struct reader *rd, enum column c, int32_t *out)
{
	const char *text = cell(rd, c);

	*out = NO_DAY;
	if (!*text && c == LICENSED_ON)
		return OK;
	return day_parse(text, out) ? OK : bad(rd, c, "is no date such as 2014-04-16");
}

static enum err read_count(const struct reader *rd, enum column c, uint16_t *out)
{
	int64_t n;

	if (!text_to_int(cell(rd, c), &n) || n < 0)
		return bad(rd, c, "is no number of violations");
	*out = (uint16_t)(n < MOST_FOUND ? n : MOST_FOUND);
	return OK;
}

/* Degrees with up to as many decimals as there are, to micro-degrees; what is finer is cut. */
static bool degrees(const char *s, int32_t most, int32_t *out)
{
	bool minus = *s == '-';
	int64_t whole = 0, part = 0, scale = 100000;

	s += minus || *s == '+';
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9' && whole <= most; s++)
		whole = whole * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, scale /= 10)
			part += scale * (*s - '0');
	if (*s || whole > most || (whole == most && part))
		return false;
	*out = (int32_t)((minus ? -1 : 1) * (whole * 1000000 + part));
	return true;
}

static enum err read_place(const struct reader *rd, int32_t *lat, int32_t *lon)
{
	*lat = *lon = 0;
	if (!*cell(rd, LAT) && !*cell(rd, LON))
		return OK;
	if (!degrees(cell(rd, LAT), 90, lat))
		return bad(rd, LAT, "is no latitude in degrees");
	return degrees(cell(rd, LON), 180, lon) ? OK : bad(rd, LON, "is no longitude in degrees");
}

/* Whether a line of one day takes the place of another that said what an operator was: what was
 * known before the day frozen, and of that the latest. Of lines that are later the first in the
 * file stays, so that what is added to a file changes nothing. */
static bool tells_more(int32_t other, int32_t day, int32_t frozen)
{
	return day < frozen && (other >= frozen || day >= other);
}

/* What a line says of an operator. */
struct said {
	const char *kind, *area;
	int32_t licensed, lat, lon;
};

/* The number of an operator; latest has room for it. */
static uint32_t operator_number(struct reader *rd, const char *name, bool *is_new)
{
	struct visits *v = rd->v;
	uint32_t who = names_number(&v->operator_names, v->arena, name);

	*is_new = who == v->n_operators;
	if (*is_new)
		*visits_add_operator(v) =
			(struct visited){ .name = v->operator_names.at[who], .licensed = NO_DAY };
	if (rd->room < v->n_operators) {
		int32_t *latest = NEWS(v->arena, int32_t, v->room_operators);
		if (rd->room)
			memcpy(latest, rd->latest, rd->room * sizeof(*latest));
		rd->latest = latest;
		rd->room = v->room_operators;
	}
	return who;
}

/* Takes what the line says where it says more than others, and what nobody said yet; what later
 * lines said is nothing beside a line from before the day frozen. */
static void take_said(struct visits *v, struct visited *o, const struct said *s, bool more)
{
	if (*s->kind && (more || !o->kind))
		o->kind = names_number(&v->kinds, v->arena, s->kind);
	if (*s->area && (more || !o->area))
		o->area = names_number(&v->areas, v->arena, s->area);
	if (s->licensed != NO_DAY && (more || o->licensed == NO_DAY))
		o->licensed = s->licensed;
	if ((s->lat || s->lon) && (more || (!o->lat && !o->lon))) {
		o->lat = s->lat;
		o->lon = s->lon;
	}
}

/* The operator of the line, new or known, with what the line says of it. */
static enum err read_operator(struct reader *rd, struct visit *x)
{
	struct visits *v = rd->v;
	struct said s;
	const char *name;
	bool is_new;

	TRY(read_name(rd, OPERATOR_ID, true, &name));
	TRY(read_name(rd, FORMAT, false, &s.kind));
	TRY(read_name(rd, AREA, false, &s.area));
	TRY(read_day(rd, LICENSED_ON, &s.licensed));
	TRY(read_place(rd, &s.lat, &s.lon));
	if (x->day >= v->until)
		return OK;
	x->who = operator_number(rd, name, &is_new);
	struct visited *o = &v->operators[x->who];
	bool more = is_new || tells_more(rd->latest[x->who], x->day, v->frozen);
	bool before = x->day < v->frozen;
	if (!is_new && before && rd->latest[x->who] >= v->frozen)
		*o = (struct visited){ .name = o->name, .licensed = NO_DAY };
	if (more)
		rd->latest[x->who] = x->day;
	if (more || before)
		take_said(v, o, &s, more);
	return OK;
}

static enum err read_line(struct reader *rd)
{
	struct visits *v = rd->v;
	struct visit x = { 0 };
	const char *inspector, *failed = cell(rd, FAILED);

	TRY(read_name(rd, VISIT_ID, true, &x.name));
	TRY(read_day(rd, DATE, &x.day));
	TRY(read_name(rd, INSPECTOR, false, &inspector));
	TRY(read_count(rd, CRITICAL, &x.critical));
	TRY(read_count(rd, SERIOUS, &x.serious));
	TRY(read_count(rd, MINOR, &x.minor));
	if (!text_is(failed, "0") && !text_is(failed, "1"))
		return bad(rd, FAILED, "is neither 0 nor 1");
	x.failed = *failed == '1';
	TRY(read_operator(rd, &x));
	if (x.day >= v->until)
		return OK;
	x.inspector = names_number(&v->inspectors, v->arena, inspector);
	*visits_add(v) = x;
	return OK;
}

static enum err read_head(struct reader *rd)
{
	for (int c = 0; c < COLUMNS; c++) {
		rd->at[c] = -1;
		for (int i = 0; i < rd->r->n; i++)
			if (text_is(rd->r->cells[i], column_names[c]))
				rd->at[c] = i;
		if (rd->at[c] < 0)
			return fault(rd->why, E_INVALID, "line 1: the column %s is missing",
				column_names[c]);
	}
	rd->cells = rd->r->n;
	return OK;
}

enum err visits_read(struct visits *v, struct bytes file, struct fault *why)
{
	struct csv_record record;
	struct csv c;
	struct reader rd = { .v = v, .r = &record, .why = why };

	csv_start(&c, (const char *)file.at, file.n);
	if (!csv_next(&c, v->arena, &record))
		return fault(why, E_INVALID, "the file is empty");
	if (record.bad)
		return fault(why, E_INVALID, "line 1 %s", record.bad);
	TRY(read_head(&rd));
	while (csv_next(&c, v->arena, &record)) {
		if (record.bad)
			return fault(
				why, E_INVALID, "line %" PRId64 " %s", record.line, record.bad);
		if (record.n != rd.cells)
			return fault(why, E_INVALID,
				"line %" PRId64 " has %d fields where line 1 has %d", record.line,
				record.n, rd.cells);
		TRY(read_line(&rd));
	}
	if (!v->n)
		return fault(why, E_INVALID, "the file has no visits");
	visits_index(v);
	return OK;
}
