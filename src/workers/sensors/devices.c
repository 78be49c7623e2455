#include "workers/sensors/devices.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *pa, const void *pb)
{
	const struct device *a = pa, *b = pb;
	return strcmp(a->name, b->name);
}

static bool name_valid(const char *name, size_t n)
{
	return n >= 1 && n <= DEVICE_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") >=
		       n;
}

/* A pointer and its unit, one of first .. last; NULL pointer when it is not there. */
struct member {
	const char *name, *unit_name;
	enum payload_unit first, last;
};

struct place {
	const char **pointer;
	enum payload_unit *unit;
};

static bool read_member(struct arena *a, const json_t *j, const struct member *m, struct place to)
{
	const char *p = json_string_value(json_object_get(j, m->name));
	const char *u = json_string_value(json_object_get(j, m->unit_name));

	*to.pointer = NULL;
	*to.unit = m->first;
	if (!p)
		return true;
	*to.pointer = arena_dup(a, p);
	if (u)
		*to.unit = payload_unit(u);
	return (!*p || *p == '/') && strlen(p) <= 400 && *to.unit >= m->first &&
	       *to.unit <= m->last;
}

static bool read_map(struct arena *a, const json_t *j, struct payload_map *m)
{
	static const struct member t = { "t", "t_unit", UNIT_C, UNIT_K },
				   rh = { "rh", "rh_unit", UNIT_PCT, UNIT_SHARE },
				   at = { "at", "at_unit", UNIT_MS, UNIT_ISO };

	return read_member(a, j, &t, (struct place){ &m->t, &m->t_unit }) &&
	       read_member(a, j, &rh, (struct place){ &m->rh, &m->rh_unit }) &&
	       read_member(a, j, &at, (struct place){ &m->at, &m->at_unit });
}

static void read_all(struct arena *a, const json_t *list, struct devices *out)
{
	size_t i;
	json_t *j;

	json_array_foreach(list, i, j)
	{
		const char *name = json_string_value(json_object_get(j, "device"));
		struct device d = { 0 };
		if (!name || !name_valid(name, strlen(name)) || !read_map(a, j, &d.map)) {
			log_event(LOG_WARN, "sensors.device_not_understood", "device",
				name ? name : "", NULL);
			continue;
		}
		d.name = arena_dup(a, name);
		if (d.map.t || d.map.rh || d.map.at)
			out->at[out->n++] = d;
	}
}

enum err devices_read(struct arena *a, struct bytes json, struct devices *out, struct fault *why)
{
	json_error_t e;
	json_t *all = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &e);
	json_t *list = json_object_get(all, "devices");

	*out = (struct devices){ 0 };
	if (!json_is_array(list)) {
		json_decref(all);
		return fault(why, E_INVALID, "the list of devices cannot be read");
	}
	out->at = NEWS(a, struct device, json_array_size(list) + 1);
	read_all(a, list, out);
	json_decref(all);
	if (out->n)
		qsort(out->at, out->n, sizeof(*out->at), by_name);
	return OK;
}

const struct payload_map *devices_map(const struct devices *d, const char *name)
{
	const struct device key = { .name = name };
	const struct device *found =
		d->n ? bsearch(&key, d->at, d->n, sizeof(*d->at), by_name) : NULL;

	return found ? &found->map : &payload_plain;
}

bool device_of_topic(const char *topic, char name[DEVICE_MAX + 1])
{
	if (!text_starts(topic, "shian/v1/"))
		return false;
	topic += strlen("shian/v1/");
	size_t n = strcspn(topic, "/");
	if (!name_valid(topic, n) || !text_is(topic + n, "/readings"))
		return false;
	memcpy(name, topic, n);
	name[n] = 0;
	return true;
}
