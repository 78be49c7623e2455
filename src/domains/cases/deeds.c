/* A step of the ordinary procedure: its form, and taking it. One address for all of them; whose it
 * is and what must be there says the table in procedure.c. */
#include "domains/cases/deeds.h"

#include <string.h>

const struct deed *deed_of(enum step s)
{
	const struct deed *const lists[] = { investigation_deeds, edata_deeds, transcript_deeds,
		weighing_deeds, telling_deeds, review_deeds, hearing_deeds, decision_deeds,
		transfer_deeds, remedy_deeds };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (const struct deed *d = lists[i]; d->run; d++)
			if (d->step == s)
				return d;
	return NULL;
}

static enum err deed_asked(struct req *rq, struct course *k, const struct deed **d)
{
	enum step s = step_named(rq->key);

	*d = s == STEPS ? NULL : deed_of(s);
	if (!*d)
		return fail(rq, E_NOT_FOUND, "There is no such step.");
	TRY(course_load(rq, k));
	const char *who = step_actor_missing(s, &k->f, &k->actor);
	if (who)
		return fail(rq, E_FORBIDDEN, "%s", tr(rq, who));
	return allow(rq, step_missing(s, &k->f, &k->actor));
}

static struct node *beside_of(struct req *rq)
{
	for (struct node *n = rq->view->first; n; n = n->next)
		if (text_is(n->name, "beside"))
			return n;
	return put_list(rq->view, "beside");
}

struct node *put_beside(struct req *rq, const char *title)
{
	struct node *cards = beside_of(rq), *card = put_map(cards, NULL);

	cards->hidden = true;
	put_text(card, "title", tr(rq, title));
	return put_list(card, "rows");
}

void put_beside_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
}

bool deed_is_brief(struct req *rq, const struct course *k)
{
	return !text_is(k->f.procedure, "ordinary") && !text_is(query_text(rq, "whole"), "1") &&
	       !form_flag(rq, "whole");
}

static const struct model *form_of(struct req *rq, const struct course *k, const struct deed *d)
{
	return d->brief && deed_is_brief(rq, k) ? d->brief : d->form;
}

static void show_step(struct req *rq, const struct course *k, const struct deed *d, const void *row)
{
	const struct step_rule *r = step_rule(d->step);

	put_printf(rq->view, "id", "%" PRId64, k->c.id);
	put_text(rq->view, "key", r->key);
	put_text(rq->view, "number", k->c.number);
	put_text(rq->view, "operator_name", k->party.name);
	put_text(rq->view, "name", tr(rq, r->name));
	put_text(rq->view, "clause", clause_text(rq, r->clause));
	put_text(rq->view, "about", d->about ? tr(rq, d->about) : "");
	put_text(rq->view, "accept", d->accept);
	put_flag(rq->view, "sign", d->sign);
	put_flag(rq->view, "brief", d->brief && deed_is_brief(rq, k))->hidden = true;
	put_flag(rq->view, "whole", d->brief && !deed_is_brief(rq, k))->hidden = true;
	if (d->form)
		show_form(rq, "form", form_of(rq, k, d), row);
	if (d->shows)
		d->shows(rq, k);
}

static void *row_begun(struct req *rq, const struct course *k, const struct deed *d)
{
	void *row = arena_alloc(rq->arena, d->size);

	if (d->form)
		row_blank(d->form, row);
	if (d->begin)
		d->begin(rq, k, row);
	return row;
}

enum err deed_file(struct req *rq, const struct deed *d, struct object *out, const char **type)
{
	const struct http_file *file = form_file(rq, "file");

	*type = "";
	*out = (struct object){ .sm3 = "", .sha256 = "" };
	if (!file)
		return OK;
	const char *is = d->accept ? file_is(rq, file, d->accept) : NULL;
	if (!is) {
		field_error(rq, "file", "This kind of file is not taken here.");
		return E_INVALID;
	}
	*type = is;
	return keep_file(rq, file, out);
}

int64_t form_moment(struct req *rq, const char *day, const char *hour)
{
	int64_t at, h, m;
	const char *text = form_text(rq, hour);

	if (!date_parse(form_text(rq, day), &at)) {
		field_error(rq, day, "Give the day, such as 2026-11-30.");
		return 0;
	}
	if (strlen(text) != 5 || text[2] != ':' ||
		!text_to_int(arena_copy(rq->arena, text, 2), &h) || !text_to_int(text + 3, &m) ||
		h < 0 || h > 23 || m < 0 || m > 59) {
		field_error(rq, hour, "Give the hour, such as 09:30.");
		return 0;
	}
	return at + h * HOUR + m * MINUTE;
}

enum err step_form(struct req *rq)
{
	struct course k;
	const struct deed *d;

	TRY(deed_asked(rq, &k, &d));
	show_step(rq, &k, d, row_begun(rq, &k, d));
	return page(rq, "cases/step");
}

enum err step_take(struct req *rq)
{
	struct course k;
	const struct deed *d;

	TRY(deed_asked(rq, &k, &d));
	void *row = row_begun(rq, &k, d);
	enum err e = d->form ? form_read(rq, form_of(rq, &k, d), row) : OK;
	if (!e)
		e = d->run(rq, &k, row);
	if (e == E_INVALID && form_failed(rq)) {
		show_step(rq, &k, d, row);
		return form_again(rq, "cases/step");
	}
	TRY(e);
	return redirect(rq, "/cases/%" PRId64, rq->id);
}
