/* Shared by the tests of this room. */
#ifndef DOSSIER_TEST_MATTER_H
#define DOSSIER_TEST_MATTER_H

#include "harness.h"

/* A filed case of officer1 and officer2, put there as the domain cases keeps it; its id. */
int64_t filed_matter(struct bench *b);

#endif
