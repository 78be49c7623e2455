/* One recording by hand, where there is no dock: the browser sends it, the server digests it while
 * it comes. */
#include "domains/recordings/recordings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum err put_devices(struct req *rq, const char *chosen)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(rq->view, "devices");

	list->hidden = true;
	TRY(db_query(rq, &r,
		"SELECT e.number, e.model, coalesce(u.name, '') FROM pub_equipment e LEFT JOIN "
		"pub_users u ON u.id = e.holder WHERE e.kind = 'body_camera' AND e.state <> "
		"'scrapped' AND ($1 = 0 OR e.area = 0 OR e.area = $1 OR e.holder = $2) ORDER BY "
		"e.number LIMIT 500",
		rq->user->area, rq->user->id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		const char *number = arena_dup(rq->arena, rows_text(r, 0));
		put_text(n, "value", number);
		put_printf(n, "label", "%s %s %s", number, arena_dup(rq->arena, rows_text(r, 1)),
			arena_dup(rq->arena, rows_text(r, 2)));
		put_flag(n, "selected", text_is(number, chosen));
	}
	rows_close(r);
	return OK;
}

enum err recording_new(struct req *rq)
{
	TRY(put_devices(rq, query_text(rq, "device")));
	return page(rq, "recordings/new");
}

/* Only cameras of one's own area, or in one's own hands. */
static enum err device_allowed(struct req *rq, const char *number)
{
	int64_t fits;

	TRY(db_int(rq, &fits,
		"SELECT count(*) FROM pub_equipment WHERE number = $1 AND (CAST($2 AS bigint) = 0 "
		"OR area = 0 OR area = $2 OR holder = $3)",
		number, rq->user->area, rq->user->id));
	return fits ? OK : fail(rq, E_INVALID, "Choose the body camera that recorded it.");
}

/* An earlier run of this handler, undone by a lost race, may have moved it already. */
static enum err file_move(struct req *rq, const struct http_file *f)
{
	const char *to = part_path(rq, f->sm3);

	if (!rename(f->path, to) || (errno == ENOENT && !access(to, F_OK)))
		return OK;
	log_event(LOG_ERROR, "recording.move_failed", "why", strerror(errno), NULL);
	return fail(rq, E_BUSY, "The file could not be kept. Please try again in a moment.");
}

enum err recording_upload(struct req *rq)
{
	const struct http_file *f = form_file(rq, "file");
	int64_t id;

	if (!f)
		return fail(rq, E_INVALID, "Choose the file of the recording.");
	TRY(device_allowed(rq, form_text(rq, "device")));
	enum err e = db_int(rq, &id, "SELECT id FROM recordings WHERE sm3 = $1", f->sm3);
	if (!e) {
		notice(rq, "This recording is here already.");
		return redirect(rq, "/recordings/%" PRId64, id);
	}
	if (e != E_NOT_FOUND)
		return e;
	struct upload u = { .sm3 = f->sm3,
		.sha256 = f->sha256,
		.size = f->size,
		.name = f->name,
		.dock = "",
		.docked_by = rq->user->id };
	TRY(upload_promise(rq, &u, form_text(rq, "device")));
	TRY(file_move(rq, f));
	TRY(upload_check(rq, &u));
	notice(rq, "The recording is being checked; it appears here in a moment.");
	return redirect(rq, "/recordings");
}
