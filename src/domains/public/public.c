/* What anybody can look up (公众可查): a business behind its code, by name or address; a paper; the
 * open data. Nothing here needs an account, sets a cookie or writes. */
#include "domains/public/public.h"

void open_page(struct req *rq, int seconds)
{
	if (!rq->user->id)
		reply_cache(rq, *query_text(rq, "lang") ? 0 : seconds);
}

enum err publish(struct req *rq, const struct publication *p, struct list *l)
{
	const struct node *rule;

	TRY(rules(rq, "public/fields", rq->now, &rule));
	for (size_t i = 0; i < l->n; i++)
		publish_row(rule, p->section, p->model, (char *)l->at + i * p->model->size);
	return OK;
}

enum err public_start(struct req *rq)
{
	open_page(rq, CACHE_TEXT);
	return page(rq, "public/start");
}

enum err public_about(struct req *rq)
{
	open_page(rq, CACHE_TEXT);
	return page(rq, "public/about");
}

enum err public_verify(struct req *rq)
{
	const char *typed = query_text(rq, "code"), *code = paper_code(rq->arena, typed);

	if (*code)
		return redirect(rq, "/v/%s", code);
	open_page(rq, CACHE_TEXT);
	put_text(rq->view, "code", typed);
	put_text(rq->view, "wrong", *typed ? tr(rq, "A code has only letters and digits.") : "");
	if (*typed)
		rq->status = E_INVALID;
	return page(rq, "public/verify");
}

const struct module public_room = {
	.name = "public",
	.routes = (const struct route[]){ { GET, "/", public_start, ANYBODY,
						  .about = "Start page" },
		{ GET, "/search", public_search, ANYBODY, .about = "Businesses by ?q=" },
		{ GET, "/p/:key", public_operator, ANYBODY, .about = "A business by its code" },
		{ GET, "/p/:key/qr.svg", public_code_picture, ANYBODY,
			.about = "The QR code of that page" },
		{ GET, "/verify", public_verify, ANYBODY, .about = "To a paper by ?code=" },
		{ GET, "/open-data", public_data, ANYBODY,
			.about = "All businesses with their colours; ?format=csv" },
		{ GET, "/about", public_about, ANYBODY, .about = "About these pages" }, { 0 } },
};
