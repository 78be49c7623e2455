/* Private to the app room: matching of addresses, browser assets. */
#ifndef CORE_DISPATCH_H
#define CORE_DISPATCH_H

#include "core/app/app.h"

struct route_ids {
	int64_t id, id2;
	const char *key; /* not ended by NUL: key_n characters */
	size_t key_n;
};
/* :id and :id2 take digits, :key letters, digits, '-' and '_'; everything else is literal. */
bool route_matches(const char *pattern, const char *path, struct route_ids *ids);
/* Answers /assets/... and /favicon.ico from the program itself; false when the path is something
 * else. */
bool serve_asset(struct app *app, const struct http_request *http, struct http_reply *reply);

/* May whoever asked for that address still do so? Any thread. */
bool app_admits(struct app *app, const struct http_request *http);

#endif
