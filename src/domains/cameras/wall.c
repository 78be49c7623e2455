/* Many cameras at once. What is shown is in the address, so an officer's own layout is a bookmark.
 */
#include "domains/cameras/play.h"
#include "domains/cameras/watch.h"

#include <string.h>

enum { SIDE_MOST = 4, ROTATE_LEAST_S = 5, ROTATE_MOST_S = 600 };

static int64_t pictures_asked(struct req *rq)
{
	int64_t n = query_int(rq, "n", 4);
	return n == 1 || n == 9 || n == 16 ? n : 4;
}

/* "12,34" as ",12,34,", what the query looks into; "" when nothing of it is a number. */
static const char *ids_asked(struct req *rq)
{
	const char *s = query_text(rq, "ids");
	bool fine = *s && strlen(s) < 400 && strspn(s, "0123456789,") == strlen(s);
	return fine ? arena_printf(rq->arena, ",%s,", s) : "";
}

struct asked {
	int64_t n, area, rotate;
	const char *q, *ids;
};

static const char *link_to(struct req *rq, const struct asked *a, int64_t n, int64_t page)
{
	return arena_printf(rq->arena,
		"/cameras/wall?n=%" PRId64 "&area=%" PRId64 "&q=%s&ids=%s&rotate=%" PRId64
		"&page=%" PRId64,
		n, a->area, url_encode(rq->arena, a->q),
		url_encode(rq->arena, query_text(rq, "ids")), a->rotate, page);
}

static void put_layouts(struct req *rq, const struct asked *a)
{
	struct node *list = put_list(rq->view, "layouts");
	for (int64_t side = 1; side <= SIDE_MOST; side++) {
		struct node *n = put_map(list, NULL);
		put_int(n, "n", side * side);
		put_flag(n, "current", side * side == a->n);
		put_text(n, "href", link_to(rq, a, side * side, 1));
	}
}

static enum err put_areas(struct req *rq, const struct asked *a)
{
	struct node *list = put_list(rq->view, "areas");
	struct rows *r;
	bool more;
	TRY(db_query(rq, &r, "SELECT id, name FROM pub_areas WHERE $1 = 0 OR id = $1 ORDER BY id",
		rq->user->area));
	TRY(rows_next(r, &more));
	while (more) {
		struct node *n = put_map(list, NULL);
		put_int(n, "value", rows_int(r, 0));
		put_text(n, "label", arena_dup(rq->arena, rows_text(r, 1)));
		put_flag(n, "selected", rows_int(r, 0) == a->area);
		TRY(rows_next(r, &more));
	}
	rows_close(r);
	return OK;
}

/* Why there was no picture when the page was made; shown until one comes. */
static void put_lost(struct req *rq, struct node *picture, const char *reason, int64_t since)
{
	if (*reason)
		put_printf(picture, "lost", "%s %s",
			tr(rq, choice_label(stream_reasons, arena_dup(rq->arena, reason))),
			time_text(rq->arena, since));
}

/* One more than fits tells whether there is another page. */
static enum err put_pictures(struct req *rq, const struct asked *a, int64_t page, bool *another)
{
	struct node *list = put_list(rq->view, "pictures");
	struct rows *r;
	bool more;
	int64_t n = 0;
	TRY(db_query(rq, &r,
		"SELECT c.id, c.name, c.url, o.name, CASE WHEN coalesce(s.sub_url, '') <> '' THEN "
		"1 "
		"ELSE 0 END, CASE WHEN t.state = 'lost' THEN t.reason ELSE '' END, t.since"
		" FROM cameras c JOIN pub_operators o ON o.id = c.operator"
		" LEFT JOIN camera_settings s ON s.id = c.id"
		" LEFT JOIN camera_status t ON t.camera = c.id"
		" WHERE c.state = 'open' AND ($1 = 0 OR c.area = $1) AND ($2 = 0 OR c.area = $2)"
		" AND ($3 = '' OR lower(o.name) LIKE lower($4) OR lower(c.name) LIKE lower($4))"
		" AND ($5 = '' OR $5 LIKE '%,' || c.id || ',%')"
		" ORDER BY c.id LIMIT $6 OFFSET $7",
		rq->user->area, a->area, a->q, arena_printf(rq->arena, "%%%s%%", a->q), a->ids,
		a->n + 1, (page - 1) * a->n));
	TRY(rows_next(r, &more));
	for (; more && n < a->n; n++) {
		struct node *p = put_map(list, NULL);
		struct playable c = { rows_int(r, 0),
			arena_printf(rq->arena, "%s · %s", rows_text(r, 3), rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)), rows_int(r, 4) != 0 };
		fill_player(rq, p, &c, a->n >= 9);
		put_printf(p, "href", "/cameras/%" PRId64, c.id);
		put_lost(rq, p, rows_text(r, 5), rows_int(r, 6));
		TRY(rows_next(r, &more));
	}
	*another = more;
	rows_close(r);
	return OK;
}

enum err camera_wall(struct req *rq)
{
	int64_t page_no = query_int(rq, "page", 1), rotate = query_int(rq, "rotate", 0);
	bool another;
	if (rotate && rotate < ROTATE_LEAST_S)
		rotate = ROTATE_LEAST_S;
	struct asked a = { pictures_asked(rq), query_int(rq, "area", 0),
		rotate > ROTATE_MOST_S ? ROTATE_MOST_S : rotate, query_text(rq, "q"),
		ids_asked(rq) };
	if (page_no < 1 || page_no > 10000)
		page_no = 1;
	TRY(put_pictures(rq, &a, page_no, &another));
	TRY(put_areas(rq, &a));
	put_layouts(rq, &a);
	put_int(rq->view, "n", a.n);
	put_int(rq->view, "rotate", a.rotate);
	put_text(rq->view, "q", a.q);
	put_text(rq->view, "ids", query_text(rq, "ids"));
	put_int(rq->view, "page_no", page_no);
	put_text(rq->view, "before", page_no > 1 ? link_to(rq, &a, a.n, page_no - 1) : "");
	put_text(rq->view, "after", another ? link_to(rq, &a, a.n, page_no + 1) : "");
	put_text(rq->view, "first", link_to(rq, &a, a.n, 1));
	return page(rq, "cameras/wall");
}
