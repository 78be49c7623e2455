/* Recordings on their way: promised with their digests, sent in pieces that may break off anywhere,
 * gone on with at the byte where they stopped. The bytes lie in DATA/tmp until a job has read and
 * digested all of them; only then there is a recording. */
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { NAME_MAX_CHARS = 200, COPY_BYTES = 256 * 1024 };
#define ROOM_LEFT ((int64_t)1024 * 1024 * 1024) /* for the rest of the house */

const char *part_path(struct req *rq, const char *sm3)
{
	return arena_printf(rq->arena, "%s/dock-%s.part", store_tmp(rq_store(rq)), sm3);
}

enum err upload_load(struct req *rq, const char *sm3, struct upload *u)
{
	struct digest d;

	if (!digest_parse(sm3, &d))
		return fail(rq, E_NOT_FOUND, "This is not the SM3 of a recording.");
	return db_one(rq, &upload_model, u, "SELECT * FROM recording_uploads WHERE sm3 = $1", sm3);
}

/* Bytes that are here already. */
static int64_t here(struct req *rq, const char *sm3)
{
	struct stat st;

	return stat(part_path(rq, sm3), &st) ? 0 : st.st_size;
}

/* ---- promised ----------------------------------------------------------------------------------
 */
static enum err device_find(struct req *rq, struct upload *u, const char *number)
{
	enum err e = db_int(rq, &u->device,
		"SELECT id FROM pub_equipment WHERE number = $1 AND kind = 'body_camera'", number);

	if (e != E_NOT_FOUND)
		return e;
	return fail(rq, E_INVALID,
		"There is no body camera %s in the register of equipment. Register it, or check "
		"the number on it.",
		number);
}

/* Its key was made once; that it is lost or scrapped is said in the register, and then it opens
 * nothing any more. */
static enum err dock_check(struct req *rq, const char *number)
{
	int64_t known = 1;

	if (*number)
		TRY(db_int(rq, &known,
			"SELECT count(*) FROM pub_equipment WHERE number = $1 AND kind = 'dock' "
			"AND state NOT IN ('lost', 'scrapped')",
			number));
	return known ? OK
		     : fail(rq, E_INVALID,
			       "There is no docking station %s in use in the register of "
			       "equipment.",
			       number);
}

static enum err size_check(struct req *rq, const struct upload *u)
{
	int64_t mib;
	struct statvfs room;

	TRY(recording_term(rq, "largest_mib", &mib));
	if (u->size < 1)
		return fail(rq, E_INVALID, "The file is empty.");
	if (u->size > mib * 1024 * 1024)
		return fail(rq, E_TOO_LARGE, "A recording has at most %d MiB.", (int)mib);
	if (here(rq, u->sm3) > u->size) /* of another promise: begin anew */
		unlink(part_path(rq, u->sm3));
	int64_t missing = u->size - here(rq, u->sm3);
	if (!statvfs(store_tmp(rq_store(rq)), &room) &&
		(int64_t)room.f_bavail * (int64_t)room.f_frsize < missing + ROOM_LEFT)
		return fail(rq, E_BUSY,
			"There is no room for this recording in the centre. Tell the "
			"administrator; it stays on the device.");
	return OK;
}

enum err upload_promise(struct req *rq, struct upload *u, const char *device)
{
	struct digest d;

	if (!digest_parse(u->sm3, &d) || !digest_parse(u->sha256, &d))
		return fail(rq, E_INVALID, "SM3 and SHA-256 are needed, 64 hexadecimal digits.");
	if (!*u->name || utf8_length(u->name) > NAME_MAX_CHARS)
		return fail(rq, E_INVALID, "A file name has 1 to 200 characters.");
	TRY(device_find(rq, u, device));
	TRY(dock_check(rq, u->dock));
	TRY(size_check(rq, u));
	return db_run(rq,
		"INSERT INTO recording_uploads (sm3, sha256, size, device, name, modified_at, "
		"dock, docked_by, state, why, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
		"'open', '', $9) ON CONFLICT (sm3) DO UPDATE SET sha256 = excluded.sha256, size = "
		"excluded.size, device = excluded.device, name = excluded.name, modified_at = "
		"excluded.modified_at, dock = excluded.dock, docked_by = excluded.docked_by, state "
		"= 'open', why = '', changed_at = excluded.changed_at WHERE "
		"recording_uploads.state <> 'checking'",
		u->sm3, u->sha256, u->size, u->device, u->name, u->modified_at, u->dock,
		u->docked_by, rq->now);
}

/* ---- told ---------------------------------------------------------------------------------------
 */
static enum err tell(struct req *rq, const char *sm3)
{
	struct upload u;
	int64_t id;
	enum err e = db_int(rq, &id, "SELECT id FROM recordings WHERE sm3 = $1", sm3);

	if (!e) {
		put_text(rq->view, "state", "kept");
		put_printf(rq->view, "id", "%" PRId64, id);
		return reply_json(rq);
	}
	if (e != E_NOT_FOUND)
		return e;
	e = upload_load(rq, sm3, &u);
	if (e && e != E_NOT_FOUND)
		return e;
	put_text(rq->view, "state", e ? "none" : u.state);
	put_text(rq->view, "why", e ? "" : tr(rq, u.why));
	put_int(rq->view, "offset", e ? 0 : here(rq, sm3));
	return reply_json(rq);
}

enum err upload_state(struct req *rq)
{
	return tell(rq, rq->key);
}

enum err upload_begin(struct req *rq)
{
	int64_t there;
	struct upload u = { .sm3 = form_text(rq, "sm3"),
		.sha256 = form_text(rq, "sha256"),
		.size = form_int(rq, "size", 0),
		.name = form_text(rq, "name"),
		.modified_at = form_int(rq, "modified", 0),
		.dock = rq->user->login };

	TRY(db_int(rq, &there, "SELECT count(*) FROM recordings WHERE sm3 = $1", u.sm3));
	if (!there)
		TRY(upload_promise(rq, &u, form_text(rq, "device")));
	return tell(rq, u.sm3);
}

/* ---- pieces
 * --------------------------------------------------------------------------------------
 */
static bool copy(int from, int to, int64_t at, void *room)
{
	for (;;) {
		ssize_t n = read(from, room, COPY_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		for (ssize_t done = 0; done < n;) {
			ssize_t k = pwrite(to, (uint8_t *)room + done, (size_t)(n - done), at);
			if (k < 0 && errno == EINTR)
				continue;
			if (k <= 0)
				return false;
			done += k;
			at += k;
		}
	}
}

/* What is written stays when the transaction is undone: the same piece may come again, and the
 * digest over all of them decides. */
static enum err piece_write(struct req *rq, const struct http_file *f, int64_t at)
{
	int from = open(f->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int to = open(part_path(rq, rq->key), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool done = from >= 0 && to >= 0 && copy(from, to, at, arena_alloc(rq->arena, COPY_BYTES));
	int why = errno;

	if (from >= 0)
		close(from);
	if (to >= 0 && close(to))
		done = false;
	if (done)
		return OK;
	log_event(LOG_ERROR, "recording.piece_failed", "why", strerror(why), NULL);
	return fail(rq, E_BUSY, "The file could not be kept. Please try again in a moment.");
}

enum err upload_part(struct req *rq)
{
	struct upload u;
	const struct http_file *f = form_file(rq, "part");
	int64_t offset = form_int(rq, "offset", -1);

	TRY(upload_load(rq, rq->key, &u));
	if (!text_is(u.state, "open"))
		return fail(rq, E_CONFLICT, "This recording is being checked already.");
	const char *why = part_wrong(offset, f ? f->size : 0, here(rq, u.sm3), u.size);
	if (why)
		return fail(rq, E_CONFLICT, "%s", tr(rq, why));
	TRY(piece_write(rq, f, offset));
	TRY(db_run(
		rq, "UPDATE recording_uploads SET changed_at = $2 WHERE sm3 = $1", u.sm3, rq->now));
	put_int(rq->view, "offset", offset + f->size);
	return reply_json(rq);
}

enum err upload_check(struct req *rq, const struct upload *u)
{
	TRY(db_change(rq,
		"UPDATE recording_uploads SET state = 'checking', changed_at = $2 WHERE sm3 = $1 "
		"AND state = 'open'",
		u->sm3, rq->now));
	return job_add(rq, .kind = "recordings.take", .data = json_pairs(rq, "sm3", u->sm3, NULL));
}

enum err upload_end(struct req *rq)
{
	struct upload u;
	int64_t there;

	TRY(db_int(rq, &there, "SELECT count(*) FROM recordings WHERE sm3 = $1", rq->key));
	if (there)
		return tell(rq, rq->key);
	TRY(upload_load(rq, rq->key, &u));
	if (text_is(u.state, "open") && here(rq, u.sm3) != u.size)
		return fail(rq, E_CONFLICT, "A piece before this one is missing.");
	if (text_is(u.state, "open"))
		TRY(upload_check(rq, &u));
	return tell(rq, rq->key);
}
