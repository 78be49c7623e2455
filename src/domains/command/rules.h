/* Decisions of the command room: shares, colours of numbers, the middle one. Pure. */
#ifndef COMMAND_RULES_H
#define COMMAND_RULES_H

#include "core/base/base.h"

/* Thousandths of part in whole, half up; -1 when there is no whole. */
int64_t permille(int64_t part, int64_t whole);
/* "97.4" of 974; "—" of -1. */
const char *percent_text(struct arena *a, int64_t permille);
/* "30,000" */
const char *number_text(struct arena *a, int64_t n);

/* green from good on, yellow from fair on, else red; neutral of -1. Thousandths. */
const char *share_tone(int64_t permille, int64_t good, int64_t fair);
/* How long the oldest lead has waited: green below an hour, yellow below a day. -1: none waits. */
const char *waiting_tone(int64_t ms);
/* A town by its share of poor (C) among the graded: the district of reference had 4.3 thousandths
 * in 2022. Green up to 5, yellow up to 15, red above; neutral when nothing is graded. */
const char *town_tone(int64_t red, int64_t graded);

/* The middle one (lower of two) of n values, which are put in order; -1 of none. */
int64_t median(int64_t *values, size_t n);

#endif
