/* Finding businesses for anybody: the tokens of the room of operators propose, and only what is
 * public decides. A telephone or a person finds nothing. */
#include "domains/public/find.h"

#include "core/app/finder.h"

enum { FOUND_MAX = 500, TOWN_MAX = 500 };

const struct model found_model = MODEL("operators", struct found,
	FIELDS(STORED(struct found, id, .as = AS_SECRET), STORED(struct found, code),
		STORED(struct found, name), STORED(struct found, address),
		STORED(struct found, town), STORED(struct found, kind, .choices = kind_words),
		STORED(struct found, letter), STORED(struct found, colour),
		STORED(struct found, licence_no, .as = AS_SECRET),
		STORED(struct found, searched, .as = AS_SECRET)));

/* name, address, licence number, names of the town: what a word has to be in */
#define SEARCHED                                                                                   \
	"lower(o.name || ' ' || o.address || ' ' || o.licence_no || ' ' || a.name || ' ' || "      \
	"a.name_en)"
#define COLUMNS                                                                                    \
	"o.id, o.code, o.name, o.address,"                                                         \
	" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town, o.kind,"        \
	" coalesce(g.letter, '') AS letter, coalesce(g.colour, 'none') AS colour,"                 \
	" o.licence_no, " SEARCHED " AS searched"
#define HOLDS                                                                                      \
	" o.state = 'ACTIVE' AND " SEARCHED " LIKE $2 ESCAPE '\\'"                                 \
	" AND " SEARCHED " LIKE $3 ESCAPE '\\' AND " SEARCHED " LIKE $4 ESCAPE '\\'"
#define GRADES " LEFT JOIN pub_grades g ON g.operator = o.id"

static enum err count(struct req *rq, const struct search_range r[FIND_RANGES], int max, int64_t *n)
{
	return db_int(rq, n,
		"SELECT count(*) FROM ("
		"SELECT token FROM pub_operator_tokens WHERE token BETWEEN $1 AND $2 UNION ALL "
		"SELECT token FROM pub_operator_tokens WHERE token BETWEEN $3 AND $4 UNION ALL "
		"SELECT token FROM pub_operator_tokens WHERE token BETWEEN $5 AND $6 UNION ALL "
		"SELECT token FROM pub_operator_tokens WHERE token BETWEEN $7 AND $8 UNION ALL "
		"SELECT token FROM pub_operator_tokens WHERE token BETWEEN $9 AND $10 LIMIT $11) x",
		r[0].from, r[0].to, r[1].from, r[1].to, r[2].from, r[2].to, r[3].from, r[3].to,
		r[4].from, r[4].to, max);
}

static enum err propose(
	struct req *rq, const struct finder *s, const struct search_range *r, struct list *out)
{
	if (!r)
		return db_all(rq, &found_model, out,
			"SELECT " COLUMNS
			" FROM pub_operators_unindexed u CROSS JOIN pub_operators o CROSS JOIN "
			"pub_areas a" GRADES " WHERE o.id = u.operator AND a.id = o.area AND" HOLDS
			" ORDER BY u.operator LIMIT $5",
			rq->zh, s->words[0].like, s->words[1].like, s->words[2].like, s->new_max);
	return db_all(rq, &found_model, out,
		"SELECT id, code, name, address, town, kind, letter, colour, licence_no, searched "
		"FROM (SELECT " COLUMNS
		", o.state FROM pub_operator_tokens t CROSS JOIN pub_operators o CROSS JOIN "
		"pub_areas a" GRADES
		" WHERE t.token BETWEEN $5 AND $6 AND o.id = t.operator AND a.id = o.area"
		" ORDER BY t.token, t.operator LIMIT $8) x WHERE state = 'ACTIVE' AND searched "
		"LIKE $2 ESCAPE '\\' AND searched LIKE $3 ESCAPE '\\' AND searched LIKE $4 "
		"ESCAPE '\\' LIMIT $7",
		rq->zh, s->words[0].like, s->words[1].like, s->words[2].like, r->from, r->to,
		s->limit, s->looked);
}

static void look(const void *row, struct find_hit *h)
{
	const struct found *f = row;

	h->id = f->id;
	h->name = f->name;
	h->all = f->searched;
	h->codes[0] = f->licence_no;
}

/* A word that is a part of a town's name has no tokens of its own: it proposes that town. */
static enum err towns_of(struct req *rq, struct finder *s, int64_t town[SEARCH_WORDS])
{
	for (size_t i = 0; i < s->n; i++) {
		TRY(db_int(rq, &town[i],
			"SELECT coalesce(min(id), 0) FROM pub_areas"
			" WHERE lower(name || ' ' || name_en) LIKE $1 ESCAPE '\\'",
			s->words[i].spelled ? arena_printf(rq->arena, "%%%s%%", s->words[i].text)
					    : s->words[i].like));
		s->passive[i] = town[i] != 0;
	}
	return OK;
}

/* Businesses of a town when nothing but towns is asked for. */
static enum err keep_town(struct req *rq, struct finder *s, const int64_t town[SEARCH_WORDS])
{
	struct list l;

	for (size_t i = 0; i < s->n; i++)
		if (!town[i])
			return OK;
	TRY(db_all(rq, &found_model, &l,
		"SELECT " COLUMNS " FROM pub_operators o JOIN pub_areas a ON a.id = o.area" GRADES
		" WHERE o.area = $5 AND" HOLDS " ORDER BY o.name, o.id LIMIT $6",
		rq->zh, s->words[0].like, s->words[1].like, s->words[2].like, town[0],
		(int)TOWN_MAX));
	s->cut = l.n == TOWN_MAX;
	find_keep(rq, s, &l);
	return OK;
}

/* The business with exactly this licence number: all of a district begin alike, so tokens would
 * propose each of them. */
static enum err keep_licence(struct req *rq, struct finder *s)
{
	struct list l;
	char *number = arena_dup(rq->arena, s->words[0].text);

	if (s->n != 1)
		return OK;
	for (char *c = number; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
	TRY(db_all(rq, &found_model, &l,
		"SELECT " COLUMNS " FROM pub_operators o JOIN pub_areas a ON a.id = o.area" GRADES
		" WHERE o.licence_no = $5 AND" HOLDS " ORDER BY o.id",
		rq->zh, s->words[0].like, s->words[1].like, s->words[2].like, number));
	find_keep(rq, s, &l);
	return OK;
}

enum err public_find(struct req *rq, struct public_question *x, struct list *out)
{
	static const struct find_source source = { count, propose, look, sizeof(struct found) };
	struct finder s = { .source = &source,
		.max = x->p.limit > FOUND_MAX ? (size_t)x->p.limit : FOUND_MAX };
	int64_t town[SEARCH_WORDS] = { 0 };

	find_words(rq, &s, x->q);
	s.filtered = true; /* what is not public has tokens too */
	TRY(towns_of(rq, &s, town));
	if (s.n)
		TRY(keep_town(rq, &s, town));
	TRY(keep_licence(rq, &s));
	if (!s.found || town[0])
		TRY(find_rows(rq, &s));
	x->cut = s.cut;
	struct found *rows = NEWS(rq->arena, struct found, (size_t)x->p.limit + 1);
	*out = (struct list){ rows, 0 };
	for (size_t i = (size_t)x->p.offset; i < s.found && out->n < (size_t)x->p.limit; i++)
		rows[out->n++] = *(const struct found *)s.hits[i].row;
	return OK;
}
