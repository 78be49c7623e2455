/* Words of schemes, values and reasons. Only the Shanghai letters have a colour: a national letter
 * is never shown as one. */
#include "domains/grading/grading.h"

#include <string.h>

const struct choice scale_schemes[] = {
	{ "SHG", "Shanghai grade and colour", "info" },
	{ "QG", "National grade, dynamic", "neutral" },
	{ "QG_YEAR", "National grade, annual", "neutral" },
	{ "RISK", "Risk level", "neutral" },
	{ "RC", "Risk-credit class", "neutral" },
	{ NULL },
};

const char *scheme_text(const char *scheme)
{
	return choice_label(scale_schemes, scheme);
}

const struct scale_word *scale_word(const char *value)
{
	static const struct scale_word all[] = {
		{ "SHG_A", "A good", "green" },
		{ "SHG_B", "B fair", "yellow" },
		{ "SHG_C", "C poor", "red" },
		{ "SHG_NONE", "Not graded", "neutral" },
		{ "QG_EXCELLENT", "Excellent, national form", "neutral" },
		{ "QG_GOOD", "Good, national form", "neutral" },
		{ "QG_FAIR", "Fair, national form", "neutral" },
		{ "QG_NONE", "No dynamic grade", "neutral" },
		{ "QG_YEAR_A", "A of the year, national form", "neutral" },
		{ "QG_YEAR_B", "B of the year, national form", "neutral" },
		{ "QG_YEAR_C", "C of the year, national form", "neutral" },
		{ "QG_YEAR_NONE", "No annual grade", "neutral" },
		{ "RISK_A", "Risk level A, lowest", "neutral" },
		{ "RISK_B", "Risk level B", "neutral" },
		{ "RISK_C", "Risk level C", "neutral" },
		{ "RISK_D", "Risk level D, highest", "neutral" },
		{ "RC_A", "Credit class A", "neutral" },
		{ "RC_B", "Credit class B", "neutral" },
		{ "RC_C", "Credit class C", "neutral" },
		{ "RC_D", "Credit class D", "neutral" },
		{ "", "Does not apply", "neutral" },
	};
	enum { N = sizeof(all) / sizeof(*all) };
	for (size_t i = 0; i < N; i++)
		if (text_is(all[i].value, value))
			return &all[i];
	return &all[N - 1];
}

/* What a code in a reason means; the code itself when it is a number or unknown. */
static const char *code_text(struct req *rq, const char *code)
{
	static const char *const words[][2] = {
		{ "CONFORM", "Conforms" },
		{ "BASIC_CONFORM", "Conforms in the main" },
		{ "NOT_CONFORM", "Does not conform" },
		{ "PEN_WARN", "Warning" },
		{ "PEN_FINE", "Fine" },
		{ "PEN_CONFISCATE", "Confiscation" },
		{ "PEN_STOP", "Order to stop business" },
		{ "PEN_REVOKE", "Licence revoked" },
		{ "accident", "Food-safety accident" },
		{ "sampling_failed", "A national or provincial sample failed" },
		{ "bad_effect", "A breach with a bad effect on the public" },
		{ "order_disobeyed", "A recall or stop order was not obeyed" },
		{ "obstruction", "An inspection was refused, evaded or blocked" },
		{ "other_raise", "Another reason to raise the risk level" },
		{ "certificate", "GMP or HACCP certificate" },
		{ "award", "Quality award of a government" },
		{ "dynamic", "Dynamic factors" },
		{ "general", "General factors" },
		{ "static", "Static factors" },
		{ "kind", "Kind of business" },
		{ "floor_area", "Floor area, square metres" },
		{ "seats", "Seats" },
		{ "suppliers", "Suppliers" },
		{ "packaged_ambient", "Packaged items, ambient" },
		{ "packaged_chilled", "Packaged items, chilled" },
		{ "packaged_frozen", "Packaged items, frozen" },
		{ "loose_ambient", "Loose items, ambient" },
		{ "loose_chilled", "Loose items, chilled" },
		{ "loose_frozen", "Loose items, frozen" },
		{ "raw", "Raw dishes" },
		{ "cold", "Dishes served cold" },
		{ "pastry", "Cakes and pastry" },
		{ "hot", "Hot dishes" },
		{ "drinks", "Drinks made on the spot" },
		{ "other", "Other dishes" },
		{ "perishable", "Mostly perishable food" },
		{ "food_class", "Classes of food made" },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i][0], code) == 0)
			return tr(rq, words[i][1]);
	return code;
}

static const char *colour_of(const char *letter)
{
	static const char *const colours[][2] = { { "A", "green" }, { "B", "yellow" },
		{ "C", "red" } };
	for (size_t i = 0; i < 3; i++)
		if (strcmp(colours[i][0], letter) == 0)
			return colours[i][1];
	return "";
}

/* "floor_area:120", "kind:bakery" of a risk profile in words; any other code as code_text(). */
static const char *about_text(struct req *rq, const char *about)
{
	const char *colon = strchr(about, ':');

	if (!colon)
		return code_text(rq, about);
	const char *fact = arena_copy(rq->arena, about, (size_t)(colon - about));
	if (text_is(fact, "perishable"))
		return arena_printf(rq->arena, "%s: %s", code_text(rq, fact),
			tr(rq, text_is(colon, ":1") ? "yes" : "no"));
	return arena_printf(rq->arena, "%s: %s", code_text(rq, fact),
		text_is(fact, "kind") ? tr(rq, choice_label(business_kinds, colon + 1))
				      : colon + 1);
}

static void put_reason(struct req *rq, struct node *list, const struct node *l)
{
	const char *key = node_text(l, "key", ""), *effect = node_text(l, "effect", "");
	const char *about = node_text(l, "about", ""), *colour = colour_of(effect);
	int64_t at = node_int(l, "at", 0), until = node_int(l, "until", 0);
	struct node *n = put_map(list, NULL);

	put_text(n, "key", key);
	put_text(n, "text", tr(rq, grade_line_text(key)));
	put_text(n, "about", *about ? about_text(rq, about) : "");
	put_text(n, "value",
		text_is(key, "not_covered") ? "" : code_text(rq, node_text(l, "value", "")));
	put_text(n, "effect", effect);
	put_text(n, "effect_text", *effect && !*colour ? tr(rq, scale_word(effect)->text) : "")
		->hidden = true;
	put_text(n, "colour", colour)->hidden = true;
	put_text(n, "letter", effect)->hidden = true;
	put_text(n, "label",
		*colour ? tr(rq, text_is(effect, "A")	 ? "Good"
				  : text_is(effect, "B") ? "Fair"
							 : "Poor")
			: "")
		->hidden = true;
	put_text(n, "day", at ? date_text(rq->arena, at) : "");
	/* the moment it ends is the midnight after its last day */
	put_text(n, "last_day", until ? date_text(rq->arena, until - DAY) : "");
	put_text(n, "source", node_text(l, "source", ""));
}

void put_reasons(struct req *rq, struct node *in, const char *why)
{
	struct node *list = put_list(in, "why"), *lines;
	struct fault f = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)why, strlen(why) }, &lines, &f))
		return;
	NODE_EACH (l, lines)
		put_reason(rq, list, l);
}

const struct choice business_kinds[] = {
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
