#include "workers/media/forecast.h"

#include <string.h>

#include "workers/media/file_put.h"

/* Bytes in so many days; a camera's grow until they reach back as far as they are to stay. */
static int64_t bytes_after(const struct keep_camera *all, size_t n, int64_t days)
{
	int64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t reach = all[i].have_ms + days * DAY;
		if (reach > all[i].keep_ms)
			reach = all[i].keep_ms;
		/* minutes, so that petabytes times years stay within 64 bits */
		sum += all[i].per_day / (DAY / MINUTE) * (reach / MINUTE);
	}
	return sum;
}

void forecast(const struct keep_camera *all, size_t n, struct keep_forecast *out)
{
	out->per_day = 0;
	out->bites_in_days = -1;
	for (size_t i = 0; i < n; i++)
		out->per_day += all[i].per_day;
	out->wanted = bytes_after(all, n, FORECAST_DAYS);
	if (out->wanted <= out->capacity)
		return;
	int64_t low = 0, high = FORECAST_DAYS; /* it only grows */
	while (low < high) {
		int64_t middle = (low + high) / 2;
		if (bytes_after(all, n, middle) > out->capacity)
			high = middle;
		else
			low = middle + 1;
	}
	out->bites_in_days = low;
}

enum err forecast_put(const char *media, const struct keep_forecast *f, struct fault *why)
{
	struct arena *a = arena_new();
	const char *s = arena_printf(a,
		"{\"at\":%" PRId64 ",\"capacity\":%" PRId64 ",\"recorded\":%" PRId64
		",\"wanted\":%" PRId64 ",\"per_day\":%" PRId64 ",\"bites_in_days\":%" PRId64 "}\n",
		clock_now(), f->capacity, f->recorded, f->wanted, f->per_day, f->bites_in_days);
	enum err e = file_put(
		media, "keeping.json", (struct bytes){ (const uint8_t *)s, strlen(s) }, why);
	arena_free(a);
	return e;
}
