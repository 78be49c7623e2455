/* What devices tell (MESSAGE and NOTIFY), and what they are asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "workers/gb/private.h"

enum { POSITION_EVERY_S = 5 };

/* Copies what fits, whole characters only. */
static void put(char *to, size_t size, const char *s)
{
	size_t n = strlen(s);
	if (n >= size)
		n = size - 1;
	while (n && !utf8_valid(s, n))
		n--;
	memcpy(to, s, n);
	to[n] = '\0';
}
#define PUT(to, s) put(to, sizeof(to), s)

/* ---- questions --------------------------------------------------------------------------- */

static void ask(struct gb_platform *p, struct device *d, const char *cmd, const char *more)
{
	char call_id[CALL_ID_SIZE], tag[28];
	int64_t sn = ++p->next_sn;
	const char *xml = arena_printf(p->arena,
		"<?xml version=\"1.0\" encoding=\"%s\"?>\r\n<Query>\r\n<CmdType>%s</CmdType>\r\n"
		"<SN>%" PRId64 "</SN>\r\n<DeviceID>%s</DeviceID>\r\n%s</Query>\r\n",
		d->edition_2022 ? "GB18030" : "GB2312", cmd, sn, d->id, more);
	new_token(call_id, sizeof(call_id));
	new_token(tag, sizeof(tag));
	request_send(p, &d->peer,
		&(struct request){ .method = "MESSAGE",
			.target = d->id,
			.call_id = call_id,
			.tag = tag,
			.cseq = 20,
			.type = "Application/MANSCDP+xml",
			.body = { (const uint8_t *)xml, strlen(xml) } });
}

void ask_catalogue(struct gb_platform *p, struct device *d)
{
	ask(p, d, "Catalog", "");
}

void ask_information(struct gb_platform *p, struct device *d)
{
	ask(p, d, "DeviceInfo", "");
}

static void on_subscribed(struct gb_platform *p, struct transaction *t, const struct gb_sip *m)
{
	struct device *d = t->about;
	(void)p;
	if (m && m->status < 200)
		return;
	if (!m || m->status >= 300) { /* most fixed cameras know of no position */
		d->subscription[0] = '\0';
		d->next_subscribe = 0;
	} else {
		PUT(d->subscription_tag, m->to_tag);
	}
}

void ask_positions(struct gb_platform *p, struct device *d)
{
	const char *xml = arena_printf(p->arena,
		"<?xml version=\"1.0\" encoding=\"GB2312\"?>\r\n<Query>\r\n"
		"<CmdType>MobilePosition</CmdType>\r\n<SN>%" PRId64 "</SN>\r\n"
		"<DeviceID>%s</DeviceID>\r\n<Interval>%d</Interval>\r\n</Query>\r\n",
		++p->next_sn, d->id, POSITION_EVERY_S);
	if (!*d->subscription) {
		new_token(d->subscription, sizeof(d->subscription));
		d->subscription_cseq = 0;
		d->subscription_tag[0] = '\0';
	}
	request_send(p, &d->peer,
		&(struct request){ .method = "SUBSCRIBE",
			.target = d->id,
			.call_id = d->subscription,
			.tag = "position",
			.to_tag = d->subscription_tag,
			.cseq = ++d->subscription_cseq,
			.headers = arena_printf(
				p->arena, "Event: presence\r\nExpires: %d\r\n", SUBSCRIBE_S),
			.type = "Application/MANSCDP+xml",
			.body = { (const uint8_t *)xml, strlen(xml) },
			.answered = on_subscribed,
			.about = d });
}

/* ---- answers ----------------------------------------------------------------------------- */

static struct channel *channel_get(struct device *d, const char *id)
{
	for (size_t i = 0; i < d->n; i++)
		if (text_is(d->channels[i].id, id))
			return &d->channels[i];
	if (d->n == CHANNELS_MAX)
		return NULL;
	if (d->n == d->room) {
		d->room = d->room ? 2 * d->room : 8;
		d->channels = realloc(d->channels, d->room * sizeof(*d->channels));
		if (!d->channels)
			abort();
	}
	struct channel *c = &d->channels[d->n++];
	*c = (struct channel){ .longitude = GB_NOWHERE, .latitude = GB_NOWHERE };
	PUT(c->id, id);
	return c;
}

static void drop_old_channels(struct device *d, int64_t sn)
{
	size_t kept = 0;
	for (size_t i = 0; i < d->n; i++)
		if (d->channels[i].sn == sn)
			d->channels[kept++] = d->channels[i];
	d->n = kept;
}

/* One of the messages of an answer. What is not in any of them has gone; known when all came. */
static void take_catalogue(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	size_t came = 0;
	for (size_t i = 0; i < x->n; i++) {
		const struct gb_item *item = &x->items[i];
		struct channel *c = gb_id_valid(item->id) ? channel_get(d, item->id) : NULL;
		if (!c)
			continue;
		PUT(c->name, item->name);
		PUT(c->status, item->status);
		if (gb_id_valid(item->parent))
			PUT(c->parent, item->parent);
		c->ptz = item->ptz;
		c->longitude = item->longitude;
		c->latitude = item->latitude;
		c->sn = x->sn;
	}
	for (size_t i = 0; i < d->n; i++)
		came += d->channels[i].sn == x->sn;
	if ((int64_t)came >= x->sum && came)
		drop_old_channels(d, x->sn);
	d->channels_told = false;
	device_changed(p, d);
}

static void take_information(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	PUT(d->name, x->name);
	PUT(d->manufacturer, x->manufacturer);
	PUT(d->model, x->model);
	PUT(d->firmware, x->firmware);
	device_changed(p, d);
}

static void take_records(struct gb_platform *p, const struct gb_xml *x)
{
	for (struct query *q = p->queries; q; q = q->next) {
		if (q->sn != x->sn || q->done)
			continue;
		for (size_t i = 0; i < x->n && q->n < q->room; i++) {
			struct gb_item *to = &q->items[q->n++];
			*to = x->items[i];
			to->id = arena_dup(q->arena, to->id);
			to->name = arena_dup(q->arena, to->name);
			to->start = arena_dup(q->arena, to->start);
			to->end = arena_dup(q->arena, to->end);
			to->type = arena_dup(q->arena, to->type);
			to->manufacturer = to->model = to->parent = to->status = "";
		}
		q->done = (int64_t)q->n >= x->sum || q->n == q->room;
		pthread_cond_broadcast(&p->turned);
	}
}

/* ---- word of their own ------------------------------------------------------------------- */

static bool alarm_known(const struct gb_platform *p, const struct device *d, const struct gb_xml *x)
{
	for (size_t i = 0; i < p->n_alarms; i++)
		if (p->alarms[i].sn == x->sn && text_is(p->alarms[i].device, d->id) &&
			p->alarms[i].time_ms == gb_time_read(x->time))
			return true; /* sent again over UDP */
	return false;
}

static void take_alarm(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	if (!alarm_known(p, d, x)) {
		if (p->n_alarms == ALARMS_MAX)
			memmove(p->alarms, p->alarms + 1, --p->n_alarms * sizeof(*p->alarms));
		struct alarm *a = &p->alarms[p->n_alarms++];
		*a = (struct alarm){
			.turn = ++p->turn, .time_ms = gb_time_read(x->time), .sn = x->sn
		};
		PUT(a->device, d->id);
		PUT(a->channel, x->device);
		PUT(a->priority, x->priority);
		PUT(a->method, x->method);
		PUT(a->description, x->description);
	}
	char call_id[CALL_ID_SIZE], tag[28];
	const char *xml = arena_printf(p->arena,
		"<?xml version=\"1.0\" encoding=\"GB2312\"?>\r\n<Response>\r\n"
		"<CmdType>Alarm</CmdType>\r\n<SN>%" PRId64 "</SN>\r\n<DeviceID>%s</DeviceID>\r\n"
		"<Result>OK</Result>\r\n</Response>\r\n",
		x->sn, gb_id_valid(x->device) ? x->device : d->id);
	new_token(call_id, sizeof(call_id));
	new_token(tag, sizeof(tag));
	request_send(p, &d->peer,
		&(struct request){ .method = "MESSAGE",
			.target = d->id,
			.call_id = call_id,
			.tag = tag,
			.cseq = 20,
			.type = "Application/MANSCDP+xml",
			.body = { (const uint8_t *)xml, strlen(xml) } });
}

static void take_position(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	if (x->longitude == GB_NOWHERE || x->latitude == GB_NOWHERE || x->latitude > 90 * 1000000 ||
		x->latitude < -90 * 1000000)
		return;
	if (p->n_positions == POSITIONS_MAX)
		memmove(p->positions, p->positions + 1, --p->n_positions * sizeof(*p->positions));
	struct position *q = &p->positions[p->n_positions++];
	*q = (struct position){ .turn = ++p->turn,
		.time_ms = gb_time_read(x->time),
		.longitude = x->longitude,
		.latitude = x->latitude,
		.speed = x->speed,
		.direction = x->direction };
	PUT(q->device, d->id);
	PUT(q->channel, gb_id_valid(x->device) ? x->device : d->id);
}

static void take_notice(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	if (text_is(x->cmd, "Alarm"))
		take_alarm(p, d, x);
	else if (text_is(x->cmd, "MobilePosition"))
		take_position(p, d, x);
	else if (text_is(x->cmd, "MediaStatus"))
		history_over(p, d, x->device);
	else if (text_is(x->cmd, "Catalog")) /* something in it changed: ask for all of it */
		d->next_catalogue = clock_mono() + SECOND;
}

static void take(struct gb_platform *p, struct device *d, const struct gb_xml *x)
{
	if (text_is(x->kind, "Notify"))
		take_notice(p, d, x);
	else if (!text_is(x->kind, "Response"))
		return;
	else if (text_is(x->cmd, "Catalog"))
		take_catalogue(p, d, x);
	else if (text_is(x->cmd, "DeviceInfo"))
		take_information(p, d, x);
	else if (text_is(x->cmd, "RecordInfo"))
		take_records(p, x);
}

/* A device is who registered from that host. One that did not, or whose registration we lost with
 * the process, is told so, and registers again. */
void on_told(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	struct device *d = device_find(p, m->from_user);
	struct gb_xml x;
	struct fault why = { 0 };
	if (!d || !d->online || !peer_same_host(&d->peer, from)) {
		answer_send(p, m, from, "403 Forbidden\r\n");
		return;
	}
	d->seen = clock_mono();
	d->peer = *from;
	if (m->body.n && gb_xml_read(p->arena, m->body, &x, &why)) {
		log_event(LOG_WARN, "gb.bad_xml", "device", d->id, "error", why.text, NULL);
		answer_send(p, m, from, "400 Bad Request\r\n");
		return;
	}
	answer_send(p, m, from, "200 OK\r\n");
	if (m->body.n)
		take(p, d, &x);
}

/* ---- recordings -------------------------------------------------------------------------- */

static void forget_query(struct gb_platform *p, struct query *q)
{
	struct query **at = &p->queries;
	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
}

enum err gb_records(struct gb_platform *p, struct arena *a, const struct gb_records_ask *want,
	struct gb_records *out)
{
	struct query q = { .arena = a, .room = GB_ITEMS_MAX };
	q.items = NEWS(a, struct gb_item, q.room);
	pthread_mutex_lock(&p->lock);
	struct device *d = device_find(p, want->device);
	if (!d || !d->online) {
		pthread_mutex_unlock(&p->lock);
		return E_NOT_FOUND;
	}
	char *from = gb_time_text(a, want->from_ms), *to = gb_time_text(a, want->to_ms);
	from[19] = to[19] = '\0'; /* whole seconds here */
	q.sn = p->next_sn + 1;	  /* ask() takes it */
	q.next = p->queries;
	p->queries = &q;
	struct device named = *d;
	PUT(named.id, want->channel);
	ask(p, &named, "RecordInfo",
		arena_printf(a,
			"<StartTime>%s</StartTime>\r\n<EndTime>%s</EndTime>\r\n"
			"<Secrecy>0</Secrecy>\r\n<Type>all</Type>\r\n",
			from, to));
	struct timespec until = { (time_t)(want->deadline / 1000),
		(long)(want->deadline % 1000) * 1000000 };
	while (!q.done && !pthread_cond_timedwait(&p->turned, &p->lock, &until))
		;
	forget_query(p, &q);
	pthread_mutex_unlock(&p->lock);
	*out = (struct gb_records){ q.items, q.n };
	return q.done ? OK : E_BUSY;
}
