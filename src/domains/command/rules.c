#include "domains/command/rules.h"

#include <stdlib.h>

int64_t permille(int64_t part, int64_t whole)
{
	return whole > 0 ? (part * 1000 + whole / 2) / whole : -1;
}

const char *percent_text(struct arena *a, int64_t share)
{
	if (share < 0)
		return "—";
	return arena_printf(a, "%" PRId64 ".%" PRId64, share / 10, share % 10);
}

const char *number_text(struct arena *a, int64_t n)
{
	if (n < 0)
		return arena_printf(a, "−%s", number_text(a, -n));
	if (n < 1000)
		return arena_printf(a, "%" PRId64, n);
	return arena_printf(a, "%s,%03" PRId64, number_text(a, n / 1000), n % 1000);
}

const char *share_tone(int64_t share, int64_t good, int64_t fair)
{
	if (share < 0)
		return "neutral";
	return share >= good ? "green" : share >= fair ? "yellow" : "red";
}

const char *waiting_tone(int64_t ms)
{
	return ms < HOUR ? "green" : ms < DAY ? "yellow" : "red";
}

const char *town_tone(int64_t red, int64_t graded)
{
	if (graded <= 0)
		return "neutral";
	return red * 1000 <= 5 * graded ? "green" : red * 1000 <= 15 * graded ? "yellow" : "red";
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

int64_t median(int64_t *values, size_t n)
{
	if (!n)
		return -1;
	qsort(values, n, sizeof(*values), by_size);
	return values[(n - 1) / 2];
}
