/* What a node tells the web process of itself when it asks for its cameras. */
#ifndef WORKERS_MEDIA_LEASE_H
#define WORKERS_MEDIA_LEASE_H

#include "core/base/base.h"

enum { NODE_NAME_MAX = 60 };

struct lease_request {
	const char *node;
	int64_t capacity;	   /* so many cameras at most */
	const char *push_at;	   /* HOST:PORT publishers connect to, HOST may be ""; or NULL */
	bool takes_push, takes_gb; /* what its doors let in, beside what it fetches itself */
	int64_t disk_total, disk_free; /* bytes of the recordings' file system; 0: not known */
	int64_t recorded;	       /* bytes of the recordings; 0: not known to this node */
	int64_t oldest_ms;	       /* UTC: where they begin; 0 as above */
};

/* True for 1 to 60 of A-Z a-z 0-9 . _ -, not beginning with a dot. */
bool node_name_valid(const char *name);

/* This machine's name, made valid. */
char *node_name_usual(struct arena *a);

/* Fills the disk's members from the folder's file system. */
void lease_look_at_disk(struct lease_request *r, const char *folder);

/* {"node","capacity","takes":[...],"disk_total","disk_free","recorded","oldest","push_at"} */
char *lease_json(struct arena *a, const struct lease_request *r);

#endif
