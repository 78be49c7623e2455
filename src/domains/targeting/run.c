/* A run: reads everything, learns, scores, plans; then writes all of it with its fact. */
#include "contracts/facts.h"
#include "domains/targeting/board.h"

#include <math.h>
#include <string.h>

enum { WHOLE = 10000, MILLION = 1000000, AT_ONCE = 64 };

/* ---- learning and scoring ------------------------------------------------ */
static int32_t whole(double p)
{
	return (int32_t)lround(p * WHOLE);
}

static void model_keep(struct board *b, const struct score_model *m)
{
	struct buf t = { .arena = b->a };

	buf_printf(&t, "{\"bias\":%" PRId64 ",\"features\":[", (int64_t)llround(m->bias * MILLION));
	for (size_t j = 0; j < m->d; j++)
		buf_printf(&t,
			"%s{\"w\":%" PRId64 ",\"mean\":%" PRId64 ",\"deviation\":%" PRId64 "}",
			j ? "," : "", (int64_t)llround(m->w[j] * MILLION),
			(int64_t)llround(m->mean[j] * MILLION),
			(int64_t)llround(m->deviation[j] * MILLION));
	buf_printf(&t, "],\"base\":%d,\"spread\":%" PRId64 "}", whole(m->base),
		(int64_t)llround(m->spread * MILLION));
	b->run.model = buf_text(&t);
}

/* With too little to learn from, the clocks of the law order alone, and the run says so. */
static void board_score(struct board *b)
{
	struct score_model *m = NEW(b->a, struct score_model);
	int32_t today = day_number(b->now);
	struct past *p = past_new(&b->v, today, b->happened, b->n_happened);
	struct fault why = { 0 };
	double x[FEATURES_MOST];

	b->scores = NEWS(b->a, struct scored_one, b->v.n_operators + 1);
	b->run.state = "model";
	b->run.why = "";
	b->run.model = "{}";
	if (model_learn(m, p, today, &why)) {
		b->run.state = "clocks";
		b->run.why = arena_dup(b->a, why.text);
	}
	b->run.visits = (int64_t)m->visits;
	b->run.failed = (int64_t)m->failed;
	if (text_is(b->run.state, "clocks"))
		return;
	for (uint32_t i = 0; i < b->v.n_operators; i++) {
		past_fill(p, i, x);
		model_score(m, x, past_known(p, i), &b->scores[i]);
	}
	model_keep(b, m);
}

/* ---- planning ------------------------------------------------------------ */
static int64_t days_since(const struct board *b, int64_t at)
{
	return at ? day_number(b->now) - day_number(at) : -1;
}

static struct bounds bounds_at(const struct board *b, size_t i)
{
	return bounds_of(b->law, b->clocked[i].level, b->clocked[i].credit_class,
		b->v.kinds.at[b->v.operators[i].kind]);
}

static enum err board_plan(struct req *rq, struct board *b)
{
	uint64_t seed;
	struct choice_rule rule = { node_int(b->law, "list_per_thousand", 20),
		node_int(b->law, "random_percent", 10), 0 };

	random_bytes(&seed, sizeof(seed));
	rule.seed = seed >> 1;
	b->run.seed = arena_printf(b->a, "%" PRIu64, rule.seed);
	b->candidates = NEWS(b->a, struct candidate, b->v.n_operators + 1);
	for (size_t i = 0; i < b->v.n_operators; i++) {
		const struct clocked *c = &b->clocked[i];
		struct bounds bounds = bounds_at(b, i);
		struct standing s = { days_since(b, c->last_visit_at),
			days_since(b, c->last_full_at), days_since(b, c->known_at), c->year };
		struct candidate *to = &b->candidates[i];
		*to = (struct candidate){ .operator= b->v.operators[i].id,
			.probability = whole(b->scores[i].probability),
			.since_visit = s.since_visit,
			.due = due_of(&bounds, &s) };
		if (!text_to_int(b->v.areas.at[b->v.operators[i].area], &to->area))
			return fail(rq, E_INTERNAL, "There is no such town.");
	}
	plan_choose(b->a, b->candidates, b->v.n_operators, &rule);
	for (size_t i = 0; i < b->v.n_operators; i++) {
		b->run.chosen += b->candidates[i].chosen != CHOSEN_NOT;
		b->run.conflicts += b->candidates[i].due == DUE_CONFLICT;
	}
	return OK;
}

/* ---- the report ------------------------------------------------------------ */
/* Who comes earlier and later than by the clocks alone, by what they have in common. */
struct group {
	int64_t n, chosen, earlier; /* earlier: places gained, summed */
};

static void report_group(
	struct node *list, const char *key, const struct group *g, int64_t operators)
{
	if (!g->n)
		return;
	struct node *n = put_map(list, NULL);
	put_text(n, "key", key);
	put_int(n, "operators", g->n);
	put_int(n, "chosen", g->chosen);
	/* hundredths of a percent of the whole order */
	put_int(n, "earlier", g->earlier * WHOLE / (g->n * operators));
}

static void group_add(struct group *g, const struct candidate *c)
{
	g->n++;
	g->chosen += c->chosen != CHOSEN_NOT;
	g->earlier += (int64_t)c->clock_place - c->place;
}

static enum err report_make(struct req *rq, struct board *b)
{
	const struct visits *v = &b->v;
	struct group *areas = NEWS(b->a, struct group, v->areas.n),
		     *kinds = NEWS(b->a, struct group, v->kinds.n),
		     *inspectors = NEWS(b->a, struct group, v->inspectors.n);
	struct node *report = node_map(b->a), *list;
	int64_t n = (int64_t)v->n_operators;

	for (size_t i = 0; i < v->n_operators; i++) {
		const struct visited *o = &v->operators[i];
		group_add(&areas[o->area], &b->candidates[i]);
		group_add(&kinds[o->kind], &b->candidates[i]);
		uint32_t who = 0;
		if (o->n)
			who = v->at[v->by_operator[o->first + o->n - 1]].inspector;
		group_add(&inspectors[who], &b->candidates[i]);
	}
	list = put_list(report, "areas");
	for (size_t k = 0; k < v->areas.n; k++)
		report_group(list, v->areas.at[k], &areas[k], n);
	list = put_list(report, "kinds");
	for (size_t k = 0; k < v->kinds.n; k++)
		report_group(list, v->kinds.at[k], &kinds[k], n);
	list = put_list(report, "inspectors");
	for (size_t k = 0; k < v->inspectors.n; k++)
		report_group(list, v->inspectors.at[k], &inspectors[k], n);
	TRY(outcomes_put(rq, b, report));
	b->run.report = json_text(rq, report);
	return OK;
}

/* ---- digests ---------------------------------------------------------------- */
static const char *digest_of(struct board *b, const char *text, size_t n)
{
	struct digest d = sm3(text, n);

	return digest_hex(b->a, &d);
}

static const char *reasons_text(struct board *b, size_t i)
{
	struct buf t = { .arena = b->a };

	for (int k = 0; k < REASONS; k++) {
		const struct reason *r = &b->scores[i].reasons[k];
		if (r->moves != 0)
			buf_printf(&t, "%s%d:%" PRId64, t.n ? "," : "", r->feature,
				(int64_t)llround(r->moves * 1000));
	}
	return buf_text(&t);
}

static void digests_make(struct board *b)
{
	struct buf in = { .arena = b->a, .max = (size_t)1 << 30 },
		   out = { .arena = b->a, .max = (size_t)1 << 30 };

	for (size_t i = 0; i < b->v.n; i++)
		buf_printf(&in, "%" PRId64 "\n", b->v.at[i].id);
	for (size_t i = 0; i < b->v.n_operators; i++)
		buf_printf(&out, "%" PRId64 ",%d,%s,%s\n", b->candidates[i].operator,
			b->candidates[i].probability, due_codes[b->candidates[i].due],
			chosen_codes[b->candidates[i].chosen]);
	b->run.input_sm3 = digest_of(b, buf_text(&in), in.n);
	b->run.scores_sm3 = digest_of(b, buf_text(&out), out.n);
	b->run.model_sm3 = digest_of(b, b->run.model, strlen(b->run.model));
}

enum err run_prepare(struct req *rq, const struct job *j, void **result)
{
	struct board *b = NEW(rq->arena, struct board);
	int64_t begun = clock_mono();

	*b = (struct board){ .a = rq->arena, .now = rq->now };
	TRY(rules(rq, "targeting/plan", rq->now, &b->law));
	visits_start(&b->v, b->a);
	TRY(board_load(rq, b));
	b->run.at = rq->now;
	b->run.wanted_by = j->subject;
	b->run.operators = (int64_t)b->v.n_operators;
	b->run.rule_version = node_text(b->law, "version", "");
	board_score(b);
	TRY(board_plan(rq, b));
	TRY(report_make(rq, b));
	digests_make(b);
	b->run.took_ms = clock_mono() - begun;
	*result = b;
	return OK;
}

/* ---- writing ----------------------------------------------------------------- */
struct score_row {
	int64_t operator, run, area;
	const char *kind;
	int64_t probability, low, high, visits, year_visits, last_visit_at, least, most;
	const char *due, *chosen;
	int64_t place;
	const char *reasons;
};
static const struct model score_model_rows = MODEL("targeting_scores", struct score_row,
	FIELDS(STORED(struct score_row, operator), STORED(struct score_row, run),
		STORED(struct score_row, area), STORED(struct score_row, kind),
		STORED(struct score_row, probability), STORED(struct score_row, low),
		STORED(struct score_row, high), STORED(struct score_row, visits),
		STORED(struct score_row, year_visits), STORED(struct score_row, last_visit_at),
		STORED(struct score_row, least), STORED(struct score_row, most),
		STORED(struct score_row, due), STORED(struct score_row, chosen),
		STORED(struct score_row, place), STORED(struct score_row, reasons)));

static struct score_row score_row_of(struct board *b, size_t i)
{
	const struct candidate *c = &b->candidates[i];
	const struct scored_one *s = &b->scores[i];
	struct bounds bounds = bounds_at(b, i);

	return (struct score_row){ .operator= c->operator,
		.run = b->run.id,
		.area = c->area,
		.kind = b->v.kinds.at[b->v.operators[i].kind],
		.probability = c->probability,
		.low = whole(s->low),
		.high = whole(s->high),
		.visits = b->clocked[i].visits,
		.year_visits = b->clocked[i].year,
		.last_visit_at = b->clocked[i].last_visit_at,
		.least = bounds.least,
		.most = bounds.most,
		.due = due_codes[c->due],
		.chosen = chosen_codes[c->chosen],
		.place = c->place,
		.reasons = reasons_text(b, i) };
}

enum err run_write(struct req *rq, const struct job *j, void *result)
{
	struct board *b = result;
	struct targeting_run *r = &b->run;

	(void)j;
	r->id = 0;
	TRY(db_run(rq, "DELETE FROM targeting_scores"));
	TRY(db_insert(rq, &targeting_run_model, r));
	for (size_t i = 0; i < b->v.n_operators; i += AT_ONCE) {
		struct score_row rows[AT_ONCE];
		size_t n = 0;
		while (n < AT_ONCE && i + n < b->v.n_operators) {
			rows[n] = score_row_of(b, i + n);
			n++;
		}
		TRY(db_insert_all(rq, &score_model_rows, rows, n));
	}
	TRY(lists_keep(rq, b));
	return emit(rq, TARGETING_RUN_FINISHED, r->id, 0,
		json_pairs(rq, "state", r->state, "rule_version", r->rule_version, "seed", r->seed,
			"input_sm3", r->input_sm3, "model_sm3", r->model_sm3, "scores_sm3",
			r->scores_sm3, NULL));
}

/* Once a day, at the hour of the rules. */
enum err targeting_every_minute(struct req *rq)
{
	const struct node *law;
	int64_t asked, today = day_number(rq->now);

	TRY(rules(rq, "targeting/plan", rq->now, &law));
	if (civil_of(rq->now).hour < node_int(law, "run_hour", 2))
		return OK;
	TRY(db_int(rq, &asked, "SELECT coalesce(max(day), 0) FROM targeting_clock"));
	if (asked >= today)
		return OK;
	TRY(db_run(rq,
		"INSERT INTO targeting_clock (id, day) VALUES (1, $1) ON CONFLICT (id) DO UPDATE "
		"SET day = excluded.day",
		today));
	TRY(job_add(rq, .kind = "targeting.due"));
	return job_add(rq, .kind = "targeting.run");
}
