/* What devices told, for the web process. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "workers/gb/private.h"

enum { DEVICES_AT_ONCE = 200, CHANNELS_AT_ONCE = 4000, THINGS_AT_ONCE = 500 };

static void put_number(json_t *o, const char *name, int64_t v)
{
	if (v != GB_NOWHERE)
		json_object_set_new(o, name, json_integer(v));
}

static json_t *channels_json(const struct device *d)
{
	json_t *list = json_array();
	for (size_t i = 0; i < d->n; i++) {
		const struct channel *c = &d->channels[i];
		json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:I}", "id", c->id, "name", c->name,
			"parent", c->parent, "status", c->status, "ptz", (json_int_t)c->ptz);
		put_number(o, "longitude", c->longitude);
		put_number(o, "latitude", c->latitude);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *device_json(const struct device *d)
{
	char address[INET_ADDRSTRLEN] = "";
	inet_ntop(AF_INET, &d->peer.at.sin_addr, address, sizeof(address));
	return json_pack("{s:s,s:b,s:s,s:s,s:b,s:I,s:s,s:s,s:s,s:s,s:s}", "id", d->id, "known",
		d->known, "edition", d->edition_2022 ? "2022" : "2016", "transport",
		d->peer.connection < 0 ? "udp" : "tcp", "online", d->online, "since",
		(json_int_t)d->since_ms, "address", address, "name", d->name, "manufacturer",
		d->manufacturer, "model", d->model, "firmware", d->firmware);
}

static json_t *devices_json(struct gb_platform *p)
{
	json_t *list = json_array();
	size_t devices = 0, channels = 0;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct device *d = p->devices[i];
		if (d)
			d->reporting = false;
		if (!d || d->changed <= d->told)
			continue;
		if (devices == DEVICES_AT_ONCE || channels > CHANNELS_AT_ONCE)
			continue; /* in the next report */
		json_t *o = device_json(d);
		if (!d->channels_told && d->n) { /* what is not asked for yet is not empty */
			json_object_set_new(o, "channels", channels_json(d));
			channels += d->n;
		}
		json_array_append_new(list, o);
		d->reporting = true;
		devices++;
	}
	return list;
}

static json_t *alarms_json(const struct gb_platform *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->n_alarms && i < THINGS_AT_ONCE; i++) {
		const struct alarm *a = &p->alarms[i];
		json_array_append_new(list,
			json_pack("{s:s,s:s,s:s,s:s,s:I,s:s}", "device", a->device, "channel",
				a->channel, "priority", a->priority, "method", a->method, "time",
				(json_int_t)a->time_ms, "description", a->description));
	}
	return list;
}

static json_t *positions_json(const struct gb_platform *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->n_positions && i < THINGS_AT_ONCE; i++) {
		const struct position *q = &p->positions[i];
		json_t *o = json_pack("{s:s,s:s,s:I,s:I,s:I}", "device", q->device, "channel",
			q->channel, "at", (json_int_t)q->time_ms, "longitude",
			(json_int_t)q->longitude, "latitude", (json_int_t)q->latitude);
		put_number(o, "speed", q->speed);
		put_number(o, "direction", q->direction);
		json_array_append_new(list, o);
	}
	return list;
}

/* Frees it. */
static char *text_of(struct arena *a, json_t *j)
{
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
	char *copy = text ? arena_dup(a, text) : NULL;
	free(text);
	json_decref(j);
	return copy;
}

/* NULL: nothing was dropped since the last report. */
static json_t *flood_json(const struct gb_platform *p)
{
	char address[INET_ADDRSTRLEN] = "";
	if (p->dropped == p->dropped_told)
		return NULL;
	inet_ntop(AF_INET, &p->dropped_from, address, sizeof(address));
	return json_pack("{s:I,s:s}", "dropped", (json_int_t)(p->dropped - p->dropped_told),
		"address", address);
}

void gb_report(struct gb_platform *p, struct arena *a, const char *node, struct gb_report *out)
{
	*out = (struct gb_report){ 0 };
	pthread_mutex_lock(&p->lock);
	uint64_t turn = p->turn;
	json_t *devices = devices_json(p), *alarms = alarms_json(p), *flood = flood_json(p);
	json_t *positions = positions_json(p);
	out->dropped = p->dropped;
	pthread_mutex_unlock(&p->lock);
	out->turn = turn;
	if (json_array_size(devices) || json_array_size(alarms) || flood) {
		json_t *j = json_pack("{s:s,s:O,s:O}", "node", node ? node : "", "devices", devices,
			"alarms", alarms);
		if (flood)
			json_object_set_new(j, "flood", flood);
		out->json = text_of(a, j);
	}
	if (json_array_size(positions))
		out->positions = text_of(a, json_pack("{s:O}", "positions", positions));
	json_decref(devices);
	json_decref(alarms);
	json_decref(positions);
}

void gb_reported(struct gb_platform *p, const struct gb_report *r)
{
	size_t alarms = 0, positions = 0;
	pthread_mutex_lock(&p->lock);
	if (r->json)
		p->dropped_told = r->dropped;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct device *d = p->devices[i];
		if (!d || !d->reporting)
			continue;
		d->reporting = false;
		d->told = r->turn;
		d->channels_told = d->changed <= r->turn;
	}
	while (alarms < p->n_alarms && alarms < THINGS_AT_ONCE && p->alarms[alarms].turn <= r->turn)
		alarms++;
	while (positions < p->n_positions && positions < THINGS_AT_ONCE &&
		p->positions[positions].turn <= r->turn)
		positions++;
	p->n_alarms -= alarms;
	p->n_positions -= positions;
	memmove(p->alarms, p->alarms + alarms, p->n_alarms * sizeof(*p->alarms));
	memmove(p->positions, p->positions + positions, p->n_positions * sizeof(*p->positions));
	pthread_mutex_unlock(&p->lock);
}
