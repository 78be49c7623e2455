/* What the party states and defends (APL 44, 45): as often as it likes until its term ends or it
 * says that this is all; then the record of it (form 38), read and signed on its telephone. */
#ifndef CASES_STATEMENTS_H
#define CASES_STATEMENTS_H

#include "domains/cases/ordinary.h"

struct statement {
	int64_t id, version, case_id;
	const char *words;
	int64_t files;
	const char *stated_by;
	int64_t stated_at;
};
struct transcript {
	int64_t id, version, case_id, recording;
	const char *words;
	int64_t written_by, written_at;
};
extern const struct model statement_model, transcript_model;

/* The term is over: silence, or the record of what was stated, which nobody signed. Saved. */
enum err statement_over(struct req *rq, struct case_row *c);
/* Puts list "stated": what the party has said so far. */
enum err put_statements(struct req *rq, int64_t case_id);
/* Puts list "transcripts", for officers. */
enum err put_transcripts(struct req *rq, int64_t case_id);

#endif
