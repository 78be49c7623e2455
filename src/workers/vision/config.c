#include "workers/vision/config.h"
#include "core/recordings/segment.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* A picture that is this many intervals back says nothing about now any more. */
enum { REACH_INTERVALS = 3 };

enum { BEFORE_S = 8, AFTER_S = 5 }; /* of a clip, where nothing is said */

static bool read_int(const json_t *from, const char *key, int64_t most, int64_t *out)
{
	const json_t *v = json_object_get(from, key);
	if (!json_is_integer(v))
		return false;
	*out = json_integer_value(v);
	return *out >= 0 && *out <= most;
}

/* [[x,y,x,y,x,y],...] in per-mille. */
static bool read_zone(const json_t *list, struct zone *out)
{
	size_t n = json_array_size(list);
	if (n % 2 || n < 2 * ZONE_POINTS_MIN || n > 2 * ZONE_POINTS_MAX)
		return false;
	out->n = (int)(n / 2);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);
		json_int_t at = json_integer_value(v);
		if (!json_is_integer(v) || at < 0 || at > PER_MILLE)
			return false;
		int16_t *into = i % 2 ? &out->at[i / 2].y : &out->at[i / 2].x;
		*into = (int16_t)at;
	}
	return true;
}

static bool read_zones(const json_t *list, struct zones *out)
{
	size_t i;
	json_t *item;
	if (!list)
		return true;
	if (!json_is_array(list) || json_array_size(list) > ZONES_MAX)
		return false;
	json_array_foreach(list, i, item) if (!read_zone(item, &out->zone[out->n++])) return false;
	return true;
}

/* Where and when it counts; both may be left out. */
static enum err read_limits(const json_t *from, struct rule *out, struct fault *why)
{
	const json_t *hours = json_object_get(from, "hours");
	if (!read_zones(json_object_get(from, "zones"), &out->zones))
		return fault(why, E_INVALID,
			"rule %s: zones are up to %d lists of %d to %d points in per-mille",
			rule_name(out->code), ZONES_MAX, ZONE_POINTS_MIN, ZONE_POINTS_MAX);
	if (json_is_string(hours))
		TRY(hours_parse(json_string_value(hours), &out->hours, why));
	return OK;
}

/* A rule this program does not know is none, and no mistake: the web process may be newer. */
static enum err read_rule(
	const json_t *from, int64_t interval_ms, struct rule *out, struct fault *why)
{
	int64_t threshold, k, n, cooldown, before, after;
	const char *version = json_string_value(json_object_get(from, "version"));
	*out = (struct rule){ .code = rule_code_of(
				      json_string_value(json_object_get(from, "code"))) };
	if (out->code == RULE_UNKNOWN)
		return OK;
	bool numbers = read_int(from, "threshold", SCORE_MAX, &threshold) &&
		       read_int(from, "k", VOTES_MAX, &k) && read_int(from, "n", VOTES_MAX, &n) &&
		       read_int(from, "cooldown_s", INT32_MAX, &cooldown);
	if (!numbers || !version || strlen(version) >= sizeof out->version)
		return fault(why, E_INVALID, "rule %s: version, threshold, k, n or cooldown_s",
			rule_name(out->code));
	memcpy(out->version, version, strlen(version) + 1);
	out->threshold = (int32_t)threshold;
	out->k = (int)k;
	out->n = (int)n;
	out->cooldown_s = (int32_t)cooldown;
	if (!read_int(from, "before_s", CLIP_MOST_S, &before))
		before = BEFORE_S;
	if (!read_int(from, "after_s", CLIP_MOST_S, &after))
		after = AFTER_S;
	out->before_s = (int32_t)before;
	out->after_s = (int32_t)after;
	out->reach_ms = n * REACH_INTERVALS * interval_ms;
	TRY(read_limits(from, out, why));
	return rule_check(out, why);
}

static enum err read_rules(const json_t *list, struct camera_config *out, struct fault *why)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		struct rule r;
		TRY(read_rule(item, out->interval_ms, &r, why));
		if (r.code == RULE_UNKNOWN)
			continue;
		for (size_t k = 0; k < out->n; k++)
			if (out->rules[k].code == r.code)
				return fault(why, E_INVALID, "rule %s twice", rule_name(r.code));
		if (out->n < CAMERA_RULES_MAX)
			out->rules[out->n++] = r;
	}
	return OK;
}

static enum err read_camera(const json_t *from, struct camera_config *out, struct fault *why)
{
	*out = (struct camera_config){ 0 };
	const char *id = json_string_value(json_object_get(from, "id"));
	const json_t *hours = json_object_get(from, "hours");
	const json_t *rules = json_object_get(from, "rules");
	if (!id || !camera_id_valid(id))
		return fault(why, E_INVALID, "id");
	snprintf(out->id, sizeof out->id, "%s", id);
	if (!read_int(from, "interval_ms", INTERVAL_MOST, &out->interval_ms) ||
		out->interval_ms < INTERVAL_LEAST)
		return fault(why, E_INVALID, "interval_ms lies between %d and %d", INTERVAL_LEAST,
			INTERVAL_MOST);
	/* with hours that make no sense the other rules still hold */
	if (json_is_string(hours) && hours_parse(json_string_value(hours), &out->hours, why)) {
		out->hours = (struct hours){ 0 };
		log_event(LOG_WARN, "vision.hours_refused", "camera", id, "why", why->text, NULL);
	}
	if (!json_is_array(rules))
		return fault(why, E_INVALID, "rules");
	return read_rules(rules, out, why);
}

static void take_camera(const json_t *item, struct camera_configs *out)
{
	struct fault why = { 0 };
	struct camera_config *c = &out->at[out->n];
	const char *id = json_string_value(json_object_get(item, "id"));
	if (!json_is_true(json_object_get(item, "enabled")))
		return;
	if (read_camera(item, c, &why))
		log_event(LOG_WARN, "vision.camera_refused", "camera", id ? id : "", "why",
			why.text, NULL);
	else if (c->n > 0)
		out->n++;
}

enum err config_parse(
	struct bytes json, struct arena *a, struct camera_configs *out, struct fault *why)
{
	json_error_t at;
	*out = (struct camera_configs){ 0 };
	json_t *root = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		return fault(why, E_INVALID, "the list of cameras is no JSON: %s", at.text);
	const json_t *list = json_object_get(root, "cameras");
	enum err e = OK;
	if (!json_is_array(list))
		e = fault(why, E_INVALID, "the answer holds no list of cameras");
	else if (json_array_size(list) > CAMERAS_MAX)
		e = fault(why, E_TOO_LARGE, "more than %d cameras", CAMERAS_MAX);
	if (!e) {
		size_t i;
		json_t *item;
		out->at = NEWS(a, struct camera_config, json_array_size(list) + 1);
		json_array_foreach(list, i, item) take_camera(item, out);
	}
	json_decref(root);
	return e;
}
