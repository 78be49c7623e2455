/* The command room: what waits for whom, the six promises on one screen, and the ledger for who
 * audits it. It decides nothing and writes nothing. */
#include "domains/command/command.h"
#include "contracts/facts.h"

const char *fact_sentence(struct req *rq, const char *name)
{
	static const char *const words[][2] = {
		{ OPERATOR_REGISTERED, "A business was registered" },
		{ OPERATOR_CHANGED, "A business changed" },
		{ CAMERA_REGISTERED, "A camera was registered" },
		{ CAMERA_CHANGED, "A camera changed" },
		{ CAMERA_REVIEWED, "A camera was reviewed" },
		{ LEAD_FOUND, "A lead was found" },
		{ LEAD_REVIEWED, "A lead passed its first review" },
		{ LEAD_CONFIRMED, "A lead was confirmed by two officers" },
		{ LEAD_REJECTED, "A lead was rejected" },
		{ CASE_PRECHECK_OPENED, "A pre-check was opened" },
		{ CASE_EVIDENCE_ADDED, "Evidence was added to a case" },
		{ CASE_FILED, "A case was filed" },
		{ CASE_NOT_FILED, "A matter was not filed" },
		{ CASE_LINK_SENT, "A party was written to" },
		{ CASE_EVIDENCE_VIEWED, "A party looked at the evidence" },
		{ CASE_ANSWERED, "A party answered" },
		{ CASE_ADDRESS_CONFIRMED, "A party confirmed its address" },
		{ CASE_CORRECTION_ORDERED, "A correction was ordered" },
		{ CASE_CORRECTION_SHOWN, "A party sent a photo of its correction" },
		{ CASE_CORRECTION_ACCEPTED, "A correction was accepted" },
		{ CASE_CORRECTION_REFUSED, "A correction was refused" },
		{ CASE_TOLD, "A party was told what is intended" },
		{ CASE_HEARD, "A party was heard" },
		{ CASE_PROPOSED, "A decision was proposed" },
		{ CASE_DECIDED, "A decision was made" },
		{ CASE_SERVED, "A paper was served" },
		{ CASE_CLOSED, "A case was concluded" },
		{ PAPER_ORDERED, "A paper was ordered" },
		{ PAPER_SEALED, "A paper was sealed" },
		{ INSPECTION_RECORDED, "An inspection was recorded" },
		{ GRADE_CHANGED, "A grade changed" },
		{ USER_CREATED, "An account was made" },
		{ USER_CHANGED, "An account changed" },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (text_is(name, words[i][0]))
			return tr(rq, words[i][1]);
	return name;
}

const struct module command = {
	.name = "command",
	.routes = (const struct route[]){ { GET, "/desk", desk_page, SIGNED_IN,
						  .about = "What waits for me" },
		{ GET, "/wall", wall_page, WALL_READ, .about = "The big screen" },
		{ GET, "/command/wall.json", wall_numbers, WALL_READ, .about = "Its numbers" },
		{ GET, "/ledger", ledger_page, LEDGER_READ,
			.about = "Facts, newest first (name, entity)" },
		{ GET, "/ledger/:id", ledger_fact, LEDGER_READ,
			.about = "One fact and its inclusion proof" },
		{ GET, "/heads.json", ledger_heads, ANYBODY,
			.about = "Signed heads of the tree, for outsiders to keep" },
		{ 0 } },
	.nav = (const struct nav[]){ { "/desk", "My desk", SIGNED_IN, NULL },
		{ "/wall", "Big screen", WALL_READ, NULL },
		{ "/ledger", "Ledger", LEDGER_READ, NULL }, { 0 } },
};
