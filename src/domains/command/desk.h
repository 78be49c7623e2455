/* Groups of tasks on the desk: private to this room. */
#ifndef COMMAND_DESK_H
#define COMMAND_DESK_H

#include "core/core.h"

struct desk_task {
	const char *label, *href, *hint, *tone, *status;
};
/* A group with its title (an English sentence) and where all of it is; answers its list. */
struct node *desk_group(struct req *rq, struct node *groups, const char *title, const char *href);
void put_task(struct node *tasks, struct desk_task t);

/* desk_tasks.c */
enum err put_key(struct req *rq, struct node *groups); /* desk_key.c */
enum err put_work_group(struct req *rq, struct node *groups);
enum err put_terms(struct req *rq, struct node *groups);
enum err put_case_waits(struct req *rq, struct node *groups); /* desk_cases.c */

#endif
