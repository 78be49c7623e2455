/* Live pages: what has entered the ledger is told to the open pages of its audience. Read from the
 * ledger rather than from the request, so that facts of the jobs process and of other machines
 * arrive as well. */
#include "core/app/private.h"

#include <string.h>

enum { AT_ONCE = 50 };

struct round {
	int64_t seen;
};

static const char *count_of(struct req *rq, const char *sql)
{
	int64_t n;
	struct val none[] = { val_int(0), { VAL_END, { .i = 0 } } };
	return db_int_(rq, &n, sql, none) ? "" : arena_printf(rq->arena, "%" PRId64, n);
}

static void tell(struct req *rq, const struct announce *a, int64_t subject, bool zh)
{
	struct node *n = node_map(rq->arena);

	rq->zh = zh;
	put_text(n, "title", tr(rq, a->title));
	put_text(n, "text", "");
	put_text(n, "href", a->href ? arena_printf(rq->arena, "%s%" PRId64, a->href, subject) : "");
	put_text(n, "tone", a->tone ? a->tone : "info");
	struct node *counts = put_map(n, "counts");
	if (a->counter)
		put_text(counts, a->counter, count_of(rq, a->count));
	const char *to = text_is(a->audience, "party")
				 ? arena_printf(rq->arena, "party:%" PRId64, subject)
				 : arena_printf(rq->arena, "%s:%s", a->audience, zh ? "zh" : "en");
	http_publish(rq->app->server, to, "message", subject, json_text(rq, n));
}

static void announce(struct req *rq, const char *name, int64_t subject)
{
	for (const struct module *const *m = rq->app->modules; *m; m++)
		for (const struct announce *a = (*m)->announces; a && a->event; a++)
			if (strcmp(a->event, name) == 0) {
				tell(rq, a, subject, true);
				if (!text_is(a->audience, "party"))
					tell(rq, a, subject, false);
			}
}

static enum err look(struct req *rq, void *arg)
{
	struct round *r = arg;
	struct {
		const char *name;
		int64_t subject;
	} found[AT_ONCE];
	struct rows *rows;
	bool more;
	int n = 0;

	if (r->seen < 0)
		return db_int(rq, &r->seen, "SELECT coalesce(max(seq), 0) FROM ledger");
	TRY(db_query(rq, &rows,
		"SELECT seq, name, subject FROM ledger WHERE seq > $1 ORDER BY seq LIMIT 50",
		r->seen));
	while (n < AT_ONCE) {
		TRY(rows_next(rows, &more));
		if (!more)
			break;
		r->seen = rows_int(rows, 0);
		found[n].name = arena_dup(rq->arena, rows_text(rows, 1));
		found[n++].subject = rows_int(rows, 2);
	}
	rows_close(rows);
	for (int i = 0; i < n; i++)
		announce(rq, found[i].name, found[i].subject);
	return OK;
}

int64_t app_announce(struct app *app, int64_t seen)
{
	struct round r = { seen };
	struct fault why = { 0 };
	if (app_read(app, look, &r, &why))
		log_event(LOG_WARN, "announce.failed", "why", why.text, NULL);
	return r.seen;
}
