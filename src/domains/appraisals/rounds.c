/* A round: open -> drawn -> finished, or withdrawn with a reason before the draw. */
#include "contracts/facts.h"
#include "core/app/lottery.h"
#include "core/base/lines.h"
#include "domains/appraisals/appraisals.h"
#include "domains/appraisals/replay.h"

#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024, TITLE = 60, WORDS = 300, ALL_SHARE = 1000 };

static const struct choice ways[] = {
	{ "share", "A share of each stratum, per mille", "" },
	{ "number", "A number in all", "" },
	{ 0 },
};
static const struct choice kinds_asked[] = {
	{ "", "Both procedures", "" },
	{ "simple", "Simple procedure", "" },
	{ "ordinary", "Ordinary procedure", "" },
	{ 0 },
};
#define F(m, text, ...) INPUT(struct round_plan, m, text, __VA_ARGS__)
const struct model round_plan_model = MODEL("", struct round_plan,
	FIELDS(F(title, "Title", .required = true, .max = TITLE),
		F(from_day, "Closed from", .required = true, .as = AS_DATE),
		F(to_day, "Closed up to", .required = true, .as = AS_DATE),
		F(kinds, "Kind of procedure", .choices = kinds_asked),
		F(by_area, "Strata by station", 0), F(by_procedure, "Strata by procedure", 0),
		F(by_outcome, "Strata by outcome", 0),
		F(way, "How many are drawn", .required = true, .choices = ways),
		F(amount, "Share or number", .required = true, .min = 1, .max = CANDIDATES_MOST)));
#undef F

/* ---- candidates */
struct candidate_row {
	int64_t id, area;
	const char *procedure, *outcome, *number;
};
static const struct model candidate_model = MODEL("pub_cases", struct candidate_row,
	FIELDS(STORED(struct candidate_row, id), STORED(struct candidate_row, area),
		STORED(struct candidate_row, procedure), STORED(struct candidate_row, outcome),
		STORED(struct candidate_row, number)));

static const char *stratum_of(struct req *rq, const char *strata, const struct candidate_row *c)
{
	const char *s = "";

	if (strstr(strata, "area"))
		s = arena_printf(rq->arena, "/%" PRId64, c->area);
	if (strstr(strata, "procedure"))
		s = arena_printf(rq->arena, "%s/%s", s, c->procedure);
	if (strstr(strata, "outcome"))
		s = arena_printf(rq->arena, "%s/%s", s, *c->outcome ? c->outcome : "-");
	return *s ? s + 1 : "all";
}

static enum err candidates_read(struct req *rq, const struct round *r, struct sample *s)
{
	struct list l;

	TRY(db_all(rq, &candidate_model, &l,
		"SELECT id, area, procedure, outcome, number FROM pub_cases WHERE state = 'closed' "
		"AND closed_at >= $1 AND closed_at < $2 AND (CAST($3 AS bigint) = 0 OR area = $3) "
		"AND ($4 = '' OR procedure = $4) ORDER BY id LIMIT $5",
		r->from_day, r->to_day + DAY, r->area, r->kinds, (int)CANDIDATES_MOST + 1));
	*s = (struct sample){ .round = r->id,
		.title = line_field(rq->arena, r->title),
		.from_day = date_text(rq->arena, r->from_day),
		.to_day = date_text(rq->arena, r->to_day),
		.at = NEWS(rq->arena, struct candidate, l.n + 1) };
	for (const struct candidate_row *c = LIST_OF(struct candidate_row, &l);
		c < LIST_END(struct candidate_row, &l); c++)
		s->at[s->n++] = (struct candidate){ c->id, stratum_of(rq, r->strata, c),
			line_field(rq->arena, c->number) };
	sample_arrange(rq->arena, s);
	(void)sample_takes(s, text_is(r->way, "share"), r->amount);
	return OK;
}

/* ---- open */
static struct lottery lottery_of(const struct round *r)
{
	return (struct lottery){ "shian-appraisal-seed 1", r->list_sm3, r->nonce, r->commitment };
}

static const char *opened_said(struct req *rq, const struct round *r)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "title", r->title);
	put_text(n, "list", r->list_sm3);
	put_text(n, "commitment", r->commitment);
	put_int(n, "candidates", r->candidates);
	put_int(n, "take", r->take);
	put_text(n, "table", r->table_version);
	return json_text(rq, n);
}

/* What is wrong with the list stands at the field that has to be another one. */
static enum err list_fix(struct req *rq, struct round *r, int64_t most)
{
	struct buf text = { .arena = rq->arena, .max = FILE_MAX };
	struct sample s;
	struct object o;

	TRY(candidates_read(rq, r, &s));
	r->candidates = (int64_t)s.n;
	for (size_t i = 0; i < s.n_strata; i++)
		r->take += s.strata[i].take;
	if (!s.n)
		field_error(rq, "to_day", "%s", tr(rq, "No case was closed there in this time."));
	else if (s.n > CANDIDATES_MOST)
		field_error(rq, "to_day",
			tr(rq, "More than %d cases were closed there in this time: narrow the days "
			       "or the station."),
			(int)CANDIDATES_MOST);
	else if (r->take > most)
		field_error(rq, "amount",
			tr(rq, "The sample would have %d cases; a round has %d at most."),
			(int)r->take, (int)most);
	if (form_failed(rq))
		return E_INVALID;
	sample_write(&text, &s);
	TRY(lottery_keep(rq, &text, &o));
	r->list_sm3 = o.sm3;
	r->list_sha256 = o.sha256;
	return OK;
}

enum err round_open(struct req *rq, const struct round_plan *p, struct round *r)
{
	const struct node *table;

	TRY(appraisal_table(rq, rq->now, &table));
	*r = (struct round){ .id = id_new(),
		.title = p->title,
		.area = p->area,
		.from_day = p->from_day,
		.to_day = p->to_day,
		.kinds = p->kinds,
		.strata = arena_printf(rq->arena, "%s%s%s", p->by_area ? "area," : "",
			p->by_procedure ? "procedure," : "", p->by_outcome ? "outcome," : ""),
		.way = p->way,
		.amount = p->amount,
		.table_version = node_text(table, "version", ""),
		.state = "open",
		.opened_by = rq->user->id,
		.opened_at = rq->now };
	r->seed = r->head_root = r->word = r->draw_sm3 = r->draw_sha256 = r->reason = "";
	TRY(list_fix(rq, r, node_int(table, "sample_most", 500)));
	struct lottery l = lottery_of(r);
	lottery_commit(rq, &l);
	r->nonce = l.nonce;
	r->commitment = l.commitment;
	TRY(db_insert(rq, &round_model, r));
	return emit(rq, APPRAISAL_OPENED, r->id, 0, opened_said(rq, r));
}

static void plan_check(struct req *rq, const struct round_plan *p)
{
	bool share = text_is(p->way, "share");

	if (p->to_day < p->from_day)
		field_error(rq, "from_day", "%s",
			tr(rq, "The first day of the closing comes before the last one."));
	else if (p->to_day + DAY > rq->now)
		field_error(rq, "to_day", "%s",
			tr(rq, "The last day has to be over: the list must not move any more."));
	if (share && p->amount > ALL_SHARE)
		field_error(rq, "amount", "%s", tr(rq, "A share is 1 to 1000 per mille."));
}

enum err round_create(struct req *rq)
{
	struct round_plan p = { .title = "", .kinds = "", .way = "" };
	struct round r;

	p.area = rq->user->area ? rq->user->area : form_int(rq, "area", 0);
	enum err e = form_read(rq, &round_plan_model, &p);
	if (e && e != E_INVALID)
		return e;
	if (!e)
		plan_check(rq, &p);
	if (form_failed(rq))
		return round_form_again(rq, &p);
	e = round_open(rq, &p, &r);
	if (form_failed(rq))
		return round_form_again(rq, &p);
	TRY(e);
	notice(rq, "The candidates are fixed, and the commitment is in the ledger.");
	return redirect(rq, "/appraisals/%" PRId64, r.id);
}

/* ---- draw */
/* The candidates as they were fixed: cases that were closed since do not move the list, since its
 * days are over; the digest has to be the one that was committed to. */
static enum err list_again(struct req *rq, const struct round *r, struct sample *s)
{
	struct buf text = { .arena = rq->arena, .max = FILE_MAX };

	TRY(candidates_read(rq, r, s));
	sample_write(&text, s);
	struct digest d = sm3(text.s, text.n);
	return text_is(digest_hex(rq->arena, &d), r->list_sm3)
		       ? OK
		       : fail(rq, E_CONFLICT,
				 "The closed cases are not those of the fixed list any more: "
				 "withdraw this round and open another one.");
}

static enum err order_make(struct req *rq, struct round *r, struct sample *s, size_t *order)
{
	struct generator g;
	struct buf text = { .arena = rq->arena, .max = FILE_MAX };
	struct object o;
	uint8_t seed[SEED];

	struct lottery l = lottery_of(r);
	if (!lottery_open(rq, &l, seed))
		return fail(rq, E_CONFLICT,
			"The key folder is another one than at the commitment: withdraw this round "
			"and open another one.");
	r->seed = seed_hex(rq, seed);
	const char *contribution = contribution_lines(
		rq->arena, &(struct contribution){ r->head_size, r->head_root, r->word }, ' ');
	generator_start(
		&g, rq->arena, &(struct generator_inputs){ seed, r->list_sm3, contribution });
	sample_order(s, &g, order);
	sample_draw_write(&text, s,
		&(struct sample_draw){
			r->commitment, r->list_sm3, r->seed, contribution, g.taken, order });
	TRY(lottery_keep(rq, &text, &o));
	r->draw_sm3 = o.sm3;
	r->draw_sha256 = o.sha256;
	return OK;
}

struct drawn_case {
	const char *stratum;
	int64_t place, case_id;
};

static enum err appraisal_new(
	struct req *rq, const struct round *r, const struct drawn_case *d, struct appraisal *a)
{
	TRY(db_one(rq, &appraisal_model, a,
		"SELECT 0 AS id, 0 AS version, CAST($2 AS bigint) AS round, id AS case_id, 0 AS "
		"place, '' AS stratum, operator, area, number, procedure, outcome, closed_at, "
		"officer1, officer2, 'drawn' AS state, 0 AS appraiser, 0 AS assigned_by, 0 AS "
		"assigned_at, 0 AS fill_due, 0 AS submitted_at, '' AS opinion, 0 AS score, '' AS "
		"grade, 0 AS vetoed, 0 AS failed, 0 AS object_due, 0 AS accepted_by, 0 AS "
		"accepted_at, 0 AS answered_at, 0 AS final_by, 0 AS final_at, '' AS mend_state, 0 "
		"AS mend_due, '' AS mend_words, 0 AS mend_by, 0 AS mend_at, '' AS mend_sm3, '' AS "
		"mend_sha256, '' AS mend_type, '' AS mend_answer, '' AS reason FROM pub_cases "
		"WHERE id = $1",
		d->case_id, r->id));
	a->place = d->place;
	a->stratum = d->stratum;
	return db_insert(rq, &appraisal_model, a);
}

static enum err sample_keep(
	struct req *rq, const struct round *r, const struct sample *s, const size_t *order)
{
	struct appraisal a;

	for (size_t i = 0; i < s->n_strata; i++)
		for (int64_t k = 0; k < s->strata[i].take; k++)
			TRY(appraisal_new(rq, r,
				&(struct drawn_case){ s->strata[i].code, k + 1,
					s->at[order[s->strata[i].first + (size_t)k]].case_id },
				&a));
	return OK;
}

static const char *drawn_said(struct req *rq, const struct round *r)
{
	struct node *n = node_map(rq->arena);

	put_text(n, "title", r->title);
	put_text(n, "file", r->draw_sm3);
	put_int(n, "take", r->take);
	put_int(n, "head", r->head_size);
	put_text(n, "word", r->word);
	return json_text(rq, n);
}

enum err round_perform(struct req *rq, struct round *r, const char *word)
{
	struct contribution mixed;
	struct sample s;

	TRY(appraisal_allow(rq, may_draw(r->state)));
	if (utf8_length(word) > TITLE)
		return fail(rq, E_INVALID, "The word has 60 characters at most.");
	r->word = line_field(rq->arena, word);
	TRY(lottery_head(
		rq, &(struct event){ .name = APPRAISAL_OPENED, .subject = r->id }, &mixed));
	r->head_size = mixed.head_size;
	r->head_root = mixed.head_root;
	if (!r->head_size && !*r->word)
		return fail(rq, E_CONFLICT,
			"No signed head of the ledger covers the commitment yet: wait a few "
			"seconds, or type a word.");
	TRY(list_again(rq, r, &s));
	size_t *order = NEWS(rq->arena, size_t, s.n + 1);
	TRY(order_make(rq, r, &s, order));
	TRY(sample_keep(rq, r, &s, order));
	r->state = "drawn";
	r->drawn_by = rq->user->id;
	r->drawn_at = rq->now;
	TRY(db_update(rq, &round_model, r));
	return emit(rq, APPRAISAL_DRAWN, r->id, 0, drawn_said(rq, r));
}

enum err round_draw(struct req *rq)
{
	struct round r;

	TRY(round_load(rq, rq->id, &r));
	TRY(round_perform(rq, &r, form_text(rq, "word")));
	notice(rq, "Drawn. Appoint an appraiser for each case.");
	return redirect(rq, "/appraisals/%" PRId64, r.id);
}

/* ---- withdraw, finish, replace */
enum err round_withdraw(struct req *rq)
{
	struct round r;

	TRY(round_load(rq, rq->id, &r));
	TRY(appraisal_allow(rq, may_withdraw(r.state)));
	r.reason = form_text(rq, "reason");
	if (!*r.reason || utf8_length(r.reason) > WORDS)
		return fail(rq, E_INVALID, "Say why it is withdrawn, in up to 300 characters.");
	r.state = "withdrawn";
	TRY(db_update(rq, &round_model, &r));
	TRY(emit(rq, APPRAISAL_WITHDRAWN, r.id, 0, json_pairs(rq, "reason", r.reason, NULL)));
	notice(rq, "Withdrawn.");
	return redirect(rq, "/appraisals/%" PRId64, r.id);
}

enum err round_end(struct req *rq, struct round *r)
{
	int64_t left;

	TRY(db_int(rq, &left,
		"SELECT count(*) FROM appraisals WHERE round = $1 AND state NOT IN ('final', "
		"'replaced')",
		r->id));
	TRY(appraisal_allow(rq, may_finish(r->state, left)));
	r->state = "finished";
	r->finished_by = rq->user->id;
	r->finished_at = rq->now;
	TRY(db_update(rq, &round_model, r));
	return emit(rq, APPRAISAL_FINISHED, r->id, 0,
		json_pairs(rq, "title", r->title, "table", r->table_version, NULL));
}

enum err round_finish(struct req *rq)
{
	struct round r;

	TRY(round_load(rq, rq->id, &r));
	TRY(round_end(rq, &r));
	notice(rq, "The round is finished. Its report stands.");
	return redirect(rq, "/appraisals/%" PRId64 "/report", r.id);
}

/* The next of the stratum in the order of the draw; 0: none is left. */
static enum err next_of(struct req *rq, const struct sitting *s, struct drawn_case *d)
{
	struct bytes file;
	struct fault why = { 0 };

	*d = (struct drawn_case){ .stratum = s->a.stratum };
	TRY(db_int(rq, &d->place,
		"SELECT max(place) + 1 FROM appraisals WHERE round = $1 AND stratum = $2", s->r.id,
		s->a.stratum));
	if (store_read(rq_store(rq), rq->arena, s->r.draw_sm3, FILE_MAX, &file, &why))
		return fail(rq, E_CONFLICT, "The file of the draw cannot be read: %s", why.text);
	d->case_id = sample_case_at(file, d->stratum, d->place);
	return OK;
}

enum err appraisal_replace(struct req *rq)
{
	struct sitting s;
	struct drawn_case d;
	struct appraisal fresh;

	TRY(sitting_load(rq, rq->id, &s));
	TRY(sitting_visible(rq, &s));
	s.a.reason = form_text(rq, "reason");
	if (utf8_length(s.a.reason) > WORDS)
		return fail(rq, E_INVALID, "At most 300 characters, please.");
	struct appraisal_facts f = sitting_facts(rq, &s);
	TRY(next_of(rq, &s, &d));
	TRY(appraisal_allow(rq, may_replace(&f, s.a.reason, d.case_id != 0)));
	s.a.state = "replaced";
	TRY(db_update(rq, &appraisal_model, &s.a));
	TRY(appraisal_new(rq, &s.r, &d, &fresh));
	TRY(emit(rq, APPRAISAL_REPLACED, s.a.id, 0,
		json_pairs(
			rq, "reason", s.a.reason, "from", s.a.number, "to", fresh.number, NULL)));
	notice(rq, "Replaced by the next case in the order of the draw.");
	return redirect(rq, "/appraisals/%" PRId64, s.r.id);
}
