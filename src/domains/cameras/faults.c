/* Cameras that give no picture: which, why, since when, and who was told.
 *
 * A camera is silent when its worker says so, or when the node that should record it is not heard
 * of. Its operator is told once the silence has lasted (rules/media/faults.json), not at night. */
#include "domains/cameras/keep.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

enum { TOLD_EACH_MINUTE = 200, PHONE_SHOWN = 4 };

const struct choice live_states[] = {
	{ "live", "Live", "green" },
	{ "connecting", "Connecting", "yellow" },
	{ "lost", "Disconnected", "red" },
	{ "away", "Recorder away", "red" },
	{ "", "No report yet", "neutral" },
	{ 0 },
};

/* What a technician may do about it stands in the sentence. */
const struct choice stream_reasons[] = {
	{ "refused", "Nothing answers at its address: is the device on?", "red" },
	{ "unreachable", "Its address cannot be reached: network or router of the kitchen.",
		"red" },
	{ "unauthorized", "User name or password is wrong.", "red" },
	{ "not_found", "The device knows no such stream: check the path.", "red" },
	{ "not_pushed", "Nobody sends to it: check the push address and key on the device.",
		"red" },
	{ "timeout", "It stopped sending.", "red" },
	{ "closed", "It ended the connection.", "red" },
	{ "no_video", "It sends no video.", "red" },
	{ "codec", "Set it to H.264 or H.265.", "red" },
	{ "no_keyframe", "Set its keyframe interval to 2 seconds.", "red" },
	{ "bad_stream", "What it sends cannot be understood.", "red" },
	{ "bad_address", "The stream address is wrong.", "red" },
	{ "storage", "The recorder cannot write: disk full or broken.", "red" },
	{ "stopped", "Recording was stopped.", "neutral" },
	{ "node_away", "The machine that records it is not heard of.", "red" },
	{ "unleased", "No machine records it: is one missing, or is its kind switched off?",
		"red" },
	{ "", "", "neutral" },
	{ 0 },
};

/* ---- the list -------------------------------------------------------- */
struct fault_row {
	int64_t id;
	const char *name, *place, *operator_name, *area_name, *live, *reason;
	int64_t since, last_frame, told_at, operator;
};
static const struct model fault_row_model = MODEL("faults", struct fault_row,
	FIELDS(STORED(struct fault_row, id), STORED(struct fault_row, name),
		STORED(struct fault_row, place), STORED(struct fault_row, operator, .as = AS_ID),
		STORED(struct fault_row, operator_name), STORED(struct fault_row, area_name),
		STORED(struct fault_row, live, .choices = live_states),
		STORED(struct fault_row, reason, .choices = stream_reasons),
		STORED(struct fault_row, since, .as = AS_TIME),
		STORED(struct fault_row, last_frame, .as = AS_TIME),
		STORED(struct fault_row, told_at, .as = AS_TIME)));

/* Open cameras that give no picture now; $1 the area or 0, $2 the moment after which a node was
 * heard of. */
#define SILENT                                                                                     \
	" FROM cameras c JOIN pub_operators o ON o.id = c.operator JOIN pub_areas a ON a.id = "    \
	"c.area LEFT JOIN camera_status s ON s.camera = c.id LEFT JOIN camera_leases x ON "        \
	"x.camera = c.id LEFT JOIN media_nodes n ON n.node = x.node AND n.seen_at >= $2"           \
	" LEFT JOIN camera_told t ON t.camera = c.id"                                              \
	" WHERE c.state = 'open' AND (CAST($1 AS bigint) = 0 OR c.area = $1)"                      \
	" AND (s.state IS NULL OR s.state <> 'live' OR n.node IS NULL)"
#define SILENT_COLUMNS                                                                             \
	"SELECT c.id, c.name, c.place, c.operator, o.name AS operator_name, a.name AS area_name,"  \
	" CASE WHEN n.node IS NULL AND x.node IS NOT NULL THEN 'away'"                             \
	" WHEN s.state = 'live' THEN 'away' ELSE coalesce(s.state, '') END AS live,"               \
	" CASE WHEN x.node IS NULL THEN 'unleased' WHEN n.node IS NULL THEN 'node_away'"           \
	" ELSE coalesce(s.reason, '') END AS reason, coalesce(s.since, c.created_at) AS since,"    \
	" coalesce(s.last_frame, 0) AS last_frame, CASE WHEN t.told_at >= coalesce(s.since, 0)"    \
	" THEN t.told_at ELSE 0 END AS told_at"

enum err fault_index(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);
	int64_t open, silent;

	TRY(db_all(rq, &fault_row_model, &l,
		SILENT_COLUMNS SILENT " ORDER BY since, c.id LIMIT $3 OFFSET $4", rq->user->area,
		rq->now - NODE_SILENT_MS, p.limit, p.offset));
	TRY(db_int(
		rq, &silent, "SELECT count(*)" SILENT, rq->user->area, rq->now - NODE_SILENT_MS));
	TRY(db_int(rq, &open,
		"SELECT count(*) FROM cameras WHERE state = 'open' AND (CAST($1 AS bigint) = 0 OR "
		"area = $1)",
		rq->user->area));
	show_pages(rq, p, &l);
	show_table(rq, "faults", &fault_row_model, &l);
	put_int(rq->view, "silent", silent);
	put_int(rq->view, "open", open);
	put_int(rq->view, "live", open - silent);
	put_keep_warning(rq);
	return page(rq, "cameras/faults");
}

/* ---- telling the operator -------------------------------------------- */
struct tell {
	int64_t camera, since, told_at;
	const char *name, *phone;
};
static const struct model tell_model = MODEL("tell", struct tell,
	FIELDS(STORED(struct tell, camera), STORED(struct tell, since),
		STORED(struct tell, told_at), STORED(struct tell, name),
		STORED(struct tell, phone)));

static enum err tell_one(struct req *rq, const struct tell *t)
{
	int64_t minutes = (rq->now - t->since) / MINUTE;
	TRY(sms_send(rq, t->phone,
		arena_printf(rq->arena,
			"【%s】贵单位摄像头“%s”已中断约%" PRId64
			"分钟，请检查电源和网络。如需帮助请联系辖区监管所。",
			setting(rq, "bureau", "示范区市场监督管理局"), t->name, minutes)));
	return db_run(rq,
		"INSERT INTO camera_told (camera, told_at, phone) VALUES ($1, $2, $3) ON CONFLICT "
		"(camera) DO UPDATE SET told_at = excluded.told_at, phone = excluded.phone",
		t->camera, rq->now, t->phone);
}

/* "22:00-07:00" goes over midnight. */
static bool quiet(const char *hours, int64_t now)
{
	struct civil c = civil_of(now);
	int minute = c.hour * 60 + c.minute, at[2] = { 0, 0 };
	if (check_hours(hours)) /* only its form is checked there */
		return false;
	for (int i = 0; i < 2; i++) {
		const char *s = hours + i * 6;
		at[i] = ((s[0] - '0') * 10 + s[1] - '0') * 60 + (s[3] - '0') * 10 + s[4] - '0';
	}
	return at[0] <= at[1] ? minute >= at[0] && minute < at[1]
			      : minute >= at[0] || minute < at[1];
}

enum err faults_every_minute(struct req *rq)
{
	const struct node *law;
	struct list l;
	struct outage o = { .now = rq->now };

	TRY(rules(rq, "media/faults", rq->now, &law));
	if (quiet(node_text(law, "quiet_hours", ""), rq->now))
		return OK;
	o.tell_after_ms = node_int(law, "tell_operator_after_min", 30) * MINUTE;
	o.tell_again_ms = node_int(law, "tell_again_after_h", 24) * HOUR;
	TRY(db_all(rq, &tell_model, &l,
		"SELECT c.id AS camera, c.name, o.phone, s.since, coalesce(t.told_at, 0) AS told_at"
		" FROM cameras c JOIN camera_status s ON s.camera = c.id JOIN pub_operators o ON "
		"o.id = c.operator LEFT JOIN camera_told t ON t.camera = c.id WHERE c.state = "
		"'open' AND s.state = 'lost' AND s.reason <> 'stopped' AND s.reason <> 'storage'"
		" AND o.phone <> '' AND s.since <= $1 AND (t.told_at IS NULL OR t.told_at < "
		"s.since "
		"OR t.told_at <= $2) ORDER BY s.since LIMIT $3",
		rq->now - o.tell_after_ms, rq->now - o.tell_again_ms, (int)TOLD_EACH_MINUTE));
	for (struct tell *t = LIST_OF(struct tell, &l); t < LIST_END(struct tell, &l); t++) {
		o.since = t->since;
		o.told_at = t->told_at;
		if (outage_to_tell(&o))
			TRY(tell_one(rq, t));
	}
	return OK;
}
