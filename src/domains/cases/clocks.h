/* Every clock of the procedure (rules/cases/clocks.json), pure: from what has happened to which
 * terms run, when each ends, and whether it was kept. The day of the event is not counted; a term
 * in calendar days whose last day is a holiday ends on the first working day after it (O2 article
 * 80); the "2, 3, 5, 7 days" of APL (article 85) and terms of AEL up to ten days (article 69) are
 * working days; the last day belongs to the term (O2 article 84). */
#ifndef CASES_CLOCKS_H
#define CASES_CLOCKS_H

#include "core/core.h"

/* What can happen in a case. Their names in the data are those of case_moment_names. */
enum case_moment {
	AT_ACT_ENDED,	     /* the act, or its last repetition, ended */
	AT_FOUND,	     /* the lead was found or received */
	AT_PRECHECK_DECIDED, /* filed or not filed */
	AT_FILED,
	AT_CORRECTION_ORDERED,
	AT_CORRECTION_DUE, /* the day the order names: an end, not an event */
	AT_CORRECTED,	   /* accepted as corrected */
	AT_HELD_URGENTLY,  /* evidence kept first without approval, for urgency */
	AT_HOLD_APPROVED,
	AT_HELD,	 /* evidence kept first (先行登记保存) */
	AT_HOLD_DECIDED, /* what becomes of it */
	AT_SEIZED_URGENTLY,
	AT_SEIZE_APPROVED,
	AT_SEIZED, /* sealed or seized (查封、扣押) */
	AT_SEIZE_ENDED,
	AT_ASSIST_SENT, /* letter of assistance reached the other office */
	AT_ASSIST_ANSWERED,
	AT_REVIEW_SENT, /* report and file given to the reviewer */
	AT_REVIEWED,
	AT_NOTICE_SERVED, /* notice of the intended penalty */
	AT_HEARD,	  /* stated, or said it states nothing, or waiver taken */
	AT_REQUESTED,	  /* the party asks for a recording, a recusal, more time */
	AT_REQUEST_ANSWERED,
	AT_HEARING_REQUESTED,
	AT_HEARING_NOTICE_SERVED,
	AT_HEARING_HELD,
	AT_DECIDED,
	AT_PUBLIC_NOTICE, /* a paper is served by public notice since */
	AT_SERVED,	  /* the decision */
	AT_PAID,	  /* fine and confiscated sum, in full */
	AT_COLLECTED,	  /* a fine taken on the spot */
	AT_HANDED_IN,	  /* by the officer to the office */
	AT_BANKED,	  /* by the office to the bank */
	AT_DEMAND_SERVED, /* 催告书 */
	AT_COURT_APPLIED,
	AT_REMEDIES_EXPIRED, /* neither review nor suit is open any more */
	AT_REMEDY_TAKEN,     /* review applied for, or suit brought */
	AT_INVESTIGATION_ENDED,
	AT_DONE, /* performed, ended by the court, ended, or decided without penalty */
	AT_CLOSED,
	AT_ARCHIVED,
	AT_PASSED_ON, /* publication of a party elsewhere passed to its province */
	AT_PUBLISHED,
	AT_UNPUBLISHED,
	AT_DECISION_CHANGED, /* the published decision was changed, revoked or found void */
	AT_WITHDRAWN,
	AT_CRIME_ASKED,	   /* the report that proposes a transfer to the police reached the head */
	AT_CRIME_APPROVED, /* the head approved it */
	AT_HANDED_OVER,	   /* the police have the case */
	AT_ANEW_ORDERED,   /* a review body or a court ordered a new decision */
	AT_ANEW_DUE,	   /* the last moment for it: an end, not an event */
	CASE_MOMENTS
};
extern const char *const case_moment_names[CASE_MOMENTS];

/* What kind of case it is: a clock may run only in some. */
enum case_kind {
	KIND_SIMPLE = 1,
	KIND_ORDINARY = 2,
	KIND_HEARING = 4,	      /* the party has a right to a hearing */
	KIND_LIFE_HARMED = 8,	      /* life, health or financial safety, with harm (APL 36) */
	KIND_NO_HARM = 16,	      /* the others */
	KIND_PUBLISHED = 32,	      /* of a kind that is published (令45 article 2) */
	KIND_OTHER_PROVINCE = 64,     /* the party is registered in another province */
	KIND_SHORT_PUBLICATION = 128, /* only criticism or a lower fine (令45 article 13) */
	KIND_LONG_PUBLICATION = 256,
	KIND_FINED = 512, /* a fine, or a sum confiscated */
};

/* Time that some clocks do not count. until 0: it lasts. why: suspension, hearing, public_notice,
 * test, identification, refund_order (O2 articles 18, 38, 64), or the code of any later rule. */
struct case_span {
	const char *why;
	int64_t from, until;
};

/* An extension that was granted. until 0: by the term of the rule, so often; else to that moment
 * (a term fixed by collective decision, a payment deferred). */
struct case_extension {
	const char *clock;
	int times;
	int64_t until;
};

struct case_moments {
	int64_t at[CASE_MOMENTS]; /* ms; 0: not yet */
	unsigned kinds;		  /* enum case_kind */
	const struct case_span *spans;
	size_t n_spans;
	const struct case_extension *extensions;
	size_t n_extensions;
};

enum clock_state {
	CLOCK_RUNS,
	CLOCK_WARNS,  /* runs, and ends soon */
	CLOCK_STANDS, /* excluded time lasts */
	CLOCK_MET,
	CLOCK_LATE, /* done, after its end; of a least term: done too early */
	CLOCK_OVER, /* not done, and its end has passed */
	CLOCK_OPEN, /* a least term has passed: the step is open now */
};

struct case_clock {
	const char *code, *name, *name_en, *article, *article_en;
	const char *whose;	/* "office", "party", "other": whose silence lets it pass */
	const char *on_passing; /* "late", or what the law says then: "waived", "lapses", ... */
	bool least;		/* may not be done before the end, instead of not after it */
	bool confirmed;		/* [C]; else the value is recalled [R] */
	enum term_unit unit;
	int n; /* with the extensions */
	int64_t from, end, met_at, warn_at;
	int excluded_days; /* calendar or working days, as the unit, up to now */
	int extended;	   /* times */
	bool fixed;	   /* the end was fixed by a decision */
	bool unsure;	   /* it ends in a year whose working days are not on file */
	enum clock_state state;
};

/* The law and the days it counts with: rules cases/clocks and calendar/workdays. */
struct clock_law {
	struct arena *arena;
	const struct node *clocks, *workdays;
};

/* All clocks that have begun, in the order of the data. Returns how many; *out lives in the arena.
 */
int case_clocks(const struct clock_law *law, const struct case_moments *m, int64_t now,
	struct case_clock **out);
/* Are the holidays and make-up days of this moment's year on file? A term that ends in another year
 * is counted as if it had none. */
bool clock_year_known(const struct clock_law *law, int64_t at);
/* The clock of that code, or NULL when it has not begun. */
const struct case_clock *case_clock_of(const struct case_clock *list, int n, const char *code);
/* The end of one clock that begins at from, with nothing excluded or extended; 0: no such clock. */
int64_t case_clock_end(const struct clock_law *law, const char *code, int64_t from);
/* A clock that another room of the case keeps, with its end; code "": there is no such clock. */
struct case_clock case_clock_kept(
	const struct clock_law *law, const char *code, int64_t end, int64_t now);
/* Does anybody still have to act on it: it runs, warns, stands, or is over and not done. */
bool case_clock_waits(const struct case_clock *c);
/* "met", "warns", ...: a word for data; and what pages say (an English sentence). */
const char *clock_state_word(enum clock_state s);
extern const struct choice clock_states[];
/* The law as in force now. */
enum err clock_law_load(struct req *rq, struct clock_law *out);

#endif
