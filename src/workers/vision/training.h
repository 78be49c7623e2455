/* Training a site's head from what officers decided, and whether it may replace the one in force.
 *
 * Cameras are divided by a digest of their id: those kept out are never trained on, and on those
 * the new head must be better than the model in force. Reviews that contradict the others are not
 * learnt from at all. Pure, as core/stats; docs/models.md tells the whole procedure.
 */
#ifndef WORKERS_VISION_TRAINING_H
#define WORKERS_VISION_TRAINING_H

#include "workers/vision/site_head.h"

/* A lead that officers have finished with. */
struct example {
	int64_t camera, officer; /* whose verdict ended it */
	int64_t at;		 /* ms UTC of the verdict */
	bool confirmed;
	struct features f;
};

/* Shares in hundredths of a per cent (9500 is 95 %). */
struct training_limits {
	size_t least_labels, least_each; /* least_each: confirmed, and rejected */
	size_t least_cameras;		 /* to train on */
	size_t least_held_cameras, least_held_labels;
	int32_t held_percent; /* of the cameras that are kept out, about */
	int32_t keep_recall;  /* of the confirmed ones the threshold lets pass in training */
	int32_t least_recall; /* of those on cameras kept out */
};

enum { TRAINING_EXAMPLES_MAX = 5000 };

struct training {
	const struct example *at; /* the newest last; n <= TRAINING_EXAMPLES_MAX */
	size_t n;
	const struct site_head *in_force; /* NULL: the classifier alone */
	int64_t since; /* reviews from here on are the new batch; 0: none before */
	struct training_limits limits;
};

enum training_verdict {
	TRAINING_LACKS,	      /* too little to say anything: nothing is changed */
	TRAINING_CONTRADICTS, /* the reviews contradict each other: refused */
	TRAINING_NOT_BETTER,  /* than the model in force: refused */
	TRAINING_BETTER,
};

struct training_result {
	enum training_verdict verdict;
	const char *why;     /* an English sentence, a constant; "" when better */
	int64_t why_officer; /* whose reviews contradict the others'; 0: none */
	size_t labels, confirmed, cameras, held_labels, held_confirmed, held_cameras;
	/* when the verdict is NOT_BETTER or BETTER: */
	struct site_head head;			   /* without rule and net */
	int32_t recall, share_before, share_after; /* on cameras kept out, at equal recall */
	int32_t gain_low, gain_high;	 /* 90 % interval of after - before, cameras redrawn */
	int32_t loss_before, loss_after; /* log loss, ten-thousandths */
};

/* Is this camera among those kept out? */
bool training_holds_out(int64_t camera, int32_t percent);

void training_run(const struct training *t, struct arena *a, struct training_result *out);

#endif
