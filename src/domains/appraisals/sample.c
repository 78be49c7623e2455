#include "domains/appraisals/sample.h"

#include <stdlib.h>
#include <string.h>

enum { SHARE_OF = 1000 };

static int compare(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	int by = strcmp(a->stratum, b->stratum);

	if (by)
		return by;
	return a->case_id < b->case_id ? -1 : a->case_id > b->case_id;
}

void sample_arrange(struct arena *a, struct sample *s)
{
	s->strata = NEWS(a, struct stratum, s->n + 1);
	s->n_strata = 0;
	if (s->n)
		qsort(s->at, s->n, sizeof(*s->at), compare);
	for (size_t i = 0; i < s->n; i++) {
		if (!i || strcmp(s->at[i].stratum, s->at[i - 1].stratum) != 0)
			s->strata[s->n_strata++] = (struct stratum){ s->at[i].stratum, i, 0, 0 };
		s->strata[s->n_strata - 1].n++;
	}
}

static int64_t shares(struct sample *s, int64_t per_mille)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->n_strata; i++) {
		int64_t n = (int64_t)s->strata[i].n;
		s->strata[i].take = (n * per_mille + SHARE_OF - 1) / SHARE_OF;
		sum += s->strata[i].take;
	}
	return sum;
}

/* One more to the stratum with the largest remainder that still has one to give. */
static void give_one(struct sample *s, int64_t amount, int64_t all)
{
	size_t best = s->n_strata;
	int64_t most = -1;

	for (size_t i = 0; i < s->n_strata; i++) {
		int64_t n = (int64_t)s->strata[i].n, rest = amount * n - s->strata[i].take * all;
		if (s->strata[i].take < n && (best == s->n_strata || rest > most)) {
			best = i;
			most = rest;
		}
	}
	s->strata[best].take++;
}

int64_t sample_takes(struct sample *s, bool per_mille, int64_t amount)
{
	int64_t all = (int64_t)s->n, sum = 0;

	if (per_mille)
		return shares(s, amount);
	amount = amount < all ? amount : all;
	for (size_t i = 0; i < s->n_strata; i++) {
		s->strata[i].take = amount * (int64_t)s->strata[i].n / all;
		sum += s->strata[i].take;
	}
	for (; sum < amount; sum++)
		give_one(s, amount, all);
	return sum;
}

void sample_write(struct buf *b, const struct sample *s)
{
	buf_printf(b, "shian-appraisal-list 1\nround %" PRId64 "\ntitle %s\nclosed %s %s\n",
		s->round, s->title, s->from_day, s->to_day);
	for (size_t i = 0; i < s->n_strata; i++)
		buf_printf(b, "stratum %s\t%zu\t%" PRId64 "\n", s->strata[i].code, s->strata[i].n,
			s->strata[i].take);
	for (size_t i = 0; i < s->n; i++)
		buf_printf(b, "case %s\t%" PRId64 "\t%s\n", s->at[i].stratum, s->at[i].case_id,
			s->at[i].number);
	buf_puts(b, "end\n");
}

void sample_order(const struct sample *s, struct generator *g, size_t *order)
{
	for (size_t i = 0; i < s->n; i++)
		order[i] = i;
	for (size_t i = 0; i < s->n_strata; i++) {
		size_t *at = order + s->strata[i].first, n = s->strata[i].n;
		for (; n; at++, n--) {
			size_t r = (size_t)generator_below(g, (int64_t)n), hit = at[r];
			memmove(at + 1, at, r * sizeof(*at)); /* the others keep their order */
			*at = hit;
		}
	}
}

void sample_draw_write(struct buf *b, const struct sample *s, const struct sample_draw *d)
{
	buf_printf(b,
		"shian-appraisal-draw 1\nround %" PRId64
		"\ncommitment %s\nlist %s\nseed %s\n%snumbers %" PRId64 "\n",
		s->round, d->commitment, d->list, d->seed, d->contribution, d->numbers);
	for (size_t i = 0; i < s->n_strata; i++)
		for (size_t k = 0; k < s->strata[i].n; k++)
			buf_printf(b, "%s %s\t%zu\t%" PRId64 "\n",
				(int64_t)k < s->strata[i].take ? "drawn" : "next",
				s->strata[i].code, k + 1,
				s->at[d->order[s->strata[i].first + k]].case_id);
	buf_puts(b, "end\n");
}

/* "drawn <stratum>\t<place>\t<case>": the case when stratum and place are the wanted ones. */
static int64_t case_in(const char *line, size_t n, const char *stratum, int64_t place)
{
	char text[160];
	int64_t id;

	if (n >= sizeof(text))
		return 0;
	memcpy(text, line, n);
	text[n] = 0;
	char *code = strchr(text, ' '), *no = code ? strchr(code, '\t') : NULL,
	     *last = no ? strchr(no + 1, '\t') : NULL;
	if (!last || (strncmp(text, "drawn ", 6) && strncmp(text, "next ", 5)))
		return 0;
	*no++ = *last++ = 0;
	int64_t at;
	if (strcmp(code + 1, stratum) || !text_to_int(no, &at) || at != place)
		return 0;
	return text_to_int(last, &id) ? id : 0;
}

int64_t sample_case_at(struct bytes file, const char *stratum, int64_t place)
{
	const char *s = (const char *)file.at, *end = s + file.n;

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		if (!stop)
			break;
		int64_t id = case_in(s, (size_t)(stop - s), stratum, place);
		if (id)
			return id;
		s = stop + 1;
	}
	return 0;
}
