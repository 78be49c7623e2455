/* Loading, saving, terms. The subject of every fact of a measure is its case. */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

enum err measure_law(struct req *rq, int64_t at, const struct node **out)
{
	return rules(rq, "measures/terms", at, out);
}

enum err measure_load(struct req *rq, int64_t id, struct measure *m)
{
	TRY(db_one(rq, &measure_model, m, "SELECT * FROM measures WHERE id = $1", id));
	return in_area(rq, m->area);
}

enum err measure_save(struct req *rq, struct measure *m, const char *fact, const char *data)
{
	TRY(db_update(rq, &measure_model, m));
	return emit(rq, fact, m->case_id, m->operator, data);
}

enum err measure_allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

static const struct model case_model_seen = MODEL("pub_cases", struct measure_case,
	FIELDS(STORED(struct measure_case, id), STORED(struct measure_case, operator),
		STORED(struct measure_case, area), STORED(struct measure_case, officer1),
		STORED(struct measure_case, officer2), STORED(struct measure_case, filed_at),
		STORED(struct measure_case, state), STORED(struct measure_case, number),
		STORED(struct measure_case, act)));

enum err measure_case_load(struct req *rq, int64_t id, struct measure_case *c)
{
	enum err e = db_one(rq, &case_model_seen, c,
		"SELECT id, operator, area, officer1, officer2, filed_at, state, number, act FROM "
		"pub_cases WHERE id = $1",
		id);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "This case is not there.");
	TRY(e);
	return in_area(rq, c->area);
}

static void case_facts(struct rows *r, struct measure_facts *f)
{
	f->officer1 = rows_int(r, 0);
	f->officer2 = rows_int(r, 1);
	f->case_open =
		!text_is(rows_text(r, 2), "closed") && !text_is(rows_text(r, 2), "not_filed");
	f->items = (int)rows_int(r, 3);
	f->card1 = rows_int(r, 4) != 0;
	f->card2 = rows_int(r, 5) != 0;
}

/* The officers are those whom the case has now, not those who proposed the measure. */
enum err measure_facts_of(struct req *rq, const struct measure *m, struct measure_facts *f)
{
	struct rows *r;
	bool more;

	*f = (struct measure_facts){ .kind = m->kind,
		.state = m->state,
		.user = rq->user->id,
		.urgent = m->urgent,
		.decided = m->decided_at != 0,
		.taken_at = m->taken_at,
		.until = m->until,
		.lab_from = m->lab_from,
		.now = rq->now,
		.more_state = m->more_state,
		.more_by = m->more_by };
	TRY(db_query(rq, &r,
		"SELECT c.officer1, c.officer2, c.state, (SELECT count(*) FROM measure_items i "
		"WHERE i.measure = $2), (SELECT count(*) FROM pub_users u WHERE u.id = c.officer1 "
		"AND u.card_no <> '' AND u.state = 'active'), (SELECT count(*) FROM pub_users u "
		"WHERE u.id = c.officer2 AND u.card_no <> '' AND u.state = 'active') FROM "
		"pub_cases c WHERE c.id = $1",
		m->case_id, m->id));
	TRY(rows_next(r, &more));
	if (more)
		case_facts(r, f);
	rows_close(r);
	f->of_case = f->user && (f->user == f->officer1 || f->user == f->officer2);
	return OK;
}

enum err measure_until(struct req *rq, struct measure *m)
{
	const struct node *law;

	TRY(measure_law(rq, m->taken_at, &law));
	if (text_is(m->kind, "keep")) {
		TRY(term_workdays(
			rq, m->taken_at, (int)node_int(law, "keep_workdays", 7), &m->base_until));
		m->until = m->base_until;
		return OK;
	}
	int64_t lab = m->lab_days, days = node_int(law, "seizure_days", 30);
	if (m->lab_from) /* still there: up to the day that was fixed */
		lab += day_number(m->lab_until) - day_number(m->lab_from);
	if (text_is(m->more_state, "approved"))
		days += m->more_days;
	/* a hold on property is not lengthened by a holiday at its end */
	struct civil c = civil_of(m->taken_at);
	c.hour = c.minute = c.second = 0;
	int64_t from = civil_to_ms(c);
	m->base_until = from + (node_int(law, "seizure_days", 30) + 1) * DAY - 1;
	m->until = from + (days + lab + 1) * DAY - 1;
	return OK;
}

enum err measure_tell(struct req *rq, const struct measure *m, const char *words)
{
	const char *phone = "";
	enum err e =
		db_text(rq, &phone, "SELECT phone FROM pub_operators WHERE id = $1", m->operator);

	if (e == E_NOT_FOUND || (!e && !*phone))
		return OK;
	TRY(e);
	return sms_send(rq, phone,
		arena_printf(rq->arena, "%s：%s详见%s/my/cases/%" PRId64 "/measures。",
			setting(rq, "bureau", "市场监督管理局"), words, site_url(rq), m->case_id));
}

enum err measure_end(struct req *rq, struct measure *m, const char *fact, const char *data)
{
	m->ended_at = rq->now;
	if (m->lab_from)
		m->lab_from = 0;
	return measure_save(rq, m, fact, data);
}
