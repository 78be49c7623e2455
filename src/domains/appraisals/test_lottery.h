/* The draw of a round made again with nothing but the published texts, SM3, HMAC-SM3 and
 * docs/DRAW.md; nothing of the program's own draw is called. */
#ifndef APPRAISALS_TEST_LOTTERY_H
#define APPRAISALS_TEST_LOTTERY_H

#include "core/ledger/crypto.h"

/* The file of the draw as it has to be, from the list and from seed and contribution of the file;
 * ends the test when list, seed and commitment do not fit each other. */
const char *lottery_again(struct arena *a, const char *list, const char *draw);

#endif
