/* Shared by the tests of this room: a browser of its own, with a jar of cookies and no help from
 * the bench. */
#ifndef CORE_APP_TEST_RAW_H
#define CORE_APP_TEST_RAW_H

#include "harness.h"

enum { JAR = 8 };

struct browser {
	struct bench *b;
	struct http_pair jar[JAR]; /* name NULL: free */
	const char *accept;	   /* NULL: text/html */
	const char *csrf;   /* of the last page that showed a form; NULL or "": none is sent */
	const char *remote; /* NULL: 127.0.0.1 */
	const char *json;   /* sent as the body of the next post, once */
	const char *bearer; /* an Authorization header */
};

struct answer *browse(struct browser *w, const char *path);
/* Names and values of the form follow, ended by NULL. */
struct answer *submit(struct browser *w, const char *path, ...) __attribute__((sentinel));
/* Any method; no form. */
struct answer *ask_with(struct browser *w, const char *method, const char *path);
const char *jar_get(const struct browser *w, const char *name);	      /* NULL when there is none */
void jar_put(struct browser *w, const char *name, const char *value); /* NULL: takes it out */
/* As one of the bench's people, with the token of its session. */
struct browser browser_of(struct bench *b, const char *who);
/* Value of a hidden field; "" when there is none. */
const char *hidden_field(struct bench *b, const struct answer *r, const char *name);
bool header_is(const struct answer *r, const char *name, const char *value);
/* Ends the test with the page when the status is another. */
struct answer *status_is(struct answer *r, int status);
bool says(const struct answer *r, const char *text);

#endif
