/* The party's telephone: what is owed, how to pay and by when; asking to pay later; stating on a
 * demand. */
#include "domains/fines/fines.h"

#include "contracts/facts.h"

enum { WORDS_CHARS = 1000 };

static enum err mine_page(struct req *rq, const struct fine *f)
{
	struct fine_facts k;
	struct fine_account *a = NEW(rq->arena, struct fine_account);
	const char *name = "";

	TRY(db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", f->operator));
	put_text(rq->view, "operator_name", name);
	put_printf(rq->view, "id", "%" PRId64, f->case_id);
	TRY(fine_show(rq, f, a));
	TRY(fine_facts_of(rq, f, &k));
	put_text(
		rq->view, "bank", setting(rq, "bank_name", "代收银行网点、手机银行、电子支付平台"));
	put_flag(rq->view, "may_ask", !may_ask_plan(&k, "x"));
	put_flag(rq->view, "may_state", !may_answer_demand(&k, "x"));
	put_flag(rq->view, "remedy", k.remedy);
	return OK;
}

enum err my_fine(struct req *rq)
{
	struct fine f;

	TRY(fine_mine(rq, &f));
	TRY(mine_page(rq, &f));
	return page(rq, "fines/my_fine");
}

static enum err words_wrong(struct req *rq, const struct fine *f, const char *words)
{
	if (!*words)
		field_error(rq, "words", "Write it in your own words.");
	else if (utf8_length(words) > WORDS_CHARS)
		field_error(rq, "words", "At most 1,000 characters, please.");
	if (!form_failed(rq))
		return OK;
	put_text(rq->view, "words", words);
	TRY(mine_page(rq, f));
	return form_again(rq, "fines/my_fine");
}

enum err my_fine_ask(struct req *rq)
{
	struct fine f;
	struct fine_facts k;
	const char *words = form_text(rq, "words"), *kind = form_text(rq, "kind");

	TRY(fine_mine(rq, &f));
	TRY(fine_facts_of(rq, &f, &k));
	TRY(fine_allow(rq, may_ask_plan(&k, "x")));
	TRY(words_wrong(rq, &f, words));
	if (form_failed(rq))
		return OK;
	f.plan_state = "asked";
	f.plan_kind = text_is(kind, "parts") ? "parts" : "later";
	f.plan_words = words;
	f.plan_asked_at = rq->now;
	f.plan_opinion = f.plan_reason = "";
	TRY(fine_save(rq, &f, FINE_PLAN_ASKED,
		json_pairs(rq, "kind", f.plan_kind, "words", words, NULL)));
	notice(rq, "Your request was sent. You will get the answer in writing.");
	return redirect(rq, "/my/cases/%" PRId64 "/fine", f.case_id);
}

enum err my_fine_state(struct req *rq)
{
	struct fine f;
	struct fine_facts k;
	const char *words = form_text(rq, "words");

	TRY(fine_mine(rq, &f));
	TRY(fine_facts_of(rq, &f, &k));
	TRY(fine_allow(rq, may_answer_demand(&k, "x")));
	TRY(words_wrong(rq, &f, words));
	if (form_failed(rq))
		return OK;
	f.demand_words = words;
	f.demand_answered_at = rq->now;
	f.demand_view = "";
	TRY(fine_save(rq, &f, FINE_DEMAND_STATED, json_pairs(rq, "words", words, NULL)));
	notice(rq, "Your statement was sent.");
	return redirect(rq, "/my/cases/%" PRId64 "/fine", f.case_id);
}
