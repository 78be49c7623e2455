/* What came of the lists: of the visits of the last year to who was on one, how many failed, by why
 * they were on it. The random share was drawn whatever the score, so its rate is an honest estimate
 * of the whole district's; that of the model's choice is not. */
#include "core/stats/measures.h"
#include "domains/targeting/board.h"

#include <math.h>

enum { YEAR = 365, WHOLE = 10000 };

static void put_outcome(struct node *list, struct rows *r)
{
	size_t visits = (size_t)rows_int(r, 1), failed = (size_t)rows_int(r, 2);
	struct interval i = share_between(failed, visits);
	struct node *n = put_map(list, NULL);

	put_text(n, "chosen", arena_dup(list->arena, rows_text(r, 0)));
	put_int(n, "visits", (int64_t)visits);
	put_int(n, "failed", (int64_t)failed);
	put_int(n, "rate", visits ? (int64_t)(failed * WHOLE / visits) : 0);
	put_int(n, "low", llround(i.low * WHOLE));
	put_int(n, "high", llround(i.high * WHOLE));
}

/* A visit belongs to the latest list before it, of the days that a list lasts. */
enum err outcomes_put(struct req *rq, const struct board *b, struct node *report)
{
	struct node *list = put_list(report, "outcomes");
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT chosen, count(*), sum(failed) FROM (SELECT CASE WHEN i.key_failed > 0 OR "
		"i.result = 'NOT_CONFORM' THEN 1 ELSE 0 END AS failed, (SELECT l.chosen FROM "
		"targeting_lists l WHERE l.operator = i.operator AND l.at <= i.inspected_at AND "
		"l.at > i.inspected_at - $2 ORDER BY l.at DESC, l.run DESC LIMIT 1) AS chosen FROM "
		"pub_inspection_visits i WHERE i.inspected_at > $1 AND i.kind <> 'INSP_OFFSITE') v "
		"WHERE chosen IS NOT NULL GROUP BY chosen ORDER BY chosen DESC",
		b->now - YEAR * DAY, node_int(b->law, "list_lasts_days", 60) * DAY));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		put_outcome(list, r);
	}
	rows_close(r);
	return OK;
}

struct list_row {
	int64_t run, operator, at;
	const char *chosen;
	int64_t probability;
};
static const struct model list_row_model = MODEL("targeting_lists", struct list_row,
	FIELDS(STORED(struct list_row, run), STORED(struct list_row, operator),
		STORED(struct list_row, at), STORED(struct list_row, chosen),
		STORED(struct list_row, probability)));

enum err lists_keep(struct req *rq, const struct board *b)
{
	size_t n = 0, all = b->v.n_operators;
	struct list_row *rows = NEWS(rq->arena, struct list_row, (size_t)b->run.chosen + 1);

	for (size_t i = 0; i < all; i++) {
		const struct candidate *c = &b->candidates[i];
		if (c->chosen != CHOSEN_NOT)
			rows[n++] = (struct list_row){ b->run.id, c->operator, b->run.at,
				chosen_codes[c->chosen], c->probability };
	}
	TRY(db_run(rq, "DELETE FROM targeting_lists WHERE at < $1",
		b->now - node_int(b->law, "lists_kept_days", 430) * DAY));
	return db_insert_all(rq, &list_row_model, rows, n);
}
