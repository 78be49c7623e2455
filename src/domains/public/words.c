#include "domains/public/words.h"

#include "contracts/kinds.h"

/* The faces of the Shanghai scheme (餐饮脸谱); never the national 优秀/良好/一般. */
const struct choice colour_words[] = {
	{ "green", "Good", "green" },
	{ "yellow", "Fair", "yellow" },
	{ "red", "Poor", "red" },
	{ "none", "Not graded yet", "neutral" },
	{ NULL },
};

#define KIND(code, name) { code, name },
const struct choice kind_words[] = { OPERATOR_KINDS(KIND){ NULL } };

const struct choice inspection_words[] = {
	{ "INSP_ROUTINE", "Routine inspection" },
	{ "INSP_UNANNOUNCED", "Unannounced inspection" },
	{ "INSP_SYSTEM", "System inspection" },
	{ "INSP_OFFSITE", "Check by video" },
	{ "INSP_GRADING", "Grading inspection" },
	{ "INSP_RANDOM", "Random inspection" },
	{ "INSP_SPECIAL", "Special inspection" },
	{ "INSP_RECHECK", "Re-inspection" },
	{ NULL },
};

const struct choice result_words[] = {
	{ "CONFORM", "Conforms", "green" },
	{ "BASIC_CONFORM", "Conforms in the main", "yellow" },
	{ "NOT_CONFORM", "Does not conform", "red" },
	{ NULL },
};

const struct choice penalty_words[] = {
	{ "PEN_CRITICISM", "Public criticism" },
	{ "PEN_FINE", "Fine" },
	{ "PEN_CONFISCATE", "Confiscation" },
	{ "PEN_STOP", "Business stopped" },
	{ "PEN_REVOKE", "Licence revoked" },
	{ NULL },
};

const char *choice_tone(const struct choice *all, const char *code)
{
	for (; all->code; all++)
		if (text_is(all->code, code) && all->tone)
			return all->tone;
	return "neutral";
}
