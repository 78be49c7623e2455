/* A volume in the making, and what stands before and behind its papers: cover, list of contents,
 * closing note (forms 54 to 56). */
#ifndef DOSSIER_VOLUME_FRONT_H
#define DOSSIER_VOLUME_FRONT_H

#include "core/papers/binding.h"
#include "domains/dossier/volume.h"

enum { PARTS_OF_ENTRY = 2 };
struct making {
	struct req *rq;
	struct volume v;
	struct volume_row row;
	struct bound_part *parts; /* PARTS_OF_ENTRY of each entry */
	int64_t *first, *pages;	  /* of each entry */
	size_t n;
};
const struct entry *making_entry(const struct making *m, size_t i);

struct tally {
	int64_t pages, papers, evidence, missing;
};
struct tally volume_tally(const struct making *m, bool side);

/* What the forms need of the case. */
struct known {
	const char *party, *officer1, *officer2, *decision_no, *result, *term, *archivist;
};
enum err volume_known(struct making *m, struct known *k);
enum err volume_cover(struct making *m, const struct known *k, bool side, struct bound_part *part);
enum err volume_contents(struct making *m, bool side, struct bound_part *part);
enum err volume_note(struct making *m, const struct known *k, bool side, struct bound_part *part);

#endif
