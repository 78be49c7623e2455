/* What a case puts on any of its papers. */
#include "domains/cases/ordinary.h"

#include <stdarg.h>
#include <string.h>

const char *without_stop(struct req *rq, const char *text)
{
	size_t n = strlen(text), stop = strlen("。");

	while (n >= stop && memcmp(text + n - stop, "。", stop) == 0)
		n -= stop;
	return arena_copy(rq->arena, text, n);
}

void form_put(struct form *f, const char *name, const char *text)
{
	if (text && *text && f->n < FORM_VALUES)
		f->v[f->n++] = (struct paper_value){ name, text };
}

void form_puts(struct form *f, ...)
{
	va_list ap;

	va_start(ap, f);
	for (const char *name; (name = va_arg(ap, const char *));)
		form_put(f, name, va_arg(ap, const char *));
	va_end(ap);
}

void form_party(struct form *f, const struct party *p)
{
	form_put(f, "party_name", p->name);
	form_put(f, "party_id", p->uscc);
	form_put(f, "party_address", p->address);
	form_put(f, "party_legal", p->legal_person);
	form_put(f, "party_phone", p->phone);
}

void form_officers(struct req *rq, struct form *f, const struct case_row *c)
{
	form_put(f, "officer1", user_name(rq, c->officer1));
	form_put(f, "officer1_card", user_card(rq, c->officer1));
	form_put(f, "officer2", user_name(rq, c->officer2));
	form_put(f, "officer2_card", user_card(rq, c->officer2));
}

struct form *form_named(struct form *f, const char *template)
{
	f->template = template;
	return f;
}

struct paper_order form_as_order(const struct case_row *c, const struct form *f)
{
	struct paper_order o = { .template = f->template,
		.subject = c->id,
		.entity = c->operator,
		.area = c->area,
		.values = f->v,
		.n = f->n,
		.pictures = f->pictures,
		.n_pictures = f->n_pictures,
		.reserved = f->reserved };

	if (f->aside)
		return o;
	o.signers[0] = (struct paper_signer){ "officer1_sig", c->officer1 };
	o.signers[1] = (struct paper_signer){ "officer2_sig", c->officer2 };
	o.signers[2] = (struct paper_signer){ "chair_sig", f->chair };
	o.asked_by = f->asked_by;
	return o;
}

enum err form_order(struct req *rq, const struct case_row *c, const struct form *f, int64_t *paper)
{
	struct paper_ref ref;
	struct paper_order o = form_as_order(c, f);

	TRY(paper_order(rq, &o, &ref));
	*paper = ref.id;
	return OK;
}

const char *moment_zh(struct req *rq, int64_t ms)
{
	struct civil t = civil_of(ms);
	return arena_printf(
		rq->arena, "%d年%d月%d日%02d时%02d分", t.year, t.month, t.day, t.hour, t.minute);
}
