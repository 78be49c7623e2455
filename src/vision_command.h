/* Training as the command and the tests drive it. */
#ifndef VISION_COMMAND_H
#define VISION_COMMAND_H

#include "core/app/app.h"
#include "workers/vision/training.h"

struct train_options {
	const char *rule;     /* "head_uncovered" */
	bool dry_run;	      /* nothing is kept */
	const char *activate; /* account of the head who puts a better model in force; NULL: none */
	const char *reason;   /* of the decision */
};

struct train_outcome {
	struct training_result result;
	char name[SITE_NAME + 1]; /* of the model; "" when none was made */
	bool kept, active;
};

/* Reads the reviews of a rule, trains, compares, keeps what came of it. E_NOT_FOUND: no such
 * account; E_FORBIDDEN: it may not decide. */
enum err vision_train(struct app *app, const struct train_options *o, struct train_outcome *out,
	struct fault *why);

#endif
