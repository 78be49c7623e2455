/* What the web process sends about models: a head's file, the list of heads, features. The first
 * byte says which. */
#include "workers/vision/site_heads.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static void judge(const struct site_head *h)
{
	struct features f = { .base = 9000, .n = h->n };
	memcpy(f.net, h->net, sizeof f.net);
	memset(f.at, 0x7F, sizeof f.at);
	int32_t p = site_head_judge(h, &f);
	if (p < 0 || p > 10000)
		abort();
}

static void file(struct bytes b)
{
	struct site_head h, back;
	if (site_head_parse(b, &h, NULL))
		return;
	struct arena *a = arena_new();
	const char *text = site_head_text(&h, a);
	if (site_head_parse((struct bytes){ (const uint8_t *)text, strlen(text) }, &back, NULL) ||
		!text_is(site_head_text(&back, a), text))
		abort(); /* what is written is what is read */
	judge(&h);
	arena_free(a);
}

static void list(struct bytes b)
{
	struct site_heads *s = site_heads_new();
	struct features f = { .net = "head@3a8831d5", .base = 9000, .n = 3 };
	if (!site_heads_take(s, b, NULL))
		site_heads_keep(s, "head_uncovered", &f);
	site_heads_free(s);
}

static void text(struct bytes b)
{
	char out[FEATURES_TEXT], *copy = malloc(b.n + 1);
	struct features f = { 0 };
	if (!copy)
		return;
	memcpy(copy, b.at, b.n);
	copy[b.n] = 0;
	if (!features_parse(copy, &f, NULL)) {
		features_text(&f, out);
		if (strcmp(out, copy) != 0)
			abort();
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n)
{
	log_to(LOG_ERROR + 1, "fuzz");
	if (!n)
		return 0;
	struct bytes rest = { at + 1, n - 1 };
	if (*at == 'f')
		file(rest);
	else if (*at == 'l')
		list(rest);
	else
		text(rest);
	return 0;
}
