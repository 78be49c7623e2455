/* The papers of a case that its procedure does not order by itself. README.md. */
#include "domains/dossier/volume.h"

#include "contracts/facts.h"

#define C(m, ...) STORED(struct dossier_case, m, __VA_ARGS__)
static const struct model dossier_case_model = MODEL("pub_cases", struct dossier_case,
	FIELDS(C(id, .as = AS_ID), C(operator, .as = AS_ID), C(area, 0), C(number, 0), C(act, 0),
		C(act_name, 0), C(state, 0), C(officer1, .as = AS_ID), C(officer2, .as = AS_ID),
		C(filed_at, .as = AS_TIME), C(decided_at, .as = AS_TIME),
		C(closed_at, .as = AS_TIME), C(outcome, 0), C(penalty, 0), C(fine_fen, 0),
		C(decision_paper, .as = AS_ID), C(procedure, 0), C(confiscated_fen, 0)));
#undef C

enum err dossier_case_of(struct req *rq, int64_t id, struct dossier_case *c)
{
	return db_one(rq, &dossier_case_model, c,
		"SELECT id, operator, area, number, act, act_name, state, officer1, officer2, "
		"filed_at,"
		" decided_at, closed_at, outcome, penalty, fine_fen, decision_paper, procedure,"
		" confiscated_fen FROM pub_cases WHERE id = $1",
		id);
}

enum err dossier_case_load(struct req *rq, struct dossier_case *c)
{
	return dossier_case_of(rq, rq->id, c);
}

enum err dossier_officer(struct req *rq, const struct dossier_case *c)
{
	if (rq->user->id == c->officer1 || rq->user->id == c->officer2)
		return OK;
	return fail(rq, E_FORBIDDEN, "Only an officer of this case issues its papers.");
}

void dossier_show(struct req *rq, const struct dossier_case *c)
{
	put_int(rq->view, "case_id", c->id);
	put_text(rq->view, "case_number", c->number);
	put_text(rq->view, "act_name", c->act_name);
}

#define VOL(m, ...) STORED(struct volume_row, m, __VA_ARGS__)
const struct model volume_model = MODEL("dossier_volumes", struct volume_row, .witnessed = true,
	FIELDS(VOL(id, .as = AS_ID), VOL(version, 0), VOL(case_id, .as = AS_ID),
		VOL(operator, .as = AS_ID), VOL(area, 0), VOL(number, 0), VOL(edition, 0),
		VOL(content, 0), VOL(state, 0), VOL(ordered_by, 0), VOL(ordered_at, .as = AS_TIME),
		VOL(made_at, .as = AS_TIME), VOL(pages, 0), VOL(papers, 0), VOL(evidence, 0),
		VOL(missing, 0), VOL(pdf_sm3, 0), VOL(pdf_sha256, 0), VOL(pdf_size, 0),
		VOL(zip_sm3, 0), VOL(zip_sha256, 0), VOL(zip_size, 0)));
#undef VOL
#define GAP(m, ...) STORED(struct gap_row, m, __VA_ARGS__)
const struct model gap_model = MODEL("dossier_gaps", struct gap_row, .witnessed = true,
	FIELDS(GAP(id, .as = AS_ID), GAP(version, 0), GAP(case_id, .as = AS_ID), GAP(item, 0),
		GAP(title, 0), GAP(reason, 0), GAP(given_by, 0), GAP(given_at, .as = AS_TIME)));
#undef GAP

#define OF_CASE "SELECT area FROM pub_cases WHERE id = $1"
const struct module dossier = {
	.name = "dossier",
	.routes = (const struct route[]){ { GET, "/cases/:id/papers", dossier_papers, CASE_READ,
						  OF_CASE, "The papers of a case" },
		{ GET, "/cases/:id/papers/new", dossier_paper_form, CASE_WRITE, OF_CASE,
			"A form of the fields of a paper (?template=)" },
		{ POST, "/cases/:id/papers/new", dossier_paper_issue, CASE_WRITE, OF_CASE,
			"Preview or order that paper" },
		{ GET, "/volumes", dossier_volumes, CASE_READ,
			.about = "Archive: concluded cases and their volumes (?q=)",
			.gives = &volume_model },
		{ GET, "/cases/:id/volume", dossier_volume, CASE_READ, OF_CASE,
			"The archive volume of a case" },
		{ POST, "/cases/:id/volume", dossier_volume_make, CASE_WRITE, OF_CASE,
			"Have the volume made (reason.<item> for each paper that is missing)" },
		{ GET, "/cases/:id/volumes/:id2.pdf", dossier_volume_pdf, CASE_READ, OF_CASE,
			"An edition of the volume, bound" },
		{ GET, "/cases/:id/volumes/:id2.zip", dossier_volume_zip, CASE_READ, OF_CASE,
			"The same as a folder with its manifest" },
		{ 0 } },
	.listens = (const struct listen[]){ { CASE_CLOSED, on_case_closed, NULL },
		{ PAPER_SEALED, on_paper_sealed, NULL }, { 0 } },
	.jobs = (const struct job_kind[]){ { "dossier.volume", NULL, volume_job },
		{ "dossier.bind", volume_bind, volume_bound }, { 0 } },
	.models = (const struct model *const[]){ &volume_model, &gap_model, NULL },
	.tells = (const char *const[]){ PAPER_ORDERED, VOLUME_ORDERED, VOLUME_MADE,
		VOLUME_GAP_EXPLAINED, NULL },
	.nav = (const struct nav[]){ { "/volumes", "Archive of cases", CASE_READ, NULL }, { 0 } },
	.objects = "SELECT pdf_sm3 AS sm3, pdf_sha256 AS sha256 FROM dossier_volumes WHERE pdf_sm3 "
		   "<> ''"
		   " UNION ALL SELECT zip_sm3, zip_sha256 FROM dossier_volumes WHERE zip_sm3 <> ''",
};
