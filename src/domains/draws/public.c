/* What anybody may see of a draw: the commitment before it, the digest after it, the file once it
 * is published. */
#include "domains/draws/draws.h"

enum { PUBLIC_ROWS = 30, CACHE_S = 30 };

struct public_row {
	int64_t id;
	const char *title, *state;
	int64_t committed_at, drawn_at, published_at;
};
static const struct model public_row_model = MODEL("draws", struct public_row,
	FIELDS(STORED(struct public_row, id, .as = AS_ID), STORED(struct public_row, title),
		STORED(struct public_row, state, .choices = draw_states),
		STORED(struct public_row, committed_at, .as = AS_TIME),
		STORED(struct public_row, drawn_at, .as = AS_TIME),
		STORED(struct public_row, published_at, .as = AS_TIME)));

static void open_to_all(struct req *rq)
{
	if (!rq->user->id)
		reply_cache(rq, *query_text(rq, "lang") ? 0 : CACHE_S);
}

enum err draw_public_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PUBLIC_ROWS);

	TRY(db_all(rq, &public_row_model, &l,
		"SELECT id, title, state, committed_at, drawn_at, published_at FROM draws ORDER BY "
		"committed_at DESC, id DESC LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	open_to_all(rq);
	show_pages(rq, p, &l);
	show_table(rq, "draws", &public_row_model, &l);
	return page(rq, "draws/public_list");
}

/* Before the draw neither the seed nor what was drawn; before publication no names. */
enum err draw_public_page(struct req *rq)
{
	struct draw d;
	struct node *n = put_map(rq->view, "draw");

	TRY(db_one(rq, &draw_model, &d, "SELECT * FROM draws WHERE id = $1", rq->id));
	open_to_all(rq);
	put_printf(n, "id", "%" PRId64, d.id);
	put_text(n, "title", d.title);
	put_text(n, "state", d.state);
	put_text(n, "snapshot", d.snapshot_sm3);
	put_text(n, "commitment", d.commitment);
	put_int(n, "objects", d.objects);
	put_int(n, "take", d.take);
	put_int(n, "inspectors", d.inspectors);
	put_time(n, "committed_at", d.committed_at);
	put_time(n, "drawn_at", d.drawn_at);
	put_time(n, "published_at", d.published_at);
	put_text(n, "result", d.draw_sm3);
	put_int(n, "head_size", d.head_size);
	put_text(n, "head_root", d.head_root);
	put_text(n, "word", d.word);
	put_text(n, "witness", d.witness);
	put_text(n, "reason", d.reason);
	put_flag(n, "withdrawn", text_is(d.state, "withdrawn"));
	put_strata(rq, &d);
	return page(rq, "draws/public_draw");
}

enum err draw_public_file(struct req *rq)
{
	struct draw d;
	struct replay r;
	struct buf file = { .arena = rq->arena, .max = DRAW_FILE_MAX };

	TRY(db_one(rq, &draw_model, &d, "SELECT * FROM draws WHERE id = $1", rq->id));
	if (!d.published_at && (!text_is(d.state, "drawn") || !may(rq, DRAW_READ)))
		return fail(rq, E_NOT_FOUND, "This draw is not published yet.");
	TRY(draw_file_make(rq, &d, &r, &file));
	return reply_bytes(rq, "text/plain; charset=utf-8",
		(struct bytes){ (const uint8_t *)file.s, file.n },
		arena_printf(rq->arena, "draw-%" PRId64 ".txt", d.id));
}
