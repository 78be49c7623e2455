#include "domains/sensors/series.h"

#include "core/ledger/crypto.h"

#include <string.h>

/* ---- text ------------------------------------------------------------------ */
static void write_value(struct buf *b, int64_t v, int64_t *last)
{
	if (v == NOT_MEASURED) {
		buf_putc(b, '-');
		return;
	}
	buf_printf(b, "%" PRId64, v - *last);
	*last = v;
}

const char *series_write(struct arena *a, const struct series *s, int64_t hour)
{
	struct buf b = { .arena = a };
	int64_t before = hour, step = -1, last[QUANTITIES] = { 0 };

	for (const struct reading *r = s->at; r < s->at + s->n; r++) {
		if (b.n)
			buf_putc(&b, ' ');
		if (r->at - before != step)
			buf_printf(&b, "%" PRId64 ":", r->at - before);
		step = r->at - before;
		before = r->at;
		write_value(&b, r->v[Q_T], &last[Q_T]);
		if (r->v[Q_RH] == NOT_MEASURED)
			continue;
		buf_putc(&b, ',');
		write_value(&b, r->v[Q_RH], &last[Q_RH]);
	}
	return buf_text(&b);
}

/* Digits with an optional sign; false when there are none, or too many to be ours. */
static bool read_int(const char **s, int64_t *out)
{
	bool minus = **s == '-';
	const char *p = *s + minus;
	int64_t v = 0;

	for (; *p >= '0' && *p <= '9' && v < 100000000; p++)
		v = v * 10 + (*p - '0');
	if (p == *s + minus || (*p >= '0' && *p <= '9'))
		return false;
	*s = p;
	*out = minus ? -v : v;
	return true;
}

static bool read_value(const char **s, int64_t *last, int64_t *v)
{
	int64_t change;

	if (**s == '-' && (!(*s)[1] || strchr(", ", (*s)[1]))) {
		++*s;
		*v = NOT_MEASURED;
		return true;
	}
	if (!read_int(s, &change))
		return false;
	*last += change;
	*v = *last;
	return *last > -100000000 && *last < 100000000;
}

struct reader {
	int64_t before, step, last[QUANTITIES];
};

static bool read_one(const char **s, struct reader *m, struct reading *r)
{
	size_t word = strcspn(*s, " ");

	if (memchr(*s, ':', word)) {
		if (!read_int(s, &m->step) || *(*s)++ != ':')
			return false;
	}
	if (m->step < 0)
		return false;
	r->at = m->before += m->step;
	r->v[Q_RH] = NOT_MEASURED;
	if (!read_value(s, &m->last[Q_T], &r->v[Q_T]))
		return false;
	if (**s == ',' && (++*s, !read_value(s, &m->last[Q_RH], &r->v[Q_RH])))
		return false;
	return !**s || **s == ' ';
}

enum err series_read(struct arena *a, const char *text, int64_t hour, struct series *out)
{
	size_t most = *text != 0;
	struct reader m = { .before = hour, .step = -1 };

	for (const char *s = text; *s; s++)
		most += *s == ' ';
	*out = (struct series){ NEWS(a, struct reading, most + 1), 0 };
	for (const char *s = text; *s;) {
		if (out->n == most || !read_one(&s, &m, &out->at[out->n++]))
			return E_INVALID;
		if (*s == ' ' && !*++s)
			return E_INVALID;
	}
	return OK;
}

const char *series_digest(struct arena *a, int64_t sensor, int64_t hour, const char *text)
{
	const char *all = arena_printf(
		a, "shian-hour-v1\n%" PRId64 "\n%" PRId64 "\n%s\n", sensor, hour, text);
	struct digest d = sm3(all, strlen(all));
	return digest_hex(a, &d);
}

/* ---- lists ----------------------------------------------------------------- */
struct series series_merge(struct arena *a, const struct series *x, const struct series *y)
{
	struct series out = { NEWS(a, struct reading, x->n + y->n + 1), 0 };
	size_t i = 0, j = 0;

	while (i < x->n || j < y->n) {
		if (j == y->n || (i < x->n && x->at[i].at <= y->at[j].at)) {
			if (j < y->n && x->at[i].at == y->at[j].at)
				j++;
			out.at[out.n++] = x->at[i++];
		} else {
			out.at[out.n++] = y->at[j++];
		}
	}
	return out;
}

struct figures series_figures(const struct series *s, enum quantity q)
{
	struct figures f = { 0 };

	for (const struct reading *r = s->at; r < s->at + s->n; r++) {
		int64_t v = r->v[q];
		if (v == NOT_MEASURED)
			continue;
		f.min = !f.n || v < f.min ? v : f.min;
		f.max = !f.n || v > f.max ? v : f.max;
		f.sum += v;
		f.n++;
	}
	return f;
}

struct series series_part(const struct series *s, int64_t from, int64_t to)
{
	size_t i = 0, j;

	while (i < s->n && s->at[i].at < from)
		i++;
	for (j = i; j < s->n && s->at[j].at < to;)
		j++;
	return (struct series){ s->at + i, j - i };
}

/* ---- buckets --------------------------------------------------------------- */
int64_t mean_of(int64_t sum, int64_t n)
{
	return sum >= 0 ? (sum + n / 2) / n : -((-sum + n / 2) / n);
}

struct buckets buckets_new(struct arena *a, int64_t from, int64_t to, int64_t step)
{
	struct buckets b = { from, step, (size_t)((to - from + step - 1) / step), { 0 } };

	for (int q = 0; q < QUANTITIES; q++)
		b.at[q] = NEWS(a, struct bucket, b.n + 1);
	return b;
}

void bucket_add(struct buckets *b, enum quantity q, int64_t at, struct figures f)
{
	if (at < b->from || !f.n || (size_t)((at - b->from) / b->step) >= b->n)
		return;
	struct bucket *k = &b->at[q][(at - b->from) / b->step];
	k->min = !k->n || f.min < k->min ? f.min : k->min;
	k->max = !k->n || f.max > k->max ? f.max : k->max;
	k->sum += f.sum;
	k->n += f.n;
}

void buckets_add_series(struct buckets *b, const struct series *s)
{
	for (const struct reading *r = s->at; r < s->at + s->n; r++)
		for (int q = 0; q < QUANTITIES; q++)
			if (r->v[q] != NOT_MEASURED)
				bucket_add(b, q, r->at,
					(struct figures){ 1, r->v[q], r->v[q], r->v[q] });
}
