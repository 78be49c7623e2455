/* What came is checked and becomes a recording: a job reads all of its bytes (outside of any
 * transaction), compares both digests with those made at the dock, puts it into the store, asks a
 * child without rights what the container says, and writes the row with its fact. Only after that
 * commit the dock hears that it is kept. */
#include "contracts/facts.h"
#include "core/proc/container.h"
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"

#include <string.h>
#include <unistd.h>

static const char refused_digests[] =
	"It does not have the digests made at the dock; nothing was kept. Dock it again.";

struct taking {
	struct upload u;
	bool gone;	     /* taken or refused before */
	const char *refused; /* English sentence, or NULL */
	struct container c;
};

static const char *sm3_of(struct req *rq, const struct job *j)
{
	struct node *n;
	struct fault why = { 0 };
	struct bytes json = { (const uint8_t *)j->data, strlen(j->data) };

	return json_parse(rq->arena, json, &n, &why) ? "" : node_text(n, "sm3", "");
}

/* ---- outside of a transaction ---------------------------------------------------------------- */
static enum err store_it(struct req *rq, struct taking *t)
{
	struct fault why = { 0 };
	const struct object want = { t->u.sm3, t->u.sha256, t->u.size };
	enum err e = store_put_named(rq_store(rq), rq->arena, part_path(rq, t->u.sm3), &want, &why);

	if (e == E_NOT_FOUND) /* an earlier run of this job has moved it into the store */
		e = store_check(rq_store(rq), t->u.sm3, t->u.sha256, &why);
	if (e == E_CONFLICT || e == E_NOT_FOUND) {
		t->refused = refused_digests;
		return OK;
	}
	return e ? fail(rq, e, "%s", why.text) : OK;
}

/* A recording whose container cannot be read is taken all the same: it may be all there is. */
static enum err ask_container(struct req *rq, struct taking *t)
{
	struct fault why = { 0 };
	int fd;
	int64_t size;

	if (store_fd(rq_store(rq), t->u.sm3, &fd, &size, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	if (container_read(fd, &t->c, &why))
		log_event(LOG_WARN, "recording.container_unread", "why", why.text, NULL);
	close(fd);
	return OK;
}

enum err take_prepare(struct req *rq, const struct job *j, void **result)
{
	struct taking *t = NEW(rq->arena, struct taking);
	enum err e = upload_load(rq, sm3_of(rq, j), &t->u);

	*result = t;
	t->gone = e == E_NOT_FOUND || (!e && !text_is(t->u.state, "checking"));
	if (t->gone)
		return OK;
	TRY(e);
	TRY(store_it(rq, t));
	return t->refused ? OK : ask_container(rq, t);
}

/* ---- the row -----------------------------------------------------------------------------------
 */
/* Who carried the device then, by the signatures in the register. */
static enum err carrier_find(struct req *rq, struct recording *r)
{
	struct rows *rows;
	bool more;

	TRY(db_query(rq, &rows,
		"SELECT id, officer, received_at, until FROM pub_equipment_issues WHERE equipment "
		"= $1 AND received_at <= $2 ORDER BY received_at DESC, id DESC LIMIT 1",
		r->device, r->started_at));
	TRY(rows_next(rows, &more));
	if (more && issue_covers(rows_int(rows, 2), rows_int(rows, 3), r->started_at)) {
		r->issue = rows_int(rows, 0);
		r->officer = rows_int(rows, 1);
	}
	rows_close(rows);
	return OK;
}

static enum err device_read(struct req *rq, struct recording *r)
{
	struct rows *rows;
	bool more;

	TRY(db_query(rq, &rows,
		"SELECT number, area, clock_offset_ms FROM pub_equipment WHERE id = $1",
		r->device));
	TRY(rows_next(rows, &more));
	if (more) {
		r->device_number = arena_dup(rq->arena, rows_text(rows, 0));
		r->area = rows_int(rows, 1);
		r->clock_offset_ms = rows_int(rows, 2);
	}
	rows_close(rows);
	return more ? OK : fail(rq, E_NOT_FOUND, "The device of this recording is gone.");
}

static void put_when(struct req *rq, struct node *n, const char *name, int64_t ms)
{
	put_text(n, name, ms ? time_iso(rq->arena, ms) : "");
}

static const char *manifest_of(struct req *rq, const struct recording *r)
{
	struct node *m = node_map(rq->arena), *n = put_map(m, "recording");

	put_text(n, "file", r->name);
	put_int(n, "bytes", r->size);
	put_text(n, "sm3", r->sm3);
	put_text(n, "sha256", r->sha256);
	put_text(n, "digests", "made at the dock while reading, and again by the centre");
	put_text(n, "container", r->format);
	put_text(n, "streams", r->codecs);
	n = put_map(m, "device");
	put_text(n, "number", r->device_number);
	put_printf(n, "id", "%" PRId64, r->device);
	put_int(n, "clock_ahead_ms", r->clock_offset_ms);
	put_when(rq, n, "from_by_device", r->device_started_at);
	put_when(rq, n, "to_by_device", r->device_ended_at);
	put_text(n, "time_source", r->time_source);
	n = put_map(m, "corrected");
	put_when(rq, n, "from", r->started_at);
	put_when(rq, n, "to", r->ended_at);
	n = put_map(m, "carried_by");
	put_text(n, "name", account_of(rq, r->officer));
	put_printf(n, "issue", "%" PRId64, r->issue);
	n = put_map(m, "docked");
	put_when(rq, n, "at", r->docked_at);
	put_text(n, "dock", r->dock);
	put_text(n, "by", account_of(rq, r->docked_by));
	return json_text(rq, m);
}

static const char *codecs_of(struct req *rq, const struct container *c)
{
	if (!*c->video)
		return arena_dup(rq->arena, c->audio);
	return arena_printf(rq->arena, "%s %dx%d%s%s", c->video, (int)c->width, (int)c->height,
		*c->audio ? ", " : "", c->audio);
}

static enum err recording_make(struct req *rq, const struct taking *t)
{
	const struct upload *u = &t->u;
	struct told told = { t->c.started_at, t->c.duration_ms, u->modified_at };
	struct times times = times_of(&told);
	struct recording r = { .device = u->device,
		.name = u->name,
		.format = arena_dup(rq->arena, t->c.format),
		.codecs = codecs_of(rq, &t->c),
		.size = u->size,
		.device_started_at = times.start,
		.device_ended_at = times.end,
		.time_source = times.source,
		.sm3 = u->sm3,
		.sha256 = u->sha256,
		.dock = u->dock,
		.docked_by = u->docked_by,
		.docked_at = rq->now,
		.state = "kept" };

	TRY(device_read(rq, &r));
	r.started_at = true_time(times.start, r.clock_offset_ms);
	r.ended_at = true_time(times.end, r.clock_offset_ms);
	TRY(carrier_find(rq, &r));
	if (r.officer) /* it belongs where who made it works */
		TRY(db_int(rq, &r.area, "SELECT area FROM pub_users WHERE id = $1", r.officer));
	r.manifest = manifest_of(rq, &r);
	TRY(db_insert(rq, &recording_model, &r));
	return emit(rq, RECORDING_DOCKED, r.id, 0, json_of(rq, &recording_model, &r));
}

enum err take_run(struct req *rq, const struct job *j, void *result)
{
	const struct taking *t = result;
	(void)j;

	if (t->gone)
		return OK;
	if (t->refused) {
		unlink(part_path(rq, t->u.sm3));
		return db_run(rq,
			"UPDATE recording_uploads SET state = 'refused', why = $2, changed_at = $3 "
			"WHERE sm3 = $1",
			t->u.sm3, t->refused, rq->now);
	}
	TRY(recording_make(rq, t));
	return db_run(rq, "DELETE FROM recording_uploads WHERE sm3 = $1", t->u.sm3);
}
