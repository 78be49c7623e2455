/* Entries of the one file made by hand, and what they add to its completeness: private to this
 * room, but for the demonstration. */
#ifndef ENTITIES_ENTRIES_H
#define ENTITIES_ENTRIES_H

#include "domains/entities/entities.h"
#include "domains/entities/file_rules.h"

struct file_entry {
	int64_t id, version, operator;
	const char *kind;
	int64_t at, until; /* local midnights; until 0: no end */
	const char *title, *parties, *remarks, *state, *file_name, *file_type, *sm3, *sha256;
	int64_t entered_by, entered_at;
};
extern const struct model file_entry_model;

/* Adds a checked entry; state, who and when are filled in. Tells file.entry_added. */
enum err entry_add(struct req *rq, struct file_entry *e);

/* ---- screens --------------------------------------------------------------- */
enum err entry_new(struct req *rq);
enum err entry_create(struct req *rq);
enum err entry_page(struct req *rq);
enum err entry_correct(struct req *rq);
enum err entry_file(struct req *rq);

/* ---- file_contents.c: the sections that this room holds itself ------------- */
struct file_view {
	struct file_facts facts;
	int64_t count[FILE_SECTIONS]; /* rows of each section, of those that are counted */
	struct list entries;
	struct node *notices; /* rows of the section of public notices */
};
enum err put_entries(struct req *rq, struct file_view *v);
enum err put_notices(struct req *rq, struct file_view *v);
/* What of the file is there and what is missing, section by section; after all sections. */
enum err put_contents(struct req *rq, const struct file_view *v);

/* ---- completeness.c -------------------------------------------------------- */
/* Computes a file's completeness anew and keeps it. */
enum err completeness_keep(struct req *rq, int64_t operator);
enum err completeness_every_minute(struct req *rq);
enum err completeness_job_run(struct req *rq, const struct job *j, void *result);
/* Towns and their files: the goal is 100 %. */
enum err completeness_page(struct req *rq);
/* The files that are not complete, those that lack most first; ?area= */
enum err incomplete_list(struct req *rq);

#endif
