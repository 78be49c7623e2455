/* What anybody may read: the list of published penalties, the page of one. Of what has ended or was
 * withdrawn nothing is told but that, and the reason the law wants told (令45 11). */
#include "core/app/search.h"
#include "domains/publications/publications.h"

/* Not kept by any cache: a withdrawal works at once. */
enum { OPEN_ROWS = 30, CACHE_S = 0, Q_CHARS = 60 };

struct open_row {
	const char *code, *party, *party_no, *number, *act_name, *kinds;
	int64_t fine_fen, confiscated_fen, decided_at, published_at, public_until, corrected_at;
};
static const struct model open_model = MODEL("pub_publications", struct open_row,
	FIELDS(STORED(struct open_row, code), STORED(struct open_row, party),
		STORED(struct open_row, party_no), STORED(struct open_row, number),
		STORED(struct open_row, act_name), STORED(struct open_row, kinds),
		STORED(struct open_row, fine_fen, .as = AS_FEN),
		STORED(struct open_row, confiscated_fen, .as = AS_FEN),
		STORED(struct open_row, decided_at, .as = AS_DATE),
		STORED(struct open_row, published_at, .as = AS_DATE),
		STORED(struct open_row, public_until, .as = AS_DATE),
		STORED(struct open_row, corrected_at, .as = AS_DATE)));

static void open_to_all(struct req *rq)
{
	if (!rq->user->id)
		reply_cache(rq, *query_text(rq, "lang") ? 0 : CACHE_S);
}

enum err penalty_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, OPEN_ROWS);
	const char *q = query_text(rq, "q");

	if (utf8_length(q) > Q_CHARS)
		return fail(rq, E_INVALID, "At most %d characters, please.", (int)Q_CHARS);
	TRY(db_all(rq, &open_model, &l,
		"SELECT code, party, party_no, number, act_name, kinds, fine_fen, confiscated_fen, "
		"decided_at, published_at, public_until, corrected_at FROM publications WHERE "
		"state = 'public' AND public_until >= $1 AND ($2 = '' OR lower(party) LIKE "
		"lower($3) ESCAPE '\\' OR lower(act_name) LIKE lower($3) ESCAPE '\\' OR number = "
		"$2 "
		"OR party_no = $2) ORDER BY published_at DESC, id DESC LIMIT $4 OFFSET $5",
		rq->now, q, like_of(rq->arena, q), p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *n = show_table(rq, "penalties", &open_model, &l)->first;
	for (struct open_row *r = LIST_OF(struct open_row, &l);
		n && r < LIST_END(struct open_row, &l); r++, n = n->next) {
		struct published x = { .kinds = r->kinds,
			.fine_fen = r->fine_fen,
			.confiscated_fen = r->confiscated_fen };
		put_text(n, "penalty", publication_penalty(rq, &x));
	}
	put_text(rq->view, "q", q);
	open_to_all(rq);
	return page(rq, "publications/penalties");
}

static void put_public(struct req *rq, const struct published *p)
{
	struct node *n = put_map(rq->view, "penalty");
	struct node *list = put_list(rq->view, "paragraphs");

	put_text(n, "number", p->number);
	put_text(n, "party", p->party);
	put_text(n, "party_no", p->party_no);
	put_text(n, "act_name", p->act_name);
	put_text(n, "penalty", publication_penalty(rq, p));
	put_text(n, "authority", setting(rq, "bureau", "市场监督管理局"));
	put_time(n, "decided_at", p->decided_at)->display = date_text(rq->arena, p->decided_at);
	put_time(n, "published_at", p->published_at)->display =
		date_text(rq->arena, p->published_at);
	put_time(n, "until", p->public_until)->display = date_text(rq->arena, p->public_until);
	put_text(n, "correction", p->correction);
	put_text(n, "corrected_on", p->corrected_at ? date_text(rq->arena, p->corrected_at) : "");
	for (const char *words = p->words; *words;) {
		size_t k = 0;
		while (words[k] && words[k] != '\n')
			k++;
		put_text(put_map(list, NULL), "text", arena_copy(rq->arena, words, k));
		words += k + (words[k] == '\n');
	}
}

/* 410: it was there, and is no more. Neither party nor act nor number are told. */
static void put_gone(struct req *rq, const struct published *p)
{
	bool withdrawn = text_is(p->state, "withdrawn");
	struct node *n = put_map(rq->view, "gone");

	rq->status = 410;
	put_flag(n, "withdrawn", withdrawn);
	put_text(n, "on",
		date_text(rq->arena, withdrawn	   ? p->withdrawn_at
				     : p->ended_at ? p->ended_at
						   : p->public_until));
	put_text(n, "fault", withdrawn ? tr(rq, choice_label(publication_faults, p->fault)) : "");
	put_text(n, "reason", withdrawn ? p->withdrawn_why : "");
}

enum err penalty_page(struct req *rq)
{
	struct published p;
	enum err e = db_one(rq, &published_model, &p,
		"SELECT * FROM publications WHERE code = $1 AND published_at > 0", rq->key);

	if (e == E_NOT_FOUND)
		return fail(rq, e, "No published penalty has this address.");
	TRY(e);
	open_to_all(rq);
	if (text_is(p.state, "public") && p.public_until >= rq->now)
		put_public(rq, &p);
	else
		put_gone(rq, &p);
	return page(rq, "publications/penalty");
}
