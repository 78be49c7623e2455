/* Papers issued by hand, from the fields of their template. */
#include "domains/dossier/dossier.h"

#include <string.h>

/* The form with this code, if it is one that is issued by hand. */
static enum err form_load(struct req *rq, const char *code, struct dossier_form *f)
{
	*f = (struct dossier_form){ 0 };
	if (!paper_is_known(code))
		return fail(rq, E_NOT_FOUND, "There is no such form. Choose one from the list.");
	TRY(paper_form(rq, code, &f->form));
	if (!node_true(f->form, "by_hand"))
		return fail(
			rq, E_NOT_FOUND, "This paper is made by a step of the case, not by hand.");
	return rules(rq, "papers/fields", rq->now, &f->common);
}

enum err dossier_papers(struct req *rq)
{
	struct dossier_case c;
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "papers");

	TRY(dossier_case_load(rq, &c));
	dossier_show(rq, &c);
	TRY(db_query(rq, &r,
		"SELECT id, code, number, title, ordered_at, sealed_at, state FROM pub_papers"
		" WHERE subject = $1 ORDER BY ordered_at, id",
		c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		bool sealed = text_is(rows_text(r, 6), "sealed");
		put_int(n, "id", rows_int(r, 0));
		put_text(n, "code", arena_dup(rq->arena, rows_text(r, 1)));
		put_text(n, "number", arena_dup(rq->arena, rows_text(r, 2)));
		put_text(n, "title", arena_dup(rq->arena, rows_text(r, 3)));
		put_time(n, "ordered_at", rows_int(r, 4));
		put_flag(n, "sealed", sealed);
		put_text(n, "tone", sealed ? "green" : "yellow");
		put_text(n, "label", tr(rq, sealed ? "Signed and sealed" : "Being made"));
	}
	bool may_issue = !dossier_officer(rq, &c);
	put_flag(rq->view, "may_issue", may_issue);
	if (may_issue)
		TRY(papers_by_hand(rq, put_list(rq->view, "forms")));
	return page(rq, "dossier/papers");
}

/* Numbers reserved for this kind of paper. */
static enum err reserved_show(struct req *rq, const char *code)
{
	struct rows *r;
	TRY(db_query(rq, &r,
		"SELECT id, number FROM pub_paper_numbers WHERE template = $1 AND state = "
		"'reserved'"
		" ORDER BY year, seq",
		code));
	return options_of(rq, r, put_list(rq->view, "reserved"), form_int(rq, "reserved", 0));
}

static enum err form_page(struct req *rq, struct dossier_form *f, const struct dossier_case *c)
{
	const char *code = node_text(f->form, "code", "");
	dossier_show(rq, c);
	put_text(rq->view, "template", code);
	put_text(rq->view, "form_name", node_text(f->form, "name", code));
	put_text(rq->view, "source", node_text(f->form, "source", ""));
	TRY(reserved_show(rq, code));
	return dossier_form_show(rq, f, c);
}

enum err dossier_paper_form(struct req *rq)
{
	struct dossier_case c;
	struct dossier_form f;

	TRY(dossier_case_load(rq, &c));
	TRY(dossier_officer(rq, &c));
	TRY(form_load(rq, query_text(rq, "template"), &f));
	TRY(form_page(rq, &f, &c));
	return page(rq, "dossier/paper_form");
}

enum err dossier_paper_issue(struct req *rq)
{
	struct dossier_case c;
	struct dossier_form f;
	struct paper_ref ref;
	struct bytes pdf;

	TRY(dossier_case_load(rq, &c));
	TRY(dossier_officer(rq, &c));
	TRY(form_load(rq, form_text(rq, "template"), &f));
	dossier_form_read(rq, &f);
	if (f.bad) {
		TRY(form_page(rq, &f, &c));
		return form_again(rq, "dossier/paper_form");
	}
	struct paper_order o = { .template = node_text(f.form, "code", ""),
		.subject = c.id,
		.entity = c.operator,
		.area = c.area,
		.values = f.v,
		.n = f.n,
		.reserved = form_int(rq, "reserved", 0),
		.signers = { { "officer1_sig", c.officer1 }, { "officer2_sig", c.officer2 } } };
	if (form_flag(rq, "preview")) {
		TRY(paper_printout(rq, &o, &pdf));
		return reply_bytes(rq, "application/pdf", pdf, NULL);
	}
	TRY(paper_order(rq, &o, &ref));
	notice(rq, "The paper was ordered; it is sealed in a few seconds.");
	return redirect(rq, "/cases/%" PRId64 "/papers", c.id);
}
