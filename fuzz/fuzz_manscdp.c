/* libFuzzer target: the XML of devices, its character sets, times and numbers. */
#include "workers/gb/manscdp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool sound(const char *s)
{
	return s && (!*s || utf8_valid(s, strlen(s)));
}

static void check(const struct gb_xml *x)
{
	if (!sound(x->kind) || !sound(x->cmd) || !sound(x->name) || !sound(x->description))
		abort();
	if (x->n > GB_ITEMS_MAX || strlen(x->name) > GB_TEXT_MAX)
		abort();
	for (size_t i = 0; i < x->n; i++)
		if (!sound(x->items[i].id) || !sound(x->items[i].name))
			abort();
	(void)gb_time_read(x->time);
}

static void check_values(const uint8_t *data, size_t n)
{
	char text[64];
	size_t most = n < sizeof(text) - 1 ? n : sizeof(text) - 1;
	if (most)
		memcpy(text, data, most);
	text[most] = '\0';
	(void)gb_time_read(text);
	int64_t v = gb_decimal(text, 6, 180000000);
	if (v != GB_NOWHERE && (v > 180000000 || v < -180000000))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct gb_xml x;
	struct fault why = { 0 };
	if (gb_xml_read(a, (struct bytes){ data, n }, &x, &why) == OK)
		check(&x);
	else if (!*why.text)
		abort();
	check_values(data, n);
	(void)gb_gb18030(a, gb_utf8(a, (struct bytes){ data, n < 4096 ? n : 4096 }));
	arena_free(a);
	return 0;
}
