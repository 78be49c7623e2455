/* Reads operators, visits and what else happened: one snapshot, each table once. */
#include "domains/targeting/board.h"

#include <string.h>

static bool number_of(const struct board *b, int64_t operator, uint32_t * out)
{
	size_t low = 0, high = b->v.n_operators;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (b->v.operators[middle].id < operator)
			low = middle + 1;
		else
			high = middle;
	}
	*out = (uint32_t)low;
	return low < b->v.n_operators && b->v.operators[low].id == operator;
}

static enum err load_operators(struct req *rq, struct board *b)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT id, kind, area, lat, lon, registered_at FROM pub_operators WHERE state = "
		"'ACTIVE' ORDER BY id"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct visited *o = visits_add_operator(&b->v);
		*o = (struct visited){ .id = rows_int(r, 0),
			.name = "",
			.kind = names_number(&b->v.kinds, b->a, rows_text(r, 1)),
			.area = names_number(&b->v.areas, b->a, rows_text(r, 2)),
			.lat = (int32_t)rows_int(r, 3),
			.lon = (int32_t)rows_int(r, 4),
			.licensed = day_number(rows_int(r, 5)) };
	}
	rows_close(r);
	b->clocked = NEWS(b->a, struct clocked, b->v.n_operators + 1);
	for (size_t i = 0; i < b->v.n_operators; i++)
		b->clocked[i] =
			(struct clocked){ .known_at = (int64_t)b->v.operators[i].licensed * DAY,
				.level = "",
				.credit_class = "" };
	return OK;
}

/* A full check is one of the kinds the rules name. */
static bool full_check(const struct board *b, const char *kind)
{
	NODE_EACH (k, node_find(b->law, "full_check_kinds"))
		if (text_is(k->s, kind))
			return true;
	return false;
}

static void take_visit(struct board *b, struct rows *r, uint32_t who)
{
	struct clocked *c = &b->clocked[who];
	struct visit *x = visits_add(&b->v);
	int64_t at = rows_int(r, 2);

	*x = (struct visit){ .id = rows_int(r, 0),
		.name = "",
		.who = who,
		.day = day_number(at),
		.critical = (uint16_t)rows_int(r, 3),
		.minor = (uint16_t)rows_int(r, 4),
		.failed = rows_int(r, 3) > 0 || text_is(rows_text(r, 5), "NOT_CONFORM"),
		.inspector = names_number(&b->v.inspectors, b->a, rows_text(r, 6)) };
	c->visits++;
	c->last_visit_at = at;
	c->inspector = rows_int(r, 6);
	c->year += at > b->now - 365 * DAY;
	if (full_check(b, rows_text(r, 7)))
		c->last_full_at = at;
}

static enum err load_visits(struct req *rq, struct board *b)
{
	struct rows *r;
	bool more;
	uint32_t who;

	TRY(db_query(rq, &r,
		"SELECT id, operator, inspected_at, key_failed, general_failed, result, "
		"inspector1, "
		"kind FROM pub_inspection_visits WHERE kind <> 'INSP_OFFSITE' ORDER BY "
		"inspected_at, id"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (number_of(b, rows_int(r, 1), &who))
			take_visit(b, r, who);
	}
	rows_close(r);
	visits_index(&b->v);
	return OK;
}

static enum err load_happened(struct req *rq, struct board *b)
{
	struct rows *r;
	bool more;
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT (SELECT count(*) FROM pub_complaints WHERE operator > 0) + (SELECT "
		"count(*) FROM pub_leads WHERE state = 'confirmed') + (SELECT "
		"count(*) FROM pub_sensor_alarms WHERE state = 'confirmed') + (SELECT count(*) "
		"FROM pub_cases WHERE decided_at > 0 AND outcome = 'penalty' AND annulled = 0)"));
	b->happened = NEWS(b->a, struct happened, (size_t)n + 1);
	TRY(db_query(rq, &r,
		"SELECT operator, found_at AS at, 0 AS what FROM pub_leads WHERE state = "
		"'confirmed' UNION ALL SELECT operator, found_at, 1 FROM pub_sensor_alarms WHERE "
		"state = 'confirmed' UNION ALL SELECT operator, decided_at, 2 FROM pub_cases WHERE "
		"decided_at > 0 AND outcome = 'penalty' AND annulled = 0 UNION ALL SELECT "
		"operator, received_at, 3 "
		"FROM pub_complaints WHERE operator > 0"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct happened *h = &b->happened[b->n_happened];
		if (!number_of(b, rows_int(r, 0), &h->who))
			continue;
		h->day = day_number(rows_int(r, 1));
		h->what = (enum happening)rows_int(r, 2);
		b->n_happened++;
	}
	rows_close(r);
	return OK;
}

/* Risk level and risk-credit class, where they are on file. */
static enum err load_levels(struct req *rq, struct board *b)
{
	struct rows *r;
	bool more;
	uint32_t who;

	TRY(db_query(rq, &r,
		"SELECT operator, scheme, value FROM pub_scales WHERE scheme IN ('RISK', 'RC')"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		if (!number_of(b, rows_int(r, 0), &who))
			continue;
		const char *value = arena_dup(b->a, rows_text(r, 2));
		if (text_is(rows_text(r, 1), "RISK"))
			b->clocked[who].level = value;
		else
			b->clocked[who].credit_class = value;
	}
	rows_close(r);
	return OK;
}

enum err board_load(struct req *rq, struct board *b)
{
	TRY(load_operators(rq, b));
	TRY(load_visits(rq, b));
	TRY(load_happened(rq, b));
	return load_levels(rq, b);
}
