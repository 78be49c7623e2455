#include "domains/warnings/rules.h"

#include <string.h>

const char *const sort_codes[SORTS] = { "licence", "camera", "entry_missing", "entry_words",
	"entry_expiring", "complaints", "correction", "season" };

enum { WORDS_MOST = 500 };

/* ---- reading the files ------------------------------------------------------------------- */
static bool rule_read(const struct node *n, struct rule *r)
{
	const char *sort = node_text(n, "sort", "");
	int s = 0;

	while (s < SORTS && !text_is(sort, sort_codes[s]))
		s++;
	if (s == SORTS)
		return false;
	*r = (struct rule){ .code = node_text(n, "rule", ""),
		.title = node_text(n, "title", ""),
		.title_en = node_text(n, "title_en", ""),
		.check = node_text(n, "check", ""),
		.check_en = node_text(n, "check_en", ""),
		.level = text_is(node_text(n, "level", ""), "red") ? "red" : "yellow",
		.sort = (enum sort)s,
		.task_days = node_int(n, "task_days", 10),
		.again_days = node_int(n, "again_days", 15),
		.ends_by_task = node_true(n, "ends_by_task"),
		.law = n };
	return *r->code != 0;
}

static bool season_read(const struct node *file, const struct node *n, struct rule *r)
{
	*r = (struct rule){ .code = node_text(n, "season", ""),
		.title = node_text(n, "title", ""),
		.title_en = node_text(n, "title_en", ""),
		.check = node_text(n, "check", ""),
		.check_en = node_text(n, "check_en", ""),
		.level = text_is(node_text(file, "level", ""), "red") ? "red" : "yellow",
		.sort = SORT_SEASON,
		.task_days = node_int(file, "task_days", 20),
		.ends_by_task = true,
		.law = n };
	return *r->code != 0;
}

size_t warning_rules(
	const struct node *law, const struct node *seasons, int64_t today, struct rule *out)
{
	size_t n = 0;

	NODE_EACH (one, node_find(law, "rules"))
		if (n < RULES_MOST && rule_read(one, &out[n]))
			n++;
	NODE_EACH (one, node_find(seasons, "seasons")) {
		int64_t began = season_began(one, today);
		if (began && n < RULES_MOST && season_read(seasons, one, &out[n]))
			out[n++].since = began;
	}
	return n;
}

bool warning_rule(
	const struct node *law, const struct node *seasons, const char *code, struct rule *out)
{
	NODE_EACH (one, node_find(law, "rules"))
		if (rule_read(one, out) && text_is(out->code, code))
			return true;
	NODE_EACH (one, node_find(seasons, "seasons"))
		if (season_read(seasons, one, out) && text_is(out->code, code))
			return true;
	return false;
}

/* ---- days -------------------------------------------------------------------------------- */
static bool month_day(const char *s, int *out)
{
	if (strlen(s) != 5 || s[2] != '-')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (s[i] < '0' || s[i] > '9'))
			return false;
	*out = ((s[0] - '0') * 10 + s[1] - '0') * 100 + (s[3] - '0') * 10 + s[4] - '0';
	return true;
}

static int64_t range_began(const char *range, int64_t today)
{
	char day[11] = "";
	int64_t from, to;

	if (strlen(range) != 21 || range[10] != '/')
		return 0;
	memcpy(day, range, 10);
	if (!date_parse(day, &from) || !date_parse(range + 11, &to))
		return 0;
	return from <= today && today <= to ? from : 0;
}

int64_t season_began(const struct node *season, int64_t today)
{
	struct civil c = civil_of(today);
	int from, to, day = c.month * 100 + c.day, year = c.year;

	NODE_EACH (r, node_find(season, "ranges")) {
		int64_t began = r->type == NODE_TEXT ? range_began(r->s, today) : 0;
		if (began)
			return began;
	}
	if (!month_day(node_text(season, "from", ""), &from) ||
		!month_day(node_text(season, "to", ""), &to))
		return 0;
	if (from <= to ? day < from || day > to : day < from && day > to)
		return 0;
	if (day < from) /* it began last year */
		year--;
	return civil_to_ms((struct civil){ .year = year, .month = from / 100, .day = from % 100 });
}

int64_t days_left(int64_t day, int64_t today)
{
	return day_number(day) - day_number(today);
}

bool day_within(const struct node *law, int64_t day, int64_t today)
{
	int64_t left = days_left(day, today);

	return left >= node_int(law, "from", 0) && left <= node_int(law, "to", 0);
}

/* ---- lists ------------------------------------------------------------------------------- */
bool has_word(const struct node *words, const char *text)
{
	NODE_EACH (w, words)
		if (w->type == NODE_TEXT && *w->s && strstr(text, w->s))
			return true;
	return false;
}

bool listed(const struct node *list, const char *text)
{
	if (!node_first(list))
		return true;
	NODE_EACH (w, list)
		if (w->type == NODE_TEXT && text_is(w->s, text))
			return true;
	return false;
}

/* ---- what becomes of one ------------------------------------------------------------------ */
enum turn turn_of(const struct standing *s, bool there, int64_t fresh_at, int64_t now)
{
	if (!s->state)
		return there ? TURN_RAISE : TURN_NONE;
	if (text_is(s->state, "closed"))
		return there && fresh_at > s->handled_at ? TURN_RAISE : TURN_NONE;
	if (!there)
		return TURN_CLOSE;
	return !text_is(s->state, "open") && s->until <= now ? TURN_AGAIN : TURN_NONE;
}

bool task_ends(bool ends_by_task, bool there)
{
	return ends_by_task || !there;
}

const char *dismissal_wrong(const char *state, const char *reason, int64_t until, int64_t today)
{
	if (text_is(state, "closed"))
		return "This warning has ended.";
	if (utf8_length(reason) < 2 || utf8_length(reason) > WORDS_MOST)
		return "Say in 2 to 500 characters why the warning does not hold.";
	return until <= today ? "Name a day to come: until then the warning stays dismissed."
			      : NULL;
}
