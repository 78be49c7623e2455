/* What waits for me in cases beside their terms: what a party asks for, a link that the other
 * officer prepared, evidence that the other officer added. What came first stands first. */
#include "domains/command/command.h"
#include "domains/command/desk.h"

enum { TASKS = 8 };

struct wait {
	int64_t case_id, since, due;
	const char *what, *kind, *number, *operator_name;
};
static const struct model wait_model = MODEL("pub_case_waits", struct wait,
	FIELDS(STORED(struct wait, case_id), STORED(struct wait, since), STORED(struct wait, due),
		STORED(struct wait, what), STORED(struct wait, kind), STORED(struct wait, number),
		STORED(struct wait, operator_name)));

/* $1 area (0: all), $2 who asks, $3 takes steps of cases, $4 approves, $5 holds a card. Whether
 * somebody steps aside is answered by who approves and is not of the case (APL 43); while a
 * pre-check has no second officer, any other one with a card verifies (APL 46). */
#define WAITS                                                                                      \
	"SELECT t.case_id, t.what, t.kind, t.since, t.due, t.number, o.name AS operator_name "     \
	"FROM "                                                                                    \
	"(SELECT case_id, what, kind, since, due, from_id, area, operator, "                       \
	"number, officer1, officer2 FROM pub_case_waits "                                          \
	"UNION ALL SELECT c.id, 'link', '', a.asked_at, 0, a.asked_by, c.area, c.operator, "       \
	"c.number, c.officer1, c.officer2 "                                                        \
	"FROM pub_link_asks a JOIN pub_cases c ON c.id = a.subject WHERE c.closed_at = 0) t "      \
	"JOIN pub_operators o ON o.id = t.operator "                                               \
	"WHERE (CAST($1 AS bigint) = 0 OR t.area = $1) AND t.from_id <> $2 AND ((CAST($3 AS "      \
	"bigint) = 1 AND t.kind <> 'recusal' AND (t.officer1 = $2 OR t.officer2 = $2 OR "          \
	"(t.what = 'exhibit' AND t.officer2 = 0)) AND (t.what <> 'exhibit' OR CAST($5 AS "         \
	"bigint) = 1)) OR (CAST($4 AS bigint) = 1 AND t.kind = 'recusal' AND t.officer1 <> $2"     \
	" AND t.officer2 <> $2)) ORDER BY t.since, t.case_id, t.what LIMIT $6"

static const char *asks_for(struct req *rq, const struct wait *w)
{
	static const struct choice words[] = {
		{ "hearing", "The party asks for a hearing", "" },
		{ "recusal", "The party asks that somebody steps aside", "" },
		{ "more_time", "The party asks for more time", "" },
		{ "recording", "The party asks for the recording", "" },
		{ "link", "A link to another telephone waits for your word", "" },
		{ "exhibit", "Evidence to be verified by you", "" },
		{ 0 },
	};

	return tr(rq, choice_label(words, text_is(w->what, "request") ? w->kind : w->what));
}

static void put_wait(struct req *rq, struct node *tasks, const struct wait *w)
{
	bool over = w->due && w->due < rq->now;
	struct desk_task t = { .href = arena_printf(rq->arena, "/cases/%" PRId64, w->case_id),
		.hint = arena_printf(rq->arena, "%s%s%s", w->operator_name, *w->number ? " · " : "",
			w->number) };

	t.label = asks_for(rq, w);
	t.tone = over ? "red" : "yellow";
	t.status = over	    ? arena_printf(rq->arena, "%s %s", tr(rq, "Overdue"),
				      date_text(rq->arena, w->due))
		   : w->due ? arena_printf(rq->arena, "%s %s", tr(rq, "Answer due by"),
				      date_text(rq->arena, w->due))
			    : date_text(rq->arena, w->since);
	put_task(tasks, t);
}

enum err put_case_waits(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, CASE_WRITE) && !may(rq, CASE_APPROVE))
		return OK;
	TRY(db_all(rq, &wait_model, &l, WAITS, rq->user->area, rq->user->id,
		(int)may(rq, CASE_WRITE), (int)may(rq, CASE_APPROVE),
		(int)(*rq->user->card_no != 0), (int)TASKS));
	for (const struct wait *w = LIST_OF(struct wait, &l); w < LIST_END(struct wait, &l); w++) {
		if (!tasks)
			tasks = desk_group(rq, groups, "Asked of me in cases", "/cases");
		put_wait(rq, tasks, w);
	}
	return OK;
}
