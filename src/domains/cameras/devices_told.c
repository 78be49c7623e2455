/* What GB/T 28181 devices told the media worker. Nobody decides anything here, so nothing is
 * witnessed; every part is a device's own word, bounded, and may be told twice. */
#include "domains/cameras/devices.h"

enum { KEEP_ALARMS_DAYS = 180, LATE_MS = 10 * MINUTE };

static enum err take_channels(struct req *rq, const char *device, const struct node *list)
{
	TRY(db_run(rq, "DELETE FROM gb_channels WHERE device = $1", device));
	NODE_EACH (c, list) {
		const char *channel = node_text(c, "id", "");
		if (check_gb_number(channel))
			continue;
		TRY(db_run(rq,
			"INSERT INTO gb_channels (device, channel, name, status, ptz, longitude, "
			"latitude) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (device, "
			"channel) DO NOTHING",
			device, channel, node_text(c, "name", ""), node_text(c, "status", ""),
			node_int(c, "ptz", 0), node_int(c, "longitude", 0),
			node_int(c, "latitude", 0)));
	}
	return OK;
}

/* A stranger's edition stays empty: it never got in. A device that went over to another node is the
 * other's: what the one before still says of it, that it is there, or is lost, is old news. */
static enum err take_device(struct req *rq, const char *node, const struct node *d)
{
	const char *device = node_text(d, "id", "");
	const struct node *channels = node_find(d, "channels");
	bool known = node_true(d, "known");
	if (check_gb_number(device))
		return OK;
	TRY(db_run(rq,
		"INSERT INTO gb_states (device, node, online, since, edition, transport, address, "
		"name, manufacturer, model, firmware, reported_at) VALUES ($1, $2, $3, $4, $5, $6, "
		"$7, $8, $9, $10, $11, $12) ON CONFLICT (device) DO UPDATE SET node = "
		"excluded.node, online = excluded.online, since = excluded.since, edition = "
		"excluded.edition, transport = excluded.transport, address = excluded.address, "
		"name = excluded.name, manufacturer = excluded.manufacturer, model = "
		"excluded.model, firmware = excluded.firmware, reported_at = excluded.reported_at "
		"WHERE gb_states.node = excluded.node OR gb_states.online = 0 OR excluded.online = "
		"1 AND excluded.since > gb_states.since",
		device, node, (int64_t)node_true(d, "online"), node_int(d, "since", 0),
		known ? node_text(d, "edition", "") : "", node_text(d, "transport", ""),
		node_text(d, "address", ""), node_text(d, "name", ""),
		node_text(d, "manufacturer", ""), node_text(d, "model", ""),
		node_text(d, "firmware", ""), rq->now));
	return known && channels ? take_channels(rq, device, channels) : OK;
}

/* A device's clock may be years off: then the time of the report is the better word. */
static int64_t time_of(struct req *rq, const struct node *n)
{
	int64_t at = node_int(n, "time", 0);
	return at <= 0 || at > rq->now + LATE_MS || at < rq->now - DAY ? rq->now : at;
}

static enum err take_alarm(struct req *rq, const struct node *a)
{
	return db_run(rq,
		"INSERT INTO gb_alarms (id, device, channel, priority, method, description, at, "
		"reported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
		id_new(), node_text(a, "device", ""), node_text(a, "channel", ""),
		node_text(a, "priority", ""), node_text(a, "method", ""),
		node_text(a, "description", ""), time_of(rq, a), rq->now);
}

/* What was turned away within a day of the last time counts together. */
static enum err take_flood(struct req *rq, const char *node, const struct node *f)
{
	int64_t dropped = node_int(f, "dropped", 0);
	if (dropped <= 0)
		return OK;
	return db_run(rq,
		"INSERT INTO gb_floods (node, dropped, address, since, last_at) VALUES ($1, $2, "
		"$3, $4, $4) ON CONFLICT (node) DO UPDATE SET dropped = CASE WHEN "
		"gb_floods.last_at < $5 THEN 0 ELSE gb_floods.dropped END + excluded.dropped, "
		"since = CASE WHEN gb_floods.last_at < $5 THEN excluded.since ELSE "
		"gb_floods.since END, address = excluded.address, last_at = excluded.last_at",
		node, dropped, node_text(f, "address", ""), rq->now, rq->now - DAY);
}

static enum err forget(struct req *rq)
{
	TRY(db_run(rq, "DELETE FROM gb_alarms WHERE reported_at < $1",
		rq->now - KEEP_ALARMS_DAYS * DAY));
	return db_run(
		rq, "DELETE FROM gb_states WHERE edition = '' AND reported_at < $1", rq->now - DAY);
}

enum err internal_devices(struct req *rq)
{
	struct node *n;
	struct fault why = { 0 };
	struct bytes b = { rq->http->body.at, rq->http->body.n };

	if (json_parse(rq->arena, b, &n, &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	NODE_EACH (d, node_find(n, "devices"))
		TRY(take_device(rq, node_text(n, "node", ""), d));
	NODE_EACH (a, node_find(n, "alarms"))
		TRY(take_alarm(rq, a));
	if (node_find(n, "flood"))
		TRY(take_flood(rq, node_text(n, "node", ""), node_find(n, "flood")));
	TRY(forget(rq));
	return reply_text(rq, "application/json", "{}");
}
