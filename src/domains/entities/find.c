/* Finding operators by words: a whole number by its index, else by tokens (core/app/finder.h). */
#include "domains/entities/find.h"

#include "core/app/finder.h"

#include <string.h>

#define ROW_COLUMNS                                                                                \
	"o.id, o.name, o.uscc, o.licence_no, o.licence_valid_to, o.kind, o.address,"               \
	" CASE WHEN CAST($1 AS bigint) = 1 THEN a.name ELSE a.name_en END AS town,"                \
	" o.phone, o.state, coalesce(g.colour, 'none') AS colour,"                                 \
	" coalesce(g.letter, '') AS letter, o.code, o.search, coalesce(c.percent, -1) AS complete"
#define ROW_JOINS                                                                                  \
	" LEFT JOIN pub_grades g ON g.operator = o.id"                                             \
	" LEFT JOIN file_completeness c ON c.operator = o.id"

enum { WHOLE_MIN = 6, WHOLE_MAX = 40, WHOLE_ROWS = 200 };

static enum err count(struct req *rq, const struct search_range r[FIND_RANGES], int max, int64_t *n)
{
	return db_int(rq, n,
		"SELECT count(*) FROM ("
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $1 AND $2 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $3 AND $4 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $5 AND $6 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $7 AND $8 UNION ALL "
		"SELECT operator FROM operator_tokens WHERE token BETWEEN $9 AND $10 LIMIT $11) x",
		r[0].from, r[0].to, r[1].from, r[1].to, r[2].from, r[2].to, r[3].from, r[3].to,
		r[4].from, r[4].to, max);
}

/* Those without tokens yet, each looked at. */
static enum err propose_new(struct req *rq, const struct finder *s, struct list *out)
{
	const struct find *f = s->arg;

	return db_all(rq, &operator_row_model, out,
		"SELECT " ROW_COLUMNS
		" FROM operator_unindexed u CROSS JOIN operators o CROSS JOIN areas a" ROW_JOINS
		" WHERE o.id = u.operator AND a.id = o.area"
		" AND (CAST($2 AS bigint) = 0 OR o.area = $2) AND ($3 = '' OR o.kind = $3)"
		" AND ($4 = '' OR coalesce(g.colour, 'none') = $4)"
		" AND o.search || lower(o.code) LIKE $5 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $6 ESCAPE '\\'"
		" AND o.search || lower(o.code) LIKE $7 ESCAPE '\\'"
		" ORDER BY u.operator LIMIT $8",
		rq->zh, f->town, f->kind, f->colour, s->words[0].like, s->words[1].like,
		s->words[2].like, s->new_max);
}

static enum err propose(
	struct req *rq, const struct finder *s, const struct search_range *r, struct list *out)
{
	const struct find *f = s->arg;

	if (!r)
		return propose_new(rq, s, out);
	return db_all(rq, &operator_row_model, out,
		"SELECT * FROM (SELECT " ROW_COLUMNS
		" FROM operator_tokens t CROSS JOIN operators o CROSS JOIN areas a" ROW_JOINS
		" WHERE t.token BETWEEN $2 AND $3 AND (CAST($4 AS bigint) = 0 OR t.area = $4)"
		" AND o.id = t.operator AND a.id = o.area"
		" ORDER BY t.token, t.operator LIMIT $11) x WHERE ($5 = '' OR kind = $5)"
		" AND ($6 = '' OR colour = $6)"
		" AND search || lower(code) LIKE $7 ESCAPE '\\'"
		" AND search || lower(code) LIKE $8 ESCAPE '\\'"
		" AND search || lower(code) LIKE $9 ESCAPE '\\' LIMIT $10",
		rq->zh, r->from, r->to, f->town, f->kind, f->colour, s->words[0].like,
		s->words[1].like, s->words[2].like, s->limit, s->looked);
}

static void look(const void *row, struct find_hit *h)
{
	const struct operator_row *o = row;

	h->id = o->id;
	h->name = o->name;
	h->all = o->search;
	h->codes[0] = o->licence_no;
	h->codes[1] = o->uscc;
	h->codes[2] = o->phone;
	h->codes[3] = o->code;
}

/* ---- whole numbers --------------------------------------------------------- */
/* In capitals, when the question is one word that may be a whole number; else "". */
static const char *whole_number(struct req *rq, const char *q)
{
	char *out = arena_dup(rq->arena, q);
	size_t n = strlen(q);

	if (n < WHOLE_MIN || n > WHOLE_MAX || !strpbrk(q, "0123456789"))
		return "";
	for (char *c = out; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 32);
		else if (!(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9') && *c != '-')
			return "";
	}
	return out;
}

/* Operators with exactly this code, uscc or licence number (one of any of their licences). */
static enum err whole(struct req *rq, const struct find *f, const char *number, struct list *out)
{
	return db_all(rq, &operator_row_model, out,
		"SELECT " ROW_COLUMNS " FROM (SELECT id FROM operators WHERE licence_no = $2 UNION"
		" SELECT id FROM operators WHERE code = $2 UNION"
		" SELECT id FROM operators WHERE uscc = $2 UNION"
		" SELECT operator FROM licences WHERE number = $2 AND state <> 'WITHDRAWN') x"
		" CROSS JOIN operators o CROSS JOIN areas a" ROW_JOINS
		" WHERE o.id = x.id AND a.id = o.area"
		" AND (CAST($3 AS bigint) = 0 OR o.area = $3) AND ($4 = '' OR o.kind = $4)"
		" AND ($5 = '' OR coalesce(g.colour, 'none') = $5)"
		" ORDER BY o.name, o.id LIMIT $6",
		rq->zh, number, f->town, f->kind, f->colour, (int)WHOLE_ROWS);
}

/* The page of the rows. */
static void cut_page(struct paging p, struct list *l)
{
	size_t from = (size_t)p.offset < l->n ? (size_t)p.offset : l->n;

	*l = (struct list){ LIST_OF(struct operator_row, l) + from, l->n - from };
	if (l->n > (size_t)p.limit)
		l->n = (size_t)p.limit;
}

static void copy_rows(struct req *rq, const struct finder *s, struct list *out)
{
	struct operator_row *rows = NEWS(rq->arena, struct operator_row, s->found + 1);

	for (size_t i = 0; i < s->found; i++)
		rows[i] = *(const struct operator_row *)s->hits[i].row;
	*out = (struct list){ rows, s->found };
}

enum err find_operators(struct req *rq, struct find *f, struct paging p, struct list *out)
{
	static const struct find_source source = { count, propose, look,
		sizeof(struct operator_row) };
	struct finder s = {
		.source = &source, .arg = f, .max = p.limit > FIND_MAX ? (size_t)p.limit : FIND_MAX
	};
	const char *number = whole_number(rq, f->q);

	*out = (struct list){ 0 };
	if (*number)
		TRY(whole(rq, f, number, out));
	if (!out->n) {
		find_words(rq, &s, f->q);
		s.filtered = *f->kind || *f->colour;
		TRY(find_rows(rq, &s));
		f->cut = s.cut;
		copy_rows(rq, &s, out);
	}
	cut_page(p, out);
	return OK;
}
