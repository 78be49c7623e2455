/* Private to the room of the public. */
#ifndef PUBLIC_H
#define PUBLIC_H

#include "core/core.h"
#include "domains/public/rules.h"
#include "domains/public/words.h"

extern const struct module public_room;

enum { CACHE_PAGE = 60, CACHE_CODE = 24 * 60 * 60, CACHE_DATA = 60 * 60, CACHE_TEXT = 5 * 60 };

/* The answer is the same for everybody who is not signed in: cached so long, and without a cookie.
 * After a change of language it is not cached, because the cookie of the language goes with it. */
void open_page(struct req *rq, int seconds);

/* All rows of a list, by the rule public/fields in force. */
struct publication {
	const char *section;
	const struct model *model;
};
enum err publish(struct req *rq, const struct publication *p, struct list *l);

/* screens */
enum err public_start(struct req *rq);
enum err public_about(struct req *rq);
enum err public_verify(struct req *rq);
enum err public_search(struct req *rq);
enum err public_operator(struct req *rq);
enum err public_code_picture(struct req *rq);
enum err public_data(struct req *rq);

#endif
