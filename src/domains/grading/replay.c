/* Grades as they were at a past moment: out of what was known then, under the rules in force then.
 * Reads nothing of what is on file, so that the two can be compared. */
#include "domains/grading/grading.h"

enum err grades_replay(struct req *rq, int64_t operator, int64_t at, struct settling *out)
{
	struct scale_book *book = NEW(rq->arena, struct scale_book);
	struct material *m = NEW(rq->arena, struct material);

	TRY(book_load(rq, at, NULL, book));
	TRY(material_load(rq, operator, at, m));
	*out = (struct settling){ .book = book, .m = m };
	settling_compute(rq->arena, out);
	return OK;
}
