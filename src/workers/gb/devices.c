/* Who registered, and who is still there. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/gb/private.h"

enum { CATALOGUE_SOON_MS = 300, CHALLENGES_STRONG = 2 };

static size_t bucket_of(const char *id)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
	for (; *id; id++)
		h = (h ^ (uint8_t)*id) * UINT64_C(1099511628211);
	return h % BUCKETS;
}

static struct device **slot_of(struct gb_platform *p, const char *id)
{
	size_t i = bucket_of(id);
	while (p->devices[i] && !text_is(p->devices[i]->id, id))
		i = (i + 1) % BUCKETS;
	return &p->devices[i];
}

struct device *device_find(struct gb_platform *p, const char *id)
{
	return *slot_of(p, id);
}

struct device *device_get(struct gb_platform *p, const char *id)
{
	struct device **at = slot_of(p, id);
	if (*at || p->n_devices == DEVICES_MAX)
		return *at;
	*at = calloc(1, sizeof(**at));
	if (!*at)
		abort();
	snprintf((*at)->id, sizeof((*at)->id), "%s", id);
	(*at)->since_ms = clock_now();
	(*at)->peer.connection = -1;
	p->n_devices++;
	return *at;
}

void device_changed(struct gb_platform *p, struct device *d)
{
	d->changed = ++p->turn;
	pthread_cond_broadcast(&p->turned);
}

static void set_online(struct gb_platform *p, struct device *d, bool online, const char *reason)
{
	if (d->online == online)
		return;
	d->online = online;
	d->since_ms = clock_now();
	if (!online) {
		d->subscription[0] = '\0';
		d->next_subscribe = 0;
		d->next_catalogue = 0;
	}
	log_event(online ? LOG_INFO : LOG_WARN, online ? "gb.device_online" : "gb.device_offline",
		"device", d->id, "reason", reason, NULL);
	device_changed(p, d);
}

void gb_set_devices(struct gb_platform *p, const struct gb_login *all, size_t n)
{
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < BUCKETS; i++)
		if (p->devices[i])
			p->devices[i]->known = false;
	for (size_t i = 0; i < n; i++) {
		struct device *d = gb_id_valid(all[i].id) ? device_get(p, all[i].id) : NULL;
		if (!d)
			continue;
		if (d->online && !text_is(d->password, all[i].password))
			set_online(p, d, false, "its password was changed");
		d->known = true;
		snprintf(d->password, sizeof(d->password), "%s", all[i].password);
	}
	for (size_t i = 0; i < BUCKETS; i++)
		if (p->devices[i] && !p->devices[i]->known && p->devices[i]->online)
			set_online(p, p->devices[i], false, "it was taken off the list");
	pthread_mutex_unlock(&p->lock);
}

/* ---- REGISTER ---------------------------------------------------------------------------- */

static const char *whom(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	return arena_printf(p->arena, "%s %08x", m->from_user, (unsigned)from->at.sin_addr.s_addr);
}

/* A device of 2022 is shown every digest, the strongest first; one that does not get on with that
 * sees the one that all know. */
static void challenge(
	struct gb_platform *p, const struct gb_sip *m, const struct peer *from, bool stale)
{
	static const enum gb_hash ORDER[] = { GB_SM3, GB_SHA256, GB_MD5 };
	struct device *d = device_find(p, m->from_user);
	struct gb_nonce n = { p->key, whom(p, m, from), clock_now() };
	bool strong = *m->version >= '3' && d && d->known && d->challenges < CHALLENGES_STRONG;
	const char *nonce = gb_nonce(p->arena, &n);
	struct buf b = { .arena = p->arena };
	buf_puts(&b, "401 Unauthorized\r\n");
	for (size_t i = strong ? 0 : 2; i < 3; i++)
		buf_printf(&b,
			"WWW-Authenticate: Digest realm=\"%s\",nonce=\"%s\",algorithm=%s%s%s\r\n",
			p->domain, nonce, gb_hash_text(ORDER[i]), i < 2 ? ",qop=\"auth\"" : "",
			stale ? ",stale=true" : "");
	if (d && d->challenges < 100)
		d->challenges++;
	answer_send(p, m, from, buf_text(&b));
}

static bool proven(struct gb_platform *p, const struct gb_sip *m, const struct device *d)
{
	const struct gb_sip_auth *z = &m->auth;
	struct gb_digest want = { .username = z->username,
		.realm = p->domain,
		.password = d->password,
		.nonce = z->nonce,
		.uri = z->uri,
		.method = "REGISTER",
		.qop = z->qop,
		.nc = z->nc,
		.cnonce = z->cnonce };
	if (!gb_hash_named(z->algorithm, &want.hash) || !text_is(z->username, d->id))
		return false;
	if (*z->qop && !text_is(z->qop, "auth"))
		return false;
	return *d->password && gb_digest_equal(gb_digest(p->arena, &want), z->response);
}

/* Officers see who knocks; a stranger who makes up numbers fills no more than this. */
static void note_stranger(struct gb_platform *p, const char *id, const struct peer *from)
{
	struct device *d = device_find(p, id);
	if (!d && p->n_unknown == UNKNOWN_MAX)
		return;
	if (!d) {
		d = device_get(p, id);
		if (!d)
			return;
		p->n_unknown++;
	}
	bool news = !d->changed || !peer_same_host(&d->peer, from);
	d->peer = *from;
	if (news)
		device_changed(p, d);
}

static void refuse(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	const struct device *d = device_find(p, m->from_user);
	if (d && d->known)
		log_event(LOG_WARN, "gb.wrong_password", "device", d->id, NULL);
	else
		note_stranger(p, m->from_user, from);
	answer_send(p, m, from, "403 Forbidden\r\n");
}

static void welcome(
	struct gb_platform *p, const struct gb_sip *m, const struct peer *from, struct device *d)
{
	int64_t now = clock_mono(), s = m->expires < 0 ? 3600 : m->expires;
	if (s > EXPIRES_MOST_S)
		s = EXPIRES_MOST_S;
	bool came = !d->online && s > 0;
	d->challenges = 0;
	d->peer = *from;
	d->edition_2022 = *m->version >= '3';
	d->seen = now;
	d->expires = now + s * SECOND;
	if (from->connection < 0 && s > 0)
		source_known(p, from, d->expires);
	set_online(p, d, s > 0, s > 0 ? "registered" : "logged out");
	if (came) {
		d->next_catalogue = now + CATALOGUE_SOON_MS;
		d->next_subscribe = now + CATALOGUE_SOON_MS;
	}
	answer_send(p, m, from,
		arena_printf(p->arena, "200 OK\r\nDate: %s\r\nExpires: %" PRId64 "\r\n%s%s%s%s",
			gb_time_text(p->arena, clock_now()), s, *m->contact ? "Contact: <" : "",
			m->contact, *m->contact ? ">\r\n" : "",
			d->edition_2022 ? "X-GB-Ver: 3.0\r\n" : ""));
}

void on_register(struct gb_platform *p, const struct gb_sip *m, const struct peer *from)
{
	struct gb_nonce n = { p->key, "", clock_now() };
	if (!gb_id_valid(m->from_user)) {
		answer_send(p, m, from, "403 Forbidden\r\n");
		return;
	}
	n.whom = whom(p, m, from);
	if (!m->has_auth || !gb_nonce_good(&n, m->auth.nonce)) {
		challenge(p, m, from, m->has_auth);
		return;
	}
	struct device *d = device_find(p, m->from_user);
	if (!d || !d->known || !proven(p, m, d))
		refuse(p, m, from);
	else
		welcome(p, m, from, d);
}

/* ---- time -------------------------------------------------------------------------------- */

static void turn(struct gb_platform *p, struct device *d, int64_t now)
{
	int64_t patience = GB_KEEPALIVES_MISSED * p->keepalive_ms + p->keepalive_ms / 2;
	if (now > d->expires)
		set_online(p, d, false, "its registration ran out");
	else if (now - d->seen > patience)
		set_online(p, d, false, "no keep-alive came");
	if (!d->online)
		return;
	if (d->next_catalogue && now >= d->next_catalogue) {
		d->next_catalogue = now + CATALOGUE_EVERY_MS;
		ask_information(p, d);
		ask_catalogue(p, d);
	}
	if (d->next_subscribe && now >= d->next_subscribe) {
		d->next_subscribe = now + (int64_t)SUBSCRIBE_S * SECOND * 4 / 5;
		ask_positions(p, d);
	}
}

void devices_turn(struct gb_platform *p, int64_t now)
{
	for (size_t i = 0; i < BUCKETS; i++)
		if (p->devices[i] && p->devices[i]->online)
			turn(p, p->devices[i], now);
}
