/* Kinds of business (主体业态) with their names: a new kind is one line here. Which scales and
 * tables serve a kind is data (rules/). */
#ifndef CONTRACTS_KINDS_H
#define CONTRACTS_KINDS_H

/* OPERATOR_KINDS(KIND): KIND(code, name) for each; name is a sentence of the catalogue. */
#define OPERATOR_KINDS(KIND)                                                                       \
	KIND("restaurant_large", "Large restaurant")                                               \
	KIND("restaurant_medium", "Medium restaurant")                                             \
	KIND("restaurant_small", "Small restaurant")                                               \
	KIND("small_caterer", "Small caterer on file")                                             \
	KIND("fast_food", "Fast-food shop")                                                        \
	KIND("snack", "Snack shop")                                                                \
	KIND("drink_shop", "Drink shop")                                                           \
	KIND("bakery", "Cake and bread shop")                                                      \
	KIND("canteen_school", "School canteen")                                                   \
	KIND("canteen_kindergarten", "Kindergarten canteen")                                       \
	KIND("canteen_work", "Workplace canteen")                                                  \
	KIND("canteen_care", "Canteen of a care home")                                             \
	KIND("central_kitchen", "Central kitchen")                                                 \
	KIND("catering_distributor", "Group-meal distributor")                                     \
	KIND("food_maker", "Food maker")                                                           \
	KIND("workshop", "Food workshop")                                                          \
	KIND("market", "Food market")                                                              \
	KIND("supermarket", "Supermarket")                                                         \
	KIND("convenience_store", "Convenience store")                                             \
	KIND("food_shop", "Food shop")                                                             \
	KIND("wholesaler", "Food wholesaler")                                                      \
	KIND("stall", "Food stall")                                                                \
	KIND("banquet_site", "Banquet site")

#endif
