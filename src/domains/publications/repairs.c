/* The early end of a publication (信用修复): asked for, taken up, decided, revoked. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

#include <string.h>

enum { WORDS_CHARS = 1000, FILE_MAX = 12 * 1024 * 1024 }; /* bytes */

static enum err back(struct req *rq, const struct published *p)
{
	return redirect(rq, "/publications/%" PRId64, p->id);
}

static enum err allow(struct req *rq, const char *why_not)
{
	return why_not ? fail(rq, E_CONFLICT, "%s", tr(rq, why_not)) : OK;
}

static enum err words_right(struct req *rq, const char *words)
{
	if (!*words)
		return fail(rq, E_INVALID, "Write it in your own words.");
	if (utf8_length(words) > WORDS_CHARS)
		return fail(rq, E_INVALID, "At most 1,000 characters, please.");
	return OK;
}

static enum err file_kept(struct req *rq, struct repair *r)
{
	const struct http_file *file = form_file(rq, "file");
	struct object kept = { .sm3 = "", .sha256 = "" };

	r->type = "";
	if (file) {
		if (!text_is(file->type, "image/jpeg") && !text_is(file->type, "image/png") &&
			!text_is(file->type, "application/pdf"))
			return fail(rq, E_INVALID, "A photo (JPEG, PNG) or a PDF, please.");
		if (file->size > FILE_MAX)
			return fail(rq, E_INVALID, "The file is larger than 12 MiB.");
		TRY(keep_file(rq, file, &kept));
		r->type = file->type;
	}
	r->sm3 = kept.sm3;
	r->sha256 = kept.sha256;
	return OK;
}

/* E_CONFLICT with the article when it may not be asked for now. */
static enum err ask(struct req *rq, struct published *p, const char *by)
{
	const struct node *rule;
	struct early_facts f;
	struct repair was, r = { .publication = p->id,
		.words = form_text(rq, "words"),
		.promised = form_flag(rq, "promised"),
		.asked_at = rq->now,
		.asked_by = by,
		.state = "asked",
		.reason = "" };

	TRY(publication_repair(rq, p, &was));
	TRY(publication_early(rq, p, &was, &f));
	TRY(allow(rq, early_not_yet(&f)));
	TRY(words_right(rq, r.words));
	if (!r.promised)
		return fail(rq, E_INVALID,
			"The written promise is missing (credit repair, article 8).");
	TRY(file_kept(rq, &r));
	TRY(publication_rule(rq, p->decided_at, &rule));
	TRY(term_workdays(rq, rq->now, (int)node_int(rule, "accept_workdays", 2), &r.accept_due));
	TRY(db_insert(rq, &repair_model, &r));
	return publication_save(rq, p, PUBLICATION_REPAIR_ASKED,
		json_pairs(rq, "by", by, "due", date_text(rq->arena, r.accept_due), NULL));
}

enum err repair_enter(struct req *rq)
{
	struct published p;

	TRY(publication_load(rq, &p));
	TRY(ask(rq, &p, "office"));
	notice(rq, "The application is on file; its term runs.");
	return back(rq, &p);
}

enum err my_publication_ask(struct req *rq)
{
	struct published p;

	TRY(publication_mine(rq, &p));
	TRY(ask(rq, &p, "party"));
	notice(rq, "Your application was sent. You will get the answer in writing.");
	return redirect(rq, "/my/cases/%" PRId64 "/publication", p.case_id);
}

static enum err tell_party(struct req *rq, const struct published *p, const char *text)
{
	const char *phone = "";

	TRY(db_text(rq, &phone, "SELECT phone FROM pub_operators WHERE id = $1", p->operator));
	return *phone ? sms_send(rq, phone, text) : OK;
}

/* Of what is not public nothing can end early (Order 45 article 14). */
static enum err still_public(struct req *rq, const struct published *p)
{
	if (text_is(p->state, "public"))
		return OK;
	return fail(rq, E_CONFLICT,
		"It is not public any more: there is nothing to end early (Order 45 article 14).");
}

enum err repairs_close(struct req *rq, const struct published *p)
{
	struct repair r;

	TRY(publication_repair(rq, p, &r));
	if (!text_is(r.state, "asked") && !text_is(r.state, "taken"))
		return OK;
	r.state = "closed";
	TRY(db_update(rq, &repair_model, &r));
	return tell_party(rq, p, "行政处罚信息已停止公示，您提前停止公示的申请不再办理。");
}

enum err repair_accept(struct req *rq)
{
	const struct node *rule;
	struct published p;
	struct repair r;
	const char *reason = form_text(rq, "reason");
	bool yes = text_is(form_text(rq, "verdict"), "accept");

	TRY(publication_load(rq, &p));
	TRY(still_public(rq, &p));
	TRY(publication_repair(rq, &p, &r));
	if (!text_is(r.state, "asked"))
		return fail(rq, E_CONFLICT, "No application waits to be taken up.");
	if (!yes)
		TRY(words_right(rq, reason));
	r.accepted_by = rq->user->id;
	r.accepted_at = rq->now;
	r.state = yes ? "taken" : "declined";
	r.reason = yes ? "" : reason;
	TRY(publication_rule(rq, p.decided_at, &rule));
	if (yes)
		TRY(term_workdays(
			rq, rq->now, (int)node_int(rule, "decide_workdays", 15), &r.decide_due));
	TRY(db_update(rq, &repair_model, &r));
	TRY(publication_save(rq, &p, yes ? PUBLICATION_REPAIR_TAKEN : PUBLICATION_REPAIR_DECLINED,
		yes ? json_pairs(rq, "due", date_text(rq->arena, r.decide_due), NULL)
		    : json_pairs(rq, "reason", reason, NULL)));
	TRY(tell_party(rq, &p,
		yes ? "您提前停止公示行政处罚信息的申请已受理。"
		    : arena_printf(
			      rq->arena, "您提前停止公示行政处罚信息的申请不予受理：%s", reason)));
	return back(rq, &p);
}

enum err repair_decide(struct req *rq)
{
	struct early_facts f;
	struct published p;
	struct repair r;
	const char *reason = form_text(rq, "reason");
	bool yes = text_is(form_text(rq, "verdict"), "grant");

	TRY(publication_load(rq, &p));
	TRY(still_public(rq, &p));
	TRY(publication_repair(rq, &p, &r));
	if (!text_is(r.state, "taken"))
		return fail(rq, E_CONFLICT, "No application waits for a decision.");
	if (r.accepted_by == rq->user->id)
		return fail(rq, E_FORBIDDEN, "Whoever took it up does not decide on it.");
	TRY(words_right(rq, reason));
	r.harm_removed = form_flag(rq, "harm_removed");
	r.not_listed = form_flag(rq, "not_listed");
	TRY(publication_early(rq, &p, &r, &f));
	if (yes)
		TRY(allow(rq, early_incomplete(&f)));
	r.decided_by = rq->user->id;
	r.decided_at = rq->now;
	r.reason = reason;
	r.state = yes ? "granted" : "refused";
	TRY(db_update(rq, &repair_model, &r));
	if (yes) {
		p.state = "ended";
		p.ended_at = rq->now;
		p.ended_how = "early";
	}
	TRY(publication_save(rq, &p, yes ? PUBLICATION_ENDED : PUBLICATION_REPAIR_REFUSED,
		json_pairs(rq, "how", yes ? "early" : "", "reason", reason, NULL)));
	TRY(tell_party(rq, &p,
		yes ? "行政处罚信息已提前停止公示。"
		    : arena_printf(rq->arena, "不予提前停止公示行政处罚信息：%s", reason)));
	return back(rq, &p);
}

/* Got by false statements: public again, and its term begins anew. */
enum err repair_revoke(struct req *rq)
{
	const struct node *rule;
	struct publication_term term;
	struct published p;
	struct repair r;
	const char *reason = form_text(rq, "reason");

	TRY(publication_load(rq, &p));
	TRY(publication_repair(rq, &p, &r));
	if (!text_is(r.state, "granted") || !text_is(p.ended_how, "early") ||
		!text_is(p.state, "ended"))
		return fail(rq, E_CONFLICT, "No early end was granted that could be revoked.");
	if (*p.fault)
		return fail(rq, E_CONFLICT,
			"The decision was annulled: it may not be published (Order 45 article "
			"11).");
	TRY(words_right(rq, reason));
	r.state = "revoked";
	r.reason = reason;
	TRY(db_update(rq, &repair_model, &r));
	TRY(publication_rule(rq, p.decided_at, &rule));
	publication_term(
		rule, &(struct sanction_kinds){ p.procedure, p.kinds, p.fine_fen }, rq->now, &term);
	p.state = "public";
	p.ended_at = 0;
	p.ended_how = "";
	p.public_until = term.until;
	p.early_from = term.early_from;
	TRY(publication_save(rq, &p, PUBLICATION_REPAIR_REVOKED,
		json_pairs(rq, "reason", reason, "until", date_text(rq->arena, p.public_until),
			NULL)));
	TRY(tell_party(rq, &p,
		arena_printf(rq->arena, "提前停止公示的决定已撤销，重新计算公示期：%s", reason)));
	return back(rq, &p);
}

enum err repair_file(struct req *rq)
{
	struct published p;
	struct repair r;

	TRY(publication_load(rq, &p));
	enum err e = db_one(rq, &repair_model, &r,
		"SELECT * FROM publication_repairs WHERE id = $1 AND publication = $2 AND sm3 <> "
		"''",
		rq->id2, p.id);
	if (e == E_NOT_FOUND)
		return fail(rq, e, "No file came with this application.");
	TRY(e);
	return reply_object(rq, r.sm3, r.type, NULL);
}
