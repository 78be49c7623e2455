/* For the tests of this room: programs that are not ours look at what we made. */
#ifndef CORE_PAPERS_TEST_TOOLS_H
#define CORE_PAPERS_TEST_TOOLS_H

#include "harness.h"

/* Runs a script of the shell in the folder; $1 is a file that holds in. What it wrote on both
 * streams; ends the test unless the script ends well. */
const char *tool(struct arena *a, const char *dir, const char *script, struct bytes in);
/* The answer, when it has this status; else the test ends with what it says. */
struct answer *status_is(struct answer *r, int status);

#endif
