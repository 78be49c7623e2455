/* The evidence of a case file by file: digests, what became of them, proofs. */
#ifndef CASES_EVIDENCE_PAGE_H
#define CASES_EVIDENCE_PAGE_H

#include "domains/cases/ordinary.h"

enum { MOST_FILES = 200 }; /* of each table */

/* GET /cases/:id/evidence: reads each file again. */
enum err case_evidence_page(struct req *rq);
/* GET /cases/:id/evidence/proof/:key: the proof of a file of this case, as a file. E_NOT_FOUND for
 * a digest the case does not name. */
enum err case_evidence_proof(struct req *rq);

#endif
