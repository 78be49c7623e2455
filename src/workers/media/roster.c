#include "workers/media/roster.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/recordings/segment.h"

static int by_id(const void *pa, const void *pb)
{
	const struct roster_camera *a = pa, *b = pb;
	return strcmp(a->id, b->id);
}

static int id_against(const void *id, const void *camera)
{
	const struct roster_camera *c = camera;
	return strcmp(id, c->id);
}

void roster_sort(struct roster *r)
{
	if (r->n)
		qsort(r->at, r->n, sizeof(*r->at), by_id);
}

const struct roster_camera *roster_find(const struct roster *r, const char *id)
{
	return r->n ? bsearch(id, r->at, r->n, sizeof(*r->at), id_against) : NULL;
}

static bool read_camera(struct arena *a, const json_t *j, struct roster_camera *out)
{
	const char *id = json_string_value(json_object_get(j, "id"));
	const char *url = json_string_value(json_object_get(j, "url"));
	const char *reader = json_string_value(json_object_get(j, "reader"));
	const json_t *enabled = json_object_get(j, "enabled");
	int64_t interval = json_integer_value(json_object_get(j, "interval_ms"));
	int64_t keep = json_integer_value(json_object_get(j, "keep_ms"));
	if (!camera_id_valid(id) || (url && strlen(url) > ROSTER_URL_MAX))
		return false;
	*out = (struct roster_camera){
		.id = arena_dup(a, id),
		.url = arena_dup(a, url),
		.reader = arena_dup(a, reader ? reader : ""),
		.interval_ms = interval > 0 && interval <= DAY ? interval : 0,
		.keep_ms = keep > 0 ? keep : 0,
		.enabled = url && *url && (!enabled || json_is_true(enabled)),
	};
	return true;
}

static void drop_doubles(struct roster *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->n; i++) {
		if (kept && text_is(r->at[kept - 1].id, r->at[i].id))
			log_event(LOG_WARN, "media.camera_named_twice", "id", r->at[i].id, NULL);
		else
			r->at[kept++] = r->at[i];
	}
	r->n = kept;
}

static enum err read_list(
	struct arena *a, const json_t *list, struct roster *out, struct fault *why)
{
	size_t n = json_array_size(list);
	if (!json_is_array(list))
		return fault(why, E_INVALID, "the camera list has no \"cameras\"");
	if (n > ROSTER_CAMERAS_MAX)
		return fault(why, E_TOO_LARGE, "more than %d cameras", ROSTER_CAMERAS_MAX);
	out->at = NEWS(a, struct roster_camera, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (read_camera(a, json_array_get(list, i), &out->at[out->n]))
			out->n++;
		else
			log_event(LOG_WARN, "media.bad_camera_in_list", NULL);
	}
	roster_sort(out);
	drop_doubles(out);
	return OK;
}

enum { DEVICE_DIGITS = 20, DEVICE_PASSWORD_MAX = 64 };

static void read_devices(struct arena *a, const json_t *list, struct roster *out)
{
	size_t n = json_array_size(list);
	if (n > ROSTER_DEVICES_MAX) {
		log_event(LOG_WARN, "media.too_many_devices_in_list", NULL);
		n = ROSTER_DEVICES_MAX;
	}
	out->devices = NEWS(a, struct roster_device, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *j = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(j, "id"));
		const char *password = json_string_value(json_object_get(j, "password"));
		if (id && password && strlen(id) == DEVICE_DIGITS &&
			strspn(id, "0123456789") == DEVICE_DIGITS &&
			strlen(password) <= DEVICE_PASSWORD_MAX)
			out->devices[out->n_devices++] =
				(struct roster_device){ arena_dup(a, id), arena_dup(a, password) };
		else
			log_event(LOG_WARN, "media.bad_device_in_list", NULL);
	}
}

enum err roster_parse(struct arena *a, struct bytes json, struct roster *out, struct fault *why)
{
	json_error_t error;
	*out = (struct roster){ 0 };
	if (json.n > ROSTER_BYTES_MAX)
		return fault(why, E_TOO_LARGE, "the camera list is above 4 MiB");
	json_t *j = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &error);
	if (!j)
		return fault(why, E_INVALID, "the camera list is no JSON: %s", error.text);
	enum err e = read_list(a, json_object_get(j, "cameras"), out, why);
	if (!e)
		read_devices(a, json_object_get(j, "devices"), out);
	json_decref(j);
	return e;
}

/* The enabled camera of that id, or NULL. */
static const struct roster_camera *running(const struct roster *r, const char *id)
{
	const struct roster_camera *c = roster_find(r, id);
	return c && c->enabled ? c : NULL;
}

/* Only a snapshot camera goes by the interval; for others it is the vision worker's. */
static bool differs(const struct roster_camera *old, const struct roster_camera *now)
{
	return !text_is(old->url, now->url) || !text_is(old->reader, now->reader) ||
	       (text_starts(now->url, "http") && old->interval_ms != now->interval_ms);
}

void roster_diff(struct arena *a, const struct roster *before, const struct roster *after,
	struct roster_changes *out)
{
	*out = (struct roster_changes){ NEWS(a, struct roster_change, before->n + after->n + 1),
		0 };
	for (size_t i = 0; i < before->n; i++) {
		const struct roster_camera *old = &before->at[i];
		const struct roster_camera *now = running(after, old->id);
		if (!old->enabled)
			continue;
		if (!now)
			out->at[out->n++] = (struct roster_change){ ROSTER_STOP, old->id };
		else if (differs(old, now))
			out->at[out->n++] = (struct roster_change){ ROSTER_RESTART, old->id };
	}
	for (size_t i = 0; i < after->n; i++) {
		const struct roster_camera *now = &after->at[i];
		if (now->enabled && !running(before, now->id))
			out->at[out->n++] = (struct roster_change){ ROSTER_START, now->id };
	}
}
