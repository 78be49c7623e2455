/* What is masked of a decision: its own words, whom the file knows, and both side by side for
 * whoever prepares or publishes it. */
#include "domains/publications/publications.h"

#include <string.h>

enum { WORDS_MOST = 160, PAPERS_MOST = 200, NAME_LEAST = 2, NAME_MOST = 30 }; /* characters */

static const struct choice reasons[] = {
	{ "party", "The party's own name", "" },
	{ "shop", "The name of its business", "" },
	{ "legal", "Its legal representative", "" },
	{ "receiver", "Who received papers for it", "" },
	{ "delegate", "Its delegate", "" },
	{ "witness", "A witness", "" },
	{ "person", "A person on file", "" },
	{ "named", "Named by whoever prepared it", "" },
	{ "secret", "Withheld as a business secret", "" },
	{ "identity", "Number of identity", "" },
	{ "phone", "Telephone", "" },
	{ "bank", "Account", "" },
	{ "health", "Health", "" },
	{ "mail", "Address of e-mail", "" },
	{ "house", "Number of a house", "" },
	{ 0 },
};

static bool listed(const struct node *list, const char *word)
{
	NODE_EACH (w, list)
		if (text_is(w->s, word))
			return true;
	return false;
}

/* ---- whom the file knows ----------------------------------------------- */
struct search {
	const struct node *rule;
	const struct published *p;
	const char *shop, *legal, *receiver;
	struct mask_word *words;
	size_t n;
};

static void word_add(struct search *s, struct mask_word w)
{
	for (size_t i = 0; i < s->n; i++)
		if (text_is(s->words[i].word, w.word))
			return;
	if (*w.word && s->n < WORDS_MOST)
		s->words[s->n++] = w;
}

/* A name the file has: masked as a person's. What a form has instead of a name is none, nor is a
 * registered business that received its own paper. */
static void person_add(struct req *rq, struct search *s, const char *name, const char *why)
{
	bool minor = text_is(s->p->party_kind, "minor") && text_is(why, "party");
	size_t n = utf8_length(name);

	name = text_trim(rq->arena, name);
	if (n < NAME_LEAST || n > NAME_MOST || listed(node_find(s->rule, "not_names"), name) ||
		(text_is(s->p->party_kind, "entity") && text_is(name, s->shop)))
		return;
	word_add(s, (struct mask_word){ name, masked_name(rq->arena, name, minor), why });
}

static void typed_add(struct req *rq, struct search *s)
{
	const char *at = s->p->names, *word;

	while ((word = masking_next(rq->arena, &at)))
		word_add(s,
			(struct mask_word){ word, masked_name(rq->arena, word, false), "named" });
	at = s->p->secrets;
	while ((word = masking_next(rq->arena, &at)))
		word_add(s, (struct mask_word){ word, "×××", "secret" });
}

static enum err senders_add(struct req *rq, struct search *s, const char *why)
{
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r, "SELECT name FROM pub_complaint_senders WHERE case_id = $1",
		s->p->case_id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		person_add(rq, s, arena_dup(rq->arena, rows_text(r, 0)), why);
	}
	rows_close(r);
	return OK;
}

static enum err file_add(struct req *rq, struct search *s)
{
	NODE_EACH (f, node_find(s->rule, "on_file")) {
		const char *from = node_text(f, "from", ""), *why = node_text(f, "reason", "");
		if (!listed(node_find(f, "kinds"), s->p->party_kind))
			continue;
		if (text_is(from, "reporter"))
			TRY(senders_add(rq, s, why));
		else if (text_is(from, "shop"))
			word_add(s, (struct mask_word){ s->shop, "×××", why });
		else
			person_add(rq, s, text_is(from, "legal") ? s->legal : s->receiver, why);
	}
	return OK;
}

static enum err content_read(struct req *rq, const char *content, const struct node **values)
{
	struct node *n;
	struct fault why = { 0 };

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)content, strlen(content) }, &n,
		    &why))
		return fail(rq, E_INTERNAL, "The decision cannot be read: %s", why.text);
	*values = node_find(n, "values");
	return OK;
}

/* Witnesses, delegates, who received: as the papers of the case name them. */
static enum err papers_add(struct req *rq, struct search *s)
{
	const struct node *values;
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT t.content FROM pub_papers p JOIN pub_paper_texts t ON t.id = p.id WHERE "
		"p.subject = $1 ORDER BY p.id LIMIT $2",
		s->p->case_id, (int64_t)PAPERS_MOST));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		TRY(content_read(rq, arena_dup(rq->arena, rows_text(r, 0)), &values));
		NODE_EACH (v, node_find(s->rule, "in_papers"))
			person_add(rq, s, node_text(values, node_text(v, "value", ""), ""),
				node_text(v, "reason", ""));
	}
	rows_close(r);
	return OK;
}

static enum err party_read(struct req *rq, struct search *s)
{
	struct rows *r;
	bool more;

	s->shop = s->legal = s->receiver = "";
	TRY(db_query(rq, &r,
		"SELECT o.name, o.legal_person, coalesce((SELECT max(a.receiver) FROM "
		"pub_case_addresses a WHERE a.case_id = $2), '') FROM pub_operators o WHERE o.id = "
		"$1",
		s->p->operator, s->p->case_id));
	TRY(rows_next(r, &more));
	if (more) {
		s->shop = arena_dup(rq->arena, rows_text(r, 0));
		s->legal = arena_dup(rq->arena, rows_text(r, 1));
		s->receiver = arena_dup(rq->arena, rows_text(r, 2));
	}
	rows_close(r);
	return OK;
}

/* ---- the decision's words ---------------------------------------------- */
static const char *composed(struct req *rq, const struct node *rule, const struct node *values)
{
	struct buf out = { .arena = rq->arena };

	NODE_EACH (part, node_find(rule, "decision_parts")) {
		const char *text = node_text(values, node_text(part, "value", ""), "");
		if (*text)
			buf_printf(&out, "%s%s%s%s", out.n ? "\n" : "",
				node_text(part, "before", ""), text, node_text(part, "after", ""));
	}
	return arena_dup(rq->arena, buf_text(&out));
}

static enum err decision_read(struct req *rq, const struct published *p, const char **text)
{
	const struct node *rule, *values;
	const char *content = "";

	*text = "";
	enum err e = db_text(
		rq, &content, "SELECT content FROM pub_paper_texts WHERE id = $1", p->paper);
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(publication_rule(rq, p->decided_at, &rule));
	TRY(content_read(rq, content, &values));
	*text = composed(rq, rule, values);
	return OK;
}

enum err publication_words(struct req *rq, const struct published *p, struct decision_words *out)
{
	struct search s = { .p = p,
		.words = arena_alloc(rq->arena, WORDS_MOST * sizeof(struct mask_word)) };

	TRY(rules(rq, "publications/masking", p->decided_at, &s.rule));
	TRY(decision_read(rq, p, &out->text));
	TRY(party_read(rq, &s));
	typed_add(rq, &s);
	TRY(file_add(rq, &s));
	TRY(papers_add(rq, &s));
	struct masking m = { .rule = s.rule,
		.person = listed(node_find(s.rule, "person_kinds"), p->party_kind),
		.words = s.words,
		.n = s.n };
	masked_text(rq->arena, &m, out->text, &out->masked);
	return OK;
}

enum err publication_mask(struct req *rq, struct published *p)
{
	struct decision_words w;

	TRY(publication_words(rq, p, &w));
	p->words = w.masked.text;
	p->masked = (int64_t)w.masked.n;
	return OK;
}

/* ---- side by side ------------------------------------------------------ */
static void put_piece(struct req *rq, struct node *list, const char *text, size_t n)
{
	if (n)
		put_text(put_map(list, NULL), "text", arena_copy(rq->arena, text, n));
}

static void put_mark(struct req *rq, struct node *list, const struct decision_words *w,
	const struct mask_mark *k)
{
	struct node *n = put_map(list, NULL);

	put_text(n, "mark", arena_copy(rq->arena, w->text + k->from, k->to - k->from));
	put_text(n, "by", k->by);
}

/* Each paragraph of the decision in its pieces: what stays, what stands in place of what. */
static void put_paragraphs(struct req *rq, const struct decision_words *w)
{
	struct node *list = put_list(rq->view, "paragraphs");
	size_t at = 0, k = 0, all = strlen(w->text);

	while (at < all) {
		const char *line = strchr(w->text + at, '\n');
		size_t end = line ? (size_t)(line - w->text) : all;
		struct node *pieces = put_list(put_map(list, NULL), "pieces");
		for (; k < w->masked.n && w->masked.marks[k].to <= end; k++) {
			put_piece(rq, pieces, w->text + at, w->masked.marks[k].from - at);
			put_mark(rq, pieces, w, &w->masked.marks[k]);
			at = w->masked.marks[k].to;
		}
		put_piece(rq, pieces, w->text + at, end - at);
		at = end + 1;
	}
}

/* What is masked, each once: what stands there, why, by which article, how often. */
static void put_reasons(struct req *rq, const struct node *rule, const struct decision_words *w)
{
	struct node *list = put_list(rq->view, "marks");

	for (size_t i = 0; i < w->masked.n; i++) {
		const struct mask_mark *k = &w->masked.marks[i];
		const char *was = arena_copy(rq->arena, w->text + k->from, k->to - k->from);
		struct node *n = list->first;
		while (n && !text_is(node_text(n, "was", ""), was))
			n = n->next;
		if (n)
			continue;
		size_t times = 0;
		for (size_t j = i; j < w->masked.n; j++) {
			const struct mask_mark *o = &w->masked.marks[j];
			times += o->to - o->from == k->to - k->from &&
				 memcmp(w->text + o->from, was, k->to - k->from) == 0;
		}
		n = put_map(list, NULL);
		put_text(n, "was", was);
		put_text(n, "by", k->by);
		put_text(n, "why", tr(rq, choice_label(reasons, k->why)));
		put_text(n, "clause",
			node_text(node_find(node_find(rule, "reasons"), k->why),
				rq->zh ? "zh" : "en", ""));
		put_int(n, "times", (int64_t)times);
	}
}

enum err publication_masking(struct req *rq)
{
	struct published p;
	struct decision_words w;
	const struct node *rule;

	TRY(publication_load(rq, &p));
	TRY(rules(rq, "publications/masking", p.decided_at, &rule));
	TRY(publication_words(rq, &p, &w));
	show(rq, "publication", &published_model, &p);
	put_paragraphs(rq, &w);
	put_reasons(rq, rule, &w);
	bool prepared = text_is(p.state, "prepared");
	put_flag(rq->view, "stale", prepared && !text_is(p.words, w.masked.text))->hidden = true;
	put_flag(rq->view, "prepared", prepared)->hidden = true;
	return page(rq, "publications/masking");
}
