/* Words for the codes that other rooms show the public. A code without a word is shown as it is. */
#ifndef PUBLIC_WORDS_H
#define PUBLIC_WORDS_H

#include "core/model/model.h"

extern const struct choice colour_words[], kind_words[], inspection_words[], result_words[],
	penalty_words[];

/* "neutral" when unknown */
const char *choice_tone(const struct choice *all, const char *code);

#endif
