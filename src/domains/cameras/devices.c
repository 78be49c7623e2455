/* GB/T 28181 devices: the officer enters number and password, the device registers with the media
 * worker, its channels become cameras. */
#include "domains/cameras/devices.h"

#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/watch.h"

#include <string.h>

enum { NUMBER_DIGITS = 20, PASSWORD_LEAST = 8, PASSWORD_MOST = 64 };

const char *check_gb_number(const char *value)
{
	if (strlen(value) == NUMBER_DIGITS && strspn(value, "0123456789") == NUMBER_DIGITS)
		return NULL;
	return "has 20 digits";
}

static const struct choice device_states[] = { { "open", "May register", "green" },
	{ "closed", "Shut out", "neutral" }, { 0 } };
static const struct choice online_states[] = {
	{ "online", "Online", "green" },
	{ "offline", "Offline", "red" },
	{ "", "Never came", "neutral" },
	{ 0 },
};

const struct model gb_device_model = MODEL("gb_devices", struct gb_device, .witnessed = true,
	FIELDS(STORED(struct gb_device, id), STORED(struct gb_device, version),
		INPUT(struct gb_device, device, "Number of the device", .required = true, .max = 20,
			.check = check_gb_number,
			.hint = "20 digits (GB/T 28181), as set in the device"),
		INPUT(struct gb_device, label, "What it is", .required = true, .max = 80,
			.hint = "For example: recorder of the school canteen"),
		STORED(struct gb_device, area),
		STORED(struct gb_device, state, .choices = device_states),
		STORED(struct gb_device, created_by, .as = AS_ID),
		STORED(struct gb_device, created_at, .as = AS_TIME)));

enum err put_devices(struct req *rq, struct node *view)
{
	struct rows *r;
	bool more;
	struct node *list = put_list(view, "devices");
	TRY(db_query(rq, &r,
		"SELECT d.device, s.password FROM gb_devices d JOIN gb_secrets s ON s.id = d.id "
		"WHERE d.state = 'open' ORDER BY d.device"));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct node *n = put_map(list, NULL);
		put_text(n, "id", arena_dup(rq->arena, rows_text(r, 0)));
		put_text(n, "password", arena_dup(rq->arena, rows_text(r, 1)));
	}
	rows_close(r);
	return OK;
}

/* ---- list ------------------------------------------------------------ */
struct device_row {
	int64_t id;
	const char *device, *label, *state, *online, *name, *address, *edition;
	int64_t since, channels;
};
#define ROW(m, ...) STORED(struct device_row, m, __VA_ARGS__)
static const struct model device_row_model = MODEL("devices", struct device_row,
	FIELDS(STORED(struct device_row, id), STORED(struct device_row, device),
		STORED(struct device_row, label), ROW(state, .choices = device_states),
		ROW(online, .choices = online_states), STORED(struct device_row, name),
		STORED(struct device_row, address), STORED(struct device_row, edition),
		ROW(since, .as = AS_TIME), STORED(struct device_row, channels)));

#define DEVICE_COLUMNS                                                                             \
	"SELECT d.id, d.device, d.label, d.state, CASE WHEN s.device IS NULL OR s.edition = '' "   \
	"THEN '' WHEN s.online = 1 THEN 'online' ELSE 'offline' END AS online,"                    \
	" coalesce(s.name, '') AS name, coalesce(s.address, '') AS address,"                       \
	" coalesce(s.edition, '') AS edition, coalesce(s.since, 0) AS since,"                      \
	" (SELECT count(*) FROM gb_channels c WHERE c.device = d.device) AS channels"              \
	" FROM gb_devices d LEFT JOIN gb_states s ON s.device = d.device"

struct stranger {
	const char *device, *address;
	int64_t reported_at;
};
static const struct model stranger_model = MODEL("strangers", struct stranger,
	FIELDS(STORED(struct stranger, device), STORED(struct stranger, address),
		STORED(struct stranger, reported_at, .as = AS_TIME)));

struct flood {
	const char *node, *address;
	int64_t dropped, since, last_at;
};
static const struct model flood_model = MODEL("floods", struct flood,
	FIELDS(STORED(struct flood, node), STORED(struct flood, address),
		STORED(struct flood, dropped), STORED(struct flood, since, .as = AS_TIME),
		STORED(struct flood, last_at, .as = AS_TIME)));

enum err device_index(struct req *rq)
{
	struct list l, strangers, floods;
	struct paging p = paging(rq, 50);

	TRY(db_all(rq, &device_row_model, &l,
		DEVICE_COLUMNS " WHERE ($1 = 0 OR d.area = $1) ORDER BY d.id DESC LIMIT $2 OFFSET "
			       "$3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "devices", &device_row_model, &l);
	TRY(db_all(rq, &stranger_model, &strangers,
		"SELECT s.device, s.address, s.reported_at FROM gb_states s WHERE NOT EXISTS "
		"(SELECT 1 FROM gb_devices d WHERE d.device = s.device) ORDER BY s.reported_at "
		"DESC LIMIT 20"));
	show_list(rq, "strangers", &stranger_model, &strangers);
	TRY(db_all(rq, &flood_model, &floods,
		"SELECT node, address, dropped, since, last_at FROM gb_floods WHERE last_at >= $1 "
		"ORDER BY last_at DESC LIMIT 20",
		rq->now - DAY));
	show_list(rq, "floods", &flood_model, &floods);
	put_flag(rq->view, "may_add", may(rq, CAMERA_WRITE));
	return page(rq, "cameras/devices");
}

/* ---- entry ----------------------------------------------------------- */
static bool password_wrong(struct req *rq, const char *password)
{
	size_t n = strlen(password);
	if (n >= PASSWORD_LEAST && n <= PASSWORD_MOST && strspn(password, " ") == 0)
		return false;
	field_error(rq, "password", "has 8 to 64 characters, the first of them no blank");
	return true;
}

enum err device_new(struct req *rq)
{
	struct gb_device d = { .device = query_text(rq, "device"), .label = "" };
	show_form(rq, "form", &gb_device_model, &d);
	return page(rq, "cameras/device_form");
}

enum err device_create(struct req *rq)
{
	struct gb_device d = { .state = "open",
		.area = rq->user->area,
		.created_by = rq->user->id,
		.created_at = rq->now };
	const char *password = form_raw(rq, "password");
	int64_t there = 0;
	enum err e = form_read(rq, &gb_device_model, &d);

	if (!e)
		TRY(db_int(
			rq, &there, "SELECT count(*) FROM gb_devices WHERE device = $1", d.device));
	if (there)
		field_error(rq, "device", "is in the register already");
	if (password_wrong(rq, password) || e || there) {
		show_form(rq, "form", &gb_device_model, &d);
		return form_again(rq, "cameras/device_form");
	}
	TRY(db_insert(rq, &gb_device_model, &d));
	TRY(db_run(rq, "INSERT INTO gb_secrets (id, password) VALUES ($1, $2)", d.id, password));
	TRY(emit(rq, DEVICE_REGISTERED, d.id, 0, json_of(rq, &gb_device_model, &d)));
	notice(rq, "The device may register now. Set the same password in the device.");
	return redirect(rq, "/devices/%" PRId64, d.id);
}

static enum err device_load(struct req *rq, struct gb_device *d)
{
	TRY(db_one(rq, &gb_device_model, d, "SELECT * FROM gb_devices WHERE id = $1", rq->id));
	return in_area(rq, d->area);
}

static enum err changed(struct req *rq, struct gb_device *d)
{
	TRY(db_update(rq, &gb_device_model, d));
	TRY(emit(rq, DEVICE_CHANGED, d->id, 0, json_of(rq, &gb_device_model, d)));
	return redirect(rq, "/devices/%" PRId64, d->id);
}

/* The fact that it was changed is kept, the password is not shown. */
enum err device_password(struct req *rq)
{
	struct gb_device d;
	const char *password = form_raw(rq, "password");

	TRY(device_load(rq, &d));
	if (password_wrong(rq, password))
		return fail(rq, E_INVALID, "A password has 8 to 64 characters.");
	TRY(db_change(rq, "UPDATE gb_secrets SET password = $2 WHERE id = $1", d.id, password));
	notice(rq, "The password was changed. The device has to register again with it.");
	return changed(rq, &d);
}

enum err device_close(struct req *rq)
{
	struct gb_device d;
	TRY(device_load(rq, &d));
	d.state = text_is(d.state, "open") ? "closed" : "open";
	return changed(rq, &d);
}

/* ---- one device ------------------------------------------------------ */
struct channel_row {
	const char *channel, *name, *status, *url;
	int64_t camera;
};
static const struct model channel_model = MODEL("channels", struct channel_row,
	FIELDS(STORED(struct channel_row, channel), STORED(struct channel_row, name),
		STORED(struct channel_row, status), STORED(struct channel_row, url),
		STORED(struct channel_row, camera, .as = AS_ID)));

#define CHANNEL_COLUMNS                                                                            \
	"SELECT n.channel, n.name, n.status, 'gb28181://' || n.device || '/' || n.channel AS "     \
	"url, coalesce((SELECT min(c.id) FROM cameras c WHERE c.url LIKE 'gb28181://' || "         \
	"n.device || '/' || n.channel || '%'), 0) AS camera FROM gb_channels n"

static enum err put_about(struct req *rq, const char *device)
{
	struct list l;
	TRY(db_all(rq, &device_row_model, &l, DEVICE_COLUMNS " WHERE d.device = $1", device));
	show_list(rq, "about", &device_row_model, &l);
	return OK;
}

enum err device_page(struct req *rq)
{
	struct gb_device d;
	struct list l;

	TRY(device_load(rq, &d));
	show(rq, "device", &gb_device_model, &d);
	TRY(put_about(rq, d.device));
	TRY(db_all(rq, &channel_model, &l,
		CHANNEL_COLUMNS " WHERE n.device = $1 ORDER BY n.channel LIMIT 1024", d.device));
	struct node *rows = show_table(rq, "channels", &channel_model, &l);
	for (struct node *n = rows->first; n; n = n->next)
		put_flag(n, "free", node_int(n, "camera", 0) == 0)->hidden = true;
	put_flag(rq->view, "may_edit", may(rq, CAMERA_WRITE));
	put_flag(rq->view, "is_open", text_is(d.state, "open"));
	return page(rq, "cameras/device");
}

struct business {
	int64_t id;
	const char *name, *href;
};
static const struct model business_model = MODEL("businesses", struct business,
	FIELDS(STORED(struct business, id), STORED(struct business, name),
		STORED(struct business, href)));

/* What follows /cameras/new? for a channel of that name by that transport. */
static const char *new_camera(struct req *rq, const struct business *b, const struct channel_row *c)
{
	const char *way = query_text(rq, "transport");
	const char *url = arena_printf(rq->arena, "%s%s%s", c->url, *way ? "?transport=" : "", way);
	return arena_printf(rq->arena, "/cameras/new?operator=%" PRId64 "&name=%s&url=%s", b->id,
		url_encode(rq->arena, c->name), url_encode(rq->arena, url));
}

enum err device_channel(struct req *rq)
{
	struct gb_device d;
	struct channel_row c;
	struct list l;
	const char *q = query_text(rq, "q");

	TRY(device_load(rq, &d));
	TRY(db_one(rq, &channel_model, &c,
		CHANNEL_COLUMNS " WHERE n.device = $1 AND n.channel = $2", d.device, rq->key));
	TRY(db_all(rq, &business_model, &l,
		"SELECT id, name, '' AS href FROM pub_operators WHERE $1 <> '' AND lower(name) "
		"LIKE "
		"lower($2) AND ($3 = 0 OR area = $3) ORDER BY name LIMIT 20",
		q, arena_printf(rq->arena, "%%%s%%", q), rq->user->area));
	for (struct business *b = LIST_OF(struct business, &l); b < LIST_END(struct business, &l);
		b++)
		b->href = new_camera(rq, b, &c);
	show(rq, "device", &gb_device_model, &d);
	show(rq, "channel", &channel_model, &c);
	show_list(rq, "businesses", &business_model, &l);
	put_text(rq->view, "q", q);
	put_flag(rq->view, "searched", *q != '\0');
	return page(rq, "cameras/device_channel");
}

/* ---- alarms ---------------------------------------------------------- */
static const struct choice alarm_methods[] = {
	{ "1", "Telephone", "neutral" },
	{ "2", "Alarm of the device", "yellow" },
	{ "3", "Text message", "neutral" },
	{ "4", "Position", "neutral" },
	{ "5", "Picture", "yellow" },
	{ "6", "Fault of the device", "red" },
	{ "7", "Other", "neutral" },
	{ 0 },
};
struct alarm {
	int64_t at;
	const char *device, *channel, *priority, *method, *description;
};
static const struct model alarm_model = MODEL("alarms", struct alarm,
	FIELDS(STORED(struct alarm, at, .as = AS_TIME), STORED(struct alarm, device),
		STORED(struct alarm, channel), STORED(struct alarm, priority),
		STORED(struct alarm, method, .choices = alarm_methods),
		STORED(struct alarm, description)));

enum err device_alarms(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);

	TRY(db_all(rq, &alarm_model, &l,
		"SELECT a.at, a.device, a.channel, a.priority, a.method, a.description FROM "
		"gb_alarms a JOIN gb_devices d ON d.device = a.device WHERE ($1 = 0 OR d.area = "
		"$1) ORDER BY a.reported_at DESC, a.id DESC LIMIT $2 OFFSET $3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "alarms", &alarm_model, &l);
	return page(rq, "cameras/device_alarms");
}
