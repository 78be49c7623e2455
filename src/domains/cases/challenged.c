/* Decisions that were challenged, in the statistics of the cases: how many by review and by suit,
 * how those of the year ended, and the share that the office lost; for a leader the lost ones, each
 * with what the document says. */
#include "domains/cases/ordinary.h"
#include "domains/cases/waiting.h"

#include <string.h>

enum { LINES_MOST = 80, LOST_MOST = 100 };

struct challenge {
	int64_t case_id, begun_at, ended_at;
	const char *kind, *outcome, *effect, *words, *act, *act_name, *number, *operator_name;
};
#define S(m, ...) STORED(struct challenge, m, __VA_ARGS__)
static const struct model challenge_model = MODEL("case_remedies", struct challenge,
	FIELDS(S(case_id), S(begun_at), S(ended_at), S(kind), S(outcome), S(effect), S(words),
		S(act), S(act_name), S(number), S(operator_name)));
#undef S

/* A line of the table. Shares in thousandths, -1 when none has ended. */
struct fate {
	const char *kind, *name;
	int64_t decisions, reviews, suits, ended, upheld, withdrawn, ordered, changed, annulled,
		lost_share, lost_share_before;
};
#define S(m, ...) STORED(struct fate, m, __VA_ARGS__)
static const struct model fate_model = MODEL("", struct fate,
	FIELDS(S(kind), S(name), S(decisions), S(reviews), S(suits), S(ended), S(upheld),
		S(withdrawn), S(ordered), S(changed), S(annulled), S(lost_share),
		S(lost_share_before)));
#undef S

/* Which of them a line takes: "" takes all. */
struct which {
	const char *kind, *act;
};

static bool takes(const struct which *w, const struct challenge *c)
{
	return (!*w->kind || text_is(c->kind, w->kind)) && (!*w->act || text_is(c->act, w->act));
}

static bool in_year(int64_t at, int64_t year)
{
	return at && civil_of(at).year == year;
}

/* ---- how one ended ------------------------------------------------------ */
enum how { UPHELD, WITHDRAWN, ORDERED, CHANGED, ANNULLED };

static enum how how_of(const struct challenge *c)
{
	if (text_is(c->effect, "changed"))
		return CHANGED;
	if (!text_is(c->effect, "stands")) /* annulled, unlawful, void */
		return ANNULLED;
	if (text_is(c->outcome, "ordered"))
		return ORDERED;
	return text_is(c->outcome, "withdrawn") ? WITHDRAWN : UPHELD;
}

static bool is_lost(const struct challenge *c)
{
	return how_of(c) >= ORDERED;
}

/* ---- counting ----------------------------------------------------------- */
static void count_begun(struct fate *f, const struct challenge *c, int64_t *last_case)
{
	f->decisions += c->case_id != *last_case; /* rows of one case come one after another */
	*last_case = c->case_id;
	f->reviews += text_is(c->kind, "review");
	f->suits += text_is(c->kind, "suit");
}

static void count_ended(struct fate *f, const struct challenge *c)
{
	int64_t *const of[] = { [UPHELD] = &f->upheld,
		[WITHDRAWN] = &f->withdrawn,
		[ORDERED] = &f->ordered,
		[CHANGED] = &f->changed,
		[ANNULLED] = &f->annulled };

	f->ended++;
	++*of[how_of(c)];
}

static int64_t share_lost(const struct fate *f)
{
	int64_t lost = f->ordered + f->changed + f->annulled;

	return f->ended ? (lost * 1000 + f->ended / 2) / f->ended : -1;
}

static struct fate count(const struct list *l, const struct which *w, int64_t year)
{
	struct fate f = { .kind = "", .name = "" };
	int64_t last_case = 0;

	for (const struct challenge *c = LIST_OF(struct challenge, l);
		c < LIST_END(struct challenge, l); c++) {
		if (!takes(w, c))
			continue;
		if (in_year(c->begun_at, year))
			count_begun(&f, c, &last_case);
		if (in_year(c->ended_at, year))
			count_ended(&f, c);
	}
	return f;
}

struct table {
	const struct list *l;
	int64_t year;
	struct fate *at;
	size_t n;
};

static void add(struct table *t, const struct which *w, const struct fate *words)
{
	struct fate f = count(t->l, w, t->year), before = count(t->l, w, t->year - 1);

	if (t->n == LINES_MOST || (!f.decisions && !f.ended && !before.ended))
		return;
	f.kind = words->kind;
	f.name = words->name;
	f.lost_share = share_lost(&f);
	f.lost_share_before = share_lost(&before);
	t->at[t->n++] = f;
}

static void add_lines(struct req *rq, struct table *t)
{
	const char *last = "";

	add(t, &(struct which){ "", "" },
		&(struct fate){ .kind = "all", .name = tr(rq, "All challenged decisions") });
	add(t, &(struct which){ "review", "" },
		&(struct fate){ .kind = "remedy", .name = tr(rq, "Administrative review") });
	add(t, &(struct which){ "suit", "" },
		&(struct fate){ .kind = "remedy", .name = tr(rq, "Administrative suit") });
	for (const struct challenge *c = LIST_OF(struct challenge, t->l);
		c < LIST_END(struct challenge, t->l); c++) {
		if (!text_is(c->act, last))
			add(t, &(struct which){ "", c->act },
				&(struct fate){ .kind = "act",
					.name = rq->zh ? c->act_name
						       : node_text(act_of(rq, c->act), "name_en",
								 c->act_name) });
		last = c->act;
	}
}

/* ---- shown -------------------------------------------------------------- */
static void put_shown(struct req *rq, const struct table *t)
{
	struct node *list = put_list(rq->view, "challenged");

	list->hidden = true;
	for (const struct fate *f = t->at; f < t->at + t->n; f++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "name", f->name);
		put_int(n, "decisions", f->decisions);
		put_int(n, "reviews", f->reviews);
		put_int(n, "suits", f->suits);
		put_int(n, "ended", f->ended);
		put_int(n, "upheld", f->upheld);
		put_int(n, "withdrawn", f->withdrawn);
		put_int(n, "ordered", f->ordered);
		put_int(n, "changed", f->changed);
		put_int(n, "annulled", f->annulled);
		put_text(n, "lost", share_text(rq, f->lost_share));
		put_text(n, "lost_before", share_text(rq, f->lost_share_before));
	}
}

/* Whoever leads the unit reads why: what is lost is to be learnt from. */
static void put_lost(struct req *rq, const struct table *t)
{
	struct node *list = put_list(rq->view, "lost");
	int n = 0;

	for (const struct challenge *c = LIST_OF(struct challenge, t->l);
		c < LIST_END(struct challenge, t->l) && n < LOST_MOST; c++) {
		if (!in_year(c->ended_at, t->year) || !is_lost(c))
			continue;
		struct node *one = put_map(list, NULL);
		put_printf(one, "href", "/cases/%" PRId64, c->case_id);
		put_text(one, "number", c->number);
		put_text(one, "operator", c->operator_name);
		put_text(one, "kind", tr(rq, choice_label(remedy_kinds, c->kind)));
		put_text(one, "outcome", tr(rq, choice_label(remedy_outcomes, c->outcome)));
		put_text(one, "at", date_text(rq->arena, c->ended_at));
		put_text(one, "words", c->words);
		n++;
	}
}

static int64_t new_year(int64_t year)
{
	return civil_to_ms((struct civil){ .year = (int)year, .month = 1, .day = 1 });
}

enum err put_challenged(struct req *rq, int64_t year)
{
	struct list l;

	TRY(db_all(rq, &challenge_model, &l,
		"SELECT r.case_id, r.begun_at, r.ended_at, r.kind, r.outcome, r.effect, r.words, "
		"c.act, c.act_name, c.number, o.name AS operator_name FROM case_remedies r JOIN "
		"cases c ON c.id = r.case_id JOIN pub_operators o ON o.id = c.operator WHERE "
		"(r.begun_at >= $1 AND r.begun_at < $2 OR r.ended_at >= $1 AND r.ended_at < $2) "
		"AND (CAST($3 AS bigint) = 0 OR c.area = $3) ORDER BY c.act, r.case_id, "
		"r.begun_at, r.id",
		new_year(year - 1), new_year(year + 1), rq->user->area));
	struct table t = { &l, year, NEWS(rq->arena, struct fate, LINES_MOST), 0 };
	add_lines(rq, &t);
	if (text_is(query_text(rq, "of"), "challenged"))
		show_table(rq, "fates", &fate_model, &(struct list){ t.at, t.n });
	else
		show_list(rq, "fates", &fate_model, &(struct list){ t.at, t.n });
	put_shown(rq, &t);
	if (may(rq, CASE_APPROVE))
		put_lost(rq, &t);
	return OK;
}
