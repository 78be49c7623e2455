#include "workers/vision/finding.h"

#include <stdio.h>

void finding_add(struct findings *all, struct finding f)
{
	if (all->n < FINDINGS_MAX)
		all->at[all->n++] = f;
}

const char *finding_name(enum finding_kind kind)
{
	static const char *const names[FINDING_KINDS] = { "person", "head_uncovered",
		"head_covered", "head_unclear", "mask_missing", "mask_worn", "mask_unclear",
		"phone", "animal", "hand_at_mouth", "moving_small", "camera_covered",
		"camera_moved", "camera_frozen", "camera_dark", "nobody" };
	return names[kind];
}

void finding_json(const struct finding *f, const char *kind, const char *time, char *out)
{
	snprintf(out, FINDING_JSON,
		"{\"time\":%.40s,\"kind\":\"%.32s\",\"score\":%" PRId32 ",\"box\":[%" PRId32
		",%" PRId32 ",%" PRId32 ",%" PRId32 "]}",
		time, kind, f->score, f->box.x, f->box.y, f->box.w, f->box.h);
}
