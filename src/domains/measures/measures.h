/* Private to the room of measures: evidence kept (先行登记保存), seal and seizure (查封扣押),
 * letters that ask another office for help (协助调查函). */
#ifndef MEASURES_H
#define MEASURES_H

#include "core/core.h"
#include "domains/measures/rules.h"

struct measure {
	int64_t id, version, case_id, operator, area;
	const char *kind, *state;
	int64_t officer1, officer2, proposed_at;
	const char *reason, *basis, *place;
	bool urgent; /* taken on the spot, approved afterwards */
	int64_t report_due, taken_at, base_until, until, decided_by, decided_at;
	const char *decided_words;
	int64_t lab_from, lab_until, lab_days; /* lab_days: of ended stays */
	const char *lab_name;
	const char *more_state, *more_reason; /* "", asked, approved, refused */
	int64_t more_by, more_days, more_decided_by;
	const char *keeper;
	int64_t keeper_at, warned_at, ended_at;
	const char *end_way, *end_words;
	int64_t paper; /* by which it was taken */
	const char *photo_sm3, *photo_sha256;
};
/* A paper of a later step; that of the taking stands in the measure itself. */
struct measure_paper_row {
	int64_t id, version, measure;
	const char *moment; /* lab, more, care, end */
	int64_t paper, at;
};
struct measure_item {
	int64_t id, version, measure, n;
	const char *name, *spec, *unit;
	int64_t quantity;
	const char *seal_no, *words;
	int64_t gone; /* disposed of, of quantity */
};
struct measure_disposal {
	int64_t id, version, measure, item;
	const char *way;
	int64_t quantity, by, at;
	const char *words, *receiver;
	int64_t paper;
};
struct letter {
	int64_t id, version, case_id, operator, area;
	const char *office, *matter, *state;
	int64_t sent_by, sent_at, due, extended_to;
	const char *extend_words, *answer;
	int64_t answered_at, warned_at, paper;
};

extern const struct model measure_model, measure_item_model, measure_disposal_model,
	measure_paper_model, letter_model;
extern const struct choice measure_kinds[], measure_states[], measure_ways[], measure_disposals[],
	letter_states[];

/* store.c */
enum err measure_law(struct req *rq, int64_t at, const struct node **out);
enum err measure_load(struct req *rq, int64_t id, struct measure *m); /* checks the area */
enum err measure_save(struct req *rq, struct measure *m, const char *fact, const char *data);
enum err measure_allow(struct req *rq, const char *why_not);
enum err measure_facts_of(struct req *rq, const struct measure *m, struct measure_facts *f);
/* The last moment: of evidence kept n working days, of a seizure n days and what was approved, each
 * without the days in the laboratory. */
enum err measure_until(struct req *rq, struct measure *m);
/* Tells the party's telephone. */
enum err measure_tell(struct req *rq, const struct measure *m, const char *words);
enum err measure_end(struct req *rq, struct measure *m, const char *fact, const char *data);
struct measure_case {
	int64_t id, operator, area, officer1, officer2, filed_at;
	const char *state, *number, *act;
};
enum err measure_case_load(struct req *rq, int64_t id, struct measure_case *c);

/* papers.c */
/* The decision or notice by which it is taken, with its list and seals: m->paper. */
enum err measure_paper_of_taking(struct req *rq, struct measure *m);
/* Of a later step (lab, more, care, end): kept beside it. */
enum err measure_paper(struct req *rq, const struct measure *m, const char *moment);
enum err measure_disposal_paper(
	struct req *rq, const struct measure *m, struct measure_disposal *d, const char *item);
enum err letter_paper(struct req *rq, struct letter *l);

/* steps.c */
enum err measure_propose(struct req *rq);
enum err measure_decide(struct req *rq);
enum err measure_take(struct req *rq);
enum err measure_act(struct req *rq);
enum err measure_lab_begin(struct req *rq);
enum err measure_lab_end(struct req *rq);
enum err measure_more(struct req *rq);
enum err measure_more_decide(struct req *rq);
enum err measure_care(struct req *rq);
enum err measure_release(struct req *rq);
enum err measure_dispose(struct req *rq);

/* clocks.c */
enum err measures_every_minute(struct req *rq);
enum err measure_clock_run(struct req *rq, const struct job *j, void *result);
enum err letter_clock_run(struct req *rq, const struct job *j, void *result);

/* letters.c */
enum err letter_send(struct req *rq);
enum err letter_extend(struct req *rq);
enum err letter_answer(struct req *rq);
enum err letter_save(struct req *rq, struct letter *l, const char *fact);

/* screens.c */
enum err measure_list(struct req *rq);
enum err measures_of_case(struct req *rq);
enum err my_measures(struct req *rq);
enum err measure_photo(struct req *rq);

#endif
