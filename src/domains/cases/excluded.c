/* Service by public notice before the decision stops the ninety days by itself (O2 64): a span from
 * the day a notice appears until no notice of the case runs any more. */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"

#define NOTICE_SPAN "public_notice"

static enum err spans_running(struct req *rq, int64_t case_id, int64_t *n)
{
	return db_int(rq, n,
		"SELECT count(*) FROM case_spans WHERE case_id = $1 AND kind = 'public_notice' AND "
		"to_at = 0",
		case_id);
}

/* The fact's subject is the paper's task in the room of service. */
enum err on_notice_published(struct req *rq, const struct event *e)
{
	struct course k;
	struct case_row c;
	int64_t id, running;

	TRY(db_int(rq, &id, "SELECT case_id FROM pub_services WHERE id = $1", e->subject));
	TRY(db_one(rq, &case_model, &c, "SELECT * FROM cases WHERE id = $1", id));
	TRY(spans_running(rq, id, &running));
	if (c.decided_at || c.closed_at || running)
		return OK;
	TRY(course_of(rq, &c, &k));
	TRY(span_open(rq, &k, NOTICE_SPAN, "公告送达"));
	return emit(rq, CASE_CLOCK_CHANGED, c.id, c.operator, json_of(rq, &case_model, &c));
}

enum err notice_time_over(struct req *rq, struct case_row *c, const struct node *told)
{
	struct course k;
	int64_t running, notices, until = node_int(told, "excluded_to", 0);

	TRY(spans_running(rq, c->id, &running));
	TRY(db_int(rq, &notices,
		"SELECT count(*) FROM pub_service_notices WHERE case_id = $1 AND state = "
		"'published'",
		c->id));
	if (!until || !running || notices)
		return OK;
	TRY(course_of(rq, c, &k));
	TRY(span_close_at(rq, &k, NOTICE_SPAN, until));
	*c = k.c;
	return case_save(rq, c, CASE_CLOCK_CHANGED);
}

/* As many working days are left after the test as were left when it began. */
enum err precheck_moved(struct req *rq, int64_t from, int64_t to, int64_t *due)
{
	const struct node *table;
	int left = 0;

	if (from > *due)
		return OK;
	TRY(rules(rq, "calendar/workdays", rq->now, &table));
	for (int64_t d = from + DAY; day_number(d) <= day_number(*due); d += DAY)
		left += is_workday(table, d);
	return term_workdays(rq, to, left, due);
}
