/* The rules of vision by which a lead comes, with their names: vision sends the code, every room
 * that shows a lead says the name. A new rule is one line here and one in rules/vision/rules.json.
 */
#ifndef CONTRACTS_LEAD_RULES_H
#define CONTRACTS_LEAD_RULES_H

/* LEAD_RULES(RULE): RULE(code, name) for each; name is a sentence of the catalogue. */
#define LEAD_RULES(RULE)                                                                           \
	RULE("head_uncovered", "Head uncovered")                                                   \
	RULE("mask_missing", "Mask missing")                                                       \
	RULE("person_off_hours", "Person outside the registered hours")                            \
	RULE("phone_in_hand", "Telephone in hand")                                                 \
	RULE("animal", "Animal")                                                                   \
	RULE("moving_small", "Small moving thing on the floor")                                    \
	RULE("hand_at_mouth", "Hand at the mouth again and again")                                 \
	RULE("camera_covered", "Camera covered")                                                   \
	RULE("camera_moved", "Camera moved")                                                       \
	RULE("camera_frozen", "Picture frozen")                                                    \
	RULE("camera_dark", "Camera dark")                                                         \
	RULE("unstaffed", "Nobody where somebody has to be")

#endif
