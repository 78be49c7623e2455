/* What is recorded of people, why, how long, and their rights (个人信息保护法 17, 35), in plain
 * words for those who are filmed and for parties. Words and terms are data; the terms are those of
 * the rooms that keep the recordings, so the page cannot say another number than what is done. */
#include "domains/privacy/privacy.h"

static const char *in_words(const struct req *rq, const struct node *n)
{
	return node_text(n, rq->zh ? "zh" : "en", "");
}

static void put_sections(struct req *rq, const struct node *notice_rule)
{
	struct node *list = put_list(rq->view, "sections");

	NODE_EACH (s, node_find(notice_rule, "sections")) {
		struct node *n = put_map(list, NULL);
		struct node *items = put_list(n, "items");
		put_text(n, "title", in_words(rq, s));
		NODE_EACH (i, node_find(s, "items"))
			put_text(put_map(items, NULL), "text", in_words(rq, i));
	}
}

/* How long one kind of recording is kept, as the rule of its room says. */
static enum err term_words(struct req *rq, const struct node *k, const char **words)
{
	const struct node *law;
	const char *kind = node_text(k, "kind", ""), *days = node_text(k, "days", ""),
		   *months = node_text(k, "months", "");

	if (node_true(k, "as_case")) {
		*words = tr(rq, "As long as the file of the case");
		return OK;
	}
	TRY(rules(rq, node_text(k, "rule", ""), rq->now, &law));
	int64_t n = node_int(law, days, 0);
	NODE_EACH (r, node_find(law, "kinds"))
		if (*kind && text_is(node_text(r, "kind", ""), kind))
			n = node_int(r, "days", 0);
	*words = *months ? arena_printf(
				   rq->arena, tr(rq, "%d months"), (int)node_int(law, months, 0))
			 : arena_printf(rq->arena, tr(rq, "%d days"), (int)n);
	return OK;
}

static enum err put_kept(struct req *rq, const struct node *notice_rule)
{
	struct node *list = put_list(rq->view, "kept");

	NODE_EACH (k, node_find(notice_rule, "kept")) {
		const char *words;
		struct node *n = put_map(list, NULL);
		TRY(term_words(rq, k, &words));
		put_text(n, "what", in_words(rq, k));
		put_text(n, "term", words);
	}
	return OK;
}

enum err privacy_notice(struct req *rq)
{
	const struct node *rule;

	TRY(rules(rq, "privacy/notice", rq->now, &rule));
	put_sections(rq, rule);
	TRY(put_kept(rq, rule));
	put_text(rq->view, "bureau", setting(rq, "bureau", "市场监督管理局"));
	put_text(rq->view, "version", node_text(rule, "version", ""));
	return page(rq, "privacy/notice");
}
