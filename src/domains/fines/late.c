#include "domains/fines/late.h"

enum { BP = 10000, LOOK_DAYS = 7320 };

static bool stands_still(const struct late_facts *f, int32_t day)
{
	for (size_t i = 0; i < f->n_spans; i++)
		if (day >= f->spans[i].from && day <= f->spans[i].to)
			return true;
	return false;
}

static int64_t due_before(const struct late_facts *f, int32_t day)
{
	int64_t sum = 0;

	if (!f->plan_from || day < f->plan_from)
		return day > f->term ? f->total_fen : 0;
	for (size_t i = 0; i < f->n_parts; i++)
		if (f->parts[i].day < day)
			sum += f->parts[i].fen;
	return sum;
}

/* Who pays on a day is not late that day. */
static int64_t paid_by(const struct late_facts *f, int32_t day)
{
	int64_t sum = 0;

	for (size_t i = 0; i < f->n_paid; i++)
		if (f->paid[i].day <= day)
			sum += f->paid[i].fen;
	return sum;
}

static int64_t base_of(const struct late_facts *f, int32_t day)
{
	int64_t paid = paid_by(f, day), overdue = due_before(f, day) - paid,
		unpaid = f->fine_fen - paid;

	if (overdue <= 0 || unpaid <= 0)
		return 0;
	if (f->whole)
		return f->fine_fen;
	return overdue < unpaid ? overdue : unpaid;
}

static void still_line(struct late_line *out, size_t cap, size_t *n, struct late_line l)
{
	struct late_line *last = *n ? &out[*n - 1] : NULL;

	if (last && !last->add_fen && last->day + last->days == l.day)
		last->days++;
	else if (*n < cap)
		out[(*n)++] = l;
}

int64_t late_fine(const struct late_facts *f, struct late_line *out, size_t cap, size_t *n)
{
	int64_t sum = 0;
	int32_t last = f->until < f->term + LOOK_DAYS ? f->until : f->term + LOOK_DAYS;

	*n = 0;
	if (!f->term)
		return 0;
	for (int32_t day = f->term + 1; day <= last && sum < f->fine_fen; day++) {
		int64_t base = base_of(f, day), add = base * f->rate_bp / BP;
		struct late_line l = { day, 1, base, 0, sum };

		if (!base)
			continue;
		if (stands_still(f, day)) {
			still_line(out, cap, n, l);
			continue;
		}
		l.add_fen = add < f->fine_fen - sum ? add : f->fine_fen - sum;
		l.sum_fen = sum += l.add_fen;
		if (l.add_fen && *n < cap)
			out[(*n)++] = l;
	}
	return sum;
}
