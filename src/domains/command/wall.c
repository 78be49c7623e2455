/* The big screen of the command room: the six promises, the latest leads, one live picture, the
 * towns. The page shows the numbers of its first moment; the island asks for new ones. */
#include "domains/command/command.h"

enum { LEADS = 4 };

static const struct choice lead_tones[] = {
	{ "new", "To be reviewed", "yellow" },
	{ "second", "Second review", "yellow" },
	{ "confirmed", "Confirmed", "red" },
	{ "rejected", "Rejected", "neutral" },
	{ NULL },
};

struct lead_row {
	int64_t id, found_at;
	const char *rule, *state, *operator_name, *town;
};
static const struct model lead_model = MODEL("pub_leads", struct lead_row,
	FIELDS(STORED(struct lead_row, id), STORED(struct lead_row, found_at),
		STORED(struct lead_row, rule), STORED(struct lead_row, state),
		STORED(struct lead_row, operator_name), STORED(struct lead_row, town)));

static const char *tone_of(const char *state)
{
	for (const struct choice *c = lead_tones; c->code; c++)
		if (text_is(c->code, state))
			return c->tone;
	return "neutral";
}

/* "10:05" of today, else the day as well. */
static const char *short_time(struct req *rq, int64_t at)
{
	const char *text = time_text(rq->arena, at);
	return text + (at >= TODAY(rq) ? 11 : 5);
}

/* Their stills belong to the officers of the area, so only those leads are shown. */
static enum err put_leads(struct req *rq)
{
	struct list l;
	struct node *list = put_list(rq->view, "leads");

	if (!may(rq, LEAD_READ))
		return OK;
	TRY(db_all(rq, &lead_model, &l,
		"SELECT l.id, l.found_at, l.rule, l.state, o.name AS operator_name,"
		" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town"
		" FROM pub_leads l JOIN pub_operators o ON o.id = l.operator"
		" JOIN pub_areas a ON a.id = l.area WHERE CAST($2 AS bigint) = 0 OR l.area = $2"
		" ORDER BY l.id DESC LIMIT $3",
		rq->zh, rq->user->area, (int)LEADS));
	for (const struct lead_row *r = LIST_OF(struct lead_row, &l);
		r < LIST_END(struct lead_row, &l); r++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "href", "/leads/%" PRId64, r->id);
		put_printf(n, "still", "/leads/%" PRId64 "/still", r->id);
		put_text(n, "rule", tr(rq, choice_label(rule_words, r->rule)));
		put_text(n, "business", r->operator_name);
		put_text(n, "town", r->town);
		put_text(n, "at", short_time(rq, r->found_at));
		put_text(n, "state", tr(rq, choice_label(lead_tones, r->state)));
		put_text(n, "tone", tone_of(r->state));
	}
	return OK;
}

/* The live camera with the latest lead, or any live one. */
static enum err put_camera(struct req *rq)
{
	struct rows *r;
	bool more;

	if (!may(rq, CAMERA_READ))
		return OK;
	TRY(db_query(rq, &r,
		"SELECT c.id, c.name, o.name FROM pub_cameras c"
		" JOIN pub_operators o ON o.id = c.operator WHERE c.state = 'open' AND c.live = 1"
		" AND (CAST($1 AS bigint) = 0 OR c.area = $1) ORDER BY coalesce((SELECT max(l.id)"
		" FROM pub_leads l WHERE l.camera = c.id), 0) DESC, c.id LIMIT 1",
		rq->user->area));
	TRY(rows_next(r, &more));
	if (more) {
		struct node *n = put_map(rq->view, "player");
		put_printf(n, "src", "/cameras/%" PRId64 "/live/live.m3u8", rows_int(r, 0));
		put_printf(n, "ws_src", "/cameras/%" PRId64 "/live/ws", rows_int(r, 0))->hidden =
			true;
		put_printf(n, "label", "%s · %s", rows_text(r, 2), rows_text(r, 1));
		put_text(n, "poster", "")->hidden = true;
		put_text(n, "auto", "yes")->hidden = true;
	}
	rows_close(r);
	return OK;
}

static enum err numbers(struct req *rq)
{
	TRY(put_promises(rq));
	TRY(put_leads(rq));
	TRY(put_camera(rq));
	put_time(rq->view, "at", rq->now);
	return OK;
}

enum err wall(struct req *rq)
{
	TRY(numbers(rq));
	return page(rq, "command/wall");
}

enum err wall_data(struct req *rq)
{
	TRY(numbers(rq));
	return reply_json(rq);
}
