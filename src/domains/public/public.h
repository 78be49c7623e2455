/* Private to the public room. */
#ifndef PUBLIC_H
#define PUBLIC_H

#include "core/core.h"

/* One business as the public may see it: nothing here is personal. */
struct shop {
	int64_t id;
	const char *name, *licence_no, *kind, *address, *code, *area_name, *colour, *letter, *state;
	int64_t licence_valid_to, since, inspected_at;
};
extern const struct model shop_model;
#define SHOP_COLUMNS                                                                               \
	"o.id, o.name, o.licence_no, o.kind, o.address, o.code, a.name AS area_name, "             \
	"coalesce(g.colour, '') AS colour,"                                                        \
	" coalesce(g.letter, '') AS letter, o.state, o.licence_valid_to, coalesce(g.since, 0) AS " \
	"since,"                                                                                   \
	" coalesce(g.inspected_at, 0) AS inspected_at"
#define SHOP_TABLES                                                                                \
	" FROM pub_operators o JOIN pub_areas a ON a.id = o.area LEFT JOIN pub_grades g ON "       \
	"g.operator = o.id "

/* Adds colour, letter, label (and since) for the partial tricode to a node. */
void put_grade(struct req *rq, struct node *in, const struct shop *s);

enum err public_home(struct req *rq);
enum err public_search(struct req *rq);
enum err public_shop(struct req *rq);
enum err public_qr(struct req *rq);
enum err public_verify(struct req *rq);
enum err public_about(struct req *rq);
enum err public_open_data(struct req *rq);

extern const struct module public_room;

#endif
