/* The ledger for who audits it: facts, their proofs, the signed heads. */
#include "domains/command/command.h"

#include <string.h>

struct fact_row {
	int64_t seq, at;
	const char *name, *actor_name;
	int64_t subject, entity, cause;
	const char *data;
};
static const struct model fact_model = MODEL("facts", struct fact_row,
	FIELDS(STORED(struct fact_row, seq), STORED(struct fact_row, at, .as = AS_TIME),
		STORED(struct fact_row, name), STORED(struct fact_row, actor_name),
		STORED(struct fact_row, subject, .as = AS_ID),
		STORED(struct fact_row, entity, .as = AS_ID), STORED(struct fact_row, cause),
		STORED(struct fact_row, data)));

static void put_sentences(struct req *rq, struct node *list)
{
	for (struct node *n = list->first; n; n = n->next)
		put_text(n, "sentence", fact_sentence(rq, node_text(n, "name", "")));
}

enum err ledger_page(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 60);
	struct tree_head head;
	const char *name = query_text(rq, "name");

	TRY(db_all(rq, &fact_model, &l,
		"SELECT seq, at, name, actor_name, subject, entity, cause, data FROM pub_ledger"
		" WHERE ($1 = '' OR name = $1) AND ($2 = 0 OR entity = $2) ORDER BY seq DESC LIMIT "
		"$3 OFFSET $4",
		name, query_int(rq, "entity", 0), p.limit, p.offset));
	show_pages(rq, p, &l);
	put_sentences(rq, show_table(rq, "facts", &fact_model, &l));
	put_text(rq->view, "name_filter", name);
	if (!ledger_last_head(rq_conn(rq), rq->arena, &head)) {
		struct node *n = put_map(rq->view, "head");
		put_int(n, "size", head.size);
		put_time(n, "at", head.at);
		put_text(n, "root", digest_hex(rq->arena, &head.root));
		put_text(n, "key_id", head.key_id);
	}
	return page(rq, "command/ledger");
}

static void put_proof(struct req *rq, const struct proof *p)
{
	struct node *n = put_map(rq->view, "proof"), *path = put_list(n, "path");

	put_int(n, "size", p->size);
	put_text(n, "leaf", digest_hex(rq->arena, &p->leaf));
	put_text(n, "root", digest_hex(rq->arena, &p->root));
	put_flag(n, "holds", proof_holds(p));
	for (int i = 0; i < p->n; i++)
		put_text(path, NULL, digest_hex(rq->arena, &p->path[i]));
}

enum err ledger_fact(struct req *rq)
{
	struct fact_row f;
	struct tree_head head;
	struct proof proof;
	struct fault why = { 0 };

	TRY(db_one(rq, &fact_model, &f,
		"SELECT seq, at, name, actor_name, subject, entity, cause, data FROM pub_ledger "
		"WHERE seq = $1",
		rq->id));
	show(rq, "fact", &fact_model, &f);
	put_text(rq->view, "sentence", fact_sentence(rq, f.name));
	if (!ledger_last_head(rq_conn(rq), rq->arena, &head) && head.size >= f.seq &&
		!ledger_inclusion(rq_conn(rq), f.seq, head.size, &proof, &why))
		put_proof(rq, &proof);
	return page(rq, "command/fact");
}

enum err ledger_heads(struct req *rq)
{
	struct tree_head head;
	struct node *list = put_list(rq->view, "heads");

	reply_cache(rq, 10);
	if (!ledger_last_head(rq_conn(rq), rq->arena, &head)) {
		struct node *n = put_map(list, NULL);
		put_int(n, "size", head.size);
		put_int(n, "at_ms", head.at);
		put_text(n, "root", digest_hex(rq->arena, &head.root));
		put_text(n, "key_id", head.key_id);
		put_text(n, "signature", head.signature);
		put_text(n, "signed_text", head_text(rq->arena, &head));
	}
	return reply_json(rq);
}
