/* Decisions of the room of the grid: pure, no request, no database. Sentences are English keys. */
#ifndef GRID_RULES_H
#define GRID_RULES_H

#include "core/base/base.h"

const char *check_card_no(const char *value); /* 4 to 30 letters, digits, dashes */

/* NULL, or why these days are no leave; local midnights. today: leave may begin a month back, for
 * who fell ill. */
const char *leave_wrong(int64_t from, int64_t to, int64_t today);

enum card_state { CARD_VALID, CARD_ENDS_SOON, CARD_OVER };
/* A card is valid through its last day; a month before it is said. */
enum card_state card_state_of(int64_t valid_to, int64_t today);

#endif
