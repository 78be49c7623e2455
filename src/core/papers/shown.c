/* What a paper says, shown before it is signed: the same form, filled with the same values. */
#include "core/documents/documents.h"
#include "core/ledger/crypto.h"
#include "core/papers/private.h"

#include <string.h>

/* "shian-shown-v1", then the form with its version, then each line: SM3 over what was read. */
static const char *digest_of(
	struct req *rq, const struct paper_template *t, const struct paper_words *w)
{
	struct buf b = { .arena = rq->arena };

	buf_printf(&b, "shian-shown-v1\n%s\n%s\n", t->code, t->version);
	for (size_t i = 0; i < w->n; i++)
		buf_printf(&b, "%s\t%s\n", w->at[i].label, w->at[i].text);
	struct digest d = sm3(b.s, b.n);
	return digest_hex(rq->arena, &d);
}

enum err paper_shown(struct req *rq, const struct paper_order *o, struct paper_seen *out)
{
	struct paper_template *t;
	struct paper_words words;
	struct paper p;
	struct fault why = { 0 };

	TRY(paper_template_load(rq, o->template, &t));
	TRY(paper_assemble(rq, o, t, &p));
	if (paper_words(rq->arena, &p, &words, &why))
		return fail(rq, E_INVALID, "The paper %s cannot be made: %s", t->name, why.text);
	*out = (struct paper_seen){ .title = t->name, .sm3 = digest_of(rq, t, &words) };
	out->lines = words.at;
	out->n = words.n;
	return OK;
}

const char *paper_unprintable(struct req *rq, const char *text)
{
	char sign[SIGN_MAX];
	struct buf b = { .arena = rq->arena };

	for (; *text; text++) /* what a form sends at the end of a line */
		if (*text != '\r')
			buf_printf(&b, "%c", *text == '\t' ? ' ' : *text);
	return !b.n || documents_can_draw(b.s, sign) ? NULL : arena_dup(rq->arena, sign);
}
