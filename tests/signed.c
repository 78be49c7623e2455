/* Papers that a party reads first and then signs by finger. */
#include "harness.h"
#include "signature_png.h"

#include <string.h>

static const char *mark_of(struct bench *b, const struct answer *r)
{
	static const char field[] = "name=\"shown\" value=\"";
	const char *from = r->status == 200 ? strstr(r->body, field) : NULL;

	if (!from)
		return "";
	from += strlen(field);
	return arena_copy(bench_arena(b), from, strcspn(from, "\""));
}

const char *bench_shown(struct bench *b, const char *who, const char *path, ...)
{
	va_list ap;
	va_start(ap, path);
	const struct http_pair *form = bench_pairs(b, ap);
	va_end(ap);
	return mark_of(b, bench_post_pairs(b, who, path, form));
}

struct answer *bench_sign(struct bench *b, const char *who, const char *path, ...)
{
	va_list ap;
	va_start(ap, path);
	const struct http_pair *form = bench_pairs(b, ap);
	va_end(ap);
	struct answer *r = bench_post_pairs(b, who, path, form);
	const char *mark = mark_of(b, r);
	size_t n = 0;

	if (!*mark)
		return r;
	while (form[n].name)
		n++;
	struct http_pair *again = NEWS(bench_arena(b), struct http_pair, n + 3);
	memcpy(again, form, n * sizeof(*form));
	again[n] = (struct http_pair){ "shown", mark };
	again[n + 1] = (struct http_pair){ "signature", SIGNATURE_PNG };
	return bench_post_pairs(b, who, path, again);
}
