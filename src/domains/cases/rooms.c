/* The rooms beside a case: what service, fines, measures and publication keep of it, and the way
 * there. A room is offered when it has something of this case and this person may open it. */
#include "domains/cases/rooms.h"

enum err rooms_load(struct req *rq, int64_t case_id, struct rooms *out)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT (SELECT count(*) FROM pub_services WHERE case_id = $1), (SELECT count(*) "
		"FROM pub_services WHERE case_id = $1 AND (state = 'served' OR way = "
		"'electronic')), (SELECT count(*) FROM "
		"pub_fines WHERE case_id = $1), (SELECT count(*) FROM pub_measures WHERE case_id = "
		"$1), coalesce((SELECT max(due) FROM pub_fines WHERE case_id = $1 AND state <> "
		"'settled'), 0), coalesce((SELECT sum(owed_fen) FROM pub_fines WHERE case_id = $1 "
		"AND state <> 'settled'), 0), coalesce((SELECT max(id) FROM "
		"pub_publications_of_cases WHERE case_id = $1), 0), coalesce((SELECT max(id) FROM "
		"pub_appraisals WHERE case_id = $1), 0)",
		case_id));
	TRY(rows_next(r, &more));
	*out = (struct rooms){ .services = rows_int(r, 0),
		.served = rows_int(r, 1),
		.fines = rows_int(r, 2),
		.measures = rows_int(r, 3),
		.pay_due = rows_int(r, 4),
		.owed_fen = rows_int(r, 5),
		.publication = rows_int(r, 6),
		.appraisal = rows_int(r, 7) };
	rows_close(r);
	return OK;
}

struct way {
	bool there;
	const char *label, *address;
};

static void put_ways(struct req *rq, const char *base, const struct way *ways, size_t n)
{
	struct node *list = put_list(rq->view, "links");

	list->hidden = true;
	for (size_t i = 0; i < n; i++) {
		if (!ways[i].there)
			continue;
		struct node *to = put_map(list, NULL);
		put_text(to, "label", tr(rq, ways[i].label));
		put_text(to, "href",
			*ways[i].address == '/'
				? ways[i].address
				: arena_printf(rq->arena, "%s%s%s", base,
					  *ways[i].address == '#' ? "" : "/", ways[i].address));
	}
}

void put_rooms(struct req *rq, const struct course *k, const struct rooms *r)
{
	const struct case_row *c = &k->c;
	bool own = rq->user->id == c->officer1 || rq->user->id == c->officer2;
	bool mine = may(rq, CASE_WRITE) && own;
	bool runs = c->filed_at && !c->closed_at;
	const struct way ways[] = { { true, "Evidence, file by file", "evidence" },
		{ true, "Papers", "papers" }, { r->services > 0, "Service of papers", "service" },
		{ r->fines > 0, "Fine", "fine" },
		{ r->measures > 0 || (mine && runs), "Goods and evidence held", "measures" },
		{ r->publication > 0, "Publication",
			arena_printf(rq->arena, "/publications/%" PRId64, r->publication) },
		{ c->closed_at > 0, "Archive volume", "volume" },
		{ r->appraisal > 0 && (own || may(rq, APPRAISAL_READ)), "Appraisal",
			arena_printf(rq->arena, "/appraised/%" PRId64, r->appraisal) },
		{ !c->closed_at, "Calendar of the cases", "/cases/calendar" },
		{ true, "History", "#history" } };

	put_ways(rq, arena_printf(rq->arena, "/cases/%" PRId64, c->id), ways,
		sizeof(ways) / sizeof(*ways));
}

void put_my_rooms(struct req *rq, const struct course *k, const struct rooms *r)
{
	const struct case_row *c = &k->c;
	bool itself = !*rq->user->link_powers;
	const struct way ways[] = { { r->served > 0, "Papers that reached you", "papers" },
		{ r->fines > 0, "Your fine", "fine" },
		{ r->measures > 0, "What is held of yours", "measures" },
		{ r->publication > 0, "What is published of you", "publication" },
		{ !c->closed_at, "Ask for a hearing, another officer, or more time", "ask" },
		{ itself && !c->closed_at, "Somebody who acts for you", "delegate" } };

	put_ways(rq, arena_printf(rq->arena, "/my/cases/%" PRId64, c->id), ways,
		sizeof(ways) / sizeof(*ways));
}
