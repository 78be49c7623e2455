/* Words for the codes that other rooms show in the one file. A code without a word is shown as it
 * is. */
#ifndef ENTITIES_LABELS_H
#define ENTITIES_LABELS_H

struct label {
	const char *code, *text, *tone;
};

/* grade_labels with the letter, grade_words for beside it */
extern const struct label grade_labels[], grade_words[], inspection_labels[], result_labels[],
	case_labels[], store_labels[], camera_labels[], lead_labels[], rule_labels[],
	paper_labels[], fact_labels[], warning_labels[], complaint_labels[];

const char *label_of(const struct label *all, const char *code);
const char *tone_of(const struct label *all, const char *code); /* "neutral" when unknown */

#endif
