/* What waits for me: one list over all rooms, the term that ends first on top. A thing stands here
 * as long as its room has it open, whether somebody was warned or not: none goes silently. */
#include "domains/command/command.h"

enum { PAGE_ROWS = 50, SOON_DAYS = 3 };

static const struct choice kinds[] = {
	{ "precheck", "File the case or not", "" },
	{ "decide", "Decide the case", "" },
	{ "clock", "Term of a case", "" },
	{ "fine", "Term of a fine", "" },
	{ "measure", "What is held of a party", "" },
	{ "service", "Serve a paper", "" },
	{ "publication", "Publication", "" },
	{ "correction", "Correction due", "" },
	{ "complaint", "Complaint or report", "" },
	{ "task", "Task", "" },
	{ "appraisal", "Appraisal of a closed case", "" },
	{ "breach", "Breach of personal data", "" },
	{ "disclosure", "Request for information", "" },
	{ 0 },
};
/* The clause of a kind whose room keeps none beside each row. */
static const struct choice clauses[] = {
	{ "precheck", "O2 18", "" },
	{ "decide", "O2 64 · APL 60", "" },
	{ "measure", "O2 35, 38 · AEL 25", "" },
	{ "service", "O2 81 · APL 61", "" },
	{ "correction", "APL 28", "" },
	{ "complaint", "Order 121", "" },
	{ "appraisal", "APL 75", "" },
	{ "breach", "PIPL 57", "" },
	{ "disclosure", "OGI 33", "" },
	{ 0 },
};
/* Where the next step of a kind is done: before and after its number. */
static const struct place {
	const char *kind, *before, *after;
} places[] = {
	{ "precheck", "/cases/", "" },
	{ "decide", "/cases/", "" },
	{ "clock", "/cases/", "" },
	{ "fine", "/cases/", "/fine" },
	{ "measure", "/cases/", "/measures" },
	{ "service", "/service/", "" },
	{ "publication", "/publications/", "" },
	{ "correction", "/corrections/", "" },
	{ "complaint", "/complaints/", "" },
	{ "task", "/tasks/", "" },
	{ "appraisal", "/appraised/", "" },
	{ "breach", "/privacy/breaches/", "" },
	{ "disclosure", "/disclosures/", "" },
	{ 0 },
};

struct waiting {
	const char *kind;
	int64_t id;
	const char *words, *clause, *number, *operator_name;
	int64_t due;
};
static const struct model waiting_model = MODEL("waiting", struct waiting,
	FIELDS(STORED(struct waiting, kind, .choices = kinds),
		STORED(struct waiting, id, .as = AS_ID), STORED(struct waiting, words),
		STORED(struct waiting, clause), STORED(struct waiting, number),
		STORED(struct waiting, operator_name), STORED(struct waiting, due, .as = AS_DATE)));

/* $1 area (0: all); $2 who, or 0: everybody's; $3, $4, $5, $6: may read cases, corrections,
 * complaints, tasks; $7 only this kind, or "". An officer's own, and what in its area nobody has.
 */
#define OWN(first, second)                                                                         \
	"(CAST($2 AS bigint) = 0 OR " first " = $2 OR " second " = $2 OR " first " = 0)"
#define HERE(t) "(CAST($1 AS bigint) = 0 OR " t "area = $1)"
#define CASES                                                                                      \
	"SELECT CASE WHEN c.state = 'precheck' THEN 'precheck' ELSE 'decide' END AS kind, c.id, "  \
	"c.act_name AS words, '' AS clause, c.number, c.operator, CASE WHEN c.state = 'precheck' " \
	"THEN c.precheck_due ELSE c.decide_due END AS due FROM pub_cases c WHERE "                 \
	"CAST($3 AS bigint) = 1 AND c.state NOT IN ('closed', 'not_filed') AND c.decided_at = 0 "  \
	"AND NOT EXISTS (SELECT 1 FROM pub_case_pauses p WHERE p.case_id = c.id) AND " HERE(       \
		"c.") " AND " OWN("c.officer1", "c.officer2")
/* Warned ones carry their name and article; the two above stand there already. */
#define CLOCKS_                                                                                    \
	" UNION ALL SELECT 'clock', k.case_id, CASE WHEN CAST($8 AS bigint) = 1 THEN k.name ELSE " \
	"k.name_en END, CASE WHEN CAST($8 AS bigint) = 1 THEN k.article ELSE k.article_en END, "   \
	"k.number, k.operator, k.ends_at FROM pub_case_clocks k JOIN pub_cases c ON c.id = "       \
	"k.case_id WHERE CAST($3 AS bigint) = 1 AND (c.decided_at > 0 OR (k.ends_at <> "           \
	"c.precheck_due AND k.ends_at <> c.decide_due)) AND " HERE("k.") " AND " OWN(              \
		"k.officer1", "k.officer2")
#define FINES                                                                                      \
	" UNION ALL SELECT 'fine', f.case_id, f.kind, f.clause, f.number, f.operator, f.due FROM " \
	"pub_fine_clocks f JOIN pub_cases c ON c.id = f.case_id WHERE CAST($3 AS bigint) = 1 "     \
	"AND " HERE("f.") " AND " OWN("c.officer1", "c.officer2")
#define MEASURES                                                                                   \
	" UNION ALL SELECT 'measure', m.case_id, m.kind, '', c.number, m.operator, m.until FROM "  \
	"pub_measures m JOIN pub_cases c ON c.id = m.case_id WHERE CAST($3 AS bigint) = 1 AND "    \
	"m.open = 1 AND m.until > 0 AND " HERE("m.") " AND " OWN("c.officer1", "c.officer2")
#define SERVICES                                                                                   \
	" UNION ALL SELECT 'service', s.id, s.title, '', s.number, s.operator, s.due_at FROM "     \
	"pub_services s JOIN pub_cases c ON c.id = s.case_id WHERE CAST($3 AS bigint) = 1 AND "    \
	"s.served_at = 0 AND " HERE("s.") " AND " OWN("c.officer1", "c.officer2")
#define PUBLICATIONS                                                                               \
	" UNION ALL SELECT 'publication', p.id, p.next_kind, p.next_clause, p.number, "            \
	"p.operator, "                                                                             \
	"p.next_due FROM pub_publication_clocks p JOIN pub_cases c ON c.id = p.case_id WHERE "     \
	"CAST($3 AS bigint) = 1 AND " HERE("p.") " AND " OWN("c.officer1", "c.officer2")
#define CORRECTIONS                                                                                \
	" UNION ALL SELECT 'correction', x.id, x.item, '', '', x.operator, x.due FROM "            \
	"pub_corrections x WHERE CAST($4 AS bigint) = 1 AND x.state IN ('ORDERED', 'SUBMITTED', "  \
	"'REJECTED', 'OVERDUE') AND " HERE("x.")
#define COMPLAINTS                                                                                 \
	" UNION ALL SELECT 'complaint', q.id, '', '', q.number, q.operator, q.due_at FROM "        \
	"pub_complaints q WHERE CAST($5 AS bigint) = 1 AND q.closed_at = 0 AND q.due_at > 0 "      \
	"AND " HERE("q.")
#define WORK                                                                                       \
	" UNION ALL SELECT 'task', t.id, t.words, '', '', t.operator, t.due_at FROM "              \
	"pub_grid_work t WHERE CAST($6 AS bigint) = 1 AND " HERE(                                  \
		"t.") " AND (CAST($2 AS bigint) "                                                  \
		      "= 0 OR t.officer = $2 OR t.officer2 = $2 OR t.escalated_to = $2)"

/* Who is named sees it wherever the case is from: appraisers come from other stations as well. */
#define APPRAISALS                                                                                 \
	" UNION ALL SELECT 'appraisal', a.id, a.kind, '', a.number, a.operator, a.due FROM "       \
	"pub_appraisal_clocks a WHERE CAST($3 AS bigint) = 1 AND (a.person1 = $2 OR a.person2 = "  \
	"$2 OR (CAST($2 AS bigint) = 0 AND " HERE("a.") "))"

/* Everybody's who may see them: no officer has one of its own. */
#define BREACHES                                                                                   \
	" UNION ALL SELECT 'breach', b.id, b.title, '', b.number, CAST(0 AS bigint), b.next_due "  \
	"FROM pub_privacy_clocks b WHERE CAST($11 AS bigint) = 1"

#define DISCLOSURES                                                                                \
	" UNION ALL SELECT 'disclosure', d.id, d.title, '', d.number, CAST(0 AS bigint), d.due "   \
	"FROM pub_disclosure_clocks d WHERE CAST($5 AS bigint) = 1"

/* The words of another room's code, as that room has them. */
static const struct choice words_of[] = {
	{ "pay", "Pay the fine", "" },
	{ "part", "Pay a part of the plan", "" },
	{ "office", "Hand the collected money in", "" },
	{ "bank", "Pay the collected money to the bank", "" },
	{ "demand", "Pay after the demand", "" },
	{ "court", "Apply to the court", "" },
	{ "publish", "Publish the penalty", "" },
	{ "withdraw", "Withdraw the publication", "" },
	{ "accept", "Take up the application, or decline it", "" },
	{ "decide", "Decide on the early end", "" },
	{ "keep", "Evidence kept first", "" },
	{ "seal", "Sealed", "" },
	{ "seize", "Seized", "" },
	{ "fill", "Appraise the case", "" },
	{ "object", "Object to the findings, or accept them", "" },
	{ "answer", "Answer the objections", "" },
	{ "mend", "Put the findings right", "" },
	{ "check", "Check what was put right", "" },
	{ 0 },
};

static bool has_codes(const char *kind)
{
	return text_is(kind, "fine") || text_is(kind, "measure") || text_is(kind, "publication") ||
	       text_is(kind, "appraisal");
}

static const char *href_of(struct req *rq, const struct waiting *w)
{
	for (const struct place *p = places; p->kind; p++)
		if (text_is(p->kind, w->kind))
			return arena_printf(
				rq->arena, "%s%" PRId64 "%s", p->before, w->id, p->after);
	return "";
}

static void put_row(struct req *rq, struct node *n, const struct waiting *w)
{
	int days = (int)((w->due - rq->now) / DAY);
	bool over = w->due < rq->now, soon = days < SOON_DAYS;

	put_text(n, "href", href_of(rq, w));
	put_text(n, "tone", over ? "red" : soon ? "yellow" : "green")->hidden = true;
	put_text(n, "label",
		over ? tr(rq, "Overdue") : arena_printf(rq->arena, tr(rq, "%d days left"), days))
		->hidden = true;
}

static void put_kinds(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "kinds");

	list->hidden = true;
	for (const struct choice *c = kinds; c->code; c++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", c->code);
		put_text(n, "label", tr(rq, c->label));
		put_flag(n, "selected", text_is(c->code, chosen));
	}
}

static enum err waiting_load(struct req *rq, const struct paging *p, struct list *l)
{
	bool own = rq->user->role_id == ROLE_OFFICER;

	return db_all(rq, &waiting_model, l,
		"SELECT w.kind, w.id, w.words, w.clause, w.number, coalesce(o.name, '') AS "
		"operator_name, w.due FROM (" CASES CLOCKS_ FINES MEASURES SERVICES PUBLICATIONS
			CORRECTIONS COMPLAINTS WORK APPRAISALS BREACHES DISCLOSURES
		") w LEFT JOIN pub_operators o ON o.id = w.operator WHERE ($7 = '' OR w.kind = $7) "
		"ORDER BY w.due, w.kind, w.id LIMIT $9 OFFSET $10",
		rq->user->area, own ? rq->user->id : 0, may(rq, CASE_READ),
		may(rq, INSPECTION_READ), may(rq, COMPLAINT_READ), may(rq, TASK_READ),
		query_text(rq, "of"), rq->zh, p->limit, p->offset, may(rq, PRIVACY_READ));
}

enum err waiting_page(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(waiting_load(rq, &p, &l));
	show_pages(rq, p, &l);
	for (struct waiting *w = LIST_OF(struct waiting, &l); w < LIST_END(struct waiting, &l);
		w++) {
		if (!*w->clause)
			w->clause = tr(rq, choice_label(clauses, w->kind));
		if (text_is(w->clause, w->kind)) /* a kind without a clause */
			w->clause = "";
		w->clause = clause_text(rq, w->clause);
		if (has_codes(w->kind))
			w->words = tr(rq, choice_label(words_of, w->words));
	}
	struct node *n = show_table(rq, "waiting", &waiting_model, &l)->first;
	for (const struct waiting *w = LIST_OF(struct waiting, &l);
		n && w < LIST_END(struct waiting, &l); w++, n = n->next)
		put_row(rq, n, w);
	put_kinds(rq, query_text(rq, "of"));
	return page(rq, "command/waiting");
}
