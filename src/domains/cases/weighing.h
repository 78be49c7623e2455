/* Weighing (裁量): what the officers found of an act - figures, factors, the answers to the lists
 * of no penalty - and what the tables of the law say to it. A step of its own, before the report,
 * kept with the versions of the data; the report is bound by it. The reckoning itself is pure:
 * discretion.h, exempt.h. */
#ifndef CASES_WEIGHING_H
#define CASES_WEIGHING_H

#include "domains/cases/exempt.h"
#include "domains/cases/ordinary.h"

/* The newest one of the case counts; id 0 when there is none. E_NOT_FOUND never. */
enum err weighing_load(struct req *rq, int64_t case_id, struct weighing *w);
/* The one that a report was written on: the newest that was there at this moment. */
enum err weighing_at(struct req *rq, int64_t case_id, int64_t at, struct weighing *w);

/* Pure. NULL when a fine of so many fen may be imposed after this weighing, else the sentence that
 * says why not. An act without a scale in the data has no range, and no fine. */
const char *weighing_refuses_fine(const struct weighing *w, int64_t fine_fen);
/* Pure. NULL when no penalty, or not filing, may rest on this ground (minor, first, no_fault,
 * honest_source): an item of the lists that gives it held when it was weighed. */
const char *weighing_refuses_ground(
	const struct node *lists, const struct weighing *w, const char *ground);
/* The same at the field of a form, and for "first" the look-back once more: an offence may have
 * been decided since. */
enum err weighing_check_ground(
	struct req *rq, const struct case_row *c, const char *field, const char *ground);
/* "初次违法…（总局首违不罚清单（一）第3项）": the ground with the items of the lists that held, for
 * papers; weighed until then. */
const char *weighing_ground_zh(
	struct req *rq, const struct course *k, const char *ground, int64_t until);
/* Are the goods confiscated all the same on this ground (FSL 136)? Pure. */
bool ground_confiscates(const struct node *lists, const char *ground);
/* The item that forbids a penalty, in the visitor's language; "" when none does. */
const char *must_not_name(struct req *rq, const struct weighing *w);
/* Marks every field of the report that goes against the weighing. */
enum err weighing_check_report(struct req *rq, const struct course *k, const struct report *r);

/* The article a penalty of this case rests on: the act's own, or the small caterer's when the
 * tables have one for the act (Shanghai regulation 92, 99). A small caterer is who was weighed as
 * one; before any weighing, as a warning on the spot has none, who is on file as one. */
const char *basis_of(struct req *rq, const struct case_row *c, const struct party *p);

/* Its reasons as the report takes them over: of the table, and the officers' own. */
const char *weighing_words(struct req *rq, const struct weighing *w);
/* "A light penalty: ¥5,000.00 to ¥18,500.00", for pages, in the visitor's language. */
const char *weighing_label(struct req *rq, const struct weighing *w);
/* Rows of partials/summary about it, added to list. */
void put_weighing(struct req *rq, struct node *list, const struct weighing *w);

/* The earlier offences of the same subject, newest first: this file, those merged with it, and
 * those of the same USCC. Decided ones, but for those that a review or suit undid, and matters left
 * unfiled as a first offence ("not_filed"). */
struct priors {
	struct prior_offence *at;
	size_t n;
};
enum err priors_load(struct req *rq, const struct case_row *c, struct priors *out);
/* The latest of them that makes this case no first offence; NULL: it is one. Pure. */
const struct prior_offence *prior_on_file(
	const struct node *lists, const struct case_row *c, const struct priors *p);
/* Was the party punished for the same act within the years that make it serious (IR 67)? Pure. */
bool punished_within(const struct priors *p, const char *act, int64_t at, int64_t years);

#endif
