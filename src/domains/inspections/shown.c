/* What the page of an inspection shows of its protocol: who signed, photos, corrections, sheet,
 * rating. */
#include "domains/inspections/protocol.h"

#include <string.h>

static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const char *obstruction_words(struct req *rq, const struct protocol *p)
{
	const struct node *law;
	struct buf b = { .arena = rq->arena };

	if (!*p->obstruction || rules(rq, "inspections/obstruction", p->started_at, &law))
		return "";
	NODE_EACH (k, node_find(law, "kinds"))
		if (names_code(p->obstruction, node_text(k, "code", "-")))
			buf_printf(&b, "%s；", node_text(k, "text", ""));
	buf_puts(&b, p->obstruction_words);
	return buf_text(&b);
}

static void put_met(struct req *rq, struct node *rows, const struct protocol *p)
{
	struct arena *a = rq->arena;

	put_row(rq, rows, "Answer to the notice",
		arena_printf(a, "%s %s", tr(rq, choice_label(notice_answers, p->notice_answer)),
			p->recusal));
	put_row(rq, rows, "Who was there", arena_printf(a, "%s %s", p->met, p->met_role));
	put_row(rq, rows, "Signature of the operator",
		*p->sign_party ? tr(rq, "Signed")
			       : arena_printf(a, "%s: %s; %s: %s", tr(rq, "Refused"), p->refusal,
					 tr(rq, "Witness"), p->witness));
}

static void put_delivery(struct req *rq, struct node *rows, const struct delivery *d)
{
	struct arena *a = rq->arena;

	put_row(rq, rows, "Result sent to",
		arena_printf(a, "%s, %s", d->phone, time_text(a, d->sent_at)));
	put_row(rq, rows, "Reached the business",
		!d->served_at		  ? ""
		: text_is(d->way, "hand") ? arena_printf(a, "%s, %s %s", time_text(a, d->served_at),
						    tr(rq, "handed to"), d->served_to)
					  : arena_printf(a, "%s, %s", time_text(a, d->served_at),
						    tr(rq, "confirmed by its link")));
}

/* Conflicts that were shown when the record arrived, and that an inspector decided about. */
static const char *accepted_words(struct req *rq, const char *codes)
{
	static const struct choice conflicts[] = {
		{ "operator_closed", "The business was closed in the register meanwhile", "" },
		{ "table_superseded", "The check table has a newer version", "" },
		{ "another_today", "Another inspection of the same day is on file", "" },
		{ 0 },
	};
	struct buf b = { .arena = rq->arena };

	for (const struct choice *c = conflicts; c->code; c++)
		if (strstr(codes, c->code))
			buf_printf(&b, "%s%s", b.n ? (rq->zh ? "；" : "; ") : "", tr(rq, c->label));
	return b.n ? buf_text(&b) : codes;
}

/* d: how a check by video was sent; NULL for one on site. */
static void put_protocol(struct req *rq, const struct protocol *p, const struct delivery *d)
{
	struct node *rows = put_list(rq->view, "protocol_rows");
	struct arena *a = rq->arena;

	rows->hidden = true;
	put_row(rq, rows, "From, to",
		arena_printf(a, "%s – %s", time_text(a, p->started_at), time_text(a, p->ended_at)));
	put_row(rq, rows, "Place", p->place);
	put_row(rq, rows, "Task", p->task);
	put_row(rq, rows, d ? "Inspectors" : "Cards shown",
		arena_printf(a, "%s %s; %s %s", p->name1, p->card1, p->name2, p->card2));
	if (d)
		put_delivery(rq, rows, d);
	else
		put_met(rq, rows, p);
	put_row(rq, rows, "Obstruction", obstruction_words(rq, p));
	put_row(rq, rows, "Clock of the device",
		arena_printf(a, "%+" PRId64 " ms", p->device_ahead_ms));
	put_row(rq, rows, "Arrived", time_text(a, p->received_at));
	put_row(rq, rows, "Decided in spite of", accepted_words(rq, p->accepted));
	put_row(rq, rows, "Publish by", date_text(a, p->publish_by));
	put_printf(rq->view, "paper", "%" PRId64, p->paper);
}

static enum err put_findings(
	struct req *rq, const struct inspection *i, const struct check_table *t)
{
	struct list l;
	struct node *list = put_list(rq->view, "findings");

	TRY(db_all(rq, &finding_model, &l,
		"SELECT * FROM inspection_findings WHERE inspection = $1 ORDER BY id", i->id));
	for (const struct finding *f = LIST_OF(struct finding, &l);
		f < LIST_END(struct finding, &l); f++) {
		struct node *n = put_map(list, NULL), *a = node_map(rq->arena);
		put_text(a, "codes", f->codes);
		put_text(a, "words", f->words);
		put_text(n, "item", f->item);
		put_text(n, "text", finding_line(rq, t, f->item, a));
	}
	return OK;
}

static enum err put_rating(struct req *rq, int64_t inspection)
{
	struct list l;

	TRY(db_all(rq, &check_code_model, &l,
		"SELECT * FROM check_codes WHERE inspection = $1 ORDER BY id LIMIT 1", inspection));
	if (!l.n)
		return OK;
	show(rq, "check", &check_code_model, LIST_OF(struct check_code, &l));
	return OK;
}

enum err put_record(struct req *rq, const struct inspection *i, const struct check_table *t)
{
	struct list l;
	struct protocol p;
	struct delivery d;
	bool video = false;
	enum err e = protocol_of(rq, i->id, &p);

	put_flag(rq->view, "has_protocol", !e);
	if (e == E_NOT_FOUND) /* entered at a desk, or brought along from before */
		return OK;
	TRY(e);
	TRY(delivery_of(rq, i->id, &d, &video));
	put_protocol(rq, &p, video ? &d : NULL);
	put_flag(rq->view, "by_video", video);
	put_flag(rq->view, "may_hand", video && !d.served_at && may(rq, INSPECTION_WRITE))->hidden =
		true;
	TRY(put_findings(rq, i, t));
	TRY(put_photos(rq, &(struct photo){ .inspection = i->id }, "/inspections/photos/"));
	TRY(db_all(rq, &correction_model, &l,
		"SELECT * FROM inspection_corrections WHERE inspection = $1 ORDER BY id", i->id));
	show_list(rq, "corrections", &correction_model, &l);
	return put_rating(rq, i->id);
}
