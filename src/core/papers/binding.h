/* Papers, pages of evidence and files that people brought, bound into one PDF by libqpdf in a child
 * without rights (core/proc/apart.h). Signature fields are left out: a signature holds for the
 * paper's own file, not for what it is bound into. Everything lives in rq->arena. */
#ifndef CORE_PAPERS_BINDING_H
#define CORE_PAPERS_BINDING_H

#include "core/app/req.h"

struct bound_part {
	struct bytes pdf;
	bool numbered; /* its pages carry numbers that run through all such parts */
	int64_t pages; /* set by papers_count; 0: no PDF that can be bound, it is left out */
	int64_t first; /* set by papers_count: number of its first page; 0 without */
};

enum { BIND_PARTS = 1300, BIND_PAGES = 5000 };
/* Pages and numbers of all parts, which may be empty. E_TOO_LARGE above BIND_PARTS or BIND_PAGES.
 */
enum err papers_count(struct req *rq, struct bound_part *parts, size_t n);
/* Binds the parts as counted, in their order. The same parts give the same bytes. */
enum err papers_bind(struct req *rq, const struct bound_part *parts, size_t n, struct bytes *out);

/* A piece of evidence as pages: title, the picture (JPEG or PNG, in the store; "" for none), lines
 * below. *shown: the picture could be set. */
struct evidence_page {
	const char *title, *lines, *sm3;
	int64_t at;
};
enum err paper_of_evidence(
	struct req *rq, const struct evidence_page *p, struct bytes *pdf, bool *shown);

#endif
