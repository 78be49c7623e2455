/* The register, one request, and the counts that anybody may read. */
#include "domains/disclosure/disclosure.h"

enum { PAGE_ROWS = 50 };

static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value && *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

/* An answer as the rule names it, in the visitor's language, with its article. */
static const char *answer_words(struct req *rq, const struct node *law, const char *code)
{
	const struct node *a = disclosure_answer_of(law, code);

	if (a)
		return arena_printf(rq->arena, rq->zh ? "%s（%s）" : "%s (%s)",
			node_text(a, rq->zh ? "zh" : "en", ""),
			node_text(a, rq->zh ? "clause" : "clause_en", ""));
	return "";
}

enum err disclosure_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);
	const char *state = query_text(rq, "state");

	TRY(db_all(rq, &disclosure_model, &l,
		"SELECT * FROM disclosures WHERE ($1 = '' OR state = $1) ORDER BY CASE state WHEN "
		"'open' THEN 0 WHEN 'answered' THEN 2 ELSE 1 END, due, id DESC LIMIT $2 OFFSET $3",
		state, p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *n = show_table(rq, "requests", &disclosure_model, &l)->first;
	for (struct disclosure *d = LIST_OF(struct disclosure, &l);
		n && d < LIST_END(struct disclosure, &l); d++, n = n->next)
		put_flag(n, "late", text_is(d->state, "open") && d->due < rq->now);
	struct node *states = put_list(rq->view, "states");
	states->hidden = true;
	for (const struct choice *c = disclosure_states; c->code; c++) {
		struct node *o = put_map(states, NULL);
		put_text(o, "value", c->code);
		put_text(o, "label", tr(rq, c->label));
		put_flag(o, "selected", text_is(c->code, state));
	}
	put_flag(rq->view, "may_write", may(rq, COMPLAINT_WRITE))->hidden = true;
	return page(rq, "disclosure/list");
}

enum err disclosure_new(struct req *rq)
{
	struct disclosure d = { .way = "", .form = "", .received_day = rq->now };
	struct applicant a = { 0 };

	show_form(rq, "request", &disclosure_model, &d);
	show_form(rq, "applicant", &applicant_model, &a);
	return page(rq, "disclosure/form");
}

/* Who asked is for those who handle it. */
static enum err put_applicant(struct req *rq, struct node *rows, const struct disclosure *d)
{
	struct applicant a = { .name = "", .contact = "" };

	if (!may(rq, COMPLAINT_WRITE))
		return OK;
	enum err e = db_one(rq, &applicant_model, &a,
		"SELECT * FROM disclosure_applicants WHERE disclosure = $1", d->id);
	if (e && e != E_NOT_FOUND)
		return e;
	put_row(rq, rows, "Who asks",
		e ? tr(rq, "Erased, as the term of keeping is over.") : a.name);
	put_row(rq, rows, "How to reach them", a.contact);
	return OK;
}

static void put_answers(struct req *rq, const struct node *law, const struct disclosure *d)
{
	struct node *list = put_list(rq->view, "answers");

	list->hidden = true;
	NODE_EACH (a, node_find(law, "answers")) {
		if (node_true(a, "only_waiting") && !text_is(d->state, "mend"))
			continue;
		struct node *n = put_map(list, NULL);
		put_text(n, "value", node_text(a, "code", ""));
		put_text(n, "label", answer_words(rq, law, node_text(a, "code", "")));
	}
}

enum err disclosure_page(struct req *rq)
{
	struct disclosure d;
	const struct node *law;

	TRY(disclosure_load(rq, &d));
	TRY(disclosure_law(rq, d.received_day, &law));
	show(rq, "request", &disclosure_model, &d);
	struct node *rows = put_list(rq->view, "rows");
	put_row(rq, rows, "What is asked for", d.wanted);
	TRY(put_applicant(rq, rows, &d));
	put_row(rq, rows, "Received on", date_text(rq->arena, d.received_day));
	put_row(rq, rows, "To be answered by",
		text_is(d.state, "open") ? date_text(rq->arena, d.due) : "");
	put_row(rq, rows, "What is waited for", d.waits_words);
	put_row(rq, rows, "More time, because", d.extended_why);
	put_row(rq, rows, "Answer", answer_words(rq, law, d.answer));
	put_row(rq, rows, "In its words", d.answer_words);
	bool write = may(rq, COMPLAINT_WRITE), open = text_is(d.state, "open");
	put_flag(rq->view, "late", open && d.due < rq->now);
	put_flag(rq->view, "may_answer", write && !text_is(d.state, "answered"))->hidden = true;
	put_flag(rq->view, "may_wait", write && open)->hidden = true;
	put_flag(rq->view, "may_mend", write && open && !d.mended)->hidden = true;
	put_flag(rq->view, "may_resume",
		write && (text_is(d.state, "mend") || text_is(d.state, "third")))
		->hidden = true;
	put_flag(rq->view, "may_extend", open && !d.extended_at && may(rq, CASE_APPROVE))->hidden =
		true;
	put_answers(rq, law, &d);
	TRY(disclosure_put_clips(rq, &d, disclosure_answer_of(law, d.answer)));
	return page(rq, "disclosure/one");
}

/* ---- for anybody ------------------------------------------------------- */
struct year_row {
	const char *answer;
	int64_t n, in_time;
};
static const struct model year_model = MODEL("disclosures", struct year_row,
	FIELDS(STORED(struct year_row, answer), STORED(struct year_row, n),
		STORED(struct year_row, in_time)));

static enum err put_year(struct req *rq, const struct node *law, struct node *years, int year)
{
	struct list l;
	struct node *n = put_map(years, NULL);
	struct node *kinds = put_list(n, "kinds");
	int64_t received = 0, answered = 0, in_time = 0;

	TRY(db_all(rq, &year_model, &l,
		"SELECT answer, count(*) AS n, sum(in_time) AS in_time FROM disclosures WHERE "
		"received_day >= $1 AND received_day < $2 GROUP BY answer ORDER BY answer",
		civil_to_ms((struct civil){ .year = year, .month = 1, .day = 1 }),
		civil_to_ms((struct civil){ .year = year + 1, .month = 1, .day = 1 })));
	for (struct year_row *r = LIST_OF(struct year_row, &l); r < LIST_END(struct year_row, &l);
		r++) {
		received += r->n;
		if (!*r->answer)
			continue;
		answered += r->n;
		in_time += r->in_time;
		struct node *k = put_map(kinds, NULL);
		put_text(k, "answer", answer_words(rq, law, r->answer));
		put_int(k, "n", r->n);
	}
	put_int(n, "year", year);
	put_int(n, "received", received);
	put_int(n, "answered", answered);
	put_int(n, "in_time", in_time);
	return OK;
}

enum err disclosure_counts(struct req *rq)
{
	const struct node *law;
	int year = civil_of(rq->now).year;

	TRY(disclosure_law(rq, rq->now, &law));
	struct node *years = put_list(rq->view, "years");
	TRY(put_year(rq, law, years, year));
	TRY(put_year(rq, law, years, year - 1));
	return page(rq, "disclosure/counts");
}
