#include "workers/media/status.h"

#include <jansson.h>
#include <stdlib.h>

const char *camera_state_text(enum camera_state s)
{
	return s == CAMERA_LIVE ? "live" : s == CAMERA_LOST ? "lost" : "connecting";
}

static json_t *time_or_null(int64_t ms)
{
	return ms ? json_integer(ms) : json_null();
}

/* What both documents tell. A detail that is not UTF-8 is left out. */
static json_t *common(const struct camera_status *s)
{
	json_t *detail = json_string(s->detail);
	return json_pack("{s:s, s:s, s:I, s:s, s:o, s:s, s:i, s:i, s:o}", "id", s->id, "state",
		camera_state_text(s->state), "since", (json_int_t)s->since_ms, "reason",
		reason_text(s->reason), "detail", detail ? detail : json_string(""), "codec",
		codec_text(s->facts.codec), "width", s->facts.width, "height", s->facts.height,
		"last_frame", time_or_null(s->facts.last_frame_ms));
}

static char *dump(struct arena *a, json_t *j)
{
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
	char *copy = arena_dup(a, text ? text : "{}");
	free(text);
	json_decref(j);
	return copy;
}

char *status_json(struct arena *a, const struct camera_status *s)
{
	json_t *j = common(s);
	json_object_set_new(j, "fps_milli", json_integer(s->facts.fps_milli));
	json_object_set_new(j, "bitrate", json_integer(s->facts.bitrate));
	return dump(a, j);
}

char *status_report_json(struct arena *a, const struct camera_status *all, size_t n)
{
	json_t *list = json_array(), *j = json_object();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, common(&all[i]));
	json_object_set_new(j, "cameras", list);
	return dump(a, j);
}
