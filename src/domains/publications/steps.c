/* What the bureau does with a publication: mask, publish, correct, withdraw. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

enum { WORDS_CHARS = 1000, NAMES_CHARS = 300 };
#define FINE_MOST INT64_C(100000000000) /* fen; above it a slip of the pen */

static enum err back(struct req *rq, int64_t id)
{
	return redirect(rq, "/publications/%" PRId64, id);
}

static enum err too_long(struct req *rq, const char *text, size_t most)
{
	if (utf8_length(text) <= most)
		return OK;
	return fail(rq, E_INVALID, "At most %d characters, please.", (int)most);
}

static bool known(const struct choice *c, const char *code)
{
	for (; c->code; c++)
		if (text_is(c->code, code))
			return true;
	return false;
}

/* What of the party, the persons and the secrets is masked, from the form. */
static enum err masking_read(struct req *rq, struct published *p)
{
	p->names = form_text(rq, "names");
	p->secrets = form_text(rq, "secrets");
	TRY(too_long(rq, p->names, NAMES_CHARS));
	TRY(too_long(rq, p->secrets, NAMES_CHARS));
	TRY(publication_mask(rq, p));
	p->prepared_by = rq->user->id;
	p->prepared_at = rq->now;
	return OK;
}

enum err publication_prepare(struct req *rq)
{
	struct published p;
	const char *kind = form_text(rq, "party_kind");

	TRY(publication_load(rq, &p));
	if (!text_is(p.state, "due") && !text_is(p.state, "prepared"))
		return fail(rq, E_CONFLICT, "It has been published already; correct it instead.");
	if (!known(publication_party_kinds, kind))
		return fail(rq, E_INVALID, "Say who the party is.");
	p.party_kind = kind;
	TRY(db_text(rq, &p.party, "SELECT name FROM pub_operators WHERE id = $1", p.operator));
	TRY(db_text(rq, &p.party_no, "SELECT uscc FROM pub_operators WHERE id = $1", p.operator));
	if (!text_is(kind, "entity")) {
		TRY(db_text(rq, &p.party,
			"SELECT CASE WHEN legal_person <> '' THEN legal_person ELSE name END FROM "
			"pub_operators WHERE id = $1",
			p.operator));
		p.party = masked_name(rq->arena, p.party, text_is(kind, "minor"));
		p.party_no = "";
	}
	TRY(masking_read(rq, &p));
	p.state = "prepared";
	TRY(publication_save(rq, &p, PUBLICATION_PREPARED,
		json_pairs(rq, "party", p.party, "places",
			arena_printf(rq->arena, "%" PRId64, p.masked), NULL)));
	notice(rq, "Look at each place that is masked; a second person publishes.");
	return redirect(rq, "/publications/%" PRId64 "/masking", p.id);
}

static enum err may_publish(struct req *rq, const struct published *p)
{
	if (text_is(p->state, "due"))
		return fail(rq, E_CONFLICT,
			"Nothing has been masked yet: prepare it first (Order 45 article 6).");
	if (!text_is(p->state, "prepared"))
		return fail(rq, E_CONFLICT, "It has been published already; correct it instead.");
	if (p->prepared_by == rq->user->id)
		return fail(rq, E_FORBIDDEN,
			"Whoever masked it does not publish it: a second person looks for secrets "
			"and personal data (Order 45 articles 5 and 6).");
	if (*p->fault)
		return fail(rq, E_CONFLICT,
			"The decision was annulled: it may not be published (Order 45 article "
			"11).");
	if (!p->served_at)
		return fail(rq, E_CONFLICT,
			"The decision has not been served: the party must have been told of the "
			"publication first (Order 45 article 8).");
	if (!form_flag(rq, "checked"))
		return fail(rq, E_CONFLICT,
			"Confirm that secrets and personal data were looked for (Order 45 articles "
			"5 and 6).");
	return OK;
}

/* Names may have come on file since it was prepared: nobody has seen it without them. */
static enum err masked_as_on_file(struct req *rq, const struct published *p)
{
	struct decision_words now;

	TRY(publication_words(rq, p, &now));
	if (text_is(now.masked.text, p->words))
		return OK;
	return fail(rq, E_CONFLICT,
		"The file knows more names now than when it was masked: mask it again (Order 45 "
		"article 6).");
}

enum err publication_publish(struct req *rq)
{
	const struct node *rule;
	struct publication_term term;
	struct published p;

	TRY(publication_load(rq, &p));
	TRY(may_publish(rq, &p));
	TRY(masked_as_on_file(rq, &p));
	TRY(publication_rule(rq, p.decided_at, &rule));
	publication_term(
		rule, &(struct sanction_kinds){ p.procedure, p.kinds, p.fine_fen }, rq->now, &term);
	p.state = "public";
	p.published_by = rq->user->id;
	p.published_at = rq->now;
	p.public_until = term.until;
	p.early_from = term.early_from;
	TRY(publication_save(rq, &p, PUBLICATION_PUBLISHED,
		json_pairs(rq, "number", p.number, "until", date_text(rq->arena, p.public_until),
			NULL)));
	notice(rq, "The penalty is public until %s.", date_text(rq->arena, p.public_until));
	return back(rq, p.id);
}

enum err publication_correct(struct req *rq)
{
	struct published p;
	const char *reason = form_text(rq, "reason"), *party = form_text(rq, "party"),
		   *act = form_text(rq, "act_name");

	TRY(publication_load(rq, &p));
	if (!text_is(p.state, "public") || *p.fault)
		return fail(rq, E_CONFLICT, "Only what is public can be corrected.");
	if (!*reason || !*party || !*act)
		return fail(rq, E_INVALID,
			"Give the right name, the right act and the reason (Order 45 article 12).");
	TRY(too_long(rq, reason, WORDS_CHARS));
	TRY(too_long(rq, party, NAMES_CHARS));
	TRY(too_long(rq, act, NAMES_CHARS));
	p.party = party;
	p.act_name = act;
	TRY(masking_read(rq, &p));
	p.corrected_at = rq->now;
	p.correction = reason;
	TRY(publication_save(
		rq, &p, PUBLICATION_CORRECTED, json_pairs(rq, "reason", reason, NULL)));
	notice(rq, "Corrected: the public page says so, with the reason.");
	return back(rq, p.id);
}

/* ---- withdrawal --------------------------------------------------------------------------------
 */
/* "5000", "5000.50" yuan; a fine must be a number, and not more than it was: a changed decision is
 * not made worse on the party's own application. */
static enum err fine_read(struct req *rq, const struct published *p, int64_t *fen)
{
	const char *text = form_text(rq, "fine"), *dot = text;
	int64_t yuan = 0, rest = 0;

	while (*dot && *dot != '.')
		dot++;
	const char *whole = arena_copy(rq->arena, text, (size_t)(dot - text));
	bool right = text_to_int(whole, &yuan) && yuan >= 0 && yuan <= FINE_MOST / 100;
	if (right && *dot) {
		size_t places = utf8_length(dot + 1);
		right = places >= 1 && places <= 2 && text_to_int(dot + 1, &rest) && rest >= 0;
		rest = places == 1 ? rest * 10 : rest;
	}
	*fen = yuan * 100 + rest;
	if (!right)
		return fail(rq, E_INVALID, "Give the changed fine in yuan, such as 3000 or 0.");
	if (*fen > p->fine_fen)
		return fail(
			rq, E_INVALID, "A changed decision may not fine more than the first one.");
	return OK;
}

/* On which day the changed decision was served; 0: not yet, or not known. */
static enum err served_read(struct req *rq, int64_t from, int64_t *day)
{
	const char *text = form_text(rq, "served");

	*day = 0;
	if (!*text)
		return OK;
	if (!date_parse(text, day) || *day > rq->now || *day < from)
		return fail(rq, E_INVALID,
			"Give the day on which the party got the changed decision: not before the "
			"decision, not in the future (Order 45 article 8).");
	return OK;
}

static enum err withdrawal_read(struct req *rq, struct published *p)
{
	const struct node *rule;
	int64_t day;

	p->fault = form_text(rq, "fault");
	p->fault_document = form_text(rq, "document");
	p->withdrawn_why = form_text(rq, "reason");
	if (!known(publication_faults, p->fault))
		return fail(rq, E_INVALID,
			"Say what became of the decision: changed, revoked, found unlawful or void "
			"(Order 45 article 11).");
	if (!*p->fault_document || !*p->withdrawn_why)
		return fail(rq, E_INVALID,
			"Name the document and the reason: the public page gives the reason (Order "
			"45 article 11).");
	TRY(too_long(rq, p->fault_document, NAMES_CHARS));
	TRY(too_long(rq, p->withdrawn_why, WORDS_CHARS));
	if (!date_parse(form_text(rq, "day"), &day) || day > rq->now || day < p->decided_at - DAY)
		return fail(rq, E_INVALID,
			"Give the day of that document: not before the decision, not in the "
			"future.");
	TRY(publication_rule(rq, p->decided_at, &rule));
	p->fault_at = day;
	return term_workdays(
		rq, day, (int)node_int(rule, "withdraw_workdays", 3), &p->withdraw_due);
}

/* A fine of 0 leaves the other kinds. */
static const char *without_fine(struct req *rq, const char *kinds)
{
	struct buf out = { .arena = rq->arena };

	for (const char *k = kinds; *k;) {
		size_t n = 0;
		while (k[n] && k[n] != ',')
			n++;
		const char *code = arena_copy(rq->arena, k, n);
		if (!text_is(code, "PEN_FINE"))
			buf_printf(&out, "%s%s", out.n ? "," : "", code);
		k += n + (k[n] == ',');
	}
	return arena_dup(rq->arena, buf_text(&out));
}

/* The changed decision is to be published in its own time, if the rule still wants it. */
static enum err publish_changed(struct req *rq, const struct published *old, int64_t fine_fen)
{
	const struct node *rule;
	struct published p = *old;

	p.replaces = old->id;
	p.fine_fen = fine_fen;
	p.number = old->fault_document;
	p.decided_at = old->fault_at;
	TRY(served_read(rq, p.decided_at, &p.served_at));
	p.paper = 0;
	p.names = p.secrets = "";
	if (!fine_fen)
		p.kinds = without_fine(rq, p.kinds);
	TRY(publication_rule(rq, p.decided_at, &rule));
	if (!publication_wanted(rule, &(struct sanction_kinds){ p.procedure, p.kinds, fine_fen }))
		return OK;
	return publication_open(rq, &p, p.decided_at);
}

enum err publication_withdraw(struct req *rq)
{
	struct published p;
	int64_t fine_fen = 0;

	TRY(publication_load(rq, &p));
	if (text_is(p.state, "withdrawn"))
		return fail(rq, E_CONFLICT, "It has been withdrawn already.");
	TRY(withdrawal_read(rq, &p));
	bool changed = text_is(p.fault, "changed");
	if (changed)
		TRY(fine_read(rq, &p, &fine_fen));
	p.state = "withdrawn";
	p.withdrawn_by = rq->user->id;
	p.withdrawn_at = rq->now;
	TRY(repairs_close(rq, &p));
	TRY(publication_save(rq, &p, PUBLICATION_WITHDRAWN,
		json_pairs(rq, "fault", p.fault, "document", p.fault_document, "reason",
			p.withdrawn_why, "due", date_text(rq->arena, p.withdraw_due), NULL)));
	if (changed)
		TRY(publish_changed(rq, &p, fine_fen));
	notice(rq, "Withdrawn: nothing of it is public any more but the reason.");
	return back(rq, p.id);
}

/* A changed decision that did not go out through this house: who has its receipt says the day. */
enum err publication_serve(struct req *rq)
{
	struct published p;
	int64_t day;

	TRY(publication_load(rq, &p));
	if (!p.replaces || p.paper || p.served_at || p.published_at ||
		text_is(p.state, "withdrawn"))
		return fail(rq, E_CONFLICT, "Its service is on file already, or comes by itself.");
	TRY(served_read(rq, p.decided_at, &day));
	if (!day)
		return fail(rq, E_INVALID,
			"Give the day on which the party got the changed decision: not before the "
			"decision, not in the future (Order 45 article 8).");
	p.served_at = day;
	TRY(publication_save(rq, &p, PUBLICATION_READY,
		json_pairs(rq, "served_at", time_iso(rq->arena, p.served_at), NULL)));
	notice(rq, "The day of service is on file.");
	return back(rq, p.id);
}
