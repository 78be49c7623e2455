#include "domains/grading/rerating_rules.h"

enum err rerating_rules_read(const struct node *data, struct rerating_rules *out, struct fault *why)
{
	*out = (struct rerating_rules){
		.version = node_text(data, "version", ""),
		.wait_months = (int)node_int(data, "wait_months.value", -1),
		.per_year = (int)node_int(data, "per_year.value", -1),
		.window_months = (int)node_int(data, "per_year.months", 12),
		.wait_source = node_text(data, "wait_months.source", ""),
		.count_source = node_text(data, "per_year.source", ""),
		.cap_source = node_text(data, "cap.source", ""),
	};
	if (out->wait_months < 0 || out->per_year < 0 || out->window_months < 1)
		return fault(why, E_INVALID, "wait_months.value and per_year.value are needed");
	return OK;
}

/* The latest of all moments that stand against it decides; its reason is the one told. */
static void later(struct rerating_answer *out, int64_t from, const char *why, const char *source)
{
	if (from > out->from)
		*out = (struct rerating_answer){ why, from, source };
}

/* When the window holds one fewer than allowed again. */
static int64_t room_from(const struct rerating_rules *r, const struct rerating_facts *f)
{
	size_t in_window = 0;

	for (size_t i = 0; i < f->n_asked; i++)
		in_window += f->now < months_after(f->asked[i], r->window_months);
	if (in_window < (size_t)r->per_year)
		return 0;
	if (!r->per_year)
		return 0;
	return months_after(f->asked[f->n_asked - (size_t)r->per_year], r->window_months);
}

void rerating_when(
	const struct rerating_rules *r, const struct rerating_facts *f, struct rerating_answer *out)
{
	*out = (struct rerating_answer){ .source = "" };
	if (f->open)
		out->why_not = "A request waits for its inspection already.";
	else if (f->rank < 0)
		out->why_not = "There is no grade yet that could be raised.";
	else if (f->rank == 0)
		out->why_not = "The grade is the best already.";
	else if (!r->per_year)
		out->why_not = "No request to be rated again is provided for.";
	if (out->why_not)
		return;
	if (f->inspected_at)
		later(out, months_after(f->inspected_at, r->wait_months),
			"The time to wait after a rating is not over.", r->wait_source);
	later(out, f->cap_until, "A penalty or an accident holds the grade down.", r->cap_source);
	later(out, room_from(r, f), "As many requests as allowed were made.", r->count_source);
	if (out->from <= f->now)
		*out = (struct rerating_answer){ .source = "" };
}
