#include "domains/cases/test_law_data.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct node *law_read(struct arena *a, const char *name)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes b;
	struct node *n;

	if (file_read(a, arena_printf(a, "%s/rules/%s.json", root ? root : ".", name), 1 << 20, &b,
		    &why) ||
		json_parse(a, b, &n, &why)) {
		print_error("%s: %s\n", name, why.text);
		return NULL;
	}
	return n;
}

static int two(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

int64_t law_moment(const char *text)
{
	struct arena *a = arena_new();
	int64_t ms = 0;

	if (*text && !date_parse(arena_copy(a, text, 10), &ms))
		fail_msg("no date: %s", text);
	if (strlen(text) == 16)
		ms += two(text + 11) * (int64_t)HOUR + two(text + 14) * (int64_t)MINUTE;
	arena_free(a);
	return ms;
}

int64_t law_day_end(const char *text)
{
	return law_moment(text) + DAY - 1;
}
