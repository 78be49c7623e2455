#include "domains/public/words.h"

/* The faces of the Shanghai scheme (餐饮脸谱); never the national 优秀/良好/一般. */
const struct choice colour_words[] = {
	{ "green", "Good", "green" },
	{ "yellow", "Fair", "yellow" },
	{ "red", "Poor", "red" },
	{ "none", "Not graded yet", "neutral" },
	{ NULL },
};

const struct choice kind_words[] = {
	{ "restaurant_large", "Large restaurant" },
	{ "restaurant_medium", "Medium restaurant" },
	{ "restaurant_small", "Small restaurant" },
	{ "small_caterer", "Small caterer on file" },
	{ "fast_food", "Fast-food shop" },
	{ "snack", "Snack shop" },
	{ "drink_shop", "Drink shop" },
	{ "bakery", "Cake and bread shop" },
	{ "canteen_school", "School canteen" },
	{ "canteen_kindergarten", "Kindergarten canteen" },
	{ "canteen_work", "Workplace canteen" },
	{ "canteen_care", "Canteen of a care home" },
	{ "central_kitchen", "Central kitchen" },
	{ "catering_distributor", "Group-meal distributor" },
	{ "food_maker", "Food maker" },
	{ "workshop", "Food workshop" },
	{ "market", "Food market" },
	{ "supermarket", "Supermarket" },
	{ "convenience_store", "Convenience store" },
	{ "food_shop", "Food shop" },
	{ "wholesaler", "Food wholesaler" },
	{ "stall", "Food stall" },
	{ "banquet_site", "Banquet site" },
	{ NULL },
};

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
