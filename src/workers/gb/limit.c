/* Strangers over UDP: how much of a flood is answered. A source address that no device registered
 * from gets a few messages a second, all of them together a few hundred; what is above is dropped
 * unread. A device that registered makes its address a known one, with room for thousands of
 * devices behind one router. The table is bounded and keyed: a flood of made-up addresses pushes
 * out other strangers, never an address that is known. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "workers/gb/private.h"

enum {
	THOUSAND = 1000, /* tokens are counted in thousandths */
	STRANGER_BURST = 20,
	STRANGER_RATE = 5, /* a second: a device needs two messages to register */
	ALL_BURST = 1000,
	ALL_RATE = 500,
	KNOWN_BURST = 8000,
	KNOWN_RATE = 4000,
};

/* Has it a token left? Fills up with time first. */
static bool token(struct gb_bucket *b, int64_t now, int rate, int burst)
{
	int64_t full = (int64_t)burst * THOUSAND;
	int64_t more = now - b->at < HOUR ? (now - b->at) * rate : full;
	b->tokens = b->tokens + more < full ? b->tokens + more : full;
	b->at = now;
	if (b->tokens < THOUSAND)
		return false;
	b->tokens -= THOUSAND;
	return true;
}

static struct gb_source *places_of(struct gb_platform *p, uint32_t address)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a, keyed */
	for (size_t i = 0; i < sizeof(p->key); i++)
		h = (h ^ p->key[i]) * UINT64_C(1099511628211);
	for (int i = 0; i < 32; i += 8)
		h = (h ^ (address >> i & 0xff)) * UINT64_C(1099511628211);
	return &p->sources[h % (SOURCES / SOURCE_PLACES) * SOURCE_PLACES];
}

/* That of the address; or the place of the stranger not heard of for longest, made its own. NULL:
 * all places are of known ones. */
static struct gb_source *source_of(struct gb_platform *p, uint32_t address, int64_t now)
{
	struct gb_source *s = places_of(p, address), *oldest = NULL;
	for (int i = 0; i < SOURCE_PLACES; i++) {
		if (s[i].address == address && s[i].bucket.at)
			return &s[i];
		if (s[i].known_until <= now && (!oldest || s[i].bucket.at < oldest->bucket.at))
			oldest = &s[i];
	}
	if (oldest)
		*oldest = (struct gb_source){ .address = address,
			.bucket = { now, (int64_t)STRANGER_BURST * THOUSAND } };
	return oldest;
}

void source_known(struct gb_platform *p, const struct peer *from, int64_t until)
{
	struct gb_source *s = source_of(p, from->at.sin_addr.s_addr, clock_mono());
	if (s && until > s->known_until)
		s->known_until = until;
}

bool source_may(struct gb_platform *p, const struct peer *from, int64_t now)
{
	struct gb_source *s = source_of(p, from->at.sin_addr.s_addr, now);
	bool known = s && s->known_until > now;
	if (known && token(&s->bucket, now, KNOWN_RATE, KNOWN_BURST))
		return true;
	if (!known && (!s || token(&s->bucket, now, STRANGER_RATE, STRANGER_BURST)) &&
		token(&p->strangers, now, ALL_RATE, ALL_BURST))
		return true;
	p->dropped++;
	p->dropped_from = from->at.sin_addr.s_addr;
	return false;
}
