/* Addresses of the program itself: health, metrics, description, live events, the gallery of parts.
 */
#include "core/app/accounts.h"
#include "core/app/private.h"

#include "contracts/facts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum err healthz(struct req *rq)
{
	int64_t one;
	TRY(db_int(rq, &one, "SELECT count(*) FROM settings"));
	return reply_text(rq, "application/json", "{\"ok\":true}");
}

static int64_t resident_bytes(void)
{
	int64_t pages[2] = { 0 };
	FILE *f = fopen("/proc/self/statm", "re");
	if (!f)
		return 0;
	char line[128], *second;
	if (fgets(line, sizeof(line), f) && (second = strchr(line, ' '))) {
		second++;
		second[strcspn(second, " ")] = 0;
		(void)!text_to_int(second, &pages[1]);
	}
	fclose(f);
	return pages[1] * sysconf(_SC_PAGESIZE);
}

static enum err metrics(struct req *rq)
{
	struct buf b = { .arena = rq->arena };
	int64_t facts, due, dead, late, bare;

	TRY(db_int(rq, &facts, "SELECT coalesce(max(seq), 0) FROM ledger"));
	TRY(db_int(rq, &due, "SELECT count(*) FROM jobs WHERE state = 'due'"));
	TRY(db_int(rq, &dead, "SELECT count(*) FROM jobs WHERE state = 'dead'"));
	TRY(db_int(rq, &late, "SELECT coalesce(min(run_at), $1) FROM jobs WHERE state = 'due'",
		rq->now));
	enum err unsigned_since = ledger_unsigned_since(rq_conn(rq), &bare);
	if (unsigned_since == E_NOT_FOUND)
		bare = rq->now;
	else
		TRY(unsigned_since);
	if (rq->app->server) {
		struct http_stats s = http_stats(rq->app->server);
		buf_printf(&b,
			"# TYPE shian_http_requests_total counter\nshian_http_requests_total "
			"%" PRId64 "\n",
			s.requests);
		for (int i = 1; i < 6; i++)
			buf_printf(&b, "shian_http_answers_total{class=\"%dxx\"} %" PRId64 "\n", i,
				s.by_class[i]);
		buf_printf(&b,
			"# TYPE shian_http_in_flight gauge\nshian_http_in_flight %" PRId64 "\n",
			s.in_flight);
		buf_printf(&b, "# TYPE shian_events_open gauge\nshian_events_open %" PRId64 "\n",
			s.events_open);
		buf_printf(&b,
			"# TYPE shian_http_bytes_out_total counter\nshian_http_bytes_out_total "
			"%" PRId64 "\n",
			s.bytes_out);
	}
	buf_printf(
		&b, "# TYPE shian_ledger_facts counter\nshian_ledger_facts %" PRId64 "\n", facts);
	buf_printf(&b,
		"# TYPE shian_ledger_unsigned_seconds gauge\nshian_ledger_unsigned_seconds "
		"%" PRId64 "\n",
		(rq->now - bare) / SECOND);
	buf_printf(&b,
		"# TYPE shian_jobs gauge\nshian_jobs{state=\"due\"} %" PRId64 "\n"
		"shian_jobs{state=\"dead\"} %" PRId64 "\n",
		due, dead);
	buf_printf(&b,
		"# TYPE shian_jobs_oldest_seconds gauge\nshian_jobs_oldest_seconds %" PRId64 "\n",
		(rq->now - late) / SECOND);
	buf_printf(&b,
		"# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes %" PRId64
		"\n",
		resident_bytes());
	return reply_text(rq, "text/plain; version=0.0.4", b.s);
}

/* Counts of the district and of the machine are for the machine's own address and for
 * administrators. */
static enum err metrics_page(struct req *rq)
{
	bool local = rq->http &&
		     (text_is(rq->http->remote, "127.0.0.1") || text_is(rq->http->remote, "::1"));
	if (!local && !may(rq, SETTING_ADMIN))
		return fail(rq, E_FORBIDDEN, "Your account does not have the right to do this.");
	return metrics(rq);
}

static enum err openapi(struct req *rq)
{
	reply_cache(rq, 300);
	return reply_text(rq, "application/json", app_openapi(rq->app, rq->arena));
}

static enum err events(struct req *rq)
{
	if (rq->user->role_id == ROLE_PARTY)
		return reply_events(
			rq, arena_printf(rq->arena, "party:%" PRId64, rq->user->link_subject));
	if (rq->user->entity && may(rq, OWN_READ))
		return reply_events(
			rq, arena_printf(rq->arena, "operator:%" PRId64, rq->user->entity));
	if (!may(rq, LEAD_READ))
		return fail(rq, E_FORBIDDEN, "Your account does not have the right to do this.");
	return reply_events(rq, rq->zh ? "officers:zh" : "officers:en");
}

static enum err gallery(struct req *rq)
{
	return page(rq, "gallery");
}

/* What lies beneath the points of maps is the bureau's, not the program's: tiles of an approved map
 * from our own origin (settings map_tiles, map_note with its review number) and outlines of towns
 * (DATA/map/outline.json, GeoJSON). Without them maps show their points alone. */
static const char outline_path[] = "map/outline.json";

static enum err map_base(struct req *rq)
{
	const char *file = arena_printf(rq->arena, "%s/%s", rq->app->data_dir, outline_path);

	put_text(rq->view, "tiles", setting(rq, "map_tiles", ""));
	put_text(rq->view, "note", setting(rq, "map_note", ""));
	put_text(rq->view, "outline", access(file, R_OK) ? "" : "/map/outline");
	return reply_json(rq);
}

static enum err map_outline(struct req *rq)
{
	return reply_file(rq, outline_path, "application/geo+json");
}

static const struct route routes[] = {
	{ GET, "/healthz", healthz, ANYBODY, .about = "Is the program well" },
	{ GET, "/metrics", metrics_page, ANYBODY, .about = "Figures for Prometheus" },
	{ GET, "/openapi.json", openapi, ANYBODY, .about = "This description" },
	{ GET, "/events", events, ANYBODY, .about = "Server-sent events" },
	{ GET, "/map/base", map_base, SIGNED_IN, .about = "What lies beneath maps" },
	{ GET, "/map/outline", map_outline, SIGNED_IN, .about = "Outlines of towns (GeoJSON)" },
	{ GET, "/design", gallery, ANYBODY, .about = "Gallery of the parts of pages" },
	{ 0 },
};

const struct module system_module = {
	.name = "system", .routes = routes, .tells = (const char *const[]){ KEY_ROTATED, NULL }
}; /* by shian key rotate */
