/* Private to the app room. */
#ifndef CORE_APP_PRIVATE_H
#define CORE_APP_PRIVATE_H

#include "core/app/app.h"
#include "core/app/session.h"

struct req_private {
	struct conn *conn;
	bool writing, failed_form;
	const struct route *route;
	struct http_reply *reply;
	struct node *body;		 /* a JSON body, parsed */
	const char *error;		 /* translated words of fail() */
	struct node *errors;		 /* list of {field, text} */
	struct witness *rows, *last_row; /* changed since the last fact */
	int64_t cause;
	int depth;
	const struct module *module; /* whose handler or listener runs */
	const struct listen *listen; /* NULL in handlers */
	const struct model *table;   /* of show_table */
	struct list table_rows;
	const struct session *session;
	const char *location, *notice;
	bool answered;	  /* a reply_…() or page() was made */
	bool public_page; /* the same for everybody: no cookie is set, it may be cached */
};

struct req *req_new(struct app *app, struct arena *a, struct conn *c, const struct user *user);
const struct user *user_program(void);
/* After a handler said OK in a transaction: rows changed without a fact undo it. */
enum err req_settled(struct req *rq);
/* Renders an error as a page or JSON. */
void reply_error(struct req *rq, enum err e);
void view_globals(struct req *rq, struct node *globals);
bool wants_json(const struct req *rq);
const char *csrf_token(struct req *rq);
bool csrf_ok(struct req *rq);

#endif
