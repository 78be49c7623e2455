/* The ledger, open to whoever watches: facts with filters, one fact with the proof that it stands
 * in the signed tree, the signed heads and the keys they were signed with. */
#include "domains/command/command.h"

#include <string.h>

enum { PAGE_ROWS = 50, HEADS_SHOWN = 8, HEADS_PUBLIC = 100 };

/* ---- list ----------------------------------------------------------------------------------- */
struct fact_line {
	int64_t seq, at;
	const char *name, *actor_name;
	int64_t subject, entity;
	const char *operator_name;
	int64_t cause;
	const char *data;
};
static const struct model fact_model = MODEL("ledger", struct fact_line,
	FIELDS(STORED(struct fact_line, seq), STORED(struct fact_line, at, .as = AS_TIME),
		STORED(struct fact_line, name), STORED(struct fact_line, actor_name),
		STORED(struct fact_line, subject, .as = AS_ID),
		STORED(struct fact_line, entity, .as = AS_ID),
		STORED(struct fact_line, operator_name), STORED(struct fact_line, cause),
		STORED(struct fact_line, data)));

/* The operator named by its id, public code or licence number; 0: none was asked for; -1: there is
 * none. */
static enum err entity_of(struct req *rq, const char *text, int64_t *id)
{
	*id = 0;
	if (!*text)
		return OK;
	return db_int(rq, id,
		"SELECT coalesce(max(id), -1) FROM pub_operators"
		" WHERE CAST(id AS text) = $1 OR code = $1 OR licence_no = $1",
		text);
}

#define FACT_COLUMNS                                                                               \
	"SELECT l.seq, l.at, l.name, l.actor_name, l.subject, l.entity,"                           \
	" coalesce(o.name, '') AS operator_name, l.cause, l.data"                                  \
	" FROM pub_ledger l LEFT JOIN pub_operators o ON o.id = l.entity"

/* A statement for each way to look, so that each goes by its own index. */
static enum err facts_find(struct req *rq, const char *name, int64_t entity, struct list *l)
{
	struct paging p = paging(rq, PAGE_ROWS);

	if (entity)
		TRY(db_all(rq, &fact_model, l,
			FACT_COLUMNS " WHERE l.entity = $1 AND ($2 = '' OR l.name = $2)"
				     " ORDER BY l.seq DESC LIMIT $3 OFFSET $4",
			entity, name, p.limit, p.offset));
	else if (*name)
		TRY(db_all(rq, &fact_model, l,
			FACT_COLUMNS " WHERE l.name = $1 ORDER BY l.seq DESC LIMIT $2 OFFSET $3",
			name, p.limit, p.offset));
	else
		TRY(db_all(rq, &fact_model, l,
			FACT_COLUMNS " ORDER BY l.seq DESC LIMIT $1 OFFSET $2", p.limit, p.offset));
	show_pages(rq, p, l);
	return OK;
}

static void put_words(struct req *rq, struct node *list)
{
	for (struct node *n = list->first; n; n = n->next) {
		const char *name = node_text(n, "name", "");
		put_text(n, "sentence", fact_text(rq, name));
		put_text(n, "href", fact_href(rq, name, node_int(n, "subject", 0)))->hidden = true;
		put_text(n, "known", node_text(n, "operator_name", ""))->hidden = true;
	}
}

static void put_names(struct req *rq, const char *chosen)
{
	struct node *list = put_list(rq->view, "names");

	list->hidden = true;
	for (const struct fact_word *w = fact_table; w->code; w++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "value", w->code);
		put_text(n, "label", tr(rq, w->text));
		put_flag(n, "selected", text_is(w->code, chosen));
	}
}

/* ---- heads ---------------------------------------------------------------------------------- */
static enum err put_heads(struct req *rq, int limit)
{
	struct node *list = put_list(rq->view, "heads");
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT size, at, root, key_id, signature, previous, key_from, key_until FROM "
		"pub_heads ORDER BY size DESC LIMIT $1",
		limit));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct tree_head h = { .size = rows_int(r, 0),
			.at = rows_int(r, 1),
			.key_id = arena_dup(rq->arena, rows_text(r, 3)),
			.previous = rows_int(r, 5),
			.key_from = rows_int(r, 6),
			.key_until = rows_int(r, 7) };
		struct node *n = put_map(list, NULL);
		if (!digest_parse(rows_text(r, 2), &h.root))
			return fail(rq, E_INTERNAL, "a head has no proper root");
		put_int(n, "size", h.size);
		put_time(n, "at", h.at);
		put_int(n, "at_ms", h.at);
		put_text(n, "root", digest_hex(rq->arena, &h.root));
		put_text(n, "key_id", h.key_id);
		put_text(n, "signature", arena_dup(rq->arena, rows_text(r, 4)));
		put_text(n, "signed", signed_bytes(rq->arena, "head", head_text(rq->arena, &h)));
	}
	rows_close(r);
	return OK;
}

enum err ledger_heads(struct req *rq)
{
	TRY(put_heads(rq, HEADS_PUBLIC));
	if (!rq->user->id)
		reply_cache(rq, MINUTE / SECOND);
	return reply_json(rq);
}

enum err ledger_key(struct req *rq)
{
	uint8_t id[8];

	if (strlen(rq->key) != 2 * sizeof(id) || !hex_decode(id, rq->key, sizeof(id)))
		return fail(rq, E_NOT_FOUND, "There is no such key.");
	return reply_file(rq, arena_printf(rq->arena, "keys/public/%s.pem", rq->key),
		"application/x-pem-file");
}

enum err ledger_list(struct req *rq)
{
	const char *name = query_text(rq, "name"), *entity = query_text(rq, "entity");
	struct list l;
	int64_t id;

	TRY(entity_of(rq, entity, &id));
	TRY(facts_find(rq, name, id, &l));
	put_words(rq, show_table(rq, "facts", &fact_model, &l));
	put_names(rq, name);
	put_text(rq->view, "entity", entity);
	TRY(put_heads(rq, HEADS_SHOWN));
	return page(rq, "command/ledger");
}

/* ---- one fact -------------------------------------------------------------------------------- */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);

	put_text(n, "label", tr(rq, label));
	put_text(n, "value", *value ? value : "—");
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static void put_summary(struct req *rq, const struct fact_line *f)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	put_row(rq, rows, "Fact number", arena_printf(rq->arena, "#%" PRId64, f->seq));
	put_row(rq, rows, "Time", time_text(rq->arena, f->at));
	put_row(rq, rows, "Name of the fact", f->name);
	put_row(rq, rows, "By", f->actor_name);
	put_row(rq, rows, "Business", f->operator_name);
	put_row(rq, rows, "Thing",
		f->subject ? arena_printf(rq->arena, "%" PRId64, f->subject) : "");
	if (f->cause)
		put_row(rq, rows, "Followed from", arena_printf(rq->arena, "#%" PRId64, f->cause));
}

/* The members of the data, one a row, as they were written. */
static void put_data(struct req *rq, const char *data)
{
	struct node *list = put_list(rq->view, "members"), *all;
	struct fault why = { 0 };

	list->hidden = true;
	if (json_parse(
		    rq->arena, (struct bytes){ (const uint8_t *)data, strlen(data) }, &all, &why))
		return;
	NODE_EACH (m, all) {
		struct node *n = put_map(list, NULL);
		bool inner = m->type == NODE_MAP || m->type == NODE_LIST;
		put_text(n, "label", m->name ? m->name : "");
		put_text(n, "value", inner ? json_text(rq, m) : node_text(m, "", ""));
	}
}

static void put_path(struct req *rq, struct node *n, const struct proof *p)
{
	struct node *path = put_list(n, "path");
	bool left[PROOF_MAX];

	proof_sides(p, left);
	for (int i = 0; i < p->n; i++) {
		struct node *step = put_map(path, NULL);
		put_text(step, "side", left[i] ? "left" : "right");
		put_text(step, "word", left[i] ? tr(rq, "left") : tr(rq, "right"))->hidden = true;
		put_text(step, "digest", digest_hex(rq->arena, &p->path[i]));
	}
}

/* That the fact stands in the tree of the last signed head; nothing while no head covers it. */
static enum err put_proof(struct req *rq, int64_t seq)
{
	struct fault why = { 0 };
	struct tree_head head;
	struct proof p;
	struct node *n;

	put_flag(rq->view, "covered", false);
	if (ledger_last_head(rq_conn(rq), rq->arena, &head) || head.size < seq)
		return OK;
	if (ledger_inclusion(rq_conn(rq), seq, head.size, &p, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	put_flag(rq->view, "covered", true);
	n = put_map(rq->view, "proof");
	put_flag(n, "holds", proof_holds(&p) && memcmp(&p.root, &head.root, DIGEST) == 0);
	put_int(n, "seq", seq);
	put_int(n, "size", head.size);
	put_text(n, "leaf", digest_hex(rq->arena, &p.leaf));
	put_path(rq, n, &p);
	put_text(n, "root", digest_hex(rq->arena, &head.root));
	put_time(n, "at", head.at);
	put_int(n, "at_ms", head.at);
	put_text(n, "key_id", head.key_id);
	put_text(n, "signature", head.signature);
	return OK;
}

enum err ledger_fact(struct req *rq)
{
	struct fact_line f;

	TRY(db_one(rq, &fact_model, &f, FACT_COLUMNS " WHERE l.seq = $1", rq->id));
	show(rq, "fact", &fact_model, &f);
	put_text(rq->view, "sentence", fact_text(rq, f.name));
	put_text(rq->view, "href", fact_href(rq, f.name, f.subject))->hidden = true;
	put_summary(rq, &f);
	put_data(rq, f.data);
	TRY(put_proof(rq, f.seq));
	return page(rq, "command/fact");
}
