/* What every page may show beside its own view: language, person, navigation. */
#include "core/app/private.h"

#include <string.h>

static void put_nav_item(struct req *rq, struct node *list, const struct nav *n)
{
	struct node *item = put_map(list, NULL);
	int64_t count = 0;

	put_text(item, "href", n->href);
	put_text(item, "label", tr(rq, n->label));
	put_text(item, "key", n->href + 1);
	size_t len = strlen(n->href);
	const char *path = rq->http ? rq->http->path : "";
	put_flag(item, "current",
		strncmp(path, n->href, len) == 0 && (!path[len] || path[len] == '/'));
	struct val b[] = { val_int(rq->user->area), { VAL_END, { .i = 0 } } };
	if (n->count && !db_int_(rq, &count, n->count, b) && count)
		put_int(item, "count", count);
	else
		put_text(item, "count", "");
}

static void put_nav(struct req *rq, struct node *globals)
{
	struct node *list = put_list(globals, "nav");
	if (!rq->user->id || !rq->priv->conn || (rq->priv->session && !rq->priv->session->full))
		return;
	for (const struct module *const *m = rq->app->modules; *m; m++)
		for (const struct nav *n = (*m)->nav; n && n->href; n++)
			if (may(rq, n->right) &&
				(n->right != SIGNED_IN || rq->user->role_id != ROLE_OPERATOR))
				put_nav_item(rq, list, n);
}

static void put_notice(struct req *rq, struct node *globals)
{
	const char *kept =
		rq->http && rq->http->cookies ? pair_find(rq->http->cookies, "notice") : NULL;
	const char *text = kept ? url_decode(rq->arena, kept, strlen(kept)) : NULL;

	put_text(globals, "notice", text && utf8_valid(text, strlen(text)) ? text : "");
	if (kept)
		reply_set_header(
			rq, "Set-Cookie", "notice=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
}

void view_globals(struct req *rq, struct node *globals)
{
	put_text(globals, "lang", rq->zh ? "zh" : "en");
	put_text(globals, "other_lang", rq->zh ? "en" : "zh");
	put_text(globals, "path", rq->http ? rq->http->path : "/");
	put_flag(globals, "demo", text_is(setting(rq, "demo", ""), "1"));
	put_text(globals, "bureau", setting(rq, "bureau", "市场监督管理局"));
	if (rq->user->id) {
		struct node *u = put_map(globals, "user");
		put_text(u, "name", rq->user->name);
		put_text(u, "role_label", tr(rq, role_of(rq->user->role_id)->label));
	}
	struct node *assets = put_map(globals, "asset");
	assets->first = rq->app->assets->first;
	assets->count = rq->app->assets->count;
	put_nav(rq, globals);
	put_notice(rq, globals);
	/* a machine's or a public page shows no form: only then is the visitor's cookie not set */
	if (!rq->priv->route || rq->user->id || rq->priv->session || rq->priv->writing ||
		!rq->priv->public_page)
		put_text(globals, "csrf", rq->http ? csrf_token(rq) : "");
}
