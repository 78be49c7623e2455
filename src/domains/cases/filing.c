/* The four conditions of filing (O2 19): initial proof, a penalty due, our own jurisdiction, and
 * the limitation of APL 36, which runs from the end of the act to the day it was found. */
#include "domains/cases/clocks.h"
#include "domains/cases/ordinary.h"

#define F(m, ...) STORED(struct filing, m __VA_OPT__(, ) __VA_ARGS__)
const struct model filing_model = MODEL("case_filings", struct filing, .witnessed = true,
	FIELDS(F(id), F(version), F(case_id, .as = AS_ID), F(proof), F(due), F(jurisdiction),
		F(act_ended_at, .as = AS_DATE), F(life_harmed), F(found_at, .as = AS_TIME),
		F(limit_at, .as = AS_TIME), F(written_by, .as = AS_ID),
		F(written_at, .as = AS_TIME)));
#undef F

enum err filing_load(struct req *rq, int64_t case_id, struct filing *f)
{
	enum err e = db_one(rq, &filing_model, f,
		"SELECT * FROM case_filings WHERE case_id = $1 ORDER BY written_at DESC, id DESC "
		"LIMIT 1",
		case_id);

	if (e != E_NOT_FOUND)
		return e;
	*f = (struct filing){ 0 };
	return OK;
}

/* As the file has it: found when the first source was received or the pre-check opened, the act
 * ended when the newest evidence shows it. */
static enum err filing_begun(struct req *rq, const struct case_row *c, struct filing *f)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT coalesce((SELECT min(received_at) FROM case_sources WHERE case_id = $1), "
		"$2), coalesce((SELECT max(taken_at) FROM case_evidence WHERE case_id = $1), 0)",
		c->id, c->opened_at));
	TRY(rows_next(r, &more));
	f->found_at = rows_int(r, 0) < c->opened_at ? rows_int(r, 0) : c->opened_at;
	f->act_ended_at = rows_int(r, 1) ? rows_int(r, 1) : f->found_at;
	rows_close(r);
	return OK;
}

static enum err limit_set(struct req *rq, struct filing *f)
{
	struct clock_law law;

	TRY(clock_law_load(rq, &law));
	f->limit_at = case_clock_end(
		&law, f->life_harmed ? "limitation_life" : "limitation", f->act_ended_at);
	return OK;
}

static enum err filing_read(struct req *rq, const struct case_row *c, struct filing *f)
{
	const char *ended = form_text(rq, "act_ended");

	TRY(filing_begun(rq, c, f));
	f->life_harmed = form_flag(rq, "life_harmed");
	f->proof = form_flag(rq, "proof");
	f->due = form_flag(rq, "penalty_due");
	f->jurisdiction = form_flag(rq, "jurisdiction");
	if (*ended && !date_parse(ended, &f->act_ended_at))
		return fail(rq, E_INVALID, "Give the day, such as 2026-11-30.");
	if (f->act_ended_at > rq->now)
		return fail(rq, E_INVALID, "The act cannot have ended after today.");
	return limit_set(rq, f);
}

enum err filing_take(struct req *rq, const struct case_row *c)
{
	struct filing f = { .case_id = c->id, .written_by = rq->user->id, .written_at = rq->now };

	TRY(filing_read(rq, c, &f));
	TRY(allow(rq, may_be_filed(&f)));
	return db_insert(rq, &filing_model, &f); /* the step's own fact takes it up */
}

const char *may_be_filed(const struct filing *f)
{
	if (!f->proof || !f->due || !f->jurisdiction)
		return "Say that there is initial proof, that a penalty is due, and that it is our "
		       "own jurisdiction: only then a case is filed (O2 article 19).";
	return f->found_at > f->limit_at
		       ? "The act was found after its limitation had passed: no penalty is imposed "
			 "any more, do not file (APL article 36; O2 article 19)."
		       : NULL;
}

enum err put_filing(struct req *rq, const struct case_row *c)
{
	struct filing f = { 0 };
	struct node *n;
	int64_t life;

	if (!text_is(c->state, "precheck"))
		return OK;
	TRY(filing_begun(rq, c, &f));
	f.life_harmed = true;
	TRY(limit_set(rq, &f));
	life = f.limit_at;
	f.life_harmed = false;
	TRY(limit_set(rq, &f));
	n = put_map(rq->view, "filing");
	n->hidden = true;
	put_text(n, "act_ended", date_text(rq->arena, f.act_ended_at));
	put_text(n, "limit", date_text(rq->arena, f.limit_at));
	put_text(n, "limit_life", date_text(rq->arena, life));
	put_flag(n, "barred", f.found_at > f.limit_at);
	put_flag(n, "near", f.found_at <= f.limit_at && f.limit_at - f.found_at < 60 * DAY);
	return OK;
}

const char *filing_zh(struct req *rq, const struct filing *f)
{
	return arena_printf(rq->arena,
		"（一）有证据初步证明存在违法行为：是；（二）依据法律、法规、规章应当给予行政处罚："
		"是；（三）属于本部门管辖：是；（四）在给予行政处罚的法定期限内：是（违法行为终了"
		"之日%s，%s涉及公民生命健康安全、金融安全且有危害后果，发现之日%s，期限至%s）。",
		date_zh(rq->arena, f->act_ended_at), f->life_harmed ? "" : "不",
		date_zh(rq->arena, f->found_at), date_zh(rq->arena, f->limit_at));
}
