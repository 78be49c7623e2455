#include "domains/portal/rules.h"

#include <string.h>

enum { AGAIN_AFTER = MINUTE };

const char *code_send_wrong(const struct portal_code *c, const struct portal_terms *t, int64_t now)
{
	if (c->sent_at && now - c->sent_at < AGAIN_AFTER)
		return "A code was sent just now. Wait a minute before asking for another.";
	if (c->day == day_number(now) && c->sent_today >= t->codes_a_day)
		return "Too many codes were sent today. Try again tomorrow, or call the station.";
	return NULL;
}

const char *code_take_wrong(const struct portal_code *c, const struct portal_terms *t, int64_t now)
{
	if (!c->sent_at || now - c->sent_at > t->code_ms)
		return "The code has expired. Ask for a new one.";
	if (c->tries >= t->tries)
		return "Too many wrong codes. Ask for a new one.";
	return NULL;
}

const char *phone_masked(struct arena *a, const char *phone)
{
	size_t n = strlen(phone), tail = n < 4 ? 0 : 4, head = n < 8 ? 0 : 3;

	return arena_printf(a, "%.*s****%s", (int)head, phone, phone + n - tail);
}
