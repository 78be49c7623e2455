/* Random draws (双随机、一公开): pools, commitment, draw, exchange, publication. docs/DRAW.md has
 * the procedure for strangers; README.md the law and the screens. */
#include "domains/draws/draws.h"

#include "contracts/facts.h"

const struct choice draw_states[] = {
	{ "committed", "Committed, not drawn yet", "yellow" },
	{ "drawn", "Drawn", "green" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ 0 },
};
const struct choice exchange_reasons[] = {
	{ "leave", "Leave", "neutral" },
	{ "recusal", "Recusal", "neutral" },
	{ "card", "Card not valid", "neutral" },
	{ 0 },
};

const struct model draw_model = MODEL("draws", struct draw, .witnessed = true,
	FIELDS(STORED(struct draw, id, .as = AS_ID), STORED(struct draw, version),
		INPUT(struct draw, title, "Title", .required = true, .max = 60),
		STORED(struct draw, area), STORED(struct draw, kinds),
		INPUT(struct draw, due_at, "Visits by", .required = true, .as = AS_DATE),
		STORED(struct draw, plan_version), STORED(struct draw, strata),
		STORED(struct draw, objects), STORED(struct draw, take),
		STORED(struct draw, inspectors), STORED(struct draw, snapshot_sm3),
		STORED(struct draw, snapshot_sha256), STORED(struct draw, commitment),
		STORED(struct draw, nonce, .as = AS_SECRET),
		STORED(struct draw, state, .choices = draw_states),
		STORED(struct draw, committed_by, .as = AS_ID),
		STORED(struct draw, committed_at, .as = AS_TIME), STORED(struct draw, seed),
		STORED(struct draw, head_size), STORED(struct draw, head_root),
		STORED(struct draw, word), STORED(struct draw, witness),
		STORED(struct draw, drawn_by, .as = AS_ID),
		STORED(struct draw, drawn_at, .as = AS_TIME), STORED(struct draw, draw_sm3),
		STORED(struct draw, draw_sha256), STORED(struct draw, published_at, .as = AS_TIME),
		STORED(struct draw, published_by, .as = AS_ID), STORED(struct draw, reason)));

const struct model drawn_model = MODEL("draw_lots", struct drawn, .witnessed = true,
	FIELDS(STORED(struct drawn, id, .as = AS_ID), STORED(struct drawn, version),
		STORED(struct drawn, draw, .as = AS_ID), STORED(struct drawn, place),
		STORED(struct drawn, operator, .as = AS_ID),
		STORED(struct drawn, inspector1, .as = AS_ID),
		STORED(struct drawn, inspector2, .as = AS_ID), STORED(struct drawn, stratum)));

const struct model exchanged_model = MODEL("draw_exchanges", struct exchanged, .witnessed = true,
	FIELDS(STORED(struct exchanged, id, .as = AS_ID), STORED(struct exchanged, version),
		STORED(struct exchanged, draw, .as = AS_ID), STORED(struct exchanged, no),
		STORED(struct exchanged, operator, .as = AS_ID),
		STORED(struct exchanged, inspector_from, .as = AS_ID),
		STORED(struct exchanged, inspector_to, .as = AS_ID),
		STORED(struct exchanged, reason, .choices = exchange_reasons),
		STORED(struct exchanged, words), STORED(struct exchanged, excluded),
		STORED(struct exchanged, made_by, .as = AS_ID),
		STORED(struct exchanged, made_at, .as = AS_TIME)));

static const struct route routes[] = {
	{ GET, "/draws", draw_list, DRAW_READ, .about = "Random draws", .gives = &draw_model },
	{ GET, "/draws/new", draw_new, DRAW_WRITE,
		.about = "Form of a draw with its pools; ?area=CODE&kinds=GROUP" },
	{ POST, "/draws", draw_create, DRAW_WRITE,
		.about = "Fix the pools and commit to a seed (title, area, kinds, due_at, "
			 "per_mille_0 ...)" },
	{ GET, "/draws/public", draw_public_list, ANYBODY, .about = "Draws, for anybody" },
	{ GET, "/draws/public/:id", draw_public_page, ANYBODY,
		.about = "Commitment and result of a draw, for anybody" },
	{ GET, "/draws/public/:id/file", draw_public_file, ANYBODY,
		.about = "The file of a published draw: shian draw verify FILE" },
	{ GET, "/draws/:id", draw_page, DRAW_READ, .about = "One draw", .gives = &draw_model },
	{ POST, "/draws/:id/draw", draw_run, DRAW_WRITE, .about = "Draw (witness, word)" },
	{ POST, "/draws/:id/withdraw", draw_withdraw, DRAW_WRITE,
		.about = "Withdraw before it is made (reason)" },
	{ POST, "/draws/:id/publish", draw_publish, DRAW_WRITE, .about = "Publish its file" },
	{ POST, "/draws/:id/lots/:id2/exchange", draw_exchange, DRAW_WRITE,
		.about = "Exchange an inspector (officer, words)" },
	{ 0 },
};

static const struct job_kind jobs[] = { { "draws.tell", NULL, draw_tell_job }, { 0 } };
static const struct nav nav[] = { { "/draws", "Random draws", DRAW_READ, NULL }, { 0 } };

const struct module draws = {
	.name = "draws",
	.routes = routes,
	.jobs = jobs,
	.models =
		(const struct model *const[]){ &draw_model, &drawn_model, &exchanged_model, NULL },
	.tells = (const char *const[]){ DRAW_COMMITTED, DRAW_WITHDRAWN, DRAW_DRAWN, DRAW_ASSIGNED,
		DRAW_EXCHANGED, DRAW_PUBLISHED, NULL },
	.nav = nav,
	.objects = "SELECT snapshot_sm3 AS sm3, snapshot_sha256 AS sha256 FROM draws UNION ALL "
		   "SELECT draw_sm3, draw_sha256 FROM draws WHERE draw_sm3 <> ''",
};
