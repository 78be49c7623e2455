/* Who is asking: sessions by cookie, machines by token, visitors by nothing. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "core/app/app.h"

struct session {
	const char *token_hash; /* SM3 of the cookie */
	int64_t user, entity, subject, created_at, expires_at, seen_at;
	bool full;	    /* the second factor was given, or none is asked for */
	const char *kind;   /* "user" or "party" */
	const char *holder; /* parties: the delegate's name, "" the party itself */
	const char *powers; /* and what it may do, "" everything */
};

enum {
	SESSION_HOURS = 12,
	IDLE_MINUTES = 60,
};

/* Fills user and session (NULL for visitors) from cookie or bearer token. */
enum err session_find(struct req *rq, const struct user **user, const struct session **session);
/* In a write: opens a session and sets the cookie. */
enum err session_open(struct req *rq, int64_t user, bool full);
/* entity, subject, holder, expires_at of s. */
enum err session_open_party(struct req *rq, const struct session *s);
/* What the docking station of that number in the register says in place of a password:
 * "dock:NUMBER:" and 64 hexadecimal digits that only this house can make. It opens the doors of
 * DOCK; whether the station is still in use is the register's to say. */
const char *dock_key(struct arena *a, const struct app *app, const char *number);
enum err session_make_full(struct req *rq);
enum err session_end(struct req *rq);
/* Keeps a session from idling out; writes at most each five minutes. */
void session_touch(struct app *app, const struct session *s);

#endif
