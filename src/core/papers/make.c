/* Making a paper: rendered, stored and signed outside of any transaction, then recorded in one. */
#include "contracts/facts.h"
#include "core/papers/private.h"

#include <string.h>

enum err paper_assemble(
	struct req *rq, const struct paper_order *o, struct paper_template *t, struct paper *out)
{
	struct paper_image *images = NEWS(rq->arena, struct paper_image, o->n_pictures + 1);
	struct fault why = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < o->n_pictures; i++) {
		if (!o->pictures[i].sm3 || !*o->pictures[i].sm3)
			continue;
		images[n].name = o->pictures[i].name;
		if (store_read(rq_store(rq), rq->arena, o->pictures[i].sm3, 1 << 20, &images[n].png,
			    &why))
			return fail(rq, E_INVALID, "A picture of the paper is not in the store.");
		n++;
	}
	*out = (struct paper){ .t = t,
		.values = o->values,
		.n = o->n,
		.images = images,
		.n_images = n,
		.number = "",
		.bureau = setting(rq, "bureau", "示范区市场监督管理局"),
		.seal_text = setting(rq, "seal_text", "行政执法专用章"),
		.verify_url = NULL,
		.at = o->at ? o->at : rq->now,
		.demo = text_is(setting(rq, "demo", ""), "1") };
	return OK;
}

const char *paper_signed_text(struct arena *a, const struct paper_row *p)
{
	return arena_printf(a, "shian-document-v1\n%s\n%s\n%s\n%s\n%" PRId64 "\n", p->number,
		p->title, p->sm3, p->sha256, p->sealed_at);
}

/* The order again; form: digest of the form it was made by, "" when that was not kept. */
static enum err content_read(
	struct req *rq, const struct paper_row *p, struct paper_order *o, const char **form)
{
	struct node *n;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)p->content, strlen(p->content) },
		    &n, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	const struct node *values = node_find(n, "values"), *pictures = node_find(n, "pictures");
	struct paper_value *v = NEWS(rq->arena, struct paper_value, (size_t)values->count + 1);
	struct paper_picture *s =
		NEWS(rq->arena, struct paper_picture, (size_t)pictures->count + 1);
	*o = (struct paper_order){ .values = v, .pictures = s, .at = p->dated_at };
	*form = node_text(n, "form", "");
	NODE_EACH (c, values)
		v[o->n++] = (struct paper_value){ c->name, c->s };
	NODE_EACH (c, pictures)
		s[o->n_pictures++] = (struct paper_picture){ c->name, c->s };
	return OK;
}

static enum err draw(struct req *rq, const struct paper_row *p, struct bytes *pdf)
{
	struct paper_order o;
	struct paper_template *t;
	struct paper paper;
	struct fault why = { 0 };
	const char *form;

	TRY(content_read(rq, p, &o, &form));
	TRY(paper_template_kept(rq, p, form, &t));
	TRY(paper_assemble(rq, &o, t, &paper));
	paper.number = p->number;
	paper.verify_url = arena_printf(rq->arena, "%s/v/%s", site_url(rq), p->code);
	if (paper_pdf(rq->arena, &paper, pdf, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return OK;
}

enum err paper_printout(struct req *rq, const struct paper_order *asked, struct bytes *pdf)
{
	struct paper_order o = *asked;
	struct paper_template *t;
	struct paper paper;
	struct fault why = { 0 };

	TRY(paper_template_load(rq, o.template, &t));
	TRY(paper_officers_sign(rq, t, &o));
	TRY(paper_assemble(rq, &o, t, &paper));
	if (*t->number)
		paper.number = "（尚未编号）";
	enum err e = paper_pdf(rq->arena, &paper, pdf, &why);
	return e ? fail(rq, e, "The paper cannot be drawn: %s", why.text) : OK;
}

struct made {
	struct paper_row row;
	struct paper_fields fields;
};

/* An orphan in the store, left by a crash after the put, is a note of verify and nothing worse. */
enum err paper_make(struct req *rq, const struct job *j, void **result)
{
	struct made *m = NEW(rq->arena, struct made);
	struct paper_row *p = &m->row;
	struct bytes pdf;
	struct object o;
	struct fault why = { 0 };
	char *signature;

	TRY(db_one(rq, &paper_model, p, "SELECT * FROM papers WHERE id = $1", j->subject));
	*result = m;
	if (text_is(p->state, "sealed"))
		return OK;
	p->sealed_at = rq->now;
	TRY(draw(rq, p, &pdf));
	TRY(paper_fields_plan(rq, p, &m->fields));
	TRY(paper_fields_put(rq, p, &m->fields, &pdf));
	if (store_put(rq_store(rq), rq->arena, pdf, &o, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	p->sm3 = o.sm3;
	p->sha256 = o.sha256;
	p->size = o.size;
	TRY(sign_document(rq, paper_signed_text(rq->arena, p), &signature, &p->key_id));
	p->signature = signature;
	return OK;
}

enum err paper_sealed(struct req *rq, const struct job *j, void *result)
{
	struct made *m = result;
	struct paper_row *p = &m->row;

	(void)j;
	if (text_is(p->state, "sealed"))
		return OK;
	p->state = "sealed";
	TRY(db_update(rq, &paper_model, p));
	for (size_t i = 0; i < m->fields.n; i++)
		TRY(db_insert(rq, &paper_field_model, &m->fields.at[i]));
	return emit(rq, PAPER_SEALED, p->id, p->entity,
		json_pairs(rq, "template", p->template, "number", p->number, "subject",
			arena_printf(rq->arena, "%" PRId64, p->subject), "sm3", p->sm3, "sha256",
			p->sha256, NULL));
}

enum err paper_again(struct req *rq, int64_t id, struct bytes *pdf)
{
	struct paper_row p;
	struct paper_fields fields;

	TRY(db_one(rq, &paper_model, &p, "SELECT * FROM papers WHERE id = $1 AND state = 'sealed'",
		id));
	TRY(draw(rq, &p, pdf));
	TRY(paper_fields_load(rq, id, &fields));
	return paper_fields_put(rq, &p, &fields, pdf);
}
