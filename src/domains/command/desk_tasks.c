/* Tasks of the grid on the desk: an officer's own, the overdue ones first; before whoever leads,
 * those of its area whose day has passed, and what was brought before it. */
#include "domains/command/command.h"
#include "domains/command/desk.h"

enum { TASKS = 8 };

static const struct choice kinds[] = {
	{ "draw", "Inspection from a draw" },
	{ "recheck", "Recheck" },
	{ "warning", "Early warning" },
	{ "lead", "Lead" },
	{ "correction", "Correction due" },
	{ "visit", "Visit" },
	{ "anew", "Decide anew" },
	{ NULL },
};

struct work {
	int64_t id, due_at;
	const char *kind, *words, *operator_name, *officer_name;
};
static const struct model work_model = MODEL("pub_grid_work", struct work,
	FIELDS(STORED(struct work, id), STORED(struct work, due_at), STORED(struct work, kind),
		STORED(struct work, words), STORED(struct work, operator_name),
		STORED(struct work, officer_name)));

static bool own_only(struct req *rq)
{
	return rq->user->role_id == ROLE_OFFICER;
}

static void put_work(struct req *rq, struct node *tasks, const struct work *w)
{
	bool over = w->due_at < rq->now, today = w->due_at < TODAY(rq) + DAY;
	const char *what = *w->words ? w->words : tr(rq, choice_label(kinds, w->kind));

	put_task(tasks,
		(struct desk_task){ arena_printf(rq->arena, "%s · %s", w->operator_name, what),
			arena_printf(rq->arena, "/tasks/%" PRId64, w->id),
			own_only(rq) ? tr(rq, choice_label(kinds, w->kind)) : w->officer_name,
			over	? "red"
			: today ? "yellow"
				: "green",
			over ? arena_printf(rq->arena, "%s %s", tr(rq, "Overdue"),
				       date_text(rq->arena, w->due_at))
			     : date_text(rq->arena, w->due_at) });
}

enum err put_work_group(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;
	bool own = own_only(rq);

	if (!may(rq, TASK_READ))
		return OK;
	TRY(db_all(rq, &work_model, &l,
		"SELECT t.id, t.due_at, t.kind, t.words, o.name AS operator_name, coalesce(u.name, "
		"'') AS officer_name FROM pub_grid_work t JOIN pub_operators o ON o.id = "
		"t.operator LEFT JOIN pub_users u ON u.id = t.officer WHERE (CAST($1 AS bigint) = "
		"1 AND (t.officer = $2 OR t.officer2 = $2)) OR (CAST($1 AS bigint) = 0 AND "
		"(CAST($3 AS bigint) = 0 OR t.area = $3) AND (t.due_at < $4 OR t.escalated_to = "
		"$2)) ORDER BY t.due_at, t.id LIMIT $5",
		own, rq->user->id, rq->user->area, rq->now, (int)TASKS));
	for (const struct work *w = LIST_OF(struct work, &l); w < LIST_END(struct work, &l); w++) {
		if (!tasks)
			tasks = desk_group(rq, groups, own ? "My tasks" : "Overdue tasks",
				own ? "/tasks" : "/tasks?of=all");
		put_work(rq, tasks, w);
	}
	return OK;
}

/* ---- terms of cases that end soon or have passed --------------------------------------------- */
struct term_row {
	int64_t case_id, ends_at, passed_at;
	const char *name, *name_en, *article, *article_en, *number, *operator_name;
};
static const struct model term_model = MODEL("pub_case_clocks", struct term_row,
	FIELDS(STORED(struct term_row, case_id), STORED(struct term_row, ends_at),
		STORED(struct term_row, passed_at), STORED(struct term_row, name),
		STORED(struct term_row, name_en), STORED(struct term_row, article),
		STORED(struct term_row, article_en), STORED(struct term_row, number),
		STORED(struct term_row, operator_name)));

/* An officer's own, and those of pre-checks that nobody has; before whoever leads, all of its area.
 */
enum err put_terms(struct req *rq, struct node *groups)
{
	struct list l;
	struct node *tasks = NULL;

	if (!may(rq, CASE_READ))
		return OK;
	TRY(db_all(rq, &term_model, &l,
		"SELECT t.case_id, t.ends_at, t.passed_at, t.name, t.name_en, t.article, "
		"t.article_en, t.number, o.name AS operator_name FROM pub_case_clocks t JOIN "
		"pub_operators o ON o.id = t.operator WHERE (CAST($1 AS bigint) = 0 OR t.area = "
		"$1) "
		"AND (CAST($2 AS bigint) = 0 OR t.officer1 = $2 OR t.officer2 = $2 OR t.officer1 = "
		"0) ORDER BY t.ends_at, t.case_id LIMIT $3",
		rq->user->area, own_only(rq) ? rq->user->id : 0, (int)TASKS));
	for (const struct term_row *t = LIST_OF(struct term_row, &l);
		t < LIST_END(struct term_row, &l); t++) {
		bool over = t->ends_at < rq->now;
		if (!tasks)
			tasks = desk_group(rq, groups, "What the law demands next of the cases",
				"/cases/calendar");
		put_task(tasks,
			(struct desk_task){
				arena_printf(rq->arena, "%s · %s", rq->zh ? t->name : t->name_en,
					*t->number ? t->number : t->operator_name),
				arena_printf(rq->arena, "/cases/%" PRId64, t->case_id),
				arena_printf(rq->arena, "%s · %s", t->operator_name,
					rq->zh ? t->article : t->article_en),
				over ? "red" : "yellow",
				over ? arena_printf(rq->arena, "%s %s",
					       tr(rq, "Term ended, not done"),
					       date_text(rq->arena, t->ends_at))
				     : date_text(rq->arena, t->ends_at) });
	}
	return OK;
}
