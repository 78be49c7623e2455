/* Addresses: what was typed, and what a device names. A device behind a router or with an old
 * setting names a host that nobody reaches, and a hostile one may name any: the host it was reached
 * by is kept. */
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "workers/onvif/message.h"

#define SERVICE_PATH "/onvif/device_service"

static const char *part_of(struct arena *a, CURLU *u, CURLUPart part)
{
	char *s = NULL;
	const char *copy = NULL;
	if (curl_url_get(u, part, &s, 0) == CURLUE_OK)
		copy = arena_dup(a, s);
	curl_free(s);
	return copy;
}

static CURLU *url_open(const char *text)
{
	CURLU *u = curl_url();
	if (u && curl_url_set(u, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
		curl_url_cleanup(u);
		u = NULL;
	}
	return u;
}

static const char *typed_url(struct arena *a, CURLU *u)
{
	const char *scheme = part_of(a, u, CURLUPART_SCHEME), *path = part_of(a, u, CURLUPART_PATH);
	if (!text_is(scheme, "http") && !text_is(scheme, "https"))
		return NULL;
	if (part_of(a, u, CURLUPART_USER) || part_of(a, u, CURLUPART_PASSWORD))
		return NULL; /* they would be seen by everybody who lists processes */
	if ((!path || text_is(path, "/")) && curl_url_set(u, CURLUPART_PATH, SERVICE_PATH, 0))
		return NULL;
	return part_of(a, u, CURLUPART_URL);
}

const char *onvif_url(struct arena *a, const char *typed)
{
	if (strlen(typed) > ONVIF_URL_MAX)
		return NULL;
	CURLU *u = url_open(strstr(typed, "://") ? typed : arena_printf(a, "http://%s", typed));
	if (!u)
		return NULL;
	const char *url = typed_url(a, u);
	curl_url_cleanup(u);
	return url;
}

/* Of u, the host and for a service scheme and port become those of by. */
static bool move(struct arena *a, CURLU *u, CURLU *by, bool service)
{
	if (curl_url_set(u, CURLUPART_HOST, part_of(a, by, CURLUPART_HOST), 0))
		return false;
	if (!service)
		return true;
	return !curl_url_set(u, CURLUPART_SCHEME, part_of(a, by, CURLUPART_SCHEME), 0) &&
	       !curl_url_set(u, CURLUPART_PORT, part_of(a, by, CURLUPART_PORT), 0);
}

static bool scheme_fine(const char *scheme, bool service)
{
	if (text_is(scheme, "http") || text_is(scheme, "https"))
		return true;
	return !service && (text_is(scheme, "rtsp") || text_is(scheme, "rtsps"));
}

static const char *reach(struct arena *a, CURLU *u, CURLU *by, struct onvif_reached *r)
{
	const char *host = part_of(a, u, CURLUPART_HOST);
	if (!host || !*host || !scheme_fine(part_of(a, u, CURLUPART_SCHEME), r->service))
		return NULL;
	curl_url_set(u, CURLUPART_USER, NULL, 0);
	curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
	if (strcasecmp(host, part_of(a, by, CURLUPART_HOST)) != 0) {
		if (!move(a, u, by, r->service))
			return NULL;
		r->moved = true;
	}
	return part_of(a, u, CURLUPART_URL);
}

const char *onvif_reach(struct arena *a, const char *told, struct onvif_reached *r)
{
	const char *url = NULL;
	CURLU *u = strlen(told) <= ONVIF_URL_MAX ? url_open(told) : NULL, *by = url_open(r->by);
	if (u && by)
		url = reach(a, u, by, r);
	curl_url_cleanup(u);
	curl_url_cleanup(by);
	return url;
}
