/* Where a matter came from, when no camera and no inspection brought it: a complaint, a test,
 * another office (O2 article 18). Registered by hand; the pre-check counts from the day it was
 * received. */
#ifndef CASES_SOURCES_H
#define CASES_SOURCES_H

#include "domains/cases/ordinary.h"

struct source {
	int64_t id, version, case_id;
	const char *kind, *from_whom, *document;
	int64_t received_at; /* local midnight, ms */
	const char *words, *sm3, *sha256, *type;
	int64_t registered_by, registered_at;
};

extern const struct model source_model;
/* A new decision that a review body or a court ordered: comes by itself (anew.c). */
#define SOURCE_ANEW "anew"

/* The first source of the case; id 0 when it came by itself. */
enum err source_load(struct req *rq, int64_t case_id, struct source *s);
/* "其他部门移送（区农业农村委，〔2026〕3号）", for papers. */
const char *source_zh(struct req *rq, const struct source *s);
/* Fills the list "sources" of the case's page. */
enum err put_sources(struct req *rq, int64_t case_id);

/* GET, POST /cases/new?operator=ID; GET /cases/:id/sources/:id2, its file. */
enum err source_form(struct req *rq);
enum err source_register(struct req *rq);
enum err source_file(struct req *rq);

#endif
