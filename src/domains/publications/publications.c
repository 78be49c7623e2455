/* Publication of penalties and its withdrawal (行政处罚信息公示): README.md has the law, the states
 * and the screens. */
#include "domains/publications/publications.h"

#include "contracts/facts.h"

const struct choice publication_states[] = {
	{ "due", "To be published", "yellow" },
	{ "prepared", "Prepared, not yet public", "yellow" },
	{ "public", "Public", "green" },
	{ "ended", "No longer public", "neutral" },
	{ "withdrawn", "Publication withdrawn", "red" },
	{ 0 },
};
const struct choice publication_steps[] = {
	{ "publish", "Publish the penalty", "" },
	{ "withdraw", "Withdraw the publication", "" },
	{ "accept", "Take up the application, or decline it", "" },
	{ "decide", "Decide on the early end", "" },
	{ 0 },
};
const struct choice publication_faults[] = {
	{ "changed", "The decision was changed", "" },
	{ "revoked", "The decision was revoked", "" },
	{ "unlawful", "The decision was found unlawful", "" },
	{ "void", "The decision was found void", "" },
	{ 0 },
};
const struct choice publication_party_kinds[] = {
	{ "entity", "Registered business", "" },
	{ "person", "Natural person", "" },
	{ "minor", "Minor", "" },
	{ 0 },
};
const struct choice repair_states[] = {
	{ "asked", "Waits to be taken up", "yellow" },
	{ "declined", "Not taken up", "neutral" },
	{ "taken", "Taken up, waits for a decision", "yellow" },
	{ "granted", "Early end granted", "green" },
	{ "refused", "Early end refused", "neutral" },
	{ "revoked", "Early end revoked", "red" },
	{ "closed", "Closed, as the publication is over", "neutral" },
	{ 0 },
};

#define P(m, ...) STORED(struct published, m, __VA_ARGS__)
const struct model published_model = MODEL("publications", struct published, .witnessed = true,
	FIELDS(P(id, .as = AS_ID), P(version, 0), P(code, 0), P(case_id, .as = AS_ID),
		P(operator, .as = AS_ID), P(area, 0), P(number, 0), P(party, 0), P(party_no, 0),
		P(party_kind, .choices = publication_party_kinds), P(act, 0), P(act_name, 0),
		P(procedure, 0), P(kinds, 0), P(fine_fen, .as = AS_FEN),
		P(confiscated_fen, .as = AS_FEN), P(paper, .as = AS_ID),
		P(decided_at, .as = AS_DATE), P(served_at, .as = AS_DATE), P(words, 0),
		P(masked, 0), P(names, 0), P(secrets, 0), P(prepared_by, .as = AS_ID),
		P(prepared_at, .as = AS_TIME), P(state, .choices = publication_states),
		P(publish_due, .as = AS_DATE), P(published_by, .as = AS_ID),
		P(published_at, .as = AS_DATE), P(public_until, .as = AS_DATE),
		P(early_from, .as = AS_DATE), P(ended_at, .as = AS_DATE), P(ended_how, 0),
		P(corrected_at, .as = AS_DATE), P(correction, 0),
		P(fault, .choices = publication_faults), P(fault_document, 0),
		P(fault_at, .as = AS_DATE), P(withdraw_due, .as = AS_DATE),
		P(withdrawn_by, .as = AS_ID), P(withdrawn_at, .as = AS_DATE), P(withdrawn_why, 0),
		P(replaces, .as = AS_ID), P(next_kind, .choices = publication_steps),
		P(next_due, .as = AS_DATE), P(next_clause, 0), P(told_due, .as = AS_TIME)));
#undef P
#define R(m, ...) STORED(struct repair, m, __VA_ARGS__)
const struct model repair_model = MODEL("publication_repairs", struct repair, .witnessed = true,
	FIELDS(R(id, .as = AS_ID), R(version, 0), R(publication, .as = AS_ID), R(words, 0),
		R(promised, 0), R(sm3, 0), R(sha256, 0), R(type, 0), R(asked_at, .as = AS_TIME),
		R(asked_by, 0), R(state, .choices = repair_states), R(accept_due, .as = AS_DATE),
		R(accepted_by, .as = AS_ID), R(accepted_at, .as = AS_TIME),
		R(decide_due, .as = AS_DATE), R(harm_removed, 0), R(not_listed, 0),
		R(decided_by, .as = AS_ID), R(decided_at, .as = AS_TIME), R(reason, 0)));
#undef R

#define AREA "SELECT area FROM publications WHERE id = $1"
static const struct route routes[] = {
	{ GET, "/publications", publication_list, CASE_READ,
		.about = "Publications, what is demanded next on top; ?state=&q=",
		.gives = &published_model },
	{ GET, "/publications/:id", publication_page, CASE_READ, AREA, "One publication",
		.gives = &published_model },
	{ GET, "/publications/:id/masking", publication_masking, CASE_READ, AREA,
		"The decision and what is published of it, side by side, with each reason" },
	{ POST, "/publications/:id/prepare", publication_prepare, CASE_WRITE, AREA,
		"Mask what is published (party_kind, names, secrets)" },
	{ POST, "/publications/:id/publish", publication_publish, CASE_WRITE, AREA,
		"Publish: a second person (checked)" },
	{ POST, "/publications/:id/served", publication_serve, CASE_WRITE, AREA,
		"On which day a changed decision was served (served)" },
	{ POST, "/publications/:id/correct", publication_correct, CASE_WRITE, AREA,
		"Correct what is public (party, act_name, names, secrets, reason)" },
	{ POST, "/publications/:id/withdraw", publication_withdraw, CASE_APPROVE, AREA,
		"Withdraw (fault, document, day, reason, fine, served)" },
	{ POST, "/publications/:id/application", repair_enter, CASE_WRITE, AREA,
		"An application for an early end came on paper (words, promised, file)" },
	{ POST, "/publications/:id/accept", repair_accept, CASE_WRITE, AREA,
		"Take the application up or decline it (verdict, reason)" },
	{ POST, "/publications/:id/decide", repair_decide, CASE_APPROVE, AREA,
		"Decide on it (verdict, harm_removed, not_listed, reason)" },
	{ POST, "/publications/:id/revoke", repair_revoke, CASE_APPROVE, AREA,
		"Revoke an early end got by false statements (reason)" },
	{ GET, "/publications/:id/files/:id2", repair_file, CASE_READ, AREA,
		"The file of an application" },
	{ GET, "/my/cases/:id/publication", my_publication, PARTY,
		.about = "What is published of the party, how long, and how it ends",
		.power = "publication" },
	{ POST, "/my/cases/:id/publication", my_publication_ask, PARTY,
		.about = "Ask for an early end (words, promised, file)", .power = "publication" },
	{ GET, "/penalties", penalty_list, ANYBODY, .about = "Published penalties; ?q=" },
	{ GET, "/penalties/:key", penalty_page, ANYBODY, .about = "One published penalty" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ CASE_DECIDED, on_publication_decided, TELLS(PUBLICATION_DUE) },
	{ PAPER_SERVED, on_publication_served, TELLS(PUBLICATION_READY) },
	{ CASE_REMEDY_ENDED, on_publication_remedy, TELLS(PUBLICATION_FAULTY) },
	{ 0 },
};

const struct module publications = {
	.name = "publications",
	.routes = routes,
	.listens = listens,
	.jobs = (const struct job_kind[]){ { "publications.term", NULL, publication_term_run },
		{ 0 } },
	.models = (const struct model *const[]){ &published_model, &repair_model, NULL },
	.tells = TELLS(PUBLICATION_PREPARED, PUBLICATION_PUBLISHED, PUBLICATION_CORRECTED,
		PUBLICATION_REPAIR_ASKED, PUBLICATION_REPAIR_TAKEN, PUBLICATION_REPAIR_DECLINED,
		PUBLICATION_REPAIR_REFUSED, PUBLICATION_REPAIR_REVOKED, PUBLICATION_ENDED,
		PUBLICATION_WITHDRAWN, PUBLICATION_OVERDUE, PUBLICATION_DUE, PUBLICATION_READY),
	.nav = (const struct nav[]){ { "/publications", "Publication", CASE_READ, NULL }, { 0 } },
	.announces = (const struct announce[]){ { PUBLICATION_REPAIR_ASKED, "officers",
							"A party asks to end its publication early",
							"/cases/", "info", NULL, NULL },
		{ PUBLICATION_OVERDUE, "officers", "A term of a publication has passed", "/cases/",
			"red", NULL, NULL },
		{ 0 } },
	.objects = "SELECT sm3, sha256 FROM publication_repairs WHERE sm3 <> ''",
	.every_minute = publications_every_minute,
};
