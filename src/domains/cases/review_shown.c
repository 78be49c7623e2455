/* What a reviewer has before the eyes: the report and the weighing beside the seven points, and
 * above each point what the file says to it. The program answers none of them. */
#include "domains/cases/deeds.h"
#include "domains/cases/weighing.h"

#include <string.h>

/* What the reviewer reads, gathered once. */
struct review_file {
	const struct course *k;
	struct weighing w;
	int64_t usable, unusable, by_hand, unsigned_records, same_act;
	const char *area;
	bool in_area;
};

static enum err gather(struct req *rq, const struct course *k, struct review_file *f)
{
	struct rows *r;
	bool more;

	*f = (struct review_file){ .k = k, .area = "" };
	TRY(weighing_at(rq, k->c.id, k->report.written_at, &f->w));
	TRY(db_query(rq, &r,
		"SELECT (SELECT count(*) FROM case_evidence WHERE case_id = $1 AND usable = 1), "
		"(SELECT count(*) FROM case_evidence WHERE case_id = $1 AND usable = 0), (SELECT "
		"count(*) FROM case_exhibits WHERE case_id = $1), (SELECT count(*) FROM "
		"case_exhibits WHERE case_id = $1 AND paper > 0 AND sign_sm3 = '' AND refusal = "
		"''), (SELECT count(*) FROM cases WHERE operator = $2 AND id <> $1 AND act = $3 "
		"AND decided_at > 0), coalesce((SELECT name FROM pub_areas WHERE id = $4), ''), "
		"(SELECT count(*) FROM pub_operators WHERE id = $2 AND area = $4)",
		k->c.id, k->c.operator, k->c.act, k->c.area));
	TRY(rows_next(r, &more));
	f->usable = rows_int(r, 0);
	f->unusable = rows_int(r, 1);
	f->by_hand = rows_int(r, 2);
	f->unsigned_records = rows_int(r, 3);
	f->same_act = rows_int(r, 4);
	f->area = arena_dup(rq->arena, rows_text(r, 5));
	f->in_area = rows_int(r, 6) != 0;
	rows_close(r);
	return OK;
}

/* ---- notes ------------------------------------------------------------ */
struct notes {
	struct req *rq;
	struct node *list;
};

static struct notes notes_of(struct req *rq, const char *point)
{
	struct node *field = form_field(rq, "form", point);

	return (struct notes){ rq, put_list(field, "notes") };
}

/* tone: "green" speaks for it, "red" against it, "neutral" is only said. */
static void note(const struct notes *n, const char *tone, const char *text)
{
	struct node *m = put_map(n->list, NULL), *tag = put_map(m, "tag");

	put_text(tag, "tone", tone);
	put_text(tag, "label", text);
}

static void check(const struct notes *n, bool good, const char *yes, const char *no)
{
	note(n, good ? "green" : "red", tr(n->rq, good ? yes : no));
}

static void on_jurisdiction(struct req *rq, const struct review_file *f)
{
	struct notes n = notes_of(rq, "jurisdiction");

	note(&n, "neutral", arena_printf(rq->arena, "%s · %s", f->area, f->k->party.address));
	check(&n, f->in_area, "The place of the act lies in the area of the case",
		"The business is registered in another area");
}

static void on_party(struct req *rq, const struct review_file *f)
{
	const struct party *p = &f->k->party;
	struct notes n = notes_of(rq, "party");

	note(&n, "neutral",
		arena_printf(rq->arena, "%s · %s · %s", p->name, p->uscc, p->legal_person));
	check(&n, check_uscc(p->uscc) == NULL, "Its code has the right check digit",
		"Its code is missing or has a wrong check digit");
	check(&n, f->k->c.address_at != 0, "It has confirmed its address for service",
		"It has not confirmed an address for service");
}

static void on_facts(struct req *rq, const struct review_file *f)
{
	const struct case_row *c = &f->k->c;
	struct notes n = notes_of(rq, "facts");

	note(&n, f->usable + f->by_hand ? "green" : "red",
		arena_printf(rq->arena,
			tr(rq, "%d clips or records that may be used, %d pieces added by hand"),
			(int)f->usable, (int)f->by_hand));
	if (f->unusable)
		note(&n, "yellow",
			arena_printf(rq->arena,
				tr(rq, "%d clips that may not be used (APL article 41)"),
				(int)f->unusable));
	if (*c->answer)
		note(&n, text_is(c->answer, "accepts") ? "green" : "yellow",
			tr(rq, text_is(c->answer, "accepts") ? "The party accepts the evidence"
							     : "The party disputes the evidence"));
	else
		note(&n, "neutral", tr(rq, "The party has not answered the evidence"));
}

static void on_law(struct req *rq, const struct review_file *f)
{
	const struct node *act = act_of(rq, f->k->c.act);
	struct notes nature = notes_of(rq, "nature"), basis = notes_of(rq, "basis");
	const char *provision = node_text(act, "provision", ""),
		   *by = basis_of(rq, &f->k->c, &f->k->party);

	note(&nature, "neutral",
		arena_printf(rq->arena, "%s %s", f->k->c.act,
			rq->zh ? f->k->c.act_name : node_text(act, "name_en", "")));
	if (*provision)
		note(&nature, strstr(f->k->report.nature, provision) ? "green" : "yellow",
			provision);
	if (*by)
		note(&basis, strstr(f->k->report.basis, by) ? "green" : "yellow", by);
}

static void on_procedure(struct req *rq, const struct review_file *f)
{
	const struct course *k = f->k;
	const struct case_row *c = &k->c;
	struct notes n = notes_of(rq, "procedure");

	note(&n, k->f.officer1_card && k->f.officer2_card ? "green" : "red",
		arena_printf(rq->arena, "%s %s · %s %s", user_name(rq, c->officer1),
			user_card(rq, c->officer1), user_name(rq, c->officer2),
			user_card(rq, c->officer2)));
	check(&n, c->filed_at <= c->precheck_due, "Filed within the term of the pre-check",
		"Filed after the term of the pre-check (O2 article 18)");
	check(&n, rq->now <= c->decide_due, "The term for deciding is running",
		"The term for deciding is over (O2 article 64)");
	if (f->unsigned_records)
		note(&n, "red",
			tr(rq, "A record has neither a signature nor a reason (O2 article 29)"));
	if (k->f.recusal_open)
		note(&n, "red",
			tr(rq, "A request that an officer steps aside waits (APL article 43)"));
	if (text_is(k->hearing.state, "reported"))
		note(&n, "green", tr(rq, "A hearing was held and reported"));
}

static void on_proportion(struct req *rq, const struct review_file *f)
{
	const struct course *k = f->k;
	const struct report *r = &k->report;
	const struct penalty_size p = report_size(r);
	struct notes n = notes_of(rq, "proportion");
	const char *why =
		text_is(r->outcome, "penalty") ? weighing_refuses_fine(&f->w, r->fine_fen) : NULL;

	note(&n, "neutral",
		text_is(r->outcome, "penalty")
			? penalty_label(rq, &p)
			: tr(rq, choice_label(model_field(&report_model, "outcome")->choices,
					 r->outcome)));
	if (f->w.id)
		note(&n, why ? "red" : "green", weighing_label(rq, &f->w));
	else
		note(&n, "red", tr(rq, "Not weighed"));
	if (k->notice.id)
		check(&n, !*k->f.heavier, "Not beyond the notice (APL article 45)",
			"Beyond the notice that was given (APL article 45)");
	note(&n, "neutral",
		arena_printf(rq->arena,
			tr(rq, "Earlier decisions on the same act of this party: %d"),
			(int)f->same_act));
	if (k->f.weighty)
		note(&n, "yellow", tr(rq, "To be discussed together before the decision"));
}

/* ---- beside ----------------------------------------------------------- */
void put_report(struct req *rq, const struct course *k)
{
	const struct report *r = &k->report;
	const struct penalty_size p = report_size(r);
	struct node *rows = put_beside(rq, "Report of the investigation");
	const char *const parts[][2] = { { "1. The party", r->party },
		{ "2. Source of the case and course of the investigation", r->course },
		{ "3. Facts found and the evidence for them", r->facts },
		{ "4. Nature of the act", r->nature }, { "5. Proposal and its basis", r->basis },
		{ "6. Discretion and its reasons", r->discretion },
		{ "Outcome proposed",
			law_word(k, arena_printf(rq->arena, "outcome_%s", r->outcome)) },
		{ "Penalty", penalty_zh(rq, k, &p) } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		put_beside_row(rq, rows, parts[i][0], parts[i][1]);
	if (*r->new_facts)
		put_beside_row(rq, rows, "New facts found after the notice", r->new_facts);
}

void review_shown(struct req *rq, const struct course *k)
{
	struct review_file f;

	put_flag(rq->view, "even", true);
	put_report(rq, k);
	if (gather(rq, k, &f))
		return;
	if (f.w.id)
		put_weighing(rq, put_beside(rq, "As weighed"), &f.w);
	on_jurisdiction(rq, &f);
	on_party(rq, &f);
	on_facts(rq, &f);
	on_law(rq, &f);
	on_procedure(rq, &f);
	on_proportion(rq, &f);
	put_text(rq->view, "beside_href",
		arena_printf(rq->arena, "/cases/%" PRId64 "/evidence", k->c.id));
}
