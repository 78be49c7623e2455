#include "domains/cases/signing.h"

#include <stdlib.h>
#include <string.h>

enum { READ_WITHIN = DAY, DEVICE_MOST = 300, DEVICE_PRINTED = 120 };

const struct model signature_model = MODEL("case_signatures", struct signature, .witnessed = true,
	FIELDS(STORED(struct signature, id), STORED(struct signature, version),
		STORED(struct signature, case_id, .as = AS_ID), STORED(struct signature, about),
		STORED(struct signature, paper, .as = AS_ID), STORED(struct signature, sm3),
		STORED(struct signature, sha256), STORED(struct signature, shown_sm3),
		STORED(struct signature, shown_at, .as = AS_TIME),
		STORED(struct signature, signed_at, .as = AS_TIME),
		STORED(struct signature, device), STORED(struct signature, remote),
		STORED(struct signature, signer)));

/* ---- the mark that the form carries: "<ms>-<SM3>" ---------------------- */
static const char *mark_parts(struct req *rq, int64_t *at)
{
	const char *mark = form_text(rq, "shown"), *dash = strchr(mark, '-');

	if (!dash || !text_to_int(arena_copy(rq->arena, mark, (size_t)(dash - mark)), at))
		return "";
	return *at <= rq->now && *at > rq->now - READ_WITHIN ? dash + 1 : "";
}

int64_t signing_moment(struct req *rq)
{
	int64_t at;

	return *mark_parts(rq, &at) ? at : rq->now;
}

bool signing_changes(struct req *rq)
{
	return form_flag(rq, "change");
}

const char *signing_words(struct req *rq, const char *name, int most)
{
	const char *text = form_words(rq, name, most), *sign = paper_unprintable(rq, text);

	if (sign)
		field_error(rq, name,
			"One sign in it cannot be printed on the paper (%s): leave it out, please.",
			sign);
	return text;
}

/* ---- the reading page -------------------------------------------------- */
static enum err read_first(struct req *rq, const struct signing *s, const struct paper_seen *seen)
{
	struct node *lines = put_list(rq->view, "lines"), *carry = put_list(rq->view, "carry");

	put_printf(rq->view, "id", "%" PRId64, rq->id);
	put_text(rq->view, "action", s->page);
	put_text(rq->view, "paper_title", seen->title);
	put_printf(rq->view, "shown", "%" PRId64 "-%s", signing_moment(rq), seen->sm3);
	for (size_t i = 0; i < seen->n; i++) {
		struct node *n = put_map(lines, NULL);
		put_text(n, "label", seen->lines[i].label);
		put_text(n, "text", seen->lines[i].text);
	}
	for (const char *const *f = s->carry; *f; f++) {
		struct node *n = put_map(carry, NULL);
		put_text(n, "name", *f);
		put_text(n, "value", form_text(rq, *f));
	}
	return form_failed(rq) ? form_again(rq, "cases/my_sign") : page(rq, "cases/my_sign");
}

/* ---- signing ----------------------------------------------------------- */
/* What the browser calls itself: printable ASCII only. */
static const char *device_of(struct req *rq)
{
	char *s = arena_dup(rq->arena, request_header(rq, "user-agent")), *to = s;

	for (const char *from = s; *from && to - s < DEVICE_MOST; from++)
		if (*from >= ' ' && *from < 0x7f)
			*to++ = *from;
	*to = 0;
	return *s ? s : "-";
}

static void sign_line(struct req *rq, struct form *f, const struct signature *g)
{
	form_puts(f, "signed_at", date_zh(rq->arena, g->signed_at), "sign_line",
		arena_printf(rq->arena,
			"%s由%s在手机上手写签名；设备：%.*s；网络地址：%"
			"s；签名前所示全文的SM3摘要："
			"%s",
			moment_zh(rq, g->signed_at), g->signer, DEVICE_PRINTED, g->device,
			g->remote, g->shown_sm3),
		NULL);
}

/* The same form sent again (a double click, a reload): a hand never draws the same picture twice.
 */
static enum err signed_before(struct req *rq, const struct signature *g, bool *twice)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM (SELECT sm3, shown_sm3 FROM case_signatures WHERE case_id = "
		"$1 AND about = $2 ORDER BY signed_at DESC, id DESC LIMIT 1) s WHERE sm3 = $3 AND "
		"shown_sm3 = $4",
		g->case_id, g->about, g->sm3, g->shown_sm3));
	*twice = n > 0;
	return OK;
}

static enum err sign(struct req *rq, const struct course *k, struct signing *s)
{
	struct signature *g = &s->kept;
	const struct paper_picture drawn = { "party_sig", g->sm3 };
	bool twice;

	TRY(signed_before(rq, g, &twice));
	s->end = twice ? SIGNING_TWICE : SIGNING_DONE;
	if (twice)
		return OK;
	sign_line(rq, s->form, g);
	s->form->pictures = &drawn;
	s->form->n_pictures = 1;
	TRY(form_order(rq, &k->c, s->form, &g->paper));
	return db_insert(rq, &signature_model, g);
}

enum err signing_take(struct req *rq, const struct course *k, struct signing *s)
{
	struct paper_order o = form_as_order(&k->c, s->form);
	struct paper_seen seen;
	struct object drawn = { .sm3 = "" };
	int64_t at = 0;
	const char *mark = mark_parts(rq, &at);

	o.at = signing_moment(rq);
	TRY(paper_shown(rq, &o, &seen));
	s->end = SIGNING_READ;
	if (!*form_text(rq, "shown"))
		return read_first(rq, s, &seen);
	if (!text_is(mark, seen.sm3))
		field_error(rq, "signature",
			"What you read is no longer what you would sign. Read it again, then "
			"sign.");
	else if (keep_signature(rq, "signature", &drawn))
		field_error(rq, "signature", "Please sign in the box with your finger.");
	if (form_failed(rq))
		return read_first(rq, s, &seen);
	s->kept = (struct signature){ .case_id = k->c.id,
		.about = s->about,
		.sm3 = drawn.sm3,
		.sha256 = drawn.sha256,
		.shown_sm3 = seen.sm3,
		.shown_at = at,
		.signed_at = rq->now,
		.device = device_of(rq),
		.remote = rq->http->remote ? rq->http->remote : "",
		.signer = rq->user->name };
	return sign(rq, k, s);
}
