#include "core/papers/papers.h"
#include "contracts/facts.h"
#include "core/app/app.h"
#include "core/app/embedded.h"
#include "core/papers/private.h"

#include <ctype.h>
#include <string.h>

const struct choice paper_states[] = { { "ordered", "Being made", "yellow" },
	{ "sealed", "Sealed", "green" }, { 0 } };

const struct model paper_model = MODEL("papers", struct paper_row, .witnessed = true,
	FIELDS(STORED(struct paper_row, id), STORED(struct paper_row, version),
		STORED(struct paper_row, code), STORED(struct paper_row, template),
		STORED(struct paper_row, template_version), STORED(struct paper_row, number),
		STORED(struct paper_row, title), STORED(struct paper_row, subject, .as = AS_ID),
		STORED(struct paper_row, entity, .as = AS_ID), STORED(struct paper_row, area),
		STORED(struct paper_row, content, .as = AS_SECRET),
		STORED(struct paper_row, dated_at, .as = AS_TIME),
		STORED(struct paper_row, ordered_at, .as = AS_TIME),
		STORED(struct paper_row, state, .choices = paper_states),
		STORED(struct paper_row, sealed_at, .as = AS_TIME), STORED(struct paper_row, sm3),
		STORED(struct paper_row, sha256), STORED(struct paper_row, size),
		STORED(struct paper_row, signature), STORED(struct paper_row, key_id)));

const struct model paper_field_model = MODEL("paper_fields", struct paper_field_row,
	.witnessed = true,
	FIELDS(STORED(struct paper_field_row, id), STORED(struct paper_field_row, version),
		STORED(struct paper_field_row, paper, .as = AS_ID),
		STORED(struct paper_field_row, place), STORED(struct paper_field_row, profile),
		STORED(struct paper_field_row, signed_at, .as = AS_TIME),
		STORED(struct paper_field_row, certificates),
		STORED(struct paper_field_row, signature)));

/* A newer form in the data folder wins over the one compiled in. */
static enum err form_bytes(struct req *rq, const char *code, struct bytes *out)
{
	struct fault why = { 0 };
	const char *path =
		arena_printf(rq->arena, "%s/rules/documents/%s.json", rq->app->data_dir, code);
	const struct embedded *e =
		embedded_find(arena_printf(rq->arena, "rules/documents/%s.json", code));

	if (!file_read(rq->arena, path, 1 << 20, out, &why))
		return OK;
	if (!e)
		return fail(rq, E_INTERNAL, "There is no form %s.", code);
	*out = (struct bytes){ e->at, e->n };
	return OK;
}

static enum err form_broken(struct req *rq, const char *code, const struct fault *why)
{
	log_event(LOG_ERROR, "form.broken", "form", code, "why", why->text, NULL);
	return fail(rq, E_INTERNAL, "The form %s is broken.", code);
}

static enum err form_parse(
	struct req *rq, const char *code, struct bytes b, struct paper_template **out)
{
	struct fault why = { 0 };

	return paper_template_parse(rq->arena, b, out, &why) ? form_broken(rq, code, &why) : OK;
}

enum err paper_template_load(struct req *rq, const char *code, struct paper_template **out)
{
	struct bytes b;

	TRY(form_bytes(rq, code, &b));
	return form_parse(rq, code, b, out);
}

static const char *form_digest(struct req *rq, struct bytes form)
{
	struct digest d = sm3(form.at, form.n);

	return digest_hex(rq->arena, &d);
}

enum err paper_template_kept(
	struct req *rq, const struct paper_row *p, const char *form, struct paper_template **out)
{
	const char *text = "";
	enum err e = *form ? db_text(rq, &text, "SELECT form FROM paper_forms WHERE sm3 = $1", form)
			   : E_NOT_FOUND;
	struct bytes b = { (const uint8_t *)text, strlen(text) };

	if (!*form) /* ordered before forms were kept */
		return paper_template_load(rq, p->template, out);
	if (e && e != E_NOT_FOUND)
		return e;
	if (e || !text_is(form_digest(rq, b), form))
		return fail(rq, E_INTERNAL, "The form %s is broken.", p->template);
	return form_parse(rq, p->template, b, out);
}

enum err paper_form(struct req *rq, const char *code, const struct node **out)
{
	struct fault why = { 0 };
	struct bytes b;
	struct node *n;

	TRY(form_bytes(rq, code, &b));
	if (json_parse(rq->arena, b, &n, &why))
		return form_broken(rq, code, &why);
	*out = n;
	return OK;
}

/* Twelve characters that nobody confuses when reading them out. */
static const char *code_new(struct req *rq)
{
	static const char set[] = "23456789abcdefghjkmnpqrstuvwxyz";
	uint8_t r[12];
	char *code = arena_alloc(rq->arena, sizeof(r) + 1);
	random_bytes(r, sizeof(r));
	for (size_t i = 0; i < sizeof(r); i++)
		code[i] = set[r[i] % (sizeof(set) - 1)];
	return code;
}

static const char *content_text(struct req *rq, const struct paper_order *o, const char *form)
{
	struct node *n = node_map(rq->arena), *values = put_map(n, "values"),
		    *pictures = put_map(n, "pictures");
	for (size_t i = 0; i < o->n; i++)
		put_text(values, o->values[i].name, o->values[i].text);
	for (size_t i = 0; i < o->n_pictures; i++)
		put_text(pictures, o->pictures[i].name, o->pictures[i].sm3);
	put_text(n, "form", form);
	return json_text(rq, n);
}

static enum err duty_check(
	struct req *rq, const struct paper_order *o, struct paper_template *t, int64_t at)
{
	struct fault why = { 0 };
	const char *missing = "";
	struct paper p;

	TRY(paper_assemble(rq, o, t, &p));
	p.at = at;
	if (!paper_check(rq->arena, &p, &missing, &why))
		return OK;
	if (*missing)
		return fail(rq, E_INVALID, "The paper %s cannot be made: %s is missing.", t->name,
			missing);
	return fail(rq, E_INVALID, "The paper %s cannot be made: %s", t->name, why.text);
}

enum err paper_order(struct req *rq, const struct paper_order *asked, struct paper_ref *out)
{
	struct paper_template *t;
	struct bytes form;
	struct paper_number_row number;
	struct paper_order signed_order = *asked, *o = &signed_order;
	int64_t at = o->at ? o->at : rq->now;
	struct paper_row p = { .template = o->template,
		.subject = o->subject,
		.entity = o->entity,
		.area = o->area,
		.dated_at = at,
		.ordered_at = rq->now,
		.state = "ordered",
		.sm3 = "",
		.sha256 = "",
		.signature = "",
		.key_id = "" };

	TRY(form_bytes(rq, o->template, &form));
	TRY(form_parse(rq, o->template, form, &t));
	TRY(paper_officers_sign(rq, t, o));
	TRY(duty_check(rq, o, t, at));
	TRY(paper_number_take(rq, t, o, &number));
	p.number = number.number;
	p.code = code_new(rq);
	p.title = t->name;
	p.template_version = t->version;
	const char *digest = form_digest(rq, form);
	p.content = content_text(rq, o, digest);
	TRY(db_run(rq,
		"INSERT INTO paper_forms (sm3, code, form) VALUES ($1, $2, $3) ON CONFLICT (sm3) "
		"DO NOTHING",
		digest, t->code, arena_copy(rq->arena, (const char *)form.at, form.n)));
	TRY(db_insert(rq, &paper_model, &p));
	TRY(paper_number_used(rq, &number, p.id));
	TRY(emit(rq, PAPER_ORDERED, p.id, o->entity,
		json_pairs(rq, "template", p.template, "number", p.number, "subject",
			arena_printf(rq->arena, "%" PRId64, p.subject), NULL)));
	TRY(job_add(rq, "papers.make", p.id));
	*out = (struct paper_ref){ p.id, p.code, p.number, p.title };
	return OK;
}
