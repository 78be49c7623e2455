/* shian draw verify: both kinds of files are told line by line in the same way. */
#ifndef DRAW_COMMAND_H
#define DRAW_COMMAND_H

#include "core/ledger/generator.h"

struct told_check {
	const char *en, *zh;
};
/* "ok      the seed is ...: detail" */
void tell_check(const struct told_check *c, enum check_state state, const char *detail);
/* The sample of a round of appraisal, file in memory: tells it and answers whether all holds. */
bool sample_verify(struct arena *a, struct bytes in);

#endif
