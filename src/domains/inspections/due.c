/* Results held back, by the last day on which they have to be public: 20 working days (order 49,
 * article 39). */
#include "domains/inspections/protocol.h"

struct due_row {
	int64_t id, inspected_at, operator, publish_by;
	const char *operator_name, *result;
	int64_t days_left;
};
static const struct model due_model = MODEL("inspections", struct due_row,
	FIELDS(STORED(struct due_row, id, .as = AS_ID),
		STORED(struct due_row, inspected_at, .as = AS_DATE),
		STORED(struct due_row, operator, .as = AS_ID),
		STORED(struct due_row, operator_name),
		STORED(struct due_row, result, .choices = inspection_results),
		STORED(struct due_row, publish_by, .as = AS_DATE),
		STORED(struct due_row, days_left)));

enum err due_list(struct req *rq)
{
	struct inspection_terms t;
	struct list l;

	TRY(terms_load(rq, &t));
	TRY(db_all(rq, &due_model, &l,
		"SELECT i.id, i.inspected_at, i.operator, CAST(0 AS bigint) AS publish_by, o.name "
		"AS "
		"operator_name, i.result, CAST(0 AS bigint) AS days_left FROM inspections i JOIN "
		"pub_operators o ON o.id = i.operator WHERE i.published_at = 0 AND (CAST($1 AS "
		"bigint) "
		"= 0 OR o.area = $1) ORDER BY i.inspected_at, i.id LIMIT 200",
		rq->user->area));
	for (struct due_row *d = LIST_OF(struct due_row, &l); d < LIST_END(struct due_row, &l);
		d++) {
		int left;
		TRY(term_workdays(rq, d->inspected_at, (int)t.publish_workdays, &d->publish_by));
		TRY(workdays_left(rq, d->publish_by, &left));
		d->days_left = left;
	}
	struct node *rows = show_table(rq, "due", &due_model, &l), *n = rows->first;
	for (struct due_row *d = LIST_OF(struct due_row, &l); d < LIST_END(struct due_row, &l);
		d++, n = n->next) {
		put_flag(n, "late", d->days_left < 0)->hidden = true;
		put_flag(n, "soon", d->days_left >= 0 && d->days_left <= t.warn_workdays)->hidden =
			true;
	}
	return page(rq, "inspections/due");
}
