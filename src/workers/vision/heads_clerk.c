#include "workers/vision/heads_clerk.h"

#include <string.h>

static enum err take(struct heads_clerk *c, struct site_heads *heads, struct bytes answer)
{
	struct fault why = { 0 };
	enum err e = site_heads_take(heads, answer, &why);
	if (e) {
		log_event(LOG_WARN, "vision.no_site_heads", "why", why.text, NULL);
		return e;
	}
	arena_reset(c->kept);
	c->last.n = answer.n;
	c->last.at = (const uint8_t *)arena_copy(c->kept, (const char *)answer.at, answer.n);
	return OK;
}

static void recall(struct heads_clerk *c, struct site_heads *heads, struct arena *a)
{
	struct bytes file;
	c->recalled = true;
	if (!file_read(a, c->path, HEADS_ANSWER_MAX, &file, NULL) && !take(c, heads, file))
		log_event(LOG_INFO, "vision.site_heads_recalled", NULL);
}

void heads_clerk_round(struct heads_clerk *c, struct site_heads *heads)
{
	struct fault why = { 0 };
	struct bytes answer;
	if (clock_mono() < c->due)
		return;
	c->due = clock_mono() + HEADS_EVERY_MS;
	struct arena *a = arena_new();
	if (!c->recalled)
		recall(c, heads, a);
	enum err e = web_get(c->web, "/internal/models", a, &answer, &why);
	bool news = !e && answer.n <= HEADS_ANSWER_MAX &&
		    (answer.n != c->last.n || memcmp(answer.at, c->last.at, answer.n) != 0);
	if (e)
		log_event(LOG_DEBUG, "vision.site_heads_not_asked", "why", why.text, NULL);
	if (news && !take(c, heads, answer)) {
		log_event(LOG_INFO, "vision.site_heads_taken", NULL);
		if (file_write(c->path, answer.at, answer.n, 0640, &why))
			log_event(LOG_WARN, "vision.site_heads_not_kept", "why", why.text, NULL);
	}
	arena_free(a);
}
